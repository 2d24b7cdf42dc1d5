"""Writes a style as SLD 1.1 (OGC 05-078r4, with Symbology Encoding 05-077r4), for QGIS and GeoServer."""

from collections.abc import Callable
from math import inf
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _, language
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.style import REST, Geometry, Shape, SymbolClass
from jjjmap.layers.styling.class_labels import ValueFormat
from jjjmap.layers.styling.user_style import StyleMode
from jjjmap.layers.styling.written_styles import AppliedStyle, StyleFile, scale_at, xml_text

SLD, SE, OGC = "http://www.opengis.net/sld", "http://www.opengis.net/se", "http://www.opengis.net/ogc"

_MARKS = {
    Shape.CIRCLE: ("circle", 0),
    Shape.SQUARE: ("square", 0),
    Shape.DIAMOND: ("square", 45),
    Shape.TRIANGLE: ("triangle", 0),
    Shape.WEDGE: ("triangle", 180),
    Shape.STAR: ("star", 0),
    Shape.CROSS: ("cross", 0),
    Shape.PENTAGON: ("pentagon", 0),
    Shape.HEXAGON: ("hexagon", 0),
}
"""Well-known names, and degrees by which they are turned; the standard knows no diamond."""


def to_sld(applied: AppliedStyle, name: str) -> StyleFile:
    """Return a style as the text of an SLD file, with what other programs will show otherwise.

    Parameters
    ----------
    name
        What the layer is called.
    """
    for prefix, space in (("sld", SLD), ("se", SE), ("ogc", OGC)):
        register_namespace(prefix, space)
    root = Element(f"{{{SLD}}}StyledLayerDescriptor", {"version": "1.1.0"})
    layer = SubElement(root, f"{{{SLD}}}NamedLayer")
    SubElement(layer, f"{{{SE}}}Name").text = xml_text(name)
    user_style = SubElement(layer, f"{{{SLD}}}UserStyle")
    SubElement(user_style, f"{{{SE}}}Name").text = xml_text(name)
    rules = SubElement(user_style, f"{{{SE}}}FeatureTypeStyle")
    classes = applied.styled.style.classes
    for number, symbol in enumerate(classes):
        rule = SubElement(rules, f"{{{SE}}}Rule")
        SubElement(rule, f"{{{SE}}}Name").text = xml_text(symbol.label(language()))
        SubElement(SubElement(rule, f"{{{SE}}}Description"), f"{{{SE}}}Title").text = xml_text(
            symbol.label_zh
        )
        condition = _condition(applied, number)
        if condition is not None:
            SubElement(rule, f"{{{OGC}}}Filter").append(condition)
        elif symbol.value == REST and len(classes) > 1:
            SubElement(rule, f"{{{SE}}}ElseFilter")
        _SYMBOLIZERS[applied.geometry](rule, symbol)
    if applied.style.label_column:
        # Apart: a rule for all features would leave nothing to a rule for all others.
        _labels(SubElement(user_style, f"{{{SE}}}FeatureTypeStyle"), applied)
    findings = applied.findings("SLD")
    if applied.style.mode is StyleMode.PROPORTIONAL:
        findings.append(
            Finding(Severity.INFO, "style-sizes-in-steps", "SLD", _("SLD 里的比例符号按图例上的几档大小画。"))
        )
    if applied.geometry is Geometry.LINE and any(symbol.arrow for symbol in classes):
        findings.append(
            Finding(Severity.INFO, "style-arrows-left-out", "SLD", _("SLD 里的线没有箭头，看不出方向。"))
        )
    indent(root)
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    return StyleFile(head + tostring(root, encoding="unicode").encode() + b"\n", tuple(findings))


def _condition(applied: AppliedStyle, number: int) -> Element | None:
    """Return which features a class is for; None for all, or all others."""
    symbol = applied.styled.style.classes[number]
    style = applied.style
    if style.mode is StyleMode.SINGLE or symbol.value == REST:
        return None
    column = style.column
    if symbol.value == "":
        null = Element(f"{{{OGC}}}PropertyIsNull")
        SubElement(null, f"{{{OGC}}}PropertyName").text = xml_text(column)
        return null
    if style.mode is StyleMode.CATEGORISED:
        return _compare("PropertyIsEqualTo", column, symbol.value)
    if symbol.value == "-":
        return _compare("PropertyIsLessThan", column, "0")
    above, up_to = _ends(applied, number)
    if number == 0 and any(other.value == "-" for other in applied.styled.style.classes):
        both = Element(f"{{{OGC}}}And")
        both.append(_compare("PropertyIsGreaterThanOrEqualTo", column, "0"))
        both.append(_between(column, above, up_to))
        return both
    return _between(column, above, up_to)


def _ends(applied: AppliedStyle, number: int) -> tuple[str, str]:
    """Return above what and up to what a class goes, as literals; empty for no end."""
    kind = applied.kind or ColumnKind.NUMBER
    uppers = applied.edges[1:]
    is_first, is_last = number == 0, number == len(uppers) - 1
    lower = "" if is_first else _literal(uppers[number - 1], kind)
    upper = "" if is_last or uppers[number] == inf else _literal(uppers[number], kind)
    return lower, upper


