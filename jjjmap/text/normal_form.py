"""The form in which texts are compared with names: one character for one, and no gaps inside a name."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import ascii_uppercase

import numpy as np

from jjjmap.text.offsets import OffsetMap, Run

_PLAIN = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "「": '"',
    "」": '"',
    "『": '"',
    "』": '"',
    "–": "-",
    "—": "-",
    "―": "-",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "─": "-",
    "•": "·",
    "・": "·",
    "‧": "·",
    "∙": "·",
    "〔": "(",
    "〕": ")",
    "【": "(",
    "】": ")",
}
"""Beside what NFKC does: shapes of quotation marks, dashes, dots and brackets that names are printed with."""

_LAST_FOLDED = "\uffff"
_BEYOND = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")
"""What takes two UTF-16 units, and halves of it."""

_GAP = re.compile(r"\s+")
_ENDS_LINES = frozenset("。!?;:！？；：")


@dataclass(frozen=True, slots=True)
class NormalText:
    """A text in normal form."""

    text: str
    offsets: OffsetMap
    """Back to the text that it was made from."""


def normalise(text: str) -> NormalText:
    """Return a text in the form that names are looked up in.

    Every character becomes at most one: full-width letters, traditional characters, quotation marks, dashes
    and capitals are made plain. White space beside Chinese characters goes, line breaks too unless they end a
    sentence or a paragraph.
    """
    folded = _fold_letters(text)
    pieces: list[str] = []
    runs: list[Run] = []
    start = kept = 0
    for gap in _GAP.finditer(folded):
        first, last = gap.span()
        if not _is_inside_name(folded, first, last):
            continue
        if first > start:
            pieces.append(folded[start:first])
            runs.append(Run(kept, start, first - start))
            kept += first - start
        start = last
    pieces.append(folded[start:])
    runs.append(Run(kept, start, len(folded) - start))
    return NormalText("".join(pieces), OffsetMap(runs))


def _is_inside_name(text: str, first: int, last: int) -> bool:
    """Whether the white space ``text[first:last]`` may stand inside a Chinese name."""
    if first == 0 or last == len(text):
        return False
    before, after = text[first - 1], text[last]
    if before < "\u2e80" and after < "\u2e80" and before not in "()·" and after not in "()·":
        return False
    breaks = text.count("\n", first, last)
    return breaks == 0 or (breaks == 1 and before not in _ENDS_LINES)


def fold(name: str) -> str:
    """Return a name as it stands in a text in normal form."""
    return normalise(name).text


def _fold_letters(text: str) -> str:
    """Return a text with each letter made plain; as long as it was.

    No name has letters beyond 16 bits; they are replaced, so that a character is one UTF-16 unit.
    """
    # Three times as fast as str.translate.
    data = text.encode("utf-16-le", "surrogatepass")
    units = np.frombuffer(data, dtype="<u2")
    if bool(((units & 0xF800) == 0xD800).any()):
        units = np.frombuffer(_BEYOND.sub("\ufffd", text).encode("utf-16-le"), dtype="<u2")
    folded: bytes = _folding()[units].tobytes()
    return folded.decode("utf-16-le")


@cache
def _folding() -> "np.ndarray[tuple[int], np.dtype[np.uint16]]":
    """Return what each UTF-16 unit becomes."""
    units = np.arange(0x10000, dtype="<u2")
    for letter, plain in _plain_letters().items():
        units[letter] = ord(plain)
    return units


def _plain_letters() -> dict[int, str]:
    """Return what each character becomes; those that stay as they are do not appear."""
    table = {ord(shape): plain for shape, plain in _PLAIN.items()}
    table.update((ord(letter), letter.lower()) for letter in ascii_uppercase)
    for code in (*range(0x3000, 0x3400), *range(0xF900, 0xFB00), *range(0xFF00, 0xFFF0), 0xA0, 0x2003):
        letter = unicodedata.normalize("NFKC", chr(code))
        # What NFKC spells with several characters would move all offsets behind it.
        if len(letter) == 1 and letter <= _LAST_FOLDED and letter != chr(code):
            table.setdefault(code, letter.lower() if letter.isascii() else letter)
    for traditional, simplified in _traditional_characters():
        table.setdefault(ord(traditional), simplified)
    return table


def _traditional_characters() -> list[tuple[str, str]]:
    """Return traditional characters with their simplified ones, from the tables of OpenCC."""
    table = resources.files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text("utf-8")
    pairs = []
    for line in table.splitlines():
        traditional, _tab, simplified = line.partition("\t")
        choices = simplified.split()
        # 乾, 瞭, 著 … are simplified only in some words; where they stay is OpenCC's first choice.
        if choices and max(traditional, choices[0]) <= _LAST_FOLDED and choices[0] != traditional:
            pairs.append((traditional, choices[0]))
    return pairs
