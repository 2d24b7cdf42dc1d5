"""What a page is told after its configuration, so that it shows a snapshot as the window does."""

from __future__ import annotations

from collections.abc import Iterable

from jjjmap.catalogue.models import Catalogue, Place
from jjjmap.i18n import Language
from jjjmap.layers.feature_ids import parse_feature_id
from jjjmap.layers.feature_words import feature_title, point_of, shape_of
from jjjmap.maps.bridge import (
    Call,
    DimFeatures,
    HighlightedPlace,
    HighlightPlaces,
    SelectFeature,
)
from jjjmap.maps.snapshot import MapSnapshot


def calls_showing(snapshot: MapSnapshot, catalogue: Catalogue) -> tuple[Call, ...]:
    """Return what is to be said after `Configure`: the choice, what is marked, dimmed and counted."""
    calls: list[Call] = []
    selection = selection_of(snapshot, catalogue)
    if selection is not None:
        calls.append(selection)
    if snapshot.highlighted_ids:
        known = [catalogue.places[key] for key in snapshot.highlighted_ids if key in catalogue.places]
        calls.append(highlight_of(known))
    if snapshot.dimmed_ids:
        calls.append(DimFeatures(snapshot.dimmed_ids))
    if snapshot.tally.title:
        calls.append(snapshot.tally)
    return tuple(calls)


def selection_of(snapshot: MapSnapshot, catalogue: Catalogue) -> SelectFeature | None:
    """Return the call that marks what is chosen; None if nothing is, or it is nowhere on the map."""
    place = catalogue.places.get(snapshot.selected_id)
    if place is not None:
        return select_place(place, snapshot.language)
    parsed = parse_feature_id(snapshot.selected_id)
    if parsed is None:
        return None
    layer_id, row = parsed
    rows = snapshot.rows_of(layer_id)
    point = point_of(rows.table, row, shape_of(rows.table, row))
    if point is None:
        return None
    title = feature_title(rows.stored.facts, rows.table, row)
    return SelectFeature(snapshot.selected_id, (), *point, title)


def select_place(
    place: Place, language: Language, *, fly: bool = False, others_here: int = 0
) -> SelectFeature:
    """Return the call that marks a place and its area."""
    return SelectFeature(
        place.id, place.area_adcodes, place.lon, place.lat, place.name(language), fly, others_here
    )


def highlight_of(places: Iterable[Place]) -> HighlightPlaces:
    """Return the call that marks places and the units that make them up."""
    marked = tuple(places)
    units = dict.fromkeys(code for place in marked for code in place.area_adcodes)
    return HighlightPlaces(
        tuple(HighlightedPlace(place.id, place.lon, place.lat) for place in marked), tuple(units)
    )
