"""Styles as QGIS keeps them beside a layer: QML that looks like the map page, SLD for other programs."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from defusedxml.ElementTree import fromstring

from jjjmap.export.datasets.qgis_labels import labels_element
from jjjmap.export.datasets.qgis_symbols import SCALE_AT_ZOOM_0, Drawing, plain_text, quoted, write_symbol
from jjjmap.export.datasets.styles import OutStyle
from jjjmap.i18n import language
from jjjmap.layers.style import REST, Geometry, SymbolClass
from jjjmap.layers.styling.qml import to_qml
from jjjmap.layers.styling.sld import to_sld
from jjjmap.layers.styling.user_style import StyleMode
from jjjmap.layers.styling.written_styles import xml_text

_DOCTYPE = b"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def style_element(style: OutStyle, opacity: float) -> Element:
    """Return a style as the root of a QML file; what it holds also stands in a project's layer."""
    # Classes and what chooses them are written as for any style of the user's; symbols and names are ours.
    root: Element = fromstring(to_qml(style.applied).data)
    root.set("styleCategories", "Symbology|Labeling|Rendering")
    root.set("hasScaleBasedVisibilityFlag", "1" if style.min_zoom else "0")
    root.set("minScale", f"{SCALE_AT_ZOOM_0 / 2**style.min_zoom:.0f}" if style.min_zoom else "100000000")
    root.set("maxScale", "0")
    renderer = root.find("renderer-v2")
    assert renderer is not None  # `to_qml` writes one.
    classes = list(style.applied.styled.style.classes)
    if style.applied.styled.no_data is not None and _loses_no_data(style.applied.style.mode, classes):
        _by_rules(renderer, style, classes)
    _redrawn(renderer, style, classes)
    for entry in renderer.iter():
        if entry.tag in ("category", "range", "rule"):
            entry.set("label", plain_text(entry.get("label", "")))
    for old in root.findall("labeling"):
        root.remove(old)
    has_labels = style.label is not None and bool(style.label_columns)
    root.set("labelsEnabled", "1" if has_labels else "0")
    if has_labels:
        root.insert(1, labels_element(style))
    told = root.find("layerOpacity")
    assert told is not None
    told.text = f"{opacity:g}"
    return root


def qml_text(style: OutStyle, opacity: float) -> str:
    """Return a style as the text of a QML file."""
    root = style_element(style, opacity)
    indent(root)
    return _DOCTYPE.decode() + tostring(root, encoding="unicode") + "\n"


def sld_text(style: OutStyle, name: str) -> str:
    """Return a style as the text of an SLD file, as well as that format can tell it."""
    return to_sld(style.applied, name).data.decode()


def _loses_no_data(mode: StyleMode, classes: list[SymbolClass]) -> bool:
    """Return whether QGIS would leave out features without a value, or take them for all others."""
    has_rest = any(symbol.value == REST for symbol in classes)
    return mode is StyleMode.GRADUATED or (mode is StyleMode.CATEGORISED and has_rest)


def _redrawn(renderer: Element, style: OutStyle, classes: list[SymbolClass]) -> None:
    """Put our own symbols in the place of plain ones."""
    symbols = renderer.find("symbols")
    assert symbols is not None
    written = list(symbols)
    drawing = _drawing(style, written)
    for number, old in enumerate(written):
        symbols.remove(old)
        write_symbol(symbols, str(number), classes[number], style.applied.geometry, drawing)


def _drawing(style: OutStyle, written: list[Element]) -> Drawing:
    said: dict[str, str] = {}
    for entry in written[0].iterfind(".//data_defined_properties//Option[@type='Map']") if written else ():
        for told in entry.iterfind("Option[@name='expression']"):
            said[entry.get("name", "")] = told.get("value", "")
    size = quoted(style.size_column) if style.size_column else said.get("size", "")
    return Drawing(
        style.precision_column,
        style.dimmed_column,
        size,
        said.get("fillColor", ""),
        said.get("outlineColor", ""),
    )


def _by_rules(renderer: Element, style: OutStyle, classes: list[SymbolClass]) -> None:
    """Make rules of classes: with ranges and categories alone QGIS draws nothing where there is no value."""
    missing = len(classes) - 1
    attribute = renderer.attrib.pop("attr", "")
    column = quoted(xml_text(style.applied.style.column))
    # `to_qml` writes a plain column by its bare name, anything else as an expression.
    value = column if attribute == style.applied.style.column else attribute
    rules = Element("rules", {"key": "{rules}"})
    filters: list[tuple[str, int]] = []
    ranges, categories = renderer.find("ranges"), renderer.find("categories")
    if ranges is not None:
        for number, entry in enumerate(ranges):
            lower, upper = entry.get("lower", ""), entry.get("upper", "")
            sign = ">=" if number == 0 else ">"
            filters.append((f"{value} {sign} {lower} AND {value} <= {upper}", number))
        renderer.remove(ranges)
    elif categories is not None:
        known: list[str] = []
        for number, entry in enumerate(categories):
            if classes[number].value == REST:
                continue
            known.append(_literal(entry.get("value", "")))
            filters.append((f"to_string({value}) = {known[-1]}", number))
        rest = [number for number in range(missing) if classes[number].value == REST]
        among = f" AND to_string({value}) NOT IN ({', '.join(known)})" if known else ""
        filters.extend((f"{value} IS NOT NULL{among}", number) for number in rest)
        renderer.remove(categories)
    filters.append((f"{value} IS NULL", missing))
    for expression, number in filters:
        SubElement(
            rules,
            "rule",
            {
                "key": f"{{rule-{number}}}",
                "symbol": str(number),
                "filter": expression,
                "label": classes[number].label(language()),
            },
        )
    renderer.set("type", "RuleRenderer")
    renderer.attrib.pop("graduatedMethod", None)
    renderer.insert(0, rules)
    symbols = renderer.find("symbols")
    assert symbols is not None
    for number in range(len(symbols), len(classes)):
        SubElement(symbols, "symbol", {"name": str(number)})


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def geometry_word(geometry: Geometry) -> str:
    """Return what QGIS calls a kind of geometry."""
    return {Geometry.POINT: "Point", Geometry.LINE: "Line", Geometry.POLYGON: "Polygon"}[geometry]
