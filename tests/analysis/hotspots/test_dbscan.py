"""DBSCAN gives what its definition says, and what scikit-learn gives."""

import numpy as np
import pytest

from jjjmap.analysis.hotspots.dbscan import NOISE, dbscan
from jjjmap.analysis.running import AnalysisCancelled


def labels(points: object, eps: float, least: int) -> list[int]:
    found = dbscan(np.asarray(points, dtype=float), eps, least, lambda _share: None, lambda: False)
    return found.tolist()


def test_two_groups_and_a_point_apart() -> None:
    points = [(0, 0), (1, 0), (0, 1), (10, 10), (11, 10), (10, 11), (5, 5)]
    assert labels(points, 1.5, 3) == [0, 0, 0, 1, 1, 1, NOISE]


def test_a_chain_of_points_is_one_cluster_and_its_ends_belong_to_it() -> None:
    points = [(float(at), 0.0) for at in range(20)]
    assert labels(points, 1.0, 3) == [0] * 20


def test_a_point_at_exactly_eps_is_a_neighbour() -> None:
    assert labels([(0, 0), (3, 4)], 5.0, 2) == [0, 0]
    assert labels([(0, 0), (3, 4)], np.nextafter(5.0, 0.0), 2) == [NOISE, NOISE]


def test_rows_in_one_position_count_each() -> None:
    assert labels([(0, 0)] * 4 + [(9, 9)], 1.0, 4) == [0, 0, 0, 0, NOISE]


def test_a_point_on_two_rims_goes_to_the_nearer_core() -> None:
    left = [(-1.0, 0.0), (-1.1, 0.0), (-1.2, 0.0), (-1.3, 0.0)]
    right = [(0.9, 0.0), (1.05, 0.0), (1.1, 0.0), (1.2, 0.0)]
    found = labels([*left, *right, (0.0, 0.0)], 1.0, 4)
    assert found == [0, 0, 0, 0, 1, 1, 1, 1, 1]


def test_no_points_have_no_clusters() -> None:
    assert labels(np.zeros((0, 2)), 1.0, 2) == []


def test_core_points_and_noise_are_those_of_scikit_learn() -> None:
    from sklearn.cluster import DBSCAN

    rng = np.random.default_rng(5)
    for trial in range(18):
        points = rng.normal(0.0, rng.choice([1.0, 5.0, 20.0]), (int(rng.integers(1, 300)), 2))
        if trial % 3 == 0:
            points = np.round(points)  # Many in one position, many at the very distance.
        eps, least = float(rng.choice([0.5, 1.0, 2.0])), int(rng.integers(1, 8))
        mine = np.array(labels(points, eps, least))
        theirs = DBSCAN(eps=eps, min_samples=least).fit(points)
        np.testing.assert_array_equal(mine == NOISE, theirs.labels_ == NOISE)
        core = theirs.core_sample_indices_
        pairs = set(zip(mine[core].tolist(), theirs.labels_[core].tolist(), strict=True))
        assert len(pairs) == len({one for one, _other in pairs}) == len({other for _one, other in pairs})


def test_it_can_be_stopped() -> None:
    points = np.random.default_rng(1).normal(0.0, 1.0, (100, 2))
    with pytest.raises(AnalysisCancelled):
        dbscan(points, 0.5, 3, lambda _share: None, lambda: True)
