"""Rows of a document, written and counted."""

import json
import os
import sqlite3
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from jjjmap.text.records import Document, DocumentDetails, Mention, TextFigure
from jjjmap.text.store.decisions import Decision, body_to_text
from jjjmap.text.store.library_rows import (
    FIGURE_COLUMNS,
    MENTION_COLUMNS,
    Sentences,
    figure_to_row,
    findings_to_json,
    mention_to_row,
    pack,
    passages_to_json,
    pieces_of,
    raw_to_json,
    steps_to_json,
    storable,
)

DETAIL_LENGTH = 500
"""Longer titles and names are cut: nobody wrote them by hand."""

_ID_DIGITS = 12


def cleaned(document: Document) -> Document:
    """Return a document that a file can hold: names without broken characters, and not endless."""
    return replace(
        document,
        file_name=unicodedata.normalize("NFC", storable(document.file_name))[:DETAIL_LENGTH],
        details=storable_details(document.details),
        text=storable(document.text),
        raw=replace(document.raw, text=storable(document.raw.text)),
    )


def storable_details(details: DocumentDetails) -> DocumentDetails:
    """Return details that a file can hold."""
    return DocumentDetails(
        title=storable(details.title)[:DETAIL_LENGTH],
        issuer=storable(details.issuer)[:DETAIL_LENGTH],
        date=storable(details.date)[:DETAIL_LENGTH],
        number=storable(details.number)[:DETAIL_LENGTH],
        edited=details.edited,
    )


def free_id(connection: sqlite3.Connection, sha256: str, key: int = 0) -> str:
    """Return the id made from the bytes: a longer one where another document has the same beginning."""
    digits = _ID_DIGITS
    while True:
        wanted = f"doc-{sha256[:digits]}"
        taken = connection.execute(
            "SELECT 1 FROM documents WHERE id = ? AND key <> ?", (wanted, key)
        ).fetchone()
        if taken is None or digits >= len(sha256):
            return wanted
        digits += 8


def write_details(connection: sqlite3.Connection, key: int, details: DocumentDetails) -> None:
    """Put other details in a document's row."""
    connection.execute(
        "UPDATE documents SET title = ?, issuer = ?, date = ?, number = ?, edited = ? WHERE key = ?",
        (
            details.title,
            details.issuer,
            details.date,
            details.number,
            " ".join(sorted(details.edited)),
            key,
        ),
    )


def write_contents(connection: sqlite3.Connection, key: int, document: Document, original: bytes) -> None:
    """Write all that was read in a document; there must be none of it yet."""
    connection.execute(
        "INSERT INTO contents(document, original, raw, steps, passages, findings) VALUES (?, ?, ?, ?, ?, ?)",
        (
            key,
            zlib.compress(original, 1),
            pack(raw_to_json(document.raw, original)),
            pack(steps_to_json(document.steps)),
            pack(passages_to_json(document.passages)),
            json.dumps(findings_to_json(document.findings), ensure_ascii=False),
        ),
    )
    connection.executemany(
        "INSERT INTO pieces(document, start, text) VALUES (?, ?, ?)",
        ((key, start, piece) for start, piece in pieces_of(document.text)),
    )
    write_mentions(connection, key, document.text, document.mentions)
    write_figures(connection, key, document.figures)
    count_again(connection, key)


def write_mentions(connection: sqlite3.Connection, key: int, text: str, mentions: Sequence[Mention]) -> None:
    """Add mentions with the sentences they stand in; `text` is what the document says."""
    if not mentions:
        return
    from jjjmap.text.documents.passages import sentence_bounds

    sentences = Sentences(text, sentence_bounds(text))
    rows = []
    for mention in mentions:
        place = sentences.around(mention.start, mention.end)
        rows.append((key, *mention_to_row(mention), place.start, place.end, place.print))
    connection.executemany(
        f"INSERT INTO mentions(document, {MENTION_COLUMNS}, sentence_start, sentence_end, sentence_print)"
        f" VALUES ({', '.join('?' * 16)})",
        rows,
    )


def write_figures(connection: sqlite3.Connection, key: int, figures: Sequence[TextFigure]) -> None:
    """Add figures."""
    connection.executemany(
        f"INSERT INTO figures(document, {FIGURE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((key, *figure_to_row(figure)) for figure in figures),
    )


def write_decision(connection: sqlite3.Connection, key: int, decision: Decision) -> None:
    """Keep what the user said; under its old key if it has one."""
    anchor = decision.anchor
    connection.execute(
        "INSERT INTO decisions"
        "(key, document, about, start, end, exact, prefix, suffix, body, teaches, is_lost)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            decision.key or None,
            key,
            decision.about,
            anchor.start,
            anchor.end,
            anchor.exact,
            anchor.prefix,
            anchor.suffix,
            body_to_text(decision.body),
            decision.teaches,
            decision.is_lost,
        ),
    )


def count_again(connection: sqlite3.Connection, key: int) -> None:
    """Bring the counts of the list up to date."""
    connection.execute(
        "UPDATE documents SET"
        " mentions = (SELECT count(*) FROM mentions"
        " WHERE document = ?1 AND NOT is_lead AND status <> 'rejected'),"
        " figures = (SELECT count(*) FROM figures WHERE document = ?1 AND status <> 'rejected'),"
        " accepted_figures ="
        " (SELECT count(*) FROM figures WHERE document = ?1 AND status IN ('accepted', 'corrected'))"
        " WHERE key = ?1",
        (key,),
    )


def now() -> str:
    """Return the time in UTC, or that of ``SOURCE_DATE_EPOCH``."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
