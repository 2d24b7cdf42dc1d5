"""The ground of a cluster of points: a hull that follows their outline."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

FloatArray = npt.NDArray[np.float64]

RATIO = 0.3
"""How closely a hull follows its points: 0 as closely as it can be, 1 is the convex hull."""

MOST_POINTS = 20_000
"""Of more points, only the first in each of so many small squares goes into the outline."""


LEAST_WIDTH_M = 10.0
"""A hull that is narrower is a line: rounding and the bend of parallels make no ground."""


def hull_of(points: FloatArray, reach_m: float) -> tuple[Any, bool]:
    """Return the concave hull of n × 2 points in metres, and whether it is the ground of the points alone.

    Points that are one, or on a line, have no ground: a strip as wide as `reach_m` around them stands for it.
    """
    distinct = np.unique(points, axis=0)
    if len(distinct) > MOST_POINTS:
        low, high = distinct.min(axis=0), distinct.max(axis=0)
        step = max(float(np.sqrt((high - low).prod() / MOST_POINTS)), 1.0)
        _cells, first = np.unique(np.floor((distinct - low) / step), axis=0, return_index=True)
        # The outermost points stay, so that the hull is as wide as its points.
        outer = np.concatenate((distinct.argmin(axis=0), distinct.argmax(axis=0)))
        distinct = distinct[np.unique(np.concatenate((first, outer)))]
    hull = shapely.concave_hull(shapely.multipoints(distinct), ratio=RATIO)
    if isinstance(hull, shapely.Polygon) and 2.0 * hull.area >= LEAST_WIDTH_M * hull.length:
        return hull, True
    return shapely.buffer(hull, reach_m / 2.0, quad_segs=8), False
