"""From what a person types to a place: by id, name, short name or alias."""

import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher

from jjjmap.catalogue.models import Catalogue, Place
from jjjmap.errors import PlaceUnknown

SUGGESTIONS = 3

_QUOTES_AND_DASHES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
_UNIT_SUFFIXES = ("省", "市", "区", "县")

_BY_ID, _BY_NAME, _BY_ALIAS, _BY_STEM = range(4)
"""How a text fits a place, best first."""


def find_place(catalogue: Catalogue, text: str) -> Place:
    """Return the place that a text means.

    Case, full-width forms, spaces and the shape of quotation marks do not matter. An id beats a name, a name
    beats a short name or an alias, those beat a unit's name without its last character (通州 for 通州区).
    Of several equals, places named by policy come before administrative units, then the smallest id wins:
    the same text always means the same place.

    Raises
    ------
    PlaceUnknown
        Nothing fits; the error carries the three names that look most alike.
    """
    wanted = normal_form(text)
    fits = [
        (rank, place.kind.is_unit, place.id)
        for place in catalogue.places.values()
        for rank, called in _ways_to_call(place)
        if normal_form(called) == wanted
    ]
    if not wanted or not fits:
        raise PlaceUnknown(text, nearest_names(catalogue, text))
    return catalogue.places[min(fits)[2]]


def nearest_names(catalogue: Catalogue, text: str) -> tuple[str, ...]:
    """Return up to three names, aliases or ids, one of a place, that look most like a text, best first."""
    wanted = normal_form(text)
    if not wanted:
        return ()
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)  # The second text is the one whose analysis is kept between comparisons.
    scored = []
    for place in catalogue.places.values():
        best: tuple[float, str] | None = None
        for rank, called in _ways_to_call(place):
            if rank == _BY_STEM:
                continue
            form = normal_form(called)
            matcher.set_seq1(form)
            # A part of a name is a likely slip (曹妃甸港 for 曹妃甸港区), however long the rest is.
            likeness = max(matcher.ratio(), 0.6 if wanted in form else 0.0)
            if best is None or likeness > best[0]:
                best = (likeness, called)
        if best is not None and best[0] > 0:
            scored.append((-best[0], place.kind.is_unit, place.id, best[1]))
    names = dict.fromkeys(called for _likeness, _is_unit, _place_id, called in sorted(scored))
    return tuple(names)[:SUGGESTIONS]


def normal_form(text: str) -> str:
    """Return a text as names are compared: NFKC, no case, no spaces, plain quotes and dashes."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES_AND_DASHES)
    return "".join(folded.split())


def _ways_to_call(place: Place) -> Iterator[tuple[int, str]]:
    yield _BY_ID, place.id
    for name in (place.name_zh, place.name_en):
        if name:
            yield _BY_NAME, name
    for alias in (place.short_zh, place.short_en, *place.aliases):
        if alias:
            yield _BY_ALIAS, alias
    if place.kind.is_unit and len(place.name_zh) > 2 and place.name_zh.endswith(_UNIT_SUFFIXES):
        yield _BY_STEM, place.name_zh[:-1]
