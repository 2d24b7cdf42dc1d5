"""Maps as pictures: SVG as it was drawn, PDF with paths and texts, PNG drawn from that PDF."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from jjjmap.catalogue.wording import date_text
from jjjmap.errors import ExportFailed, RenderingFailed, RenderingStopped
from jjjmap.export.dates import export_date
from jjjmap.export.files import write_atomically
from jjjmap.export.marks import marks_of
from jjjmap.export.pictures.method_lines import without_methods_of
from jjjmap.export.pictures.papers import (
    HIGHEST_DPI,
    LARGEST_MM,
    LOWEST_DPI,
    MOST_PIXELS,
    SMALLEST_MM,
    USUAL_DPI,
    highest_dpi,
    is_printable,
    pixels,
)
from jjjmap.export.pictures.pdf_files import About, finished_pdf
from jjjmap.export.pictures.rasters import page_png
from jjjmap.export.renderer import Cancelled, Renderer, Sheet
from jjjmap.export.rendering_reasons import reason_parts
from jjjmap.i18n import Language, _, in_language
from jjjmap.maps.snapshot import MapSnapshot

SUFFIXES = (".png", ".svg", ".pdf")

SCREEN_DPI = 192
"""Of a picture for the clipboard: sharp on a slide, and not too much for a chat."""

_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>\s*")
_DRAWN_SHARE = 0.6
"""So much of the work is done once the map is drawn."""


def save_picture(
    path: Path,
    snapshot: MapSnapshot,
    sheet: Sheet,
    renderer: Renderer,
    *,
    dpi: float = USUAL_DPI,
    columns: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Cancelled = lambda: False,
) -> bool:
    """Write a map as a picture, all or not at all.

    Parameters
    ----------
    path
        ``.svg``, ``.pdf`` or ``.png``; its folder must exist. An old file is replaced only when the new
        one is complete.
    snapshot, sheet
        The map, and the paper that it is drawn on.
    dpi
        How fine a ``.png`` is, `LOWEST_DPI` to `HIGHEST_DPI`.
    columns
        Of users' layers that analyses made, those whose formula may be told; see `ContentOptions`.
    progress
        Called with the share that is done, 0…1.

    Returns
    -------
    bool
        False if it was cancelled; nothing was written then.

    Raises
    ------
    ExportFailed
        With the reason in words.
    RowsUnreadable
        The rows of a user's layer are gone or broken.
    ValueError
        See `export_date`.
    """
    suffix = path.suffix.lower()
    refuse_unusable(path, suffix, sheet, dpi)
    snapshot = without_methods_of(snapshot, columns)
    try:
        svg = renderer.map_svg(snapshot, sheet, cancelled=cancelled)
        progress(_DRAWN_SHARE)
        about = about_map(snapshot, sheet)
        if suffix == ".svg":
            data = svg_file(svg)
        elif suffix == ".pdf":
            data = sheet_pdf(svg, about, sheet, renderer, cancelled=cancelled)
        else:
            data = sheet_png(
                svg,
                about,
                sheet,
                renderer,
                dpi=dpi,
                progress=lambda share: progress(_DRAWN_SHARE + share * (1 - _DRAWN_SHARE)),
                cancelled=cancelled,
            )
    except RenderingStopped:
        return False
    except RenderingFailed as exc:
        why, hint = reason_parts(exc.reason)
        raise ExportFailed(path, _("{why}{hint}").format(why=why, hint=hint)) from exc
    written = write_atomically(path, data, cancelled=cancelled)
    progress(1.0)
    return written


def picture_png(
    snapshot: MapSnapshot,
    sheet: Sheet,
    renderer: Renderer,
    *,
    dpi: float = SCREEN_DPI,
    cancelled: Cancelled = lambda: False,
) -> bytes:
    """Return a map as PNG, for the clipboard.

    Raises
    ------
    RenderingStopped, RenderingFailed, RowsUnreadable
        As for `Renderer.map_svg`.
    """
    svg = renderer.map_svg(snapshot, sheet, cancelled=cancelled)
    return sheet_png(svg, about_map(snapshot, sheet), sheet, renderer, dpi=dpi, cancelled=cancelled)


def svg_png(
    svg: str,
    renderer: Renderer,
    *,
    width_mm: float,
    height_mm: float,
    dpi: float = USUAL_DPI,
    cancelled: Cancelled = lambda: False,
) -> bytes:
    """Return an SVG as PNG, for files that take no paths; raises as `Renderer.printed`."""
    page = sheet_html(svg, "", Language.ZH, width_mm, height_mm)
    pdf = renderer.printed(page, width_mm=width_mm, height_mm=height_mm, cancelled=cancelled).pdf
    return page_png(pdf, *pixels(width_mm, height_mm, dpi), dpi, texts={}, cancelled=cancelled)


def sheet_pdf(
    svg: str, about: About, sheet: Sheet, renderer: Renderer, *, cancelled: Cancelled = lambda: False
) -> bytes:
    """Return a sheet as a PDF of one page: paths stay paths, and texts can be selected."""
    return finished_pdf(printed_sheet(svg, about, sheet, renderer, cancelled), about)


def sheet_png(
    svg: str,
    about: About,
    sheet: Sheet,
    renderer: Renderer,
    *,
    dpi: float,
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Cancelled = lambda: False,
) -> bytes:
    """Return a sheet as PNG."""
    texts = {
        "Title": about.title,
        "Author": about.author,
        "Description": about.subject,
        "Software": about.maker,
        "Creation Time": date_text(export_date().isoformat(), Language.EN),
    }
    pdf = printed_sheet(svg, about, sheet, renderer, cancelled)
    size = pixels(sheet.width_mm, sheet.height_mm, dpi)
    return page_png(pdf, *size, dpi, texts=texts, progress=progress, cancelled=cancelled)


def svg_file(svg: str) -> bytes:
    """Return an SVG as a file of its own."""
    text = '<?xml version="1.0" encoding="UTF-8"?>\n' + _XML_DECLARATION.sub("", svg)
    return text.encode("utf-8", errors="replace")


def sheet_html(svg: str, title: str, language: Language, width_mm: float, height_mm: float) -> str:
    """Return a document to print that is nothing but an SVG as large as its paper."""
    # Out of the flow: a hair's breadth more than the paper would otherwise begin a second page.
    return (
        f'<!doctype html><html lang="{language.html_tag}"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>@page{{margin:0}}html,body{{margin:0}}"
        f"body>svg{{position:fixed;left:0;top:0;width:{width_mm}mm;height:{height_mm}mm}}</style></head>"
        f"<body>{_XML_DECLARATION.sub('', svg)}</body></html>"
    )


def about_map(snapshot: MapSnapshot, sheet: Sheet) -> About:
    """Return what a picture of a map says of itself."""
    language = snapshot.language
    _ = in_language(language)
    marks = marks_of(sheet.audience, language)
    return About(sheet.title or _("京津冀产业协同地图"), language, " · ".join(marks.lines))


def printed_sheet(svg: str, about: About, sheet: Sheet, renderer: Renderer, cancelled: Cancelled) -> bytes:
    """Return a sheet as the browser prints it: with the time of day in it."""
    page = sheet_html(svg, about.title, about.language, sheet.width_mm, sheet.height_mm)
    printed = renderer.printed(page, width_mm=sheet.width_mm, height_mm=sheet.height_mm, cancelled=cancelled)
    return printed.pdf


def refuse_unusable(path: Path, suffix: str, sheet: Sheet, dpi: float) -> None:
    """Raise ExportFailed before any work if it can come to nothing."""
    if suffix not in SUFFIXES:
        raise ExportFailed(path, _("图片只能存为 .png、.svg 或 .pdf。"))
    width_mm, height_mm = sheet.width_mm, sheet.height_mm
    if not is_printable(width_mm, height_mm):
        reason = _("纸张的长和宽应在 {least}–{most} 毫米之间。")
        raise ExportFailed(path, reason.format(least=round(SMALLEST_MM), most=round(LARGEST_MM)))
    if suffix != ".png":
        return
    if not LOWEST_DPI <= dpi <= HIGHEST_DPI:
        reason = _("分辨率应在 {least}–{most} dpi 之间。")
        raise ExportFailed(path, reason.format(least=LOWEST_DPI, most=HIGHEST_DPI))
    width, height = pixels(width_mm, height_mm, dpi)
    if width * height > MOST_PIXELS:
        reason = _("图片会有 {width} × {height} 像素，太大了；这种纸张最多 {dpi} dpi，也可改存 PDF。")
        dpi_most = highest_dpi(width_mm, height_mm)
        raise ExportFailed(path, reason.format(width=width, height=height, dpi=dpi_most))
