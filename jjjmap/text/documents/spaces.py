"""Spaces and invisible characters that carry nothing in a Chinese text."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from jjjmap.text.documents.lines import INVISIBLE, SENTENCE_MARK, Line
from jjjmap.text.records import Edit

_BLANK_RUN = re.compile(rf"[\s{INVISIBLE}][\s{INVISIBLE}]*")
_NO_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_WIDE_MARK = frozenset("，。；：？！、（）“”‘’《》〈〉【】「」『』—…％")
_LIST_NUMBER = re.compile(r"[\d.．]{1,8}")
_SPELLED = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?:[ \u3000][\u4e00-\u9fff]){2,}"
    r"(?![\u4e00-\u9fff]|[ \u3000][\u4e00-\u9fff])"
)
"""滨 海 新 区: three characters or more, each set apart."""


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"


def find_spaces(text: str, lines: Sequence[Line], taken: Sequence[tuple[int, int]]) -> list[Edit]:
    """Return what becomes of white space, by place, outside the stretches that other steps have `taken`."""
    edits: list[Edit] = []
    starts = [line.start for line in lines]
    spelled: set[int] = set()
    last_index, is_prose = -1, False
    number = 0
    text_end = len(text)
    for begin, end in reversed(taken):
        # Nothing is to stand between the last line and a block that is taken out behind it.
        if end < text_end:
            break
        text_end = begin
    for match in _BLANK_RUN.finditer(text):
        start, end = match.span()
        if end - start == 1 and start > 0 and end < text_end:
            char = text[start]
            if char == "\n" or (char == " " and text[start - 1].isascii() and text[end].isascii()):
                continue  # English keeps its spacing.
        while number < len(taken) and taken[number][1] <= start:
            number += 1
        if number < len(taken) and taken[number][0] < end:
            # The white space belongs to another step, but for what stands before a block that is taken out.
            if taken[number][0] <= start:
                continue
            end = taken[number][0]
        run = text[start:end]
        if start == 0 or end >= text_end:
            wanted = ""
        elif "\n" in run:
            wanted = "\n\n" if run.count("\n") > 1 else "\n"
        else:
            index = bisect_right(starts, start) - 1
            if index != last_index:
                last_index, is_prose = index, SENTENCE_MARK.search(lines[index].text) is not None
            if start in spelled:
                edits.append(Edit(start, end))
                continue
            if end - start == 1 and run in " \u3000" and start >= 1:
                found = _SPELLED.match(text, start - 1)
                if found:
                    spelled.update(range(start, found.end(), 2))
                    edits.append(Edit(start, end))
                    continue
            wanted = _space_between(text, start, end, run, lines[index].start, is_prose=is_prose)
        if wanted != run:
            edits.append(Edit(start, end, wanted))
    return edits


def _space_between(text: str, start: int, end: int, run: str, line_start: int, *, is_prose: bool) -> str:
    """Return what a run of spaces inside a line should be."""
    visible = _NO_INVISIBLE.sub("", run)
    if not visible:
        return ""
    before, after = text[start - 1], text[end]
    if "\t" in visible:
        return "\t"
    if is_prose:
        if (_is_han(before) and after.isdigit()) or (before in _WIDE_MARK or after in _WIDE_MARK):
            return ""
        is_number = _LIST_NUMBER.fullmatch(text, line_start, start) is not None
        if before.isdigit() and _is_han(after) and not is_number:
            return ""
    return visible if len(visible) == 1 and visible in " \u3000" else " "
