"""Figures held against one another: several sources on one thing, and what can be reckoned again.

Everything is read in Chinese, which all figures have. Only the standard library is needed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from jjjmap.analysis.quantities import (
    Range,
    figure_range,
    half_step,
    is_additive,
    plain_unit,
    printed_range,
)
from jjjmap.analysis.series import Vintage, parse_period, quantity_of, time_order, vintage_of
from jjjmap.catalogue.models import REGION_ID, Catalogue, Figure, PlaceKind


class Verdict(StrEnum):
    """What came out."""

    DIFFER = "differ"
    """The two cannot both be right."""
    ROUNDED = "rounded"
    """They differ within rounding, or within what 超, 约 and 不足 leave open."""
    AGREE = "agree"
    UNKNOWN = "not-computable"
    """Nothing to hold it against; see `Check.reason`."""


class CheckKind(StrEnum):
    """What is held against what."""

    SAME = "same"
    """Several figures about one thing at one time."""
    QUOTED = "quoted"
    """A value that one figure's comparison quotes, and the figure itself."""
    MULTIPLE = "multiple"
    """So many times the value of an earlier year."""
    GROWTH = "growth"
    """Growth in percent between two periods."""
    AVERAGE_GROWTH = "average-growth"
    POWER = "power"
    """A multiple and an average growth over the same years."""
    CHANGE = "change"
    """A difference between two periods."""
    SHARE = "share"
    SUM = "sum"
    """All parts together and the whole."""
    PART = "part"
    """Some parts, which must not exceed the whole."""
    QUOTIENT = "quotient"
    """A value per head."""
    CUMULATIVE = "cumulative"
    """What is counted from one beginning cannot fall."""


class Reason(StrEnum):
    """Why something cannot be reckoned."""

    NO_BASE = "no-base"
    """The catalogue has no value for the period that it is compared with."""
    NO_WHOLE = "no-whole"
    """The catalogue has no value of the nation, or of another whole."""
    NO_VALUE = "no-value"
    """The catalogue has the growth but not the value itself."""
    NO_START = "no-start"
    """The source does not say from when it reckons."""
    REAL_GROWTH = "real-growth"
    """Growth at constant prices does not follow from values at current prices."""
    EXPECTED = "expected"
    """One of the two was only expected while the year still ran."""
    ONLY_BOUNDS = "only-bounds"
    """超 and 约 leave it open."""
    OTHER_DATE = "other-date"
    """Both lie in one year, but not on one date."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing held against another."""

    kind: CheckKind
    verdict: Verdict
    figures: tuple[Figure, ...]
    """All that take part; the first is what the check is about."""
    stated: Range | None = None
    """What is printed, in `unit_zh`."""
    reckoned: Range | None = None
    """What follows from the others, or what another source prints, in `unit_zh`."""
    unit_zh: str = ""
    unit_en: str = ""
    decimals: int = 0
    """Decimals of the printed number."""
    reason: Reason | None = None
    base_year: int | None = None
    """The year of comparison, where there is one."""
    claim_zh: str = ""
    """The words of the comparison that are checked; empty where two figures are compared as such."""
    parts_known: int = 0
    parts_all: int = 0

    @property
    def subject(self) -> Figure:
        """The figure that the check is about."""
        return self.figures[0]

    @property
    def is_marked(self) -> bool:
        """Whether the catalogue already says that one of them is contested or revised."""
        return any(figure.contested for figure in self.figures)

    @property
    def is_contradiction(self) -> bool:
        """Whether the two differ although the catalogue does not say so."""
        return self.verdict is Verdict.DIFFER and not self.is_marked

    @property
    def is_agreement(self) -> bool:
        """Whether it is about several statements of one thing rather than about arithmetic."""
        return self.kind in (CheckKind.SAME, CheckKind.QUOTED)


