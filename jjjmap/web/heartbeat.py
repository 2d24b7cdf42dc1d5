"""Notices a page that hangs: it sends no signal, so it is asked every second whether it still answers.

A page is not given up because the machine slept, because this thread was busy, because somebody holds it in
a debugger, or because other programs take the processor: only time in which the page itself worked without
answering counts. See docs/decisions/0022-page-crashes.md.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qtpy.QtCore import QObject, QTimer, Signal
from qtpy.QtWebEngineCore import QWebEnginePage

from jjjmap.web.page_calls import ask_page

logger = logging.getLogger(__name__)

BEAT_S = 1.0
"""So often a page is asked."""
SILENT_S = 3.0
"""So long a page may be silent while it works; with the beat before, a loop is noticed within 5 s."""
WORKED_S = 3.0
"""So much of the processor its main thread must have used meanwhile."""
SILENT_UNSEEN_S = 4.0
"""So long where the system does not tell what a process uses."""
STILL_S = 30.0
"""So long a page may be silent while it does nothing, as one that waits for what never comes."""
ASLEEP_LOADING_S = 8.0
"""So long a page that is still being loaded may sleep without an answer. On a busy machine a few of a hundred
processes that begin right after another was killed fall asleep for ever: Chromium's fault."""
_MOST_ASKED = 8
"""Questions in a row; then one in as many beats, as a page that is held for hours must not find thousands."""

_DEBUGGING = "QTWEBENGINE_REMOTE_DEBUGGING"
_FLAGS = "QTWEBENGINE_CHROMIUM_FLAGS"


@dataclass(frozen=True, slots=True)
class Effort:
    """What the system says of a process."""

    worked_s: float
    """Of the processor, used by its main thread."""
    is_held: bool
    """Stopped by a signal or a debugger."""
    is_asleep: bool = False
    """Its main thread waits for something; it is not one that merely gets no turn."""


def effort_of(pid: int) -> Effort | None:
    """Return what a process has done so far; None where the system does not tell."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/stat").read_text(encoding="ascii", errors="replace")
        # The name of the process stands in brackets, and may hold anything.
        state, *numbers = text.rpartition(")")[2].split()
        ticks = int(numbers[10]) + int(numbers[11])
        return Effort(ticks / os.sysconf("SC_CLK_TCK"), state in ("T", "t"), state == "S")
    except (OSError, ValueError, IndexError, AttributeError):  # No such file system, or no such process.
        return None


class Patience:
    """Judges whether a page hangs, from what is known at each beat."""

    def __init__(self) -> None:
        self._then: float | None = None
        self._pid = 0
        self._worked_before: float | None = None
        self._asleep_s = 0.0
        self.silent_s = 0.0
        """So long the page has been silent, as far as it counts."""

    def is_out(
        self, now_s: float, pid: int, effort: Effort | None, *, is_asked: bool, is_loading: bool = False
    ) -> bool:
        """Take a beat; say whether the page hangs.

        Parameters
        ----------
        now_s
            Of a clock that only goes forward.
        pid
            Of the page's process; 0 where there is none, and so nothing that could answer.
        effort
            What the process has done so far; None where the system does not tell.
        is_asked
            Whether the page was asked, and has not answered yet.
        is_loading
            Whether the page has not been ready yet since it was loaded.
        """
        # A longer gap is a machine that slept, or this thread that was busy: the page could not be heard.
        step = 0.0 if self._then is None else min(now_s - self._then, 2 * BEAT_S)
        self._then = now_s
        is_held = effort is not None and effort.is_held
        if not is_asked or is_held or pid <= 0 or pid != self._pid:
            self._pid, self.silent_s, self._asleep_s = pid, 0.0, 0.0
            self._worked_before = effort.worked_s if effort is not None else None
            return False
        self.silent_s += step
        if effort is None or self._worked_before is None:
            return self.silent_s >= SILENT_UNSEEN_S
        self._asleep_s = self._asleep_s + step if effort.is_asleep else 0.0
        if self.silent_s >= STILL_S or (is_loading and self._asleep_s >= ASLEEP_LOADING_S):
            return True
        return self.silent_s >= SILENT_S and effort.worked_s - self._worked_before >= WORKED_S


class Heartbeat(QObject):
    """Asks a page again and again whether it is there.

    Parameters
    ----------
    page
        The page; it becomes the owner.
    is_loading
        Tells whether the page has not been ready yet since it was loaded.
    """

    hung = Signal(float)  # seconds of silence

    def __init__(self, page: QWebEnginePage, is_loading: Callable[[], bool] = lambda: False) -> None:
        super().__init__(page)
        self._page = page
        self._is_loading = is_loading
        self._asked = 0
        self.patience = Patience()
        self.longest_s = 0.0
        """The longest silence that ended in an answer."""
        self._timer = QTimer(self)
        self._timer.setInterval(round(BEAT_S * 1000))
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin anew, with all patience; a page that is being debugged is left alone."""
        self.patience = Patience()
        self._asked = 0
        if _is_debugged():
            logger.info("the page is being debugged: nobody asks whether it hangs")
            return
        self._timer.start()

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def _beat(self) -> None:
        patience, pid = self.patience, self._page.renderProcessPid()
        effort = effort_of(pid) if pid > 0 else None
        is_asked, is_loading = self._asked > 0, self._is_loading()
        if patience.is_out(time.monotonic(), pid, effort, is_asked=is_asked, is_loading=is_loading):
            self.stop()
            self.hung.emit(patience.silent_s)
            return
        self._asked += 1
        if self._asked <= _MOST_ASKED or self._asked % _MOST_ASKED == 0:
            ask_page(self._page, "0", lambda _said: self._hear(patience), late=_nothing, limit_s=STILL_S)

    def _hear(self, patience: Patience) -> None:
        if patience is self.patience:
            self.longest_s = max(self.longest_s, patience.silent_s)
            self._asked = 0


def _nothing() -> None:
    """Do nothing: silence is judged by the beat."""


def _is_debugged() -> bool:
    return bool(os.environ.get(_DEBUGGING)) or "--remote-debugging" in os.environ.get(_FLAGS, "")
