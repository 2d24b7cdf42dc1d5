"""Choosing a row of a table for the user."""

from qtpy.QtCore import QItemSelectionModel
from qtpy.QtWidgets import QTableView


def choose_row(table: QTableView, row: int) -> None:
    """Choose a row and no other, whatever keys are held.

    `QTableView.selectRow` heeds them: with Ctrl down, as in the midst of Ctrl+Z, it takes a chosen row away.
    """
    flag = QItemSelectionModel.SelectionFlag
    table.selectionModel().setCurrentIndex(table.model().index(row, 0), flag.ClearAndSelect | flag.Rows)
