"""What the user did and can take back: one line of steps for the whole window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qtpy.QtCore import QObject, Signal

KEPT_STEPS = 100
"""So many steps can be taken back."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the user did."""

    title: str
    """In the language that was in use then, e.g. 设置样式：甲."""
    undo: Callable[[], object]
    redo: Callable[[], object]


class History(QObject):
    """Steps done, and steps taken back. Whoever changes something for the user records how it goes back.

    What a step does by going back or forth is not recorded again.
    """

    changed = Signal()  # what can be undone or redone is another

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._is_travelling = False

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

    def record(self, title: str, undo: Callable[[], object], redo: Callable[[], object]) -> None:
        """Note what was just done; what had been taken back before can no longer be done again."""
        if self._is_travelling:
            return
        self._done = [*self._done, Step(title, undo, redo)][-KEPT_STEPS:]
        self._undone.clear()
        self.changed.emit()

    def undo(self) -> None:
        """Take back what was done last."""
        self._travel(self._done, self._undone, lambda step: step.undo)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._travel(self._undone, self._done, lambda step: step.redo)

    def clear(self) -> None:
        """Forget everything, e.g. when another project is opened."""
        self._done.clear()
        self._undone.clear()
        self.changed.emit()

    def _travel(
        self, source: list[Step], target: list[Step], way: Callable[[Step], Callable[[], object]]
    ) -> None:
        if not source or self._is_travelling:
            return
        step = source.pop()
        self._is_travelling = True
        try:
            way(step)()
        finally:
            self._is_travelling = False
            target.append(step)
            self.changed.emit()
