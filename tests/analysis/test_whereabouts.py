"""Tests of where a position lies and what is near it."""

from math import nan

import pytest
import shapely

from jjjmap.analysis.whereabouts import Direction, direction_name, whereabouts
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind, Precision
from jjjmap.layers.boundaries import Unit, UnitIndex


def place(place_id: str, kind: PlaceKind, **fields: object) -> Place:
    return Place(place_id, kind, place_id, place_id, **fields)  # type: ignore[arg-type]


def pointed(place_id: str, kind: PlaceKind, lon: float, lat: float, **fields: object) -> Place:
    return place(place_id, kind, lon=lon, lat=lat, **{"precision": Precision.SITE, **fields})


PLACES = (
    place("990000", PlaceKind.PROVINCE, area_km2=20_000.0),
    place("990100", PlaceKind.CITY, area_km2=18_000.0),
    place("990101", PlaceKind.COUNTY, area_km2=9_000.0),
    place("990102", PlaceKind.COUNTY, area_km2=9_000.0),
    place("jia-zone", PlaceKind.ZONE, area_adcodes=("990101",)),
    place("jia-circle", PlaceKind.METRO_CIRCLE, area_adcodes=("990000",)),
    place("yi-zone", PlaceKind.ZONE, area_adcodes=("990102",)),
    place("jia-road", PlaceKind.CORRIDOR, area_adcodes=("990101",)),
    place("jia-cluster", PlaceKind.CLUSTER, area_adcodes=("990101",)),
    place("bing-cluster", PlaceKind.CLUSTER, area_adcodes=("990100",)),
    pointed("near-park", PlaceKind.INDUSTRIAL_PARK, 116.5, 39.6),
    pointed("far-park", PlaceKind.INDUSTRIAL_PARK, 116.5, 40.5),
    pointed("rough-port", PlaceKind.PORT, 116.6, 39.5, precision=Precision.COUNTY),
    pointed("label-only", PlaceKind.AIRPORT, 116.5, 39.5, precision=Precision.AREA),
    pointed("other-end", PlaceKind.DATA_CENTRE, 122.0, 45.0),
)


@pytest.fixture
def units() -> UnitIndex:
    squares = {
        Unit("990101", "甲县", "990100"): shapely.box(116, 39, 117, 40),
        Unit("990102", "乙县", "990100"): shapely.box(117, 39, 118, 40),
        Unit("990100", "丙市", "990000"): shapely.box(116, 39, 118, 40),
        Unit("990000", "丁省", ""): shapely.box(116, 39, 118, 40),
    }
    return UnitIndex(tuple(squares), tuple(squares.values()))


@pytest.fixture
def facts() -> Catalogue:
    return Catalogue(places={each.id: each for each in PLACES})


def test_a_position_has_its_units_areas_and_clusters(facts: Catalogue, units: UnitIndex) -> None:
    found = whereabouts(116.5, 39.5, facts, units)
    assert found.unit_ids == ("990101", "990100", "990000")
    assert found.area_ids == ("jia-zone", "jia-circle")
    assert found.cluster_ids == ("jia-cluster", "bing-cluster")
    assert not found.near_border
    assert found.subject_ids == (
        "990101",
        "jia-zone",
        "990100",
        "990000",
        "jia-circle",
        "jia-cluster",
        "bing-cluster",
    )


def test_the_nearest_of_each_kind_is_told_with_distance_and_direction(
    facts: Catalogue, units: UnitIndex
) -> None:
    park, port = sorted(whereabouts(116.5, 39.5, facts, units).near, key=lambda near: near.place_id)
    assert park.place_id == "near-park"
    assert park.km == pytest.approx(11.1, abs=0.05)  # A tenth of a degree of latitude.
    assert park.direction is Direction.N
    assert not park.is_rough
    assert port.place_id == "rough-port"
    assert port.direction is Direction.E
    assert port.is_rough


@pytest.mark.parametrize(
    ("lon", "lat", "direction"),
    [
        (116.5, 39.7, Direction.S),
        (116.4, 39.6, Direction.E),
        (116.6, 39.6, Direction.W),
        (116.6, 39.68, Direction.SW),
    ],
)
def test_the_direction_is_that_in_which_the_place_lies(
    facts: Catalogue, units: UnitIndex, lon: float, lat: float, direction: Direction
) -> None:
    near = next(near for near in whereabouts(lon, lat, facts, units).near if near.place_id == "near-park")
    assert near.direction is direction


def test_close_to_a_border_the_county_is_in_doubt(facts: Catalogue, units: UnitIndex) -> None:
    assert whereabouts(116.996, 39.5, facts, units).near_border
    assert not whereabouts(116.99, 39.5, facts, units).near_border


def test_outside_of_the_region_only_what_is_near_is_told(facts: Catalogue, units: UnitIndex) -> None:
    found = whereabouts(115.9, 39.5, facts, units)
    assert found.unit_ids == found.area_ids == found.cluster_ids == found.subject_ids == ()
    assert not found.near_border
    assert [near.place_id for near in found.near] == ["near-park", "rough-port"]


def test_nowhere_nothing_is_near(facts: Catalogue, units: UnitIndex) -> None:
    found = whereabouts(nan, 39.5, facts, units)
    assert found.near == found.unit_ids == ()


def test_every_direction_has_a_name() -> None:
    assert len({direction_name(direction) for direction in Direction}) == 8
