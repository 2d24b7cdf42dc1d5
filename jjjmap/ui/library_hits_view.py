"""What a search of the library found: by document or by place, with a way to the map and to the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qtpy.QtCore import QModelIndex, Qt, Signal
from qtpy.QtGui import QKeyEvent, QPainter, QResizeEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.wording import date_text
from jjjmap.i18n import _
from jjjmap.session.documents.library import TOP, LibrarySession, SearchFilters
from jjjmap.session.highlight import Highlight
from jjjmap.session.workspace import Workspace
from jjjmap.ui.library_texts import title_of
from jjjmap.ui.models.library_hits_model import Group, HitRow, Index, LibraryHitsModel, Role
from jjjmap.ui.search_rows import SearchRowDelegate

if TYPE_CHECKING:
    from jjjmap.text.fulltext.search import SearchAnswer, SearchHit
    from jjjmap.text.store.library_records import DocumentEntry

MOST_PLACES = 300
"""So many places are listed."""
MOST_OF_ONE = 500
"""So many paragraphs of one document are listed when the rest is asked for."""
INDENT_PX = 16


class _HitsDelegate(SearchRowDelegate):
    """Paints documents and places in bold above what was found in them."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.data(Role.ROW).is_heading:
            option = QStyleOptionViewItem(option)
            option.font.setBold(True)
        super().paint(painter, option, index)


