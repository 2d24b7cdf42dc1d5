"""What a map shows: the one description from which the window's page and an export are made."""

from dataclasses import dataclass

from jjjmap.i18n import Language
from jjjmap.layers.layer import LayerView


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box in degrees, WGS-84."""

    west: float
    south: float
    east: float
    north: float


REGION_BOUNDS = Bounds(113.45, 36.03, 119.87, 42.63)
"""Beijing, Tianjin and Hebei."""


@dataclass(frozen=True, slots=True)
class MapSnapshot:
    """A map at one moment."""

    layers: tuple[LayerView, ...]
    """All layers, from the bottom up, hidden ones too."""
    language: Language
    bounds: Bounds = REGION_BOUNDS
    selected_id: str = ""
    """Place chosen by the user; empty if none."""
