"""Where a link without firms might come to be: counties ranked by a score that is shown with its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from jjjmap.analysis.chain_gaps.rows import FirmRows, RowArray
from jjjmap.analysis.measures.specialisation import location_quotient
from jjjmap.catalogue.models import Catalogue, ChainNode, Place, PlaceKind
from jjjmap.layers.boundaries import UnitIndex
from jjjmap.layers.unit_names import holds, level_of

FloatArray = npt.NDArray[np.float64]

HALF_AT_FIRMS = 2.0
"""With so many related firms their quotient counts half: one firm alone makes any quotient large."""
HALF_AT_KM = 100.0
"""At this distance from the rest of the chain a county has half of the points."""
MOST_FIRMS_MEASURED = 2_000
"""Of more firms every k-th is measured: the median hardly moves."""

LINK_POINTS = {"node": 1.0, "passage": 0.8, "cluster": 0.6}
"""What a mention is worth: the link's own places, a passage on the chain, a cluster of the chain."""
LEVEL_POINTS = {PlaceKind.COUNTY: 1.0, PlaceKind.CITY: 0.5, PlaceKind.PROVINCE: 0.25}
"""The wider the unit that is named, the less it says about one county in it."""
MOST_CHAINS_NAMED = 2
"""A passage that names more chains is a list: its places are not meant for each of them."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of the score counts."""

    specialisation: float = 1.0
    distance: float = 1.0
    policy: float = 1.0

    @property
    def total(self) -> float:
        """The sum."""
        return self.specialisation + self.distance + self.policy


@dataclass(frozen=True, slots=True)
class Mention:
    """How policy names a county for a link."""

    points: float = 0.0
    place_ids: tuple[str, ...] = ()
    """Places that are named and are, hold or lie in the county."""
    passage_ids: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A county that a link might come to be in."""

    adcode: str
    score: float
    related_firms: int
    """Firms of the list here that belong to the rest of the chain, or are related to the link."""
    firms: int
    """All firms of the list here."""
    quotient: float | None
    specialisation: float | None
    distance_km: float | None
    distance: float | None
    policy: float
    mention: Mention
    platform_ids: tuple[str, ...]


@dataclass(frozen=True)
class ChainFirms:
    """What is the same for all links of a chain."""

    nodes: Sequence[ChainNode]
    firms: FirmRows
    core: Mapping[str, RowArray]
    related: Mapping[str, RowArray]
    catalogue: Catalogue
    units: UnitIndex
    _distances: dict[str, float | None] = field(default_factory=dict)

    @cached_property
    def firms_by_county(self) -> dict[str, int]:
        """How many firms of the list each county has."""
        codes, counts = np.unique(self.firms.counties[self.firms.inside], return_counts=True)
        return dict(zip(codes.tolist(), counts.tolist(), strict=True))

    @cached_property
    def of_chain(self) -> RowArray:
        """The firms at the core of any link."""
        return _union(self.core.get(node.id) for node in self.nodes)

    @cached_property
    def _measured(self) -> RowArray:
        rows = self.of_chain
        step = -(-len(rows) // MOST_FIRMS_MEASURED) if len(rows) else 1
        return rows[::step]

    def distance_km(self, adcode: str) -> float | None:
        """Return the median distance from a county to the chain's firms; None if there are none."""
        if adcode not in self._distances:
            self._distances[adcode] = self._distance_km(adcode)
        return self._distances[adcode]

    def _distance_km(self, adcode: str) -> float | None:
        rows = self._measured
        if not len(rows):
            return None
        from jjjmap.analysis.nearby.geodesy import lengths_km

        lon, lat = _middle(self.catalogue, self.units, adcode)
        kilometres = lengths_km(
            np.full(len(rows), lon), np.full(len(rows), lat), self.firms.lon[rows], self.firms.lat[rows]
        )
        return float(np.median(kilometres))


def candidates_of(node: ChainNode, chain: ChainFirms, weights: Weights, most: int) -> tuple[Candidate, ...]:
    """Return the best counties for a link, best first.

    Notes
    -----
    Score = (w₁·S + w₂·D + w₃·P) / (w₁ + w₂ + w₃), a part without a value counting 0.
    S = LQ / (1 + LQ) · n / (n + 2) with LQ the location quotient of the n firms that belong to the rest of
    the chain or are related to the link; D = 100 / (100 + d) with d the median geodesic distance in km to
    the firms of the chain; P the worth of the best mention (`LINK_POINTS` × `LEVEL_POINTS`).
    Considered are counties with such firms, and those that policy names themselves or by their city.
    """
    near = _union(held.get(each.id) for held in (chain.core, chain.related) for each in chain.nodes)
    codes, counts = np.unique(chain.firms.counties[near], return_counts=True)
    related = dict(zip(codes.tolist(), counts.tolist(), strict=True))
    mentions = _mentions(node, chain)
    pool = sorted(
        {unit.code for unit in chain.units.counties}
        & (set(related) | {code for code, mention in mentions.items() if mention.points >= _named_by_city()})
    )
    if not pool:
        return ()
    quotients = _quotients(pool, related, chain.firms_by_county)
    found = [
        _candidate(adcode, quotient, related, mentions.get(adcode, Mention()), chain, weights)
        for adcode, quotient in zip(pool, quotients, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (-each.score, each.adcode))[:most])


