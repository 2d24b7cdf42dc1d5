"""What a printed map says below of the layers that analyses made: from what, by which formula, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

from jjjmap.catalogue.wording import date_text
from jjjmap.export.renderer import CSS_PX_PER_MM, Sheet
from jjjmap.i18n import Language, _, speaking
from jjjmap.layers.layer import LayerView
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.provenance import Provenance
from jjjmap.layers.provenance_texts import rows_text
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import Density, StyleMode
from jjjmap.maps.snapshot import MapSnapshot

MOST_LAYERS = 4
"""So many are told; of the others only how many there are."""
MOST_INPUTS = 3
"""So many of one layer are named."""
LONGEST_TITLE = 40
LONGEST_FORMULA = 90

_SHARE_OF_HEIGHT = 0.12
"""Of the paper; a map with more text below it is no map."""
_LETTER_PX = 7.5
"""About the size of the lines below, as wide as a Chinese character."""
_LINE_HEIGHT = 1.4
_WIDE = 0x2E7F
"""Letters beyond are about twice as wide."""


def method_lines(snapshot: MapSnapshot, sheet: Sheet) -> tuple[str, ...]:
    """Return a line for each visible layer that an analysis made, from the top down, as the paper has room.

    They are in the language of the snapshot; the last one says of how many layers nothing is told.

    Raises
    ------
    RowsUnreadable
        The rows of a user's layer are gone or broken.
    """
    with speaking(snapshot.language):  # What tells of analyses speaks the language in use.
        said = [
            _line(view, rows.stored.provenance, _coloring_column(rows), snapshot.language)
            for view, rows in _on_the_map(snapshot)
            if rows.stored.provenance is not None
        ]
        told = _told_count(said, sheet)
        left = len(said) - told
        if not left:
            return tuple(said)
        if not told:
            return (_("{n} 个分析结果的方法见网页或数据导出").format(n=left),)
        return (*said[:told], _("另有 {n} 个分析结果，方法见网页或数据导出").format(n=left))


def without_methods_of(snapshot: MapSnapshot, columns: Mapping[str, tuple[str, ...]]) -> MapSnapshot:
    """Return the same map, whose layers do not tell how columns were reckoned that are kept back.

    Parameters
    ----------
    columns
        Columns to tell of, by user's layer id, as in `ContentOptions`; all of a layer that is not named.
    """
    if not columns:
        return snapshot

    def rows_of(layer_id: str) -> LayerRows:
        rows = snapshot.rows_of(layer_id)
        made = rows.stored.provenance
        if made is None or layer_id not in columns:
            return rows
        return replace(rows, stored=replace(rows.stored, provenance=made.about(columns[layer_id])))

    return replace(snapshot, rows_of=rows_of)


def _on_the_map(snapshot: MapSnapshot) -> list[tuple[LayerView, LayerRows]]:
    return [
        (view, snapshot.rows_of(view.layer.id))
        for view in reversed(snapshot.layers)
        if view.visible and view.layer.is_users and view.layer.geometry is not None
    ]


def _coloring_column(rows: LayerRows) -> str:
    """Return the column whose values decide the looks; empty if none does."""
    style = rows.stored.style
    is_dense = style.density is not Density.NONE and rows.table.geometry is Geometry.POINT
    return "" if is_dense or style.mode is StyleMode.SINGLE else style.column


def _line(view: LayerView, made: Provenance, column: str, language: Language) -> str:
    inputs = [
        _("{title}（{rows}）").format(title=_cut(note.title, LONGEST_TITLE), rows=rows_text(note))
        if note.rows or note.rows_used
        else _cut(note.title, LONGEST_TITLE)
        for note in made.inputs[:MOST_INPUTS]
    ]
    named = _("、").join(inputs)
    if len(made.inputs) > MOST_INPUTS:
        named = _("{names}等 {n} 项").format(names=named, n=len(made.inputs))
    formula = next((note.formula for note in made.columns if column and note.name == column), "")
    parts = (
        _("由{names}算出").format(names=named) if named else "",
        f"{_cut(column, LONGEST_TITLE)} = {_cut(formula, LONGEST_FORMULA)}" if formula else "",
        _("计算日期：{date}").format(date=date_text(made.made, language)) if made.made else "",
    )
    title = _cut(view.layer.title(language), LONGEST_TITLE)
    told = _("；").join(part for part in parts if part)
    return _("{title}：{told}").format(title=title, told=told) if told else title


def _told_count(said: list[str], sheet: Sheet) -> int:
    """Return how many lines there is room for, with one more that says how many there is none for."""
    width, height = (side * CSS_PX_PER_MM / sheet.text_scale for side in (sheet.width_mm, sheet.height_mm))
    rows_free = _SHARE_OF_HEIGHT * height / (_LETTER_PX * _LINE_HEIGHT)
    told = 0
    for at, line in enumerate(said[:MOST_LAYERS]):
        rows_free -= ceil(_letters(line) * _LETTER_PX / width)
        if rows_free < (at + 1 < len(said)):
            break
        told += 1
    return told


def _letters(text: str) -> float:
    """Return how many Chinese characters are about as wide as a text."""
    return sum(1.0 if ord(letter) > _WIDE else 0.55 for letter in text)


def _cut(text: str, longest: int) -> str:
    """Return a text on one line, with an ellipsis for what is too long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1].rstrip()}…"
