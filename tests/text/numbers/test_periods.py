"""Tests of what a sentence says about when."""

import pytest

from jjjmap.text.numbers.periods import find_periods


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2022年", "2022"), ("截至2022年底", "2022-12"), ("2022年年末", "2022-12"), ("2013—2022年",
        "2013/2022"),
        ("2013年至2022年", "2013/2022"), ("2023年6月", "2023-06"), ("2023年6月2日", "2023-06-02"),
        ("2024年1—4月", "2024-01/2024-04"), ("2023年上半年", "2023-01/2023-06"), ("今年一季度",
        "2024-01/2024-03"),
        ("去年", "2023"), ("2014年以来", "2014/2024-05"), ("“十四五”期间", "2021/2025"), ("前三季度",
        "2024-01/2024-09"),
        ("二〇二二年", "2022"), ("近年来", ""), ("by the end of 2023", "2023-12"),
        ("January to April 2024", ""),
    ],
)  # fmt: skip
def test_words_of_time_become_a_period(text: str, iso: str) -> None:
    periods = find_periods(f"{text}，" if not text.isascii() else f"It was so {text} in all of it.",
                           document_date="2024-05-06")  # fmt: skip
    assert periods[0].iso == (iso or ("2024-01/2024-04" if text.isascii() else ""))


def test_without_a_date_of_the_document_this_year_is_not_known() -> None:
    assert [period.iso for period in find_periods("今年完成，去年底开工。")] == ["", ""]


def test_what_something_is_compared_with_is_told_apart() -> None:
    compared = [period.is_compared for period in find_periods("2022年是2013年的1.5倍，比2012年增长")]
    assert compared == [False, True, True]


def test_an_impossible_month_is_no_period() -> None:
    assert [period.iso for period in find_periods("2023年13月")] == [""]
