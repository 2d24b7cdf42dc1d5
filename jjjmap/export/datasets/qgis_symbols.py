"""Symbols for QGIS that look like those of the map page: casing, fill by precision, hatching, dashes.

Lengths are millimetres at 96 dots per inch: on the screen they are the page's pixels, and in print they keep
their size.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from xml.etree.ElementTree import Element, SubElement

from jjjmap.layers.style import Geometry, Shape, SymbolClass
from jjjmap.layers.styling.qgis_symbols import arrowhead, rgba
from jjjmap.layers.styling.written_styles import xml_text

MM_PER_PX = 25.4 / 96
SCALE_AT_ZOOM_0 = 591_658_710.9
"""Denominator of the web map's scale at zoom 0 as QGIS reckons it: at 96 dots per inch."""

_KINDS = {Geometry.POINT: "marker", Geometry.LINE: "line", Geometry.POLYGON: "fill"}
_CASING = "255,255,255,217"
_HATCH_GAP_PX = 7.0
_MARKERS: dict[Shape, tuple[str, float, float]] = {
    Shape.CIRCLE: ("circle", 0, 1.0),
    Shape.SQUARE: ("square", 0, 0.85),
    Shape.DIAMOND: ("diamond", 0, 1.1),
    Shape.TRIANGLE: ("triangle", 0, 1.03),
    Shape.HEXAGON: ("hexagon", 30, 1.05),
    Shape.PENTAGON: ("pentagon", 0, 1.05),
    Shape.STAR: ("star", 0, 1.15),
    Shape.WEDGE: ("triangle", 180, 1.03),
}
"""QGIS's name of a shape, degrees by which it is turned, and how much larger it is drawn to be as large."""

_PATHS: dict[Shape, str] = {
    Shape.PLANE: "M0-1 .16-.8 .18-.3 1 .25 1 .48 .18 .22 .14 .68 .4 .86 .4 1.02 0 .92-.4 1.02-.4 .86-.14 .68"
    "-.18 .22-1 .48-1 .25-.18-.3-.16-.8Z",
    Shape.CROSS: "M-.35-1H.35V-.35H1V.35H.35V1H-.35V.35H-1V-.35H-.35Z",
    Shape.ANCHOR: "M0-.48A.24 .24 0 1 1 .001-.48M0-.48V.95M-.45-.2H.45M-.85 .2Q-.7 .95 0 .95 .7 .95 .85 .2",
}
"""Outlines that QGIS lacks, within a circle of radius 1, y down."""
_ROOM = 1.4
"""Half the side of their pictures: the strokes need some."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What of a symbol the values of a feature decide."""

    precision_column: str = ""
    dimmed_column: str = ""
    size_px: str = ""
    """An expression of QGIS; empty for the size of the class."""
    fill: str = ""
    outline: str = ""


def mm(px: float) -> str:
    """Return a length in pixels of the screen as millimetres."""
    return f"{px * MM_PER_PX:.4g}"


def plain_text(text: str) -> str:
    """Return a text in which QGIS finds nothing to reckon: ``[% … %]`` would be a formula."""
    return xml_text(text).replace("[%", "[ %")


def quoted(column: str) -> str:
    """Return a column as an expression."""
    return '"' + column.replace('"', '""') + '"'


def write_symbol(
    parent: Element, name: str, look: SymbolClass, geometry: Geometry, drawing: Drawing = Drawing()
) -> None:
    """Write a symbol below ``<symbols>``, by the name that categories and rules call it."""
    symbol = SubElement(
        parent, "symbol", {"name": name, "type": _KINDS[geometry], "alpha": "1", "clip_to_extent": "1"}
    )
    if drawing.dimmed_column:
        _override(symbol, {"alpha": f"if({quoted(drawing.dimmed_column)}, 15, 100)"})
    match geometry:
        case Geometry.POINT:
            _marker(symbol, look, drawing)
        case Geometry.LINE:
            _line(symbol, look.stroke or look.fill, look.width_px, look.dash, look.fill_opacity)
            if look.arrow:
                symbol.append(arrowhead(name, look, "MM", MM_PER_PX))
        case Geometry.POLYGON:
            _area(symbol, name, look)


