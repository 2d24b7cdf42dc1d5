"""Rows of a user's layer as CSV or workbook: a million of them, a piece at a time, nothing a formula."""

from __future__ import annotations

import mmap
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from lxml.etree import LxmlError
from pyarrow import csv as pa_csv

from jjjmap.errors import ExportFailed
from jjjmap.export.files import reason_text, write_atomically
from jjjmap.export.sheet_cells import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    legal_text,
    plain_value,
    sheet_name,
)
from jjjmap.export.streamed_workbook import streamed_workbook, write_book
from jjjmap.export.tables import FORMULA_STARTS
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable, kind_of
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.tables.cells import plain_text
from jjjmap.layers.tables.columns import as_texts

Rows = npt.NDArray[np.int64]
Progress = Callable[[float], None]
Cancelled = Callable[[], bool]

PIECE_ROWS = 16_384
_WIDTHS = {ColumnKind.TEXT: 28, ColumnKind.TIME: 20, ColumnKind.DATE: 12}
_FORMULA = r"^([\t\r]|[\x00-\x1f\x7f]*[" + re.escape("".join(FORMULA_STARTS)) + "])"
"""What a spreadsheet reckons; it overlooks control characters in front."""
_HARMLESS = r"^([+-]?\d{1,15}(\.\d+)?|-+)$"
"""Numbers, and the dashes that stand for no value."""


@dataclass(frozen=True, slots=True)
class RowsWanted:
    """What of a table is written."""

    title: str
    table: FeatureTable
    rows: Rows | None = None
    """Numbers of rows in the order wanted; None for all."""
    columns: Sequence[str] | None = None
    """Names in the order wanted; None for all."""
    origin: tuple[tuple[str, str], ...] = ()
    """What is known of where they come from, as name and value: a sheet of its own in a workbook."""

    @property
    def count(self) -> int:
        """How many rows there are to write."""
        return len(self.table) if self.rows is None else len(self.rows)


def write_rows(
    path: Path,
    wanted: RowsWanted,
    *,
    progress: Progress = lambda _share: None,
    cancelled: Cancelled = lambda: False,
) -> bool:
    """Write rows; the suffix says as what.

    Parameters
    ----------
    path
        ``.xlsx`` for a workbook; anything else becomes CSV (UTF-8 with a mark by which Excel knows it).
    wanted
        Points get two columns more: their degrees in WGS-84.

    Returns
    -------
    bool
        False if it was cancelled; nothing is left behind then.

    Raises
    ------
    ExportFailed
        The file could not be written, or a sheet cannot hold so much. What stood there before is untouched.
    """
    try:
        # On the disk where the file goes: another one may be full, or too small for it.
        with tempfile.TemporaryFile(dir=path.parent) as spool:
            write = _write_xlsx if path.suffix.lower() == ".xlsx" else _write_csv
            if not write(spool, wanted, path, progress, cancelled):
                return False
            spool.flush()
            with mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return write_atomically(path, cast("bytes", data), cancelled=cancelled)
    except OSError as exc:
        raise ExportFailed(path, reason_text(exc)) from exc
    except LxmlError as exc:  # What is under way of a workbook lies with the system's temporary files.
        raise ExportFailed(path, _("临时文件写不下去，可能是磁盘已满。")) from exc


def _pieces(wanted: RowsWanted) -> Any:
    for start in range(0, wanted.count, PIECE_ROWS):
        stop = min(start + PIECE_ROWS, wanted.count)
        rows = np.arange(start, stop) if wanted.rows is None else wanted.rows[start:stop]
        yield stop, _piece(wanted, rows)


def _piece(wanted: RowsWanted, rows: Rows) -> pa.Table:
    table = wanted.table
    attributes = table.attributes
    if wanted.columns is not None:
        attributes = attributes.select(list(wanted.columns))
    piece = attributes.take(pa.array(rows))
    if table.lon is None or table.lat is None:
        return piece
    names = set(piece.column_names)
    for title, degrees in ((_("经度（WGS-84）"), table.lon), (_("纬度（WGS-84）"), table.lat)):
        while title in names:
            title += "_"
        piece = piece.append_column(title, pa.array(degrees[rows], from_pandas=True))
    return piece


# CSV.


def _write_csv(
    spool: IO[bytes], wanted: RowsWanted, _path: Path, progress: Progress, cancelled: Cancelled
) -> bool:
    spool.write(b"\xef\xbb\xbf")
    writer: pa_csv.CSVWriter | None = None
    try:
        if not wanted.count:
            writer = _csv_writer(spool, _safe_piece(_piece(wanted, np.arange(0))))
        for done, piece in _pieces(wanted):
            if cancelled():
                return False
            safe = _safe_piece(piece)
            if writer is None:
                writer = _csv_writer(spool, safe)
            writer.write(safe)
            progress(done / wanted.count)
    finally:
        if writer is not None:
            writer.close()
    return True


