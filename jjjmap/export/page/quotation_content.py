"""What the user's documents say about places, for an exported map: sentences with the names marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jjjmap.i18n import Language, in_language

if TYPE_CHECKING:
    from jjjmap.text.store.library import Library
    from jjjmap.text.store.library_records import DocumentEntry, LibraryQuotation

MAX_QUOTATIONS = 12
"""Of one place; the program itself shows all of them."""
QUOTED_AROUND_CHARS = 120
"""So much of a sentence stands before the first name in it, and behind that."""


class QuotationWriter:
    """Writes the sentences that name places; documents are numbered once.

    Parameters
    ----------
    library
        Where the sentences come from; None for none at all.
    language
        Of the words around the sentences.
    """

    def __init__(self, library: Library | None, language: Language) -> None:
        self._library = library
        self._say = in_language(language)
        self._numbers: dict[str, int] = {}
        self.documents: list[str] = []
        """References after GB/T 7714, by number."""

    def about(self, place_id: str) -> list[list[Any]]:
        """Return sentences as ``[pieces, document, remark]``: of the pieces every second one is a name."""
        if self._library is None:
            return []
        quotations = self._library.quotations_about(place_id, MAX_QUOTATIONS)
        return [
            [_pieces(each), self._document(each.entry), self._remark(each.versions)] for each in quotations
        ]

    def _remark(self, versions: int) -> str:
        _ = self._say
        return _("{n} 个版本都有").format(n=versions) if versions > 1 else ""

    def _document(self, entry: DocumentEntry) -> int:
        if entry.id not in self._numbers:
            # Imported here: a map without quotations needs nothing of the library.
            from jjjmap.text.store.citing import reference_to

            self._numbers[entry.id] = len(self.documents)
            self.documents.append(reference_to(entry.details, entry.file_name))
        return self._numbers[entry.id]


def _pieces(quotation: LibraryQuotation) -> list[str]:
    """Cut a sentence at the names in it; of a long one what stands around them remains."""
    said, start = quotation.sentence, quotation.sentence_start
    spans = [(mention.start - start, mention.end - start) for mention in quotation.mentions]
    at = max(0, spans[0][0] - QUOTED_AROUND_CHARS)
    until = min(len(said), spans[0][1] + QUOTED_AROUND_CHARS)
    pieces = ["…" if at else ""]
    for first, last in spans:
        # A name may lie inside another one of the same place.
        if at <= first and last <= until:
            pieces[-1] += said[at:first]
            pieces += [said[first:last], ""]
            at = last
    pieces[-1] += said[at:until] + ("…" if until < len(said) else "")
    return pieces
