"""A Word file of the user's as template: what of it stays, and what is said of a broken one."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Inches, Mm, Pt

from jjjmap.errors import TemplateInvalid
from jjjmap.export.briefing.docx import briefing_docx
from jjjmap.export.briefing.docx_body import BriefingPictures

from .made_briefings import PICTURES, made_briefing

Change = Callable[[Document], object]


@pytest.fixture
def template(tmp_path: Path) -> Callable[..., Path]:
    def made(*changes: Change, marker: str = "{{ briefing }}") -> Path:
        document = docx.Document()
        for change in changes:
            change(document)
        if marker:
            document.add_paragraph(marker)
        document.add_paragraph("以上供参阅。")
        path = tmp_path / "模板.docx"
        document.save(str(path))
        return path

    return made


def filled(path: Path) -> Document:
    return docx.Document(io.BytesIO(briefing_docx(made_briefing(), PICTURES, template=path)))


def test_styles_page_header_and_text_of_a_template_stay(template: Callable[..., Path]) -> None:
    def dress(document: Document) -> None:
        document.styles["Heading 1"].font.size = Pt(30)
        section = document.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.header.paragraphs[0].text = "某某办公室 {{ date }}"
        document.add_paragraph("送：某某")

    document = filled(template(dress))
    assert document.styles["Heading 1"].font.size == Pt(30)
    assert round(document.sections[0].page_width.mm) == 297
    assert document.sections[0].header.paragraphs[0].text == "某某办公室 2024-05-06"
    texts = [each.text for each in document.paragraphs]
    assert texts[0] == "送：某某"
    assert texts.index("送：某某") < texts.index("甲园") < texts.index("以上供参阅。")
    assert not any("{{" in text for text in texts)


def test_pictures_fill_the_lines_of_the_templates_page(template: Callable[..., Path]) -> None:
    def narrow(document: Document) -> None:
        document.sections[0].left_margin = document.sections[0].right_margin = Mm(60)

    shapes = filled(template(narrow)).inline_shapes
    assert 60 < sum(shape.width.mm for shape in shapes) <= 96


def test_a_template_that_leaves_its_page_to_word_is_filled_as_one_of_a4(
    template: Callable[..., Path],
) -> None:
    def leave_page(document: Document) -> None:
        section = document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, Inches(1))

    def leave_out(document: Document) -> None:
        section = document.element.body.find(qn("w:sectPr"))
        for name in ("w:pgSz", "w:pgMar"):
            section.remove(section.find(qn(name)))

    told, left = (
        [paragraph.text for paragraph in filled(template(change)).paragraphs]
        for change in (leave_page, leave_out)
    )
    assert left == told


def test_a_field_that_word_cut_into_runs_is_filled(template: Callable[..., Path]) -> None:
    def cut(document: Document) -> None:
        paragraph = document.add_paragraph()
        for piece in ("关于", "{", "{ ti", "tle }", "}的简报（{{place_id}}）"):
            paragraph.add_run(piece).bold = piece == "{"

    document = filled(template(cut))
    assert document.paragraphs[0].text == "关于甲园的简报（jia-park）"
    assert document.paragraphs[0].runs[1].bold
    assert [each.text for each in document.paragraphs if each.style.name == "Title"] == []


def test_a_field_in_a_table_is_filled(template: Callable[..., Path]) -> None:
    def table(document: Document) -> None:
        document.add_table(rows=1, cols=1).rows[0].cells[0].text = "{{ subtitle }}"

    assert filled(template(table)).tables[0].rows[0].cells[0].text == "Jia Park · 承接平台"


def test_a_value_is_never_taken_for_a_field(template: Callable[..., Path]) -> None:
    path = template(lambda document: document.add_paragraph("{{ title }}"))
    data = briefing_docx(replace(made_briefing(), title="{{ date }}"), BriefingPictures(), template=path)
    assert docx.Document(io.BytesIO(data)).paragraphs[0].text == "{{ date }}"


def test_marks_that_a_template_leaves_out_stand_at_the_end(template: Callable[..., Path]) -> None:
    texts = [each.text for each in filled(template()).paragraphs]
    assert "内部参考" in texts
    kept = template(lambda document: document.add_paragraph("【{{ internal }}】"))
    texts = [each.text for each in filled(kept).paragraphs]
    assert "【内部参考】" in texts
    assert "内部参考" not in texts
    assert "示意图" in texts


def test_the_footnotes_of_a_template_stay_before_ours(template: Callable[..., Path], tmp_path: Path) -> None:
    once = tmp_path / "第一次.docx"
    once.write_bytes(briefing_docx(made_briefing(), PICTURES, template=template()))
    document = docx.Document(str(once))
    document.add_paragraph("{{ briefing }}")
    again = tmp_path / "第二次.docx"
    document.save(str(again))
    data = briefing_docx(made_briefing(), PICTURES, template=again)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if "footnotes" in name]
        root = docx.oxml.parser.parse_xml(archive.read("word/footnotes.xml"))
    assert sorted(names) == ["word/_rels/footnotes.xml.rels", "word/footnotes.xml"]
    ids = [note.get(docx.oxml.ns.qn("w:id")) for note in root]
    assert len(ids) == len(set(ids)) == 2 + 5 + 5


def field(text: str) -> Change:
    return lambda document: document.add_paragraph(text)


def in_header(document: Document) -> None:
    document.sections[0].header.paragraphs[0].text = "{{ briefing }}"


def in_table(document: Document) -> None:
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "{{ briefing }}"


@pytest.mark.parametrize(
    ("change", "marker", "line", "said"),
    [
        (field("{{ titel }}"), "{{ briefing }}", 1, "没有字段“titel”"),
        (field("{{ title }"), "{{ briefing }}", 1, "没有写完整"),
        (field("{% for x in y %}"), "{{ briefing }}", 1, "没有写完整"),
        (field("甲"), "", 0, "没有单独一段 {{ briefing }}"),
        (field("{{ briefing }}"), "{{briefing}}", 2, "只能出现一次"),
        (field("甲"), "简报：{{ briefing }}", 2, "自成一段"),
        (in_table, "{{ briefing }}", 1, "不能放在表格"),
        (in_header, "{{ briefing }}", 1, "页眉：{{ briefing }} 要放在正文里"),
    ],
)
def test_an_error_in_a_template_names_its_paragraph(
    template: Callable[..., Path], change: Change, marker: str, line: int, said: str
) -> None:
    path = template(change, marker=marker)
    with pytest.raises(TemplateInvalid) as caught:
        filled(path)
    assert caught.value.path == path
    assert caught.value.line == line
    assert said in caught.value.reason


def test_a_template_that_is_no_word_file_is_refused(tmp_path: Path) -> None:
    for name, data in (("a.docx", b"PK\x03\x04 broken"), ("b.docx", b"plain"), ("c.docx", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(TemplateInvalid) as caught:
            filled(tmp_path / name)
        assert "Word" in caught.value.reason
    with pytest.raises(TemplateInvalid):
        filled(tmp_path / "nowhere.docx")


def test_a_zip_that_is_another_thing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "甲")
    with pytest.raises(TemplateInvalid):
        filled(path)


def test_a_template_that_inflates_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\x00" * (65 << 20))
    with pytest.raises(TemplateInvalid) as caught:
        filled(path)
    assert "太大" in caught.value.reason


def test_entities_in_a_template_are_not_resolved(template: Callable[..., Path], tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("PWNED")
    path = template()
    evil = tmp_path / "evil.docx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(evil, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "word/document.xml":
                declared = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
                data = data.replace(b"?>", b"?>" + declared, 1).replace("以上供参阅。".encode(), b"&e;")
            target.writestr(entry, data)
    made = briefing_docx(made_briefing(), PICTURES, template=evil)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert b"PWNED" not in archive.read("word/document.xml")
