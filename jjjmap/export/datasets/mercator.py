"""Boxes in the metres of the web map."""

from math import degrees, log, pi, radians, tan

from jjjmap.maps.snapshot import Bounds

_METRES_OF_DEGREE = 6_378_137.0 * pi / 180
_FARTHEST = 85.05


def mercator_box(bounds: Bounds) -> tuple[float, float, float, float]:
    """Return west, south, east and north in metres (EPSG:3857) of a box in degrees."""
    south, north = (min(max(lat, -_FARTHEST), _FARTHEST) for lat in (bounds.south, bounds.north))
    return (
        bounds.west * _METRES_OF_DEGREE,
        _northing(south),
        bounds.east * _METRES_OF_DEGREE,
        _northing(north),
    )


def _northing(lat: float) -> float:
    return degrees(log(tan(pi / 4 + radians(lat) / 2))) * _METRES_OF_DEGREE