def _literal(value: float, kind: ColumnKind) -> str:
    if kind in (ColumnKind.DATE, ColumnKind.TIME):
        return ValueFormat(kind, has_clock=True).text(value).replace(" ", "T")
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _between(column: str, above: str, up_to: str) -> Element:
    parts = []
    if above:
        parts.append(_compare("PropertyIsGreaterThan", column, above))
    if up_to:
        parts.append(_compare("PropertyIsLessThanOrEqualTo", column, up_to))
    if not parts:
        negation = Element(f"{{{OGC}}}Not")
        null = SubElement(negation, f"{{{OGC}}}PropertyIsNull")
        SubElement(null, f"{{{OGC}}}PropertyName").text = xml_text(column)
        return negation
    if len(parts) == 1:
        return parts[0]
    both = Element(f"{{{OGC}}}And")
    both.extend(parts)
    return both


def _compare(operator: str, column: str, value: str) -> Element:
    comparison = Element(f"{{{OGC}}}{operator}")
    SubElement(comparison, f"{{{OGC}}}PropertyName").text = xml_text(column)
    SubElement(comparison, f"{{{OGC}}}Literal").text = xml_text(value)
    return comparison


def _parameters(parent: Element, **values: str) -> None:
    for name, value in values.items():
        parameter = SubElement(parent, f"{{{SE}}}SvgParameter", {"name": name.replace("_", "-")})
        parameter.text = value


def _fill(parent: Element, symbol: SymbolClass) -> None:
    if symbol.fill:
        _parameters(
            SubElement(parent, f"{{{SE}}}Fill"), fill=symbol.fill, fill_opacity=f"{symbol.fill_opacity:g}"
        )


def _stroke(parent: Element, symbol: SymbolClass, opacity: float = 1.0) -> None:
    if not symbol.stroke:
        return
    stroke = SubElement(parent, f"{{{SE}}}Stroke")
    _parameters(stroke, stroke=symbol.stroke, stroke_width=f"{symbol.width_px:g}")
    if opacity < 1.0:
        _parameters(stroke, stroke_opacity=f"{opacity:g}")
    if symbol.dash:
        _parameters(stroke, stroke_dasharray=" ".join(str(length) for length in symbol.dash))


def _point(rule: Element, symbol: SymbolClass) -> None:
    graphic = SubElement(SubElement(rule, f"{{{SE}}}PointSymbolizer"), f"{{{SE}}}Graphic")
    mark = SubElement(graphic, f"{{{SE}}}Mark")
    name, degrees = _MARKS.get(symbol.shape, _MARKS[Shape.CIRCLE])
    SubElement(mark, f"{{{SE}}}WellKnownName").text = name
    _fill(mark, symbol)
    _stroke(mark, symbol)
    SubElement(graphic, f"{{{SE}}}Size").text = f"{symbol.size_px:g}"
    if degrees:
        SubElement(graphic, f"{{{SE}}}Rotation").text = str(degrees)


def _line(rule: Element, symbol: SymbolClass) -> None:
    _stroke(SubElement(rule, f"{{{SE}}}LineSymbolizer"), symbol, symbol.fill_opacity)


def _polygon(rule: Element, symbol: SymbolClass) -> None:
    symbolizer = SubElement(rule, f"{{{SE}}}PolygonSymbolizer")
    if symbol.hatch and symbol.fill:
        # GeoServer's name for a hatching, which QGIS reads too.
        graphic = SubElement(
            SubElement(SubElement(symbolizer, f"{{{SE}}}Fill"), f"{{{SE}}}GraphicFill"), f"{{{SE}}}Graphic"
        )
        mark = SubElement(graphic, f"{{{SE}}}Mark")
        SubElement(mark, f"{{{SE}}}WellKnownName").text = "slash"
        _parameters(SubElement(mark, f"{{{SE}}}Stroke"), stroke=symbol.fill)
    else:
        _fill(symbolizer, symbol)
    _stroke(symbolizer, symbol)


_SYMBOLIZERS: dict[Geometry, Callable[[Element, SymbolClass], None]] = {
    Geometry.POINT: _point,
    Geometry.LINE: _line,
    Geometry.POLYGON: _polygon,
}


def _labels(rules: Element, applied: AppliedStyle) -> None:
    style = applied.style
    rule = SubElement(rules, f"{{{SE}}}Rule")
    if style.label_min_zoom > 0:
        SubElement(rule, f"{{{SE}}}MaxScaleDenominator").text = f"{scale_at(style.label_min_zoom):.0f}"
    symbolizer = SubElement(rule, f"{{{SE}}}TextSymbolizer")
    SubElement(SubElement(symbolizer, f"{{{SE}}}Label"), f"{{{OGC}}}PropertyName").text = xml_text(
        style.label_column
    )
    _parameters(SubElement(symbolizer, f"{{{SE}}}Font"), font_size=f"{style.label_size_px:g}")
    halo = SubElement(symbolizer, f"{{{SE}}}Halo")
    SubElement(halo, f"{{{SE}}}Radius").text = "1.5"
    _parameters(SubElement(halo, f"{{{SE}}}Fill"), fill="#ffffff")
    _parameters(SubElement(symbolizer, f"{{{SE}}}Fill"), fill="#333333")
