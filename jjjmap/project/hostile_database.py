"""A project's file as a database that anybody may have made: opened so that nothing of it is ever run."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jjjmap.errors import ProjectUnusable
from jjjmap.project.file_format import HEAD_BYTES, is_geopackage

MAX_VALUE_BYTES = 256 << 20
"""Of a text or blob in the file."""
_MAX_OBJECTS = 100_000
"""Tables, indexes and triggers of a file."""
_MAX_STATEMENT_CHARS = 1_000_000
_JOURNALS = ("-wal", "-journal")
_RESERVED_BYTES = 64 << 20
_BATCH = 1_000


def reachable(path: Path, scratch: Path) -> tuple[Path, bool]:
    """Return where a file can be read under a neutral name, and whether that is a copy.

    SQLite plays a journal that lies beside a file into it: such a file is copied, journal and all.

    Raises
    ------
    ProjectUnusable
        ``missing``, ``no-access``, ``not-a-project`` or ``no-space``.
    """
    try:
        with path.open("rb") as file:
            if not is_geopackage(file.read(HEAD_BYTES)):
                raise ProjectUnusable(path, "not-a-project")
        journals = [path.with_name(path.name + end) for end in _JOURNALS]
        journals = [journal for journal in journals if journal.is_file() and journal.stat().st_size]
        target = scratch / "project.gpkg"
        if not journals:
            target.symlink_to(path.absolute())
            return target, False
        needed = sum(each.stat().st_size for each in (path, *journals)) + _RESERVED_BYTES
        if shutil.disk_usage(scratch).free < needed:
            raise ProjectUnusable(path, "no-space", f"{needed >> 20} MB")
        shutil.copyfile(path, target)
        for journal in journals:
            shutil.copyfile(journal, target.with_name(target.name + journal.name.removeprefix(path.name)))
    except FileNotFoundError as exc:
        raise ProjectUnusable(path, "missing") from exc
    except OSError as exc:
        raise ProjectUnusable(path, "no-access", exc.strerror or type(exc).__name__) from exc
    return target, True


class HostileDatabase:
    """The tables of a file that are what they shall be; raises sqlite3.Error for one that is damaged.

    Parameters
    ----------
    path
        As `reachable` returned it.
    is_copy
        Whether SQLite may bring the file up to date from its journal.
    tables
        The tables that may be asked, by name, and the one statement that makes each of them.
    """

    def __init__(self, path: Path, is_copy: bool, tables: Mapping[str, str]) -> None:
        self._tables = tables
        mode = "mode=rw" if is_copy else "mode=ro&immutable=1"
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None
        )
        self._connection.text_factory = _text
        try:
            for limit, most in (
                (sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES),
                (sqlite3.SQLITE_LIMIT_SQL_LENGTH, _MAX_STATEMENT_CHARS),
                (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
                (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
            ):
                self._connection.setlimit(limit, most)
            for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute("PRAGMA query_only = ON")
            self._statements = self._read_schema()
        except BaseException:
            self._connection.close()
            raise
        self._connection.set_authorizer(_only_reading)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def statement(self, name: str, kind: str = "table") -> str:
        """Return the statement that made a table or trigger, as the file has it; empty if there is none."""
        return self._statements.get((kind, name), "")

    def rows(
        self, table: str, columns: str, condition: str = "", values: tuple[Any, ...] = ()
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a table; all words are ours, only `values` are anybody's.

        Raises
        ------
        TableAltered
            The table was made by another statement.
        sqlite3.Error
            The file is damaged there.
        """
        if self.statement(table) != self._tables[table]:
            raise TableAltered(table)
        found = self._connection.execute(f"SELECT {columns} FROM {table} {condition}", values)
        while batch := found.fetchmany(_BATCH):
            yield from batch

    def _read_schema(self) -> dict[tuple[str, str], str]:
        rows = self._connection.execute("SELECT type, name, sql FROM sqlite_master").fetchmany(_MAX_OBJECTS)
        return {
            (kind, name): sql
            for kind, name, sql in rows
            if isinstance(kind, str) and isinstance(name, str) and isinstance(sql, str)
        }


class TableAltered(Exception):
    """A table was not made by the statement that makes it."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


def texts(row: tuple[Any, ...]) -> bool:
    """Whether all values of a row are texts: a column's type binds nobody who writes a file by hand."""
    return all(isinstance(value, str) for value in row)


def _text(data: bytes) -> str | bytes:
    """Return a text; one that is none stays bytes, so that only its row is left out, and told."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _only_reading(
    action: int, first: str | None, second: str | None, database: str | None, trigger: str | None
) -> int:
    is_reading = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    # Whatever a view or trigger wants is named here; there is none that we ask.
    return sqlite3.SQLITE_OK if is_reading and trigger is None else sqlite3.SQLITE_DENY
