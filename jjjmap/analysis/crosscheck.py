"""Figures held against one another: several sources on one thing, and what can be reckoned again.

Everything is read in Chinese, which all figures have. Only the standard library is needed.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from jjjmap.analysis import clauses
from jjjmap.analysis.quantities import (
    Range,
    figure_range,
    half_step,
    is_additive,
    plain_unit,
    printed_range,
)
from jjjmap.analysis.series import (
    Vintage,
    parse_period,
    quantity_of,
    releases_differ,
    time_order,
    vintage_of,
)
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
    OTHER_RELEASE = "other-release"
    """The values come from different releases, e.g. from before and after a census."""
    OTHER_UNIT = "other-unit"
    """One counts what the other does not."""
    NOT_POSITIVE = "not-positive"
    """The value to divide by is zero or below."""
    NO_YEARS = "no-years"
    """The period or its distance from the first year is not known."""
    BACKWARDS = "backwards"
    """The period ends before it begins."""


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


_REAL = re.compile("生产总值|增加值")
"""Indicators whose growth is published at constant prices unless 名义 is said."""

_PER_HEAD = {"人均地区生产总值": (("地区生产总值", "元"), ("年末常住人口", "人"))}
"""What is divided by what, each with its plain unit."""

_POINTS = "个百分点"
_WHOLE_PORT = re.compile("吞吐量")
_SPAN_IN_NAME = re.compile(r"（(?:\d{4}—\d{4}|\d{4}年以来)?(?:累计)?）")
_COUNTED_ON = re.compile(r"累计|年以来")
_MULTIPLE_NAME = re.compile(r"(?P<of>.+)为(?P<year>\d{4})年倍数")
_AVERAGE_NAME = re.compile(r"(?P<of>.+?)年均增速")
_GROWTH_NAME = re.compile(r"(?P<of>.+?)(?:同比增速|增速|同比)")
_PART_NAME = re.compile(r"(?P<whole>.+?)中的.+")


def cross_check(catalogue: Catalogue) -> tuple[Check, ...]:
    """Hold all figures of a catalogue against one another.

    Returns
    -------
    tuple of Check
        What differs first, unmarked before marked; then by kind and as the figures stand in the file.
    """
    return _Checker(catalogue).run()


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
        self._unit_en = {figure.unit_zh: figure.unit_en for figure in self._figures}

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
        for clause in filter(None, clauses.CLAUSE_END.split(figure.comparison_zh)):
            if said := clauses.MULTIPLE.search(clause):
                base_year, multiple = int(said["year"]), (int(said["year"]), said["number"])
                yield from self._multiple(figure, base_year, said["number"], clause)
            elif said := clauses.AVERAGE.search(clause):
                base_year = int(said["year"]) if said["year"] else base_year
                if multiple is not None and multiple[0] == base_year:
                    yield self._power(figure, multiple[0], multiple[1], said["number"], clause)
                yield from self._average(figure, base_year, said["number"], clause)
            elif said := clauses.ON_YEAR.search(clause):
                yield self._on_year(figure, said, clause)
            elif said := clauses.GROWTH.search(clause):
                yield self._growth(figure, said["lead"] or "", said["way"], said["number"], clause)
            elif clauses.LEVEL.search(clause):
                yield self._growth(figure, "", "增长", "0", clause)
            elif said := clauses.SHARE.search(clause):
                yield self._share(figure, said["whole"], said["number"], clause)
            elif said := clauses.QUOTED.search(clause):
                yield from self._quoted(figure, said, clause)
            elif said := clauses.OF_WHICH.search(clause):
                yield from self._of_which(figure, said, clause)
            elif clauses.LOOSE_SHARE.search(clause):
                yield _unknown(CheckKind.SHARE, (figure,), Reason.NO_WHOLE, clause)
            elif "倍" in clause and clauses.TIMES.search(clause):
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
        subject: Figure | None = figure
        if _thing(figure) != thing:
            subject = self._figure_of(figure, thing, figure.period.rpartition("/")[2])
        if subject is None:
            return _unknown(kind, (figure,), Reason.NO_VALUE, clause, year)
        base = self._figure_of(subject, thing, str(year))
        if base is None:
            return _unknown(kind, (figure,), Reason.NO_BASE, clause, year)
        figures = tuple(dict.fromkeys((figure, subject, base)))
        if reason := _why_not(subject, base):
            return _unknown(kind, figures, reason, clause, year)
        ratio = figure_range(subject) / figure_range(base)
        if kind is CheckKind.MULTIPLE:
            return _reckoned(kind, figures, number, ratio, "倍", "times", clause, year)
        years = _years_since(year, subject.period)
        if years is None:
            return _unknown(kind, figures, Reason.NO_YEARS, clause, year)
        return _reckoned(kind, figures, number, _percent(ratio ** (1 / years)), "%", "%", clause, year)

    def _power(self, figure: Figure, year: int, multiple: str, average: str, clause: str) -> Check:
        rate = printed_range(Decimal(average))
        years = _years_since(year, figure.period)
        if years is None:
            return _unknown(CheckKind.POWER, (figure,), Reason.NO_YEARS, clause, year)
        reckoned = Range(1 + rate.low / 100, 1 + rate.value / 100, 1 + rate.high / 100) ** years
        if math.isinf(reckoned.value):
            return _unknown(CheckKind.POWER, (figure,), Reason.NO_YEARS, clause, year)
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
        if reason := _why_not(figure, base):
            return _unknown(CheckKind.GROWTH, (figure, base), reason, clause, year)
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
        # The number keeps the unit in which it is told, which need not be that of the figure.
        told = said["unit"] or figure.unit_zh
        unit_zh, unit_en = told, self._english_unit(told, figure)
        if _dimension(figure) == "%" and told in ("%", _POINTS):
            told, unit_zh, unit_en = "%", _POINTS, "percentage points"
        plain, factor = plain_unit(told)
        if plain != _dimension(figure):
            return _unknown(CheckKind.CHANGE, (figure, base), Reason.OTHER_UNIT, clause, year)
        if releases_differ((figure, base)):
            return _unknown(CheckKind.CHANGE, (figure, base), Reason.OTHER_RELEASE, clause, year)
        change = (figure_range(figure) - figure_range(base)).scaled(1 / factor)
        number = f"-{said['number']}" if said["way"] in ("下降", "减少") else said["number"]
        return _reckoned(CheckKind.CHANGE, (figure, base), number, change, unit_zh, unit_en, clause, year)

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
                if reason := _why_not(figure, whole):
                    return _unknown(CheckKind.SHARE, (figure, whole), reason, clause)
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
                self._english_unit(said["unit"], other),
                clause,
                year,
            )

    def _english_unit(self, unit_zh: str, figure: Figure) -> str:
        """Return the English of a unit: as a figure has it, else as any other; Chinese if none does."""
        return figure.unit_en if figure.unit_zh == unit_zh else self._unit_en.get(unit_zh, unit_zh)

    def _of_which(self, figure: Figure, said: re.Match[str], clause: str) -> Iterator[Check]:
        own, told = plain_unit(figure.unit_zh), plain_unit(said["unit"])
        if told[0] == own[0]:
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
            total, heads = (self._figure_of(figure, part, figure.period, unit) for part, unit in parts)
            if total is None or heads is None:
                yield _unknown(CheckKind.QUOTIENT, (figure,), Reason.NO_VALUE)
            elif reason := _why_not(total, heads):
                yield _unknown(CheckKind.QUOTIENT, (figure, total, heads), reason)
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
        if reason := _why_not(value, base):
            return _unknown(CheckKind.GROWTH, (figure, value, base), reason, "", year)
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
                parts += [min(same_unit, key=_fitness(whole))] if same_unit else []
            if not parts:
                continue
            yield _added(whole, parts, of=len(part_ids))

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
                    is_all = "京津" in stem and len(towns) == len(parts) == 2
                    yield _added(whole, parts, of=2 if is_all else 0)
                    break

    def _years_of_spans(self) -> Iterator[Check]:
        """Hold the years that are known against the total of a span of years."""
        for whole in self._figures:
            start, slash, end = whole.period.partition("/")
            if not slash or len(start) != 4 or len(end) != 4 or not is_additive(whole):
                continue
            if int(end) < int(start):
                yield _unknown(CheckKind.SUM, (whole,), Reason.BACKWARDS)
                continue
            years = [str(year) for year in range(int(start), int(end) + 1)]
            parts = []
            for year in years:
                part = self._figure_of(whole, _thing(whole), year)
                parts += [part] if part is not None else []
            if parts:
                yield _added(whole, parts, of=len(years))

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

    def _figure_of(self, like: Figure, thing: str, period: str, dimension: str = "") -> Figure | None:
        """Return a figure of the scope of another, of its own release and source if there is one.

        Another figure of the same thing must count the same; for other things `dimension` may name the plain
        unit that is wanted.
        """
        if thing == _thing(like):
            dimension = _dimension(like)
        found = [
            figure
            for figure in self._by_thing.get((like.scope_id, thing, period), ())
            if figure is not like and not _is_goal(figure) and dimension in ("", _dimension(figure))
        ]
        return min(found, key=_fitness(like), default=None)


def _by_unit(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    units: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        units[_dimension(figure)].append(figure)
    return units


def _dimension(figure: Figure) -> str:
    return plain_unit(figure.unit_zh)[0]


def _fitness(like: Figure) -> Callable[[Figure], tuple[bool, bool, bool]]:
    """Return what orders figures by how well they go with another: the best has the least."""

    def rank(figure: Figure) -> tuple[bool, bool, bool]:
        return (
            releases_differ((figure, like)),
            figure.source_id != like.source_id,
            vintage_of(figure).is_open,
        )

    return rank


def _why_not(figure: Figure, divisor: Figure) -> Reason | None:
    """Return what forbids to divide one figure by another; None if nothing does."""
    if divisor.value <= 0:
        return Reason.NOT_POSITIVE
    return Reason.OTHER_RELEASE if releases_differ((figure, divisor)) else None


def _years_since(year: int, period: str) -> int | None:
    """Return how many years lie between a year and the end of a period; None if none or not known."""
    span = parse_period(period)
    if span is None:
        return None
    # The end is not part of the period: 2023 ends where 2024 begins.
    years = math.ceil(span.end - 1e-6) - 1 - year
    return years if years > 0 else None


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


def _added(whole: Figure, parts: Sequence[Figure], *, of: int) -> Check:
    """Hold parts against their whole: their sum where all `of` them are known, else that they fit in."""
    is_all = len(parts) == of
    if releases_differ((whole, *parts)):
        kind = CheckKind.SUM if is_all else CheckKind.PART
        return _unknown(kind, (whole, *parts), Reason.OTHER_RELEASE)
    if is_all:
        return _compared(CheckKind.SUM, (whole, *parts), _total(parts), known=of, of=of)
    return _fits_in(whole, parts, _total(parts), of=of)


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
