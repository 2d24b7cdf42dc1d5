"""Small charts of figures as pixels, the same for window and files; every bar and point knows its figure.

Positions are reckoned here and only painted by matplotlib: its axes would take most of the time of a drawing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from jjjmap.analysis.series import QUALIFIER_SIGNS, Series, parse_period, short_period, time_order, vintage_of
from jjjmap.catalogue.models import Figure
from jjjmap.export.chart_sheet import (
    ChartColors,
    ChartSize,
    Sheet,
    chinese_font,
    cut,
    text_px,
    tick_text,
    ticks,
)

if TYPE_CHECKING:
    pass

__all__ = ["ChartColors", "ChartSize", "chinese_font"]

_REACH_PX = 9.0
"""How far from a point a click still means it."""
_BAR_PX = 26.0
"""The widest that a bar gets."""
_ROW_PX = 24.0


@dataclass(frozen=True, slots=True)
class LineLook:
    """How a line is told from the others."""

    stroke: str | tuple[float, tuple[float, ...]]
    """As matplotlib takes it."""
    sign: str
    """How it is written in a legend."""
    is_hollow: bool
    """Whether its points are hollow: contested, or not the last word."""


_SETTLED_LOOKS = (
    LineLook("solid", "●─", is_hollow=False),
    LineLook((0, (8, 2, 1.5, 2)), "●─·─", is_hollow=False),
    LineLook((0, (8, 2, 1.5, 2, 1.5, 2)), "●─··─", is_hollow=False),
)
_DOUBTFUL_LOOKS = (
    LineLook((0, (4, 2.5)), "○- -", is_hollow=True),
    LineLook((0, (1.2, 2)), "○···", is_hollow=True),
    LineLook((0, (4, 2, 1.2, 2)), "○-·-", is_hollow=True),
)


def line_looks(lines: Sequence[Series]) -> tuple[LineLook, ...]:
    """Return how each of several lines is drawn: no two alike, contested and open ones broken and hollow.

    More than three of a sort begin again: each then still has its own points and labels.
    """
    counts = {False: 0, True: 0}
    looks = []
    for line in lines:
        is_doubtful = line.contested or line.vintage.is_open
        choice = _DOUBTFUL_LOOKS if is_doubtful else _SETTLED_LOOKS
        looks.append(choice[counts[is_doubtful] % len(choice)])
        counts[is_doubtful] += 1
    return tuple(looks)


@dataclass(frozen=True, slots=True)
class NamedBar:
    """A figure with the name of its place."""

    figure: Figure
    name: str
    is_own: bool
    """Whether it is about the place shown."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a figure is drawn, in logical pixels from the top left."""

    figure: Figure
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a position is within it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn chart."""

    rgba: bytes
    """Device pixels, row by row from the top, four bytes each; opaque."""
    width: int
    """In device pixels."""
    height: int
    spots: tuple[Spot, ...]
    starts_at_zero: bool


def draw_series(
    series: Sequence[Series],
    *,
    unit: str,
    marks: Mapping[str, int],
    chosen_id: str,
    colors: ChartColors,
    size: ChartSize,
) -> Drawing:
    """Draw the series of one quantity over time: lines where points may be joined, else bars.

    Parameters
    ----------
    series
        Of one scope and quantity. Beside a line, figures without a period have no place and are left out.
    unit
        Stands above the vertical axis.
    marks
        Numbers of the sources, by source id.
    chosen_id
        The figure that is set off.
    colors
        Of the palette in use.
    size
        What room there is.

    Notes
    -----
    With bars the axis begins at zero, since their length is read; lines alone may begin elsewhere.
    """
    plot = _SeriesPlot(series, unit, marks, chosen_id, colors, size)
    return plot.drawing()


def draw_bars(
    bars: Sequence[NamedBar],
    *,
    marks: Mapping[str, int],
    colors: ChartColors,
    size: ChartSize,
) -> Drawing:
    """Draw figures of several places under one another, each with its value, period and mark.

    Parameters
    ----------
    bars
        One quantity in one unit, none negative; as many as there is room for, see `rows_height_px`.
    marks, colors, size
        See `draw_series`.
    """
    sheet = _FigureSheet(colors, size)
    names_px = min(max((text_px(bar.name) for bar in bars), default=0.0), size.width_px * 0.34)
    tails = [f"{_value(bar.figure)}  {_when(bar.figure)}{_mark(bar.figure, marks)}" for bar in bars]
    tail_px = max((text_px(tail) for tail in tails), default=0.0)
    left = names_px + 14
    room = max(size.width_px - left - tail_px - 14, 20.0)
    most = max((float(bar.figure.value) for bar in bars), default=1.0) or 1.0
    spots = []
    for row, (bar, tail) in enumerate(zip(bars, tails, strict=True)):
        top = 6 + row * _ROW_PX
        middle = top + _ROW_PX / 2
        length = max(float(bar.figure.value) / most * room, 1.5)
        name = cut(bar.name, names_px)
        sheet.text(left - 6, middle, name, "right", colors.text if bar.is_own else colors.faint)
        color = colors.accent if bar.is_own else colors.other
        sheet.bar(left, top + 5, length, _ROW_PX - 10, color, bar.figure, is_chosen=False)
        sheet.text(left + length + 6, middle, tail, "left", colors.text)
        spots.append(Spot(bar.figure, 0, top, size.width_px, top + _ROW_PX))
    return sheet.drawing(tuple(spots), starts_at_zero=True)


def rows_height_px(count: int) -> float:
    """Return how high `draw_bars` draws a number of bars."""
    return 12 + count * _ROW_PX


class _FigureSheet(Sheet):
    """A sheet that draws figures of the catalogue."""

    def bar(
        self, x: float, y: float, width: float, height: float, color: str, figure: Figure, *, is_chosen: bool
    ) -> None:
        """Draw a bar: full, striped where sources differ, hollow where a later release is to be expected."""
        is_open = vintage_of(figure).is_open
        edge = self._colors.text if is_chosen else color
        self.rect(
            x,
            y,
            width,
            height,
            facecolor=self._colors.base if is_open or figure.contested else color,
            edgecolor=color if figure.contested and not is_chosen else edge,
            linewidth=1.6 if is_chosen else 1.0,
            linestyle=(0, (3, 2)) if is_open else "solid",
            hatch="////" if figure.contested and not is_open else None,
            zorder=1,
        )

    def drawing(self, spots: tuple[Spot, ...], *, starts_at_zero: bool) -> Drawing:
        """Return all that was drawn."""
        return Drawing(*self.pixels(), spots, starts_at_zero)


class _SeriesPlot:
    """Where everything in a chart over time stands."""

    def __init__(
        self,
        series: Sequence[Series],
        unit: str,
        marks: Mapping[str, int],
        chosen_id: str,
        colors: ChartColors,
        size: ChartSize,
    ) -> None:
        self._unit = unit
        self._marks = marks
        self._chosen_id = chosen_id
        self._colors = colors
        self._size = size
        self._lines = [each for each in series if each.is_line]
        self._bars = sorted(
            (point for each in series if not each.is_line for point in each.points),
            key=time_order,
        )
        self._on_axis = bool(self._lines)
        if self._on_axis:
            self._bars = [figure for figure in self._bars if parse_period(figure.period)]
        shown = [point for each in self._lines for point in each.points] + self._bars
        values = [float(figure.value) for figure in shown]
        self._ticks = ticks(min(values), max(values), with_zero=bool(self._bars))
        self._labels = [tick_text(tick, self._ticks) for tick in self._ticks]
        self._left = max(text_px(label) for label in self._labels) + 10
        self._right = size.width_px - 12
        self._period_lines = 1
        self._slots: list[str] = []
        if self._on_axis:
            times = [_time(figure) for figure in shown]
            self._first, self._last = min(times) - 0.5, max(times) + 0.5
        else:
            self._slots = list(dict.fromkeys(figure.period for figure in self._bars))
            if any(text_px(_axis_period(p)) > self._slot_px - 4 for p in self._slots):
                self._period_lines = 2
        self._top = 46.0 if self._bars else 38.0
        self._bottom = size.height_px - 8 - 14 * self._period_lines

    @property
    def _slot_px(self) -> float:
        if self._slots:
            return (self._right - self._left) / len(self._slots)
        return (self._right - self._left) / max(self._last - self._first, 1.0)

    def drawing(self) -> Drawing:
        sheet = _FigureSheet(self._colors, self._size)
        self._draw_scale(sheet)
        spots = [*self._draw_bars(sheet), *self._draw_lines(sheet)]
        # Points lie on top of bars, so they answer first.
        return sheet.drawing(tuple(reversed(spots)), starts_at_zero=self._ticks[0] <= 0 <= self._ticks[-1])

    def _x(self, figure: Figure) -> float:
        if self._slots:
            return self._left + (self._slots.index(figure.period) + 0.5) * self._slot_px
        share = (_time(figure) - self._first) / (self._last - self._first)
        return self._left + share * (self._right - self._left)

    def _y(self, value: float) -> float:
        share = (value - self._ticks[0]) / (self._ticks[-1] - self._ticks[0])
        return self._bottom - share * (self._bottom - self._top)

    def _draw_scale(self, sheet: _FigureSheet) -> None:
        colors = self._colors
        sheet.text(4, 10, self._unit, "left", colors.faint)
        for tick, label in zip(self._ticks, self._labels, strict=True):
            y = self._y(tick)
            color = colors.faint if tick == 0 else colors.grid
            sheet.line([(self._left, y), (self._right, y)], color, 0.8, zorder=0)
            sheet.text(self._left - 6, y, label, "right", colors.faint)
        y = self._bottom + 12
        if self._slots:
            step = 1 if self._period_lines == 1 else math.ceil(max(self._period_px()) / self._slot_px)
            for position, period in enumerate(self._slots[::step]):
                x = self._left + (position * step + 0.5) * self._slot_px
                for row, part in enumerate(self._period_parts(period)):
                    sheet.text(x, y + row * 13, part, "center", colors.faint)
            return
        years = range(math.ceil(self._first - 0.5), math.floor(self._last))
        step = max(math.ceil((text_px("2000") + 6) / self._slot_px), 1)
        for year in years[::step]:
            share = (year + 0.5 - self._first) / (self._last - self._first)
            x = self._left + share * (self._right - self._left)
            sheet.text(x, y, str(year), "center", colors.faint)

    def _period_parts(self, period: str) -> list[str]:
        text = _axis_period(period)
        if self._period_lines == 1 or "–" not in text:
            return [text]
        start, _dash, end = text.partition("–")
        return [start, f"–{end}"]

    def _period_px(self) -> list[float]:
        return [text_px(part) + 4 for period in self._slots for part in self._period_parts(period)]

    def _draw_bars(self, sheet: _FigureSheet) -> list[Spot]:
        spots = []
        crowds: dict[int, list[Figure]] = {}
        for figure in self._bars:
            crowds.setdefault(round(self._x(figure)), []).append(figure)
        most = max((len(crowd) for crowd in crowds.values()), default=1)
        # Bars of neighbouring months must not cover one another either.
        gaps = [right - left for left, right in pairwise(sorted(crowds))]
        width = min(self._slot_px * 0.64 / most, _BAR_PX, *(gap * 0.9 for gap in gaps))
        width = max(width, 3.0)
        fits = min([self._slot_px, *gaps]) / most
        for crowd in crowds.values():
            for position, figure in enumerate(crowd):
                x = self._x(figure) + (position - (len(crowd) - 1) / 2) * (width + 2)
                ends = sorted((self._y(float(figure.value)), self._y(0)))
                is_chosen = figure.id == self._chosen_id
                height = max(ends[1] - ends[0], 1.0)
                sheet.bar(
                    x - width / 2,
                    ends[0],
                    width,
                    height,
                    self._colors.accent,
                    figure,
                    is_chosen=is_chosen,
                )
                if is_chosen or max(text_px(_value(figure)), text_px("[88]")) <= fits + 3:
                    self._label(sheet, x, ends[0], figure)
                half = max(width / 2, _REACH_PX / 2)
                spots.append(Spot(figure, x - half, min(ends[0], ends[1] - 12), x + half, ends[1] + 2))
        return spots

    def _draw_lines(self, sheet: _FigureSheet) -> list[Spot]:
        spots = []
        for series, look in zip(self._lines, line_looks(self._lines), strict=True):
            places = [(self._x(point), self._y(float(point.value))) for point in series.points]
            sheet.line(places, self._colors.accent, 1.8, linestyle=look.stroke)
            labelled: list[float] = []
            ends = {series.points[0].id, series.points[-1].id}
            for (x, y), point in zip(places, series.points, strict=True):
                is_chosen = point.id == self._chosen_id
                is_hollow = look.is_hollow or bool(QUALIFIER_SIGNS[point.qualifier])
                sheet.point(x, y, self._colors.accent, is_hollow=is_hollow, is_chosen=is_chosen)
                spots.append(Spot(point, x - _REACH_PX, y - _REACH_PX, x + _REACH_PX, y + _REACH_PX))
            # The chosen one speaks first; the ends only where they do not talk over it.
            for (x, y), point in sorted(
                zip(places, series.points, strict=True), key=lambda each: each[1].id != self._chosen_id
            ):
                wanted = point.id == self._chosen_id or point.id in ends
                if wanted and all(abs(x - other) > text_px(_value(point)) + 4 for other in labelled):
                    labelled.append(x)
                    self._label(sheet, x, y - 4, point)
        return spots

    def _label(self, sheet: _FigureSheet, x: float, y: float, figure: Figure) -> None:
        """Write value and mark above a bar or point, beside the labels of the axis and within the sheet."""
        value, mark = _value(figure), _mark(figure, self._marks).strip()
        half = max(text_px(value), text_px(mark)) / 2
        x = min(max(x, self._left + half - 4), self._size.width_px - half - 2)
        sheet.text(x, y - 9, mark, "center", self._colors.faint)
        sheet.text(x, y - 21, value, "center", self._colors.text)


def _time(figure: Figure) -> float:
    """Return where a figure stands on the axis: in the middle of a year or month, at the end of a span."""
    span = parse_period(figure.period)
    if span is None:
        raise ValueError(figure.period)
    return (span.start + span.end) / 2 if "/" not in figure.period else span.end


def _axis_period(period: str) -> str:
    return short_period(period) if period else "?"


def _when(figure: Figure) -> str:
    return short_period(figure.period) if figure.period else ""


def _value(figure: Figure) -> str:
    return f"{QUALIFIER_SIGNS[figure.qualifier]}{figure.value:,f}"


def _mark(figure: Figure, marks: Mapping[str, int]) -> str:
    return f" [{marks[figure.source_id]}]" if figure.source_id in marks else ""
