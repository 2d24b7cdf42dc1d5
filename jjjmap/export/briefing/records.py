"""What stands on a briefing, in words ready to be set: the same for PDF, Word and HTML."""

from __future__ import annotations

from dataclasses import dataclass

from jjjmap.analysis.series import Series
from jjjmap.export.marks import Marks
from jjjmap.i18n import Language

Refs = tuple[int, ...]
"""Numbers of `Reference`s that bear a statement out."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A source, after GB/T 7714."""

    number: int
    """From 1, in the order in which the text cites them."""
    text: str
    link: str = ""
    """Address of an original; empty where there is none that may be linked."""
    quality: str = ""
    """What kind of source it is, in words."""


@dataclass(frozen=True, slots=True)
class BriefFact:
    """A label and what is to be said under it, e.g. 级别, 位置."""

    label: str
    text: str
    refs: Refs = ()


@dataclass(frozen=True, slots=True)
class BriefFigure:
    """One number."""

    indicator: str
    value: str
    """With qualifier and unit, as the source prints it."""
    period: str
    comparison: str
    note: str
    is_contested: bool
    scope: str
    """Whose figure it is, where it is not the place's own; else empty."""
    refs: Refs


@dataclass(frozen=True, slots=True)
class BriefPassage:
    """A digest of ours, or a sentence of a document that the user imported."""

    date: str
    """ISO 8601; empty where unknown."""
    title: str
    text: str
    is_quotation: bool
    refs: Refs
    why: str = ""
    """Why it stands here, where it does not name the place itself; else empty."""


@dataclass(frozen=True, slots=True)
class BriefChain:
    """An industrial chain in which the place has a part."""

    name: str
    role: str
    chokepoints: tuple[str, ...]
    """Links of the chain that sources call weak or missing."""
    refs: Refs


@dataclass(frozen=True, slots=True)
class BriefNeighbour:
    """The nearest place of a kind: port, airport, wing."""

    kind: str
    place_id: str
    name: str
    distance_km: float
    direction: str
    """In words, seen from the place."""
    is_approximate: bool
    """Whether one of the two positions is known less finely than to its town: to its county, an area, …"""


@dataclass(frozen=True, slots=True)
class BriefFirms:
    """What a list of the user's holds within the place."""

    layer_title: str
    source_name: str
    """File that the list came from."""
    total: int
    of: int
    """Rows of the list that are shown, wherever they lie."""
    criterion: str
    """How it was decided what lies within, in words."""
    groups: tuple[tuple[str, int], ...] = ()
    """The most frequent values of a column, and how often."""
    group_column: str = ""
    names: tuple[str, ...] = ()
    """A few of them."""
    filter_sentence: str = ""


@dataclass(frozen=True, slots=True)
class Briefing:
    """Everything about one place; each list begins with what matters most."""

    place_id: str
    language: Language
    title: str
    """Name of the place."""
    subtitle: str
    """Its other name and kind."""
    evidence: str
    """How sure it is that it is what it is called, in words; empty where that is no question."""
    made: str
    """Date of the briefing, ISO 8601; see `export.dates.export_date`."""
    version: str
    facts: tuple[BriefFact, ...]
    figures: tuple[BriefFigure, ...]
    """Five to eight where there are so many."""
    disagreements: tuple[BriefFact, ...]
    """Figures that contradict one another, both sides said."""
    chart: Series | None
    """The longest series of one vintage; None if there is none of three points or more."""
    chart_title: str
    passages: tuple[BriefPassage, ...]
    """By date, the newest first."""
    chains: tuple[BriefChain, ...]
    neighbours: tuple[BriefNeighbour, ...]
    firms: tuple[BriefFirms, ...]
    references: tuple[Reference, ...]
    notes: tuple[str, ...]
    """What is approximate, inferred, or not known."""
    left_out: tuple[str, ...]
    """What there is more of in the program, in words, e.g. 另有 12 条政策摘要."""
    marks: Marks
    lon: float | None = None
    """Degrees, WGS-84; None for a place without position."""
    lat: float | None = None
    chart_refs: Refs = ()
    """Source of the chart."""


@dataclass(frozen=True, slots=True)
class BriefingMaps:
    """The two maps of a briefing, as SVG; empty for a place that is nowhere."""

    locator: str
    """Where in the region it lies; empty where the other one shows the whole region."""
    detail: str
    """What lies around it."""
