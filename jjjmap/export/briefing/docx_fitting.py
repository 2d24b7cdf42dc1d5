"""Reckons how high a briefing will stand in Word, and leaves out what does not fit on its page.

Word alone knows where its lines break: this is an estimate, a little on the careful side. Who edits the file
may let it grow.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

from docx.shared import Mm

from jjjmap.export.briefing.docx_styles import (
    BOTTOM_MM,
    CAPTION,
    CELL,
    FACT,
    FOOTNOTE_TEXT,
    HEADING,
    HEIGHT_MM,
    ITEM,
    LABEL_MM,
    LOOKS,
    SIDE_MM,
    SMALL,
    SUBTITLE,
    TITLE,
    TOP_MM,
    WIDTH_MM,
)
from jjjmap.export.briefing.records import Briefing
from jjjmap.export.briefing.trimming import bounded, drop_key, drop_rank, trimmed
from jjjmap.i18n import Language

Size = tuple[float, float]
"""Width and height in millimetres."""


@dataclass(frozen=True, slots=True)
class PictureSizes:
    """In what sizes maps are drawn for a Word file: scaled down, their names could not be read."""

    locator: Size
    detail: Size

    @property
    def height_mm(self) -> float:
        """Height of the row that they stand in."""
        return self.locator[1]


LARGE = PictureSizes((44.0, 57.0), (124.0, 57.0))
SMALL_ROW = PictureSizes((30.0, 38.0), (138.0, 38.0))
BESIDE_CHART = PictureSizes((30.0, 38.0), (76.0, 38.0))

TABLE_SHARES = {
    Language.ZH: (0.33, 0.19, 0.18, 0.3),
    # Amounts are longer where they are said in millions, with the number of the source behind them.
    Language.EN: (0.29, 0.27, 0.17, 0.27),
}
"""Widths of the columns of figures, of the whole: indicator, value, period, what else is said."""
CELL_PADDING_PT = 2.5
_FOOTNOTE_LINE_PT = 12.0
"""What the line above the footnotes takes."""
_SLACK = 1.03
"""Lines break at words and before punctuation, so they are never quite full."""
_LAST_RESORT = 100
_SPARE_PT = {Language.ZH: 4.0, Language.EN: 20.0}
"""Kept free: the wider the letters that a system puts in the place of ours, the more."""
_LATIN_EM = 0.52
"""Mean width of a Latin letter, of the size of the font."""


def picture_sizes(briefing: Briefing) -> PictureSizes:
    """Return how large the maps may be on a page of ours: large where all that is said leaves the room."""
    if briefing.chart is not None:
        return BESIDE_CHART
    briefing = bounded(briefing)
    width = Mm(WIDTH_MM - 2 * SIDE_MM).pt
    room = _room_pt(briefing, HEIGHT_MM - TOP_MM - BOTTOM_MM[briefing.language])
    return LARGE if height_pt(briefing, width, LARGE.height_mm) <= room else SMALL_ROW


def fitted(briefing: Briefing, *, width_mm: float, height_mm: float, maps_mm: float) -> Briefing:
    """Return as much of a briefing as stands on one page; what is left out is told in it.

    Parameters
    ----------
    briefing
        The whole of it.
    width_mm, height_mm
        Of the page without its margins.
    maps_mm
        Height of the row of maps; 0 without maps.
    """
    room, width = _room_pt(briefing, height_mm), Mm(width_mm).pt
    keys: list[str] = []
    shorter = briefing
    for _rank, key in sorted(_droppable(briefing, maps_mm > 0), reverse=True):
        if height_pt(shorter, width, maps_mm) <= room:
            break
        keys.append(key)
        shorter = trimmed(briefing, keys)
    # What went last may have made more room than was wanted: what went before it comes back where it fits,
    # of each sort the first ones first.
    too_large: set[str] = set()
    for key in tuple(reversed(keys)):
        sort = key.rpartition("-")[0]
        others = [other for other in keys if other != key]
        longer = trimmed(briefing, others)
        if sort not in too_large and height_pt(longer, width, maps_mm) <= room:
            keys, shorter = others, longer
        else:
            too_large.add(sort)
    return shorter


def height_pt(briefing: Briefing, width_pt: float, maps_mm: float) -> float:
    """Return how high a briefing will stand, in points, its footnotes included."""
    narrow = width_pt - Mm(LABEL_MM[briefing.language]).pt
    height = _paragraph(TITLE, briefing.title, width_pt)
    height += _paragraph(SUBTITLE, f"{briefing.subtitle} {briefing.evidence}", width_pt)
    if briefing.facts:
        height += _heading(width_pt)
        height += sum(_paragraph(FACT, fact.text, narrow) for fact in briefing.facts)
    if briefing.neighbours:
        told = "；".join(f"{each.kind}{each.name}约000公里方向  " for each in briefing.neighbours)
        height += _paragraph(FACT, told, narrow)
    if maps_mm or briefing.chart is not None:
        height += (
            Mm(maps_mm or BESIDE_CHART.height_mm).pt
            + (1 + (briefing.language is Language.EN)) * LOOKS[CAPTION].line
            + 4
        )
    if briefing.figures:
        height += _heading(width_pt) + _paragraph(CAPTION, "", width_pt) + _figures(briefing, width_pt)
    sections = (
        [f"{fact.label}{fact.text}" for fact in briefing.disagreements],
        [f"{passage.date}    {passage.title}  {passage.text}{passage.why}" for passage in briefing.passages],
        [f"{chain.name}  {chain.role}{'；'.join(chain.chokepoints)}" for chain in briefing.chains],
        [
            f"{firms.layer_title}{firms.criterion}{firms.filter_sentence}{''.join(firms.names)}"
            f"{''.join(name for name, _n in firms.groups)}" + "　" * 40
            for firms in briefing.firms
        ],
    )
    for texts in sections:
        if any(texts):
            height += _heading(width_pt) + sum(_paragraph(ITEM, text, width_pt) for text in texts)
    said = "".join((*briefing.notes, *briefing.left_out))
    height += _paragraph(SMALL, said, width_pt)
    notes = (f"0 {each.text} {each.quality}　" for each in briefing.references)
    return height + _FOOTNOTE_LINE_PT + sum(_paragraph(FOOTNOTE_TEXT, text, width_pt) for text in notes)


def _room_pt(briefing: Briefing, height_mm: float) -> float:
    return float(Mm(height_mm).pt) - _SPARE_PT[briefing.language]


def _droppable(briefing: Briefing, has_maps: bool) -> list[tuple[int, str]]:
    """Return rank and key of all that may be left out; the first of each sort stays."""
    counts = {
        "figure": len(briefing.figures),
        "disagreement": len(briefing.disagreements),
        "passage": len(briefing.passages),
        "chain": len(briefing.chains),
    }
    beside_chart = briefing.chart is not None
    keys = [
        # What a printed page never gives up goes here at last, the later ones first: other programs set
        # the text in other letters, and none of them can leave out what is too much.
        (drop_rank(sort, at, beside_chart=beside_chart) or at - _LAST_RESORT, drop_key(sort, at))
        for sort, count in counts.items()
        for at in range(1, count)
    ]
    keys += [
        (drop_rank("text", at), drop_key("text", at))
        for at, passage in enumerate(briefing.passages)
        # A title without the words that are quoted says nothing: such a passage goes as a whole.
        if at > 0 and passage.text and not passage.is_quotation
    ]
    keys += [
        (drop_rank("names", at), drop_key("names", at))
        for at, firms in enumerate(briefing.firms)
        if firms.names
    ]
    # Beside maps a chart takes no room of its own.
    has_lone_chart = briefing.chart is not None and not has_maps
    return [*keys, (drop_rank("chart", 0), "chart")] if has_lone_chart else keys


def _figures(briefing: Briefing, width_pt: float) -> float:
    """Return the height of the table of figures."""
    look = LOOKS[CELL]
    height = look.line + CELL_PADDING_PT
    for figure in briefing.figures:
        texts = (
            f"{figure.scope}{figure.indicator}",
            f"{figure.value}　",
            figure.period,
            f"{figure.comparison}　{figure.note}",
        )
        rows = (
            _lines(text, width_pt * share - 8, look.size)
            for text, share in zip(texts, TABLE_SHARES[briefing.language], strict=True)
        )
        height += max(rows) * look.line + CELL_PADDING_PT
    return height


def _heading(width_pt: float) -> float:
    return _paragraph(HEADING, "", width_pt)


def _paragraph(style: str, text: str, width_pt: float) -> float:
    look = LOOKS[style]
    return look.before + look.after + _lines(text, width_pt, look.size) * look.line


def _lines(text: str, width_pt: float, size_pt: float) -> int:
    ems = sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else _LATIN_EM for letter in text)
    return max(1, math.ceil(ems * size_pt * _SLACK / width_pt))
