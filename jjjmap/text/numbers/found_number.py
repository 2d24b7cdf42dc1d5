"""A number in a squeezed text while it is looked at from all sides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from jjjmap.catalogue.models import Qualifier
from jjjmap.text.numbers.qualifiers import BEHIND, BEHIND_FIRST, FRONT_LAST, front_qualifier
from jjjmap.text.records import FigureRole

CLAUSE_MARKS = "，。；！？,;\n"
"""Marks between clauses; : and 、 hold a clause together."""

_CLAUSE_MARK = re.compile(f"[{CLAUSE_MARKS}]")
_MOST_CLAUSE = 40
_NO_MORE = tuple("元样方种层次级数边年个达家")
"""Behind 多 they begin another word: 多元, 多样."""


@dataclass(slots=True)
class FoundNumber:
    """A number with its unit and qualifier; offsets count in the squeezed text."""

    start: int
    """Of the qualifier before it, if there is one."""
    end: int
    number_start: int
    value: Decimal
    printed: Decimal
    multiple: Decimal
    unit: str | None
    """None as long as it waits for the unit of the number that follows."""
    printed_unit: str
    qualifier: Qualifier
    is_chinese: bool = False
    is_english: bool = False
    counted: str = ""
    """In English, the words that say what is counted."""
    is_figure: bool = True
    may_share: bool = True
    is_doubling: bool = False
    turns_at: int = 0
    """Where the number stands that this one turns into and whose unit serves it: 由3.2万增加到5.1万户."""
    role: FigureRole = FigureRole.ALONE


def clause_start(text: str, start: int, end: int) -> int:
    """Return where the clause begins that ends at a place, not before another one."""
    # Turned round, the nearest mark is the first one that is found.
    mark = _CLAUSE_MARK.search(text[start:end][::-1])
    return end - mark.start() if mark else start


def clause_before(text: str, start: int) -> str:
    """Return what stands before a place in its clause, at most some 40 letters."""
    return text[clause_start(text, max(0, start - _MOST_CLAUSE), start) : start]


def whole(value: Decimal) -> Decimal:
    """Return a value without noughts behind its point if it is a whole number."""
    rounded = value.to_integral_value()
    return rounded if rounded == value else value


def finish_number(
    text: str,
    start: int,
    end: int,
    value: Decimal,
    printed: Decimal,
    multiple: Decimal,
    unit: str,
    printed_unit: str,
    qualifier: Qualifier = Qualifier.EXACT,
) -> FoundNumber:
    """Return a number with its unit and the qualifiers around it."""
    following = text[end : end + 1]
    if following in BEHIND_FIRST:
        for word, meant in BEHIND:
            if text.startswith(word, end):
                end += len(word)
                qualifier = meant if qualifier is Qualifier.EXACT else qualifier
                break
    elif following == "多" and qualifier is Qualifier.EXACT and not text.startswith(_NO_MORE, end + 1):
        end, qualifier = end + 1, Qualifier.MORE
    plain = unit[1:] if unit.startswith("个") and len(unit) > 1 else unit
    if unit.endswith("人民币") and len(unit) > 3:
        plain = "元"
    return with_front(
        text, FoundNumber(start, end, start, value, printed, multiple, plain, printed_unit, qualifier)
    )


def with_front(text: str, number: FoundNumber) -> FoundNumber:
    """Take the qualifier in front of a number into it."""
    if number.start and text[number.start - 1] in FRONT_LAST:
        front = front_qualifier(text, number.start)
        if front is not None:
            number.start = front[0]
            if number.qualifier is Qualifier.EXACT or front[1] is Qualifier.LESS:
                number.qualifier = front[1]
    return number
