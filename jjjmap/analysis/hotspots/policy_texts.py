"""A comparison with policy in words and as records: what stands below a result, and in its JSON."""

from __future__ import annotations

from typing import Any

from jjjmap.analysis.hotspots.options import Verdict
from jjjmap.analysis.hotspots.policy import QUOTIENT, TIMES, Comparison, MemberVerdict
from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language, _
from jjjmap.layers.boundaries import UnitIndex

_MOST_CLUSTERS = 12
_MOST_NAMES = 15


class PolicyTexts:
    """Says what came of a comparison, in the language in use when it is made."""

    def __init__(
        self, comparison: Comparison, catalogue: Catalogue, units: UnitIndex, language: Language
    ) -> None:
        self._comparison = comparison
        self._catalogue = catalogue
        self._units = units
        self._language = language

    def unit_name(self, code: str) -> str:
        """Return the name of a unit."""
        return unit_name(code, self._catalogue, self._units, self._language)

    def cluster_names(self, county: str) -> str:
        """Return the clusters that name a county, the narrowest unit first; empty if none does."""
        return _("、").join(self.cluster(each) for each in self._comparison.clusters_of.get(county, ()))

    def rule(self) -> str:
        """Return when a list is said to be concentrated in a place that policy names."""
        return _(
            "政策点名的地方，它或其中一个区县有热点，或区位商不低于 {quotient}，或行数不少于区县平均的 "
            "{times} 倍，算名单在那里集中；没有点名的地方只看热点"
        ).format(quotient=f"{QUOTIENT:g}", times=f"{TIMES:g}")

    def notes(self, rows: int, placed: int, *, has_category: bool) -> tuple[str, ...]:
        """Return the sentences of a comparison.

        Parameters
        ----------
        rows, placed
            Of the list: asked about, and of these with a position that was used.
        """
        notes = [
            _(
                "名单里没有，不等于实际没有：这份名单符合条件的有 {n} 行，用上的有 {placed} 行，"
                "收录是否齐全要看名单的来源。"
            ).format(n=f"{rows:,}", placed=f"{placed:,}")
        ]
        if not has_category:
            notes.append(_("名单没有按行业或产业链筛选：比较的是全部行与该集群，同一地方别的行业也算在内。"))
        notes.append(_("{rule}。").format(rule=self.rule()))
        by_cluster: dict[str, list[MemberVerdict]] = {}
        for member in self._comparison.members:
            by_cluster.setdefault(member.cluster_id, []).append(member)
        for cluster_id, members in list(by_cluster.items())[:_MOST_CLUSTERS]:
            there = [member for member in members if member.verdict is Verdict.BOTH]
            lacking = [member for member in members if member.verdict is Verdict.POLICY_ONLY]
            notes.append(
                _("{cluster}：政策点名 {n} 处；名单见到集中：{there}；没有见到：{lacking}。").format(
                    cluster=self.cluster(cluster_id),
                    n=len(members),
                    there=self._listed([member.unit_code for member in there]),
                    lacking=self._listed([member.unit_code for member in lacking]),
                )
            )
        if len(by_cluster) > _MOST_CLUSTERS:
            notes.append(_("另有 {n} 个集群的比较见 --json。").format(n=len(by_cluster) - _MOST_CLUSTERS))
        notes.append(
            _("名单集中、而所比较的集群没有点名的区县：{names}。").format(
                names=self._listed(list(self._comparison.unnamed))
            )
        )
        return tuple(notes)

    def records(self) -> dict[str, Any]:
        """Return both tables as JSON says them: places that policy names, and those that it does not."""
        return {
            "policy": [
                {
                    "cluster_id": member.cluster_id,
                    "cluster": self.cluster(member.cluster_id),
                    "unit_code": member.unit_code,
                    "unit": self.unit_name(member.unit_code),
                    "rows": member.rows,
                    "share_pct": round(member.share_pct, 6),
                    "hot_rows": member.hot_rows,
                    "location_quotient": None if member.quotient is None else round(member.quotient, 6),
                    "evidence": [each.value for each in member.evidence],
                    "verdict": member.verdict.value,
                }
                for member in self._comparison.members
            ],
            "unnamed": [
                {"unit_code": code, "unit": self.unit_name(code), "verdict": Verdict.LIST_ONLY.value}
                for code in self._comparison.unnamed
            ],
            "not_comparable": list(self._comparison.left_out),
        }

    def cluster(self, cluster_id: str) -> str:
        """Return the name of a cluster."""
        place = self._catalogue.places.get(cluster_id)
        return place.name(self._language) if place is not None else cluster_id

    def _listed(self, codes: list[str]) -> str:
        if not codes:
            return _("无")
        names = _("、").join(self.unit_name(code) for code in codes[:_MOST_NAMES])
        if len(codes) > _MOST_NAMES:
            return _("{names} 等 {n} 处").format(names=names, n=len(codes))
        return names


def unit_name(code: str, catalogue: Catalogue, units: UnitIndex, language: Language) -> str:
    """Return the name of a unit in a language; its code if nobody knows it."""
    place = catalogue.places.get(code)
    if place is not None:
        return place.name(language)
    return units.unit(code).name_zh if code in units else code
