import numpy as np
import pytest

from jjjmap.layers.styling.breaks import upper_bounds
from jjjmap.layers.styling.user_style import Scheme


def test_quantiles_hold_as_many_values_each() -> None:
    ordered = np.arange(1.0, 1001.0)
    bounds = upper_bounds(ordered, Scheme.QUANTILES, 4)
    counts = np.diff(np.searchsorted(ordered, bounds, side="right"), prepend=0)
    assert counts.tolist() == [250, 250, 250, 250]


def test_equal_intervals_are_as_wide() -> None:
    bounds = upper_bounds(np.array([0.0, 1.0, 2.0, 100.0]), Scheme.EQUAL_INTERVAL, 4)
    assert bounds.tolist() == [25.0, 50.0, 75.0, 100.0]


def test_natural_breaks_fall_into_the_gaps() -> None:
    ordered = np.sort(np.concatenate([np.linspace(start, start + 1, 50) for start in (0, 10, 50)]))
    assert upper_bounds(ordered, Scheme.NATURAL_BREAKS, 3).tolist() == [1.0, 11.0, 51.0]


def test_the_same_values_have_the_same_natural_breaks_and_nobody_elses_chance_is_touched() -> None:
    ordered = np.sort(np.random.default_rng(7).lognormal(3.0, 1.2, 30_000))
    first = upper_bounds(ordered, Scheme.NATURAL_BREAKS, 6)
    np.random.seed(1)
    expected = np.random.random()
    np.random.seed(1)
    second = upper_bounds(ordered, Scheme.NATURAL_BREAKS, 6)
    assert first.tolist() == second.tolist()
    assert np.random.random() == expected


@pytest.mark.parametrize("scheme", list(Scheme))
def test_bounds_grow_and_end_with_the_largest_value(scheme: Scheme) -> None:
    ordered = np.sort(np.random.default_rng(3).normal(0.0, 5.0, 200_000))
    bounds = upper_bounds(ordered, scheme, 7, (-1.0, 2.0))
    assert (np.diff(bounds) > 0).all()
    assert bounds[-1] == ordered[-1]


def test_fewer_distinct_values_than_classes_are_a_class_each() -> None:
    ordered = np.array([1.0, 1.0, 2.0, 2.0, 2.0, 9.0])
    assert upper_bounds(ordered, Scheme.QUANTILES, 5).tolist() == [1.0, 2.0, 9.0]
    assert upper_bounds(ordered, Scheme.NATURAL_BREAKS, 5).tolist() == [1.0, 2.0, 9.0]


def test_manual_breaks_are_sorted_and_freed_of_what_is_no_number() -> None:
    bounds = upper_bounds(
        np.array([0.0, 10.0]), Scheme.MANUAL, 5, (7.0, float("nan"), 3.0, 7.0, float("inf"))
    )
    assert bounds.tolist() == [3.0, 7.0, 10.0]


def test_a_manual_break_beyond_all_values_leaves_the_last_class_open() -> None:
    assert upper_bounds(np.array([0.0, 10.0]), Scheme.MANUAL, 5, (10.0,)).tolist() == [10.0, np.inf]


def test_no_values_have_no_classes() -> None:
    assert upper_bounds(np.empty(0), Scheme.NATURAL_BREAKS, 5).tolist() == []
