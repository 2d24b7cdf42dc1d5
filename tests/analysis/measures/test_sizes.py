"""Mean, share, density and rank."""

import numpy as np
import pytest

from jjjmap.analysis.measures.reckoned import Reason, Reckoned
from jjjmap.analysis.measures.sizes import category_share, density, mean, rank, share


def test_the_mean_leaves_rows_without_a_number_out() -> None:
    found = mean(np.array([12.0, 0.0]), np.array([3.0, 0.0]))
    assert found.values[0] == 4.0
    assert found.reasons.tolist() == ["", Reason.WEIGHT_UNUSABLE]


def test_shares_of_the_whole_are_in_percent_and_zero_is_zero() -> None:
    found = share(np.array([1.0, 0.0, -1.0]), 4.0)
    assert found.values[:2].tolist() == [25.0, 0.0]
    assert found.reasons.tolist() == ["", "", Reason.NEGATIVE]
    assert set(share(np.array([0.0]), 0.0).reasons) == {Reason.ZERO_DENOMINATOR}


def test_shares_of_a_category_are_of_all_that_the_unit_has() -> None:
    found = category_share(np.array([[1.0], [0.0]]), np.array([4.0, 0.0]))
    assert found.values[0, 0] == 25.0
    assert found.reasons[1, 0] == Reason.ZERO_DENOMINATOR


def test_density_needs_an_area() -> None:
    found = density(np.array([5.0, 1.0]), np.array([2.0, 0.0]))
    assert found.values[0] == 2.5
    assert found.reasons.tolist() == ["", Reason.NO_AREA]


def test_equal_values_share_the_better_rank() -> None:
    found = rank(np.array([10.0, 30.0, 10.0, np.nan, 5.0]))
    assert found.values[[0, 1, 2, 4]].tolist() == [2, 1, 2, 4]
    assert found.reasons[3] == Reason.NO_VALUE


def test_no_value_is_ever_left_without_a_reason() -> None:
    found = Reckoned.of(np.array([np.nan, np.inf, 1.0]))
    assert found.reasons.tolist() == [Reason.NO_VALUE, Reason.NO_VALUE, ""]
    assert np.isnan(found.values[:2]).all()
    assert found.because([True, False, True], Reason.NO_ROWS).reasons.tolist() == [
        Reason.NO_ROWS,
        Reason.NO_VALUE,
        "",
    ]


@pytest.mark.parametrize("formula", [mean, density])
def test_division_by_nothing_makes_no_noise(formula) -> None:  # type: ignore[no-untyped-def]
    with np.errstate(all="raise"):
        assert np.isnan(formula(np.array([1.0]), np.array([0.0])).values).all()
