"""Areas with their values, neighbours and local statistics: what a result is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jjjmap.analysis.hotspots.area_values import AreaValues, area_values
from jjjmap.analysis.hotspots.list_rows import ListRows
from jjjmap.analysis.hotspots.local_statistics import (
    HIGH_HIGH,
    HIGH_LOW,
    GlobalMoran,
    LocalValues,
    adjusted,
    getis_ord,
    global_moran,
    local_moran,
)
from jjjmap.analysis.hotspots.neighbourhood import (
    MOST_LINKS,
    Neighbourhood,
    TooManyLinks,
    neighbourhood,
)
from jjjmap.analysis.hotspots.options import Method
from jjjmap.analysis.hotspots.policy_texts import unit_name
from jjjmap.analysis.hotspots.refusing import impossible
from jjjmap.analysis.running import Cancelled, Material, Progress, refuse_if
from jjjmap.i18n import _, language

if TYPE_CHECKING:
    from jjjmap.analysis.hotspots.hotspots import Hotspots

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

FEWEST_AREAS = 8
"""With fewer, permutations can hardly tell anything from chance."""
_LEAST_DEVIATION = 1e-60
"""Of one value at least from the mean: fourth powers of less are 0."""
_MOST_DRAWS = 40_000_000
"""Permutations times neighbours: 320 MB."""


@dataclass(frozen=True)
class JudgedAreas:
    """N areas, m of them tested."""

    wish: Hotspots
    found: AreaValues
    names: tuple[str, ...]
    """n, in the language in use when they were made."""
    is_tested: BoolArray
    """n: those with a value and with neighbours that have one."""
    near: Neighbourhood
    """Of the m."""
    whole: GlobalMoran
    local: LocalValues
    """Of the m."""
    adjusted: FloatArray
    """m p-values, corrected for their number."""

    @property
    def significant(self) -> BoolArray:
        """Which of the m stand out, in the way that their class says."""
        return (self.adjusted <= self.wish.alpha) & self.local.agrees

    @property
    def contrary(self) -> BoolArray:
        """Which of the m have a p-value that is small enough, but for the opposite of their class."""
        return (self.adjusted <= self.wish.alpha) & ~self.local.agrees

    @property
    def hot(self) -> BoolArray:
        """Which of n areas are hotspots: significant, and high themselves."""
        hot = np.zeros(len(self.found.areas), dtype=bool)
        hot[self.is_tested] = self.significant & np.isin(self.local.quarter, (HIGH_HIGH, HIGH_LOW))
        return hot

    def spread(self, values: npt.NDArray[np.generic]) -> FloatArray:
        """Return values of the m among n, NaN for the others."""
        whole = np.full(len(self.found.areas), np.nan)
        whole[self.is_tested] = values
        return whole


def judged_areas(
    wish: Hotspots, rows: ListRows, material: Material, progress: Progress, cancelled: Cancelled
) -> JudgedAreas:
    """Return the areas of a wish with their statistics; raises AnalysisImpossible, AnalysisCancelled."""
    found = area_values(wish, rows, material.catalogue, material.units)
    progress(0.15)
    refuse_if(cancelled)
    try:
        near = neighbourhood(found.areas.shapes, wish.neighbours, wish.nearest, wish.band_km)
    except TooManyLinks as exc:
        raise impossible(
            "too-many-neighbours",
            _("相邻关系共有 {n} 对，超过上限 {most} 对。").format(n=f"{exc.count:,}", most=f"{MOST_LINKS:,}"),
            _("请把距离或邻居数改小，或把区域放大。"),
            rows.layer.title,
        ) from exc
    tested, near = _tested(wish, found, near, rows.layer.title)
    progress(0.2)
    values = found.values[tested]
    whole = global_moran(values, near, wish.permutations, wish.seed, cancelled)
    reckon = local_moran if wish.method is Method.LOCAL_MORAN else getis_ord
    local = reckon(
        values, near, wish.permutations, wish.seed, lambda share: progress(0.25 + 0.65 * share), cancelled
    )
    names = _names(wish, found, material)
    return JudgedAreas(wish, found, names, tested, near, whole, local, adjusted(local.p, wish.correction))


def _names(wish: Hotspots, found: AreaValues, material: Material) -> tuple[str, ...]:
    """Return what areas are called: hexagons by the county around their middle."""
    names = [found.areas.name(at, language()) for at in range(len(found.areas))]
    if not wish.is_of_hexes:
        return tuple(names)
    counties = {
        code: unit_name(code, material.catalogue, material.units, language())
        for code in set(found.county_of)
        if code
    }
    return tuple(
        _("{county}（{cell}）").format(county=counties[code], cell=name) if code else name
        for name, code in zip(names, found.county_of, strict=True)
    )


def _tested(
    wish: Hotspots, found: AreaValues, near: Neighbourhood, title: str
) -> tuple[BoolArray, Neighbourhood]:
    """Return which areas are tested: those with a value and with neighbours that have one."""
    tested = np.isfinite(found.values)
    tested[tested] = ~near.within(tested).islands
    kept = near.within(tested)
    count = int(np.count_nonzero(tested))
    if count < FEWEST_AREAS:
        raise impossible(
            "too-few-areas",
            _("能检验的区域只有 {n} 个，至少要 {least} 个。").format(n=count, least=FEWEST_AREAS),
            _("请换更小的区域，或检查数值列。"),
            title,
        )
    values = found.values[tested]
    if float(values.max()) == float(values.min()):
        raise impossible(
            "no-variation", _("各区域的值完全相同，没有热点可言。"), _("请检查类别和数值列。"), title
        )
    if not float(np.abs(values - values.mean()).max()) >= _LEAST_DEVIATION:
        raise impossible(
            "extreme-values",
            _("数值彼此差得太小，算不出方差。"),
            _("请检查数值列，或换一个单位。"),
            title,
        )
    if wish.method is Method.GETIS_ORD:
        if float(values.min()) < 0:
            raise impossible(
                "negative-values",
                _("Getis-Ord 统计量要求数值不小于 0，而这里有负值。"),
                _("请改用局部莫兰指数。"),
                title,
            )
        if int(kept.counts.max()) + 1 >= count:
            raise impossible(
                "all-neighbours",
                _("有的区域与其余所有区域都相邻，无法检验。"),
                _("请把距离或邻居数改小。"),
                title,
            )
    if int(kept.counts.max()) * wish.permutations > _MOST_DRAWS:
        raise impossible(
            "too-many-draws",
            _("邻居最多的区域有 {n} 个邻居，乘以 {permutations} 次置换超出了内存。").format(
                n=int(kept.counts.max()), permutations=f"{wish.permutations:,}"
            ),
            _("请把距离、邻居数或置换次数改小。"),
            title,
        )
    return tested, kept
