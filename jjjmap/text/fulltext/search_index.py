"""The full-text index of the library in its file: every text in the form in which it is searched.

That form costs next to nothing to make and is all that has to be kept: where which letter stands is found out
in memory (`search_memory`), faster than a file could say it. SQLite's FTS5 was measured beside it, see
docs/decisions/0009-full-text-search.md.

The table is derived from the others: where it is missing or that of another version, it is made anew.
"""

import json
import re
import sqlite3
from typing import Any

import numpy as np

from jjjmap.text.normal_form import fold
from jjjmap.text.records import Document, MentionStatus
from jjjmap.text.store.schema import INDEX_TABLE

ROW_END = "\0"
"""Behind each passage in the index; in no passage and no query."""

Numbers = np.ndarray[tuple[int, ...], np.dtype[Any]]

_EARLIER_TABLES = ("search_parts", "search_blocks")
_TABLE = f"""
    CREATE TABLE IF NOT EXISTS {INDEX_TABLE} (
        key INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: another state has another one
        document_id TEXT NOT NULL UNIQUE,
        subjects TEXT NOT NULL,     -- JSON: what is named in it, each as kind:subject
        mentions BLOB NOT NULL,     -- by passage and subject their numbers and how often, 32 bits each
        bounds BLOB NOT NULL,       -- start and end of each passage in the text, 32 bits each
        form BLOB NOT NULL          -- passages in normal form, each with a 0 behind it, UTF-16
    ) STRICT
    """
_WIDE_GAP = re.compile(r"\s{2,}|[^\S ]")


def create(connection: sqlite3.Connection) -> None:
    """Make the table of the index where it is missing, in place of those of earlier versions."""
    for table in _EARLIER_TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute(_TABLE)


def index_document(connection: sqlite3.Connection, document: Document) -> None:
    """Put a document into the index, in place of its earlier state.

    To be called within the transaction that stores it, and again when its text or a mention has changed.
    """
    drop_document(connection, document.id)
    bounds = np.array([(passage.start, passage.end) for passage in document.passages], dtype="<u4")
    subjects, mentions = _mentions_by_passage(document, bounds.reshape(-1, 2))
    connection.execute(
        f"INSERT INTO {INDEX_TABLE}(document_id, subjects, mentions, bounds, form) VALUES (?, ?, ?, ?, ?)",
        (
            document.id,
            json.dumps(subjects, ensure_ascii=False),
            mentions.astype("<u4").tobytes(),
            bounds.tobytes(),
            _form(document),
        ),
    )


def drop_document(connection: sqlite3.Connection, document_id: str) -> None:
    """Take a document out of the index."""
    connection.execute(f"DELETE FROM {INDEX_TABLE} WHERE document_id = ?", (document_id,))


def searchable_forms(texts: list[str]) -> str:
    """Return texts as they are searched: in normal form, each gap one space, each text with a `ROW_END`."""
    if not texts:
        return ""
    joined = ROW_END.join(texts)
    if joined.count(ROW_END) >= len(texts):  # One that a hostile file holds would part a passage.
        joined = ROW_END.join(text.replace(ROW_END, " ") for text in texts)
    return _WIDE_GAP.sub(" ", fold(joined)) + ROW_END


def _form(document: Document) -> bytes:
    text = document.text
    form = searchable_forms([text[passage.start : passage.end] for passage in document.passages])
    return form.encode("utf-16-le")


def _mentions_by_passage(document: Document, bounds: Numbers) -> tuple[list[str], Numbers]:
    """Return what a document names, and by passage and subject how often, without leads and rejected ones."""
    counted = [
        (mention.start, f"{mention.kind}:{mention.subject_id}")
        for mention in document.mentions
        if not mention.is_lead and mention.status is not MentionStatus.REJECTED
    ]
    if not counted or not len(bounds):
        return [], np.empty((0, 3), np.int64)
    numbers = {subject: 0 for _start, subject in counted}
    numbers.update((subject, number) for number, subject in enumerate(numbers))
    starts = np.array([start for start, _subject in counted], dtype=np.int64)
    named = np.array([numbers[subject] for _start, subject in counted], dtype=np.int64)
    passages = np.searchsorted(bounds[:, 0], starts, side="right") - 1
    is_inside = (passages >= 0) & (starts < bounds[passages, 1])
    pairs, times = np.unique(passages[is_inside] << 32 | named[is_inside], return_counts=True)
    return list(numbers), np.stack((pairs >> 32, pairs & 0xFFFFFFFF, times), axis=1)
