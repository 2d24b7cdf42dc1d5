"""The policy library of the open window: what is in it, who hears of a change, and slow work aside."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from qtpy.QtCore import QObject, Signal

from jjjmap.errors import DocumentUnknown, LibraryUnusable
from jjjmap.i18n import Language, _
from jjjmap.paths import GEODATA, inside, library_file
from jjjmap.session.tasks import Cancelled, Progress, Task, TaskRunner
from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.text.fulltext.search import SearchAnswer
    from jjjmap.text.fulltext.subjects import CatalogueSubjects
    from jjjmap.text.fulltext.tally import RollUp, Tally
    from jjjmap.text.importing import Analyser, ImportReport
    from jjjmap.text.names.lessons import Lesson
    from jjjmap.text.records import (
        Document,
        FigureStatus,
        Mention,
        MentionStatus,
        SubjectKind,
        TextFigure,
    )
    from jjjmap.text.store.library import Library
    from jjjmap.text.store.library_records import (
        DocumentEntry,
        FigureDecision,
        LibraryFigure,
        LibraryQuotation,
        LostDecision,
        RemovedDocument,
        StoredAs,
    )

# What reads and stores documents is imported where it is first needed: the start of the program does not
# wait for it, and a library that does not exist is never opened.

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

TOP = -1
"""Instead of an offset: the beginning of a document."""
KEPT_DOCUMENTS = 6
"""So many documents stay in memory after they were looked at."""
KEPT_REMOVALS = 10
"""So many removals can be undone."""
HERE_AT_MOST_CHARS = 60_000
"""Up to this length a text is analysed at once; a longer one aside, for it would take more than 0.3 s."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a mention names, as the window shows it."""

    id: str
    kind: SubjectKind
    name_zh: str
    name_en: str
    lon: float | None = None
    """Degrees, WGS-84; None for a chain and for a place without a position."""
    lat: float | None = None
    place_id: str = ""
    """The place of the catalogue to choose for it: itself, or the county of a town; empty for a chain."""

    def name(self, language: Language) -> str:
        """Return the name in a language."""
        return self.name_zh if language is Language.ZH or not self.name_en else self.name_en


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What narrows a search beside its words; empty fields narrow nothing."""

    place_ids: tuple[str, ...] = ()
    """Only paragraphs that mention one of these places, or what lies in it."""
    kinds: tuple[str, ...] = ()
    """Only paragraphs that mention something of these kinds: values of `SubjectKind` or `PlaceKind`."""
    after: str = ""
    """Only documents of this ISO date or later; a year will do."""
    before: str = ""
    """Only documents of this ISO date or earlier; a year means all of it."""
    document_ids: tuple[str, ...] = ()
    includes_inside: bool = True
    """Whether a unit stands for all that lies in it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The document that somebody wished to read last, and the stretch to jump to."""

    document_id: str
    start: int = TOP
    """In the cleaned text; `TOP` for the beginning."""
    end: int = TOP


class LibrarySession(QObject):
    """The library as the window knows it.

    Reading is done at once in this thread; importing, and analysing a long text anew, in another one with a
    connection of its own. No method raises `LibraryUnusable`: it is told by `work_failed`, and the answer is
    that of an empty library. As long as no file exists `is_empty` holds and nothing is opened or imported.

    Parameters
    ----------
    workspace
        Its catalogue names the places.
    tasks
        Runs what is slow, with progress and cancel in the status bar.
    path
        The library's file; the user's own by default. It is made at the first import.
    """

    library_changed = Signal()  # documents came or went, or what a list shows of them is another
    document_opened = Signal(str, int, int)  # document id, start and end in its text; -1 for its top
    document_changed = Signal(str)  # document id; its text, mentions and figures are to be read anew
    decisions_changed = Signal(str)  # document id; a mention or a figure was decided, and counts with it
    decisions_lost = Signal(str, list)  # document id, Findings: decisions whose words are gone
    importing_changed = Signal(bool)  # whether an import is running
    import_ended = Signal(object)  # ImportReport
    search_ended = Signal(object)  # SearchAnswer
    removals_changed = Signal(bool)  # whether a removal can be undone
    work_failed = Signal(object)  # the exception; nothing was changed

    def __init__(
        self,
        workspace: Workspace,
        tasks: TaskRunner,
        path: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._tasks = tasks
        self._path = path or library_file()
        self._connection: Library | None = None
        self._is_closed = False  # What comes late, a report or a timer, opens nothing anew.
        self._trouble: LibraryUnusable | None = None
        self._entries: tuple[DocumentEntry, ...] | None = None
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._opened: Opened | None = None
        self._removals: list[tuple[RemovedDocument, ...]] = []
        self._import: Task | None = None
        self._waiting: list[Path] = []
        self._analysers = _Analysers(workspace)

    # What is there.

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

    @property
    def is_importing(self) -> bool:
        """Whether an import is running."""
        return self._import is not None

    @property
    def opened(self) -> Opened | None:
        """What `open_document` was asked for last: for a dock that is made after the wish."""
        return self._opened

    @property
    def can_undo_removal(self) -> bool:
        """Whether `undo_remove` brings something back."""
        return bool(self._removals)

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
                subjects=self._names,
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
        names = self._names

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
        return self._names.inside(subject_id)

    def subject(self, subject_id: str) -> Subject | None:
        """Return what a mention names: a place, a town or a chain; None if nobody knows it."""
        from jjjmap.text.records import SubjectKind

        catalogue = self._workspace.catalogue
        place = catalogue.places.get(subject_id)
        if place is not None:
            return Subject(
                place.id, SubjectKind.PLACE, place.name_zh, place.name_en, place.lon, place.lat, place.id
            )
        chain = catalogue.chains.get(subject_id)
        if chain is not None:
            return Subject(chain.id, SubjectKind.CHAIN, chain.name(Language.ZH), chain.name(Language.EN))
        return self._towns.get(subject_id) if subject_id.startswith("town-") else None

    def name(self, subject_id: str) -> str:
        """Return the name of a subject in the language in use; its id if nobody knows it."""
        subject = self.subject(subject_id)
        return subject.name(self._workspace.language) if subject is not None else subject_id

    # What the user wishes.

    def open_document(self, document_id: str, start: int = TOP, end: int = TOP) -> None:
        """Wish to read a document, at a stretch of its text; whoever shows documents hears of it."""
        self._opened = Opened(document_id, start, end)
        self.document_opened.emit(document_id, start, end)

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Read files and folders into the library, aside; what comes during an import waits for its end."""
        self._waiting += [Path(path) for path in paths]
        if self._import is None and self._waiting:
            self._start_import()

    def remove(self, document_ids: Sequence[str]) -> bool:
        """Take documents out of the library; one `undo_remove` brings all of them back.

        One that somebody else has taken out meanwhile is passed over.
        """
        removed: list[RemovedDocument] = []

        def work(library: Library) -> bool:
            for document_id in document_ids:
                try:
                    removed.append(library.remove(document_id))
                except DocumentUnknown:
                    logger.info("%s was gone before it was removed", document_id)
            return True

        is_done = self._ask(work, False)
        if removed:
            self._removals = [*self._removals, tuple(removed)][-KEPT_REMOVALS:]
            self._tell_removals()
        self._forget(*document_ids)
        self.library_changed.emit()
        return is_done and bool(removed)

    def undo_remove(self) -> bool:
        """Bring back what was removed last; False if there is nothing to bring back."""
        if not self._removals:
            return False
        removed = self._removals[-1]

        def work(library: Library) -> bool:
            for each in reversed(removed):
                library.restore(each)
            return True

        if not self._ask(work, False):
            return False
        self._removals.pop()
        self._entries = None
        self._tell_removals()
        self.library_changed.emit()
        return True

    def set_details(self, document_id: str, **fields: str | None) -> bool:
        """Set title, issuer, date or number of a document: from now on they are the user's, not guessed.

        None lets a field be guessed from the text again.
        """
        details = self._change(document_id, lambda library: library.set_details(document_id, **fields))
        if details is not None:
            self.document_changed.emit(document_id)
            self.library_changed.emit()
        return details is not None

    def set_step(self, document_id: str, step_id: str, is_active: bool) -> None:
        """Take a step of the cleaning back, or do it again; `document_changed` tells when it is done."""
        self.set_steps(document_id, {step_id: is_active})

    def set_steps(self, document_id: str, wanted: dict[str, bool]) -> None:
        """Take several steps of the cleaning back, or do them again; `document_changed` tells of it once."""
        if not wanted:
            return
        analysers, path = self._analysers, self._path

        def apply(library: Library) -> tuple[StoredAs, ...]:
            with analysers.borrow(library.lessons()) as analyser:
                return tuple(
                    library.set_step(document_id, step_id, is_active, analyser)
                    for step_id, is_active in wanted.items()
                )

        entry = self.entry(document_id)
        is_short = entry is not None and entry.characters <= HERE_AT_MOST_CHARS
        if is_short and analysers.has_free(self.lessons()):
            stored = self._ask_all(apply)
            if stored:
                self._take_new_text(document_id, stored)
            return

        def work(_progress: Progress, _cancelled: Cancelled) -> tuple[StoredAs, ...]:
            from jjjmap.text.store.library import Library

            with Library.open(path) as library:
                return apply(library)

        self._tasks.start(
            _("重新清理“{title}”").format(title=entry.details.title if entry is not None else document_id),
            work,
            on_success=lambda stored: self._take_new_text(document_id, stored),
            on_failure=self.work_failed.emit,
        )

    def decide_mention(
        self, document_id: str, mention: Mention, status: MentionStatus, subject_id: str = ""
    ) -> Mention | None:
        """Confirm, correct (to `subject_id`) or reject a mention; it is remembered for later documents.

        Returns the mention as it is now; None if nothing was changed.
        """
        decided = self._change(
            document_id, lambda library: library.decide_mention(document_id, mention, status, subject_id)
        )
        if decided is not None:
            self.decisions_changed.emit(document_id)
        return decided

    def decide_figure(
        self, document_id: str, figure: TextFigure, status: FigureStatus, **changes: Any
    ) -> TextFigure | None:
        """Accept, correct (by fields of `TextFigure`) or reject a figure.

        Returns the figure as it is now; None if nothing was changed.
        """
        decided = self._change(
            document_id, lambda library: library.decide_figure(document_id, figure, status, **changes)
        )
        if decided is not None:
            self.decisions_changed.emit(document_id)
        return decided

    def decide_figures(
        self, document_id: str, decisions: Sequence[FigureDecision]
    ) -> tuple[TextFigure | None, ...] | None:
        """Accept, correct or reject figures of a document, all at once; who listens hears of it once.

        Returns the figures as they are now, None for one that is no longer there; None altogether if the
        library cannot be used.
        """
        decided = self._change(document_id, lambda library: library.decide_figures(document_id, decisions))
        if decided is not None:
            self.decisions_changed.emit(document_id)
        return decided

    def forget_lesson(self, lesson: Lesson) -> None:
        """Let a correction no longer bear on later documents."""
        self._ask(lambda library: library.forget_lesson(lesson), None)

    def forget_lost(self, decision: LostDecision) -> None:
        """Let go of a decision whose words are gone."""
        self._ask(lambda library: library.forget_lost(decision.key), None)

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

    def switch(self, path: Path) -> None:
        """Have another library instead; what runs on the old one is stopped first by the caller."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._path = path
        self._opened = None
        self._removals.clear()
        self._waiting.clear()
        self._tell_removals()
        self.refresh()

    def close(self) -> None:
        """Close the file; a slot for the end of the program, after `TaskRunner.cancel_all`."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._is_closed = True

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

    def _take_new_text(self, document_id: str, stored: Sequence[StoredAs]) -> None:
        self._forget(document_id)
        self.document_changed.emit(document_id)
        self.library_changed.emit()
        findings = [finding for each in stored for finding in each.findings]
        if findings:
            self.decisions_lost.emit(document_id, findings)

    def _tell_removals(self) -> None:
        self.removals_changed.emit(bool(self._removals))

    # The import.

    def _start_import(self) -> None:
        paths, self._waiting = tuple(self._waiting), []
        analysers, file = self._analysers, self._path

        def work(progress: Progress, cancelled: Cancelled) -> ImportReport:
            from jjjmap.text.importing import import_paths
            from jjjmap.text.store.library import Library

            with Library.open(file) as library, analysers.borrow(library.lessons()) as analyser:
                return import_paths(paths, library, analyser, progress=progress, cancelled=cancelled)

        if len(paths) == 1:
            title = _("导入 {name}").format(name=paths[0].name or str(paths[0]))
        else:
            title = _("导入 {n} 项").format(n=len(paths))
        self._import = self._tasks.start(
            title, work, on_success=self._take_report, on_failure=self._take_import_failure
        )
        self._import.cancelled.connect(self._show_imported)
        self._import.ended.connect(self._end_import)
        self.importing_changed.emit(True)

    def _take_report(self, report: ImportReport) -> None:
        self._trouble = None
        self._show_imported()
        self.import_ended.emit(report)

    def _take_import_failure(self, error: Exception) -> None:
        self._trouble = None
        self._show_imported()
        if str(error) != str(self._trouble):  # Else whoever read the library anew has met it and told of it.
            self.work_failed.emit(error)

    def _show_imported(self) -> None:
        """Read everything anew: what was stored stays, however the import ended."""
        self._entries = None
        self._documents.clear()
        self._follow_opened()
        self.library_changed.emit()

    def _follow_opened(self) -> None:
        """Know the opened document by its new id if its file has changed."""
        opened = self._opened
        if opened is None or self.entry(opened.document_id) is not None:
            return
        try:
            document = self.document(opened.document_id)
        except DocumentUnknown:
            return
        if document is not None:
            self._opened = Opened(document.id)

    def _end_import(self) -> None:
        if self._import is not None and self._import.cancel_requested:
            self._waiting.clear()  # Who stops an import does not want the next one.
        self._import = None
        if self._waiting:
            self._start_import()
        else:
            self.importing_changed.emit(False)

    @cached_property
    def _names(self) -> CatalogueSubjects:
        from jjjmap.text.fulltext.subjects import CatalogueSubjects

        return CatalogueSubjects.with_towns(self._workspace.catalogue)

    @cached_property
    def _towns(self) -> dict[str, Subject]:
        return _read_towns()


