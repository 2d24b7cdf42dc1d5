"""The first rows of a file as a table: as they stand, or below the columns that they were read into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from qtpy.QtGui import QFont

from jjjmap.layers.opening.records import Column, ColumnKind
from jjjmap.ui.opening_texts import kind_name
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex
Rows = Sequence[Sequence[str]]

MOST_COLUMNS = 500
"""A preview of more columns shows nothing that anybody reads."""
_LONGEST = 200
_TIP_CHARS = 1000


def shown(text: str) -> str:
    """Return a cell in one line, and not too long."""
    return " ".join(text[:_LONGEST].split()) if text else ""


class RawRowsModel(QAbstractTableModel):
    """Lines as they stand; those of the header are bold, those above it are pale."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Rows = ()
        self._width = 0
        self._header: range = range(0)

    def show_rows(self, rows: Rows, header: range) -> None:
        """Show lines, of which some are the header."""
        self.beginResetModel()
        self._rows, self._header = rows, header
        self._width = min(MOST_COLUMNS, max(map(len, rows), default=0))
        self.endResetModel()

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row a line."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as the longest line has values."""
        return 0 if parent.isValid() else self._width

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Number lines from 1."""
        if orientation == Qt.Orientation.Vertical and role == Qt.ItemDataRole.DisplayRole:
            return str(section + 1)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Lines above the header are no part of the table."""
        flags = super().flags(index)
        return flags & ~Qt.ItemFlag.ItemIsEnabled if index.row() < self._header.start else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        text = row[index.column()] if index.column() < len(row) else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return shown(text)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(text[:_TIP_CHARS])
        if role == Qt.ItemDataRole.FontRole and index.row() in self._header:
            font = QFont()
            font.setBold(True)
            return font
        return None


class ColumnsModel(QAbstractTableModel):
    """Columns with what they mean in the first row, and the first rows of data below it."""

    role_changed = Signal(int)  # column whose meaning the user changed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()
        self._rows: Rows = ()
        self._roles: dict[str, str] = {}
        self._names: dict[str, str] = {}

    @property
    def roles(self) -> Mapping[str, str]:
        """Name of a column to what it means; columns without a meaning are left out."""
        return self._roles

    @property
    def role_names(self) -> Mapping[str, str]:
        """What there is to choose from, and its names."""
        return self._names

    def show_columns(
        self, columns: tuple[Column, ...], rows: Rows, roles: Mapping[str, str], names: Mapping[str, str]
    ) -> None:
        """Show columns, their first values and their meanings."""
        self.beginResetModel()
        self._columns, self._rows = columns[:MOST_COLUMNS], rows
        self._roles, self._names = dict(roles), dict(names)
        self.endResetModel()

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The meanings, and one row a row."""
        return 0 if parent.isValid() else len(self._rows) + 1

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One a column."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return name and kind of a column, or the number of a row."""
        if orientation == Qt.Orientation.Vertical:
            if role != Qt.ItemDataRole.DisplayRole:
                return None
            return str(section) if section else ""
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{shown(column.name)}\n{kind_name(column.kind)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(column.name)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The meanings can be changed."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.row() == 0 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows; the meaning itself in the edit role."""
        if not index.isValid():
            return None
        column = self._columns[index.column()]
        if index.row() == 0:
            meaning = self._roles.get(column.name, "")
            if role == Qt.ItemDataRole.EditRole:
                return meaning
            return self._names.get(meaning, meaning) if role == Qt.ItemDataRole.DisplayRole else None
        row = self._rows[index.row() - 1]
        text = row[index.column()] if index.column() < len(row) else ""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return shown(text)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(text[:_TIP_CHARS])
            case Qt.ItemDataRole.TextAlignmentRole:
                is_number = column.kind in (ColumnKind.INTEGER, ColumnKind.NUMBER)
                side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Give a column a meaning; the one that had it before loses it."""
        if role != Qt.ItemDataRole.EditRole or index.row() != 0 or value not in self._names:
            return False
        name = self._columns[index.column()].name
        if self._roles.get(name, "") == value:
            return True
        rivals = _rivals(value)
        self._roles = {other: held for other, held in self._roles.items() if held not in rivals}
        self._roles.pop(name, None)
        if value:
            self._roles[name] = value
        self.dataChanged.emit(self.index(0, 0), self.index(0, self.columnCount() - 1))
        self.role_changed.emit(index.column())
        return True


def _rivals(meaning: str) -> frozenset[str]:
    """Return the meanings that no other column may have beside one."""
    if meaning == "position":
        return frozenset(("position", "lon", "lat"))
    if meaning in ("lon", "lat"):
        return frozenset(("position", meaning))
    return frozenset((meaning,)) - {""}
