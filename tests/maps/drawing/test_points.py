import numpy as np
import pytest

from jjjmap.maps.drawing.mercator import WORLD, to_degrees, to_units, unit_at
from jjjmap.maps.drawing.points import PointIndex


@pytest.fixture
def scattered():
    drawn = np.random.default_rng(5)
    return drawn.uniform(113, 120, 5000), drawn.uniform(36, 43, 5000)


def test_degrees_come_back_from_units_to_a_hundredth_of_a_second():
    for lon, lat in ((116.4, 39.9), (-179.9, -84.0), (0.0, 0.0)):
        x, y = to_units(np.array([lon]), np.array([lat]))
        assert to_degrees(int(x[0]), int(y[0])) == pytest.approx((lon, lat), abs=2e-6)
        assert unit_at(lon, lat) == pytest.approx((x[0], y[0]), abs=1.5)


def test_what_lies_beyond_the_square_goes_to_its_edge():
    x, y = to_units(np.array([180.0, 500.0]), np.array([90.0, -90.0]))
    assert x.tolist() == [WORLD - 1, WORLD - 1]
    assert y[0] < 100 and y[1] > WORLD - 100


def test_a_box_gives_the_points_that_a_look_at_all_of_them_gives(scattered):
    index = PointIndex(*scattered)
    for side in (10_000, 3_000_000, 60_000_000, WORLD):
        x, y = unit_at(116.0, 39.0)
        box = x - side, y - side, x + side, y + side
        expected = (index.x >= box[0]) & (index.x <= box[2]) & (index.y >= box[1]) & (index.y <= box[3])
        assert sorted(index.within(*box)) == np.flatnonzero(expected).tolist()


def test_the_nearest_come_first_and_nothing_out_of_reach(scattered):
    lon, lat = scattered
    index = PointIndex(lon, lat)
    rows = index.order[index.nearest(lon[77], lat[77], 9, 40.0)]
    assert rows[0] == 77
    away = index.away_px(index.nearest(lon[77], lat[77], 9, 40.0), lon[77], lat[77], 9)
    assert (np.diff(away) >= 0).all() and away[-1] <= 40.0
    x, y = to_units(lon, lat)
    all_away = np.hypot(x.astype(float) - x[77], y.astype(float) - y[77]) * 256 * 2**9 / WORLD
    assert len(rows) == np.count_nonzero(all_away <= 40.0)


def test_points_on_one_spot_are_answered_by_row():
    index = PointIndex(np.full(3, 116.0), np.full(3, 39.0))
    assert index.order[index.nearest(116.0, 39.0, 10, 1.0)].tolist() == [0, 1, 2]


def test_rows_without_a_position_are_left_out():
    index = PointIndex(np.array([116.0, np.nan, np.inf, 117.0]), np.array([39.0, 39.0, 39.0, np.nan]))
    assert index.order.tolist() == [0]
    assert len(PointIndex(np.array([np.nan]), np.array([np.nan]))) == 0
    assert PointIndex(np.empty(0), np.empty(0)).bounds_lonlat() is None


def test_a_crowd_is_drawn_smaller_and_a_short_list_is_not(scattered):
    drawn = np.random.default_rng(6)
    crowd = PointIndex(drawn.uniform(116, 117, 300_000), drawn.uniform(39, 40, 300_000))
    scales = crowd.symbol_scales(300_000)
    assert scales[7] < 0.3 < scales[15] == 1.0
    assert (np.diff(scales) >= 0).all()
    # Where a filter has left a few of them, these are as large as any.
    assert (crowd.symbol_scales(200) == 1.0).all()
    assert (PointIndex(*scattered).symbol_scales(5000) == 1.0).all()


def test_one_row_far_away_does_not_make_boxes_of_the_others_large():
    drawn = np.random.default_rng(7)
    lon = np.append(drawn.normal(116.4, 0.01, 20_000), 0.0)
    lat = np.append(drawn.normal(39.9, 0.01, 20_000), 0.0)
    index = PointIndex(lon, lat)
    x, y = unit_at(116.4, 39.9)
    looked_at = sum(b - a for a, b in index.runs(x - 1000, y - 1000, x + 1000, y + 1000))
    assert looked_at < 3000