class _Analysers:
    """Lends an analyser to one thread at a time, and keeps it while the lessons are the same."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._free: tuple[Analyser, tuple[Lesson, ...]] | None = None

    def has_free(self, lessons: tuple[Lesson, ...]) -> bool:
        """Whether there is one that nobody uses and that heeds these: making one is the slow part."""
        free = self._free
        return free is not None and free[1] == lessons

    @contextmanager
    def borrow(self, lessons: tuple[Lesson, ...]) -> Iterator[Analyser]:
        """Lend the one that is kept; make another while it is lent, or when there is more to heed."""
        from jjjmap.text.importing import Analyser

        with self._lock:
            kept, self._free = self._free, None
        if kept is not None and kept[1] == lessons:
            analyser = kept[0]
        else:
            analyser = Analyser(self._workspace.catalogue, lessons)
        try:
            yield analyser
        finally:
            with self._lock:
                self._free = analyser, lessons


def _read_towns() -> dict[str, Subject]:
    """Return the towns of the basemap by id; those that the shipped file lacks are unknown, no error."""
    import json

    from jjjmap.text.records import SubjectKind

    features = json.loads(inside(GEODATA, "base/towns.geojson").read_text(encoding="utf-8"))["features"]
    towns = {}
    for feature in features:
        facts, (lon, lat) = feature["properties"], feature["geometry"]["coordinates"]
        towns[feature["id"]] = Subject(
            feature["id"],
            SubjectKind.TOWN,
            facts["name_zh"],
            facts["name_en"],
            lon,
            lat,
            facts.get("adcode", ""),
        )
    return towns
