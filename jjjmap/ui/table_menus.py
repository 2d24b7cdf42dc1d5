"""The menus of a user's table: of its columns, of a header, of a cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import QObject, QPoint, Qt, Signal
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QMenu, QWidget

from jjjmap.i18n import _
from jjjmap.layers.tables.cells import plain_text, shown_text
from jjjmap.layers.tables.filters import Condition, FilterOp
from jjjmap.ui.feature_table_view import FeatureTableView
from jjjmap.ui.models.feature_table_model import FeatureTableModel

LONGEST_NAME = 60
LONGEST_VALUE = 20


class TableMenus(QObject):
    """Offers what can be done with a column or a cell, and says what was chosen."""

    statistics_wished = Signal(int)  # number of a column
    condition_wished = Signal(object)  # Condition, whole
    column_filter_wished = Signal(str)  # name of a column whose condition is still to be written
    row_opened = Signal(int)  # number of a row in the table
    zoom_wished = Signal()
    copy_wished = Signal()

    def __init__(self, table: FeatureTableView, model: FeatureTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._table = table
        self._model = model
        self.columns_menu = QMenu(parent)
        self.columns_menu.aboutToShow.connect(self._fill_columns_menu)
        table.customContextMenuRequested.connect(self._show_cell_menu)
        table.horizontalHeader().customContextMenuRequested.connect(self._show_header_menu)

    def show_column(self, number: int, is_shown: bool) -> None:
        """Show or hide a column; the last one stays."""
        if is_shown or len(self._table.shown_columns()) > 1:
            self._table.setColumnHidden(number, not is_shown)

    def header_menu(self, number: int) -> QMenu:
        """Return what can be done with a column."""
        column = self._model.columns[number].name
        header = self._table.horizontalHeader()
        up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        menu = self._menu()
        menu.addAction(_("升序"), lambda: header.setSortIndicator(number, up))
        menu.addAction(_("降序"), lambda: header.setSortIndicator(number, down))
        menu.addAction(_("文件里的次序"), lambda: header.setSortIndicator(-1, up))
        menu.addSeparator()
        menu.addAction(_("按这一列筛选"), lambda: self.column_filter_wished.emit(column))
        menu.addAction(_("统计…"), lambda: self.statistics_wished.emit(number))
        menu.addSeparator()
        menu.addAction(_("隐藏这一列"), lambda: self.show_column(number, False))
        return menu

    def cell_menu(self, place: int, number: int) -> QMenu:
        """Return what can be done with a cell and its row."""
        column = self._model.columns[number].name
        value = self._model.value_at(self._model.index(place, number))
        row = int(self._model.rows[place])
        menu = self._menu()
        menu.addAction(_("在地图上看这一行"), lambda: self.row_opened.emit(row))
        menu.addAction(_("缩放到所选"), self.zoom_wished.emit)
        menu.addSeparator()
        menu.addAction(_("复制行"), self.copy_wished.emit)
        menu.addAction(_("复制单元格"), lambda: QGuiApplication.clipboard().setText(plain_text(value)))
        menu.addSeparator()
        menu.addAction(_narrowing_text(column, value), self._narrowing(column, value))
        menu.addAction(_("统计这一列…"), lambda: self.statistics_wished.emit(number))
        return menu

    def _menu(self) -> QMenu:
        menu = QMenu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _narrowing(self, column: str, value: Any) -> Callable[[], None]:
        return lambda: self.condition_wished.emit(condition_of(column, value))

    def _fill_columns_menu(self) -> None:
        menu, header = self.columns_menu, self._table.horizontalHeader()
        menu.clear()
        menu.addAction(_("全部显示"), self._show_all_columns)
        menu.addSeparator()
        for number, column in enumerate(self._model.columns):
            action = menu.addAction(_menu_text(" ".join(column.name.split())[:LONGEST_NAME]))
            action.setCheckable(True)
            action.setChecked(not header.isSectionHidden(number))
            action.toggled.connect(lambda is_on, number=number: self.show_column(number, is_on))

    def _show_all_columns(self) -> None:
        for number in range(self._model.columnCount()):
            self._table.setColumnHidden(number, False)

    def _show_header_menu(self, where: QPoint) -> None:
        header = self._table.horizontalHeader()
        number = header.logicalIndexAt(where)
        if 0 <= number < len(self._model.columns):
            self.header_menu(number).popup(header.viewport().mapToGlobal(where))

    def _show_cell_menu(self, where: QPoint) -> None:
        index = self._table.indexAt(where)
        if index.isValid():
            menu = self.cell_menu(index.row(), index.column())
            menu.popup(self._table.viewport().mapToGlobal(where))


def condition_of(column: str, value: Any) -> Condition:
    """Return the condition that rows have this value in a column."""
    if isinstance(value, bool):
        return Condition(FilterOp.TRUE if value else FilterOp.FALSE, column)
    text = plain_text(value)
    return Condition(FilterOp.EQUALS, column, (text,)) if text.strip() else Condition(FilterOp.EMPTY, column)


def _narrowing_text(column: str, value: Any) -> str:
    said = shown_text(value)
    if not said:
        return _menu_text(_("只看“{column}”为空的行").format(column=column))
    short = said if len(said) <= LONGEST_VALUE else f"{said[: LONGEST_VALUE - 1]}…"
    return _menu_text(_("只看“{column}”为“{value}”的行").format(column=column, value=short))


def _menu_text(text: str) -> str:
    """Return a text in which no letter becomes a key."""
    return text.replace("&", "&&")
