"""Puts an exported file in its place all or not at all, and says in words why that was not possible."""

import contextlib
import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from jjjmap.atomic_files import replace_file
from jjjmap.errors import ExportFailed, LibraryUnusable, ResourceMissing, RowsUnreadable
from jjjmap.i18n import _

_WINDOWS_IN_USE = (32, 33)
"""Windows' own numbers for a file that another program has open, or has locked a part of."""
_LONGEST_DETAIL = 160
_SAYS_FULL = re.compile("disk is full|no space left", re.IGNORECASE)
_LEAST_FREE_BYTES = 1 << 16
"""A disk with less is full: drivers stop before the last byte."""


class Stopped(Exception):
    """The user asked to stop; ends the work from within."""


@contextlib.contextmanager
def failures_told(path: Path) -> Iterator[None]:
    """Say as ExportFailed what an export of `path` stumbles over that is not the disk's doing.

    That is the rows of a layer, the user's library, or a file of ours.
    """
    try:
        yield
    except RowsUnreadable as exc:
        message = _(
            "图层“{title}”的数据读不出来，文件可能被删除或损坏；请移除这个图层，再打开原来的数据文件。"
        )
        raise ExportFailed(path, message.format(title=exc.title)) from exc
    except LibraryUnusable as exc:
        message = _("文库 {name} 用不了：{reason}")
        raise ExportFailed(path, message.format(name=exc.path.name, reason=exc.reason)) from exc
    except ResourceMissing as exc:
        message = _("缺少随程序提供的文件 {name}。请重新安装本程序。")
        raise ExportFailed(path, message.format(name=exc.name)) from exc


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
        target = real_target(path)
        refuse_folder(target)
        return replace_file(target, data, cancelled=cancelled)
    except OSError as exc:
        raise ExportFailed(path, reason_text(exc)) from exc


def real_target(path: Path) -> Path:
    """Return where a file that is written to `path` comes to stand: links are followed.

    Raises
    ------
    OSError
        A link leads to itself, or the system takes no such name.
    """
    try:
        target = path.resolve()
    except RuntimeError as exc:  # Up to Python 3.12, for a link that leads to itself; later it stays one.
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from exc
    except ValueError as exc:
        raise OSError(None, _("路径里有系统不接受的字符。")) from exc
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return target


def refuse_folder(target: Path) -> None:
    """Raise OSError if a folder stands where a file goes: some systems replace an empty one silently."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))


def reason_text(exc: OSError | RuntimeError) -> str:
    """Say in the language in use why a file could not be written, or read.

    Parameters
    ----------
    exc
        An OSError whose words are not the system's is one of ours, and told as it is.
    """
    code = exc.errno if isinstance(exc, OSError) else errno.ELOOP
    if isinstance(exc, PermissionError) and _is_held(exc):
        return _("原有的文件不能替换：可能正在别的程序里打开，或是只读的。请先关掉它，或换一个文件名。")
    known = {
        errno.ENOSPC: _("磁盘已满。"),
        errno.EDQUOT: _("超出了磁盘配额。"),
        errno.EFBIG: _("文件太大，这个磁盘或系统不允许。"),
        errno.EACCES: _("没有写入权限。"),
        errno.EPERM: _("没有写入权限。"),
        errno.EROFS: _("这个磁盘是只读的。"),
        errno.EBUSY: _("文件正在被别的程序使用。"),
        errno.ENOENT: _("文件夹不存在。"),
        errno.ENOTDIR: _("路径中有一段不是文件夹。"),
        errno.EISDIR: _("这个名字是一个文件夹。"),
        errno.ENAMETOOLONG: _("文件名太长。"),
        errno.ELOOP: _("路径里的链接指回了自己。"),
        errno.EMFILE: _("打开的文件太多；请关掉一些程序再试。"),
        errno.ENFILE: _("打开的文件太多；请关掉一些程序再试。"),
    }
    if code in known:
        return known[code]
    said = getattr(exc, "strerror", None) or str(exc)
    if said and (code is None or said != os.strerror(code)):
        return said
    detail = " ".join(said.split())[:_LONGEST_DETAIL] or type(exc).__name__
    return _("写不下去：磁盘可能出了错（{detail}）。").format(detail=detail)


def driver_error(error: Exception, *folders: Path) -> OSError:
    """Return what a driver says with many words as what the disk says with one, if that can be told.

    Parameters
    ----------
    error
        As GDAL, SQLite or lxml raised it.
    folders
        Where it wrote; to be looked at before what it has written is taken away.
    """
    if isinstance(error, OSError) and (error.errno is not None or error.strerror):
        return error
    detail = " ".join(str(error).split())[:_LONGEST_DETAIL] or type(error).__name__
    # SQLite gives back what it had written before it says so.
    is_full = _SAYS_FULL.search(str(error)) is not None
    for folder in folders:
        with contextlib.suppress(OSError):
            is_full = is_full or shutil.disk_usage(folder).free < _LEAST_FREE_BYTES
    if is_full:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return OSError(None, _("文件写不下去，可能是磁盘已满（{detail}）。").format(detail=detail))


def _is_held(exc: PermissionError) -> bool:
    """Whether something keeps the old file from being replaced, rather than its folder from being written."""
    # Of two names only a replacement speaks; the new file was written in that folder before.
    return exc.filename2 is not None or getattr(exc, "winerror", 0) in _WINDOWS_IN_USE
