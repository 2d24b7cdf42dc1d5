"""Whether a document of a library that anybody may have written is whole; only inside the worker process."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import zlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from math import isfinite

from jjjmap.errors import JjjmapError
from jjjmap.text.documents.limits import MAX_CHARACTERS, MAX_PDF_BYTES
from jjjmap.text.records import CleaningStep, Document, Mention, TextFigure
from jjjmap.text.store.decisions import FIGURE, MENTION, STEP, Decision, lesson_of
from jjjmap.text.store.library_rows import PIECE, figure_from_json
from jjjmap.text.store.looking_up import decisions_where, read_document, read_original
from jjjmap.text.store.versions import SKETCH_SIZE, Sketch

_MAX_JSON_BYTES = 256 << 20
_RATIO = 1_032
"""No deflated byte stands for more."""
_MAX_NAME_CHARS = 500
_MAX_WORD_CHARS = 10_000
_MAX_DIGITS = 1_000
"""Of a figure, and before and behind its point: to print ``1e999999999`` takes a memory of its own."""
_MAX_OFFSET = 1 << 40
_ID = re.compile(r"doc-([0-9a-f]{12,64})")
_PASSAGE_ID = re.compile(r"p[0-9]{1,9}")
_DATE = re.compile(r"(\d{4}(-\d{2}(-\d{2})?)?)?", re.ASCII)
_NOT_ENCODINGS = ("utf-7", "utf_7", "unicode", "raw", "punycode", "idna")
"""Codecs in which a text hides, or takes for ever; see `encodings.decode_as`."""


_ERRORS = (
    JjjmapError, sqlite3.Error, ValueError, TypeError, ArithmeticError, AttributeError, LookupError,
    RecursionError, zlib.error,
)  # fmt: skip
"""What a record makes the decoders raise that is not one of ours."""


class DocumentBroken(Exception):
    """A document is not one that we would have written; the reason is for the log."""


def check_document(connection: sqlite3.Connection, key: int) -> Document:
    """Return a document after every part of it was decoded and compared with its text.

    Raises
    ------
    DocumentBroken
        Something is not what it shall be.
    """
    try:
        _check_sizes(connection, key)
        document = read_document(connection, key)
        _check_facts(connection, key, document)
        _check_text(connection, key, document)
        _check_steps(document)
        _check_mentions(document.text, document.mentions)
        for figure in document.figures:
            _check_figure(figure, len(document.text))
    except _ERRORS as exc:
        raise DocumentBroken(f"{type(exc).__name__}: {exc}"[:200]) from exc
    return document


def broken_decisions(connection: sqlite3.Connection) -> list[int]:
    """Return the keys of decisions that are none."""
    keys = [key for (key,) in connection.execute("SELECT key FROM decisions ORDER BY key")]
    broken = []
    for key in keys:
        try:
            for decision in decisions_where(connection, "key = ?", (key,)):
                _check_decision(decision)
        except (DocumentBroken, *_ERRORS):
            broken.append(key)
    return broken


def _need(is_so: bool, what: str) -> None:
    if not is_so:
        raise DocumentBroken(what)


def _check_sizes(connection: sqlite3.Connection, key: int) -> None:
    """Inflate what may be too large, piece by piece, before anybody inflates it at once."""
    row = connection.execute(
        "SELECT original, raw, steps, passages FROM contents WHERE document = ?", (key,)
    ).fetchone()
    _need(row is not None, "no contents")
    for data, most in zip(row, (MAX_PDF_BYTES, *[_MAX_JSON_BYTES] * 3), strict=True):
        if len(data) * _RATIO <= most:
            continue
        inflating = zlib.decompressobj()
        size = 0
        while data and not inflating.eof:
            size += len(inflating.decompress(data, 1 << 20))
            data = inflating.unconsumed_tail
            _need(size <= most, "inflates beyond measure")


def _check_facts(connection: sqlite3.Connection, key: int, document: Document) -> None:
    found = _ID.fullmatch(document.id)
    digest = hashlib.sha256(read_original(connection, key)).hexdigest()
    _need(found is not None and digest.startswith(found[1]) and digest == document.sha256, "another original")
    details = document.details
    names = (details.title, details.issuer, details.date, details.number, document.file_name)
    _need(all(len(name) <= _MAX_NAME_CHARS for name in names), "a long name")
    _need(_DATE.fullmatch(details.date) is not None, "no date")
    _need(
        document.file_name not in ("", ".", "..") and not re.search(r"[/\0]", document.file_name), "no name"
    )
    _need(not document.raw.encoding.lower().startswith(_NOT_ENCODINGS), "an odd encoding")
    imported_at, sketch = connection.execute(
        "SELECT imported_at, sketch FROM documents WHERE key = ?", (key,)
    ).fetchone()
    datetime.fromisoformat(imported_at)
    hashes = list(Sketch.from_bytes(sketch).hashes)
    _need(len(hashes) <= SKETCH_SIZE and hashes == sorted(set(hashes)), "no sketch")


def _check_text(connection: sqlite3.Connection, key: int, document: Document) -> None:
    text, raw = document.text, document.raw
    _need(max(len(text), len(raw.text)) <= MAX_CHARACTERS, "a long text")
    pieces = connection.execute(
        "SELECT start, length(text) FROM pieces WHERE document = ? ORDER BY start", (key,)
    ).fetchall()
    # A stretch in the middle is found by the numbers of its pieces. NUL ends a text for SQLite's length.
    _need([start for start, _length in pieces] == list(range(0, len(text), PIECE)), "pieces are missing")
    last = 0
    for passage in document.passages:
        _need(_PASSAGE_ID.fullmatch(passage.id) is not None, "no passage")
        _need(_is_stretch(passage.start, passage.end, len(text)) and passage.start >= last, "no passage")
        last = passage.end
    _need(all(_is_offset(start, len(raw.text)) for start in raw.page_starts), "no page")


def _check_steps(document: Document) -> None:
    seen: set[str] = set()
    for step in document.steps:
        _need(isinstance(step.id, str) and len(step.id) <= _MAX_NAME_CHARS and step.id not in seen, "no step")
        _need(isinstance(step.is_active, bool), "no step")
        seen.add(step.id)
        _check_edits(step, len(document.raw.text))


def _check_edits(step: CleaningStep, length: int) -> None:
    last = 0
    for edit in step.edits:
        _need(_is_stretch(edit.start, edit.end, length) and edit.start >= last, "no edit")
        _need(isinstance(edit.replacement, str), "no edit")
        last = edit.end


def _check_mentions(text: str, mentions: Sequence[Mention]) -> None:
    length = len(text)
    for mention in mentions:
        # Written out, for there are many; their table sees to the types.
        start, end = mention.start, mention.end
        is_whole = (
            0 <= start <= end <= length
            and text[start:end] == mention.text
            and 0 <= mention.raw_start <= mention.raw_end <= _MAX_OFFSET
            and 0 <= mention.confidence <= 1
            and len(mention.subject_id) + len(mention.rule) <= _MAX_WORD_CHARS
            and sum(map(len, mention.candidates)) <= _MAX_WORD_CHARS
        )
        if not is_whole:
            raise DocumentBroken(f"no mention at {start}")


def _check_figure(figure: TextFigure, length: int) -> None:
    _need(_is_stretch(figure.start, figure.end, length), "a figure beyond the text")
    _need(_is_stretch(figure.sentence_start, figure.sentence_end, length), "a sentence beyond the text")
    _need(_is_stretch(figure.raw_start, figure.raw_end, _MAX_OFFSET), "a figure beyond the text")
    _need(_is_share(figure.confidence), "no confidence")
    _check_number(figure.value)
    _check_number(figure.printed_value)
    said = figure.unit + figure.text + figure.printed_unit + figure.indicator + figure.indicator_id
    said += figure.period + figure.scope_id + figure.comparison  # What is no text raises TypeError.
    _need(len(said) <= _MAX_WORD_CHARS, "a long word")


def _check_number(value: Decimal) -> None:
    _sign, digits, exponent = value.as_tuple()
    # The exponent of what is no number is a letter.
    is_number = isinstance(exponent, int) and abs(exponent) <= _MAX_DIGITS and len(digits) <= _MAX_DIGITS
    _need(is_number, "no number")


def _check_decision(decision: Decision) -> None:
    anchor, body = decision.anchor, decision.body
    _need(decision.about in (MENTION, FIGURE, STEP) and isinstance(body, dict), "no decision")
    _need(_is_stretch(anchor.start, anchor.end, _MAX_OFFSET), "no decision")
    decision.lost("")
    match decision.about:
        case "mention":
            lesson_of(decision)
            names = (body["found"], body["found_kind"], body["rule"], body["subject"], body["status"])
            _need(
                all(isinstance(name, str) and len(name) <= _MAX_WORD_CHARS for name in names), "no decision"
            )
        case "figure":
            for name in ("found", "figure"):
                _check_figure(figure_from_json(body[name]), _MAX_OFFSET)
        case _:
            _need(isinstance(body["id"], str) and isinstance(body["quotes"], list), "no decision")


def _is_offset(at: object, length: int) -> bool:
    return type(at) is int and 0 <= at <= length


def _is_stretch(start: object, end: object, length: int) -> bool:
    return type(start) is int and type(end) is int and 0 <= start <= end <= length


def _is_share(value: object) -> bool:
    return (
        isinstance(value, float | int) and not isinstance(value, bool) and isfinite(value) and 0 <= value <= 1
    )
