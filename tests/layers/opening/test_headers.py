"""The header of a table is found below titles, over two lines and under merged cells."""

import pytest

from jjjmap.layers.opening.headers import guess_header


def table(*lines: str) -> list[list[str]]:
    return [line.split(",") for line in lines]


@pytest.mark.parametrize(
    ("lines", "first", "count", "names"),
    [
        (("名称,经度", "甲,116.1", "乙,116.2"), 0, 1, ("名称", "经度")),
        (("某某名单", "单位：万元", "名称,产值", "甲,1", "乙,2"), 2, 1, ("名称", "产值")),
        (("名称,位置,,产值", ",经度,纬度,", "甲,116,39,1", "乙,116,39,2"),
         0, 2, ("名称", "位置·经度", "位置·纬度", "产值")),
        (("地区,产值,人数", ",（万元）,（人）", "甲县,1,2", "乙县,3,4"),
         0, 2, ("地区", "产值（万元）", "人数（人）")),
        (("地区,2019,2020", "甲县,1,2", "乙县,3,4"), 0, 1, ("地区", "2019", "2020")),
        (("甲县,1,2", "乙县,3,4"), -1, 0, ("列1", "列2", "列3")),
        (("a@b.cn,x1", "c@d.cn,x2", "e@f.cn,x3"), -1, 0, ("列1", "列2")),
        (("名称,名称,", "甲,乙,丙"), 0, 1, ("名称", "名称 (2)", "列3")),
        (("Name,NAME", "甲,乙"), 0, 1, ("Name", "NAME (2)")),
        (("名称,地址",), 0, 1, ("名称", "地址")),
        (("名称,值,,", "甲,1,,", "乙,2,,"), 0, 1, ("名称", "值")),
    ],
)  # fmt: skip
def test_a_header_is_found(lines: tuple[str, ...], first: int, count: int, names: tuple[str, ...]) -> None:
    header = guess_header(table(*lines))
    assert (header.first, header.count, header.names) == (first, count, names)


def test_what_is_said_is_taken() -> None:
    rows = table("1,2", "3,4", "5,6")
    assert guess_header(rows, first=1, count=1).names == ("3", "4")
    assert guess_header(rows, first=-1).data_row == 0


def test_a_table_of_nothing_has_no_columns() -> None:
    assert guess_header([]).names == ()
    assert guess_header([["", " "]]).names == ()


def test_names_hold_no_line_ends_and_no_controls() -> None:
    assert guess_header([["名\n称\x07", "a\u202eb" * 60], ["x", "y"]]).names[0] == "名 称"
    assert len(guess_header([["名称", "很长" * 60], ["x", "y"]]).names[1]) == 80
