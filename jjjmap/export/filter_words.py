"""The filter of a user's layer in the words that may leave the building with it."""

from __future__ import annotations

from jjjmap.catalogue.models import Catalogue
from jjjmap.export.options import ContentOptions
from jjjmap.i18n import Language, _
from jjjmap.layers.layer_rows import LayerRows, sentence_for_filter


def filter_words(rows: LayerRows, catalogue: Catalogue, options: ContentOptions, language: Language) -> str:
    """Return a filter in words; one that speaks of a column that stays at home only by its numbers.

    Parameters
    ----------
    language
        Of the names of places; it should be the one in use, which the sentence speaks.

    Returns
    -------
    str
        Empty for a layer without a filter.
    """
    if rows.filter is None:
        return ""
    passed_on = options.columns_of(rows.stored.id, tuple(column.name for column in rows.table.columns))
    is_private = any(
        condition.column and condition.column not in passed_on for condition in rows.filter.conditions
    )

    def name_of(place_id: str) -> str:
        place = catalogue.places.get(place_id)
        return place.name(language) if place is not None else place_id

    sentence = _("条件未附上") if is_private else rows.filter_sentence(name_of)
    return sentence_for_filter(sentence, rows.shown_count, len(rows.table))
