"""Lets other threads have something done in the thread of the window, and wait for the answer."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from qtpy.QtCore import QObject, Qt, QThread, Signal

from jjjmap.errors import RenderingFailed, RenderingStopped

logger = logging.getLogger(__name__)

T = TypeVar("T")

_POLL_S = 0.05
"""So often somebody who waits asks whether to stop."""


class Answer(Generic[T]):
    """What somebody waits for: given once, in the thread of the window."""

    def __init__(self) -> None:
        self._given = threading.Event()
        self._value: list[T] = []
        self._reason = ""

    def give(self, value: T) -> None:
        """Answer; the first answer counts."""
        if not self._given.is_set():
            self._value.append(value)
            self._given.set()

    def fail(self, reason: str) -> None:
        """Say that there will be none; see `RenderingFailed.reason`."""
        if not self._given.is_set():
            self._reason = reason
            self._given.set()

    @property
    def is_given(self) -> bool:
        """Whether nobody waits any more."""
        return self._given.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait a while; say whether it is there."""
        return self._given.wait(seconds)

    def taken(self) -> T:
        """Return the answer, or raise RenderingFailed."""
        if not self._value:
            raise RenderingFailed(self._reason)
        return self._value[0]


class _Carrier(QObject):
    """Carries functions to the thread in which it was made. It has no owner, so no thread finds it gone."""

    asked = Signal(object)  # a function without arguments

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def _run(self, work: Callable[[], None]) -> None:
        work()


class MainThread:
    """The thread of the window, as other threads see it. Must be made in it."""

    def __init__(self) -> None:
        self._carrier = _Carrier()
        self._lock = threading.Lock()
        self._waited_for: set[Answer[object]] = set()
        self._is_closed = False

    def ask(
        self,
        start: Callable[[Answer[T]], None],
        give_up: Callable[[], None],
        *,
        cancelled: Callable[[], bool],
        limit_s: float,
    ) -> T:
        """Return what the window's thread answers.

        Parameters
        ----------
        start
            Called there with the answer to fill, at once or later.
        give_up
            Called there if nobody waits any more.
        cancelled
            Asked in this thread, several times a second.
        limit_s
            So long it may take, in seconds.

        Raises
        ------
        RenderingStopped
            `cancelled` said yes.
        RenderingFailed
            `start` failed, took too long, or everything is being closed.
        """
        if QThread.currentThread() is self._carrier.thread():
            raise RuntimeError("the window's thread would wait for itself")
        answer: Answer[T] = Answer()
        with self._lock:
            if self._is_closed:
                raise RenderingFailed("ended")
            self._waited_for.add(answer)  # type: ignore[arg-type]
        try:
            self._carrier.asked.emit(lambda: _begin(start, answer))
            self._await(answer, give_up, cancelled, limit_s)
            return answer.taken()
        finally:
            with self._lock:
                self._waited_for.discard(answer)

    def _await(
        self, answer: Answer[T], give_up: Callable[[], None], cancelled: Callable[[], bool], limit_s: float
    ) -> None:
        ends = time.monotonic() + limit_s
        while not answer.wait(_POLL_S):
            is_late = time.monotonic() > ends
            if not is_late and not cancelled():
                continue
            answer.fail("timeout")  # What comes now comes too late.
            self._carrier.asked.emit(give_up)
            if not is_late:
                raise RenderingStopped
            logger.error("the browser did not answer within %.0f s", limit_s)
            raise RenderingFailed("timeout")

    def close(self) -> None:
        """Let nobody wait any more; must be called before the event loop ends for good."""
        with self._lock:
            self._is_closed = True
            waited_for = tuple(self._waited_for)
        for answer in waited_for:
            answer.fail("ended")


def _begin(start: Callable[[Answer[T]], None], answer: Answer[T]) -> None:
    if answer.is_given:
        return  # Whoever asked has stopped waiting already.
    try:
        start(answer)
    except Exception:
        # It would be lost in Qt's event loop, and whoever asked would wait for nothing.
        logger.exception("the browser could not be asked")
        answer.fail("ended")
