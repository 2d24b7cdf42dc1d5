"""What classes are called: ranges with just as many decimals as tell them apart, and their unit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import pairwise
from math import ceil, floor, inf, isfinite, log10

from jjjmap.i18n import Language, in_language
from jjjmap.layers.opening.records import ColumnKind

_EPOCH = date(1970, 1, 1)
_MOST_DECIMALS = 9
_UNIT = re.compile(r"[（(\[]\s*([^（）()\[\]]{1,16}?)\s*[）)\]]\s*$")
_LONGEST = 120
"""Characters of a label; the rest is cut off."""
_DAY_SECONDS = 86_400
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")


def unit_of(column: str) -> str:
    """Return the unit that a column's name ends with in brackets, e.g. 万元 of 产值（万元）; else nothing."""
    found = _UNIT.search(column)
    return found[1] if found else ""


def shortened(text: str) -> str:
    """Return a text as a label: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


@dataclass(frozen=True, slots=True)
class ValueFormat:
    """How the values of a column are written."""

    kind: ColumnKind
    decimals: int = 0
    """Of plain numbers."""
    has_clock: bool = False
    """Whether times need more than their day."""

    @classmethod
    def telling_apart(cls, values: Sequence[float], kind: ColumnKind) -> "ValueFormat":
        """Return the shortest format in which some values, ascending, differ visibly."""
        finite = sorted({value for value in values if isfinite(value)})
        if kind is ColumnKind.TIME:
            return cls(kind, has_clock=any(value % _DAY_SECONDS for value in finite))
        if kind is not ColumnKind.NUMBER or all(value == floor(value) for value in finite):
            return cls(kind)
        gaps = [after - before for before, after in pairwise(finite)]
        gap = min(gaps, default=abs(finite[0]))
        # Two digits of the narrowest class: what rounding hides is at most some hundredths of it.
        return cls(kind, min(max(1 - floor(log10(gap)), 0), _MOST_DECIMALS) if gap > 0 else _MOST_DECIMALS)

    def text(self, value: float) -> str:
        """Return a value as text."""
        if self.kind in (ColumnKind.DATE, ColumnKind.TIME):
            return self._moment(value)
        if abs(value) >= 1e15 or 0 < abs(value) < 10.0**-_MOST_DECIMALS:
            return f"{value:.4g}"
        written = f"{value:,.{self.decimals}f}"
        return written.replace("-", "−") if float(written.replace(",", "")) else written.lstrip("-")

    def number(self, text: str) -> float | None:
        """Return the value that a user wrote; None if it is none."""
        text = text.strip().replace(",", "").replace("，", "").replace("−", "-")
        if self.kind in (ColumnKind.DATE, ColumnKind.TIME):
            try:
                moment = datetime.fromisoformat(text.replace("/", "-"))
            except ValueError:
                return None
            if self.kind is ColumnKind.DATE:
                return float((moment.date() - _EPOCH).days)
            return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
        if not _NUMBER.fullmatch(text):
            return None
        value = float(text)
        return value if isfinite(value) else None

    def _moment(self, value: float) -> str:
        seconds = value * _DAY_SECONDS if self.kind is ColumnKind.DATE else value
        try:
            moment = datetime(1970, 1, 1) + timedelta(seconds=seconds)
        except OverflowError:  # Before the year 1 or after 9999.
            return f"{value:.4g}"
        if self.kind is ColumnKind.DATE or not self.has_clock:
            return moment.date().isoformat()
        return moment.isoformat(" ", "minutes")


def range_labels(
    lowest: float, uppers: Sequence[float], kind: ColumnKind, unit: str, *, is_open: bool
) -> tuple[str, ...]:
    """Return what the classes of a range are called.

    Parameters
    ----------
    lowest
        The smallest value.
    uppers
        Upper ends, ascending; a value that equals one belongs to its class.
    is_open
        Whether the first and last class shall be written without their outer ends, since these say
        nothing about the class: for manual breaks.
    """
    is_open = is_open and len(uppers) > 1
    form = ValueFormat.telling_apart(uppers[:-1] if is_open else (lowest, *uppers), kind)
    is_whole = kind in (ColumnKind.INTEGER, ColumnKind.DATE)
    unit = f" {unit}" if unit else ""
    lowers = (lowest, *uppers[:-1])
    labels = []
    for index, (lower, upper) in enumerate(zip(lowers, uppers, strict=True)):
        is_first, is_last = index == 0, index == len(uppers) - 1
        if is_last and (upper == inf or is_open):
            labels.append(f"> {form.text(lower)}{unit}")
        elif is_first and is_open:
            labels.append(f"≤ {form.text(upper)}{unit}")
        elif is_whole:
            # Between 5 and 6 there is nothing, so that the class after 5 begins with 6.
            first = ceil(lower) if is_first else floor(lower) + 1
            last = floor(upper)
            both = f"{form.text(first)} – {form.text(last)}"
            labels.append((form.text(last) if first >= last else both) + unit)
        elif lower == upper:
            labels.append(f"{form.text(upper)}{unit}")
        else:
            labels.append(f"{'' if is_first else '> '}{form.text(lower)} – {form.text(upper)}{unit}")
    return tuple(labels)


class Word(Enum):
    """What classes are called that no value names."""

    ALL = "all"
    OTHER = "other"
    NO_DATA = "no_data"
    NEGATIVE = "negative"
    YES = "yes"
    NO = "no"


def in_both(word: Word) -> tuple[str, str]:
    """Return a word in Chinese and in English, as a class holds it."""
    return _said(word, Language.ZH), _said(word, Language.EN)


def _said(word: Word, language: Language) -> str:
    _ = in_language(language)
    return {
        Word.ALL: _("全部"),
        Word.OTHER: _("其他"),
        Word.NO_DATA: _("无数据"),
        Word.NEGATIVE: _("负值（大小按绝对值）"),
        Word.YES: _("是"),
        Word.NO: _("否"),
    }[word]
