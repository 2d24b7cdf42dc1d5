import io
import os
import random
import zipfile
from pathlib import Path

import pytest

from jjjmap.errors import DocumentUnreadable
from jjjmap.text.documents import readers
from jjjmap.text.documents.readers import REASONS, is_plain, read_document, reason_parts, reason_sentence
from jjjmap.text.records import DocumentFormat
from tests.text.document_files import SIMPLIFIED, TRADITIONAL, docx, encrypted_pdf, paragraph, pdf

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>两县共建园区_甲县网</title>
<script>var evil = "脚本里的字";</script><style>.样式 {{}}</style></head><body>
<div class="nav"><a href="/">首页</a> <a href="/a">要闻</a> <a href="/b">政策</a></div>
<article><h1>两县共建园区</h1>
<p>甲县和乙县联合印发了产业协同发展实施方案，提出到2030年建成三个园区，并建立定期会商机制。</p>
<script>document.write("写进来的字")</script>
<p onclick="x()">两地共同培育新材料、机器人等重点产业链，规模以上工业企业超过120家。</p>
<noscript>请打开脚本</noscript><div style="display: none">藏起来的字</div>
<table><tr><td>甲县</td><td>60家</td></tr><tr><td>乙县</td><td>61家</td></tr></table>
<p>会议强调，要加强区域联动，优化营商环境，推动项目落地见效，更好服务企业。</p></article>
<!-- 注释里的字 --></body></html>"""


def refusal(path: Path) -> DocumentUnreadable:
    with pytest.raises(DocumentUnreadable) as caught:
        read_document(path)
    assert caught.value.reason in REASONS
    return caught.value


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


# -- Plain text


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "utf-16", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
    ],
)
def test_a_text_file_is_read_in_its_encoding(tmp_path: Path, text: str, encoding: str, named: str) -> None:
    raw = read_document(written(tmp_path, "a.txt", text.encode(encoding)))
    assert (raw.text, raw.encoding, raw.format, raw.findings) == (text, named, DocumentFormat.TXT, ())


def test_line_ends_of_all_systems_become_one(tmp_path: Path) -> None:
    assert read_document(written(tmp_path, "a.TXT", "甲\r\n乙\r丙\u2028丁")).text == "甲\n乙\n丙\n丁"


def test_a_wrong_encoding_is_told(tmp_path: Path) -> None:
    data = (SIMPLIFIED * 20).encode("gb18030")
    raw = read_document(written(tmp_path, "a.txt", data[:99] + b"\xff\xff" + data[99:]))
    assert [finding.code for finding in raw.findings] == ["encoding-doubtful"]
    assert "gb18030" in raw.findings[0].message
    assert raw.findings[0].where == "a.txt"


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


# -- Web pages


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
    monkeypatch.setattr(readers, "_main_text", lambda tree: None)
    raw = read_document(written(tmp_path, "a.html", PAGE.format(charset="utf-8")))
    assert "首页" in raw.text
    assert "甲县\t60家" in raw.text
    assert "写进来的字" not in raw.text


def test_prose_that_the_library_for_articles_leaves_out_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = readers._MainText("甲县和乙县联合印发了产业协同发展实施方案。", "", "")
    monkeypatch.setattr(readers, "_main_text", lambda tree: short)
    assert "更好服务企业" in read_document(written(tmp_path, "a.html", PAGE.format(charset="utf-8"))).text


def test_a_page_that_is_called_txt_is_read_as_a_page(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", PAGE.format(charset="utf-8"))
    assert not is_plain(path)
    raw = read_document(path)
    assert raw.format is DocumentFormat.HTML
    assert "脚本里的字" not in raw.text


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


# -- Word


def test_a_docx_gives_paragraphs_tables_and_notes(tmp_path: Path) -> None:
    row = "<w:tr>{}</w:tr>"
    cell = "<w:tc>{}</w:tc>"
    body = (
        paragraph("第一段。")
        + "<w:tbl>"
        + row.format(cell.format(paragraph("甲县")) + cell.format(paragraph("60") + paragraph("家")))
        + "</w:tbl>"
        + "<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
        + "<w:ins><w:r><w:t>新增</w:t></w:r></w:ins>"
        + "<w:r><w:tab/><w:t>末段</w:t><w:instrText>PAGE</w:instrText></w:r></w:p>"
        + "<w:sdt><w:sdtContent>"
        + paragraph("控件里")
        + "</w:sdtContent></w:sdt>"
    )
    notes = (
        f'<w:footnotes xmlns:w="{readers._W[1:-1]}">'
        f'<w:footnote w:type="separator">{paragraph("线")}</w:footnote>'
        f"<w:footnote>{paragraph('脚注的字。')}</w:footnote></w:footnotes>"
    )
    core = (
        '<c:coreProperties xmlns:c="urn:c" xmlns:dc="urn:dc" xmlns:t="urn:t"><dc:title>方案</dc:title>'
        "<dc:creator>某人</dc:creator><t:created>2024-03-05T01:02:03Z</t:created></c:coreProperties>"
    )
    data = docx(body, parts={"word/footnotes.xml": notes, "docProps/core.xml": core})
    raw = read_document(written(tmp_path, "a.docx", data))
    assert raw.text == "第一段。\n甲县\t60 家\n新增\t末段\n控件里\n脚注的字。"
    assert (raw.title, raw.author, raw.date) == ("方案", "某人", "2024-03-05")


def test_a_docx_as_programs_write_it_is_read(tmp_path: Path) -> None:
    import docx as python_docx

    made = python_docx.Document()
    made.add_heading("一、总体要求", level=1)
    made.add_paragraph("甲县和乙县共建园区。")
    table = made.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "甲县", "60家"
    made.save(str(tmp_path / "a.docx"))
    assert read_document(tmp_path / "a.docx").text.split("\n") == [
        "一、总体要求",
        "甲县和乙县共建园区。",
        "甲县\t60家",
    ]


def test_a_broken_docx_is_refused(tmp_path: Path) -> None:
    data = docx(paragraph("字"))
    for broken in (data[: len(data) // 2], data[:40], data.replace(b"PK\x01\x02", b"XXXX")):
        assert refusal(written(tmp_path, "a.docx", broken)).reason == "damaged"


def test_a_zip_bomb_in_a_docx_is_refused_before_it_is_large(tmp_path: Path) -> None:
    bomb = docx(paragraph(" " * (40 << 20)))
    assert len(bomb) < 100_000
    assert refusal(written(tmp_path, "a.docx", bomb)).reason == "bomb"


def test_a_part_that_is_not_read_is_not_inflated(tmp_path: Path) -> None:
    data = docx(
        paragraph("正文。"), parts={"word/media/a.bin": bytes(40 << 20), "word/vbaProject.bin": b"macro"}
    )
    assert read_document(written(tmp_path, "a.docx", data)).text == "正文。"


def test_a_docx_whose_header_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    data = docx(paragraph("字" * 1000))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    lying = data.replace(size, (100).to_bytes(4, "little"))
    assert lying != data
    assert refusal(written(tmp_path, "a.docx", lying)).reason == "damaged"


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    data = docx(paragraph("字"), parts={f"x/{number}": "" for number in range(readers.MAX_ENTRIES)})
    assert refusal(written(tmp_path, "a.docx", data)).reason == "bomb"


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "字">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_entities_in_a_docx_are_refused(tmp_path: Path, head: str) -> None:
    path = written(tmp_path, "a.docx", docx("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", head=head))
    assert refusal(path).reason == "hostile"


def test_a_relation_to_another_place_is_not_followed(tmp_path: Path) -> None:
    rels = (
        '<Relationships xmlns="urn:r"><Relationship Id="a" TargetMode="External" '
        'Type="http://x/relationships/officeDocument" Target="file:///etc/hostname"/></Relationships>'
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/other.xml", "<x/>")
        archive.writestr("_rels/.rels", rels)
    assert refusal(written(tmp_path, "a.docx", made.getvalue())).reason == "other-format"


# -- PDF


def test_a_pdf_gives_its_pages(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "a.pdf",
        pdf([["甲县方案", "共建园区。"], ["第二页。"]], info="/Title (Plan) /CreationDate (D:20240305)"),
    )
    raw = read_document(path)
    assert raw.text == "甲县方案\n共建园区。\n第二页。"
    assert [raw.text[start:][:3] for start in raw.page_starts] == ["甲县方", "第二页"]
    assert (raw.format, raw.title, raw.date) == (DocumentFormat.PDF, "Plan", "2024-03-05")


def test_an_encrypted_pdf_is_told(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "a.pdf", encrypted_pdf())).reason == "encrypted"


def test_a_pdf_of_pictures_is_told(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "a.pdf", pdf([[], [], []], image=True))).reason == "no-text"
    # A stamp of the scanner on one page is no text either.
    assert refusal(written(tmp_path, "b.pdf", pdf([["scan"], [], []], image=True))).reason == "no-text"


def test_a_page_without_text_among_others_is_a_finding(tmp_path: Path) -> None:
    raw = read_document(written(tmp_path, "a.pdf", pdf([["字" * 40], [], ["字" * 40]])))
    assert [finding.code for finding in raw.findings] == ["pages-without-text"]
    assert "2" in raw.findings[0].message
    assert len(raw.page_starts) == 3


def test_a_damaged_pdf_is_refused(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "a.pdf", b"%PDF-1.7\n" + b"obj junk" * 100)).reason == "damaged"
    assert refusal(written(tmp_path, "b.pdf", b"no pdf at all")).reason == "damaged"


# -- What is not what it says


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", docx(paragraph("字")), "not-text"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(100), "not-text"),
        ("a.md", bytes(range(256)) * 20, "not-text"),
        ("a.html", b"%PDF-1.4\n1 0 obj", "not-text"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old-word"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.docx", b"<html><body>x</body></html>", "other-format"),
        ("a.docx", b"%PDF-1.4\n1 0 obj", "other-format"),
        ("a.pdf", docx(paragraph("字")), "other-format"),
        ("a.xyz", b"abc", "unknown-format"),
        ("a", b"abc", "unknown-format"),
        ("a.doc", b"abc", "unknown-format"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"\xef\xbb\xbf \r\n\t", "empty"),
        ("a.txt", "　\n　".encode(), "empty"),
        ("a.pdf", b"", "empty"),
        ("a.docx", b"", "empty"),
        ("a.html", b"", "empty"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    assert refusal(written(tmp_path, name, data)).reason == reason


def test_a_text_of_200_megabytes_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    refused = refusal(path)
    assert (refused.reason, refused.detail) == ("too-large", "32 MB")


def test_more_characters_than_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_CHARACTERS", 1000)
    for name, data in (
        ("a.txt", ("字" * 1001).encode()),
        ("a.docx", docx(paragraph("字" * 600) * 2)),
        ("a.pdf", pdf([["字" * 600], ["字" * 600]])),
    ):
        assert refusal(written(tmp_path, name, data)).reason == "too-long"


def test_what_is_no_ordinary_file_is_refused_without_waiting(tmp_path: Path) -> None:
    folder = tmp_path / "a.txt"
    folder.mkdir()
    assert refusal(folder).reason == "not-a-file"
    assert refusal(tmp_path / "none.txt").reason == "missing"
    if hasattr(os, "mkfifo"):
        pipe = tmp_path / "b.txt"
        os.mkfifo(pipe)
        assert is_plain(pipe)
        assert refusal(pipe).reason == "not-a-file"


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "a.txt", "字")

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(path).reason == "no-access"


def test_an_error_that_nobody_foresaw_is_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, error, reason in (
        ("_read_docx", RecursionError("deep"), "damaged"),
        ("_read_pdf", AttributeError("x"), "damaged"),
        ("_read_html", MemoryError(), "out-of-memory"),
    ):

        def fail(*_args: object, error: BaseException = error) -> None:
            raise error

        monkeypatch.setattr(readers, name, fail)
        suffix = name.removeprefix("_read_")
        data = {"docx": docx(""), "pdf": pdf([["x"]]), "html": b"<p>x"}[suffix]
        assert refusal(written(tmp_path, f"a.{suffix}", data)).reason == reason


def test_every_reason_is_a_whole_sentence_with_something_to_try() -> None:
    for reason in REASONS:
        why, hint = reason_parts(reason, "细节")
        assert why.endswith("。")
        assert hint.endswith("。")
        assert "{" not in why + hint
        assert reason_sentence(reason, "细节") == why + hint


def test_a_detail_cannot_break_the_sentence() -> None:
    said = reason_sentence("damaged", "{x}\n<b>\x00\x1b[31m" + "长" * 5000)
    assert "\n" not in said
    assert "\x1b" not in said
    assert len(said) < 300
    assert reason_sentence("no-such-reason")


@pytest.mark.parametrize("kind", ["docx", "pdf", "html", "md", "txt"])
def test_cut_and_flipped_files_are_read_or_refused_with_a_reason(tmp_path: Path, kind: str) -> None:
    sound = {
        "docx": docx(paragraph("字") * 30),
        "pdf": pdf([["甲县方案" * 5], ["共建园区。" * 5]]),
        "html": PAGE.format(charset="utf-8").encode(),
        "md": ("# 题\n\n" + SIMPLIFIED).encode("gb18030"),
        "txt": SIMPLIFIED.encode("utf-16"),
    }[kind]
    chance = random.Random(kind)
    path = tmp_path / f"a.{kind}"
    for _ in range(60):
        data = bytearray(sound)
        if chance.random() < 0.4:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.randrange(12)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        try:
            raw = read_document(path)
        except DocumentUnreadable as refused:
            assert refused.reason in REASONS
            assert len(reason_sentence(refused.reason, refused.detail)) < 300
        else:
            assert raw.text.strip()
            assert "\x00" not in raw.text
            raw.text.encode()
