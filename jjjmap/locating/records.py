"""What placing a list of firms gives: levels, reasons and one row of the answer."""

from dataclasses import dataclass
from enum import IntEnum, IntFlag, StrEnum

from jjjmap.layers.opening.records import ColumnRole


class Level(IntEnum):
    """How narrow the place of a row is, the narrowest last."""

    NONE = 0
    AMBIGUOUS = 1
    """Several places fit equally well; they are the candidates."""
    PROVINCE = 2
    CITY = 3
    COUNTY = 4
    TOWN = 5
    ZONE = 6
    """A park or development zone."""
    SITE = 7
    """Within about 1 km."""

    @property
    def word(self) -> str:
        """The word used in files and on the command line."""
        return self.name.lower()


class Reason(IntEnum):
    """Why a row has no place."""

    NONE = 0
    """It has one."""
    NOTHING_SAID = 1
    """All its columns are empty."""
    NOTHING_KNOWN = 2
    """It says something, but no name in it is known."""
    OUTSIDE = 3
    """It is outside of the region."""


class Fields(IntFlag):
    """Columns that a place was found by, and the user."""

    NONE = 0
    ADDRESS = 1
    REGION = 2
    CODE = 4
    ZONE = 8
    NAME = 16
    CREDIT_CODE = 32
    USER = 64


FIELD_OF_ROLE = {
    ColumnRole.ADDRESS: Fields.ADDRESS,
    ColumnRole.REGION: Fields.REGION,
    ColumnRole.CODE: Fields.CODE,
    ColumnRole.ZONE: Fields.ZONE,
    ColumnRole.NAME: Fields.NAME,
    ColumnRole.CREDIT_CODE: Fields.CREDIT_CODE,
}


class Disagreement(IntFlag):
    """Columns that name another unit than the one that the row was placed in."""

    NONE = 0
    REGISTRATION = 1
    """Registered in another county than the address lies in: a relocation lead."""
    NAME = 2
    REGION = 4
    CODE = 8
    ZONE = 16


class Closeness(StrEnum):
    """How near to the row the point is that it was given."""

    SITE = "site"
    TOWN = "town"
    COUNTY = "county"
    """Only the county is sure: the point is its label point."""
    AREA = "area"
    NONE = ""


class Rule(StrEnum):
    """By what kind of name something was recognised."""

    UNIT = "unit"
    STEM = "stem"
    """A unit without 市, 区, 县."""
    OLD_NAME = "old-name"
    TOWN = "town"
    TOWN_STEM = "town-stem"
    ZONE = "zone"
    GENERIC_ZONE = "generic-zone"
    """开发区 behind the unit that it belongs to."""
    ZONE_UNKNOWN = "zone-unknown"
    """开发区 behind a unit that no such zone is known of."""
    PLACE = "place"
    ROAD = "road"
    BRANCH = "branch"
    """In brackets or before 分公司."""
    CODE = "code"
    CODE_OLD = "code-old"
    CODE_ZONE = "code-zone"
    CODE_AUTHORITY = "code-authority"
    """Registered with an authority of the province or the city: the county is not told."""
    CODE_OUTSIDE = "code-outside"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Clue:
    """One name or code in a row, and what it stands for."""

    field: Fields
    text: str
    """As it stands in the row, in plain characters."""
    rule: Rule
    spot_id: str = ""
    """What it means; empty for what lies elsewhere."""
    codes: tuple[str, ...] = ()
    """Prefixes of GB/T 2260 codes: what it lies in, one of several where that is not known."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a row is, and why."""

    level: Level
    place_id: str = ""
    """A place of the catalogue or a spot of `Locator.spot`; empty for NONE and AMBIGUOUS."""
    reason: Reason = Reason.NONE
    confidence: float = 0.0
    """0…1: how often a row with such evidence is placed rightly at this level."""
    fields: Fields = Fields.NONE
    """Columns that support it."""
    disagreement: Disagreement = Disagreement.NONE
    unit_id: str = ""
    """The smallest administrative unit that is sure."""
    registered_id: str = ""
    """The unit that the credit code names, or two digits of a province elsewhere."""
    candidates: tuple[str, ...] = ()
    """Places that fit, best first; for AMBIGUOUS, and what the user may choose instead."""
    clues: tuple[Clue, ...] = ()
    outside: str = ""
    """What it is that lies elsewhere, as it stands in the row."""
    code_problem: str = ""
    """Slug of what is wrong with the credit code; see `credit_codes`."""
