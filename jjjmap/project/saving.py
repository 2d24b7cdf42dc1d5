"""Saves a project: the file is the old or the new one at every moment, and former versions stay beside it."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from jjjmap.atomic_files import sync_folder
from jjjmap.errors import ProjectChanged, ProjectUnusable
from jjjmap.export.dates import settle_gdal_date
from jjjmap.export.files import Stopped, driver_error, real_target, reason_text, refuse_folder
from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore
from jjjmap.project.draft import DraftWriter
from jjjmap.project.known_files import remember_file
from jjjmap.project.layer_tables import held_layers
from jjjmap.project.leftovers import folder_beside, remove_leftovers
from jjjmap.project.paths_within import state_within
from jjjmap.project.stamps import FileStamp, stamp_of
from jjjmap.project.state import ProjectState
from jjjmap.project.versions import KEPT_VERSIONS, keep_version

__all__ = ["remove_leftovers", "save_project"]

logger = logging.getLogger(__name__)

_JOURNALS = ("-wal", "-journal")


def save_project(
    path: Path,
    *,
    state: ProjectState,
    layers: Sequence[StoredLayer],
    store: UserLayerStore,
    library_path: Path,
    expected: FileStamp | None,
    home: Path | None = None,
    keep_versions: int = KEPT_VERSIONS,
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> FileStamp | Literal[False]:
    """Write a project, all or not at all.

    Parameters
    ----------
    path
        Ends in ``.jjj.gpkg``.
    state
        What is written beside layers and library; its paths may be absolute.
    layers, store
        From the bottom up, and where they are kept.
    library_path
        Of the library; the file need not exist.
    expected
        Of the file as it was read or written by us; None to write over whatever is there.
    home
        The folder that relative paths in `state` and library count from; None for that of `path`.
    keep_versions
        So many former versions stay beside the file.
    progress
        Told the share that is done, 0…1.
    cancelled
        Asked often, and before the old file is replaced.

    Returns
    -------
    FileStamp or False
        Of the new file; False if it was cancelled, nothing was written then.

    Raises
    ------
    ProjectChanged
        The file is not the one that was expected.
    ProjectUnusable
        It could not be written.
    RowsUnreadable, LibraryUnusable
        A layer or the library cannot be read.

    In each of these cases the old file is untouched.
    """
    try:
        target = real_target(path)
        refuse_folder(target)
        _check_target(path, target, expected)
        settle_gdal_date()
        held = held_layers(layers, store)
        remove_leftovers(target.parent)
        with folder_beside(target) as room:
            draft = room / "project.gpkg"
            places = (target.parent, home or path.parent)
            writing = DraftWriter(draft, target.name, progress, cancelled)
            try:
                writing.write(state_within(state, *places), held, library_path, places)
                with draft.open("rb+") as file:
                    os.fsync(file.fileno())
            except (RuntimeError, sqlite3.Error) as exc:
                raise driver_error(exc, room) from exc
            stamp = stamp_of(draft)
            writing.tick(0.97)
            _check_target(path, target, expected)
            if target.exists():
                _copy_mode(target, draft)
                keep_version(target, keep_versions)
            draft.replace(target)
            sync_folder(target.parent)
    except Stopped:
        return False
    except OSError as exc:
        raise _unusable(path, exc) from exc
    remember_file(stamp.sha256)
    progress(1.0)
    return stamp


# -- Before and after ------------------------------------------------------------------------------


def _check_target(path: Path, target: Path, expected: FileStamp | None) -> None:
    """Raise unless the file may be replaced; OSError if that cannot be told."""
    if not target.exists():
        if expected is not None and not target.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return
    for end in _JOURNALS:
        journal = target.with_name(target.name + end)
        # It belongs to the file that stands there; beside another one it would be played into that.
        if journal.exists() and journal.stat().st_size:
            raise ProjectUnusable(path, "in-use", journal.name)
    if expected is not None and not expected.is_of(target):
        raise ProjectChanged(path)
    if not os.access(target, os.W_OK):
        # Replacing asks for the folder only; but whoever made the file read-only meant it.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _copy_mode(target: Path, draft: Path) -> None:
    """Let the new file be open to nobody who could not read the old one."""
    try:
        shutil.copymode(target, draft)
    except OSError as exc:
        logger.warning("the mode of %s is not kept: %s", target.name, exc)  # Some disks have none.


def _unusable(path: Path, exc: OSError) -> ProjectUnusable:
    detail = reason_text(exc).rstrip("。. ")  # It stands in the middle of a sentence.
    if exc.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return ProjectUnusable(path, "no-space", detail)
    if exc.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ProjectUnusable(path, "no-access", detail)
    return ProjectUnusable(path, "not-written", detail)
