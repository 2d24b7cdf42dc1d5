"""The words around a printed map: title, marks, methods, sources and the day, as the page draws them."""

from __future__ import annotations

from typing import Any

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.wording import date_text
from jjjmap.export.dates import export_date
from jjjmap.export.marks import marks_of
from jjjmap.export.pictures.method_lines import method_lines
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import Language, in_language
from jjjmap.maps.sheets import SheetParts, SheetTexts, sheet_layout
from jjjmap.maps.snapshot import MapSnapshot


def layout_of(sheet: Sheet, snapshot: MapSnapshot, catalogue: Catalogue) -> dict[str, Any]:
    """Return the layout of a sheet, for `maps.bridge.DrawSheet`.

    Raises
    ------
    ValueError
        Its size, or that of its texts, is beyond what the page draws.
    RowsUnreadable
        The rows of a user's layer are gone or broken.
    """
    return sheet_layout(
        snapshot,
        catalogue,
        _texts_of(sheet, snapshot),
        width_mm=sheet.width_mm,
        height_mm=sheet.height_mm,
        text_scale=sheet.text_scale,
        parts=SheetParts(sheet.has_legend, sheet.has_scale_bar, sheet.has_north_arrow),
    )


def _texts_of(sheet: Sheet, snapshot: MapSnapshot) -> SheetTexts:
    if not sheet.has_attribution:
        return SheetTexts(sheet.title, sheet.subtitle)
    language = snapshot.language
    _ = in_language(language)
    marks = marks_of(sheet.audience, language)
    day = _("制图日期：{date}").format(date=date_text(export_date().isoformat(), language))
    sketch = ("｜" if language is Language.ZH else " | ").join((marks.schematic, marks.unapproved, day))
    lines = (*method_lines(snapshot, sheet), sketch, marks.attribution)
    return SheetTexts(sheet.title, sheet.subtitle, marks.internal, lines)
