"""Symbols as QGIS writes them: elements of a QML file. Sizes are pixels, colours ``r,g,b,a``."""

from xml.etree.ElementTree import Element, SubElement

from jjjmap.layers.style import Geometry, Shape, SymbolClass

PIXEL = "Pixel"
PX_OF_UNIT = {PIXEL: 1.0, "MM": 96.0 / 25.4, "Point": 96.0 / 72.0, "Inch": 96.0}
"""Pixels that a unit of QGIS has, at 96 to the inch; map units are missing, since they have no fixed size."""

MARKERS: dict[Shape, tuple[str, int]] = {
    Shape.CIRCLE: ("circle", 0),
    Shape.SQUARE: ("square", 0),
    Shape.DIAMOND: ("diamond", 0),
    Shape.TRIANGLE: ("triangle", 0),
    Shape.HEXAGON: ("hexagon", 0),
    Shape.PENTAGON: ("pentagon", 0),
    Shape.STAR: ("star", 0),
    Shape.WEDGE: ("triangle", 180),
    Shape.CROSS: ("cross_fill", 0),
}
"""QGIS's name of a shape, and degrees by which it is turned; anchors and planes have none."""

ARROW_LENGTH_PX, ARROW_LENGTH_A_WIDTH = 7.0, 1.1
"""An arrowhead is so long, and so much longer for each pixel of the line's width, as in `symbols.js`."""

_KINDS = {Geometry.POINT: "marker", Geometry.LINE: "line", Geometry.POLYGON: "fill"}


def rgba(color: str, opacity: float = 1.0) -> str:
    """Return ``#rrggbb`` as QGIS writes it; transparent if it is empty."""
    if not color:
        return "0,0,0,0"
    parts = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return ",".join(str(part) for part in (*parts, round(opacity * 255)))


def symbol_element(
    parent: Element,
    name: str,
    symbol: SymbolClass,
    geometry: Geometry,
    properties: dict[str, str] | None = None,
) -> Element:
    """Write a symbol below ``<symbols>``.

    Parameters
    ----------
    name
        What categories and ranges call it by.
    properties
        Expressions of QGIS that override a property of the symbol by the values of a feature.
    """
    element = SubElement(
        parent, "symbol", {"name": name, "type": _KINDS[geometry], "alpha": "1", "clip_to_extent": "1"}
    )
    match geometry:
        case Geometry.POINT:
            kind, options = "SimpleMarker", _marker(symbol)
        case Geometry.LINE:
            kind, options = "SimpleLine", _line(symbol)
        case Geometry.POLYGON:
            kind, options = "SimpleFill", _fill(symbol)
    layer = SubElement(element, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    _options(layer, options)
    if properties:
        _override(layer, properties)
    if geometry is Geometry.LINE and symbol.arrow:
        element.append(arrowhead(name, symbol, PIXEL, 1.0))
    return element


def arrowhead(name: str, symbol: SymbolClass, unit: str, factor: float) -> Element:
    """Return the arrowhead at the end of a line: a layer of its symbol.

    Parameters
    ----------
    name
        Of the symbol that it is a part of.
    unit, factor
        QGIS's unit of length, and how many of it a pixel has.
    """
    length = ARROW_LENGTH_PX + ARROW_LENGTH_A_WIDTH * symbol.width_px
    # Set forward as the page sets it; QGIS turns what it puts on a line along it.
    ahead = symbol.width_px - length / 2
    layer = Element("layer", {"class": "MarkerLine", "enabled": "1", "locked": "0", "pass": "0"})
    _options(layer, {"placements": "LastVertex", "placement": "lastvertex", "rotate": "1"})
    head = SubElement(
        layer, "symbol", {"name": f"@{name}@1", "type": "marker", "alpha": "1", "clip_to_extent": "1"}
    )
    marker = SubElement(head, "layer", {"class": "SimpleMarker", "enabled": "1", "locked": "0", "pass": "0"})
    _options(
        marker,
        {
            "name": "triangle",
            "angle": "90",
            "color": rgba(symbol.stroke, symbol.fill_opacity),
            "outline_style": "no",
            "offset": f"0,{-ahead * factor:.4g}",
            "offset_unit": unit,
            "scale_method": "diameter",
            "size": f"{length * factor:.4g}",
            "size_unit": unit,
        },
    )
    return layer


def _options(layer: Element, options: dict[str, str]) -> None:
    told = SubElement(layer, "Option", {"type": "Map"})
    for key, value in options.items():
        SubElement(told, "Option", {"type": "QString", "name": key, "value": value})
    for key, value in options.items():  # As QGIS before 3.26 reads them.
        SubElement(layer, "prop", {"k": key, "v": value})


def _marker(symbol: SymbolClass) -> dict[str, str]:
    name, angle = MARKERS.get(symbol.shape, MARKERS[Shape.CIRCLE])
    return {
        "name": name,
        "angle": str(angle),
        "color": rgba(symbol.fill, symbol.fill_opacity),
        "outline_color": rgba(symbol.stroke),
        "outline_style": "solid" if symbol.stroke else "no",
        "outline_width": f"{symbol.width_px:g}",
        "outline_width_unit": PIXEL,
        "scale_method": "diameter",
        "size": f"{symbol.size_px:g}",
        "size_unit": PIXEL,
    }


def _line(symbol: SymbolClass) -> dict[str, str]:
    return {
        "line_color": rgba(symbol.stroke, symbol.fill_opacity),
        "line_style": "solid",
        "line_width": f"{symbol.width_px:g}",
        "line_width_unit": PIXEL,
        "capstyle": "round",
        "joinstyle": "round",
        "use_custom_dash": "1" if symbol.dash else "0",
        "customdash": ";".join(str(length) for length in symbol.dash) or "5;2",
        "customdash_unit": PIXEL,
    }


def _fill(symbol: SymbolClass) -> dict[str, str]:
    return {
        "color": rgba(symbol.fill, symbol.fill_opacity),
        "style": ("b_diagonal" if symbol.hatch else "solid") if symbol.fill else "no",
        "outline_color": rgba(symbol.stroke),
        "outline_style": "solid" if symbol.stroke else "no",
        "outline_width": f"{symbol.width_px:g}",
        "outline_width_unit": PIXEL,
        "joinstyle": "round",
    }


def _override(layer: Element, properties: dict[str, str]) -> None:
    holder = SubElement(SubElement(layer, "data_defined_properties"), "Option", {"type": "Map"})
    SubElement(holder, "Option", {"name": "name", "type": "QString", "value": ""})
    told = SubElement(holder, "Option", {"name": "properties", "type": "Map"})
    for key, expression in properties.items():
        entry = SubElement(told, "Option", {"name": key, "type": "Map"})
        SubElement(entry, "Option", {"name": "active", "type": "bool", "value": "true"})
        SubElement(entry, "Option", {"name": "expression", "type": "QString", "value": expression})
        SubElement(entry, "Option", {"name": "type", "type": "int", "value": "3"})
    SubElement(holder, "Option", {"name": "type", "type": "QString", "value": "collection"})
