"""All that the catalogue knows about one place: the same answer for window, command line and export."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from jjjmap.catalogue.models import (
    REGION_ID,
    Catalogue,
    Figure,
    Passage,
    Place,
    PlaceKind,
    Precision,
    Source,
)
from jjjmap.i18n import Language

REGION_NAMES = ("京津冀", "Beijing–Tianjin–Hebei")
"""Names of the scope `REGION_ID` where a catalogue has no place for it."""

_POINTED = (Precision.SITE, Precision.TOWN, Precision.COUNTY, Precision.AREA)
"""Precisions at which a distance between points still means something; a label across provinces does not."""

_NEAREST_KINDS = ((PlaceKind.PORT, PlaceKind.PORT_AREA), (PlaceKind.AIRPORT,), (PlaceKind.WING,))
"""What the nearest one is sought of. The areas of a port count: its own point may only label them all."""

_DIGESTED_KINDS = (PlaceKind.WING, PlaceKind.ZONE, PlaceKind.PLATFORM)
"""Kinds whose digests are told about the area around them as well."""

_FRAMING_KINDS = (PlaceKind.WING, PlaceKind.ZONE, PlaceKind.METRO_CIRCLE, PlaceKind.SPATIAL_STRUCTURE)
"""Kinds, beside units, that hold other places. A port or a corridor merely touches the counties it names."""

_EARTH_RADIUS_KM = 6371.0088


class PassageLink(StrEnum):
    """Which way a passage concerns a place."""

    DIRECT = "direct"
    """It names the place."""
    REGION = "region"
    """It names no place at all, so it speaks of the region as a whole."""
    CLUSTER = "cluster"
    """It names a cluster that the place is a member of or lies in."""
    CHAIN = "chain"
    """It names a chain that the place (or cluster) belongs to."""
    AREA = "area"
    """It names an area that contains the place."""
    CONTAINED = "contained"
    """It names a place that lies in this one."""


class Relation(StrEnum):
    """How another place is related to the one described."""

    PART_OF = "part_of"
    PARTS = "parts"
    LIES_IN = "lies_in"
    """The administrative unit."""
    COVERS = "covers"
    """Units that make up its area."""
    CONTAINS = "contains"
    """Places whose county belongs to it."""
    MEMBER_OF = "member_of"
    """Clusters whose members it is among."""
    HAS_MEMBER = "has_member"
    NEAREST = "nearest"
    """The nearest port, airport or wing."""


@dataclass(frozen=True, slots=True)
class LinkedPassage:
    """A passage and why it is shown here."""

    passage: Passage
    link: PassageLink
    via_id: str = ""
    """The cluster, chain, area or place that links them; empty for a direct link."""


@dataclass(frozen=True, slots=True)
class RelatedPlace:
    """Another place and how it is related."""

    place: Place
    relation: Relation
    distance_km: float | None = None
    """Great-circle distance between the two points; None where one of them has no sure point."""


@dataclass(frozen=True, slots=True)
class PlaceDetails:
    """A place with everything that concerns it."""

    place: Place
    passages: tuple[LinkedPassage, ...]
    """Direct links first."""
    figures: tuple[Figure, ...]
    related: tuple[RelatedPlace, ...]
    sources: tuple[Source, ...]
    """Every source of the place, its passages and figures, in order of first use: the n-th has mark [n]."""

    @property
    def marks(self) -> dict[str, int]:
        """The number by which each source is cited here, from 1, by source id."""
        return {source.id: number for number, source in enumerate(self.sources, start=1)}


_LINK_RANKS = {link: rank for rank, link in enumerate(PassageLink)} | {
    # Both are about the place itself: together they stand in the order of the policy.
    PassageLink.REGION: list(PassageLink).index(PassageLink.DIRECT)
}


class Describer:
    """Answers what concerns a place; a few indexes of the catalogue are made once and serve every answer.

    Parameters
    ----------
    catalogue
        Must not change while the describer is in use.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._parts: dict[str, list[Place]] = defaultdict(list)
        for place in catalogue.places.values():
            if place.parent_id:
                self._parts[place.parent_id].append(place)
        self._figures: dict[str, list[Figure]] = defaultdict(list)
        self._indicator_ranks: dict[str, int] = {}
        for figure in catalogue.figures.values():
            self._figures[figure.scope_id].append(figure)
            self._indicator_ranks.setdefault(figure.indicator_zh, len(self._indicator_ranks))
        self._passages_by_place: dict[str, list[Passage]] = defaultdict(list)
        self._passages_by_chain: dict[str, list[Passage]] = defaultdict(list)
        self._passages_of_no_place: list[Passage] = []
        self._passage_ranks: dict[str, int] = {}
        self._provinces = frozenset(p.id for p in catalogue.places.values() if p.kind is PlaceKind.PROVINCE)
        for passage in catalogue.passages.values():
            self._passage_ranks[passage.id] = len(self._passage_ranks)
            for place_id in passage.place_ids:
                self._passages_by_place[place_id].append(passage)
            if len(self._provinces) > 1 and self._provinces <= frozenset(passage.place_ids):
                self._passages_by_place[REGION_ID].append(passage)
            for chain_id in passage.chain_ids:
                self._passages_by_chain[chain_id].append(passage)
            if not passage.place_ids and not passage.chain_ids:
                self._passages_of_no_place.append(passage)
        self._clusters_by_member: dict[str, list[str]] = defaultdict(list)
        for cluster in catalogue.clusters.values():
            for member_id in cluster.member_ids:
                self._clusters_by_member[member_id].append(cluster.id)
        self._chains_by_place: dict[str, list[str]] = defaultdict(list)
        for node in catalogue.chain_nodes.values():
            for place_id in node.place_ids:
                if node.chain_id not in self._chains_by_place[place_id]:
                    self._chains_by_place[place_id].append(node.chain_id)
        self._home_lines = {
            place.id: tuple(frozenset(_line_of_units(catalogue, home)) for home in _home_units(place))
            for place in catalogue.places.values()
        }
        self._nearest_candidates = [
            [place for place in catalogue.places.values() if place.kind in kinds] for kinds in _NEAREST_KINDS
        ]
        self._framing_areas = [
            (place, frozenset(place.area_adcodes))
            for place in catalogue.places.values()
            if place.kind in (PlaceKind.WING, PlaceKind.ZONE) and place.area_adcodes
        ]

    def describe(self, place_id: str) -> PlaceDetails:
        """Gather what concerns a place.

        Returns
        -------
        PlaceDetails
            Each passage once, by its strongest link. Figures of the place itself, then those of its parts, of
            the region those of the chains; within each by indicator, then by period.

        Raises
        ------
        KeyError
            The catalogue has no such place.
        """
        place = self._catalogue.places[place_id]
        inside = self.inside(place_id)
        passages = self._linked_passages(place, inside)
        figures = self._ordered_figures(place)
        return PlaceDetails(
            place,
            passages,
            figures,
            self._related(place, inside),
            self._sources(place, passages, figures),
        )

    def inside(self, place_id: str) -> tuple[Place, ...]:
        """Return the places and units that lie wholly within a unit or an area, in catalogue order.

        A place lies where its county lies: borders finer than counties are not known. Parts of a place, and
        the members of a cluster, count as inside it.
        """
        place = self._catalogue.places[place_id]
        if place.kind is PlaceKind.CLUSTER:
            return self._known_places(self._cluster_members(place_id))
        if place.kind.is_unit:
            covered = frozenset((place.id,))
        elif place.kind in _FRAMING_KINDS and place.area_adcodes:
            covered = frozenset(place.area_adcodes)
        else:
            return tuple(self._parts.get(place_id, ()))
        return tuple(
            other
            for other in self._catalogue.places.values()
            # The region is made of all areas as large as itself; it lies in none of them.
            if other.id not in (place_id, REGION_ID)
            and (other.parent_id == place_id or self._lies_within(other, covered))
        )

    # Where a place lies

    def _lies_within(self, place: Place, covered: frozenset[str]) -> bool:
        lines = self._home_lines[place.id]
        return bool(lines) and not any(covered.isdisjoint(line) for line in lines)

    def _containing_areas(self, place: Place) -> tuple[str, ...]:
        """Return the wings and zones that hold the whole place."""
        return tuple(
            area.id
            for area, covered in self._framing_areas
            if area.id != place.id and area.id != place.parent_id and self._lies_within(place, covered)
        )

    # Passages

    def _linked_passages(self, place: Place, inside: tuple[Place, ...]) -> tuple[LinkedPassage, ...]:
        found: dict[str, LinkedPassage] = {}

        def add(passages: Iterable[Passage], link: PassageLink, via_id: str = "") -> None:
            for passage in passages:
                found.setdefault(passage.id, LinkedPassage(passage, link, via_id))

        # From the strongest link to the weakest: the first one that finds a passage keeps it.
        if place.id == REGION_ID:
            add(self._passages_of_no_place, PassageLink.REGION)
            add(self._told_of_area(place.id), PassageLink.DIRECT)
        else:
            add(self._passages_by_place.get(place.id, ()), PassageLink.DIRECT)
        units, areas = _ids(containing_units(self._catalogue, place)), self._containing_areas(place)
        for cluster_id in self._clusters_around(place, units, areas):
            add(self._passages_by_place.get(cluster_id, ()), PassageLink.CLUSTER, cluster_id)
        for chain_id in self._chains_of(place):
            add(self._passages_by_chain.get(chain_id, ()), PassageLink.CHAIN, chain_id)
        parent = (place.parent_id,) if place.parent_id and place.parent_id not in units else ()
        for area_id in (*parent, *areas, *units, REGION_ID):
            add(self._told_of_area(area_id), PassageLink.AREA, area_id)
        if place.kind is not PlaceKind.CLUSTER:
            for other in inside:
                if other.kind in _DIGESTED_KINDS:
                    add(self._digests_of(other.id), PassageLink.CONTAINED, other.id)
        return tuple(sorted(found.values(), key=lambda linked: self._passage_order(linked, place)))

    def _told_of_area(self, area_id: str) -> Iterable[Passage]:
        """Return what is said of an area as such: a cluster's digest names areas only as its members."""
        return (p for p in self._passages_by_place.get(area_id, ()) if p.section != "cluster-digest")

    def _digests_of(self, place_id: str) -> Iterable[Passage]:
        return (p for p in self._passages_by_place.get(place_id, ()) if p.section == "place-digest")

    def _clusters_around(
        self, place: Place, units: tuple[str, ...], areas: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Return the clusters that a place is a member of, then those of which a member holds it.

        A member as large as a province says nothing about each place in it: it counts for the province alone.
        """
        holders = (place.id, *areas, *(unit for unit in units if unit not in self._provinces))
        found = dict.fromkeys(
            cluster for holder in holders for cluster in self._clusters_by_member.get(holder, ())
        )
        found.pop(place.id, None)
        return tuple(found)

    def _chains_of(self, place: Place) -> tuple[str, ...]:
        """Return the chains that a place is a link of, then those of its clusters."""
        found = dict.fromkeys(self._chains_by_place.get(place.id, ()))
        for cluster_id in (place.id, *self._clusters_by_member.get(place.id, ())):
            cluster = self._catalogue.clusters.get(cluster_id)
            if cluster is not None:
                found.update(dict.fromkeys(cluster.chain_ids))
        return tuple(found)

    def _passage_order(self, linked: LinkedPassage, place: Place) -> tuple[int, bool, int]:
        passage = linked.passage
        is_own_digest = passage.section.endswith("-digest") and passage.place_ids[:1] == (place.id,)
        return _LINK_RANKS[linked.link], not is_own_digest, self._passage_ranks[passage.id]

    # Figures and sources

    def _ordered_figures(self, place: Place) -> tuple[Figure, ...]:
        below = () if place.kind.is_unit else _ids(self._parts.get(place.id, ()))
        if place.id == REGION_ID:
            below += tuple(self._catalogue.chains)  # A chain is no place: nowhere else would they be seen.
        return tuple(
            figure
            for scope_id in (place.id, *below)
            for figure in sorted(self._figures.get(scope_id, ()), key=self._figure_order)
        )

    def _figure_order(self, figure: Figure) -> tuple[int, bool, str, str, str]:
        """Order by indicator as the file introduces them, then by the end of the period; empty ones last."""
        start, _slash, end = figure.period.partition("/")
        return (
            self._indicator_ranks[figure.indicator_zh],
            not figure.period,
            end or start,
            start,
            figure.id,
        )

    def _sources(
        self, place: Place, passages: tuple[LinkedPassage, ...], figures: tuple[Figure, ...]
    ) -> tuple[Source, ...]:
        used = dict.fromkeys(place.source_ids)
        cluster = self._catalogue.clusters.get(place.id)
        for chain_id in cluster.chain_ids if cluster is not None else ():
            if chain_id in self._catalogue.chains:
                used.update(dict.fromkeys(self._catalogue.chains[chain_id].source_ids))
        for linked in passages:
            used.update(dict.fromkeys(linked.passage.source_ids))
        used.update(dict.fromkeys(figure.source_id for figure in figures))
        return tuple(self._catalogue.sources[key] for key in used if key in self._catalogue.sources)

    # Related places

    def _related(self, place: Place, inside: tuple[Place, ...]) -> tuple[RelatedPlace, ...]:
        found: dict[str, RelatedPlace] = {}

        def add(others: Iterable[Place], relation: Relation) -> None:
            for other in others:
                if other.id != place.id:
                    found.setdefault(
                        other.id, RelatedPlace(other, relation, self._shown_distance_km(place, other))
                    )

        add(self._known_places((place.parent_id,)), Relation.PART_OF)
        add(self._parts.get(place.id, ()), Relation.PARTS)
        # A zone that takes up a whole county covers it rather than lies in it.
        taken_up = self._cluster_members(place.id) or place.area_adcodes
        units = _ids(containing_units(self._catalogue, place))
        if not units and _home_units(place):
            units = (REGION_ID,)
        holders = units + self._containing_areas(place)
        add(self._known_places(holder for holder in holders if holder not in taken_up), Relation.LIES_IN)
        if place.kind is PlaceKind.CLUSTER:
            add(self._known_places(taken_up), Relation.HAS_MEMBER)
        else:
            add(self._known_places(taken_up), Relation.COVERS)
            add((other for other in inside if not other.kind.is_unit), Relation.CONTAINS)
        add(self._known_places(self._clusters_by_member.get(place.id, ())), Relation.MEMBER_OF)
        add(self._nearest(place), Relation.NEAREST)
        return tuple(found.values())

    def _known_places(self, place_ids: Iterable[str]) -> tuple[Place, ...]:
        places = self._catalogue.places
        return tuple(places[place_id] for place_id in place_ids if place_id in places)

    def _cluster_members(self, cluster_id: str) -> tuple[str, ...]:
        cluster = self._catalogue.clusters.get(cluster_id)
        return cluster.member_ids if cluster is not None else ()

    def _nearest(self, place: Place) -> Iterable[Place]:
        """Yield the nearest port, airport and wing of a place that has a point of its own."""
        if place.precision not in _POINTED or place.kind is PlaceKind.PROVINCE:
            return
        family = {place.id, place.parent_id, *(part.id for part in self._parts.get(place.id, ()))}
        for candidates in self._nearest_candidates:
            measured = [
                (distance_km, other.id)
                for other in candidates
                if other.id not in family and (distance_km := point_distance_km(place, other)) is not None
            ]
            if measured:
                yield self._catalogue.places[min(measured)[1]]

    @staticmethod
    def _shown_distance_km(place: Place, other: Place) -> float | None:
        """Return a distance where it tells something: the label point of a unit is nobody's address."""
        if other.kind.is_unit or place.kind is PlaceKind.PROVINCE:
            return None
        return point_distance_km(place, other)


def point_distance_km(place: Place, other: Place) -> float | None:
    """Return the great-circle distance between two places, to 100 m; None where one has no sure point."""
    if place.precision not in _POINTED or other.precision not in _POINTED:
        return None
    if place.lon is None or place.lat is None or other.lon is None or other.lat is None:
        return None
    lat, other_lat = radians(place.lat), radians(other.lat)
    half_chord = (
        sin((other_lat - lat) / 2) ** 2
        + cos(lat) * cos(other_lat) * sin(radians(other.lon - place.lon) / 2) ** 2
    )
    return round(2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(half_chord))), 1)


