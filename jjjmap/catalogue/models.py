"""The entities of the catalogue as frozen records that refer to one another by id."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from jjjmap.i18n import Language

REGION_ID = "region"
"""Scope of figures about Beijing, Tianjin and Hebei taken together."""

USER_QUALITY = "user"
"""Quality of a source that is a document of the user."""


class PlaceKind(StrEnum):
    """What a place is. The value is the word used in files and on the command line."""

    WING = "wing"
    ZONE = "zone"
    PLATFORM = "platform"
    CLUSTER = "cluster"
    PORT = "port"
    PORT_AREA = "port_area"
    AIRPORT = "airport"
    CORRIDOR = "corridor"
    PILOT_ZONE = "pilot_zone"
    DEMO_BASE = "demo_base"
    INNOVATION_CENTRE = "innovation_centre"
    FTZ = "ftz"
    INDUSTRIAL_PARK = "industrial_park"
    SPATIAL_STRUCTURE = "spatial_structure"
    METRO_CIRCLE = "metro_circle"
    TRANSPORT_HUB = "transport_hub"
    LOGISTICS = "logistics"
    DATA_CENTRE = "data_centre"
    ECOLOGY = "ecology"
    LOCALITY = "locality"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"

    @property
    def is_unit(self) -> bool:
        """Whether this is an administrative unit rather than a place named by policy."""
        return self in (PlaceKind.PROVINCE, PlaceKind.CITY, PlaceKind.COUNTY)


class Precision(StrEnum):
    """How well the position of a point is known."""

    SITE = "site"
    """About 1 km."""
    TOWN = "town"
    """About 5 km."""
    COUNTY = "county"
    """Only the county is sure."""
    AREA = "area"
    """The point only labels a large area."""
    REGION = "region"
    """The place spans provinces; the point only carries a label."""
    UNKNOWN = "unknown"
    """No source gives a position; the place has no point."""


class Evidence(StrEnum):
    """How strongly a place is tied to the "2+4+46" list of December 2017, strongest first."""

    OFFICIAL = "official"
    CONFIRMED = "46-confirmed"
    INDICATED = "46-indicated"
    BRIEFING = "2017-briefing"
    PROMOTED = "tri-region-promoted"
    REGIONAL = "regional-list"
    COOPERATION = "cooperation-site"
    LATER = "later"
    CANDIDATE = "candidate"
    NOT_APPLICABLE = "-"
    """The list does not speak of this kind of place."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document that a fact was read in."""

    id: str
    title: str
    """As printed, in the language of the document; our description in 〔〕 where no title was seen."""
    publisher: str
    date: str
    """ISO 8601, possibly only a year or a year and a month; may be empty."""
    url: str
    link_kind: str
    """One of ``original``, ``repository``, ``repost``, ``mirror``, ``seed``, ``dataset`` and ``none``."""
    quality: str
    """One of ``official``, ``press``, ``repost``, ``weak``, ``mirror``, ``dataset`` and `USER_QUALITY`."""
    supports: str
    """What we took from it, in Chinese."""

    @property
    def is_users(self) -> bool:
        """Whether this is a document of the user, not one that we ship."""
        return self.quality == USER_QUALITY

    @property
    def link(self) -> str:
        """The address if it may be shown as a link, else an empty text: mirrors are never linked."""
        linkable = self.link_kind in ("original", "repository", "dataset")
        return self.url if linkable and self.url.startswith(("https://", "http://")) else ""


@dataclass(frozen=True, slots=True)
class Place:
    """Something that has a position: a wing, a platform, a cluster, a port, a county and so on."""

    id: str
    """Stable ASCII slug; for administrative units the code of GB/T 2260."""
    kind: PlaceKind
    name_zh: str
    name_en: str
    short_zh: str = ""
    """Name for a label on the map, at most some eight characters; empty for units."""
    short_en: str = ""
    category: str = ""
    """For platforms the category of the 2017 list (协同创新 …); for corridors, circles and the spatial
    structure what its layers tell apart (铁路, 通勤圈 …). Empty where none applies."""
    category_basis: str = ""
    """``official``, ``inferred`` or empty."""
    evidence: Evidence = Evidence.NOT_APPLICABLE
    lon: float | None = None
    """Degrees, WGS-84; None where no source gives a position."""
    lat: float | None = None
    precision: Precision = Precision.UNKNOWN
    province: str = ""
    """Name in Chinese as printed in the facts; several are parted by ``|``."""
    city: str = ""
    county: str = ""
    county_adcode: str = ""
    """GB/T 2260, six digits as text; empty if the place spans several or none is known."""
    area_adcodes: tuple[str, ...] = ()
    """Units whose union is the area of the place, or the members of a cluster."""
    parent_id: str = ""
    """The place or unit that this one is a part of."""
    aliases: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    note_zh: str = ""
    note_en: str = ""
    source_ids: tuple[str, ...] = ()
    area_km2: float | None = None
    """Area of an administrative unit, in km²; None for other places: their ground is made of units."""

    def name(self, language: Language) -> str:
        """Return the name in a language."""
        return self.name_zh if language is Language.ZH else self.name_en

    def label(self, language: Language) -> str:
        """Return the name for a label on the map: the short one where there is one."""
        short = self.short_zh if language is Language.ZH else self.short_en
        return short or self.name(language)

    def note(self, language: Language) -> str:
        """Return the remark in a language; may be empty."""
        return self.note_zh if language is Language.ZH else self.note_en