# -- Points ----------------------------------------------------------------------------------------


def _marker(symbol: Element, look: SymbolClass, drawing: Drawing) -> None:
    if look.shape in _PATHS:
        _picture(symbol, look, drawing)
        return
    kind, angle, factor = _MARKERS[look.shape]
    size = {"size": _scaled(drawing.size_px, factor)} if drawing.size_px else {}
    fill, width = _fill_of(look, drawing), {}
    if drawing.precision_column:
        wide, thin = mm(look.width_px + 0.4), mm(look.width_px)
        width = {"outlineWidth": f"if({_precision(drawing, '0', '1', '1')} = 0, {wide}, {thin})"}
    casing = look.width_px + 2.0
    for color, outline, outline_px, properties in (
        ("255,255,255,255", _CASING, casing, size),
        (
            rgba(look.fill, look.fill_opacity),
            rgba(look.stroke or look.fill),
            look.width_px,
            size | fill | width,
        ),
    ):
        options = {
            "name": kind,
            "angle": f"{angle:g}",
            "color": color,
            "outline_color": outline,
            "outline_style": "solid",
            "outline_width": mm(outline_px),
            "outline_width_unit": "MM",
            "joinstyle": "round",
            "scale_method": "diameter",
            "size": mm(look.size_px * factor),
            "size_unit": "MM",
        }
        _layer(symbol, "SimpleMarker", options, properties)


def _picture(symbol: Element, look: SymbolClass, drawing: Drawing) -> None:
    """Draw a shape that QGIS lacks as a picture that is part of the style."""
    path, radius = _PATHS[look.shape], look.size_px / 2
    if look.shape is Shape.ANCHOR:
        casing, line = max(3.6, radius * 0.62) / radius, max(1.4, radius * 0.26) / radius
        drawn = (
            f'<path d="{path}" fill="none" stroke="#fff" stroke-opacity=".9" stroke-width="{casing:.3g}"/>'
            f'<path d="{path}" fill="none" stroke="param(fill)" stroke-opacity="param(fill-opacity)"'
            f' stroke-width="{line:.3g}"/>'
        )
    else:
        casing, line = (look.width_px + 2) / radius, look.width_px / radius
        drawn = (
            f'<path d="{path}" fill="#fff" stroke="#fff" stroke-opacity=".85" stroke-width="{casing:.3g}"/>'
            f'<path d="{path}" fill="param(fill)" fill-opacity="param(fill-opacity)" stroke="param(outline)"'
            f' stroke-width="{line:.3g}"/>'
        )
    side = 2 * _ROOM
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-_ROOM} {-_ROOM} {side} {side}" width="{side}"'
        f' height="{side}" stroke-linecap="round" stroke-linejoin="round">{drawn}</svg>'
    )
    outline = look.fill if look.shape is Shape.PLANE else look.stroke or look.fill
    options = {
        "name": "base64:" + base64.b64encode(svg.encode()).decode(),
        "color": rgba(look.fill, look.fill_opacity),
        "outline_color": rgba(outline),
        "outline_width": "0",
        "size": mm(look.size_px * _ROOM),
        "size_unit": "MM",
    }
    properties = _fill_of(look, drawing)
    if look.shape is Shape.ANCHOR and drawing.precision_column:
        properties = {"fillColor": _color_by(look.fill, _precision(drawing, "0.6", "0.6", "1"))}
    if drawing.size_px:
        properties["size"] = _scaled(drawing.size_px, _ROOM)
    _layer(symbol, "SvgMarker", options, properties)


def _scaled(size_px: str, factor: float) -> str:
    return f"({size_px}) * {factor * MM_PER_PX:.5g}"


