"""Where a position lies: its county, the areas of policy around it, and what of the catalogue is near."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from pyproj import Geod

from jjjmap.catalogue.models import REGION_ID, Catalogue, Place, PlaceKind, Precision
from jjjmap.i18n import _
from jjjmap.layers.boundaries import BORDER_ERROR_M, UnitIndex
from jjjmap.layers.unit_names import holds

_GEOD = Geod(ellps="WGS84")

_AREA_KINDS = (
    PlaceKind.WING,
    PlaceKind.ZONE,
    PlaceKind.PLATFORM,
    PlaceKind.PILOT_ZONE,
    PlaceKind.METRO_CIRCLE,
    PlaceKind.SPATIAL_STRUCTURE,
    PlaceKind.ECOLOGY,
)
"""What is an area when it is told by units; a corridor or a free-trade zone merely touches those it names."""

_NEAR_KINDS = (
    PlaceKind.ZONE,
    PlaceKind.PLATFORM,
    PlaceKind.INDUSTRIAL_PARK,
    PlaceKind.FTZ,
    PlaceKind.DEMO_BASE,
    PlaceKind.INNOVATION_CENTRE,
    PlaceKind.PORT_AREA,
    PlaceKind.PORT,
    PlaceKind.AIRPORT,
    PlaceKind.TRANSPORT_HUB,
    PlaceKind.LOGISTICS,
    PlaceKind.DATA_CENTRE,
)
_POINTED = (Precision.SITE, Precision.TOWN, Precision.COUNTY)
"""Precisions at which a distance means something; a point that labels a large area has none."""

NEAR_KM = 150.0
"""What is farther is not near."""


class Direction(StrEnum):
    """One of eight winds."""

    N = "n"
    NE = "ne"
    E = "e"
    SE = "se"
    S = "s"
    SW = "sw"
    W = "w"
    NW = "nw"


_WINDS = tuple(Direction)


def direction_name(direction: Direction) -> str:
    """Return the name of a direction in the language in use."""
    return {
        Direction.N: _("北"),
        Direction.NE: _("东北"),
        Direction.E: _("东"),
        Direction.SE: _("东南"),
        Direction.S: _("南"),
        Direction.SW: _("西南"),
        Direction.W: _("西"),
        Direction.NW: _("西北"),
    }[direction]


@dataclass(frozen=True, slots=True)
class NearPlace:
    """A place of the catalogue near a position."""

    place_id: str
    kind: PlaceKind
    km: float
    """Geodesic, between the two points."""
    direction: Direction
    """In which the place lies, seen from the position."""
    is_rough: bool
    """Whether only the county of the place is known: the distance is good to some 20 km."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a position lies."""

    county_id: str
    """Code of GB/T 2260; empty outside of the region, as are the next two."""
    city_id: str
    """For a district of Beijing or Tianjin the municipality."""
    province_id: str
    near_border: bool
    """Whether a county border is so close (`BORDER_ERROR_M`) that the county may be the next one."""
    area_ids: tuple[str, ...]
    """Areas of policy told by units to which the county belongs, the smallest first."""
    cluster_ids: tuple[str, ...]
    """Clusters that name the county, then those that name its city."""
    near: tuple[NearPlace, ...]
    """The nearest place of each kind within `NEAR_KM`, the nearest first."""
    subject_ids: tuple[str, ...]
    """Units, areas and clusters whose policy and figures concern the position, the smallest first."""

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """County, city and province, each once."""
        units = (self.county_id, self.city_id, self.province_id)
        return tuple(dict.fromkeys(unit for unit in units if unit))


