"""What the user did and can take back: one line of steps for the whole window."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from qtpy.QtCore import QObject, Signal

from jjjmap.i18n import _
from jjjmap.session.steps import Gone, Step, Way, add_to, forget, joined

__all__ = ["Gone", "History", "Step", "Way"]

Value = TypeVar("Value")

KEPT_STEPS = 100
"""So many steps can be taken back."""
KEPT_BYTES = 256 << 20
"""So much memory may hang on the steps; beyond it the oldest are forgotten."""
ONE_MOVE_S = 1.0
"""Changes of the same thing that come faster than this are one step: a slider that is drawn, a word typed."""


class History(QObject):
    """Steps done, and steps taken back. Whoever changes something for the user records how it goes back.

    What a step does by going back or forth is not recorded again.

    Parameters
    ----------
    clock
        Tells seconds from some moment.
    """

    changed = Signal()  # what can be undone or redone is another
    told = Signal(str)  # a sentence: what was just undone or redone, or why it could not be

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._is_travelling = False
        self._quiet = 0
        self._held: set[str] = set()
        self._together: list[list[Step]] = []

    @property
    def undo_title(self) -> str:
        """What `undo` would take back; empty if there is nothing."""
        return self._done[-1].title if self._done else ""

    @property
    def redo_title(self) -> str:
        """What `redo` would do again; empty if there is nothing."""
        return self._undone[-1].title if self._undone else ""

    @property
    def is_travelling(self) -> bool:
        """Whether a step is being taken back or done again at this moment."""
        return self._is_travelling

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is recorded at this moment: ask when a wish is made whose work ends later."""
        return self._is_travelling or self._quiet > 0

    def holds(self, step: Step | None) -> bool:
        """Whether a step was done and can be taken back."""
        return any(each is step for each in self._done)

    # ---- recording ----

    def record(
        self,
        title: str,
        undo: Way,
        redo: Way,
        *,
        key: str = "",
        forget: Callable[[], object] | None = None,
        size_bytes: int = 0,
    ) -> Step | None:
        """Note what was just done; what had been taken back before can no longer be done again.

        Parameters
        ----------
        title
            What it was, in the language in use.
        undo, redo
            How it goes back and forth.
        key
            Steps of the same key that follow at once, or while the key is held, become one.
        forget
            Lets go of what is kept for it.
        size_bytes
            How much memory hangs on it.

        Returns
        -------
        Step or None
            The step that it is now part of; None where nothing is recorded.
        """
        return self._add(Step(title, undo, redo, key, forget, size_bytes))

    def record_change(
        self,
        title: str,
        apply: Callable[[Value], object],
        before: Value,
        after: Value,
        *,
        key: str = "",
    ) -> Step | None:
        """Note that a value is another now; one that comes back to what it was is no step at all."""
        if before == after:
            return None
        values = before, after
        return self._add(Step(title, lambda: apply(before), lambda: apply(after), key, values=values))

    def drop(self, step: Step | None) -> None:
        """Take a step out that came to nothing after all."""
        for steps in (self._done, self._undone, *self._together):
            for number, each in enumerate(steps):
                if each is step:
                    del steps[number]
                    forget(each)
                    self.changed.emit()
                    return

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Record nothing for a while: what happens is part of something else, or not the user's wish."""
        self._quiet += 1
        try:
            yield
        finally:
            self._quiet -= 1

    @contextmanager
    def together(self, title: str) -> Iterator[None]:
        """Make one step of all that is recorded within; none if nothing is."""
        self._together.append([])
        try:
            yield
        finally:
            steps = self._together.pop()
            if len(steps) == 1:
                steps[0].title = title
                self._add(steps[0])
            elif steps:
                self._add(joined(title, steps, self.told.emit))

    def hold(self, key: str) -> None:
        """Let steps of a key that follow one another be one, however slowly: a dialog is open."""
        self.release(key)
        self._held.add(key)

    def release(self, key: str) -> None:
        """Let the next step of a key be one of its own."""
        self._held.discard(key)
        if self._done and self._done[-1].key == key:
            self._done[-1].key = ""

    # ---- going back and forth ----

    def undo(self) -> bool:
        """Take back what was done last; return whether that went well."""
        return self._travel(self._done, self._undone, lambda step: step.undo, is_back=True)

    def redo(self) -> bool:
        """Do again what was taken back last; return whether that went well."""
        return self._travel(self._undone, self._done, lambda step: step.redo, is_back=False)

    def take_back(self, step: Step | None) -> bool:
        """Take a certain step back, be it not the last one; it cannot be done again then.

        For buttons that stand beside one thing. Returns whether that went well.
        """
        if not self.holds(step) or self._is_travelling:
            return False
        if self._done[-1] is step:
            return self.undo()
        aside = [each for each in self._done if each is step]
        went = self._travel(aside, [], lambda each: each.undo, is_back=True)
        if not aside:  # It has gone back, or cannot any more.
            self.drop(step)
        return went

    def clear(self) -> None:
        """Forget everything, e.g. when another project is opened."""
        forgotten = [*self._done, *self._undone]
        self._done.clear()
        self._undone.clear()
        self._held.clear()
        for step in forgotten:
            forget(step)
        self.changed.emit()

    # ---- how it is done ----

    def _add(self, step: Step) -> Step | None:
        if self.is_quiet:
            return None
        if self._together:
            self._together[-1].append(step)
            return step
        step.at_s = self._clock()
        forgotten, self._undone = self._undone, []
        last = self._done[-1] if self._done else None
        if last is not None and self._is_one(last, step):
            add_to(last, step)
            if last.values is not None and last.values[0] == last.values[1]:
                self._done.pop()
            step = last
        else:
            self._done.append(step)
        while len(self._done) > KEPT_STEPS or (
            len(self._done) > 1 and sum(each.size_bytes for each in self._done) > KEPT_BYTES
        ):
            forgotten.append(self._done.pop(0))
        for each in forgotten:
            forget(each)
        self.changed.emit()
        return step

    def _is_one(self, last: Step, step: Step) -> bool:
        if not step.key or step.key != last.key:
            return False
        return step.key in self._held or step.at_s - last.at_s <= ONE_MOVE_S

    def _travel(
        self, source: list[Step], target: list[Step], way: Callable[[Step], Way], *, is_back: bool
    ) -> bool:
        if not source or self._is_travelling:
            return False
        step = source.pop()
        step.key = ""  # What follows is a step of its own.
        self._is_travelling = True
        came: object = Gone("")
        try:
            came = way(step)()
        finally:
            self._is_travelling = False
            if came is False:
                source.append(step)
            elif isinstance(came, Gone):
                forget(step)
            else:
                target.append(step)
            self.changed.emit()
        if isinstance(came, Gone):
            said = _("撤销不了“{title}”：{reason}。") if is_back else _("重做不了“{title}”：{reason}。")
            self.told.emit(said.format(title=step.title, reason=came.reason))
        elif came is not False:
            said = _("已撤销：{title}") if is_back else _("已重做：{title}")
            self.told.emit(said.format(title=step.title))
        return came is not False and not isinstance(came, Gone)
