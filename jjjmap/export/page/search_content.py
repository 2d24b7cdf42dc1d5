"""By what the search of an exported map finds places and chains: their other names, and how they are read."""

from __future__ import annotations

from collections.abc import Iterable

from jjjmap.catalogue.models import Catalogue, Chain, Place
from jjjmap.catalogue.pinyin import Readings, sound_of

Findable = list[list[str]]
"""Other names, and readings."""


def search_content(
    catalogue: Catalogue, place_ids: Iterable[str], readings: Readings
) -> dict[str, dict[str, Findable] | list[Findable]]:
    """Return what places and chains are found by beside the names that the page shows anyhow.

    Parameters
    ----------
    catalogue
        All facts.
    place_ids
        Places on the page.
    readings
        How Chinese names are read.

    Returns
    -------
    dict
        ``places`` by id and ``chains`` in the order of the catalogue, each ``[names, readings]``; the
        syllables of a reading are parted by spaces. A place with neither is left out.
    """
    places: dict[str, Findable] = {}
    for place_id in place_ids:
        place = catalogue.places[place_id]
        entry = [_other_names(place), _sounds((place.name_zh, place.short_zh, *place.aliases), readings)]
        if any(entry):
            places[place_id] = entry
    return {
        "places": places,
        "chains": [
            [list(_chain_names(chain)), _sounds(_chain_names(chain), readings)]
            for chain in catalogue.chains.values()
        ],
    }


def _other_names(place: Place) -> list[str]:
    shown = (place.name_zh, place.name_en, "")
    codes = (place.id,) if place.kind.is_unit else ()
    names = (place.short_zh, place.short_en, *place.aliases, *codes)
    return [name for name in dict.fromkeys(names) if name not in shown]


def _chain_names(chain: Chain) -> tuple[str, ...]:
    names = (chain.name_zh_2024, chain.name_zh_2023, chain.name_en, chain.name_en_2023)
    return tuple(dict.fromkeys(name for name in names if name))


def _sounds(names: Iterable[str], readings: Readings) -> list[str]:
    found: dict[str, None] = {}
    for name in names:
        for reading in readings.get(name, ()):
            sound = sound_of(name, reading)
            ends = (*sound.starts[1:], len(sound.letters))
            syllables = (sound.letters[start:end] for start, end in zip(sound.starts, ends, strict=True))
            found.setdefault(" ".join(syllables))
    return list(found)
