"""The library as the user decides on what was read in it; each decision is a step that can be taken back."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from jjjmap.errors import DocumentUnknown
from jjjmap.i18n import _
from jjjmap.session.documents.importing import ImportingLibrary
from jjjmap.session.documents.steps import (
    document_gone,
    figures_title,
    mention_title,
    take_back_figures,
    take_back_mention,
    words_gone,
)
from jjjmap.session.history import Gone, History, Step
from jjjmap.session.tasks import Cancelled, Progress, TaskRunner
from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.text.names.lessons import Lesson
    from jjjmap.text.records import FigureStatus, Mention, MentionStatus, TextFigure
    from jjjmap.text.store.library import Library
    from jjjmap.text.store.library_records import FigureDecision, LostDecision

logger = logging.getLogger(__name__)

HERE_AT_MOST_FIGURES = 200
"""Decisions on so many figures go back and forth at once; more of them aside."""


class DecidingLibrary(ImportingLibrary):
    """The library as mentions and figures in it are decided on.

    Attributes
    ----------
    history
        Where steps are recorded; `Session` gives all its parts the same one.
    """

    decisions_changed = Signal(str)  # document id; a mention or a figure was decided, and counts with it

    def __init__(
        self, workspace: Workspace, tasks: TaskRunner, path: Path | None, parent: QObject | None
    ) -> None:
        super().__init__(workspace, tasks, path, parent)
        self.history = History(self)
        self._turns: deque[Callable[[], None]] = deque()
        self._has_turn = False

    def decide_mention(
        self, document_id: str, mention: Mention, status: MentionStatus, subject_id: str = ""
    ) -> Mention | None:
        """Confirm, correct (to `subject_id`) or reject a mention; it is remembered for later documents.

        Returns the mention as it is now; None if nothing was changed.
        """
        # Asked for only where it matters: all decisions are read for it.
        lessons = self.lessons() if mention.status.value != "found" else ()
        decided = self._change(
            document_id, lambda library: library.decide_mention(document_id, mention, status, subject_id)
        )
        if decided is None:
            return None
        self.decisions_changed.emit(document_id)
        if (decided.status, decided.subject_id) != (mention.status, mention.subject_id):
            self.history.record(
                mention_title(mention, status),
                lambda: self._decide(
                    document_id,
                    lambda library: take_back_mention(library, document_id, mention, decided, lessons),
                ),
                lambda: self._decide(
                    document_id,
                    lambda library: library.decide_mention(document_id, mention, status, subject_id),
                ),
            )
        return decided

    def decide_figure(
        self, document_id: str, figure: TextFigure, status: FigureStatus, **changes: Any
    ) -> TextFigure | None:
        """Accept, correct (by fields of `TextFigure`) or reject a figure.

        Returns the figure as it is now; None if nothing was changed.
        """
        from jjjmap.text.store.library_records import FigureDecision

        decided = self.decide_figures(document_id, (FigureDecision(figure, status, changes),))
        if decided is None:
            return None
        if decided[0] is None:
            raise ValueError(f"no figure at {figure.start}")
        return decided[0]

    def decide_figures(
        self, document_id: str, decisions: Sequence[FigureDecision]
    ) -> tuple[TextFigure | None, ...] | None:
        """Accept, correct or reject figures of a document, all at once; who listens hears of it once.

        Returns the figures as they are now, None for one that is no longer there; None altogether if the
        library cannot be used.
        """
        figures = [decision.figure for decision in decisions]

        def work(
            library: Library,
        ) -> tuple[tuple[TextFigure | None, ...], tuple[TextFigure | None, ...]]:
            before = library.figures_at(document_id, figures)
            return before, library.decide_figures(document_id, decisions)

        came = self._change(document_id, work)
        if came is None:
            return None
        before, decided = came
        self.decisions_changed.emit(document_id)
        there = [
            (was, decision)
            for was, now, decision in zip(before, decided, decisions, strict=True)
            if was is not None and was != now
        ]
        if there:
            self.record_figures(
                figures_title([decision for _was, decision in there]),
                {document_id: ([was for was, _decision in there], [each for _was, each in there])},
            )
        return decided

    def take_back_figures(
        self, document_id: str, before: Sequence[TextFigure]
    ) -> tuple[TextFigure | None, ...] | None:
        """Let figures be as they were, for who took the decisions apart; no step of the history.

        Returns what the rules read, None for one that is no longer there; None altogether if the library
        cannot be used.
        """
        found = self._change(document_id, lambda library: take_back_figures(library, document_id, before))
        if found is not None:
            self.decisions_changed.emit(document_id)
        return found

    def record_figures(
        self, title: str, decided: Mapping[str, tuple[Sequence[TextFigure], Sequence[FigureDecision]]]
    ) -> Step | None:
        """Make one step of decisions on figures, some of which may have been made while nothing was recorded.

        Parameters
        ----------
        decided
            By document id the figures as they were, and what was said of them.
        """

        def back(library: Library) -> None:
            for document_id, (before, _decisions) in decided.items():
                take_back_figures(library, document_id, before)

        def again(library: Library) -> None:
            for document_id, (_before, decisions) in decided.items():
                library.decide_figures(document_id, decisions)

        ids = tuple(decided)
        number = sum(len(before) for before, _decisions in decided.values())

        def go(act: Callable[[Library], None]) -> object:
            if number <= HERE_AT_MOST_FIGURES and not self._has_turn:
                return self._decide(ids[0], act, *ids[1:])
            self._in_turn(title, lambda library: _done(act, library), lambda _done: self._tell_decided(*ids))
            return True

        return self.history.record(title, lambda: go(back), lambda: go(again), size_bytes=1_500 * number)

    def forget_lesson(self, lesson: Lesson) -> None:
        """Let a correction no longer bear on later documents."""

        def forget() -> bool:
            return bool(self._ask_all(lambda library: _done(lambda it: it.forget_lesson(lesson), library)))

        def learn() -> bool:
            return bool(self._ask_all(lambda library: _done(lambda it: it.learn_again(lesson), library)))

        if forget():
            self.history.record(_("不再记住：{words}").format(words=lesson.words[:20]), learn, forget)

    def forget_lost(self, decision: LostDecision) -> None:
        """Let go of a decision whose words are gone."""
        self._ask(lambda library: library.forget_lost(decision.key), None)

    # How steps go back and forth.

    def _decide(self, document_id: str, act: Callable[[Library], object], *others: str) -> object:
        """Decide by a step of the history; say so if the document or its words are gone."""

        def go() -> bool:
            done = self._change(document_id, lambda library: _done(act, library))
            if done is not None:
                self._tell_decided(document_id, *others)
            return done is not None

        return self._if_there(go)

    def _tell_decided(self, *document_ids: str) -> None:
        self._forget(*document_ids)
        for document_id in document_ids:
            self.decisions_changed.emit(document_id)

    def _if_there(self, act: Callable[[], object]) -> object:
        try:
            came = act()
        except DocumentUnknown:
            self._forget()
            return document_gone()
        except ValueError as error:
            logger.info("a step of the history does not fit any more: %s", error)
            return words_gone()
        return came is not False

    def _in_turn(
        self,
        title: str,
        act: Callable[[Library], tuple[Any, ...]],
        take: Callable[[tuple[Any, ...]], None],
        give_up: Callable[[], None] = lambda: None,
    ) -> None:
        """Change the library aside, after what was to be changed aside before."""
        path = self._path

        def work(_progress: Progress, _cancelled: Cancelled) -> tuple[Any, ...]:
            from jjjmap.text.store.library import Library

            with Library.open(path) as library:
                return act(library)

        def fail(error: Exception) -> None:
            give_up()
            gone = _gone_of(error)
            if gone is not None:
                self.history.told.emit(
                    _("没有做成“{title}”：{reason}。").format(title=title, reason=gone.reason)
                )
            else:
                self.work_failed.emit(error)

        def start() -> None:
            self._has_turn = True
            task = self._tasks.start(title, work, on_success=take, on_failure=fail)
            task.cancelled.connect(give_up)
            task.ended.connect(self._next_turn)

        if self._has_turn:
            self._turns.append(start)
        else:
            start()

    def _next_turn(self) -> None:
        self._has_turn = False
        if self._turns:
            self._turns.popleft()()


def _done(act: Callable[[Library], object], library: Library) -> tuple[object]:
    """Do something to a library; return what tells that it was done from None, which says that it was not."""
    return (act(library),)


def _gone_of(error: Exception) -> Gone | None:
    """Return what is gone, if that is why something failed."""
    if isinstance(error, DocumentUnknown):
        return document_gone()
    return words_gone() if isinstance(error, ValueError) else None
