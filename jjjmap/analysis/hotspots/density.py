"""Kernel density of points: binned to a grid, smoothed, cut into the smallest areas that hold a share."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from jjjmap.analysis.hotspots.refusing import impossible
from jjjmap.analysis.running import Cancelled, Progress, refuse_if
from jjjmap.i18n import _

FloatArray = npt.NDArray[np.float64]
ShapeArray = npt.NDArray[np.object_]

SHARES = (0.25, 0.5, 0.75, 0.9)
"""The smallest areas that hold these shares of the density are told apart: regions of highest density."""

HOT_SHARE = 0.5
"""What lies in the region of this share is called a hotspot."""

MOST_NODES = 4_000_000
"""Of the grid: 32 MB, and three times that while it is smoothed."""

LEAST_BANDWIDTH_M = 1.0
"""What is less comes of points that are one."""

_CUT = 4.0
"""Bandwidths from its middle at which the kernel ends; 6 parts in 100 000 lie beyond."""
_FINEST, _COARSEST = 4.0, 2.0
"""How many nodes of the grid a bandwidth spans, and how few it may."""
_CHUNK = 1 << 18


@dataclass(frozen=True)
class DensityGrid:
    """A density at the nodes of a square grid."""

    west: float
    """x of the first column, in metres."""
    south: float
    cell_m: float
    values: FloatArray
    """Rows × columns, from south to north, in amount per km²."""

    @property
    def total(self) -> float:
        """The integral over the grid: the amount that went in."""
        return float(self.values.sum()) * (self.cell_m / 1e3) ** 2

    def at(self, points: FloatArray) -> FloatArray:
        """Return the density at n × 2 positions in metres, 0 outside of the grid."""
        from scipy.ndimage import map_coordinates

        rows = (points[:, 1] - self.south) / self.cell_m
        columns = (points[:, 0] - self.west) / self.cell_m
        found: FloatArray = map_coordinates(self.values, (rows, columns), order=1, mode="constant")
        return found

    def levels(self, shares: tuple[float, ...] = SHARES) -> FloatArray:
        """Return the density above which each share of the total lies, descending as the shares ascend."""
        ordered = np.sort(self.values, axis=None)[::-1]
        held = np.cumsum(ordered)
        at = np.searchsorted(held, np.array(shares) * held[-1])
        found: FloatArray = ordered[np.minimum(at, len(ordered) - 1)]
        return found


def scott_bandwidth(points: FloatArray, weights: FloatArray | None) -> float:
    """Return Scott's bandwidth in metres, the same in both directions; 0 if all points are one.

    Notes
    -----
    h = σ · n^(−1/6), with σ² the mean of the two variances and n the effective number of points
    (Σw)² / Σw². In the plane Silverman's rule gives the same. Both hold for one bell of points: with
    several centres they smooth too much.
    """
    # Only how they compare counts: the squares of very large or small amounts would be no numbers.
    w = np.ones(len(points)) if weights is None else weights / weights.max()
    middle = np.average(points, axis=0, weights=w)
    variance = float(np.average((points - middle) ** 2, axis=0, weights=w).mean())
    effective = float(w.sum() ** 2 / (w**2).sum())
    return float(np.sqrt(variance) * effective ** (-1.0 / 6.0))


def density_grid(
    points: FloatArray,
    weights: FloatArray | None,
    bandwidth_m: float,
    progress: Progress,
    cancelled: Cancelled,
) -> DensityGrid:
    """Return the density of points under a Gaussian kernel.

    Parameters
    ----------
    points
        n × 2, in metres of an equal-area plane.
    weights
        n amounts of at least 0; None for 1 each.
    bandwidth_m
        Standard deviation of the kernel.

    Raises
    ------
    AnalysisImpossible
        The points are so far apart that a grid fine enough for the bandwidth would be too large.

    Notes
    -----
    Each point is shared out to the four nodes around it (linear binning, Wand 1994), then the grid is
    smoothed: time and memory grow with the grid, not with points times nodes.
    """
    from scipy.ndimage import gaussian_filter

    low, high = points.min(axis=0), points.max(axis=0)
    cell = bandwidth_m / _FINEST
    margin = (_CUT + 1.0) * bandwidth_m
    extent = high - low + 2.0 * margin
    if (extent / cell + 2.0).prod() > MOST_NODES:
        cell = float(np.sqrt(extent.prod() / (0.95 * MOST_NODES)))
    if cell > bandwidth_m / _COARSEST:
        raise impossible(
            "bandwidth-too-small",
            _("点分布得太开，而带宽只有 {km} 公里：网格会超过 {most} 个节点。").format(
                km=f"{bandwidth_m / 1e3:.3g}", most=f"{MOST_NODES:,}"
            ),
            _("请加大带宽，或先筛选出一个较小的范围。"),
        )
    west, south = (low - margin).tolist()
    columns, rows = (np.ceil(extent / cell).astype(int) + 2).tolist()
    grid = np.zeros(rows * columns)
    for start in range(0, len(points), _CHUNK):
        refuse_if(cancelled)
        place = (points[start : start + _CHUNK] - (west, south)) / cell
        base = np.floor(place).astype(np.int64)
        right, up = (place - base).T
        amount = 1.0 if weights is None else weights[start : start + _CHUNK]
        node = base[:, 1] * columns + base[:, 0]
        for step, part in (
            (0, (1 - right) * (1 - up)),
            (1, right * (1 - up)),
            (columns, (1 - right) * up),
            (columns + 1, right * up),
        ):
            grid += np.bincount(node + step, part * amount, minlength=len(grid))
        progress(0.6 * min(start + _CHUNK, len(points)) / len(points))
    refuse_if(cancelled)
    smooth = gaussian_filter(grid.reshape(rows, columns), bandwidth_m / cell, mode="constant", truncate=_CUT)
    progress(1.0)
    return DensityGrid(west, south, cell, smooth / (cell / 1e3) ** 2)


@dataclass(frozen=True)
class Band:
    """A connected piece of ground between two densities."""

    share: float
    """It belongs to the smallest area that holds this share of the density, and to none that holds less."""
    low: float
    """Amount per km² at its outer border."""
    shape: Any
    """Polygon in metres."""


def density_bands(grid: DensityGrid, cancelled: Cancelled) -> list[Band]:
    """Return the pieces of ground between the densities of `SHARES`, the densest first."""
    from contourpy import FillType, contour_generator

    rows, columns = grid.values.shape
    x = grid.west + np.arange(columns) * grid.cell_m
    y = grid.south + np.arange(rows) * grid.cell_m
    contours = contour_generator(x, y, grid.values, name="serial", fill_type=FillType.OuterOffset)
    bands: list[Band] = []
    upper = float(grid.values.max()) * 1.001
    for share, level in zip(SHARES, grid.levels().tolist(), strict=True):
        refuse_if(cancelled)
        if not level < upper:
            continue  # One node holds it all: an inner band has it.
        filled: Any = contours.filled(level, upper)
        for outline, offset in zip(*filled, strict=True):
            rings = [outline[start:stop] for start, stop in pairwise(offset)]
            shape = shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
            bands += [
                Band(share, level, part)
                for part in shapely.get_parts(shape)
                if isinstance(part, shapely.Polygon) and not part.is_empty
            ]
        upper = level
    return bands
