"""The rows of a user's layer for a table view: only what is seen is read, the order is a list of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jjjmap.i18n import _
from jjjmap.layers.opening.records import Column, ColumnKind
from jjjmap.layers.tables.cells import groups_thousands, plain_text, shown_text
from jjjmap.ui.richtext import tooltip

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable

Index = QModelIndex | QPersistentModelIndex
Rows = npt.NDArray[np.int64]

LONGEST_TOOLTIP = 1_000
_AT_RIGHT = (ColumnKind.INTEGER, ColumnKind.NUMBER)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def kind_name(kind: ColumnKind) -> str:
    """Return what the values of a column are, in a word."""
    return {
        ColumnKind.TEXT: _("文本"),
        ColumnKind.INTEGER: _("整数"),
        ColumnKind.NUMBER: _("数"),
        ColumnKind.BOOLEAN: _("是否"),
        ColumnKind.DATE: _("日期"),
        ColumnKind.TIME: _("时间"),
    }[kind]


class FeatureTableModel(QAbstractTableModel):
    """Shows some rows of a table in some order.

    A row of the view is a place in this order; a row of the table keeps its number, whatever is sorted.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table: FeatureTable | None = None
        self._columns: tuple[Column, ...] = ()
        self._rows: Rows = np.empty(0, dtype=np.int64)
        self._place_of_row: npt.NDArray[np.int32] | None = None
        self._grouped: dict[int, bool] = {}

    def show_table(self, table: FeatureTable | None) -> None:
        """Show all rows of a table in the order of the file; None for nothing."""
        self.beginResetModel()
        self._table = table
        self._columns = table.columns if table is not None else ()
        self._rows = np.arange(len(table) if table is not None else 0, dtype=np.int64)
        self._place_of_row = None
        self._grouped = {}
        self.endResetModel()

    def show_rows(self, rows: Rows) -> None:
        """Show some rows, in this order."""
        self.beginResetModel()
        self._rows, self._place_of_row = rows, None
        self.endResetModel()

    @property
    def table(self) -> FeatureTable | None:
        """The table; None if there is none."""
        return self._table

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns in the order of the table."""
        return self._columns

    @property
    def rows(self) -> Rows:
        """The numbers of the rows that are shown, in their order."""
        return self._rows

    def place_of(self, row: int) -> int:
        """Return where a row of the table is shown; -1 if it is not."""
        if self._table is None or not 0 <= row < len(self._table):
            return -1
        if self._place_of_row is None:
            places = np.full(len(self._table), -1, dtype=np.int32)
            places[self._rows] = np.arange(len(self._rows), dtype=np.int32)
            self._place_of_row = places
        return int(self._place_of_row[row])

    def value_at(self, index: Index) -> Any:
        """Return the value of a cell as Python has it; None for none."""
        if self._table is None or not index.isValid():
            return None
        return self._table.attributes.column(index.column())[int(self._rows[index.row()])].as_py()

    def _is_grouped(self, column: int) -> bool:
        if column not in self._grouped:
            self._grouped[column] = self._kind(column) is not ColumnKind.INTEGER or self._is_quantity(column)
        return self._grouped[column]

    def _is_quantity(self, column: int) -> bool:
        import pyarrow.compute as pc

        assert self._table is not None  # There are columns.
        ends = pc.min_max(self._table.attributes.column(column))
        lowest, highest = ends["min"].as_py(), ends["max"].as_py()
        return lowest is None or groups_thousands(self._columns[column].name, lowest, highest)

    def _kind(self, column: int) -> ColumnKind:
        return self._columns[column].kind

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as the table has."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of a column, or the number that a row has in the file, from 1."""
        if orientation == Qt.Orientation.Vertical:
            if role == Qt.ItemDataRole.DisplayRole and 0 <= section < len(self._rows):
                return int(self._rows[section]) + 1
            return None
        if not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return " ".join(column.name.split())
            case Qt.ItemDataRole.ToolTipRole:
                said = _("{column}（{kind}）").format(column=column.name, kind=kind_name(column.kind))
                return tooltip(said)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column.kind)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows; the whole text where it is long."""
        if not index.isValid():
            return None
        column = index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return shown_text(self.value_at(index), grouped=self._is_grouped(column))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(self._kind(column))
            case Qt.ItemDataRole.ToolTipRole:
                text = plain_text(self.value_at(index))
                return tooltip(text if len(text) <= LONGEST_TOOLTIP else f"{text[:LONGEST_TOOLTIP]}…")
        return None


def _alignment(kind: ColumnKind) -> Qt.AlignmentFlag:
    return _RIGHT if kind in _AT_RIGHT else _LEFT
