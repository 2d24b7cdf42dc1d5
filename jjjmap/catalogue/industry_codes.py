"""What a column of industries says: codes as tables have them, names, and of which edition they are."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jjjmap.catalogue.industries import Industries

MOST_EXAMPLES = 8
"""So many values are named in a sentence."""
_MOST_LETTERS = 200
"""A longer cell is no industry."""
_MOSTLY = 0.8
"""From this share of codes of one length on, a code one digit shorter has lost its leading zero."""

_CODE = re.compile(r"([A-Ta-t])?[\s\-_.]?(\d{1,4})(?![\dA-Za-z])", re.ASCII)
_LETTER = re.compile(r"([A-Ta-t])(?=$|[\s\-_.、]*[\u3400-\u9fff])")
_DECIMALS = re.compile(r"(\d{1,4})\.0+", re.ASCII)
"""What a spreadsheet makes of a code: 3612.0."""
_BETWEEN = " -_:.、，,：—"
"""What may stand between a code and its name."""
_PARTS = re.compile(r"[>/\\|;:,、；：，·—\-()（）\[\]【】\s]+")


class Vintage(StrEnum):
    """The edition of GB/T 4754 that codes are of."""

    AUTO = "auto"
    """To be told from the codes themselves."""
    OF_2011 = "2011"
    OF_2017 = "2017"


class Verdict(StrEnum):
    """What the codes of a column say about their edition."""

    OF_2011 = "2011"
    """Some exist in the edition of 2011 only, none in that of 2017 only."""
    OF_2017 = "2017"
    EITHER = "either"
    """All of them exist in both."""
    MIXED = "mixed"
    """Some exist in one only, some in the other only."""


@dataclass(frozen=True, slots=True)
class ReadIndustry:
    """What one cell says."""

    codes: tuple[str, ...] = ()
    """Of the edition of 2017, two to four digits or a letter; several if the cell may mean any of them."""
    trouble: str = ""
    """``unknown`` for a value that is no industry, ``empty``, or nothing."""


@dataclass(frozen=True)
class IndustryColumn:
    """A column of industries, read."""

    of_value: Mapping[Any, ReadIndustry]
    """By distinct value."""
    verdict: Verdict
    taken_as: Vintage
    """The edition that codes were read by where both have them."""
    only_2011: tuple[str, ...] = ()
    only_2017: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    """Codes of this column that mean something else in either edition."""
    unknown: tuple[str, ...] = ()
    """Values that are no industry, as texts, the most frequent first."""
    unknown_rows: int = 0
    padded_rows: int = 0
    """Rows whose code had lost its leading zero."""
    named_rows: int = 0
    """Rows with a name instead of a code."""
    empty_rows: int = 0

    def read(self, value: Any) -> ReadIndustry:
        """Return what a value of the column says."""
        return self.of_value.get(_hashable(value), ReadIndustry((), "empty"))


@dataclass(slots=True)
class _Seen:
    """A distinct value on its way."""

    rows: int
    digits: str = ""
    letter: str = ""
    name: str = ""
    """What follows the code, or all there is."""
    whole: str = ""
    """The text with its code: 3D打印 is no class 3."""


def read_column(
    values: Iterable[Any], industries: Industries, vintage: Vintage = Vintage.AUTO
) -> IndustryColumn:
    """Read a column of industries.

    Parameters
    ----------
    values
        Cells: texts such as ``3612``, ``C3612``, ``C3612 新能源车整车制造`` and ``新能源车整车制造``, in full
        width or not; numbers such as ``3612`` and ``3612.0``.
    vintage
        The edition of the codes, if somebody knows it.

    Notes
    -----
    Of codes that both editions have under different meanings the edition decides that the other codes speak
    for; where they speak for both, or for none, that of 2017. A three-digit number in a column of four-digit
    codes has lost its leading zero (111 is 0111), unless a letter of a section stands before it.
    """
    counted = Counter(_hashable(value) for value in values)
    seen = {value: _seen(value, rows) for value, rows in counted.items()}
    padded = _padded(list(seen.values()), industries)
    used = {each.digits for each in seen.values() if len(each.digits) == 4}
    only_2011 = tuple(sorted(used & industries.only_2011))
    only_2017 = tuple(sorted(used & industries.only_2017))
    verdict = _verdict(only_2011, only_2017)
    taken_as = vintage
    if vintage is Vintage.AUTO:
        taken_as = Vintage.OF_2011 if verdict is Verdict.OF_2011 else Vintage.OF_2017
    of_value: dict[Any, ReadIndustry] = {}
    unknown: Counter[str] = Counter()
    named = empty = 0
    for value, each in seen.items():
        read, is_name = _read(each, industries, taken_as)
        of_value[value] = read
        named += each.rows if is_name else 0
        if read.trouble == "unknown":
            unknown[_text(value)[:_MOST_LETTERS]] += each.rows
        elif read.trouble == "empty":
            empty += each.rows
    return IndustryColumn(
        of_value,
        verdict,
        taken_as,
        only_2011,
        only_2017,
        tuple(sorted(used & industries.changed_meaning)),
        tuple(text for text, _rows in sorted(unknown.items(), key=lambda item: (-item[1], item[0]))),
        sum(unknown.values()),
        padded,
        named,
        empty,
    )


def _hashable(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return None
    # 3612, 3612.0 and "3612" are told apart: only what a number lost is given back.
    return (type(value).__name__, value) if isinstance(value, (bool, int, float)) else _text(value) or None


def _text(value: Any) -> str:
    value = value[1] if isinstance(value, tuple) else value
    return "" if value is None else unicodedata.normalize("NFKC", str(value)).strip().strip("'\"")


def _seen(value: Any, rows: int) -> _Seen:
    found = _Seen(rows)
    if value is None:
        return found
    if isinstance(value, tuple):
        number = value[1]
        if isinstance(number, bool) or number < 0 or number != int(number) or number > 9999:
            found.name = str(number)
        else:
            found.digits = str(int(number))
        return found
    text = _text(value)
    if len(text) > _MOST_LETTERS:
        found.name = text[:_MOST_LETTERS]
        return found
    decimals = _DECIMALS.fullmatch(text)
    text = decimals[1] if decimals else text
    # A code may be typed with gaps: 36 12, C 36 12.
    closed = re.sub(r"\s+", "", text)
    whole = _CODE.fullmatch(closed)
    match = whole or _CODE.match(text)
    if match:
        found.letter, found.digits = (match[1] or "").upper(), match[2]
        found.name = "" if whole else text[match.end() :].strip(_BETWEEN)
        found.whole = text
        return found
    letter = _LETTER.match(text)
    if letter:
        found.letter, found.name, found.whole = letter[1].upper(), text[1:].strip(_BETWEEN), text
        return found
    found.name = text
    return found


def _padded(seen: Sequence[_Seen], industries: Industries) -> int:
    """Give codes back the zeros that they lost; return how many rows had."""
    rows_by_length = Counter[int]()
    for each in seen:
        if each.digits:
            rows_by_length[len(each.digits)] += each.rows
    if not rows_by_length or any(each.digits.startswith("0") for each in seen):
        return 0
    width, rows = max(rows_by_length.items(), key=lambda item: (item[1], item[0]))
    if width < 2 or rows < _MOSTLY * sum(rows_by_length.values()):
        # A lone digit cannot be anything else.
        width = 2
    known = industries.classes | industries.classes_2011 if width == 4 else industries.by_code.keys()
    padded = 0
    for each in seen:
        code = f"0{each.digits}"
        if len(code) == width and not each.letter and code in known:
            each.digits = code
            padded += each.rows
    return padded


def _verdict(only_2011: Sequence[str], only_2017: Sequence[str]) -> Verdict:
    if only_2011 and only_2017:
        return Verdict.MIXED
    if only_2011:
        return Verdict.OF_2011
    return Verdict.OF_2017 if only_2017 else Verdict.EITHER


def _read(each: _Seen, industries: Industries, taken_as: Vintage) -> tuple[ReadIndustry, bool]:
    """Return what a value says, and whether its name said it."""
    if not (each.digits or each.name or each.letter):
        return ReadIndustry((), "empty"), False
    named = _named(each.name, industries) or _named(each.whole, industries)
    if each.digits:
        codes = _codes(each.digits, industries, taken_as)
        fits = bool(codes) and each.letter in ("", industries.section_of(codes[0]))
        # A name beside the code tells the edition better than the code does.
        if fits and not (named and not set(named) & set(codes) and each.digits in industries.changed_meaning):
            return ReadIndustry(codes), False
    if named:
        return ReadIndustry(named), True
    if each.letter and not each.digits and each.letter in industries.by_code:
        return ReadIndustry((each.letter,)), False
    return ReadIndustry((), "unknown"), False


def _codes(digits: str, industries: Industries, taken_as: Vintage) -> tuple[str, ...]:
    if len(digits) < 4:
        return (digits,) if digits in industries.by_code else ()
    if taken_as is Vintage.OF_2011:
        return industries.codes_in_2017(digits) or ((digits,) if digits in industries.classes else ())
    return (digits,) if digits in industries.classes else industries.codes_in_2017(digits)


def _named(name: str, industries: Industries) -> tuple[str, ...]:
    """Return the codes of a name, or of the last of several names that go from coarse to fine."""
    if not name:
        return ()
    codes = industries.codes_named(name)
    if codes:
        return codes
    for part in reversed([part for part in _PARTS.split(name) if part]):
        codes = industries.codes_named(part)
        if codes:
            return codes
    return ()
