"""The working folder of an open project: everything is on disk at once, whatever becomes of the program.

::

    <id>/
        lock            who works here; gone or stale when nobody does
        about.json      which project this is, and up to which line of the journal it is saved
        state.json      the state as it was written last, whole
        journal.jsonl   what was done since, line by line
        layers/         as `layers.user_layer_store` keeps them   ┐ not for the home, whose
        library.sqlite  the documents                             ┘ data have a folder of their own
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jjjmap.atomic_files import replace_file
from jjjmap.project.journal import COMPACT_BYTES, KEPT_ENTRIES, Entry, Journal, ReadJournal, read_journal
from jjjmap.project.state import ProjectState
from jjjmap.project.state_json import state_from_json, state_to_json

logger = logging.getLogger(__name__)

VERSION = 1
_MAX_STATE_BYTES = 64 << 20
_MAX_ABOUT_BYTES = 64 << 10
_FOLDER = re.compile(r"work-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class About:
    """What a working folder is for."""

    path: str
    """Of the project's file; empty for the home, and for a project that has none yet."""
    title: str
    is_home: bool
    started: str
    """When it was opened, ISO 8601."""
    stamp: dict[str, Any] | None = None
    """Of the project's file when it was read or written last: a `FileStamp`."""
    saved_number: int = 0
    """Entries of the journal up to this one are in the project's file."""
    is_unsaved: bool = False
    """Whether there was something unsaved already when this folder was begun."""


@dataclass(frozen=True, slots=True)
class Left:
    """What stands in a working folder of a program that ended before its time."""

    about: About
    state: ProjectState
    """With all that the journal says."""
    journal: ReadJournal
    number: int
    """The last one that was given."""
    is_modified: bool


class WorkingFolder:
    """One working folder.

    Parameters
    ----------
    root
        The folder itself; see `create` and `working_folders`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._journal = Journal(root / "journal.jsonl")
        self._recent: list[Entry] = []
        self._number = 0

    @classmethod
    def create(cls, parent: Path) -> WorkingFolder:
        """Make a new one, for nobody but the user; raises OSError."""
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            root = parent / f"work-{secrets.token_hex(6)}"
            try:
                root.mkdir(mode=0o700)
            except FileExistsError:
                continue
            return cls(root)

    @property
    def layers_folder(self) -> Path:
        """Where its layers are; need not exist."""
        return self.root / "layers"

    @property
    def library_file(self) -> Path:
        """Where its documents are; need not exist."""
        return self.root / "library.sqlite"

    @property
    def lock_file(self) -> Path:
        """What says that somebody works here."""
        return self.root / "lock"

    @property
    def number(self) -> int:
        """The number of the last entry of its journal."""
        return self._number

    def write_about(self, about: About) -> None:
        """Say what it is for; raises OSError, what was said before stays then."""
        data = json.dumps({"version": VERSION, **asdict(about)}, indent=1).encode("ascii")
        replace_file(self.root / "about.json", data)

    def append(self, time: str, title: str, state: dict[str, Any]) -> bool:
        """Note what was done.

        Returns
        -------
        bool
            False if what it changed was too long for a line: `write_state` has to follow.

        Raises
        ------
        OSError
            It is not noted.
        """
        entry = Entry(self._number + 1, time, title, state)
        is_whole = self._journal.append(entry)
        self._number += 1
        if title:
            self._recent = [*self._recent, Entry(entry.number, time, title)][-KEPT_ENTRIES:]
        return is_whole

    def write_state(self, state: ProjectState) -> int:
        """Write the whole state, that needs no journal any more; return how many bytes.

        Raises
        ------
        OSError
            The state that was written before stays, and with the journal it is as good.
        """
        said = {"version": VERSION, "number": self._number, "state": state_to_json(state)}
        data = json.dumps(said, separators=(",", ":")).encode("ascii")
        replace_file(self.root / "state.json", data)
        if self._journal.length > COMPACT_BYTES:
            self._journal.compact(self._recent)
        return len(data)

    def read(self) -> Left:
        """Return what stands here, and go on from there; raises ValueError or OSError if it says nothing."""
        about = _about(_json_of(self.root / "about.json", _MAX_ABOUT_BYTES))
        said, number = self._state_said()
        journal = read_journal(self.root / "journal.jsonl")
        for entry in journal.entries:
            if entry.number > number:
                said.update(entry.state)
        state, wrong = state_from_json(said)
        if wrong:
            logger.warning("working folder: not understood: %s", ", ".join(wrong))
        self._number = max(number, journal.entries[-1].number if journal.entries else 0)
        self._recent = [each for each in journal.entries if each.title][-KEPT_ENTRIES:]
        is_modified = (
            about.is_unsaved
            # What cannot be read may be somebody's work: better offered for nothing than deleted.
            or journal.is_torn
            or any(each.number > about.saved_number for each in self._recent)
        )
        return Left(about, state, journal, self._number, is_modified)

    def close(self) -> None:
        """Let go of its files."""
        self._journal.close()

    def forget(self) -> None:
        """Let nobody recover anything from here: the first step of its end."""
        try:
            (self.root / "about.json").unlink(missing_ok=True)
        except OSError as exc:
            logger.warning("working folder stays: %s", exc)

    def remove(self) -> None:
        """Delete it and what is in it; what cannot be deleted now goes at another start."""
        self.close()
        # By its name the next start knows that nothing in it is wanted, should this be as far as we come.
        gone = self.root.with_name(f".old-{self.root.name}")
        try:
            self.root.replace(gone)
        except OSError as exc:
            logger.info("working folder keeps its name while it is deleted: %s", exc)
            gone = self.root
        shutil.rmtree(gone, ignore_errors=True)

    def _state_said(self) -> tuple[dict[str, Any], int]:
        try:
            said = _json_of(self.root / "state.json", _MAX_STATE_BYTES)
        except FileNotFoundError:
            return {}, 0
        except ValueError as exc:
            # Never by us: it is replaced whole. The journal may still tell most of it.
            logger.warning("state of a working folder: %s", exc)
            return {}, 0
        state, number = said.get("state"), said.get("number")
        if said.get("version") != VERSION or not isinstance(state, dict) or type(number) is not int:
            return {}, 0
        return state, number


def working_folders(parent: Path) -> Iterator[WorkingFolder]:
    """Return the working folders that there are, whoever works there; delete what was given up."""
    try:
        found = sorted(parent.iterdir())
    except OSError as exc:
        if not isinstance(exc, FileNotFoundError):
            logger.warning("working folders cannot be listed: %s", exc)
        return
    for folder in found:
        if folder.is_symlink() or not folder.is_dir():
            continue
        if _FOLDER.fullmatch(folder.name):
            yield WorkingFolder(folder)
        elif folder.name.startswith(".old-work-"):
            shutil.rmtree(folder, ignore_errors=True)


def write_home(path: Path, state: ProjectState) -> None:
    """Remember of the home what its layers and its library do not hold; raises OSError.

    What is chosen and shown is not among it: the program starts with a fresh look.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    said = {"version": VERSION, "state": state_to_json(home_part(state))}
    replace_file(path, json.dumps(said, separators=(",", ":")).encode("ascii"))


