"""Doubts about positions: points lie in the region, and in or near their county."""

import math
from collections.abc import Iterator, Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from jjjmap.catalogue.models import Catalogue, Precision
from jjjmap.findings import Finding
from jjjmap.i18n import _
from jjjmap.layers.checks_common import REGION_BOX, error, place_where, stop_where

COUNTY_TOLERANCE_M = {Precision.SITE: 3_000.0, Precision.TOWN: 6_000.0, Precision.COUNTY: 3_000.0}
"""How far a point may lie outside its county.

The borders are generalised to some 500 m, a point of precision `site` is good to 1–2 km, and ports stand
on new land seaward of the coastline used: together 3 km. A point of precision `town` is good to 5 km.
Points that only label an area or the region belong to no single county and are not checked.
"""

_EARTH_RADIUS_M = 6_371_008.8


def distance_to_unit_m(lon: float, lat: float, unit: BaseGeometry) -> float:
    """Return how far a point lies outside a unit, in metres; 0 inside.

    Notes
    -----
    Measured in an equirectangular frame centred on the point, which errs by less than 0.5 % within 50 km.
    """
    metres_per_degree = math.radians(_EARTH_RADIUS_M)
    scale = (metres_per_degree * math.cos(math.radians(lat)), metres_per_degree)
    local = shapely.transform(unit, lambda lonlat: (lonlat - (lon, lat)) * scale)
    return float(shapely.distance(local, shapely.Point(0, 0)))


def check_positions(catalogue: Catalogue, shapes: Mapping[str, BaseGeometry]) -> Iterator[Finding]:
    """Points lie in the region, and in or near the county that they are said to lie in."""
    located = [
        *(
            (
                place_where(place),
                place.lon,
                place.lat,
                place.precision,
                "" if place.kind.is_unit else place.county_adcode,
            )
            for place in catalogue.places.values()
        ),
        *(
            (stop_where(stop), stop.lon, stop.lat, stop.precision, stop.county_adcode)
            for stop in catalogue.corridor_stops
        ),
    ]
    for where, lon, lat, precision, adcode in located:
        if (lon is None) != (lat is None):
            yield error("position-incomplete", where, _("经度和纬度只写了一个。"))
        if lon is None or lat is None:
            continue
        if not REGION_BOX.covers(shapely.Point(lon, lat)):
            message = _("点位 {lon}, {lat} 不在京津冀范围内。").format(lon=lon, lat=lat)
            yield error("position-outside-region", where, message, _("核对经度和纬度，经度写在前面。"))
            continue
        tolerance_m = COUNTY_TOLERANCE_M.get(precision)
        county = shapes.get(adcode)
        if tolerance_m is None or county is None:
            continue
        distance_m = distance_to_unit_m(lon, lat, county)
        if distance_m > tolerance_m:
            unit = catalogue.places.get(adcode)
            yield error(
                "position-outside-county",
                where,
                _("点位在{county}（{code}）界外 {distance:.1f} 公里，容许 {tolerance:.0f} 公里。").format(
                    county=unit.name_zh if unit is not None else "",
                    code=adcode,
                    distance=distance_m / 1000,
                    tolerance=tolerance_m / 1000,
                ),
                _("核对坐标、县级代码和精度等级。"),
            )
