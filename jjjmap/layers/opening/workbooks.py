"""Workbooks (xlsx, xls, ods) as rows of text: formulas as their values, merged cells filled downwards."""

import datetime
import itertools
import zipfile
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import python_calamine as calamine

from jjjmap.errors import LayerUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.headers import Header
from jjjmap.layers.opening.layer_part import BATCH_ROWS
from jjjmap.layers.opening.records import OpenOptions, SubLayer
from jjjmap.layers.opening.table_rows import (
    HEAD_ROWS,
    MOST_COLUMNS,
    RawRows,
    TableHead,
    table_of,
    without_empty,
)

MOST_INFLATED_BYTES = 2 << 30
MOST_RATIO = 200
"""How much larger than the file its parts may be; a bomb is thousands of times larger."""
_SMALL_BYTES = 64 << 20
_EXACT = 10**15
"""Whole numbers up to here are what was typed; a spreadsheet keeps 15 digits."""
_FAR_ROWS = 500


class WorkbookRows:
    """One sheet of a workbook.

    Parameters
    ----------
    path
        The file.
    options
        ``sublayer`` names the sheet; without it the first visible one that holds a table is taken.

    Raises
    ------
    LayerUnreadable
        ``encrypted``, ``damaged``, ``bomb``, ``empty``, ``no-sublayer``.
    """

    def __init__(self, path: Path, options: OpenOptions) -> None:
        self._path = path
        _check_size(path)
        try:
            self._book = calamine.CalamineWorkbook.from_path(str(path))
            self._sheet = self._chosen_sheet(options.sublayer)
        except calamine.PasswordError as exc:
            raise LayerUnreadable(path, "encrypted") from exc
        except calamine.CalamineError as exc:
            raise LayerUnreadable(path, "damaged", str(exc)[:80]) from exc
        except OSError as exc:
            if exc.errno is not None:
                raise
            # How calamine says that a part ends too early: the system has no part in it.
            raise LayerUnreadable(path, "damaged", str(exc)[:80]) from exc
        self._left = self._sheet.start[1] if self._sheet.start else 0
        self._rounded = 0
        self._errors = 0

    @cached_property
    def head(self) -> TableHead:
        """What the sheet begins with."""
        rows: list[tuple[str, ...]] = []
        far: list[tuple[str, ...]] = []
        step = max(1, self._sheet.total_height // _FAR_ROWS)
        for number, row in enumerate(self._sheet.iter_rows()):
            if number < HEAD_ROWS:
                rows.append(tuple(cell_text(value) for value in row))
            elif number % step == 0:
                far.append(tuple(cell_text(value) for value in row))
        return TableHead(
            _trimmed(rows),
            tuple(far),
            sublayer=self._sheet.name,
            sublayers=tuple(
                SubLayer(each.name, rows=_height(self._sheet) if each.name == self._sheet.name else None)
                for each in self._book.sheets_metadata
                if each.typ == calamine.SheetTypeEnum.WorkSheet
            ),
            row_count=_height(self._sheet),
        )

    def batches(self, header: Header) -> Iterator[RawRows]:
        """Yield the rows below the header, in order."""
        width = len(header.names)
        if width > MOST_COLUMNS:
            raise LayerUnreadable(self._path, "too-many-columns", str(width))
        merged = self._merged_downwards(header, width)
        self._rounded = self._errors = 0
        begin = header.data_row
        rows = itertools.islice(self._sheet.iter_rows(), begin, None)
        done = begin
        above: dict[tuple[int, int], str] = {}
        while block := list(itertools.islice(rows, BATCH_ROWS)):
            cells = [[self._text(value) for value in row[:width]] for row in block]
            for line in cells:
                line += [""] * (width - len(line))
            beyond = tuple(
                done + at + 1
                for at, row in enumerate(block)
                if len(row) > width and any(cell_text(value).strip() for value in row[width:])
            )
            filled = _fill(cells, merged, done, above)
            numbers = np.arange(done, done + len(block), dtype=np.int64) + 1
            done += len(block)
            texts, numbers = without_empty(table_of(cells, width), numbers)
            yield RawRows(
                texts,
                numbers,
                filled=tuple(row + 1 for row in filled),
                beyond=beyond,
                done=done / max(1, self._sheet.total_height),
            )

    def late_findings(self) -> tuple[Finding, ...]:
        """Return what was found while the rows were read."""
        found: list[Finding] = []
        if self._rounded:
            found.append(
                Finding(
                    Severity.WARNING,
                    "digits-lost",
                    self._path.name,
                    _("有 {n} 个超过 15 位的数字：表格软件只保留 15 位，后面的位数已在原文件中丢失。").format(
                        n=f"{self._rounded:,}"
                    ),
                    _("代码类的列请在原表中设为文本格式，并重新填写。"),
                )
            )
        if self._errors:
            found.append(
                Finding(
                    Severity.WARNING,
                    "formula-errors",
                    self._path.name,
                    _("有 {n} 个单元格的公式结果是错误值（如 #N/A、#REF!），按原样保留为文字。").format(
                        n=f"{self._errors:,}"
                    ),
                    _("请在原表中改正公式后重新打开。"),
                )
            )
        return tuple(found)

    def _chosen_sheet(self, wanted: str) -> Any:
        sheets = [each for each in self._book.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
        if wanted:
            if wanted not in {each.name for each in sheets}:
                raise LayerUnreadable(self._path, "no-sublayer", wanted[:60])
            return self._book.get_sheet_by_name(wanted)
        # A cover sheet or notes may stand first: two rows and two columns make a table.
        visible = [each for each in sheets if each.visible == calamine.SheetVisibleEnum.Visible]
        first = None
        for each in visible or sheets:
            sheet = self._book.get_sheet_by_name(each.name)
            if sheet.height >= 2 and sheet.width >= 2:
                return sheet
            if first is None and sheet.height:
                first = sheet
        if first is None:
            raise LayerUnreadable(self._path, "empty")
        return first

    def _text(self, value: Any) -> str:
        if isinstance(value, float) and abs(value) >= _EXACT:
            self._rounded += 1
        text = cell_text(value)
        if text.startswith("#") and text in _ERRORS:
            self._errors += 1
        return text

    def _merged_downwards(self, header: Header, width: int) -> list[tuple[int, int, int]]:
        """Return the cells of the data that were merged over several rows: first row, last row, column."""
        ranges = self._sheet.merged_cell_ranges or []
        found = []
        for (top, left), (bottom, right) in ranges:
            left, right = left - self._left, right - self._left
            if top >= header.data_row and bottom > top and left == right and 0 <= left < width:
                found.append((top, bottom, left))
        return sorted(found)


_ERRORS = frozenset(("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"))


def cell_text(value: Any) -> str:
    """Return a cell's value as text: whole numbers without a point, dates as ISO 8601."""
    match value:
        case None:
            return ""
        case str():
            return value.replace("\x00", "")
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 10**21 else repr(value)
        case datetime.datetime():
            is_day = value.time() == datetime.time()
            return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
    return str(value)


def _trimmed(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Return rows without the columns at their right in which nothing stands."""
    width = max(
        (number + 1 for row in rows for number, cell in enumerate(row) if cell.strip()),
        default=0,
    )
    return tuple(row[:width] for row in rows)


def _fill(
    cells: list[list[str]],
    merged: list[tuple[int, int, int]],
    done: int,
    above: dict[tuple[int, int], str],
) -> list[int]:
    """Give each row of a merged cell its value; return the numbers of rows that got one, from 0.

    `above` holds the values of cells that began in an earlier batch, by first row and column.
    """
    filled: set[int] = set()
    for top, bottom, column in merged:
        if bottom < done or top >= done + len(cells):
            continue
        value = cells[top - done][column] if top >= done else above.get((top, column), "")
        if bottom >= done + len(cells):
            above[top, column] = value
        for row in range(max(top + 1, done), min(bottom + 1, done + len(cells))):
            if value and not cells[row - done][column]:
                cells[row - done][column] = value
                filled.add(row)
    return sorted(filled)


def _height(sheet: calamine.CalamineSheet) -> int:
    """Return how many rows a sheet has, from its first; calamine's `total_height` leaves out the last."""
    return 0 if sheet.end is None else int(sheet.end[0]) + 1


def _check_size(path: Path) -> None:
    """Refuse a workbook that is far larger than it says, before a parser unpacks it."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as parts:
            inflated = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, OSError) as exc:
        raise LayerUnreadable(path, "damaged", type(exc).__name__) from exc
    size = max(1, path.stat().st_size)
    if inflated > MOST_INFLATED_BYTES or (inflated > _SMALL_BYTES and inflated > MOST_RATIO * size):
        raise LayerUnreadable(path, "bomb", f"{inflated >> 20} MB")