class HitsTree(QTreeView):
    """The tree; Enter and a double click go where a row leads."""

    row_chosen = Signal(QModelIndex)

    def __init__(self, model: LibraryHitsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = _HitsDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setHeaderHidden(True)
        self.setIndentation(INDENT_PX)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.doubleClicked.connect(self.row_chosen)

    # Overrides of Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go where the row leads on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.row_chosen.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let rows be as wide as the tree."""
        super().resizeEvent(event)
        self._delegate.set_width(self.viewport().width())


class LibraryHitsView(QWidget):
    """Shows one answer."""

    document_requested = Signal(str, int, int)  # document id, start and end in its text
    place_requested = Signal(str)  # place id
    tally_requested = Signal(object, str)  # dict of counts by subject id, what was counted

    def __init__(
        self,
        workspace: Workspace,
        library: LibrarySession,
        highlight: Highlight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._library = library
        self._highlight = highlight
        self._answer: SearchAnswer | None = None
        self._filters = SearchFilters()
        self.summary = QLabel(self)
        self.summary.setObjectName("faint")
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.by_document_button, self.by_place_button = QToolButton(self), QToolButton(self)
        self._groupings = QButtonGroup(self)
        for button in (self.by_document_button, self.by_place_button):
            button.setCheckable(True)
            button.setAutoRaise(True)
            self._groupings.addButton(button)
        self.by_document_button.setChecked(True)
        self.mark_button = QToolButton(self)
        self.mark_button.setAutoRaise(True)
        self.model = LibraryHitsModel(self)
        self.tree = HitsTree(self.model, self)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.note.setContentsMargins(12, 8, 12, 8)
        self._lay_out()
        self._groupings.buttonToggled.connect(self._regroup)
        self.mark_button.clicked.connect(self._toggle_marks)
        self.tree.row_chosen.connect(self._go)
        highlight.highlight_changed.connect(self._show_marked)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(10, 0, 4, 0)
        top.setSpacing(2)
        top.addWidget(self.summary, 1)
        for button in (self.by_document_button, self.by_place_button, self.mark_button):
            top.addWidget(button)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.tree)
        self._pages.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(self._pages, 1)

    def retranslate(self) -> None:
        """Speak the language in use; the answer is written anew by whoever asks again."""
        self.by_document_button.setText(_("按文档"))
        self.by_document_button.setToolTip(_("找到的段落按文档排列"))
        self.by_place_button.setText(_("按地点"))
        self.by_place_button.setToolTip(_("找到的段落按其中提到的地点排列"))
        self.tree.setAccessibleName(_("检索结果"))
        self._show_marked()

    def show_answer(self, answer: SearchAnswer | None, filters: SearchFilters, *, is_narrowed: bool) -> None:
        """Show what was found.

        Parameters
        ----------
        answer
            None if the library could not be asked.
        filters
            With which it was asked.
        is_narrowed
            Whether there are filters that the user might take away.
        """
        self._answer, self._filters = answer, filters
        if answer is None or not answer.document_total:
            hint = _("去掉右边的筛选再试。") if is_narrowed else _("试试更短的词，或用 OR 列出别的说法。")
            self._show_note(_("文库里没有找到。{hint}").format(hint=hint))
        else:
            self.summary.setText(
                _("{n} 段，{documents} 篇").format(n=answer.total, documents=answer.document_total)
            )
            self._pages.setCurrentWidget(self.tree)
            self._regroup()
        self._show_marked()

    def show_invalid(self, reason: str) -> None:
        """Say why a query cannot be understood."""
        self._answer = None
        self._show_note(reason)
        self._show_marked()

    def show_nothing(self) -> None:
        """Forget what was found."""
        self._answer = None
        self.model.show_groups(())
        self._show_marked()

    def enter(self) -> None:
        """Go to the first hit."""
        if self._pages.currentWidget() is not self.tree or not self.model.rowCount():
            return
        self.tree.setFocus()
        first = self.model.index(0, 0)
        below = self.model.index(0, 0, first)
        self.tree.setCurrentIndex(below if below.isValid() and self.tree.isExpanded(first) else first)

    def _show_note(self, text: str) -> None:
        self.summary.setText("")
        self.model.show_groups(())
        self.note.setText(text)
        self._pages.setCurrentWidget(self.note)

    # How the answer is grouped.

    def _regroup(self) -> None:
        if self._answer is None:
            return
        if self.by_place_button.isChecked():
            self.model.show_groups(self._by_place(self._answer), self._hits_at)
        else:
            self.model.show_groups(self._by_document(self._answer))
            self.tree.expandAll()

    def _by_document(self, answer: SearchAnswer) -> list[Group]:
        groups: list[Group] = []
        for found in answer.documents:
            entry = found.entry
            hits = [_hit_row(entry, hit) for hit in found.hits]
            left = found.count - len(found.hits)
            if left > 0:
                hits.append(HitRow(_("……还有 {n} 段，双击全部列出").format(n=left), more_of=entry.id))
            hits += [
                HitRow(
                    _("另一版本：{title}").format(title=title_of(version.entry)),
                    where=self._where(version.entry, version.count),
                    document_id=version.entry.id,
                )
                for version in found.versions
            ]
            first = found.hits[0] if found.hits else None
            groups.append(
                (
                    HitRow(
                        title_of(entry),
                        found.title_marks if entry.details.title else (),
                        self._where(entry, found.count),
                        entry.id,
                        first.start if first is not None else TOP,
                        first.end if first is not None else TOP,
                        is_heading=True,
                    ),
                    hits,
                )
            )
        left = answer.document_total - len(answer.documents)
        if left > 0:
            groups.append((HitRow(_("还有 {n} 篇，请把检索词写得更具体。").format(n=left), is_note=True), ()))
        return groups

    def _by_place(self, answer: SearchAnswer) -> list[Group]:
        groups: list[Group] = [
            (
                HitRow(
                    self._library.name(subject_id),
                    where=_("{n} 段").format(n=count),
                    subject_id=subject_id,
                    is_heading=True,
                ),
                None,
            )
            for subject_id, count in list(answer.places.items())[:MOST_PLACES]
        ]
        if not groups:
            return [(HitRow(_("找到的段落没有提到图上的地点。"), is_note=True), ())]
        return groups

    def _hits_at(self, row: HitRow) -> Sequence[HitRow]:
        """Return the hits that name a place; a slot of the model for a row that is unfolded."""
        return self._narrowed(place_ids=(row.subject_id,), includes_inside=False)

    def _hits_of(self, document_id: str) -> Sequence[HitRow]:
        return self._narrowed(document_ids=(document_id,))

    def _narrowed(self, **changes: object) -> Sequence[HitRow]:
        if self._answer is None:
            return ()
        answer = self._library.look_up(
            self._answer.query,
            replace(self._filters, **changes),  # type: ignore[arg-type]
            hits_per_document=MOST_OF_ONE,
        )
        if answer is None:
            return ()
        is_one = "document_ids" in changes
        return [
            _hit_row(found.entry, hit, where="" if is_one else title_of(found.entry))
            for found in answer.documents
            for hit in found.hits
        ]

    def _where(self, entry: DocumentEntry, count: int) -> str:
        date = date_text(entry.details.date, self._workspace.language) if entry.details.date else ""
        n = _("{n} 段").format(n=count) if count else _("标题")
        return " · ".join(filter(None, (date, n)))

    # Where a row leads.

    def _go(self, index: QModelIndex) -> None:
        row: HitRow = index.data(Role.ROW)
        if row.more_of:
            self.model.show_all(index, self._hits_of(row.more_of))
        elif row.document_id:
            self.document_requested.emit(row.document_id, row.start, row.end)
        elif row.subject_id:
            subject = self._library.subject(row.subject_id)
            if subject is not None and subject.place_id:
                self.place_requested.emit(subject.place_id)

    # What is marked on the map.

    def _marks(self) -> list[str]:
        places = self._answer.places if self._answer is not None else {}
        return [subject_id for subject_id in places if self._workspace.knows(subject_id)]

    def _is_marked(self) -> bool:
        marks = self._marks()
        return bool(marks) and self._highlight.place_ids == tuple(marks)

    def _toggle_marks(self) -> None:
        if self._answer is None:
            return
        title = _("检索“{query}”").format(query=self._answer.query)
        if self._is_marked():
            self._highlight.clear()
            self.tally_requested.emit({}, "")
        else:
            self._highlight.show(self._marks(), title)
            self.tally_requested.emit(dict(self._answer.places), title)

    def _show_marked(self) -> None:
        """Say what the button does now; a slot for `Highlight.highlight_changed`."""
        self.mark_button.setText(_("取消标记") if self._is_marked() else _("在图上标出"))
        self.mark_button.setToolTip(_("在地图上标出这些段落提到的地点，或取消标记"))
        self.mark_button.setEnabled(bool(self._marks()))
        has_answer = self._answer is not None and bool(self._answer.document_total)
        for button in (self.by_document_button, self.by_place_button):
            button.setEnabled(has_answer)


def _hit_row(entry: DocumentEntry, hit: SearchHit, where: str = "") -> HitRow:
    return HitRow(hit.snippet, hit.marks, where, entry.id, hit.start, hit.end)
