"""Who works on a project: a lock file beside it that goes with its process, however that ends."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qtpy.QtCore import QLockFile

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a project open."""

    pid: int
    """0 if it cannot be told."""
    host: str
    app: str
    lock_path: Path
    """The file that says so: of a machine that is gone for good, only a person can delete it."""


class FileLock:
    """A lock; what a dead process of this machine left is taken over, what another machine left is not.

    Parameters
    ----------
    path
        The lock file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = QLockFile(str(path))
        # Never by age: a window may stay open for weeks.
        self._lock.setStaleLockTime(0)

    @property
    def is_taken(self) -> bool:
        """Whether it is ours."""
        return self._lock.isLocked()

    def take(self) -> bool:
        """Take it; return whether it is ours now."""
        return self._lock.isLocked() or self._lock.tryLock(0)

    def holder(self) -> Holder | None:
        """Return who has it; None if it is ours or free, or cannot be made, as in a read-only folder."""
        if self._lock.isLocked() or self._lock.error() != QLockFile.LockError.LockFailedError:
            return None
        # PyQt5 says first whether it could be read.
        pid, host, app = list[Any](self._lock.getLockInfo())[-3:]
        return Holder(int(pid), str(host), str(app), self.path)

    def release(self) -> None:
        """Let others have it."""
        if self._lock.isLocked():
            self._lock.unlock()


def project_lock(project: Path) -> FileLock:
    """Return the lock of a project's file: of the file itself, whichever links lead to it."""
    real = Path(os.path.realpath(project))
    return FileLock(real.with_name(f".{real.name}.lock"))
