"""The nearest port, airport and wing of a place, with distance and direction."""

from __future__ import annotations

from math import atan2, cos, degrees, radians, sin

from jjjmap.analysis.whereabouts import Direction, direction_name
from jjjmap.catalogue.details import PlaceDetails, Relation
from jjjmap.catalogue.models import Place, PlaceKind, Precision
from jjjmap.catalogue.wording import kind_name
from jjjmap.export.briefing.records import BriefNeighbour
from jjjmap.i18n import Language, _

_WINDS = tuple(Direction)
_SURE = (Precision.SITE, Precision.TOWN)


def told_neighbours(details: PlaceDetails, language: Language) -> tuple[BriefNeighbour, ...]:
    """Return the nearest port, airport and wing in words; none of a place without a sure point."""
    place = details.place
    return tuple(
        BriefNeighbour(
            kind_name(PlaceKind.PORT if other.kind is PlaceKind.PORT_AREA else other.kind),
            other.id,
            other.name(language),
            related.distance_km,
            direction_name(_direction(place, other)),
            place.precision not in _SURE or other.precision not in _SURE,
        )
        for related in details.related
        if related.relation is Relation.NEAREST and related.distance_km is not None
        for other in (related.place,)
    )


def distance_text(neighbour: BriefNeighbour) -> str:
    """Return how far away it is and in which direction, e.g. 东约 12 公里: the same on page and in Word."""
    far = neighbour.distance_km
    km = f"{far:,.0f}" if far >= 10 else f"{far:.1f}"
    said = _("{direction}约 {km} 公里") if neighbour.is_approximate else _("{direction} {km} 公里")
    return said.format(direction=neighbour.direction, km=km)


def _direction(place: Place, other: Place) -> Direction:
    """Return in which of eight winds another place lies, along the great circle."""
    assert place.lon is not None and place.lat is not None  # Else there would be no distance.
    assert other.lon is not None and other.lat is not None
    lat, other_lat, east = radians(place.lat), radians(other.lat), radians(other.lon - place.lon)
    bearing = degrees(
        atan2(
            sin(east) * cos(other_lat),
            cos(lat) * sin(other_lat) - sin(lat) * cos(other_lat) * cos(east),
        )
    )
    return _WINDS[round(bearing / 45.0) % len(_WINDS)]
