"""How often the library names each place, by year, as a table that can be sorted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jjjmap.i18n import _
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex

NAME, TOTAL = 0, 1
"""Columns; from 2 on one a year."""
FIRST_YEAR = 2


class Role(IntEnum):
    """What the model tells besides Qt's own roles."""

    SORT = Qt.ItemDataRole.UserRole
    """What a column is sorted by."""
    SHARE = Qt.ItemDataRole.UserRole + 1
    """How long the bar of a count is, 0…1; None where there is no bar."""


@dataclass(frozen=True, slots=True)
class CountRow:
    """A place, or a chain, and how often it is named."""

    subject_id: str
    name: str
    counts: Mapping[str, int]
    """By year; an empty one for documents without a date."""
    total: int


class CorpusModel(QAbstractTableModel):
    """Counts, one place a row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[CountRow, ...] = ()
        self._years: tuple[str, ...] = ()
        self._highest_total = self._highest_count = 0
        self._rows_by_id: dict[str, int] = {}

    def show_counts(
        self,
        counts: Mapping[str, Mapping[str, int]],
        years: Sequence[str],
        name_of: Callable[[str], str],
    ) -> None:
        """Show counts by subject and year, of some years only; subjects without any are left out."""
        self.beginResetModel()
        rows = []
        for subject_id, by_year in counts.items():
            kept = {year: by_year[year] for year in years if by_year.get(year)}
            if kept:
                rows.append(CountRow(subject_id, name_of(subject_id), kept, sum(kept.values())))
        rows.sort(key=lambda row: (-row.total, row.subject_id))
        self._rows, self._years = tuple(rows), tuple(years)
        self._highest_total = max((row.total for row in rows), default=0)
        self._highest_count = max((max(row.counts.values()) for row in rows), default=0)
        self._rows_by_id = {row.subject_id: number for number, row in enumerate(rows)}
        self.endResetModel()

    @property
    def rows(self) -> tuple[CountRow, ...]:
        """All rows, the most frequent first."""
        return self._rows

    def row_of(self, subject_id: str) -> int:
        """Return the row of a place; -1 if it has none."""
        return self._rows_by_id.get(subject_id, -1)

    def year_at(self, column: int) -> str | None:
        """Return the year of a column, empty for documents without a date; None if it is none of a year."""
        return self._years[column - FIRST_YEAR] if column >= FIRST_YEAR else None

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row a place."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Name, total, and one column a year."""
        return 0 if parent.isValid() else FIRST_YEAR + len(self._years)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < self.columnCount():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section != NAME)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if section >= FIRST_YEAR:
            return self._years[section - FIRST_YEAR] or _("无日期")
        return (_("名称"), _("次数"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows; nothing where the count is nought."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        count = row.total if column == TOTAL else row.counts.get(self.year_at(column) or "", 0)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name if column == NAME else str(count or "")
            case Qt.ItemDataRole.ToolTipRole if column == NAME:
                return tooltip(row.name)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column != NAME)
            case Role.SORT:
                return row.name if column == NAME else count
            case Role.SHARE if column != NAME and count:
                return count / (self._highest_total if column == TOTAL else self._highest_count)
        return None


def _alignment(is_number: bool) -> Qt.AlignmentFlag:
    across = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    return across | Qt.AlignmentFlag.AlignVCenter
