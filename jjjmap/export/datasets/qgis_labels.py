"""Names beside features, as QGIS places them: what the map page writes first comes first here too."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from jjjmap.export.datasets.qgis_symbols import MM_PER_PX, SCALE_AT_ZOOM_0, mm, overrides, quoted
from jjjmap.export.datasets.styles import OutStyle
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.qgis_symbols import rgba
from jjjmap.layers.styling.written_styles import xml_text

FONTS = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Source Han Sans SC", "WenQuanYi Micro Hei")
"""As the map page asks for them."""

_POINT_PER_PX = 0.75
_GAP_PX = 2.0
_AROUND_POINT, _OVER_POINT, _CURVED, _HORIZONTAL, _ORDERED = "0", "1", "3", "4", "6"
_ON_LINE = "1"


def labels_element(style: OutStyle) -> Element:
    """Return the labels of a style that has some."""
    label = style.label
    assert label is not None
    root = Element("labeling", {"type": "simple"})
    settings = SubElement(root, "settings", {"calloutType": "simple"})
    columns = [f"nullif({quoted(xml_text(column))}, '')" for column in style.label_columns]
    expression = f"coalesce({', '.join(columns)})" if len(columns) > 1 else quoted(style.label_columns[0])
    text = SubElement(
        settings,
        "text-style",
        {
            "fieldName": xml_text(expression),
            "isExpression": "1",
            "fontFamily": FONTS[0],
            "fontSize": f"{label.size_px * _POINT_PER_PX:g}",
            "fontSizeUnit": "Point",
            "fontWeight": "75" if label.bold else "50",
            "namedStyle": "Bold" if label.bold else "" if label.italic else "Regular",
            "fontItalic": "1" if label.italic else "0",
            "fontLetterSpacing": f"{label.size_px * 0.25 * _POINT_PER_PX:g}" if label.spacing else "0",
            "textColor": rgba(label.color),
            "textOpacity": "1",
        },
    )
    families = SubElement(text, "families")
    for family in FONTS:
        SubElement(families, "family", {"name": family})
    SubElement(
        text,
        "text-buffer",
        {
            "bufferDraw": "1",
            "bufferSize": mm(1.5),
            "bufferSizeUnits": "MM",
            "bufferColor": rgba("#ffffff"),
            "bufferOpacity": "0.88",
            "bufferJoinStyle": "128",
        },
    )
    SubElement(settings, "placement", _placement(style))
    SubElement(
        settings,
        "rendering",
        {
            "drawLabels": "1",
            "scaleVisibility": "1" if label.min_zoom else "0",
            # Denominators: no limit when zoomed in, none drawn when zoomed out farther than this.
            "scaleMin": "0",
            "scaleMax": f"{SCALE_AT_ZOOM_0 / 2**label.min_zoom:.0f}",
            "obstacle": "1",
            "obstacleType": "1",
            "obstacleFactor": "1",
            "mergeLines": "1",
            "labelPerPart": "0",
            "displayAll": "0",
            "fontMinPixelSize": "0",
            "fontMaxPixelSize": "10000",
        },
    )
    settings.append(overrides("dd_properties", {"Priority": f"{min(label.priority / 10, 10):g}"}))
    return root


def _placement(style: OutStyle) -> dict[str, str]:
    geometry = style.applied.geometry
    common = {
        "dist": "0",
        "distUnits": "MM",
        "priority": "5",
        "quadOffset": "4",
        "geometryGeneratorEnabled": "0",
    }
    if geometry is Geometry.POINT:
        largest = max((symbol.size_px for symbol in style.applied.styled.style.classes), default=9.0)
        return common | {
            "placement": _ORDERED,
            "predefinedPositionOrder": "R,L,T,B,TR,BR,TL,BL",
            "dist": f"{(largest / 2 + _GAP_PX) * MM_PER_PX:.4g}",
            "offsetType": "0",
        }
    if style.label_spot is not None:
        lon, lat = (quoted(column) for column in style.label_spot)
        return common | {
            "placement": _OVER_POINT,
            "geometryGeneratorEnabled": "1",
            "geometryGeneratorType": "PointGeometry",
            "geometryGenerator": f"if({lon} is null, null, make_point({lon}, {lat}))",
        }
    if geometry is Geometry.LINE:
        return common | {"placement": _CURVED, "placementFlags": _ON_LINE}
    return common | {"placement": _HORIZONTAL}
