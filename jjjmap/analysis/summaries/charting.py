"""The chart beside a result: units side by side, or the units that were picked to compare."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jjjmap.analysis.measures.reckoned import FloatArray
from jjjmap.analysis.measures.registry import MEASURES
from jjjmap.analysis.running import Chart, ChartKind
from jjjmap.analysis.summaries.result_columns import Question, ResultColumn
from jjjmap.i18n import _

MOST_UNITS = 15
MOST_COMPARED = 10
MOST_SERIES = 6

_GAINS = ("change", "growth", "cagr", "shift_share")


def chart_of(
    measures: Sequence[str],
    columns: Sequence[ResultColumn],
    question: Question,
    compared: Sequence[int],
    title: str,
) -> Chart | None:
    """Return the chart that suits the first measure; None for measures that are texts.

    Parameters
    ----------
    compared
        Numbers of the units that the user picked; empty for the greatest.
    """
    first = measures[0]
    numbers = [column for column in columns if column.is_number and column.note.measure == first]
    if not numbers:
        return None
    note = ""
    rows = list(compared)
    if not rows:
        rows = _greatest(numbers[0])
        if len(question.names) > len(rows):
            note = _("{n} 个单元中的前 {shown} 个。").format(n=len(question.names), shown=len(rows))
    if first in ("rows", "total") and len(question.tallies.periods) > 2:
        return _over_time(first, question, rows, title, is_picked=bool(compared))
    labels = tuple(question.names[at] for at in rows)
    if first == "shift_share":
        parts = tuple((column.name, _values(column, rows)) for column in numbers[1:])
        return Chart(ChartKind.STACKED, title, labels, parts, question.amount_unit, note)
    if first in ("category_amount", "category_share") and len(numbers) > 1:
        series = tuple((column.category, _values(column, rows)) for column in numbers[:MOST_SERIES])
        if len(series) < len(question.tallies.categories):
            some = _("只画 {n} 个类别（共 {total} 个），条的长度不是全部。")
            note += some.format(n=len(series), total=len(question.tallies.categories))
        return Chart(ChartKind.STACKED, title, labels, series, numbers[0].note.unit, note)
    # Categories are counted in weights where there are any: they are no parts of the rows then.
    is_of_parts = first == ("total" if question.weight else "rows")
    if is_of_parts and len(question.tallies.categories) > 1:
        return Chart(ChartKind.STACKED, title, labels, _parts(question, rows), question.amount_unit, note)
    shown = numbers[0]
    reference = 1.0 if first == "location_quotient" else 0.0 if first in _GAINS else None
    return Chart(
        ChartKind.BARS, title, labels, ((shown.name, _values(shown, rows)),), shown.note.unit, note, reference
    )


def _greatest(column: ResultColumn) -> list[int]:
    """Return the units with the greatest values, ranks the other way round; those without come never."""
    values = np.array(
        [np.nan if value is None else value for value in column.values.to_pylist()], dtype=float
    )
    present = np.flatnonzero(np.isfinite(values))
    sign = 1.0 if column.note.measure == "rank" else -1.0
    return list(present[np.argsort(sign * values[present], kind="stable")][:MOST_UNITS])


def _values(column: ResultColumn, rows: Sequence[int]) -> tuple[float | None, ...]:
    return tuple(None if (value := column.values[at].as_py()) is None else float(value) for at in rows)


def _parts(question: Question, rows: Sequence[int]) -> tuple[tuple[str, tuple[float | None, ...]], ...]:
    """Return what the units are made of: the greatest categories, and the rest."""
    now = question.now
    kept = min(len(question.tallies.categories), MOST_SERIES - 1)
    series = []
    for at in range(kept):
        unknown = now.unknown[rows, at] | np.isnan(now.plain[rows])
        values = np.where(unknown, np.nan, now.by_category[rows, at])
        series.append((question.tallies.categories[at], _or_none(values)))
    rest = now.plain[rows] - now.by_category[rows, :kept].sum(axis=1)
    if np.abs(np.nan_to_num(rest)).max(initial=0.0) > 1e-9 * max(abs(now.region), 1.0):
        series.append((_("其余"), _or_none(rest)))
    return tuple(series)


def _or_none(values: FloatArray) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in values)


def _over_time(
    measure: str, question: Question, rows: Sequence[int], title: str, *, is_picked: bool
) -> Chart:
    """Return lines of the units over all periods: of all that were picked, else of the greatest."""
    if not is_picked:
        rows = rows[:MOST_SERIES]
    periods = question.tallies.periods
    told = [question.tallies.of(period) for period in periods]
    amounts = np.array([each.rows if measure == "rows" else each.plain for each in told])
    series = tuple((question.names[at], _or_none(amounts[:, at])) for at in rows)
    note = MEASURES[measure].title
    if not is_picked and len(question.names) > len(rows):
        note += _("；") + _("{n} 个单元中的前 {shown} 个。").format(n=len(question.names), shown=len(rows))
    unit = _("条") if measure == "rows" else question.amount_unit
    return Chart(ChartKind.LINES, title, periods, series, unit, note)
