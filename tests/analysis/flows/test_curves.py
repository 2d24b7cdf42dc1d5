import numpy as np
import pytest

from jjjmap.analysis.flows.curves import BEND, VERTICES, curves


def degrees(*pairs: tuple[float, float]) -> np.ndarray:
    return np.array(pairs, dtype=np.float64)


@pytest.mark.parametrize(
    ("to", "side"), [((117.0, 39.0), "south"), ((115.0, 39.0), "north"), ((116.0, 40.0), "east")]
)
def test_a_curve_bends_to_the_right_of_the_way_it_goes(to: tuple[float, float], side: str) -> None:
    [curve] = curves(degrees((116.0, 39.0)), degrees(to))
    lon, lat = curve.coords[VERTICES // 2]
    assert {"south": lat < 38.95, "north": lat > 39.05, "east": lon > 116.05}[side]


def test_both_ways_are_mirror_images_on_the_map() -> None:
    a, b = (116.0, 39.0), (117.5, 41.0)
    there, back = curves(degrees(a, b), degrees(b, a))
    middle = VERTICES // 2
    assert there.coords[middle] != back.coords[middle]
    lon = (there.coords[middle][0] + back.coords[middle][0]) / 2
    assert lon == pytest.approx((a[0] + b[0]) / 2, abs=1e-9)


def test_a_curve_lies_as_far_aside_as_is_said() -> None:
    [curve] = curves(degrees((0.0, 0.0)), degrees((10.0, 0.0)))
    assert curve.coords[VERTICES // 2][1] == pytest.approx(-10.0 * BEND, rel=0.01)


def test_further_links_between_the_same_ends_lie_farther_aside_and_begin_anew_at_last() -> None:
    start, end = degrees(*[(116.0, 39.0)] * 8), degrees(*[(117.0, 39.0)] * 8)
    found = curves(start, end, np.arange(8))
    lows = [curve.bounds[1] for curve in found]
    assert lows[:6] == sorted(lows[:6], reverse=True) and len(set(lows)) == 6
    assert found[6].equals(found[0])


def test_nothing_is_drawn_without_length_or_position() -> None:
    found = curves(degrees((116.0, 39.0), (np.nan, 39.0)), degrees((116.0, 39.0), (117.0, 39.0)))
    assert found.tolist() == [None, None]


def test_no_links_are_no_curves() -> None:
    assert len(curves(np.empty((0, 2)), np.empty((0, 2)))) == 0
