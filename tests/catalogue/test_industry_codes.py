"""Columns of industries are read as tables have them; doubtful editions and codes are told."""

from typing import Any

import pytest

from jjjmap.catalogue.industries import shipped_industries
from jjjmap.catalogue.industry_codes import IndustryColumn, Verdict, Vintage, read_column


def read(*values: Any, vintage: Vintage = Vintage.AUTO) -> IndustryColumn:
    return read_column(values, shipped_industries(), vintage)


@pytest.mark.parametrize(
    "value",
    [
        "3612",
        "C3612",
        "c3612",
        "C 3612",
        " 36 12 ",
        "３６１２",
        "Ｃ３６１２",
        "3612.0",
        3612,
        3612.0,
        "'3612",
        "C3612 新能源车整车制造",
        "3612-新能源车整车制造",
        "新能源车整车制造",
        "制造业>汽车制造业>新能源车整车制造",
        "制造业/汽车制造业/汽车整车制造/新能源车整车制造",
    ],
)
def test_a_code_is_read_however_it_is_written(value: Any) -> None:
    assert read(value).read(value).codes == ("3612",)


@pytest.mark.parametrize(
    ("value", "code"), [("C", "C"), ("C 制造业", "C"), ("制造业", "C"), ("36", "36"), ("361", "361")]
)
def test_coarse_industries_are_read(value: str, code: str) -> None:
    assert read(value).read(value).codes == (code,)


@pytest.mark.parametrize(
    "value", ["9999", 99999, -1, 36.5, "B3612", "3D打印", "Z", "=1+1", "某某", "x" * 5000, True]
)
def test_what_is_no_industry_is_unknown(value: Any) -> None:
    column = read(value, "3612")

    assert column.read(value).codes == ()
    assert column.unknown_rows == 1


@pytest.mark.parametrize("value", [None, "", "  ", float("nan")])
def test_empty_cells_are_empty(value: Any) -> None:
    column = read(value, "3612")

    assert column.read(value).trouble == "empty"
    assert (column.empty_rows, column.unknown_rows) == (1, 0)


def test_numbers_get_their_leading_zero_back() -> None:
    column = read(111, 3612, 3611, 2710, 2720, 3491)

    assert column.read(111).codes == ("0111",)
    assert column.padded_rows == 1


def test_a_three_digit_code_among_three_digit_codes_is_a_group() -> None:
    column = read(111, 361, 271, "C349")

    assert column.read(111).codes == ("111",)
    assert column.padded_rows == 0


def test_a_letter_or_a_zero_elsewhere_speaks_against_a_lost_zero() -> None:
    assert read("B111", *["3612"] * 9).read("B111").codes == ("111",)
    assert read("111", "0112", *["3612"] * 9).read("111").codes == ("111",)


def test_a_list_of_2017_is_told_by_codes_that_only_it_has() -> None:
    column = read("3612", "3962", "6511")

    assert (column.verdict, column.taken_as) == (Verdict.OF_2017, Vintage.OF_2017)
    assert column.read("3962").codes == ("3962",)


def test_a_list_of_2011_is_carried_over() -> None:
    column = read("3610", "3962", "0111")

    assert (column.verdict, column.taken_as) == (Verdict.OF_2011, Vintage.OF_2011)
    assert column.read("3962").codes == ("3972",)
    assert column.read("3610").codes == ("3611", "3612", "3620")
    assert column.read("0111").codes == ("0111",)


def test_mixed_editions_are_named() -> None:
    column = read("3610", "3612", "3962")

    assert column.verdict is Verdict.MIXED
    assert (column.only_2011, column.only_2017, column.doubtful) == (("3610",), ("3612",), ("3962",))
    # What only the old edition has is carried over all the same.
    assert column.read("3610").codes == ("3611", "3612", "3620")
    assert column.read("3962").codes == ("3962",)


def test_a_user_who_knows_the_edition_is_believed() -> None:
    assert read("3962").read("3962").codes == ("3962",)
    assert read("3962", vintage=Vintage.OF_2011).read("3962").codes == ("3972",)


def test_a_name_beside_a_code_of_changed_meaning_decides() -> None:
    value = "3962 半导体分立器件制造"

    assert read(value).read(value).codes == ("3972",)


def test_names_of_2011_lead_to_what_they_became() -> None:
    assert read("软件开发").read("软件开发").codes == ("651",)
    assert read("数据处理和存储服务").named_rows == 1
    assert "6450" in read("数据处理和存储服务").read("数据处理和存储服务").codes


def test_the_most_frequent_unknown_value_comes_first() -> None:
    assert read("甲", "乙", "乙").unknown == ("乙", "甲")
