"""The form in which texts are compared with names."""

import pytest

from jjjmap.text.normal_form import fold, normalise


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("雄安新區", "雄安新区"),
        ("薊州區、灤州市", "蓟州区、滦州市"),
        ("天津（西青）", "天津(西青)"),
        ("天津〔西青〕", "天津(西青)"),
        ("ＴＥＤＡ　泰达", "teda泰达"),
        ("滨 海 新 区", "滨海新区"),
        ("滨　海\u00a0新区", "滨海新区"),
        ("曹妃\n甸区", "曹妃甸区"),
        ("曹妃  \n  甸区", "曹妃甸区"),
        ("天津 （ 西青 ）", "天津(西青)"),
        ("Xiong’an New Area", "xiong'an new area"),
        ("滨海—中关村", "滨海-中关村"),
        ("“一核”", '"一核"'),
        ("実 test", "実test"),
    ],
)
def test_shapes_that_do_not_change_a_name_are_folded_away(written: str, normal: str) -> None:
    assert fold(written) == normal


@pytest.mark.parametrize("text", ["到天津\n\n河北省", "在天津。\n河北省", "in Tianjin\nHebei"])
def test_line_breaks_that_end_something_stay(text: str) -> None:
    assert "\n" in normalise(text).text


def test_offsets_lead_back_over_what_was_taken_out() -> None:
    text = "从 曹妃\n甸 区（原）到北京"
    normal = normalise(text)
    start = normal.text.index("曹妃甸区")
    first, last = normal.offsets.to_source(start, start + 4)
    assert text[first:last] == "曹妃\n甸 区"


@pytest.mark.parametrize(
    "text",
    ["𠀀𠀁北京😀", "\ud800北京", "\ud83d\ude00北京", "", "\n\n\n", "İ ß ﬁ 北京", "\x00北京\x07"],
)
def test_odd_characters_neither_break_nor_move_anything(text: str) -> None:
    normal = normalise(text)
    start = normal.text.find("北京")
    if start >= 0:
        first, last = normal.offsets.to_source(start, start + 2)
        assert text[first:last] == "北京"
    else:
        assert "北京" not in text


def test_each_character_becomes_at_most_one() -> None:
    every = "".join(chr(code) for code in range(0x20, 0x10000) if not 0xD800 <= code < 0xE000)
    words = every.split()
    assert all(len(fold(word)) <= len(word) for word in words)
