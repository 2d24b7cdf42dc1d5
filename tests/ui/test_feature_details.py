"""A feature of the user's in the details dock: its row, where it lies, what the catalogue knows of that."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language, use_language
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import Column, ColumnRole, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.session.layers.user_features import UserFeatures
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.selection import Selection
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.workspace import Workspace
from jjjmap.ui.panels.details_panel import DetailsPanel, Tab

HOSTILE = "<img src=x onerror=alert(1)>&lt;b&gt;"
# In Caofeidian, in Mongolia, and nowhere.
TABLE = FeatureTable(
    pa.table({"名称": ["甲厂", HOSTILE, "丙厂"], "产值": [1.5, None, 3.0], HOSTILE: ["", "丁", "戊"]}),
    Geometry.POINT,
    np.array([118.45, 100.0, np.nan]),
    np.array([39.2, 47.0, np.nan]),
)
COLUMNS = tuple(
    Column(each.name, each.kind, ColumnRole.NAME if each.name == "名称" else ColumnRole.NONE)
    for each in TABLE.columns
)
FACTS = LayerFacts(
    "企业", f"{HOSTILE}.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, Geometry.POINT, COLUMNS, 3, 1,
    0, 0, None,
)  # fmt: skip


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    return Workspace(catalogue)


@pytest.fixture
def layers(qtbot: QtBot, tmp_path: Path) -> UserLayers:
    return UserLayers(UserLayerStore(tmp_path / "layers"), TaskRunner())


@pytest.fixture
def layer_id(layers: UserLayers, qtbot: QtBot) -> str:
    with qtbot.waitSignal(layers.opened) as opened:
        layers.add_reckoned("打开", "企业.csv", lambda: (FACTS, TABLE))
    return opened.args[0].layer_ids[0]


@pytest.fixture
def panel(workspace: Workspace, layers: UserLayers, qtbot: QtBot) -> DetailsPanel:
    selection = Selection()
    made = DetailsPanel(workspace, selection, features=UserFeatures(workspace, layers))
    made.selection_in_test = selection  # type: ignore[attr-defined]  # kept alive
    selection.place_chosen.connect(made.show_place)
    selection.feature_chosen.connect(made.show_feature)
    selection.selection_cleared.connect(made.show_nothing)
    selection.candidates_changed.connect(made.show_candidates)
    qtbot.addWidget(made)
    made.resize(380, 700)
    made.show()
    return made


def choose(panel: DetailsPanel, chosen_id: str) -> None:
    panel.selection_in_test.choose(chosen_id, fly=False)  # type: ignore[attr-defined]


def test_a_row_is_shown_with_its_attributes_and_where_it_lies(panel, layer_id):
    choose(panel, feature_id(layer_id, 0))
    assert panel.name_label.text() == "甲厂"
    assert panel.other_name_label.text() == "图层：企业"
    assert panel.kind_label.text() == "我的数据 · 点"
    assert not panel.evidence_chip.isVisible()
    text = panel.overview.toPlainText()
    for said in ("产值", "1.5", "118.45000, 39.20000", "曹妃甸区", "唐山市", "最近的地点", "公里"):
        assert said in text
    assert f"没有填写：{HOSTILE}" in text


def test_the_other_tabs_speak_of_the_place_that_the_user_picks(panel, layer_id, workspace):
    choose(panel, feature_id(layer_id, 0))
    ids = [panel.subject_box.itemData(row) for row in range(panel.subject_box.count())]
    assert {"130209", "130200", "130000"} <= set(ids)
    row = ids.index("130200")
    panel.subject_box.setCurrentIndex(row)
    panel.subject_box.activated.emit(row)
    panel.show_tab(Tab.FIGURES)
    figures = workspace.details("130200").figures
    assert panel.tabs.tabText(Tab.FIGURES) == f"数据 {len(figures)}"
    assert len(panel.figures.model.figures) == len(figures) > 0
    # What was picked holds when the row is written anew, as in another language.
    panel.retranslate()
    assert panel.subject_box.currentData() == "130200"


def test_links_lead_to_places(panel, layer_id, qtbot):
    choose(panel, feature_id(layer_id, 0))
    with qtbot.waitSignal(panel.place_requested) as requested:
        panel.overview.link_followed.emit("place", "130209")
    assert requested.args == ["130209"]


def test_what_looks_like_markup_stays_text(panel, layer_id):
    choose(panel, feature_id(layer_id, 1))
    assert panel.name_label.text() == HOSTILE
    assert panel.name_label.textFormat() == Qt.TextFormat.PlainText
    text = panel.overview.toPlainText()
    assert text.count(HOSTILE) >= 2  # As a column and as a value, and in the name of the file.
    assert "<img" not in panel.overview.toHtml().replace("&lt;img", "")


def test_outside_of_the_region_there_is_no_policy_and_that_is_said(panel, layer_id):
    choose(panel, feature_id(layer_id, 0))
    panel.show_tab(Tab.POLICY)
    assert panel.policy.toPlainText()
    choose(panel, feature_id(layer_id, 1))
    assert panel.policy.toPlainText() == ""
    assert "不在京津冀范围内" in panel.subject_label.text()
    assert not panel.subject_box.isVisible()
    assert panel.tabs.tabText(Tab.POLICY) == "政策 0"


def test_a_row_without_position_says_so(panel, layer_id):
    choose(panel, feature_id(layer_id, 2))
    assert "没有位置" in panel.subject_label.text()
    assert "没有坐标" in panel.overview.toPlainText()


def test_a_place_after_a_feature_shows_its_figures_again(panel, layer_id):
    panel.show_tab(Tab.FIGURES)
    choose(panel, "130200")
    shown = len(panel.figures.model.figures)
    choose(panel, feature_id(layer_id, 2))
    assert not panel.figures.isVisible()
    choose(panel, "130200")
    assert panel.figures.isVisible() and len(panel.figures.model.figures) == shown
    assert not panel.subject_label.isVisible()


def test_the_map_is_asked_to_go_to_the_feature(panel, layer_id, qtbot):
    choose(panel, feature_id(layer_id, 0))
    with qtbot.waitSignal(panel.locate_requested) as requested:
        panel.locate_button.click()
    assert requested.args == [feature_id(layer_id, 0)]


def test_features_and_places_under_a_click_are_told_apart(panel, layer_id):
    panel.selection_in_test.offer([feature_id(layer_id, 0), "130209"])
    texts = [panel.candidates_box.itemText(row) for row in range(panel.candidates_box.count())]
    assert texts[0] == "甲厂（企业）" and texts[1].startswith("曹妃甸区（")


def test_a_name_without_a_place_to_break_does_not_widen_the_dock(panel, layer_id):
    choose(panel, feature_id(layer_id, 0))
    before = panel.minimumSizeHint().width()
    panel.name_label.setText("W" * 120)
    assert panel.minimumSizeHint().width() == before


def test_it_speaks_english(panel, layer_id, workspace):
    choose(panel, feature_id(layer_id, 0))
    use_language(Language.EN)
    workspace.set_language(Language.EN)
    try:
        panel.retranslate()
        assert panel.other_name_label.text() == "Layer: 企业"
        assert "Caofeidian" in panel.overview.toPlainText()
    finally:
        workspace.set_language(Language.ZH)
