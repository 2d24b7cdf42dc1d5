from pathlib import Path

import pytest

from jjjmap.errors import DocumentUnreadable
from jjjmap.text.documents import html_reader
from jjjmap.text.documents.readers import read_document
from jjjmap.text.records import DocumentFormat
from tests.text.document_files import PAGE, refusal, written


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_page_gives_its_text_and_never_its_script(tmp_path: Path, charset: str) -> None:
    data = PAGE.format(charset=charset).encode("gb18030" if charset == "gb2312" else charset)
    raw = read_document(written(tmp_path, "a.html", data))
    assert raw.format is DocumentFormat.HTML
    assert raw.encoding == ("gb18030" if charset == "gb2312" else "utf-8")
    assert raw.title.startswith("两县共建园区")
    for said in ("提出到2030年建成三个园区", "超过120家", "更好服务企业"):
        assert said in raw.text
    for unsaid in (
        "脚本里的字",
        "写进来的字",
        "样式",
        "藏起来的字",
        "注释里的字",
        "请打开脚本",
        "evil",
        "onclick",
    ):
        assert unsaid not in raw.text


def test_a_page_is_read_when_the_library_for_articles_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html_reader, "_main_text", lambda tree: None)
    raw = read_document(written(tmp_path, "a.html", PAGE.format(charset="utf-8")))
    assert "首页" in raw.text
    assert "甲县\t60家" in raw.text
    assert "写进来的字" not in raw.text


def test_prose_that_the_library_for_articles_leaves_out_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = html_reader._MainText("甲县和乙县联合印发了产业协同发展实施方案。", "", "")
    monkeypatch.setattr(html_reader, "_main_text", lambda tree: short)
    assert "更好服务企业" in read_document(written(tmp_path, "a.html", PAGE.format(charset="utf-8"))).text


def test_a_page_that_holds_nothing_but_script_is_empty(tmp_path: Path) -> None:
    script = "<html><body>" + "<script>alert('字')</script>" * 5000 + "</body></html>"
    assert refusal(written(tmp_path, "a.html", script)).reason == "empty"


def test_text_that_looks_like_markup_stays_text(tmp_path: Path) -> None:
    page = "<html><body><p>写作 &lt;script&gt;alert(1)&lt;/script&gt; 的是文字，应当保留。</p></body></html>"
    assert "<script>alert(1)</script>" in read_document(written(tmp_path, "a.html", page)).text


def test_a_page_nested_without_end_is_read(tmp_path: Path) -> None:
    page = "<html><body>" + "<div>" * 20_000 + "深处的字。" + "</body></html>"
    path = written(tmp_path, "a.html", page)
    try:
        assert "深处的字" in read_document(path).text
    except DocumentUnreadable as refused:
        assert refused.reason in ("damaged", "empty")


def test_a_date_that_a_page_declares_is_taken(tmp_path: Path) -> None:
    page = PAGE.format(charset="utf-8").replace(
        "<title>", '<meta name="PubDate" content="2024/03/05 09:30"><title>'
    )
    assert read_document(written(tmp_path, "a.html", page)).date == "2024-03-05"
    assert read_document(written(tmp_path, "b.html", PAGE.format(charset="utf-8"))).date == ""