def via_name(catalogue: Catalogue, via_id: str, language: Language) -> str:
    """Return the name behind `LinkedPassage.via_id`: of a place, a chain or the region; else an empty one."""
    named = catalogue.places.get(via_id) or catalogue.chains.get(via_id)
    if named is None:
        return REGION_NAMES[language is Language.EN] if via_id == REGION_ID else ""
    return named.name(language)


# Where a place lies


def containing_units(catalogue: Catalogue, place: Place) -> tuple[Place, ...]:
    """Return the units that hold the whole place, the smallest first; of a unit those above it.

    A place that takes up several units lies in what all of them lie in; its label's county does not count.
    """
    homes = _home_units(place)
    if not homes:
        return ()
    first, *others = (_line_of_units(catalogue, home) for home in homes)
    return tuple(
        catalogue.places[unit]
        for unit in first
        if unit != place.id and unit in catalogue.places and all(unit in line for line in others)
    )


def location_units(catalogue: Catalogue, place: Place) -> tuple[tuple[Place, ...], ...]:
    """Return the units that a place lies in, level by level, the largest first.

    Each level is one unit. A place that no unit holds whole has one level: the provinces that it spans.
    """
    holding = containing_units(catalogue, place)
    if holding:
        return tuple((unit,) for unit in reversed(holding))
    if place.kind.is_unit:
        return ()
    spanned = {line[-1] for home in _home_units(place) if (line := _line_of_units(catalogue, home))}
    provinces = tuple(catalogue.places[code] for code in sorted(spanned) if code in catalogue.places)
    return (provinces,) if provinces else ()