def _fill_of(look: SymbolClass, drawing: Drawing) -> dict[str, str]:
    if drawing.precision_column and look.fill:
        share = _precision(drawing, "0", "0.45", "1")
        return {"fillColor": _color_by(look.fill, f"{look.fill_opacity:g} * {share}")}
    said = {"fillColor": drawing.fill, "outlineColor": drawing.outline}
    return {key: expression for key, expression in said.items() if expression}


def _precision(drawing: Drawing, unsure: str, town: str, sure: str) -> str:
    # What is not known to be unsure is sure: the legend of QGIS asks without a feature.
    column = quoted(drawing.precision_column)
    return (
        f"case when {column} in ('county', 'area', 'region', 'unknown') then {unsure}"
        f" when {column} = 'town' then {town} else {sure} end"
    )


def _color_by(color: str, share: str) -> str:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"color_rgba({red}, {green}, {blue}, 255 * {share})"


# -- Lines and areas -------------------------------------------------------------------------------


def _line(symbol: Element, color: str, width_px: float, dash: tuple[int, ...], opacity: float = 1.0) -> None:
    options = {
        "line_color": rgba(color, opacity),
        "line_style": "solid" if color and width_px > 0 else "no",
        "line_width": mm(width_px),
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
        "use_custom_dash": "1" if dash else "0",
        "customdash": ";".join(mm(length) for length in dash) or "5;2",
        "customdash_unit": "MM",
    }
    _layer(symbol, "SimpleLine", options)


def _area(symbol: Element, name: str, look: SymbolClass) -> None:
    fill = {
        "color": rgba(look.fill, look.fill_opacity),
        "style": "solid" if look.fill else "no",
        "outline_style": "no",
    }
    _layer(symbol, "SimpleFill", fill)
    if look.hatch and look.fill:
        pattern = {
            "angle": "45",
            "distance": mm(_HATCH_GAP_PX / sqrt(2)),
            "distance_unit": "MM",
            "line_width": mm(1),
            "line_width_unit": "MM",
        }
        layer = _layer(symbol, "LinePatternFill", pattern)
        strokes = SubElement(
            layer, "symbol", {"name": f"@{name}@1", "type": "line", "alpha": "1", "clip_to_extent": "1"}
        )
        _line(strokes, look.stroke or look.fill, 1.0, (), 0.4)
    if look.stroke:
        _line(symbol, look.stroke, look.width_px, look.dash)


# -- XML -------------------------------------------------------------------------------------------


def _layer(
    symbol: Element, kind: str, options: Mapping[str, str], properties: Mapping[str, str] | None = None
) -> Element:
    layer = SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    told = SubElement(layer, "Option", {"type": "Map"})
    for key, value in options.items():
        SubElement(told, "Option", {"type": "QString", "name": key, "value": value})
    for key, value in options.items():  # As QGIS before 3.26 reads them.
        SubElement(layer, "prop", {"k": key, "v": value})
    if properties:
        _override(layer, properties)
    return layer


def _override(parent: Element, properties: Mapping[str, str]) -> None:
    parent.append(overrides("data_defined_properties", properties))


def overrides(tag: str, properties: Mapping[str, str]) -> Element:
    """Return properties that expressions decide, as QGIS writes them."""
    holder = Element(tag)
    told = SubElement(holder, "Option", {"type": "Map"})
    SubElement(told, "Option", {"name": "name", "type": "QString", "value": ""})
    every = SubElement(told, "Option", {"name": "properties", "type": "Map"})
    for key, expression in properties.items():
        entry = SubElement(every, "Option", {"name": key, "type": "Map"})
        SubElement(entry, "Option", {"name": "active", "type": "bool", "value": "true"})
        SubElement(entry, "Option", {"name": "expression", "type": "QString", "value": expression})
        SubElement(entry, "Option", {"name": "type", "type": "int", "value": "3"})
    SubElement(told, "Option", {"name": "type", "type": "QString", "value": "collection"})
    return holder
