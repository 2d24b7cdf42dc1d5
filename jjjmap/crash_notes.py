"""What is left of a program that crashed: a file that the interpreter writes at the last moment.

Each running program keeps one open and locked; the next start reads those that nobody holds any more.
"""

import contextlib
import faulthandler
import logging
import os
import secrets
import sys
from pathlib import Path
from typing import IO

from jjjmap.masking import mask

if sys.platform != "win32":
    import fcntl

logger = logging.getLogger(__name__)

_PATTERN = "crash-*.txt"
_MOST_BYTES = 100_000
"""Of one note; more is of no use to anybody."""
_MOST_NOTES = 20
"""Read at one start; the rest goes unread."""


class CrashNotes:
    """The notes in one folder.

    Parameters
    ----------
    folder
        Need not exist; it is the user's own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._path: Path | None = None

    def begin(self) -> None:
        """Have the interpreter write there should this process crash; without a note if none can be made."""
        path = self._folder / f"crash-{os.getpid()}-{secrets.token_hex(4)}.txt"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = path.open("xb")
            if sys.platform != "win32":
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            logger.warning("no note could be made for a crash: %s", exc)
            return
        self._path = path
        faulthandler.enable(self._file)

    def end(self) -> None:
        """Take the note away: the program ends as it should."""
        if self._file is None or self._path is None:
            return
        faulthandler.disable()
        self._file.close()
        with contextlib.suppress(OSError):  # The next start takes it away.
            self._path.unlink(missing_ok=True)
        self._file = self._path = None

    def take_left(self) -> list[str]:
        """Return what programs that crashed have left, masked, and take it away; empty notes tell nothing."""
        texts = []
        for path in sorted(self._folder.glob(_PATTERN))[:_MOST_NOTES]:
            if path == self._path or path.is_symlink():
                continue
            try:
                text = _read_if_left(path)
                if text is None:
                    continue
                path.unlink()
            except OSError as exc:
                # Windows takes no file away that is open; or another start was quicker.
                logger.debug("a note is not ours to read: %s", exc)
                continue
            if text:
                texts.append(mask(text))
        return texts


def _read_if_left(path: Path) -> str | None:
    """Return what stands in a note; None if the program that made it still runs."""
    with path.open("rb") as file:
        if sys.platform != "win32":
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return None
        return file.read(_MOST_BYTES).decode("utf-8", "replace").strip()
