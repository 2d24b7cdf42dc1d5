"""Storing a document: as a new one, or in the place of an older state with all that was decided on it."""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Protocol

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.text.records import CleaningStep, Document, RawText
from jjjmap.text.store.decisions import STEP, Decision, about_step, apply_decisions, unwanted_steps
from jjjmap.text.store.entries import find_former_state, place_among_versions, save_probes, save_sketch
from jjjmap.text.store.indexing import drop_from_index, index_again
from jjjmap.text.store.library_records import LostDecision, Outcome, StoredAs
from jjjmap.text.store.library_rows import storable
from jjjmap.text.store.looking_up import decisions_where, entry_of, key_of, read_document, read_original
from jjjmap.text.store.versions import Sketch, sketch_of
from jjjmap.text.store.writing import cleaned, free_id, now, write_contents, write_decision, write_details


class Reanalyser(Protocol):
    """Reads a document again; `importing.Analyser` is one."""

    @property
    def version(self) -> str:
        """Says under which rules a document was read; other rules, other version."""

    def analyse_again(self, document: Document, *, inactive: Collection[str]) -> Document:
        """Read the raw text again, without some cleaning steps."""


def store_document(
    connection: sqlite3.Connection,
    document: Document,
    original: bytes,
    *,
    origin: str = "",
    analyser: Reanalyser | None = None,
    anew: bool = False,
) -> StoredAs:
    """Keep a document; the parameters are those of `Library.store`."""
    document = cleaned(document)
    version = analyser.version if analyser is not None else ""
    sketch = sketch_of(document.text)
    row = connection.execute(
        "SELECT key, id, analyser FROM documents WHERE sha256 = ?", (document.sha256,)
    ).fetchone()
    if row is not None and not anew and version in ("", row[2]):
        return StoredAs(row[1], Outcome.UNCHANGED)
    key = (
        row[0]
        if row is not None
        else find_former_state(connection, document.file_name, storable(origin), document.text, sketch)
    )
    if key is None:
        return _insert_document(connection, document, original, origin, version, sketch)
    return _update_document(connection, key, document, original, origin, version, sketch, analyser)


def _insert_document(
    connection: sqlite3.Connection,
    document: Document,
    original: bytes,
    origin: str,
    version: str,
    sketch: Sketch,
) -> StoredAs:
    document = replace(document, id=free_id(connection, document.sha256))
    details = document.details
    key = int(
        connection.execute(
            "INSERT INTO documents(id, file_name, origin, sha256, size_bytes, imported_at, analyser,"
            " title, issuer, date, number, edited, sketch, characters, mentions, figures,"
            " accepted_figures)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)",
            (
                document.id,
                document.file_name,
                storable(origin),
                document.sha256,
                document.size_bytes,
                now(),
                version,
                details.title,
                details.issuer,
                details.date,
                details.number,
                " ".join(sorted(details.edited)),
                sketch.to_bytes(),
                len(document.text),
            ),
        ).lastrowid
        or 0
    )
    connection.execute("DELETE FROM former_ids WHERE id = ?", (document.id,))
    write_contents(connection, key, document, original)
    save_probes(connection, key, sketch)
    likeness = place_among_versions(connection, key, sketch)
    index_again(connection, replace(document, version_of=entry_of(connection, key).version_of))
    return StoredAs(document.id, Outcome.VERSION if likeness else Outcome.NEW, likeness=likeness)


