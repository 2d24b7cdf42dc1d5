"""The tables of a database that have a geometry column, as an item model."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jjjmap.i18n import _
from jjjmap.ui.richtext import tooltip

if TYPE_CHECKING:
    from jjjmap.layers.opening.postgis_tables import GeometryColumn

Index = QModelIndex | QPersistentModelIndex


class TableColumn(IntEnum):
    """The columns, from left to right."""

    SCHEMA = 0
    TABLE = 1
    COLUMN = 2
    GEOMETRY = 3
    SRID = 4
    ROWS = 5


class GeometryColumnsModel(QAbstractTableModel):
    """One row for each geometry column; the sort role gives numbers as numbers."""

    SortRole = Qt.ItemDataRole.UserRole + 1

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[GeometryColumn, ...] = ()

    def show(self, columns: Sequence[GeometryColumn]) -> None:
        """Show other tables."""
        self.beginResetModel()
        self._columns = tuple(columns)
        self.endResetModel()

    def column_at(self, row: int) -> GeometryColumn:
        """Return the geometry column of a row."""
        return self._columns[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many geometry columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many facts are told of each."""
        return 0 if parent.isValid() else len(TableColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (_("模式"), _("表"), _("几何列"), _("几何"), "SRID", _("行数（估计）"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        column = self._columns[index.row()]
        place = TableColumn(index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and place in (TableColumn.SRID, TableColumn.ROWS):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            kinds = {"view": _("视图"), "foreign": _("外部表")}
            kind = kinds.get(column.kind, _("表"))
            return tooltip(_("{name}（{kind}）").format(name=column.name, kind=kind))
        if role not in (Qt.ItemDataRole.DisplayRole, self.SortRole):
            return None
        match place:
            case TableColumn.SCHEMA:
                return column.schema
            case TableColumn.TABLE:
                return column.table
            case TableColumn.COLUMN:
                return column.column
            case TableColumn.GEOMETRY:
                return column.geometry
            case TableColumn.SRID:
                return column.srid if role == self.SortRole else (str(column.srid) if column.srid else "?")
        if role == self.SortRole:
            return -1 if column.rows is None else column.rows
        return "?" if column.rows is None else f"{column.rows:,}"
