"""Where a place of the catalogue is, and how well that is known: a position, an area, or only the units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import shapely
from shapely.geometry.base import BaseGeometry

from jjjmap.analysis.nearby.shipped_lines import shipped_lines
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind, Precision
from jjjmap.i18n import _
from jjjmap.layers.boundaries import UnitIndex


class Basis(StrEnum):
    """What a distance to a place is measured to."""

    EXACT = "exact"
    """A position or shape as the user gave it."""
    SITE = "site"
    """A position known to about 1 km."""
    TOWN = "town"
    """A position known to about 5 km."""
    COUNTY = "county"
    """A position of which only the county is sure."""
    AREA = "area"
    """The border of its area, made of units."""
    WITHIN = "within"
    """The border of the units that it lies in or touches: it cannot be nearer, but may well be farther."""
    LINE = "line"
    """A line that is drawn schematically."""


_AREA_KINDS = (
    PlaceKind.WING,
    PlaceKind.ZONE,
    PlaceKind.PLATFORM,
    PlaceKind.PILOT_ZONE,
    PlaceKind.METRO_CIRCLE,
    PlaceKind.SPATIAL_STRUCTURE,
    PlaceKind.ECOLOGY,
)
"""What takes up the units that it is told by; a cluster, a port or a free-trade zone merely lies in them."""

_POINTED = {Precision.SITE: Basis.SITE, Precision.TOWN: Basis.TOWN, Precision.COUNTY: Basis.COUNTY}
"""The label of a large area is no position."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a place is."""

    shape: BaseGeometry
    """Degrees, WGS-84."""
    basis: Basis

    @property
    def is_area(self) -> bool:
        """Whether things can lie in it."""
        return self.shape.geom_type in ("Polygon", "MultiPolygon")


class Extents:
    """Extents of places; each union of units is made once."""

    def __init__(self, catalogue: Catalogue, units: UnitIndex) -> None:
        self._catalogue = catalogue
        self._units = units
        self._unions: dict[tuple[str, ...], BaseGeometry | None] = {}

    def of(self, place: Place) -> Extent | None:
        """Return where a place is; None if nobody knows."""
        if place.kind.is_unit:
            shape = self.union((place.id,))
            return None if shape is None else Extent(shape, Basis.AREA)
        if place.kind is PlaceKind.CORRIDOR and place.id in (lines := shipped_lines()):
            return Extent(lines[place.id].shape, Basis.LINE)
        if place.precision in _POINTED and place.lon is not None and place.lat is not None:
            return Extent(shapely.Point(place.lon, place.lat), _POINTED[place.precision])
        shape = self.union(place.area_adcodes)
        if shape is not None:
            return Extent(shape, Basis.AREA if place.kind in _AREA_KINDS else Basis.WITHIN)
        shape = self.union((place.county_adcode,))
        return None if shape is None else Extent(shape, Basis.WITHIN)

    def county_of(self, place: Place) -> BaseGeometry | None:
        """Return the county where a place surely is."""
        return self.union((place.county_adcode,))

    def union(self, codes: Iterable[str]) -> BaseGeometry | None:
        """Return the ground of units; None if there is none."""
        key = tuple(code for code in codes if code in self._units)
        if key not in self._unions:
            shapes = [self._units.shape_of(code) for code in key]
            self._unions[key] = shapely.union_all(shapes) if shapes else None
        return self._unions[key]


def basis_text(basis: Basis) -> str:
    """Return what a distance is measured to, in a few words."""
    return {
        Basis.EXACT: _("到要素本身"),
        Basis.SITE: _("到点位（精确到约 1 公里）"),
        Basis.TOWN: _("到点位（精确到约 5 公里）"),
        Basis.COUNTY: _("约：只知道在哪个县，误差可达 20 公里左右"),
        Basis.AREA: _("到范围边界（以县界示意），在内为 0"),
        Basis.WITHIN: _("至少：只知道在这些县（市、区）里，量到它们的边界"),
        Basis.LINE: _("约：到示意线"),
    }[basis]


def distance_text(km: float | None, basis: Basis) -> str:
    """Return a distance as a person reads it: 约 43 km, 至少 12 km, 在范围内."""
    if km is None:
        return ""
    number = f"{km:.1f}" if km < 100 else f"{km:.0f}"
    if km == 0.0:
        if basis is Basis.AREA:
            return _("在范围内")
        return _("可能在此") if basis in (Basis.WITHIN, Basis.COUNTY) else _("在内或重合")
    if basis is Basis.WITHIN:
        return _("至少 {km} km").format(km=number)
    if basis in (Basis.COUNTY, Basis.LINE):
        return _("约 {km} km").format(km=f"{km:.0f}")
    return _("{km} km").format(km=number)