def _update_document(
    connection: sqlite3.Connection,
    key: int,
    document: Document,
    original: bytes,
    origin: str,
    version: str,
    sketch: Sketch,
    analyser: Reanalyser | None,
    *,
    keeps_steps: bool = False,
) -> StoredAs:
    """Put a document in the place of its older state, and tie what the user said to its words."""
    old = entry_of(connection, key)
    decisions = decisions_where(connection, "document = ?", (key,))
    told_steps: tuple[Decision, ...] = tuple(each for each in decisions if each.about == STEP)
    if told_steps and not keeps_steps:
        inactive, told_steps = unwanted_steps(document.raw, document.steps, told_steps)
        if inactive != {step.id for step in document.steps if not step.is_active}:
            if analyser is not None:
                document = cleaned(analyser.analyse_again(document, inactive=inactive))
                sketch = sketch_of(document.text)
            else:
                told_steps = tuple(replace(each, is_lost=True) for each in told_steps)
    edited = {name: getattr(old.details, name) for name in old.details.edited}
    document = replace(
        document,
        id=free_id(connection, document.sha256, key),
        details=replace(document.details, **edited, edited=old.details.edited),
    )
    applied = apply_decisions(
        document,
        [each for each in decisions if each.about != STEP],
        _RawPlaces(document.raw, document.steps),
    )
    document = applied.document
    was_lost = {each.key for each in decisions if each.is_lost}
    all_told = (*applied.decisions, *told_steps)

    drop_from_index(connection, old.id)
    connection.execute(
        "UPDATE documents SET id = ?1, file_name = ?2,"
        " origin = CASE WHEN ?3 = '' THEN origin ELSE ?3 END, sha256 = ?4,"
        " size_bytes = ?5, imported_at = ?6,"
        " analyser = CASE WHEN ?7 = '' THEN analyser ELSE ?7 END, characters = ?8 WHERE key = ?9",
        (
            document.id,
            document.file_name,
            storable(origin),
            document.sha256,
            document.size_bytes,
            old.imported_at if old.id == document.id else now(),
            version,
            len(document.text),
            key,
        ),
    )
    connection.execute("DELETE FROM former_ids WHERE id = ?", (document.id,))
    if old.id != document.id:
        connection.execute("INSERT OR REPLACE INTO former_ids VALUES (?, ?)", (old.id, key))
    write_details(connection, key, document.details)
    for table in ("contents", "pieces", "mentions", "figures", "decisions"):
        connection.execute(f"DELETE FROM {table} WHERE document = ?", (key,))
    write_contents(connection, key, document, original)
    for decision in sorted(all_told, key=lambda each: each.key):
        write_decision(connection, key, decision)
    save_sketch(connection, key, sketch)
    place_among_versions(connection, key, sketch)
    entry = entry_of(connection, key)
    index_again(connection, replace(document, version_of=entry.version_of))
    lost = tuple(each.lost(document.id) for each in all_told if each.is_lost and each.key not in was_lost)
    return StoredAs(
        document.id,
        Outcome.UPDATED,
        replaced_id=old.id if old.id != document.id else "",
        likeness=entry.likeness,
        lost=lost,
        findings=tuple(_finding_about(each, document) for each in lost),
    )


def set_step(
    connection: sqlite3.Connection, document_id: str, step_id: str, is_active: bool, analyser: Reanalyser
) -> StoredAs:
    """Switch a cleaning step on or off, and read the text again; decisions are tied to their words anew."""
    key = key_of(connection, document_id)
    document = read_document(connection, key)
    step = next((step for step in document.steps if step.id == step_id), None)
    if step is None:
        raise ValueError(f"no such step: {step_id}")
    for decision in decisions_where(connection, "document = ? AND about = ?", (key, STEP)):
        if decision.body["id"] == step_id:
            connection.execute("DELETE FROM decisions WHERE key = ?", (decision.key,))
    if not is_active:
        write_decision(connection, key, about_step(document.raw, step))
    inactive = {each.id for each in document.steps if not each.is_active} - {step_id}
    again = analyser.analyse_again(document, inactive=inactive | (set() if is_active else {step_id}))
    original = read_original(connection, key)
    sketch = sketch_of(again.text)
    return _update_document(
        connection, key, again, original, "", analyser.version, sketch, None, keeps_steps=True
    )


class _RawPlaces:
    """Turns stretches of a cleaned text into those of the raw one; cleans only when it is asked."""

    def __init__(self, raw: RawText, steps: Sequence[CleaningStep]) -> None:
        self._raw = raw
        self._steps = steps
        self._to_source: Any = None

    def __call__(self, start: int, end: int) -> tuple[int, int]:
        if self._to_source is None:
            from jjjmap.text.documents.cleaning import apply_steps

            self._to_source = apply_steps(self._raw.text, self._steps).offsets.to_source
        raw_start, raw_end = self._to_source(start, end)
        return int(raw_start), int(raw_end)


def _finding_about(lost: LostDecision, document: Document) -> Finding:
    match lost.about:
        case "step":
            message = _("文件改动后，已停用的清理步骤找不到了：“{quotation}”。")
        case "figure":
            message = _("文件改动后，对数字“{quotation}”的决定找不到原处。")
        case _:
            message = _("文件改动后，对“{quotation}”的更正找不到原处。")
    return Finding(
        Severity.WARNING,
        "decision-lost",
        document.file_name,
        message.format(quotation=lost.quotation[:60]),
        _("它留在“失去原处的更正”里；原文恢复后会自动接上。"),
    )
