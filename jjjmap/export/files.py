"""Writes a file all or not at all: a crash, a full disk or a cancel leaves the old one as it was."""

import contextlib
import errno
import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from jjjmap.errors import ExportFailed
from jjjmap.i18n import _

logger = logging.getLogger(__name__)

_CHUNK_BYTES = 1 << 18


def write_atomically(path: Path, data: bytes, *, cancelled: Callable[[], bool] = lambda: False) -> bool:
    """Put `data` at `path` by way of a temporary file in the same folder.

    Parameters
    ----------
    path
        Where the file shall stand. A link is followed, so that it still is a link afterwards.
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
    ExportFailed
        With the reason in words. The old file, if there was one, is untouched, and no temporary file remains.
    """
    try:
        target = path.resolve()
        # Up to Python 3.12 `resolve` raises RuntimeError for a link that leads to itself; later it stays one.
        if target.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(target))
        # A folder would be replaced without a word on some systems if it is empty.
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        # Short, since the name itself may be as long as the system allows.
        temporary = target.with_name(f".jjjmap-{secrets.token_hex(6)}.part")
        return _write(temporary, target, data, cancelled)
    except (OSError, RuntimeError) as exc:  # RuntimeError: a link that leads to itself.
        raise ExportFailed(path, _reason(exc)) from exc


def _write(temporary: Path, target: Path, data: bytes, cancelled: Callable[[], bool]) -> bool:
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
    _sync_folder(target.parent)
    return True


def _sync_folder(folder: Path) -> None:
    """Make the new name outlast a power cut, where the system can; what is in the file is safe already."""
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


def _reason(exc: OSError | RuntimeError) -> str:
    """Say in the language in use why a file could not be written."""
    code = exc.errno if isinstance(exc, OSError) else errno.ELOOP
    known = {
        errno.ENOSPC: _("磁盘已满。"),
        errno.EDQUOT: _("超出了磁盘配额。"),
        errno.EACCES: _("没有写入权限。"),
        errno.EPERM: _("没有写入权限。"),
        errno.EROFS: _("这个磁盘是只读的。"),
        errno.ENOENT: _("文件夹不存在。"),
        errno.ENOTDIR: _("路径中有一段不是文件夹。"),
        errno.EISDIR: _("这个名字是一个文件夹。"),
        errno.ENAMETOOLONG: _("文件名太长。"),
        errno.ELOOP: _("路径里的链接指回了自己。"),
    }
    return known.get(code or 0) or getattr(exc, "strerror", None) or type(exc).__name__
