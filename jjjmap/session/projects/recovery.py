"""What a program that ended before its time left behind, to be recovered at the next start."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jjjmap.errors import LibraryUnusable
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.project.working import Left, WorkingFolder, working_folders
from jjjmap.session.projects.lock import FileLock

logger = logging.getLogger(__name__)

YOUNG_SECONDS = 60.0
"""A folder that does not say yet what it is for may be somebody's who is just opening a project."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that was done before the end."""

    title: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Recoverable:
    """Unsaved work."""

    path: Path | None
    """The project's file; None for the home and for a project that has none yet."""
    title: str
    is_home: bool
    started: datetime
    """When it was opened."""
    last_change: datetime
    layers: int
    """How many layers there are; of the home 0: they are where they always are."""
    documents: int
    actions: tuple[Action, ...]
    """What was done and is not saved, the latest last."""
    loss_s: float
    """How long before the end the last action was that is not there; 0 if none is known to be lost."""
    folder: WorkingFolder = field(compare=False)
    left: Left = field(compare=False)
    lock: FileLock = field(compare=False)


def find_recoverable(parent: Path, own: Path | None) -> tuple[Recoverable, ...]:
    """Return all unsaved work, the latest first, locked for us; delete folders with nothing in them.

    Parameters
    ----------
    parent
        Of all working folders.
    own
        The one that is worked in now.
    """
    found = []
    for folder in working_folders(parent):
        age = _age_seconds(folder.root)  # Before the lock makes it young.
        lock = FileLock(folder.lock_file)
        if folder.root == own or not lock.take():
            continue  # Another window works there.
        recoverable = _recoverable(folder, lock, age)
        if recoverable is not None:
            found.append(recoverable)
    return tuple(sorted(found, key=lambda each: each.last_change, reverse=True))


def _recoverable(folder: WorkingFolder, lock: FileLock, age: float) -> Recoverable | None:
    try:
        left = folder.read()
    except FileNotFoundError:
        lock.release()
        if age >= YOUNG_SECONDS:
            folder.remove()
        return None
    except (OSError, ValueError) as exc:
        # It may hold somebody's work, but nobody can say of what: a person may look into it.
        logger.warning("working folder %s cannot be read: %s", folder.root.name, exc)
        lock.release()
        return None
    if not left.is_modified:
        lock.release()
        folder.remove()
        return None
    about = left.about
    titled = [each for each in left.journal.entries if each.title and each.number > about.saved_number]
    started = _time_of(about.started, folder)
    actions = tuple(Action(each.title, _time_of(each.time, folder)) for each in titled)
    return Recoverable(
        Path(about.path) if about.path else None,
        about.title,
        about.is_home,
        started,
        actions[-1].time if actions else started,
        _count_layers(folder),
        _count_documents(folder),
        actions,
        _lost_seconds(folder, left),
        folder,
        left,
        lock,
    )


def _age_seconds(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0


def _count_layers(folder: WorkingFolder) -> int:
    layers, _findings = UserLayerStore(folder.layers_folder).load()
    return len(layers)


def _count_documents(folder: WorkingFolder) -> int:
    if not folder.library_file.exists():
        return 0
    from jjjmap.text.store.library import Library

    try:
        with Library.open(folder.library_file) as library:
            return len(library.documents())
    except LibraryUnusable as exc:
        logger.warning("library of a working folder: %s", exc)
        return 0


def _lost_seconds(folder: WorkingFolder, left: Left) -> float:
    """Return what lies between the last whole line of the journal and one that was begun after it."""
    if not left.journal.is_torn:
        return 0.0
    last = left.journal.entries[-1].time if left.journal.entries else left.about.started
    try:
        written = (folder.root / "journal.jsonl").stat().st_mtime
    except OSError:
        return 0.0
    return max(0.0, written - _time_of(last, folder).timestamp())


def _time_of(said: str, folder: WorkingFolder) -> datetime:
    """Return the time that was said; if it is none, when the folder was last changed."""
    try:
        return datetime.fromisoformat(said).astimezone()
    except (ValueError, OverflowError, OSError):  # Some years cannot be said in every zone.
        logger.warning("working folder %s: %r is no time", folder.root.name, said[:40])
        return datetime.fromtimestamp(folder.root.stat().st_mtime).astimezone()
