"""DBSCAN for a million points in bounded memory: exact, by cells as wide as half a neighbourhood.

The plain way lists the neighbours of every point: a million firms, a thousand of them within a kilometre of
each, are 10⁹ pairs. Here cells have the diagonal eps, so that all points of a cell are neighbours: a cell
with enough points needs no counting, and only cells near one another are compared, each pair by its nearest
points (Gunawan 2013). The answer is that of Ester et al. (1996); a point on the rim of two clusters, which
their definition leaves to chance, goes to the cluster of its nearest core point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jjjmap.analysis.running import Cancelled, Progress, refuse_if

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NOISE = -1
_CHUNK = 1 << 17
"""So many points are asked for at once."""
_OFFSETS = ((0, 1), (0, 2), (1, -2), (1, -1), (1, 0), (1, 1), (1, 2), (2, -1), (2, 0), (2, 1))
"""Columns and rows to each cell that may hold a neighbour, every pair of cells once; corners are too far."""


@dataclass(frozen=True)
class _Cells:
    """Core points sorted by their cell."""

    points: FloatArray
    """m × 2, those of one cell together."""
    starts: IntArray
    """k + 1 positions in `points`."""
    keys: IntArray
    """k numbers of cells, ascending."""
    stride: int
    """What a column adds to a number."""
    corners: FloatArray
    """k × 2: lower left corner."""
    side: float


def dbscan(
    points: FloatArray, eps: float, min_points: int, progress: Progress, cancelled: Cancelled
) -> IntArray:
    """Return the cluster of each point.

    Parameters
    ----------
    points
        n × 2, in metres.
    eps
        How far neighbours are apart at most, in metres.
    min_points
        How many points a core point has around it at least, itself counted.

    Returns
    -------
    IntArray
        n numbers of clusters from 0, in the order of their first points; `NOISE` for points in none.
    """
    if not len(points):
        return np.zeros(0, dtype=np.int64)
    distinct, of_row, counts = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    of_row = of_row.ravel()
    refuse_if(cancelled)
    progress(0.1)
    labels = _labelled(distinct, counts, eps, min_points, progress, cancelled)
    by_row = labels[of_row]
    found, first = np.unique(by_row, return_index=True)
    found, first = found[found != NOISE], first[found != NOISE]
    number = np.full(int(found.max(initial=-1)) + 2, NOISE, dtype=np.int64)
    number[found[np.argsort(first)]] = np.arange(len(found))
    progress(1.0)
    return number[by_row]  # NOISE leads to the last one, which is NOISE.


def _labelled(
    points: FloatArray,
    counts: IntArray,
    eps: float,
    min_points: int,
    progress: Progress,
    cancelled: Cancelled,
) -> IntArray:
    """Return the clusters of distinct points with how many rows each stands for."""
    from scipy.spatial import cKDTree

    side = eps / np.sqrt(2.0) * (1.0 - 1e-12)
    low = points.min(axis=0)
    columns, rows = np.floor((points - low) / side).astype(np.int64).T
    stride = int(rows.max()) + 5  # Two empty rows at either end: a step off the edge meets no cell.
    keys, cell = np.unique(columns * stride + rows, return_inverse=True)
    is_core = (np.bincount(cell, counts) >= min_points)[cell]
    _count_around(points, counts, is_core, eps, min_points, cancelled)
    progress(0.4)
    labels = np.full(len(points), NOISE, dtype=np.int64)
    if not is_core.any():
        return labels
    order = np.flatnonzero(is_core)[np.argsort(cell[is_core], kind="stable")]
    core_cells, starts = np.unique(cell[order], return_index=True)
    core_keys = keys[core_cells]
    corners = low + np.column_stack(np.divmod(core_keys, stride)) * side
    cells = _Cells(points[order], np.append(starts, len(order)), core_keys, stride, corners, side)
    of_cell = _joined(cells, eps, progress, cancelled)
    labels[order] = np.repeat(of_cell, np.diff(cells.starts))
    progress(0.85)
    rest = np.flatnonzero(~is_core)
    tree = cKDTree(cells.points)
    core_labels = labels[order]
    for part in _parts(rest):
        refuse_if(cancelled)
        away, nearest = tree.query(points[part], distance_upper_bound=np.nextafter(eps, np.inf))
        reached = np.isfinite(away)
        labels[part[reached]] = core_labels[nearest[reached]]
    return labels


def _count_around(
    points: FloatArray,
    counts: IntArray,
    is_core: BoolArray,
    eps: float,
    min_points: int,
    cancelled: Cancelled,
) -> None:
    """Find the core points of thin cells: a distinct point counts at least 1, so min_points nearest do."""
    from scipy.spatial import cKDTree

    unsure = np.flatnonzero(~is_core)
    if not len(unsure):
        return
    tree = cKDTree(points)
    known = np.append(counts, 0)  # Where the number of a neighbour that is too far leads.
    wanted = np.arange(1, min(min_points, len(points)) + 1)
    for part in _parts(unsure, max(_CHUNK * 8 // (len(wanted) + 8), 1)):
        refuse_if(cancelled)
        _away, near = tree.query(points[part], k=wanted, distance_upper_bound=np.nextafter(eps, np.inf))
        is_core[part] = known[near].sum(axis=1) >= min_points


def _joined(cells: _Cells, eps: float, progress: Progress, cancelled: Cancelled) -> IntArray:
    """Return for each cell the number of its cluster: cells with core points within eps of each other."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    count = len(cells.keys)
    component: IntArray = np.arange(count, dtype=np.int64)
    # Points of different cells stand at different heights, so that a cell can be asked for its nearest point.
    lift = 8.0 * eps
    sizes = np.diff(cells.starts)
    tree = cKDTree(np.column_stack((cells.points, np.repeat(np.arange(count), sizes) * lift)))
    for number, (right, up) in enumerate(_OFFSETS):
        refuse_if(cancelled)
        one, other = _pairs(cells, right, up)
        apart = component[one] != component[other]
        one, other = one[apart], other[apart]
        if len(one):
            # The outermost points of both cells towards each other are near more often than not.
            mine, theirs = _outermost(cells, right, up)[one], _outermost(cells, -right, -up)[other]
            is_near = ((cells.points[mine] - cells.points[theirs]) ** 2).sum(axis=1) <= eps * eps
            component = _merged(component, one[is_near], other[is_near], coo_matrix, connected_components)
            open_pairs = ~is_near & (component[one] != component[other])
            open_pairs &= (sizes[one] > 1) | (sizes[other] > 1)
            one, other = one[open_pairs], other[open_pairs]
            swap = sizes[one] > sizes[other]
            asked, target = np.where(swap, other, one), np.where(swap, one, other)
            found = np.zeros(len(asked), dtype=bool)
            for pair, point in _points_near(cells, asked, target, eps):
                refuse_if(cancelled)
                lifted = np.column_stack((cells.points[point], target[pair] * lift))
                away, _at = tree.query(lifted, distance_upper_bound=np.nextafter(eps, np.inf))
                found[pair[np.isfinite(away)]] = True
            component = _merged(component, asked[found], target[found], coo_matrix, connected_components)
        progress(0.4 + 0.45 * (number + 1) / len(_OFFSETS))
    return component


