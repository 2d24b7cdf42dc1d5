"""Writes a file all or not at all: a crash, a full disk or a cancel leaves the old one as it was."""

import contextlib
import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path

logger = logging.getLogger(__name__)

_CHUNK_BYTES = 1 << 18


def replace_file(target: Path, data: bytes, *, cancelled: Callable[[], bool] = lambda: False) -> bool:
    """Put `data` at `target` by way of a temporary file in the same folder.

    Parameters
    ----------
    target
        Where the file shall stand; no link.
    data
        The whole content.
    cancelled
        Asked between pieces, and once more before the old file is replaced.

    Returns
    -------
    bool
        False if it was cancelled; nothing is left behind then.

    Raises
    ------
    OSError
        The old file, if there was one, is untouched, and no temporary file remains.
    """
    # Short, since the name itself may be as long as the system allows.
    temporary = target.with_name(f".jjjmap-{secrets.token_hex(6)}.part")
    # Not tempfile.mkstemp: its files are closed to others, and a map is made to be passed on.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for start in range(0, len(data), _CHUNK_BYTES):
                if cancelled():
                    return False
                file.write(data[start : start + _CHUNK_BYTES])
            file.flush()
            os.fsync(file.fileno())
        if cancelled():
            return False
        temporary.replace(target)
    finally:
        # After the replacement there is nothing of that name any more.
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
    sync_folder(target.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make a new name outlast a power cut, where the system can; what is in the file is safe already."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as exc:
        logger.debug("folder not synced: %s", exc)
        return
    try:
        os.fsync(descriptor)
    except OSError as exc:
        logger.debug("folder not synced: %s", exc)
    finally:
        os.close(descriptor)
