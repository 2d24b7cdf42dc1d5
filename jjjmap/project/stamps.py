"""Whether a project's file is still the one that was read or written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

_PIECE = 1 << 20
_WAL_MODE, _COUNTER, _WRITER = slice(18, 20), slice(24, 28), slice(92, 100)
"""Of an SQLite header: what another program changes that only looks at the file."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """A file's content, and what tells without reading it that it is likely the same."""

    size: int
    mtime_ns: int
    sha256: str
    """Of all but the few bytes that change when somebody merely looks at the file with another program."""

    def is_of(self, path: Path) -> bool:
        """Whether a file has this content; raises OSError if it cannot be read."""
        now = path.stat()
        if (now.st_size, now.st_mtime_ns) == (self.size, self.mtime_ns):
            return True
        return now.st_size == self.size and stamp_of(path).sha256 == self.sha256


def stamp_of(path: Path) -> FileStamp:
    """Return what a file is now; raises OSError."""
    with path.open("rb") as file:
        before = path.stat()
        head = bytearray(file.read(_PIECE))
        for part in (_WAL_MODE, _COUNTER, _WRITER):
            head[part] = bytes(len(head[part]))
        digest = hashlib.sha256(head)
        while piece := file.read(_PIECE):
            digest.update(piece)
    return FileStamp(before.st_size, before.st_mtime_ns, digest.hexdigest())
