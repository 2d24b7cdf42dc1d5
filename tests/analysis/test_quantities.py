"""Tests of what a printed number may stand for."""

import math
from decimal import Decimal

import pytest

from jjjmap.analysis.quantities import Range, figure_range, is_additive, plain_unit, printed_range
from jjjmap.catalogue.models import Figure, Qualifier


def figure(value: str, unit_zh: str, qualifier: Qualifier = Qualifier.EXACT) -> Figure:
    return Figure(
        "f", "region", "产值", "Output", Decimal(value), qualifier, unit_zh, "", "2022", "", "", "s"
    )


def test_a_plain_number_is_good_to_half_of_its_last_place() -> None:
    assert printed_range(Decimal("4.5")) == Range(4.45, 4.5, 4.55)
    assert printed_range(Decimal("500")) == Range(499.5, 500, 500.5)


def test_more_than_has_no_upper_end_and_about_reaches_five_percent() -> None:
    assert printed_range(Decimal(1000), Qualifier.MORE).high == math.inf
    assert not printed_range(Decimal(1000), Qualifier.MORE).is_bounded
    assert printed_range(Decimal(1000), Qualifier.ABOUT) == Range(950, 1000, 1050)
    assert printed_range(Decimal(1000), Qualifier.LESS).low == 0


@pytest.mark.parametrize(
    ("unit", "plain", "factor"),
    [
        ("亿元", "元", 1e8),
        ("万亿元", "元", 1e12),
        ("百万吨", "吨", 1e6),
        ("平方公里", "平方米", 1e6),
        ("公顷", "平方米", 1e4),
        ("万平方米", "平方米", 1e4),
        ("家", "家", 1),
        ("%", "%", 1),
    ],
)
def test_units_are_brought_to_a_plain_one(unit: str, plain: str, factor: float) -> None:
    assert plain_unit(unit) == (plain, pytest.approx(factor))


def test_trillions_and_hundred_millions_are_the_same_money() -> None:
    assert figure_range(figure("2.66", "万亿元")).overlaps(figure_range(figure("26610", "亿元")))
    assert not figure_range(figure("2.66", "万亿元")).overlaps(figure_range(figure("26700", "亿元")))


def test_shares_indices_and_speeds_do_not_add_up() -> None:
    assert is_additive(figure("3", "亿元"))
    assert not [unit for unit in ("%", "2014=100", "公里/小时", "倍") if is_additive(figure("3", unit))]


def test_a_quotient_is_as_wide_as_both_of_its_numbers_allow() -> None:
    ratio = Range(9, 10, 11) / Range(4, 5, 6)
    assert (ratio.low, ratio.value, ratio.high) == (1.5, 2, 2.75)
    assert (Range(9, 10, math.inf) / Range(4, 5, 6)).high == math.inf
