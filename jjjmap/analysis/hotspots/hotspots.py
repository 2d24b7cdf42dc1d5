"""The analysis ``hotspots``: where rows crowd together, and whether policy names a cluster there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import ClassVar

from jjjmap.analysis.hotspots.options import (
    COUNTIES,
    HEX_PREFIX,
    ROWS,
    CoarseRows,
    Correction,
    Measure,
    Method,
    Neighbours,
    hex_km,
    method_name,
)
from jjjmap.analysis.hotspots.refusing import impossible
from jjjmap.analysis.python_calls import python_call
from jjjmap.analysis.running import Cancelled, Material, Outcome, Progress
from jjjmap.i18n import _

MOST_PERMUTATIONS = 999_999
_LEAST_KM = 0.001
"""Positions are not known better than to the metre, and cells that are smaller cannot be numbered."""


@dataclass(frozen=True)
class Hotspots:
    """Hotspots of a list: dense ground, clusters of points, or areas that stand out from their neighbours."""

    KIND: ClassVar[str] = "hotspots"

    layer_id: str
    method: Method = Method.KDE
    by: str = ""
    """``counties``, ``hex:KM`` or ``rows`` (the layer's own polygons); empty for what the method takes by
    itself: counties for local statistics, outlines for densities and clusters."""
    measure: Measure = Measure.AMOUNT
    """What local statistics compare."""
    category: str = ""
    """A column that tells what a row belongs to (an industry, a chain); empty for all rows."""
    values: tuple[str, ...] = ()
    """What it has to say; a text that ends with ``*`` stands for all that begin so."""
    weight: str = ""
    """A column of amounts; empty to count rows."""
    bandwidth_km: float = 0.0
    """Of the kernel; 0 for Scott's rule."""
    eps_km: float = 3.0
    """How far neighbours are apart at most, for DBSCAN."""
    min_points: int = 5
    """Neighbours that make a point a core point (DBSCAN), or rows that make a cluster (HDBSCAN). In a
    comparison with policy, so many rows in hotspots make a unit a place of concentration."""
    neighbours: Neighbours = Neighbours.QUEEN
    nearest: int = 6
    """How many, for `Neighbours.NEAREST`."""
    band_km: float = 50.0
    """For `Neighbours.BAND`."""
    permutations: int = 9_999
    seed: int = 1
    alpha: float = 0.05
    correction: Correction = Correction.FDR
    coarse_rows: CoarseRows = CoarseRows.LEAVE_OUT
    """What becomes of rows whose position is only good to the county."""
    policy: str = ""
    """Id of a cluster of the catalogue to compare with, or ``all``; empty for none."""

    @property
    def layer_ids(self) -> tuple[str, ...]:
        """The layer that it reads."""
        return (self.layer_id,)

    @property
    def is_of_hexes(self) -> bool:
        """Whether the areas are hexagons."""
        return self.by.startswith(HEX_PREFIX)

    def with_layers(self, names: Mapping[str, str]) -> Hotspots:
        """Return the same about another layer."""
        return replace(self, layer_id=names.get(self.layer_id, self.layer_id))

    def title(self, material: Material) -> str:
        """Return what the result is called."""
        layer = material.layers[self.layer_id].title
        title = _("{layer}的热点（{method}）").format(layer=layer, method=method_name(self.method))
        if not self.values:
            return title
        return _("{title}：{values}").format(title=title, values=_("、").join(self.values))

    def problem(self) -> str:
        """Return what is wrong with the options as a sentence; empty if nothing is."""
        try:
            km = hex_km(self.by)
        except ValueError:
            return _("六边形要写成 hex:公里，例如 hex:10。")
        if km is None and self.by not in ("", COUNTIES, ROWS):
            return _("范围要写成 counties、hex:公里 或 rows。")
        if not self.method.is_of_areas and self.by and (km is None or self.method is not Method.KDE):
            return _("这种方法直接看点，不按区域统计；只有核密度可以画成六边形。")
        if self.category and not self.values:
            return _("写了类别的列，还要写明它的值。")
        if self.values and not self.category:
            return _("写了类别的值，还要写明是哪一列。")
        checks = (
            (
                self.bandwidth_km == 0 or _LEAST_KM <= self.bandwidth_km < 1e4,
                _("带宽要在 0.001 到 10000 公里之间。"),
            ),
            (_LEAST_KM <= self.eps_km < 1e4, _("邻域半径要在 0.001 到 10000 公里之间。")),
            (2 <= self.min_points <= 1_000_000, _("最少点数要在 2 以上。")),
            (1 <= self.nearest <= 1_000, _("邻居个数要在 1 到 1000 之间。")),
            (0 < self.band_km < 1e4, _("邻接距离要是大于 0 的公里数。")),
            (99 <= self.permutations <= MOST_PERMUTATIONS, _("置换次数要在 99 到 999999 之间。")),
            (0 < self.alpha < 1, _("显著性水平要在 0 与 1 之间。")),
            (self.seed >= 0, _("随机种子不能是负数。")),
        )
        return next((sentence for is_right, sentence in checks if not is_right), "")

    def run(self, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
        """Return the hotspots.

        Raises
        ------
        AnalysisCancelled
            Somebody asked to stop.
        AnalysisImpossible
            They cannot be found in these rows; says why and what to try.
        """
        problem = self.problem()
        if problem:
            raise impossible("options-invalid", problem)
        if self.method.is_of_areas:
            from jjjmap.analysis.hotspots.area_outcome import area_outcome

            return area_outcome(self, material, progress, cancelled)
        from jjjmap.analysis.hotspots.ground_outcome import ground_outcome

        return ground_outcome(self, material, progress, cancelled)

    def arguments(self) -> tuple[str, ...]:
        """Return the command line that does the same."""
        words = [self.KIND, self.layer_id, "--method", self.method.value]
        defaults = {each.name: each.default for each in fields(self)}
        for name, option in _OPTIONS.items():
            value = getattr(self, name)
            if name == "values":
                words += [word for each in value for word in (option, each)]
            elif value != defaults[name]:
                words += [option, str(value).removesuffix(".0") if isinstance(value, float) else str(value)]
        return tuple(words)

    def python(self) -> str:
        """Return Python that does the same."""
        return python_call(self)


_OPTIONS = {
    "by": "--by",
    "measure": "--measure",
    "category": "--category",
    "values": "--of",
    "weight": "--weight",
    "bandwidth_km": "--bandwidth",
    "eps_km": "--eps",
    "min_points": "--min",
    "neighbours": "--neighbours",
    "nearest": "--nearest",
    "band_km": "--band",
    "permutations": "--permutations",
    "seed": "--seed",
    "alpha": "--alpha",
    "correction": "--correction",
    "coarse_rows": "--coarse-rows",
    "policy": "--compare-policy",
}
"""Options of the command by field."""
