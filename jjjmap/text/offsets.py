"""Where a stretch of a changed text stood in the text that it was made from."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch that both texts share, character by character."""

    start: int
    """In the changed text."""
    source_start: int
    """In the text that it was made from."""
    length: int


class OffsetMap:
    """Turns offsets of a changed text into offsets of its source.

    Parameters
    ----------
    runs
        In the order of the changed text, without overlap; what lies between two runs was put in.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = tuple(run for run in runs if run.length > 0)
        self._starts = [run.start for run in self._runs]

    @property
    def runs(self) -> tuple[Run, ...]:
        """What both texts share, in order."""
        return self._runs

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the source from the first to the last character of ``text[start:end]``.

        What was left out between the two is inside; what was put in at the edges is not. A stretch that was
        put in altogether gives an empty one at the place where it was put in.
        """
        first = self._at_or_after(start)
        last = self._before(end)
        if first is None or last is None or last < first:
            anchor = first if first is not None else (last + 1 if last is not None else 0)
            return anchor, anchor
        return first, last + 1

    def _at_or_after(self, position: int) -> int | None:
        index = bisect_right(self._starts, position) - 1
        if index >= 0 and position < self._runs[index].start + self._runs[index].length:
            return self._runs[index].source_start + position - self._runs[index].start
        return self._runs[index + 1].source_start if index + 1 < len(self._runs) else None

    def _before(self, position: int) -> int | None:
        index = bisect_right(self._starts, position - 1) - 1
        if index < 0:
            return None
        run = self._runs[index]
        return run.source_start + min(position - 1 - run.start, run.length - 1)
