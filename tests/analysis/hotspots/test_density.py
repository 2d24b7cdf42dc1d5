"""The kernel density is that of its formula, and its integral is what went in."""

import numpy as np
import pytest
import shapely

from jjjmap.analysis.hotspots.density import density_bands, density_grid, scott_bandwidth
from jjjmap.analysis.hotspots.frame import Frame, area_km2
from jjjmap.analysis.running import AnalysisImpossible


def grid_of(points: np.ndarray, weights: np.ndarray | None = None, bandwidth_m: float = 2_000.0) -> object:
    return density_grid(points, weights, bandwidth_m, lambda _share: None, lambda: False)


POINTS = np.concatenate(
    (
        np.random.default_rng(2).normal(0.0, 3_000.0, (400, 2)),
        np.random.default_rng(3).normal((30_000.0, 8_000.0), 2_000.0, (200, 2)),
    )
)


def test_the_density_integrates_to_the_number_of_points() -> None:
    grid = grid_of(POINTS)
    assert grid.total == pytest.approx(600, rel=1e-9)
    # And so it does on a net of its own, between the nodes.
    x, y = np.meshgrid(np.arange(-25e3, 55e3, 730.0), np.arange(-25e3, 35e3, 730.0))
    at = grid.at(np.column_stack((x.ravel(), y.ravel())))
    assert at.sum() * 0.73**2 == pytest.approx(600, rel=0.01)


def test_weights_count_as_so_many_points() -> None:
    weights = np.linspace(0.0, 3.0, len(POINTS))
    assert grid_of(POINTS, weights).total == pytest.approx(weights.sum(), rel=1e-9)


def test_the_density_is_that_of_the_formula() -> None:
    grid, h = grid_of(POINTS), 2_000.0
    places = POINTS[::60]
    squares = ((places[:, None, :] - POINTS[None, :, :]) ** 2).sum(axis=2)
    exact = np.exp(-squares / (2 * h * h)).sum(axis=1) / (2 * np.pi * (h / 1e3) ** 2)
    np.testing.assert_allclose(grid.at(places), exact, rtol=0.05)


def test_scotts_rule_for_a_sample_worked_out_by_hand() -> None:
    """Four corners of a square of side 2: both variances are 1, so h = 4^(−1/6) = 2^(−1/3)."""
    corners = np.array([(0.0, 0.0), (2.0, 0.0), (0.0, 2.0), (2.0, 2.0)])
    assert scott_bandwidth(corners, None) == pytest.approx(2 ** (-1 / 3))
    # Weights that are all the same are none; one that is all makes a single point.
    assert scott_bandwidth(corners, np.full(4, 7.0)) == pytest.approx(2 ** (-1 / 3))
    assert scott_bandwidth(corners, np.array([1.0, 0.0, 0.0, 0.0])) == 0.0


def test_the_bands_hold_their_shares_of_the_density() -> None:
    grid = grid_of(POINTS)
    bands = density_bands(grid, lambda: False)
    shares = [band.share for band in bands]
    assert shares == sorted(shares) and set(shares) == {0.25, 0.5, 0.75, 0.9}
    x, y = np.meshgrid(np.arange(-20e3, 45e3, 500.0), np.arange(-20e3, 25e3, 500.0))
    net = np.column_stack((x.ravel(), y.ravel()))
    mass = grid.at(net) * 0.25
    held = 0.0
    for share in (0.25, 0.5, 0.75, 0.9):
        pieces = shapely.union_all([band.shape for band in bands if band.share == share])
        held += mass[shapely.contains_xy(pieces, net[:, 0], net[:, 1])].sum()
        assert held == pytest.approx(600 * share, rel=0.03)


def test_two_centres_have_a_band_each() -> None:
    innermost = [band for band in density_bands(grid_of(POINTS), lambda: False) if band.share == 0.5]
    assert len(innermost) >= 2


def test_points_too_far_apart_for_their_bandwidth_are_refused() -> None:
    far = np.array([(0.0, 0.0), (5e6, 5e6)])
    with pytest.raises(AnalysisImpossible) as caught:
        grid_of(far, bandwidth_m=100.0)
    assert caught.value.finding.code == "bandwidth-too-small"


def test_the_plane_keeps_areas_and_nearly_keeps_distances() -> None:
    frame = Frame(116.0, 39.0)
    square = shapely.box(100e3, 100e3, 110e3, 110e3)
    assert area_km2(frame.back(square))[0] == pytest.approx(100.0, rel=1e-4)
    from pyproj import Geod

    lon, lat = np.array([118.0, 118.5]), np.array([41.0, 41.0])
    _azimuth, _back, metres = Geod(ellps="WGS84").inv(lon[0], lat[0], lon[1], lat[1])
    plane = frame.forward(lon, lat)
    error = 100 * abs(float(np.hypot(*(plane[1] - plane[0]))) / metres - 1)
    assert error <= frame.error_pct(plane) < 0.2


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_scotts_rule_asks_how_weights_compare_not_how_large_they_are(scale: float) -> None:
    weights = np.linspace(1.0, 2.0, len(POINTS))
    assert scott_bandwidth(POINTS, weights * scale) == pytest.approx(scott_bandwidth(POINTS, weights))
