"""Words that a person types, and where they stand in a text, whatever its case, width or accents."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

Span = tuple[int, int]
"""From and to in a text, counted in characters."""

MAX_WORDS = 8
MAX_QUERY_CHARS = 200

_DROPPED = frozenset("'’‘`´·•・")
"""Signs that nobody types: Xiong'an is found as xiongan, 亦庄·永清 as 亦庄永清."""
_DASHES = frozenset("-‐‑‒–—―−")
_ALNUM = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_DIGITS = frozenset("0123456789")
_ELLIPSIS = "…"


class _Folding(dict[int, str]):
    """A table for ``str.translate`` that learns each character when it is first met."""

    def __init__(self) -> None:
        super().__init__()
        self.irregular: set[str] = set()
        """The characters met that become none or several."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter in _DROPPED:
            folded = ""
        elif letter in _DASHES:
            folded = "-"
        elif letter.isspace():
            folded = " "
        else:
            parts = unicodedata.normalize("NFKD", letter).casefold()
            folded = "".join(part for part in parts if not unicodedata.combining(part))
        self[code] = folded
        if len(folded) != 1:
            self.irregular.add(letter)
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return a text as it is compared: no case, width, accents or apostrophes; every dash is a hyphen."""
    if text.isascii() and "'" not in text and "`" not in text:
        return text.lower()  # Half of what there is; much quicker, and the same.
    return text.translate(_FOLDING)


def _positions(text: str, folded: str) -> Sequence[int]:
    """Return for each character of a folded text which one of the text it comes from."""
    if _FOLDING.irregular.isdisjoint(text):
        return range(len(folded))
    return [position for position, letter in enumerate(text) for _part in _FOLDING[ord(letter)]]


@dataclass(frozen=True, slots=True)
class Word:
    """Something to look for, folded."""

    text: str
    is_latin: bool
    """Whether it holds nothing but Latin letters and digits: only then it may spell a Chinese name."""
    begins_words: bool
    """Whether it counts only where a word or number begins: ``an`` is not looked for in every plan."""

    def find(self, folded: str, start: int = 0) -> int:
        """Return where the word stands in a folded text, -1 if nowhere."""
        at = folded.find(self.text, start)
        if self.begins_words:
            while at > 0 and self._goes_on_from(folded[at - 1]):
                at = folded.find(self.text, at + 1)
        return at

    def _goes_on_from(self, letter: str) -> bool:
        return letter in _ALNUM or (letter in ".," and self.text[0] in _DIGITS)


def word(folded: str) -> Word:
    """Return a word for a folded text."""
    is_latin = _ALNUM.issuperset(folded)
    return Word(folded, is_latin, folded[0] in _DIGITS or (is_latin and len(folded) < 3))


@lru_cache(maxsize=8)
def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of what somebody typed, each once; what goes beyond a sensible length is left out."""
    parts = dict.fromkeys(fold(text[:MAX_QUERY_CHARS]).split())
    return tuple(word(part) for part in tuple(parts)[:MAX_WORDS])


def spans_of(text: str, words: Iterable[Word]) -> tuple[Span, ...]:
    """Return where words stand in a text, merged and in order; 25114 stands in 25,114 as well."""
    folded = fold(text)
    found: list[Span] = []
    positions: Sequence[int] | None = None
    for wanted in words:
        at = wanted.find(folded)
        if at < 0 and wanted.text[0] in _DIGITS and len(wanted.text) > 3:
            grouped = re.search(_with_separators(wanted.text), folded)
            if grouped is not None:
                positions = positions or _positions(text, folded)
                found.append((positions[grouped.start()], positions[grouped.end() - 1] + 1))
        while at >= 0:
            positions = positions or _positions(text, folded)
            end = at + len(wanted.text)
            found.append((positions[at], positions[end - 1] + 1))
            at = wanted.find(folded, end)
    return merged(found)


@lru_cache(maxsize=8)
def _with_separators(number: str) -> str:
    return r"(?<![0-9.,])" + ",?".join(re.escape(letter) for letter in number)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that touch or overlap made one."""
    made: list[Span] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return tuple(made)


def snippet(text: str, words: Iterable[Word], *, chars: int) -> str:
    """Return the part of a text around the first place where one of the words stands, else its beginning.

    Parameters
    ----------
    text, words
        What to look in, and for.
    chars
        The most characters to return, signs for what was cut off aside; a Chinese character counts for two.
    """
    if len(text) <= chars and _width(text) <= chars:
        return text
    spans = spans_of(text, words)
    start = 0
    if spans and _width(text[: spans[0][1]]) > chars:
        # A third goes before the match, to say what it is about.
        start = spans[0][0]
        before = 0
        while start > 0 and before < chars // 3:
            start -= 1
            before += _width(text[start])
        start = _begin_of_word(text, start, spans[0][0])
    end, room = start, chars
    while end < len(text) and room > 0:
        room -= _width(text[end])
        end += 1
    return (_ELLIPSIS if start else "") + text[start:end].strip() + (_ELLIPSIS if end < len(text) else "")


def _begin_of_word(text: str, start: int, limit: int) -> int:
    """Return the next position at which no Latin word is cut through."""
    while 0 < start < limit and text[start - 1].isascii() and text[start - 1].isalnum():
        start += 1
    return start


def _width(text: str) -> int:
    return sum(2 if letter > "\u2e7f" else 1 for letter in text)
