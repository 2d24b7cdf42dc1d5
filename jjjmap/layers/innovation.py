"""Parks, demonstration bases, pilot zones, innovation centres, free-trade zones and data centres."""

from jjjmap.catalogue.models import PlaceKind
from jjjmap.layers.layer import Layer, LayerGroup
from jjjmap.layers.looks import place_layer, point_style
from jjjmap.layers.style import Shape

INNOVATION_LAYERS: tuple[Layer, ...] = (
    place_layer(
        PlaceKind.INDUSTRIAL_PARK,
        "industrial_parks",
        "产业园区",
        "Industrial parks",
        LayerGroup.INNOVATION,
        point_style(Shape.SQUARE, "#7a6652", "产业园区", "Industrial park", priority=30),
        visible=False,
    ),
    place_layer(
        PlaceKind.DEMO_BASE,
        "demo_bases",
        "示范基地",
        "Demonstration bases",
        LayerGroup.INNOVATION,
        point_style(Shape.TRIANGLE, "#8a5a00", "示范基地", "Demonstration base", priority=31),
        visible=False,
    ),
    place_layer(
        PlaceKind.PILOT_ZONE,
        "pilot_zones",
        "先导区与试验区",
        "Pilot zones",
        LayerGroup.INNOVATION,
        point_style(Shape.DIAMOND, "#5b4b9a", "先导区与试验区", "Pilot zone", priority=33),
        visible=False,
    ),
    place_layer(
        PlaceKind.INNOVATION_CENTRE,
        "innovation_centres",
        "创新平台",
        "Innovation centres",
        LayerGroup.INNOVATION,
        point_style(Shape.CROSS, "#2f6f8f", "创新平台", "Innovation centre", priority=32),
        visible=False,
    ),
    place_layer(
        PlaceKind.FTZ,
        "ftz",
        "自由贸易试验区",
        "Free-trade zones",
        LayerGroup.INNOVATION,
        point_style(Shape.HEXAGON, "#2d7f7a", "自贸片区", "Free-trade zone area", priority=34),
        visible=False,
    ),
    place_layer(
        PlaceKind.DATA_CENTRE,
        "data_centres",
        "数据中心",
        "Data centres",
        LayerGroup.INNOVATION,
        point_style(Shape.SQUARE, "#4f6d8f", "数据中心", "Data centre", priority=29),
        visible=False,
    ),
)
