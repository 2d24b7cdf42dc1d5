"""One cell of a table as text: as it is shown, and as it leaves the program."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone
from typing import Any

from jjjmap.i18n import _

LONGEST_SHOWN = 300
"""Letters of a cell that is shown; copies and exports have all of them."""
BEIJING = timezone(timedelta(hours=8))
"""Moments with a time zone are told in the time of the region."""
_DECIMALS = 6


def shown_text(value: Any, *, grouped: bool = True) -> str:
    """Return a cell as a person reads it, in one line; empty for none.

    Parameters
    ----------
    value
        As `pyarrow` gives it.
    grouped
        Whether thousands stand apart; not so in years and codes.
    """
    match value:
        case bool():
            return _("是") if value else _("否")
        case int():
            return f"{value:,}" if grouped else str(value)
        case float():
            return _float_text(value, grouped)
        case str():
            text = " ".join(value[: LONGEST_SHOWN * 2].split())
            return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
    return plain_text(value)


def plain_text(value: Any) -> str:
    """Return a cell as text in full, without commas between thousands; empty for none."""
    match value:
        case None:
            return ""
        case bool():
            return _("是") if value else _("否")
        case float():
            if not math.isfinite(value):
                return "" if math.isnan(value) else str(value)
            return f"{value:.15g}" if float(f"{value:.15g}") == value else repr(value)
        case datetime():
            moment = value.astimezone(BEIJING).replace(tzinfo=None) if value.tzinfo else value
            return moment.isoformat(sep=" ", timespec="auto" if moment.microsecond else "seconds")
    return str(value)


def _float_text(value: float, grouped: bool) -> str:
    if not math.isfinite(value):
        return "" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if abs(value) >= 1e15 or 0 < abs(value) < 10**-_DECIMALS:
        return f"{value:.6g}"
    text = f"{value:,.{_DECIMALS}f}" if grouped else f"{value:.{_DECIMALS}f}"
    return text.rstrip("0").rstrip(".")


_UNGROUPED = (
    "年",
    "代码",
    "编码",
    "编号",
    "序号",
    "邮编",
    "电话",
    "手机",
    "year",
    "code",
    "id",
    "zip",
    "phone",
)


def groups_thousands(column: str, lowest: float, highest: float) -> bool:
    """Return whether the whole numbers of a column are quantities, rather than years, codes or ids.

    Parameters
    ----------
    column
        Its name.
    lowest, highest
        The ends of its values.
    """
    name = column.strip().lower()
    named = any(name.endswith(word) or (len(word) > 2 and name.startswith(word)) for word in _UNGROUPED)
    return not named and not (lowest >= 1800 and highest <= 2200)
