"""Who is a neighbour of whom."""

import numpy as np
import pytest
import shapely

from jjjmap.analysis.hotspots.neighbourhood import TooManyLinks, neighbourhood
from jjjmap.analysis.hotspots.options import Neighbours
from jjjmap.layers.boundaries import UnitIndex


def squares(*corners: tuple[float, float], side: float = 1.0) -> np.ndarray:
    return np.array([shapely.box(x, y, x + side, y + side) for x, y in corners], dtype=object)


def near(shapes: np.ndarray, kind: Neighbours, nearest: int = 2, km: float = 10.0) -> list[list[int]]:
    found = neighbourhood(shapes, kind, nearest, km)
    return [found.of(at).tolist() for at in range(len(shapes))]


def test_a_common_border_or_corner_makes_neighbours() -> None:
    assert near(squares((0, 0), (1, 0), (2, 1), (5, 5)), Neighbours.QUEEN) == [[1], [0, 2], [1], []]


def test_a_gap_of_rounding_is_no_gap() -> None:
    shapes = squares((0, 0), (1 + 5e-7, 0), (2 + 5e-6, 0))
    assert near(shapes, Neighbours.QUEEN) == [[1], [0], []]


def test_those_without_neighbours_are_islands() -> None:
    found = neighbourhood(squares((0, 0), (1, 0), (5, 5)), Neighbours.QUEEN, 1, 1.0)
    assert found.islands.tolist() == [False, False, True]
    assert np.isnan(found.row_means(np.array([1.0, 2.0, 3.0]))[2])


def test_the_nearest_are_so_many_and_never_the_area_itself() -> None:
    shapes = squares((0, 0), (1, 0), (3, 0), (9, 0))
    assert near(shapes, Neighbours.NEAREST, nearest=2) == [[1, 2], [0, 2], [0, 1], [1, 2]]
    same = squares((0, 0), (0, 0), (0, 0), (0, 0))
    found = near(same, Neighbours.NEAREST, nearest=2)
    assert all(len(each) == 2 and at not in each for at, each in enumerate(found))


def test_a_distance_is_taken_over_the_ellipsoid() -> None:
    """A degree of longitude is 111.32 km at the equator and 85.39 km at 40° N (WGS 84)."""
    north = squares((116.0, 39.95), (117.0, 39.95), side=0.1)
    assert near(north, Neighbours.BAND, km=85.3) == [[], []]
    assert near(north, Neighbours.BAND, km=85.5) == [[1], [0]]
    assert near(squares((0, 0), (1, 0), side=0.1), Neighbours.BAND, km=111.2) == [[], []]
    assert near(squares((0, 0), (1, 0), side=0.1), Neighbours.BAND, km=111.4) == [[1], [0]]


@pytest.mark.parametrize("kind", list(Neighbours))
def test_neighbours_within_some_areas_are_among_these(kind: Neighbours) -> None:
    found = neighbourhood(squares((0, 0), (1, 0), (2, 0)), kind, 1, 200.0)
    kept = found.within(np.array([True, False, True]))
    assert kept.links.shape == (2, 2)


def test_every_county_that_we_ship_has_a_neighbour() -> None:
    units = UnitIndex.shipped()
    shapes = np.array([units.shape_of(unit.code) for unit in units.counties], dtype=object)
    assert not neighbourhood(shapes, Neighbours.QUEEN, 1, 1.0).islands.any()


@pytest.mark.parametrize("kind", [Neighbours.NEAREST, Neighbours.BAND])
def test_too_many_neighbours_are_refused_before_they_are_made(
    kind: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = squares(*((at * 0.01, 39.0) for at in range(30)), side=0.01)
    monkeypatch.setattr("jjjmap.analysis.hotspots.neighbourhood.MOST_LINKS", 29 * 30 - 1)

    with pytest.raises(TooManyLinks) as caught:
        neighbourhood(shapes, kind, 29, 1_000.0)

    assert caught.value.count == 29 * 30
