"""A user's style as JSON and back; whatever comes in is brought within bounds."""

from dataclasses import replace
from math import isfinite
from typing import Any

from jjjmap.layers.opening.records_json import from_json, to_json
from jjjmap.layers.styling.breaks import MOST_RANGES
from jjjmap.layers.styling.class_labels import shortened
from jjjmap.layers.styling.ramps import is_color
from jjjmap.layers.styling.user_style import LONGEST_VALUE, MAX_CLASSES, CategoryLook, UserStyle

MOST_CATEGORIES = MAX_CLASSES - 2
"""One class is for all other values, one for none."""
SIZE_PX = (1.0, 120.0)
"""Of symbols; they travel to the page as a byte."""
WIDTH_PX = (0.0, 20.0)
LABEL_PX = (6.0, 72.0)
ZOOM = (0.0, 22.0)
_LONGEST_NAME = 1_000
_DEFAULT = UserStyle()


def style_to_json(style: UserStyle) -> dict[str, Any]:
    """Return a style as what JSON can say."""
    return to_json(style)


def style_from_json(said: Any) -> UserStyle:
    """Return the style that was said, within bounds; raises ValueError if it is none."""
    if not isinstance(said, dict):
        raise ValueError("no UserStyle: not an object")
    return checked(from_json(UserStyle, said))


def checked(style: UserStyle) -> UserStyle:
    """Return a style whose every value can be drawn: colours are colours, sizes and counts have bounds."""
    return replace(
        style,
        column=style.column[:_LONGEST_NAME],
        label_column=style.label_column[:_LONGEST_NAME],
        ramp=style.ramp[:_LONGEST_NAME],
        class_count=min(max(style.class_count, 1), MOST_RANGES),
        breaks=tuple(sorted({value for value in style.breaks if isfinite(value)})[: MOST_RANGES - 1]),
        categories=_categories(style.categories),
        color=_color(style.color, _DEFAULT.color),
        stroke=_color(style.stroke, "") if style.stroke else "",
        no_data_color=_color(style.no_data_color, _DEFAULT.no_data_color),
        width_px=_within(style.width_px, WIDTH_PX, _DEFAULT.width_px),
        max_width_px=_within(style.max_width_px, WIDTH_PX, _DEFAULT.max_width_px),
        size_px=_within(style.size_px, SIZE_PX, _DEFAULT.size_px),
        max_size_px=_within(style.max_size_px, SIZE_PX, _DEFAULT.max_size_px),
        fill_opacity=_within(style.fill_opacity, (0.0, 1.0), _DEFAULT.fill_opacity),
        label_size_px=_within(style.label_size_px, LABEL_PX, _DEFAULT.label_size_px),
        label_min_zoom=_within(style.label_min_zoom, ZOOM, _DEFAULT.label_min_zoom),
    )


def _categories(looks: tuple[CategoryLook, ...]) -> tuple[CategoryLook, ...]:
    kept: dict[str, CategoryLook] = {}
    for look in looks:
        if len(kept) == MOST_CATEGORIES:
            break
        value = look.value[:LONGEST_VALUE]
        kept.setdefault(value, CategoryLook(value, _color(look.color, ""), shortened(look.label), look.shape))
    return tuple(kept.values())


def _color(text: str, otherwise: str) -> str:
    small = text.lower()
    return small if is_color(small) else otherwise


def _within(value: float, bounds: tuple[float, float], otherwise: float) -> float:
    lowest, highest = bounds
    return min(max(value, lowest), highest) if isfinite(value) else otherwise
