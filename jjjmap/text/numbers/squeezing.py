"""A text for the eyes of rules: no spaces between Chinese letters, half-width digits."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_FOLDED = (
    *zip("０１２３４５６７８９", "0123456789", strict=True),
    *zip("．％﹪（）：／＋＝～〜－−–﹣―", ".%%():/+=~~-----", strict=True),
    *zip(
        "億萬個戶項條噸兩餘約過達幾數點畝輛種臺來間長餘",
        "亿万个户项条吨两余约过达几数点亩辆种台来间长余",
        strict=True,
    ),
    *zip(
        "佔與從將較減實現為總產業積極僅計幣標準時鐘億於週歲",
        "占与从将较减实现为总产业积极仅计币标准时钟亿于周岁",
        strict=True,
    ),
    *zip("參壹貳叁肆伍陸柒捌玖拾", "三一二三四五六七八九十", strict=True),
)
"""One letter for one letter, so that offsets stay."""

_HAS_TRADITIONAL = re.compile("[億萬個餘約達點畝輛臺與從較實為總產]")
_FULL_WIDTH_COUNT = 26
_SPACE = re.compile(r"\s(?:(?<=[^\x00-\x7f]\s)\s*+|(?<!\s\s)\s*+(?=[^\x00-\x7f]))")
"""Spaces beside a letter that is not ASCII. It begins at the first of several, so time stays linear."""

_SENTENCE_MARKS = frozenset("。！？；!?;:：…")


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A text without the spaces that carry nothing, and where its letters stood."""

    text: str
    _cuts: tuple[int, ...] = ()
    """In `text`: where something was left out …"""
    _source_cuts: tuple[int, ...] = ()
    """… and where the source goes on there."""

    def source_start(self, position: int) -> int:
        """Return where the letter at a position stands in the source."""
        index = bisect_right(self._cuts, position) - 1
        return position if index < 0 else self._source_cuts[index] + position - self._cuts[index]

    def source_end(self, position: int) -> int:
        """Return where a stretch ends in the source that ends at a position here."""
        return self.source_start(position - 1) + 1 if position else 0

    def position(self, source: int) -> int:
        """Return where a place of the source lies here."""
        index = bisect_right(self._source_cuts, source) - 1
        if index < 0:
            return min(source, self._cuts[0]) if self._cuts else source
        position = self._cuts[index] + source - self._source_cuts[index]
        return min(position, self._cuts[index + 1]) if index + 1 < len(self._cuts) else position


def squeeze(text: str) -> Squeezed:
    """Return a text without spaces and line breaks inside sentences, folded to the letters that rules know.

    Line breaks that may end a paragraph stay: two in a row, and those behind a mark that ends a sentence.
    """
    folded = _fold(text)
    pieces: list[str] = []
    cuts: list[int] = []
    source_cuts: list[int] = []
    done = length = 0
    for space in _SPACE.finditer(folded):
        start, end = space.span()
        run = space[0]
        if run.count("\n") > 1 or ("\n" in run and folded[start - 1 : start] in _SENTENCE_MARKS):
            # One line break stands for all of it.
            end = start + run.index("\n")
            if end > start:
                pieces.append(folded[done:start])
                length += start - done
                cuts.append(length)
                source_cuts.append(end)
                done = end
            continue
        pieces.append(folded[done:start])
        length += start - done
        cuts.append(length)
        source_cuts.append(end)
        done = end
    if not cuts:
        return Squeezed(folded)
    pieces.append(folded[done:])
    return Squeezed("".join(pieces), tuple(cuts), tuple(source_cuts))


def _fold(text: str) -> str:
    if text.isascii():
        return text
    few = _FOLDED if _HAS_TRADITIONAL.search(text) else _FOLDED[:_FULL_WIDTH_COUNT]
    for letter, plain in few:
        text = text.replace(letter, plain)
    return text
