"""Tests of jjjmap/cli/tables.py: columns of Chinese and Latin letters."""

from jjjmap.cli.tables import display_width, table_lines


def test_wide_characters_count_as_two() -> None:
    assert display_width("曹妃甸 ok") == 9
    assert table_lines(("名", "b"), [("甲县", "x"), ("abc", "y")]) == ["名    b", "甲县  x", "abc   y"]
