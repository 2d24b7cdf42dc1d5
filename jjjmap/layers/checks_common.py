"""What every check of the shipped data needs: how a finding is worded and where it points."""

import re

import shapely

from jjjmap.catalogue.models import CorridorStop, Passage, Place
from jjjmap.findings import Finding, Severity

REGION_BOX = shapely.box(113.0, 35.9, 120.2, 42.8)
"""No place or unit of Beijing, Tianjin and Hebei lies outside; lon/lat in degrees, margin some 0.3°."""

SLUG = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
"""The form of every id."""


def error(code: str, where: str, message: str, hint: str = "") -> Finding:
    """Return a finding about something that is wrong."""
    return Finding(Severity.ERROR, code, where, message, hint)


def place_where(place: Place) -> str:
    """Return the file and id that a place is written under."""
    file = "units" if place.kind.is_unit else "places"
    return f"catalogue/{file}.csv#{place.id}"


def passage_where(passage: Passage) -> str:
    """Return the file and id that a passage is written under."""
    file = "digests" if passage.section.endswith("-digest") else "items"
    return f"policy/{file}.csv#{passage.id}"


def stop_where(stop: CorridorStop) -> str:
    """Return the file, corridor and number that a stop is written under."""
    return f"catalogue/corridor_stops.csv#{stop.corridor_id}-{stop.order}"
