"""Documents of the library as lists show them, and which of them are versions of one text."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jjjmap.text.records import DocumentDetails
from jjjmap.text.store.library_records import DocumentEntry
from jjjmap.text.store.versions import (
    SAME_FILE_SHARE,
    Likeness,
    Sketch,
    compare_sketches,
    is_edited,
    is_short,
)

ENTRY_COLUMNS = (
    "d.id, d.title, d.issuer, d.date, d.number, d.edited, d.file_name, d.size_bytes, r.id, d.imported_at,"
    " d.characters, d.mentions, d.figures, d.accepted_figures, a.id, d.resemblance, d.share, d.other_share"
)
ENTRY_TABLES = "documents d LEFT JOIN documents r ON r.key = d.root LEFT JOIN documents a ON a.key = d.alike"
NEWEST_FIRST = "d.date DESC, d.title, d.key"

_CANDIDATES = 8
"""Documents that share the most of the hashes looked up, and are compared in full."""
_FORMER_STATES = 8


def entry_from_row(row: Sequence[Any]) -> DocumentEntry:
    """Return the entry of a row of `ENTRY_COLUMNS`."""
    (id_, title, issuer, date, number, edited, file_name, size_bytes, root_id, imported_at, *counts) = row
    characters, mentions, figures, accepted_figures, alike_id, resemblance, share, other_share = counts
    return DocumentEntry(
        id=id_,
        details=DocumentDetails(title, issuer, date, number, frozenset(edited.split())),
        file_name=file_name,
        size_bytes=size_bytes,
        version_of=root_id or "",
        imported_at=imported_at,
        characters=characters,
        mentions=mentions,
        figures=figures,
        accepted_figures=accepted_figures,
        likeness=Likeness(alike_id, resemblance, share, other_share) if root_id and alike_id else None,
    )


def entries_where(
    connection: sqlite3.Connection, condition: str = "TRUE", values: Iterable[object] = ()
) -> tuple[DocumentEntry, ...]:
    """Return entries, the newest date first and undated last; `condition` is ours, `values` anybody's."""
    rows = connection.execute(
        f"SELECT {ENTRY_COLUMNS} FROM {ENTRY_TABLES} WHERE {condition} ORDER BY {NEWEST_FIRST}", tuple(values)
    )
    return tuple(entry_from_row(row) for row in rows)


# ------------------------------------------------------------------------------------------- versions


def find_former_state(
    connection: sqlite3.Connection, file_name: str, origin: str, text: str, sketch: Sketch
) -> int | None:
    """Return the key of the document that a file held before it was changed.

    It is the same file if it was read from the same path; or has the same name while one of the paths is
    unknown, or nothing is left at the old one. Two files of one name in two folders are two documents. And it
    is the same document only if a part of the text is still there: another text saved over the old one does
    not take its place.
    """
    rows = connection.execute(
        "SELECT key, origin, sketch FROM documents WHERE origin = ?1 AND ?1 <> '' OR file_name = ?2"
        " ORDER BY origin = ?1 DESC, key DESC LIMIT ?3",
        (origin, file_name, _FORMER_STATES),
    ).fetchall()
    for key, old_origin, data in rows:
        if old_origin and origin and old_origin != origin and Path(old_origin).exists():
            continue
        old = Sketch.from_bytes(data)
        if is_short(old) or is_short(sketch):
            if is_edited(text_of(connection, key), text):
                return int(key)
            continue
        likeness = compare_sketches(sketch, old, "")
        if likeness is not None and max(likeness.share, likeness.other_share) >= SAME_FILE_SHARE:
            return int(key)
    return None


def save_sketch(connection: sqlite3.Connection, key: int, sketch: Sketch) -> None:
    """Keep the sketch of a document that has changed, and make it findable by it."""
    connection.execute("UPDATE documents SET sketch = ? WHERE key = ?", (sketch.to_bytes(), key))
    connection.execute("DELETE FROM shingles WHERE document = ?", (key,))
    save_probes(connection, key, sketch)


