"""Platforms, clusters and chains."""

from jjjmap.catalogue.models import PlaceKind
from jjjmap.layers.layer import Layer, LayerGroup
from jjjmap.layers.looks import BLUE, INK, ORANGE, PURPLE, SKY, VERMILLION, YELLOW, one_class, place_layer
from jjjmap.layers.members import FIVE_CLUSTERS_2024
from jjjmap.layers.style import Geometry, LabelStyle, LayerStyle, Shape, SymbolClass


def _list(
    value: str, label_zh: str, label_en: str, fill: str, stroke: str, shape: Shape, size_px: float
) -> SymbolClass:
    """Return the look of the clusters of one list: one family of colours, a shape for each."""
    return SymbolClass(
        value, label_zh, label_en, fill=fill, stroke=stroke, width_px=1.2, shape=shape, size_px=size_px
    )


def _stage(value: str, label_zh: str, label_en: str, fill: str, shape: Shape) -> SymbolClass:
    return SymbolClass(
        value, label_zh, label_en, fill=fill, stroke=INK, width_px=1.1, shape=shape, size_px=10.0
    )


CLUSTER_MEMBERS = Layer(
    "cluster_members",
    "集群成员区（市、县级）",
    "Cluster members",
    LayerGroup.INDUSTRY,
    "cluster_members.geojson",
    Geometry.POLYGON,
    LayerStyle(
        one_class(
            "集群成员区", "Cluster member", fill="#c79a00", stroke="#a88500", width_px=1.0, fill_opacity=0.13
        )
    ),
    visible=False,
)
"""The members of clusters as light areas: a click there chooses the unit, not a cluster among several."""

CLUSTER_LINKS = Layer(
    "cluster_links",
    "集群成员连线",
    "Lines to cluster members",
    LayerGroup.INDUSTRY,
    "cluster_links.geojson",
    Geometry.LINE,
    LayerStyle(
        (
            SymbolClass("五群", "五群", "Five clusters", stroke="#a07c00", width_px=1.5),
            SymbolClass(
                FIVE_CLUSTERS_2024,
                "五群改称",
                "Renamed 2024",
                stroke="#a07c00",
                width_px=1.5,
                dash=(8, 3),
            ),
            SymbolClass(
                "国家先进制造业集群",
                "国家先进",
                "National",
                stroke="#6b4700",
                width_px=1.3,
                dash=(3, 3),
            ),
            SymbolClass("*", "其他集群", "Other cluster", stroke="#8d7a45", width_px=1.2, dash=(1, 4)),
        ),
        attribute="category",
    ),
    visible=False,
    refers=True,
)
"""Lines from the point of a cluster to the points of its members: who belongs together, not a route."""

CHAIN_NODES = Layer(
    "chain_nodes",
    "产业链环节",
    "Links of industrial chains",
    LayerGroup.INDUSTRY,
    "chain_nodes.geojson",
    Geometry.POINT,
    LayerStyle(
        (
            _stage("upstream", "上游", "Upstream", SKY, Shape.WEDGE),
            _stage("midstream", "中游", "Midstream", YELLOW, Shape.SQUARE),
            _stage("*", "下游", "Downstream", VERMILLION, Shape.TRIANGLE),
        ),
        attribute="stage",
        label=LabelStyle(color=INK, size_px=11.0, min_zoom=8.5, priority=35),
    ),
    visible=False,
    refers=True,
)
"""Where the links of the chains are: each stands at the point of its city or county."""

CLUSTERS: tuple[Layer, ...] = (
    place_layer(
        PlaceKind.CLUSTER,
        "clusters",
        "产业集群",
        "Industrial clusters",
        LayerGroup.INDUSTRY,
        LayerStyle(
            (
                _list("五群", "五群", "The five", "#c79a00", "#7d6100", Shape.HEXAGON, 9.5),
                _list(
                    FIVE_CLUSTERS_2024,
                    "五群改称",
                    "Renamed 2024",
                    "#c79a00",
                    "#7d6100",
                    Shape.STAR,
                    12.0,
                ),
                _list(
                    "国家先进制造业集群",
                    "国家先进",
                    "National",
                    "#8f5f00",
                    "#5c3d00",
                    Shape.PENTAGON,
                    10.0,
                ),
                _list(
                    "国家中小企业特色产业集群",
                    "国家中小",
                    "SME",
                    "#e0b83a",
                    "#947300",
                    Shape.WEDGE,
                    9.5,
                ),
                _list("*", "其他集群", "Other", "#d8c48a", "#8d7a45", Shape.CIRCLE, 7.0),
            ),
            attribute="category",
            label=LabelStyle(color="#6b5300", size_px=11.0, min_zoom=8.5, priority=45),
            precision_marks=True,
        ),
    ),
)

PLATFORMS: tuple[Layer, ...] = (
    place_layer(
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
)