def home_part(state: ProjectState) -> ProjectState:
    """Return what is remembered of the home, and nothing else."""
    return ProjectState(language="", views=state.views, pins=state.pins, placings=state.placings)


def read_home(path: Path) -> ProjectState:
    """Return what is remembered of the home; nothing if there is none, or none that can be read."""
    try:
        said = _json_of(path, _MAX_STATE_BYTES)
        if said.get("version") != VERSION:
            raise ValueError(f"version {said.get('version')!r}")
    except FileNotFoundError:
        return ProjectState(language="")
    except (OSError, ValueError) as exc:
        logger.warning("state of the home cannot be read: %s", exc)
        return ProjectState(language="")
    state, wrong = state_from_json(said.get("state"))
    if wrong:
        logger.warning("state of the home: not understood: %s", ", ".join(wrong))
    return home_part(state)


def _json_of(path: Path, longest: int) -> dict[str, Any]:
    with path.open("rb") as file:
        data = file.read(longest + 1)
    if len(data) > longest:
        raise ValueError("too large")
    try:
        said = json.loads(data)
    except RecursionError as exc:
        raise ValueError("nested too deep") from exc
    if not isinstance(said, dict):
        raise ValueError("not an object")
    return said


def _about(said: dict[str, Any]) -> About:
    if said.get("version") != VERSION:
        raise ValueError(f"version {said.get('version')!r}")
    texts = [said.get(name) for name in ("path", "title", "started")]
    flags = [said.get(name) for name in ("is_home", "is_unsaved")]
    stamp, number = said.get("stamp"), said.get("saved_number")
    if (
        not all(isinstance(each, str) for each in texts)
        or not all(isinstance(each, bool) for each in flags)
        or not (stamp is None or isinstance(stamp, dict))
        or type(number) is not int
    ):
        raise ValueError("not what a working folder says of itself")
    path, title, started = (str(each) for each in texts)
    return About(path, title, bool(flags[0]), started, stamp, number, bool(flags[1]))
