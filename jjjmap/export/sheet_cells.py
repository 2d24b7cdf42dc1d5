"""What a sheet of a workbook can hold: its limits, and values and names that keep them."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

from jjjmap.layers.tables.cells import plain_text

MOST_ROWS = 1_048_575
"""Of a sheet, beside its first row."""
MOST_COLUMNS = 16_384
LONGEST_CELL = 32_767

_MOST_DIGITS = 15
"""A spreadsheet keeps no more of a number: longer ones stay texts."""
_LONGEST_NAME = 31
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\]")


def legal_text(text: str) -> str:
    """Return a text with blanks for the signs that XML does not know."""
    return _FORBIDDEN.sub(" ", text)


def plain_value(value: Any) -> Any:
    """Return a value as a cell holds it without loss: text where a sheet knows no such number or date."""
    match value:
        case None | bool():
            return value
        case Decimal():
            is_kept = value.is_finite() and len(value.as_tuple().digits) <= _MOST_DIGITS
            return value if is_kept else f"{value:f}"
        case int():
            return value if abs(value) < 10**_MOST_DIGITS else str(value)
        case float():
            return value if math.isfinite(value) else None
        case str():
            return legal_text(value)[:LONGEST_CELL]
    is_kept = getattr(value, "tzinfo", None) is None and hasattr(value, "year") and value.year >= 1900
    return value if is_kept else legal_text(plain_text(value))


def sheet_name(title: str, taken: set[str] | None = None) -> str:
    """Return a name for a sheet.

    Parameters
    ----------
    title
        Without a sign that a name can hold, it is called after the program.
    taken
        Names that are taken, case folded; the new one is added.
    """
    flat = " ".join(_FORBIDDEN_IN_NAME.sub(" ", legal_text(title)).split())
    name = flat = flat[:_LONGEST_NAME].strip("' ") or "jjjmap"
    if taken is None:
        return name
    number = 1
    while name.casefold() in taken:
        number += 1
        mark = f" {number}"
        name = flat[: _LONGEST_NAME - len(mark)] + mark
    taken.add(name.casefold())
    return name
