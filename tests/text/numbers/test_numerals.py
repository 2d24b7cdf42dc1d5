"""Tests of numbers as they are written."""

from decimal import Decimal

import pytest

from jjjmap.text.numbers.numerals import parse_arabic, parse_chinese, parse_mixed, split_chinese


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三万五千", 35000), ("两千", 2000), ("一点五", "1.5"), ("十二", 12), ("一百零五", 105),
        ("一百二", 120),
        ("三万五", 35000), ("三万零五", 30005), ("一万亿", 10**12), ("两亿三千万", 230000000),
        ("一点五亿", 150000000),
        ("二十", 20), ("零", 0),
    ],
)  # fmt: skip
def test_chinese_numerals_have_a_value(text: str, value: int | str) -> None:
    assert parse_chinese(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["两三", "三五", "十几", "二〇二二", "万", "百", "", "三" * 40, "点五", "甲"]
)
def test_what_is_only_about_or_no_number_has_no_value(text: str) -> None:
    assert parse_chinese(text) is None


def test_digits_have_a_value_with_commas_of_either_width_and_full_width() -> None:
    assert (
        parse_arabic("1,234,567") == parse_arabic("1，234，567") == parse_arabic("１２３４５６７") == 1234567
    )
    assert parse_arabic("25.50") == Decimal("25.50")
    assert parse_arabic("9" * 10_000) is None


def test_digits_and_multiples_may_alternate_downwards_only() -> None:
    assert parse_mixed("3万5千") == 35000
    assert parse_mixed("2亿3000万") == 230000000
    assert parse_mixed("1.2万亿") == 1200000000000
    assert parse_mixed("3千5万") is None


def test_a_trailing_multiple_is_split_off() -> None:
    assert split_chinese("一点五亿") == ("一点五", "亿")
    assert split_chinese("二十") == ("二十", "")
