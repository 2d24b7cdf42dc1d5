from pathlib import Path

from jjjmap.text.documents.readers import read_document
from jjjmap.text.records import DocumentFormat
from tests.text.document_files import written


def test_markdown_loses_its_marks_and_keeps_its_words(tmp_path: Path) -> None:
    source = (
        "---\ntitle: 两县方案\ndate: 2024-03-05\n---\n# 一、总体要求\n\n**甲县**和[乙县](http://x/)共建`园区`。\n\n"
        "- 第一项\n- 第二项\n\n> 引文\n\n| 县 | 家数 |\n|---|---:|\n| 甲县 | 60 |\n\n"
        "3*4=12，5*6=30\n\n<b>粗</b>\n"
    )
    raw = read_document(written(tmp_path, "a.md", source))
    assert (raw.title, raw.date, raw.format) == ("两县方案", "2024-03-05", DocumentFormat.MD)
    assert raw.text.split("\n\n")[:2] == ["一、总体要求", "甲县和乙县共建园区。"]
    assert "第一项\n第二项" in raw.text
    assert "甲县\t60" in raw.text
    assert "3*4=12，5*6=30" in raw.text
    assert not any(mark in raw.text for mark in ("**", "](", "<b>", "---", "`", "> "))


def test_lines_of_nothing_but_spaces_and_bars_cost_no_more_than_long_ones(tmp_path: Path) -> None:
    # Taken by the pattern of a table's rule, each of these once took a time that grew with its square.
    for line in (" " * 300_000, "\t" * 300_000, "|" + " " * 300_000 + "x", "| " * 150_000, "-" * 300_000):
        raw = read_document(written(tmp_path, "long.md", f"甲县。\n{line}\n乙县。\n"))
        assert raw.text.startswith("甲县。")
        assert raw.text.rstrip().endswith("乙县。")
