"""The user's documents in an SQLite file: store, look up, decide, and quote."""

import json
import os
import re
import sqlite3
import unicodedata
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from jjjmap.catalogue.models import Qualifier
from jjjmap.errors import DocumentUnknown
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.text.records import (
    CleaningStep,
    Document,
    DocumentDetails,
    DocumentFormat,
    FigureRole,
    FigureStatus,
    Mention,
    MentionStatus,
    RawText,
    TextFigure,
)
from jjjmap.text.store.anchoring import Anchor
from jjjmap.text.store.decisions import (
    BY_USER,
    FIGURE,
    MENTION,
    STEP,
    Decision,
    about_figure,
    about_mention,
    about_step,
    apply_decisions,
    body_to_text,
    found_before,
    lesson_of,
    unwanted_steps,
)
from jjjmap.text.store.entries import (
    entries_where,
    find_former_state,
    leave_versions,
    place_among_versions,
    save_probes,
    save_sketch,
    text_of,
)
from jjjmap.text.store.library_records import (
    DocumentEntry,
    LibraryFigure,
    LibraryQuotation,
    LostDecision,
    Outcome,
    RemovedDocument,
    StoredAs,
)
from jjjmap.text.store.library_rows import (
    FIGURE_COLUMNS,
    MENTION_COLUMNS,
    Sentences,
    figure_from_json,
    figure_from_row,
    figure_to_row,
    findings_from_json,
    findings_to_json,
    mention_from_row,
    mention_to_row,
    pack,
    passages_from_json,
    passages_to_json,
    pieces_of,
    raw_from_json,
    raw_to_json,
    steps_from_json,
    steps_to_json,
    storable,
    unpack,
)
from jjjmap.text.store.quotations import find_accepted_figures, find_quotations, text_between
from jjjmap.text.store.schema import INDEX_TABLE, connect, relaxed, told, transaction
from jjjmap.text.store.versions import Likeness, Sketch, sketch_of

if TYPE_CHECKING:
    from jjjmap.text.names.lessons import Lesson

__all__ = [
    "DocumentEntry",
    "Library",
    "LibraryFigure",
    "LibraryQuotation",
    "Likeness",
    "LostDecision",
    "Outcome",
    "Reanalyser",
    "RemovedDocument",
    "StoredAs",
]

DETAIL_LENGTH = 500
"""Longer titles and names are cut: nobody wrote them by hand."""

_DATE = re.compile(r"(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?", re.ASCII)
_DETAILS = ("title", "issuer", "date", "number")
_FIGURE_FIELDS: dict[str, type] = {
    "value": Decimal,
    "qualifier": Qualifier,
    "unit": str,
    "indicator": str,
    "indicator_id": str,
    "period": str,
    "scope_id": str,
    "role": FigureRole,
    "comparison": str,
}
"""What the user may correct in a figure."""

_ID_DIGITS = 12
_OWN_TABLES = ("former_ids", "contents", "pieces", "mentions", "figures", "decisions", "shingles")
"""Tables with a column ``document``; what a document is, beside its row."""


class Reanalyser(Protocol):
    """Reads a document again; `importing.Analyser` is one."""

    @property
    def version(self) -> str:
        """Says under which rules a document was read; other rules, other version."""

    def analyse_again(self, document: Document, *, inactive: Collection[str]) -> Document:
        """Read the raw text again, without some cleaning steps."""


