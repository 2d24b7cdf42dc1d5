"""Errors that nobody foresaw, from wherever they come: save, log, and tell the user once."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import qtpy
from qtpy.QtCore import QObject, Qt, QThread, Signal
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QWidget

import jjjmap
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.masking import mask
from jjjmap.ui.dialogs.unforeseen_dialog import UnforeseenDialog

logger = logging.getLogger(__name__)

MAX_REPORT_CHARS = 50_000


class Unforeseen(QObject):
    """Stands where Python brings errors that nobody caught. Lives in the thread of the window.

    Parameters
    ----------
    log
        The log file, of which the user is told.
    """

    _came = Signal(object, str)  # the error, where it came from: may be said in any thread

    def __init__(self, log: Path) -> None:
        super().__init__()
        self._log = log
        self._window: Callable[[], QWidget | None] = lambda: None
        self._save: Callable[[], object] | None = None
        self._dialog: UnforeseenDialog | None = None
        self._is_telling = False
        # Queued: from a thread, or from the midst of a paint, nothing may be shown at once.
        self._came.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._before: tuple[Any, Any, Any] | None = None

    def install(self) -> None:
        """Stand in the three places where such errors come out."""
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self.take
        threading.excepthook = self._take_from_thread
        sys.unraisablehook = self._take_unraisable

    def remove(self) -> None:
        """Leave them to those who stood there before."""
        if self._before is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
            self._before = None

    def attend(self, window: Callable[[], QWidget | None], save: Callable[[], object] | None = None) -> None:
        """Say beside what to tell, and how to save.

        Parameters
        ----------
        window
            Asked for the window when an error comes; it may be gone by then.
        save
            Keeps the work before anything is said of the error; called in the thread of the window. It says
            False if it could not.
        """
        self._window, self._save = window, save

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Take an error that left a slot, or the program itself; becomes `sys.excepthook`."""
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        logger.error("unforeseen", exc_info=(kind, error, trace))
        if QThread.currentThread().loopLevel() == 0 and sys.stderr is not None:
            # Nothing will bring it to a window: the program ends before there is one, or is being taken down.
            sys.stderr.write(f"{report_of(error.with_traceback(trace))}\n")
        self._came.emit(error.with_traceback(trace), "")

    def _take_from_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is None or issubclass(args.exc_type, SystemExit):
            return
        name = args.thread.name if args.thread is not None else "?"
        logger.error("unforeseen, in thread %s", name, exc_info=args.exc_value)
        self._came.emit(args.exc_value, name)

    def _take_unraisable(self, unraisable: Any) -> None:
        # Nothing that anybody waited for was given up, so nobody is disturbed: it stands in the log. Not the
        # object: it may be half gone, and to name it would bring it back.
        logger.error("unraisable: %s", unraisable.err_msg or "", exc_info=unraisable.exc_value)

    def _tell(self, error: BaseException, thread: str) -> None:
        if self._dialog is not None:
            # An error that comes with every mouse move must not bury the window; all of them are logged.
            self._dialog.add_one()
            return
        if self._is_telling:  # It came from what is done here.
            return
        self._is_telling = True
        try:
            self._show(error, thread)
        finally:
            self._is_telling = False

    def _show(self, error: BaseException, thread: str) -> None:
        saved = self._saved()
        reason = f"{type(error).__name__}: {error}"[:500]
        dialog = self._dialog = UnforeseenDialog(
            reason, report_of(error, thread), saved, self._log, self._window()
        )
        dialog.destroyed.connect(self._forget)
        dialog.open()

    def _saved(self) -> str:
        """Save, and say in a sentence what came of it."""
        if self._save is None:
            return ""
        try:
            if self._save() is False:
                return _("没能保存工作现场。请尽快另存项目。")
        except Exception as exc:  # Whatever it is, the user is to be told of the first error, and of this.
            logger.exception("the work could not be saved after an error")
            return _("没能保存工作现场：{reason}。请尽快另存项目。").format(reason=exc)
        return _("工作现场已先行保存。")

    def _forget(self, _dialog: QObject | None = None) -> None:
        self._dialog = None


def report_of(error: BaseException, thread: str = "") -> str:
    """Return the facts of an error for whoever mends it, without anything of a person."""
    facts = [
        f"jjjmap {jjjmap.__version__} · Python {platform.python_version()}"
        f" · {qtpy.API_NAME} {qtpy.QT_VERSION} · {platform.platform()}",
        *([f"thread: {thread}"] if thread else []),
        "".join(traceback.format_exception(error)).rstrip(),
    ]
    text = mask("\n".join(facts))
    # The end tells what happened, the beginning what runs.
    half = MAX_REPORT_CHARS // 2
    return text if len(text) <= MAX_REPORT_CHARS else f"{text[:half]}\n…\n{text[-half:]}"


def crashed_finding(log: Path) -> Finding:
    """Tell that the program crashed the last time."""
    return Finding(
        Severity.WARNING,
        "crashed-before",
        log.name,
        _("上次运行时程序意外中止。"),
        _("中止时的记录已写入日志 {path}。若反复发生，请把日志发给维护者。").format(path=log),
    )
