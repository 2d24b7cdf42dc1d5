"""What the library asks the catalogue: what a name means, and what lies in what."""

import json
from collections.abc import Collection, Mapping
from functools import cached_property

from jjjmap.catalogue.details import containing_units
from jjjmap.catalogue.models import REGION_ID, Catalogue, Place, PlaceKind
from jjjmap.catalogue.names import find_place, normal_form
from jjjmap.catalogue.wording import kind_name
from jjjmap.errors import PlaceUnknown
from jjjmap.i18n import Language, speaking
from jjjmap.paths import GEODATA, inside
from jjjmap.text.fulltext.tally import RollUp

_LEVELS = {
    RollUp.COUNTY: PlaceKind.COUNTY,
    RollUp.CITY: PlaceKind.CITY,
    RollUp.PROVINCE: PlaceKind.PROVINCE,
}


class CatalogueSubjects:
    """Answers `search.SubjectNames` and `tally.UnitOf` from a catalogue.

    Parameters
    ----------
    catalogue
        Must not change.
    town_counties
        By id of a town the code of the county that it lies in.
    town_names
        By name of a town its ids.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        town_counties: Mapping[str, str] | None = None,
        town_names: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._town_counties = town_counties or {}
        self._town_names = town_names or {}

    @classmethod
    def with_towns(cls, catalogue: Catalogue) -> "CatalogueSubjects":
        """Make it with the towns of the basemap, each in its county."""
        counties: dict[str, str] = {}
        names: dict[str, list[str]] = {}
        towns = json.loads(inside(GEODATA, "base/towns.geojson").read_text(encoding="utf-8"))["features"]
        for town in towns:
            facts = town["properties"]
            if facts.get("adcode"):
                counties[town["id"]] = facts["adcode"]
            names.setdefault(facts["name_zh"], []).append(town["id"])
        return cls(catalogue, counties, names)

    def named(self, name: str) -> Collection[str]:
        """Return the place that a name means, as `names.find_place` does, else a town or a chain."""
        try:
            return (find_place(self._catalogue, name).place.id,)
        except PlaceUnknown:
            pass
        wanted = normal_form(name)
        chains = [
            chain.id
            for chain in self._catalogue.chains.values()
            if wanted in map(normal_form, (chain.id, chain.name_zh_2023, chain.name_zh_2024, chain.name_en))
        ]
        known = name in self._town_counties
        return chains or ((name,) if known else self._town_names.get(name, ()))

    def inside(self, subject_id: str) -> Collection[str]:
        """Return the units, places and towns that lie wholly in a unit; nothing for other places."""
        return self._contents.get(subject_id, ())

    def of_kind(self, kind: str) -> Collection[str]:
        """Return the places of a kind, named as on the command line or as the program calls it.

        A part of a name will do, at its beginning or end: 集群 are the 产业集群.
        """
        wanted = normal_form(kind)
        named = {kind for kind, names in self._kind_names.items() if wanted in names} or {
            kind
            for kind, names in self._kind_names.items()
            if any(name.startswith(wanted) or name.endswith(wanted) for name in names)
        }
        return [place.id for place in self._catalogue.places.values() if place.kind in named]

    def unit_of(self, subject_id: str, level: RollUp) -> str:
        """Return the unit of a level that a subject is or lies in; empty if it is in none or several."""
        return self._units.get(subject_id, {}).get(_LEVELS[level], "")

    @cached_property
    def _kind_names(self) -> dict[PlaceKind, set[str]]:
        """What each kind of place is called in every language, for a query may be older than its choice."""
        names = {kind: {normal_form(kind.value)} for kind in PlaceKind}
        for language in Language:
            with speaking(language):
                for kind, known in names.items():
                    known.add(normal_form(kind_name(kind)))
        return names

    @cached_property
    def _units(self) -> dict[str, dict[PlaceKind, str]]:
        """By subject the units that hold it, itself if it is one, by their kind."""
        places = self._catalogue.places
        units = {}
        for place in places.values():
            if place.id != REGION_ID:
                held_by = containing_units(self._catalogue, place)
                units[place.id] = _with_city({unit.kind: unit.id for unit in (*_itself(place), *held_by)})
        for town_id, county in self._town_counties.items():
            units[town_id] = units.get(county, {})
        return units

    @cached_property
    def _contents(self) -> dict[str, list[str]]:
        contents: dict[str, list[str]] = {}
        for subject_id, units in self._units.items():
            for unit in set(units.values()) - {subject_id}:
                contents.setdefault(unit, []).append(subject_id)
        return contents


def _itself(place: Place) -> tuple[Place, ...]:
    return (place,) if place.kind.is_unit else ()


def _with_city(units: dict[PlaceKind, str]) -> dict[PlaceKind, str]:
    """Take a municipality for a city too: between Beijing and its districts there is none."""
    if PlaceKind.CITY not in units and units.get(PlaceKind.PROVINCE, "").startswith(("11", "12")):
        units[PlaceKind.CITY] = units[PlaceKind.PROVINCE]
    return units
