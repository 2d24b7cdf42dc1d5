"""The words around a printed map: title, marks, sources and the day, in the layout that the page draws."""

from __future__ import annotations

from typing import Any

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.wording import date_text
from jjjmap.export.dates import export_date
from jjjmap.export.marks import marks_of
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
    """
    return sheet_layout(
        snapshot,
        catalogue,
        _texts_of(sheet, snapshot.language),
        width_mm=sheet.width_mm,
        height_mm=sheet.height_mm,
        text_scale=sheet.text_scale,
        parts=SheetParts(sheet.has_legend, sheet.has_scale_bar, sheet.has_north_arrow),
    )


def _texts_of(sheet: Sheet, language: Language) -> SheetTexts:
    if not sheet.has_attribution:
        return SheetTexts(sheet.title, sheet.subtitle)
    _ = in_language(language)
    marks = marks_of(sheet.audience, language)
    day = _("制图日期：{date}").format(date=date_text(export_date().isoformat(), language))
    sketch = ("｜" if language is Language.ZH else " | ").join((marks.schematic, marks.unapproved, day))
    return SheetTexts(sheet.title, sheet.subtitle, marks.internal, (sketch, marks.attribution))
