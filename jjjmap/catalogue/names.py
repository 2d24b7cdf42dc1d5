"""From what a person types to a place: by id, name, short name, alias or what a unit was called before."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from jjjmap.catalogue.details import containing_units
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind, UnitAlias
from jjjmap.errors import PlaceUnknown

SUGGESTIONS = 3

_QUOTES_AND_DASHES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
_UNIT_SUFFIXES = ("省", "市", "区", "县")

_UNIT_LEVELS = {PlaceKind.PROVINCE: 1, PlaceKind.CITY: 2, PlaceKind.COUNTY: 3}

_BY_ID, _BY_NAME, _BY_ALIAS, _BY_STEM, _BY_OLD_NAME = range(5)
"""How a text fits a place, best first."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """What a text means."""

    place: Place
    others: tuple[Place, ...] = ()
    """Places that the same text names as well, best first; none where it was an id."""
    old_name: UnitAlias | None = None
    """Where the text is what the unit, or one that went into it, was called before."""


def find_place(catalogue: Catalogue, text: str) -> NamedPlace:
    """Return the place that a text means, and those that it might have meant.

    Case, full-width forms, spaces and the shape of quotation marks do not matter. An id beats a name, a name
    beats a short name or an alias, those beat a unit's name without its last character (通州 for 通州区), and
    that beats an old name (蓟县 for 蓟州区).
    Of several equals, places named by policy come before administrative units, larger units before smaller
    ones (河北 for 河北省), then the smallest id wins: the same text always means the same place.
    A name may be led by the units that hold the place (河北省石家庄市桥西区, 北京通州), in English followed
    by them (Jizhou District, Hengshui).

    Raises
    ------
    PlaceUnknown
        Nothing fits; the error carries the three names that look most alike.
    """
    wanted = normal_form(text)
    if not wanted:
        raise PlaceUnknown(text, ())
    calls = [
        (rank, place, normal_form(called))
        for place in catalogue.places.values()
        for rank, called in _ways_to_call(place)
    ]
    fits = [(rank, place) for rank, place, form in calls if form == wanted]
    if not fits:
        fits = [
            (rank, place)
            for rank, place, form in calls
            if rank != _BY_ID and _is_led_by_units(catalogue, place, form, wanted)
        ]
    if not fits:
        fits = [(_BY_OLD_NAME, place) for place, _alias in _once_called(catalogue, wanted)]
    if not fits:
        raise PlaceUnknown(text, nearest_names(catalogue, text))
    fits.sort(key=lambda fit: (fit[0], _UNIT_LEVELS.get(fit[1].kind, 0), fit[1].id))
    (rank, place), *_rest = fits
    others = {} if rank == _BY_ID else {other.id: other for _rank, other in fits if other.id != place.id}
    old_name = None
    if rank == _BY_OLD_NAME:
        old_name = next(alias for named, alias in _once_called(catalogue, wanted) if named.id == place.id)
    return NamedPlace(place, tuple(others.values()), old_name)


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


def _once_called(catalogue: Catalogue, wanted: str) -> Iterator[tuple[Place, UnitAlias]]:
    """Yield the units that had a name once, with it; the units that hold them may lead it as usual."""
    for alias in catalogue.unit_aliases:
        place = catalogue.places.get(alias.adcode)
        if place is None or not alias.is_old_name:
            continue
        form = normal_form(alias.name_zh)
        if (form == wanted and not alias.only_in) or _is_led_by_units(catalogue, place, form, wanted):
            yield place, alias


def _is_led_by_units(catalogue: Catalogue, place: Place, form: str, wanted: str) -> bool:
    """Whether a text is a name together with units that hold the place, in their order."""
    if wanted.endswith(form):
        lead = wanted.removesuffix(form).rstrip(",")
    elif wanted.startswith(f"{form},"):
        lead = "".join(reversed(wanted.removeprefix(form).split(",")))
    else:
        return False
    units = tuple(reversed(containing_units(catalogue, place)))
    return bool(lead) and _is_spelled_by(lead, units)


def _is_spelled_by(text: str, units: tuple[Place, ...]) -> bool:
    """Whether a text is made of names of units, the largest first; some may be left out."""
    if not text:
        return True
    return any(
        text.startswith(form) and _is_spelled_by(text.removeprefix(form), units[position + 1 :])
        for position, unit in enumerate(units)
        for rank, called in _ways_to_call(unit)
        if rank != _BY_ID and (form := normal_form(called))
    )


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