@dataclass(frozen=True, slots=True)
class Cell:
    """What the catalogue has on one indicator of one scope."""

    figures: tuple[Figure, ...]
    """The latest first; those without a period last."""

    @property
    def latest(self) -> Figure:
        """The figure that stands for the cell."""
        return self.figures[0]

    @property
    def source_count(self) -> int:
        """How many sources there are."""
        return len({figure.source_id for figure in self.figures})

    @property
    def has_period(self) -> bool:
        """Whether a source says what period the value is of."""
        return bool(self.latest.period)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Scopes × indicators; what is not among the cells has no data."""

    scope_ids: tuple[str, ...]
    """The region, units by code, then places in catalogue order; only those with figures."""
    indicators: tuple[str, ...]
    """Names in Chinese, those that most scopes have first."""
    cells: Mapping[tuple[str, str], Cell]
    """By scope and indicator."""

    def scopes_with(self, indicator: str) -> int:
        """Return how many scopes have an indicator."""
        return sum((scope_id, indicator) in self.cells for scope_id in self.scope_ids)


_REAL = re.compile("生产总值|增加值")
"""Indicators whose growth is published at constant prices unless 名义 is said."""

_PER_HEAD = {"人均地区生产总值": ("地区生产总值", "年末常住人口")}
_WHOLE_PORT = re.compile("吞吐量")
_SPAN_IN_NAME = re.compile(r"（(?:\d{4}—\d{4}|\d{4}年以来)?(?:累计)?）")
_COUNTED_ON = re.compile(r"累计|年以来")
_MULTIPLE_NAME = re.compile(r"(?P<of>.+)为(?P<year>\d{4})年倍数")
_AVERAGE_NAME = re.compile(r"(?P<of>.+?)年均增速")
_GROWTH_NAME = re.compile(r"(?P<of>.+?)(?:同比增速|增速|同比)")
_PART_NAME = re.compile(r"(?P<whole>.+?)中的.+")
_NUMBER = r"(?P<number>\d+(?:\.\d+)?)"
_CLAUSE_END = re.compile("[；，;]")

_MULTIPLE = re.compile(rf"为(?P<year>\d{{4}})年的{_NUMBER}倍")
_AVERAGE = re.compile(rf"(?:(?P<year>\d{{4}})年以来)?年均增长{_NUMBER}%")
_ON_YEAR = re.compile(
    rf"[比较](?P<year>\d{{4}}年|上年)(?P<way>增长|增加|提高|上升|下降|减少){_NUMBER}(?P<unit>[^\d）]*)"
)
_GROWTH = re.compile(rf"(?P<lead>实际|名义|目标|来源称)?(?P<way>增长|下降){_NUMBER}%")
_LEVEL = re.compile("与上年持平")
_SHARE = re.compile(rf"占(?P<whole>全国|全港)(?:近|约|超)?{_NUMBER}%")
_LOOSE_SHARE = re.compile("占全|成以上|约.成")
_TIMES = re.compile(rf"{_NUMBER}倍")
_QUOTED = re.compile(rf"(?:(?P<year>\d{{4}})年|(?P<before>协同.{{0,3}}前))为{_NUMBER}(?P<unit>.+)")
_OF_WHICH = re.compile(rf"其中.*?(?<!\d){_NUMBER}(?P<unit>.+)")


def cross_check(catalogue: Catalogue) -> tuple[Check, ...]:
    """Hold all figures of a catalogue against one another.

    Returns
    -------
    tuple of Check
        What differs first, unmarked before marked; then by kind and as the figures stand in the file.
    """
    return _Checker(catalogue).run()


def figure_matrix(catalogue: Catalogue) -> Matrix:
    """Return what the catalogue has on which indicator of which scope."""
    found: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in catalogue.figures.values():
        found[figure.scope_id, figure.indicator_zh].append(figure)
    cells = {key: Cell(tuple(sorted(figures, key=_latest_first))) for key, figures in found.items()}
    seen = {scope_id for scope_id, _indicator in cells}
    ranks = {place_id: rank for rank, place_id in enumerate(catalogue.places)}

    def scope_order(scope_id: str) -> tuple[bool, bool, str, int]:
        place = catalogue.places.get(scope_id)
        is_unit = place is not None and place.kind.is_unit
        return scope_id != REGION_ID, not is_unit, scope_id if is_unit else "", ranks.get(scope_id, 0)

    counts: dict[str, int] = defaultdict(int)
    for _scope_id, indicator in cells:
        counts[indicator] += 1
    return Matrix(
        tuple(sorted(seen, key=scope_order)),
        tuple(sorted(counts, key=lambda indicator: -counts[indicator])),  # Stable: else as in the file.
        cells,
    )


def _latest_first(figure: Figure) -> tuple[bool, float, float]:
    span = parse_period(figure.period)
    return (False, -span.end, -span.start) if span else (True, 0.0, 0.0)


def _thing(figure: Figure) -> str:
    """Return what a figure counts, without what its period or its release says already."""
    return _SPAN_IN_NAME.sub("", quantity_of(figure)[0]).removeprefix("全部")


def _is_goal(figure: Figure) -> bool:
    return bool(re.search("目标|规划|计划", figure.indicator_zh))


class _Checker:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._figures = tuple(catalogue.figures.values())
        self._by_thing: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
        for figure in self._figures:
            self._by_thing[figure.scope_id, _thing(figure), figure.period].append(figure)

    def run(self) -> tuple[Check, ...]:
        checks = [
            *self._same(),
            *self._other_dates(),
            *(check for figure in self._figures for check in self._claims(figure)),
            *(check for figure in self._figures for check in self._names(figure)),
            *self._sums(),
            *self._named_parts(),
            *self._years_of_spans(),
            *self._counted_on(),
        ]
        verdicts, kinds = list(Verdict), list(CheckKind)
        ranks = {figure.id: rank for rank, figure in enumerate(self._figures)}
        checks.sort(
            key=lambda check: (
                verdicts.index(check.verdict),
                check.is_marked,
                kinds.index(check.kind),
                ranks[check.subject.id],
            )
        )
        return tuple(checks)

    # Several statements of one thing.

    def _same(self) -> Iterator[Check]:
        for figures in self._by_thing.values():
            for units in _by_unit(figures).values():
                first, *others = units
                for other in others:
                    yield _compared(CheckKind.SAME, (first, other), figure_range(other))

    def _other_dates(self) -> Iterator[Check]:
        """Pair figures of different sources on one thing, of one year but not of one date."""
        in_year: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
        for figure in self._figures:
            if figure.period and "/" not in figure.period and not _is_goal(figure):
                in_year[figure.scope_id, _thing(figure), figure.period[:4]].append(figure)
        for figures in in_year.values():
            for units in _by_unit(figures).values():
                first, *others = units
                for other in others:
                    if other.period != first.period and other.source_id != first.source_id:
                        yield _unknown(CheckKind.SAME, (first, other), Reason.OTHER_DATE)

    # What a comparison says.

    def _claims(self, figure: Figure) -> Iterator[Check]:
        base_year: int | None = None
        multiple: tuple[int, str] | None = None
        if name := _MULTIPLE_NAME.fullmatch(_thing(figure)):
            multiple = int(name["year"]), str(figure.value)
        for clause in filter(None, _CLAUSE_END.split(figure.comparison_zh)):
            if said := _MULTIPLE.search(clause):
                base_year, multiple = int(said["year"]), (int(said["year"]), said["number"])
                yield from self._multiple(figure, base_year, said["number"], clause)
            elif said := _AVERAGE.search(clause):
                base_year = int(said["year"]) if said["year"] else base_year
                if multiple is not None and multiple[0] == base_year:
                    yield self._power(figure, multiple[0], multiple[1], said["number"], clause)
                yield from self._average(figure, base_year, said["number"], clause)
            elif said := _ON_YEAR.search(clause):
                yield self._on_year(figure, said, clause)
            elif said := _GROWTH.search(clause):
                yield self._growth(figure, said["lead"] or "", said["way"], said["number"], clause)
            elif _LEVEL.search(clause):
                yield self._growth(figure, "", "增长", "0", clause)
            elif said := _SHARE.search(clause):
                yield self._share(figure, said["whole"], said["number"], clause)
            elif said := _QUOTED.search(clause):
                yield from self._quoted(figure, said, clause)
            elif said := _OF_WHICH.search(clause):
                yield from self._of_which(figure, said, clause)
            elif _LOOSE_SHARE.search(clause):
                yield _unknown(CheckKind.SHARE, (figure,), Reason.NO_WHOLE, clause)
            elif "倍" in clause and _TIMES.search(clause):
                yield _unknown(CheckKind.MULTIPLE, (figure,), Reason.NO_BASE, clause)

    def _multiple(self, figure: Figure, year: int, number: str, clause: str) -> Iterator[Check]:
        named = self._named(figure.scope_id, f"{_thing(figure)}为{year}年倍数", figure.period)
        if named is not None:
            yield _said_twice(figure, named, number, "倍", "times", clause)
        yield self._ratio(CheckKind.MULTIPLE, figure, _thing(figure), year, number, clause)

    def _ratio(
        self, kind: CheckKind, figure: Figure, thing: str, year: int, number: str, clause: str
    ) -> Check:
        """Reckon a multiple or an average growth since a year from the two values."""
        subject = figure if _thing(figure) == thing else self._figure_of(figure, thing, figure.period[-4:])
        if subject is None:
            return _unknown(kind, (figure,), Reason.NO_VALUE, clause, year)
        base = self._figure_of(subject, thing, str(year))
        if base is None:
            return _unknown(kind, (figure,), Reason.NO_BASE, clause, year)
        figures = tuple(dict.fromkeys((figure, subject, base)))
        ratio = figure_range(subject) / figure_range(base)
        if kind is CheckKind.MULTIPLE:
            return _reckoned(kind, figures, number, ratio, "倍", "times", clause, year)
        years = int(subject.period[:4]) - year
        return _reckoned(kind, figures, number, _percent(ratio ** (1 / years)), "%", "%", clause, year)

    def _power(self, figure: Figure, year: int, multiple: str, average: str, clause: str) -> Check:
        rate = printed_range(Decimal(average))
        years = int(figure.period[:4]) - year
        reckoned = Range(1 + rate.low / 100, 1 + rate.value / 100, 1 + rate.high / 100) ** years
        return _reckoned(CheckKind.POWER, (figure,), multiple, reckoned, "倍", "times", clause, year)

    def _average(self, figure: Figure, year: int | None, number: str, clause: str) -> Iterator[Check]:
        thing = _thing(figure)
        if year is None:
            yield _unknown(CheckKind.AVERAGE_GROWTH, (figure,), Reason.NO_START, clause)
            return
        named = self._named(figure.scope_id, f"{thing}年均增速", f"{year}/{figure.period}")
        if named is not None:
            yield _said_twice(figure, named, number, "%", "%", clause)
        if _REAL.search(thing):
            yield _unknown(CheckKind.AVERAGE_GROWTH, (figure,), Reason.REAL_GROWTH, clause, year)
        else:
            yield self._ratio(CheckKind.AVERAGE_GROWTH, figure, thing, year, number, clause)

    def _growth(self, figure: Figure, lead: str, way: str, number: str, clause: str) -> Check:
        year = int(figure.period[:4]) - 1 if figure.period else None
        if _REAL.search(figure.indicator_zh) and lead != "名义":
            return _unknown(CheckKind.GROWTH, (figure,), Reason.REAL_GROWTH, clause, year)
        return self._growth_since(figure, _a_year_before(figure.period), way, number, clause)

    def _growth_since(self, figure: Figure, base_period: str, way: str, number: str, clause: str) -> Check:
        year = int(base_period[:4]) if base_period else None
        base = self._figure_of(figure, _thing(figure), base_period) if base_period else None
        if base is None:
            return _unknown(CheckKind.GROWTH, (figure,), Reason.NO_BASE, clause, year)
        if Vintage.EXPECTED in (vintage_of(figure), vintage_of(base)):
            return _unknown(CheckKind.GROWTH, (figure, base), Reason.EXPECTED, clause, year)
        signed = f"-{number}" if way in ("下降", "减少") else number
        ratio = _percent(figure_range(figure) / figure_range(base))
        return _reckoned(CheckKind.GROWTH, (figure, base), signed, ratio, "%", "%", clause, year)

    def _on_year(self, figure: Figure, said: re.Match[str], clause: str) -> Check:
        base_period = _a_year_before(figure.period) if said["year"] == "上年" else said["year"][:4]
        if said["unit"] == "%":
            return self._growth_since(figure, base_period, said["way"], said["number"], clause)
        year = int(base_period[:4]) if base_period else None
        base = self._figure_of(figure, _thing(figure), base_period) if base_period else None
        if base is None:
            return _unknown(CheckKind.CHANGE, (figure,), Reason.NO_BASE, clause, year)
        falls = said["way"] in ("下降", "减少")
        own = plain_unit(figure.unit_zh)[1]
        told = plain_unit(said["unit"])[1] if said["unit"] not in ("", "个百分点") else own
        change = (figure_range(figure) - figure_range(base)).scaled(1 / told)
        number = f"-{said['number']}" if falls else said["number"]
        unit_en = figure.unit_en if told == own else ""
        return _reckoned(
            CheckKind.CHANGE, (figure, base), number, change, figure.unit_zh, unit_en, clause, year
        )

    def _share(self, figure: Figure, of: str, number: str, clause: str) -> Check:
        if of == "全国":
            named = self._named(figure.scope_id, f"{_thing(figure)}占全国比重", figure.period)
            if named is not None:
                return _said_twice(figure, named, number, "%", "%", clause)
            return _unknown(CheckKind.SHARE, (figure,), Reason.NO_WHOLE, clause)
        place = self._catalogue.places.get(figure.scope_id)
        wholes = self._by_thing.get((place.parent_id if place else "", _thing(figure), figure.period), ())
        for whole in wholes:
            if _dimension(whole) == _dimension(figure):
                ratio = (figure_range(figure) / figure_range(whole)).scaled(100)
                return _reckoned(CheckKind.SHARE, (figure, whole), number, ratio, "%", "%", clause)
        return _unknown(CheckKind.SHARE, (figure,), Reason.NO_WHOLE, clause)

    def _quoted(self, figure: Figure, said: re.Match[str], clause: str) -> Iterator[Check]:
        other = self._figure_of(figure, _thing(figure), said["year"] or "")
        year = int(said["year"]) if said["year"] else None
        if other is None:
            yield _unknown(CheckKind.QUOTED, (figure,), Reason.NO_BASE, clause, year)
            return
        own, told = plain_unit(other.unit_zh), plain_unit(said["unit"])
        if own[0] == told[0]:
            other_range = figure_range(other).scaled(1 / told[1])
            yield _reckoned(
                CheckKind.QUOTED,
                (figure, other),
                said["number"],
                other_range,
                said["unit"],
                other.unit_en if own == told else "",
                clause,
                year,
            )

    def _of_which(self, figure: Figure, said: re.Match[str], clause: str) -> Iterator[Check]:
        own, told = plain_unit(figure.unit_zh), plain_unit(said["unit"])
        if told[0] in own[0] or own[0] in told[0]:
            part = printed_range(Decimal(said["number"])).scaled(told[1])
            yield _fits_in(figure, (), part, clause=clause)

    # What a name says.

    def _names(self, figure: Figure) -> Iterator[Check]:
        number = str(figure.value)
        name = quantity_of(figure)[0]
        if said := _MULTIPLE_NAME.fullmatch(name):
            yield self._ratio(CheckKind.MULTIPLE, figure, said["of"], int(said["year"]), number, "")
        elif said := _AVERAGE_NAME.match(name):
            start = figure.period.partition("/")[0]
            if _REAL.search(name):
                yield _unknown(CheckKind.AVERAGE_GROWTH, (figure,), Reason.REAL_GROWTH, "")
            elif start:
                yield self._ratio(CheckKind.AVERAGE_GROWTH, figure, said["of"], int(start[:4]), number, "")
        elif said := _GROWTH_NAME.fullmatch(name):
            yield self._named_growth(figure, said["of"], number)
        elif parts := _PER_HEAD.get(name):
            total, heads = (self._figure_of(figure, part, figure.period) for part in parts)
            if total is None or heads is None:
                yield _unknown(CheckKind.QUOTIENT, (figure,), Reason.NO_VALUE)
            else:
                ratio = figure_range(total) / figure_range(heads)
                reckoned = ratio.scaled(1 / plain_unit(figure.unit_zh)[1])
                yield _reckoned(
                    CheckKind.QUOTIENT,
                    (figure, total, heads),
                    number,
                    reckoned,
                    figure.unit_zh,
                    figure.unit_en,
                )

    def _named_growth(self, figure: Figure, thing: str, number: str) -> Check:
        year = int(figure.period[:4]) - 1 if figure.period else None
        if _REAL.search(thing):
            return _unknown(CheckKind.GROWTH, (figure,), Reason.REAL_GROWTH, "", year)
        value = self._figure_of(figure, thing, figure.period)
        if value is None:
            return _unknown(CheckKind.GROWTH, (figure,), Reason.NO_VALUE, "", year)
        base = self._figure_of(value, thing, _a_year_before(figure.period))
        if base is None:
            return _unknown(CheckKind.GROWTH, (figure, value), Reason.NO_BASE, "", year)
        if Vintage.EXPECTED in (vintage_of(value), vintage_of(base)):
            return _unknown(CheckKind.GROWTH, (figure, value, base), Reason.EXPECTED, "", year)
        ratio = _percent(figure_range(value) / figure_range(base))
        return _reckoned(CheckKind.GROWTH, (figure, value, base), number, ratio, "%", "%", "", year)

    # Parts and wholes.

    def _sums(self) -> Iterator[Check]:
        for whole in self._figures:
            if not whole.period or not is_additive(whole):
                continue
            part_ids = self._parts_of(whole)
            parts = []
            for part_id in part_ids:
                found = self._by_thing.get((part_id, _thing(whole), whole.period), ())
                same_unit = [part for part in found if _dimension(part) == _dimension(whole)]
                # The release of the same source, or else the one that is still in force.
                same_unit.sort(
                    key=lambda part: (part.source_id != whole.source_id, "初值" in part.indicator_zh)
                )
                parts += same_unit[:1]
            if not parts:
                continue
            total = _total(parts)
            if len(parts) == len(part_ids):
                yield _compared(CheckKind.SUM, (whole, *parts), total, known=len(parts), of=len(part_ids))
            else:
                yield _fits_in(whole, parts, total, of=len(part_ids))

    def _parts_of(self, whole: Figure) -> tuple[str, ...]:
        """Return the scopes that make up the scope of a figure, as far as this indicator goes."""
        places = self._catalogue.places
        if whole.scope_id == REGION_ID:
            return tuple(place.id for place in places.values() if place.kind is PlaceKind.PROVINCE)
        place = places.get(whole.scope_id)
        if place is None:
            return ()
        if place.kind is PlaceKind.PROVINCE and _WHOLE_PORT.search(whole.indicator_zh):
            return tuple(
                other.id
                for other in places.values()
                if other.kind is PlaceKind.PORT and other.province == place.name_zh
            )
        if place.kind.is_unit:
            return ()
        return tuple(other.id for other in places.values() if other.parent_id == place.id)

    def _named_parts(self) -> Iterator[Check]:
        """Hold parts that are told by name, e.g. 签约企业中的北京企业, against their whole."""
        groups: dict[tuple[str, str, str, str], list[Figure]] = defaultdict(list)
        for figure in self._figures:
            if (name := _PART_NAME.match(_thing(figure))) and is_additive(figure):
                groups[figure.scope_id, name["whole"], figure.period, _dimension(figure)].append(figure)
        for (scope_id, stem, period, unit), parts in groups.items():
            for whole in self._figures:
                if (
                    (whole.scope_id, whole.period, _dimension(whole)) == (scope_id, period, unit)
                    and _thing(whole).startswith(stem)
                    and not _PART_NAME.match(_thing(whole))
                ):
                    towns = [town for town in ("北京", "天津") if any(town in p.indicator_zh for p in parts)]
                    if "京津" in stem and len(towns) == len(parts) == 2:
                        yield _compared(CheckKind.SUM, (whole, *parts), _total(parts), known=2, of=2)
                    else:
                        yield _fits_in(whole, parts, _total(parts))
                    break

    def _years_of_spans(self) -> Iterator[Check]:
        """Hold the years that are known against the total of a span of years."""
        for whole in self._figures:
            start, slash, end = whole.period.partition("/")
            if not slash or len(start) != 4 or len(end) != 4 or not is_additive(whole):
                continue
            years = [str(year) for year in range(int(start), int(end) + 1)]
            parts = []
            for year in years:
                part = self._figure_of(whole, _thing(whole), year)
                parts += [part] if part is not None else []
            if len(parts) == len(years):
                yield _compared(
                    CheckKind.SUM, (whole, *parts), _total(parts), known=len(parts), of=len(years)
                )
            elif parts:
                yield _fits_in(whole, parts, _total(parts), of=len(years))

    def _counted_on(self) -> Iterator[Check]:
        """Check that what is counted from one beginning does not fall."""
        groups: dict[tuple[str, str, str, str], list[Figure]] = defaultdict(list)
        for figure in self._figures:
            start, slash, _end = figure.period.partition("/")
            if is_additive(figure) and not _is_goal(figure) and figure.period:
                if slash:
                    groups[figure.scope_id, _thing(figure), _dimension(figure), start].append(figure)
                elif _COUNTED_ON.search(figure.indicator_zh):
                    groups[figure.scope_id, _thing(figure), _dimension(figure), ""].append(figure)
        for figures in groups.values():
            figures.sort(key=time_order)
            for earlier, later in pairwise(figures):
                if earlier.period == later.period:
                    continue
                before, after = figure_range(earlier), figure_range(later)
                verdict = Verdict.AGREE if after.high >= before.low else Verdict.DIFFER
                scale = 1 / plain_unit(later.unit_zh)[1]
                yield Check(
                    CheckKind.CUMULATIVE,
                    verdict,
                    (later, earlier),
                    after.scaled(scale),
                    before.scaled(scale),
                    later.unit_zh,
                    later.unit_en,
                    _decimals(later.value),
                )

    # Looking up.

    def _named(self, scope_id: str, thing: str, period: str) -> Figure | None:
        return next(iter(self._by_thing.get((scope_id, thing, period), ())), None)

    def _figure_of(self, like: Figure, thing: str, period: str) -> Figure | None:
        """Return a figure of the scope of another: of its own source and unit if there is one."""
        found = [
            figure
            for figure in self._by_thing.get((like.scope_id, thing, period), ())
            if figure is not like and not _is_goal(figure)
        ]
        found.sort(key=lambda figure: (figure.source_id != like.source_id, "初值" in figure.indicator_zh))
        return found[0] if found else None


def _by_unit(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    units: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        units[_dimension(figure)].append(figure)
    return units


def _dimension(figure: Figure) -> str:
    return plain_unit(figure.unit_zh)[0]


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _total(figures: Sequence[Figure]) -> Range:
    first, *others = (figure_range(figure) for figure in figures)
    for other in others:
        first = first + other
    return first


def _percent(ratio: Range) -> Range:
    return Range((ratio.low - 1) * 100, (ratio.value - 1) * 100, (ratio.high - 1) * 100)


def _a_year_before(period: str) -> str:
    """Return the same period a year earlier; empty if there is none."""
    if not period:
        return ""
    return "/".join(f"{int(part[:4]) - 1}{part[4:]}" for part in period.split("/"))


def _compared(
    kind: CheckKind, figures: tuple[Figure, ...], other: Range, *, known: int = 0, of: int = 0
) -> Check:
    """Compare the value of the first figure with another in its plain unit."""
    subject = figures[0]
    scale = 1 / plain_unit(subject.unit_zh)[1]
    own = figure_range(subject)
    if abs(own.value - other.value) <= 1e-9 * max(abs(own.value), abs(other.value)):
        verdict = Verdict.AGREE
    else:
        verdict = Verdict.ROUNDED if own.overlaps(other) else Verdict.DIFFER
    return Check(
        kind,
        verdict,
        figures,
        own.scaled(scale),
        other.scaled(scale),
        subject.unit_zh,
        subject.unit_en,
        max(_decimals(figure.value) for figure in figures),
        parts_known=known,
        parts_all=of,
    )


def _fits_in(whole: Figure, parts: Sequence[Figure], total: Range, *, of: int = 0, clause: str = "") -> Check:
    """Check that parts are no more than their whole."""
    own, scale = figure_range(whole), 1 / plain_unit(whole.unit_zh)[1]
    return Check(
        CheckKind.PART,
        Verdict.AGREE if total.low <= own.high * (1 + 1e-9) else Verdict.DIFFER,
        (whole, *parts),
        own.scaled(scale),
        total.scaled(scale),
        whole.unit_zh,
        whole.unit_en,
        _decimals(whole.value),
        claim_zh=clause,
        parts_known=len(parts),
        parts_all=of,
    )


def _reckoned(
    kind: CheckKind,
    figures: tuple[Figure, ...],
    number: str,
    reckoned: Range,
    unit_zh: str,
    unit_en: str,
    clause: str = "",
    year: int | None = None,
) -> Check:
    """Compare a printed number with what follows from others."""
    stated = printed_range(Decimal(number))
    half = half_step(number.removeprefix("-"))
    decimals = _decimals(Decimal(number))
    reason = None
    if not reckoned.is_bounded and reckoned.low < stated.value * 0.5:
        verdict, reason = Verdict.UNKNOWN, Reason.ONLY_BOUNDS
    elif abs(reckoned.value - stated.value) <= half * (1 + 1e-9):
        verdict = Verdict.AGREE
    elif reckoned.overlaps(_before_print(stated, half)):
        verdict = Verdict.ROUNDED
    else:
        verdict = Verdict.DIFFER
    return Check(kind, verdict, figures, stated, reckoned, unit_zh, unit_en, decimals, reason, year, clause)


def _before_print(stated: Range, half: float) -> Range:
    """Return what a number may have been before it was printed: sources round, but also cut decimals off."""
    if stated.value < 0:
        return Range(stated.value - 2 * half, stated.value, stated.high)
    return Range(stated.low, stated.value, stated.value + 2 * half)


def _said_twice(figure: Figure, named: Figure, number: str, unit_zh: str, unit_en: str, clause: str) -> Check:
    return _reckoned(
        CheckKind.QUOTED,
        (figure, named),
        number,
        printed_range(named.value, named.qualifier),
        unit_zh,
        unit_en,
        clause,
    )


def _unknown(
    kind: CheckKind, figures: tuple[Figure, ...], reason: Reason, clause: str = "", year: int | None = None
) -> Check:
    return Check(kind, Verdict.UNKNOWN, figures, reason=reason, base_year=year, claim_zh=clause)
