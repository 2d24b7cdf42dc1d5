"""Single values of tables as people write them: numbers with 万 and separators, dates, nothing at all."""

import datetime
import math
import re
import unicodedata

BLANKS = frozenset(
    (
        *("", "-", "--", "---", "—", "——", "/", "\\", "*", "…", "……", "...", "\\n"),
        *("na", "n/a", "#n/a", "nan", "null", "none", "nil", "无", "暂无", "缺", "不详", "未知"),
    )
)
"""What stands where there is no number or date; folded to lower case and half width."""

_SCALES = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_NUMBER = re.compile(
    r"(?P<money>[¥$€])?(?P<sign>[+-]?)(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)"
    r"(?P<power>e[+-]?\d{1,3})?(?P<scale>万亿|千万|百万|亿|万|千)?(?P<unit>%|元|人|家|个|户)?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?P<year>(?:1[6-9]|20|21)\d\d)(?P<mark>[-/.年])(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[T ]?(?P<hour>\d{1,2})[::时](?P<minute>\d{2})(?:[::分](?P<second>\d{2})(?:\.\d+)?秒?)?分?Z?)?"
)
_EIGHT_DIGITS = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_MINUS = str.maketrans({"−": "-", "–": "-", "－": "-", "＋": "+", "￥": "¥"})


def folded(text: str) -> str:
    """Return a text in half width, without blanks around it."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text.translate(_MINUS)).strip()


def is_blank(text: str) -> bool:
    """Whether a text says that there is no value."""
    return folded(text).lower() in BLANKS


def number_of(text: str) -> float | None:
    """Return a number as people write it (``1,234.5``, ``１２``, ``3.2万``, ``12%``); None if it is none.

    A percentage is the number before the sign; units of money and heads are left out.
    """
    match = _NUMBER.fullmatch(folded(text).replace(" ", ""))
    if match is None:
        return None
    try:
        value = float(match["sign"] + match["digits"].replace(",", "") + (match["power"] or ""))
    except ValueError:
        return None
    value *= _SCALES[match["scale"] or ""]
    return value if math.isfinite(value) else None


def unit_of(text: str) -> str:
    """Return the unit that was written with a number, e.g. ``%``; empty if there is none."""
    match = _NUMBER.fullmatch(folded(text).replace(" ", ""))
    return "" if match is None else (match["money"] or "") + (match["unit"] or "")


def moment_of(text: str) -> datetime.datetime | None:
    """Return a date, with or without a time of day; None if it is none."""
    match = _DATE.fullmatch(folded(text))
    if match is None:
        return None
    try:
        year, month, day, hour, minute, second = (
            int(match[part] or 0) for part in ("year", "month", "day", "hour", "minute", "second")
        )
        return datetime.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


def has_time_of_day(text: str) -> bool:
    """Whether a date has a time beside it."""
    match = _DATE.fullmatch(folded(text))
    return match is not None and match["hour"] is not None


def compact_date_of(text: str) -> datetime.datetime | None:
    """Return a date of eight digits, ``20230105``; None if it is none."""
    told = folded(text)
    if _EIGHT_DIGITS.fullmatch(told) is None:
        return None
    try:
        return datetime.datetime.strptime(told, "%Y%m%d")
    except ValueError:
        return None