@dataclass(frozen=True, slots=True)
class Cluster:
    """What is particular to an industrial cluster; its `Place` has the same id."""

    id: str
    set_zh: str
    """The list it belongs to, e.g. 五群 or 国家先进制造业集群."""
    set_en: str
    year: int
    member_ids: tuple[str, ...]
    """Places or administrative codes."""
    chain_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """An industrial chain, under its wordings of 2023 and 2024."""

    id: str
    name_zh_2023: str
    name_zh_2024: str
    name_en: str
    lead_by: str
    roles: dict[str, str]
    """Role in Chinese by region name (北京, 天津, 河北)."""
    roles_en: dict[str, str]
    chokepoints_zh: str
    chokepoints_en: str
    source_ids: tuple[str, ...]
    name_en_2023: str = ""
    """The wording of 2023 in English; empty where it is that of `name_en`, or where there was none."""

    def name(self, language: Language) -> str:
        """Return the name in a language, in its newer wording."""
        if language is Language.EN:
            return self.name_en
        return self.name_zh_2024 or self.name_zh_2023

    def wordings(self, language: Language) -> tuple[str, str]:
        """Return the names of 2023 and of 2024 in a language; an empty one where there was none."""
        if language is Language.ZH:
            return self.name_zh_2023, self.name_zh_2024
        before = self.name_en_2023 or self.name_en if self.name_zh_2023 else ""
        return before, self.name_en if self.name_zh_2024 else ""


@dataclass(frozen=True, slots=True)
class ChainNode:
    """A link of a chain."""

    id: str
    chain_id: str
    name_zh: str
    name_en: str
    stage: str
    """``upstream``, ``midstream`` or ``downstream``."""
    place_ids: tuple[str, ...]
    status: str
    """``-`` where no source publishes whether the link is a chokepoint."""
    source_ids: tuple[str, ...]


class PassageKind(StrEnum):
    """Whose words a passage is in."""

    DIGEST = "digest"
    """Ours."""
    QUOTATION = "quotation"
    """Verbatim from a document that the user imported."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A statement with its source and what it mentions."""

    id: str
    section: str
    """E.g. ``goal``, ``task``, ``safeguard``, ``place-digest``; see `wording.section_name`."""
    number: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    place_ids: tuple[str, ...]
    """Places, clusters and administrative codes that it mentions."""
    chain_ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    kind: PassageKind = PassageKind.DIGEST

    def title(self, language: Language) -> str:
        """Return the heading in a language."""
        return self.title_zh if language is Language.ZH else self.title_en

    def text(self, language: Language) -> str:
        """Return the statement in a language."""
        return self.text_zh if language is Language.ZH else self.text_en


class Qualifier(StrEnum):
    """How the source qualifies a value."""

    EXACT = "="
    ABOUT = "~"
    """近, 约."""
    MORE = ">"
    """超, 多."""
    LESS = "<"
    """不足."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number about one scope in one period, as a source prints it."""

    id: str
    scope_id: str
    """A place, cluster, chain or unit id, or ``region``."""
    indicator_zh: str
    indicator_en: str
    value: Decimal
    """In `unit`, as printed; a source's dash is never shipped as 0."""
    qualifier: Qualifier
    unit_zh: str
    unit_en: str
    period: str
    """ISO 8601 year, month or day; ``from/to`` for a span; empty if the source names none."""
    comparison_zh: str
    comparison_en: str
    source_id: str
    note_zh: str = ""
    note_en: str = ""
    contested: bool = False
    """Whether another source says otherwise, or the series was revised; see the note."""

    def indicator(self, language: Language) -> str:
        """Return the indicator's name in a language."""
        return self.indicator_zh if language is Language.ZH else self.indicator_en

    def unit(self, language: Language) -> str:
        """Return the unit in a language."""
        return self.unit_zh if language is Language.ZH else self.unit_en

    def comparison(self, language: Language) -> str:
        """Return what the source compares the value with; may be empty."""
        return self.comparison_zh if language is Language.ZH else self.comparison_en

    def note(self, language: Language) -> str:
        """Return the remark in a language; may be empty."""
        return self.note_zh if language is Language.ZH else self.note_en


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that happened on a date."""

    id: str
    date: str
    title_zh: str
    title_en: str
    place_ids: tuple[str, ...]
    source_id: str


@dataclass(frozen=True, slots=True)
class UnitAlias:
    """Another name of an administrative unit."""

    name_zh: str
    adcode: str
    """The unit that it stands for today."""
    kind: str
    """``renamed`` and ``merged`` for what a unit, or one that went into it, was called before; ``zone`` and
    ``place`` for what lies in it."""
    until: str
    """Year in which it ceased to be a name; empty for zones and places."""
    only_in: str
    """City that has to be named with it, where the name has passed to another unit since."""

    @property
    def is_old_name(self) -> bool:
        """Whether a unit had this name once."""
        return self.kind in ("renamed", "merged")


@dataclass(frozen=True, slots=True)
class CorridorStop:
    """A stop of a rail or road corridor."""

    corridor_id: str
    order: int
    name_zh: str
    name_en: str
    county_adcode: str
    lon: float | None
    lat: float | None
    precision: Precision
    state_zh: str
    state_en: str
    source_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All facts, by id. Administrative units are among the places."""

    places: dict[str, Place] = field(default_factory=dict)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    chains: dict[str, Chain] = field(default_factory=dict)
    chain_nodes: dict[str, ChainNode] = field(default_factory=dict)
    passages: dict[str, Passage] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    milestones: dict[str, Milestone] = field(default_factory=dict)
    corridor_stops: tuple[CorridorStop, ...] = ()
    unit_aliases: tuple[UnitAlias, ...] = ()
