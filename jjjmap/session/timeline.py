"""The moment that map and timeline show, and its walk through the years."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, QTimer, Signal

from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.catalogue.chronology import Chronology, Moment

YEAR_MS = 1500
"""How long a year stays while playing: enough to read two or three lines."""
EVENTFUL_MONTH_MS, EMPTY_MONTH_MS = 1100, 130
"""Months in which nothing happened pass quickly: there are three hundred."""

MONTHS = 12


class TimeUnit(StrEnum):
    """How far a step goes."""

    YEAR = "year"
    MONTH = "month"


class Timeline(QObject):
    """Which moment is shown; none at first, and then nothing is dimmed.

    The facts are put in order when they are first asked for, not when the program starts.
    """

    moment_changed = Signal(object)  # Moment, or None when time does not matter
    dimmed_changed = Signal(list)  # ids of places that did not exist yet
    unit_changed = Signal(object)  # TimeUnit
    playing_changed = Signal(bool)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._moment: Moment | None = None
        self._unit = TimeUnit.YEAR
        self._dimmed_ids: tuple[str, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._walk)
        self._is_playing = False

    @cached_property
    def chronology(self) -> Chronology:
        """All dated facts."""
        from jjjmap.catalogue.chronology import Chronology

        return Chronology(self._workspace.catalogue)

    @property
    def moment(self) -> Moment | None:
        """The moment shown; None when time does not matter."""
        return self._moment

    @property
    def unit(self) -> TimeUnit:
        """How far a step goes."""
        return self._unit

    @property
    def dimmed_ids(self) -> tuple[str, ...]:
        """The places that did not exist yet, the soonest first."""
        return self._dimmed_ids

    @property
    def is_playing(self) -> bool:
        """Whether the moment moves by itself."""
        return self._is_playing

    @property
    def position_count(self) -> int:
        """How many positions there are from the first year with an event to the last."""
        years = self.chronology.last_year - self.chronology.first_year + 1
        return years if self._unit is TimeUnit.YEAR else years * MONTHS

    @property
    def position(self) -> int:
        """Where the moment is, from 0; the last one when time does not matter."""
        if self._moment is None:
            return self.position_count - 1
        years = self._moment.year - self.chronology.first_year
        return years if self._unit is TimeUnit.YEAR else years * MONTHS + (self._moment.month or 1) - 1

    def moment_at(self, position: int) -> Moment:
        """Return the moment of a position."""
        from jjjmap.catalogue.chronology import Moment

        if self._unit is TimeUnit.YEAR:
            return Moment(self.chronology.first_year + position)
        years, month = divmod(position, MONTHS)
        return Moment(self.chronology.first_year + years, month + 1)

    def go_to(self, position: int) -> None:
        """Show the moment of a position; one beyond the ends is taken for the end."""
        if self.chronology.events:
            self._show(self.moment_at(min(max(position, 0), self.position_count - 1)))

    def go_to_moment(self, moment: Moment | None) -> None:
        """Show a moment, in steps of its own unit; None lets time not matter."""
        if moment is None:
            self.reset()
            return
        self.pause()
        self.set_unit(TimeUnit.YEAR if moment.month is None else TimeUnit.MONTH)
        years = moment.year - self.chronology.first_year
        self.go_to(years if moment.month is None else years * MONTHS + moment.month - 1)

    def step(self, steps: int) -> None:
        """Go some steps on, or back; from no moment at all to the first or last."""
        if self._moment is None:
            self.go_to(0 if steps > 0 else self.position_count - 1)
        else:
            self.go_to(self.position + steps)

    def reset(self) -> None:
        """Let time not matter: everything is shown alike."""
        self.pause()
        self._show(None)

    def set_unit(self, unit: TimeUnit) -> None:
        """Step by years or by months; a year becomes its last month, for all of it has happened."""
        if unit is self._unit:
            return
        self._unit = unit
        moment = self._moment
        if moment is not None:
            moment = replace(moment, month=MONTHS if unit is TimeUnit.MONTH else None)
        self.unit_changed.emit(unit)
        self._show(moment)

    def play(self) -> None:
        """Walk to the end; from the end, or from no moment, the walk begins at the first."""
        if self._is_playing or not self.chronology.events:
            return
        self._is_playing = True
        self.playing_changed.emit(True)
        if self._moment is None or self.position == self.position_count - 1:
            self.go_to(0)
        self._wait()

    def pause(self) -> None:
        """Stay where we are."""
        self._timer.stop()
        if self._is_playing:
            self._is_playing = False
            self.playing_changed.emit(False)

    def toggle_playing(self) -> None:
        """Walk, or stay."""
        if self._is_playing:
            self.pause()
        else:
            self.play()

    def _walk(self) -> None:
        self.step(1)
        if self.position >= self.position_count - 1:
            self.pause()
        else:
            self._wait()

    def _wait(self) -> None:
        if self._unit is TimeUnit.YEAR or self._moment is None:
            self._timer.start(YEAR_MS)
        else:
            is_eventful = any(self.chronology.count(self._moment))
            self._timer.start(EVENTFUL_MONTH_MS if is_eventful else EMPTY_MONTH_MS)

    def _show(self, moment: Moment | None) -> None:
        if moment == self._moment:
            return
        self._moment = moment
        not_yet = () if moment is None else self.chronology.not_yet(moment)
        before, self._dimmed_ids = self._dimmed_ids, tuple(founding.place_id for founding in not_yet)
        self.moment_changed.emit(moment)
        if self._dimmed_ids != before:
            self.dimmed_changed.emit(list(self._dimmed_ids))
