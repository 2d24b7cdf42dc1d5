"""All that the catalogue knows about one place: the same answer for window, command line and export."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, fsum, radians, sin, sqrt

from jjjmap.catalogue.chain_graph import STAGES
from jjjmap.catalogue.models import (
    REGION_ID,
    Catalogue,
    Chain,
    ChainNode,
    Figure,
    Passage,
    Place,
    PlaceKind,
    Precision,
    Source,
)
from jjjmap.catalogue.outline import OutlinePart, policy_outline
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

_PARTNERS_OF_A_STAGE = 6
"""So many places of one stage of a chain are named; the chain's own page has them all."""

_EARTH_RADIUS_KM = 6371.0088


class PassageLink(StrEnum):
    """Which way a passage concerns a place."""

    DIRECT = "direct"
    """It names the place."""
    REGION = "region"
    """It names no place at all, so it speaks of the region as a whole."""
    POLICY = "policy"
    """It is part of the policy of the whole region, though it names places in it."""
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
    CHAIN_PARTNER = "chain_partner"
    """Holds a link of the same chain."""


@dataclass(frozen=True, slots=True)
class LinkedPassage:
    """A passage and why it is shown here."""

    passage: Passage
    link: PassageLink
    via_id: str = ""
    """The cluster, chain, area or place that links them; empty for a direct link."""
    holder_id: str = ""
    """What holds the place and is itself the member of the cluster or the link of the chain; empty if that is
    the place itself."""


