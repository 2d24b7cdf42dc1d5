"""Which lines the cleaning takes out, and by which step."""

from collections import Counter
from collections.abc import Iterable, Sequence

from jjjmap.text.documents.lines import Line
from jjjmap.text.records import CleaningKind, CleaningStep, Edit


class Removals:
    """The lines that are taken out, each by one step."""

    def __init__(self, text: str, lines: Sequence[Line]) -> None:
        self._text = text
        self._lines = lines
        self._step_of: dict[int, tuple[CleaningKind, int]] = {}
        self._counts: Counter[CleaningKind] = Counter()

    def __contains__(self, index: int) -> bool:
        return index in self._step_of

    def kind(self, index: int) -> CleaningKind | None:
        """Return what takes a line out; None if it stays."""
        found = self._step_of.get(index)
        return found[0] if found else None

    def add(self, kind: CleaningKind, indices: Iterable[int]) -> None:
        """Take out lines as one step; lines that another step takes out already stay with it."""
        wanted = [index for index in indices if index not in self._step_of]
        if wanted:
            self._counts[kind] += 1
            for index in wanted:
                self._step_of[index] = (kind, self._counts[kind])

    def steps(self) -> list[CleaningStep]:
        """Return the steps, in the order of their first lines."""
        edits: dict[tuple[CleaningKind, int], list[Edit]] = {}
        for index in sorted(self._step_of):
            start = self._lines[index].start
            # With the white space up to the next line, so that what stood before keeps its distance.
            is_last = index + 1 == len(self._lines)
            end = len(self._text) if is_last else self._lines[index + 1].start
            into = edits.setdefault(self._step_of[index], [])
            if into and into[-1].end == start:
                into[-1] = Edit(into[-1].start, end)
            else:
                into.append(Edit(start, end))
        return [
            CleaningStep(f"{kind.value}-{number}", kind, tuple(found))
            for (kind, number), found in edits.items()
        ]
