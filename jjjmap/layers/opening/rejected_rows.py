"""The rows that could not be opened, as a CSV that a person mends and opens again."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from jjjmap.i18n import _

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HARMLESS = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?%?|-+")
"""Numbers, and the dashes that stand for no value: read again they must be what they were."""
MOST_REASONS = 8
"""So many kinds of reasons are told; there are hardly more."""
_LONGEST_CELL = 32_000
"""Characters that a spreadsheet's cell holds."""


class RejectedRows:
    """A CSV (UTF-8 with BOM, so that spreadsheets show Chinese), made with the first row.

    Parameters
    ----------
    path
        Of the file; nothing may stand there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None
        self._writer: Any = None
        self.count = 0
        """Rows so far."""
        self.reasons: dict[str, tuple[int, int, str]] = {}
        """By kind: how many rows, the first of them, and why that one."""

    def add(self, row: int, why: str, cells: Sequence[object], names: Sequence[str] = ()) -> None:
        """Add one row; raises OSError."""
        if self._writer is None:
            self._file = self._path.open("x", encoding="utf-8-sig", errors="replace", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow([_("行号"), _("没有读入的原因"), *map(_safe, names)])
        self._writer.writerow([row, why, *map(_safe, cells)])
        self.count += 1
        # What follows a colon are the values of one row.
        kind = re.split("[:：]", re.sub(r"\d+", "", why), maxsplit=1)[0]
        count, first, example = self.reasons.get(kind, (0, row, why))
        if count or len(self.reasons) < MOST_REASONS:
            self.reasons[kind] = (count + 1, first, example)

    def close(self) -> None:
        """Close the file, if there is one; raises OSError."""
        file, self._file = self._file, None
        if file is not None:
            file.close()


def _safe(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    text = value.replace("\x00", "")[:_LONGEST_CELL]
    return f"'{text}" if text.startswith(_FORMULA) and not _HARMLESS.fullmatch(text) else text
