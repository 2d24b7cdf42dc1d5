"""The analyses that were made, as a list: title, kind, day, and whether the input has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qtpy.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jjjmap.i18n import _
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class AnalysisEntry:
    """One analysis that was made."""

    layer_id: str
    title: str
    kind: str
    """In words."""
    made: str
    """The day, in words."""
    stale: str
    """Why it is out of date, as a sentence; empty if it is not."""


class AnalysesModel(QAbstractListModel):
    """Analyses, the last one first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[AnalysisEntry, ...] = ()

    @property
    def entries(self) -> tuple[AnalysisEntry, ...]:
        """The analyses, from top to bottom."""
        return self._entries

    def show_entries(self, entries: Sequence[AnalysisEntry]) -> None:
        """Show these; where only their words have changed, what is chosen stays chosen."""
        wanted = tuple(entries)
        if [each.layer_id for each in wanted] == [each.layer_id for each in self._entries]:
            self._entries = wanted
            if wanted:
                self.dataChanged.emit(self.index(0), self.index(len(wanted) - 1))
            return
        self.beginResetModel()
        self._entries = wanted
        self.endResetModel()

    def row_of(self, layer_id: str) -> int:
        """Return where an analysis stands; -1 if it is not there."""
        ids = [each.layer_id for each in self._entries]
        return ids.index(layer_id) if layer_id in ids else -1

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as there are."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return two lines about an analysis, and all of it as its tooltip."""
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        mark = _("⚠ 输入已改变") if entry.stale else ""
        below = " · ".join(part for part in (mark, entry.kind, entry.made) if part)
        title = " ".join(entry.title.split()) or entry.layer_id
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{title}\n{below}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return _("；").join((title, below))
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(_("；").join(part for part in (title, below, entry.stale) if part))
        return None
