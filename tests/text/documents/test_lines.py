import re

from jjjmap.text.documents.lines import lines_of, lines_with

TEXT = "题目\n\n \n\u3000\u3000第一段。\u200b \n  页二\n"


def test_a_line_knows_its_words_its_place_and_what_stands_before_it() -> None:
    lines = lines_of(TEXT)
    assert [line.text for line in lines] == ["题目", "第一段。", "页二"]
    assert [TEXT[line.start : line.end] for line in lines] == ["题目", "第一段。", "页二"]
    assert [(line.indent, line.blanks_before) for line in lines] == [(0, 0), (4, 2), (2, 0)]


def test_a_text_of_blanks_has_no_lines() -> None:
    assert lines_of("") == lines_of(" \n\u3000\n\ufeff") == []


def test_each_line_with_a_word_is_found_once() -> None:
    assert lines_with(re.compile("[题目页]"), TEXT, lines_of(TEXT)) == [0, 2]
