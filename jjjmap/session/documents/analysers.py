"""Who reads documents for the library of the open window: made once, and kept while it may be used again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.text.importing import Analyser
    from jjjmap.text.names.lessons import Lesson


class Analysers:
    """Lends an analyser to one thread at a time, and keeps it while the lessons are the same."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._free: tuple[Analyser, tuple[Lesson, ...]] | None = None

    def has_free(self, lessons: tuple[Lesson, ...]) -> bool:
        """Whether there is one that nobody uses and that heeds these: making one is the slow part."""
        free = self._free
        return free is not None and free[1] == lessons

    @contextmanager
    def borrow(self, lessons: tuple[Lesson, ...]) -> Iterator[Analyser]:
        """Lend the one that is kept; make another while it is lent, or when there is more to heed."""
        from jjjmap.text.importing import Analyser

        with self._lock:
            kept, self._free = self._free, None
        if kept is not None and kept[1] == lessons:
            analyser = kept[0]
        else:
            analyser = Analyser(self._workspace.catalogue, lessons)
        try:
            yield analyser
        finally:
            with self._lock:
                self._free = analyser, lessons
