"""What a search found as rows: headings, hits, and a way to see all of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Any

from qtpy.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jjjmap.catalogue.hits import Hit
from jjjmap.catalogue.search import HitGroup, kind_title
from jjjmap.catalogue.search_entries import SearchKind
from jjjmap.i18n import _
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex


class RowType(Enum):
    """What a row is."""

    HEADING = "heading"
    HIT = "hit"
    MORE = "more"
    """Asks for all hits of a kind."""
    NOTE = "note"
    """Says something; cannot be chosen."""


class Role(IntEnum):
    """What else a row can be asked for."""

    TYPE = Qt.ItemDataRole.UserRole
    HIT = Qt.ItemDataRole.UserRole + 1
    KIND = Qt.ItemDataRole.UserRole + 2
    COUNT = Qt.ItemDataRole.UserRole + 3
    """For a heading how many hits of its kind there are, in words."""


@dataclass(frozen=True, slots=True)
class _Row:
    type: RowType
    text: str
    kind: SearchKind | None = None
    hit: Hit | None = None
    count: str = ""


class SearchModel(QAbstractListModel):
    """The rows of one answer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []

    def show_groups(self, groups: Sequence[HitGroup], note: str) -> None:
        """Show what was found, or a note if that is nothing."""
        self.beginResetModel()
        self._rows = [] if groups else [_Row(RowType.NOTE, note)]
        for group in groups:
            title = kind_title(group.kind)
            shown = len(group.hits)
            count = (
                str(shown) if shown == group.total else _("{n} / {total}").format(n=shown, total=group.total)
            )
            self._rows.append(_Row(RowType.HEADING, title, group.kind, count=count))
            self._rows.extend(_Row(RowType.HIT, hit.title, group.kind, hit) for hit in group.hits)
            if shown < group.total:
                more = _("显示全部 {total} 条“{kind}”").format(total=group.total, kind=title)
                self._rows.append(_Row(RowType.MORE, more, group.kind))
        self.endResetModel()

    def next_row(self, row: int, step: int) -> int:
        """Return the next row that can be chosen, going round; `row` itself if there is no other."""
        count = len(self._rows)
        for distance in range(1, count + 1):
            candidate = (row + step * distance) % count
            if self._rows[candidate].type in (RowType.HIT, RowType.MORE):
                return candidate
        return row

    def next_group(self, row: int, step: int) -> int:
        """Return the first hit of the next group, or of the one before; at either end the outermost hit."""
        firsts = [
            n + 1
            for n, each in enumerate(self._rows)
            if each.type is RowType.HEADING and n + 1 < len(self._rows)
        ]
        if step > 0:
            return next((first for first in firsts if first > row), self.next_row(0, -1))
        return next((first for first in reversed(firsts) if first < row), firsts[0] if firsts else row)

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row for each heading, hit and offer."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings and notes cannot be chosen."""
        if not index.isValid() or self._rows[index.row()].type not in (RowType.HIT, RowType.MORE):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a row shows."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._told(row)
            case Qt.ItemDataRole.ToolTipRole if row.hit is not None:
                return tooltip(self._told(row))
            case Role.TYPE:
                return row.type
            case Role.HIT:
                return row.hit
            case Role.KIND:
                return row.kind
            case Role.COUNT:
                return row.count
        return None

    @staticmethod
    def _told(row: _Row) -> str:
        if row.hit is None or row.kind is None:
            return row.text
        parts = (kind_title(row.kind), row.hit.title, row.hit.where, row.hit.text)
        return " · ".join(part for part in parts if part)
