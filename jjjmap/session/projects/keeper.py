"""Keeps what is done to what is open: each action at once in the journal, the whole state now and then."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from qtpy.QtCore import QObject, QTimer, Signal

from jjjmap.project.state import PlacingState, ProjectState
from jjjmap.project.state_json import changed_fields
from jjjmap.session.projects.open_place import OpenPlace
from jjjmap.session.projects.state import UNNOTED, state_of
from jjjmap.session.projects.watch import ProjectWatch
from jjjmap.session.session import Session

logger = logging.getLogger(__name__)

AUTOSAVE_MS = 30_000
MOST_SHARE = 0.05
"""Of the time that passes, so much at most goes into keeping."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point in what was done."""

    actions: int
    number: int
    """Of the last entry of the journal."""


class ProjectKeeper(QObject):
    """Writes the working folder of what is open.

    Parameters
    ----------
    session
        What is open.
    """

    modified = Signal()  # whether something is unsaved is another now
    failed = Signal(object)  # OSError; once, until it works again
    mended = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._place: OpenPlace | None = None
        self.read_layout: Callable[[], str] = lambda: ""
        self._waiting: dict[str, PlacingState] = {}
        self._actions = self._saved_actions = 0
        self._noted = self._written = ProjectState()
        self._is_broken = False
        self._spent_s = 0.0
        self._free_at_s = 0.0
        self._watch = ProjectWatch(session, self)
        self._watch.noted.connect(self.note)
        self._watch.imported.connect(self.save_soon)
        self._timer = QTimer(self)
        self._timer.setInterval(AUTOSAVE_MS)
        self._timer.timeout.connect(self._save_if_changed)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._save_if_changed)
        session.placing.restored.connect(lambda layer_id, _lost: self._waiting.pop(layer_id, None))
        session.user_layers.layer_removed.connect(lambda layer_id: self._waiting.pop(layer_id, None))

    @property
    def is_modified(self) -> bool:
        """Whether something was done since the last save."""
        place = self._place
        return self._actions != self._saved_actions or (place is not None and place.is_unsaved)

    @property
    def spent_s(self) -> float:
        """How long this thread was kept from other work by keeping, in seconds since the start."""
        return self._spent_s

    def state(self) -> ProjectState:
        """Return what is remembered of the session now."""
        return state_of(self._session, layout=self.read_layout(), waiting=self._waiting.values())

    def mark(self) -> Mark:
        """Return the point that has been reached."""
        folder = self._place.folder if self._place is not None else None
        return Mark(self._actions, folder.number if folder is not None else 0)

    @contextmanager
    def changing(self, place: OpenPlace) -> Iterator[None]:
        """Hear nothing while something else is being opened, and keep that from then on."""
        with self._watch.paused():
            self._timer.stop()
            self._soon.stop()
            self._waiting.clear()
            self._place = place
            yield
        self._actions = self._saved_actions = 0
        self._noted = self._written = self.state()
        if place.folder is not None:
            self._keep(lambda: self._begin(place))
        self._timer.start()

    def restore_placings(self, states: Iterable[PlacingState]) -> None:
        """Place lists anew and correct them as they were corrected; until then they are kept as they are."""
        held = [each for each in states if self._session.user_layers.holds(each.layer_id)]
        if held:
            self._waiting.update((each.layer_id, each) for each in held)
            # The window may not be there yet to show what comes.
            QTimer.singleShot(0, lambda: self._session.placing.restore(held))

    def note_now(self) -> None:
        """Note what was done but not noted yet."""
        self._watch.flush()

    def note(self, title: str) -> None:
        """Write down what was done.

        Parameters
        ----------
        title
            Of the action; empty if nothing of the project is another, but what is looked at.
        """
        place = self._place
        if place is None:
            return
        layout = self._noted.layout
        state = state_of(self._session, layout=layout, waiting=self._waiting.values())
        fields = changed_fields(self._noted, state, UNNOTED)
        if not title and not fields:
            return
        is_whole = False

        def write() -> None:
            nonlocal is_whole
            is_whole = place.note(title, fields)

        if self._keep(write):
            self._noted = state
        elif title:
            # No line of the journal will ever tell: the folder itself has to.
            place.is_unsaved = True
        if not is_whole:
            self.save_soon()
        if title:
            was_modified = self.is_modified
            self._actions += 1
            if not was_modified:
                self.modified.emit()

    def save_soon(self) -> None:
        """Write the whole state as soon as it may take time again."""
        if not self._soon.isActive():
            self._soon.start(max(0, round((self._free_at_s - time.monotonic()) * 1000)))

    def autosave(self) -> bool:
        """Write the whole state now, and say whether it is on disk; a disk that refuses raises nothing."""
        self._watch.flush()
        place, state = self._place, self.state()
        if place is None or (place.folder is None and state == self._written):
            return True
        if not self._keep(lambda: place.write_state(state)):
            return False
        self._noted = self._written = state
        return True

    def take_saved(self, mark: Mark) -> None:
        """Know that everything up to a mark is in the project's file."""
        place = self._place
        if place is None:
            return
        self._saved_actions = mark.actions
        place.saved_number = max(place.saved_number, mark.number)
        self._keep(place.write_about)
        self.modified.emit()

    def stop(self) -> None:
        """Keep nothing any more."""
        self._watch.stop()
        self._timer.stop()
        self._soon.stop()
        self._place = None

    def _begin(self, place: OpenPlace) -> None:
        place.write_about()
        place.write_state(self._written)

    def _save_if_changed(self) -> None:
        if time.monotonic() < self._free_at_s:
            self.save_soon()
        elif self.state() != self._written:
            self.autosave()

    def _keep(self, write: Callable[[], object]) -> bool:
        """Write, tell if it fails for the first time or works again, and see that it takes no large share."""
        start = time.monotonic()
        try:
            write()
        except OSError as error:
            logger.warning("not kept: %s", error)
            if not self._is_broken:
                self._is_broken = True
                self.failed.emit(error)
            return False
        finally:
            spent = time.monotonic() - start
            self._spent_s += spent
            self._free_at_s = start + spent / MOST_SHARE
        if self._is_broken:
            self._is_broken = False
            self.mended.emit()
        return True
