"""Figures in the order of time: what may be joined to a series, and what must stand alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from jjjmap.catalogue.models import Figure, Qualifier
from jjjmap.i18n import _

LINE_POINTS = 3
"""From this many points on, a series is a line; fewer are bars, since two points are no course."""

_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?)?")

_RELEASE_IN_NAME = re.compile(r"（(?:修订前初值|初值|初步核算数?|快报数?|预计)）$")
"""Releases that the facts tell in the name of the indicator: the same quantity all the same."""

_MULTIPLES = {
    "": 1,
    "千": 10**3,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}
_MULTIPLE_OF_UNIT = re.compile(r"(万亿|千万|百万|亿|万|千)?(?!克|瓦|米|伏)(.+)")
"""Kilo- units (千克, 千瓦, 千米, 千伏) are units of their own."""

_FIRST_WORDS = ("修订前", "初值")
_UNSURE_WORDS = ("或修订批次不同", "或另一批次")
_PRELIMINARY_WORDS = ("初步核算", "初步数", "快报")
_EXPECTED_WORDS = ("预计",)
_FINAL_WORDS = ("最终核实",)
_REVISED_WORDS = ("修订的序列", "修订后")
_DEFINITION_WORDS = ("口径",)

QUALIFIER_SIGNS = {Qualifier.EXACT: "", Qualifier.ABOUT: "≈", Qualifier.MORE: ">", Qualifier.LESS: "<"}


class Vintage(StrEnum):
    """Which release of a statistic a figure is, as far as the facts tell."""

    UNSTATED = "unstated"
    FIRST = "first"
    """As first published, before a revision that has come since."""
    UNSURE = "unsure"
    """Preliminary or of another revision: the facts leave open which."""
    PRELIMINARY = "preliminary"
    EXPECTED = "expected"
    REVISED = "revised"
    FINAL = "final"

    @property
    def is_open(self) -> bool:
        """Whether a later release has replaced it or may still do so."""
        return self in (Vintage.FIRST, Vintage.UNSURE, Vintage.PRELIMINARY, Vintage.EXPECTED)


@dataclass(frozen=True, slots=True)
class Span:
    """A period on the axis of time, in years; the end is not part of it."""

    start: float
    end: float
    grain: str
    """What sort of period it is, e.g. ``year`` or ``within 01 07``: only those of one sort may be joined."""


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one scope, indicator, unit, source, release and sort of period, the earliest first."""

    points: tuple[Figure, ...]
    vintage: Vintage
    contested: bool

    @property
    def is_line(self) -> bool:
        """Whether the points may be joined by a line."""
        return len(self.points) >= LINE_POINTS and all(parse_period(point.period) for point in self.points)


def parse_period(period: str) -> Span | None:
    """Return when a period is; None if the source names none or it is not written in ISO 8601."""
    start_text, slash, end_text = period.partition("/")
    start = _moment(start_text)
    if start is None:
        return None
    if not slash:
        return Span(*start, ("year", "month", "day")[start_text.count("-")])
    end = _moment(end_text)
    if end is None or end[1] <= start[0]:
        return None
    if start_text[:4] == end_text[:4]:
        # The same months of several years make a series, e.g. January to July.
        return Span(start[0], end[1], f"within {start_text[5:]} {end_text[5:]}")
    # What is counted from one beginning makes a series; a growth over other years is another quantity.
    return Span(start[0], end[1], f"since {start_text}")


def short_period(period: str) -> str:
    """Return a period for the axis of a chart, the same in every language: 2013, 2024.1–7, 2014–2021.9."""
    start, slash, end = period.partition("/")
    if not slash:
        return _short_date(start)
    if start[:4] == end[:4] and len(start) > 4 and len(end) > 4:
        return f"{_short_date(start)}–{_short_date(end).partition('.')[2]}"
    return f"{_short_date(start)}–{_short_date(end)}"


def vintage_of(figure: Figure) -> Vintage:
    """Return which release a figure is, by its name and note; both are read in Chinese, which all have."""
    told = f"{figure.indicator_zh} {figure.note_zh}"
    for vintage, words in (
        (Vintage.FINAL, _FINAL_WORDS),
        (Vintage.FIRST, _FIRST_WORDS),
        (Vintage.UNSURE, _UNSURE_WORDS),
        (Vintage.PRELIMINARY, _PRELIMINARY_WORDS),
        (Vintage.EXPECTED, _EXPECTED_WORDS),
        (Vintage.REVISED, _REVISED_WORDS),
    ):
        if any(word in told for word in words):
            return vintage
    return Vintage.UNSTATED


