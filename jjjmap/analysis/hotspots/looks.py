"""How results first look: told apart by colour-blind eyes, the same colour for the same thing everywhere."""

from __future__ import annotations

from jjjmap.analysis.hotspots.options import Verdict, verdict_name
from jjjmap.layers.looks import BLUE, PURPLE, VERMILLION
from jjjmap.layers.styling.user_style import CategoryLook, Scheme, StyleMode, UserStyle

HOT, COLD = "#b2182b", "#2166ac"
HIGH_OUTLIER, LOW_OUTLIER = "#ef8a62", "#92c5de"
NEUTRAL = "#e3e3e3"

_VERDICTS = (
    (Verdict.BOTH, PURPLE),
    (Verdict.LIST_ONLY, VERMILLION),
    (Verdict.POLICY_ONLY, BLUE),
    (Verdict.LARGER_UNIT, "#b8c4cc"),
    (Verdict.NEITHER, NEUTRAL),
)


def verdict_style(column: str) -> UserStyle:
    """Return the look of a comparison with policy."""
    looks = tuple(CategoryLook(verdict_name(verdict), color) for verdict, color in _VERDICTS)
    return _categories(column, looks)


def class_style(column: str, looks: tuple[CategoryLook, ...]) -> UserStyle:
    """Return the look of classes of areas."""
    return _categories(column, looks)


def amount_style(column: str, breaks: tuple[float, ...] = ()) -> UserStyle:
    """Return the look of polygons with more or less of something."""
    return UserStyle(
        StyleMode.GRADUATED,
        column,
        Scheme.MANUAL if breaks else Scheme.QUANTILES,
        breaks=breaks,
        ramp="OrRd",
        stroke="#5b1a00",
        fill_opacity=0.6,
    )


def _categories(column: str, looks: tuple[CategoryLook, ...]) -> UserStyle:
    return UserStyle(
        StyleMode.CATEGORISED,
        column,
        class_count=len(looks),
        categories=looks,
        stroke="#6e6e6e",
        width_px=0.6,
        fill_opacity=0.65,
    )
