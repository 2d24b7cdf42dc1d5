"""What the page is told of a sheet of paper: its size and every word around the map, as plain JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.wording import date_text
from jjjmap.i18n import Language, in_language, speaking
from jjjmap.layers.layer_rows import sentence_for_filter
from jjjmap.maps.config import page_config
from jjjmap.maps.snapshot import REGION_BOUNDS, MapSnapshot

CSS_PX_PER_MM = 96 / 25.4

FONT_FAMILY = (
    '"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Source Han Sans SC", '
    '"WenQuanYi Micro Hei", sans-serif'
)
"""Of every text on a sheet; the page's own, so that what was measured is what is drawn."""

MIN_SIDE_MM = 20.0
MAX_SIDE_MM = 2000.0
MIN_TEXT_SCALE = 0.25
MAX_TEXT_SCALE = 8.0


@dataclass(frozen=True, slots=True)
class SheetTexts:
    """What stands around the map, in the words of the snapshot's language."""

    title: str = ""
    """Above the map; empty for none."""
    subtitle: str = ""
    mark: str = ""
    """In the corner above: 内部参考; empty for none."""
    lines: tuple[str, ...] = ()
    """Below the map, each wrapped by itself: how layers were reckoned, that it is a sketch, sources, date."""


@dataclass(frozen=True, slots=True)
class SheetParts:
    """What is drawn beside the map."""

    has_legend: bool = True
    has_scale_bar: bool = True
    has_north_arrow: bool = True


def sheet_layout(
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    texts: SheetTexts,
    *,
    width_mm: float,
    height_mm: float,
    text_scale: float = 1.0,
    parts: SheetParts = SheetParts(),
) -> dict[str, Any]:
    """Return the layout of a sheet, for `bridge.DrawSheet`.

    The page must have been told the snapshot before: its configuration, and `showing.calls_showing`.
    Filters are said in the language in use.

    Parameters
    ----------
    width_mm, height_mm
        Of the paper, 20 to 2000.
    text_scale
        How much larger than on the screen symbols and texts are drawn, 0.25 to 8.

    Raises
    ------
    ValueError
        A size is beyond its limits.
    """
    for side in (width_mm, height_mm):
        if not MIN_SIDE_MM <= side <= MAX_SIDE_MM:
            raise ValueError(f"a sheet of {side} mm")
    if not MIN_TEXT_SCALE <= text_scale <= MAX_TEXT_SCALE:
        raise ValueError(f"texts at {text_scale} of their size")
    bounds, language = snapshot.bounds, snapshot.language
    with speaking(language):  # What tells of filters speaks the language in use.
        notes = _notes(snapshot, catalogue)
    return {
        "width_mm": width_mm,
        "height_mm": height_mm,
        "width_px": width_mm * CSS_PX_PER_MM,
        "height_px": height_mm * CSS_PX_PER_MM,
        "text_scale": text_scale,
        "font_family": FONT_FAMILY,
        "html_lang": language.html_tag,
        "bounds": [bounds.west, bounds.south, bounds.east, bounds.north],
        # The whole region gets room for the names at its edge; a view of the user's own is shown as it was.
        "bounds_are_exact": bounds != REGION_BOUNDS,
        "title": texts.title,
        "subtitle": texts.subtitle,
        "mark": texts.mark,
        "lines": list(texts.lines),
        "has_legend": parts.has_legend,
        "has_scale_bar": parts.has_scale_bar,
        "has_north_arrow": parts.has_north_arrow,
        "notes": notes,
        "highlight_title": snapshot.highlight_title,
        "texts": _sheet_texts(snapshot),
    }


def _notes(snapshot: MapSnapshot, catalogue: Catalogue) -> list[str]:
    """Return the sentences of the legend that say what is left out: by time, and by filters."""
    _, language = in_language(snapshot.language), snapshot.language
    notes = []
    if snapshot.moment:
        moment = _("时间：{moment}").format(moment=date_text(snapshot.moment, language))
        later = _("淡色的地点当时尚未设立")
        notes.append(f"{moment} · {later}" if snapshot.dimmed_ids else moment)
    for view in snapshot.layers:
        if not (view.visible and view.layer.is_users and view.layer.geometry is not None):
            continue
        rows = snapshot.rows_of(view.layer.id)
        said = rows.filter_sentence(
            lambda key: catalogue.places[key].name(language) if key in catalogue.places else key
        )
        if said:
            sentence = sentence_for_filter(said, rows.shown_count, len(rows.table))
            notes.append(_("{layer}：{sentence}").format(layer=view.layer.title(language), sentence=sentence))
    return notes


def _sheet_texts(snapshot: MapSnapshot) -> dict[str, str]:
    _ = in_language(snapshot.language)
    texts: dict[str, str] = page_config(MapSnapshot((), snapshot.language))["texts"]
    return texts | {
        "north": "北" if snapshot.language is Language.ZH else "N",
        "kilometres": _("{n} 公里"),
        "metres": _("{n} 米"),
        "more_rows": _("图例未完：另有 {n} 项，纸面不够"),
    }
