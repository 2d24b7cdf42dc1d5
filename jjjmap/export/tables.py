"""Tables that leave the program as CSV, xlsx or text: every figure with its source, nothing a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from jjjmap.analysis.series import vintage_name, vintage_of
from jjjmap.catalogue.models import Figure, Qualifier, Source
from jjjmap.catalogue.wording import date_text
from jjjmap.errors import ExportFailed
from jjjmap.export.files import reason_text, write_atomically
from jjjmap.export.sheet_cells import legal_text, plain_value, sheet_name
from jjjmap.i18n import Language, _

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula; East Asian ones take wide signs as well."""

SUFFIXES = (".csv", ".xlsx")

_WIDEST = 60

Cell = str | Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """Cells under titles; texts are texts, whatever they look like, and numbers numbers."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def figures_table(
    figures: Sequence[Figure],
    sources: Mapping[str, Source],
    language: Language,
    *,
    place_name: str,
    name_of: Callable[[Figure], str],
) -> Table:
    """Return figures of a place, one a row, with the columns of their sources.

    Parameters
    ----------
    figures
        In the order of the rows.
    sources
        By id.
    language
        Language of names and notes; the titles speak the language in use.
    place_name
        Stands in the first column.
    name_of
        Names the indicator of a figure, with the part of the place that it is about.
    """
    header = (
        _("地点"),
        _("指标"),
        _("数值"),
        _("单位"),
        _("时期"),
        _("批次/分歧"),
        _("对比"),
        _("说明"),
        *source_titles(),
    )
    rows = tuple(
        (
            place_name,
            name_of(figure),
            value_cell(figure),
            figure.unit(language),
            figure.period,
            standing_cell(figure),
            figure.comparison(language),
            figure.note(language),
            *source_cells(sources.get(figure.source_id), figure.source_id),
        )
        for figure in figures
    )
    return Table(place_name, header, rows)


def source_titles() -> tuple[str, ...]:
    """Return the titles of the columns that `source_cells` fills."""
    return (_("来源"), _("发布者"), _("来源日期"), _("来源链接"))


def source_cells(source: Source | None, source_id: str) -> tuple[str, ...]:
    """Return what is known about a source; only its id where the catalogue has lost it."""
    if source is None:
        return (source_id, "", "", "")
    return (source.title, source.publisher, source.date, source.link)


def citation(source: Source, language: Language) -> str:
    """Return a source in one line, as a footnote has it."""
    parts = (source.title, source.publisher, date_text(source.date, language), source.link)
    return ("，" if language is Language.ZH else ", ").join(part for part in parts if part)


def standing_cell(figure: Figure) -> str:
    """Return which release a figure is and that it is contested; empty where nothing is to be said."""
    contested = _("说法不一或经过修订") if figure.contested else ""
    return " / ".join(part for part in (vintage_name(vintage_of(figure)), contested) if part)


def value_cell(figure: Figure) -> Cell:
    """Return a value that a spreadsheet can reckon with; a hedged one stays hedged, as text."""
    number = f"{figure.value:f}"
    match figure.qualifier:
        case Qualifier.EXACT:
            return figure.value
        case Qualifier.ABOUT:
            return _("约{quantity}").format(quantity=number)
        case Qualifier.MORE:
            return _("超{quantity}").format(quantity=number)
        case Qualifier.LESS:
            return _("不足{quantity}").format(quantity=number)


def tsv_text(table: Table) -> str:
    """Return a table to be pasted into a spreadsheet."""
    lines = [tuple(map(_plain, table.header)), *(tuple(_plain(cell) for cell in row) for row in table.rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


def csv_bytes(table: Table) -> bytes:
    """Return a table as CSV (RFC 4180), in UTF-8 with a mark by which Excel knows it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_plain(title) for title in table.header])
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def xlsx_bytes(table: Table, *others: Table) -> bytes:
    """Return tables as a workbook, each a sheet with its first row kept in sight.

    Raises
    ------
    OSError
        ``SOURCE_DATE_EPOCH``, which settles the moment that the workbook bears, holds none.
    """
    # Imported when a workbook is wanted: it takes a while, and most sessions never save one.
    from openpyxl import Workbook

    from jjjmap.export.streamed_workbook import write_book

    book = Workbook()
    book.remove(book.active)
    for each in (table, *others):
        _fill_sheet(book.create_sheet(sheet_name(each.title)), each)
    buffer = io.BytesIO()
    write_book(book, buffer)
    return buffer.getvalue()


def _fill_sheet(sheet: Any, table: Table) -> None:
    from openpyxl.styles import Alignment, Font

    for column, title in enumerate(table.header, start=1):
        cell = sheet.cell(1, column)
        _set_text(cell, _flat(title))
        cell.font = Font(bold=True)
    for row, cells in enumerate(table.rows, start=2):
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(row, column)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(plain := plain_value(value), Decimal):
                cell.value = plain
                # Keep the decimals that the source prints: 16311.30 is not shown as 16311.3.
                cell.number_format = _number_format(plain)
            else:
                _set_text(cell, _flat(str(value)))
    for column, title in enumerate(table.header, start=1):
        longest = max((_width(str(row[column - 1])) for row in table.rows), default=0)
        letter = sheet.cell(1, column).column_letter
        sheet.column_dimensions[letter].width = min(max(longest, _width(title)) + 2, _WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def write_table(path: Path, table: Table) -> None:
    """Write a table; the suffix says as what.

    Parameters
    ----------
    path
        ``.xlsx`` for a workbook; anything else becomes CSV.

    Raises
    ------
    ExportFailed
        The file could not be written; one that stood there before is untouched.
    """
    if path.suffix.lower() == ".xlsx":
        write_sheets(path, table)
    else:
        write_atomically(path, csv_bytes(table))


def write_sheets(path: Path, table: Table, *others: Table) -> None:
    """Write tables as a workbook, each a sheet; raises `ExportFailed` as `write_table` does."""
    try:
        data = xlsx_bytes(table, *others)
    except OSError as exc:
        raise ExportFailed(path, reason_text(exc)) from exc
    write_atomically(path, data)


def _plain(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    flat = _flat(cell)
    # A leading apostrophe makes a spreadsheet keep what follows as text; a negative number stays a number.
    return f"'{flat}" if flat.startswith(FORMULA_STARTS) else flat


def _flat(text: str) -> str:
    # In this order: what is taken out may have stood before a sign that begins a formula.
    return " ".join(legal_text(text).split())


def _set_text(cell: object, text: str) -> None:
    cell.value = text  # type: ignore[attr-defined]
    # openpyxl takes a leading = for a formula; with the quote prefix it also stays text when it is edited.
    cell.data_type = "s"  # type: ignore[attr-defined]
    cell.quotePrefix = text.startswith(FORMULA_STARTS)  # type: ignore[attr-defined]


def _number_format(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return "0" + ("." + "0" * decimals if decimals else "")


def _width(text: str) -> int:
    """Return roughly how wide a text is, in digits: a Chinese character takes two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
