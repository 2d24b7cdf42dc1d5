"""A plane around the rows in which areas are true and distances nearly so: metres, not degrees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from pyproj import Geod, Proj

FloatArray = npt.NDArray[np.float64]
ShapeArray = npt.NDArray[np.object_]

_RADIUS_M = 6_371_007.0
"""Of a sphere as large as the Earth."""


@dataclass(frozen=True)
class Frame:
    """Lambert's azimuthal equal-area projection around a point, in metres.

    Parameters
    ----------
    lon, lat
        Its middle, degrees, WGS-84.
    """

    lon: float
    lat: float

    @classmethod
    def around(cls, lon: FloatArray, lat: FloatArray) -> Frame:
        """Return the frame in the middle of n positions, at whole degrees: a row more seldom moves it."""
        middle = ((lon.min() + lon.max()) / 2, (lat.min() + lat.max()) / 2)
        return cls(float(np.rint(middle[0])), float(np.clip(np.rint(middle[1]), -89, 89)))

    @cached_property
    def _projection(self) -> Proj:
        from pyproj import Proj

        return Proj(proj="laea", lon_0=self.lon, lat_0=self.lat, ellps="WGS84", units="m")

    def forward(self, lon: FloatArray, lat: FloatArray) -> FloatArray:
        """Return n × 2 metres for n positions in degrees."""
        x, y = self._projection(lon, lat)
        return np.column_stack((x, y)).astype(np.float64)

    def back(self, shapes: Any) -> ShapeArray:
        """Return shapes in metres as shapes in degrees."""

        def degrees(coordinates: FloatArray) -> FloatArray:
            lon, lat = self._projection(coordinates[:, 0], coordinates[:, 1], inverse=True)
            return np.column_stack((lon, lat)).astype(np.float64)

        turned: ShapeArray = np.atleast_1d(shapely.transform(shapes, degrees))
        return turned

    def error_pct(self, points: FloatArray) -> float:
        """Return by how many percent a distance at the outermost of n × 2 points is wrong at most."""
        if not len(points):
            return 0.0
        far = float(np.hypot(points[:, 0], points[:, 1]).max())
        half = min(far / (2 * _RADIUS_M), 0.999)
        # Across the direction to the middle the scale is 1 / cos(c / 2), with r = 2 R sin(c / 2).
        return 100.0 * (1.0 / float(np.sqrt(1.0 - half * half)) - 1.0)


def area_km2(shapes: Any) -> FloatArray:
    """Return the geodesic areas of n polygons in degrees, in km²."""
    geod = _geod()
    oriented = shapely.orient_polygons(np.atleast_1d(shapes))
    return np.array([abs(geod.geometry_area_perimeter(shape)[0]) / 1e6 for shape in oriented])


def _geod() -> Geod:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def earth_xyz(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Return n × 3 metres from the middle of the Earth for n positions on the ellipsoid WGS 84."""
    a, e2 = 6_378_137.0, 6.694379990141317e-3
    phi, lam = np.radians(lat), np.radians(lon)
    normal = a / np.sqrt(1.0 - e2 * np.sin(phi) ** 2)
    return np.column_stack(
        (
            normal * np.cos(phi) * np.cos(lam),
            normal * np.cos(phi) * np.sin(lam),
            normal * (1.0 - e2) * np.sin(phi),
        )
    )
