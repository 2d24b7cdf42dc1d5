"""The policy library of the open window: its documents, and what the user does to them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from jjjmap.errors import DocumentUnknown
from jjjmap.i18n import _
from jjjmap.session.documents.deciding import DecidingLibrary
from jjjmap.session.documents.records import TOP, Opened, SearchFilters, Subject
from jjjmap.session.documents.steps import document_gone, size_of
from jjjmap.session.history import Step
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.text.store.library import Library
    from jjjmap.text.store.library_records import RemovedDocument, StoredAs

__all__ = ["TOP", "LibrarySession", "Opened", "SearchFilters", "Subject"]

logger = logging.getLogger(__name__)

KEPT_REMOVALS = 10
"""So many removals can be undone by their own button."""
HERE_AT_MOST_CHARS = 60_000
"""Up to this length a text is analysed at once; a longer one aside, for it would take more than 0.3 s."""


@dataclass(slots=True, eq=False)
class _Removal:
    """Documents that were removed together."""

    document_ids: tuple[str, ...]
    removed: tuple[RemovedDocument, ...] = ()
    step: Step | None = None


class LibrarySession(DecidingLibrary):
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

    Attributes
    ----------
    history
        Where steps are recorded; `Session` gives all its parts the same one.
    """

    document_changed = Signal(str)  # document id; its text, mentions and figures are to be read anew
    decisions_lost = Signal(str, list)  # document id, Findings: decisions whose words are gone
    removals_changed = Signal(bool)  # whether a removal can be undone

    def __init__(
        self,
        workspace: Workspace,
        tasks: TaskRunner,
        path: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(workspace, tasks, path, parent)
        self._removals: list[_Removal] = []

    # Documents.

    @property
    def can_undo_removal(self) -> bool:
        """Whether `undo_remove` brings something back."""
        return bool(self._removals)

    def remove(self, document_ids: Sequence[str]) -> bool:
        """Take documents out of the library; one `undo_remove` brings all of them back.

        One that somebody else has taken out meanwhile is passed over.
        """
        removal = _Removal(tuple(document_ids))
        is_done = self._take_out(removal)
        if removal.removed:
            titles = [each.title for each in removal.removed]
            title = _("删除：{title}").format(title=titles[0])
            if len(titles) > 1:
                title = _("删除 {n} 篇文档").format(n=len(titles))
            removal.step = self.history.record(
                title,
                lambda: self._put_back(removal),
                lambda: self._take_out(removal) if removal.document_ids else document_gone(),
                size_bytes=size_of(removal.removed),
            )
        return is_done and bool(removal.removed)

    def undo_remove(self) -> bool:
        """Bring back what was removed last; False if there is nothing to bring back."""
        if not self._removals:
            return False
        removal = self._removals[-1]
        if self.history.holds(removal.step):
            return self.history.take_back(removal.step)
        return self._put_back(removal) is True

    def _take_out(self, removal: _Removal) -> bool:
        removed: list[RemovedDocument] = []

        def work(library: Library) -> bool:
            for document_id in removal.document_ids:
                try:
                    removed.append(library.remove(document_id))
                except DocumentUnknown:
                    logger.info("%s was gone before it was removed", document_id)
            return True

        is_done = self._ask(work, False)
        removal.removed = tuple(removed)
        if removed:
            self._removals = [*self._removals, removal][-KEPT_REMOVALS:]
            self._tell_removals()
        self._forget(*removal.document_ids)
        self.library_changed.emit()
        return is_done

    def _put_back(self, removal: _Removal) -> bool:
        def work(library: Library) -> bool:
            for each in reversed(removal.removed):
                library.restore(each)
            return True

        if not self._ask(work, False):
            return False
        removal.document_ids = tuple(each.document_id for each in removal.removed)
        removal.removed = ()
        if removal in self._removals:
            self._removals.remove(removal)
        self._entries = None
        self._tell_removals()
        self.library_changed.emit()
        return True

    def _tell_removals(self) -> None:
        self.removals_changed.emit(bool(self._removals))

    def set_details(self, document_id: str, **fields: str | None) -> bool:
        """Set title, issuer, date or number of a document: from now on they are the user's, not guessed.

        None lets a field be guessed from the text again.
        """
        entry = self.entry(document_id)
        details = self._change(document_id, lambda library: library.set_details(document_id, **fields))
        if details is None:
            return False
        self.document_changed.emit(document_id)
        self.library_changed.emit()
        if entry is not None and details != entry.details:
            old = entry.details
            before = {name: getattr(old, name) if name in old.edited else None for name in fields}
            self.history.record(
                _("改文档信息：{title}").format(title=details.title),
                lambda: self._if_there(lambda: self.set_details(document_id, **before)),
                lambda: self._if_there(lambda: self.set_details(document_id, **fields)),
            )
        return True

    def set_step(self, document_id: str, step_id: str, is_active: bool) -> None:
        """Take a step of the cleaning back, or do it again; `document_changed` tells when it is done."""
        self.set_steps(document_id, {step_id: is_active})

    def set_steps(self, document_id: str, wanted: Mapping[str, bool]) -> None:
        """Take several steps of the cleaning back, or do them again; `document_changed` tells of it once."""
        if not wanted:
            return
        analysers, entry = self._analysers, self.entry(document_id)
        title = _("重新清理“{title}”").format(title=entry.details.title if entry is not None else document_id)

        def apply(library: Library) -> tuple[StoredAs, ...]:
            with analysers.borrow(library.lessons()) as analyser:
                return tuple(
                    library.set_step(document_id, step_id, is_active, analyser)
                    for step_id, is_active in wanted.items()
                )

        def take(stored: tuple[StoredAs, ...]) -> None:
            self._take_new_text(document_id, stored)

        before = self._steps_of(document_id, wanted)
        is_short = entry is not None and entry.characters <= HERE_AT_MOST_CHARS
        if is_short and analysers.has_free(self.lessons()) and not self._has_turn:
            stored = self._ask_all(apply)
            if not stored:
                return
            self._record_steps(title, document_id, before, wanted)
            take(stored)
        else:
            step = self._record_steps(title, document_id, before, wanted)
            self._in_turn(title, apply, take, lambda: self.history.drop(step))

    def _steps_of(self, document_id: str, wanted: Mapping[str, bool]) -> dict[str, bool]:
        """Return which of those steps of the cleaning are active that are to be set otherwise."""
        if self.history.is_quiet:
            return {}
        document = self.document(document_id)
        steps = document.steps if document is not None else ()
        return {
            each.id: each.is_active for each in steps if wanted.get(each.id, each.is_active) != each.is_active
        }

    def _record_steps(
        self, title: str, document_id: str, before: Mapping[str, bool], after: Mapping[str, bool]
    ) -> Step | None:
        if not before:
            return None

        def go(wanted: Mapping[str, bool]) -> None:
            self._ask(lambda library: library.entry(document_id), None)  # Raises DocumentUnknown.
            self.set_steps(document_id, wanted)

        return self.history.record(
            title, lambda: self._if_there(lambda: go(before)), lambda: self._if_there(lambda: go(after))
        )

    def _take_new_text(self, document_id: str, stored: Sequence[StoredAs]) -> None:
        self._forget(document_id)
        self.document_changed.emit(document_id)
        self.library_changed.emit()
        findings = [finding for each in stored for finding in each.findings]
        if findings:
            self.decisions_lost.emit(document_id, findings)

    # Another library, or none.

    def switch(self, path: Path) -> None:
        """Have another library instead; what runs on the old one is stopped first by the caller."""
        self.history.clear()
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._path = path
        self._opened = None
        self._removals.clear()
        self._waiting.clear()
        self._turns.clear()
        self._tell_removals()
        self.refresh()

    def close(self) -> None:
        """Close the file; a slot for the end of the program, after `TaskRunner.cancel_all`."""
        self._turns.clear()
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._is_closed = True
