"""Tests of units: which words are one, and how one is turned into another."""

from decimal import Decimal

import pytest

from jjjmap.text.numbers.units import dimension_of, in_unit, read_unit


@pytest.mark.parametrize(
    ("value", "unit", "other", "turned"),
    [
        ("2511440000000", "元", "亿元", "25114.4"),
        ("23000000", "标准箱", "万标箱", "2300"),
        ("558000000", "吨", "百万吨", "558"),
        ("15", "亩", "公顷", "1"),
        ("2", "平方公里", "万平方米", "200"),
        ("45", "家", "个", "45"),
        ("4.5", "%", "%", "4.5"),
    ],
)
def test_a_value_is_turned_into_the_unit_of_the_catalogue(
    value: str, unit: str, other: str, turned: str
) -> None:
    assert in_unit(Decimal(value), unit, other) == Decimal(turned)


def test_what_does_not_measure_the_same_is_not_turned() -> None:
    assert in_unit(Decimal(1), "元", "家") is None
    assert in_unit(Decimal(1), "元", "美元") is None
    assert dimension_of("家") == dimension_of("户") != dimension_of("人")


def test_the_longest_unit_is_read_with_its_denominator() -> None:
    assert read_unit("公里/小时的列车", 0) == ("公里/小时", 5)
    assert read_unit("平方公里", 0) == ("平方公里", 4)
    assert read_unit(" km long", 0) == ("km", 3)


def test_the_beginning_of_another_word_is_no_unit() -> None:
    assert read_unit("家庭", 0) == read_unit("天津", 0) == read_unit("米粮", 0) == ("", 0)
