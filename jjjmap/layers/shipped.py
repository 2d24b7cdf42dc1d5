"""The layers that we ship, in drawing order from the bottom up; how each looks stands with its subject."""

from jjjmap.layers.ground import BASEMAP_LAYERS, LAKES, UNIT_LAYERS, WATER_AND_ROUTES
from jjjmap.layers.industry import CHAIN_NODES, CLUSTER_LINKS, CLUSTER_MEMBERS, CLUSTERS, PLATFORMS
from jjjmap.layers.innovation import INNOVATION_LAYERS
from jjjmap.layers.layer import Layer
from jjjmap.layers.structure import OTHER_POINTS, STRUCTURE_AREAS, STRUCTURE_OUTLINES
from jjjmap.layers.transport import (
    CORRIDOR_AREAS,
    CORRIDOR_STOPS,
    CORRIDORS,
    PORTS_AND_AIRPORTS,
    TRANSPORT_POINTS,
)

__all__ = ["BASEMAP_LAYERS", "SHIPPED_LAYERS", "THEMATIC_LAYERS", "UNIT_LAYERS"]

_AREAS: tuple[Layer, ...] = (CLUSTER_MEMBERS, CORRIDOR_AREAS, *STRUCTURE_AREAS)

_LINES_AND_POINTS: tuple[Layer, ...] = (
    *STRUCTURE_OUTLINES,
    CLUSTER_LINKS,
    CORRIDORS,
    *OTHER_POINTS,
    *INNOVATION_LAYERS,
    *TRANSPORT_POINTS,
    *CLUSTERS,
    *PLATFORMS,
    CHAIN_NODES,
    CORRIDOR_STOPS,
    *PORTS_AND_AIRPORTS,
)

THEMATIC_LAYERS = _AREAS + _LINES_AND_POINTS
"""What the policy is about; areas lie below lines, lines below points."""

SHIPPED_LAYERS: tuple[Layer, ...] = (
    BASEMAP_LAYERS + UNIT_LAYERS + WATER_AND_ROUTES + _AREAS + (LAKES,) + _LINES_AND_POINTS
)
"""All of them, from the bottom up."""
