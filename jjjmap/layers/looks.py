"""Colours and forms that the shipped layers share.

Thematic colours are of Okabe and Ito's palette, which people with colour-blindness can tell apart, or dark;
shape, hatching and dashes repeat the difference. Basemap colours stay paler than any of them.
"""

from jjjmap.catalogue.models import PlaceKind
from jjjmap.layers.layer import Layer, LayerGroup
from jjjmap.layers.style import Geometry, LabelStyle, LayerStyle, Shape, SymbolClass

VERMILLION, ORANGE, YELLOW = "#d55e00", "#e69f00", "#f0e442"
GREEN, SKY, BLUE, PURPLE = "#009e73", "#56b4e9", "#0072b2", "#cc79a7"
INK, PAPER = "#33383d", "#ffffff"


def one_class(label_zh: str, label_en: str, **look: object) -> tuple[SymbolClass, ...]:
    """Return the classes of a layer whose features all look alike."""
    return (SymbolClass("*", label_zh, label_en, **look),)  # type: ignore[arg-type]


def place_layer(
    kind: PlaceKind,
    layer_id: str,
    title_zh: str,
    title_en: str,
    group: LayerGroup,
    style: LayerStyle,
    *,
    geometry: Geometry = Geometry.POINT,
    visible: bool = True,
    categories: tuple[str, ...] = (),
) -> Layer:
    """Return a layer of places, whose file is called like it."""
    file = f"{layer_id}.geojson"
    return Layer(
        layer_id,
        title_zh,
        title_en,
        group,
        file,
        geometry,
        style,
        kind,
        visible=visible,
        categories=categories,
    )


def point_style(shape: Shape, color: str, label_zh: str, label_en: str, *, priority: int) -> LayerStyle:
    """Return the look of a layer of places that has one class."""
    return LayerStyle(
        one_class(label_zh, label_en, fill=color, stroke=color, width_px=1.2, shape=shape, size_px=9.0),
        label=LabelStyle(color=INK, size_px=11.0, min_zoom=9.0, priority=priority),
        precision_marks=True,
    )
