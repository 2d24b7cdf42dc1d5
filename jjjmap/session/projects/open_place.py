"""Where what is open is worked on: the home, or the working folder of a project, and who holds it."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from jjjmap.project.file_format import PROJECT_SUFFIX
from jjjmap.project.stamps import FileStamp
from jjjmap.project.state import ProjectState
from jjjmap.project.working import About, WorkingFolder
from jjjmap.session.projects.lock import FileLock

logger = logging.getLogger(__name__)


def now() -> str:
    """Return the time as a journal writes it."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def title_of(path: Path | None) -> str:
    """Return what a project is called."""
    if path is None:
        return ""
    name = path.name
    return name[: -len(PROJECT_SUFFIX)] if name.lower().endswith(PROJECT_SUFFIX) else name


@dataclass(slots=True, eq=False)
class OpenPlace:
    """The home or a project while it is open.

    The folder of the home is made with the first thing that is noted: a start that only looks leaves nothing.
    """

    parent: Path
    """Of all working folders."""
    is_home: bool
    path: Path | None = None
    stamp: FileStamp | None = None
    """Of the project's file as it was read or written last."""
    lock: FileLock | None = None
    """Of the project's file."""
    folder: WorkingFolder | None = None
    folder_lock: FileLock | None = None
    started: str = field(default_factory=now)
    is_unsaved: bool = False
    """Whether it held something unsaved when it was opened, as after a recovery."""
    saved_number: int = 0
    _told: About | None = None
    """What the folder says of itself."""

    @property
    def is_read_only(self) -> bool:
        """Whether the project cannot be saved where it is."""
        return self.path is not None and (self.lock is None or not self.lock.is_taken)

    def made_folder(self) -> WorkingFolder:
        """Return the working folder, made and locked if there is none; raises OSError."""
        if self.folder is None:
            self.folder, self.folder_lock = new_folder(self.parent)
        self.write_about()
        return self.folder

    def write_about(self) -> None:
        """Say on disk what is open here, unless it stands there; raises OSError."""
        about = About(
            str(self.path) if self.path is not None else "",
            title_of(self.path),
            self.is_home,
            self.started,
            stamp_to_json(self.stamp),
            self.saved_number,
            self.is_unsaved,
        )
        if self.folder is not None and about != self._told:
            self.folder.write_about(about)
            self._told = about

    def note(self, title: str, state: dict[str, Any]) -> bool:
        """Write a line of the journal; see `WorkingFolder.append`."""
        return self.made_folder().append(now(), title, state)

    def write_state(self, state: ProjectState) -> None:
        """Write the whole state; raises OSError."""
        self.made_folder().write_state(state)

    def unlock_project(self) -> None:
        """Let others save the project."""
        if self.lock is not None:
            self.lock.release()
            self.lock = None

    def leave(self, *, keeps_folder: bool = False) -> None:
        """Let go of it; nothing of the working folder stays unless it is kept for a recovery."""
        self.unlock_project()
        folder, self.folder = self.folder, None
        if folder is not None:
            folder.close()
            if not keeps_folder:
                folder.forget()
        # Before its folder goes: a lock whose file is gone complains.
        if self.folder_lock is not None:
            self.folder_lock.release()
            self.folder_lock = None
        if folder is not None and not keeps_folder:
            folder.remove()


def new_folder(parent: Path) -> tuple[WorkingFolder, FileLock]:
    """Make a working folder and lock it; raises OSError."""
    folder = WorkingFolder.create(parent)
    lock = FileLock(folder.lock_file)
    if not lock.take():
        folder.remove()
        raise OSError(f"{folder.lock_file.name} cannot be made")
    return folder, lock


def stamp_to_json(stamp: FileStamp | None) -> dict[str, Any] | None:
    """Return a stamp as JSON says it."""
    return asdict(stamp) if stamp is not None else None


def stamp_from_json(said: dict[str, Any] | None) -> FileStamp | None:
    """Return the stamp that was said; None if it is none, and then nothing can be compared."""
    if said is None:
        return None
    size, mtime_ns, sha256 = said.get("size"), said.get("mtime_ns"), said.get("sha256")
    if type(size) is not int or type(mtime_ns) is not int or not isinstance(sha256, str):
        logger.warning("the stamp of a working folder is none")
        return None
    return FileStamp(size, mtime_ns, sha256)
