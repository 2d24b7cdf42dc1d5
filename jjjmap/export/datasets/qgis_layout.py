"""The sheet of a QGIS project: A4, with title, map, legend, scale bar, north arrow and the marks."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from math import cos, floor, log10, radians
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement

from jjjmap.export.datasets.about import About
from jjjmap.export.datasets.mercator import mercator_box
from jjjmap.export.datasets.qgis_labels import FONTS
from jjjmap.export.datasets.qgis_symbols import plain_text
from jjjmap.i18n import _
from jjjmap.maps.snapshot import REGION_BOUNDS

_PAGE_MM = (297.0, 210.0)
_MAP_MM = (10.0, 22.0, 186.0, 166.0)
_LEGEND_MM = (199.0, 22.0, 88.0, 140.0)
_FOOT_MM = (10.0, 190.0, 277.0, 16.0)
_PAGE, _PICTURE, _MAP, _LABEL, _LEGEND, _SCALE_BAR = 65638, 65640, 65639, 65641, 65642, 65646
_SCALE_SHARE = 0.16
"""Of the map's width, at most, that a segment of the scale bar takes."""
_NORTH = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 28" width="20" height="28">'
    '<path d="M10 0 17 22 10 17Z" fill="#33383d"/>'
    '<path d="M10 0 3 22 10 17Z" fill="#fff" stroke="#33383d" stroke-width=".8"/>'
    '<text x="10" y="28" font-size="7" text-anchor="middle" fill="#33383d">N</text></svg>'
)

Legend = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""Headings, and id and title of the layers below each."""


def layout_element(about: About, legend: Legend, notes: Sequence[str] = ()) -> Element:
    """Return the sheet.

    Parameters
    ----------
    about
        Title, extent and marks.
    legend
        What is explained.
    notes
        Lines that stand below the marks.
    """
    root = Element("Layout", {"name": plain_text(about.title), "units": "mm", "printResolution": "300"})
    pages = SubElement(root, "PageCollection")
    _item(pages, _PAGE, (0.0, 0.0, *_PAGE_MM), {"background": "true"})
    _text(root, about.title, (10.0, 8.0, 277.0, 11.0), points=16.0, is_bold=True)
    map_id = _map(root, about)
    _legend(root, map_id, legend)
    _scale_bar(root, map_id, about)
    north = "base64:" + base64.b64encode(_NORTH.encode()).decode()
    _item(root, _PICTURE, (182.0, 25.0, 10.0, 14.0), {"file": north, "mode": "0", "resizeMode": "0"})
    marks = about.marks
    head = " · ".join(
        line for line in (marks.internal, marks.schematic, marks.unapproved, about.made) if line
    )
    foot = "\n".join((head, marks.attribution, *about.remarks, *notes))
    _text(root, foot, _FOOT_MM, points=6.5)
    return root


def _map(root: Element, about: About) -> str:
    _left, _top, width, height = _MAP_MM
    west, south, east, north = mercator_box(about.bounds)
    # The box is made as wide as the frame asks for, so that QGIS changes nothing.
    scale = _margin(about) * max((east - west) / width, (north - south) / height)
    x, y = (west + east) / 2, (south + north) / 2
    item = _item(
        root,
        _MAP,
        _MAP_MM,
        {"frame": "true", "background": "true", "drawCanvasItems": "true", "mapFlags": "0"},
    )
    SubElement(item, "BackgroundColor", {"red": "241", "green": "241", "blue": "238", "alpha": "255"})
    SubElement(
        item,
        "Extent",
        {
            "xmin": f"{x - scale * width / 2:.3f}",
            "xmax": f"{x + scale * width / 2:.3f}",
            "ymin": f"{y - scale * height / 2:.3f}",
            "ymax": f"{y + scale * height / 2:.3f}",
        },
    )
    return item.get("uuid", "")


def _margin(about: About) -> float:
    # A saved view is shown again as it was; the whole region gets room at its edge, as in the window.
    return 1.06 if about.bounds == REGION_BOUNDS else 1.0


def _legend(root: Element, map_id: str, legend: Legend) -> None:
    item = _item(
        root,
        _LEGEND,
        _LEGEND_MM,
        {
            "map_uuid": map_id,
            "title": _("图例"),
            "columnCount": "2",
            "splitLayer": "1",
            "columnSpace": "3",
            "boxSpace": "1",
            "symbolWidth": "6",
            "symbolHeight": "3.5",
            "resizeToContents": "1",
            "lineSpacing": "0.8",
            "background": "true",
            "legendFilterByAtlas": "0",
        },
    )
    styles = SubElement(item, "styles")
    for name, points, is_bold, margins in (
        ("title", 9.0, True, {"marginBottom": "1.5"}),
        ("group", 8.0, True, {"marginTop": "2.2"}),
        ("subgroup", 7.0, True, {"marginTop": "1.2"}),
        ("symbol", 7.0, False, {"marginTop": "0.9"}),
        ("symbolLabel", 7.0, False, {"marginLeft": "1.5", "marginTop": "0.9"}),
    ):
        style = SubElement(styles, "style", {"name": name, "alignment": "1", "indent": "0", **margins})
        SubElement(style, "styleFont", {"description": _font(points, is_bold=is_bold), "style": ""})
    tree = SubElement(item, "layer-tree-group")
    for heading, layers in legend:
        group = SubElement(
            tree, "layer-tree-group", {"name": plain_text(heading), "checked": "Qt::Checked", "expanded": "1"}
        )
        for project_id, title in layers:
            SubElement(
                group,
                "layer-tree-layer",
                {
                    "id": project_id,
                    "name": plain_text(title),
                    "checked": "Qt::Checked",
                    "expanded": "1",
                    "providerKey": "ogr",
                },
            )


def _scale_bar(root: Element, map_id: str, about: About) -> None:
    bounds = about.bounds
    left, top, width, height = _MAP_MM
    west, south, east, north = mercator_box(bounds)
    shown_m = _margin(about) * max(east - west, (north - south) * width / height)
    # Metres of the web map are larger than those on the ground, by the latitude of its middle.
    ground_m = shown_m * cos(radians((bounds.south + bounds.north) / 2))
    segment = _round(ground_m * _SCALE_SHARE)
    in_km = segment >= 1000
    _item(
        root,
        _SCALE_BAR,
        (left + 1.0, top + height - 11.0, 70.0, 10.0),
        {
            "mapUuid": map_id,
            "style": "Single Box",
            "numSegments": "2",
            "numSegmentsLeft": "0",
            "segmentSizeMode": "0",
            "unitType": "km" if in_km else "meters",
            "unitLabel": (_("公里") if in_km else _("米")),
            "numUnitsPerSegment": f"{segment / 1000 if in_km else segment:g}",
            "numMapUnitsPerScaleBarUnit": "1",
            "height": "2",
            "labelBarSpace": "1.5",
            "boxContentSpace": "1.5",
            "outlineWidth": "0.2",
            "background": "true",
            "font": _font(7.0),
        },
    )


def _round(metres: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is not above a length."""
    power = float(10 ** floor(log10(max(metres, 1.0))))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= max(metres, 1.0))


