"""The square world of web maps: Web Mercator as whole numbers, 0 … 2³² from west to east, north to south."""

import math

import numpy as np
import numpy.typing as npt

WORLD = 2**32
"""Side of the world; one unit is about a centimetre at the equator."""

TILE_PX = 256
MAX_LAT = 85.0511287798
"""Degrees: where the square ends."""

Units = npt.NDArray[np.uint32]


def to_units(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> tuple[Units, Units]:
    """Return n positions (degrees, WGS-84) as units of the world; what lies outside goes to its edge."""
    turned = np.sin(np.radians(np.clip(lat, -MAX_LAT, MAX_LAT)))
    x = (np.asarray(lon) + 180.0) * (WORLD / 360.0)
    y = (0.5 - np.arctanh(turned) / (2 * np.pi)) * WORLD
    return tuple(np.clip(axis, 0, WORLD - 1).astype(np.uint32) for axis in (x, y))  # type: ignore[return-value]


def unit_at(lon: float, lat: float) -> tuple[float, float]:
    """Return one position (degrees, WGS-84) as units of the world."""
    turned = math.sin(math.radians(min(max(lat, -MAX_LAT), MAX_LAT)))
    return (lon + 180.0) / 360.0 * WORLD, (0.5 - math.atanh(turned) / (2 * math.pi)) * WORLD


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """Return units of the world as lon/lat in degrees."""
    return x / WORLD * 360.0 - 180.0, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / WORLD))))


def px_per_unit(zoom: float) -> float:
    """Return how many pixels of the screen one unit is."""
    return float(TILE_PX * 2.0**zoom / WORLD)
