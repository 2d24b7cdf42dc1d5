"""The private folder beside a project's file in which it is saved, and what killed programs leave of it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_PART = re.compile(r"\.jjjmap-([0-9a-f]{6})-(\d+)-[0-9a-f]{6}\.part")
_DAY_SECONDS = 86_400.0


@contextlib.contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """Make a private folder on the same disk; its name tells whether whoever made it still runs."""
    folder = target.with_name(f".jjjmap-{_host()}-{os.getpid()}-{secrets.token_hex(3)}.part")
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what programs left in a project's folder that were killed while they saved."""
    here = _host()
    try:
        names = [entry.name for entry in os.scandir(folder) if _PART.fullmatch(entry.name)]
    except OSError:
        return
    for name in names:
        found = _PART.fullmatch(name)
        assert found is not None
        left = folder / name
        with contextlib.suppress(OSError):
            is_old = time.time() - left.stat().st_mtime > _DAY_SECONDS
            # Of a program on another computer nothing is known but how long it has been silent.
            if not left.is_symlink() and (is_old or (found[1] == here and _has_ended(int(found[2])))):
                shutil.rmtree(left, ignore_errors=True)


def _host() -> str:
    # A digest: the name of somebody's computer has no place in a folder that others may see.
    return hashlib.sha256(platform.node().encode("utf-8", "replace")).hexdigest()[:6]


def _has_ended(pid: int) -> bool:
    if sys.platform == "win32":
        return False  # No harmless way to ask; a day later it goes all the same.
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False