def vintage_name(vintage: Vintage) -> str:
    """Return the name of a release; empty where the facts tell none."""
    return {
        Vintage.UNSTATED: "",
        Vintage.FIRST: _("修订前初值"),
        Vintage.UNSURE: _("初步数或另一批次"),
        Vintage.PRELIMINARY: _("初步数"),
        Vintage.EXPECTED: _("预计数"),
        Vintage.REVISED: _("修订后数"),
        Vintage.FINAL: _("最终核实数"),
    }[vintage]


def releases_differ(figures: Iterable[Figure]) -> bool:
    """Whether figures are of different releases, as far as the facts tell.

    Notes
    -----
    A figure that tells no release goes with any but a superseded, a revised or an unsure one: of a revised
    quantity there are several values, and nobody knows which of them it is.
    """
    vintages = {vintage_of(figure) for figure in figures}
    if len(vintages) < 2:
        return False
    return len(vintages - {Vintage.UNSTATED}) > 1 or bool(
        vintages & {Vintage.FIRST, Vintage.UNSURE, Vintage.REVISED}
    )


def standing_name(figure: Figure) -> str:
    """Return the release of a figure, else that it is contested; empty where nothing is to be said."""
    return vintage_name(vintage_of(figure)) or (_("说法不一") if figure.contested else "")


def quantity_of(figure: Figure) -> tuple[str, str]:
    """Return what is counted and in which unit: what two figures must share to be set side by side."""
    return _RELEASE_IN_NAME.sub("", figure.indicator_zh), figure.unit_zh


def base_unit(unit_zh: str) -> tuple[str, int]:
    """Return a unit without its multiple, and the multiple: 万亿元 is 元, 10¹²."""
    parts = _MULTIPLE_OF_UNIT.fullmatch(unit_zh)
    return (parts[2], _MULTIPLES[parts[1] or ""]) if parts else (unit_zh, 1)


def series_of(figures: Iterable[Figure], figure: Figure) -> tuple[Series, ...]:
    """Return all series of the scope and quantity of a figure, the longest first.

    Parameters
    ----------
    figures
        Where to look; `figure` is among them.
    figure
        The one whose scope and quantity is meant.
    """
    wanted = (figure.scope_id, quantity_of(figure))
    return group_series(other for other in figures if (other.scope_id, quantity_of(other)) == wanted)


def group_series(figures: Iterable[Figure]) -> tuple[Series, ...]:
    """Sort figures of one scope and quantity into series, the longest first, then the earliest.

    Notes
    -----
    Two figures are joined only if nothing speaks against it: the same name, source, release and sort of
    period, and for contested figures, or ones that tell a definition, the same remark. Two values of one
    period are two series.
    """
    groups: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for figure in figures:
        span = parse_period(figure.period)
        vintage = vintage_of(figure)
        remark_counts = (
            figure.contested
            or vintage is not Vintage.UNSTATED
            or any(word in figure.note_zh for word in _DEFINITION_WORDS)
        )
        key = [
            figure.scope_id,
            figure.indicator_zh,
            figure.unit_zh,
            figure.source_id,
            vintage.value,
            # A period that nobody can place on the axis joins nothing.
            span.grain if span else figure.id,
            figure.note_zh if remark_counts else "",
            str(figure.contested),
        ]
        twin = 0
        while any(other.period == figure.period for other in groups.get((*key, str(twin)), ())):
            twin += 1
        groups[(*key, str(twin))].append(figure)
    made = [
        Series(tuple(sorted(group, key=time_order)), vintage_of(group[0]), group[0].contested)
        for group in groups.values()
    ]
    return tuple(sorted(made, key=lambda series: (-len(series.points), time_order(series.points[0]))))


def time_order(figure: Figure) -> tuple[bool, float, float, str]:
    """Return what orders figures by time: by the end of the period; those without one come first."""
    span = parse_period(figure.period)
    return (True, span.end, span.start, figure.id) if span else (False, 0.0, 0.0, figure.id)


def _moment(date: str) -> tuple[float, float] | None:
    """Return where a year, month or day begins and ends, in years; months and days as if all were alike."""
    parts = _DATE.fullmatch(date)
    if parts is None:
        return None
    year = float(parts["year"])
    if parts["month"] is None:
        return year, year + 1
    month = year + (int(parts["month"]) - 1) / 12
    if parts["day"] is None:
        return month, month + 1 / 12
    day = month + (int(parts["day"]) - 1) / 372
    return day, day + 1 / 372


def _short_date(date: str) -> str:
    return ".".join(part.lstrip("0") for part in date.split("-"))
