"""The text of a pdf, page by page."""

import logging
import re
from pathlib import Path
from typing import Any

import pypdfium2

from jjjmap.errors import DocumentUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.text.documents.limits import check_characters
from jjjmap.text.documents.sanitizing import CONTROLS, iso_date, one_line, tidy
from jjjmap.text.records import DocumentFormat, RawText

logger = logging.getLogger(__name__)

MAX_PAGES = 20_000

_PDF_ENCRYPTED = frozenset({4, 5})
"""Error codes of pdfium: a password is wanted; the security handler is not known."""
_SCANNED = 20
"""Visible characters a page below which a pdf holds pictures rather than text."""


def read_pdf(path: Path, data: bytes) -> RawText:
    """Read a pdf; pages that are damaged or hold no text are findings."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as exc:
        code = getattr(exc, "err_code", None)
        reason = "encrypted" if code in _PDF_ENCRYPTED else "damaged"
        raise DocumentUnreadable(path, reason, "" if reason == "encrypted" else "pdf") from exc
    try:
        return _read_pages(path, document)
    finally:
        document.close()


def _read_pages(path: Path, document: Any) -> RawText:
    count = len(document)
    if count > MAX_PAGES:
        raise DocumentUnreadable(path, "too-large", _("{n} 页").format(n=MAX_PAGES))
    pages: list[str] = []
    starts: list[int] = []
    broken: list[int] = []
    bare: list[int] = []
    length = 0
    for index in range(count):
        try:
            text = _page_text(document, index)
        except pypdfium2.PdfiumError as exc:
            logger.info("%s, page %d: %r", path.name, index + 1, exc)
            broken.append(index + 1)
            text = ""
        else:
            if not text.strip():
                bare.append(index + 1)
        starts.append(length)
        pages.append(text)
        length += len(text) + 1
        check_characters(path, length)
    if broken and len(broken) == count:
        raise DocumentUnreadable(path, "damaged", "pdf")
    whole = "\n".join(pages)
    visible = sum(1 for char in whole if not char.isspace())
    if not visible or (visible < _SCANNED * count and len(bare) > count / 2):
        raise DocumentUnreadable(path, "no-text")
    odd = len(re.findall("[\ue000-\uf8ff\ufffd]", whole))
    if odd > visible / 2:
        raise DocumentUnreadable(path, "no-text")
    meta = document.get_metadata_dict(skip_empty=True)
    return RawText(
        whole,
        DocumentFormat.PDF,
        title=one_line(meta.get("Title")),
        author=one_line(meta.get("Author")),
        date=_pdf_date(str(meta.get("CreationDate", ""))),
        page_starts=tuple(starts),
        findings=_pdf_findings(path, broken, bare, odd > visible / 50),
    )


def _page_text(document: Any, index: int) -> str:
    page = document[index]
    try:
        text_page = page.get_textpage()
        try:
            text = str(text_page.get_text_range())
        finally:
            text_page.close()
    finally:
        page.close()
    # pdfium marks a hyphen at the end of a line by a character that is none.
    text = text.replace("\ufffe", "").replace("\x02", "")
    return CONTROLS.sub("", tidy(text)).rstrip("\n")


def _pdf_findings(path: Path, broken: list[int], bare: list[int], is_garbled: bool) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    if broken:
        findings.append(
            Finding(
                Severity.WARNING,
                "pages-damaged",
                path.name,
                _("有 {n} 页损坏，没有读出：{pages}。").format(n=len(broken), pages=_page_list(broken)),
                _("请换一份原件。"),
            )
        )
    if bare:
        findings.append(
            Finding(
                Severity.WARNING,
                "pages-without-text",
                path.name,
                _("有 {n} 页没有文字，可能是图片：{pages}。").format(n=len(bare), pages=_page_list(bare)),
                _("需要这些页时，请先做文字识别（OCR）。"),
            )
        )
    if is_garbled:
        findings.append(
            Finding(
                Severity.WARNING,
                "fonts-garbled",
                path.name,
                _("有些字体没有说明字符对应的文字，个别文字可能是乱码。"),
                _("请对照原件核对。"),
            )
        )
    return tuple(findings)


def _page_list(pages: list[int]) -> str:
    shown = _("、").join(str(page) for page in pages[:10])
    return shown if len(pages) <= 10 else f"{shown}…"


def _pdf_date(text: str) -> str:
    match = re.match(r"(?:D:)?(\d{4})(\d{2})(\d{2})", text)
    return iso_date("-".join(match.groups())) if match else ""
