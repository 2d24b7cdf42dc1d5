"""Draws and prints for the command line: a browser without a screen, which ends without a trace."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.errors import RenderingFailed
from jjjmap.export.renderer import Cancelled, MeasuredPage, PrintedPages, Renderer, Sheet
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.paths import RESOURCES
from jjjmap.web.side_doors import add_flags

T = TypeVar("T")

_applications: list[object] = []
"""The one of this process: with its last name it would go, and the browser cannot be started twice."""

_TICK_MS = 100
"""So often Qt's loop lets Python look whether Ctrl+C was pressed."""

_CHROMIUM_FLAGS = ("--disable-gpu", "--log-level=3")
_QT_RULES = "*.debug=false;*.info=false;*.warning=false"
"""A missing graphics card or message bus means nothing here, and nobody could do anything about it."""


def run_with_renderer(
    work: Callable[[Renderer], T],
    *,
    catalogue: Catalogue | None = None,
    stop: threading.Event | None = None,
) -> T:
    """Return what a function returns that is handed a browser. No screen is needed.

    Must be called in the main thread of a process that has no window.

    Parameters
    ----------
    work
        Called in another thread.
    catalogue
        The places of the maps; by default those that we ship, loaded when the first map is drawn.
    stop
        Set when Ctrl+C is pressed; `work` asks it between two files. Drawing ends by itself then.

    Raises
    ------
    RenderingFailed
        The browser cannot be loaded: ``no-browser``.
    KeyboardInterrupt
        Ctrl+C was pressed, and `work` has ended.
    Exception
        What `work` raised.
    """
    stopped, interrupted = stop or threading.Event(), threading.Event()
    # Before Qt is loaded: what loads it loses an exception in its midst, or takes it for a missing library.
    with _on_interrupt(interrupted, stopped):
        results, errors = _run(work, catalogue, stopped, interrupted)
    if interrupted.is_set():
        raise KeyboardInterrupt
    if errors:
        raise errors[0]
    return results[0]


def _run(
    work: Callable[[Renderer], T],
    catalogue: Catalogue | None,
    stopped: threading.Event,
    interrupted: threading.Event,
) -> tuple[list[T], list[BaseException]]:
    """Return what the work returned or raised; nothing if it was interrupted before it began."""
    _prepare_process()
    try:
        from qtpy import QtWebEngineWidgets  # noqa: F401
    except ImportError as exc:  # A library of the system that it needs is not there.
        raise RenderingFailed("no-browser") from exc
    from qtpy.QtCore import QEventLoop, QObject, Qt, QTimer, Signal
    from qtpy.QtWidgets import QApplication

    from jjjmap.web.renderer import WebRenderer
    from jjjmap.web.scheme import register_scheme

    register_scheme()
    application = QApplication.instance() or QApplication(["jjjmap"])
    application.setApplicationName("jjjmap")
    if application not in _applications:
        _applications.append(application)

    class _Ending(QObject):
        ended = Signal()

    loop, ending = QEventLoop(), _Ending()
    ending.ended.connect(loop.quit, Qt.ConnectionType.QueuedConnection)
    known = [] if catalogue is None else [catalogue]

    def places() -> Catalogue:
        if not known:
            known.append(load_catalogue(RESOURCES)[0])
        return known[0]

    results: list[T] = []
    errors: list[BaseException] = []
    if interrupted.is_set():
        return results, errors
    renderer = WebRenderer(places)

    def run() -> None:
        try:
            results.append(work(_Interruptible(renderer, stopped.is_set)))
        except BaseException as exc:  # Raised again below, in the thread that waits.
            errors.append(exc)
        finally:
            ending.ended.emit()

    # Python's handlers run between two steps of Python, of which Qt's loop makes none by itself.
    ticking = QTimer()
    ticking.timeout.connect(lambda: None)
    ticking.start(_TICK_MS)
    thread = threading.Thread(target=run, name="work")
    thread.start()
    loop.exec()
    thread.join()
    ticking.stop()
    renderer.close()
    return results, errors


class _Interruptible:
    """A browser that stops drawing when somebody says so."""

    def __init__(self, renderer: Renderer, stopped: Cancelled) -> None:
        self._renderer = renderer
        self._stopped = stopped

    def map_svg(self, snapshot: MapSnapshot, sheet: Sheet, *, cancelled: Cancelled = lambda: False) -> str:
        return self._renderer.map_svg(snapshot, sheet, cancelled=self._either(cancelled))

    def printed(
        self,
        html: str,
        *,
        width_mm: float,
        height_mm: float,
        one_page: bool = False,
        cancelled: Cancelled = lambda: False,
    ) -> PrintedPages:
        return self._renderer.printed(
            html, width_mm=width_mm, height_mm=height_mm, one_page=one_page, cancelled=self._either(cancelled)
        )

    def measured(
        self, html: str, *, width_mm: float, height_mm: float, cancelled: Cancelled = lambda: False
    ) -> MeasuredPage:
        return self._renderer.measured(
            html, width_mm=width_mm, height_mm=height_mm, cancelled=self._either(cancelled)
        )

    def _either(self, cancelled: Cancelled) -> Cancelled:
        return lambda: self._stopped() or cancelled()


def _prepare_process() -> None:
    """Say what Qt reads once, before anything of it is loaded."""
    # Also where there is a screen: a command opens nothing on it.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    add_flags(_CHROMIUM_FLAGS)
    os.environ.setdefault("QT_LOGGING_RULES", _QT_RULES)
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Chromium's sandbox refuses to start for root, and only then it is switched off.
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")


@contextmanager
def _on_interrupt(interrupted: threading.Event, stopped: threading.Event) -> Iterator[None]:
    """Take Ctrl+C as a wish to stop; what is being written becomes whole or is not written."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread may hear signals.
        return

    def hear(number: int, frame: FrameType | None) -> None:
        interrupted.set()
        stopped.set()

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
