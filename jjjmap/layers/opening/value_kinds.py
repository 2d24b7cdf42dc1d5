"""What the values of a text column are, judged by every one of them, and the same values as that kind.

A column is a kind only if each of its values is; what would lose something as a number stays text: codes with
leading zeros, phone numbers, numbers of more than 15 digits.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.opening.value_texts import (
    BLANKS,
    compact_date_of,
    folded,
    has_time_of_day,
    moment_of,
    number_of,
    unit_of,
)

ARROW_TYPES = {
    ColumnKind.TEXT: pa.string(),
    ColumnKind.INTEGER: pa.int64(),
    ColumnKind.NUMBER: pa.float64(),
    ColumnKind.BOOLEAN: pa.bool_(),
    ColumnKind.DATE: pa.date32(),
    ColumnKind.TIME: pa.timestamp("s"),
}

_IDENTIFIER = re.compile(
    r"代码|编码|编号|证号|证照|注册号|账号|号码|电话|手机|传真|邮编|邮政|身份证|code|phone|mobile|tel(?![a-z])|fax|zip|postal"
    r"|adcode|uscc",
    re.IGNORECASE,
)
_DATE_NAME = re.compile(r"日期|时间|年月日|date|time", re.IGNORECASE)
_MOST_DIGITS = 15
"""A float64 keeps no more, and longer numbers are codes."""
_NUMBERS = frozenset({ColumnKind.INTEGER, ColumnKind.NUMBER})
_HEAD = 256
_ODD_SHARE = 0.02
"""Up to this share of odd values, a text column is told to be nearly numbers."""
_TRUTHS = {"true": True, "false": False}
_PHONE = r"^1[3-9]\d{9}$"


def is_identifier_name(name: str) -> bool:
    """Whether the name of a column says that its digits are no amount."""
    return _IDENTIFIER.search(name) is not None


class KindEvidence:
    """Sees all values of a column, batch by batch, and says then what they are.

    Parameters
    ----------
    name
        Of the column.
    is_text
        Whether it stays text whatever it holds.
    """

    def __init__(self, name: str, *, is_text: bool = False) -> None:
        if is_text or is_identifier_name(name):
            self._left: list[ColumnKind] = []
        else:
            self._left = [
                ColumnKind.INTEGER,
                ColumnKind.NUMBER,
                ColumnKind.BOOLEAN,
                ColumnKind.DATE,
                ColumnKind.TIME,
            ]
        self._is_date_name = _DATE_NAME.search(name) is not None
        self._seen = 0
        self._all_phones = True
        self.unit = ""
        """What was written with the numbers, if with all of them the same: ``%``."""
        self._units: set[str] = set()
        self._nearly = bool(self._left)
        self._odd = 0
        self.odd_example = ""

    @property
    def odd_count(self) -> int:
        """Values that are no number in a column that is nearly all numbers; 0 if it is not."""
        return self._odd if self._nearly and 2 * self._odd < self._seen else 0

    def see(self, values: pa.StringArray) -> None:
        """Look at the values of a batch."""
        if not self._left and not self._nearly:
            return
        values = present(values)
        if not len(values):
            return
        self._seen += len(values)
        self._all_phones = self._all_phones and _all(pc.match_substring_regex(values, _PHONE))
        for kind in tuple(self._left):
            test = self._tests[kind]
            if not (test(self, values.slice(0, _HEAD)) and (len(values) <= _HEAD or test(self, values))):
                self._left.remove(kind)
        if self._left:
            # Dates, say: what fits them all so far is no number.
            self._nearly = self._nearly and not _NUMBERS.isdisjoint(self._left)
        elif self._nearly:
            self._count_odd(values)

    def kind(self) -> ColumnKind:
        """Return what the column is, after all values were seen."""
        if not self._seen or (self._all_phones and ColumnKind.INTEGER in self._left):
            return ColumnKind.TEXT
        kinds: tuple[ColumnKind, ...] = (ColumnKind.DATE, *ColumnKind)
        for kind in kinds:
            # Eight digits are a date only under a name that says so.
            if kind is not ColumnKind.TEXT and kind in self._left:
                self.unit = next(iter(self._units)) if len(self._units) == 1 else ""
                return kind
        return ColumnKind.TEXT

    def _count_odd(self, values: pa.StringArray) -> None:
        """Count what is no number while most values are."""
        odd = [text for text in _slow(values) if number_of(text) is None]
        if odd:
            self._odd += pc.sum(pc.is_in(values, value_set=pa.array(odd))).as_py()
            self.odd_example = self.odd_example or odd[0]
        if self._odd > max(3, _ODD_SHARE * self._seen):
            self._nearly = False

    def _are_integers(self, values: pa.StringArray) -> bool:
        if _all(_plain(values)):
            return not _any(pc.match_substring_regex(values, rf"^[+-]?(0\d|\d{{{_MOST_DIGITS + 1},}})"))
        return all(_is_integer(text, self._units) for text in _distinct(values))

    def _are_numbers(self, values: pa.StringArray) -> bool:
        if _any(pc.match_substring_regex(values, rf"^[+-]?(0\d|\d{{{_MOST_DIGITS + 1},}})")):
            return False
        return all(_is_amount(text, self._units) for text in _slow(values))

    def _are_truths(self, values: pa.StringArray) -> bool:
        return all(folded(text).lower() in _TRUTHS for text in _distinct(values))

    def _are_dates(self, values: pa.StringArray) -> bool:
        return all(self._is_date(text) for text in _distinct(values))

    def _is_date(self, text: str) -> bool:
        if self._is_date_name and compact_date_of(text) is not None:
            return True
        return moment_of(text) is not None and not has_time_of_day(text)

    def _are_moments(self, values: pa.StringArray) -> bool:
        return all(moment_of(text) is not None for text in _distinct(values))

    _tests: ClassVar[dict[ColumnKind, Callable[["KindEvidence", pa.StringArray], bool]]] = {
        ColumnKind.INTEGER: _are_integers,
        ColumnKind.NUMBER: _are_numbers,
        ColumnKind.BOOLEAN: _are_truths,
        ColumnKind.DATE: _are_dates,
        ColumnKind.TIME: _are_moments,
    }


def as_kind(values: pa.StringArray, kind: ColumnKind) -> pa.Array:
    """Return text values as the kind that `KindEvidence` found; blanks become null.

    Parameters
    ----------
    values
        n texts.
    kind
        What they are.

    Returns
    -------
    pyarrow.Array
        n values of `ARROW_TYPES`; text keeps everything but emptiness.
    """
    target = ARROW_TYPES[kind]
    if kind is ColumnKind.TEXT:
        return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
    values = pc.if_else(_is_blank(values), pa.scalar(None, pa.string()), values)
    if kind in (ColumnKind.INTEGER, ColumnKind.NUMBER):
        try:
            return pc.cast(values, target)
        except pa.ArrowInvalid:
            # Separators, full width, 万: those are few kinds of texts or few values.
            return _mapped(values, _number_maker(kind), target)
    makers: dict[ColumnKind, Callable[[str], Any]] = {
        ColumnKind.BOOLEAN: lambda text: _TRUTHS[folded(text).lower()],
        ColumnKind.DATE: lambda text: (moment_of(text) or compact_date_of(text) or _never()).date(),
        ColumnKind.TIME: lambda text: moment_of(text),
    }
    return _mapped(values, makers[kind], target)


def present(values: pa.StringArray) -> pa.StringArray:
    """Return the values of a column that are not blank."""
    return values.filter(pc.invert(_is_blank(values)))


_BLANK_SET = pa.array(sorted({*BLANKS, *(blank.upper() for blank in BLANKS), "NaN", "None", "Null"}))


def _is_blank(values: pa.StringArray) -> pa.BooleanArray:
    values = pc.fill_null(values, "")
    known = pc.is_in(values, value_set=_BLANK_SET)
    # Blanks around a value are rare: only short ones are trimmed.
    if _any(pc.match_substring_regex(values, r"^\s|\s$")):
        known = pc.or_(known, pc.is_in(pc.utf8_trim_whitespace(values), value_set=_BLANK_SET))
    return known


def _plain(values: pa.StringArray) -> pa.BooleanArray:
    return pc.match_substring_regex(values, r"^[+-]?\d+$")


def _slow(values: pa.StringArray) -> list[str]:
    """Return the distinct values that are not plain decimals at a glance."""
    odd = values.filter(pc.invert(pc.match_substring_regex(values, r"^[+-]?\d+(\.\d+)?$")))
    return _distinct(odd)


def _distinct(values: pa.StringArray) -> list[str]:
    return [str(text) for text in pc.unique(values).to_pylist() if text is not None]


def _is_amount(text: str, units: set[str]) -> bool:
    told = folded(text)
    if re.match(r"[+-]?0\d", told) or number_of(text) is None:
        return False
    return _goes_with(unit_of(text), units)


def _is_integer(text: str, units: set[str]) -> bool:
    value = number_of(text) if _is_amount(text, units) else None
    if value is None or "." in text or "e" in text.lower():
        return False
    return value.is_integer() and abs(value) < 10**_MOST_DIGITS


def _goes_with(unit: str, units: set[str]) -> bool:
    """Whether a unit is that of the values before; a sum that is in % here and in 元 there is no column."""
    if unit:
        units.add(unit)
    return len(units) <= 1


def _number_maker(kind: ColumnKind) -> Callable[[str], Any]:
    def made(text: str) -> Any:
        value = number_of(text)
        assert value is not None
        return round(value) if kind is ColumnKind.INTEGER else value

    return made


def _never() -> Any:
    raise AssertionError("a value that was seen as a date")


def _mapped(values: pa.StringArray, made: Callable[[str], Any], target: pa.DataType) -> pa.Array:
    coded = values.dictionary_encode()
    said = [made(text) for text in coded.dictionary.to_pylist()]
    return pc.take(pa.array(said, target), coded.indices)


def _all(flags: pa.BooleanArray) -> bool:
    return bool(pc.all(flags, min_count=0).as_py())


def _any(flags: pa.BooleanArray) -> bool:
    return bool(pc.any(flags, min_count=0).as_py())
