"""Tests of coordinates on their way to WGS-84."""

import numpy as np
import pyproj
import pytest
import shapely

from jjjmap.layers.opening.conversion import (
    BD09,
    GCJ02,
    WGS84,
    DatumUnusable,
    datum_of_crs,
    from_wgs84,
    is_in_degrees,
    shapes_to_wgs84,
    shift_m,
    to_wgs84,
)

ESRI_CGCS2000 = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,'
    '298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
ESRI_ZONE_39 = (
    f'PROJCS["CGCS2000_3_Degree_GK_Zone_39",{ESRI_CGCS2000},PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",39500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
OWN_MERIDIAN = ESRI_ZONE_39.replace("117.0", "116.25").replace("39500000.0", "400000.0")


@pytest.mark.parametrize(
    ("crs", "datum"),
    [
        ("EPSG:4326", WGS84),
        ("EPSG:4490", WGS84),
        ("OGC:CRS84", WGS84),
        (ESRI_CGCS2000, WGS84),
        (ESRI_ZONE_39, "EPSG:4527"),
        ("EPSG:3857", "EPSG:3857"),
        ("", ""),
        ("nonsense", ""),
        ("EPSG:99999999", ""),
        ('LOCAL_CS["x",UNIT["metre",1]]', ""),
        ("+proj=pipeline +step +proj=push", ""),
        ("file:///etc/passwd", ""),
        ("https://epsg.io/4326", ""),
        ("/vsicurl/https://example.org/a.prj", ""),
        ('GEOGCS["' + "x" * 100_000, ""),
    ],
)
def test_a_crs_means_a_datum(crs: str, datum: str) -> None:
    assert datum_of_crs(crs) == datum


def test_a_crs_without_a_code_is_its_own_datum() -> None:
    assert datum_of_crs(OWN_MERIDIAN) == OWN_MERIDIAN
    lon, _lat = to_wgs84([400_000.0], [4_400_000.0], OWN_MERIDIAN)
    assert lon[0] == pytest.approx(116.25)


@pytest.mark.parametrize("datum", [WGS84, GCJ02, BD09, "EPSG:4527", "EPSG:4548", "EPSG:4498", "EPSG:3857"])
def test_there_and_back_is_good_to_a_millimetre(datum: str) -> None:
    lon, lat = np.meshgrid(np.linspace(115.6, 118.4, 20), np.linspace(35.8, 43, 20))
    x, y = from_wgs84(lon.ravel(), lat.ravel(), datum)
    back_lon, back_lat = to_wgs84(x, y, datum)
    assert np.abs(back_lon - lon.ravel()).max() < 1e-8
    assert np.abs(back_lat - lat.ravel()).max() < 1e-8


def test_zone_39_is_what_pyproj_says() -> None:
    lon, lat = to_wgs84([39_450_000.0], [4_420_000.0], "EPSG:4527")
    expected = pyproj.Transformer.from_crs(4527, 4490, always_xy=True).transform(39_450_000, 4_420_000)
    assert (lon[0], lat[0]) == pytest.approx(expected, abs=1e-9)


def test_swapped_axes_are_put_right() -> None:
    lon, lat = to_wgs84([39.9], [116.4], WGS84, swap_axes=True)
    assert (lon[0], lat[0]) == (116.4, 39.9)


def test_what_is_nowhere_on_earth_is_not_a_number() -> None:
    lon, lat = to_wgs84([1e9, np.nan, np.inf, 116.0, 116.0], [39.0, 39.0, 39.0, 91.0, 39.0], WGS84)
    assert np.isnan(lon[:4]).all() and np.isnan(lat[:4]).all()
    assert (lon[4], lat[4]) == (116.0, 39.0)
    lon, lat = to_wgs84([1e30, 39_500_000.0], [1e30, 4_400_000.0], "EPSG:4527")
    assert np.isnan(lon[0]) and lon[1] == pytest.approx(117.0)


@pytest.mark.parametrize("datum", ["", "EPSG:99999999", "GCJ", "+init=epsg:4326", "x" * 10_000])
def test_an_unknown_datum_is_refused(datum: str) -> None:
    with pytest.raises(DatumUnusable):
        to_wgs84([116.0], [39.0], datum)
    with pytest.raises(DatumUnusable):
        is_in_degrees(datum)


def test_degrees_and_metres_are_told_apart() -> None:
    assert is_in_degrees(GCJ02)
    assert is_in_degrees("EPSG:4610")
    assert not is_in_degrees("EPSG:4527")


def test_shapes_move_vertex_by_vertex_and_none_stays_none() -> None:
    square = shapely.box(116.0, 39.0, 116.1, 39.1)
    moved = shapes_to_wgs84(np.array([square, None], dtype=object), GCJ02)
    assert moved[1] is None
    vertices = shapely.get_coordinates(moved[0])
    lon, lat = to_wgs84(*shapely.get_coordinates(square).T, GCJ02)
    np.testing.assert_allclose(vertices, np.column_stack([lon, lat]))


def test_shapes_in_wgs84_are_the_same_objects() -> None:
    shapes = np.array([shapely.Point(116, 39)], dtype=object)
    assert shapes_to_wgs84(shapes, "EPSG:4490") is shapes


def test_the_shift_is_told_in_metres() -> None:
    assert 400 < shift_m([116.4], [39.9], GCJ02) < 700
    assert shift_m([39.9], [116.4], BD09, swap_axes=True) == pytest.approx(shift_m([116.4], [39.9], BD09))
    assert shift_m([116.4], [39.9], WGS84) == 0.0
    assert shift_m([450_000.0], [4_400_000.0], "EPSG:4548") == 0.0
    assert shift_m([], [], GCJ02) == 0.0
    assert shift_m([np.nan], [np.nan], GCJ02) == 0.0
