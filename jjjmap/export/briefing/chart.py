"""The small chart of a briefing: one series, as SVG with real text and as PNG."""

from __future__ import annotations

import io
import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jjjmap.analysis.series import QUALIFIER_SIGNS, Series, parse_period, short_period
from jjjmap.catalogue.models import Figure
from jjjmap.export.charts import chinese_font

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

CHART_MM = (58.0, 34.0)
"""Width and height as it stands on the page."""

ACCENT = "#1f4e79"
_INK = "#3c4650"
_FAINT = "#7b858f"
_GRID = "#e4e7ea"
_LETTERS_PT = 6.5
_MM_PER_INCH = 25.4
_matplotlib_in_use = threading.Lock()
"""Its settings are those of all threads: what one asks for would end with another's chart."""

_STYLE = re.compile(r"<style\b[^>]*>[^<]*</style>")


def chart_svg(series: Series) -> str:
    """Return a series as an ``<svg>`` element; its letters are text, and its bytes always the same.

    The title is not in it: it stands on the page.
    """
    with _matplotlib_in_use:
        return _svg_of(series)


@lru_cache(maxsize=8)
def _svg_of(series: Series) -> str:
    """Return a chart; a page is filled several times until it fits on a sheet."""
    import matplotlib as mpl

    canvas = _drawn(series)
    sheet = io.StringIO()
    # Letters stay letters, and ids do not change from one run to the next.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "jjjmap"}):
        canvas.savefig(sheet, format="svg", transparent=True, metadata=_NO_METADATA)
    text = sheet.getvalue()
    # What stands before is an XML head and a doctype, which have no place within a page; and a style sheet
    # within it would be one for the whole page.
    return _STYLE.sub("", text[text.index("<svg") :]).strip()


def chart_png(series: Series, *, dpi: float = 200) -> bytes:
    """Return a series as PNG on white paper, as large as `CHART_MM` at a resolution."""
    sheet = io.BytesIO()
    with _matplotlib_in_use:
        _drawn(series).savefig(sheet, format="png", dpi=dpi, facecolor="white", metadata={"Software": None})
    return sheet.getvalue()


_NO_METADATA: dict[str, Any] = {"Date": None, "Creator": None, "Format": None, "Type": None}


def _drawn(series: Series) -> Canvas:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(CHART_MM[0] / _MM_PER_INCH, CHART_MM[1] / _MM_PER_INCH))
    FigureCanvasAgg(canvas)
    axes = canvas.add_axes((0.045, 0.15, 0.91, 0.72))
    times = [_time(point) for point in series.points]
    values = [float(point.value) for point in series.points]
    is_doubtful = series.contested or series.vintage.is_open
    axes.plot(
        times,
        values,
        color=ACCENT,
        linewidth=1.3,
        linestyle=(0, (4, 2)) if is_doubtful else "solid",
        marker="o",
        markersize=3.4,
        markerfacecolor="white" if is_doubtful else ACCENT,
        markeredgewidth=1.0,
        clip_on=False,
    )
    _bare(axes)
    low, high = min(values), max(values)
    room = (high - low) or abs(high) or 1.0
    axes.set_ylim(low - room * 0.34, high + room * 0.22)
    span = times[-1] - times[0]
    axes.set_xlim(times[0] - span * 0.07, times[-1] + span * 0.07)
    _label_values(axes, series.points, times, values)
    _label_times(axes, series.points, times)
    return canvas


def _bare(axes: Axes) -> None:
    """Leave the line of time alone: values stand at the points, so no scale needs to be read."""
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_GRID)
    axes.set_yticks([])
    axes.patch.set_alpha(0.0)


def _label_values(axes: Axes, points: tuple[Figure, ...], times: list[float], values: list[float]) -> None:
    """Write the first and the last value, and the extremes between them where there is room."""
    last = len(points) - 1
    wanted = [0, last]
    reach = (times[-1] - times[0]) * 0.2
    for extreme in (values.index(max(values)), values.index(min(values))):
        if all(abs(times[extreme] - times[other]) >= reach for other in wanted):
            wanted.append(extreme)
    for at in wanted:
        is_below = _goes_below(values, at)
        axes.annotate(
            f"{QUALIFIER_SIGNS[points[at].qualifier]}{points[at].value:,f}",
            (times[at], values[at]),
            xytext=(0, -5 if is_below else 4.5),
            textcoords="offset points",
            ha="left" if at == 0 else "right" if at == last else "center",
            va="top" if is_below else "bottom",
            **_letters(_INK, bold=at == last),
        )


def _goes_below(values: list[float], at: int) -> bool:
    """Whether the label of a point stands below it, because the line runs above."""
    if at == 0:
        return values[1] > values[0]
    if at == len(values) - 1:
        return values[-2] > values[-1]
    return values[at - 1] > values[at] < values[at + 1]


def _label_times(axes: Axes, points: tuple[Figure, ...], times: list[float]) -> None:
    names = [short_period(point.period.rpartition("/")[2]) for point in points]
    widest = max(len(name) for name in names)
    # About 1.3 mm a digit at this size; a gap of a digit between two.
    fits = max(int(CHART_MM[0] * 0.9 / (1.35 * (widest + 1.5))), 2)
    step = -(-len(points) // fits)
    shown = [at for at in range(len(points)) if (len(points) - 1 - at) % step == 0]
    axes.set_xticks([times[at] for at in shown])
    axes.set_xticklabels([names[at] for at in shown], **_letters(_FAINT))
    axes.tick_params(axis="x", length=2, width=0.5, color=_FAINT, pad=2)


def _letters(color: str, *, bold: bool = False) -> dict[str, Any]:
    return {
        "color": color,
        "fontsize": _LETTERS_PT,
        "fontfamily": chinese_font() or "DejaVu Sans",
        "fontweight": "bold" if bold else "normal",
        "parse_math": False,
    }


def _time(figure: Figure) -> float:
    """Return where a figure stands: in the middle of a year or month, at the end of a longer span."""
    span = parse_period(figure.period)
    if span is None:
        raise ValueError(figure.period)
    return span.end if "/" in figure.period else (span.start + span.end) / 2
