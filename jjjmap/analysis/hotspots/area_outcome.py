"""Local Moran's I and Gi* of areas as a result: a layer of classes, a chart, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jjjmap.analysis.hotspots import references
from jjjmap.analysis.hotspots.area_texts import AreaTexts
from jjjmap.analysis.hotspots.judged_areas import JudgedAreas, judged_areas
from jjjmap.analysis.hotspots.list_rows import list_rows
from jjjmap.analysis.hotspots.looks import class_style, verdict_style
from jjjmap.analysis.hotspots.options import COUNTIES, Correction, Measure, Verdict, verdict_name
from jjjmap.analysis.hotspots.policy import Comparison, ListByCounty, clusters_for, compare
from jjjmap.analysis.hotspots.policy_texts import PolicyTexts
from jjjmap.analysis.hotspots.result_columns import ResultColumns
from jjjmap.analysis.running import Cancelled, Material, Outcome, Progress
from jjjmap.i18n import _
from jjjmap.i18n import language as language_in_use
from jjjmap.layers.styling.user_style import UserStyle

if TYPE_CHECKING:
    from jjjmap.analysis.hotspots.hotspots import Hotspots

FloatArray = npt.NDArray[np.float64]


def area_outcome(wish: Hotspots, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
    """Return which areas stand out, and from what."""
    layer = material.layers[wish.layer_id]
    rows = list_rows(layer, wish.category, wish.values, material.catalogue)
    clusters = clusters_for(wish.policy, material.catalogue) if wish.policy else ()
    tested = judged_areas(wish, rows, material, progress, cancelled)
    found, words = tested.found, AreaTexts(tested)
    asked = int(np.count_nonzero(rows.chosen))
    notes, findings, summary = words.notes(), words.findings(), words.summary(asked)
    comparison, texts = None, None
    if clusters:
        spoken = language_in_use()
        comparison = compare(clusters, _by_county(tested), material.units, material.catalogue, spoken)
        texts = PolicyTexts(comparison, material.catalogue, material.units, spoken)
        if (wish.by or COUNTIES) != COUNTIES:
            notes += (_("与政策对照时，六边形或面算作其形心所在的区县；跨县的只算一个县。"),)
        notes += texts.notes(asked, found.rows_used, has_category=bool(wish.category))
        findings += comparison.findings
        summary |= texts.records()
    table = _AreaTable(tested, words)
    columns, style = table.columns(comparison, texts)
    return Outcome(
        wish.title(material),
        columns.table(found.areas.shapes[table.order]),
        style,
        tuple(columns.notes),
        (layer.note(found.rows_used),),
        words.missing(columns),
        (*found.notes, *notes),
        (*found.findings, *findings),
        words.chart(),
        summary,
    )


def _by_county(tested: JudgedAreas) -> ListByCounty:
    """Return what the list has in each county, and which of them are hotspots or hold one."""
    found, hot = tested.found, tested.hot
    pairs = [(code, at) for at, code in enumerate(found.county_of) if code and hot[at]]
    hot_rows: dict[str, float] = {}
    for code, at in pairs:
        hot_rows[code] = hot_rows.get(code, 0.0) + float(found.amounts[at])
    return ListByCounty(
        found.by_county,
        found.base_by_county,
        hot_rows,
        frozenset(code for code, _at in pairs),
        least_rows=0.0 if tested.wish.weight else float(tested.wish.min_points),
    )


class _AreaTable:
    """The rows of a result: hotspots first, the strongest at the top; then as the areas come."""

    def __init__(self, tested: JudgedAreas, words: AreaTexts) -> None:
        self._tested, self._words = tested, words
        count = len(tested.found.areas)
        stands_out = tested.spread(tested.significant.astype(np.float64)) == 1
        rank = np.where(tested.hot, 0, np.where(stands_out, 1, 2))
        strength = np.nan_to_num(np.abs(tested.spread(tested.local.statistic)))
        self.order = np.lexsort((np.arange(count), np.where(rank == 2, 0.0, -strength), rank))

    def columns(
        self, comparison: Comparison | None, texts: PolicyTexts | None
    ) -> tuple[ResultColumns, UserStyle]:
        """Return the table, and how it first looks."""
        tested, words, order = self._tested, self._words, self.order
        wish, found = tested.wish, tested.found
        columns = ResultColumns()
        columns.add(_("名称"), "name", [tested.names[at] for at in order], pa.string())
        columns.add(_("代码"), "id", [found.areas.ids[at] for at in order], pa.string())
        amount, unit = words.amount_name()
        if wish.weight:
            columns.add(amount, "amount", found.amounts[order], pa.float64(), unit=unit)
        else:
            columns.add(amount, "amount", found.amounts[order].astype(np.int64), pa.int64(), unit=unit)
        if wish.measure is not Measure.AMOUNT:
            name, formula, unit = words.measure_words(amount)
            columns.add(
                name, wish.measure.value, found.values[order], pa.float64(), formula=formula, unit=unit
            )
        columns.add(
            _("邻区均值"),
            "neighbour_mean",
            tested.spread(tested.local.lag)[order],
            pa.float64(),
            formula=_("相邻区域的值的平均，每个邻区权重相同"),
        )
        name, formula, reference = words.statistic_words()
        columns.add(
            name,
            wish.method.value,
            tested.spread(tested.local.statistic)[order],
            pa.float64(),
            formula=formula,
            reference=reference,
        )
        columns.add(
            _("伪 p 值"),
            "pseudo_p",
            tested.spread(tested.local.p)[order],
            pa.float64(),
            formula=_("2×(较小一侧的次数+1)/(置换次数+1)，条件置换，双侧"),
            reference=references.PSEUDO_P,
        )
        if wish.correction is not Correction.NONE:
            is_fdr = wish.correction is Correction.FDR
            columns.add(
                _("校正后 p 值"),
                "adjusted_p",
                tested.spread(tested.adjusted)[order],
                pa.float64(),
                formula=_("Benjamini–Hochberg：min(p₍ᵢ₎·n/i)，从大到小取累计最小值")
                if is_fdr
                else _("Bonferroni：min(p·n, 1)"),
                reference=references.FDR if is_fdr else "",
            )
        classes = self._classes()
        class_column = columns.add(
            _("类型"),
            "class",
            [classes[at] for at in order],
            pa.string(),
            formula=_("p（校正后）≤ {alpha} 且方向与分类一致的区域按高低分类，其余为不显著").format(
                alpha=f"{wish.alpha:g}"
            ),
        )
        if comparison is None or texts is None:
            return columns, class_style(class_column, words.looks())
        verdicts = self._verdicts(comparison)
        column = columns.add(
            _("与政策对照"),
            "policy_verdict",
            [verdict_name(verdicts[at]) for at in order],
            pa.string(),
            formula=texts.rule(),
        )
        columns.add(
            _("政策集群"),
            "policy_clusters",
            [texts.cluster_names(found.county_of[at]) or None for at in order],
            pa.string(),
        )
        return columns, verdict_style(column)

    def _classes(self) -> list[str | None]:
        """Return the class of each area in words; None for those that were not tested."""
        tested, words = self._tested, self._words.class_words()
        classes: list[str | None] = [None] * len(tested.found.areas)
        quarters = np.where(tested.significant, tested.local.quarter, 0).tolist()
        for at, quarter in zip(np.flatnonzero(tested.is_tested).tolist(), quarters, strict=True):
            classes[at] = words[quarter]
        return classes

    def _verdicts(self, comparison: Comparison) -> list[Verdict]:
        """Return what is said of each area; areas smaller than counties are told by their own heat."""
        hot, are_counties = self._tested.hot, (self._tested.wish.by or COUNTIES) == COUNTIES
        verdicts: list[Verdict] = []
        for at, code in enumerate(self._tested.found.county_of):
            of_county = comparison.verdict_of.get(code, Verdict.NEITHER)
            if are_counties:
                verdicts.append(of_county)
            elif hot[at]:
                verdicts.append(Verdict.BOTH if code in comparison.named else Verdict.LIST_ONLY)
            else:
                # Where the county has its hotspot in another cell, there is nothing to say of this one.
                is_settled = of_county in (Verdict.BOTH, Verdict.LIST_ONLY)
                verdicts.append(Verdict.NEITHER if is_settled else of_county)
        return verdicts
