"""Paragraphs and sentences of a cleaned text."""

import re
from functools import lru_cache

from jjjmap.text.records import TextPassage

LONGEST_PASSAGE = 5_000
"""Characters; a longer paragraph is divided between its sentences, for hostile text has no end."""

_LONGEST_PAIR = 200
"""Characters between a bracket or quote and its partner within which sentences do not end."""
_LONGEST_SENTENCE = 2_000
_LONGEST_REMEMBERED = 1_000
"""Characters of a line whose sentences are remembered."""

_MARKS = re.compile(
    r"[。！？；!?;…\n]|(?<=[A-Za-z)\"”’\d%])\.(?=[\s\"”’)]|$)|[（(“‘「『《〈【\[）)”’」』》〉】\]]"
)
_OPENING = dict(zip("（(“‘「『《〈【[", "）)”’」』》〉】]", strict=True))
_CLOSING = frozenset(_OPENING.values())
_TERMINALS = frozenset("。！？；!?;….")
_TRAILING = re.compile(r"[。！？；!?;….”’」』）)】》\"']*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Co|Ltd|Inc|Corp|No|Nos|Vol|Fig|Art|Sec|vs|etc|al|e\.g|i\.e|cf|approx|Jan|Feb|Mar|Apr|Jun|"
    r"Jul|Aug|Sept?|Oct|Nov|Dec|U\.S|U\.K|P\.R)|\b[A-Z]|^\s*\d{1,3})$"
)
"""What stands before a full stop that ends no sentence."""


def split_passages(text: str) -> tuple[TextPassage, ...]:
    """Return the paragraphs of a cleaned text: its lines, without the spaces around them."""
    passages: list[TextPassage] = []
    begin = 0
    for line in text.split("\n"):
        bare = line.strip()
        if bare:
            start = begin + len(line) - len(line.lstrip())
            for first, last in _divide(text, start, start + len(bare)):
                passages.append(TextPassage(f"p{len(passages) + 1}", first, last))
        begin += len(line) + 1
    return tuple(passages)


def _divide(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= LONGEST_PASSAGE:
        return [(start, end)]
    parts: list[tuple[int, int]] = []
    first = last = start
    for sentence_start, sentence_end in sentence_bounds(text[start:end]):
        if start + sentence_end - first > LONGEST_PASSAGE and last > first:
            parts.append((first, last))
            first = start + sentence_start
        last = start + sentence_end
    parts.append((first, last))
    return parts


def sentence_bounds(text: str) -> tuple[tuple[int, int], ...]:
    """Return where sentences start and end, in order, without the spaces around them.

    A sentence ends with 。！？；…, their ASCII twins, an English full stop, or its line; closing quotes and
    brackets belong to it. Inside a pair of brackets or quotes of ordinary length none ends.
    """
    bounds: list[tuple[int, int]] = []
    begin = 0
    for line in text.split("\n"):
        # Whoever reads figures, and who stores mentions, asks for the sentences of the same lines.
        inside = _remembered_bounds(line) if len(line) <= _LONGEST_REMEMBERED else _bounds_in_line(line)
        if begin:
            bounds.extend([(begin + start, begin + end) for start, end in inside])
        else:
            bounds.extend(inside)
        begin += len(line) + 1
    return tuple(bounds)


def _bounds_in_line(line: str) -> tuple[tuple[int, int], ...]:
    bounds: list[tuple[int, int]] = []
    start = 0
    for end in _ends_in(line):
        _add(line, start, end, bounds)
        start = end
    _add(line, start, len(line), bounds)
    return tuple(bounds)


_remembered_bounds = lru_cache(maxsize=1024)(_bounds_in_line)


def _add(text: str, start: int, end: int, bounds: list[tuple[int, int]]) -> None:
    bare = text[start:end]
    left = len(bare) - len(bare.lstrip())
    start, end = start + left, start + len(bare.rstrip())
    while end - start > _LONGEST_SENTENCE:
        bounds.append((start, start + _LONGEST_SENTENCE))
        start += _LONGEST_SENTENCE
    if start < end:
        bounds.append((start, end))


def _ends_in(text: str) -> list[int]:
    """Return where the sentences of a line end."""
    terminals: list[int] = []
    open_marks: list[tuple[str, int]] = []
    inside: list[tuple[int, int]] = []
    for match in _MARKS.finditer(text):
        mark, position = match.group(), match.start()
        if mark in _TERMINALS:
            terminals.append(position)
        elif mark in _OPENING:
            open_marks.append((_OPENING[mark], position))
            if len(open_marks) > 50:  # No text nests like that; what is never closed must not pile up.
                del open_marks[0]
        elif mark in _CLOSING:
            for depth in range(len(open_marks) - 1, max(-1, len(open_marks) - 4), -1):
                if open_marks[depth][0] == mark:
                    opened = open_marks[depth][1]
                    del open_marks[depth:]
                    if position - opened <= _LONGEST_PAIR:
                        inside.append((opened, position))
                    break
    return _outside(text, terminals, inside)


def _outside(text: str, terminals: list[int], inside: list[tuple[int, int]]) -> list[int]:
    inside.sort()
    outer: list[tuple[int, int]] = []
    for opened, closed in inside:
        if not outer or opened > outer[-1][1]:
            outer.append((opened, closed))
    ends: list[int] = []
    number = 0
    for position in terminals:
        if ends and position < ends[-1]:
            continue
        while number < len(outer) and outer[number][1] < position:
            number += 1
        if text[position] == "." and _ABBREVIATION.search(text, max(0, position - 12), position):
            continue
        trailing = _TRAILING.match(text, position)
        after = trailing.end() if trailing else position + 1
        is_inside = number < len(outer) and outer[number][0] < position < outer[number][1]
        # “…。” ends a sentence with its quote; （…；…） does not.
        if is_inside and not (after > outer[number][1] and text[outer[number][1]] in "”’」』"):
            continue
        if is_inside and text[position] in "；;":
            continue
        ends.append(after)
    return ends