def _candidate(
    adcode: str,
    quotient: float,
    related: Mapping[str, int],
    mention: Mention,
    chain: ChainFirms,
    weights: Weights,
) -> Candidate:
    n = related.get(adcode, 0)
    has_quotient = bool(np.isfinite(quotient))
    specialisation = quotient / (1 + quotient) * n / (n + HALF_AT_FIRMS) if has_quotient else None
    kilometres = chain.distance_km(adcode)
    distance = None if kilometres is None else HALF_AT_KM / (HALF_AT_KM + kilometres)
    score = (
        weights.specialisation * (specialisation or 0.0)
        + weights.distance * (distance or 0.0)
        + weights.policy * mention.points
    ) / weights.total
    return Candidate(
        adcode,
        score,
        n,
        chain.firms_by_county.get(adcode, 0),
        quotient if has_quotient else None,
        specialisation,
        kilometres,
        distance,
        mention.points,
        mention,
        tuple(
            place.id
            for place in chain.catalogue.places.values()
            if place.kind is PlaceKind.PLATFORM and place.county_adcode == adcode
        ),
    )


def _quotients(pool: Sequence[str], related: Mapping[str, int], all_firms: Mapping[str, int]) -> FloatArray:
    near = np.array([related.get(code, 0) for code in pool], dtype=np.float64)
    totals = np.array([all_firms.get(code, 0) for code in pool], dtype=np.float64)
    # Two categories: the chain and all the rest of the list, over the whole region.
    wide_near, wide = float(sum(related.values())), float(sum(all_firms.values()))
    return location_quotient(
        np.column_stack((near, totals - near)), totals, np.array([wide_near, wide - wide_near])
    ).values[:, 0]


def _named_by_city() -> float:
    return min(LINK_POINTS.values()) * LEVEL_POINTS[PlaceKind.CITY]


def _mentions(node: ChainNode, chain: ChainFirms) -> dict[str, Mention]:
    """Return how policy names each county for a link."""
    catalogue = chain.catalogue
    told: list[tuple[str, str, tuple[str, ...], str]] = [
        ("node", place_id, node.source_ids, "") for place_id in node.place_ids
    ]
    for passage in catalogue.passages.values():
        if node.chain_id in passage.chain_ids and len(passage.chain_ids) <= MOST_CHAINS_NAMED:
            told += [
                ("passage", place_id, passage.source_ids, passage.id)
                for place_id in passage.place_ids
                # A cluster of something else is named beside the chain, not for it.
                if node.chain_id in getattr(catalogue.clusters.get(place_id), "chain_ids", (node.chain_id,))
            ]
    for cluster in catalogue.clusters.values():
        if node.chain_id in cluster.chain_ids:
            place = catalogue.places.get(cluster.id)
            sources = place.source_ids if place is not None else ()
            told += [("cluster", place_id, sources, "") for place_id in cluster.member_ids]
    found: dict[str, Mention] = {}
    for link, place_id, source_ids, passage_id in told:
        for adcode, level in _counties_of(place_id, chain).items():
            before = found.get(adcode, Mention())
            found[adcode] = Mention(
                max(before.points, LINK_POINTS[link] * LEVEL_POINTS[level]),
                _with(before.place_ids, place_id),
                _with(before.passage_ids, passage_id),
                _with(before.source_ids, *source_ids),
            )
    return found


def _counties_of(place_id: str, chain: ChainFirms) -> dict[str, PlaceKind]:
    """Return the counties that a place is, lies in or holds, with how closely it names them."""
    place = chain.catalogue.places.get(place_id)
    if place is None:
        return {}
    codes = _unit_codes(place)
    found: dict[str, PlaceKind] = {}
    for code in codes:
        level = level_of(code)
        for unit in chain.units.counties:
            if holds(code, unit.code) and (
                unit.code not in found or LEVEL_POINTS[level] > LEVEL_POINTS[found[unit.code]]
            ):
                found[unit.code] = level
    return found


def _unit_codes(place: Place) -> tuple[str, ...]:
    if place.kind.is_unit:
        return (place.id,)
    return place.area_adcodes or ((place.county_adcode,) if place.county_adcode else ())


def _middle(catalogue: Catalogue, units: UnitIndex, adcode: str) -> tuple[float, float]:
    """Return where a county is measured from: its label point, which lies within."""
    place = catalogue.places.get(adcode)
    if place is not None and place.lon is not None and place.lat is not None:
        return place.lon, place.lat
    point = units.shape_of(adcode).representative_point()
    return float(point.x), float(point.y)


def _union(parts: Iterable[RowArray | None]) -> RowArray:
    held = [part for part in parts if part is not None]
    return np.unique(np.concatenate(held)) if held else np.zeros(0, dtype=np.int64)


def _with(before: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before, *(each for each in more if each))))
