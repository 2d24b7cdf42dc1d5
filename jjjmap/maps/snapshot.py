"""What a map shows: the one description from which the window's page and every export are made."""

from dataclasses import dataclass

from jjjmap.i18n import Language
from jjjmap.layers.layer import LayerView
from jjjmap.layers.layer_rows import RowsOf, no_rows
from jjjmap.maps.bridge import NO_TALLY, ShowTally


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
    """Place or feature of a user's layer that is chosen; empty if none."""
    highlighted_ids: tuple[str, ...] = ()
    """Places that are marked beside the chosen one."""
    highlight_title: str = ""
    """What the marked places have in common, in words."""
    moment: str = ""
    """The year or month that the timeline shows, ISO 8601; empty if time does not matter."""
    dimmed_ids: tuple[str, ...] = ()
    """Places that did not exist yet at that moment."""
    tally: ShowTally = NO_TALLY
    """Counts that are drawn, in the words of `language`; nothing by default."""
    rows_of: RowsOf = no_rows
    """Gives the rows of the users' layers among `layers`."""


@dataclass(frozen=True, slots=True)
class NamedMap:
    """One of several maps that leave together: a saved view."""

    title: str
    snapshot: MapSnapshot
