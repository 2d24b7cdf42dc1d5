"""Reads cells without Chinese characters: from the small to the large, or in pinyin the other way round."""

import re
from dataclasses import dataclass

from jjjmap.locating.english_names import ELSEWHERE, GENERIC, MOST_WORDS, plain_words
from jjjmap.locating.names import Meaning, NameIndex
from jjjmap.locating.records import Rule
from jjjmap.text.names.words import words

_PARTS = re.compile(r"[,;:/|()\[\]\n]+|\s-\s")
_SIDES = frozenset(
    words("east west north south middle central outer inner e w n s dong xi nan bei zhong new first second")
)
_STREETS = frozenset(
    words("""
    road rd street str avenue ave boulevard blvd lane alley highway expressway lu jie dajie dao dadao hutong
    xiang bridge building bldg tower mansion plaza hotel square station railway hospital university college
    institute garden gardens center centre international ring airport
    """)
)
_STREET_JOINED = re.compile(r"(?:dong|xi|nan|bei|zhong)?(?:lu|jie|dajie|dao|dadao)")


@dataclass(frozen=True, slots=True)
class Found:
    """One name in a text."""

    text: str
    meanings: tuple[Meaning, ...]
    """None for what lies elsewhere, and for a zone that is only called 开发区 or the like."""
    generic: str = ""
    """Name of a group of `GENERIC_ZONE`."""
    is_head: bool = False
    """Whether it stands before all other words."""


def is_english(text: str) -> bool:
    """Whether a text, in plain characters, has letters and none that is Chinese."""
    if not text.isascii() and any("\u2e80" <= letter <= "\uffef" for letter in text):
        return False
    return any(letter.isalpha() for letter in text)


def names_in(text: str, names: NameIndex) -> list[Found]:
    """Return the names in a text, the last first: that is the order from the large to the small."""
    found: list[Found] = []
    is_head = True
    for part in _PARTS.split(text):
        parts = plain_words(part)
        at = 0
        while at < len(parts):
            match = _longest(parts, at, names)
            if match is None:
                is_head = is_head and parts[at].isdigit()
                at += 1
                continue
            end, one = match
            if not _is_street(parts, end, one):
                found.append(Found(one.text, one.meanings, one.generic, is_head))
            is_head = False
            at = end
    return found[::-1]


def _longest(parts: list[str], at: int, names: NameIndex) -> tuple[int, Found] | None:
    for end in range(min(len(parts), at + MOST_WORDS), at, -1):
        key = "".join(parts[at:end])
        if meanings := names.english.get(key):
            return end, Found(" ".join(parts[at:end]), meanings)
        if generic := GENERIC.fullmatch(key):
            return end, Found(" ".join(parts[at:end]), (), generic.lastgroup or "")
        if key.removesuffix("city").removesuffix("province") in ELSEWHERE:
            return end, Found(" ".join(parts[at:end]), ())
    return None


def _is_street(parts: list[str], end: int, one: Found) -> bool:
    """Whether what follows makes a bare name that of a street or a house."""
    if one.generic or any(meaning.rule in (Rule.UNIT, Rule.ZONE) for meaning in one.meanings):
        return False
    while end < len(parts) and (parts[end] in _SIDES or parts[end].isdigit()):
        end += 1
    return end < len(parts) and (parts[end] in _STREETS or _STREET_JOINED.fullmatch(parts[end]) is not None)
