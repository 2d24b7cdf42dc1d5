"""Ports, airports, corridors, hubs and logistics."""

from jjjmap.catalogue.models import PlaceKind
from jjjmap.layers.layer import Layer, LayerGroup
from jjjmap.layers.looks import INK, PAPER, one_class, place_layer, point_style
from jjjmap.layers.style import Geometry, LabelStyle, LayerStyle, Shape, SymbolClass

RAIL, ROAD, FREIGHT, INDUSTRY = "#6a3d6f", "#a8541a", "#1f6f8b", "#5a6b1e"

CORRIDOR_AREAS = place_layer(
    PlaceKind.CORRIDOR,
    "corridor_areas",
    "走廊经过的区县",
    "Units along corridors",
    LayerGroup.TRANSPORT,
    LayerStyle(
        (
            SymbolClass(
                "铁路",
                "铁路沿线",
                "Railway",
                fill=RAIL,
                stroke=RAIL,
                width_px=1.3,
                fill_opacity=0.1,
                dash=(8, 3),
            ),
            SymbolClass(
                "公路",
                "公路沿线",
                "Road",
                fill=ROAD,
                stroke=ROAD,
                width_px=1.3,
                fill_opacity=0.1,
            ),
            SymbolClass(
                "*",
                "产业廊道",
                "Industry",
                fill=INDUSTRY,
                stroke=INDUSTRY,
                width_px=1.3,
                fill_opacity=0.05,
                dash=(2, 4),
            ),
        ),
        attribute="category",
        label=LabelStyle(color=INK, size_px=11.5, priority=70),
    ),
    geometry=Geometry.POLYGON,
    visible=False,
)
"""Corridors of which no source read gives the stops: nothing is drawn but the units that they pass."""

CORRIDORS = place_layer(
    PlaceKind.CORRIDOR,
    "corridors",
    "交通与产业走廊（示意）",
    "Corridors (schematic)",
    LayerGroup.TRANSPORT,
    LayerStyle(
        (
            SymbolClass("铁路", "铁路", "Railway", stroke=RAIL, width_px=3.0, dash=(10, 5)),
            SymbolClass("公路", "公路", "Road", stroke=ROAD, width_px=3.0, dash=(6, 5)),
            SymbolClass("货运线路", "货运线路", "Freight", stroke=FREIGHT, width_px=3.0, dash=(2, 5)),
            SymbolClass(
                "*",
                "产业廊道",
                "Industry",
                stroke=INDUSTRY,
                width_px=3.0,
                dash=(12, 4, 2, 4),
            ),
        ),
        attribute="category",
        label=LabelStyle(color=INK, size_px=12.0, bold=True, priority=72),
    ),
    geometry=Geometry.LINE,
    visible=False,
)
"""Straight from stop to stop, in the order that the source gives."""

CORRIDOR_STOPS = Layer(
    "corridor_stops",
    "走廊站点",
    "Corridor stops",
    LayerGroup.TRANSPORT,
    "corridor_stops.geojson",
    Geometry.POINT,
    LayerStyle(
        one_class("走廊站点", "Corridor stop", fill=INK, stroke=INK, width_px=1.2, size_px=6.0),
        label=LabelStyle(color=INK, size_px=11.0, min_zoom=8.5, priority=38),
        precision_marks=True,
    ),
    visible=False,
    refers=True,
)

TRANSPORT_POINTS: tuple[Layer, ...] = (
    place_layer(
        PlaceKind.LOGISTICS,
        "logistics",
        "商贸物流",
        "Trade and logistics",
        LayerGroup.TRANSPORT,
        point_style(Shape.CIRCLE, "#7d6b8a", "商贸物流节点", "Trade and logistics node", priority=28),
        visible=False,
    ),
    place_layer(
        PlaceKind.TRANSPORT_HUB,
        "transport_hubs",
        "交通枢纽",
        "Transport hubs",
        LayerGroup.TRANSPORT,
        point_style(Shape.PENTAGON, "#3c4a9a", "交通枢纽", "Transport hub", priority=39),
        visible=False,
    ),
)

PORTS_AND_AIRPORTS: tuple[Layer, ...] = (
    place_layer(
        PlaceKind.AIRPORT,
        "airports",
        "机场",
        "Airports",
        LayerGroup.TRANSPORT,
        LayerStyle(
            one_class(
                "机场", "Airport", fill="#3c4a9a", stroke=PAPER, width_px=1.0, shape=Shape.PLANE, size_px=14.0
            ),
            label=LabelStyle(color="#2e3a7d", size_px=11.0, min_zoom=8.0, priority=40),
            precision_marks=True,
        ),
    ),
    place_layer(
        PlaceKind.PORT_AREA,
        "port_areas",
        "港区",
        "Port areas",
        LayerGroup.TRANSPORT,
        LayerStyle(
            one_class(
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
    place_layer(
        PlaceKind.PORT,
        "ports",
        "港口",
        "Ports",
        LayerGroup.TRANSPORT,
        LayerStyle(
            one_class(
                "港口", "Port", fill="#0b4f6c", stroke=PAPER, width_px=1.0, shape=Shape.ANCHOR, size_px=16.0
            ),
            label=LabelStyle(color="#0b4f6c", size_px=12.0, bold=True, priority=80),
            precision_marks=True,
        ),
    ),
)
