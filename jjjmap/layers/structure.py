"""The spatial structure: core and twin cities, wings, zones, circles; and what fits no other subject."""

from jjjmap.catalogue.models import PlaceKind
from jjjmap.layers.layer import Layer, LayerGroup
from jjjmap.layers.looks import GREEN, INK, VERMILLION, one_class, place_layer, point_style
from jjjmap.layers.style import Geometry, LabelStyle, LayerStyle, Shape, SymbolClass

CORE, CAPITAL, TIANJIN, SHIJIAZHUANG = "#8c1c13", "#4b3f8f", "#00707d", "#8a4b1f"


def _outline(
    value: str, label_zh: str, label_en: str, color: str, width_px: float, *dash: int
) -> SymbolClass:
    """Return an area that is all outline: circles lie within one another, and over everything else."""
    return SymbolClass(value, label_zh, label_en, stroke=color, width_px=width_px, dash=dash)


STRUCTURE_AREAS: tuple[Layer, ...] = (
    place_layer(
        PlaceKind.ZONE,
        "zones",
        "四大战略合作功能区",
        "Four strategic cooperation zones",
        LayerGroup.STRUCTURE,
        LayerStyle(
            one_class(
                "四大功能区",
                "Zone",
                fill=GREEN,
                stroke="#00795a",
                width_px=1.8,
                fill_opacity=0.16,
                hatch=True,
            ),
            label=LabelStyle(color="#00674c", size_px=13.5, bold=True, priority=94),
        ),
        geometry=Geometry.POLYGON,
    ),
    place_layer(
        PlaceKind.WING,
        "wings",
        "两翼",
        "Two wings",
        LayerGroup.STRUCTURE,
        LayerStyle(
            one_class("两翼", "Wing", fill=VERMILLION, stroke="#b44f00", width_px=2.2, fill_opacity=0.34),
            label=LabelStyle(color="#9a4300", size_px=14.5, bold=True, priority=96),
        ),
        geometry=Geometry.POLYGON,
    ),
)
"""Zones and wings, seen at first."""

STRUCTURE_OUTLINES: tuple[Layer, ...] = (
    place_layer(
        PlaceKind.METRO_CIRCLE,
        "metro_rings",
        "首都都市圈的三个圈层",
        "Rings of the capital circle",
        LayerGroup.STRUCTURE,
        LayerStyle(
            (
                _outline("通勤圈", "通勤圈", "Commuting", CAPITAL, 3.0),
                _outline("功能圈", "功能圈", "Functional", CAPITAL, 2.4, 9, 5),
                _outline("*", "产业协同圈", "Industrial", CAPITAL, 2.4, 2, 5),
            ),
            attribute="category",
            label=LabelStyle(color=CAPITAL, size_px=12.5, bold=True, priority=90),
        ),
        geometry=Geometry.POLYGON,
        visible=False,
        categories=("通勤圈", "功能圈", "产业协同圈"),
    ),
    place_layer(
        PlaceKind.METRO_CIRCLE,
        "metro_circles",
        "三大都市圈",
        "Three metropolitan circles",
        LayerGroup.STRUCTURE,
        LayerStyle(
            (
                _outline("首都都市圈", "首都", "Capital", CAPITAL, 2.8, 14, 5),
                _outline("天津都市圈", "天津", "Tianjin", TIANJIN, 2.8, 7, 5),
                _outline("*", "石家庄", "Shijiazhuang", SHIJIAZHUANG, 2.8, 2, 5),
            ),
            attribute="category",
            label=LabelStyle(color=INK, size_px=13.5, bold=True, priority=90),
        ),
        geometry=Geometry.POLYGON,
        visible=False,
        categories=("首都都市圈", "天津都市圈", "石家庄都市圈"),
    ),
    place_layer(
        PlaceKind.SPATIAL_STRUCTURE,
        "spatial_structure",
        "区域、一核与双城",
        "Region, core, twin cities",
        LayerGroup.STRUCTURE,
        LayerStyle(
            (
                _outline("区域", "整个区域", "Whole region", INK, 2.6, 1, 6),
                _outline("双城", "双城", "Twin cities", CORE, 2.2, 10, 4),
                SymbolClass(
                    "*", "一核", "Core", fill=CORE, stroke=CORE, width_px=3.2, fill_opacity=0.08, hatch=False
                ),
            ),
            attribute="category",
            label=LabelStyle(color=CORE, size_px=14.0, bold=True, priority=90),
        ),
        geometry=Geometry.POLYGON,
        visible=False,
    ),
)
"""Region, core, twin cities, and the circles in both meanings: outlines over the areas.

Their names have the priority of those of the provinces, which lie below and so take their room before them.
"""

OTHER_POINTS: tuple[Layer, ...] = (
    place_layer(
        PlaceKind.LOCALITY,
        "localities",
        "其他地点",
        "Other places",
        LayerGroup.OTHER,
        point_style(Shape.WEDGE, "#6b6f73", "其他地点", "Other place", priority=26),
        visible=False,
    ),
    place_layer(
        PlaceKind.ECOLOGY,
        "ecology",
        "生态",
        "Ecology",
        LayerGroup.OTHER,
        point_style(Shape.STAR, "#2e7d32", "生态", "Ecology", priority=27),
        visible=False,
    ),
)
"""Places of subjects that have but one or two."""
