"""What is known of one feature of a user's layer: its attributes, where it lies, and what lies near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jjjmap.layers.feature_ids import parse_feature_id
from jjjmap.layers.feature_words import attribute_text, extent_text, feature_title, point_of, shape_of
from jjjmap.layers.named_places import named_places, subjects_of

if TYPE_CHECKING:
    from jjjmap.analysis.whereabouts import Whereabouts
    from jjjmap.layers.style import Geometry
    from jjjmap.session.layers.user_layers import UserLayers
    from jjjmap.session.workspace import Workspace


@dataclass(frozen=True, slots=True)
class FeatureDetails:
    """One feature, as the details dock shows it."""

    id: str
    title: str
    layer_title: str
    source_name: str
    attributes: tuple[tuple[str, str], ...]
    """Name and value of each column; empty values are told as such."""
    lon: float | None
    lat: float | None
    """A point on it, degrees, WGS-84; None for a row without position."""
    geometry: Geometry | None
    extent: str
    """Area or length in words; empty for points."""
    whereabouts: Whereabouts | None
    is_made: bool = False
    """Whether an analysis made it: an empty value could not be reckoned."""
    named_ids: tuple[str, ...] = ()
    """Places that a row of a result itself speaks of: its unit, its place, places that policy names."""

    @property
    def subject_ids(self) -> tuple[str, ...]:
        """Places whose policy and figures concern it, the smallest first."""
        lies_in = self.whereabouts.subject_ids if self.whereabouts is not None else ()
        return subjects_of(self.named_ids, lies_in)


class UserFeatures:
    """Describes features of the user's layers."""

    def __init__(self, workspace: Workspace, layers: UserLayers) -> None:
        self._workspace = workspace
        self._layers = layers

    def knows(self, feature_id: str) -> bool:
        """Whether there is such a feature, in a layer that is open."""
        parsed = parse_feature_id(feature_id)
        return (
            parsed is not None
            and self._layers.holds(parsed[0])
            and parsed[1] < self._layers.stored(parsed[0]).facts.rows
        )

    def title(self, feature_id: str) -> str:
        """Return what a feature is called: its name column, else its first text, else its number."""
        layer_id, row = self._parsed(feature_id)
        return feature_title(self._layers.stored(layer_id).facts, self._layers.table(layer_id), row)

    def layer_title(self, feature_id: str) -> str:
        """Return what its layer is called."""
        return self._layers.stored(self._parsed(feature_id)[0]).title

    def position(self, feature_id: str) -> tuple[float, float] | None:
        """Return a point on a feature, lon and lat in degrees; None for a row without position."""
        layer_id, row = self._parsed(feature_id)
        table = self._layers.table(layer_id)
        return point_of(table, row, shape_of(table, row))

    def bounds(self, feature_id: str) -> tuple[float, float, float, float] | None:
        """Return the box of a feature in degrees; None for a row without position."""
        layer_id, row = self._parsed(feature_id)
        table = self._layers.table(layer_id)
        shape = shape_of(table, row)
        if shape is None:
            point = point_of(table, row, None)
            return None if point is None else (*point, *point)
        west, south, east, north = shape.bounds
        return west, south, east, north

    def details(self, feature_id: str) -> FeatureDetails:
        """Return everything about a feature; raises KeyError or IndexError if there is none."""
        layer_id, row = self._parsed(feature_id)
        stored, table = self._layers.stored(layer_id), self._layers.table(layer_id)
        shape = shape_of(table, row)
        point = point_of(table, row, shape)
        return FeatureDetails(
            feature_id,
            self.title(feature_id),
            stored.title,
            stored.facts.source_name,
            tuple((name, attribute_text(name, value)) for name, value in table.row(row).items()),
            point[0] if point else None,
            point[1] if point else None,
            table.geometry,
            extent_text(table.geometry, shape) if shape is not None else "",
            self._whereabouts(*point) if point else None,
            stored.provenance is not None,
            named_places(stored.provenance, table, row, self._workspace.knows) if stored.provenance else (),
        )

    def _whereabouts(self, lon: float, lat: float) -> Whereabouts:
        from jjjmap.analysis.whereabouts import whereabouts
        from jjjmap.layers.boundaries import shipped_units

        return whereabouts(lon, lat, self._workspace.catalogue, shipped_units())

    def _parsed(self, feature_id: str) -> tuple[str, int]:
        parsed = parse_feature_id(feature_id)
        if parsed is None:
            raise KeyError(feature_id)
        return parsed
