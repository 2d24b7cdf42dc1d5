"""The columns of a result: each measure that was asked for, with its formula, and what is missing in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from jjjmap.analysis.measures import change as changes
from jjjmap.analysis.measures import diversity, sizes, specialisation
from jjjmap.analysis.measures.reckoned import FloatArray, Mask, Reason, Reckoned
from jjjmap.analysis.measures.registry import MEASURES, Need
from jjjmap.analysis.summaries.missing_texts import reason_text
from jjjmap.analysis.summaries.tallies import Amounts, Tallies
from jjjmap.i18n import _
from jjjmap.layers.provenance import MOST_UNITS, ColumnNote, Missing
from jjjmap.layers.styling.class_labels import unit_of

_LONGEST = 24
"""Letters of a category in the name of a column."""


@dataclass(frozen=True, eq=False)
class ResultColumn:
    """One column of the result."""

    note: ColumnNote
    values: pa.Array
    missing: tuple[Missing, ...] = ()
    category: str = ""
    """Of a measure that has a value for each category."""

    @property
    def name(self) -> str:
        """What the column is called."""
        return self.note.name

    @property
    def is_number(self) -> bool:
        """Whether it can colour a map."""
        return not pa.types.is_string(self.values.type)


@dataclass(frozen=True, eq=False)
class Question:
    """What is reckoned from, and how it is called.

    Parameters
    ----------
    now
        What the units have: in the later period, if there are periods.
    before
        In the earlier period; None without periods.
    names
        n names of the units, for what is missing.
    wanted
        Categories that measures by category are reckoned for.
    """

    tallies: Tallies
    now: Amounts
    before: Amounts | None
    names: tuple[str, ...]
    area_km2: FloatArray
    weight: str
    wanted: tuple[str, ...]
    base: str
    end: str

    @property
    def amount_unit(self) -> str:
        """The unit of amounts, as columns tell it; empty if nobody knows."""
        return unit_of(self.weight) if self.weight else _("条")

    @property
    def amount_name(self) -> str:
        """What amounts are of: the name of the weight column without its unit."""
        unit = unit_of(self.weight)
        plain = self.weight
        if unit:
            plain = plain[: max(plain.rfind(bracket) for bracket in "（([")].strip()
        return plain or self.weight


def result_columns(measures: Sequence[str], question: Question) -> tuple[ResultColumn, ...]:
    """Return the columns of all measures, in the order that was asked for."""
    columns: list[ResultColumn] = []
    for measure in dict.fromkeys(measures):
        columns += _COLUMNS[measure](measure, question)
    return tuple(columns)


def wanted_needs(measures: Sequence[str]) -> frozenset[Need]:
    """Return all that some measures need."""
    return frozenset().union(*(MEASURES[measure].needs for measure in measures))


# Names.


def _with_unit(name: str, unit: str) -> str:
    return _("{name}（{unit}）").format(name=name, unit=unit) if unit else name


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…"


def _note(measure: str, name: str, unit: str = "", formula: str = "") -> ColumnNote:
    known = MEASURES[measure]
    return ColumnNote(name, known.id, formula or known.formula, unit, known.reference)


# Columns out of what was reckoned.


def _column(
    note: ColumnNote, reckoned: Reckoned, question: Question, *, is_whole: bool = False, category: str = ""
) -> ResultColumn:
    """Return a column with what is missing in it; where there is no value, it is empty."""
    values = reckoned.values
    empty = np.isnan(values)
    kind = pa.int64() if is_whole else pa.float64()
    filled = np.where(empty, 0, values).astype(np.int64) if is_whole else values
    return ResultColumn(
        note,
        pa.array(filled, kind, mask=empty),
        _missing(note.name, reckoned.reasons, question),
        category,
    )


def _missing(column: str, reasons: Any, question: Question) -> tuple[Missing, ...]:
    found = []
    for reason in Reason:
        rows = np.flatnonzero(reasons == reason.value)
        if len(rows):
            units = tuple(question.names[at] for at in rows[:MOST_UNITS])
            found.append(Missing(column, reason.value, reason_text(reason), units, len(rows)))
    return tuple(found)


def _told(reckoned: Reckoned, amounts: Amounts, *, no_rows: bool = True) -> Reckoned:
    """Return the same with the reasons that lie in the rows themselves."""
    if no_rows:
        reckoned = reckoned.because(amounts.has_none, Reason.NO_ROWS)
    return reckoned.because(_unweighed(amounts), Reason.WEIGHT_UNUSABLE)


def _unweighed(amounts: Amounts) -> Mask:
    return np.isnan(amounts.plain) & ~amounts.has_none


# Measures.


def _rows(measure: str, question: Question) -> list[ResultColumn]:
    name = _with_unit(_dated(MEASURES[measure].title, question), _("条"))
    return [_column(_note(measure, name, _("条")), Reckoned.of(question.now.rows), question, is_whole=True)]


def _total(measure: str, question: Question) -> list[ResultColumn]:
    name = _dated(_("{column}合计").format(column=question.amount_name), question)
    note = _note(measure, _with_unit(name, question.amount_unit), question.amount_unit)
    return [_column(note, _told(Reckoned.of(question.now.plain), question.now), question)]


def _mean(measure: str, question: Question) -> list[ResultColumn]:
    now = question.now
    name = _dated(_("{column}平均").format(column=question.amount_name), question)
    note = _note(measure, _with_unit(name, question.amount_unit), question.amount_unit)
    return [_column(note, _told(sizes.mean(now.plain, now.weighed), now), question)]


def _share(measure: str, question: Question) -> list[ResultColumn]:
    now = question.now
    note = _note(measure, _with_unit(_dated(MEASURES[measure].title, question), "%"), "%")
    # A unit without rows has a share of 0, unless weights are added up that nobody knows.
    found = _told(sizes.share(now.plain, now.region), now, no_rows=bool(question.weight))
    return [_column(note, found, question)]


def _density(measure: str, question: Question) -> list[ResultColumn]:
    now = question.now
    unit = _("{unit}/km²").format(unit=question.amount_unit) if question.amount_unit else "/km²"
    note = _note(measure, _with_unit(_dated(MEASURES[measure].title, question), unit), unit)
    found = _told(sizes.density(now.plain, question.area_km2), now, no_rows=bool(question.weight))
    return [_column(note, found, question)]


def _rank(measure: str, question: Question) -> list[ResultColumn]:
    now = question.now
    what = _("{column}合计").format(column=question.amount_name) if question.weight else _("数量")
    note = _note(measure, _dated(_("按{what}的位次").format(what=what), question))
    found = _told(sizes.rank(now.plain), now, no_rows=bool(question.weight))
    return [_column(note, found, question, is_whole=True)]


def _by_category(
    measure: str,
    question: Question,
    found: Reckoned,
    unit: str,
    *,
    is_whole: bool = False,
    is_open: bool = True,
) -> list[ResultColumn]:
    columns = []
    for at, category in enumerate(question.wanted):
        title = _dated(MEASURES[measure].title, question)
        name = _("{category} {title}").format(title=title, category=_shortened(category))
        reckoned = found.column(at)
        if is_open:
            reckoned = _told(reckoned, question.now)
        note = _note(measure, _with_unit(name, unit), unit)
        columns.append(_column(note, reckoned, question, is_whole=is_whole, category=category))
    return columns


def _places(question: Question) -> list[int]:
    known = {category: at for at, category in enumerate(question.tallies.categories)}
    return [known[category] for category in question.wanted]


def _known(found: Reckoned, question: Question) -> Reckoned:
    """Return the same without categories whose rows have no weight: nobody knows how much there is."""
    return found.without(question.now.unknown[:, _places(question)], Reason.WEIGHT_UNUSABLE)


def _category_amount(measure: str, question: Question) -> list[ResultColumn]:
    amounts = question.now.by_category[:, _places(question)]
    # Of rows there are none where none are; of weights nobody knows.
    unknown = np.isnan(question.now.plain)[:, None]
    found = _known(Reckoned.of(np.where(unknown, np.nan, amounts)), question)
    return _by_category(
        measure,
        question,
        found,
        question.amount_unit,
        is_whole=not question.weight,
        is_open=bool(question.weight),
    )


def _category_share(measure: str, question: Question) -> list[ResultColumn]:
    now = question.now
    found = sizes.category_share(now.by_category[:, _places(question)], now.categorised)
    return _by_category(measure, question, _known(found, question), "%")


def _location_quotient(measure: str, question: Question) -> list[ResultColumn]:
    now, places = question.now, _places(question)
    whole = specialisation.location_quotient(now.by_category, now.categorised, now.region_by_category)
    found = Reckoned(whole.values[:, places], whole.reasons[:, places])
    return _by_category(measure, question, _known(found, question), "")


def _of_structure(
    formula: Callable[[Amounts], Reckoned],
) -> Callable[[str, Question], list[ResultColumn]]:
    def columns(measure: str, question: Question) -> list[ResultColumn]:
        note = _note(measure, _dated(MEASURES[measure].title, question))
        return [_column(note, _told(formula(question.now), question.now), question)]

    return columns


def _dominant(measure: str, question: Question) -> list[ResultColumn]:
    names, reasons = diversity.dominant(question.now.by_category, question.tallies.categories)
    told = _told(Reckoned(np.full(len(names), np.nan), reasons), question.now)
    note = _note(measure, _dated(MEASURES[measure].title, question))
    return [ResultColumn(note, pa.array(names, pa.string()), _missing(note.name, told.reasons, question))]


def _dated(title: str, question: Question) -> str:
    """Return a title with the period that is told, if there are periods."""
    return _("{title} {period}").format(title=title, period=question.end) if question.end else title


def _spanned(title: str, question: Question) -> str:
    return _("{title} {base}—{end}").format(title=title, base=question.base, end=question.end)


def _growing(
    formula: Callable[[FloatArray, FloatArray, Question], Reckoned], *, in_percent: bool
) -> Callable[[str, Question], list[ResultColumn]]:
    def columns(measure: str, question: Question) -> list[ResultColumn]:
        assert question.before is not None
        unit = "%" if in_percent else question.amount_unit
        note = _note(measure, _with_unit(_spanned(MEASURES[measure].title, question), unit), unit)
        found = formula(question.before.plain, question.now.plain, question)
        is_whole = not in_percent and not question.weight
        return [_column(note, found, question, is_whole=is_whole)]

    return columns


def _shift_share(measure: str, question: Question) -> list[ResultColumn]:
    assert question.before is not None
    before, now = question.before, question.now
    unknown = (np.isnan(before.plain) | np.isnan(now.plain))[:, None]
    found = changes.shift_share(
        np.where(unknown, np.nan, before.by_category),
        np.where(unknown, np.nan, now.by_category),
        before.region_by_category,
        now.region_by_category,
    )
    columns = []
    for part, title, formula in (
        (found.total, _("有类别的变化"), _("区域增长 + 产业结构 + 竞争力")),
        (found.region, _("区域增长分量"), _("Σx₀g，g 为全区域增长率")),
        (found.mix, _("产业结构分量"), _("Σx₀(g_i − g)，g_i 为类别 i 在全区域的增长率")),
        (found.competitive, _("竞争力分量"), _("Σ(x₁ − x₀(1 + g_i))")),
    ):
        name = _with_unit(_spanned(title, question), question.amount_unit)
        columns.append(_column(_note(measure, name, question.amount_unit, formula), part, question))
    return columns


_COLUMNS: dict[str, Callable[[str, Question], list[ResultColumn]]] = {
    "rows": _rows,
    "total": _total,
    "mean": _mean,
    "share": _share,
    "density": _density,
    "rank": _rank,
    "category_amount": _category_amount,
    "category_share": _category_share,
    "location_quotient": _location_quotient,
    "dominant": _dominant,
    "hhi": _of_structure(lambda now: diversity.hhi(now.by_category)),
    "hhi_normalised": _of_structure(lambda now: diversity.hhi_normalised(now.by_category)),
    "krugman": _of_structure(lambda now: specialisation.krugman(now.by_category, now.region_by_category)),
    "krugman_others": _of_structure(lambda now: specialisation.krugman_others(now.by_category)),
    "shannon": _of_structure(lambda now: diversity.shannon(now.by_category)),
    "change": _growing(lambda base, end, _question: changes.change(base, end), in_percent=False),
    "growth": _growing(lambda base, end, _question: changes.growth(base, end), in_percent=True),
    "cagr": _growing(
        lambda base, end, question: changes.cagr(
            base, end, changes.years_between(question.base, question.end)
        ),
        in_percent=True,
    ),
    "shift_share": _shift_share,
}
