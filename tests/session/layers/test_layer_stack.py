"""Tests of the layer stack."""

import pytest

from jjjmap.errors import LayerUnknown
from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.session.layers.layer_stack import LayerStack, remembered_views
from jjjmap.settings import LayerSetting


def ids(stack: LayerStack) -> list[str]:
    return [view.layer.id for view in stack.views]


def test_hiding_a_layer_is_told_once(stack: LayerStack) -> None:
    heard: list[tuple[str, bool]] = []
    stack.layer_visibility_changed.connect(lambda layer_id, visible: heard.append((layer_id, visible)))
    stack.set_visible("ports", False)
    stack.set_visible("ports", False)
    assert heard == [("ports", False)]
    assert not stack.view("ports").visible


@pytest.mark.parametrize(("asked", "given"), [(0.4, 0.4), (-1.0, 0.0), (7.0, 1.0)])
def test_opacity_stays_between_nothing_and_all(stack: LayerStack, asked: float, given: float) -> None:
    stack.set_opacity("zones", 0.9)
    stack.set_opacity("zones", asked)
    assert stack.view("zones").opacity == given


def test_moving_up_passes_the_next_layer_that_is_shown(stack: LayerStack) -> None:
    assert not stack.view("industrial_parks").visible
    passed = stack.move_up("wings")
    assert passed is not None and passed.id == "lakes"
    assert ids(stack).index("wings") == ids(stack).index("lakes") + 1


def test_moving_down_undoes_moving_up_among_shown_layers(stack: LayerStack) -> None:
    shown = [view.layer.id for view in stack.views if view.visible]
    stack.move_up("wings")
    stack.move_down("wings")
    assert [view.layer.id for view in stack.views if view.visible] == shown


def test_the_top_layer_cannot_go_up(stack: LayerStack) -> None:
    heard: list[list[str]] = []
    stack.layer_order_changed.connect(heard.append)
    assert stack.move_up(ids(stack)[-1]) is None
    assert heard == []


def test_order_is_told_from_the_bottom_up(stack: LayerStack) -> None:
    heard: list[list[str]] = []
    stack.layer_order_changed.connect(heard.append)
    stack.move_to("ports", 0)
    assert heard[0][0] == "ports" and ids(stack) == heard[0]


def test_an_unknown_layer_is_named_with_those_that_are_known(stack: LayerStack) -> None:
    with pytest.raises(LayerUnknown) as caught:
        stack.set_visible("no-such", True)
    assert "ports" in caught.value.known


def test_layers_come_back_as_they_were_left(stack: LayerStack) -> None:
    stack.set_visible("ports", False)
    stack.set_opacity("zones", 0.25)
    stack.move_to("wings", 0)
    again = LayerStack(remembered_views(first_view(SHIPPED_LAYERS), stack.settings()))
    assert again.views == stack.views


def test_a_new_layer_finds_its_place_and_a_gone_one_is_forgotten() -> None:
    first = first_view(SHIPPED_LAYERS)
    remembered = [LayerSetting(view.layer.id, view.visible, view.opacity) for view in first]
    remembered = [setting for setting in remembered if setting.id != "wings"]
    remembered.append(LayerSetting("gone", True, 1.0))
    views = remembered_views(first, remembered)
    assert [view.layer.id for view in views] == [view.layer.id for view in first]


def test_a_layer_that_comes_back_is_where_and_as_it_was(stack: LayerStack) -> None:
    stack.set_visible("ports", False)
    stack.set_opacity("ports", 0.3)
    before, layer = stack.views, stack.layer("ports")
    stack.remove("ports")
    assert "ports" not in ids(stack)
    stack.add(layer)
    assert stack.views == before


def test_a_layer_that_is_new_stands_on_top(stack: LayerStack) -> None:
    layer = stack.layer("ports")
    other = LayerStack([view for view in stack.views if view.layer.id != "ports"])
    other.add(layer)
    assert ids(other)[-1] == "ports" and other.view("ports").visible is layer.visible
