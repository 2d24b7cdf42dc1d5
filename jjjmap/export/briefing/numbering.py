"""Numbers the sources of a briefing in the order in which it cites them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jjjmap.catalogue.citing import reference_to_source
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.wording import quality_name
from jjjmap.export.briefing.records import Reference, Refs
from jjjmap.text.store.citing import reference_to
from jjjmap.text.store.library_records import DocumentEntry

_BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""They would turn round what stands behind them; no Chinese or English text needs them."""
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """Return a text of the user's on one line, without characters that act rather than show."""
    return " ".join(_CONTROLS.sub(" ", _BIDI_CONTROLS.sub("", text)).split())


def shortened(text: str, longest: int) -> str:
    """Return a text of so many letters at most; an ellipsis tells that there were more."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


class References:
    """The list of sources while a briefing is put together; speaks the language in use.

    Parameters
    ----------
    catalogue
        Knows the sources.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._by_text: dict[str, Reference] = {}

    def cite(self, source_ids: Iterable[str]) -> Refs:
        """Return the numbers of sources of the catalogue, each once; unknown ones are left out."""
        found: list[int] = []
        for source_id in dict.fromkeys(source_ids):
            source = self._catalogue.sources.get(source_id)
            if source is not None:
                text = reference_to_source(source)
                last = text.rpartition(" ")[2]
                link = last if last.startswith(("http://", "https://")) else ""
                # The remark in brackets is for the program, where links can be clicked.
                quality = quality_name(source.quality).partition("（")[0].partition(" (")[0]
                found.append(self._number(text, link, quality))
        return tuple(dict.fromkeys(found))

    def cite_document(self, entry: DocumentEntry) -> Refs:
        """Return the number of a document of the user's."""
        text = plain(reference_to(entry.details, entry.file_name))
        return (self._number(text, "", quality_name("user")),)

    def listed(self) -> tuple[Reference, ...]:
        """Return what was cited so far, in that order."""
        return tuple(self._by_text.values())

    def _number(self, text: str, link: str, quality: str) -> int:
        # Two records of one source read the same: whoever reads the list must not see it twice.
        known = self._by_text.setdefault(text, Reference(len(self._by_text) + 1, text, link, quality))
        return known.number