def _csv_writer(spool: IO[bytes], piece: pa.Table) -> pa_csv.CSVWriter:
    # pyarrow closes what it is given when it is done with it; the spool shall stay open.
    return pa_csv.CSVWriter(pa.PythonFile(_Kept(spool), mode="w"), piece.schema)


class _Kept:
    """A file that somebody else closes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.closed = False

    def write(self, data: bytes) -> int:
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self.closed = True


def _safe_piece(piece: pa.Table) -> pa.Table:
    """Return a piece in which no text is a formula, and moments are told as people read them."""
    names = [_safe_text(name) for name in piece.column_names]
    columns = [_safe_column(column) for column in piece.columns]
    return pa.Table.from_arrays(columns, names=names)


def _safe_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    match kind_of(column.type):
        case ColumnKind.INTEGER | ColumnKind.DATE:
            return column
        case ColumnKind.NUMBER:
            numbers = column.cast(pa.float64(), safe=False)
            return pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
        case ColumnKind.TIME | ColumnKind.BOOLEAN:
            return pa.chunked_array(
                [pa.array([plain_text(each) for each in column.to_pylist()], pa.string())]
            )
    texts = as_texts(column)
    if pa.types.is_dictionary(texts.type):
        texts = texts.cast(texts.type.value_type)
    is_formula = pc.and_not(
        pc.match_substring_regex(texts, _FORMULA), pc.match_substring_regex(texts, _HARMLESS)
    )
    marked = pc.binary_join_element_wise("'", texts, "")
    return pc.if_else(pc.fill_null(is_formula, False), marked, texts)


def _safe_text(text: str) -> str:
    return f"'{text}" if re.match(_FORMULA, text) else text


# Workbooks.


def _write_xlsx(
    spool: IO[bytes], wanted: RowsWanted, path: Path, progress: Progress, cancelled: Cancelled
) -> bool:
    first = _piece(wanted, np.arange(0))
    if wanted.count > MOST_ROWS or first.num_columns > MOST_COLUMNS:
        raise ExportFailed(path, _("一张工作表放不下这么多行或列，请导出为 .csv。"))
    with streamed_workbook() as book:
        if not _fill_book(book, wanted, first.schema, progress, cancelled):
            return False
        write_book(book, spool)
    return True


def _fill_book(
    book: Any, wanted: RowsWanted, schema: pa.Schema, progress: Progress, cancelled: Cancelled
) -> bool:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    taken: set[str] = set()
    sheet = book.create_sheet(sheet_name(wanted.title, taken))
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    header = []
    for number, field in enumerate(schema, start=1):
        sheet.column_dimensions[_letters(number)].width = _WIDTHS.get(kind_of(field.type), 14)
        cell = WriteOnlyCell(sheet, legal_text(field.name))
        cell.data_type, cell.font = "s", bold
        header.append(cell)
    sheet.append(header)
    shortened = 0
    for done, piece in _pieces(wanted):
        columns = [column.to_pylist() for column in piece.columns]
        for cells in zip(*columns, strict=True) if columns else [()] * piece.num_rows:
            row = []
            for value in cells:
                if isinstance(value, str) and len(value) > LONGEST_CELL:
                    shortened += 1
                row.append(_xlsx_cell(sheet, value, WriteOnlyCell))
            sheet.append(row)
        if cancelled():
            return False
        progress(0.9 * done / wanted.count)
    origin = wanted.origin
    if shortened:
        said = _("{n} 个单元格超过 32,767 字，已截短；CSV 里有全文。").format(n=shortened)
        origin = (*origin, (_("注意"), said))
    if origin:
        other = book.create_sheet(sheet_name(_("出处"), taken))
        other.column_dimensions["A"].width, other.column_dimensions["B"].width = 18, 80
        for pair in origin:
            other.append([_xlsx_cell(other, text, WriteOnlyCell) for text in pair])
    return True


def _xlsx_cell(sheet: Any, value: Any, make: Any) -> Any:
    plain = plain_value(value)
    if isinstance(value, str) and plain.startswith((*FORMULA_STARTS, "#")):
        # Not a formula and not an error: openpyxl would take it for one.
        cell = make(sheet, plain)
        cell.data_type, cell.quotePrefix = "s", True
        return cell
    return plain


def _letters(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))
