"""The library out of a project's file; only ever inside the worker process."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.project.document_check import DocumentBroken, broken_decisions, check_document
from jjjmap.project.file_format import quoted
from jjjmap.project.hostile_database import HostileDatabase
from jjjmap.project.library_tables import PREFIX, TABLES, library_columns
from jjjmap.project.paths_within import sound_path
from jjjmap.text.store.looking_up import read_as_indexed
from jjjmap.text.store.schema import connect

logger = logging.getLogger(__name__)

MAX_DOCUMENTS = 100_000
_MAX_KEY = (1 << 63) - 2


class LibraryUnpacker:
    """Brings the library of a project into a file of its own.

    Parameters
    ----------
    name
        Of the project's file, for findings.
    folder
        Of the project: documents that lie below it are known by their paths.
    target
        Is made.
    is_known
        Whether every record of this very file was found whole before; see `known_files`.
    """

    def __init__(
        self, name: str, database: HostileDatabase, folder: Path, target: Path, *, is_known: bool = False
    ) -> None:
        self._name = name
        self._database = database
        self._folder = folder
        self._target = target
        self._is_known = is_known
        self.findings: list[Finding] = []
        self._dropped_rows = 0

    def unpack(self, tell: Callable[[float], None]) -> int:
        """Unpack all documents that are whole; return how many there are.

        Raises
        ------
        TableAltered
            A table of the library is not what it shall be.
        LibraryUnusable, OSError
            The file cannot be written.
        """
        connection = connect(self._target)
        try:
            # It is thrown away if this comes to no good end.
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            self._copy(connection)
            tell(0.3)
            count = self._check(connection, tell)
            connection.execute("COMMIT")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
        if self._dropped_rows:
            message = _("文库里有 {n} 行记录坏了，没有读入。").format(n=self._dropped_rows)
            hint = _("可用“恢复旧版本”打开上一个版本，比较两者的文档和批注。")
            self.findings.append(
                Finding(Severity.ERROR, "project-library-rows-broken", self._name, message, hint)
            )
        return count

    # -- Rows --------------------------------------------------------------------------------------

    def _copy(self, connection: sqlite3.Connection) -> None:
        self._copy_documents(connection)
        for table in TABLES[1:]:
            names = ", ".join(quoted(name) for name, _kind in library_columns()[table])
            holes = ", ".join("?" * len(library_columns()[table]))
            insert = f"INSERT INTO {table} ({names}) VALUES ({holes})"
            connection.execute("SAVEPOINT whole")
            try:
                # The library's own table sees to it that all is of its type and of a document that is there.
                connection.executemany(insert, self._database.rows(f"{PREFIX}{table}", names))
            except (sqlite3.Error, UnicodeDecodeError) as exc:
                logger.warning("table %s of the library is broken: %s", table, exc)
                connection.execute("ROLLBACK TO whole")
                self._copy_sound_rows(connection, table, insert)
            connection.execute("RELEASE whole")

    def _copy_sound_rows(self, connection: sqlite3.Connection, table: str, insert: str) -> None:
        """Copy row by row what can be; documents that miss a row are told later."""
        names = ", ".join(quoted(name) for name, _kind in library_columns()[table])
        for row in self._rows_until_broken(table, names):
            try:
                connection.execute(insert, row)
            except (sqlite3.IntegrityError, OverflowError):
                self._dropped_rows += 1

    def _copy_documents(self, connection: sqlite3.Connection) -> None:
        names = [name for name, _kind in library_columns()["documents"]]
        wanted = ", ".join(map(quoted, names))
        insert = f"INSERT INTO documents ({wanted}) VALUES ({', '.join('?' * len(names))})"
        related: list[tuple[Any, ...]] = []
        for number, row in enumerate(self._rows_until_broken("documents", wanted)):
            said = dict(zip(names, row, strict=True))
            related.append((said["root"], said["alike"], said["key"]))
            # What it is a version of may come later.
            said |= {"root": None, "alike": None, "origin": self._origin(said["origin"])}
            try:
                if number >= MAX_DOCUMENTS or type(said["key"]) is not int or not 0 < said["key"] < _MAX_KEY:
                    raise sqlite3.IntegrityError("no key")
                connection.execute(insert, tuple(said.values()))
            except sqlite3.IntegrityError as exc:
                logger.warning("a document of the project is left out: %s", exc)
                self._dropped_rows += 1
        known = {key for (key,) in connection.execute("SELECT key FROM documents")}
        connection.executemany(
            "UPDATE documents SET root = ?, alike = ? WHERE key = ?",
            (
                (root if root in known else None, alike if alike in known else None, key)
                for root, alike, key in related
                if key in known
            ),
        )

    def _rows_until_broken(self, table: str, names: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._database.rows(f"{PREFIX}{table}", names)
        except (sqlite3.Error, UnicodeDecodeError) as exc:
            # What stands behind the broken page of a table is lost.
            logger.warning("table %s of the library ends early: %s", table, exc)
            self._dropped_rows += 1

    def _origin(self, said: Any) -> str:
        """Return the path of a document that lies below the project's folder; else nothing is known of it."""
        within = sound_path(said) if isinstance(said, str) and said else ""
        return str(self._folder / within) if within else ""

    # -- Documents ---------------------------------------------------------------------------------

    def _check(self, connection: sqlite3.Connection, tell: Callable[[float], None]) -> int:
        from jjjmap.text.fulltext.search_index import create, index_document

        create(connection)
        broken = [] if self._is_known else broken_decisions(connection)
        connection.executemany("DELETE FROM decisions WHERE key = ?", [(key,) for key in broken])
        self._dropped_rows += len(broken)
        read = read_as_indexed if self._is_known else check_document
        documents = connection.execute("SELECT key, title FROM documents ORDER BY key").fetchall()
        count = 0
        for number, (key, title) in enumerate(documents):
            if not number % 16:
                tell(0.3 + 0.7 * number / len(documents))
            try:
                index_document(connection, read(connection, key))
                count += 1
            except (DocumentBroken, OverflowError) as exc:
                logger.warning("document %d of the project is left out: %s", key, exc)
                connection.execute("UPDATE documents SET root = NULL WHERE root = ?", (key,))
                connection.execute("DELETE FROM documents WHERE key = ?", (key,))
                self.findings.append(
                    Finding(
                        Severity.ERROR,
                        "project-document-broken",
                        self._name,
                        _("文档“{title}”坏了，没有读入；其余的照常。").format(title=title[:100]),
                        _("可用“恢复旧版本”打开上一个版本，或重新导入原来的文件。"),
                    )
                )
        return count
