"""Lines that a printer broke inside their sentences, joined again."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jjjmap.text.documents.lines import LONG_LINE, Line, width_columns
from jjjmap.text.documents.removals import Removals
from jjjmap.text.records import CleaningKind, Edit

_ENDS_SENTENCE = re.compile(r"[。！？；!?;：:…][”’」』）)】]*$|[A-Za-z)\"”]\.[\"”’)]?$|】$|》$")
_IN_BRACKETS = re.compile(r"[（(【\[].*[）)】\]]")
_OPEN_ENDS = frozenset("，、,（(“‘《〈")
_ITEM = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]\d{1,2}[）)]|\d{1,2}[、.．](?!\d)|[①-⑳]|[•●■◆▪·*★☆▲]|"
    r"第[一二三四五六七八九十百\d]{1,4}[章节条款部分篇编]|[一二三四五六七八九十]是|附件[\d一二三：:]|附[：:]|问题?[一二三四五六七八九十\d]{0,3}[：:]|答[：:]"
)
_WIDEST = 160
"""Columns up to which a line can be one that a printer broke; longer ones are paragraphs."""
_NARROWEST = 20
_FULL = 0.78
"""Share of its neighbours' width from which a line may have been broken for want of room."""
_BRIMFUL = 0.94
"""The same where the line ends a sentence."""
_ITEM_BEGINS = frozenset("（(一二三四五六七八九十0123456789第附问答•●■◆▪·*★☆▲①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_SENTENCE_ENDS = frozenset("。！？；!?;：:…")
_MAY_END_SENTENCE = frozenset('”’」』）)】》."')


@dataclass(slots=True)
class _Broken:
    """A line as the joining sees it."""

    index: int
    line: Line
    columns: int
    is_apart: bool
    """Whether a blank line stands before it."""
    ends_sentence: bool
    begins_item: bool
    is_full: bool = False
    """Whether there was no room for more; known once its block is."""


def _ends_sentence(line: str) -> bool:
    if line[-1] in _SENTENCE_ENDS:
        return True
    if line[-1] not in _MAY_END_SENTENCE:
        return False
    return _ENDS_SENTENCE.search(line, max(0, len(line) - 6)) is not None or (
        len(line) <= 60 and _IN_BRACKETS.fullmatch(line) is not None
    )


def find_joins(text: str, lines: Sequence[Line], removals: Removals) -> list[Edit]:
    """Return the breaks between lines that stay and belong together, by place."""
    blocks = _blocks_of(lines, removals)
    wrapped_lines = sum(len(block) for block in blocks if _is_wrapped(block))
    is_wrapped_text = wrapped_lines >= 8
    edits: list[Edit] = []
    joined: list[list[_Broken]] = []
    seams: set[int] = set()
    """Lines that go on behind a blank line."""
    for block in blocks:
        if joined and _goes_on(joined[-1], block, is_wrapped_text):
            seams.add(joined[-1][-1].index)
            edits.append(_join(text, lines, joined[-1][-1], block[0]))
            joined[-1].extend(block)
        else:
            joined.append(block)
    for block in joined:
        if len(block) > 1:
            is_wrapped = _is_wrapped(block)
            if is_wrapped or is_wrapped_text:
                _join_block(text, block, lines, edits, is_wrapped=is_wrapped, seams=seams)
    edits.sort(key=lambda edit: edit.start)
    return edits


def _blocks_of(lines: Sequence[Line], removals: Removals) -> list[list[_Broken]]:
    """Return the lines that stay, in blocks with blank lines between them."""
    blocks: list[list[_Broken]] = []
    was_cut = is_page_cut = False
    for index, line in enumerate(lines):
        if index in removals:
            was_cut = True
            is_page_cut = removals.kind(index) is CleaningKind.PAGE_HEADERS
            continue
        bare = line.text
        # A page's head between two lines keeps nothing apart; a site's block does.
        is_apart = not is_page_cut if was_cut else line.blanks_before > 0
        if is_apart or not blocks:
            blocks.append([])
        blocks[-1].append(
            _Broken(
                index,
                line,
                width_columns(bare) if len(bare) <= _WIDEST else _WIDEST + 1,
                is_apart,
                _ends_sentence(bare),
                bare[0] in _ITEM_BEGINS and _ITEM.match(bare) is not None,
            )
        )
        was_cut = is_page_cut = False
    return blocks


def _measure(block: Sequence[_Broken]) -> list[int]:
    """Return the width of the column at each line, and note which lines are full.

    The width is that of the widest line within two: columns change, and no line is wider than its own.
    """
    columns = [broken.columns for broken in block]
    rooms: list[int] = []
    for position, broken in enumerate(block):
        room = max(columns[position - 2 if position > 2 else 0 : position + 3])
        rooms.append(room)
        broken.is_full = _NARROWEST <= room <= _WIDEST and broken.columns >= _FULL * room
    return rooms


def _is_wrapped(block: Sequence[_Broken]) -> bool:
    """Whether lines follow one another as a printer broke them: full, and cut inside their sentences."""
    if len(block) < 3:
        return False
    _measure(block)
    cuts = ends = 0
    above: _Broken | None = None
    for broken in block:
        if above is not None and above.is_full and not above.ends_sentence and not broken.begins_item:
            cuts += 1
        if broken.ends_sentence or "。" in broken.line.text or ". " in broken.line.text:
            ends += 1
        above = broken
    return cuts >= 2 and cuts >= 0.4 * (len(block) - 1) and ends * 15 >= len(block)


def _join_block(
    text: str,
    block: Sequence[_Broken],
    lines: Sequence[Line],
    edits: list[Edit],
    *,
    is_wrapped: bool,
    seams: Collection[int],
) -> None:
    rooms = _measure(block)
    # Lines that are all full are one paragraph; else a full stop near the margin may end one.
    is_one_paragraph = is_wrapped and all(broken.is_full for broken in block[:-1])
    for position in range(len(block) - 1):
        here, there = block[position], block[position + 1]
        if here.columns > _WIDEST or there.begins_item or there.line.indent >= here.line.indent + 2:
            continue
        if here.index in seams:
            continue
        if here.ends_sentence:
            is_joined = is_one_paragraph or (
                is_wrapped and here.is_full and here.columns >= _BRIMFUL * rooms[position]
            )
        else:
            is_joined = here.is_full or (is_wrapped and here.line.text[-1] in _OPEN_ENDS)
        if is_joined:
            edits.append(_join(text, lines, here, there))


def _goes_on(block: Sequence[_Broken], following: Sequence[_Broken], is_wrapped_text: bool) -> bool:
    """Whether a sentence goes on behind a blank line."""
    here, there = block[-1], following[0]
    if here.ends_sentence or there.begins_item or there.index != here.index + 1:
        return False
    line = here.line.text
    if line[-1] in _OPEN_ENDS and len(line) >= 8 and there.line.indent < here.line.indent + 2:
        return not here.begins_item or len(line) >= LONG_LINE
    if not is_wrapped_text or here.columns > _WIDEST:
        return False
    opened = max(line.rfind("“"), line.rfind("（"))
    if opened > max(line.rfind("”"), line.rfind("）")) and len(line) - opened <= 20:
        return any(mark in there.line.text[:20] for mark in "”）")
    room = max(broken.columns for broken in (*block[-3:], *following[:2]))
    has_sentence = any(mark in broken.line.text for broken in block[-3:] for mark in "。，；")
    return has_sentence and room <= _WIDEST and here.columns >= _FULL * room and line[-1].isalnum()


def _join(text: str, lines: Sequence[Line], here: _Broken, there: _Broken) -> Edit:
    start = here.line.end
    # Lines between the two that are taken out begin where their own edit begins.
    end = there.line.start if there.index == here.index + 1 else lines[here.index + 1].start
    before, after = text[start - 1], there.line.text[0]
    if not (before.isascii() and after.isascii()):
        return Edit(start, end)
    if (
        before == "-"
        and start > 1
        and text[start - 2].isascii()
        and text[start - 2].isalpha()
        and after.islower()
    ):
        return Edit(start - 1, end)
    return Edit(start, end, "" if before in "(-/" or after == ")" else " ")
