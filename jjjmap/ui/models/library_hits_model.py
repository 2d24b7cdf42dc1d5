"""What a search of the library found as a tree: documents or places, and the passages below each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from qtpy.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from qtpy.QtGui import QStandardItem, QStandardItemModel

from jjjmap.catalogue.hits import Hit, Match
from jjjmap.catalogue.matching import Span
from jjjmap.catalogue.search_entries import SearchKind
from jjjmap.session.documents.library import TOP
from jjjmap.ui.models.search_model import Role as PaintRole
from jjjmap.ui.models.search_model import RowType
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the model tells besides what `SearchRowDelegate` paints."""

    ROW = Qt.ItemDataRole.UserRole + 10
    """The `HitRow`."""


@dataclass(frozen=True, slots=True)
class HitRow:
    """One line of the answer, and where it leads."""

    text: str
    spans: tuple[Span, ...] = ()
    """What of the text was looked for."""
    where: str = ""
    """What stands at the end of the line: a date, a count."""
    document_id: str = ""
    start: int = TOP
    end: int = TOP
    subject_id: str = ""
    """Of a row that stands for a place or a chain."""
    more_of: str = ""
    """The document whose other hits this row stands for."""
    is_heading: bool = False
    is_note: bool = False
    """Whether it only says something and leads nowhere."""


Group = tuple[HitRow, Sequence[HitRow] | None]
"""A row and what stands below it; None for what is looked up when the row is unfolded."""


class LibraryHitsModel(QStandardItemModel):
    """The answer to one question."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look_up: Callable[[HitRow], Sequence[HitRow]] | None = None
        self._awaiting: set[int] = set()
        """Rows of the first level whose hits have not been looked up."""

    def show_groups(
        self, groups: Sequence[Group], look_up: Callable[[HitRow], Sequence[HitRow]] | None = None
    ) -> None:
        """Show groups; `look_up` returns what stands below a row for which that was not given."""
        self.clear()
        self._look_up = look_up
        self._awaiting = {
            row for row, (_group, hits) in enumerate(groups) if hits is None and look_up is not None
        }
        for group, hits in groups:
            item = _item(group)
            item.appendRows([_item(hit) for hit in hits or ()])
            self.appendRow(item)

    def show_all(self, index: Index, hits: Sequence[HitRow]) -> None:
        """Show all hits of a document instead of those that stand above a row that only counts the others."""
        parent = self.itemFromIndex(index.parent())
        if parent is None:
            return
        parent.removeRows(0, index.row() + 1)
        parent.insertRows(0, [_item(hit) for hit in hits])

    # Overrides of Qt.

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        """Whether something stands below a row, also if it has not been looked up."""
        return self.canFetchMore(parent) or super().hasChildren(parent)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether what stands below a row is to be looked up."""
        return parent.isValid() and not parent.parent().isValid() and parent.row() in self._awaiting

    def fetchMore(self, parent: Index) -> None:
        """Look up what stands below a row."""
        if not self.canFetchMore(parent) or self._look_up is None:
            return
        self._awaiting.discard(parent.row())
        hits = self._look_up(parent.data(Role.ROW))
        if hits:
            self.itemFromIndex(parent).appendRows([_item(hit) for hit in hits])


def _item(row: HitRow) -> QStandardItem:
    item = QStandardItem()
    for role, value in _roles(row).items():
        item.setData(value, role)
    item.setEditable(False)
    item.setSelectable(not row.is_note)
    item.setColumnCount(1)  # Else Qt inserts the column while it inserts the first row below.
    return item


def _roles(row: HitRow) -> dict[int, Any]:
    return {
        Role.ROW: row,
        PaintRole.TYPE: RowType.NOTE if row.is_note else RowType.HIT,
        PaintRole.HIT: Hit(SearchKind.POLICY, "", Match.TEXT, row.text, row.spans, "", (), row.where, ()),
        Qt.ItemDataRole.DisplayRole: row.text,
        Qt.ItemDataRole.ToolTipRole: tooltip(row.text),
        Qt.ItemDataRole.AccessibleTextRole: "，".join(filter(None, (row.text, row.where))),
    }
