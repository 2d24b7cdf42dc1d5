"""Slow work off the main thread: a plain function, a slot for success, one for failure, progress, cancel."""

import logging
import threading
from collections.abc import Callable
from enum import Enum
from typing import Any, Literal, TypeVar

from qtpy.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from jjjmap.session.python_thread import in_python_thread

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

Progress = Callable[[float], None]
"""Takes the share that is done, 0…1; may be called from the worker's thread as often as one likes."""
Cancelled = Callable[[], bool]
"""Whether the user has asked to stop; a function that finds so leaves no half-written file and returns."""
Work = Callable[[Progress, Cancelled], Result | Literal[False]]
"""Returns False if it gave up because it was cancelled, having changed nothing."""


class TaskState(Enum):
    """Where a task stands."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Task(QObject):
    """One piece of slow work. All its signals arrive in the thread that started it."""

    progressed = Signal(float)  # share done, 0…1
    succeeded = Signal(object)  # what the function returned
    failed = Signal(object)  # the exception that it raised
    cancelled = Signal()
    ended = Signal()  # after one of the three above

    # The worker's thread speaks through these alone; they are queued to the thread of this object.
    _share_told = Signal(float)
    _returned = Signal(object)
    _raised = Signal(object)

    def __init__(self, title: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.state = TaskState.RUNNING
        self._stop = threading.Event()
        self._share_told.connect(self._take_share, Qt.ConnectionType.QueuedConnection)
        self._returned.connect(self._take_result, Qt.ConnectionType.QueuedConnection)
        self._raised.connect(self._take_error, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the function to stop; it is over when `cancelled` arrives."""
        self._stop.set()

    @property
    def cancel_requested(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stop.is_set()

    def _take_share(self, share: float) -> None:
        if self.state is TaskState.RUNNING:
            self.progressed.emit(min(max(share, 0.0), 1.0))

    def _take_result(self, result: object) -> None:
        # What came although somebody asked to stop has come: the file stands. False says that work gave up.
        if self._stop.is_set() and result is False:
            self._end_cancelled()
            return
        self.state = TaskState.SUCCEEDED
        self.succeeded.emit(result)
        self.ended.emit()

    def _take_error(self, error: Exception) -> None:
        if self._stop.is_set():
            logger.debug("%s raised after it was cancelled: %s", self.title, error)
            self._end_cancelled()
            return
        self.state = TaskState.FAILED
        self.failed.emit(error)
        self.ended.emit()

    def _end_cancelled(self) -> None:
        self.state = TaskState.CANCELLED
        self.cancelled.emit()
        self.ended.emit()


class _Job(QRunnable):
    """Runs a function in a thread of the pool and tells its task how it went."""

    def __init__(self, task: Task, work: Work[Any]) -> None:
        super().__init__()
        self._task = task
        self._work = work
        # Python owns it: the pool would delete it while Python still holds the name.
        self.setAutoDelete(False)

    def run(self) -> None:
        """Do the work."""
        task = self._task
        try:
            result = in_python_thread(lambda: self._work(task._share_told.emit, task._stop.is_set))
        except Exception as error:  # The failure slot takes every error; nothing is lost.
            logger.info("%s failed", task.title, exc_info=True)
            task._raised.emit(error)
        else:
            task._returned.emit(result)


class TaskRunner(QObject):
    """Starts slow work and knows what runs."""

    task_started = Signal(object)  # Task
    task_ended = Signal(object)  # Task

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._running: dict[Task, _Job] = {}

    @property
    def running(self) -> tuple[Task, ...]:
        """Tasks that have not ended, the oldest first."""
        return tuple(self._running)

    def start(
        self,
        title: str,
        work: Work[Result],
        *,
        on_success: Callable[[Result], None],
        on_failure: Callable[[Exception], None],
    ) -> Task:
        """Run a function that touches no widget.

        Parameters
        ----------
        title
            What the user is waiting for, in the language in use.
        work
            Called in another thread with a function to tell progress and one that says whether to stop.
        on_success, on_failure
            Called in this thread with the result or the error; neither after a cancel.
        """
        task = Task(title, self)
        job = _Job(task, work)
        self._running[task] = job
        task.succeeded.connect(on_success)
        task.failed.connect(on_failure)
        task.ended.connect(self._forget)
        self.task_started.emit(task)
        self._pool.start(job)
        return task

    def cancel_all(self, *, wait_ms: int = 0) -> bool:
        """Ask everything to stop; return whether all threads were done within `wait_ms`."""
        for task in self._running:
            task.cancel()
        return self._pool.waitForDone(wait_ms)

    def _forget(self) -> None:
        for task in [task for task in self._running if task.state is not TaskState.RUNNING]:
            del self._running[task]
            self.task_ended.emit(task)
            task.deleteLater()
