"""The library dock: the user's own documents, and the way to read, search and compare them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QItemSelectionModel, QPoint, QSize, Qt, Signal
from qtpy.QtGui import (
    QAction,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QTableView,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from jjjmap.errors import DocumentUnknown, QueryInvalid
from jjjmap.i18n import _
from jjjmap.session.documents.library import TOP, LibrarySession
from jjjmap.session.highlight import Highlight
from jjjmap.session.selection import Selection
from jjjmap.session.workspace import Workspace
from jjjmap.text.fulltext.query import reason_text
from jjjmap.ui.dialogs.cleaning_dialog import CleaningDialog
from jjjmap.ui.dialogs.document_details_dialog import DocumentDetailsDialog
from jjjmap.ui.dialogs.import_report_dialog import ImportReportDialog, report_summary
from jjjmap.ui.dialogs.open_documents_dialog import OpenDocumentsDialog
from jjjmap.ui.dropping import droppable_paths
from jjjmap.ui.filter_line import FilterLine
from jjjmap.ui.following_panel import FollowingPanel
from jjjmap.ui.library_hits_view import LibraryHitsView
from jjjmap.ui.library_query_row import LibraryQueryRow
from jjjmap.ui.library_texts import title_of
from jjjmap.ui.models.library_model import DocumentColumn, LibraryFilter, LibraryModel, Role
from jjjmap.ui.table_rows import choose_row

if TYPE_CHECKING:
    from jjjmap.text.importing import ImportReport
    from jjjmap.text.store.library_records import DocumentEntry

SIDE_BY_SIDE_PX = 860
"""From this width on there is room for the documents beside what was found in them."""
FILTER_PX, NARROW_FILTER_PX = 170, 116
DROP_FRAME_PX, INVITATION_INSET_PX = 3, 8
WIDTHS_PX = {
    DocumentColumn.ISSUER: 130,
    DocumentColumn.DATE: 104,
    DocumentColumn.NUMBER: 150,
    DocumentColumn.MENTIONS: 54,
    DocumentColumn.FIGURES: 70,
    DocumentColumn.VERSIONS: 150,
}
TITLE_LEAST_PX = 220
GIVE_WAY = (DocumentColumn.NUMBER, DocumentColumn.ISSUER, DocumentColumn.VERSIONS, DocumentColumn.FIGURES)
"""Columns that are left out, in this order, where the title would get too narrow."""


class DocumentTable(QTableView):
    """The documents; what may be left out gives way to the title."""

    open_requested = Signal()  # Enter or a double click

    def __init__(self, proxy: LibraryFilter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(proxy)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSortingEnabled(True)
        self.sortByColumn(DocumentColumn.DATE, Qt.SortOrder.DescendingOrder)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(DocumentColumn.TITLE, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(40)
        self.doubleClicked.connect(lambda _index: self.open_requested.emit())

    def fit_columns(self) -> None:
        """Give each column what its title needs, and leave out as many as the documents' titles need."""
        header = self.horizontalHeader()
        widths = {
            column: max(least_px, header.sectionSizeHint(column)) for column, least_px in WIDTHS_PX.items()
        }
        room = self.viewport().width() - sum(widths.values())
        left_out: set[DocumentColumn] = set()
        for column in GIVE_WAY:
            if room >= TITLE_LEAST_PX:
                break
            left_out.add(column)
            room += widths[column]
        for column, width_px in widths.items():
            self.setColumnHidden(column, column in left_out)
            if column not in left_out:
                header.resizeSection(column, width_px)

    # Overrides of Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_requested.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns to the new width."""
        super().resizeEvent(event)
        self.fit_columns()


