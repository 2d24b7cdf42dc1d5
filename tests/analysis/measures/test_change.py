"""Growth and shift-share, the latter against a published example."""

from fractions import Fraction

import numpy as np
import pytest

from jjjmap.analysis.measures.change import cagr, change, growth, shift_share, years_between
from jjjmap.analysis.measures.reckoned import Reason

BASE = np.array([[90, 20, 10, 60], [60, 30, 30, 40], [250, 100, 110, 300]], dtype=float)
END = np.array([[100, 40, 10, 55], [85, 55, 40, 35], [255, 115, 85, 390]], dtype=float)
"""Jobs in four industries of three regions that make a nation: FARHAUER O, KRÖLL A. Standorttheorien[M].
Wiesbaden: Springer, 2013, as given by the manual of the R package REAT (WIELAND T, CRAN), ``shift``."""


def by_fractions(unit: int) -> tuple[Fraction, Fraction, Fraction]:
    """Return the parts by exact fractions, as the formulas of that book have them."""
    base, end = [int(x) for x in BASE[unit]], [int(x) for x in END[unit]]
    nation0 = [int(x) for x in BASE.sum(axis=0)]
    nation1 = [int(x) for x in END.sum(axis=0)]
    whole = Fraction(sum(nation1), sum(nation0))
    share = sum(base) * whole - sum(base)
    mix = sum(b * Fraction(n1, n0) for b, n0, n1 in zip(base, nation0, nation1, strict=True))
    mix -= sum(base) * whole
    shift = sum(
        b * (Fraction(e, b) - Fraction(n1, n0))
        for b, e, n0, n1 in zip(base, end, nation0, nation1, strict=True)
    )
    return share, mix, shift


def test_shift_share_agrees_with_the_example_of_farhauer_and_kroell() -> None:
    """Region A: 180 jobs become 205; +27 by the nation, +1 by its industries, −3 by itself."""
    found = shift_share(BASE, END, BASE.sum(axis=0), END.sum(axis=0))
    assert found.total.values.tolist() == [25, 55, 85]
    assert [by_fractions(0)] == [(27, 1, -3)]
    for unit in range(3):
        parts = [part.values[unit] for part in (found.region, found.mix, found.competitive)]
        assert parts == pytest.approx([float(part) for part in by_fractions(unit)], rel=1e-12, abs=1e-12)


def test_the_parts_add_up_to_the_change() -> None:
    rng = np.random.default_rng(4)
    base = rng.integers(0, 50, (40, 7)).astype(float)
    end = rng.integers(0, 50, (40, 7)).astype(float)
    base[:, 3] = 0  # a category that is new in the region
    found = shift_share(base, end, base.sum(axis=0), end.sum(axis=0))
    parts = found.region.values + found.mix.values + found.competitive.values
    assert parts == pytest.approx(found.total.values, abs=1e-9)


def test_what_the_units_gain_by_themselves_cancels_out_in_the_region() -> None:
    found = shift_share(BASE, END, BASE.sum(axis=0), END.sum(axis=0))
    assert found.mix.values.sum() == pytest.approx(0, abs=1e-9)
    assert found.competitive.values.sum() == pytest.approx(0, abs=1e-9)


def test_a_unit_without_a_period_has_no_parts() -> None:
    base = BASE.copy()
    base[1] = np.nan
    found = shift_share(base, END, np.nansum(base, axis=0), END.sum(axis=0))
    for part in (found.total, found.region, found.mix, found.competitive):
        assert part.reasons.tolist() == ["", Reason.PERIOD_MISSING, ""]


def test_a_region_without_a_base_has_no_growth() -> None:
    found = shift_share(np.zeros((2, 2)), np.ones((2, 2)), np.zeros(2), np.full(2, 2.0))
    assert set(found.region.reasons) == {Reason.BASE_ZERO}
    assert found.total.values.tolist() == [2, 2]


def test_growth_tells_why_there_is_none() -> None:
    base = np.array([100.0, 0.0, np.nan, -5.0, 50.0])
    end = np.array([121.0, 4.0, 3.0, 5.0, 0.0])
    assert change(base, end).values[[0, 1, 3, 4]].tolist() == [21, 4, 10, -50]
    assert change(base, end).reasons.tolist() == ["", "", Reason.PERIOD_MISSING, "", ""]
    found = growth(base, end)
    assert found.values[[0, 4]] == pytest.approx([21, -100])
    reasons = ["", Reason.BASE_ZERO, Reason.PERIOD_MISSING, Reason.NEGATIVE, ""]
    assert found.reasons.tolist() == reasons
    yearly = cagr(base, end, 2.0)
    assert yearly.values[[0, 4]] == pytest.approx([10, -100])
    assert yearly.reasons.tolist() == reasons


def test_yearly_growth_needs_years() -> None:
    assert cagr(np.array([1.0]), np.array([2.0]), None).reasons.tolist() == [Reason.PERIOD_UNMEASURED]


@pytest.mark.parametrize(
    ("base", "end", "years"),
    [
        ("2015", "2020", 5.0),
        ("2015年", "2020.0", 5.0),
        ("2019-06", "2020-12", 1.5),
        ("2019年6月", "2019年12月", 0.5),
        ("一期", "二期", None),
        ("2019-13", "2020", None),
        ("2019", "Q2", None),
    ],
)
def test_years_are_read_from_periods_that_say_them(base: str, end: str, years: float | None) -> None:
    assert years_between(base, end) == years
