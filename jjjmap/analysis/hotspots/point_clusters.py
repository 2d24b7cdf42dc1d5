"""Clusters of points by DBSCAN and HDBSCAN, with the ground that they stand on."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jjjmap.analysis.hotspots.dbscan import NOISE, dbscan
from jjjmap.analysis.hotspots.hulls import MOST_POINTS, RATIO, hull_of
from jjjmap.analysis.hotspots.options import Method
from jjjmap.analysis.hotspots.refusing import impossible, warning
from jjjmap.analysis.hotspots.used_points import FoundGround, Ground, UsedPoints
from jjjmap.analysis.running import AnalysisImpossible, Cancelled, Progress, refuse_if
from jjjmap.i18n import _

if TYPE_CHECKING:
    from jjjmap.analysis.hotspots.hotspots import Hotspots

IntArray = npt.NDArray[np.int64]

MOST_POINTS_HDBSCAN = 20_000
"""Its time grows with the square of the points: some eight seconds for so many."""


def point_clusters(
    wish: Hotspots, points: UsedPoints, progress: Progress, cancelled: Cancelled
) -> FoundGround:
    """Return the clusters, those with most rows first; raises AnalysisImpossible."""
    if wish.method is Method.DBSCAN:
        labels = dbscan(
            points.plane, wish.eps_km * 1e3, wish.min_points, lambda share: progress(0.7 * share), cancelled
        )
        notes = [
            _("DBSCAN：{km} 公里之内（含自身）至少 {n} 行为核心点；边缘点归最近的核心点所在的簇。").format(
                km=f"{wish.eps_km:g}", n=wish.min_points
            )
        ]
    else:
        labels = _hdbscan(wish, points)
        notes = [
            _("HDBSCAN：一个簇至少 {n} 行；不用给半径，疏密不同的簇都能找到。").format(n=wish.min_points)
        ]
    refuse_if(cancelled)
    progress(0.7)
    grounds: list[Ground] = []
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] != NOISE]
    edges = np.flatnonzero(np.diff(labels[order], prepend=-2, append=-2))
    groups = [order[start:stop] for start, stop in pairwise(edges)]
    reach = wish.eps_km * 1e3 if wish.method is Method.DBSCAN else 1e3
    for number, members in enumerate(groups):
        if number % 50 == 0:
            refuse_if(cancelled)
            progress(0.7 + 0.3 * number / len(groups))
        hull, is_ground = hull_of(points.plane[members], reach)
        grounds.append(Ground(points.frame.back(hull)[0], members, True, is_strip=not is_ground))
    grounds.sort(key=lambda ground: (-len(ground.members), int(ground.members[0])))
    noise = int(np.count_nonzero(labels == NOISE))
    error = points.frame.error_pct(points.plane)
    notes += [
        _("{n} 行不属于任何簇（噪声）。").format(n=f"{noise:,}"),
        _("距离在以名单为中心的等积平面上量，最远处偏差不到 {pct}%。").format(pct=f"{max(error, 0.01):.2f}"),
        _("范围是凹包（ratio={ratio}），只表示大致轮廓；超过 {most} 个位置的簇先抽稀再画。").format(
            ratio=f"{RATIO:g}", most=f"{MOST_POINTS:,}"
        ),
    ]
    strips = sum(ground.is_strip for ground in grounds)
    if strips:
        notes.append(
            _("{n} 个簇的点在一处或一条线上，没有面积：用宽 {km} 公里的带子表示，面积和密度留空。").format(
                n=strips, km=f"{reach / 1e3:g}"
            )
        )
    findings = []
    if not grounds:
        findings.append(warning("no-clusters", no_clusters(wish, points).finding.message))
    return FoundGround(grounds, notes, findings, {"clusters": len(grounds), "noise": noise})


def _hdbscan(wish: Hotspots, points: UsedPoints) -> IntArray:
    if len(points.at) > MOST_POINTS_HDBSCAN:
        raise impossible(
            "too-many-points",
            _("HDBSCAN 的用时随行数的平方增长，最多 {most} 行，这里有 {n} 行。").format(
                most=f"{MOST_POINTS_HDBSCAN:,}", n=f"{len(points.at):,}"
            ),
            _("请改用 DBSCAN 或核密度，或先筛选。"),
            points.rows.layer.title,
        )
    if len(points.at) < wish.min_points:
        return np.full(len(points.at), NOISE, dtype=np.int64)
    from sklearn.cluster import HDBSCAN

    found = HDBSCAN(min_cluster_size=wish.min_points, algorithm="kd_tree", n_jobs=1, copy=True)
    return np.asarray(found.fit(points.plane).labels_, dtype=np.int64)


def no_clusters(wish: Hotspots, points: UsedPoints) -> AnalysisImpossible:
    """Return why there is no cluster, with what would make one."""
    from scipy.spatial import cKDTree

    hint = _("请减小一个簇的最少行数。")
    if wish.method is Method.DBSCAN:
        sample = points.plane[:: -(-len(points.plane) // 5_000)]
        wanted = min(wish.min_points, len(points.plane))
        away, _at = cKDTree(points.plane).query(sample, k=[wanted])
        hint = _("请加大邻域半径或减小最少点数；半数的行要到 {km} 公里才凑够 {n} 行。").format(
            km=f"{float(np.median(away)) / 1e3:.3g}", n=wanted
        )
    return impossible("no-clusters", _("按这些条件没有找到一个簇。"), hint, points.rows.layer.title)
