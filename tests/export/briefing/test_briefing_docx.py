"""The Word file of a briefing: opened again by python-docx, and drawn once by LibreOffice."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document
from lxml import etree

from jjjmap.export.briefing.docx import briefing_docx
from jjjmap.export.briefing.docx_body import BriefingPictures
from jjjmap.export.briefing.docx_fitting import (
    BESIDE_CHART,
    LARGE,
    SMALL_ROW,
    fitted,
    height_pt,
    picture_sizes,
)
from jjjmap.export.briefing.records import Reference
from jjjmap.export.marks import Audience
from jjjmap.i18n import Language

from ..hostile import HOSTILE
from .made_briefings import LINK, PICTURES, long_briefing, made_briefing

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def opened(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def words(element: etree._Element) -> str:
    return "".join(piece.text or "" for piece in element.iter(f"{W}t"))


def notes(data: bytes) -> list[str]:
    """Return the texts of the footnotes, without the lines between text and notes."""
    root = part(data, "word/footnotes.xml")
    return [words(note).strip() for note in root if note.get(f"{W}type") is None]


@pytest.fixture(scope="module")
def data() -> bytes:
    return briefing_docx(made_briefing(), PICTURES)


def test_headings_are_real_headings(data: bytes) -> None:
    paragraphs = opened(data).paragraphs
    assert [each.text for each in paragraphs if each.style.name == "Title"] == ["甲园"]
    headings = [each.text for each in paragraphs if each.style.name == "Heading 1"]
    assert headings == ["基本情况", "数据", "说法不一的数据", "政策", "产业链", "企业：企业名单"]


def test_the_table_of_figures_has_a_header_row_and_a_numbered_caption(data: bytes) -> None:
    document = opened(data)
    table = document.tables[1]
    assert [cell.text for cell in table.rows[0].cells] == ["指标", "数值", "时期", "比较与说明"]
    assert table.rows[0]._tr.find(f".//{W}tblHeader") is not None
    assert table.rows[1].cells[1].text.startswith("约12.5亿元")
    codes = [code.text.strip() for code in document.element.body.iter(f"{W}instrText")]
    assert [code for code in codes if code.startswith("SEQ")] == [
        "SEQ 图 \\* ARABIC", "SEQ 图 \\* ARABIC", "SEQ 图 \\* ARABIC", "SEQ 表 \\* ARABIC",
    ]  # fmt: skip
    captions = [words(each._p) for each in document.paragraphs if each.style.name == "Caption"]
    assert captions == ["表 1　甲园的数据"]


def test_pictures_are_told_to_who_cannot_see_them(data: bytes) -> None:
    told = [
        each.get("descr") for each in part(data, "word/document.xml").iter() if each.tag.endswith("}docPr")
    ]
    assert told == ["地图：甲园在区域中的位置", "地图：甲园及周边", "产值（亿元）：2021 21；2022 22；2023 23"]


def test_each_source_is_one_footnote_and_cited_again_by_its_number(data: bytes) -> None:
    assert [note.split(". ")[0] for note in notes(data)] == ["甲省日报", "甲县", "甲网", "乙网", "丙省"]
    body = part(data, "word/document.xml")
    marks = [mark.get(f"{W}id") for mark in body.iter(f"{W}footnoteReference")]
    known = [note.get(f"{W}id") for note in part(data, "word/footnotes.xml")]
    assert len(marks) == len(set(marks)) == 5
    assert set(marks) <= set(known)
    bookmarks = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    again = [code.text.split()[1] for code in body.iter(f"{W}instrText") if "NOTEREF" in code.text]
    assert again
    assert set(again) <= bookmarks


def test_what_facts_have_in_common_is_borne_out_once(data: bytes) -> None:
    facts = [each.text for each in opened(data).paragraphs if each.style.name == "Briefing Fact"]
    assert facts[0] == "概况\t甲园承接产业转移。[]"
    assert facts[1] == "位置\t甲县"
    assert facts[2] == "面积\t12 平方公里[1,]"
    assert facts[3] == "最近\t港口：乙港，东约 12 公里"


def test_a_source_that_no_sentence_cites_is_named_at_the_end(data: bytes) -> None:
    assert "其他来源：丁省. 六[Z]. 2022" in opened(data).paragraphs[-1].text


def test_the_address_of_a_source_can_be_followed(data: bytes) -> None:
    root = part(data, "word/_rels/footnotes.xml.rels")
    assert [(each.get("Target"), each.get("TargetMode")) for each in root] == [(LINK, "External")]


def test_every_page_says_whom_it_is_for_and_which_it_is(data: bytes) -> None:
    section = opened(data).sections[0]
    assert section.header.paragraphs[0].text == "京津冀产业协同地图 · 简报\t内部参考"
    footer = words(section.footer._element)
    assert "示意图" in footer
    assert "GS(2024)0650" in footer
    assert "2024-05-06 · jjjmap 9.9第 1 页，共 1 页" in footer
    codes = [code.text.strip() for code in section.footer._element.iter(f"{W}instrText")]
    assert codes == ["PAGE", "NUMPAGES"]


def test_a_public_briefing_has_no_mark_of_an_internal_one() -> None:
    public = briefing_docx(made_briefing(audience=Audience.PUBLIC), PICTURES)
    with zipfile.ZipFile(io.BytesIO(public)) as archive:
        assert not any("内部参考".encode() in archive.read(name) for name in archive.namelist())


def test_a_quotation_is_set_off_and_in_quotation_marks(data: bytes) -> None:
    quoted = [each.text for each in opened(data).paragraphs if each.style.name == "Briefing Quotation"]
    assert quoted == ["2023年　意见　“支持甲园发展”（文库）[]"]


def test_fonts_and_language_are_set_for_both_scripts(data: bytes) -> None:
    styles = part(data, "word/styles.xml")
    fonts, language = (styles.find(f".//{W}docDefaults//{W}{name}") for name in ("rFonts", "lang"))
    assert fonts.get(f"{W}eastAsia") == "宋体"
    assert language.get(f"{W}eastAsia") == "zh-CN"
    heading = opened(data).styles["Heading 1"].element.find(f".//{W}rFonts")
    assert dict(heading.attrib) == {
        f"{W}ascii": "Arial", f"{W}hAnsi": "Arial", f"{W}eastAsia": "黑体", f"{W}cs": "Arial",
    }  # fmt: skip


def test_the_paper_is_a4_and_the_file_says_what_it_is(data: bytes) -> None:
    document = opened(data)
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    about = document.core_properties
    assert (about.title, about.author, about.language) == ("甲园", "jjjmap 9.9", "zh-CN")
    assert about.created.isoformat().startswith("2024-05-06")


def test_the_same_briefing_gives_the_same_bytes(data: bytes) -> None:
    assert briefing_docx(made_briefing(), PICTURES) == data


def test_english_captions_have_sequences_of_their_own() -> None:
    english = briefing_docx(made_briefing(Language.EN), PICTURES)
    codes = [code.text for code in part(english, "word/document.xml").iter(f"{W}instrText")]
    assert " SEQ Figure \\* ARABIC " in codes
    assert " SEQ Table \\* ARABIC " in codes


def test_a_place_that_is_nowhere_has_no_row_of_pictures() -> None:
    bare = replace(made_briefing(), chart=None, chart_title="", chart_refs=(), lon=None, lat=None)
    document = opened(briefing_docx(bare, BriefingPictures()))
    assert len(document.tables) == 1
    assert not document.inline_shapes


def test_maps_are_drawn_large_where_little_is_said() -> None:
    short = replace(made_briefing(), chart=None)
    assert picture_sizes(short) is LARGE
    assert picture_sizes(replace(long_briefing(), chart=None)) is SMALL_ROW
    assert picture_sizes(made_briefing()) is BESIDE_CHART


@pytest.mark.parametrize("language", list(Language))
def test_what_does_not_fit_on_the_page_is_left_out_and_told(language: Language) -> None:
    whole = long_briefing(language)
    document = opened(briefing_docx(whole, PICTURES))
    told = "\n".join(each.text for each in document.paragraphs)
    assert "第0条" in told
    assert "第13条" not in told
    assert ("限于篇幅" in told) or ("room" in told.lower()) or ("space" in told.lower())
    assert height_pt(whole, 499, 38.0) > 745


def test_a_quotation_goes_as_a_whole() -> None:
    long = long_briefing()
    quoted = tuple(replace(each, is_quotation=at % 2 == 1) for at, each in enumerate(long.passages))

    numbers = []
    for height_mm in range(180, 250, 10):
        kept = fitted(
            replace(long, passages=quoted), width_mm=176.0, height_mm=float(height_mm), maps_mm=38.0
        ).passages
        assert all(passage.text for passage in kept if passage.is_quotation)
        numbers.append(len(kept))

    assert (min(numbers), max(numbers)) == (1, 3)


def test_whatever_a_list_is_called_leaves_room_for_the_rest() -> None:
    briefing = made_briefing()
    (firms,) = briefing.firms
    long = replace(firms, layer_title="子" * 900, source_name="丑" * 900, filter_sentence="寅" * 900)

    data = briefing_docx(replace(briefing, firms=(long,)), PICTURES)

    text = words(part(data, "word/document.xml"))
    assert [text.count(letter) for letter in "子丑寅"] == [59, 59, 159]
    assert text.count("…") == 3
    assert "超40家" in text


def test_a_chain_says_of_its_weak_links_what_the_page_says() -> None:
    briefing = made_briefing()
    chain = replace(briefing.chains[0], chokepoints=("堵点：阀门",))
    told = [
        each.text for each in opened(briefing_docx(replace(briefing, chains=(chain,)), PICTURES)).paragraphs
    ]
    assert [text for text in told if text.startswith("氢能")] == ["氢能　储运。卡点堵点：堵点：阀门[3]"]


def test_a_map_that_stands_alone_is_told_as_that_of_the_region() -> None:
    data = briefing_docx(made_briefing(), replace(PICTURES, locator=b""))
    told = [
        each.get("descr") for each in part(data, "word/document.xml").iter() if each.tag.endswith("}docPr")
    ]
    assert told[0] == "地图：甲园在区域中的位置"
    assert len(told) == 2


def test_pictures_keep_their_shape_within_the_lines(data: bytes) -> None:
    shapes = opened(data).inline_shapes
    ratios = [round(shape.width / shape.height, 2) for shape in shapes]
    assert ratios == [0.8, 2.0, 1.7]
    assert len({shape.height for shape in shapes}) == 1
    assert sum(shape.width.mm for shape in shapes) <= 176


def test_hostile_texts_stay_texts() -> None:
    evil = HOSTILE + "\x00\x1b\u202e\ud800\ufffe"
    base = made_briefing()
    spoilt = replace(
        base,
        title=evil,
        facts=(replace(base.facts[0], label=evil, text=evil),),
        figures=(replace(base.figures[0], indicator=evil, value="=1+1", comparison=evil),),
        passages=(replace(base.passages[0], title=evil, text=evil, why=evil),),
        firms=(replace(base.firms[0], layer_title=evil, source_name=evil, names=(evil,)),),
        references=(
            Reference(1, f"{evil} javascript:alert(1)", "javascript:alert(1)", evil),
            *base.references[1:],
        ),
    )
    data = briefing_docx(spoilt, PICTURES)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(archive.read(name))
                assert "\u202e" not in etree.tostring(root, encoding="unicode")
                targets = [each.get("Target") for each in root.iter() if each.get("TargetMode") == "External"]
                assert all(target.startswith("https://") for target in targets)
    shown = words(part(data, "word/document.xml"))
    assert "<script>window.PWNED=1" in shown
    assert "{{7*7}}" in shown
    allowed = {"SEQ", "NOTEREF"}
    codes = {code.text.split()[0] for code in part(data, "word/document.xml").iter(f"{W}instrText")}
    assert codes <= allowed


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.timeout(180)
def test_libreoffice_draws_it_on_one_page(tmp_path: Path) -> None:
    (tmp_path / "甲.docx").write_bytes(briefing_docx(long_briefing(), PICTURES))
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "甲.docx"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=150,
    )
    read = subprocess.run(
        ["pdftotext", "-layout", "甲.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, timeout=30
    )
    text = read.stdout.decode()
    assert text.count("\f") == 1
    # Between the scripts it sets a little room, which is read as a space.
    plain = re.sub(r"\s", "", text)
    for wanted in ("甲园", "内部参考", "约12.5亿元", "第1页，共1页", "GS(2024)0650", "[1,2]"):
        assert wanted in plain
