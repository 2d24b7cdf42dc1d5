"""What the search box finds among the user's layers: hits by title, results also by column and input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jjjmap.catalogue.hits import LINE_CHARS, Hit, Match
from jjjmap.catalogue.matching import Word, fold, snippet, spans_of, words_of
from jjjmap.catalogue.search import HitGroup
from jjjmap.catalogue.search_entries import SearchKind
from jjjmap.i18n import _
from jjjmap.layers.stored_layer import StoredLayer

_DOT = " · "
_RANKS = {match: rank for rank, match in enumerate(Match)}


def layer_group(layers: Sequence[StoredLayer], text: str, limit: int) -> HitGroup | None:
    """Return the layers that hold every word of a text as a group of hits; None if there are none.

    Parameters
    ----------
    layers
        The user's layers, the oldest first.
    text
        Words parted by spaces; they may stand anywhere in a name, whatever their case and width.
    limit
        The most hits; those that fit best come first, among equals the newest.
    """
    # Names of files are written in any way: a short word need not begin a word here.
    words = tuple(Word(each.text, each.is_latin, begins_words=False) for each in words_of(text))
    if not words:
        return None
    fits = [(match, stored) for stored in reversed(layers) if (match := _match(stored, words)) is not None]
    if not fits:
        return None
    fits.sort(key=lambda fit: _RANKS[fit[0]])
    hits = tuple(_hit(stored, match, words) for match, stored in fits[:limit])
    return HitGroup(SearchKind.LAYER, len(fits), hits)


def with_layers(groups: Sequence[HitGroup], layers: HitGroup | None) -> tuple[HitGroup, ...]:
    """Return groups of the catalogue with that of the layers where it belongs: behind what fits as well."""
    if layers is None:
        return tuple(groups)
    own = _class_of(layers)
    at = next((n for n, group in enumerate(groups) if _class_of(group) > own), len(groups))
    return (*groups[:at], layers, *groups[at:])


def _class_of(group: HitGroup) -> int:
    """Return how good a group is, by its best hit: 0 a whole name, 1 a part of one, 2 words about it."""
    match group.hits[0].match:
        case Match.EXACT:
            return 0
        case Match.TEXT:
            return 2
        case _part:
            return 1


def _line(name: str) -> str:
    """Return a name that somebody else wrote as one line."""
    return " ".join(name.split())


def _columns(stored: StoredLayer) -> list[str]:
    """Return the columns by which a layer is found: those of results only."""
    return [_line(column.name) for column in stored.facts.columns] if stored.provenance is not None else []


def _inputs(stored: StoredLayer) -> list[str]:
    return [_line(note.title) for note in stored.provenance.inputs] if stored.provenance is not None else []


def _match(stored: StoredLayer, words: Sequence[Word]) -> Match | None:
    title = fold(_line(stored.title))
    phrase = " ".join(each.text for each in words)
    if title == phrase:
        return Match.EXACT
    if title.startswith(phrase):
        return Match.PREFIX
    missing = [each for each in words if each.text not in title]
    if not missing:
        return Match.INSIDE
    if stored.provenance is None:
        return None
    others = [fold(name) for name in (*_columns(stored), *_inputs(stored))]
    return Match.TEXT if all(any(each.text in name for name in others) for each in missing) else None


def _hit(stored: StoredLayer, match: Match, words: tuple[Word, ...]) -> Hit:
    title = _line(stored.title)
    missing = [each for each in words if each.text not in fold(title)]
    pieces = []
    if columns := _holding(_columns(stored), missing):
        pieces.append(_("列：{names}").format(names=snippet(columns, missing, chars=LINE_CHARS)))
    if inputs := _holding(_inputs(stored), missing):
        pieces.append(_("来自 {name}").format(name=snippet(inputs, missing, chars=LINE_CHARS)))
    where = _line(stored.facts.source_name)
    if stored.provenance is not None:
        from jjjmap.ui.analysis_texts import kind_title

        pieces.append(_line(kind_title(stored.provenance.analysis)))
        where = _("分析结果")
    pieces.append(_("{n} 行").format(n=f"{stored.facts.rows:,}"))
    text = _DOT.join(pieces)
    return Hit(
        SearchKind.LAYER,
        stored.id,
        match,
        title,
        spans_of(title, words),
        text,
        spans_of(text, missing),
        where,
        (),
    )


def _holding(names: Iterable[str], words: Sequence[Word]) -> str:
    """Return the names that hold one of the words, in a row."""
    return _("、").join(name for name in names if any(each.text in fold(name) for each in words))
