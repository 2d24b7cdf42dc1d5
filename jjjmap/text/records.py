"""Documents that the user brings, and what was read in them, as frozen records.

All offsets count characters. Unless a name says ``raw``, they count in the cleaned text.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from jjjmap.catalogue.models import Qualifier
from jjjmap.findings import Finding


class DocumentFormat(StrEnum):
    """What kind of file a document came as."""

    TXT = "txt"
    MD = "md"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class RawText:
    """What a reader took out of a file, before any cleaning."""

    text: str
    """Line ends are ``\\n``; otherwise as in the file."""
    format: DocumentFormat
    encoding: str = ""
    """E.g. ``utf-8``, ``utf-16-le``, ``gb18030``; empty where the format has its own (docx, pdf)."""
    title: str = ""
    """From what the file says about itself; may be empty."""
    author: str = ""
    date: str = ""
    """ISO 8601, from what the file says about itself; may be empty."""
    page_starts: tuple[int, ...] = ()
    """Offsets at which the pages of a pdf start."""
    findings: tuple[Finding, ...] = ()


class CleaningKind(StrEnum):
    """What a step of the cleaning does."""

    BOILERPLATE = "boilerplate"
    """Takes out what the site put around the text: navigation, share buttons, footers."""
    PAGE_HEADERS = "page-headers"
    """Takes out running heads and page numbers."""
    REPEATS = "repeats"
    """Takes out lines that stand twice."""
    JOINED_LINES = "joined-lines"
    """Joins lines that were broken inside a sentence or a word."""
    SPACES = "spaces"
    """Takes out full-width and other spaces that carry nothing."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces ``raw[start:end]``."""

    start: int
    end: int
    replacement: str = ""


@dataclass(frozen=True, slots=True)
class CleaningStep:
    """One thing that the cleaning did, which the user may take back."""

    id: str
    """Unique within the document, stable for the same raw text."""
    kind: CleaningKind
    edits: tuple[Edit, ...]
    """In order, without overlap; they count in the raw text."""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    """What is known about a document beside its text; the user may correct all of it."""

    title: str
    issuer: str = ""
    """Who published it: a body, a newspaper, a site."""
    date: str = ""
    """ISO 8601: day, month or year; empty if unknown."""
    number: str = ""
    """文号, e.g. 工信部联规〔2023〕58号."""
    edited: frozenset[str] = frozenset()
    """Names of the fields above that the user has set; these are never guessed again."""


@dataclass(frozen=True, slots=True)
class TextPassage:
    """A paragraph."""

    id: str
    """``p1``, ``p2`` … within its document."""
    start: int
    end: int


class SubjectKind(StrEnum):
    """What a mention names."""

    PLACE = "place"
    """A place of the catalogue: policy place, cluster, administrative unit, the region."""
    TOWN = "town"
    """A town of the basemap that the catalogue has no place for; its id is ``town-`` and the GeoNames id."""
    CHAIN = "chain"
    """An industrial chain of the catalogue."""


class MentionStatus(StrEnum):
    """What the user has said about a mention."""

    FOUND = "found"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    """The user said that it names something else than was found."""
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of text that names something; stretches may lie inside one another (composites)."""

    subject_id: str
    kind: SubjectKind
    start: int
    end: int
    text: str
    """``document.text[start:end]``."""
    confidence: float
    """0…1. Above 0.9: nothing else fits; below 0.6: doubtful, worth a look."""
    rule: str
    """How it was found, an ASCII slug: ``name``, ``alias``, ``stem``, ``old-name``, ``composite`` …"""
    candidates: tuple[str, ...] = ()
    """Other subjects that it may name, the likeliest first."""
    is_lead: bool = False
    """Whether it only says where the next one lies, as 河北省 in 河北省石家庄市; such are not counted."""
    raw_start: int = 0
    raw_end: int = 0
    status: MentionStatus = MentionStatus.FOUND


class FigureRole(StrEnum):
    """What part a figure plays beside another one of the same sentence."""

    ALONE = "alone"
    FROM = "from"
    """The earlier one of a pair (由54.6%提升至79.3%)."""
    TO = "to"
    LOW = "low"
    """The lower end of a range (20%—30%)."""
    HIGH = "high"
    CHANGE = "change"
    """A growth or a difference (增长15.8%, 提高3个百分点, 翻一番)."""


class FigureStatus(StrEnum):
    """What the user has said about a figure."""

    FOUND = "found"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    """Accepted after a correction."""
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class TextFigure:
    """A number in a text, with all that the sentence says about it."""

    value: Decimal
    """With 万 and 亿 worked out: 2300万标准箱 is 23000000."""
    qualifier: Qualifier
    unit: str
    """Without 万 and 亿: 标准箱, 元, 家, %, 百分点, 倍; empty for a bare share (三分之二)."""
    start: int
    end: int
    """From the qualifier before the number (近, 超过) to the unit or the qualifier behind it (多家, 以上)."""
    text: str
    printed_value: Decimal
    """As printed: 2300."""
    printed_unit: str
    """As printed: 万标准箱."""
    sentence_start: int
    sentence_end: int
    indicator: str = ""
    """What is counted, in the words of the text; empty if unclear."""
    indicator_id: str = ""
    """`Figure.indicator_zh` of the catalogue that it was linked to, by rule or by the user; may be empty."""
    period: str = ""
    """As in `catalogue.models.Figure`: ISO year, month, day or ``from/to``; empty if not said."""
    scope_id: str = ""
    """Subject that the figure is about; empty if unclear."""
    role: FigureRole = FigureRole.ALONE
    comparison: str = ""
    """What it is compared with, in the words of the text: 2013年的, 比2013年, 占全国."""
    confidence: float = 1.0
    raw_start: int = 0
    raw_end: int = 0
    status: FigureStatus = FigureStatus.FOUND


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the library with all that was read in it."""

    id: str
    """``doc-`` and the first twelve hex digits of the SHA-256 of the original."""
    details: DocumentDetails
    file_name: str
    """Without folders."""
    sha256: str
    """Of the original bytes, hexadecimal."""
    size_bytes: int
    raw: RawText
    steps: tuple[CleaningStep, ...]
    text: str
    passages: tuple[TextPassage, ...]
    mentions: tuple[Mention, ...]
    """By start, the longer first."""
    figures: tuple[TextFigure, ...]
    """By start."""
    version_of: str = ""
    """Id of the document that this is a near-duplicate of; empty for the first of its kind."""
    findings: tuple[Finding, ...] = field(default=())
