"""What is known of one feature of a user's layer: its attributes, where it lies, and what lies near."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jjjmap.i18n import _
from jjjmap.layers.feature_ids import parse_feature_id
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.style import Geometry

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from jjjmap.analysis.whereabouts import Whereabouts
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.session.user_layers import UserLayers
    from jjjmap.session.workspace import Workspace

logger = logging.getLogger(__name__)

MAX_VALUE_CHARS = 2_000
"""Of one attribute in the details; the table and every export have all of it."""


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

    @property
    def subject_ids(self) -> tuple[str, ...]:
        """Places whose policy and figures concern it, the smallest first."""
        if self.whereabouts is None:
            return ()
        return self.whereabouts.subject_ids


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
        table = self._layers.table(layer_id)
        for name in self._title_columns(layer_id, table):
            value = value_text(table.attributes.column(name)[row].as_py())
            if value.strip():
                return " ".join(value.split())[:120]
        return _("第 {n} 行").format(n=row + 1)

    def layer_title(self, feature_id: str) -> str:
        """Return what its layer is called."""
        return self._layers.stored(self._parsed(feature_id)[0]).title

    def position(self, feature_id: str) -> tuple[float, float] | None:
        """Return a point on a feature, lon and lat in degrees; None for a row without position."""
        layer_id, row = self._parsed(feature_id)
        table = self._layers.table(layer_id)
        return _point_of(table, row, _shape_of(table, row))

    def bounds(self, feature_id: str) -> tuple[float, float, float, float] | None:
        """Return the box of a feature in degrees; None for a row without position."""
        layer_id, row = self._parsed(feature_id)
        table = self._layers.table(layer_id)
        shape = _shape_of(table, row)
        if shape is None:
            point = _point_of(table, row, None)
            return None if point is None else (*point, *point)
        west, south, east, north = shape.bounds
        return west, south, east, north

    def details(self, feature_id: str) -> FeatureDetails:
        """Return everything about a feature; raises KeyError or IndexError if there is none."""
        layer_id, row = self._parsed(feature_id)
        stored, table = self._layers.stored(layer_id), self._layers.table(layer_id)
        shape = _shape_of(table, row)
        point = _point_of(table, row, shape)
        return FeatureDetails(
            feature_id,
            self.title(feature_id),
            stored.title,
            stored.facts.source_name,
            tuple((name, _attribute_text(name, value)) for name, value in table.row(row).items()),
            point[0] if point else None,
            point[1] if point else None,
            table.geometry,
            _extent_text(table.geometry, shape) if shape is not None else "",
            self._whereabouts(*point) if point else None,
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

    def _title_columns(self, layer_id: str, table: FeatureTable) -> list[str]:
        facts = self._layers.stored(layer_id).facts
        named = [column.name for column in facts.columns if column.role is ColumnRole.NAME]
        texts = [column.name for column in table.columns if column.kind == "text"]
        known = set(table.attributes.column_names)
        return [name for name in dict.fromkeys((*named, *texts)) if name in known]


def _attribute_text(column: str, value: Any) -> str:
    """Return a value with thousands apart, as the table shows it; years and codes stay as they are."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        from jjjmap.layers.tables.cells import groups_thousands, shown_text

        return shown_text(value, grouped=groups_thousands(column, value, value))
    return value_text(value)


def value_text(value: Any) -> str:
    """Return a value as a person reads it; numbers without an exponent, none as an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, float):
        return f"{value:.10g}" if abs(value) < 1e15 else f"{value:g}"
    text = str(value)
    return text if len(text) <= MAX_VALUE_CHARS else text[:MAX_VALUE_CHARS] + "…"


def _shape_of(table: FeatureTable, row: int) -> BaseGeometry | None:
    """Return one line or polygon, without making the shapes of all rows; None for points and for nothing."""
    if table.wkb is None:
        return None
    import shapely

    wkb = table.wkb[row].as_py()
    shape = shapely.from_wkb(wkb) if wkb is not None else None
    return None if shape is None or shape.is_empty else shape


def _point_of(table: FeatureTable, row: int, shape: BaseGeometry | None) -> tuple[float, float] | None:
    if table.lon is not None and table.lat is not None:
        lon, lat = float(table.lon[row]), float(table.lat[row])
        return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None
    if shape is None:
        return None
    point = shape.representative_point()
    return float(point.x), float(point.y)


def _extent_text(geometry: Geometry | None, shape: BaseGeometry) -> str:
    """Say how large an area or how long a line is, on the ellipsoid."""
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    if geometry is Geometry.LINE:
        km = geod.geometry_length(shape) / 1000
        return _("长 {km} 公里").format(km=f"{km:,.1f}" if km < 100 else f"{km:,.0f}")
    km2 = abs(geod.geometry_area_perimeter(shape)[0]) / 1e6
    return _("面积 {km2} 平方公里").format(km2=f"{km2:,.2f}" if km2 < 100 else f"{km2:,.0f}")