def _merged(component: IntArray, one: IntArray, other: IntArray, matrix: Any, components: Any) -> IntArray:
    if not len(one):
        return component
    size = len(component)
    links = matrix((np.ones(len(one), dtype=np.int8), (component[one], component[other])), (size, size))
    _count, joined = components(links, directed=False)
    merged: IntArray = joined[component].astype(np.int64)
    return merged


def _pairs(cells: _Cells, right: int, up: int) -> tuple[IntArray, IntArray]:
    """Return pairs of cells that lie so to each other."""
    wanted = cells.keys + right * cells.stride + up
    at = np.minimum(np.searchsorted(cells.keys, wanted), len(cells.keys) - 1)
    there = np.flatnonzero(cells.keys[at] == wanted)
    return there, at[there]


def _outermost(cells: _Cells, right: int, up: int) -> IntArray:
    """Return for each cell the number of its point that lies farthest in a direction."""
    reach = cells.points @ np.array([right, up], dtype=np.float64)
    best = np.maximum.reduceat(reach, cells.starts[:-1])
    is_best = np.flatnonzero(reach == np.repeat(best, np.diff(cells.starts)))
    return is_best[np.searchsorted(is_best, cells.starts[:-1])]


def _points_near(
    cells: _Cells, asked: IntArray, target: IntArray, eps: float
) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield numbers of pairs and of points: of the cell asked, those that may reach into the target."""
    sizes = np.diff(cells.starts)[asked]
    ends = np.cumsum(sizes)
    start = 0
    while start < len(asked):
        done = int(ends[start - 1]) if start else 0
        stop = max(int(np.searchsorted(ends, done + _CHUNK, side="right")), start + 1)
        pair = np.repeat(np.arange(start, stop), sizes[start:stop])
        turn = np.arange(len(pair)) - np.repeat(
            ends[start:stop] - sizes[start:stop] - done, sizes[start:stop]
        )
        point = cells.starts[asked[pair]] + turn
        low = cells.corners[target[pair]]
        place = cells.points[point]
        gap = np.maximum(np.maximum(low - place, place - (low + cells.side)), 0.0)
        near = (gap**2).sum(axis=1) <= (eps * (1.0 + 1e-9)) ** 2
        yield pair[near], point[near]
        start = stop


def _parts(rows: IntArray, size: int = _CHUNK) -> Iterator[IntArray]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
