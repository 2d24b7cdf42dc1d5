"""What the user's documents say about a subject, sentence by sentence, and figures that the user accepted."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from jjjmap.text.store.entries import ENTRY_COLUMNS, ENTRY_TABLES, entry_from_row
from jjjmap.text.store.library_records import DocumentEntry, LibraryFigure, LibraryQuotation
from jjjmap.text.store.library_rows import (
    FIGURE_COLUMNS,
    MENTION_COLUMNS,
    PIECE,
    figure_from_row,
    mention_from_row,
)

DOUBTFUL_BELOW = 0.6
"""A mention less sure than that is quoted only if the user confirmed it."""

_FIRST_OF_ITS_KIND_FIRST = (
    "d.date DESC, coalesce(r.title, d.title), coalesce(d.root, d.key), d.root IS NOT NULL, d.title, d.key"
)
"""The newest first; of versions of one text that are equally dated the first speaks, the others count."""

_ENTRY_WIDTH = ENTRY_COLUMNS.count(",") + 3
"""With the document's key and its root."""

_COUNTS = (
    "is_lead = 0 AND status <> 'rejected'"
    f" AND (confidence >= {DOUBTFUL_BELOW} OR status IN ('confirmed', 'corrected'))"
)


def find_quotations(
    connection: sqlite3.Connection, subject_id: str, limit: int
) -> tuple[LibraryQuotation, ...]:
    """Return sentences that name a subject: of the newest documents first, then in the order of the text."""
    documents = connection.execute(
        f"SELECT {ENTRY_COLUMNS}, d.key, coalesce(d.root, d.key) FROM {ENTRY_TABLES}"
        " WHERE EXISTS (SELECT 1 FROM mentions m WHERE m.subject_id = ? AND m.document = d.key)"
        f" ORDER BY {_FIRST_OF_ITS_KIND_FIRST}",
        (subject_id,),
    )
    quotations: list[LibraryQuotation] = []
    seen: set[tuple[int, int]] = set()
    for *columns, key, root in documents:
        if len(quotations) >= limit:
            break
        rows = connection.execute(
            f"SELECT {MENTION_COLUMNS}, sentence_start, sentence_end, sentence_print FROM mentions"
            f" WHERE subject_id = ? AND document = ? AND {_COUNTS} ORDER BY sentence_start, start, end",
            (subject_id, key),
        ).fetchall()
        entry: DocumentEntry | None = None
        for (start, sentence_print), group in groupby(rows, key=lambda row: (row[12], row[14])):
            if len(quotations) >= limit:
                break
            # The text says it once, however many versions of it there are.
            if (root, sentence_print) in seen:
                continue
            seen.add((root, sentence_print))
            found = list(group)
            end = max(row[13] for row in found)
            entry = entry or entry_from_row(columns)
            quotations.append(
                LibraryQuotation(
                    entry=entry,
                    mentions=tuple(mention_from_row(row) for row in found),
                    sentence=text_between(connection, key, start, end),
                    sentence_start=start,
                    sentence_end=end,
                    versions=_versions_with(connection, root, subject_id, sentence_print),
                )
            )
    return tuple(quotations)


def find_accepted_figures(connection: sqlite3.Connection, scope_id: str) -> tuple[LibraryFigure, ...]:
    """Return the figures that the user accepted, about one subject or all: of the newest documents first."""
    rows = connection.execute(
        f"SELECT {ENTRY_COLUMNS}, d.key, coalesce(d.root, d.key), {_of('f', FIGURE_COLUMNS)}"
        f" FROM {ENTRY_TABLES} JOIN figures f ON f.document = d.key"
        # Written as the partial index has it.
        f" WHERE f.status IN ('accepted', 'corrected'){' AND f.scope_id = ?' if scope_id else ''}"
        f" ORDER BY {_FIRST_OF_ITS_KIND_FIRST}, f.start, f.end",
        (scope_id,) if scope_id else (),
    )
    figures: dict[tuple[tuple[object, ...], int], LibraryFigure] = {}
    times: dict[tuple[int, tuple[object, ...]], int] = {}
    for row in rows:
        *columns, key, root = row[:_ENTRY_WIDTH]
        figure = figure_from_row(row[_ENTRY_WIDTH:])
        said = (
            root,
            figure.value,
            figure.qualifier,
            figure.unit,
            figure.role,
            figure.indicator,
            figure.indicator_id,
            figure.period,
            figure.scope_id,
            figure.comparison,
        )
        # Said twice in one document it stands twice, said again in another version of the text it does not.
        time = times[key, said] = times.get((key, said), 0) + 1
        known = figures.get((said, time))
        if known is not None:
            figures[said, time] = replace(known, versions=known.versions + 1)
            continue
        sentence = text_between(connection, key, figure.sentence_start, figure.sentence_end)
        figures[said, time] = LibraryFigure(entry_from_row(columns), figure, sentence)
    return tuple(figures.values())


def text_between(connection: sqlite3.Connection, key: int, start: int, end: int) -> str:
    """Return a stretch of a document's text without reading the rest."""
    first = start // PIECE * PIECE
    rows = connection.execute(
        "SELECT text FROM pieces WHERE document = ? AND start >= ? AND start < ? ORDER BY start",
        (key, first, end),
    )
    return "".join(text for (text,) in rows)[start - first : end - first]


def texts_between(connection: sqlite3.Connection, key: int, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return stretches of a document's text, those that lie close together without reading them twice."""
    texts: list[str] = []
    first, piece = 0, ""
    for start, end in spans:
        if start < first or end > first + len(piece):
            first = start // PIECE * PIECE
            piece = text_between(connection, key, first, max(end, first + 2 * PIECE))
        texts.append(piece[start - first : end - first])
    return texts


def _versions_with(connection: sqlite3.Connection, root: int, subject_id: str, sentence_print: int) -> int:
    return int(
        connection.execute(
            # CROSS: from the few versions to their mentions, not from all mentions of the subject.
            "SELECT count(DISTINCT m.document) FROM documents d CROSS JOIN mentions m ON m.document = d.key"
            " WHERE (d.key = ?1 OR d.root = ?1) AND m.subject_id = ?2 AND m.sentence_print = ?3"
            f" AND {_COUNTS}",
            (root, subject_id, sentence_print),
        ).fetchone()[0]
    )


def _of(table: str, columns: str) -> str:
    return ", ".join(f"{table}.{column.strip()}" for column in columns.split(","))
