"""Numbers, dates and coordinates as people write them."""

import datetime

import pytest

from jjjmap.layers.opening.coordinate_texts import coordinate_of, pair_of
from jjjmap.layers.opening.delimiters import guess_delimiter
from jjjmap.layers.opening.value_texts import is_blank, moment_of, number_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", 1234.5), ("１２", 12), ("3.2万", 32000), ("12%", 12),
        ("¥5", 5), ("-1", -1), ("−1", -1), ("1e3", 1000),
        ("2亿元", 2e8), ("1,23", None), ("约3", None),
        ("", None), ("1.2.3", None), ("inf", None), ("9e999", None),
    ],
)  # fmt: skip
def test_a_number(text: str, value: float | None) -> None:
    assert number_of(text) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("116.5", 116.5), ("116°30′", 116.5), ("116°30′36″E", 116.51),
        ("W10.5", -10.5), ("南纬5°", -5), ("39,5", 39.5),
        ("116度30分0秒", 116.5), ("116°61′", None), ("abc", None), ("1e400", None), ("", None),
    ],
)  # fmt: skip
def test_a_coordinate(text: str, value: float | None) -> None:
    assert coordinate_of(text) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("116.3,39.9", (116.3, 39.9)), ("(116.3 39.9)", (116.3, 39.9)), ("39.9N, 116.3E", (116.3, 39.9)),
        ("116.3；39.9", (116.3, 39.9)), ("116.3", None), ("1,2,3", None), ("甲,乙", None),
    ],
)  # fmt: skip
def test_a_pair(text: str, pair: tuple[float, float] | None) -> None:
    assert pair_of(text) == pair


def test_a_date() -> None:
    assert moment_of("2023年1月5日") == datetime.datetime(2023, 1, 5)
    assert moment_of("2023/1/5 8:30") == datetime.datetime(2023, 1, 5, 8, 30)
    assert moment_of("2023-13-01") is None


@pytest.mark.parametrize("text", ["", " ", "—", "N/A", "无", "暂无", "#N/A", "　"])
def test_what_says_nothing(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a\tb,c\n1\t2,3\n", "\t"), ("a;b\n1,5;2,5\n", ";"),
        ("id|description\n1|a b\n", "|"), ("sep=;\na,b;c\n", ";"),
        ("名单\na,b\n1,2\n3,4\n", ","), ("名称，值\n甲，1\n", "，"), ("x\n1\n", ","), ("", ","),
    ],
)  # fmt: skip
def test_a_delimiter_is_the_one_that_makes_even_lines(text: str, delimiter: str) -> None:
    assert guess_delimiter(text) == delimiter
