"""The review of figures: what the documents count, to be accepted, corrected or rejected row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from qtpy.QtCore import QElapsedTimer, QPoint, QSignalBlocker, QSize, Qt, QTimer, Signal
from qtpy.QtGui import QAction, QShowEvent
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from jjjmap.errors import DocumentUnknown
from jjjmap.i18n import _
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.documents.steps import figures_title, many_figures_title
from jjjmap.session.history import Step
from jjjmap.session.workspace import Workspace
from jjjmap.text.records import Document, FigureStatus, TextFigure
from jjjmap.text.store.library_records import FigureDecision
from jjjmap.ui.dialogs.figure_dialog import FigureDialog
from jjjmap.ui.figure_texts import ACCEPTED, missing_parts, status_name
from jjjmap.ui.figures_review_table import FiguresReviewTable
from jjjmap.ui.filter_line import FilterLine
from jjjmap.ui.library_texts import title_of
from jjjmap.ui.models.figures_review_model import (
    FigureRow,
    FiguresReviewModel,
    StatusFilter,
    rows_of,
)

OPENED, EVERY = "opened", "*"
"""Instead of a document id: the one that is read now, and all of them."""
SLICE_MS = 40
"""So long a piece of long work takes before the window may breathe."""
KEPT_UNDO = 50
AT_ONCE = 12
"""More decisions than that are shown with their progress."""
TOGETHER = 100
"""So many figures of one document are written together: each time its whole text is read once."""
FILTER_PX = 190

Decided = Sequence[TextFigure | None] | None
"""Figures as they are now, None for one that is gone; None altogether if the library cannot be used."""


@dataclass(slots=True)
class _Batch:
    """Decisions that are being made, some at a time."""

    rows: list[FigureRow]
    decide: Callable[[str, list[FigureRow]], Decided]
    """Called with a document id and rows of that document."""
    done: list[FigureRow] = field(default_factory=list)
    """As they were before."""
    gone: int = 0
    at: int = 0
    said: str = ""
    """What is told at the end; ``{n}`` is how many were decided."""
    is_undo: bool = False
    status: FigureStatus = FigureStatus.FOUND
    changes: Mapping[str, Any] = field(default_factory=dict)
    """What is said of the figures, unless it is undone."""
    follows: bool = False
    """Whether the next row is to be chosen."""
    left: tuple[tuple[str, int, int], ...] = ()
    """Figures that were chosen but not decided, for they lack something."""

    def next_rows(self) -> list[FigureRow]:
        """Return the rows that are decided next: of one document, and not more than `TOGETHER`."""
        document_id = self.rows[self.at].document_id
        following = self.rows[self.at : self.at + TOGETHER]
        return list(takewhile(lambda row: row.document_id == document_id, following))


@dataclass(frozen=True, slots=True, eq=False)
class _Undo:
    """Something that was decided here."""

    rows: tuple[FigureRow, ...]
    """As they were before."""
    step: Step | None = None
    """Of the history; None for the rest of one that was being taken back."""


class FiguresReviewPanel(QWidget):
    """Shows the figures of the document that is read, of another one, or of all.

    Parameters
    ----------
    workspace
        Names indicators and places.
    library
        Holds the documents, and remembers what the user decides.
    """

    document_requested = Signal(str, int, int)  # document id, start and end of the figure in its text
    place_requested = Signal(str)  # place id
    told = Signal(str)  # a sentence for the status bar

    def __init__(self, workspace: Workspace, library: LibrarySession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._library = library
        self._is_stale = True
        self._undo: list[_Undo] = []
        self._waiting: list[str] = []
        """Documents that are still to be read for the table."""
        self._to_read = 0
        self._batch: _Batch | None = None
        self.model = FiguresReviewModel(workspace, library.name, self)
        self.table = FiguresReviewTable(self.model, self)
        self.document_box = QComboBox(self)
        self.status_box = QComboBox(self)
        self.doubtful_box = QCheckBox(self)
        self.filter_line = FilterLine(self)
        self.filter_line.setClearButtonEnabled(True)
        self.count_label = QLabel(self)
        self.count_label.setObjectName("faint")
        self._reading_timer = QTimer(self)
        self._reading_timer.setInterval(0)
        self._reading_timer.timeout.connect(self._read_some)
        self._batch_timer = QTimer(self)
        self._batch_timer.setInterval(0)
        self._batch_timer.timeout.connect(self._decide_some)
        self._make_actions()
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use."""
        for action, text, tip in (
            (self.accept_action, _("采纳"), _("选中的数字没有错，列进地点的数据（C 或 Enter）")),
            (self.reject_action, _("否定"), _("选中的不是数字，或没有用（X 或 Delete）")),
            (self.edit_action, _("修改…"), _("改数值、指标、时期或地点，改好即采纳（R）")),
            (self.reset_action, _("恢复未审"), _("收回对选中数字的决定和修改")),
            (self.undo_action, _("撤销"), _("撤销在这里做的上一次决定")),
            (self.stop_action, _("停止"), _("其余的不再处理；已处理的可以撤销")),
            (self.open_action, _("到原文"), _("在阅读窗口里看这个数字（双击）")),
            (self.place_action, _("到地图"), _("在地图上看这个数字所说的地点")),
            (self.alike_action, _("只看这个指标"), ""),
        ):
            action.setText(text)
            action.setToolTip(tip or text)
        self.toolbar.setAccessibleName(_("数字审阅工具栏"))
        self.table.setAccessibleName(_("文档里的数字"))
        self.document_box.setAccessibleName(_("哪些文档"))
        self.status_box.setAccessibleName(_("审阅状态"))
        self.doubtful_box.setText(_("只看存疑"))
        self.doubtful_box.setToolTip(_("缺指标或地点，或有些内容取自上文"))
        self.filter_line.setPlaceholderText(_("筛选：指标、地点、句中的话"))
        self.filter_line.setAccessibleName(_("筛选数字"))
        names = {
            StatusFilter.ALL: _("全部状态"),
            StatusFilter.OPEN: status_name(FigureStatus.FOUND),
            StatusFilter.ACCEPTED: _("已采纳"),
            StatusFilter.REJECTED: status_name(FigureStatus.REJECTED),
        }
        chosen = self.status_box.currentIndex()
        blocker = QSignalBlocker(self.status_box)
        self.status_box.clear()
        for each, name in names.items():
            self.status_box.addItem(name, each)
        self.status_box.setCurrentIndex(max(0, chosen))
        del blocker
        self._fill_documents()
        self.table.fit_columns()
        if not self._is_stale:
            self.model.sort_again()
            self._show_state()

    def edit(self, document_id: str, figure: TextFigure) -> None:
        """Let the user correct a figure, which is accepted thereby; its row is shown."""
        document = self._document(document_id)
        if document is None:
            return
        if self._wanted_id() not in (document_id, EVERY):
            self._choose_document(document_id)
        elif self._is_stale:
            self.refresh()
        now = next(
            (each for each in document.figures if (each.start, each.end) == (figure.start, figure.end)), None
        )
        if now is None:
            self.told.emit(_("这个数字已不在文中。"))
            return
        row = next(each for each in rows_of(document) if each.figure is now)
        number = self.model.find_row(row.key)
        if number >= 0:
            self.table.choose([number])
        self._edit(row)

    def refresh(self) -> None:
        """Show the figures as they are now: at once if the panel is seen, else when it is."""
        if not self.isVisible():
            self._is_stale = True
            return
        self._is_stale = False
        self._fill_documents()
        wanted = self._wanted_id()
        if wanted == EVERY:
            self._waiting = [entry.id for entry in self._library.entries() if entry.figures]
        else:
            self._waiting = [wanted] if wanted else []
        self._to_read = len(self._waiting)
        self.table.shows_documents = wanted == EVERY
        self.table.fit_columns()
        self.model.show_rows(())
        if self._waiting:
            # The first ones at once: a single document is there without a flicker.
            self._read_some()
        else:
            self._reading_timer.stop()
            self._show_state()

    # How the panel is made.

    def _make_actions(self) -> None:
        def make(slot: Callable[[], None]) -> QAction:
            action = QAction(self)
            action.triggered.connect(lambda _checked=False: slot())
            return action

        self.accept_action = make(self._accept_chosen)
        self.reject_action = make(self._reject_chosen)
        self.edit_action = make(self._edit_chosen)
        self.reset_action = make(self._reset_chosen)
        self.undo_action = make(self.undo)
        self.stop_action = make(self._stop)
        self.open_action = make(self._open_chosen)
        self.place_action = make(self._go_to_place)
        self.alike_action = make(self._show_alike)

    def _lay_out(self) -> None:
        self.toolbar = QToolBar(self)
        self.toolbar.setIconSize(QSize(14, 14))
        self.toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.toolbar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for entry in (
            self.accept_action,
            self.reject_action,
            self.edit_action,
            self.reset_action,
            None,
            self.undo_action,
            self.stop_action,
            None,
            self.open_action,
            self.place_action,
        ):
            if entry is None:
                self.toolbar.addSeparator()
            else:
                self.toolbar.addAction(entry)
        for box, letters in ((self.document_box, 12), (self.status_box, 5)):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(letters)
        self.filter_line.setMinimumWidth(90)
        self.filter_line.setMaximumWidth(FILTER_PX * 2)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 8, 0)
        top.addWidget(self.toolbar, 1)
        top.addWidget(self.count_label)
        filters = QHBoxLayout()
        filters.setContentsMargins(6, 2, 8, 3)
        filters.setSpacing(6)
        filters.addWidget(self.document_box, 3)
        filters.addWidget(self.status_box)
        filters.addWidget(self.doubtful_box)
        filters.addWidget(self.filter_line, 4)
        self._nothing = QLabel(self)
        self._nothing.setObjectName("faint")
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._nothing.setMargin(16)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(filters)
        column.addLayout(self._pages, 1)

    def _connect(self) -> None:
        library = self._library
        library.library_changed.connect(self.refresh)
        library.document_changed.connect(lambda _document_id: self.refresh())
        library.decisions_changed.connect(self._take_decisions)
        library.document_opened.connect(self._follow_opened)
        library.history.changed.connect(self._show_actions)
        self.document_box.activated.connect(lambda _position: self.refresh())
        self.status_box.currentIndexChanged.connect(lambda _position: self._narrow())
        self.doubtful_box.toggled.connect(lambda _is_on: self._narrow())
        self.filter_line.textChanged.connect(lambda _text: self._narrow())
        self.filter_line.left_downwards.connect(self._enter_table)
        self.filter_line.chosen.connect(self._enter_table)
        self.table.key_wished.connect(self._answer_key)
        self.table.doubleClicked.connect(lambda _index: self._open_chosen())
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.selectionModel().selectionChanged.connect(self._show_actions)

    # Which figures are shown.

    def _wanted_id(self) -> str:
        """Return the document that is shown, `EVERY`, or nothing."""
        wanted = str(self.document_box.currentData() or OPENED)
        if wanted != OPENED:
            return wanted
        opened = self._library.opened
        return opened.document_id if opened is not None and self._library.entry(opened.document_id) else ""

    def _fill_documents(self) -> None:
        """Offer the document that is read, all of them, and each one."""
        is_first = self.document_box.count() == 0
        chosen = self.document_box.currentData()
        entries = self._library.entries()
        blocker = QSignalBlocker(self.document_box)
        self.document_box.clear()
        self.document_box.addItem(_("正在阅读的一篇"), OPENED)
        self.document_box.addItem(_("全部 {n} 篇").format(n=len(entries)), EVERY)
        if entries:
            self.document_box.insertSeparator(2)
        for entry in entries:
            self.document_box.addItem(
                _("{title}（{n} 个数字）").format(title=title_of(entry), n=entry.figures), entry.id
            )
        if is_first or chosen is None:
            chosen = OPENED if self._library.opened is not None else EVERY
        self.document_box.setCurrentIndex(max(0, self.document_box.findData(chosen)))
        del blocker

    def _choose_document(self, document_id: str) -> None:
        self._fill_documents()
        self.document_box.setCurrentIndex(max(0, self.document_box.findData(document_id)))
        self.refresh()

    def _follow_opened(self, _document_id: str, _start: int, _end: int) -> None:
        if self.document_box.currentData() == OPENED:
            self.refresh()

    def _document(self, document_id: str) -> Document | None:
        try:
            return self._library.document(document_id)
        except DocumentUnknown:
            return None

    def _read_some(self) -> None:
        """Read documents for some milliseconds, and go on when the window has breathed."""
        clock = QElapsedTimer()
        clock.start()
        while self._waiting:
            document = self._document(self._waiting.pop(0))
            if document is not None:
                self.model.add_rows(rows_of(document))
            if clock.elapsed() > SLICE_MS:
                break
        if self._waiting:
            self._reading_timer.start()
        else:
            self._reading_timer.stop()
            self.model.sort_again()
        self._show_state()

    def _narrow(self) -> None:
        chosen = {self.model.row_at(row).key for row in self.table.chosen_rows()}
        status: StatusFilter = self.status_box.currentData() or StatusFilter.ALL
        self.model.narrow(status, self.filter_line.text(), only_doubtful=self.doubtful_box.isChecked())
        self._choose_keys(chosen)
        self._show_state()

    def _choose_keys(self, keys: set[tuple[str, int, int]]) -> None:
        if keys:
            self.table.choose(
                [row for row in range(self.model.rowCount()) if self.model.row_at(row).key in keys]
            )

    def _take_decisions(self, document_id: str) -> None:
        """Show what was decided, here or while reading."""
        if self._is_stale:
            return
        wanted = self._wanted_id()
        if wanted not in (EVERY, document_id) or document_id in self._waiting:
            return
        document = self._document(document_id)
        if document is not None and not self.model.take_figures(document):
            self.refresh()
        self._show_state()

    # What is said around the table.

    def _show_state(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        if self._batch is not None:
            text = _("正在处理 {done}/{n} 个…").format(done=self._batch.at, n=len(self._batch.rows))
        elif self._waiting:
            text = _("正在读取 {done}/{n} 篇…").format(
                done=self._to_read - len(self._waiting), n=self._to_read
            )
        elif self.model.is_narrowed:
            text = _("{shown}/{n} 个数字").format(shown=shown, n=total)
        else:
            text = _("{n} 个数字").format(n=total)
        self.count_label.setText(text)
        self._nothing.setText(self._why_nothing())
        self._pages.setCurrentWidget(self.table if shown else self._nothing)
        self._show_actions()

    def _why_nothing(self) -> str:
        if self._library.is_empty:
            return _("文库里还没有文档。在“文档与检索”里导入。")
        if self.model.total:
            return _("没有符合筛选条件的数字。")
        if self._waiting:
            return _("正在读取…")
        if not self._wanted_id():
            return _("还没有打开文档。打开一篇，或在上面选一篇或全部。")
        return _("没有找到数字。")

    def _show_actions(self) -> None:
        rows = [self.model.row_at(row) for row in self.table.chosen_rows()]
        is_free = self._batch is None
        self.accept_action.setEnabled(is_free and any(row.figure.status not in ACCEPTED for row in rows))
        self.reject_action.setEnabled(
            is_free and any(row.figure.status is not FigureStatus.REJECTED for row in rows)
        )
        self.reset_action.setEnabled(
            is_free and any(row.figure.status is not FigureStatus.FOUND for row in rows)
        )
        for action in (self.edit_action, self.open_action):
            action.setEnabled(is_free and len(rows) == 1)
        self.alike_action.setEnabled(len(rows) == 1 and bool(rows[0].figure.indicator))
        self.place_action.setEnabled(len(rows) == 1 and self._workspace.knows(rows[0].figure.scope_id))
        self.undo_action.setEnabled(is_free and self._last_undo() is not None)
        self.stop_action.setVisible(not is_free)
        number = len(rows)
        self.accept_action.setText(_("全部采纳（{n}）").format(n=number) if number > 1 else _("采纳"))

    def _show_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.open_action, self.place_action, self.alike_action])
        menu.addSeparator()
        menu.addActions([self.accept_action, self.reject_action, self.edit_action, self.reset_action])
        menu.addSeparator()
        menu.addAction(self.undo_action)
        menu.popup(self.table.viewport().mapToGlobal(where))

    # What the user does.

    def _answer_key(self, wish: str) -> None:
        action = {
            "accept": self.accept_action,
            "reject": self.reject_action,
            "edit": self.edit_action,
        }[wish]
        if action.isEnabled():
            action.trigger()

    def _chosen(self) -> list[FigureRow]:
        return [self.model.row_at(row) for row in self.table.chosen_rows()]

    def _enter_table(self) -> None:
        self.table.setFocus()
        if not self.table.chosen_rows() and self.model.rowCount():
            self.table.choose([0])

    def _open_chosen(self) -> None:
        for row in self._chosen()[:1]:
            self.document_requested.emit(row.document_id, row.figure.start, row.figure.end)

    def _go_to_place(self) -> None:
        for row in self._chosen()[:1]:
            if self._workspace.knows(row.figure.scope_id):
                self.place_requested.emit(row.figure.scope_id)

    def _show_alike(self) -> None:
        for row in self._chosen()[:1]:
            self.filter_line.setText(row.figure.indicator)

    def _accept_chosen(self) -> None:
        chosen = [row for row in self._chosen() if row.figure.status not in ACCEPTED]
        whole = [row for row in chosen if not missing_parts(row.figure)]
        if len(chosen) == 1 and not whole:
            self._edit(chosen[0])
            return
        left = tuple(row.key for row in chosen if missing_parts(row.figure))
        if not whole:
            self._tell_left(left)
            return
        self._decide_as(
            whole,
            FigureStatus.ACCEPTED,
            _("已采纳 {n} 个数字。"),
            follows=len(chosen) == 1,
            left=left,
        )

    def _reject_chosen(self) -> None:
        chosen = [row for row in self._chosen() if row.figure.status is not FigureStatus.REJECTED]
        self._decide_as(
            chosen,
            FigureStatus.REJECTED,
            _("已否定 {n} 个数字。"),
            follows=len(chosen) == 1,
        )

    def _reset_chosen(self) -> None:
        chosen = [row for row in self._chosen() if row.figure.status is not FigureStatus.FOUND]
        self._decide_as(
            chosen,
            FigureStatus.FOUND,
            _("{n} 个数字恢复为未审。"),
        )

    def _edit_chosen(self) -> None:
        for row in self._chosen()[:1]:
            self._edit(row)

    def _edit(self, row: FigureRow) -> None:
        document = self._document(row.document_id)
        if document is None:
            return
        changes = FigureDialog.ask(self, self._workspace, self._library, document, row.figure)
        if changes is None:
            return
        self._decide_as(
            [row],
            FigureStatus.ACCEPTED,
            _("已采纳 {n} 个数字。"),
            changes=changes,
            follows=True,
        )

    def undo(self) -> None:
        """Take back what was decided last here, all of it at once."""
        last = self._last_undo()
        if last is not None and self._batch is None:
            self._undo.remove(last)
            self._library.history.drop(last.step)
            self._decide(list(last.rows), self._restore, _("已撤销对 {n} 个数字的决定。"), is_undo=True)

    def _last_undo(self) -> _Undo | None:
        """Return what was decided last here and has not been taken back in another way."""
        holds = self._library.history.holds
        return next((each for each in reversed(self._undo) if each.step is None or holds(each.step)), None)

    def _restore(self, document_id: str, rows: list[FigureRow]) -> Decided:
        """Bring figures back to what they were."""
        return self._library.take_back_figures(document_id, [row.figure for row in rows])

    # Deciding, some at a time.

    def _decide_as(
        self,
        rows: list[FigureRow],
        status: FigureStatus,
        said: str,
        *,
        changes: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """Say the same of all rows."""

        def decide(document_id: str, some: list[FigureRow]) -> Decided:
            decisions = [FigureDecision(row.figure, status, changes or {}) for row in some]
            return self._library.decide_figures(document_id, decisions)

        self._decide(rows, decide, said, status=status, changes=changes or {}, **more)

    def _decide(
        self,
        rows: list[FigureRow],
        decide: Callable[[str, list[FigureRow]], Decided],
        said: str,
        **more: Any,
    ) -> None:
        if not rows or self._batch is not None:
            return
        self._batch = _Batch(rows, decide, said=said, **more)
        if len(rows) > AT_ONCE:
            self._batch_timer.start()
            self._show_state()
        else:
            self._decide_some(whole=True)

    def _decide_some(self, whole: bool = False) -> None:
        """Decide for some milliseconds; who listens hears of each document once, at the end."""
        batch = self._batch
        if batch is None:
            self._batch_timer.stop()
            return
        clock = QElapsedTimer()
        clock.start()
        blocker = QSignalBlocker(self._library)
        is_unusable = False
        while batch.at < len(batch.rows) and (whole or clock.elapsed() < SLICE_MS):
            rows = batch.next_rows()
            batch.at += len(rows)
            try:
                with self._library.history.quietly():  # All of them are one step.
                    decided = batch.decide(rows[0].document_id, rows)
            except (DocumentUnknown, ValueError):
                batch.gone += len(rows)
                continue
            if decided is None:
                batch.at -= len(rows)  # They were not handled.
                is_unusable = True
                break
            there = [row for row, figure in zip(rows, decided, strict=True) if figure is not None]
            batch.done += there
            batch.gone += len(rows) - len(there)
        del blocker
        if is_unusable and self._library.trouble is not None:
            self._library.work_failed.emit(self._library.trouble)
        if is_unusable or batch.at >= len(batch.rows):
            self._end_batch(batch)
        else:
            self._show_state()

    def _record(self, batch: _Batch) -> Step | None:
        """Make one step of the history of what was decided."""
        decided: dict[str, tuple[list[TextFigure], list[FigureDecision]]] = {}
        for row in batch.done:
            before, decisions = decided.setdefault(row.document_id, ([], []))
            before.append(row.figure)
            decisions.append(FigureDecision(row.figure, batch.status, batch.changes))
        first = next(iter(decided.values()))[1]
        is_one = len(batch.done) == 1
        title = figures_title(first) if is_one else many_figures_title(len(batch.done), batch.status)
        return self._library.record_figures(title, decided)

    def _stop(self) -> None:
        if self._batch is not None:
            self._end_batch(self._batch)

    def _end_batch(self, batch: _Batch) -> None:
        self._batch_timer.stop()
        self._batch = None
        if batch.done and not batch.is_undo:
            step = self._record(batch)
            self._undo = [*self._undo, _Undo(tuple(batch.done), step)][-KEPT_UNDO:]
        elif batch.is_undo and batch.at < len(batch.rows):
            self._undo.append(_Undo(tuple(batch.rows[batch.at :])))  # What was not taken back yet.
        document_ids = list(dict.fromkeys(row.document_id for row in batch.done))
        for document_id in document_ids:
            self._library.decisions_changed.emit(document_id)
        if batch.done:
            self.told.emit(batch.said.format(n=len(batch.done)))
        if batch.gone:
            self.told.emit(_("{n} 个数字已不在文中，没有处理。").format(n=batch.gone))
        self._tell_left(batch.left)
        if batch.follows and len(batch.rows) == 1:
            self._choose_next(batch.rows[0])
        elif batch.is_undo:
            self._choose_keys({row.key for row in batch.done})
        self._show_state()

    def _tell_left(self, keys: tuple[tuple[str, int, int], ...]) -> None:
        """Leave chosen what lacks an indicator or a place, and say so."""
        if keys:
            self._choose_keys(set(keys))
            self.told.emit(
                _("{n} 个数字缺指标或地点，没有采纳：它们仍选中，请逐个按 R 补上。").format(n=len(keys))
            )

    def _choose_next(self, row: FigureRow) -> None:
        """Go on to the row below, as one who reviews does."""
        number = self.model.find_row(row.key)
        if 0 <= number < self.model.rowCount() - 1:
            self.table.choose([number + 1])

    # Overrides of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Show what has changed while the panel was not seen."""
        super().showEvent(event)
        if self._is_stale:
            self.refresh()
