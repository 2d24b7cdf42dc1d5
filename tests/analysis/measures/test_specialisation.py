"""Location quotient and Krugman's index against published examples."""

from fractions import Fraction

import numpy as np
import pytest

from jjjmap.analysis.measures.reckoned import Reason
from jjjmap.analysis.measures.specialisation import krugman, krugman_others, location_quotient


def test_location_quotient_agrees_with_the_example_of_farhauer_and_kroell() -> None:
    """The published value is 0.3847623.

    FARHAUER O, KRÖLL A. Standorttheorien[M]. Wiesbaden: Springer, 2013, as given by the manual of the R
    package REAT (WIELAND T, CRAN), ``locq(1714, 79006, 879213, 15593224)``: 1 714 of 79 006 jobs of a region
    are in an industry that has 879 213 of 15 593 224 jobs of the nation.
    """
    amounts = np.array([[1714.0, 79006.0 - 1714.0]])
    region = np.array([879213.0, 15593224.0 - 879213.0])
    found = location_quotient(amounts, np.array([79006.0]), region)
    assert found.values[0, 0] == pytest.approx(0.3847623, abs=5e-8)
    exact = Fraction(1714, 79006) / Fraction(879213, 15593224)
    assert found.values[0, 0] == pytest.approx(float(exact), rel=1e-14)


def test_krugman_against_the_others_agrees_with_the_example_of_farhauer_and_kroell() -> None:
    """The published value for Sweden is 0.1595.

    Same book and manual, ``krugman.spec2``: jobs in five industries of five countries; the other four count
    alike, whatever their size.
    """
    amounts = np.array(
        [
            [45000, 15000, 32000, 10000, 30000],
            [35000, 12000, 30000, 8000, 22000],
            [40000, 10000, 25000, 9000, 18000],
            [30000, 11000, 18000, 3000, 13000],
            [40000, 6000, 11000, 2000, 12000],
        ],
        dtype=float,
    )
    assert krugman_others(amounts).values[0] == pytest.approx(0.1595, abs=5e-5)


def test_krugman_is_two_for_units_that_have_nothing_in_common() -> None:
    """Same book and manual, ``krugman.spec``: (20, 10, 70, 0, 0) beside (0, 0, 0, 60, 40) gives 2."""
    amounts = np.array([[20, 10, 70, 0, 0], [0, 0, 0, 60, 40]], dtype=float)
    assert krugman_others(amounts).values.tolist() == [2.0, 2.0]


def test_krugman_against_the_region_is_reckoned_by_hand() -> None:
    """Two units (3, 1) and (1, 3): shares ¾ and ¼ against ½ and ½ give ¼ + ¼ = ½ each."""
    amounts = np.array([[3.0, 1.0], [1.0, 3.0]])
    assert krugman(amounts, amounts.sum(axis=0)).values.tolist() == [0.5, 0.5]


def test_a_unit_like_the_region_has_quotients_of_one_and_no_distance() -> None:
    amounts = np.array([[2.0, 6.0], [1.0, 3.0]])
    region = amounts.sum(axis=0)
    assert location_quotient(amounts, amounts.sum(axis=1), region).values.tolist() == [[1, 1], [1, 1]]
    assert krugman(amounts, region).values.tolist() == [0, 0]


def test_a_unit_without_rows_has_no_quotient_and_is_no_zero() -> None:
    amounts = np.array([[2.0, 1.0], [0.0, 0.0]])
    found = location_quotient(amounts, amounts.sum(axis=1), amounts.sum(axis=0))
    assert np.isnan(found.values[1]).all()
    assert found.reasons[1].tolist() == [Reason.ZERO_DENOMINATOR] * 2
    assert found.reasons[0].tolist() == ["", ""]
    assert krugman(amounts, amounts.sum(axis=0)).reasons.tolist() == ["", Reason.ZERO_DENOMINATOR]


def test_an_empty_unit_is_not_one_of_the_others() -> None:
    """(1, 0) against (0, 1) is 2; the unit without rows would halve the mean of the others."""
    amounts = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    assert krugman_others(amounts).values[:2].tolist() == [2.0, 2.0]


def test_a_zero_of_a_category_is_a_quotient_of_zero() -> None:
    amounts = np.array([[2.0, 0.0], [1.0, 3.0]])
    found = location_quotient(amounts, amounts.sum(axis=1), amounts.sum(axis=0))
    assert found.values[0, 1] == 0.0
    assert found.reasons[0, 1] == ""


def test_one_category_is_nothing_to_compare() -> None:
    amounts = np.array([[2.0, 0.0], [1.0, 0.0]])
    region = amounts.sum(axis=0)
    assert (
        location_quotient(amounts, amounts.sum(axis=1), region).reasons[:, 0].tolist()
        == [Reason.ONE_CATEGORY] * 2
    )
    assert set(krugman(amounts, region).reasons) == {Reason.ONE_CATEGORY}
    assert set(krugman_others(amounts).reasons) == {Reason.ONE_CATEGORY}


def test_one_unit_has_no_others() -> None:
    assert krugman_others(np.array([[1.0, 2.0]])).reasons.tolist() == [Reason.ONE_UNIT]


def test_negative_amounts_have_no_structure() -> None:
    amounts = np.array([[2.0, -1.0], [1.0, 3.0]])
    assert krugman_others(amounts).reasons[0] == Reason.NEGATIVE
    assert location_quotient(amounts, amounts.sum(axis=1), amounts.sum(axis=0)).reasons[0, 0] == (
        Reason.NEGATIVE
    )
