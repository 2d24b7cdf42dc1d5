"""Former versions of a project's file, beside it: ``NAME.jjj.gpkg~1`` is the last one."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from pathlib import Path

from jjjmap.project.file_format import has_project_name

KEPT_VERSIONS = 5
MOST_VERSIONS = 9
_NUMBER = re.compile(r"~[1-9]$")


def version_path(path: Path, number: int) -> Path:
    """Return where the former version of that number stands; 1 is the last one."""
    return path.with_name(f"{path.name}~{number}")


def current_of(path: Path) -> Path:
    """Return the project that a former version stands beside; any other path comes back as it is."""
    is_version = has_project_name(path) and _NUMBER.search(path.name)
    return path.with_name(_NUMBER.sub("", path.name)) if is_version else path


def versions_of(path: Path) -> tuple[Path, ...]:
    """Return the former versions of a project that are there, the last one first."""
    found = (version_path(path, number) for number in range(1, MOST_VERSIONS + 1))
    return tuple(version for version in found if version.is_file() and not version.is_symlink())


def keep_version(path: Path, kept: int = KEPT_VERSIONS) -> None:
    """Have the file as it is now also stand there as its last version; the others move on.

    The file itself stays where it is. When this is done twice without a change in between, the second time
    does nothing: it is no loss to be killed here at any moment.

    Raises
    ------
    OSError
        The file is untouched; no version is lost but the oldest one.
    """
    last = version_path(path, 1)
    if not kept or _is_same(path, last):
        return
    # A gap, as a program that was killed here leaves one, is filled: nothing beyond it has to move.
    free = next((n for n in range(1, kept + 1) if not os.path.lexists(version_path(path, n))), kept)
    for number in range(free, 1, -1):
        version_path(path, number - 1).replace(version_path(path, number))
    try:
        os.link(path, last)
    except OSError:
        # Some disks have no links. The copy bears its name only when it is whole.
        part = path.with_name(f".jjjmap-{secrets.token_hex(6)}.part")
        try:
            shutil.copy2(path, part)
            part.replace(last)
        finally:
            with contextlib.suppress(FileNotFoundError):
                part.unlink()


def _is_same(path: Path, last: Path) -> bool:
    try:
        now, then = path.stat(), last.stat()
    except FileNotFoundError:
        return False
    is_copy = (now.st_size, now.st_mtime_ns) == (then.st_size, then.st_mtime_ns)
    return is_copy or os.path.samestat(now, then)
