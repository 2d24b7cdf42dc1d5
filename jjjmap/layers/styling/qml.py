"""Writes a style as QML, the style file of QGIS (3.4 and later)."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _, language
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.style import REST, Geometry, SymbolClass
from jjjmap.layers.styling.classify import SMALLEST_PX
from jjjmap.layers.styling.qgis_symbols import MARKERS, PIXEL, rgba, symbol_element
from jjjmap.layers.styling.user_style import StyleMode
from jjjmap.layers.styling.written_styles import AppliedStyle, StyleFile, scale_at, xml_text

_DOCTYPE = b"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION = "3.28.0"
_VALUE_TYPES = {ColumnKind.INTEGER: "long", ColumnKind.NUMBER: "double", ColumnKind.BOOLEAN: "bool"}
_BEYOND = "1e+300"
"""Upper end of a class that has none."""


def to_qml(applied: AppliedStyle) -> StyleFile:
    """Return a style as the text of a QML file, with what QGIS will show otherwise."""
    style = applied.style
    root = Element(
        "qgis",
        {
            "version": _VERSION,
            "styleCategories": "Symbology|Labeling",
            "labelsEnabled": "1" if style.label_column else "0",
        },
    )
    renderer = SubElement(
        root, "renderer-v2", {"symbollevels": "0", "forceraster": "0", "enableorderby": "0"}
    )
    classes = list(applied.styled.style.classes)
    findings = applied.findings("QML")
    match style.mode:
        case StyleMode.CATEGORISED:
            renderer.attrib.update(type="categorizedSymbol", attr=_attribute(applied))
            if applied.styled.no_data is not None and any(symbol.value == REST for symbol in classes):
                classes = classes[:-1]
                message = _("QGIS 把没有值的要素也算作“其他”。")
                findings.append(Finding(Severity.INFO, "style-no-data-among-others", "QML", message))
            _categories(SubElement(renderer, "categories"), classes, applied.kind)
        case StyleMode.GRADUATED:
            renderer.attrib.update(
                type="graduatedSymbol", attr=_attribute(applied), graduatedMethod="GraduatedColor"
            )
            if applied.styled.no_data is not None:
                classes = classes[:-1]
            _ranges(SubElement(renderer, "ranges"), classes, applied.edges)
        case _:
            renderer.set("type", "singleSymbol")
            classes = classes[:1]
    symbols = SubElement(renderer, "symbols")
    properties = _proportional(applied) if style.mode is StyleMode.PROPORTIONAL else None
    for number, symbol in enumerate(classes):
        symbol_element(symbols, str(number), symbol, applied.geometry, properties)
    if applied.geometry is Geometry.POINT and any(symbol.shape not in MARKERS for symbol in classes):
        findings.append(
            Finding(Severity.INFO, "style-shape-replaced", "QML", _("QGIS 没有的符号形状改成了圆。"))
        )
    SubElement(renderer, "rotation")
    SubElement(renderer, "sizescale")
    if style.label_column:
        _labels(root, applied)
    SubElement(root, "blendMode").text = "0"
    SubElement(root, "featureBlendMode").text = "0"
    SubElement(root, "layerOpacity").text = "1"
    SubElement(root, "layerGeometryType").text = str(
        {Geometry.POINT: 0, Geometry.LINE: 1, Geometry.POLYGON: 2}[applied.geometry]
    )
    indent(root)
    return StyleFile(_DOCTYPE + tostring(root, encoding="unicode").encode() + b"\n", tuple(findings))


def field_expression(column: str) -> str:
    """Return a column as an expression of QGIS."""
    quoted = column.replace('"', '""')
    return f'"{xml_text(quoted)}"'


def _attribute(applied: AppliedStyle) -> str:
    column, kind = applied.style.column, applied.kind
    quoted = field_expression(column)
    if applied.style.mode is StyleMode.GRADUATED:
        # Breaks of dates are numbers: days and seconds since 1970. QGIS counts milliseconds.
        if kind is ColumnKind.DATE:
            return f"epoch({quoted})/86400000"
        if kind is ColumnKind.TIME:
            return f"epoch({quoted})/1000"
    elif kind is ColumnKind.DATE:
        return f"format_date({quoted}, 'yyyy-MM-dd')"
    elif kind is ColumnKind.TIME:
        return f"format_date({quoted}, 'yyyy-MM-dd HH:mm:ss')"
    return xml_text(column)


def _label(symbol: SymbolClass) -> str:
    return xml_text(symbol.label(language()))


def _categories(parent: Element, classes: list[SymbolClass], kind: ColumnKind | None) -> None:
    value_type = _VALUE_TYPES.get(kind, "string") if kind else "string"
    for number, symbol in enumerate(classes):
        # QGIS has one category for all other values, and a feature without a value falls into it.
        is_rest = symbol.value in (REST, "")
        SubElement(
            parent,
            "category",
            {
                "value": "" if is_rest else xml_text(symbol.value),
                "type": "NULL" if is_rest else value_type,
                "label": _label(symbol),
                "symbol": str(number),
                "render": "true",
            },
        )


def _ranges(parent: Element, classes: list[SymbolClass], edges: tuple[float, ...]) -> None:
    for number, symbol in enumerate(classes):
        upper = edges[number + 1]
        SubElement(
            parent,
            "range",
            {
                "lower": repr(edges[number]),
                "upper": _BEYOND if upper == float("inf") else repr(upper),
                "label": _label(symbol),
                "symbol": str(number),
                "render": "true",
            },
        )


def _proportional(applied: AppliedStyle) -> dict[str, str]:
    style, column = applied.style, field_expression(applied.style.column)
    size = f"max({SMALLEST_PX:g}, {style.max_size_px:g} * sqrt(abs({column}) / {applied.largest or 1.0!r}))"
    missing = applied.styled.no_data.size_px if applied.styled.no_data else style.size_px
    colors = rgba(style.no_data_color, style.fill_opacity), rgba(style.color, style.fill_opacity)
    hollow = rgba("")
    return {
        "size": f"if({column} is null, {missing:g}, {size})",
        "fillColor": f"if({column} is null, '{colors[0]}', if({column} < 0, '{hollow}', '{colors[1]}'))",
        "outlineColor": f"if({column} < 0, '{colors[1]}', '{rgba(style.stroke)}')",
    }


def _labels(root: Element, applied: AppliedStyle) -> None:
    style = applied.style
    settings = SubElement(SubElement(root, "labeling", {"type": "simple"}), "settings")
    text = SubElement(
        settings,
        "text-style",
        {
            "fieldName": xml_text(style.label_column),
            "isExpression": "0",
            "fontSize": f"{style.label_size_px:g}",
            "fontSizeUnit": PIXEL,
            "textColor": rgba("#333333"),
            "textOpacity": "1",
        },
    )
    SubElement(
        text,
        "text-buffer",
        {
            "bufferDraw": "1",
            "bufferSize": "1.5",
            "bufferSizeUnits": PIXEL,
            "bufferColor": rgba("#ffffff"),
            "bufferOpacity": "0.9",
        },
    )
    SubElement(
        settings,
        "rendering",
        {
            "drawLabels": "1",
            "scaleVisibility": "1" if style.label_min_zoom > 0 else "0",
            # Denominators: no limit when zoomed in, none drawn when zoomed out farther than this.
            "scaleMin": "0",
            "scaleMax": f"{scale_at(style.label_min_zoom):.0f}",
        },
    )
