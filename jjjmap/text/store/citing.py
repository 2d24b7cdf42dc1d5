"""References to the user's documents after GB/T 7714-2015, and quotations with their place.

What is not known is left out; no place, page or date is made up. The marks of the standard are the same in
both languages of the program.
"""

import re
from dataclasses import dataclass
from pathlib import PurePath

from jjjmap.text.records import DocumentDetails
from jjjmap.text.store.library_records import DocumentEntry

_NEWSPAPER = re.compile(r"(报|报海外版|早报|晚报|时报)$|\b(daily|times|post|herald|gazette)$", re.IGNORECASE)
_WEB_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".shtml"})
_SITE = re.compile(r"(网|网站|客户端|公众号|在线|频道)$|\.(com|cn|net|org)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation with all that is needed to find it again."""

    reference: str
    """The document, after GB/T 7714."""
    quotation: str
    document_id: str
    start: int
    end: int
    """In characters of the document's cleaned text, as `Document.text` has it."""

    @property
    def text(self) -> str:
        """The citation on one line."""
        return f"“{self.quotation}”（{self.reference} {self.document_id}: {self.start}-{self.end}）"


def reference_to(details: DocumentDetails, file_name: str) -> str:
    """Return the reference to a document.

    A newspaper's article is ``[N]``, a page of the web ``[EB/OL]``, anything else, official papers among
    them, ``[Z]``; a 文号 follows the title as the standard has it for numbered papers. Without an issuer the
    title stands first, as for works without an author.
    """
    title = _part(details.title) or _part(PurePath(file_name).stem)
    issuer, number, date = _part(details.issuer), _part(details.number), details.date
    if number:
        return _sentence(issuer, f"{title}: {number}[Z]", date)
    if issuer and _NEWSPAPER.search(issuer):
        # The paper is where it stands, not who wrote it.
        return _sentence("", f"{title}[N]", f"{issuer}, {date}" if date else issuer)
    if PurePath(file_name).suffix.lower() in _WEB_SUFFIXES or (issuer and _SITE.search(issuer)):
        return _sentence(issuer, f"{title}[EB/OL]", f"({date})" if date else "")
    return _sentence(issuer, f"{title}[Z]", date)


def cite(entry: DocumentEntry, quotation: str, start: int, end: int) -> Citation:
    """Return the citation of a stretch of a document."""
    return Citation(
        reference_to(entry.details, entry.file_name), " ".join(quotation.split()), entry.id, start, end
    )


def _sentence(*parts: str) -> str:
    """Join parts with full stops, as the standard wants it, without doubling those that are there."""
    return "".join(f"{part.rstrip('.')}. " for part in parts if part).rstrip()


def _part(text: str) -> str:
    return " ".join(text.split()).rstrip("。.")