def save_probes(connection: sqlite3.Connection, key: int, sketch: Sketch) -> None:
    """Make a document findable by its sketch."""
    connection.executemany(
        "INSERT INTO shingles(hash, document) VALUES (?, ?)",
        ((probe, key) for probe in sorted(sketch.probes)),
    )


def place_among_versions(connection: sqlite3.Connection, key: int, sketch: Sketch) -> Likeness | None:
    """Find out of which document one is a version, and note it.

    A document that has versions itself stays the first of its kind; they are measured again.
    """
    followers = connection.execute(
        "SELECT key, alike, sketch FROM documents WHERE root = ? ORDER BY key", (key,)
    ).fetchall()
    if followers:
        for follower, alike, data in followers:
            if alike == key:
                _relate(connection, follower, Sketch.from_bytes(data), key, sketch, root=key)
        return None
    best = _most_alike(connection, key, sketch)
    if best is None:
        _stand_alone(connection, key)
        return None
    other, likeness = best
    (root,) = connection.execute(
        "SELECT coalesce(root, key) FROM documents WHERE key = ?", (other,)
    ).fetchone()
    _write_likeness(connection, key, root, other, likeness)
    return likeness


def leave_versions(connection: sqlite3.Connection, key: int) -> None:
    """Let the oldest version take the place of a document that goes."""
    followers = connection.execute(
        "SELECT key, alike, sketch FROM documents WHERE root = ? ORDER BY key", (key,)
    ).fetchall()
    if not followers:
        return
    first, _alike, data = followers[0]
    sketch = Sketch.from_bytes(data)
    _stand_alone(connection, first)
    for follower, alike, follower_data in followers[1:]:
        connection.execute("UPDATE documents SET root = ? WHERE key = ?", (first, follower))
        if alike == key:
            _relate(connection, follower, Sketch.from_bytes(follower_data), first, sketch, root=first)


def text_of(connection: sqlite3.Connection, key: int) -> str:
    """Return the whole cleaned text of a document."""
    rows = connection.execute("SELECT text FROM pieces WHERE document = ? ORDER BY start", (key,))
    return "".join(text for (text,) in rows)


def _most_alike(connection: sqlite3.Connection, key: int, sketch: Sketch) -> tuple[int, Likeness] | None:
    probes = sketch.probes
    if not probes:
        return None
    holes = ",".join("?" * len(probes))
    rows = connection.execute(
        "SELECT d.key, d.id, d.sketch FROM"
        f" (SELECT document, count(*) AS shared FROM shingles WHERE hash IN ({holes}) AND document <> ?"
        " GROUP BY document ORDER BY shared DESC, document LIMIT ?) found"
        " JOIN documents d ON d.key = found.document ORDER BY found.shared DESC, d.key",
        (*probes, key, _CANDIDATES),
    )
    best: tuple[int, Likeness] | None = None
    for other, other_id, data in rows:
        likeness = compare_sketches(sketch, Sketch.from_bytes(data), other_id)
        if likeness is None or not likeness.is_version:
            continue
        if best is None or likeness.resemblance > best[1].resemblance:
            best = other, likeness
    return best


def _relate(
    connection: sqlite3.Connection, key: int, sketch: Sketch, other: int, other_sketch: Sketch, *, root: int
) -> None:
    likeness = compare_sketches(sketch, other_sketch, "")
    if likeness is not None and likeness.is_version:
        _write_likeness(connection, key, root, other, likeness)
    else:
        _stand_alone(connection, key)


def _write_likeness(
    connection: sqlite3.Connection, key: int, root: int, alike: int, likeness: Likeness
) -> None:
    connection.execute(
        "UPDATE documents SET root = ?, alike = ?, resemblance = ?, share = ?, other_share = ? WHERE key = ?",
        (root, alike, likeness.resemblance, likeness.share, likeness.other_share, key),
    )


def _stand_alone(connection: sqlite3.Connection, key: int) -> None:
    connection.execute(
        "UPDATE documents SET root = NULL, alike = NULL, resemblance = 0, share = 0, other_share = 0"
        " WHERE key = ?",
        (key,),
    )