@dataclass(frozen=True, slots=True)
class RelatedPlace:
    """Another place and how it is related."""

    place: Place
    relation: Relation
    distance_km: float | None = None
    """Great-circle distance between the two points; None where one of them has no sure point."""
    chain_id: str = ""
    """Of a chain partner the chain that both are links of, and the stage of the other."""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Figures of one scope that do not agree, side by side."""

    figures: tuple[Figure, ...]
    """At least one; a contested one stands alone where what contradicts it is only told in its note."""

    def notes(self, language: Language) -> tuple[str, ...]:
        """Return what is said about them, each remark once."""
        return tuple(dict.fromkeys(note for figure in self.figures if (note := figure.note(language))))


@dataclass(frozen=True, slots=True)
class ChainTie:
    """A chain that a place belongs to, and how."""

    chain: Chain
    nodes: tuple[ChainNode, ...]
    """The links that the place, or its holder, has; none for a cluster: it is in the chain as such."""
    holder: Place | None = None
    """What holds the place and has the links; None if that is the place itself."""

    @property
    def source_ids(self) -> tuple[str, ...]:
        """What bears the tie: the sources of the links, without links those of the chain."""
        if not self.nodes:
            return self.chain.source_ids
        return tuple(dict.fromkeys(source_id for node in self.nodes for source_id in node.source_ids))


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
    chains: tuple[ChainTie, ...] = ()
    """Chains that the place is a link of, then those of which what holds it is one."""

    @property
    def marks(self) -> dict[str, int]:
        """The number by which each source is cited here, from 1, by source id."""
        return {source.id: number for number, source in enumerate(self.sources, start=1)}

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """The figures here that contradict one another or are contested; see `disagreements_among`."""
        return disagreements_among(self.figures)


_LINK_ORDER = {
    (link, by_holder): rank
    for rank, ways in enumerate(
        (
            # All are about the place itself: together they stand in the order of the policy.
            ((PassageLink.DIRECT, False), (PassageLink.REGION, False), (PassageLink.POLICY, False)),
            ((PassageLink.CLUSTER, False),),
            ((PassageLink.CHAIN, False),),
            ((PassageLink.AREA, False),),
            # What only holds the place says less about it than what is said of the area as such.
            ((PassageLink.CLUSTER, True),),
            ((PassageLink.CHAIN, True),),
            ((PassageLink.CONTAINED, False),),
        )
    )
    for link, by_holder in ways
}
"""How strong links are, 0 the strongest; each with whether only a holder is the member or link."""


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
        self._policy = tuple(_outlined(catalogue))
        self._policy_of_place: dict[str, list[Passage]] = defaultdict(list)
        for passage in self._policy:
            for place_id in passage.place_ids:
                self._policy_of_place[place_id].append(passage)
        self._passage_ranks = {passage.id: rank for rank, passage in enumerate(self._policy)}
        self._provinces = frozenset(p.id for p in catalogue.places.values() if p.kind is PlaceKind.PROVINCE)
        for passage in catalogue.passages.values():
            self._passage_ranks.setdefault(passage.id, len(self._passage_ranks))
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
        self._stage_places: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for node in catalogue.chain_nodes.values():
            self._stage_places[node.chain_id, node.stage].update(dict.fromkeys(node.place_ids))
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
        chains = self._chain_ties(place)
        return PlaceDetails(
            place,
            passages,
            figures,
            self._related(place, inside),
            self._sources(place, chains, passages, figures),
            chains,
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

        def add(
            passages: Iterable[Passage], link: PassageLink, via_id: str = "", holder_id: str = ""
        ) -> None:
            for passage in passages:
                found.setdefault(passage.id, LinkedPassage(passage, link, via_id, holder_id))

        # From the strongest link to the weakest: the first one that finds a passage keeps it.
        if place.id == REGION_ID:
            add(self._passages_of_no_place, PassageLink.REGION)
            add(self._told_of_area(place.id), PassageLink.DIRECT)
            add(self._policy, PassageLink.POLICY)
        else:
            add(self._passages_by_place.get(place.id, ()), PassageLink.DIRECT)
        units, areas = _ids(containing_units(self._catalogue, place)), self._containing_areas(place)
        holders = self._holders(place, units, areas)
        for cluster_id in self._clusters_by_member.get(place.id, ()):
            add(self._passages_by_place.get(cluster_id, ()), PassageLink.CLUSTER, cluster_id)
        own_chains = self._chains_of(place)
        for chain_id in own_chains:
            add(self._passages_by_chain.get(chain_id, ()), PassageLink.CHAIN, chain_id)
        parent = (place.parent_id,) if place.parent_id and place.parent_id not in units else ()
        for area_id in (*parent, *areas, *units, REGION_ID):
            add(self._told_of_area(area_id), PassageLink.AREA, area_id)
        for holder_id in holders:
            for cluster_id in self._clusters_by_member.get(holder_id, ()):
                if cluster_id != place.id:
                    said = self._passages_by_place.get(cluster_id, ())
                    add(said, PassageLink.CLUSTER, cluster_id, holder_id)
        for holder_id in holders:
            for chain_id in self._chains_by_holder(place, holder_id):
                add(self._passages_by_chain.get(chain_id, ()), PassageLink.CHAIN, chain_id, holder_id)
        if place.kind is not PlaceKind.CLUSTER:
            for other in inside:
                if other.kind in _DIGESTED_KINDS:
                    add(self._digests_of(other.id), PassageLink.CONTAINED, other.id)
                add(self._policy_of_place.get(other.id, ()), PassageLink.CONTAINED, other.id)
        return tuple(sorted(found.values(), key=lambda linked: self._passage_order(linked, place)))

    def _told_of_area(self, area_id: str) -> Iterable[Passage]:
        """Return what is said of an area as such: a cluster's digest names areas only as its members."""
        return (p for p in self._passages_by_place.get(area_id, ()) if p.section != "cluster-digest")

    def _digests_of(self, place_id: str) -> Iterable[Passage]:
        return (p for p in self._passages_by_place.get(place_id, ()) if p.section == "place-digest")

    def _holders(self, place: Place, units: tuple[str, ...], areas: tuple[str, ...]) -> tuple[str, ...]:
        """Return what holds a place, the smallest first: the whole it is a part of, areas and units.

        A member as large as a province says nothing about each place in it: it counts for the province alone.
        """
        parent = self._catalogue.places.get(place.parent_id)
        # A ring or circle may be the whole of others without a word about what makes or does what in them.
        wholes = (parent.id,) if parent is not None and parent.kind not in _FRAMING_KINDS else ()
        found = dict.fromkeys((*wholes, *areas, *units))
        return tuple(holder for holder in found if holder not in self._provinces and holder != place.id)

    def _chains_of(self, place: Place) -> tuple[str, ...]:
        """Return the chains that a place is a link of, then those of its clusters."""
        found = dict.fromkeys(self._chains_by_place.get(place.id, ()))
        for cluster_id in (place.id, *self._clusters_by_member.get(place.id, ())):
            cluster = self._catalogue.clusters.get(cluster_id)
            if cluster is not None:
                found.update(dict.fromkeys(cluster.chain_ids))
        return tuple(found)

    def _chains_by_holder(self, place: Place, holder_id: str) -> list[str]:
        """Return the chains that a holder is a link of, first those that the place bears in its own name."""

        def is_elsewhere(chain_id: str) -> bool:
            chain = self._catalogue.chains.get(chain_id)
            names = (chain.name_zh_2023, chain.name_zh_2024) if chain is not None else ()
            return not any(name and name in place.name_zh for name in names)

        return sorted(self._chains_by_place.get(holder_id, ()), key=is_elsewhere)

    def _chain_ties(self, place: Place) -> tuple[ChainTie, ...]:
        """Return the chains of a cluster; else those that a place is a link of, then those of its holders."""
        chains = self._catalogue.chains
        cluster = self._catalogue.clusters.get(place.id)
        if cluster is not None:
            return tuple(ChainTie(chains[key], ()) for key in cluster.chain_ids if key in chains)
        units = _ids(containing_units(self._catalogue, place))
        ties: dict[str, ChainTie] = {}
        for holder_id in (place.id, *self._holders(place, units, self._containing_areas(place))):
            holder = None if holder_id == place.id else self._catalogue.places[holder_id]
            for chain_id in self._chains_by_holder(place, holder_id):
                if chain_id in chains and chain_id not in ties:
                    nodes = tuple(
                        node
                        for node in self._catalogue.chain_nodes.values()
                        if node.chain_id == chain_id and holder_id in node.place_ids
                    )
                    ties[chain_id] = ChainTie(chains[chain_id], nodes, holder)
        return tuple(ties.values())

    def _passage_order(self, linked: LinkedPassage, place: Place) -> tuple[int, bool, int]:
        passage = linked.passage
        is_own_digest = passage.section.endswith("-digest") and passage.place_ids[:1] == (place.id,)
        rank = _LINK_ORDER[linked.link, bool(linked.holder_id)]
        return rank, not is_own_digest, self._passage_ranks[passage.id]

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
        self,
        place: Place,
        chains: tuple[ChainTie, ...],
        passages: tuple[LinkedPassage, ...],
        figures: tuple[Figure, ...],
    ) -> tuple[Source, ...]:
        used = dict.fromkeys(place.source_ids)
        for tie in chains:
            used.update(dict.fromkeys(tie.source_ids))
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
        holders = self._holders(place, units, self._containing_areas(place))
        chains = dict.fromkeys(self._chains_by_place.get(place.id, ()))
        for holder_id in holders:
            chains.update(dict.fromkeys(self._chains_by_holder(place, holder_id)))
        for chain_id in chains:
            for stage in STAGES:
                partners = [
                    partner
                    for partner in self._known_places(self._stage_places.get((chain_id, stage), ()))
                    if partner.id not in found and partner.id != place.id
                ]
                for partner in partners[:_PARTNERS_OF_A_STAGE]:
                    distance_km = self._shown_distance_km(place, partner)
                    found[partner.id] = RelatedPlace(
                        partner, Relation.CHAIN_PARTNER, distance_km, chain_id, stage
                    )
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


