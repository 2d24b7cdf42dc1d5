"""Colour ramps that people with colour-blindness can read, and colours for categories.

The ramps themselves are matplotlib's: viridis and its like are made for even steps of lightness, those of
ColorBrewer are the ones that its authors mark as safe for colour-blind readers. The pale ends of
ColorBrewer's are cut off, since they would vanish on a pale map.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from jjjmap.i18n import _
from jjjmap.layers.looks import BLUE, GREEN, INK, ORANGE, PURPLE, SKY, VERMILLION, YELLOW
from jjjmap.layers.styling.user_style import StyleMode

OKABE_ITO = (BLUE, ORANGE, GREEN, VERMILLION, PURPLE, SKY, YELLOW, INK)
"""Okabe and Ito's palette, the strongest colours on a pale map first."""

_HEX = re.compile(r"#[0-9a-f]{6}")
_PALE_END = 0.22
"""So much is cut off a ramp that begins near white."""


class RampKind(StrEnum):
    """What a ramp is good for."""

    SEQUENTIAL = "sequential"
    DIVERGING = "diverging"
    """Two ways from a pale middle: for values below and above something."""
    CATEGORICAL = "categorical"
    """Colours without an order."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """A ramp by name."""

    name: str
    kind: RampKind
    start: float = 0.0
    """Where it begins on matplotlib's ramp, 0…1."""
    end: float = 1.0

    @property
    def purpose(self) -> str:
        """What it is good for, in the language in use."""
        return {
            RampKind.SEQUENTIAL: _("由低到高"),
            RampKind.DIVERGING: _("两端相对，中间最浅"),
            RampKind.CATEGORICAL: _("互不相连的颜色"),
        }[self.kind]


RAMPS = (
    Ramp("YlGnBu", RampKind.SEQUENTIAL, start=_PALE_END),
    Ramp("viridis", RampKind.SEQUENTIAL, start=1.0, end=0.0),
    Ramp("cividis", RampKind.SEQUENTIAL, start=1.0, end=0.0),
    Ramp("magma", RampKind.SEQUENTIAL, start=0.92, end=0.05),
    Ramp("Blues", RampKind.SEQUENTIAL, start=_PALE_END),
    Ramp("Purples", RampKind.SEQUENTIAL, start=_PALE_END),
    Ramp("YlOrBr", RampKind.SEQUENTIAL, start=_PALE_END),
    Ramp("OrRd", RampKind.SEQUENTIAL, start=_PALE_END),
    Ramp("PuOr", RampKind.DIVERGING, start=0.95, end=0.05),
    Ramp("RdBu", RampKind.DIVERGING, start=0.95, end=0.05),
    Ramp("BrBG", RampKind.DIVERGING, start=0.05, end=0.95),
    Ramp("Okabe–Ito", RampKind.CATEGORICAL),
    Ramp("Petroff", RampKind.CATEGORICAL),
)
"""All ramps, as they are offered; those that grow run from pale to dark, so that much looks like much."""

_BY_NAME = {ramp.name: ramp for ramp in RAMPS}


def ramp_for(name: str, mode: StyleMode) -> Ramp:
    """Return the ramp of a style; the best for the mode if it names none, or one that there is not."""
    best = "Okabe–Ito" if mode is StyleMode.CATEGORISED else "YlGnBu"
    ramp = _BY_NAME.get(name, _BY_NAME[best])
    if mode is not StyleMode.CATEGORISED and ramp.kind is RampKind.CATEGORICAL:
        return _BY_NAME[best]  # An order must show.
    return ramp


def ramp_colors(ramp: Ramp, positions: Sequence[float], *, reverse: bool = False) -> tuple[str, ...]:
    """Return the colours at positions 0…1 of a ramp, as ``#rrggbb``."""
    # Imported here: a quarter of a second that a plain layer does not need.
    import matplotlib
    from matplotlib.colors import to_hex

    if ramp.kind is RampKind.CATEGORICAL:
        colors = category_colors(ramp, len(positions), reverse=reverse)
        return tuple(colors[min(round(at * (len(colors) - 1)), len(colors) - 1)] for at in positions)
    scale = matplotlib.colormaps[ramp.name]
    span = ramp.end - ramp.start
    return tuple(
        to_hex(scale(ramp.start + (1.0 - at if reverse else at) * span))
        for at in (min(max(position, 0.0), 1.0) for position in positions)
    )


def category_colors(ramp: Ramp, count: int, *, reverse: bool = False) -> tuple[str, ...]:
    """Return as many colours for categories; they repeat when a palette has fewer."""
    if ramp.kind is not RampKind.CATEGORICAL:
        steps = [index / (count - 1) if count > 1 else 0.6 for index in range(count)]
        return ramp_colors(ramp, steps, reverse=reverse)
    palette = palette_of(ramp)
    if reverse:
        palette = palette[::-1]
    return tuple(palette[index % len(palette)] for index in range(count))


def palette_of(ramp: Ramp) -> tuple[str, ...]:
    """Return the colours of a categorical ramp; empty for one that is continuous."""
    if ramp.kind is not RampKind.CATEGORICAL:
        return ()
    if ramp.name == "Petroff":
        import matplotlib
        from matplotlib.colors import to_hex

        return tuple(to_hex(color) for color in matplotlib.color_sequences["petroff10"])
    return OKABE_ITO


def spread(uppers: Sequence[float], lowest: float, ramp: Ramp) -> tuple[float, ...]:
    """Return where on a ramp the classes of a range stand, 0…1.

    Classes stand evenly; on a diverging ramp, values below and above 0 stand at both sides of its middle
    if there are both.

    Parameters
    ----------
    uppers
        Upper ends of the classes, ascending.
    lowest
        Lower end of the first.
    """
    count = len(uppers)
    lowers = (lowest, *uppers[:-1])
    below = sum(upper <= 0 for upper in uppers)
    above = sum(lower >= 0 for lower in lowers)
    if ramp.kind is not RampKind.DIVERGING or not below or not above:
        return tuple(index / (count - 1) if count > 1 else 0.6 for index in range(count))
    longer = max(below, above)
    return tuple(
        0.5 - 0.5 * (below - index) / longer
        if index < below
        else 0.5 + 0.5 * max(index - (count - above) + 1, 0) / longer
        for index in range(count)
    )


def is_color(text: str) -> bool:
    """Whether a text is ``#rrggbb`` in small letters."""
    return _HEX.fullmatch(text) is not None
