"""Taking a document out of the library, and bringing it back with all decisions."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from jjjmap.text.store.entries import leave_versions
from jjjmap.text.store.indexing import drop_from_index, index_again
from jjjmap.text.store.library_records import RemovedDocument
from jjjmap.text.store.looking_up import entry_of, id_of, key_of, read_document

_OWN_TABLES = ("former_ids", "contents", "pieces", "mentions", "figures", "decisions", "shingles")
"""Tables with a column ``document``; what a document is, beside its row."""


def remove_document(connection: sqlite3.Connection, document_id: str) -> RemovedDocument:
    """Take a document out; `restore_document` brings it back with all decisions."""
    key = key_of(connection, document_id)
    title = entry_of(connection, key).details.title
    rows = {"documents": _rows(connection, "documents", "key", key)}
    for table in _OWN_TABLES:
        rows[table] = _rows(connection, table, "document", key)
    rows["followers"] = connection.execute(
        "SELECT key, alike, resemblance, share, other_share FROM documents WHERE root = ? ORDER BY key",
        (key,),
    ).fetchall()
    real_id = id_of(connection, key)
    drop_from_index(connection, real_id)
    leave_versions(connection, key)
    connection.execute("DELETE FROM documents WHERE key = ?", (key,))
    return RemovedDocument(real_id, title, rows)


def restore_document(connection: sqlite3.Connection, removed: RemovedDocument) -> None:
    """Bring a removed document back; one with the same bytes that was imported meanwhile makes way."""
    (row,) = removed.rows["documents"]
    columns = _columns(connection, "documents")
    values = dict(zip(columns, row, strict=True))
    present = connection.execute(
        "SELECT id FROM documents WHERE sha256 = ? OR id = ?", (values["sha256"], values["id"])
    ).fetchall()
    for (other_id,) in present:
        remove_document(connection, other_id)
    for name in ("root", "alike"):
        present_key = connection.execute(
            "SELECT key FROM documents WHERE key = ?", (values[name],)
        ).fetchone()
        values[name] = present_key[0] if present_key else None
    if values["root"] is not None:
        # Meanwhile that one may have become a version itself.
        values["root"] = connection.execute(
            "SELECT coalesce(root, key) FROM documents WHERE key = ?", (values["root"],)
        ).fetchone()[0]
    _insert_rows(connection, "documents", [tuple(values.values())])
    for table in _OWN_TABLES:
        _insert_rows(connection, table, removed.rows[table])
    _lead_again(connection, values["key"], removed.rows["followers"])
    index_again(connection, read_document(connection, values["key"]))


def _rows(connection: sqlite3.Connection, table: str, column: str, key: int) -> list[Any]:
    return connection.execute(f"SELECT * FROM {table} WHERE {column} = ?", (key,)).fetchall()


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def _insert_rows(connection: sqlite3.Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        holes = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({holes})", rows)


def _lead_again(connection: sqlite3.Connection, key: int, followers: Sequence[Sequence[Any]]) -> None:
    """Make a restored document the first of its kind again for those that had followed it."""
    for follower, alike, resemblance, share, other_share in followers:
        connection.execute("UPDATE documents SET root = ?1 WHERE root = ?2 AND key <> ?1", (key, follower))
        connection.execute(
            "UPDATE documents SET root = ?1, alike = (SELECT key FROM documents WHERE key = ?2),"
            " resemblance = ?3, share = ?4, other_share = ?5 WHERE key = ?6",
            (key, alike, resemblance, share, other_share, follower),
        )
