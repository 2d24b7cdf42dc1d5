"""Local statistics in words: names of columns and classes, notes, findings, the chart."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jjjmap.analysis.hotspots import references
from jjjmap.analysis.hotspots.judged_areas import JudgedAreas
from jjjmap.analysis.hotspots.local_statistics import (
    HIGH_HIGH,
    HIGH_LOW,
    LOW_HIGH,
    LOW_LOW,
    least_adjusted,
)
from jjjmap.analysis.hotspots.looks import COLD, HIGH_OUTLIER, HOT, LOW_OUTLIER, NEUTRAL
from jjjmap.analysis.hotspots.options import Correction, Measure, Method, Neighbours
from jjjmap.analysis.hotspots.refusing import warning
from jjjmap.analysis.hotspots.result_columns import ResultColumns
from jjjmap.analysis.running import Chart, ChartKind
from jjjmap.findings import Finding
from jjjmap.i18n import _
from jjjmap.layers.provenance import MOST_UNITS, Missing
from jjjmap.layers.styling.user_style import CategoryLook

_FEW_AREAS = 30
"""Below it a result is doubtful: a convention of the trade."""
_MOST_POINTS = 2_000
"""Of a chart."""
_MOST_BARS = 15


class AreaTexts:
    """Says what was tested and what came of it, in the language in use."""

    def __init__(self, tested: JudgedAreas) -> None:
        self._tested = tested

    def amount_name(self) -> tuple[str, str]:
        """Return what is counted, and its unit."""
        if not self._tested.wish.weight:
            return _("行数"), _("行")
        if not self._tested.found.counts_rows:
            return self._tested.wish.weight, ""
        return _("{column}合计").format(column=self._tested.wish.weight), ""

    def measure_words(self, amount: str) -> tuple[str, str, str]:
        """Return name, formula and unit of what is compared."""
        if self._tested.wish.measure is Measure.SHARE:
            return _("占比（%）"), _("100 × 该类别 ÷ 本区域全部行"), "%"
        return _("密度（每平方公里）"), _("{amount} ÷ 面积（椭球面）").format(amount=amount), "km⁻²"

    def statistic_words(self) -> tuple[str, str, str]:
        """Return name, formula and reference of the local statistic."""
        if self._tested.wish.method is Method.LOCAL_MORAN:
            return (
                _("局部莫兰指数"),
                _("Iᵢ = (n−1)·zᵢ·Σⱼwᵢⱼzⱼ ÷ Σz²，z 为与均值之差，w 行标准化；全部相加等于 (n−1)·I"),
                references.LOCAL_MORAN,
            )
        return (
            _("Gi* 的 z 值"),
            _("z = (Σⱼwᵢⱼxⱼ − x̄·Wᵢ) ÷ (s·√((n·Wᵢ − Wᵢ²)/(n−1)))，w 为 0/1，含自身"),
            references.GETIS_ORD,
        )

    def class_words(self) -> dict[int, str]:
        """Return the words of the quarters; 0 for what is not significant."""
        if self._tested.wish.method is Method.GETIS_ORD:
            return {0: _("不显著"), HIGH_HIGH: _("热点"), LOW_LOW: _("冷点")}
        return {
            0: _("不显著"),
            HIGH_HIGH: _("高-高（HH）"),
            LOW_LOW: _("低-低（LL）"),
            HIGH_LOW: _("高-低（HL）"),
            LOW_HIGH: _("低-高（LH）"),
        }

    def looks(self) -> tuple[CategoryLook, ...]:
        """Return a colour for each class, hot ones first."""
        words = self.class_words()
        colors = {
            HIGH_HIGH: HOT,
            HIGH_LOW: HIGH_OUTLIER,
            LOW_HIGH: LOW_OUTLIER,
            LOW_LOW: COLD,
            0: NEUTRAL,
        }
        return tuple(CategoryLook(words[each], color) for each, color in colors.items() if each in words)

    def notes(self) -> tuple[str, ...]:
        """Return how it was tested, and how sure that is."""
        wish, count = self._tested.wish, len(self._tested.local.p)
        kinds = {
            Neighbours.QUEEN: _("邻接：边界或角点相接（queen），相距不到约 0.1 米即算相接。"),
            Neighbours.NEAREST: _("邻接：形心最近的 {k} 个区域。").format(k=wish.nearest),
            Neighbours.BAND: _("邻接：形心相距不超过 {km} 公里（椭球面）。").format(km=f"{wish.band_km:g}"),
        }
        notes = [
            kinds[wish.neighbours],
            _(
                "显著性：条件置换 {n} 次，随机种子 {seed}，双侧；每个区域保留自己的值，其余的值随机分给邻区。"
            ).format(n=f"{wish.permutations:,}", seed=wish.seed),
            _(
                "多重检验：同时检验了 {n} 个区域；若不校正，即使毫无集聚，按 α={alpha} 平均也会有约 {chance} "
                "个“显著”。"
            ).format(n=f"{count:,}", alpha=f"{wish.alpha:g}", chance=f"{count * wish.alpha:.0f}"),
        ]
        corrections = {
            Correction.FDR: _(
                "校正：Benjamini–Hochberg 错误发现率，判为显著的区域里预计至多 {pct}% 是偶然"
                "（各检验独立或正相关时成立；相邻区域的检验并不独立，只是近似）。"
            ),
            Correction.BONFERRONI: _("校正：Bonferroni，出现任何一个偶然显著的概率不超过 {pct}%。"),
            Correction.NONE: _("没有校正：显著的区域里有多少是偶然并不清楚，只宜探索。"),
        }
        notes.append(corrections[wish.correction].format(pct=f"{100 * wish.alpha:g}"))
        notes.append(
            _("全局莫兰指数 I = {i}（期望 {expected}，随机化 z = {z}，伪 p = {p}）。").format(
                i=f"{self._tested.whole.value:.4f}",
                expected=f"{self._tested.whole.expected:.4f}",
                z=f"{self._tested.whole.z:.2f}",
                p=f"{self._tested.whole.p:.4g}",
            )
        )
        if wish.measure is Measure.SHARE:
            notes.append(_("分母小的区域占比起伏大，显著与否要连同行数一起看。"))
        return tuple(notes)

    def findings(self) -> tuple[Finding, ...]:
        """Return what is doubtful."""
        wish, count = self._tested.wish, len(self._tested.local.p)
        findings = []
        if count < _FEW_AREAS:
            findings.append(
                warning(
                    "few-areas",
                    _("只有 {n} 个区域，少于惯用的 {least} 个，结论不稳。").format(n=count, least=_FEW_AREAS),
                )
            )
        islands = int(np.count_nonzero(np.isfinite(self._tested.found.values) & ~self._tested.is_tested))
        if islands:
            at = np.flatnonzero(np.isfinite(self._tested.found.values) & ~self._tested.is_tested)[:5]
            findings.append(
                warning(
                    "islands",
                    _("{n} 个区域没有相邻区域，没有检验：{names}。").format(
                        n=islands, names=_("、").join(self._tested.names[each] for each in at)
                    ),
                    _("可以改用最近的 k 个区域作邻居。"),
                )
            )
        contrary = np.flatnonzero(self._tested.contrary)
        if len(contrary):
            names = [self._tested.names[at] for at in np.flatnonzero(self._tested.is_tested)]
            findings.append(
                warning(
                    "contrary-areas",
                    _(
                        "{n} 个区域的 p 值够小，方向却与分类相反（如自身很高、邻区显著偏低），"
                        "没有归类：{names}。"
                    ).format(n=len(contrary), names=_("、").join(names[at] for at in contrary[:5])),
                )
            )
        least = least_adjusted(count, wish.permutations, wish.correction)
        if least > wish.alpha and not self._tested.significant.any():
            needed = int(np.ceil(2.0 * count / wish.alpha)) - 1
            findings.append(
                warning(
                    "too-few-permutations",
                    _("置换 {n} 次时，单独一个区域校正后的 p 值最小也有 {least}，够不到 α={alpha}。").format(
                        n=f"{wish.permutations:,}", least=f"{least:.3g}", alpha=f"{wish.alpha:g}"
                    ),
                    _("把置换次数加到 {n} 以上。").format(n=f"{needed:,}"),
                )
            )
        if not self._tested.significant.any():
            findings.append(
                warning(
                    "nothing-significant",
                    _("没有一个区域显著：这份名单不足以说明哪里集聚。"),
                    _("可以看核密度，或换更大的区域、更完整的名单。"),
                )
            )
        return tuple(findings)

    def summary(self, rows: int) -> dict[str, Any]:
        """Return numbers about the whole; `rows` were asked about."""
        words = self.class_words()
        quarter = np.where(self._tested.significant, self._tested.local.quarter, 0)
        return {
            "rows": rows,
            "rows_used": self._tested.found.rows_used,
            "areas": len(self._tested.found.areas),
            "areas_tested": len(self._tested.local.p),
            "significant": int(np.count_nonzero(self._tested.significant)),
            "significant_uncorrected": int(
                np.count_nonzero(
                    (self._tested.local.p <= self._tested.wish.alpha) & self._tested.local.agrees
                )
            ),
            "contrary": int(np.count_nonzero(self._tested.contrary)),
            "classes": {word: int(np.count_nonzero(quarter == each)) for each, word in words.items()},
            "global_moran": {
                "I": self._tested.whole.value,
                "expected": self._tested.whole.expected,
                "z": self._tested.whole.z,
                "pseudo_p": self._tested.whole.p,
                "reference": references.MORAN,
            },
            "mean_neighbours": float(self._tested.near.counts.mean()),
        }

    def missing(self, columns: ResultColumns) -> tuple[Missing, ...]:
        """Return what could not be reckoned."""
        found, missing = self._tested.found, []
        name_of = {note.measure: note.name for note in columns.notes}
        blank = np.flatnonzero(~np.isfinite(found.values))
        if len(blank):
            value = name_of.get(self._tested.wish.measure.value, name_of["amount"])
            reason = "zero-denominator" if self._tested.wish.measure is Measure.SHARE else "no-value"
            missing.append(self._lacking(value, reason, found.missing_reason, blank))
        islands = np.flatnonzero(np.isfinite(found.values) & ~self._tested.is_tested)
        if len(islands):
            missing.append(
                self._lacking(
                    name_of[self._tested.wish.method.value],
                    "island",
                    _("没有（有值的）相邻区域，无法检验。"),
                    islands,
                )
            )
        return tuple(missing)

    def _lacking(self, column: str, reason: str, text: str, at: npt.NDArray[np.int64]) -> Missing:
        names = tuple(self._tested.names[each] for each in at[:MOST_UNITS])
        return Missing(column, reason, text, names, len(at))

    def chart(self) -> Chart:
        """Return the Moran scatterplot, or the highest of Gi*."""
        wish, local = self._tested.wish, self._tested.local
        names = [self._tested.names[at] for at in np.flatnonzero(self._tested.is_tested)]
        values = self._tested.found.values[self._tested.is_tested]
        amount = self.measure_words("")[0] if wish.measure is not Measure.AMOUNT else self.amount_name()[0]
        if wish.method is Method.LOCAL_MORAN:
            z = (values - values.mean()) / values.std()
            lag = self._tested.near.row_means(z)
            step = -(-len(z) // _MOST_POINTS)
            shown = np.flatnonzero(self._tested.significant | (np.arange(len(z)) % step == 0))
            note = _("过原点的拟合直线斜率为全局莫兰指数 I = {i}。").format(
                i=f"{self._tested.whole.value:.4f}"
            )
            if step > 1:
                note += _("点太多：显著的全画，其余每 {n} 个画 1 个。").format(n=step)
            return Chart(
                ChartKind.SCATTER,
                _("莫兰散点图：{value}").format(value=amount),
                tuple(names[at] for at in shown),
                (
                    (_("标准化的值"), tuple(float(each) for each in z[shown])),
                    (_("邻区均值（标准化）"), tuple(float(each) for each in lag[shown])),
                ),
                note=note,
                reference=0.0,
            )
        top = np.argsort(-local.statistic, kind="stable")[:_MOST_BARS]
        return Chart(
            ChartKind.BARS,
            _("Gi* 的 z 值：最高的 {n} 个区域（{value}）").format(n=len(top), value=amount),
            tuple(names[at] for at in top),
            ((_("Gi* 的 z 值"), tuple(float(local.statistic[at]) for at in top)),),
            note=_("是否显著看校正后的 p 值，不看 z 值的大小。"),
        )
