"""Everything that a row can be placed at: units and sites of the catalogue, towns, parks."""

import csv
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind, Precision
from jjjmap.i18n import Language
from jjjmap.locating.records import Closeness, Level

logger = logging.getLogger(__name__)

GROUNDS = frozenset(
    {
        PlaceKind.WING,
        PlaceKind.ZONE,
        PlaceKind.PLATFORM,
        PlaceKind.PORT,
        PlaceKind.PORT_AREA,
        PlaceKind.AIRPORT,
        PlaceKind.FTZ,
        PlaceKind.INDUSTRIAL_PARK,
        PlaceKind.LOGISTICS,
        PlaceKind.DATA_CENTRE,
        PlaceKind.DEMO_BASE,
    }
)
"""Kinds of places that a firm can have its site in."""

_LEVELS = {PlaceKind.PROVINCE: Level.PROVINCE, PlaceKind.CITY: Level.CITY, PlaceKind.COUNTY: Level.COUNTY}
_CLOSENESS = {
    Precision.SITE: Closeness.SITE,
    Precision.TOWN: Closeness.TOWN,
    Precision.COUNTY: Closeness.COUNTY,
}


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that a row can be put at."""

    id: str
    level: Level
    name_zh: str
    name_en: str
    codes: tuple[str, ...]
    """Prefixes of GB/T 2260 codes: the unit that it is, or the counties it lies in, the likeliest first."""
    lon: float | None = None
    lat: float | None = None
    """Degrees, WGS-84; None where its county is all that is known."""
    closeness: Closeness = Closeness.NONE

    def name(self, language: Language) -> str:
        """Return the name in a language."""
        return self.name_zh if language is Language.ZH else self.name_en or self.name_zh


def prefix_of(code: str) -> str:
    """Return what the codes of all units in a unit begin with."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def code_of(prefix: str) -> str:
    """Return the code of the unit that a prefix stands for."""
    return prefix.ljust(6, "0")


@dataclass(frozen=True, slots=True)
class Township:
    """A town of the list of 2023."""

    spot: Spot
    namesakes: int
    """How many towns outside of the region have the same name."""


@dataclass(frozen=True, slots=True)
class Locality:
    """A row of ``localities.csv``: a park, a part of a town or a few roads."""

    id: str
    name_zh: str
    name_en: str
    kind: str
    """``zone``, ``place`` or ``road``."""
    place_id: str
    """The place of the catalogue that it is; may be empty."""
    codes: tuple[str, ...]
    aliases: tuple[str, ...]


def catalogue_spots(catalogue: Catalogue) -> Iterator[Spot]:
    """Yield the units of the catalogue and the places that firms have their site in."""
    for place in catalogue.places.values():
        level = _LEVELS.get(place.kind)
        if level is not None:
            yield Spot(
                place.id,
                level,
                place.name_zh,
                place.name_en,
                (prefix_of(place.id),),
                place.lon,
                place.lat,
                Closeness.COUNTY if level is Level.COUNTY else Closeness.AREA,
            )
        elif place.kind in GROUNDS and (codes := _codes_of(catalogue, place)):
            closeness = _CLOSENESS.get(place.precision, Closeness.AREA)
            level = Level.SITE if closeness is Closeness.SITE else Level.ZONE
            yield Spot(place.id, level, place.name_zh, place.name_en, codes, place.lon, place.lat, closeness)


def _codes_of(catalogue: Catalogue, place: Place) -> tuple[str, ...]:
    wanted = dict.fromkeys((place.county_adcode, *place.area_adcodes))
    return tuple(prefix_of(code) for code in wanted if code in catalogue.places)


def read_townships(file: Path | None = None) -> list[Township]:
    """Return the towns of the region; none, with a warning, where the list is missing."""
    return [
        Township(
            Spot(
                f"town-{row['code']}",
                Level.TOWN,
                row["name_zh"],
                "",
                (row["adcode"],),
                float(row["lon"]) if row["lon"] else None,
                float(row["lat"]) if row["lat"] else None,
                Closeness.TOWN if row["lon"] else Closeness.COUNTY,
            ),
            int(row["namesakes"]),
        )
        for row in _rows(file or paths.RESOURCES / "locating" / "townships.csv")
    ]


def read_localities(file: Path | None = None) -> list[Locality]:
    """Return parks, parts of towns and roads that tell the county."""
    return [
        Locality(
            row["id"],
            row["name_zh"],
            row["name_en"],
            row["kind"],
            row["place_id"],
            tuple(row["adcodes"].split("|")),
            tuple(alias for alias in row["aliases"].split("|") if alias),
        )
        for row in _rows(file or paths.RESOURCES / "locating" / "localities.csv")
    ]


def read_units_elsewhere(file: Path | None = None) -> frozenset[str]:
    """Return the full names of cities and counties outside of the region."""
    return frozenset(row["name_zh"] for row in _rows(file or paths.RESOURCES / "locating" / "elsewhere.csv"))


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    except OSError as error:
        logger.warning("%s is missing: %s", file.name, error)
        return []
