import io
import zipfile
from pathlib import Path

import pytest

from jjjmap.text.documents.docx_reader import MAX_ENTRIES
from jjjmap.text.documents.readers import read_document
from tests.text.document_files import W, docx, paragraph, refusal, written


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
        f'<w:footnotes xmlns:w="{W}">'
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
    data = docx(paragraph("字"), parts={f"x/{number}": "" for number in range(MAX_ENTRIES)})
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
