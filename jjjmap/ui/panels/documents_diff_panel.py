"""Two documents of the library side by side: what became of places, clusters, chains, targets and figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal

from qtpy.QtCore import QEvent, QModelIndex, QPoint, QSignalBlocker, Qt, Signal
from qtpy.QtGui import QKeyEvent, QShowEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from jjjmap.errors import DocumentUnknown
from jjjmap.export.comparison_table import comparison_table
from jjjmap.i18n import _
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.highlight import Highlight
from jjjmap.session.tasks import Cancelled, Progress, Task
from jjjmap.session.workspace import Workspace
from jjjmap.text.comparison.comparing import compare_documents
from jjjmap.text.comparison.comparison_records import (
    Change,
    Comparison,
    Matter,
    Quotation,
    Side,
)
from jjjmap.text.comparison.comparison_texts import ComparisonTexts
from jjjmap.ui.dialogs.save_table_dialog import SaveTableDialog
from jjjmap.ui.library_texts import dated_title, title_of
from jjjmap.ui.models.documents_diff_model import DiffColumn, DocumentsDiffModel
from jjjmap.ui.quotation_texts import marked
from jjjmap.ui.richtext import NOTHING, Markup, RichTextView, element, join, link, tooltip
from jjjmap.ui.turning_splitter import TurningSplitter

if TYPE_CHECKING:
    from jjjmap.text.records import Document
    from jjjmap.text.store.library import Library

HERE_AT_MOST_CHARS = 40_000
"""Up to so many letters in both texts together they are compared at once; longer ones aside."""
STACKED_BELOW_PX = 620
SHARES = (560, 440)
"""Of the room: the changes, and the quotations of the chosen one."""
PAIR_SIDE_BY_SIDE_PX = 380
"""From this width on the two quotations stand beside one another."""
INDENT_PX = 12
TITLE_CHARS = 20
"""A combo box is at least so wide; its list shows the titles whole."""

TIP = Qt.ItemDataRole.ToolTipRole

Compared = tuple["Document", "Document", Comparison]


class DiffTree(QTreeView):
    """The changes; Enter and a double click go where a cell leads."""

    index_chosen = Signal(QModelIndex)

    def __init__(self, model: DocumentsDiffModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setIndentation(INDENT_PX)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlternatingRowColors(True)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setAllColumnsShowFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(DiffColumn.KIND, QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(self.index_chosen)

    def unfold(self) -> None:
        """Show all changes, each matter over the whole width."""
        model = self.model()
        widest = 0
        for row in range(model.rowCount()):
            self.setFirstColumnSpanned(row, QModelIndex(), True)
            group = model.index(row, 0)
            names = {model.index(number, 0, group).data() for number in range(model.rowCount(group))}
            widest = max([widest, *map(self.fontMetrics().horizontalAdvance, names)])
        self.expandAll()
        self.header().resizeSection(DiffColumn.KIND, widest + 2 * INDENT_PX + 14)

    # Overrides of Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go where the cell leads on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.index_chosen.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class DocumentsDiffPanel(QWidget):
    """Shows what `text.comparison.comparing` finds between two documents."""

    document_requested = Signal(str, int, int)  # document id, start and end in its text
    place_requested = Signal(str)  # place id
    chain_requested = Signal(str)  # chain id
    told = Signal(str)  # a sentence for the status bar

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
        self._folder = ""
        self._is_stale = True
        self._compared: Compared | None = None
        self._task: Task | None = None
        self._run = 0
        self._texts = ComparisonTexts(library.name)
        self.first_box, self.second_box = QComboBox(self), QComboBox(self)
        self.swap_button = self._button(self._swap)
        self.mark_button = self._button(self._toggle_marks)
        self.save_button = self._button(self.save)
        self.summary = QLabel(self)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.summary.setContentsMargins(10, 0, 10, 3)
        self.model = DocumentsDiffModel(self)
        self.tree = DiffTree(self.model, self)
        self.views = (RichTextView(self), RichTextView(self))
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.note.setContentsMargins(12, 8, 12, 8)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _button(self, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.clicked.connect(lambda _checked=False: slot())
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(8, 3, 8, 2)
        top.setSpacing(4)
        for number, box in enumerate((self.first_box, self.second_box)):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(TITLE_CHARS // 2)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            if number:
                top.addWidget(self.swap_button)
            letter = QLabel("AB"[number], self)
            letter.setBuddy(box)
            top.addWidget(letter)
            top.addWidget(box, 1)
        top.addWidget(self.mark_button)
        top.addWidget(self.save_button)
        for view in self.views:
            view.document().setDocumentMargin(8)
        pair = TurningSplitter(self.views, (500, 500), wide_px=PAIR_SIDE_BY_SIDE_PX)
        self.splitter = TurningSplitter((self.tree, pair), SHARES, self, wide_px=STACKED_BELOW_PX)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.note)
        self._pages.addWidget(self.splitter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.summary)
        column.addLayout(self._pages, 1)

    def _connect(self) -> None:
        for box in (self.first_box, self.second_box):
            box.currentIndexChanged.connect(self._compare)
        self.tree.selectionModel().currentChanged.connect(self._show_change)
        self.tree.index_chosen.connect(self._go)
        self.tree.customContextMenuRequested.connect(self._show_menu)
        for view in self.views:
            view.link_followed.connect(self._follow)
        self._library.library_changed.connect(self.refresh)
        self._library.document_changed.connect(self._take_change)
        self._library.decisions_changed.connect(self._take_change)
        self._highlight.highlight_changed.connect(self._show_marked)

    def retranslate(self) -> None:
        """Speak the language in use; what is shown is written anew."""
        for box, name in ((self.first_box, _("第一篇文档")), (self.second_box, _("第二篇文档"))):
            box.setAccessibleName(name)
            box.setPlaceholderText(_("选一篇文档"))
        self.swap_button.setText("⇄")
        self.swap_button.setToolTip(_("交换两篇"))
        self.swap_button.setAccessibleName(self.swap_button.toolTip())
        self.mark_button.setToolTip(_("在地图上标出说法不同的地点和集群，或取消标记"))
        self.save_button.setText(_("保存…"))
        self.save_button.setToolTip(_("把全部不同连同两边的原句和出处存为 Excel 或 CSV"))
        self.tree.setAccessibleName(_("两篇文档的不同"))
        for view, letter in zip(self.views, "AB", strict=True):
            view.setAccessibleName(_("{side} 的原文").format(side=letter))
        if not self._is_stale:
            self._show_boxes()
        self._show_compared()

    def compare(self, first_id: str, second_id: str) -> None:
        """Compare two documents; the first is told as the earlier one."""
        self._show_boxes()
        for box, document_id in ((self.first_box, first_id), (self.second_box, second_id)):
            with QSignalBlocker(box):
                box.setCurrentIndex(box.findData(document_id))
        self._is_stale = False
        self._compare()

    def refresh(self) -> None:
        """Offer the documents as they are now: at once if the panel is seen, else when it is."""
        if not self.isVisible():
            self._is_stale = True
            return
        self._is_stale = False
        before = self._chosen()
        self._show_boxes()
        if self._chosen() != before or self._compared is None:
            self._compare()

    def save(self) -> None:
        """Ask for a file and write all changes there, with both quotations and their references."""
        if self._compared is None:
            return
        table = comparison_table(*self._compared, self._texts)
        path = SaveTableDialog.save(self, self._folder, table)
        if path is not None:
            self._folder = str(path.parent)
            self.told.emit(_("已保存：{path}").format(path=path))

    # What is compared.

    def _chosen(self) -> tuple[str, str]:
        return self.first_box.currentData() or "", self.second_box.currentData() or ""

    def _show_boxes(self) -> None:
        entries = self._library.entries()
        for box in (self.first_box, self.second_box):
            chosen = box.currentData()
            with QSignalBlocker(box):
                box.clear()
                for entry in entries:
                    box.addItem(dated_title(entry, self._workspace.language), entry.id)
                    box.setItemData(box.count() - 1, tooltip(box.itemText(box.count() - 1)), TIP)
                box.setCurrentIndex(box.findData(chosen) if chosen else -1)
            self._widen_list(box)

    @staticmethod
    def _widen_list(box: QComboBox) -> None:
        widest = max(
            (box.fontMetrics().horizontalAdvance(box.itemText(n)) for n in range(box.count())), default=0
        )
        box.view().setMinimumWidth(min(widest + 40, 640))

    def _swap(self) -> None:
        first_id, second_id = self._chosen()
        self.compare(second_id, first_id)

    def _take_change(self, document_id: str) -> None:
        if document_id in self._chosen():
            self._compared = None
            self.refresh()

    def _compare(self) -> None:
        """Compare what is chosen: short texts at once, long ones aside."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._run += 1
        self._compared = None
        ids = self._chosen()
        catalogue = self._workspace.catalogue
        entries = [self._library.entry(document_id) for document_id in ids]
        known = [entry for entry in entries if entry is not None]
        if len(known) < 2 or ids[0] == ids[1]:
            self._show_compared()
            return
        if sum(entry.characters for entry in known) <= HERE_AT_MOST_CHARS:
            try:
                first, second = (self._library.document(document_id) for document_id in ids)
            except DocumentUnknown:
                self._library.refresh()  # Somebody else has taken it away.
                return
            if first is not None and second is not None:
                self._compared = first, second, compare_documents(first, second, catalogue)
            self._show_compared()
            return

        def work(store: Library, _progress: Progress, cancelled: Cancelled) -> Compared | Literal[False]:
            first, second = (store.document(document_id) for document_id in ids)
            if cancelled():
                return False
            return first, second, compare_documents(first, second, catalogue)

        title = _("对比“{before}”与“{after}”").format(before=title_of(known[0]), after=title_of(known[1]))
        run = self._run
        self._task = self._library.ask_aside(title, work, partial(self._take_compared, run))
        self._task.ended.connect(partial(self._end_task, run))
        self._show_compared()

    def _take_compared(self, run: int, compared: Compared) -> None:
        if run == self._run:  # What was cancelled may have come to its end all the same.
            self._compared = compared

    def _end_task(self, run: int) -> None:
        if run == self._run:
            self._task = None
            self._show_compared()

    # What is shown.

    def _show_compared(self) -> None:
        compared = self._compared
        is_there = compared is not None
        for button in (self.save_button, self.mark_button):
            button.setEnabled(is_there)
        self.swap_button.setEnabled(all(self._chosen()))
        self.summary.setVisible(is_there)
        self._show_sides(None)
        if compared is None:
            self.model.show_comparison(None, self._texts, ("A", "B"))
            self.note.setText(self._reason())
            self._pages.setCurrentWidget(self.note)
        else:
            comparison = compared[2]
            titles = [document.details.title or document.file_name for document in compared[:2]]
            self.summary.setText(self._texts.summary(comparison))
            self.model.show_comparison(comparison, self._texts, (f"A  {titles[0]}", f"B  {titles[1]}"))
            self.tree.unfold()
            self._pages.setCurrentWidget(self.splitter)
            self._choose_first()
        self._show_marked()

    def _choose_first(self) -> None:
        for row in range(self.model.rowCount()):
            group = self.model.index(row, 0)
            if self.model.rowCount(group):
                self.tree.setCurrentIndex(self.model.index(0, 0, group))
                self.tree.scrollToTop()
                return

    def _reason(self) -> str:
        """Return why nothing is compared."""
        first_id, second_id = self._chosen()
        if self._task is not None:
            return _("正在对比……")
        if len(self._library.entries()) < 2:
            return _("文库里至少要有两篇文档才能对比。先在“文档与检索”里导入。")
        if first_id and first_id == second_id:
            return _("两边是同一篇文档，请另选一篇。")
        return _("在上面选两篇文档，看地点、集群、产业链、目标和数字在两篇里各怎么说、有哪些不同。")

    def _show_change(self, index: QModelIndex) -> None:
        self._show_sides(self.model.change_at(index))

    def _show_sides(self, change: Change | None) -> None:
        if change is None:
            hint = _("选一行看两边的原句；双击打开原文。") if self._compared is not None else ""
            self.views[0].show_markup(element("p", hint, css="faint"))
            self.views[1].show_markup(NOTHING)
            return
        for number, (view, side) in enumerate(zip(self.views, (change.before, change.after), strict=True)):
            view.show_markup(self._side_markup("AB"[number], side, number))

    def _side_markup(self, letter: str, side: Side | None, number: int) -> Markup:
        if side is None:
            return element("p", _("{side} 没有提到。").format(side=letter), css="faint")
        head: list[str | Markup] = [element("b", f"{letter}  "), element("b", self._texts.side(side))]
        subject_id = side.subject_id
        subject = self._library.subject(subject_id) if subject_id else None
        if subject is not None:
            is_chain = subject_id in self._workspace.catalogue.chains
            scheme, word = ("chain", _("看产业链")) if is_chain else ("place", _("看地图"))
            target = subject_id if is_chain else subject.place_id
            if target:
                head += ["  ", link(scheme, target, word)]
        quotations = [self._quotation_markup(each, number, at) for at, each in enumerate(side.quotations)]
        left = side.occurrences - len(side.quotations)
        if left > 0:
            quotations.append(element("p", _("……另有 {n} 处。").format(n=left), css="small"))
        return join((element("p", *head), *quotations))

    def _quotation_markup(self, quotation: Quotation, side: int, at: int) -> Markup:
        span = (quotation.start - quotation.sentence_start, quotation.end - quotation.sentence_start)
        sentence = marked(quotation.sentence, [span])
        return element("p", sentence, " ", link("quote", f"{side}-{at}", _("读原文")))

    # What the user asks for.

    def _go(self, index: QModelIndex) -> None:
        """Go to the words of the side that was chosen; from the first column to whichever is there."""
        change = self.model.change_at(index)
        if change is None:
            return
        side = change.before if index.column() == DiffColumn.BEFORE else change.after
        self._read(side or change.before or change.after)

    def _read(self, side: Side | None, at: int = 0) -> None:
        if side is not None:
            quotation = side.quotations[at]
            self.document_requested.emit(quotation.document_id, quotation.start, quotation.end)

    def _follow(self, scheme: str, target: str) -> None:
        change = self.model.change_at(self.tree.currentIndex())
        if scheme == "place":
            self.place_requested.emit(target)
        elif scheme == "chain":
            self.chain_requested.emit(target)
        elif scheme == "quote" and change is not None:
            number, _dash, at = target.partition("-")
            self._read((change.before, change.after)[int(number)], int(at))

    def _show_menu(self, where: QPoint) -> None:
        change = self.model.change_at(self.tree.indexAt(where))
        if change is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, side in ((_("在 A 中阅读"), change.before), (_("在 B 中阅读"), change.after)):
            if side is not None:
                menu.addAction(text, partial(self._read, side))
        place_ids = [each for each in self._places_of(change) if self._workspace.knows(each)]
        for place_id in place_ids:
            name = self._library.name(place_id).replace("&", "&&")
            menu.addAction(
                _("在图上看“{name}”").format(name=name),
                partial(self.place_requested.emit, place_id),
            )
        menu.popup(self.tree.viewport().mapToGlobal(where))

    # What is marked on the map.

    def _places_of(self, change: Change) -> list[str]:
        found = []
        for side in (change.before, change.after):
            subject = self._library.subject(side.subject_id) if side is not None and side.subject_id else None
            if subject is not None and subject.place_id:
                found.append(subject.place_id)
        return list(dict.fromkeys(found))

    def _marks(self) -> tuple[str, ...]:
        changes = self._compared[2].changes if self._compared is not None else ()
        told = [
            place_id
            for change in changes
            if change.matter in (Matter.PLACE, Matter.CLUSTER)
            for place_id in self._places_of(change)
        ]
        return tuple(dict.fromkeys(each for each in told if self._workspace.knows(each)))

    def _is_marked(self) -> bool:
        marks = self._marks()
        return bool(marks) and self._highlight.place_ids == marks

    def _toggle_marks(self) -> None:
        if self._is_marked():
            self._highlight.clear()
        elif self._compared is not None:
            titles = [document.details.title or document.file_name for document in self._compared[:2]]
            title = _("“{before}”与“{after}”说法不同").format(before=titles[0], after=titles[1])
            self._highlight.show(self._marks(), title)

    def _show_marked(self) -> None:
        """Say what the button does now; a slot for `Highlight.highlight_changed`."""
        self.mark_button.setText(_("取消标记") if self._is_marked() else _("在图上标出"))
        self.mark_button.setEnabled(bool(self._marks()))

    # Overrides of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Offer the documents when first seen, and what changed meanwhile."""
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new palette, e.g. when the desktop turns dark."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange):
            self.model.recolor()
