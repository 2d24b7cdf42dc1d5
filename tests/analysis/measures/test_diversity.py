"""Concentration and diversity against published examples."""

import math

import numpy as np
import pytest

from jjjmap.analysis.measures.diversity import dominant, hhi, hhi_normalised, shannon
from jjjmap.analysis.measures.reckoned import Reason


def test_hhi_agrees_with_the_example_of_the_us_department_of_justice() -> None:
    """Shares of 30, 30, 20 and 20 % give 2 600 points, that is 0.26.

    U.S. DEPARTMENT OF JUSTICE, Antitrust Division. Herfindahl-Hirschman Index[EB/OL]:
    30² + 30² + 20² + 20² = 2 600.
    """
    assert hhi(np.array([[30.0, 30.0, 20.0, 20.0]])).values[0] == pytest.approx(0.26, rel=1e-14)


def test_both_forms_agree_with_the_example_of_doersam() -> None:
    """Sales of 20, 50, 20 and 10 give 0.34, normalised 0.12.

    DÖRSAM P. Wirtschaftsstatistik anschaulich dargestellt[M]. Heidenau: PD-Verlag, 2004, as given by the
    manual of the R package REAT (WIELAND T, CRAN), ``herf``.
    """
    amounts = np.array([[20.0, 50.0, 20.0, 10.0]])
    assert hhi(amounts).values[0] == pytest.approx(0.34, rel=1e-14)
    assert hhi_normalised(amounts).values[0] == pytest.approx(0.12, rel=1e-13)


def test_the_categories_of_the_region_are_what_the_normalised_index_is_measured_by() -> None:
    """Two of four categories alike: H = ½, H* = (½ − ¼) / (1 − ¼) = ⅓."""
    amounts = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
    assert hhi_normalised(amounts).values == pytest.approx([1 / 3, 1 / 3])


def test_one_category_gives_one_and_no_normalised_index() -> None:
    amounts = np.array([[5.0, 0.0], [0.0, 0.0]])
    assert hhi(amounts).values[0] == 1.0
    assert hhi(amounts).reasons.tolist() == ["", Reason.ZERO_DENOMINATOR]
    assert set(hhi_normalised(amounts).reasons) == {Reason.ONE_CATEGORY}


def test_shannon_is_the_logarithm_of_the_number_of_equal_categories() -> None:
    found = shannon(np.array([[1.0, 1.0, 1.0, 1.0], [7.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]))
    assert found.values[0] == pytest.approx(math.log(4))
    assert found.values[1] == 0.0
    assert math.copysign(1, found.values[1]) == 1
    assert found.reasons.tolist() == ["", "", Reason.ZERO_DENOMINATOR]


def test_the_dominant_category_may_be_shared_but_not_by_many() -> None:
    amounts = np.array([[3, 1, 1, 1], [2, 2, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]], dtype=float)
    names, reasons = dominant(amounts, ("甲", "乙", "丙", "丁"))
    assert names == ("甲", "甲、乙", None, None)
    assert reasons.tolist() == ["", "", Reason.TIE, Reason.NO_CATEGORY]


def test_negative_amounts_have_no_shares() -> None:
    assert hhi(np.array([[3.0, -1.0]])).reasons.tolist() == [Reason.NEGATIVE]