def disagreements_among(figures: Iterable[Figure]) -> tuple[Disagreement, ...]:
    """Return figures that contradict one another, group by group in the order of the first of each.

    One indicator of one scope in one period may have only one value in one unit; where it has more, they are
    a group. What is marked as contested stands beside what bears the same remark and indicator: values given
    by others, perhaps of another date. What is left of a remark then stands together. Years of one revised
    series do not disagree with one another: they stand only where an unrevised value of the same year does.
    """
    listed = tuple(figures)
    groups: dict[tuple[str, str, str, str], dict[str, Figure]] = defaultdict(dict)
    for figure in listed:
        # A first release is the same number of the same year, though its name says in brackets what it is.
        indicator = figure.indicator_zh.partition("（")[0] if figure.contested else figure.indicator_zh
        groups[figure.scope_id, indicator, figure.period, figure.unit_zh][figure.id] = figure
    told = [group for group in groups.values() if len({figure.value for figure in group.values()}) > 1]
    seen = {figure_id for group in told for figure_id in group}
    by_remark: dict[tuple[str, str], dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for figure in listed:
        if figure.contested and figure.id not in seen:
            by_remark[figure.scope_id, figure.note_zh][figure.indicator_zh].append(figure)
    for by_indicator in by_remark.values():
        single: dict[str, Figure] = {}
        for alike in by_indicator.values():
            if _is_series(alike):
                continue
            if len(alike) > 1:
                told.append({figure.id: figure for figure in alike})
            else:
                single[alike[0].id] = alike[0]
        if single:
            told.append(single)
    places = {figure.id: place for place, figure in enumerate(listed)}
    return tuple(
        Disagreement(tuple(group.values()))
        for group in sorted(told, key=lambda group: places[next(iter(group))])
    )


def _is_series(figures: list[Figure]) -> bool:
    """Whether figures are years of one series of one source."""
    periods = {figure.period for figure in figures}
    return len(figures) > 2 and len(periods) == len(figures) and len({f.source_id for f in figures}) == 1


def area_km2(catalogue: Catalogue, place: Place) -> float | None:
    """Return the area of a unit, or that of all units which a place takes up; None where it is not known.

    A unit that lies in another of them is not counted twice. A cluster names members, not ground.
    """
    if place.kind.is_unit:
        return place.area_km2
    if place.kind is PlaceKind.CLUSTER or not place.area_adcodes:
        return None
    taken_up = frozenset(place.area_adcodes)
    areas = []
    for code in taken_up:
        unit = catalogue.places.get(code)
        if unit is None or unit.area_km2 is None:
            return None
        if taken_up.isdisjoint(_line_of_units(catalogue, code)[1:]):
            areas.append(unit.area_km2)
    return fsum(areas)


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


def _outlined(catalogue: Catalogue) -> Iterator[Passage]:
    """Yield the passages of the policy in the order of its outline; digests of places are no policy."""
    for group in policy_outline(catalogue):
        if group.part not in (OutlinePart.PLACES, OutlinePart.CLUSTERS):
            yield from group.passages()