def whereabouts(lon: float, lat: float, catalogue: Catalogue, units: UnitIndex) -> Whereabouts:
    """Return where a position lies.

    Parameters
    ----------
    lon, lat
        Degrees, WGS-84.
    catalogue
        Places, with the units among them.
    units
        Borders of the units.

    Returns
    -------
    Whereabouts
        Without units and areas for a position outside of the region; with what is near all the same.
    """
    counties = units.county_of(lon, lat)
    county = str(counties[0])
    city, province = str(units.cities_of(counties)[0]), str(units.provinces_of(counties)[0])
    areas = _areas_with(county, catalogue)
    clusters = _clusters_with((county, city), catalogue) if county else ()
    sized: list[tuple[float, str]] = [
        (_size_km2(catalogue.places.get(unit), catalogue), unit)
        for unit in dict.fromkeys((county, city, province))
        if unit in catalogue.places
    ]
    sized += [(_size_km2(catalogue.places[area], catalogue), area) for area in areas]
    # sorted() keeps the order of equals: a zone that is one county comes after the county.
    subjects = [subject for _size, subject in sorted(sized, key=lambda pair: pair[0])]
    return Whereabouts(
        county,
        city,
        province,
        bool(county) and _border_m(lon, lat, units, county) < BORDER_ERROR_M,
        areas,
        clusters,
        _near(lon, lat, catalogue),
        tuple(dict.fromkeys((*subjects, *clusters))),
    )


def _areas_with(county: str, catalogue: Catalogue) -> tuple[str, ...]:
    if not county:
        return ()
    found = [
        place
        for place in catalogue.places.values()
        if place.kind in _AREA_KINDS
        and place.id != REGION_ID
        and any(holds(code, county) for code in place.area_adcodes)
    ]
    return tuple(
        place.id for place in sorted(found, key=lambda place: (_size_km2(place, catalogue), place.id))
    )


def _clusters_with(codes: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            place.id
            for code in codes
            for place in catalogue.places.values()
            if place.kind is PlaceKind.CLUSTER and code in place.area_adcodes
        )
    )


def _size_km2(place: Place | None, catalogue: Catalogue) -> float:
    """Return the area of a unit, or of the units that a place is told by."""
    if place is None:
        return 0.0
    if place.area_km2 is not None:
        return place.area_km2
    parts = (catalogue.places.get(code) for code in place.area_adcodes)
    return sum(part.area_km2 or 0.0 for part in parts if part is not None)


def _border_m(lon: float, lat: float, units: UnitIndex, county: str) -> float:
    """Return how far the border of the county is, in metres; exact enough within some kilometres."""
    frame = np.array([np.cos(np.radians(lat)), 1.0]) * 111_320.0
    border = shapely.boundary(units.shape_of(county))
    local = shapely.transform(border, lambda vertices: (vertices - (lon, lat)) * frame)
    return float(shapely.distance(local, shapely.Point(0.0, 0.0)))


def places_told_as_near(catalogue: Catalogue) -> list[Place]:
    """Return the places of which the nearest of each kind is told; each has a position."""
    return [
        place
        for place in catalogue.places.values()
        if place.kind in _NEAR_KINDS and place.precision in _POINTED and None not in (place.lon, place.lat)
    ]


def _near(lon: float, lat: float, catalogue: Catalogue) -> tuple[NearPlace, ...]:
    places = places_told_as_near(catalogue)
    if not places or not (np.isfinite(lon) and np.isfinite(lat)):
        return ()
    there_lon = np.array([place.lon for place in places], dtype=np.float64)
    there_lat = np.array([place.lat for place in places], dtype=np.float64)
    azimuths, _back, metres = _GEOD.inv(
        np.full(len(places), lon), np.full(len(places), lat), there_lon, there_lat
    )
    nearest: dict[PlaceKind, NearPlace] = {}
    for at in np.argsort(metres, kind="stable"):
        place, km = places[at], float(metres[at]) / 1000.0
        if km > NEAR_KM:
            break
        if place.kind not in nearest:
            wind = _WINDS[round(float(azimuths[at]) / 45.0) % len(_WINDS)]
            rough = place.precision is Precision.COUNTY
            nearest[place.kind] = NearPlace(place.id, place.kind, km, wind, rough)
    return tuple(nearest.values())