class Library:
    """The user's documents. One object per thread; several may have the same file open.

    Every method may raise `LibraryUnusable`: the file is locked for too long, broken or cannot be written, or
    the disk is full. What it was about to write is then not written at all.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path | None) -> "Library":
        """Open a library's file, or make it; None for one in memory.

        Raises
        ------
        LibraryUnusable
            It cannot be opened or written, is something else, or comes from a newer program; it is untouched.
        """
        connection = connect(path)
        shown = path if path is not None else Path(":memory:")
        library = cls(connection, shown)
        try:
            library._prepare_index()
        except BaseException:
            connection.close()
            raise
        return library

    def close(self) -> None:
        """Let go of the file."""
        with told(self._path):
            self._connection.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The library's file."""
        return self._path

    @property
    def connection(self) -> sqlite3.Connection:
        """The open file, for the neighbours that search and count in it; they read only."""
        return self._connection

    # ----------------------------------------------------------------------------------------- looking up

    def documents(self) -> tuple[DocumentEntry, ...]:
        """Return all documents, the newest date first, undated ones last."""
        with told(self._path):
            return entries_where(self._connection)

    def entry(self, document_id: str) -> DocumentEntry:
        """Return a document as a list shows it; raises `DocumentUnknown`."""
        with told(self._path):
            return self._entry_of(self._key_of(document_id))

    def document(self, document_id: str) -> Document:
        """Return a document with all that was read in it; an id that it had before its file changed will do.

        Raises
        ------
        DocumentUnknown
            The library has none of this id.
        """
        with told(self._path):
            return self._document(self._key_of(document_id))

    def find(self, text: str) -> DocumentEntry:
        """Return the document with this id, file name or title; of several the newest.

        Raises
        ------
        DocumentUnknown
            There is none; the error names those that look alike.
        """
        with told(self._path):
            key = self._key_or_none(text)
            if key is not None:
                return self._entry_of(key)
            entries = entries_where(self._connection)
        wanted = _plain(text)
        for names in ([entry.file_name for entry in entries], [entry.details.title for entry in entries]):
            for entry, name in zip(entries, names, strict=True):
                if wanted and _plain(name) == wanted:
                    return entry
        raise DocumentUnknown(text, _nearest(wanted, entries))

    def original(self, document_id: str) -> bytes:
        """Return the bytes of a document's file as they were imported; raises `DocumentUnknown`."""
        with told(self._path):
            key = self._key_of(document_id)
            return self._original(key)

    def text_between(self, document_id: str, start: int, end: int) -> str:
        """Return a stretch of a document's text without reading the rest; raises `DocumentUnknown`."""
        with told(self._path):
            return text_between(self._connection, self._key_of(document_id), start, end)

    def versions_of(self, document_id: str) -> tuple[DocumentEntry, ...]:
        """Return all versions of a document's text, itself among them; raises `DocumentUnknown`."""
        with told(self._path):
            key = self._key_of(document_id)
            return entries_where(
                self._connection,
                "coalesce(d.root, d.key) = (SELECT coalesce(root, key) FROM documents WHERE key = ?)",
                (key,),
            )

    def has_bytes(self, sha256: str, analyser_version: str = "") -> DocumentEntry | None:
        """Return the document with these original bytes; None too if other rules than those named read it."""
        with told(self._path):
            row = self._connection.execute(
                "SELECT key FROM documents WHERE sha256 = ?1 AND (?2 = '' OR analyser = ?2)",
                (sha256, analyser_version),
            ).fetchone()
            return self._entry_of(row[0]) if row else None

    def quotations_about(self, subject_id: str, limit: int = 50) -> tuple[LibraryQuotation, ...]:
        """Return the sentences that name a subject, the newest document first.

        A sentence with several mentions stands once, and so does one that is in several versions of a text.
        Leads, rejected mentions and doubtful ones that nobody confirmed do not count. Only the subject itself
        is asked for: a county's sentences are not its city's.
        """
        with told(self._path):
            return find_quotations(self._connection, subject_id, limit)

    def accepted_figures(self, scope_id: str = "") -> tuple[LibraryFigure, ...]:
        """Return the figures that the user accepted, about one subject or all, the newest document first."""
        with told(self._path):
            return find_accepted_figures(self._connection, scope_id)

    def lessons(self) -> "tuple[Lesson, ...]":
        """Return what later documents learn from the user's corrections, the oldest first."""
        with told(self._path):
            decisions = self._decisions("about = ? AND teaches", (MENTION,))
        return tuple(lesson_of(decision) for decision in decisions)

    def lost_decisions(self, document_id: str = "") -> tuple[LostDecision, ...]:
        """Return what the user said about words that no longer stand in their document."""
        with told(self._path):
            key = self._key_of(document_id) if document_id else 0
            rows = self._connection.execute(
                "SELECT x.key, d.id FROM decisions x JOIN documents d ON d.key = x.document"
                " WHERE x.is_lost AND (?1 = 0 OR x.document = ?1) ORDER BY x.key",
                (key,),
            ).fetchall()
            ids = dict(rows)
            decisions = self._decisions("is_lost", ())
        return tuple(decision.lost(ids[decision.key]) for decision in decisions if decision.key in ids)

    # -------------------------------------------------------------------------------------------- storing

    def store(
        self,
        document: Document,
        original: bytes,
        *,
        origin: str = "",
        analyser: Reanalyser | None = None,
        anew: bool = False,
    ) -> StoredAs:
        """Keep a document, in one transaction.

        Parameters
        ----------
        document
            As it was read; its `id` and `version_of` are settled here.
        original
            The bytes of its file.
        origin
            Path that it was read from, to know the same file again; empty if there is none.
        analyser
            Who read it. Needed to leave out the cleaning steps that the user switched off before its file
            changed, and to note by which rules it was read.
        anew
            Whether to write it although the same bytes were read by the same rules.

        Raises
        ------
        LibraryUnusable
            Nothing was written.
        """
        document = _clean(document)
        version = analyser.version if analyser is not None else ""
        sketch = sketch_of(document.text)
        with transaction(self._connection, self._path):
            row = self._connection.execute(
                "SELECT key, id, analyser FROM documents WHERE sha256 = ?", (document.sha256,)
            ).fetchone()
            if row is not None and not anew and version in ("", row[2]):
                return StoredAs(row[1], Outcome.UNCHANGED)
            key = row[0] if row is not None else self._former_state(document, origin, sketch)
            if key is None:
                return self._insert(document, original, origin, version, sketch)
            return self._update(key, document, original, origin, version, sketch, analyser)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Let what is stored inside reach the disk once, at the end, and not document by document.

        Each document stays a transaction of its own: whoever is killed leaves whole documents, all that were
        stored, and others can read and write in between. Only a power cut may take the last of them along,
        whole ones too.
        """
        with told(self._path), relaxed(self._connection):
            yield

    def set_details(self, document_id: str, **fields: str | None) -> DocumentDetails:
        """Set title, issuer, date or number; what was set is never guessed again.

        Parameters
        ----------
        fields
            None for one that is to be guessed from the text, as if it had never been set.

        Raises
        ------
        DocumentUnknown
            The library has none of this id.
        ValueError
            No such field, or a date that is not ISO 8601 (year, month or day).
        """
        unknown = sorted(set(fields) - set(_DETAILS))
        if unknown:
            raise ValueError(f"no such detail: {', '.join(unknown)}")
        if not _DATE.fullmatch(fields.get("date") or ""):
            raise ValueError(f"no date: {fields['date']}")
        with transaction(self._connection, self._path):
            key = self._key_of(document_id)
            old = self._entry_of(key).details
            given = {name: value for name, value in fields.items() if value is not None}
            values = {name: storable(value).strip()[:DETAIL_LENGTH] for name, value in given.items()}
            to_guess = fields.keys() - given.keys()
            if to_guess:
                guessed = self._guessed_details(key)
                values.update((name, getattr(guessed, name)) for name in to_guess)
            details = replace(old, **values, edited=(old.edited | given.keys()) - to_guess)
            self._write_details(key, details)
        return details

    def set_step(self, document_id: str, step_id: str, is_active: bool, analyser: Reanalyser) -> StoredAs:
        """Switch a cleaning step on or off, and read the text again; decisions are tied to their words anew.

        Raises
        ------
        DocumentUnknown
            The library has none of this id.
        ValueError
            The document has no such step.
        """
        with transaction(self._connection, self._path):
            key = self._key_of(document_id)
            document = self._document(key)
            step = next((step for step in document.steps if step.id == step_id), None)
            if step is None:
                raise ValueError(f"no such step: {step_id}")
            for decision in self._decisions("document = ? AND about = ?", (key, STEP)):
                if decision.body["id"] == step_id:
                    self._connection.execute("DELETE FROM decisions WHERE key = ?", (decision.key,))
            if not is_active:
                self._write_decision(key, about_step(document.raw, step))
            inactive = {each.id for each in document.steps if not each.is_active} - {step_id}
            again = analyser.analyse_again(document, inactive=inactive | (set() if is_active else {step_id}))
            original = self._original(key)
            sketch = sketch_of(again.text)
            return self._update(key, again, original, "", analyser.version, sketch, None, keeps_steps=True)

    def remove(self, document_id: str) -> RemovedDocument:
        """Take a document out; `restore` brings it back with all decisions. Raises `DocumentUnknown`."""
        with transaction(self._connection, self._path):
            key = self._key_of(document_id)
            title = self._entry_of(key).details.title
            rows = {"documents": self._rows("documents", "key", key)}
            for table in _OWN_TABLES:
                rows[table] = self._rows(table, "document", key)
            rows["followers"] = self._connection.execute(
                "SELECT key, alike, resemblance, share, other_share FROM documents"
                " WHERE root = ? ORDER BY key",
                (key,),
            ).fetchall()
            real_id = self._id_of(key)
            self._drop_from_index(real_id)
            leave_versions(self._connection, key)
            self._connection.execute("DELETE FROM documents WHERE key = ?", (key,))
        return RemovedDocument(real_id, title, rows)

    def restore(self, removed: RemovedDocument) -> None:
        """Bring a removed document back; one with the same bytes that was imported meanwhile makes way."""
        with transaction(self._connection, self._path):
            (row,) = removed.rows["documents"]
            columns = self._columns("documents")
            values = dict(zip(columns, row, strict=True))
            present = self._connection.execute(
                "SELECT id FROM documents WHERE sha256 = ? OR id = ?", (values["sha256"], values["id"])
            ).fetchall()
            for (other_id,) in present:
                self.remove(other_id)
            for name in ("root", "alike"):
                present_key = self._connection.execute(
                    "SELECT key FROM documents WHERE key = ?", (values[name],)
                ).fetchone()
                values[name] = present_key[0] if present_key else None
            if values["root"] is not None:
                # Meanwhile that one may have become a version itself.
                values["root"] = self._connection.execute(
                    "SELECT coalesce(root, key) FROM documents WHERE key = ?", (values["root"],)
                ).fetchone()[0]
            self._insert_rows("documents", [tuple(values.values())])
            for table in _OWN_TABLES:
                self._insert_rows(table, removed.rows[table])
            self._lead_again(values["key"], removed.rows["followers"])
            self._index(self._document(values["key"]))

    # ------------------------------------------------------------------------------------------- deciding

    def decide_mention(
        self, document_id: str, mention: Mention, status: MentionStatus, subject_id: str = ""
    ) -> Mention:
        """Note what the user says about a mention, and return the mention as it is now.

        Parameters
        ----------
        mention
            One of the document's, or one that the rules have not found.
        status
            FOUND takes back what was said before.
        subject_id
            What it names, if `status` is CORRECTED; `mention.kind` says of what kind that is.

        Raises
        ------
        DocumentUnknown
            The library has none of this id.
        ValueError
            The document has other words at that place, or CORRECTED comes without a subject.
        """
        if status is MentionStatus.CORRECTED and not subject_id:
            raise ValueError("a correction needs a subject")
        with transaction(self._connection, self._path):
            key = self._key_of(document_id)
            there = text_between(self._connection, key, mention.start, mention.end)
            if not mention.text or there != mention.text:
                raise ValueError(f"not at {mention.start}: {mention.text!r}")
            counted_before = self._counted_at(key, mention)
            before = self._decision_on_mention(key, mention)
            row = self._connection.execute(
                f"SELECT {MENTION_COLUMNS}, rowid FROM mentions WHERE {_SAME_MENTION}",
                (key, mention.start, mention.end, mention.subject_id),
            ).fetchone()
            if before is not None:
                found = found_before(before, mention)
            elif row is not None:
                found = mention_from_row(row)
            else:
                found = replace(mention, rule=BY_USER)
            decided = replace(found, status=status)
            if status is MentionStatus.CORRECTED:
                decided = replace(decided, subject_id=subject_id, kind=mention.kind)
            if before is not None:
                self._connection.execute("DELETE FROM decisions WHERE key = ?", (before.key,))
            text = text_of(self._connection, key)
            if status is not MentionStatus.FOUND:
                self._write_decision(key, about_mention(text, found, decided))
            is_gone = status is MentionStatus.FOUND and found.rule == BY_USER
            if row is None and not is_gone:
                self._write_mentions(key, text, (decided,))
            elif row is not None and is_gone:
                self._connection.execute("DELETE FROM mentions WHERE rowid = ?", row[-1:])
            elif row is not None:
                self._connection.execute(
                    "UPDATE mentions SET subject_id = ?, kind = ?, status = ?, rule = ? WHERE rowid = ?",
                    (decided.subject_id, decided.kind.value, decided.status.value, decided.rule, row[-1]),
                )
            self._count(key)
            # A long text takes a moment to index, and most decisions only confirm what was found.
            if self._counted_at(key, mention) != counted_before:
                self._index(self._as_indexed(key))
        return decided

    def decide_figure(
        self, document_id: str, figure: TextFigure, status: FigureStatus, **changes: Any
    ) -> TextFigure:
        """Note what the user says about a figure, and return the figure as it is now.

        Parameters
        ----------
        figure
            One of the document's.
        status
            FOUND takes back what was said before.
        changes
            Corrected fields of the figure: value, qualifier, unit, indicator, indicator_id, period, scope_id,
            role, comparison. With any of them ACCEPTED becomes CORRECTED.

        Raises
        ------
        DocumentUnknown
            The library has none of this id.
        ValueError
            The document has no figure at that place, or a change is none.
        """
        values = _checked_changes(changes)
        with transaction(self._connection, self._path):
            key = self._key_of(document_id)
            place = (key, figure.start, figure.end)
            row = self._connection.execute(
                f"SELECT {FIGURE_COLUMNS} FROM figures WHERE document = ? AND start = ? AND end = ?", place
            ).fetchone()
            if row is None:
                raise ValueError(f"no figure at {figure.start}")
            now = figure_from_row(row)
            before = self._decision_on_figure(key, figure)
            found = now
            if before is not None:
                found = figure_from_json(before.body["found"])
                places = {name: getattr(now, name) for name in _PLACED}
                found = replace(found, **places, status=FigureStatus.FOUND)
                self._connection.execute("DELETE FROM decisions WHERE key = ?", (before.key,))
            if status is FigureStatus.FOUND:
                decided = found
            else:
                is_corrected = status is FigureStatus.ACCEPTED and bool(values)
                decided = replace(now, **values, status=FigureStatus.CORRECTED if is_corrected else status)
                text = text_of(self._connection, key)
                self._write_decision(key, about_figure(text, found, decided))
            self._connection.execute(
                "DELETE FROM figures WHERE document = ? AND start = ? AND end = ?", place
            )
            self._write_figures(key, (decided,))
            self._count(key)
        return decided

    def forget_lesson(self, lesson: "Lesson") -> None:
        """Let later documents no longer learn from a correction; the correction itself stays."""
        with transaction(self._connection, self._path):
            for decision in self._decisions("about = ? AND teaches", (MENTION,)):
                if lesson_of(decision) == lesson:
                    self._connection.execute(
                        "UPDATE decisions SET teaches = 0 WHERE key = ?", (decision.key,)
                    )

    def forget_lost(self, key: int) -> None:
        """Drop a decision that was lost, for good."""
        with transaction(self._connection, self._path):
            self._connection.execute("DELETE FROM decisions WHERE key = ? AND is_lost", (key,))

    # -------------------------------------------------------------------------------------- keys and rows

    def _key_or_none(self, document_id: str) -> int | None:
        row = self._connection.execute(
            "SELECT key FROM documents WHERE id = ?1"
            " UNION ALL SELECT document FROM former_ids WHERE id = ?1 LIMIT 1",
            (storable(document_id),),
        ).fetchone()
        return int(row[0]) if row else None

    def _key_of(self, document_id: str) -> int:
        key = self._key_or_none(document_id)
        if key is None:
            raise DocumentUnknown(document_id, _nearest(_plain(document_id), entries_where(self._connection)))
        return key

    def _id_of(self, key: int) -> str:
        return str(self._connection.execute("SELECT id FROM documents WHERE key = ?", (key,)).fetchone()[0])

    def _entry_of(self, key: int) -> DocumentEntry:
        return entries_where(self._connection, "d.key = ?", (key,))[0]

    def _document(self, key: int) -> Document:
        entry = self._entry_of(key)
        sha256 = self._connection.execute("SELECT sha256 FROM documents WHERE key = ?", (key,)).fetchone()[0]
        raw, steps, passages, findings = self._connection.execute(
            "SELECT raw, steps, passages, findings FROM contents WHERE document = ?", (key,)
        ).fetchone()
        figures = self._connection.execute(
            f"SELECT {FIGURE_COLUMNS} FROM figures WHERE document = ? ORDER BY start, end", (key,)
        )
        return Document(
            id=entry.id,
            details=entry.details,
            file_name=entry.file_name,
            sha256=sha256,
            size_bytes=entry.size_bytes,
            raw=raw_from_json(unpack(raw), lambda: self._original(key)),
            steps=steps_from_json(unpack(steps)),
            text=text_of(self._connection, key),
            passages=passages_from_json(unpack(passages)),
            mentions=self._mentions(key),
            figures=tuple(figure_from_row(row) for row in figures),
            version_of=entry.version_of,
            findings=findings_from_json(json.loads(findings)),
        )

    def _as_indexed(self, key: int) -> Document:
        """Return of a document what the index looks at; all of a long one takes a while to unpack."""
        entry = self._entry_of(key)
        (passages,) = self._connection.execute(
            "SELECT passages FROM contents WHERE document = ?", (key,)
        ).fetchone()
        return Document(
            id=entry.id,
            details=entry.details,
            file_name=entry.file_name,
            sha256="",
            size_bytes=entry.size_bytes,
            raw=RawText("", DocumentFormat.TXT),
            steps=(),
            text=text_of(self._connection, key),
            passages=passages_from_json(unpack(passages)),
            mentions=self._mentions(key),
            figures=(),
            version_of=entry.version_of,
        )

    def _mentions(self, key: int) -> tuple[Mention, ...]:
        rows = self._connection.execute(
            f"SELECT {MENTION_COLUMNS} FROM mentions WHERE document = ? ORDER BY start, end DESC, subject_id",
            (key,),
        )
        return tuple(mention_from_row(row) for row in rows)

    def _original(self, key: int) -> bytes:
        (data,) = self._connection.execute(
            "SELECT original FROM contents WHERE document = ?", (key,)
        ).fetchone()
        return zlib.decompress(data)

    def _guessed_details(self, key: int) -> DocumentDetails:
        from jjjmap.text.documents.heading import guess_details

        document = self._document(key)
        return _storable_details(guess_details(document.text, document.raw, document.file_name))

    def _counted_at(self, key: int, mention: Mention) -> list[tuple[str, str]]:
        """Return what the index knows of a place in a text: the subjects that count there."""
        return self._connection.execute(
            "SELECT kind, subject_id FROM mentions WHERE document = ? AND start = ? AND end = ?"
            " AND NOT is_lead AND status <> 'rejected' ORDER BY kind, subject_id",
            (key, mention.start, mention.end),
        ).fetchall()

    def _decisions(self, condition: str, values: Sequence[Any]) -> tuple[Decision, ...]:
        rows = self._connection.execute(
            "SELECT key, about, start, end, exact, prefix, suffix, body, teaches, is_lost FROM decisions"
            f" WHERE {condition} ORDER BY key",
            values,
        )
        return tuple(
            Decision(about, Anchor(*anchor), json.loads(body), key, bool(teaches), bool(is_lost))
            for key, about, *anchor, body, teaches, is_lost in rows
        )

    def _decision_on_mention(self, key: int, mention: Mention) -> Decision | None:
        decisions = self._decisions(
            "document = ? AND about = ? AND start = ? AND end = ?", (key, MENTION, mention.start, mention.end)
        )
        return next((each for each in decisions if each.body["subject"] == mention.subject_id), None)

    def _rows(self, table: str, column: str, key: int) -> list[Any]:
        return self._connection.execute(f"SELECT * FROM {table} WHERE {column} = ?", (key,)).fetchall()

    def _columns(self, table: str) -> list[str]:
        return [row[1] for row in self._connection.execute(f"PRAGMA table_info({table})")]

    def _insert_rows(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            holes = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({holes})", rows)

    def _decision_on_figure(self, key: int, figure: TextFigure) -> Decision | None:
        decisions = self._decisions(
            "document = ? AND about = ? AND start = ? AND end = ?", (key, FIGURE, figure.start, figure.end)
        )
        return decisions[0] if decisions else None

    # -------------------------------------------------------------------------------------------- writing

    def _prepare_index(self) -> None:
        """Make the full-text index, or what is missing of it; a mere reader takes no lock."""
        with told(self._path):
            if self._is_indexed():
                return
        # Here and not above: what it needs is slow to load.
        from jjjmap.text.fulltext.search_index import create

        with transaction(self._connection, self._path):
            # Another process may have made it while this one waited.
            create(self._connection)
            for (key,) in self._connection.execute(f"SELECT key FROM documents {_NOT_INDEXED}").fetchall():
                self._index(self._document(key))

    def _is_indexed(self) -> bool:
        is_there = self._connection.execute(
            "SELECT EXISTS(SELECT 1 FROM sqlite_master WHERE name = ?)", (INDEX_TABLE,)
        ).fetchone()[0]
        return (
            bool(is_there)
            and self._connection.execute(f"SELECT 1 FROM documents {_NOT_INDEXED} LIMIT 1").fetchone() is None
        )

    def _former_state(self, document: Document, origin: str, sketch: Sketch) -> int | None:
        return find_former_state(
            self._connection, document.file_name, storable(origin), document.text, sketch
        )

    def _insert(
        self, document: Document, original: bytes, origin: str, version: str, sketch: Sketch
    ) -> StoredAs:
        document = replace(document, id=self._free_id(document.sha256))
        details = document.details
        key = int(
            self._connection.execute(
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
                    _now(),
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
        self._connection.execute("DELETE FROM former_ids WHERE id = ?", (document.id,))
        self._write_contents(key, document, original)
        save_probes(self._connection, key, sketch)
        likeness = place_among_versions(self._connection, key, sketch)
        self._index(replace(document, version_of=self._entry_of(key).version_of))
        return StoredAs(document.id, Outcome.VERSION if likeness else Outcome.NEW, likeness=likeness)

    def _update(
        self,
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
        old = self._entry_of(key)
        decisions = self._decisions("document = ?", (key,))
        told_steps: tuple[Decision, ...] = tuple(each for each in decisions if each.about == STEP)
        if told_steps and not keeps_steps:
            inactive, told_steps = unwanted_steps(document.raw, document.steps, told_steps)
            if inactive != {step.id for step in document.steps if not step.is_active}:
                if analyser is not None:
                    document = _clean(analyser.analyse_again(document, inactive=inactive))
                    sketch = sketch_of(document.text)
                else:
                    told_steps = tuple(replace(each, is_lost=True) for each in told_steps)
        edited = {name: getattr(old.details, name) for name in old.details.edited}
        document = replace(
            document,
            id=self._free_id(document.sha256, key),
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

        self._drop_from_index(old.id)
        self._connection.execute(
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
                old.imported_at if old.id == document.id else _now(),
                version,
                len(document.text),
                key,
            ),
        )
        self._connection.execute("DELETE FROM former_ids WHERE id = ?", (document.id,))
        if old.id != document.id:
            self._connection.execute("INSERT OR REPLACE INTO former_ids VALUES (?, ?)", (old.id, key))
        self._write_details(key, document.details)
        for table in ("contents", "pieces", "mentions", "figures", "decisions"):
            self._connection.execute(f"DELETE FROM {table} WHERE document = ?", (key,))
        self._write_contents(key, document, original)
        for decision in sorted(all_told, key=lambda each: each.key):
            self._write_decision(key, decision)
        save_sketch(self._connection, key, sketch)
        place_among_versions(self._connection, key, sketch)
        entry = self._entry_of(key)
        self._index(replace(document, version_of=entry.version_of))
        lost = tuple(each.lost(document.id) for each in all_told if each.is_lost and each.key not in was_lost)
        return StoredAs(
            document.id,
            Outcome.UPDATED,
            replaced_id=old.id if old.id != document.id else "",
            likeness=entry.likeness,
            lost=lost,
            findings=tuple(_finding_about(each, document) for each in lost),
        )

    def _write_details(self, key: int, details: DocumentDetails) -> None:
        self._connection.execute(
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

    def _write_contents(self, key: int, document: Document, original: bytes) -> None:
        self._connection.execute(
            "INSERT INTO contents(document, original, raw, steps, passages, findings)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                key,
                zlib.compress(original, 1),
                pack(raw_to_json(document.raw, original)),
                pack(steps_to_json(document.steps)),
                pack(passages_to_json(document.passages)),
                json.dumps(findings_to_json(document.findings), ensure_ascii=False),
            ),
        )
        self._connection.executemany(
            "INSERT INTO pieces(document, start, text) VALUES (?, ?, ?)",
            ((key, start, piece) for start, piece in pieces_of(document.text)),
        )
        self._write_mentions(key, document.text, document.mentions)
        self._write_figures(key, document.figures)
        self._count(key)

    def _write_mentions(self, key: int, text: str, mentions: Sequence[Mention]) -> None:
        if not mentions:
            return
        from jjjmap.text.documents.passages import sentence_bounds

        sentences = Sentences(text, sentence_bounds(text))
        rows = []
        for mention in mentions:
            place = sentences.around(mention.start, mention.end)
            rows.append((key, *mention_to_row(mention), place.start, place.end, place.print))
        self._connection.executemany(
            f"INSERT INTO mentions(document, {MENTION_COLUMNS}, sentence_start, sentence_end, sentence_print)"
            f" VALUES ({', '.join('?' * 16)})",
            rows,
        )

    def _write_figures(self, key: int, figures: Sequence[TextFigure]) -> None:
        self._connection.executemany(
            f"INSERT INTO figures(document, {FIGURE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((key, *figure_to_row(figure)) for figure in figures),
        )

    def _write_decision(self, key: int, decision: Decision) -> None:
        anchor = decision.anchor
        self._connection.execute(
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

    def _count(self, key: int) -> None:
        """Bring the counts of the list up to date."""
        self._connection.execute(
            "UPDATE documents SET"
            " mentions = (SELECT count(*) FROM mentions"
            " WHERE document = ?1 AND NOT is_lead AND status <> 'rejected'),"
            " figures = (SELECT count(*) FROM figures WHERE document = ?1 AND status <> 'rejected'),"
            " accepted_figures ="
            " (SELECT count(*) FROM figures WHERE document = ?1 AND status IN ('accepted', 'corrected'))"
            " WHERE key = ?1",
            (key,),
        )

    def _free_id(self, sha256: str, key: int = 0) -> str:
        """Return the id made from the bytes: a longer one where another document has the same beginning."""
        digits = _ID_DIGITS
        while True:
            wanted = f"doc-{sha256[:digits]}"
            taken = self._connection.execute(
                "SELECT 1 FROM documents WHERE id = ? AND key <> ?", (wanted, key)
            ).fetchone()
            if taken is None or digits >= len(sha256):
                return wanted
            digits += 8

    def _lead_again(self, key: int, followers: Sequence[Sequence[Any]]) -> None:
        """Make a restored document the first of its kind again for those that had followed it."""
        for follower, alike, resemblance, share, other_share in followers:
            self._connection.execute(
                "UPDATE documents SET root = ?1 WHERE root = ?2 AND key <> ?1", (key, follower)
            )
            self._connection.execute(
                "UPDATE documents SET root = ?1, alike = (SELECT key FROM documents WHERE key = ?2),"
                " resemblance = ?3, share = ?4, other_share = ?5 WHERE key = ?6",
                (key, alike, resemblance, share, other_share, follower),
            )

    def _index(self, document: Document) -> None:
        from jjjmap.text.fulltext.search_index import index_document

        index_document(self._connection, document)

    def _drop_from_index(self, document_id: str) -> None:
        from jjjmap.text.fulltext.search_index import drop_document

        drop_document(self._connection, document_id)


_NOT_INDEXED = f"WHERE id NOT IN (SELECT document_id FROM {INDEX_TABLE})"

_SAME_MENTION = "document = ? AND start = ? AND end = ? AND subject_id = ?"

_PLACED = ("start", "end", "text", "sentence_start", "sentence_end", "raw_start", "raw_end")
"""Fields of a figure that say where it stands."""


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


def _clean(document: Document) -> Document:
    """Return a document that a file can hold: names without broken characters, and not endless."""
    return replace(
        document,
        file_name=unicodedata.normalize("NFC", storable(document.file_name))[:DETAIL_LENGTH],
        details=_storable_details(document.details),
        text=storable(document.text),
        raw=replace(document.raw, text=storable(document.raw.text)),
    )


def _storable_details(details: DocumentDetails) -> DocumentDetails:
    return DocumentDetails(
        title=storable(details.title)[:DETAIL_LENGTH],
        issuer=storable(details.issuer)[:DETAIL_LENGTH],
        date=storable(details.date)[:DETAIL_LENGTH],
        number=storable(details.number)[:DETAIL_LENGTH],
        edited=details.edited,
    )


def _checked_changes(changes: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in changes.items():
        kind = _FIGURE_FIELDS.get(name)
        if kind is None:
            raise ValueError(f"no such field of a figure: {name}")
        if kind is str:
            values[name] = storable(str(value))[:DETAIL_LENGTH]
            continue
        try:
            values[name] = kind(value)
        except ArithmeticError as error:
            raise ValueError(f"no number: {value}") from error
    if "value" in values and not values["value"].is_finite():
        raise ValueError(f"no number: {values['value']}")
    return values


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


def _now() -> str:
    """Return the time in UTC, or that of ``SOURCE_DATE_EPOCH``."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _nearest(wanted: str, entries: Sequence[DocumentEntry]) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for entry in entries:
        for name in (entry.details.title, entry.file_name):
            names.setdefault(_plain(name), name)
    close = get_close_matches(wanted[:DETAIL_LENGTH], [name for name in names if name], n=3)
    inside = [name for name in names if wanted and wanted in name and name not in close]
    return tuple(names[name] for name in (*close, *inside)[:3])
