"""The full-text index of the library, kept up with its documents."""

import sqlite3
from pathlib import Path

from jjjmap.text.records import Document
from jjjmap.text.store.looking_up import read_document
from jjjmap.text.store.schema import INDEX_TABLE, told, transaction

_NOT_INDEXED = f"WHERE id NOT IN (SELECT document_id FROM {INDEX_TABLE})"


def prepare_index(connection: sqlite3.Connection, path: Path) -> None:
    """Make the full-text index, or what is missing of it; a mere reader takes no lock."""
    with told(path):
        if _is_indexed(connection):
            return
    # Here and not above: what it needs is slow to load.
    from jjjmap.text.fulltext.search_index import create

    with transaction(connection, path):
        # Another process may have made it while this one waited.
        create(connection)
        for (key,) in connection.execute(f"SELECT key FROM documents {_NOT_INDEXED}").fetchall():
            index_again(connection, read_document(connection, key))


def index_again(connection: sqlite3.Connection, document: Document) -> None:
    """Let a document be found by its words as they are now."""
    from jjjmap.text.fulltext.search_index import index_document

    index_document(connection, document)


def drop_from_index(connection: sqlite3.Connection, document_id: str) -> None:
    """Let a document no longer be found."""
    from jjjmap.text.fulltext.search_index import drop_document

    drop_document(connection, document_id)


def _is_indexed(connection: sqlite3.Connection) -> bool:
    is_there = connection.execute(
        "SELECT EXISTS(SELECT 1 FROM sqlite_master WHERE name = ?)", (INDEX_TABLE,)
    ).fetchone()[0]
    return (
        bool(is_there)
        and connection.execute(f"SELECT 1 FROM documents {_NOT_INDEXED} LIMIT 1").fetchone() is None
    )
