"""A row is chosen whatever keys are held."""

from pytestqt.qtbot import QtBot
from qtpy.QtCore import QStringListModel, Qt
from qtpy.QtWidgets import QApplication, QTableView

from jjjmap.ui.table_rows import choose_row


def test_a_row_stays_chosen_while_ctrl_is_held(qtbot: QtBot) -> None:
    table = QTableView()
    qtbot.addWidget(table)
    model = QStringListModel(["甲", "乙"])
    table.setModel(model)
    qtbot.keyPress(table, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.ControlModifier
    for row in (0, 0, 1):
        choose_row(table, row)
        assert [index.row() for index in table.selectionModel().selectedRows()] == [row]
        assert table.currentIndex().row() == row
    qtbot.keyRelease(table, Qt.Key.Key_Control)
