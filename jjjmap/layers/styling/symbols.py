"""The symbol of a class: one colour in the form that points, lines and areas have."""

from jjjmap.layers.style import Geometry, Shape, SymbolClass
from jjjmap.layers.styling.user_style import UserStyle

SHAPES = (
    Shape.CIRCLE,
    Shape.SQUARE,
    Shape.TRIANGLE,
    Shape.DIAMOND,
    Shape.PENTAGON,
    Shape.HEXAGON,
    Shape.STAR,
    Shape.WEDGE,
)
"""Shapes that tell categories apart when the colours begin anew."""
OTHER_COLOR = "#7a7f85"
"""Of categories beyond those that have a colour: darker than no data."""
_DASHES = ((), (6, 3), (2, 3), (8, 3, 2, 3))
_NO_DATA_SIZE = 0.75


def symbol_of(
    style: UserStyle,
    geometry: Geometry | None,
    value: str,
    labels: tuple[str, str],
    color: str,
    *,
    shape: Shape | None = None,
    size_px: float | None = None,
    width_px: float | None = None,
    turn: int = 0,
) -> SymbolClass:
    """Return the symbol of a class.

    Parameters
    ----------
    labels
        In Chinese and in English.
    color
        ``#rrggbb``.
    shape, size_px
        Other than the style says.
    width_px
        Of a line, other than the style says.
    turn
        How often the colours were used up before: told by shape, hatching or dashes.
    """
    if geometry is Geometry.LINE:
        return SymbolClass(
            value,
            *labels,
            stroke=color,
            width_px=max(style.width_px if width_px is None else width_px, 0.5),
            fill_opacity=style.fill_opacity,
            dash=_DASHES[turn % len(_DASHES)],
            arrow=style.arrow,
        )
    if geometry is Geometry.POLYGON:
        return SymbolClass(
            value,
            *labels,
            fill=color,
            stroke=style.stroke if style.width_px else "",
            width_px=style.width_px,
            fill_opacity=style.fill_opacity,
            hatch=turn % 2 == 1,
        )
    if shape is None:
        first = SHAPES.index(style.shape) if style.shape in SHAPES else 0
        shape = SHAPES[(first + turn) % len(SHAPES)] if turn else style.shape
    return SymbolClass(
        value,
        *labels,
        fill=color,
        stroke=style.stroke if style.width_px else "",
        width_px=style.width_px,
        fill_opacity=style.fill_opacity,
        shape=shape,
        size_px=style.size_px if size_px is None else size_px,
    )


def no_data_symbol(style: UserStyle, geometry: Geometry | None, labels: tuple[str, str]) -> SymbolClass:
    """Return the symbol of rows without a value: smaller, hatched or dashed, so that it is no low value."""
    size_px = max(style.size_px * _NO_DATA_SIZE, 3.0)
    return symbol_of(style, geometry, "", labels, style.no_data_color, size_px=size_px, turn=_turn(geometry))


def _turn(geometry: Geometry | None) -> int:
    return 0 if geometry in (Geometry.POINT, None) else 1
