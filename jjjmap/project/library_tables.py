"""The library in a project's file: its tables as they are, and for other programs what was read."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path

from jjjmap.i18n import _
from jjjmap.project.file_format import quoted, reading_triggers
from jjjmap.project.paths_within import path_within
from jjjmap.text.store.schema import connect

TABLES = (
    "documents",
    "former_ids",
    "contents",
    "pieces",
    "mentions",
    "figures",
    "decisions",
    "shingles",
)
"""Of the library, in an order in which rows name only rows that are there; the index is made anew."""
PREFIX = "jjjmap_library_"
_READING = {
    "documents": """
        CREATE TABLE documents (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, document_id TEXT, title TEXT,
            issuer TEXT, date TEXT, number TEXT, file_name TEXT, characters INTEGER, mentions INTEGER,
            figures INTEGER)""",
    "mentions": """
        CREATE TABLE mentions (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, document_id TEXT, title TEXT,
            date TEXT, text TEXT, start INTEGER, "end" INTEGER, subject_id TEXT, kind TEXT, confidence REAL,
            status TEXT)""",
    "figures": """
        CREATE TABLE figures (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, document_id TEXT, title TEXT,
            date TEXT, text TEXT, start INTEGER, "end" INTEGER, value REAL, qualifier TEXT, unit TEXT,
            indicator TEXT, period TEXT, scope_id TEXT, status TEXT)""",
}
_FILLING = {
    "documents": """
        INSERT INTO documents SELECT NULL, id, title, issuer, date, number, file_name, characters, mentions,
            figures FROM jjjmap_library_documents ORDER BY key""",
    "mentions": """
        INSERT INTO mentions SELECT NULL, d.id, d.title, d.date, m.text, m.start, m.end, m.subject_id, m.kind,
            m.confidence, m.status
        FROM jjjmap_library_mentions m JOIN jjjmap_library_documents d ON d.key = m.document
        WHERE NOT m.is_lead AND m.status <> 'rejected' ORDER BY d.key, m.start""",
    "figures": """
        INSERT INTO figures SELECT NULL, d.id, d.title, d.date, json_extract(f.body, '$[5]'), f.start, f.end,
            CAST(json_extract(f.body, '$[0]') AS REAL), json_extract(f.body, '$[1]'),
            json_extract(f.body, '$[2]'), json_extract(f.body, '$[10]'), json_extract(f.body, '$[12]'),
            f.scope_id, f.status
        FROM jjjmap_library_figures f JOIN jjjmap_library_documents d ON d.key = f.document
        WHERE f.status <> 'rejected' ORDER BY d.key, f.start""",
}
"""Where a figure's body has which field: `text.store.library_rows.figure_to_json`."""


@cache
def library_columns() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return names and types of the columns of each of `TABLES`, as this version of the library has them."""
    connection = connect(None)
    try:
        return {
            table: tuple(
                (str(row[1]), str(row[2])) for row in connection.execute(f"PRAGMA table_info({table})")
            )
            for table in TABLES
        }
    finally:
        connection.close()


def library_statements() -> dict[str, str]:
    """Return the statements that make the library's tables in a project, by their names there."""
    # No STRICT: programs with an SQLite of some years ago could then not even open the file.
    return {
        f"{PREFIX}{table}": f"CREATE TABLE {PREFIX}{table} ("
        + ", ".join(f"{quoted(name)} {kind}" for name, kind in columns)
        + ")"
        for table, columns in library_columns().items()
    }


def reading_titles() -> dict[str, str]:
    """Return the tables for other programs by name, and how they are called in the language in use."""
    return {"documents": _("文库：文档"), "mentions": _("文库：提及"), "figures": _("文库：数据")}


def pack_library(
    connection: sqlite3.Connection, library: Path, places: tuple[Path, Path], moment: str
) -> int:
    """Write the library into a project; return how many documents there are.

    Parameters
    ----------
    connection
        Of the project's file, outside of a transaction.
    library
        Need not exist.
    places
        The folders of the project's file, and that relative paths count from.

    Raises
    ------
    sqlite3.Error
        The library cannot be read, or the file not be written.
    """
    for statement in library_statements().values():
        connection.execute(statement)
    if not library.is_file():
        return 0
    connection.execute("ATTACH ? AS library", (f"{library.absolute().as_uri()}?mode=ro",))
    try:
        # One transaction: another window may be writing.
        with connection:
            connection.execute("BEGIN")
            for table, columns in library_columns().items():
                names = ", ".join(quoted(name) for name, _kind in columns)
                connection.execute(
                    f"INSERT INTO main.{PREFIX}{table} ({names}) SELECT {names} FROM library.{table}"
                )
            origins = connection.execute(
                f"SELECT DISTINCT origin FROM {PREFIX}documents WHERE origin <> ''"
            ).fetchall()
            connection.executemany(
                f"UPDATE {PREFIX}documents SET origin = ? WHERE origin = ?",
                [(path_within(origin, *places), origin) for (origin,) in origins],
            )
            count = int(connection.execute(f"SELECT count(*) FROM {PREFIX}documents").fetchone()[0])
            if count:
                _add_reading_tables(connection, moment)
    finally:
        connection.execute("DETACH library")
    return count


def _add_reading_tables(connection: sqlite3.Connection, moment: str) -> None:
    for table, title in reading_titles().items():
        connection.execute(_READING[table])
        connection.execute(_FILLING[table])
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)"
            " VALUES (?, 'attributes', ?, ?, ?, 0)",
            (table, title, _("只供查看；改动请在 jjjmap 里做。"), moment),
        )
        for trigger in reading_triggers(table):
            connection.execute(trigger)