class _DropFrame(QWidget):
    """Lies over the panel: a dashed frame around the invitation, a solid one while files are held over it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._is_inviting = False
        self._is_dragged_over = False
        self.hide()

    def show_invitation(self, is_inviting: bool) -> None:
        self._is_inviting = is_inviting
        self._show()

    def show_drag(self, is_over: bool) -> None:
        self._is_dragged_over = is_over
        self._show()

    def _show(self) -> None:
        self.setVisible(self._is_inviting or self._is_dragged_over)
        self.raise_()
        self.update()

    # Overrides of Qt.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        if self._is_dragged_over:
            pen = QPen(palette.color(QPalette.ColorRole.Highlight), DROP_FRAME_PX)
        else:
            pen = QPen(palette.color(QPalette.ColorRole.Mid), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        inset = INVITATION_INSET_PX if self._is_inviting else DROP_FRAME_PX
        painter.drawRoundedRect(self.rect().adjusted(inset, inset, -inset - 1, -inset - 1), 8, 8)
        painter.end()


class LibraryPanel(FollowingPanel):
    """Shows what `LibrarySession` holds; files can be dropped on it."""

    document_requested = Signal(str, int, int)  # document id, start and end in its text; -1 for its top
    place_requested = Signal(str)  # place id, from what was found
    comparison_requested = Signal(str, str)  # document ids, the older first
    export_requested = Signal()
    tally_requested = Signal(object, str)  # dict of counts by subject id, what was counted
    told = Signal(str)  # a sentence for the status bar
    undo_offered = Signal(str)  # a sentence beside which `LibrarySession.undo_remove` is offered

    def __init__(
        self,
        workspace: Workspace,
        library: LibrarySession,
        selection: Selection,
        highlight: Highlight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(selection, parent)
        self._workspace = workspace
        self._library = library
        self._folder = ""
        self._is_stale = True
        self._report: ImportReport | None = None
        self.setAcceptDrops(True)
        self._make_actions()
        self.filter_line = FilterLine(self)
        self.filter_line.setClearButtonEnabled(True)
        self.filter_line.setAcceptDrops(False)
        self.count_label = QLabel(self)
        self.count_label.setObjectName("faint")
        self.query_row = LibraryQueryRow(self)
        self.model = LibraryModel(workspace, self)
        self.proxy = LibraryFilter(self)
        self.proxy.setSourceModel(self.model)
        self.table = DocumentTable(self.proxy, self)
        self.hits = LibraryHitsView(workspace, library, highlight, self)
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use."""
        for action, text, tip in (
            (self.import_action, _("导入文件…"), _("把文本、网页、Word 或 PDF 文件读进文库")),
            (self.folder_action, _("导入文件夹…"), _("把一个文件夹里的政策文件都读进文库")),
            (self.open_action, _("阅读"), _("打开选中的文档")),
            (self.details_action, _("信息…"), _("改标题、发布者、日期和文号")),
            (self.cleaning_action, _("清理记录…"), _("看导入时去掉了什么，可逐步撤销")),
            (self.compare_action, _("比较两篇"), _("选两篇，看地点、产业链、指标和数字有哪些不同")),
            (self.remove_action, _("删除"), _("从文库移去选中的文档；磁盘上的文件不动，可以撤销")),
            (self.undo_action, _("撤销删除"), _("把刚才删除的文档放回文库")),
            (self.export_action, _("导出…"), _("导出提及和数字，带出处")),
            (self.report_action, _("导入结果…"), _("再看上一次导入的结果")),
        ):
            action.setText(text)
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{tip} ({keys})" if keys else tip)
        self.toolbar.setAccessibleName(_("文库工具栏"))
        self.filter_line.setPlaceholderText(_("筛选：标题、发布者、文号"))
        self.filter_line.setAccessibleName(_("筛选文件"))
        self.table.setAccessibleName(_("文库里的文档"))
        self._invitation.setText(_("把政策文件拖到这里，或点“导入文件…”"))
        self._promise.setText(
            _(
                "能读 txt、md、html、docx 和 pdf。程序标出文中的地点、产业链和数字，并与地图相连。\n"
                "文件只在这台电脑上读取和保存，程序不联网，也不改动原文件。"
            )
        )
        for button, action in zip(self._buttons, (self.import_action, self.folder_action), strict=True):
            button.setText(action.text())
        self._retry_button.setText(_("再试一次"))
        self.query_row.retranslate()
        self.hits.retranslate()
        if self._is_filled:
            self._offer_place()
            self.refresh()
            self._search()

    def refresh(self) -> None:
        """Show the documents as they are now: at once if the panel is seen, else when it is."""
        if not self.isVisible():
            self._is_stale = True
            return
        self._is_stale = False
        chosen = {entry.id for entry in self._chosen()}
        entries = self._library.entries()
        self.model.show_entries(entries)
        self._choose(chosen)
        self.table.fit_columns()
        self.query_row.show_years(entry.details.date[:4] for entry in entries if entry.details.date)
        self._show_page()
        self._show_count()
        self._show_actions()

    def ask_files(self) -> None:
        """Ask for files and bring them in."""
        self.import_paths(OpenDocumentsDialog.ask_files(self, self._folder))

    def ask_folder(self) -> None:
        """Ask for a folder and bring all of its documents in."""
        folder = OpenDocumentsDialog.ask_folder(self, self._folder)
        if folder is not None:
            self.import_paths([folder])

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Read files and folders into the library; what became of them is shown at the end."""
        if paths:
            self._folder = str(paths[0] if paths[0].is_dir() else paths[0].parent)
            self._library.import_paths(paths)

    def edit_details(self, document_id: str) -> None:
        """Let the user correct title, issuer, date and number of a document."""
        entry = self._library.entry(document_id)
        if entry is None:
            return
        changes = DocumentDetailsDialog.ask(self, entry)
        if changes and self._library.set_details(document_id, **changes):
            self.told.emit(_("已改“{title}”的信息；这几项以后不再自动猜。").format(title=title_of(entry)))

    def show_cleaning(self, document_id: str) -> None:
        """Show what the cleaning took out of a document, and let the user take it back."""
        try:
            document = self._library.document(document_id)
        except DocumentUnknown:  # Taken out meanwhile, e.g. by the command line.
            self.told.emit(_("这篇文档已不在文库里。"))
            self._library.refresh()
            return
        if document is not None:
            self._library.set_steps(document_id, CleaningDialog.ask(self, document))

    def look_for(self, text: str) -> None:
        """Search all documents, as if the user had typed it."""
        self._fill()
        self.query_row.line.setText(text)
        self.query_row.ask_now()

    # How the panel is made.

    def _make_actions(self) -> None:
        def make(slot: Callable[[], None], keys: Qt.Key | None = None) -> QAction:
            action = QAction(self)
            action.triggered.connect(lambda _checked=False: slot())
            if keys is not None:
                action.setShortcut(QKeySequence(keys))
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            return action

        self.import_action = make(self.ask_files)
        self.folder_action = make(self.ask_folder)
        self.open_action = make(self._open_chosen)
        self.details_action = make(self._edit_chosen, Qt.Key.Key_F2)
        self.cleaning_action = make(self._show_cleaning_of_chosen)
        self.compare_action = make(self._compare)
        self.remove_action = make(self._remove, Qt.Key.Key_Delete)
        self.undo_action = make(self._undo)
        self.export_action = make(self.export_requested.emit)
        self.report_action = make(self._show_report)

    def _lay_out(self) -> None:
        self.toolbar = QToolBar(self)
        self.toolbar.setIconSize(QSize(14, 14))
        self.toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.toolbar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for entry in (
            self.import_action,
            self.folder_action,
            None,
            self.details_action,
            self.cleaning_action,
            self.compare_action,
            self.remove_action,
            None,
            self.export_action,
            self.report_action,
        ):
            if entry is None:
                self.toolbar.addSeparator()
            else:
                self.toolbar.addAction(entry)
        # Keys of the table alone: Delete in a line edits the line.
        self.table.addActions([self.details_action, self.remove_action])
        self._top = QWidget(self)
        top = QHBoxLayout(self._top)
        top.setContentsMargins(0, 0, 6, 0)
        top.setSpacing(6)
        top.addWidget(self.toolbar, 1)
        top.addWidget(self.count_label)
        top.addWidget(self.filter_line)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.hits)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes([1, 1])
        self.hits.hide()
        self._pages = QStackedLayout()
        for page in (self._make_empty_page(), self._make_trouble_page(), self.splitter):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addWidget(self.query_row)
        column.addLayout(self._pages, 1)
        self._drop_frame = _DropFrame(self)

    def _make_empty_page(self) -> QWidget:
        page = QWidget(self)
        self._invitation, self._promise = QLabel(page), QLabel(page)
        self._invitation.setObjectName("place_name")
        self._promise.setObjectName("faint")
        for label in (self._invitation, self._promise):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        self._buttons = QPushButton(page), QPushButton(page)
        for button, action in zip(self._buttons, (self.import_action, self.folder_action), strict=True):
            button.clicked.connect(action.trigger)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in self._buttons:
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 8, 24, 8)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._invitation)
        column.addLayout(row)
        column.addWidget(self._promise)
        column.addStretch(1)
        return page

    def _make_trouble_page(self) -> QWidget:
        page = QWidget(self)
        self._trouble_label = QLabel(page)
        self._trouble_label.setTextFormat(Qt.TextFormat.PlainText)
        self._trouble_label.setWordWrap(True)
        self._trouble_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._retry_button = QPushButton(page)
        self._retry_button.clicked.connect(self._library.refresh)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 12, 24, 12)
        column.addWidget(self._trouble_label)
        column.addWidget(self._retry_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return page

    def _connect(self) -> None:
        library = self._library
        library.library_changed.connect(self._take_change)
        library.decisions_changed.connect(self._refresh_counts)
        library.import_ended.connect(self._tell_import)
        library.importing_changed.connect(self._show_actions)
        library.removals_changed.connect(self._show_actions)
        self.filter_line.textChanged.connect(self._filter)
        self.filter_line.left_downwards.connect(self._enter_table)
        self.filter_line.chosen.connect(self._enter_table)
        self.table.open_requested.connect(self._open_chosen)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.selectionModel().selectionChanged.connect(self._show_actions)
        self.query_row.asked.connect(self._search)
        self.query_row.entered.connect(self.hits.enter)
        self.hits.document_requested.connect(self.document_requested)
        self.hits.place_requested.connect(self.place_requested)
        self.hits.tally_requested.connect(self.tally_requested)

    def _fill_once(self) -> None:
        self._offer_place()
        self.refresh()

    def _follow_place(self) -> None:
        self._offer_place()

    # The documents.

    def _chosen(self) -> tuple[DocumentEntry, ...]:
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(
            self.model.entry_at(self.proxy.mapToSource(self.proxy.index(row, 0)).row()) for row in rows
        )

    def _choose(self, document_ids: set[str]) -> None:
        """Choose rows, and make the first of them the current one."""
        selection = self.table.selectionModel()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        is_first = True
        for row in range(self.proxy.rowCount()):
            index = self.proxy.index(row, 0)
            if index.data(Role.ID) not in document_ids:
                continue
            if is_first:
                selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
                self.table.scrollTo(index)
                is_first = False
            selection.select(index, flags)

    def _take_change(self) -> None:
        self.refresh()
        if self._is_filled and self.query_row.text:
            self._search()

    def _refresh_counts(self, _document_id: str) -> None:
        self.refresh()

    def _show_page(self) -> None:
        trouble = self._library.trouble
        is_empty = not self.model.entries
        if trouble is not None:
            self._trouble_label.setText(
                _("文库打不开：{reason}\n文件是 {path}，没有改动。").format(
                    reason=trouble.reason, path=trouble.path
                )
            )
        self._drop_frame.show_invitation(is_empty and trouble is None)
        self._pages.setCurrentIndex(1 if trouble is not None else 0 if is_empty else 2)
        self.query_row.setVisible(not is_empty)
        self.filter_line.setVisible(not is_empty)
        self.count_label.setVisible(not is_empty)
        self._share_room()

    def _show_count(self) -> None:
        n, shown = len(self.model.entries), self.proxy.rowCount()
        self.count_label.setText(
            _("{shown}/{n} 篇").format(shown=shown, n=n)
            if self.proxy.is_filtering
            else _("{n} 篇").format(n=n)
        )

    def _show_actions(self) -> None:
        chosen = len(self._chosen())
        has_any = bool(self.model.entries)
        for action in (self.open_action, self.details_action, self.cleaning_action):
            action.setEnabled(chosen == 1)
        self.remove_action.setEnabled(chosen > 0)
        self.compare_action.setEnabled(self._pair() is not None)
        self.undo_action.setEnabled(self._library.can_undo_removal)
        self.export_action.setEnabled(has_any)
        self.report_action.setVisible(self._report is not None)
        # An empty library invites by its two big buttons; the same again above them would be noise.
        self._top.setVisible(has_any or self._library.trouble is not None)

    def _filter(self, text: str) -> None:
        self.proxy.look_for(text)
        self._show_count()
        self._show_actions()

    def _enter_table(self) -> None:
        self.table.setFocus()
        if not self._chosen() and self.proxy.rowCount():
            choose_row(self.table, 0)

    def _open_chosen(self) -> None:
        chosen = self._chosen()
        if len(chosen) == 1:
            self.document_requested.emit(chosen[0].id, TOP, TOP)

    def _pair(self) -> tuple[DocumentEntry, DocumentEntry] | None:
        """Return the two documents to compare, the older first: one chosen brings what it is a version of."""
        chosen = self._chosen()
        if len(chosen) == 1 and chosen[0].likeness is not None:
            other = self._library.entry(chosen[0].likeness.document_id)
            chosen = (chosen[0], other) if other is not None else chosen
        if len(chosen) != 2:
            return None
        first, second = sorted(chosen, key=lambda entry: (entry.details.date, bool(entry.version_of)))
        return first, second

    def _compare(self) -> None:
        pair = self._pair()
        if pair is not None:
            self.comparison_requested.emit(pair[0].id, pair[1].id)

    def _edit_chosen(self) -> None:
        for entry in self._chosen()[:1]:
            self.edit_details(entry.id)

    def _show_cleaning_of_chosen(self) -> None:
        for entry in self._chosen()[:1]:
            self.show_cleaning(entry.id)

    def _remove(self) -> None:
        chosen = self._chosen()
        row = min((index.row() for index in self.table.selectionModel().selectedRows()), default=-1)
        if not chosen or not self._library.remove([entry.id for entry in chosen]):
            return
        if self.proxy.rowCount():
            choose_row(self.table, min(row, self.proxy.rowCount() - 1))
        self.undo_offered.emit(
            _("已从文库移去“{title}”。").format(title=title_of(chosen[0]))
            if len(chosen) == 1
            else _("已从文库移去 {n} 篇。").format(n=len(chosen))
        )

    def _undo(self) -> None:
        if self._library.undo_remove():
            self.told.emit(_("已放回文库。"))

    def _show_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addActions([self.open_action, self.details_action, self.cleaning_action, self.compare_action])
        menu.addSeparator()
        menu.addActions([self.remove_action, self.undo_action])
        menu.popup(self.table.viewport().mapToGlobal(where))

    # Files that come in.

    def _tell_import(self, report: ImportReport) -> None:
        """Tell what became of an import; show the report where there is more to it than new documents."""
        self._report = report
        self.told.emit(report_summary(report))
        # What was chosen before must not go with it when it is removed; nor all of a folder by one key.
        self.table.clearSelection()
        if len(report.imported) == 1:
            self._choose({report.imported[0].document_id})
        self._show_actions()
        if report.findings or any(each.likeness is not None for each in report.imported):
            self._show_report()

    def _show_report(self) -> None:
        if self._report is not None:
            dialog = ImportReportDialog.show_report(self._report, self)
            dialog.document_requested.connect(
                lambda document_id: self.document_requested.emit(document_id, TOP, TOP)
            )

    # What is looked for.

    def _offer_place(self) -> None:
        place_id = self._selection.place_id
        name = self._library.name(place_id) if place_id else ""
        self.query_row.show_place(place_id, name)

    def _search(self) -> None:
        query = self.query_row.text
        if query:
            try:
                answer = self._library.search(query, self.query_row.filters())
            except QueryInvalid as error:
                self.hits.show_invalid(reason_text(error.reason))
            else:
                is_narrowed = self.query_row.is_narrowed
                self.hits.show_answer(answer, self.query_row.filters(), is_narrowed=is_narrowed)
        else:
            self.hits.show_nothing()
        self.hits.setVisible(bool(query))
        self._share_room()

    def _share_room(self) -> None:
        """Let what was found stand beside the documents, or in their place where it is narrow."""
        is_asked = bool(self.query_row.text)
        self.table.setVisible(not is_asked or self.width() >= SIDE_BY_SIDE_PX)

    # Overrides of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Show what has changed while the panel was not seen."""
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the new width."""
        super().resizeEvent(event)
        self._drop_frame.setGeometry(self.rect())
        is_wide = self.width() >= SIDE_BY_SIDE_PX
        self.filter_line.setFixedWidth(FILTER_PX if is_wide else NARROW_FILTER_PX)
        self._share_room()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of this computer, and nothing else."""
        if droppable_paths(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._drop_frame.show_drag(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget the drag."""
        self._drop_frame.show_drag(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Bring the files in."""
        self._drop_frame.show_drag(False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.import_paths(droppable_paths(event.mimeData()))
