"""Dense ground: the kernel density of the rows as outlines or hexagons."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jjjmap.analysis.counting.areas import Areas, hex_areas
from jjjmap.analysis.counting.kernel import PreparedAreas
from jjjmap.analysis.hotspots.density import (
    HOT_SHARE,
    LEAST_BANDWIDTH_M,
    SHARES,
    DensityGrid,
    density_bands,
    density_grid,
    scott_bandwidth,
)
from jjjmap.analysis.hotspots.neighbourhood import middles
from jjjmap.analysis.hotspots.options import hex_km
from jjjmap.analysis.hotspots.refusing import impossible, warning
from jjjmap.analysis.hotspots.used_points import FoundGround, Ground, UsedPoints
from jjjmap.analysis.running import Cancelled, Progress
from jjjmap.i18n import _

if TYPE_CHECKING:
    from jjjmap.analysis.hotspots.hotspots import Hotspots

IntArray = npt.NDArray[np.int64]

MOST_POLYGONS = 5_000
"""Of a result."""


def dense_ground(wish: Hotspots, points: UsedPoints, progress: Progress, cancelled: Cancelled) -> FoundGround:
    """Return the pieces of dense ground, the densest first; raises AnalysisImpossible."""
    bandwidth = wish.bandwidth_km * 1e3 or scott_bandwidth(points.plane, points.weights)
    if bandwidth < LEAST_BANDWIDTH_M:
        raise impossible(
            "one-position",
            _("所有行都在同一个位置，没有密度可言。"),
            _("请检查坐标，或按区县统计。"),
            points.rows.layer.title,
        )
    grid = density_grid(
        points.plane, points.weights, bandwidth, lambda share: progress(0.6 * share), cancelled
    )
    km = hex_km(wish.by)
    found = (
        FoundGround(_band_grounds(points, grid, cancelled))
        if km is None
        else FoundGround(_hex_grounds(points, grid, km))
    )
    if len(found.grounds) > MOST_POLYGONS:
        left_out = len(found.grounds) - MOST_POLYGONS
        found.grounds = found.grounds[:MOST_POLYGONS]
        found.findings.append(
            warning(
                "polygons-left-out",
                _("面太多：只留下最密的 {n} 个，另有 {rest} 个没有列出。").format(
                    n=f"{MOST_POLYGONS:,}", rest=f"{left_out:,}"
                ),
                _("请加大带宽或六边形。"),
            )
        )
    rule = (
        _("带宽 {km} 公里，由使用者给定。").format(km=f"{bandwidth / 1e3:.3g}")
        if wish.bandwidth_km
        else _(
            "带宽 {km} 公里，按 Scott 规则 h = σ·n^(−1/6)（平面上与 Silverman 规则相同）；"
            "它假定只有一个中心，多中心时偏平滑，可以自己给定带宽。"
        ).format(km=f"{bandwidth / 1e3:.3g}")
    )
    found.notes += [
        _("高斯核，等积投影，网格 {cell} 公里；核在 4 倍带宽处截断，密度的积分等于计入的总量。").format(
            cell=f"{grid.cell_m / 1e3:.3g}"
        ),
        rule,
        _("密度带：装下 25%、50%、75%、90% 密度的最小范围；前 50% 之内称为热点。"),
        _("核密度只描述疏密，不是显著性检验；要检验请用 Getis-Ord 或局部莫兰指数。"),
    ]
    levels = grid.levels()
    found.summary |= {
        "bandwidth_km": bandwidth / 1e3,
        "cell_km": grid.cell_m / 1e3,
        "integral": grid.total,
        "peak_per_km2": float(grid.values.max()),
        "levels_per_km2": {f"{share:g}": float(level) for share, level in zip(SHARES, levels, strict=True)},
    }
    # Each class ends just below where the next denser band begins.
    found.breaks = tuple(sorted({float(level) for level in levels}))[:-1]
    progress(1.0)
    return found


def _band_grounds(points: UsedPoints, grid: DensityGrid, cancelled: Cancelled) -> list[Ground]:
    bands = density_bands(grid, cancelled)
    shapes = points.frame.back(np.array([band.shape for band in bands], dtype=object))
    names = tuple(f"{at:07d}" for at in range(len(bands)))
    areas = Areas(names, names, names, shapes, is_partition=True)
    inside = _inside(areas, points)
    grounds = [
        Ground(shape, members, band.share <= HOT_SHARE, band.share, band.low)
        for band, shape, members in zip(bands, shapes, inside, strict=True)
    ]
    return sorted(grounds, key=lambda ground: (ground.band, -len(ground.members)))


def _hex_grounds(points: UsedPoints, grid: DensityGrid, km: float) -> list[Ground]:
    lon, lat = points.rows.lon[points.at], points.rows.lat[points.at]
    reach = 4.0 * grid.cell_m * 4.0 / 111_000.0  # Degrees: the kernel reaches beyond the outermost points.
    areas = hex_areas((lon.min() - reach, lat.min() - reach, lon.max() + reach, lat.max() + reach), km)
    places = middles(areas.shapes)
    density = grid.at(points.frame.forward(places[:, 0], places[:, 1]))
    levels = grid.levels()
    band = np.array([*SHARES, np.nan])[np.searchsorted(-levels, -density, side="left")]
    inside = _inside(areas, points)
    order = [at for at in np.argsort(-density, kind="stable").tolist() if np.isfinite(band[at])]
    return [
        Ground(areas.shapes[at], inside[at], bool(band[at] <= HOT_SHARE), float(band[at]), float(density[at]))
        for at in order
    ]


def _inside(areas: Areas, points: UsedPoints) -> list[IntArray]:
    """Return for each area the points in it."""
    lon, lat = points.rows.lon[points.at], points.rows.lat[points.at]
    at, area = PreparedAreas(areas, len(lon)).of_positions(lon, lat)
    order = np.argsort(area, kind="stable")
    edges = np.searchsorted(area[order], np.arange(len(areas) + 1))
    return [at[order[start:stop]] for start, stop in pairwise(edges)]
