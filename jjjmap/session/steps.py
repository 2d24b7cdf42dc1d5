"""Steps of the history: what the user did, how it goes back and forth, and how several become one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jjjmap.i18n import _


@dataclass(frozen=True, slots=True)
class Gone:
    """What a step returns if it can no longer go back or forth: what it was about is not there."""

    reason: str
    """A sentence without its full stop, in the language in use."""


Way = Callable[[], object]
"""Returns `Gone` if it is impossible for good, False if it failed and may be tried again, else anything."""


@dataclass(slots=True, eq=False)
class Step:
    """One thing that the user did."""

    title: str
    """In the language that was in use then, e.g. 设置样式：甲."""
    undo: Way
    redo: Way
    key: str = ""
    """Of what it changed; the next change of the same may become part of it."""
    forget: Callable[[], object] | None = None
    """Lets go of what was kept for it; called when it can neither go back nor forth any more."""
    size_bytes: int = 0
    """How much memory hangs on it, about."""
    values: tuple[object, object] | None = None
    """Before and after, of a `History.record_change`."""
    at_s: float = 0.0
    """When it was made or last added to, by the history's clock."""


def forget(step: Step) -> None:
    """Let go of what was kept for a step."""
    if step.forget is not None:
        step.forget()


def add_to(last: Step, step: Step) -> None:
    """Make one step of two that follow one another."""
    if last.values is not None and step.values is not None:
        # What was in between matters to nobody.
        last.redo, last.values = step.redo, (last.values[0], step.values[1])
    else:
        last.undo, last.redo = _both(step.undo, last.undo), _both(last.redo, step.redo)
    last.forget = _both_forgotten(last.forget, step.forget)
    last.size_bytes += step.size_bytes
    last.at_s = step.at_s


def _both(first: Way, second: Way) -> Way:
    def go() -> object:
        came = [first(), second()]
        return came[0] if came[0] is False or isinstance(came[0], Gone) else came[1]

    return go


def _both_forgotten(
    first: Callable[[], object] | None, second: Callable[[], object] | None
) -> Callable[[], object] | None:
    if first is None or second is None:
        return first or second
    return lambda: (first(), second())


def joined(title: str, steps: list[Step], tell: Callable[[str], None]) -> Step:
    """Return one step of several; what is gone of them is told, and the rest goes all the same."""

    def go(ways: list[Way]) -> object:
        came = [way() for way in ways]
        gone = [each for each in came if isinstance(each, Gone)]
        if len(gone) == len(came):
            return gone[0]
        for each in gone:
            tell(_("其中一步没有做成：{reason}。").format(reason=each.reason))
        return not all(each is False for each in came)

    def forget_all() -> None:
        for step in steps:
            forget(step)

    return Step(
        title,
        lambda: go([step.undo for step in reversed(steps)]),
        lambda: go([step.redo for step in steps]),
        forget=forget_all,
        size_bytes=sum(step.size_bytes for step in steps),
    )
