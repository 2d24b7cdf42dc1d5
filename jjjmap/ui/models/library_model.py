"""The documents of the library as a table, and the filter line that narrows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from qtpy.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from qtpy.QtGui import QBrush, QFont, QGuiApplication, QPalette

from jjjmap.catalogue.wording import date_text
from jjjmap.i18n import _
from jjjmap.session.workspace import Workspace
from jjjmap.text.store.library_records import DocumentEntry
from jjjmap.ui.library_texts import UNKNOWN, dated_title, figures_short, likeness_text, percent, title_of
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex


class DocumentColumn(IntEnum):
    """What stands where."""

    TITLE = 0
    ISSUER = 1
    DATE = 2
    NUMBER = 3
    MENTIONS = 4
    FIGURES = 5
    VERSIONS = 6


class Role(IntEnum):
    """What the model tells besides Qt's own roles."""

    ID = Qt.ItemDataRole.UserRole
    SORT = Qt.ItemDataRole.UserRole + 1
    """What a column is sorted by."""
    SEARCH = Qt.ItemDataRole.UserRole + 2
    """All words of a row, in lower case."""


class LibraryModel(QAbstractTableModel):
    """Documents, one a row, in the order given."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._entries: tuple[DocumentEntry, ...] = ()
        self._titles: dict[str, str] = {}
        self._versions: Counter[str] = Counter()

    @property
    def entries(self) -> tuple[DocumentEntry, ...]:
        """The documents, from top to bottom."""
        return self._entries

    def show_entries(self, entries: Sequence[DocumentEntry]) -> None:
        """Show these."""
        self.beginResetModel()
        self._entries = tuple(entries)
        self._titles = {entry.id: title_of(entry) for entry in entries}
        self._versions = Counter(entry.version_of for entry in entries if entry.version_of)
        self.endResetModel()

    def entry_at(self, row: int) -> DocumentEntry:
        """Return the document of a row."""
        return self._entries[row]

    def row_of(self, document_id: str) -> int:
        """Return the row of a document; -1 if it has none."""
        return next((row for row, entry in enumerate(self._entries) if entry.id == document_id), -1)

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row a document."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """See `DocumentColumn`."""
        return 0 if parent.isValid() else len(DocumentColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(DocumentColumn):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(DocumentColumn(section))
        texts = (
            (_("标题"), _("猜出的或你填写的标题；F2 修改")),
            (_("发布者"), _("发文机关、报刊或网站")),
            (_("日期"), _("文件日期；猜不出时留空")),
            (_("文号"), _("发文字号")),
            (_("提及"), _("提到地点和产业链多少处")),
            (_("数字"), _("正文里多少个数字；✓ 后面是已采纳的个数")),
            (_("版本"), _("与文库里另一篇几乎相同的文本，以及相同多少")),
        )[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return texts[0]
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(texts[1])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        entry, column = self._entries[index.row()], DocumentColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(entry, column)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(self._tip(entry, column))
            case Qt.ItemDataRole.AccessibleTextRole if column is DocumentColumn.TITLE:
                return dated_title(entry, self._workspace.language)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.FontRole if column is DocumentColumn.TITLE and not entry.version_of:
                font = QFont()
                font.setBold(True)
                return font
            case Qt.ItemDataRole.ForegroundRole if self._text(entry, column) == UNKNOWN:
                return QBrush(QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText))
            case Role.ID:
                return entry.id
            case Role.SORT:
                return self._sort_key(entry, column)
            case Role.SEARCH:
                details = entry.details
                words = (details.title, details.issuer, details.date, details.number, entry.file_name)
                return " ".join(words).lower()
        return None

    def _text(self, entry: DocumentEntry, column: DocumentColumn) -> str:
        details = entry.details
        match column:
            case DocumentColumn.TITLE:
                return title_of(entry)
            case DocumentColumn.ISSUER:
                return details.issuer or UNKNOWN
            case DocumentColumn.DATE:
                return date_text(details.date, self._workspace.language) if details.date else UNKNOWN
            case DocumentColumn.NUMBER:
                return details.number or UNKNOWN
            case DocumentColumn.MENTIONS:
                return str(entry.mentions)
            case DocumentColumn.FIGURES:
                return figures_short(entry)
            case DocumentColumn.VERSIONS:
                return self._versions_text(entry)

    def _versions_text(self, entry: DocumentEntry) -> str:
        if entry.likeness is not None:
            title = self._titles.get(entry.likeness.document_id, UNKNOWN)
            return likeness_text(entry.likeness, title)
        if entry.version_of:
            return _("≈ {title}").format(title=self._titles.get(entry.version_of, UNKNOWN))
        n = self._versions[entry.id]
        return _("另有 {n} 个版本").format(n=n) if n else ""

    def _tip(self, entry: DocumentEntry, column: DocumentColumn) -> str:
        match column:
            case DocumentColumn.TITLE:
                return _("{title}；文件 {name}，{n} 字").format(
                    title=dated_title(entry, self._workspace.language),
                    name=entry.file_name,
                    n=f"{entry.characters:,}",
                )
            case DocumentColumn.FIGURES:
                return _("{n} 个数字，已采纳 {accepted} 个").format(
                    n=entry.figures, accepted=entry.accepted_figures
                )
            case DocumentColumn.VERSIONS if entry.likeness is not None:
                alike = entry.likeness
                return _(
                    "与《{title}》几乎相同：两篇合起来有 {share} 相同；"
                    "本篇的 {own} 也在那篇里，那篇的 {other} 也在本篇里。"
                ).format(
                    title=self._titles.get(alike.document_id, UNKNOWN),
                    share=percent(alike.resemblance),
                    own=percent(alike.share),
                    other=percent(alike.other_share),
                )
        return self._text(entry, column)

    def _sort_key(self, entry: DocumentEntry, column: DocumentColumn) -> str | int | float:
        match column:
            case DocumentColumn.DATE:
                return entry.details.date
            case DocumentColumn.MENTIONS:
                return entry.mentions
            case DocumentColumn.FIGURES:
                return entry.figures
            case DocumentColumn.VERSIONS:
                # Versions stand by the text that they are versions of.
                return f"{self._titles.get(entry.version_of or entry.id, '')}\0{bool(entry.version_of)}"
            case DocumentColumn.ISSUER:
                return entry.details.issuer
            case DocumentColumn.NUMBER:
                return entry.details.number
        return title_of(entry)


def _alignment(column: DocumentColumn) -> Qt.AlignmentFlag:
    is_number = column in (DocumentColumn.MENTIONS, DocumentColumn.FIGURES)
    across = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    return across | Qt.AlignmentFlag.AlignVCenter


class LibraryFilter(QSortFilterProxyModel):
    """Lets documents through whose details hold all words, and sorts by what a column means."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self.setSortRole(Role.SORT)
        self.setSortLocaleAware(True)
        self.setDynamicSortFilter(True)

    @property
    def is_filtering(self) -> bool:
        """Whether anything may be left out."""
        return bool(self._words)

    def look_for(self, text: str) -> None:
        """Look for documents whose title, issuer, date, number or file name hold every word of a text."""
        self.beginFilterChange()
        self._words = tuple(text.lower().split())
        self.endFilterChange()

    # Overrides of Qt.

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Whether all words are found."""
        texts = self.sourceModel().index(row, 0, parent).data(Role.SEARCH)
        return all(word in texts for word in self._words)
