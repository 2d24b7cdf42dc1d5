"""The layers that we ship, in drawing order from the bottom up, and the colours of each.

Thematic colours are of Okabe and Ito's palette, which people with colour-blindness can tell apart; shape,
hatching and dashes repeat the difference. Basemap colours stay paler than any of them.
"""

from jjjmap.catalogue.models import PlaceKind
from jjjmap.layers.layer import Layer, LayerGroup
from jjjmap.layers.style import Geometry, LabelStyle, LayerStyle, Shape, SymbolClass

VERMILLION, ORANGE, YELLOW = "#d55e00", "#e69f00", "#f0e442"
GREEN, SKY, BLUE, PURPLE = "#009e73", "#56b4e9", "#0072b2", "#cc79a7"
INK, PAPER = "#33383d", "#ffffff"

NO_CATEGORY = "-"
"""Attribute value of features without a category."""


def _one(label_zh: str, label_en: str, **look: object) -> tuple[SymbolClass, ...]:
    """Return the classes of a layer whose features all look alike."""
    return (SymbolClass("*", label_zh, label_en, **look),)  # type: ignore[arg-type]


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


def _places(
    kind: PlaceKind,
    layer_id: str,
    title_zh: str,
    title_en: str,
    group: LayerGroup,
    style: LayerStyle,
    *,
    geometry: Geometry = Geometry.POINT,
    visible: bool = True,
) -> Layer:
    return Layer(layer_id, title_zh, title_en, group, f"{layer_id}.geojson", geometry, style, kind, visible)


def _point_style(shape: Shape, color: str, label_zh: str, label_en: str, *, priority: int) -> LayerStyle:
    """Return the look of a layer of places that has one class."""
    return LayerStyle(
        _one(label_zh, label_en, fill=color, stroke=color, width_px=1.2, shape=shape, size_px=9.0),
        label=LabelStyle(color=INK, size_px=11.0, min_zoom=9.0, priority=priority),
        precision_marks=True,
    )


BASEMAP_LAYERS: tuple[Layer, ...] = (
    _basemap(
        "sea",
        "海域",
        "Sea",
        Geometry.POLYGON,
        LayerStyle(
            _one("海域", "Sea", fill="#cfe2ee", stroke="#a3c3d6", width_px=0.9),
            label=LabelStyle(color="#5d87a3", size_px=15.0, italic=True, priority=65, spacing=True),
        ),
    ),
    _basemap(
        "neighbours",
        "周边省区",
        "Neighbouring provinces",
        Geometry.POLYGON,
        LayerStyle(
            _one("周边省区", "Neighbouring provinces", fill="#ebe9e4", stroke="#d3cfc7", width_px=0.8),
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
            _one("县（市、区）界", "County border", fill="#fbfaf7", stroke="#e2ddd3", width_px=0.7),
            label=LabelStyle(color="#9a948a", size_px=11.0, min_zoom=9.0, priority=10),
        ),
    ),
    _units(
        "cities",
        "地级市界",
        "Prefecture-level cities",
        PlaceKind.CITY,
        LayerStyle(
            _one("地级市界", "City border", stroke="#c9c1b4", width_px=1.1),
            label=LabelStyle(color="#5f5a52", size_px=13.0, min_zoom=6.0, priority=60),
        ),
    ),
    _units(
        "provinces",
        "省（市）界",
        "Provinces",
        PlaceKind.PROVINCE,
        LayerStyle(
            _one("省（市）界", "Province border", stroke="#8d8373", width_px=1.6),
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
            _one("河流", "River", stroke="#a9cbe0", width_px=1.1),
            label=LabelStyle(color="#6d9bb8", size_px=11.0, italic=True, min_zoom=8.5, priority=8),
        ),
    ),
    _basemap(
        "lakes",
        "湖泊水库",
        "Lakes and reservoirs",
        Geometry.POLYGON,
        LayerStyle(
            _one("湖泊水库", "Lake or reservoir", fill="#c3dcea", stroke="#a9cbe0", width_px=0.6),
            label=LabelStyle(color="#6d9bb8", size_px=11.0, italic=True, min_zoom=8.0, priority=12),
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
            _one("乡镇", "Town", fill="#a8a298", size_px=3.0),
            label=LabelStyle(color="#8b857b", size_px=10.5, min_zoom=10.0, priority=4),
            min_zoom=9.5,
        ),
        visible=False,
    ),
)

