"""Hears what is done to a session, and says so once: with a title if it changes the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qtpy.QtCore import QObject, QTimer, Signal

from jjjmap.i18n import _
from jjjmap.session.session import Session

LOOK_MS = 1000
"""What is chosen and which moment is shown may change many times in a second; one line tells the last."""


class ProjectWatch(QObject):
    """Listens to the parts of a session.

    What is told by several of them in one go is one action, called as the history calls it.
    """

    noted = Signal(str)  # title of an action; empty if only the looks are others
    imported = Signal()  # a file was opened, or documents came

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._paused = 0
        self._title = ""
        self._from_history = ""
        self._titles_before = ("", "")
        self._soon = self._timer(0, self.flush)
        self._later = self._timer(LOOK_MS, self._tell_looks)
        self._connect()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hear nothing: what happens is not the user's doing."""
        self.flush()
        self._paused += 1
        try:
            yield
        finally:
            self._paused -= 1
            history = self._session.history
            self._titles_before = history.undo_title, history.redo_title

    def flush(self) -> None:
        """Tell now what was heard."""
        self._soon.stop()
        title, self._title, self._from_history = self._from_history or self._title, "", ""
        if title:
            self._later.stop()
            self.noted.emit(title)

    def stop(self) -> None:
        """Hear nothing any more."""
        self._paused += 1
        self._soon.stop()
        self._later.stop()

    def _timer(self, milliseconds: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    def _hear(self, title: str) -> None:
        if not self._paused:
            self._title = self._title or title
            self._soon.start()

    def _hear_history(self) -> None:
        history, (done_before, _undone) = self._session.history, self._titles_before
        done, undone = history.undo_title, history.redo_title
        self._titles_before = done, undone
        if self._paused or not (done or undone):
            return
        is_undone = bool(undone) and undone == done_before
        self._from_history = _("撤销：{title}").format(title=undone) if is_undone else done or undone
        self._soon.start()

    def _see(self) -> None:
        if not self._paused and not self._later.isActive():
            self._later.start()

    def _tell_looks(self) -> None:
        if not self._paused:
            self.noted.emit("")

    def _of_layer(self, layer_id: str) -> str:
        users = self._session.user_layers
        return users.stored(layer_id).title if users.holds(layer_id) else layer_id

    def _of_document(self, document_id: str) -> str:
        entry = self._session.library.entry(document_id)
        return entry.details.title if entry is not None else document_id

    def _connect(self) -> None:
        session = self._session
        session.history.changed.connect(self._hear_history)
        users, of_layer = session.user_layers, self._of_layer
        users.layer_added.connect(
            lambda each: self._hear(_("添加图层：{title}").format(title=of_layer(each)))
        )
        users.layer_removed.connect(lambda _layer_id: self._hear(_("移除图层")))
        users.layer_renamed.connect(
            lambda each: self._hear(_("图层改名：{title}").format(title=of_layer(each)))
        )
        users.rows_changed.connect(
            lambda each: self._hear(_("图层数据变动：{title}").format(title=of_layer(each)))
        )
        users.style_changed.connect(
            lambda each: self._hear(_("设置样式：{title}").format(title=of_layer(each)))
        )
        users.filter_changed.connect(lambda each: self._hear(_("筛选：{title}").format(title=of_layer(each))))
        users.opened.connect(lambda _opened: self._tell_import())
        users.reloaded.connect(lambda opened: self._hear(_("重新读取：{title}").format(title=opened.name)))
        layers = session.layers
        layers.layer_visibility_changed.connect(lambda *_of: self._hear(_("图层的显示与隐藏")))
        layers.layer_opacity_changed.connect(lambda *_of: self._hear(_("图层的透明度")))
        layers.layer_order_changed.connect(lambda _ids: self._hear(_("图层的顺序")))
        library, of_document = session.library, self._of_document
        library.library_changed.connect(lambda: self._hear(_("政策库的文档")))
        library.document_changed.connect(
            lambda each: self._hear(_("整理文档：{title}").format(title=of_document(each)))
        )
        library.decisions_changed.connect(
            lambda each: self._hear(_("核对文档：{title}").format(title=of_document(each)))
        )
        # At its start: what is in already would go with a folder that says that nothing was done.
        library.importing_changed.connect(
            lambda is_importing: self._hear(_("导入文档")) if is_importing else None
        )
        library.import_ended.connect(lambda _report: self._tell_import())
        placing = session.placing
        placing.placed.connect(lambda each: self._hear(_("落位：{title}").format(title=of_layer(each))))
        placing.rows_corrected.connect(
            lambda each, _rows: self._hear(_("改正落位：{title}").format(title=of_layer(each)))
        )
        session.pins.pins_changed.connect(lambda _ids: self._hear(_("比较的地点")))
        session.views.views_changed.connect(lambda: self._hear(_("保存的视图")))
        # Looks.
        session.selection.history_changed.connect(self._see)
        session.timeline.moment_changed.connect(lambda _moment: self._see())
        library.document_opened.connect(lambda *_of: self._see())
        session.workspace.language_changed.connect(lambda _language: self._see())

    def _tell_import(self) -> None:
        if not self._paused:
            self.flush()
            self.imported.emit()
