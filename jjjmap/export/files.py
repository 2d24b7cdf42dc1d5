"""Puts an exported file in its place all or not at all, and says in words why that was not possible."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

from jjjmap.atomic_files import replace_file
from jjjmap.errors import ExportFailed
from jjjmap.i18n import _


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
        return replace_file(target, data, cancelled=cancelled)
    except (OSError, RuntimeError) as exc:  # RuntimeError: a link that leads to itself.
        raise ExportFailed(path, reason_text(exc)) from exc


def reason_text(exc: OSError | RuntimeError) -> str:
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
