"""What the library gives out beside documents: entries, outcomes, quotations, figures, lost decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from jjjmap.findings import Finding
from jjjmap.text.records import DocumentDetails, FigureStatus, Mention, TextFigure
from jjjmap.text.store.versions import Likeness


class Outcome(StrEnum):
    """What storing a document came to."""

    NEW = "new"
    UNCHANGED = "unchanged"
    """The same bytes are in the library already; nothing was written."""
    UPDATED = "updated"
    """It took the place of an older state of its file, or was analysed anew; the user's decisions stay."""
    VERSION = "version"
    """New, and nearly the same as another document."""


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document as a list shows it."""

    id: str
    details: DocumentDetails
    file_name: str
    size_bytes: int
    version_of: str
    """Id of the first document of its kind; empty for that one itself."""
    imported_at: str
    """ISO 8601, UTC."""
    characters: int
    mentions: int
    """Without leads and rejected ones."""
    figures: int
    """Without rejected ones."""
    accepted_figures: int
    likeness: Likeness | None = None
    """The version of the same text that it is most like, and how much; None unless `version_of` is set."""


@dataclass(frozen=True, slots=True)
class LostDecision:
    """Something the user said whose words no longer stand in the text; kept, and tried at every change."""

    key: int
    document_id: str
    about: str
    """``mention``, ``figure`` or ``step``."""
    quotation: str
    """The words that it was about."""
    status: str
    """Value of `MentionStatus` or `FigureStatus`; empty for a step."""
    subject_id: str = ""
    """Of a mention."""


@dataclass(frozen=True, slots=True)
class StoredAs:
    """What became of a document that was stored."""

    document_id: str
    outcome: Outcome
    replaced_id: str = ""
    """Id that it had before its file changed; the library still finds it under that one."""
    likeness: Likeness | None = None
    """What it is nearly the same as, if it is a version of another document."""
    lost: tuple[LostDecision, ...] = ()
    findings: tuple[Finding, ...] = ()
    """A sentence for each decision that was lost."""


@dataclass(frozen=True, slots=True)
class LibraryQuotation:
    """A sentence of a document that names a subject."""

    entry: DocumentEntry
    mentions: tuple[Mention, ...]
    """Of that subject in the sentence; offsets count in the document's text."""
    sentence: str
    sentence_start: int
    sentence_end: int
    versions: int = 1
    """In how many versions of the text the same sentence stands."""

    @property
    def mention(self) -> Mention:
        """The first mention of the subject in the sentence."""
        return self.mentions[0]


@dataclass(frozen=True, slots=True)
class LibraryFigure:
    """A figure that the user accepted."""

    entry: DocumentEntry
    figure: TextFigure
    sentence: str
    versions: int = 1
    """In how many versions of the text it was accepted."""


@dataclass(frozen=True, slots=True)
class FigureDecision:
    """What the user says about a figure of a document; see `Library.decide_figure`."""

    figure: TextFigure
    """As the document has it; its place tells which one is meant."""
    status: FigureStatus
    """FOUND takes back what was said before."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Corrected fields."""


@dataclass(frozen=True, slots=True)
class RemovedDocument:
    """All that `Library.restore` needs to bring a document back."""

    document_id: str
    title: str
    rows: dict[str, list[Any]]
    """By table; the library's own business."""
