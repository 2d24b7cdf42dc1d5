"""The journal of a working folder: what was done, line by line, each on disk before the next.

A line is JSON: ``n`` its number, ``time`` in ISO 8601, ``title`` of the action (empty if the project is not
changed, e.g. by what is chosen), and ``state``, the fields of the state that are others now.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jjjmap.atomic_files import replace_file, sync_folder

logger = logging.getLogger(__name__)

MAX_ENTRY_BYTES = 256 << 10
"""A part of the state that is longer is not written with every action, but with the whole state."""
MAX_JOURNAL_BYTES = 64 << 20
COMPACT_BYTES = 4 << 20
"""A journal that has grown beyond is cut to its last entries when the whole state is written anyway."""
KEPT_ENTRIES = 50
_MAX_TITLE_CHARS = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One line."""

    number: int
    """From 1, ascending."""
    time: str
    title: str
    state: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadJournal:
    """What stands in a journal."""

    entries: tuple[Entry, ...]
    is_torn: bool
    """Whether something stands behind the last whole line, or the file cannot be read: nobody knows what."""
    bytes_whole: int
    """How long the file is up to the end of its last whole line."""


class Journal:
    """Appends to a journal; opened with the first line.

    Parameters
    ----------
    path
        The file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1
        self._length = 0

    @property
    def length(self) -> int:
        """How many bytes of whole lines were written to it, as far as it is open."""
        return self._length

    def append(self, entry: Entry) -> bool:
        """Write a line and see it on disk.

        Returns
        -------
        bool
            False if its part of the state was too long and left out.

        Raises
        ------
        OSError
            Nothing of it stays: half a line is cut off again.
        """
        data, is_whole = _line(entry), True
        if len(data) > MAX_ENTRY_BYTES:
            data, is_whole = _line(Entry(entry.number, entry.time, entry.title)), False
        self._open()
        try:
            _write_all(self._descriptor, data)
            os.fsync(self._descriptor)
        except OSError:
            self._cut()
            raise
        self._length += len(data)
        return is_whole

    def compact(self, entries: Iterable[Entry]) -> None:
        """Keep only these entries, without their parts of the state; raises OSError, all stay then."""
        data = b"".join(_line(Entry(each.number, each.time, each.title)) for each in entries)
        self.close()
        replace_file(self._path, data)

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> None:
        if self._descriptor >= 0:
            return
        whole = read_journal(self._path).bytes_whole
        is_new = not self._path.exists()
        self._descriptor = os.open(
            self._path,
            os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0),
            0o600,
        )
        self._length = whole
        os.ftruncate(self._descriptor, whole)
        os.lseek(self._descriptor, 0, os.SEEK_END)
        if is_new:
            sync_folder(self._path.parent)

    def _cut(self) -> None:
        try:
            os.ftruncate(self._descriptor, self._length)
            os.lseek(self._descriptor, self._length, os.SEEK_SET)
        except OSError as exc:
            # The next one who opens it cuts it: it reads whole lines only.
            logger.warning("journal: half a line stays: %s", exc)
            self.close()


def read_journal(path: Path) -> ReadJournal:
    """Return the whole lines of a journal; an empty one if there is no file, or none that can be read.

    What stands behind the first line that is none is not read: nobody knows what is missing there.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_JOURNAL_BYTES + 1)
    except OSError as exc:
        is_there = not isinstance(exc, FileNotFoundError)
        if is_there:
            logger.warning("journal cannot be read: %s", exc)
        return ReadJournal((), is_there, 0)
    entries: list[Entry] = []
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        entry = _entry(data[start:end], entries[-1].number if entries else 0)
        if entry is None:
            break
        entries.append(entry)
        start = end + 1
    return ReadJournal(tuple(entries), start < len(data), start)


def _line(entry: Entry) -> bytes:
    said = {
        "n": entry.number,
        "time": entry.time,
        "title": entry.title[:_MAX_TITLE_CHARS],
        "state": entry.state,
    }
    return json.dumps(said, separators=(",", ":")).encode("ascii") + b"\n"


def _entry(data: bytes, number_before: int) -> Entry | None:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    number, time, title, state = said.get("n"), said.get("time"), said.get("title"), said.get("state")
    if (
        type(number) is not int
        or number <= number_before
        or not isinstance(time, str)
        or not isinstance(title, str)
        or not isinstance(state, dict)
    ):
        return None
    return Entry(number, time, title, state)


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
