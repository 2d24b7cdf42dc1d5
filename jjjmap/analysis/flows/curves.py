"""Curved links between two points: they bend to the right of the way they go, so that both ways are seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

VERTICES = 33
BEND = 0.18
"""How far the middle of the handle lies aside, as a share of the straight way."""
BEND_STEP = 0.07
"""So much farther for each further link between the same two ends: of another year, of another category."""
MOST_STEPS = 6
"""After so many links bends begin anew."""

FloatArray = npt.NDArray[np.float64]

_MAX_LAT = 85.0


def curves(
    from_lonlat: FloatArray, to_lonlat: FloatArray, rank: npt.NDArray[np.int64] | None = None
) -> npt.NDArray[np.object_]:
    """Return a curve for each of n links.

    Parameters
    ----------
    from_lonlat, to_lonlat
        n × 2 degrees, WGS-84. A link with an end that is not finite, or without length, has no curve.
    rank
        n; the how-manieth link between its two ends it is, from 0.

    Returns
    -------
    ndarray
        n LineStrings of `VERTICES` points, None where there is no curve. The first and the last point are
        the ends themselves.

    Notes
    -----
    A quadratic Bézier curve in the plane of the map (spherical Mercator), so that the two ways between two
    places are mirror images of each other on the screen.
    """
    start, end = _to_plane(from_lonlat), _to_plane(to_lonlat)
    along = end - start
    bend = BEND + BEND_STEP * (np.zeros(len(start)) if rank is None else rank % MOST_STEPS)
    # The plane has y to the north: to the right of (dx, dy) lies (dy, -dx).
    aside = np.stack([along[:, 1], -along[:, 0]], axis=1) * bend[:, None]
    handle = (start + end) / 2 + aside * 2
    t = np.linspace(0.0, 1.0, VERTICES)[None, :, None]
    points = (1 - t) ** 2 * start[:, None] + 2 * (1 - t) * t * handle[:, None] + t**2 * end[:, None]
    lonlat = _to_degrees(points)
    lonlat[:, 0], lonlat[:, -1] = from_lonlat, to_lonlat
    drawn = np.isfinite(lonlat).all(axis=(1, 2)) & (along != 0).any(axis=1)
    found: npt.NDArray[np.object_] = np.full(len(start), None, dtype=object)
    if drawn.any():
        found[drawn] = shapely.linestrings(lonlat[drawn])
    return found


def _to_plane(lonlat: FloatArray) -> FloatArray:
    lat = np.radians(np.clip(lonlat[:, 1], -_MAX_LAT, _MAX_LAT))
    return np.stack([np.radians(lonlat[:, 0]), np.arctanh(np.sin(lat))], axis=1)


def _to_degrees(points: FloatArray) -> FloatArray:
    return np.stack([np.degrees(points[..., 0]), np.degrees(np.arctan(np.sinh(points[..., 1])))], axis=-1)
