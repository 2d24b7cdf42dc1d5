from pathlib import Path

from jjjmap.text.documents.readers import read_document
from jjjmap.text.records import DocumentFormat
from tests.text.document_files import encrypted_pdf, pdf, refusal, written


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