def _text(
    root: Element, text: str, box: tuple[float, float, float, float], *, points: float, is_bold: bool = False
) -> None:
    item = _item(
        root,
        _LABEL,
        box,
        {"labelText": plain_text(text), "htmlState": "0", "halign": "1", "valign": "32", "marginX": "0"},
    )
    SubElement(item, "LabelFont", {"description": _font(points, is_bold=is_bold), "style": ""})
    SubElement(item, "FontColor", {"red": "51", "green": "56", "blue": "61", "alpha": "255"})


def _font(points: float, *, is_bold: bool = False) -> str:
    return f"{FONTS[0]},{points:g},-1,5,{75 if is_bold else 50},0,0,0,0,0"


def _item(
    root: Element, kind: int, box: tuple[float, float, float, float], attributes: Mapping[str, str]
) -> Element:
    left, top, width, height = box
    # The same in every export; QGIS only asks that no two are alike.
    uuid = f"{{{uuid5(NAMESPACE_URL, f'jjjmap:{kind}:{len(root)}')}}}"
    return SubElement(
        root,
        "LayoutItem",
        {
            "type": str(kind),
            "uuid": uuid,
            "templateUuid": uuid,
            "position": f"{left:g},{top:g},mm",
            "positionOnPage": f"{left:g},{top:g},mm",
            "size": f"{width:g},{height:g},mm",
            "referencePoint": "0",
            "visibility": "1",
            "opacity": "1",
            "zValue": str(len(root)),
            "outlineWidthM": "0.3,mm",
            "frame": "false",
            "background": "false",
            **attributes,
        },
    )
