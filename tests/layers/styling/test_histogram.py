import numpy as np
import pytest

from jjjmap.layers.styling.histogram import histogram_of


@pytest.mark.parametrize(
    "ordered",
    [
        np.sort(np.random.default_rng(0).normal(0, 3, 5000)),
        np.sort(np.random.default_rng(0).lognormal(3, 2, 5000)),
        np.array([-1.7e308, 0.0, 1.7e308]),
        np.array([0.0, 5e-324]),
        np.array([1.0, 1.0 + 2**-52]),
    ],
)
def test_every_value_is_in_one_bar(ordered: np.ndarray) -> None:
    histogram = histogram_of(ordered)
    if histogram is not None:
        assert histogram.counts.sum() == len(ordered)
        assert histogram.share(ordered[0]) == 0.0
        assert histogram.share(ordered[-1]) == 1.0


def test_a_long_tail_makes_the_axis_logarithmic() -> None:
    histogram = histogram_of(np.array([1.0, 2.0, 3.0, 1000.0]))
    assert histogram is not None
    assert histogram.is_log
    assert histogram.value(histogram.share(40.0)) == pytest.approx(40.0)


def test_values_that_are_all_the_same_have_no_distribution() -> None:
    assert histogram_of(np.array([5.0, 5.0])) is None
    assert histogram_of(np.empty(0)) is None


def test_whole_numbers_have_no_more_bars_than_there_are_numbers() -> None:
    histogram = histogram_of(np.array([1.0, 2.0, 3.0, 4.0]), is_whole=True)
    assert histogram is not None
    assert len(histogram.counts) == 3
