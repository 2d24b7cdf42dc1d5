"""Dense ground and clusters of points as a result: polygons with what lies in them, and what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from jjjmap.analysis.hotspots import references
from jjjmap.analysis.hotspots.dense_ground import dense_ground
from jjjmap.analysis.hotspots.frame import area_km2
from jjjmap.analysis.hotspots.list_rows import check_points, list_rows
from jjjmap.analysis.hotspots.looks import amount_style, verdict_style
from jjjmap.analysis.hotspots.options import Method, Verdict, verdict_name
from jjjmap.analysis.hotspots.point_clusters import no_clusters, point_clusters
from jjjmap.analysis.hotspots.policy import Comparison, ListByCounty, clusters_for, compare
from jjjmap.analysis.hotspots.policy_texts import PolicyTexts, unit_name
from jjjmap.analysis.hotspots.result_columns import ResultColumns
from jjjmap.analysis.hotspots.used_points import FoundGround, Ground, UsedPoints, used_points
from jjjmap.analysis.running import Cancelled, Chart, ChartKind, Material, Outcome, Progress, refuse_if
from jjjmap.findings import Finding
from jjjmap.i18n import Language, _
from jjjmap.i18n import language as language_in_use
from jjjmap.layers.opening.records import ColumnRole

if TYPE_CHECKING:
    from jjjmap.analysis.hotspots.hotspots import Hotspots

_MOST_COUNTIES = 4
"""That a cell of the table names."""
_MOST_MEMBERS = 10
_MOST_BARS = 15


def ground_outcome(wish: Hotspots, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
    """Return where rows are dense or form clusters."""
    layer = material.layers[wish.layer_id]
    rows = list_rows(layer, wish.category, wish.values, material.catalogue)
    clusters = clusters_for(wish.policy, material.catalogue) if wish.policy else ()
    check_points(rows)
    findings: list[Finding] = []
    points = used_points(wish, rows, material, findings)
    progress(0.1)
    refuse_if(cancelled)

    def tell(share: float) -> None:
        progress(0.1 + 0.7 * share)

    found = (
        dense_ground(wish, points, tell, cancelled)
        if wish.method is Method.KDE
        else point_clusters(wish, points, tell, cancelled)
    )
    refuse_if(cancelled)
    found.findings = [*findings, *found.findings]
    if clusters:
        # What is not a hotspot has nothing to be compared.
        found.grounds = [ground for ground in found.grounds if ground.is_hot]
    if not found.grounds and not clusters:
        raise no_clusters(wish, points)
    outcome = _Result(wish, material, points, found).outcome(clusters)
    progress(1.0)
    return outcome


class _Result:
    """Puts together what was found."""

    def __init__(self, wish: Hotspots, material: Material, points: UsedPoints, found: FoundGround) -> None:
        self._wish, self._material, self._points, self._found = wish, material, points, found
        self._language: Language = language_in_use()
        self._areas_km2 = (
            area_km2([ground.shape for ground in found.grounds]) if found.grounds else np.zeros(0)
        )

    def outcome(self, clusters_wanted: tuple[Any, ...]) -> Outcome:
        rows, found, wish = self._points.rows, self._found, self._wish
        asked, used = int(np.count_nonzero(rows.chosen)), len(self._points.at)
        notes, findings = list(found.notes), list(found.findings)
        in_hot = np.zeros(used, dtype=bool)
        for ground in found.grounds:
            if ground.is_hot:
                in_hot[ground.members] = True
        summary: dict[str, Any] = {
            "rows": asked,
            "rows_used": used,
            "rows_in_hotspots": int(np.count_nonzero(in_hot)),
            **found.summary,
        }
        comparison, texts = None, None
        if clusters_wanted:
            comparison = compare(
                clusters_wanted,
                self._by_county(in_hot),
                self._material.units,
                self._material.catalogue,
                self._language,
            )
            texts = PolicyTexts(comparison, self._material.catalogue, self._material.units, self._language)
            notes.append(_("热点里至少有 {n} 行在一个行政区内，才算热点落在其中。").format(n=wish.min_points))
            notes += texts.notes(asked, used, has_category=bool(wish.category))
            findings += comparison.findings
            summary |= texts.records()
        names = self._names()
        columns, shapes, style_column = self._columns(names, comparison, texts)
        style = (
            verdict_style(style_column)
            if comparison is not None
            else amount_style(style_column, found.breaks)
        )
        return Outcome(
            wish.title(self._material),
            columns.table(shapes),
            style,
            tuple(columns.notes),
            (rows.layer.note(used),),
            (),
            tuple(notes),
            tuple(findings),
            self._chart(names),
            summary,
        )

    def _by_county(self, in_hot: npt.NDArray[np.bool_]) -> ListByCounty:
        """Return what the list has in each county; rows that are only good to the county count there, too."""
        rows = self._points.rows
        sure = rows.shown & rows.placed & ~rows.is_vague
        county = np.full(len(rows.lon), "", dtype="<U6")
        county[sure] = self._material.units.county_of(rows.lon[sure], rows.lat[sure])
        return ListByCounty(
            _counted(county[rows.chosen & sure]),
            _counted(county[sure]) if self._wish.category else {},
            _counted(self._points.county[in_hot]),
            frozenset(),
            float(self._wish.min_points),
            float(self._wish.min_points),
        )

    def _names(self) -> list[str]:
        names = []
        for number, ground in enumerate(self._found.grounds):
            counties = self._counties(ground)
            code = counties[0][0] if counties else self._county_of_ground(ground)
            where = self._unit(code) if code else _("京津冀以外")
            name = _("热点 {n}：{where}") if ground.is_hot else _("第 {n} 片：{where}")
            names.append(name.format(n=number + 1, where=where))
        return names

    def _county_of_ground(self, ground: Ground) -> str:
        """Return the county in the midst of ground without rows; empty outside of all."""
        point = shapely.point_on_surface(ground.shape)
        return str(self._material.units.county_of(point.x, point.y)[0])

    def _columns(
        self, names: list[str], comparison: Comparison | None, texts: PolicyTexts | None
    ) -> tuple[ResultColumns, list[Any], str]:
        wish, points, grounds = self._wish, self._points, self._found.grounds
        extra = self._policy_rows(comparison)
        blank: list[Any] = [None] * len(extra)
        counts = [len(ground.members) for ground in grounds]
        # Strips have a shape to be seen, but no area.
        km2 = [
            None if ground.is_strip else float(area)
            for ground, area in zip(grounds, self._areas_km2, strict=True)
        ]
        columns = ResultColumns()
        columns.add(_("名称"), "name", [*names, *(self._unit(code) for code, _n, _a in extra)], pa.string())
        rows_column = columns.add(
            _("行数"), "rows", [*counts, *(int(n) for _code, n, _a in extra)], pa.int64(), unit=_("行")
        )
        if wish.weight:
            totals = [float(points.amounts[ground.members].sum()) for ground in grounds]
            columns.add(
                _("{column}合计").format(column=wish.weight), "total", [*totals, *blank], pa.float64()
            )
        columns.add(
            _("占比（%）"),
            "share",
            [*(100.0 * count / len(points.at) for count in counts), *blank],
            pa.float64(),
            formula=_("100 × 行数 ÷ 计入的全部行"),
            unit="%",
        )
        columns.add(
            _("面积（平方公里）"),
            "area",
            [*km2, *(area for _code, _n, area in extra)],
            pa.float64(),
            formula=_("椭球面面积"),
            unit="km²",
        )
        columns.add(
            _("密度（每平方公里）"),
            "density",
            [
                *(count / area if area else None for count, area in zip(counts, km2, strict=True)),
                *(n / area for _code, n, area in extra),
            ],
            pa.float64(),
            formula=_("行数 ÷ 面积"),
            unit="km⁻²",
        )
        style_column = rows_column
        if wish.method is Method.KDE:
            bands = [_("最密的 {pct}%").format(pct=f"{100 * ground.band:g}") for ground in grounds]
            columns.add(
                _("密度带"),
                "band",
                [*bands, *blank],
                pa.string(),
                formula=_("属于装下这么多密度的最小范围"),
                reference=references.DENSEST_REGIONS,
            )
            style_column = columns.add(
                _("核密度（每平方公里）"),
                "kernel_density",
                [*(ground.density for ground in grounds), *blank],
                pa.float64(),
                formula=_("f(x) = Σᵢ wᵢ·exp(−dᵢ²/(2h²)) ÷ (2πh²)；轮廓上取外缘的值，六边形取中心的值"),
                unit="km⁻²",
                reference=f"{references.KDE} {references.SCOTT}",
            )
        else:
            is_dbscan = wish.method is Method.DBSCAN
            columns.notes[0] = type(columns.notes[0])(
                columns.notes[0].name,
                "name",
                _("由 {method} 得到的簇，按行数排列").format(method="DBSCAN" if is_dbscan else "HDBSCAN"),
                reference=references.DBSCAN if is_dbscan else references.HDBSCAN,
            )
        columns.add(
            _("所在区县"),
            "counties",
            [*(self._county_words(ground) for ground in grounds), *blank],
            pa.string(),
        )
        members = self._members()
        if members is not None:
            columns.add(
                _("成员（前 {n} 个）").format(n=_MOST_MEMBERS), "members", [*members, *blank], pa.string()
            )
        shapes = [ground.shape for ground in grounds]
        if comparison is None or texts is None:
            return columns, shapes, style_column
        named_shares = [self._named_share(ground, comparison) for ground in grounds]
        verdicts = [
            verdict_name(Verdict.BOTH if share >= 50.0 else Verdict.LIST_ONLY) for share in named_shares
        ]
        policy_only = verdict_name(Verdict.POLICY_ONLY)
        verdict_column = columns.add(
            _("与政策对照"),
            "policy_verdict",
            [*verdicts, *(policy_only for _each in extra)],
            pa.string(),
            formula=_("热点的行至少一半在集群点名的地方，为“两者都有”；没有热点的地方：{rule}").format(
                rule=texts.rule()
            ),
        )
        columns.add(
            _("点名区县内的行（%）"),
            "named_share",
            [*named_shares, *blank],
            pa.float64(),
            formula=_("100 × 落在集群点名的区县内的行 ÷ 热点的行"),
            unit="%",
        )
        columns.add(
            _("政策集群"),
            "policy_clusters",
            [
                *(self._clusters_of(ground, texts) for ground in grounds),
                *(self._clusters_naming(code, comparison, texts) for code, _n, _a in extra),
            ],
            pa.string(),
        )
        return (
            columns,
            [*shapes, *(self._material.units.shape_of(code) for code, _n, _a in extra)],
            verdict_column,
        )

    def _policy_rows(self, comparison: Comparison | None) -> list[tuple[str, float, float]]:
        """Return units that policy names and the list does not show, each once: code, rows, km²."""
        if comparison is None:
            return []
        lacking = {
            member.unit_code: member.rows
            for member in comparison.members
            if member.verdict is Verdict.POLICY_ONLY
        }
        codes = sorted(lacking)
        shapes = np.array([self._material.units.shape_of(code) for code in codes], dtype=object)
        km2 = area_km2(shapes)
        return [(code, lacking[code], float(area)) for code, area in zip(codes, km2, strict=True)]

    def _counties(self, ground: Ground) -> list[tuple[str, int]]:
        """Return the counties of a hotspot with how many of its rows each has, the most first."""
        counted = _counted(self._points.county[ground.members])
        return sorted(((code, int(n)) for code, n in counted.items()), key=lambda each: (-each[1], each[0]))

    def _county_words(self, ground: Ground) -> str | None:
        counties = self._counties(ground)
        told = [
            _("{name} {n}").format(name=self._unit(code), n=f"{n:,}") for code, n in counties[:_MOST_COUNTIES]
        ]
        if len(counties) > _MOST_COUNTIES:
            told.append(_("另 {n} 个").format(n=len(counties) - _MOST_COUNTIES))
        return _("、").join(told) or None

    def _named_share(self, ground: Ground, comparison: Comparison) -> float:
        if not len(ground.members):
            return 0.0
        named = sum(n for code, n in self._counties(ground) if code in comparison.named)
        return 100.0 * named / len(ground.members)

    def _clusters_of(self, ground: Ground, texts: PolicyTexts) -> str | None:
        named = [texts.cluster_names(code) for code, _n in self._counties(ground)]
        return next((each for each in named if each), None)

    def _clusters_naming(self, code: str, comparison: Comparison, texts: PolicyTexts) -> str:
        wanted = dict.fromkeys(member.cluster_id for member in comparison.members if member.unit_code == code)
        return _("、").join(texts.cluster(each) for each in wanted)

    def _members(self) -> list[str | None] | None:
        """Return the first names of each hotspot; None where no column is known to hold names."""
        layer = self._points.rows.layer
        known = {column.name for column in layer.table.columns}
        named = [
            column.name
            for column in layer.facts.columns
            if column.role is ColumnRole.NAME and column.name in known
        ]
        if not named:
            return None
        column = layer.table.attributes.column(named[0])
        words: list[str | None] = []
        for ground in self._found.grounds:
            first = np.sort(self._points.at[ground.members])[:_MOST_MEMBERS]
            values = column.take(pa.array(first)).to_pylist()
            words.append(_("、").join(str(value) for value in values if value is not None) or None)
        return words

    def _unit(self, code: str) -> str:
        return unit_name(code, self._material.catalogue, self._material.units, self._language)

    def _chart(self, names: list[str]) -> Chart | None:
        grounds = self._found.grounds
        if not grounds:
            return None
        order = sorted(range(len(grounds)), key=lambda at: -len(grounds[at].members))[:_MOST_BARS]
        return Chart(
            ChartKind.BARS,
            _("行数最多的 {n} 个热点").format(n=len(order)),
            tuple(names[at] for at in order),
            ((_("行数"), tuple(float(len(grounds[at].members)) for at in order)),),
            unit=_("行"),
        )


def _counted(codes: npt.NDArray[np.str_]) -> dict[str, float]:
    found, counts = np.unique(codes, return_counts=True)
    return {str(code): float(count) for code, count in zip(found, counts, strict=True) if code}
