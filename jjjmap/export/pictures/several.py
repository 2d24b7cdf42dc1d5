"""Several maps as pictures: one PDF with a page for each, or a PNG or SVG file for each."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from jjjmap.errors import ExportFailed, RenderingFailed, RenderingStopped
from jjjmap.export.files import write_atomically
from jjjmap.export.pictures.method_lines import without_methods_of
from jjjmap.export.pictures.papers import USUAL_DPI
from jjjmap.export.pictures.pdf_files import finished_pdf
from jjjmap.export.pictures.pdf_joining import joined_pdf
from jjjmap.export.pictures.saving import about_map, printed_sheet, refuse_unusable, save_picture
from jjjmap.export.renderer import Cancelled, Renderer, Sheet
from jjjmap.export.rendering_reasons import reason_parts
from jjjmap.export.target_names import LONGEST_NAME_BYTES
from jjjmap.i18n import _
from jjjmap.maps.snapshot import NamedMap

MOST_TITLE_CHARS = 40
"""Of a view in the name of its file."""
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*\s]+')
_DRAWN_SHARE = 0.95


def page_files(path: Path, titles: Iterable[str]) -> tuple[Path, ...]:
    """Return the files that `save_pictures` writes: of a PDF one, of PNG and SVG one for each title.

    They are called as `path`, with a number, so that they stand in order, and the title.
    """
    if path.suffix.lower() == ".pdf":
        return (path,)
    wanted = list(titles)
    digits = max(2, len(str(len(wanted))))
    left = LONGEST_NAME_BYTES - len(os.fsencode(path.name)) - digits - 1
    return tuple(
        path.with_name(f"{path.stem}-{number:0{digits}}{_in_name(title, left)}{path.suffix}")
        for number, title in enumerate(wanted, start=1)
    )


def save_pictures(
    path: Path,
    maps: Sequence[NamedMap],
    sheet: Sheet,
    renderer: Renderer,
    *,
    dpi: float = USUAL_DPI,
    columns: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Cancelled = lambda: False,
) -> tuple[Path, ...]:
    """Write maps as pictures; each file is whole or not there at all.

    Parameters
    ----------
    path
        ``.pdf`` for one file with all pages, ``.png`` or ``.svg`` for one each; see `page_files`.
    maps
        At least one.
    sheet
        The paper of each. Its title is that of the PDF; on the sheets stand the titles of the maps, if it has
        one at all.
    dpi
        How fine a ``.png`` is.
    columns
        As for `save_picture`; the same for all maps.
    progress
        Called with the share that is done, 0…1.

    Returns
    -------
    tuple of Path
        The files that are whole: fewer than wanted, or none, if it was cancelled.

    Raises
    ------
    ExportFailed, RowsUnreadable, ValueError
        As for `save_picture`.
    """
    suffix = path.suffix.lower()
    refuse_unusable(path, suffix, sheet, dpi)
    maps = [replace(each, snapshot=without_methods_of(each.snapshot, columns)) for each in maps]
    if suffix == ".pdf":
        return _save_pdf(path, maps, sheet, renderer, progress, cancelled)
    written: list[Path] = []
    files = page_files(path, (each.title for each in maps))
    for number, (target, each) in enumerate(zip(files, maps, strict=True)):
        is_done = save_picture(
            target,
            each.snapshot,
            _sheet_of(sheet, each),
            renderer,
            dpi=dpi,
            progress=lambda share, number=number: progress((number + share) / len(maps)),  # type: ignore[misc]
            cancelled=cancelled,
        )
        if not is_done:
            break
        written.append(target)
    return tuple(written)


def _save_pdf(
    path: Path,
    maps: Sequence[NamedMap],
    sheet: Sheet,
    renderer: Renderer,
    progress: Callable[[float], None],
    cancelled: Cancelled,
) -> tuple[Path, ...]:
    try:
        printed = []
        for number, each in enumerate(maps, start=1):
            page = _sheet_of(sheet, each)
            svg = renderer.map_svg(each.snapshot, page, cancelled=cancelled)
            printed.append(printed_sheet(svg, about_map(each.snapshot, page), page, renderer, cancelled))
            progress(_DRAWN_SHARE * number / len(maps))
        joined = joined_pdf(printed, [each.title for each in maps])
        data = finished_pdf(joined, about_map(maps[0].snapshot, sheet))
    except RenderingStopped:
        return ()
    except RenderingFailed as exc:
        why, hint = reason_parts(exc.reason)
        raise ExportFailed(path, _("{why}{hint}").format(why=why, hint=hint)) from exc
    if not write_atomically(path, data, cancelled=cancelled):
        return ()
    progress(1.0)
    return (path,)


def _sheet_of(sheet: Sheet, named: NamedMap) -> Sheet:
    return replace(sheet, title=named.title if sheet.title else "")


def _in_name(title: str, most_bytes: int) -> str:
    """Return a title as part of the name of a file, after a hyphen; empty if nothing of it can be."""
    plain = "".join(each for each in _NOT_IN_NAMES.sub(" ", title) if each.isprintable())
    plain = "-".join(plain.split())[:MOST_TITLE_CHARS]
    while len(os.fsencode(plain)) >= most_bytes and plain:
        plain = plain[:-1]
    plain = plain.strip(". -")
    return f"-{plain}" if plain else ""
