"""What the library has for the search box: the best documents as hits beside those of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jjjmap.catalogue.hits import Hit, Match
from jjjmap.catalogue.search import HitGroup
from jjjmap.catalogue.search_entries import SearchKind
from jjjmap.catalogue.wording import date_text
from jjjmap.i18n import Language

if TYPE_CHECKING:
    from jjjmap.text.fulltext.search import DocumentHits, SearchAnswer


def document_group(answer: SearchAnswer, language: Language, limit: int) -> HitGroup | None:
    """Return the documents of an answer as a group of hits; None if there are none.

    The id of a hit is that of the document with start and end of what was found: ``doc-…/120/124``.
    """
    if not answer.documents:
        return None
    hits = tuple(_hit(found, language) for found in answer.documents[:limit])
    return HitGroup(SearchKind.DOCUMENT, answer.document_total, hits)


def _hit(found: DocumentHits, language: Language) -> Hit:
    entry = found.entry
    about = (entry.details.issuer, date_text(entry.details.date, language))
    first = found.hits[0] if found.hits else None
    return Hit(
        SearchKind.DOCUMENT,
        f"{entry.id}/{first.start}/{first.end}" if first else entry.id,
        Match.TEXT,
        entry.details.title or entry.file_name,
        found.title_marks,
        first.snippet if first else "",
        first.marks if first else (),
        " · ".join(part for part in about if part),
        (),
    )
