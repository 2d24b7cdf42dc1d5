"""Paper for charts: positions are logical pixels from the top left; matplotlib paints, without its axes."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

CJK_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
"""Sans-serif fonts with Chinese characters, the best first."""

FONT_PX = 11.0
_DIGIT_PX = 6.4
"""Width of a digit at `FONT_PX`; a Chinese character takes `FONT_PX`."""

_LEAST_SPAN = 1e-290
"""What is smaller cannot be cut into ticks: its parts are 0."""


@dataclass(frozen=True, slots=True)
class ChartColors:
    """Colours as ``#rrggbb``."""

    base: str
    text: str
    faint: str
    grid: str
    accent: str
    """Of the place shown."""
    other: str
    """Of what it is compared with."""


PAPER = ChartColors("#ffffff", "#1a1a1a", "#5f6368", "#dddddd", "#0b5cad", "#9aa0a6")
"""Of what leaves the program."""


@dataclass(frozen=True, slots=True)
class ChartSize:
    """How large a chart is, in logical pixels, and how many device pixels each has."""

    width_px: float
    height_px: float
    pixel_ratio: float = 1.0


@cache
def chinese_font() -> str:
    """Return a font of this machine for Chinese; an empty name if there is none.

    matplotlib keeps a list of the fonts. The first call on a machine makes it, which may take seconds, so the
    window calls this from a thread of its own.
    """
    from matplotlib.font_manager import fontManager

    known = {font.name for font in fontManager.ttflist}
    return next((family for family in CJK_FAMILIES if family in known), "")


class Sheet:
    """Paper on which positions are logical pixels from the top left."""

    def __init__(self, colors: ChartColors, size: ChartSize) -> None:
        # matplotlib takes half a second to import: not before a chart is wanted.
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Canvas
        from matplotlib.transforms import Affine2D

        ratio = size.pixel_ratio
        self._colors = colors
        # At 72 dots an inch, points of line widths and letters are logical pixels.
        self._canvas: Canvas = Canvas(
            figsize=(size.width_px / 72, size.height_px / 72), dpi=72 * ratio, facecolor=colors.base
        )
        self._agg = FigureCanvasAgg(self._canvas)
        self._transform = Affine2D().scale(1, -1).translate(0, size.height_px).scale(ratio)
        # One family, not a list: looking up a second one costs a third of the time of a drawing.
        self._family = chinese_font() or "DejaVu Sans"

    def line(
        self, points: Sequence[tuple[float, float]], color: str, width: float = 1.0, **look: Any
    ) -> None:
        """Draw a line through points, with the looks that matplotlib knows."""
        from matplotlib.lines import Line2D

        self._add(
            Line2D([x for x, _y in points], [y for _x, y in points], color=color, linewidth=width, **look)
        )

    def point(self, x: float, y: float, color: str, *, is_hollow: bool, is_chosen: bool) -> None:
        """Draw a point."""
        from matplotlib.lines import Line2D

        self._add(
            Line2D(
                [x],
                [y],
                linestyle="none",
                marker="o",
                markersize=9 if is_chosen else 6,
                markerfacecolor=self._colors.base if is_hollow else color,
                markeredgecolor=self._colors.text if is_chosen else color,
                markeredgewidth=1.5,
            )
        )

    def rect(self, x: float, y: float, width: float, height: float, **look: Any) -> None:
        """Draw a rectangle with the looks that matplotlib knows."""
        from matplotlib.patches import Rectangle

        self._add(Rectangle((x, y), width, height, **look))

    def dots(self, points: Sequence[tuple[float, float]], color: str, size: float) -> None:
        """Draw many points alike at once."""
        self.line(points, color, 0.0, linestyle="none", marker="o", markersize=size, alpha=0.75)

    def text(
        self, x: float, y: float, text: str, align: Literal["left", "center", "right"], color: str
    ) -> None:
        """Write a text in one line, with its middle at a height."""
        from matplotlib.text import Text

        # Half a character, which a figure of a user's may hold, would end the drawing.
        text = text.encode("utf-8", "replace").decode()
        shown = text if chinese_font() or text.isascii() else "".join(c for c in text if ord(c) < 0x2E80)
        self._add(
            Text(
                x,
                y,
                shown,
                color=color,
                fontsize=FONT_PX,
                fontfamily=self._family,
                horizontalalignment=align,
                verticalalignment="center_baseline",
                # Names are data: a dollar sign is no formula.
                parse_math=False,
            )
        )

    def pixels(self) -> tuple[bytes, int, int]:
        """Return what was drawn: four bytes a device pixel, row by row from the top, and width and height."""
        with warnings.catch_warnings():
            # A rare character that no font has becomes a box; that is no news for the log.
            warnings.filterwarnings("ignore", message="Glyph .* missing", category=UserWarning)
            self._agg.draw()  # type: ignore[no-untyped-call]
        width, height = self._agg.get_width_height()
        return bytes(self._agg.buffer_rgba()), width, height  # type: ignore[no-untyped-call]

    def _add(self, artist: Any) -> None:
        artist.set_transform(self._transform)
        self._canvas.add_artist(artist)


def text_px(text: str) -> float:
    """Return about how wide a text is."""
    return sum(FONT_PX if ord(letter) > 0x2E7F else _DIGIT_PX for letter in text)


def cut(text: str, room_px: float) -> str:
    """Return as much of a text as there is room for."""
    if text_px(text) <= room_px + 1:
        return text
    shown = text
    while shown and text_px(shown + "…") > room_px:
        shown = shown[:-1]
    return shown + "…"


def ticks(lowest: float, highest: float, *, with_zero: bool) -> list[float]:
    """Return three to six round numbers that hold a range."""
    if with_zero or highest - lowest < _LEAST_SPAN:
        lowest, highest = min(lowest, 0.0), max(highest, 0.0)
    if highest - lowest < _LEAST_SPAN:
        highest = lowest + 1.0
    rough = (highest - lowest) / 3
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    first, last = math.floor(lowest / step + 1e-9), math.ceil(highest / step - 1e-9)
    return [number * step for number in range(first, last + 1)]


def tick_text(tick: float, ticks: Sequence[float]) -> str:
    """Return the label of a tick, with as many decimals as the distance of ticks needs."""
    step = Decimal(repr(round(ticks[1] - ticks[0], 10))).normalize()
    exponent = step.as_tuple().exponent
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    return f"{tick:,.{decimals}f}"
