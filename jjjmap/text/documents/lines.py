"""The lines of a raw text, as every step of the cleaning sees them."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

LONG_LINE = 40
"""Characters from which a line is more than a heading."""
SENTENCE_END = re.compile(r"[。！？；!?][”’」』）)】]?$")
"""What a line of prose ends with."""
SENTENCE_MARK = re.compile(r"[。，；！？,;!?]")
"""What only prose has inside a line."""
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f"
"""Characters without width, for a class of a pattern."""
_EDGE = (
    " \t\x0b\x0c\r\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff\x7f"
) + "".join(map(chr, (*range(9), *range(0x0E, 0x20))))


@dataclass(slots=True)
class Line:
    """A line that is not blank, without the spaces at its ends."""

    text: str
    start: int
    end: int
    indent: int
    """Spaces before it, in columns."""
    blanks_before: int
    """Blank lines between it and the line before."""


def lines_of(text: str) -> list[Line]:
    """Return the lines of a text that are not blank, in order."""
    lines: list[Line] = []
    begin = 0
    blanks = 0
    for whole in text.split("\n"):
        bare = whole.strip(_EDGE)
        if bare:
            start = begin + (whole.find(bare[0]) if whole[0] != bare[0] else 0)
            indent = 0 if start == begin else width_columns(whole[: min(start - begin, 40)])
            lines.append(Line(bare, start, start + len(bare), indent, blanks))
            blanks = 0
        else:
            blanks += 1
        begin += len(whole) + 1
    return lines


def width_columns(text: str) -> int:
    """Return the width of a text: a Chinese character takes two columns."""
    return len(text.encode("gbk", "replace"))


def lines_with(pattern: re.Pattern[str], text: str, lines: Sequence[Line]) -> list[int]:
    """Return the lines in which something is found, in order."""
    starts = [line.start for line in lines]
    found: list[int] = []
    for match in pattern.finditer(text):
        index = max(0, bisect_right(starts, match.end() - 1) - 1)
        if not found or found[-1] != index:
            found.append(index)
    return found
