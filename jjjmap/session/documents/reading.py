"""The policy library as it is read by the open window: at once in this thread, or aside."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from qtpy.QtCore import QObject, Signal

from jjjmap.errors import LibraryUnusable
from jjjmap.paths import library_file
from jjjmap.session.documents.records import TOP, Opened, SearchFilters, Subject
from jjjmap.session.documents.subjects import LibrarySubjects
from jjjmap.session.tasks import Cancelled, Progress, Task, TaskRunner
from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.text.fulltext.search import SearchAnswer
    from jjjmap.text.fulltext.tally import RollUp, Tally
    from jjjmap.text.names.lessons import Lesson
    from jjjmap.text.records import Document
    from jjjmap.text.store.library import Library
    from jjjmap.text.store.library_records import (
        DocumentEntry,
        LibraryFigure,
        LibraryQuotation,
        LostDecision,
    )

# What reads and stores documents is imported where it is first needed: the start of the program does not
# wait for it, and a library that does not exist is never opened.

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

KEPT_DOCUMENTS = 6
"""So many documents stay in memory after they were looked at."""


class ReadLibrary(QObject):
    """The library as far as it is read; `LibrarySession` changes it.

    No method raises `LibraryUnusable`: it is told by `work_failed`, and the answer is that of an empty
    library. As long as no file exists `is_empty` holds and nothing is opened or imported.
    """

    library_changed = Signal()  # documents came or went, or what a list shows of them is another
    document_opened = Signal(str, int, int)  # document id, start and end in its text; -1 for its top
    search_ended = Signal(object)  # SearchAnswer
    work_failed = Signal(object)  # the exception; nothing was changed

    def __init__(
        self, workspace: Workspace, tasks: TaskRunner, path: Path | None, parent: QObject | None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._tasks = tasks
        self._path = path or library_file()
        self._subjects = LibrarySubjects(workspace)
        self._connection: Library | None = None
        self._is_closed = False  # What comes late, a report or a timer, opens nothing anew.
        self._trouble: LibraryUnusable | None = None
        self._entries: tuple[DocumentEntry, ...] | None = None
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._opened: Opened | None = None

    @property
    def path(self) -> Path:
        """The library's file; it need not exist."""
        return self._path

    @property
    def trouble(self) -> LibraryUnusable | None:
        """Why the library cannot be read; None while it can, or has not been tried."""
        return self._trouble

    @property
    def is_empty(self) -> bool:
        """Whether there is no document; nothing is opened to find that there is no file."""
        return not self.entries()

    def entries(self) -> tuple[DocumentEntry, ...]:
        """Return all documents as a list shows them, the newest date first."""
        if self._entries is None:
            self._entries = self._ask_all(lambda library: library.documents())
        return self._entries

    def entry(self, document_id: str) -> DocumentEntry | None:
        """Return a document as a list shows it; None if the library does not have it."""
        return next((entry for entry in self.entries() if entry.id == document_id), None)

    def document(self, document_id: str) -> Document | None:
        """Return a document with all that was read in it; the last few are kept in memory.

        None if the library cannot be read.

        Raises
        ------
        DocumentUnknown
            The library has no such document.
        """
        kept = self._documents.get(document_id)
        if kept is not None:
            self._documents.move_to_end(document_id)
            return kept
        document: Document | None = self._ask(lambda library: library.document(document_id), None)
        if document is not None:
            # By the id that it has now: it may have been asked for by one from before its file changed.
            self._documents[document.id] = document
            while len(self._documents) > KEPT_DOCUMENTS:
                self._documents.popitem(last=False)
        return document

    def original(self, document_id: str) -> bytes:
        """Return the bytes of the file that a document came as; empty if the library cannot be read.

        Raises
        ------
        DocumentUnknown
            The library has no such document.
        """
        return self._ask(lambda library: library.original(document_id), b"")

    def text_between(self, document_id: str, start: int, end: int) -> str:
        """Return a stretch of a document's text without reading the rest of it."""
        return self._ask(lambda library: library.text_between(document_id, start, end), "")

    def versions_of(self, document_id: str) -> tuple[DocumentEntry, ...]:
        """Return all versions of the text of a document, this one among them."""
        return self._ask_all(lambda library: library.versions_of(document_id))

    def quotations_about(self, subject_id: str, limit: int = 50) -> tuple[LibraryQuotation, ...]:
        """Return the sentences that mention a place or a chain, the newest document first."""
        return self._ask_all(lambda library: library.quotations_about(subject_id, limit))

    def accepted_figures(self, scope_id: str = "") -> tuple[LibraryFigure, ...]:
        """Return the figures that the user has accepted, about one subject or about all."""
        return self._ask_all(lambda library: library.accepted_figures(scope_id))

    def lessons(self) -> tuple[Lesson, ...]:
        """Return what was learnt from the user's corrections."""
        return self._ask_all(lambda library: library.lessons())

    def lost_decisions(self, document_id: str = "") -> tuple[LostDecision, ...]:
        """Return decisions whose words no longer stand in the text, of one document or of all."""
        return self._ask_all(lambda library: library.lost_decisions(document_id))

    def search(
        self,
        query: str,
        filters: SearchFilters | None = None,
        *,
        limit: int | None = 50,
        hits_per_document: int = 3,
    ) -> SearchAnswer | None:
        """Look for words in all documents; the answer is told by `search_ended` as well.

        Returns None if there is nothing to search. `limit` is the most documents that are told in detail,
        `hits_per_document` the most hits of each.

        Raises
        ------
        QueryInvalid
            The query cannot be understood; `text.fulltext.query.reason_text` says why.
        """
        answer = self.look_up(query, filters, limit=limit, hits_per_document=hits_per_document)
        if answer is not None:
            self.search_ended.emit(answer)
        return answer

    def look_up(
        self,
        query: str,
        filters: SearchFilters | None = None,
        *,
        limit: int | None = 50,
        hits_per_document: int = 3,
    ) -> SearchAnswer | None:
        """Search as `search` does without telling anybody: for a part of an answer."""
        from jjjmap.text.fulltext.search import search_library

        wanted = filters or SearchFilters()
        answer: SearchAnswer | None = self._ask(
            lambda library: search_library(
                library,
                query,
                place_ids=wanted.place_ids,
                kinds=wanted.kinds,
                after=wanted.after,
                before=wanted.before,
                document_ids=wanted.document_ids,
                limit=limit,
                hits_per_document=hits_per_document,
                subjects=self._subjects.names,
                includes_inside=wanted.includes_inside,
            ),
            None,
        )
        return answer

    def tally(
        self,
        *,
        kinds: Sequence[str] = (),
        document_ids: Sequence[str] = (),
        query: str = "",
        roll_up: RollUp | str = "none",
    ) -> Tally | None:
        """Count mentions by subject, or by the unit of a level, and by year; None if there is no library.

        Raises
        ------
        QueryInvalid
            The query cannot be understood.
        """
        count = self.counter(kinds=kinds, document_ids=document_ids, query=query, roll_up=roll_up)
        counted: Tally | None = self._ask(count, None)
        return counted

    def counter(
        self,
        *,
        kinds: Sequence[str] = (),
        document_ids: Sequence[str] = (),
        query: str = "",
        roll_up: RollUp | str = "none",
    ) -> Callable[[Library], Tally]:
        """Return what counts as `tally` does in any thread: for `ask_aside`."""
        names = self._subjects.names

        def count(library: Library) -> Tally:
            from jjjmap.text.fulltext.tally import tally_mentions

            return tally_mentions(
                library,
                kinds=kinds,
                document_ids=document_ids,
                query=query,
                roll_up=roll_up,
                unit_of=names.unit_of,
                subjects=names,
            )

        return count

    def inside(self, subject_id: str) -> Collection[str]:
        """Return the units, places and towns that lie wholly in a unit; nothing for other subjects."""
        return self._subjects.inside(subject_id)

    def subject(self, subject_id: str) -> Subject | None:
        """Return what a mention names: a place, a town or a chain; None if nobody knows it."""
        return self._subjects.subject(subject_id)

    def name(self, subject_id: str) -> str:
        """Return the name of a subject in the language in use; its id if nobody knows it."""
        return self._subjects.name(subject_id)

    # What is looked at.

    @property
    def opened(self) -> Opened | None:
        """What `open_document` was asked for last: for a dock that is made after the wish."""
        return self._opened

    def open_document(self, document_id: str, start: int = TOP, end: int = TOP) -> None:
        """Wish to read a document, at a stretch of its text; whoever shows documents hears of it."""
        self._opened = Opened(document_id, start, end)
        self.document_opened.emit(document_id, start, end)

    def ask_aside(
        self,
        title: str,
        question: Callable[[Library, Progress, Cancelled], Result | Literal[False]],
        on_success: Callable[[Result], None],
        on_failure: Callable[[Exception], None] | None = None,
    ) -> Task:
        """Ask what takes a while in another thread, with a connection of its own.

        Parameters
        ----------
        title
            What the user is waiting for.
        question
            Called with the library, and with what a `Work` is called with; it changes nothing.
        on_success, on_failure
            Called in this thread with the answer or the error; without the second `work_failed` tells of it.
        """
        path = self._path

        def work(progress: Progress, cancelled: Cancelled) -> Result | Literal[False]:
            from jjjmap.text.store.library import Library

            with Library.open(path) as library:
                return question(library, progress, cancelled)

        return self._tasks.start(
            title, work, on_success=on_success, on_failure=on_failure or self.work_failed.emit
        )

    def refresh(self) -> None:
        """Read everything anew, e.g. when the command line may have changed the file."""
        self._trouble = None
        self._entries = None
        self._documents.clear()
        self.library_changed.emit()

    # How the file is asked.

    def _ask(self, question: Callable[[Library], Result], without: Result) -> Result:
        """Return what the library answers; `without` if there is none, or none that can be used."""
        try:
            library = self._open()
            if library is None:
                return without
            answer = question(library)
        except LibraryUnusable as error:
            logger.warning("library: %s", error)
            is_news = str(error) != str(self._trouble)
            self._trouble = error
            if is_news:  # A panel may ask for ten things; the user hears of it once.
                self.work_failed.emit(error)
            return without
        self._trouble = None  # It was busy for a while, and is no longer.
        return answer

    def _ask_all(self, question: Callable[[Library], tuple[Result, ...]]) -> tuple[Result, ...]:
        return self._ask(question, ())

    def _open(self) -> Library | None:
        if self._connection is None:
            if self._is_closed or self._trouble is not None or not self._path.exists():
                return None
            from jjjmap.text.store.library import Library

            self._connection = Library.open(self._path)
        return self._connection

    def _change(self, document_id: str, change: Callable[[Library], Result]) -> Result | None:
        """Change a document and forget what is kept of it; None if the library cannot be used."""
        if self._connection is not None:
            self._trouble = None  # A wish that fails is told each time, for the same reason too.
        changed: Result | None = self._ask(change, None)
        if changed is not None:
            self._forget(document_id)
        return changed

    def _forget(self, *document_ids: str) -> None:
        self._entries = None
        for document_id in document_ids:
            self._documents.pop(document_id, None)
