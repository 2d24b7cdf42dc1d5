"""The ground of points."""

import numpy as np
import shapely

from jjjmap.analysis.hotspots.hulls import MOST_POINTS, hull_of


def test_a_hull_holds_its_points_and_follows_a_bay() -> None:
    x, y = np.meshgrid(np.arange(20.0), np.arange(20.0))
    # Kilometres apart.
    grid = np.column_stack((x.ravel(), y.ravel()))
    bay = 1e3 * grid[~((grid[:, 0] > 6) & (grid[:, 1] > 6) & (grid[:, 1] < 13))]
    hull, is_ground = hull_of(bay, 1.0)
    assert is_ground
    assert shapely.intersects_xy(hull, bay[:, 0], bay[:, 1]).all()
    assert hull.area < 0.9 * shapely.convex_hull(shapely.multipoints(bay)).area


def test_points_without_ground_get_a_strip() -> None:
    for points in ([(0.0, 0.0)] * 3, [(0.0, 0.0), (5.0, 5.0)], [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]):
        hull, is_ground = hull_of(np.array(points), 2.0)
        assert not is_ground
        assert hull.area > 0


def test_a_great_many_points_are_thinned_and_stay_as_wide() -> None:
    points = np.random.default_rng(1).normal(0.0, 1_000.0, (MOST_POINTS + 5_000, 2))
    hull, is_ground = hull_of(points, 1.0)
    assert is_ground
    np.testing.assert_allclose(hull.bounds, (*points.min(axis=0), *points.max(axis=0)))
