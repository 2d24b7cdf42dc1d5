"""The outline of the policy as a tree, and the filter that shows a part of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from qtpy.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt
from qtpy.QtGui import QBrush, QFont, QGuiApplication, QPalette, QStandardItem, QStandardItemModel

from jjjmap.catalogue.details import LinkedPassage
from jjjmap.catalogue.outline import (
    Mention,
    OutlineGroup,
    OutlineItem,
    OutlinePart,
    mentions_of,
    policy_outline,
)
from jjjmap.catalogue.wording import linked_reason
from jjjmap.i18n import Language, _
from jjjmap.session.workspace import Workspace
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex

TITLE, NOTE = 0, 1
"""Columns: the passage, and how many places it leads to or why it is shown."""


class Role(IntEnum):
    """What the model tells besides Qt's own roles."""

    ID = Qt.ItemDataRole.UserRole
    """Id of a passage; empty for a part of the outline."""
    PART = Qt.ItemDataRole.UserRole + 1
    """`OutlinePart` of a heading; empty for a passage."""
    SEARCH = Qt.ItemDataRole.UserRole + 2
    """Number, titles and texts in both languages, in lower case."""


def part_name(part: OutlinePart) -> str:
    """Return the heading of a part of the outline."""
    return {
        OutlinePart.POSITIONING: _("总体定位"),
        OutlinePart.GOALS: _("发展目标"),
        OutlinePart.PRINCIPLES: _("基本原则"),
        OutlinePart.TASKS: _("重点任务"),
        OutlinePart.SAFEGUARDS: _("各项保障"),
        OutlinePart.PLACES: _("各地点的摘要"),
        OutlinePart.CLUSTERS: _("各集群的摘要"),
    }[part]


class PolicyModel(QStandardItemModel):
    """Parts, their passages, and the items of each task."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._items: dict[str, OutlineItem] = {}
        self._mentions: dict[str, tuple[Mention, ...]] = {}
        self._rows: dict[str, QStandardItem] = {}
        self._notes: dict[str, QStandardItem] = {}
        self._links: dict[str, LinkedPassage] = {}

    @property
    def passage_ids(self) -> tuple[str, ...]:
        """All passages of the outline, from top to bottom."""
        return tuple(self._items)

    def rebuild(self) -> None:
        """Read the outline anew, in the language in use."""
        self.clear()
        self._items, self._rows, self._notes = {}, {}, {}
        for group in policy_outline(self._workspace.catalogue):
            self._add_group(group)
        self._write_notes()

    def item_of(self, passage_id: str) -> OutlineItem | None:
        """Return a passage with its items; None if the outline does not have it."""
        return self._items.get(passage_id)

    def mentions(self, passage_id: str) -> tuple[Mention, ...]:
        """Return the places that a passage leads to."""
        if passage_id not in self._mentions:
            self._mentions[passage_id] = mentions_of(self._workspace.catalogue, self._items[passage_id])
        return self._mentions[passage_id]

    def index_of(self, passage_id: str) -> QModelIndex:
        """Return the row of a passage; an invalid index if it has none."""
        row = self._rows.get(passage_id)
        return row.index() if row is not None else QModelIndex()

    def show_links(self, links: Mapping[str, LinkedPassage]) -> None:
        """Say at each passage why it concerns a place; with no links, say how many places it leads to."""
        self._links = dict(links)
        self._write_notes()

    def link_text(self, passage_id: str) -> str:
        """Return why a passage concerns the place that the links are about; empty if it does not."""
        linked = self._links.get(passage_id)
        if linked is None:
            return ""
        return linked_reason(self._workspace.catalogue, linked, self._workspace.language)

    def repaint(self) -> None:
        """Take the colours of a new palette."""
        self._write_notes()

    # How the tree is made.

    def _add_group(self, group: OutlineGroup) -> None:
        name = part_name(group.part)
        heading = _row(name)
        heading.setData(group.part.value, Role.PART)
        heading.setData("", Role.ID)
        heading.setData(name.lower(), Role.SEARCH)
        font = QFont(heading.font())
        font.setBold(True)
        heading.setFont(font)
        count = _row("")
        heading.setData(
            _("{name}，{n} 条").format(name=name, n=len(list(group.passages()))),
            Qt.ItemDataRole.AccessibleTextRole,
        )
        self.appendRow([heading, count])
        for item in group.items:
            self._add_item(heading, item)

    def _add_item(self, parent: QStandardItem, item: OutlineItem) -> None:
        passage, language = item.passage, self._workspace.language
        title = passage.title(language)
        row, note = _row(f"{item.number}　{title}" if item.number else title), _row("")
        note.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        other = Language.EN if language is Language.ZH else Language.ZH
        row.setToolTip(tooltip(f"{row.text()}　{passage.title(other)}"))
        row.setData(passage.id, Role.ID)
        row.setData("", Role.PART)
        row.setData(
            " ".join(
                (passage.number, passage.title_zh, passage.title_en, passage.text_zh, passage.text_en)
            ).lower(),
            Role.SEARCH,
        )
        parent.appendRow([row, note])
        self._items[passage.id] = item
        self._rows[passage.id], self._notes[passage.id] = row, note
        for below in item.items:
            self._add_item(row, below)

    def _write_notes(self) -> None:
        faint = QBrush(QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText))
        for passage_id, note in self._notes.items():
            link_text = self.link_text(passage_id)
            n = len(self.mentions(passage_id))
            places = _("图上 {n} 处").format(n=n) if n else _("没有提到具体地点")
            note.setText(link_text if self._links else (str(n) if n else "–"))
            note.setToolTip(tooltip(link_text or places))
            note.setForeground(faint)
            spoken = (self._rows[passage_id].text(), link_text if self._links else places)
            self._rows[passage_id].setData(
                "，".join(text for text in spoken if text), Qt.ItemDataRole.AccessibleTextRole
            )


def _row(text: str) -> QStandardItem:
    row = QStandardItem(text)
    row.setEditable(False)
    return row


class PolicyFilter(QSortFilterProxyModel):
    """Lets through passages that hold all words and concern the chosen place, with what stands above them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._wanted: frozenset[str] | None = None
        self.setRecursiveFilteringEnabled(True)

    @property
    def is_filtering(self) -> bool:
        """Whether anything may be left out."""
        return bool(self._words) or self._wanted is not None

    def look_for(self, text: str) -> None:
        """Look for passages that hold every word of a text, or stand below one that does."""
        self.beginFilterChange()
        self._words = tuple(text.lower().split())
        self.endFilterChange()

    def keep_only(self, passage_ids: frozenset[str] | None) -> None:
        """Leave out all other passages; None leaves out none."""
        self.beginFilterChange()
        self._wanted = passage_ids
        self.endFilterChange()

    def is_found(self, index: Index) -> bool:
        """Whether a row of the outline is shown for its own sake, not for what stands below it."""
        return self.filterAcceptsRow(index.row(), index.parent())

    # Overrides of Qt.

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Whether a row is wanted for its own sake; rows above it follow by themselves."""
        model = self.sourceModel()
        index = model.index(row, TITLE, parent)
        passage_id = model.data(index, Role.ID)
        if self._wanted is not None and passage_id not in self._wanted:
            return False
        while index.isValid():
            texts = model.data(index, Role.SEARCH) or ""
            if all(word in texts for word in self._words):
                return True
            index = index.parent()
        return False
