"""The table of the user's layers."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from openpyxl import load_workbook
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtGui import QGuiApplication
from user_layer_fixtures import add_layer, firms, open_layers

from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language, use_language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import FileFormat, LayerFacts
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.preferences import Preferences
from jjjmap.session.selection import Selection
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.workspace import Workspace
from jjjmap.ui import reckoning, row_copies
from jjjmap.ui.dialogs.save_table_dialog import SaveTableDialog
from jjjmap.ui.messages import Message
from jjjmap.ui.panels.table_panel import TablePanel
from jjjmap.ui.table_menus import condition_of
from jjjmap.ui.table_rows import choose_row


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.cancel_all(wait_ms=10_000)


@pytest.fixture
def layers(tasks: TaskRunner, tmp_path: Path) -> UserLayers:
    return open_layers(tmp_path / "layers", tasks, ("名录", firms()))


@pytest.fixture
def selection(qtbot: QtBot) -> Selection:
    return Selection()


def make_panel(
    layers: UserLayers, selection: Selection, catalogue: Catalogue, tmp_path: Path, qtbot: QtBot
) -> TablePanel:
    preferences = Preferences(tmp_path / "settings.json")
    panel = TablePanel(Workspace(catalogue), layers, selection, preferences)
    qtbot.addWidget(panel)
    panel.resize(1100, 300)
    panel.show()
    return panel


@pytest.fixture
def panel(
    layers: UserLayers, selection: Selection, catalogue: Catalogue, tmp_path: Path, qtbot: QtBot
) -> TablePanel:
    return make_panel(layers, selection, catalogue, tmp_path, qtbot)


def column(panel: TablePanel, number: int = 0) -> list[str]:
    return [panel.model.index(place, number).data() for place in range(panel.model.rowCount())]


def count(panel: TablePanel) -> str:
    return panel.sentence.count_label.text()


def test_without_data_it_says_what_to_do(
    tasks: TaskRunner, selection: Selection, catalogue: Catalogue, tmp_path: Path, qtbot: QtBot
) -> None:
    panel = make_panel(open_layers(tmp_path / "none", tasks), selection, catalogue, tmp_path, qtbot)
    assert panel.note.isVisible() and "还没有打开数据" in panel.note.text()
    assert not panel.save_button.isEnabled()


def test_the_rows_of_a_layer_are_shown(panel: TablePanel) -> None:
    assert panel.layer_box.currentText() == "名录" and count(panel) == "6 行"
    assert column(panel) == ["丙厂", "甲厂", "乙厂", "丁厂", "甲县轴承", "乙县轴承"]


def test_rows_are_sorted_by_a_header_and_back(panel: TablePanel) -> None:
    header = panel.table.horizontalHeader()
    header.setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    assert column(panel, 2) == ["5,000", "4,000", "3,000", "2,000", "1,000", ""]
    header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
    assert column(panel)[:3] == ["丙厂", "丁厂", "甲厂"]
    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    assert column(panel)[0] == "丙厂" and column(panel)[1] == "甲厂"


def test_a_filter_is_kept_with_the_layer_and_counted(panel: TablePanel, layers: UserLayers) -> None:
    panel.sentence.add(Condition(FilterOp.EQUALS, "行业", ("轴承",)), edits=False)
    assert layers.filter(panel.layer_id) == panel.sentence.wanted
    assert count(panel) == "符合 3 / 6 行" and column(panel) == ["甲厂", "丁厂", "乙县轴承"]
    panel.table.horizontalHeader().setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    assert column(panel) == ["丁厂", "甲厂", "乙县轴承"]
    panel.sentence.clear()
    assert layers.filter(panel.layer_id) is None and count(panel) == "6 行"


def test_a_filter_that_was_set_elsewhere_is_shown(panel: TablePanel, layers: UserLayers) -> None:
    gone = Condition(FilterOp.CONTAINS, "没有了", ("甲",))
    layers.set_filter(panel.layer_id, Filter((gone, Condition(FilterOp.MORE, "资本", ("3500",)))))
    text = panel.sentence.sentence.toPlainText()
    assert "⚠ 这一列已经不在表里" in text and "“资本”大于 3500" in text
    assert column(panel) == ["丁厂", "甲县轴承"]


def test_chosen_rows_are_marked_on_the_map_and_a_single_one_is_described(
    panel: TablePanel, layers: UserLayers, selection: Selection, qtbot: QtBot
) -> None:
    panel.table.horizontalHeader().setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    with qtbot.waitSignal(layers.selection_changed):
        choose_row(panel.table, 1)
    assert layers.selected_rows(panel.layer_id).tolist() == [3]
    assert selection.feature_id == f"{panel.layer_id}#3" and "选中 1 行" in count(panel)
    with qtbot.waitSignal(layers.selection_changed):
        panel.table.selectAll()
    assert len(layers.selected_rows(panel.layer_id)) == 6


def test_rows_that_are_marked_on_the_map_are_chosen_and_brought_into_sight(
    panel: TablePanel, layers: UserLayers
) -> None:
    layers.select_rows(panel.layer_id, [4, 5])
    assert panel.table.chosen.rows.tolist() == [4, 5] and panel.table.currentIndex().row() == 4
    told: list[str] = []
    panel.told.connect(told.append)
    layers.set_filter(panel.layer_id, Filter((Condition(FilterOp.UNPLACED),)))
    layers.select_rows(panel.layer_id, [0])
    assert told and "挡在表外" in told[0]


def test_only_chosen_rows_can_be_listed(panel: TablePanel, layers: UserLayers) -> None:
    assert not panel.chosen_button.isEnabled()
    layers.select_rows(panel.layer_id, [1, 4])
    panel.chosen_button.click()
    assert column(panel) == ["甲厂", "甲县轴承"] and count(panel) == "符合 2 / 6 行，选中 2 行"
    layers.select_rows(panel.layer_id, [2])
    assert column(panel) == ["乙厂"]
    panel.chosen_button.click()
    assert count(panel) == "6 行，选中 1 行"


def test_a_row_of_another_layer_that_is_marked_brings_its_table(
    tasks: TaskRunner, selection: Selection, catalogue: Catalogue, tmp_path: Path, qtbot: QtBot
) -> None:
    layers = open_layers(tmp_path / "layers", tasks, ("名录", firms()), ("另一", firms(4)))
    panel = make_panel(layers, selection, catalogue, tmp_path, qtbot)
    first = panel.layer_id
    other = next(each.id for each in layers.layers if each.id != first)
    layers.select_rows(other, [2])
    assert panel.layer_id == other and panel.table.chosen.rows.tolist() == [2]
    with qtbot.waitSignal(layers.selection_changed):
        choose_row(panel.table, 0)
    panel.show_layer(first)
    assert panel.layer_id == first and panel.table.chosen.count == 0


def test_words_are_found_from_row_to_row(panel: TablePanel, qtbot: QtBot) -> None:
    bar = panel.find_bar
    bar.line.setText("轴承")
    qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    assert bar.label.text() == "1 / 4" and panel.table.currentIndex().row() == 1
    assert panel.table.currentIndex().column() == 1
    qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    assert panel.table.currentIndex().row() == 3
    bar.previous_button.click()
    bar.previous_button.click()
    assert panel.table.currentIndex().row() == 5 and bar.label.text() == "4 / 4"
    bar.line.setText("没有的字")
    bar.search()
    assert bar.label.text() == "没有找到" and not bar.next_button.isEnabled()
    bar.line.clear()
    assert bar.label.text() == ""


def test_the_key_for_finding_leads_to_the_line(panel: TablePanel, qtbot: QtBot) -> None:
    panel.table.setFocus()
    with qtbot.waitSignal(panel.table.find_wished):
        qtbot.keyClick(panel.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)


def test_the_map_is_asked_to_show_chosen_rows(panel: TablePanel, layers: UserLayers, qtbot: QtBot) -> None:
    layers.select_rows(panel.layer_id, [1, 3, 5])
    with qtbot.waitSignal(panel.bounds_requested) as asked:
        panel.zoom_button.click()
    assert asked.args == [117.0, 40.0, 119.0, 42.0]
    layers.select_rows(panel.layer_id, [5])
    with qtbot.waitSignal(panel.told) as told:
        panel.zoom()
    assert "没有位置" in told.args[0]


def test_enter_asks_the_map_to_go_to_a_row(panel: TablePanel, qtbot: QtBot) -> None:
    panel.table.setCurrentIndex(panel.model.index(2, 0))
    with qtbot.waitSignal(panel.feature_requested) as asked:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert asked.args == [f"{panel.layer_id}#2"]


def test_chosen_rows_are_copied_in_the_order_in_which_they_stand(
    panel: TablePanel, layers: UserLayers, qtbot: QtBot
) -> None:
    panel.table.horizontalHeader().setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    panel.menus.show_column(1, False)
    layers.select_rows(panel.layer_id, [0, 2])
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert data.text().splitlines()[1:] == [
        "乙厂\t3000\t2020\t2020-05-31\t是",
        "丙厂\t1000\t2018\t2018-05-31\t是",
    ]
    assert data.text().startswith("名称\t资本") and "<td class=t>乙厂</td>" in data.html()


def test_more_than_a_clipboard_holds_is_refused_with_a_way_out(
    panel: TablePanel, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(row_copies, "MOST_CELLS", 12)
    with qtbot.waitSignal(panel.told) as told:
        panel.copy()
    assert "最多复制 2 行" in told.args[0]


def test_listed_rows_are_saved_with_where_they_come_from(
    panel: TablePanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    path = tmp_path / "名录.xlsx"
    monkeypatch.setattr(SaveTableDialog, "ask", lambda *_args: path)
    panel.sentence.add(Condition(FilterOp.EQUALS, "行业", ("轴承",)), edits=False)
    with qtbot.waitSignal(panel.told, timeout=20_000) as told:
        panel.save()
    assert str(path) in told.args[0]
    sheet, origin = load_workbook(path).worksheets
    assert [row[0].value for row in sheet.iter_rows()] == ["名称", "甲厂", "丁厂", "乙县轴承"]
    said = {row[0].value: row[1].value for row in origin.iter_rows()}
    assert said["筛选条件"] == "“行业”等于 “轴承”" and said["行数"] == "3 / 6" and said["来自"] == "名录.csv"


def test_a_file_that_cannot_be_written_is_explained(
    panel: TablePanel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    messages: list[Message],
    qtbot: QtBot,
) -> None:
    monkeypatch.setattr(SaveTableDialog, "ask", lambda *_args: tmp_path / "没有" / "名录.csv")
    panel.save()
    qtbot.waitUntil(lambda: bool(messages))
    assert "没有导出成功" in messages[0].what


def test_a_column_is_summed_up_and_a_value_narrows(panel: TablePanel, layers: UserLayers) -> None:
    panel.show_statistics(2)
    text = panel.statistics.view.toPlainText()
    assert panel.statistics.isVisible() and "15,000" in text and "3,000" in text
    panel.show_statistics(1)
    panel.statistics.view.link_followed.emit("value", "电池")
    assert not panel.statistics.isVisible() and column(panel) == ["丙厂", "乙厂", "甲县轴承"]
    panel.show_statistics(2)
    assert "符合筛选的行" in panel.statistics.view.toPlainText()


def test_menus_offer_what_can_be_done(panel: TablePanel, layers: UserLayers) -> None:
    texts = [action.text() for action in panel.menus.cell_menu(1, 2).actions()]
    assert "只看“资本”为“2,000”的行" in texts
    next(a for a in panel.menus.cell_menu(1, 2).actions() if a.text().startswith("只看")).trigger()
    assert column(panel) == ["甲厂"]
    panel.sentence.clear()
    next(a for a in panel.menus.cell_menu(5, 2).actions() if a.text().startswith("只看")).trigger()
    assert column(panel) == ["乙县轴承"]
    panel.sentence.clear()
    next(a for a in panel.menus.header_menu(2).actions() if a.text() == "降序").trigger()
    assert column(panel)[0] == "甲县轴承"
    assert condition_of("高新", True).op is FilterOp.TRUE


def test_columns_are_hidden_and_shown_and_the_last_one_stays(panel: TablePanel) -> None:
    panel.menus.columns_menu.aboutToShow.emit()
    names = [action for action in panel.menus.columns_menu.actions() if action.isCheckable()]
    for action in names:
        action.trigger()
    assert panel.table.shown_columns() == ["高新"]
    panel.menus.columns_menu.aboutToShow.emit()
    panel.menus.columns_menu.actions()[0].trigger()
    assert len(panel.table.shown_columns()) == 6


def test_each_layer_keeps_its_order_and_its_columns(
    tasks: TaskRunner, selection: Selection, catalogue: Catalogue, tmp_path: Path, qtbot: QtBot
) -> None:
    layers = open_layers(tmp_path / "layers", tasks, ("名录", firms()), ("另一", firms(4)))
    panel = make_panel(layers, selection, catalogue, tmp_path, qtbot)
    first, other = (
        next(each.id for each in layers.layers if each.title == title) for title in ("名录", "另一")
    )
    panel.show_layer(first)
    panel.table.horizontalHeader().setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    panel.menus.show_column(1, False)
    panel.show_layer(other)
    assert count(panel) == "4 行" and len(panel.table.shown_columns()) == 6
    assert column(panel)[0] == "丙厂" and panel.table.horizontalHeader().sortIndicatorSection() == -1
    panel.show_layer(first)
    assert "行业" not in panel.table.shown_columns() and column(panel)[0] == "甲县轴承"


def test_a_layer_that_goes_makes_room(panel: TablePanel, layers: UserLayers) -> None:
    layers.remove(panel.layer_id)
    assert panel.layer_id == "" and panel.note.isVisible() and panel.model.rowCount() == 0
    layers.undo_remove()
    assert panel.model.rowCount() == 6


def test_a_layer_whose_files_are_gone_says_so(
    tasks: TaskRunner, selection: Selection, catalogue: Catalogue, tmp_path: Path, qtbot: QtBot
) -> None:
    layers = open_layers(tmp_path / "layers", tasks, ("名录", firms()))
    for path in (tmp_path / "layers").rglob("*.arrow"):
        path.write_bytes(b"broken")
    panel = make_panel(layers, selection, catalogue, tmp_path, qtbot)
    assert "读不出来" in panel.note.text() and panel.note.isVisible()


def test_many_rows_are_sorted_searched_and_counted_aside(
    panel: TablePanel, layers: UserLayers, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(reckoning, "AT_ONCE_ROWS", 3)
    header = panel.table.horizontalHeader()
    header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
    header.setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: not layers.tasks.running)
    assert column(panel, 2)[0] == "5,000"
    panel.find_bar.line.setText("轴承")
    panel.find_bar.search()
    qtbot.waitUntil(lambda: panel.find_bar.label.text().endswith("/ 4"))
    panel.show_statistics(2)
    assert "正在统计" in panel.statistics.view.toPlainText()
    qtbot.waitUntil(lambda: "15,000" in panel.statistics.view.toPlainText())
    panel.statistics.hide()


def test_nothing_is_read_before_the_panel_is_seen(
    tasks: TaskRunner, selection: Selection, catalogue: Catalogue, tmp_path: Path, qtbot: QtBot
) -> None:
    layers = open_layers(tmp_path / "layers", tasks, ("名录", firms()))
    panel = TablePanel(Workspace(catalogue), layers, selection, Preferences(tmp_path / "settings.json"))
    qtbot.addWidget(panel)
    layer_id = layers.layers[0].id
    layers.set_filter(layer_id, Filter((Condition(FilterOp.TRUE, "高新"),)))
    layers.select_rows(layer_id, [2])
    assert panel.model.table is None
    panel.show()
    assert count(panel) == "符合 3 / 6 行，选中 1 行" and panel.table.chosen.rows.tolist() == [2]


def test_it_speaks_another_language(panel: TablePanel) -> None:
    use_language(Language.EN)
    panel.retranslate()
    use_language(Language.ZH)
    panel.retranslate()
    assert panel.copy_button.text() == "复制" and count(panel) == "6 行"


def test_a_million_rows_are_a_list_of_numbers(
    tasks: TaskRunner, selection: Selection, catalogue: Catalogue, tmp_path: Path, qtbot: QtBot
) -> None:
    layers = open_layers(tmp_path / "layers", tasks)
    add_layer(UserLayerStore(tmp_path / "layers"), "大", firms(300_000))
    layers = UserLayers(UserLayerStore(tmp_path / "layers"), tasks)
    panel = make_panel(layers, selection, catalogue, tmp_path, qtbot)
    panel.table.scrollToBottom()
    assert panel.model.index(299_999, 0).data() == "乙县轴承"
    layers.select_rows(panel.layer_id, np.arange(0, 300_000, 3))
    assert panel.table.chosen.count == 100_000 and panel.table.selectionModel().selection().size() == 0


def test_a_table_without_positions_offers_the_two_ways_to_the_map(
    layers: UserLayers, panel: TablePanel, qtbot: QtBot
) -> None:
    assert panel.place_button.isHidden() and panel.join_button.isHidden()
    with qtbot.waitSignal(layers.opened):
        add_rows(layers, "名单")
    assert panel.layer_id == layers.layers[-1].id
    assert not panel.place_button.isHidden() and not panel.join_button.isHidden()
    for button, wish in (
        (panel.place_button, panel.placing_requested),
        (panel.join_button, panel.join_requested),
    ):
        with qtbot.waitSignal(wish) as asked:
            button.click()
        assert asked.args == [panel.layer_id]


def test_rows_that_were_just_opened_are_shown_where_the_user_looks_at_rows(
    layers: UserLayers, panel: TablePanel, qtbot: QtBot
) -> None:
    before = panel.layer_id
    panel.hide()
    with qtbot.waitSignal(layers.opened):
        add_rows(layers, "没人看")
    assert panel.layer_id == before
    panel.show()
    with qtbot.waitSignal(layers.opened):
        add_rows(layers, "新的")
    assert panel.layer_box.currentText() == "新的"


def add_rows(layers: UserLayers, title: str) -> None:
    table = FeatureTable(pa.table({"名称": ["甲厂"]}))
    facts = LayerFacts(
        title, title, "", FileFormat.CSV, "", "", "", 0.0, None, table.columns, 1, 1, 0, 0, None
    )
    layers.add_reckoned("打开", title, lambda: (facts, table))
