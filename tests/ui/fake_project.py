"""What stands for the open project in tests of the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import QObject, Signal


class FakeTask(QObject):
    """A task that a test ends."""

    cancelled = Signal()


class FakeProjectSession(QObject):
    """Says what a test wants said, and keeps what it was asked; saves at once unless told to wait."""

    changed = Signal()
    opened = Signal(object)
    saved = Signal(object)
    failed = Signal(object)
    autosave_failed = Signal(object)
    autosave_mended = Signal()
    view_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.path: Path | None = None
        self.title = ""
        self.is_home = True
        self.is_modified = False
        self.is_read_only = False
        self.is_busy = False
        self.holder: object = None
        self.found: list[object] = []
        self.asked: list[tuple[str, object]] = []
        self.error: Exception | None = None
        self.waits = False
        self.tasks: list[FakeTask] = []
        self.read_layout: Callable[[], str] | None = None
        self.apply_layout: Callable[[str], None] | None = None

    def be(self, path: Path | None, *, modified: bool = False, read_only: bool = False) -> None:
        """Become a project; None for one that has no file yet."""
        self.is_home, self.path = False, path
        self.title = path.name.removesuffix(".jjj.gpkg") if path is not None else ""
        self.is_modified, self.is_read_only = modified, read_only
        self.changed.emit()

    def connect_layout(self, read: Callable[[], str], apply: Callable[[str], None]) -> None:
        self.read_layout, self.apply_layout = read, apply

    def new(self) -> None:
        self.asked.append(("new", None))
        self.be(None)

    def open(self, path: Path) -> FakeTask:
        self.asked.append(("open", path))
        return self._task()

    def open_version(self, version: Path) -> FakeTask:
        self.asked.append(("open_version", version))
        return self._task()

    def save(self, *, over_changed: bool = False) -> FakeTask:
        self.asked.append(("save", over_changed))
        return self._end_save(self.path)

    def save_as(self, path: Path) -> FakeTask:
        self.asked.append(("save_as", path))
        return self._end_save(path)

    def close_project(self) -> None:
        self.asked.append(("close_project", None))

    def end(self, *, discard: bool) -> None:
        self.asked.append(("end", discard))

    def recoverable(self) -> tuple[object, ...]:
        return tuple(self.found)

    def recover(self, found: object) -> None:
        self.asked.append(("recover", found))

    def discard(self, found: object) -> None:
        self.asked.append(("discard", found))

    def leave(self, found: object) -> None:
        self.asked.append(("leave", found))

    def relink(self, layer_id: str, path: Path) -> FakeTask:
        self.asked.append(("relink", (layer_id, path)))
        return self._task()

    def _task(self) -> FakeTask:
        self.tasks.append(FakeTask())
        return self.tasks[-1]

    def _end_save(self, path: Path | None) -> FakeTask:
        task = self._task()
        if self.error is not None:
            error, self.error = self.error, None
            self.failed.emit(error)
        elif not self.waits:
            self.be(path)
            self.saved.emit(path)
        return task
