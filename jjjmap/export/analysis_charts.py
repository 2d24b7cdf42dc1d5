"""Charts beside the results of analyses as pixels: bars, stacked bars, points and lines.

A value that could not be reckoned is a gap with a dash, never a bar of no length.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jjjmap.analysis.running import Chart, ChartKind
from jjjmap.export.chart_sheet import (
    FONT_PX,
    ChartColors,
    ChartSize,
    Sheet,
    cut,
    text_px,
    tick_text,
    ticks,
)
from jjjmap.i18n import _

MOST_BARS = 60
MOST_LABELS = 5_000
"""Of points and along lines."""
MOST_SERIES = 24
PLOT_PX = 280.0
"""How high points and lines are drawn."""

_ROW_PX = 22.0
_LINE_PX = 15.0
_MARGIN_PX = 10.0
_LARGEST = 1e300
"""Larger values cannot be put on an axis."""
_HUES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a7a00", "#7f7f7f")
"""Told apart by those who see no red or green (Okabe and Ito), on light and on dark paper."""
_HATCHES = ("", "////", "....")
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")


@dataclass(frozen=True, slots=True)
class RowSpot:
    """Where a value of a chart is drawn, in logical pixels from the top left."""

    row: int
    """Number of the label."""
    series: int
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a position is within it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class AnalysisDrawing:
    """A drawn chart."""

    rgba: bytes
    """Device pixels, row by row from the top, four bytes each; opaque."""
    width: int
    """In device pixels."""
    height: int
    spots: tuple[RowSpot, ...]


def chart_from(said: object) -> Chart | None:
    """Return the chart that is kept beside a result; None for nothing, and for what cannot be drawn."""
    from jjjmap.layers.opening.records_json import from_json

    if not isinstance(said, dict):
        return None
    try:
        chart = from_json(Chart, said)
    except ValueError:
        return None
    rows = len(chart.labels)
    wanted = 2 if chart.kind is ChartKind.SCATTER else 1
    if not rows or len(chart.series) < wanted or any(len(values) != rows for _name, values in chart.series):
        return None
    return sound(chart)


def sound(chart: Chart) -> Chart:
    """Return a chart whose texts are one line each and whose values can stand on an axis."""
    series = tuple(
        (_in_line(name), tuple(map(_finite, values))) for name, values in chart.series[:MOST_SERIES]
    )
    return replace(
        chart,
        title=_in_line(chart.title),
        labels=tuple(map(_in_line, chart.labels)),
        series=series,
        unit=_in_line(chart.unit),
        note=_in_line(chart.note),
        reference=_finite(chart.reference),
    )


def left_out(chart: Chart) -> str:
    """Return a sentence about what is not drawn, for the table has it; empty if all is."""
    most = MOST_BARS if _has_rows(chart) else MOST_LABELS
    if len(chart.labels) <= most:
        return ""
    return _("图上只画前 {n} 项，共 {total} 项，全部见表。").format(n=most, total=f"{len(chart.labels):,}")


def height_px(chart: Chart, width_px: float) -> float:
    """Return how high a chart wants to be at a width."""
    plan = _Plan(chart, width_px)
    body = len(plan.chart.labels) * _ROW_PX + 22 if _has_rows(chart) else PLOT_PX
    return plan.top + body + plan.foot


def value_text(value: float | None) -> str:
    """Return a value as it is written beside a bar; a dash for none."""
    if value is None:
        return "—"
    if value == int(value) and abs(value) < 1e15:
        return f"{value:,.0f}".replace("-", "−")
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


def hue(series: int) -> str:
    """Return the colour of a series."""
    return _HUES[series % len(_HUES)]


def draw(chart: Chart, colors: ChartColors, size: ChartSize) -> AnalysisDrawing:
    """Draw a chart that `sound` gave, with its title above and what must be said below.

    Parameters
    ----------
    colors
        Of the palette in use; series have colours of their own.
    size
        What room there is; `height_px` says how much is wanted.
    """
    plan = _Plan(chart, size.width_px)
    sheet = Sheet(colors, size)
    plan.head(sheet, colors)
    match chart.kind:
        case ChartKind.BARS | ChartKind.STACKED:
            spots = _draw_rows(sheet, plan, colors)
        case ChartKind.SCATTER:
            spots = _draw_scatter(sheet, plan, colors, size)
        case ChartKind.LINES:
            spots = _draw_lines(sheet, plan, colors, size)
    plan.tail(sheet, colors, size)
    return AnalysisDrawing(*sheet.pixels(), tuple(spots))


def _has_rows(chart: Chart) -> bool:
    return chart.kind in (ChartKind.BARS, ChartKind.STACKED)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) and abs(value) < _LARGEST else None


def _in_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:400]


class _Plan:
    """What stands around the plot: title, legend and notes, wrapped to a width."""

    def __init__(self, chart: Chart, width_px: float) -> None:
        most = MOST_BARS if _has_rows(chart) else MOST_LABELS
        self.left_out = left_out(chart)
        self.chart = replace(
            chart,
            labels=chart.labels[:most],
            series=tuple((name, values[:most]) for name, values in chart.series),
        )
        self.width = width_px
        self._title = cut(chart.title, width_px - 2 * _MARGIN_PX)
        named = chart.kind is not ChartKind.SCATTER and (len(chart.series) > 1)
        self._legend = self._legend_lines([name for name, _values in chart.series]) if named else []
        lines = [chart.note, self.left_out]
        self._notes = [part for line in lines for part in _wrapped(line, width_px - 2 * _MARGIN_PX)]

    @property
    def top(self) -> float:
        """Where the plot begins."""
        heads = (1 if self._title else 0) + (1 if self._above else 0) + len(self._legend)
        heads += 1 if _has_rows(self.chart) and self.chart.reference is not None else 0
        return 8 + heads * (_LINE_PX + 2) + 6

    @property
    def foot(self) -> float:
        """How much room is wanted below the plot."""
        return len(self._notes) * _LINE_PX + 10

    @property
    def _above(self) -> str:
        if self.chart.kind is ChartKind.SCATTER:
            return self.chart.series[1][0]
        name = self.chart.series[0][0] if len(self.chart.series) == 1 else ""
        name = "" if name == self.chart.title else name
        if not self.chart.unit or self.chart.unit in name:
            return name
        return _("{name}（{unit}）").format(name=name, unit=self.chart.unit) if name else self.chart.unit

    def head(self, sheet: Sheet, colors: ChartColors) -> None:
        y = 8 + _LINE_PX / 2
        for text, color in ((self._title, colors.text), (self._above, colors.faint)):
            if text:
                sheet.text(_MARGIN_PX, y, cut(text, self.width - 2 * _MARGIN_PX), "left", color)
                y += _LINE_PX + 2
        for line in self._legend:
            for number, x, name in line:
                _swatch(sheet, self.chart.kind, number, x, y, colors)
                sheet.text(x + 18, y, name, "left", colors.text)
            y += _LINE_PX + 2

    def tail(self, sheet: Sheet, colors: ChartColors, size: ChartSize) -> None:
        y = size.height_px - self.foot + 4 + _LINE_PX / 2
        for line in self._notes:
            sheet.text(_MARGIN_PX, y, line, "left", colors.faint)
            y += _LINE_PX

    def _legend_lines(self, names: Sequence[str]) -> list[list[tuple[int, float, str]]]:
        lines: list[list[tuple[int, float, str]]] = [[]]
        x = _MARGIN_PX
        for number, full in enumerate(names):
            name = cut(full, self.width / 2)
            wide = 18 + text_px(name) + 16
            if lines[-1] and x + wide > self.width - _MARGIN_PX:
                lines.append([])
                x = _MARGIN_PX
            lines[-1].append((number, x, name))
            x += wide
        return lines


def _swatch(sheet: Sheet, kind: ChartKind, number: int, x: float, y: float, colors: ChartColors) -> None:
    if kind is ChartKind.LINES:
        mark = _MARKS[number % len(_MARKS)]
        sheet.line([(x, y), (x + 14, y)], hue(number), 1.8)
        sheet.line([(x + 7, y)], hue(number), 0, marker=mark, markersize=5, linestyle="none")
    else:
        _bar(sheet, x, y - 5, 12, 10, number, colors)


def _bar(
    sheet: Sheet, x: float, y: float, width: float, height: float, number: int, colors: ChartColors
) -> None:
    hatch = _HATCHES[number // len(_HUES) % len(_HATCHES)]
    sheet.rect(
        x,
        y,
        width,
        height,
        facecolor=hue(number),
        edgecolor=colors.base,
        linewidth=0.6,
        hatch=hatch or None,
        zorder=1,
    )


def _wrapped(text: str, room_px: float) -> list[str]:
    lines: list[str] = []
    while text:
        end, taken = 0, 0.0
        while end < len(text) and (end == 0 or taken + text_px(text[end]) <= room_px):
            taken += text_px(text[end])
            end += 1
        # A word of letters is not torn where that can be helped.
        space = text.rfind(" ", 0, end + 1) if end < len(text) else -1
        if space > end // 2 and text[end - 1 : end + 1].isascii():
            end = space
        lines.append(text[:end].strip())
        text = text[end:].strip()
    return lines


# ---- rows of bars ----


def _draw_rows(sheet: Sheet, plan: _Plan, colors: ChartColors) -> list[RowSpot]:
    chart = plan.chart
    is_stacked = chart.kind is ChartKind.STACKED
    names_px = min(max(map(text_px, chart.labels)), plan.width * 0.34)
    lowest, highest = _span(chart, is_stacked)
    marks = ticks(lowest, highest, with_zero=True)
    # A value stands behind its bar, so the longest needs room.
    shown = [value_text(value) for _name, values in chart.series for value in values]
    if is_stacked:
        shown = ["—"] if lowest < 0 else [value_text(highest), value_text(math.floor(highest) + 0.123)]
    tail_px = max(map(text_px, shown)) + 8
    head_px = tail_px if lowest < 0 else 0.0
    left = _MARGIN_PX + names_px + 8 + head_px
    right = max(plan.width - _MARGIN_PX - max(tail_px, 10), left + 40)

    def across(value: float) -> float:
        return left + (value - marks[0]) / (marks[-1] - marks[0]) * (right - left)

    bottom = plan.top + len(chart.labels) * _ROW_PX
    _draw_ticks_across(sheet, marks, across, (plan.top, bottom), colors)
    spots = []
    for row, label in enumerate(chart.labels):
        top = plan.top + row * _ROW_PX
        sheet.text(_MARGIN_PX + names_px, top + _ROW_PX / 2, cut(label, names_px), "right", colors.text)
        values = [each[row] for _name, each in chart.series]
        draw_row = _stacked_row if is_stacked else _grouped_row
        spots += draw_row(sheet, values, row, top, across, colors)
    _draw_reference_down(sheet, chart, across, (plan.top, bottom), colors)
    return spots


def _span(chart: Chart, is_stacked: bool) -> tuple[float, float]:
    if is_stacked:
        rows = list(zip(*(values for _name, values in chart.series), strict=True))
        sums = [sum(max(value or 0.0, 0.0) for value in row) for row in rows]
        debts = [sum(min(value or 0.0, 0.0) for value in row) for row in rows]
        return min(debts, default=0.0), max(sums, default=0.0)
    known = [value for _name, values in chart.series for value in values if value is not None]
    if chart.reference is not None:
        known.append(chart.reference)
    return min(known, default=0.0), max(known, default=0.0)


def _grouped_row(
    sheet: Sheet,
    values: Sequence[float | None],
    row: int,
    top: float,
    across: Callable[[float], float],
    colors: ChartColors,
) -> list[RowSpot]:
    spots = []
    thick = (_ROW_PX - 6) / len(values)
    for number, value in enumerate(values):
        y = top + 3 + number * thick
        middle = y + thick / 2
        if value is None:
            sheet.text(across(0) + 5, middle, "—", "left", colors.faint)
            continue
        ends = sorted((across(0), across(value)))
        _bar(sheet, ends[0], y, max(ends[1] - ends[0], 1.0), max(thick - 1, 1.5), number, colors)
        if thick > FONT_PX:
            is_left = value < 0
            x = ends[0] - 5 if is_left else ends[1] + 5
            sheet.text(x, middle, value_text(value), "right" if is_left else "left", colors.text)
        spots.append(RowSpot(row, number, 0, y, max(ends[1] + 60, ends[1]), y + thick))
    return spots


def _stacked_row(
    sheet: Sheet,
    values: Sequence[float | None],
    row: int,
    top: float,
    across: Callable[[float], float],
    colors: ChartColors,
) -> list[RowSpot]:
    spots = []
    up = down = 0.0
    known = [value for value in values if value is not None]
    for number, value in enumerate(values):
        if not value:
            continue
        start = up if value > 0 else down
        ends = sorted((across(start), across(start + value)))
        if value > 0:
            up += value
        else:
            down += value
        _bar(sheet, ends[0], top + 3, ends[1] - ends[0], _ROW_PX - 7, number, colors)
        spots.append(RowSpot(row, number, ends[0], top, ends[1], top + _ROW_PX))
    # A sum of ups and downs is another quantity than the bars, and so is one of parts that are not all known.
    if len(known) < len(values):
        sheet.text(across(up) + 5, top + _ROW_PX / 2, "—", "left", colors.faint)
    elif min(known) >= 0:
        sheet.text(across(up) + 5, top + _ROW_PX / 2, value_text(math.fsum(known)), "left", colors.text)
    return spots


def _draw_ticks_across(
    sheet: Sheet,
    marks: Sequence[float],
    across: Callable[[float], float],
    ends: tuple[float, float],
    colors: ChartColors,
) -> None:
    for mark in marks:
        x = across(mark)
        color = colors.faint if mark == 0 else colors.grid
        sheet.line([(x, ends[0]), (x, ends[1])], color, 0.8, zorder=0)
        sheet.text(x, ends[1] + 11, tick_text(mark, marks), "center", colors.faint)


def _draw_reference_down(
    sheet: Sheet,
    chart: Chart,
    across: Callable[[float], float],
    ends: tuple[float, float],
    colors: ChartColors,
) -> None:
    if chart.reference is not None:
        x = across(chart.reference)
        sheet.line([(x, ends[0] - 2), (x, ends[1])], colors.text, 1.2, linestyle=(0, (4, 3)), zorder=3)
        sheet.text(x, ends[0] - 9, value_text(chart.reference), "center", colors.text)


# ---- points and lines ----


@dataclass(frozen=True, slots=True)
class _Frame:
    """The axes of a plot."""

    left: float
    top: float
    right: float
    bottom: float
    marks: tuple[float, ...]
    """On the way up."""

    def y(self, value: float) -> float:
        share = (value - self.marks[0]) / (self.marks[-1] - self.marks[0])
        return self.bottom - share * (self.bottom - self.top)


def _frame(
    sheet: Sheet,
    plan: _Plan,
    colors: ChartColors,
    size: ChartSize,
    values: Sequence[float],
    *,
    with_zero: bool,
    below_px: float,
) -> _Frame:
    known = [*values, *([plan.chart.reference] if plan.chart.reference is not None else [])] or [0.0]
    marks = tuple(ticks(min(known), max(known), with_zero=with_zero))
    left = _MARGIN_PX + max(text_px(tick_text(mark, marks)) for mark in marks) + 6
    frame = _Frame(left, plan.top, plan.width - _MARGIN_PX - 8, size.height_px - plan.foot - below_px, marks)
    for mark in marks:
        color = colors.faint if mark == 0 else colors.grid
        sheet.line([(left, frame.y(mark)), (frame.right, frame.y(mark))], color, 0.8, zorder=0)
        sheet.text(left - 6, frame.y(mark), tick_text(mark, marks), "right", colors.faint)
    if plan.chart.reference is not None:
        y = frame.y(plan.chart.reference)
        sheet.line([(left, y), (frame.right, y)], colors.text, 1.2, linestyle=(0, (4, 3)), zorder=3)
    return frame


def _draw_scatter(sheet: Sheet, plan: _Plan, colors: ChartColors, size: ChartSize) -> list[RowSpot]:
    (name, xs), (_up, ys) = plan.chart.series[:2]
    pairs = [
        (row, x, y) for row, (x, y) in enumerate(zip(xs, ys, strict=True)) if x is not None and y is not None
    ]
    frame = _frame(sheet, plan, colors, size, [y for _row, _x, y in pairs], with_zero=False, below_px=36)
    known = [x for _row, x, _y in pairs] or [0.0]
    marks = ticks(min(known), max(known), with_zero=False)

    def across(value: float) -> float:
        return frame.left + (value - marks[0]) / (marks[-1] - marks[0]) * (frame.right - frame.left)

    _draw_ticks_across(sheet, marks, across, (frame.top, frame.bottom), colors)
    sheet.text((frame.left + frame.right) / 2, frame.bottom + 26, name, "center", colors.faint)
    places = [(across(x), frame.y(y)) for _row, x, y in pairs]
    sheet.dots(places, hue(0), 5)
    reach = 5.0
    return [
        RowSpot(row, 1, x - reach, y - reach, x + reach, y + reach)
        for (row, _x, _y), (x, y) in zip(pairs, places, strict=True)
    ]


def _draw_lines(sheet: Sheet, plan: _Plan, colors: ChartColors, size: ChartSize) -> list[RowSpot]:
    chart = plan.chart
    known = [value for _name, values in chart.series for value in values if value is not None]
    frame = _frame(sheet, plan, colors, size, known, with_zero=True, below_px=22)
    gap = (frame.right - frame.left) / max(len(chart.labels), 1)

    def across(row: int) -> float:
        return frame.left + (row + 0.5) * gap

    widest = min(max(map(text_px, chart.labels)), 90.0)
    step = max(math.ceil((widest + 8) / gap), 1)
    for row in range(0, len(chart.labels), step):
        sheet.text(across(row), frame.bottom + 12, cut(chart.labels[row], 90), "center", colors.faint)
    spots = []
    for number, (_name, values) in enumerate(chart.series):
        mark = _MARKS[number % len(_MARKS)]
        run: list[tuple[float, float]] = []
        for row, value in enumerate((*values, None)):
            if value is not None:
                place = (across(row), frame.y(value))
                run.append(place)
                spots.append(RowSpot(row, number, place[0] - 7, place[1] - 7, place[0] + 7, place[1] + 7))
            elif run:
                sheet.line(run, hue(number), 1.8, marker=mark, markersize=5 if gap > 6 else 0)
                run = []
    return spots
