"""Tests of GCJ-02 and BD-09."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from jjjmap.layers.opening.shifted_datums import (
    bd09_to_wgs84,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

FloatArray = npt.NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]
Change = Callable[[FloatArray, FloatArray], Pair]

# Made with prcoords 1.0.2: lon, lat in WGS-84, in GCJ-02, in BD-09.
KNOWN = [
    (116.39723, 39.9075, 116.403473365, 39.908903386, 116.409847108, 39.915243922),
    (117.17667, 39.14222, 117.183017351, 39.143303605, 117.189651133, 39.148962385),
    (114.47861, 38.04139, 114.484732350, 38.042116164, 114.491123807, 38.048449826),
    (119.6, 39.93, 119.605770281, 39.931107879, 119.612277656, 39.937022738),
    (113.9, 42.2, 113.906749039, 42.201811879, 113.913210536, 42.207863447),
]


def _grid() -> Pair:
    lon, lat = np.meshgrid(np.linspace(113, 120.2, 73), np.linspace(35.8, 43, 73))
    return lon.ravel(), lat.ravel()


def _metres(lon: FloatArray, lat: FloatArray, other_lon: FloatArray, other_lat: FloatArray) -> FloatArray:
    east: FloatArray = (lon - other_lon) * np.cos(np.radians(lat))
    return np.hypot(east, lat - other_lat) * 111_320


@pytest.mark.parametrize("known", KNOWN)
def test_positions_are_those_of_a_public_library(known: tuple[float, ...]) -> None:
    lon, lat, gcj_lon, gcj_lat, bd_lon, bd_lat = (np.array([number]) for number in known)
    assert _metres(*wgs84_to_gcj02(lon, lat), gcj_lon, gcj_lat).max() < 1e-4
    assert _metres(*wgs84_to_bd09(lon, lat), bd_lon, bd_lat).max() < 1e-4


@pytest.mark.parametrize(
    ("there", "back"), [(wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84)]
)
def test_there_and_back_is_good_to_a_millimetre(there: Change, back: Change) -> None:
    lon, lat = _grid()
    assert _metres(*back(*there(lon, lat)), lon, lat).max() < 1e-3


def test_the_shift_here_is_half_a_kilometre_and_over_one_for_bd09() -> None:
    lon, lat = _grid()
    gcj = _metres(*wgs84_to_gcj02(lon, lat), lon, lat)
    bd = _metres(*wgs84_to_bd09(lon, lat), lon, lat)
    assert 400 < gcj.min() < gcj.max() < 750
    assert 700 < bd.min() < bd.max() < 1_800


@pytest.mark.parametrize("change", [wgs84_to_gcj02, gcj02_to_wgs84, wgs84_to_bd09, bd09_to_wgs84])
def test_outside_of_china_nothing_is_shifted(change: Change) -> None:
    lon = np.array([2.35, -70.0, 151.2, np.nan, np.inf, 116.0])
    lat = np.array([48.86, -30.0, -33.9, 39.9, 39.9, np.nan])
    moved_lon, moved_lat = change(lon, lat)
    np.testing.assert_array_equal(moved_lon, lon)
    np.testing.assert_array_equal(moved_lat, lat)


def test_what_is_handed_over_is_left_alone_and_many_blocks_are_one_answer() -> None:
    lon, lat = np.full(100_000, 116.4), np.full(100_000, 39.9)
    moved_lon, moved_lat = wgs84_to_gcj02(lon, lat)
    assert (lon == 116.4).all()
    assert len(np.unique(moved_lon)) == len(np.unique(moved_lat)) == 1


PRCOORDS = np.array([
    # Lon and lat in WGS-84, GCJ-02 and BD-09, as prcoords 1.0.2 reckons them; it has no wheel.
    (116.39, 39.91, 116.396240777, 39.911400727, 116.402612720, 39.917739527),
    (117.2, 39.13, 117.206304994, 39.131035314, 117.212837927, 39.136971169),
    (114.51, 38.04, 114.515993117, 38.040633843, 114.522528973, 38.046528008),
    (118.18, 39.63, 118.186278529, 39.631308122, 118.192707940, 39.637581386),
    (115.97, 38.95, 115.975915083, 38.950767741, 115.982519140, 38.956424338),
    (113.0, 35.8, 113.006363908, 35.799886592, 113.012900800, 35.805827685),
    (120.2, 43.0, 120.205935049, 43.002331264, 120.212477340, 43.008260469),
    (119.6, 39.93, 119.605770281, 39.931107879, 119.612277656, 39.937022738),
])  # fmt: skip


def test_places_are_where_prcoords_puts_them() -> None:
    lon, lat, gcj_lon, gcj_lat, bd_lon, bd_lat = PRCOORDS.T
    assert _metres(*wgs84_to_gcj02(lon, lat), gcj_lon, gcj_lat).max() < 0.001
    assert _metres(*wgs84_to_bd09(lon, lat), bd_lon, bd_lat).max() < 0.001


def test_a_whole_array_is_what_prcoords_says() -> None:
    prcoords = pytest.importorskip("prcoords", reason="prcoords, which has no wheel, is not installed")
    lon, lat = _grid()
    theirs = np.array([prcoords.wgs_gcj((y, x)) for x, y in zip(lon, lat, strict=True)])
    assert _metres(*wgs84_to_gcj02(lon, lat), theirs[:, 1], theirs[:, 0]).max() < 1e-6
    theirs = np.array([prcoords.wgs_bd((y, x)) for x, y in zip(lon, lat, strict=True)])
    assert _metres(*wgs84_to_bd09(lon, lat), theirs[:, 1], theirs[:, 0]).max() < 1e-6


def test_eviltransform_agrees_to_some_centimetres() -> None:
    evil = pytest.importorskip("eviltransform", reason="eviltransform, which has no wheel, is not installed")
    lon, lat = _grid()
    theirs = np.array([evil.wgs2gcj(y, x) for x, y in zip(lon, lat, strict=True)])
    assert _metres(*wgs84_to_gcj02(lon, lat), theirs[:, 1], theirs[:, 0]).max() < 0.05