def location_text(catalogue: Catalogue, place: Place, language: Language) -> str:
    """Return `location_units` in a line, e.g. 河北省 › 唐山市 › 曹妃甸区; empty where nothing is known."""
    comma = "、" if language is Language.ZH else ", "
    return " › ".join(
        comma.join(unit.name(language) for unit in level) for level in location_units(catalogue, place)
    )


def county_code(place: Place) -> str:
    """Return the code of the one unit that a place is or lies in; empty where it takes up several."""
    if place.kind.is_unit:
        return place.id
    return place.county_adcode if len(place.area_adcodes) < 2 else ""


def _home_units(place: Place) -> tuple[str, ...]:
    """Return the units that a place takes up, as finely as the facts tell."""
    if place.kind.is_unit:
        return (place.id,)
    if place.area_adcodes:
        return place.area_adcodes
    return (place.county_adcode,) if place.county_adcode else ()


def _line_of_units(catalogue: Catalogue, adcode: str) -> tuple[str, ...]:
    """Return a unit and the units above it, from the county up."""
    line: list[str] = []
    while adcode and adcode not in line:  # A parent that leads back into the line must not hold us here.
        line.append(adcode)
        unit = catalogue.places.get(adcode)
        adcode = unit.parent_id if unit is not None else ""
    return tuple(line)


def _ids(places: Iterable[Place]) -> tuple[str, ...]:
    return tuple(place.id for place in places)
