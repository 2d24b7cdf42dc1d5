"""A private folder beside what is being written, and how it takes its place when it is done."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from jjjmap.atomic_files import sync_folder
from jjjmap.export.files import real_target, refuse_folder


@contextlib.contextmanager
def folder_beside(path: Path) -> Iterator[Path]:
    """Make a private folder on the disk of `path`, and remove it in the end with whatever is left in it."""
    folder = real_target(path).with_name(f".jjjmap-{secrets.token_hex(6)}.part")
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_file(draft: Path, path: Path) -> None:
    """Put a finished file in its place; raises OSError, what stood there before is untouched then."""
    target = real_target(path)
    refuse_folder(target)
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    draft.replace(target)
    sync_folder(target.parent)


def put_folder(draft: Path, path: Path) -> None:
    """Put a finished folder in its place, and the one that stood there before away.

    Raises
    ------
    OSError
        The old folder stands where it stood.
    """
    target = real_target(path)
    for file in sorted(draft.rglob("*")):
        if file.is_file():
            with file.open("rb+") as opened:
                os.fsync(opened.fileno())
    if target.exists():
        away = draft.with_name("old")
        target.replace(away)
        try:
            draft.replace(target)
        except OSError:
            away.replace(target)
            raise
    else:
        draft.replace(target)
    sync_folder(target.parent)
