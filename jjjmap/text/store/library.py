"""The user's documents in an SQLite file: store, look up, decide, and quote; the one door to the store."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jjjmap.text.records import Document, DocumentDetails, FigureStatus, Mention, MentionStatus, TextFigure
from jjjmap.text.store.deciding import (
    decide_figures,
    decide_mention,
    figures_at,
    forget_lesson,
    forget_lost,
    learn_again,
)
from jjjmap.text.store.details import set_details
from jjjmap.text.store.entries import entries_where
from jjjmap.text.store.indexing import prepare_index
from jjjmap.text.store.library_records import (
    DocumentEntry,
    FigureDecision,
    LibraryFigure,
    LibraryQuotation,
    LostDecision,
    Outcome,
    RemovedDocument,
    StoredAs,
)
from jjjmap.text.store.looking_up import (
    entry_of,
    entry_with_bytes,
    find_entry,
    find_lessons,
    find_lost,
    find_versions,
    key_of,
    read_document,
    read_original,
)
from jjjmap.text.store.quotations import find_accepted_figures, find_quotations, text_between
from jjjmap.text.store.removing import remove_document, restore_document
from jjjmap.text.store.schema import connect, relaxed, told, transaction
from jjjmap.text.store.updating import Reanalyser, set_step, store_document
from jjjmap.text.store.versions import Likeness

if TYPE_CHECKING:
    from jjjmap.text.names.lessons import Lesson

__all__ = [
    "DocumentEntry",
    "FigureDecision",
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
            prepare_index(connection, shown)
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
            return entry_of(self._connection, key_of(self._connection, document_id))

    def document(self, document_id: str) -> Document:
        """Return a document with all that was read in it; an id that it had before its file changed will do.

        Raises
        ------
        DocumentUnknown
            The library has none of this id.
        """
        with told(self._path):
            return read_document(self._connection, key_of(self._connection, document_id))

    def find(self, text: str) -> DocumentEntry:
        """Return the document with this id, file name or title; of several the newest.

        Raises
        ------
        DocumentUnknown
            There is none; the error names those that look alike.
        """
        with told(self._path):
            return find_entry(self._connection, text)

    def original(self, document_id: str) -> bytes:
        """Return the bytes of a document's file as they were imported; raises `DocumentUnknown`."""
        with told(self._path):
            return read_original(self._connection, key_of(self._connection, document_id))

    def text_between(self, document_id: str, start: int, end: int) -> str:
        """Return a stretch of a document's text without reading the rest; raises `DocumentUnknown`."""
        with told(self._path):
            return text_between(self._connection, key_of(self._connection, document_id), start, end)

    def versions_of(self, document_id: str) -> tuple[DocumentEntry, ...]:
        """Return all versions of a document's text, itself among them; raises `DocumentUnknown`."""
        with told(self._path):
            return find_versions(self._connection, document_id)

    def has_bytes(self, sha256: str, analyser_version: str = "") -> DocumentEntry | None:
        """Return the document with these original bytes; None too if other rules than those named read it."""
        with told(self._path):
            return entry_with_bytes(self._connection, sha256, analyser_version)

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
            return find_lessons(self._connection)

    def lost_decisions(self, document_id: str = "") -> tuple[LostDecision, ...]:
        """Return what the user said about words that no longer stand in their document."""
        with told(self._path):
            return find_lost(self._connection, document_id)

    def figures_at(self, document_id: str, figures: Sequence[TextFigure]) -> tuple[TextFigure | None, ...]:
        """Return figures as they are now where these were; None where none is. Raises `DocumentUnknown`."""
        with told(self._path):
            return figures_at(self._connection, document_id, figures)

    # ---------------------------------------------------------------------------------------------- storing

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
        with transaction(self._connection, self._path):
            return store_document(
                self._connection, document, original, origin=origin, analyser=analyser, anew=anew
            )

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
        with transaction(self._connection, self._path):
            return set_details(self._connection, document_id, fields)

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
            return set_step(self._connection, document_id, step_id, is_active, analyser)

    def remove(self, document_id: str) -> RemovedDocument:
        """Take a document out; `restore` brings it back with all decisions. Raises `DocumentUnknown`."""
        with transaction(self._connection, self._path):
            return remove_document(self._connection, document_id)

    def restore(self, removed: RemovedDocument) -> None:
        """Bring a removed document back; one with the same bytes that was imported meanwhile makes way."""
        with transaction(self._connection, self._path):
            restore_document(self._connection, removed)

    # --------------------------------------------------------------------------------------------- deciding

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
        with transaction(self._connection, self._path):
            return decide_mention(self._connection, document_id, mention, status, subject_id)

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
        (decided,) = self.decide_figures(document_id, (FigureDecision(figure, status, changes),))
        if decided is None:
            raise ValueError(f"no figure at {figure.start}")
        return decided

    def decide_figures(
        self, document_id: str, decisions: Sequence[FigureDecision]
    ) -> tuple[TextFigure | None, ...]:
        """Note what the user says about figures of a document, all at once, and return them as they are now.

        One after another, so that what is said last of a figure holds. None stands for a figure that is no
        longer in the document; the others are decided all the same.

        Raises
        ------
        DocumentUnknown
            The library has none of this id.
        ValueError
            A change is none; nothing was written.
        """
        with transaction(self._connection, self._path):
            return decide_figures(self._connection, document_id, decisions)

    def forget_lesson(self, lesson: "Lesson") -> None:
        """Let later documents no longer learn from a correction; the correction itself stays."""
        with transaction(self._connection, self._path):
            forget_lesson(self._connection, lesson)

    def learn_again(self, lesson: "Lesson") -> None:
        """Let later documents learn again from a correction that `forget_lesson` was called for."""
        with transaction(self._connection, self._path):
            learn_again(self._connection, lesson)

    def forget_lost(self, key: int) -> None:
        """Drop a decision that was lost, for good."""
        with transaction(self._connection, self._path):
            forget_lost(self._connection, key)
