"""Cells as texts."""

from datetime import UTC, date, datetime

import pytest

from jjjmap.layers.tables.cells import LONGEST_SHOWN, groups_thousands, plain_text, shown_text


@pytest.mark.parametrize(
    ("value", "shown", "plain"),
    [
        (None, "", ""),
        (True, "是", "是"),
        (1234567, "1,234,567", "1234567"),
        (2**63, "9,223,372,036,854,775,808", "9223372036854775808"),
        (1234.5, "1,234.5", "1234.5"),
        (0.1 + 0.2, "0.3", "0.30000000000000004"),
        (1e-9, "1e-09", "1e-09"),
        (float("nan"), "", ""),
        (float("-inf"), "−∞", "-inf"),
        (date(2024, 5, 31), "2024-05-31", "2024-05-31"),
        (datetime(2024, 5, 31, 12, 0), "2024-05-31 12:00:00", "2024-05-31 12:00:00"),
        (datetime(2024, 5, 31, 20, 0, tzinfo=UTC), "2024-06-01 04:00:00", "2024-06-01 04:00:00"),
        ("甲\n乙\t丙", "甲 乙 丙", "甲\n乙\t丙"),
        ([1, 2], "[1, 2]", "[1, 2]"),
    ],
)
def test_a_cell_is_shown_for_people_and_kept_in_full(value: object, shown: str, plain: str) -> None:
    assert shown_text(value) == shown and plain_text(value) == plain


def test_a_long_text_is_cut_where_it_is_shown_alone() -> None:
    text = "甲" * 100_000
    assert len(shown_text(text)) == LONGEST_SHOWN and plain_text(text) == text


@pytest.mark.parametrize(
    ("column", "ends", "grouped"),
    [
        ("职工人数", (3, 9000), True),
        ("年份", (1985, 2024), False),
        ("数量", (1985, 2024), False),
        ("区划代码", (110000, 139999), False),
        ("id", (1, 10**6), False),
        ("产值", (1985, 99999), True),
    ],
)
def test_years_and_codes_are_not_grouped(column: str, ends: tuple[int, int], grouped: bool) -> None:
    assert groups_thousands(column, *ends) is grouped


def test_an_ungrouped_number_has_no_commas() -> None:
    assert shown_text(110108, grouped=False) == "110108"
