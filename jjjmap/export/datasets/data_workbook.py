"""The facts behind a map as a workbook: figures, passages, mentions, firms and sources, nothing a formula."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

from jjjmap.export.datasets.arrow import batches
from jjjmap.export.datasets.job import DataJob
from jjjmap.export.datasets.layers import OutLayer
from jjjmap.export.datasets.records import Records, ValueKind
from jjjmap.export.sheet_cells import MOST_COLUMNS, MOST_ROWS, legal_text, plain_value, sheet_name
from jjjmap.export.streamed_workbook import streamed_workbook, write_book
from jjjmap.export.tables import FORMULA_STARTS
from jjjmap.i18n import _
from jjjmap.layers.tables.cells import plain_text

_TAKEN_OTHERWISE = (*FORMULA_STARTS, "#")
_WIDE = 60.0
_WIDTHS = {
    "text": _WIDE,
    "sources": _WIDE,
    "reference": _WIDE,
    "note": 40.0,
    "source": 40.0,
    "title": 40.0,
    "indicator": 28.0,
    "indicator_other": 28.0,
    "places": 28.0,
    "document": 28.0,
}
"""Of columns that hold more than a word, in digits."""
_USUAL_WIDTH = 14.0
_ABOUT_WIDTH = 100.0
_LINE_POINTS = 15.0


def write_workbook(draft: Path, job: DataJob) -> None:
    """Write a workbook: what it is, the records, a sheet for each of the user's layers.

    Raises
    ------
    Stopped
        The user asked to.
    OSError
        It could not be written, or a sheet cannot hold so many rows.
    """
    records = list(job.records())
    firms = list(job.users_layers())
    for layer in firms:
        if len(layer.table) > MOST_ROWS or layer.table.attributes.num_columns + 2 > MOST_COLUMNS:
            raise OSError(None, _("一张工作表放不下这么多行或列，请导出为 .gpkg 或文件夹。"))
    with streamed_workbook() as book:
        book.properties.creator = f"jjjmap {job.about.version}"
        book.properties.title = legal_text(job.about.title)
        names: set[str] = set()
        _write_about(book, job, names)
        steps = len(records) + len(firms)
        for number, table in enumerate(records):
            job.tick(0.85 * number / steps)
            _write_records(book, table, names)
        for number, layer in enumerate(firms, start=len(records)):
            _write_layer(book, layer, names, job, 0.85 * number / steps, 0.85 / steps)
        job.tick(0.9)
        with draft.open("wb") as file:
            write_book(book, file)


def _write_about(book: Any, job: DataJob, names: set[str]) -> None:
    about = job.about
    sheet = book.create_sheet(sheet_name(_("说明"), names))
    _to_print(sheet)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14.0, _ABOUT_WIDTH
    lines = (
        (_("标题"), about.title),
        *((_("标注"), line) for line in about.marks.lines),
        *((_("地图"), remark) for remark in about.remarks),
        (_("制作"), about.made),
        (_("命令"), about.command),
        (_("提醒"), _("以 = + - @ 开头的文字都按文字保存，不会当作公式。")),
    )
    for number, (label, text) in enumerate(lines, start=1):
        # Not every program makes room by itself for a text that takes several lines.
        wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
        sheet.row_dimensions[number].height = _LINE_POINTS * ceil(wide * 1.15 / _ABOUT_WIDTH)
        sheet.append([_cell(sheet, label, is_bold=True, wraps=True), _cell(sheet, text, wraps=True)])


def _write_records(book: Any, records: Records, names: set[str]) -> None:
    sheet = book.create_sheet(sheet_name(records.title, names))
    _begin(sheet, [column.title for column in records.columns], [column.name for column in records.columns])
    kinds = [column.kind for column in records.columns]
    for row in records.rows:
        sheet.append(
            [
                _cell(sheet, _yes_or_no(value) if kind is ValueKind.BOOLEAN else value, wraps=True)
                for value, kind in zip(row, kinds, strict=True)
            ]
        )
    _finish(sheet, len(records.columns), len(records.rows))


def _write_layer(
    book: Any, layer: OutLayer, names: set[str], job: DataJob, done: float, share: float
) -> None:
    import numpy as np

    table = layer.table
    sheet = book.create_sheet(sheet_name(layer.title, names))
    titles = list(table.attributes.column_names)
    degrees = []
    if table.lon is not None and table.lat is not None:
        titles += [_("经度（WGS-84）"), _("纬度（WGS-84）")]
        degrees = [table.lon, table.lat]
    _begin(sheet, [*titles, _("来源")], titles)
    origin = plain_text(" ".join(layer.remarks))
    for start, end in batches(len(table)):
        job.tick(done + share * start / max(len(table), 1))
        columns = [column.slice(start, end - start).to_pylist() for column in table.attributes.columns]
        columns += [
            [float(value) if np.isfinite(value) else None for value in each[start:end]] for each in degrees
        ]
        for cells in zip(*columns, strict=True) if columns else [()] * (end - start):
            sheet.append([_quick_cell(sheet, value) for value in (*cells, origin)])
    _finish(sheet, len(titles) + 1, len(table))


def _to_print(sheet: Any) -> None:
    """Lay a sheet out on landscape pages that are as wide as it is."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4.
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _begin(sheet: Any, titles: Sequence[str], names: Sequence[str]) -> None:
    from openpyxl.utils import get_column_letter

    _to_print(sheet)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(names, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, _USUAL_WIDTH)
    sheet.append([_cell(sheet, title, is_bold=True) for title in titles])


def _finish(sheet: Any, columns: int, rows: int) -> None:
    from openpyxl.utils import get_column_letter

    sheet.auto_filter.ref = f"A1:{get_column_letter(columns)}{rows + 1}"


def _yes_or_no(value: object) -> str:
    return _("是") if value else ""


def _quick_cell(sheet: Any, value: Any) -> Any:
    """Return a bare value wherever openpyxl takes it rightly: a cell of its own costs far more."""
    plain = plain_value(value)
    return _cell(sheet, plain) if isinstance(plain, str) and plain.startswith(_TAKEN_OTHERWISE) else plain


def _cell(sheet: Any, value: Any, *, is_bold: bool = False, wraps: bool = False) -> Any:
    """Return a cell that is what it looks like: no text of it is reckoned, no number is rounded."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    cell = WriteOnlyCell(sheet, plain_value(value))
    if isinstance(cell.value, str):
        # openpyxl takes what begins with = for a formula, and with # for an error.
        cell.data_type = "s"
        cell.quotePrefix = cell.value.startswith(FORMULA_STARTS)
    elif isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        # The decimals that the source prints stay: 16311.30 is not shown as 16311.3.
        cell.number_format = "0" + ("." + "0" * decimals if decimals else "")
    if is_bold:
        cell.font = Font(bold=True)
    if wraps:
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell
