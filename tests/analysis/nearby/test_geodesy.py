"""Lengths, areas, circles and buffers, held against formulas and searches that share nothing with them."""

from math import log, radians, sin, sqrt

import numpy as np
import pytest
import shapely
from pyproj import Geod

from jjjmap.analysis.nearby.geodesy import (
    Outline,
    area_km2,
    box_around,
    buffered,
    circle,
    circles,
    lengths_km,
    line_km,
    reach,
)

GEOD = Geod(ellps="WGS84")
A_KM, FLATTENING = 6378.137, 1 / 298.257223563
E = sqrt(FLATTENING * (2 - FLATTENING))


def box_km2(west: float, south: float, east: float, north: float) -> float:
    """Return the area between two meridians and two parallels: SNYDER J P. Map projections: a working
    manual. USGS Professional Paper 1395, 1987, equation 3-12."""

    def q(lat: float) -> float:
        s = sin(radians(lat))
        return (1 - E**2) * (s / (1 - (E * s) ** 2) - log((1 - E * s) / (1 + E * s)) / (2 * E))

    return A_KM**2 * radians(east - west) * (q(north) - q(south)) / 2


def nearest_by_search(shape: shapely.Geometry, lon: float, lat: float, steps: int = 2_000) -> float:
    """Return the distance to a line by trying many of its points; its edges are straight in degrees."""
    line = shapely.boundary(shape) if shape.geom_type == "Polygon" else shape
    first, last, best = 0.0, 1.0, np.inf
    for _round in range(3):
        shares = np.linspace(first, last, steps)
        xy = shapely.get_coordinates(shapely.line_interpolate_point(line, shares, normalized=True))
        metres = GEOD.inv(np.full(steps, lon), np.full(steps, lat), xy[:, 0], xy[:, 1])[2]
        at, best = int(np.argmin(metres)), min(best, float(np.min(metres)))
        first, last = shares[max(at - 1, 0)], shares[min(at + 1, steps - 1)]
    return best / 1000


def test_a_length_is_that_of_geographiclib() -> None:
    # Wellington to Salamanca, the example of GeographicLib's manual: 19959679.267 m.
    km = lengths_km(np.array([174.81]), np.array([-41.32]), np.array([-5.50]), np.array([40.96]))
    assert km[0] == pytest.approx(19959.679267, abs=1e-6)


def test_the_length_of_a_line_along_a_meridian_is_that_of_its_ends() -> None:
    km = line_km(shapely.LineString([(116, 38), (116, 40)]))
    assert km == pytest.approx(GEOD.inv(116, 38, 116, 40)[2] / 1000, rel=1e-9)


@pytest.mark.parametrize("box", [(116, 39, 117, 40), (110, 30, 125, 50), (-3, -60, 4, -40)])
def test_an_area_is_that_of_the_formula_for_a_box(box: tuple[float, float, float, float]) -> None:
    assert area_km2(shapely.box(*box)) == pytest.approx(box_km2(*box), rel=1e-6)


def test_a_hole_is_taken_off_whichever_way_it_runs() -> None:
    outer, inner = shapely.box(116, 39, 118, 41), shapely.box(116.5, 39.5, 117, 40)
    wanted = box_km2(116, 39, 118, 41) - box_km2(116.5, 39.5, 117, 40)
    for hole in (inner.exterior.coords, inner.exterior.coords[::-1]):
        assert area_km2(shapely.Polygon(outer.exterior, [hole])) == pytest.approx(wanted, rel=1e-6)


def test_points_and_lines_have_no_area() -> None:
    assert area_km2(shapely.Point(116, 39)) == area_km2(shapely.LineString([(1, 1), (2, 2)])) == 0.0


@pytest.mark.parametrize("km", [1.0, 50.0, 200.0, 1000.0])
def test_every_point_of_a_circle_is_at_its_radius(km: float) -> None:
    ring = shapely.get_coordinates(circle(116.4, 39.9, km))
    middles = (ring[1:] + ring[:-1]) / 2
    for points, shortest in ((ring, 1 - 1e-9), (middles, 1 - 1e-3)):
        n = len(points)
        metres = GEOD.inv(np.full(n, 116.4), np.full(n, 39.9), points[:, 0], points[:, 1])[2]
        assert np.min(metres) >= km * 1000 * shortest and np.max(metres) <= km * 1000 * (1 + 1e-9)


def test_a_circle_is_valid_and_runs_against_the_clock() -> None:
    made = circle(116.4, 39.9, 200)
    assert made.is_valid and made.exterior.is_ccw
    assert area_km2(made) == pytest.approx(np.pi * 200**2, rel=1e-3)


def test_circles_of_many_are_those_of_each() -> None:
    many = circles(np.array([116.0, 117.5]), np.array([39.0, 40.5]), 30.0)
    assert all(shapely.equals_exact(many, [circle(116.0, 39.0, 30.0), circle(117.5, 40.5, 30.0)], 1e-12))


