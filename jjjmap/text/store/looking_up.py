"""Documents, their rows and what was decided on them, as the library's file has them."""

import json
import sqlite3
import unicodedata
import zlib
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from jjjmap.errors import DocumentUnknown
from jjjmap.text.records import Document, DocumentFormat, Mention, RawText
from jjjmap.text.store.anchoring import Anchor
from jjjmap.text.store.decisions import MENTION, Decision, lesson_of
from jjjmap.text.store.entries import entries_where, text_of
from jjjmap.text.store.library_records import DocumentEntry, LostDecision
from jjjmap.text.store.library_rows import (
    FIGURE_COLUMNS,
    MENTION_COLUMNS,
    figure_from_row,
    findings_from_json,
    mention_from_row,
    passages_from_json,
    raw_from_json,
    steps_from_json,
    storable,
    unpack,
)

if TYPE_CHECKING:
    from jjjmap.text.names.lessons import Lesson

_COMPARED_LENGTH = 500
"""No name in the library is longer; what is looked for may be."""


def find_entry(connection: sqlite3.Connection, text: str) -> DocumentEntry:
    """Return the document with this id, file name or title; of several the newest."""
    key = key_or_none(connection, text)
    if key is not None:
        return entry_of(connection, key)
    entries = entries_where(connection)
    wanted = _plain(text)
    for names in ([entry.file_name for entry in entries], [entry.details.title for entry in entries]):
        for entry, name in zip(entries, names, strict=True):
            if wanted and _plain(name) == wanted:
                return entry
    raise DocumentUnknown(text, _nearest(wanted, entries))


def key_or_none(connection: sqlite3.Connection, document_id: str) -> int | None:
    """Return the row number of a document, by its id or one that it had before its file changed."""
    row = connection.execute(
        "SELECT key FROM documents WHERE id = ?1"
        " UNION ALL SELECT document FROM former_ids WHERE id = ?1 LIMIT 1",
        (storable(document_id),),
    ).fetchone()
    return int(row[0]) if row else None


def key_of(connection: sqlite3.Connection, document_id: str) -> int:
    """Return the row number of a document; raises `DocumentUnknown`."""
    key = key_or_none(connection, document_id)
    if key is None:
        raise DocumentUnknown(document_id, _nearest(_plain(document_id), entries_where(connection)))
    return key


def id_of(connection: sqlite3.Connection, key: int) -> str:
    """Return the id of a document."""
    return str(connection.execute("SELECT id FROM documents WHERE key = ?", (key,)).fetchone()[0])


def entry_of(connection: sqlite3.Connection, key: int) -> DocumentEntry:
    """Return a document as a list shows it."""
    return entries_where(connection, "d.key = ?", (key,))[0]


def find_versions(connection: sqlite3.Connection, document_id: str) -> tuple[DocumentEntry, ...]:
    """Return all versions of a document's text, itself among them."""
    return entries_where(
        connection,
        "coalesce(d.root, d.key) = (SELECT coalesce(root, key) FROM documents WHERE key = ?)",
        (key_of(connection, document_id),),
    )


def read_document(connection: sqlite3.Connection, key: int) -> Document:
    """Return a document with all that was read in it."""
    entry = entry_of(connection, key)
    sha256 = connection.execute("SELECT sha256 FROM documents WHERE key = ?", (key,)).fetchone()[0]
    raw, steps, passages, findings = connection.execute(
        "SELECT raw, steps, passages, findings FROM contents WHERE document = ?", (key,)
    ).fetchone()
    figures = connection.execute(
        f"SELECT {FIGURE_COLUMNS} FROM figures WHERE document = ? ORDER BY start, end", (key,)
    )
    return Document(
        id=entry.id,
        details=entry.details,
        file_name=entry.file_name,
        sha256=sha256,
        size_bytes=entry.size_bytes,
        raw=raw_from_json(unpack(raw), lambda: read_original(connection, key)),
        steps=steps_from_json(unpack(steps)),
        text=text_of(connection, key),
        passages=passages_from_json(unpack(passages)),
        mentions=read_mentions(connection, key),
        figures=tuple(figure_from_row(row) for row in figures),
        version_of=entry.version_of,
        findings=findings_from_json(json.loads(findings)),
    )


