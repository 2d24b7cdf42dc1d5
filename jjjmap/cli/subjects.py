"""What ``show`` is asked about: a place, else a chain, else an item of the policy."""

from jjjmap.catalogue.models import Catalogue, Chain, Passage
from jjjmap.catalogue.names import NamedPlace, find_place, normal_form
from jjjmap.errors import PlaceUnknown


def find_subject(catalogue: Catalogue, text: str) -> NamedPlace | Chain | Passage:
    """Return what a text means; places come first, for they are what the map shows.

    A chain is called by its id or one of its names, a passage by its id, number (T2) or title.

    Raises
    ------
    PlaceUnknown
        Nothing fits; the error carries the names of places that look most alike.
    """
    try:
        return find_place(catalogue, text)
    except PlaceUnknown:
        wanted = normal_form(text)
        for chain in catalogue.chains.values():
            called = (chain.id, chain.name_zh_2024, chain.name_zh_2023, chain.name_en, chain.name_en_2023)
            if wanted in map(normal_form, filter(None, called)):
                return chain
        for passage in catalogue.passages.values():
            titles = (passage.id, passage.number, passage.title_zh, passage.title_en)
            if wanted in map(normal_form, filter(None, titles)):
                return passage
        raise
