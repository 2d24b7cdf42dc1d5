"""Waits until nothing runs on the data that are open, before others are opened."""

from collections.abc import Callable

from qtpy.QtCore import QTimer

from jjjmap.session.tasks import TaskRunner

_POLL_MS = 20


def when_quiet(tasks: TaskRunner, then: Callable[[], None]) -> None:
    """Stop everything that runs, and call `then` once it has told its end.

    What has come although it was stopped is taken by those who asked for it, while their data are still open.
    """

    def look() -> None:
        if tasks.running:
            tasks.cancel_all()
            QTimer.singleShot(_POLL_MS, look)
        else:
            then()

    # Not at once: the task that found what is opened has not told its end yet.
    QTimer.singleShot(0, look)
