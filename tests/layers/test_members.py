"""What each layer draws, on the shipped catalogue."""

import json
from dataclasses import replace

import pytest

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue, PlaceKind
from jjjmap.catalogue.store import load_catalogue
from jjjmap.layers.members import (
    FIVE_CLUSTERS,
    FIVE_CLUSTERS_2024,
    class_value,
    drawn_places,
    draws,
    link_features,
    member_features,
    places_stood_for,
    stop_features,
)
from jjjmap.layers.shipped import SHIPPED_LAYERS

LAYERS = {layer.id: layer for layer in SHIPPED_LAYERS}
STAND_INS = ("corridor_stops", "chain_nodes", "cluster_links", "cluster_members")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(paths.RESOURCES)[0]


def ids_of(layer_id: str, catalogue: Catalogue) -> set[str]:
    return {place.id for place in drawn_places(LAYERS[layer_id], catalogue)}


def test_every_place_is_one_of_exactly_one_layer(catalogue: Catalogue) -> None:
    for place in catalogue.places.values():
        assert sum(draws(layer, place, catalogue) for layer in SHIPPED_LAYERS) == 1, place.id


def test_a_corridor_is_a_line_where_its_stops_are_known_and_else_the_units_it_passes(
    catalogue: Catalogue,
) -> None:
    lines, areas = ids_of("corridors", catalogue), ids_of("corridor_areas", catalogue)
    assert "rail-shihengcanggang" in lines and "road-zhangcheng" in areas
    assert lines == {stop.corridor_id for stop in catalogue.corridor_stops}
    one_stop = replace(catalogue, corridor_stops=catalogue.corridor_stops[:1])
    assert ids_of("corridors", one_stop) == set()
    assert ids_of("corridor_areas", one_stop) == lines | areas


def test_the_circles_stand_in_two_layers_by_their_two_meanings(catalogue: Catalogue) -> None:
    assert ids_of("metro_circles", catalogue) == {"circle-capital", "circle-tianjin", "circle-shijiazhuang"}
    rings = ids_of("metro_rings", catalogue)
    assert len(rings) == 3
    assert {catalogue.places[ring].parent_id for ring in rings} == {"circle-capital"}


def test_clusters_are_classed_by_their_list_and_the_five_by_their_wording(catalogue: Catalogue) -> None:
    classes = [class_value(place, catalogue) for place in drawn_places(LAYERS["clusters"], catalogue)]
    assert classes.count(FIVE_CLUSTERS) == 4
    assert classes.count(FIVE_CLUSTERS_2024) == 1
    assert classes.count("国家先进制造业集群") == 5
    assert class_value(catalogue.places["cl5-xinchuang"], catalogue) == FIVE_CLUSTERS_2024


def test_only_clusters_of_several_members_have_lines(catalogue: Catalogue) -> None:
    linked = {cluster.id for cluster, _member in link_features(catalogue).values()}
    assert linked == {c.id for c in catalogue.clusters.values() if len(c.member_ids) > 1}


def test_no_province_is_shaded_as_a_member(catalogue: Catalogue) -> None:
    kinds = {unit.kind for unit in member_features(catalogue).values()}
    assert kinds == {PlaceKind.CITY, PlaceKind.COUNTY}


def test_a_member_that_the_catalogue_does_not_know_is_left_out(catalogue: Catalogue) -> None:
    cluster = replace(catalogue.clusters["cl5-ic"], member_ids=("nowhere", "110108", "110115"))
    damaged = replace(catalogue, clusters={cluster.id: cluster})
    assert set(link_features(damaged)) == {"cl5-ic.110115"}  # The point stands at the first.


def test_stops_without_a_position_are_left_out(catalogue: Catalogue) -> None:
    first, *rest = catalogue.corridor_stops
    damaged = replace(catalogue, corridor_stops=(replace(first, lon=None), *rest))
    assert stop_features(catalogue).keys() - stop_features(damaged).keys() == {"rail-shihengcanggang.1"}


@pytest.mark.parametrize("layer_id", STAND_INS)
def test_the_shipped_files_hold_what_the_catalogue_asks_for(catalogue: Catalogue, layer_id: str) -> None:
    features = json.loads((paths.GEODATA / f"{layer_id}.geojson").read_text("utf-8"))["features"]
    assert {f["id"]: f["properties"]["place_id"] for f in features} == places_stood_for(layer_id, catalogue)
    assert features
