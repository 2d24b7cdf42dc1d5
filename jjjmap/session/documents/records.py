"""What the library of the open window gives out and takes beside what the store does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jjjmap.i18n import Language

if TYPE_CHECKING:
    from jjjmap.text.records import SubjectKind

TOP = -1
"""Instead of an offset: the beginning of a document."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a mention names, as the window shows it."""

    id: str
    kind: SubjectKind
    name_zh: str
    name_en: str
    lon: float | None = None
    """Degrees, WGS-84; None for a chain and for a place without a position."""
    lat: float | None = None
    place_id: str = ""
    """The place of the catalogue to choose for it: itself, or the county of a town; empty for a chain."""

    def name(self, language: Language) -> str:
        """Return the name in a language."""
        return self.name_zh if language is Language.ZH or not self.name_en else self.name_en


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What narrows a search beside its words; empty fields narrow nothing."""

    place_ids: tuple[str, ...] = ()
    """Only paragraphs that mention one of these places, or what lies in it."""
    kinds: tuple[str, ...] = ()
    """Only paragraphs that mention something of these kinds: values of `SubjectKind` or `PlaceKind`."""
    after: str = ""
    """Only documents of this ISO date or later; a year will do."""
    before: str = ""
    """Only documents of this ISO date or earlier; a year means all of it."""
    document_ids: tuple[str, ...] = ()
    includes_inside: bool = True
    """Whether a unit stands for all that lies in it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The document that somebody wished to read last, and the stretch to jump to."""

    document_id: str
    start: int = TOP
    """In the cleaned text; `TOP` for the beginning."""
    end: int = TOP
