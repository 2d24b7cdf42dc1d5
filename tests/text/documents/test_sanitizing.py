import pytest

from jjjmap.text.documents.sanitizing import iso_date, one_line, printable, tidy


def test_a_text_has_one_kind_of_line_end_and_nothing_that_cannot_be_stored() -> None:
    assert tidy("甲\r\n乙\r丙\u2029丁\x00\ud800\uffff") == "甲\n乙\n丙\n丁"


def test_what_a_file_says_of_itself_is_one_bounded_line() -> None:
    assert one_line(" 两县\n\x1b方案\t ") == "两县 方案"
    assert one_line(None) == ""
    assert len(one_line("长" * 5000)) == 300
    assert printable("a\nb\x7f") == "a b "


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2024-3-5", "2024-03-05"),
        (" 2024-03-05T01:02:03Z", "2024-03-05"),
        ("2024-13-05", ""),
        ("2024-03-051", ""),
        ("去年", ""),
    ],
)
def test_only_days_that_exist_are_dates(said: str, day: str) -> None:
    assert iso_date(said) == day
