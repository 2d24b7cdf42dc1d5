"""Running heads, page numbers and the credits of a newspaper's page: what a printer put around a text."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from jjjmap.text.documents.lines import Line, lines_with
from jjjmap.text.documents.removals import Removals
from jjjmap.text.records import CleaningKind, RawText

_PAGE_NUMBER = re.compile(
    r"(?:[-—–－·•]{1,3}\s?\d{1,4}\s?[-—–－·•]{1,3}"
    r"|第\s?\d{1,4}\s?页(?:\s?[,，/、]?\s?共\s?\d{1,4}\s?页)?"
    r"|Page\s\d{1,4}(?:\sof\s\d{1,4})?)",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\d{1,4}(?:\s?/\s?\d{1,4})?|[ivxlc]{1,6}", re.IGNORECASE)
_PAGE_NUMBER_HINT = re.compile(r"页|Page|PAGE|\n[ \t]{0,40}[-—–－·•]{1,3} ?\d")
_CREDIT_ROLES = "责编|责任编辑|本版责编|本版编辑|编辑|版式|版面|美编|校对|审核|审校|排版|制图|统筹"
_CREDITS = re.compile(
    rf"[（(【\[]?(?:(?:{_CREDIT_ROLES})\s?[:：]\s?[\w·]{{1,4}}(?:[、\s][\w·]{{2,4}}){{0,3}}"
    r"[\s　;；,，|]{0,4}){1,6}[）)】\]]?"
)
_HAS_CREDITS = re.compile("|".join(rf"{role}\s?[:：]" for role in _CREDIT_ROLES.split("|")))
_EDGE_LINES = 2
"""Lines at the top and at the foot of a page where heads and numbers stand."""


def page_starts(raw: RawText) -> tuple[int, ...]:
    """Return where the pages of a text begin; nothing if it does not tell."""
    if raw.page_starts:
        return raw.page_starts
    if "\f" not in raw.text:
        return ()
    return (0, *(match.end() for match in re.finditer("\f", raw.text)))


def find_page_headers(text: str, lines: Sequence[Line], pages: Sequence[int], removals: Removals) -> None:
    """Add to `removals` what a printer put around a text; `pages` says where its pages begin, if known."""
    edges = _edges_of_pages(lines, pages)
    _find_running_heads(lines, edges, len(pages), removals)
    numbers = [
        index
        for index in edges
        if _BARE_NUMBER.fullmatch(lines[index].text) or _PAGE_NUMBER.fullmatch(lines[index].text)
    ]
    if not pages:
        numbers = [
            index
            for index in lines_with(_PAGE_NUMBER_HINT, text, lines)
            if len(lines[index].text) <= 30 and _PAGE_NUMBER.fullmatch(lines[index].text)
        ]
    removals.add(CleaningKind.PAGE_HEADERS, numbers)
    for index in lines_with(_HAS_CREDITS, text, lines):
        line = lines[index].text
        if len(line) <= 40 and _CREDITS.fullmatch(line):
            removals.add(CleaningKind.PAGE_HEADERS, (index,))


def _edges_of_pages(lines: Sequence[Line], pages: Sequence[int]) -> dict[int, int]:
    """Return index of line → place on its page: 0, 1 from the top, -1, -2 from the foot."""
    starts = [line.start for line in lines]
    edges: dict[int, int] = {}
    for number, begin in enumerate(pages):
        first = bisect_right(starts, begin - 1)
        end = pages[number + 1] if number + 1 < len(pages) else None
        last = len(lines) if end is None else bisect_right(starts, end - 1)
        for place in range(min(_EDGE_LINES, last - first)):
            edges.setdefault(last - 1 - place, -1 - place)
            edges.setdefault(first + place, place)
    return edges


def _find_running_heads(
    lines: Sequence[Line], edges: dict[int, int], page_count: int, removals: Removals
) -> None:
    """Take out what stands at the edge of three pages or more, and of half of a shorter text's."""
    groups: dict[str, list[int]] = {}
    for index in edges:
        shape = re.sub(r"[\d\s]+", "#", lines[index].text)
        if 2 <= len(shape) <= 60 and not shape.endswith(tuple("。；！？")):
            groups.setdefault(shape, []).append(index)
    for indices in groups.values():
        if len(indices) >= 3 and len(indices) >= min(3, page_count / 2):
            removals.add(CleaningKind.PAGE_HEADERS, indices)
