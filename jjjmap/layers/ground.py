"""The ground: basemap, administrative units, water and routes."""

from jjjmap.catalogue.models import PlaceKind
from jjjmap.layers.layer import Layer, LayerGroup
from jjjmap.layers.looks import one_class
from jjjmap.layers.style import Geometry, LabelStyle, LayerStyle, SymbolClass


def _basemap(
    layer_id: str,
    title_zh: str,
    title_en: str,
    geometry: Geometry,
    style: LayerStyle,
    *,
    visible: bool = True,
    in_legend: bool = False,
) -> Layer:
    return Layer(
        layer_id,
        title_zh,
        title_en,
        LayerGroup.BASEMAP,
        f"base/{layer_id}.geojson",
        geometry,
        style,
        visible=visible,
        in_legend=in_legend,
    )


def _units(layer_id: str, title_zh: str, title_en: str, kind: PlaceKind, style: LayerStyle) -> Layer:
    return Layer(
        layer_id,
        title_zh,
        title_en,
        LayerGroup.ADMINISTRATIVE,
        f"base/{layer_id}.geojson",
        Geometry.POLYGON,
        style,
        kind,
        in_legend=False,
    )


BASEMAP_LAYERS: tuple[Layer, ...] = (
    _basemap(
        "sea",
        "海域",
        "Sea",
        Geometry.POLYGON,
        LayerStyle(
            one_class("海域", "Sea", fill="#cfe2ee", stroke="#a3c3d6", width_px=0.9),
            label=LabelStyle(color="#5d87a3", size_px=15.0, italic=True, priority=65, spacing=True),
        ),
    ),
    _basemap(
        "neighbours",
        "周边省区",
        "Neighbouring provinces",
        Geometry.POLYGON,
        LayerStyle(
            one_class("周边省区", "Neighbouring provinces", fill="#ebe9e4", stroke="#d3cfc7", width_px=0.8),
            label=LabelStyle(color="#a39d92", size_px=13.0, priority=20, spacing=True),
        ),
    ),
)
"""What lies under the units."""

UNIT_LAYERS: tuple[Layer, ...] = (
    _units(
        "counties",
        "县（市、区）界",
        "Counties",
        PlaceKind.COUNTY,
        LayerStyle(
            one_class("县（市、区）界", "County border", fill="#fbfaf7", stroke="#e2ddd3", width_px=0.7),
            label=LabelStyle(color="#9a948a", size_px=11.0, min_zoom=9.0, priority=10),
        ),
    ),
    _units(
        "cities",
        "地级市界",
        "Prefecture-level cities",
        PlaceKind.CITY,
        LayerStyle(
            one_class("地级市界", "City border", stroke="#b3a896", width_px=1.2),
            label=LabelStyle(color="#5f5a52", size_px=13.0, min_zoom=6.0, priority=60),
        ),
    ),
    _units(
        "provinces",
        "省（市）界",
        "Provinces",
        PlaceKind.PROVINCE,
        LayerStyle(
            one_class("省（市）界", "Province border", stroke="#8d8373", width_px=1.6),
            label=LabelStyle(color="#4c4740", size_px=17.0, bold=True, priority=90, spacing=True),
        ),
    ),
)

WATER_AND_ROUTES: tuple[Layer, ...] = (
    _basemap(
        "rivers",
        "河流",
        "Rivers",
        Geometry.LINE,
        LayerStyle(
            one_class("河流", "River", stroke="#a9cbe0", width_px=1.1),
            label=LabelStyle(color="#6d9bb8", size_px=11.0, italic=True, min_zoom=8.5, priority=8),
        ),
    ),
    _basemap(
        "expressways",
        "高速公路（示意）",
        "Expressways (schematic)",
        Geometry.LINE,
        LayerStyle(
            (
                SymbolClass(
                    "planned",
                    "规划高速",
                    "Road, planned",
                    stroke="#e3cf9e",
                    width_px=1.2,
                    dash=(4, 4),
                ),
                SymbolClass("*", "高速公路", "Expressway", stroke="#ead9ad", width_px=1.5),
            ),
            attribute="status",
        ),
        in_legend=True,
    ),
    _basemap(
        "railways",
        "铁路（示意）",
        "Railways (schematic)",
        Geometry.LINE,
        LayerStyle(
            (
                SymbolClass(
                    "building",
                    "在建铁路",
                    "Rail, building",
                    stroke="#b3aca3",
                    width_px=1.2,
                    dash=(2, 3),
                ),
                SymbolClass("*", "铁路", "Railway", stroke="#bdb6ac", width_px=1.2, dash=(8, 3)),
            ),
            attribute="status",
        ),
        in_legend=True,
    ),
    _basemap(
        "towns",
        "乡镇地名",
        "Towns",
        Geometry.POINT,
        LayerStyle(
            one_class("乡镇", "Town", fill="#a8a298", size_px=3.0),
            label=LabelStyle(color="#8b857b", size_px=10.5, min_zoom=10.0, priority=4),
            min_zoom=9.5,
        ),
        visible=False,
    ),
)

LAKES: Layer = _basemap(
    "lakes",
    "湖泊水库",
    "Lakes and reservoirs",
    Geometry.POLYGON,
    LayerStyle(
        one_class("湖泊水库", "Lake or reservoir", fill="#c3dcea", stroke="#a9cbe0", width_px=0.6),
        label=LabelStyle(color="#6d9bb8", size_px=11.0, italic=True, min_zoom=8.0, priority=12),
    ),
)
"""Drawn above the areas of policy: a lake stays blue in a new area."""
