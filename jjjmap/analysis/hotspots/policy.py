"""What policy says against what a list shows: clusters of the catalogue, unit by unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jjjmap.analysis.hotspots.options import ALL_CLUSTERS, Verdict
from jjjmap.analysis.hotspots.refusing import impossible, remark
from jjjmap.catalogue.models import Catalogue, Cluster
from jjjmap.findings import Finding
from jjjmap.i18n import Language, _
from jjjmap.layers.boundaries import UnitIndex

COUNTY, CITY, PROVINCE = 1, 2, 3
"""How large the unit is that policy names, the narrowest first."""


QUOTIENT = 1.25
"""From this location quotient on, a unit has more of a category than its due: a convention of ours."""

TIMES = 2.0
"""So many times the mean of the counties is a lot, too: a convention of ours."""


class Evidence(StrEnum):
    """Why a list is said to be concentrated in a unit."""

    HOTSPOT = "hotspot"
    QUOTIENT = "location-quotient"
    AMOUNT = "amount"


@dataclass(frozen=True)
class ListByCounty:
    """What a list shows in each county, by its code."""

    rows: Mapping[str, float]
    """Rows of the category (or the total of their weight)."""
    base: Mapping[str, float]
    """The same of all categories; empty where no category was asked for."""
    hot_rows: Mapping[str, float]
    """Those of `rows` that lie in hotspots."""
    hot: frozenset[str]
    """Counties that are hotspots themselves, or hold one."""
    least_hot: float = 0.0
    """So much in hotspots makes a unit hold one; 0 if only `hot` decides."""
    least_rows: float = 0.0
    """Less than this is not called a concentration, whatever its share."""


@dataclass(frozen=True, slots=True)
class MemberVerdict:
    """A unit that a cluster of the catalogue names, and what the list shows there."""

    cluster_id: str
    unit_code: str
    counties: tuple[str, ...]
    rows: float
    share_pct: float
    """Of all rows of the category that lie in a county."""
    hot_rows: float
    quotient: float | None
    """Location quotient; None without a category, or where the list has no row at all."""
    evidence: tuple[Evidence, ...]
    verdict: Verdict


@dataclass(frozen=True)
class Comparison:
    """List and policy side by side."""

    clusters: tuple[Cluster, ...]
    members: tuple[MemberVerdict, ...]
    named: Mapping[str, int]
    """How large the smallest unit is that names a county, by its code; counties that are not named lack."""
    clusters_of: Mapping[str, tuple[str, ...]]
    """Ids of the clusters that name a county, the narrowest unit first."""
    unnamed: tuple[str, ...]
    """Counties where the list is concentrated and that no cluster names, by code."""
    verdict_of: Mapping[str, Verdict]
    """For each county."""
    findings: tuple[Finding, ...] = ()
    left_out: tuple[str, ...] = field(default=())
    """Clusters that name the whole region and nothing narrower: they cannot be compared."""


def clusters_for(wanted: str, catalogue: Catalogue) -> tuple[Cluster, ...]:
    """Return the clusters of a word: an id, the name of one, or `ALL_CLUSTERS`. Raises AnalysisImpossible."""
    if wanted == ALL_CLUSTERS:
        return tuple(catalogue.clusters.values())
    if wanted in catalogue.clusters:
        return (catalogue.clusters[wanted],)
    for cluster in catalogue.clusters.values():
        place = catalogue.places.get(cluster.id)
        if place is not None and wanted in (place.name_zh, place.name_en, *place.aliases):
            return (cluster,)
    raise impossible(
        "no-such-cluster",
        _("资料库里没有叫“{name}”的产业集群。").format(name=wanted),
        _("写编号或名称；jjjmap places --kind cluster 列出全部，all 表示与全部集群比较。"),
    )


def compare(
    clusters: tuple[Cluster, ...],
    shown: ListByCounty,
    units: UnitIndex,
    catalogue: Catalogue,
    language: Language,
) -> Comparison:
    """Return for each unit that clusters name whether the list is concentrated there, and where else it is.

    Notes
    -----
    In a unit that policy names, or in one of its counties, a hotspot, a location quotient of `QUOTIENT` and
    `TIMES` the mean amount of the counties are evidence, the last two from `ListByCounty.least_rows` on.
    Elsewhere only a hotspot is: what nobody has named shall stand out by itself. A cluster that names all
    provinces of the region speaks of everything: these members are set aside; a cluster that names nothing
    narrower is left out and told.
    """
    counties = tuple(unit.code for unit in units.counties)
    provinces = {unit.code for unit in units.of_level("provinces")}
    judge = _Judge(shown, counties)
    members: list[MemberVerdict] = []
    named: dict[str, int] = {}
    clusters_of: dict[str, list[tuple[int, str]]] = {}
    left_out: list[str] = []
    lacking = 0
    for cluster in clusters:
        codes = [code for code in cluster.member_ids if code in units]
        lacking += len(cluster.member_ids) - len(codes)
        if provinces <= set(codes):
            codes = [code for code in codes if code not in provinces]
        if not codes:
            left_out.append(cluster.id)
            continue
        for code in codes:
            inside = counties_of(code, counties, units)
            members.append(judge.member(cluster.id, code, inside))
            size = PROVINCE if code in provinces else CITY if code.endswith("00") else COUNTY
            for each in inside:
                named[each] = min(named.get(each, PROVINCE), size)
                clusters_of.setdefault(each, []).append((size, cluster.id))
    shows_around = {code for member in members if member.verdict is Verdict.BOTH for code in member.counties}
    verdict_of = {code: judge.county(code, named.get(code), code in shows_around) for code in counties}
    findings = []
    if left_out:
        names = _("、").join(_name(each, catalogue, language) for each in left_out)
        message = _("这些集群只写到京津冀三地，无法比较，没有计入：{names}。")
        findings.append(remark("cluster-covers-region", message.format(names=names)))
    if lacking:
        message = _("集群的 {n} 个成员不是行政区，没有计入比较。")
        findings.append(remark("members-without-unit", message.format(n=lacking)))
    return Comparison(
        clusters,
        tuple(members),
        named,
        {
            code: tuple(dict.fromkeys(each for _n, each in sorted(found)))
            for code, found in clusters_of.items()
        },
        tuple(code for code in counties if verdict_of[code] is Verdict.LIST_ONLY),
        verdict_of,
        tuple(findings),
        tuple(left_out),
    )


class _Judge:
    """Says whether a list is concentrated in units."""

    def __init__(self, shown: ListByCounty, counties: tuple[str, ...]) -> None:
        self._shown = shown
        self._total = sum(shown.rows.get(code, 0.0) for code in counties)
        self._base_total = sum(shown.base.get(code, 0.0) for code in counties)
        self._mean = self._total / len(counties)

    def member(self, cluster_id: str, code: str, inside: tuple[str, ...]) -> MemberVerdict:
        """Return what the list shows in a unit that policy names."""
        rows = self._sum(self._shown.rows, inside)
        # A part of it suffices: policy that names a city seldom means all of its counties.
        parts = {each for county in inside for each in self._evidence((county,))}
        evidence = tuple(each for each in Evidence if each in parts or each in self._evidence(inside))
        return MemberVerdict(
            cluster_id,
            code,
            inside,
            rows,
            100.0 * rows / self._total if self._total > 0 else 0.0,
            self._sum(self._shown.hot_rows, inside),
            self._quotient(inside),
            evidence,
            Verdict.BOTH if evidence else Verdict.POLICY_ONLY,
        )

    def county(self, code: str, size: int | None, shows_around: bool) -> Verdict:
        """Return what is said of a county: `size` is that of the smallest unit that names it."""
        if size is None:
            return Verdict.LIST_ONLY if self._has_hotspot((code,)) else Verdict.NEITHER
        if self._evidence((code,)):
            return Verdict.BOTH
        return Verdict.LARGER_UNIT if size > COUNTY and shows_around else Verdict.POLICY_ONLY

    def _evidence(self, inside: tuple[str, ...]) -> tuple[Evidence, ...]:
        rows, quotient = self._sum(self._shown.rows, inside), self._quotient(inside)
        is_enough = rows > 0 and rows >= self._shown.least_rows
        found = (
            (Evidence.HOTSPOT, self._has_hotspot(inside)),
            (Evidence.QUOTIENT, is_enough and quotient is not None and quotient >= QUOTIENT),
            (Evidence.AMOUNT, is_enough and rows >= TIMES * self._mean * len(inside)),
        )
        return tuple(each for each, is_there in found if is_there)

    def _has_hotspot(self, inside: tuple[str, ...]) -> bool:
        if not self._shown.hot.isdisjoint(inside):
            return True
        least = self._shown.least_hot
        return least > 0 and self._sum(self._shown.hot_rows, inside) >= least

    def _quotient(self, inside: tuple[str, ...]) -> float | None:
        base = self._sum(self._shown.base, inside)
        if not (base > 0 and self._total > 0 and self._base_total > 0):
            return None
        return (self._sum(self._shown.rows, inside) / base) / (self._total / self._base_total)

    @staticmethod
    def _sum(amounts: Mapping[str, float], inside: tuple[str, ...]) -> float:
        return sum(amounts.get(code, 0.0) for code in inside)


def counties_of(code: str, counties: Iterable[str], units: UnitIndex) -> tuple[str, ...]:
    """Return the counties of a unit: of a county itself."""
    if code.endswith("0000"):
        return tuple(each for each in counties if each.startswith(code[:2]))
    if code.endswith("00"):
        return tuple(each for each in counties if units.unit(each).parent_code == code)
    return (code,)


def _name(cluster_id: str, catalogue: Catalogue, language: Language) -> str:
    place = catalogue.places.get(cluster_id)
    return place.name(language) if place is not None else cluster_id
