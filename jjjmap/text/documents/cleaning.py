"""What a site, a page or a printer put around and into a text is taken out, step by step, and can come back.

Nothing that may be prose is ever dropped: when in doubt, a line stays. All work is linear in the text.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from jjjmap.text.documents.boilerplate import find_boilerplate
from jjjmap.text.documents.line_joins import find_joins
from jjjmap.text.documents.lines import lines_of
from jjjmap.text.documents.page_headers import find_page_headers, page_starts
from jjjmap.text.documents.removals import Removals
from jjjmap.text.documents.repeats import find_repeats
from jjjmap.text.documents.spaces import find_spaces
from jjjmap.text.offsets import OffsetMap, Run
from jjjmap.text.records import CleaningKind, CleaningStep, Edit, RawText


@dataclass(frozen=True, slots=True)
class CleanText:
    """A cleaned text and where each of its characters stood."""

    text: str
    offsets: OffsetMap
    """To the raw text."""


def clean(raw: RawText) -> tuple[tuple[CleaningStep, ...], CleanText]:
    """Return the steps that a text needs, and the text after all of them."""
    steps = find_steps(raw)
    return steps, apply_steps(raw.text, steps)


def apply_steps(raw_text: str, steps: Iterable[CleaningStep]) -> CleanText:
    """Return the text after the active steps.

    Inactive steps matter too: where one of them would have taken lines out between two halves of a sentence,
    the halves are not joined over the lines that now stay.
    """
    active: list[Edit] = []
    kept: set[int] = set()
    """Where stretches begin and end that an inactive step would have taken out."""
    for step in steps:
        if step.is_active:
            active.extend(step.edits)
        elif step.kind not in (CleaningKind.SPACES, CleaningKind.JOINED_LINES):
            kept.update(edit.start for edit in step.edits)
            kept.update(edit.end for edit in step.edits)
    active.sort(key=lambda edit: (edit.start, edit.end))
    parts: list[str] = []
    runs: list[Run] = []
    position = 0
    length = 0
    for edit in active:
        if edit.start < position or edit.start in kept or edit.end in kept:
            continue
        if edit.start > position:
            parts.append(raw_text[position : edit.start])
            runs.append(Run(length, position, edit.start - position))
            length += edit.start - position
        if edit.replacement:
            parts.append(edit.replacement)
            length += len(edit.replacement)
        position = edit.end
    if position < len(raw_text):
        parts.append(raw_text[position:])
        runs.append(Run(length, position, len(raw_text) - position))
    return CleanText("".join(parts), OffsetMap(runs))


def find_steps(raw: RawText) -> tuple[CleaningStep, ...]:
    """Return what should be done to a text, in any order: no two steps touch the same stretch."""
    text = raw.text
    lines = lines_of(text)
    if not lines:
        return ()
    removals = Removals(text, lines)
    find_page_headers(text, lines, page_starts(raw), removals)
    find_boilerplate(text, lines, removals)
    find_repeats(lines, removals)
    steps = removals.steps()
    joins = find_joins(text, lines, removals)
    if joins:
        steps.append(CleaningStep("joined-lines-1", CleaningKind.JOINED_LINES, tuple(joins)))
    taken = sorted((edit.start, edit.end) for step in steps for edit in step.edits)
    spaces = find_spaces(text, lines, taken)
    if spaces:
        steps.append(CleaningStep("spaces-1", CleaningKind.SPACES, tuple(spaces)))
    return tuple(steps)
