"""Tests of the layers dock and its models."""

from typing import Any

import pytest
from fakes import FakeMap
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QModelIndex, Qt
from qtpy.QtGui import QIcon

from jjjmap.i18n import Language
from jjjmap.maps.bridge import SelectFeature
from jjjmap.session.session import Session
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.models.layer_tree_model import LayerTreeModel, NodeType, Role
from jjjmap.ui.models.place_filter import PlaceFilter
from jjjmap.ui.panels.layers_panel import LayersPanel


def rows(model: Any, parent: QModelIndex | None = None) -> dict[str, Any]:
    """Return the tree as nested dicts of texts."""
    parent = parent or QModelIndex()
    return {
        model.index(row, 0, parent).data(): rows(model, model.index(row, 0, parent))
        for row in range(model.rowCount(parent))
    }


@pytest.fixture
def model(session: Session, qapp: object) -> LayerTreeModel:
    return LayerTreeModel(session.workspace, session.layers, lambda layer, value: QIcon())


@pytest.fixture
def panel(window: MainWindow) -> LayersPanel:
    return window.layers_panel


def test_the_tree_is_a_sound_model(model: LayerTreeModel, qtmodeltester: Any) -> None:
    qtmodeltester.check(model)


def test_the_filtered_tree_is_a_sound_model(model: LayerTreeModel, qtmodeltester: Any) -> None:
    proxy = PlaceFilter()
    proxy.setSourceModel(model)
    proxy.look_for("甲")
    qtmodeltester.check(proxy)


def test_places_stand_below_their_layers(model: LayerTreeModel) -> None:
    tree = rows(model)
    assert list(tree["空间格局"]["四大战略合作功能区"]) == ["甲县功能区"]
    assert list(tree["承接平台"]["现代制造业"]) == ["甲园"]
    assert list(tree["产业集群与产业链"]["产业集群"]["甲乙名单"]) == ["乙县轴承集群"]


def test_platforms_show_their_evidence_as_dots(model: LayerTreeModel) -> None:
    index = model.index_of_place("jia-park").siblingAtColumn(1)
    assert index.data() == "●○○"
    assert "津冀自列名单" in index.siblingAtColumn(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_ticking_a_layer_shows_it(model: LayerTreeModel, session: Session) -> None:
    index = model.index_of_layer("ports")
    assert model.setData(index, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert not session.layers.view("ports").visible
    assert index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked


def test_a_group_is_half_ticked_when_some_of_it_is_hidden_and_ticks_all(
    model: LayerTreeModel, session: Session
) -> None:
    session.layers.set_visible("wings", False)
    group = model.index_of_layer("wings").parent()
    assert group.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.PartiallyChecked
    model.setData(group, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert session.layers.view("wings").visible


@pytest.mark.parametrize("looked_for", ["甲工业园", "jia park", "JIA  PARK", "甲园"])
def test_the_filter_finds_names_aliases_and_english(model: LayerTreeModel, looked_for: str) -> None:
    proxy = PlaceFilter()
    proxy.setSourceModel(model)
    proxy.look_for(looked_for)
    assert rows(proxy) == {"承接平台": {"现代制造业": {"甲园": {}}}}


def test_the_filter_keeps_all_places_of_a_layer_that_it_names(model: LayerTreeModel) -> None:
    proxy = PlaceFilter()
    proxy.setSourceModel(model)
    proxy.look_for("承接平台")
    assert rows(proxy) == {"承接平台": {"现代制造业": {"甲园": {}}}}


def test_filtering_unfolds_and_enter_chooses_the_first_place(
    panel: LayersPanel, session: Session, fake_map: FakeMap, qtbot: QtBot
) -> None:
    qtbot.keyClicks(panel.filter_line, "jia park")
    first = panel.proxy.index(0, 0)
    assert panel.tree.isExpanded(first)
    qtbot.keyClick(panel.filter_line, Qt.Key.Key_Return)
    assert session.selection.place_id == "jia-park"
    call = fake_map.calls[-1]
    assert isinstance(call, SelectFeature) and call.fly


def test_enter_in_the_tree_chooses_and_flies(panel: LayersPanel, session: Session, qtbot: QtBot) -> None:
    panel.tree.setCurrentIndex(panel.proxy.mapFromSource(panel.model.index_of_place("jia-zone")))
    assert session.selection.place_id == ""
    qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    assert session.selection.place_id == "jia-zone"


def test_a_real_click_on_a_place_chooses_it_every_time(
    panel: LayersPanel, session: Session, fake_map: FakeMap, qtbot: QtBot
) -> None:
    index = panel.proxy.mapFromSource(panel.model.index_of_place("jia-zone"))
    panel.tree.scrollTo(index)
    where = panel.tree.visualRect(index).center()
    for _time in range(2):
        qtbot.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert session.selection.place_id == "jia-zone"
    assert len(fake_map.of(SelectFeature)) == 2


def test_a_place_chosen_on_the_map_is_marked_and_unmarked(panel: LayersPanel, session: Session) -> None:
    session.selection.offer(["jia-park"])
    assert panel.tree.currentIndex().data(Role.ID) == "jia-park"
    session.selection.clear()
    assert panel.tree.selectionModel().selectedRows() == []


def test_filtering_never_marks_another_place(panel: LayersPanel, session: Session) -> None:
    session.selection.offer(["jia-park"])
    panel.filter_line.setText("乙县轴承")
    assert panel.tree.currentIndex().data(Role.TYPE) != NodeType.PLACE
    panel.filter_line.clear()
    assert panel.tree.currentIndex().data(Role.ID) == "jia-park"


def test_the_slider_and_buttons_act_on_the_layer_of_the_current_row(
    panel: LayersPanel, window: MainWindow, session: Session
) -> None:
    assert not panel.opacity_slider.isEnabled()
    session.selection.offer(["jia-zone"])
    panel.opacity_slider.setValue(40)
    assert session.layers.view("zones").opacity == 0.4
    before = [view.layer.id for view in session.layers.views]
    panel.up_button.click()
    assert [view.layer.id for view in session.layers.views] != before
    assert "两翼" in window.status.currentMessage()
    assert panel.tree.currentIndex().data(Role.ID) == "jia-zone"


def test_the_tree_keeps_what_was_unfolded_when_the_language_changes(
    panel: LayersPanel, session: Session
) -> None:
    session.selection.offer(["jia-zone"])
    zones = panel.proxy.mapFromSource(panel.model.index_of_layer("zones"))
    assert panel.tree.isExpanded(zones)
    session.workspace.set_language(Language.EN)
    zones = panel.proxy.mapFromSource(panel.model.index_of_layer("zones"))
    assert zones.data() == "Four strategic cooperation zones" and panel.tree.isExpanded(zones)


def test_the_context_menu_names_what_it_does(panel: LayersPanel, qtbot: QtBot) -> None:
    index = panel.proxy.mapFromSource(panel.model.index_of_layer("ports"))
    panel.tree.scrollTo(index)
    panel.tree.customContextMenuRequested.emit(panel.tree.visualRect(index).center())
    menus = [child for child in panel.children() if type(child).__name__ == "QMenu"]
    texts = [action.text() for action in menus[0].actions() if action.text()]
    assert texts[0] == "隐藏图层" and len(texts) == 4
    menus[0].close()
