from pathlib import Path

import pyarrow as pa
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language, use_language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import Column, ColumnRole, FileFormat, LayerFacts
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.session.layers.placing import Placing
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.workspace import Workspace
from jjjmap.ui.models.placing_model import LEVEL, PLACE, PlacingFilter
from jjjmap.ui.panels.placing_panel import PlacingPanel
from jjjmap.ui.table_rows import choose_row

COLUMNS = (Column("名称", role=ColumnRole.NAME), Column("地址", role=ColumnRole.ADDRESS))
ROWS = pa.table(
    {
        "名称": ["甲厂", "乙厂", "<b>丙</b>", "丁厂"],
        "地址": ["桥西区中华大街", "天津市武清区", "详见附件", "桥西区中华大街"],
    }
)
FACTS = LayerFacts(
    "名单", "名单.csv", "", FileFormat.CSV, "utf-8", "", "", 0.0, None, COLUMNS, 4, 4, 0, 0, None
)


@pytest.fixture
def placing(qtbot: QtBot, tmp_path: Path) -> Placing:
    layers = UserLayers(UserLayerStore(tmp_path / "layers"), TaskRunner())
    with qtbot.waitSignal(layers.opened):
        layers.add_reckoned("打开", "名单.csv", lambda: (FACTS, FeatureTable(ROWS)))
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    placing = Placing(Workspace(catalogue), layers)
    placing.layers_in_test = layers  # type: ignore[attr-defined]  # kept alive
    return placing


@pytest.fixture
def panel(placing: Placing, qtbot: QtBot) -> PlacingPanel:
    panel = PlacingPanel(placing)
    qtbot.addWidget(panel)
    panel.resize(1_000, 300)
    panel.show()
    layer_id = placing.layers_in_test.layers[0].id  # type: ignore[attr-defined]
    with qtbot.waitSignal(placing.placed, timeout=20_000):
        placing.place(layer_id)
    return panel


def show(panel: PlacingPanel, wanted: PlacingFilter) -> None:
    panel.filter_box.setCurrentIndex(list(PlacingFilter).index(wanted))


def test_an_empty_panel_says_what_to_do(placing: Placing, qtbot: QtBot) -> None:
    panel = PlacingPanel(placing)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.empty_label.isVisible()


def test_the_item_model_keeps_qts_rules(panel: PlacingPanel, qtmodeltester: object) -> None:
    qtmodeltester.check(panel.model)  # type: ignore[attr-defined]


def test_filters_show_what_needs_a_person(panel: PlacingPanel) -> None:
    show(panel, PlacingFilter.AMBIGUOUS)
    assert panel.model.rows.tolist() == [0, 3]
    show(panel, PlacingFilter.UNPLACED)
    assert panel.model.rows.tolist() == [2]
    assert "（1）" in panel.filter_box.currentText()
    show(panel, PlacingFilter.ALL)
    panel.filter_line.setText("武清")
    panel._show_rows()
    assert panel.model.rows.tolist() == [1]


def test_a_candidate_is_chosen_for_all_rows_with_that_address(panel: PlacingPanel) -> None:
    choose_row(panel.table, 0)
    assert panel.candidates.count() == 2
    panel.candidates.itemActivated.emit(panel.candidates.item(0))
    texts = [panel.model.index(row, PLACE).data() for row in (0, 3)]
    assert texts == ["石家庄市桥西区", "石家庄市桥西区"]
    assert panel.undo_action.isEnabled()
    panel.undo_action.trigger()
    assert panel.model.index(0, LEVEL).data() == "有歧义"


def test_a_place_can_be_written(panel: PlacingPanel) -> None:
    choose_row(panel.table, 2)
    panel.place_line.setText("石家庄市桥西区")
    panel.place_line.returnPressed.emit()
    assert panel.model.index(2, PLACE).data() == "石家庄市桥西区"
    assert panel.place_line.text() == ""


def test_a_name_that_is_none_is_told(panel: PlacingPanel, qtbot: QtBot) -> None:
    choose_row(panel.table, 2)
    panel.place_line.setText("没有这个地方")
    with qtbot.waitSignal(panel.told):
        panel.place_line.returnPressed.emit()


def test_the_next_click_on_the_map_places_the_row(panel: PlacingPanel, placing: Placing) -> None:
    choose_row(panel.table, 2)
    panel.point_action.trigger()
    assert placing.is_waiting
    placing.take_point(116.3, 39.97)
    assert panel.model.index(2, PLACE).data() == "北京市海淀区"


def test_a_place_is_shown_on_the_map(panel: PlacingPanel, qtbot: QtBot) -> None:
    choose_row(panel.table, 1)
    with qtbot.waitSignal(panel.place_requested) as asked:
        panel.show_action.trigger()
    assert asked.args[0] == "120114"


def test_names_of_a_list_never_become_markup(panel: PlacingPanel) -> None:
    index = panel.model.index(2, 0)
    assert index.data() == "<b>丙</b>"
    assert index.data(Qt.ItemDataRole.ToolTipRole) is None


def test_it_speaks_both_languages(panel: PlacingPanel) -> None:
    for language in Language:
        use_language(language)
        panel.retranslate()
        assert panel.filter_box.count() == len(PlacingFilter)
        assert panel.table.model().rowCount() == 4


def test_corrections_and_their_undoing_are_told(panel: PlacingPanel, qtbot: QtBot) -> None:
    show(panel, PlacingFilter.AMBIGUOUS)
    choose_row(panel.table, 0)
    assert "双击" in panel.candidates_label.text()
    with qtbot.waitSignal(panel.told) as told:
        panel.candidates.itemActivated.emit(panel.candidates.item(0))
    assert told.args == ["已改动 2 行；Ctrl+Z 撤销。"]
    sentences: list[str] = []
    panel.told.connect(sentences.append)
    panel.undo_action.trigger()
    assert sentences[-1] == "已撤销上一次修正。"
    count = len(sentences)
    panel.undo_action.trigger()
    assert len(sentences) == count