@pytest.mark.parametrize(
    "shape",
    [
        shapely.LineString([(114, 37), (117, 38.5), (119.5, 41.5)]),
        shapely.box(115, 38, 118, 41),
    ],
    ids=["line of 700 km", "box of 300 km"],
)
@pytest.mark.parametrize("km", [5.0, 150.0])
def test_the_border_of_a_buffer_is_at_its_distance_to_a_thousandth(
    shape: shapely.Geometry, km: float
) -> None:
    made = buffered(shape, km)
    assert made.is_valid and shapely.covers(made, shape)
    border = shapely.get_coordinates(shapely.boundary(made))
    for lon, lat in border[:: max(len(border) // 12, 1)]:
        assert nearest_by_search(shape, lon, lat) == pytest.approx(km, rel=1e-3)


@pytest.mark.parametrize(
    ("lon", "lat"), [(117.2, 40.1), (112.0, 43.0), (121.0, 36.0), (116.0, 38.4)], ids=lambda each: str(each)
)
def test_the_distance_between_a_point_and_a_line_is_the_least_there_is(lon: float, lat: float) -> None:
    line = shapely.LineString([(114, 37), (117, 38.5), (119.5, 41.5)])
    wanted = nearest_by_search(line, lon, lat)
    of_line = reach(line, np.array([shapely.Point(lon, lat)]))
    of_point = reach(shapely.Point(lon, lat), np.array([line]))
    # The promise is 0.1 %.
    assert float(of_line.km[0]) == pytest.approx(wanted, rel=1e-5)
    assert float(of_point.km[0]) == pytest.approx(wanted, rel=1e-5)


def test_the_distance_between_areas_is_the_least_between_their_borders() -> None:
    one, two = shapely.box(114, 37, 116, 38), shapely.Polygon([(118, 40), (121, 41.5), (120, 43)])
    found = reach(one, np.array([two]))
    corner = GEOD.inv(116, 38, 118, 40)[2] / 1000
    assert float(found.km[0]) == pytest.approx(corner, rel=1e-6)
    assert found.start[0] == pytest.approx((116, 38), abs=1e-6)
    assert found.end[0] == pytest.approx((118, 40), abs=1e-6)


def test_a_long_line_is_measured_where_it_comes_closest() -> None:
    line = shapely.LineString([(105, 30), (125, 47)])
    area = shapely.box(117.5, 38, 118.5, 39)
    wanted = min(nearest_by_search(line, *corner) for corner in area.exterior.coords)
    assert float(reach(area, np.array([line])).km[0]) == pytest.approx(wanted, rel=1e-5)


def test_what_lies_in_an_area_or_touches_it_is_at_no_distance() -> None:
    area = shapely.box(116, 39, 117, 40)
    things = np.array([shapely.Point(116.5, 39.5), shapely.Point(117, 39.5), shapely.box(116.9, 39, 118, 40)])
    assert reach(area, things).km.tolist() == [0.0, 0.0, 0.0]


def test_a_limit_keeps_what_is_within_it_and_nothing_else() -> None:
    rng = np.random.default_rng(8)
    lon, lat = rng.uniform(110, 123, 800), rng.uniform(33, 46, 800)
    points = shapely.points(lon, lat)
    points[7] = None
    area = shapely.box(115, 38, 118, 41)
    everything, near = reach(area, points), reach(area, points, 120.0)
    assert 7 not in everything.at and len(everything.at) == 799
    assert set(near.at) == set(everything.at[everything.km <= 120.0])
    # Counted once more by another way: through the polygon of the buffer.
    inside = shapely.intersects_xy(buffered(area, 120.0), lon, lat)
    inside[7] = False
    doubtful = everything.at[abs(everything.km - 120.0) < 0.12]
    assert set(near.at) ^ set(np.flatnonzero(inside)) <= set(doubtful)


def test_a_box_around_holds_its_circle() -> None:
    for lat in (0.0, 39.9, 75.0):
        ring = shapely.get_coordinates(circle(116.0, lat, 200.0))
        west, south, east, north = box_around(shapely.Point(116.0, lat), 200.0)
        assert west <= ring[:, 0].min() and ring[:, 0].max() <= east
        assert south <= ring[:, 1].min() and ring[:, 1].max() <= north


def test_kilometres_along_begin_anew_with_each_line() -> None:
    lines = shapely.MultiLineString([[(116, 39), (116, 40)], [(117, 39), (117, 40)]])
    outline = Outline.of(lines)
    start = outline.start_km()
    first = np.flatnonzero(outline.parts == 1)[0]
    assert start[0] == start[first] == 0.0
    assert start[first - 1] == pytest.approx(GEOD.inv(116, 39, 116, 40)[2] / 1000, rel=0.03)
