"""The model of a user's table, and how its rows are chosen."""

import numpy as np
import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from user_layer_fixtures import firms

from jjjmap.ui.feature_table_view import FeatureTableView
from jjjmap.ui.models.feature_table_model import FeatureTableModel


@pytest.fixture
def model(qtbot: QtBot) -> FeatureTableModel:
    made = FeatureTableModel()
    made.show_table(firms())
    return made


@pytest.fixture
def view(model: FeatureTableModel, qtbot: QtBot) -> FeatureTableView:
    made = FeatureTableView(model)
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.show()
    return made


def click(
    view: FeatureTableView,
    qtbot: QtBot,
    place: int,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
) -> None:
    where = view.visualRect(view.model().index(place, 1)).center()
    qtbot.mouseClick(view.viewport(), button, modifier, where)


def test_the_model_keeps_the_rules_of_qt(model: FeatureTableModel, qtmodeltester: ModelTester) -> None:
    model.show_rows(np.array([3, 1, 5]))
    qtmodeltester.check(model)


def test_cells_are_shown_for_people(model: FeatureTableModel) -> None:
    texts = [model.index(1, column).data() for column in range(model.columnCount())]
    assert texts == ["甲厂", "轴承", "2,000", "2019", "2019-05-31", "否"]
    assert model.index(5, 2).data() == ""
    assert model.index(0, 2).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert model.index(0, 0).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignLeft


def test_rows_keep_their_numbers_whatever_their_order(model: FeatureTableModel) -> None:
    model.show_rows(np.array([3, 1]))
    assert [model.headerData(place, Qt.Orientation.Vertical) for place in range(2)] == [4, 2]
    assert [model.place_of(row) for row in (1, 3, 0, 99, -1)] == [1, 0, -1, -1, -1]
    assert model.index(0, 0).data() == "丁厂"


def test_a_text_that_looks_like_markup_is_a_text(model: FeatureTableModel) -> None:
    tip = model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert tip == "<qt>名称（文本）</qt>"


def test_clicks_choose_rows_as_everywhere(view: FeatureTableView, qtbot: QtBot) -> None:
    click(view, qtbot, 1)
    assert view.chosen.rows.tolist() == [1]
    click(view, qtbot, 3, Qt.KeyboardModifier.ShiftModifier)
    assert view.chosen.rows.tolist() == [1, 2, 3]
    click(view, qtbot, 5, Qt.KeyboardModifier.ControlModifier)
    assert view.chosen.rows.tolist() == [1, 2, 3, 5]
    click(view, qtbot, 2, Qt.KeyboardModifier.ControlModifier)
    assert view.chosen.rows.tolist() == [1, 3, 5]
    click(view, qtbot, 0)
    assert view.chosen.rows.tolist() == [0]


def test_keys_choose_rows_as_everywhere(view: FeatureTableView, qtbot: QtBot) -> None:
    click(view, qtbot, 1)
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.chosen.rows.tolist() == [1, 2]
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.chosen.rows.tolist() == [3]
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.chosen.count == 6


def test_a_menu_on_chosen_rows_leaves_them_chosen(view: FeatureTableView, qtbot: QtBot) -> None:
    view.chosen.show_chosen(np.array([1, 2]))
    click(view, qtbot, 2, button=Qt.MouseButton.RightButton)
    assert view.chosen.rows.tolist() == [1, 2]
    click(view, qtbot, 4, button=Qt.MouseButton.RightButton)
    assert view.chosen.rows.tolist() == [4]


def test_chosen_rows_stay_chosen_when_the_table_is_sorted(
    view: FeatureTableView, model: FeatureTableModel, qtbot: QtBot
) -> None:
    click(view, qtbot, 1)
    model.show_rows(np.array([5, 4, 3, 2, 1, 0]))
    assert view.chosen.rows.tolist() == [1]
    click(view, qtbot, 0, Qt.KeyboardModifier.ControlModifier)
    assert view.chosen.rows.tolist() == [1, 5]
    model.show_table(firms(3))
    assert view.chosen.count == 0


def test_what_is_chosen_elsewhere_is_shown_but_not_told(view: FeatureTableView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.chosen.rows_changed):
        view.chosen.show_chosen(np.array([0, 4, 77]))
    assert view.chosen.rows.tolist() == [0, 4]


def test_a_header_sorts_up_down_and_back(view: FeatureTableView, qtbot: QtBot) -> None:
    wished: list[tuple[int, Qt.SortOrder]] = []
    view.sort_wished.connect(lambda number, order: wished.append((number, order)))
    header = view.horizontalHeader()
    where = QPoint(header.sectionViewportPosition(2) + 20, header.height() // 2)
    for _number in range(3):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
    up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
    assert wished[:2] == [(2, up), (2, down)] and wished[2][0] == -1


def test_enter_and_a_double_click_open_a_row(view: FeatureTableView, qtbot: QtBot) -> None:
    click(view, qtbot, 2)
    with qtbot.waitSignal(view.row_opened) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == [2]
    where = view.visualRect(view.model().index(3, 1)).center()
    click(view, qtbot, 3)
    with qtbot.waitSignal(view.row_opened) as opened:
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert opened.args == [3]


def test_columns_are_named_in_the_order_in_which_they_stand(view: FeatureTableView) -> None:
    view.horizontalHeader().moveSection(0, 2)
    view.setColumnHidden(1, True)
    assert view.shown_columns() == ["资本", "名称", "年份", "成立", "高新"]
