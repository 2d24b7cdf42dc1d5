"""Paths in a project: relative to its folder or a bare name, never where something lies on a computer."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

from jjjmap.project.state import ProjectState

_UNSOUND = re.compile("[\x00-\x1f\x7f\\\\:]")
_LONGEST = 1_000


def path_within(text: str, folder: Path, home: Path) -> str:
    """Return a path as a project says it.

    Parameters
    ----------
    text
        As the program knows it: absolute, or relative to `home`.
    folder
        Of the project's file.
    home
        The folder that relative ones count from.

    Returns
    -------
    str
        With ``/``, relative to `folder`, if the file lies in it or below; else the bare name.
    """
    if not text:
        return ""
    path = Path(text)
    # Links are not followed: what the user calls beside the project is beside it.
    whole = path if path.is_absolute() else home / path
    parts = [part for part in whole.parts if part != "."]
    if ".." not in parts:
        for base in (folder.absolute(), folder.resolve()):
            try:
                return sound_path(whole.relative_to(base).as_posix())
            except ValueError:
                continue
    return sound_path(bare_name(text))


def bare_name(text: str) -> str:
    """Return the last part of a path of any system."""
    return PureWindowsPath(text.replace("/", "\\")).name


def sound_path(text: str) -> str:
    """Return a path of a project's that can lead nowhere but below its folder; else its bare name.

    A name that no system takes comes out empty.
    """
    if not _is_sound(text):
        text = bare_name(text)
    return text if _is_sound(text) else ""


def _is_sound(text: str) -> bool:
    if len(text) > _LONGEST or _UNSOUND.search(text) or text.startswith("/"):
        return False
    parts = PurePosixPath(text).parts
    return bool(parts) and ".." not in parts


def state_within(state: ProjectState, folder: Path, home: Path) -> ProjectState:
    """Return a state whose paths are those of a project in a folder; see `path_within`."""
    sources = tuple(replace(source, path=path_within(source.path, folder, home)) for source in state.sources)
    return replace(state, sources=sources)