THEMATIC_LAYERS: tuple[Layer, ...] = (
    _places(
        PlaceKind.ZONE,
        "zones",
        "四大战略合作功能区",
        "Four strategic cooperation zones",
        LayerGroup.STRUCTURE,
        LayerStyle(
            _one(
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
    _places(
        PlaceKind.WING,
        "wings",
        "两翼",
        "Two wings",
        LayerGroup.STRUCTURE,
        LayerStyle(
            _one("两翼", "Wing", fill=VERMILLION, stroke="#b44f00", width_px=2.2, fill_opacity=0.34),
            label=LabelStyle(color="#9a4300", size_px=14.5, bold=True, priority=96),
        ),
        geometry=Geometry.POLYGON,
    ),
    _places(
        PlaceKind.INDUSTRIAL_PARK,
        "industrial_parks",
        "产业园区",
        "Industrial parks",
        LayerGroup.INNOVATION,
        _point_style(Shape.SQUARE, "#7a6652", "产业园区", "Industrial park", priority=30),
        visible=False,
    ),
    _places(
        PlaceKind.DEMO_BASE,
        "demo_bases",
        "示范基地",
        "Demonstration bases",
        LayerGroup.INNOVATION,
        _point_style(Shape.TRIANGLE, "#8a5a00", "示范基地", "Demonstration base", priority=31),
        visible=False,
    ),
    _places(
        PlaceKind.PILOT_ZONE,
        "pilot_zones",
        "先导区与试验区",
        "Pilot zones",
        LayerGroup.INNOVATION,
        _point_style(Shape.DIAMOND, "#5b4b9a", "先导区与试验区", "Pilot zone", priority=33),
        visible=False,
    ),
    _places(
        PlaceKind.INNOVATION_CENTRE,
        "innovation_centres",
        "创新平台",
        "Innovation centres",
        LayerGroup.INNOVATION,
        _point_style(Shape.CROSS, "#2f6f8f", "创新平台", "Innovation centre", priority=32),
        visible=False,
    ),
    _places(
        PlaceKind.FTZ,
        "ftz",
        "自由贸易试验区",
        "Free-trade zones",
        LayerGroup.INNOVATION,
        _point_style(Shape.HEXAGON, "#2d7f7a", "自贸片区", "Free-trade zone area", priority=34),
        visible=False,
    ),
    _places(
        PlaceKind.DATA_CENTRE,
        "data_centres",
        "数据中心",
        "Data centres",
        LayerGroup.INNOVATION,
        _point_style(Shape.SQUARE, "#4f6d8f", "数据中心", "Data centre", priority=29),
        visible=False,
    ),
    _places(
        PlaceKind.LOGISTICS,
        "logistics",
        "商贸物流",
        "Trade and logistics",
        LayerGroup.TRANSPORT,
        _point_style(Shape.CIRCLE, "#7d6b8a", "商贸物流节点", "Trade and logistics node", priority=28),
        visible=False,
    ),
    _places(
        PlaceKind.CLUSTER,
        "clusters",
        "产业集群",
        "Industrial clusters",
        LayerGroup.INDUSTRY,
        LayerStyle(
            _one(
                "产业集群",
                "Industrial cluster",
                fill="#c79a00",
                stroke="#7d6100",
                width_px=1.2,
                shape=Shape.HEXAGON,
                size_px=9.5,
            ),
            label=LabelStyle(color="#6b5300", size_px=11.0, min_zoom=8.5, priority=45),
            precision_marks=True,
        ),
    ),
    _places(
        PlaceKind.PLATFORM,
        "platforms",
        "承接平台",
        "Receiving platforms",
        LayerGroup.PLATFORMS,
        LayerStyle(
            (
                SymbolClass(
                    "协同创新",
                    "协同创新",
                    "Innovation",
                    fill=BLUE,
                    stroke="#00507d",
                    width_px=1.2,
                    shape=Shape.CIRCLE,
                ),
                SymbolClass(
                    "现代制造业",
                    "现代制造业",
                    "Manufacturing",
                    fill=ORANGE,
                    stroke="#8f6300",
                    width_px=1.2,
                    shape=Shape.SQUARE,
                    size_px=8.0,
                ),
                SymbolClass(
                    "服务业",
                    "服务业",
                    "Services",
                    fill=PURPLE,
                    stroke="#8a3f66",
                    width_px=1.2,
                    shape=Shape.DIAMOND,
                    size_px=10.0,
                ),
                SymbolClass(
                    "农业合作",
                    "农业合作",
                    "Agriculture",
                    fill="#4c9a2a",
                    stroke="#2f6418",
                    width_px=1.2,
                    shape=Shape.TRIANGLE,
                    size_px=10.0,
                ),
                SymbolClass(
                    "*",
                    "其他",
                    "Other",
                    fill="#8a8f94",
                    stroke="#54595e",
                    width_px=1.2,
                    shape=Shape.CIRCLE,
                ),
            ),
            attribute="category",
            label=LabelStyle(color=INK, size_px=11.0, min_zoom=8.5, priority=50),
            precision_marks=True,
        ),
    ),
    _places(
        PlaceKind.AIRPORT,
        "airports",
        "机场",
        "Airports",
        LayerGroup.TRANSPORT,
        LayerStyle(
            _one(
                "机场", "Airport", fill="#3c4a9a", stroke=PAPER, width_px=1.0, shape=Shape.PLANE, size_px=14.0
            ),
            label=LabelStyle(color="#2e3a7d", size_px=11.0, min_zoom=8.0, priority=40),
            precision_marks=True,
        ),
    ),
    _places(
        PlaceKind.PORT_AREA,
        "port_areas",
        "港区",
        "Port areas",
        LayerGroup.TRANSPORT,
        LayerStyle(
            _one(
                "港区",
                "Port area",
                fill="#1c6d8c",
                stroke=PAPER,
                width_px=1.0,
                shape=Shape.ANCHOR,
                size_px=12.0,
            ),
            label=LabelStyle(color="#15546d", size_px=11.0, min_zoom=8.5, priority=68),
            precision_marks=True,
        ),
    ),
    _places(
        PlaceKind.PORT,
        "ports",
        "港口",
        "Ports",
        LayerGroup.TRANSPORT,
        LayerStyle(
            _one(
                "港口", "Port", fill="#0b4f6c", stroke=PAPER, width_px=1.0, shape=Shape.ANCHOR, size_px=16.0
            ),
            label=LabelStyle(color="#0b4f6c", size_px=12.0, bold=True, priority=80),
            precision_marks=True,
        ),
    ),
)

SHIPPED_LAYERS: tuple[Layer, ...] = BASEMAP_LAYERS + UNIT_LAYERS + WATER_AND_ROUTES + THEMATIC_LAYERS
"""All of them, from the bottom up."""
