"""Reckons something of all rows of a table: of few at once, of many aside, and only the last wish counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from jjjmap.session.tasks import Cancelled, Progress, Task, TaskRunner

Result = TypeVar("Result")

AT_ONCE_ROWS = 50_000
"""So many rows are sorted, searched and counted while the user waits: it is not felt."""


class Reckoning:
    """Starts tasks and forgets the answers of those that were overtaken.

    Parameters
    ----------
    tasks
        Where slow work runs.
    failed
        Told of an error that work raised.
    """

    def __init__(self, tasks: TaskRunner, failed: Callable[[Exception], None]) -> None:
        self._tasks = tasks
        self._failed = failed
        self._aside: dict[str, Task] = {}

    def start(
        self,
        kind: str,
        title: str,
        rows: int,
        work: Callable[[Progress, Cancelled], Result],
        take: Callable[[Result], None],
    ) -> None:
        """Call `work`, and `take` with what it returned.

        Parameters
        ----------
        kind
            An earlier wish of the same kind is cancelled.
        title
            What the user waits for.
        rows
            How long it takes, as a number of rows.
        """
        self.cancel(kind)
        if rows <= AT_ONCE_ROWS:
            take(work(lambda _share: None, lambda: False))
            return
        task: Task | None = None

        def take_last(result: tuple[Result]) -> None:
            # What was cancelled may have come to its end all the same.
            if task is not None and self._aside.get(kind) is task:
                del self._aside[kind]
                if not task.cancel_requested:
                    take(result[0])

        task = self._tasks.start(
            title,
            lambda progress, cancelled: (work(progress, cancelled),),
            on_success=take_last,
            on_failure=self._failed,
        )
        self._aside[kind] = task

    def cancel(self, kind: str) -> None:
        """Take back a wish."""
        earlier = self._aside.pop(kind, None)
        if earlier is not None:
            earlier.cancel()

    def cancel_all(self) -> None:
        """Take back all wishes, as when another table is shown."""
        for kind in list(self._aside):
            self.cancel(kind)
