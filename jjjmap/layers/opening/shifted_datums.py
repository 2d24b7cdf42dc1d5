"""GCJ-02 and BD-09: the shifted coordinates of Chinese web maps, to and from WGS-84, for whole arrays.

The formulas are those that the public libraries share; docs/decisions/0012-datums.md says why they stand
here as array code and what was measured against two of those libraries.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]

_SEMI_MAJOR_M = 6_378_245.0
"""Krasovsky 1940, which the shift is computed on."""
_ECCENTRICITY_2 = 0.006_693_421_622_965_943_23

_BD_LON = 0.0065
_BD_LAT = 0.0060
_BD_PHASE = np.radians(3000.0)

_CHINA = (72.004, 137.8347, 0.8293, 55.8271)
"""West, east, south, north of where anything is shifted, in degrees."""

_BLOCK = 1 << 15
"""Rows at a time: the arrays in between stay in the processor's cache."""

_GCJ_ROUNDS = 3
_BD_ROUNDS = 4


def wgs84_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return n positions in GCJ-02, in degrees; outside of China they are the same."""
    return _in_blocks(_gcj02, lon, lat)


def gcj02_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return n positions in WGS-84, in degrees; outside of China they are the same.

    Notes
    -----
    The shift has no closed inverse; it is found by iteration, to less than a millimetre.
    """
    return _in_blocks(lambda x, y: _inverted(_gcj02, x, y, _GCJ_ROUNDS), lon, lat)


def wgs84_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return n positions in BD-09, in degrees; outside of China they are the same."""
    return _in_blocks(lambda x, y: _bd09(*_gcj02(x, y)), lon, lat)


def bd09_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return n positions in WGS-84, in degrees; outside of China they are the same."""

    def inverse(x: FloatArray, y: FloatArray) -> Pair:
        return _inverted(_gcj02, *_inverted(_bd09, x, y, _BD_ROUNDS), _GCJ_ROUNDS)

    return _in_blocks(inverse, lon, lat)


def _in_blocks(
    change: Callable[[FloatArray, FloatArray], Pair], lon: npt.ArrayLike, lat: npt.ArrayLike
) -> Pair:
    """Apply a change to what lies in China, block by block; the rest, NaN included, stays as it is."""
    x = np.array(lon, dtype=np.float64, ndmin=1)
    y = np.array(lat, dtype=np.float64, ndmin=1)
    west, east, south, north = _CHINA
    for start in range(0, len(x), _BLOCK):
        block = slice(start, start + _BLOCK)
        some_x, some_y = x[block], y[block]
        inside = (some_x >= west) & (some_x <= east) & (some_y >= south) & (some_y <= north)
        if inside.all():
            x[block], y[block] = change(some_x, some_y)
        elif inside.any():
            some_x[inside], some_y[inside] = change(some_x[inside], some_y[inside])
    return x, y


def _inverted(
    forward: Callable[[FloatArray, FloatArray], Pair], lon: FloatArray, lat: FloatArray, rounds: int
) -> Pair:
    """Return where `forward` leads to lon/lat from: the shift hardly changes within its own length."""
    x, y = lon, lat
    for _round in range(rounds):
        ahead_x, ahead_y = forward(x, y)
        x, y = x - (ahead_x - lon), y - (ahead_y - lat)
    return x, y


def _gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    sine = np.sin(2.0 * np.pi * x)
    # sin 3a = 3 sin a - 4 sin³ a spares the sine of 6πx.
    shared = (20.0 * (3.0 * sine - 4.0 * sine**3) + 20.0 * sine) * (2.0 / 3.0)
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared
    north_m += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * (2.0 / 3.0)
    north_m += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * (2.0 / 3.0)
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared
    east_m += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * (2.0 / 3.0)
    east_m += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * (2.0 / 3.0)
    phi = np.radians(lat)
    squeezed = 1.0 - _ECCENTRICITY_2 * np.sin(phi) ** 2
    radius = _SEMI_MAJOR_M / np.sqrt(squeezed)
    meridian_radius = radius * (1.0 - _ECCENTRICITY_2) / squeezed
    return lon + np.degrees(east_m / (radius * np.cos(phi))), lat + np.degrees(north_m / meridian_radius)


def _bd09(lon: FloatArray, lat: FloatArray) -> Pair:
    radius = np.hypot(lon, lat) + 0.000_02 * np.sin(lat * _BD_PHASE)
    angle = np.arctan2(lat, lon) + 0.000_003 * np.cos(lon * _BD_PHASE)
    return radius * np.cos(angle) + _BD_LON, radius * np.sin(angle) + _BD_LAT