def read_as_indexed(connection: sqlite3.Connection, key: int) -> Document:
    """Return of a document what the index looks at; all of a long one takes a while to unpack."""
    entry = entry_of(connection, key)
    (passages,) = connection.execute("SELECT passages FROM contents WHERE document = ?", (key,)).fetchone()
    return Document(
        id=entry.id,
        details=entry.details,
        file_name=entry.file_name,
        sha256="",
        size_bytes=entry.size_bytes,
        raw=RawText("", DocumentFormat.TXT),
        steps=(),
        text=text_of(connection, key),
        passages=passages_from_json(unpack(passages)),
        mentions=read_mentions(connection, key),
        figures=(),
        version_of=entry.version_of,
    )


def read_mentions(connection: sqlite3.Connection, key: int) -> tuple[Mention, ...]:
    """Return the mentions of a document in the order of its text."""
    rows = connection.execute(
        f"SELECT {MENTION_COLUMNS} FROM mentions WHERE document = ? ORDER BY start, end DESC, subject_id",
        (key,),
    )
    return tuple(mention_from_row(row) for row in rows)


def read_original(connection: sqlite3.Connection, key: int) -> bytes:
    """Return the bytes of a document's file."""
    (data,) = connection.execute("SELECT original FROM contents WHERE document = ?", (key,)).fetchone()
    return zlib.decompress(data)


def decisions_where(
    connection: sqlite3.Connection, condition: str, values: Sequence[Any]
) -> tuple[Decision, ...]:
    """Return decisions, the oldest first; `condition` is ours, `values` anybody's."""
    rows = connection.execute(
        "SELECT key, about, start, end, exact, prefix, suffix, body, teaches, is_lost FROM decisions"
        f" WHERE {condition} ORDER BY key",
        values,
    )
    return tuple(
        Decision(about, Anchor(*anchor), json.loads(body), key, bool(teaches), bool(is_lost))
        for key, about, *anchor, body, teaches, is_lost in rows
    )


def entry_with_bytes(
    connection: sqlite3.Connection, sha256: str, analyser_version: str = ""
) -> DocumentEntry | None:
    """Return the document with these original bytes; None too if other rules than those named read it."""
    row = connection.execute(
        "SELECT key FROM documents WHERE sha256 = ?1 AND (?2 = '' OR analyser = ?2)",
        (sha256, analyser_version),
    ).fetchone()
    return entry_of(connection, row[0]) if row else None


def find_lessons(connection: sqlite3.Connection) -> "tuple[Lesson, ...]":
    """Return what later documents learn from the user's corrections, the oldest first."""
    decisions = decisions_where(connection, "about = ? AND teaches", (MENTION,))
    return tuple(lesson_of(decision) for decision in decisions)


def find_lost(connection: sqlite3.Connection, document_id: str = "") -> tuple[LostDecision, ...]:
    """Return what the user said about words that no longer stand in their document."""
    key = key_of(connection, document_id) if document_id else 0
    rows = connection.execute(
        "SELECT x.key, d.id FROM decisions x JOIN documents d ON d.key = x.document"
        " WHERE x.is_lost AND (?1 = 0 OR x.document = ?1) ORDER BY x.key",
        (key,),
    ).fetchall()
    ids = dict(rows)
    decisions = decisions_where(connection, "is_lost", ())
    return tuple(decision.lost(ids[decision.key]) for decision in decisions if decision.key in ids)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _nearest(wanted: str, entries: Sequence[DocumentEntry]) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for entry in entries:
        for name in (entry.details.title, entry.file_name):
            names.setdefault(_plain(name), name)
    close = get_close_matches(wanted[:_COMPARED_LENGTH], [name for name in names if name], n=3)
    inside = [name for name in names if wanted and wanted in name and name not in close]
    return tuple(names[name] for name in (*close, *inside)[:3])
