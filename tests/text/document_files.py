"""Files made for the tests of reading: small pdf and docx files, sound and broken."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from jjjmap.errors import DocumentUnreadable
from jjjmap.text.documents.readers import read_document
from jjjmap.text.documents.reasons import REASONS
from jjjmap.text.records import DocumentFormat, RawText

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
NO_SEEDS = "needs the articles in ../shared/seeds beside the checkout"

# Invented sentences in the style of such papers.
SIMPLIFIED = (
    "甲县和乙县联合印发了产业协同发展实施方案，提出到2030年建成三个园区。\n"
    "两地共同培育新材料、机器人等重点产业链，规模以上工业企业超过120家，比上年增长8.5%。\n"
    "会议强调，要加强区域联动，优化营商环境，推动项目落地见效。\n"
)
TRADITIONAL = (
    "甲縣和乙縣聯合印發了產業協同發展實施方案，提出到2030年建成三個園區。\n"
    "兩地共同培育新材料、機器人等重點產業鏈，規模以上工業企業超過120家，比上年增長8.5%。\n"
    "會議強調，要加強區域聯動，優化營商環境，推動項目落地見效。\n"
)
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
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def written(folder: Path, name: str, data: bytes | str) -> Path:
    """Write a file, and return where it is."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def refusal(path: Path) -> DocumentUnreadable:
    """Return why a file is not read; it must not be."""
    with pytest.raises(DocumentUnreadable) as caught:
        read_document(path)
    assert caught.value.reason in REASONS
    return caught.value


def as_raw(text: str, *, page_starts: tuple[int, ...] = (), title: str = "", date: str = "") -> RawText:
    format_ = DocumentFormat.PDF if page_starts else DocumentFormat.TXT
    return RawText(text, format_, page_starts=page_starts, title=title, date=date)


def docx(body: str, *, parts: dict[str, str | bytes] | None = None, head: str = "") -> bytes:
    """Return a docx whose body is this XML."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0" encoding="UTF-8"?>{head}'
            f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        )
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return made.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(
    pages: Sequence[Sequence[str]], *, info: str = "", trailer: str = "", extra: str = "", image: bool = False
) -> bytes:
    """Return a pdf with these lines on its pages, in a font that tells which character each code is."""
    objects: dict[int, bytes] = {}
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(len(pages)))
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()
    objects[3] = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H "
        b"/DescendantFonts [4 0 R] /ToUnicode 6 0 R >>"
    )
    objects[4] = (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 /FontDescriptor 5 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    )
    objects[5] = (
        b"<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 "
        b"/Ascent 900 /Descent -100 /CapHeight 700 /StemV 80 >>"
    )
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def "
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"
    )
    objects[6] = b"<< /Length %d >> stream\n%s\nendstream" % (len(cmap), cmap)
    objects[7] = f"<< {info} >>".encode("latin-1")
    pixels = zlib.compress(bytes(64))
    objects[8] = (
        b"<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Filter /FlateDecode /Length %d >> stream\n%s\nendstream" % (len(pixels), pixels)
    )
    for number, lines in enumerate(pages):
        shown = b"q 500 0 0 700 50 50 cm /I Do Q\n" if image else b""
        for row, line in enumerate(lines):
            codes = line.encode("utf-16-be").hex().upper()
            shown += f"BT /F 12 Tf 50 {780 - 20 * row} Td <{codes}> Tj ET\n".encode()
        objects[10 + 2 * number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 820] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R >> /XObject << /I 8 0 R >> >> >>" % (11 + 2 * number)
        )
        objects[11 + 2 * number] = b"<< /Length %d >> stream\n%s\nendstream" % (len(shown), shown)
    made = bytearray(b"%PDF-1.5\n")
    places: dict[int, int] = {}
    for number, content in sorted(objects.items()):
        places[number] = len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    made += extra.encode("latin-1")
    table = len(made)
    size = max(objects) + 1
    made += b"xref\n0 %d\n" % size
    for number in range(size):
        made += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    made += (
        f"trailer << /Size {size} /Root 1 0 R /Info 7 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n".encode(
            "latin-1"
        )
    )
    return bytes(made)


def encrypted_pdf() -> bytes:
    """Return a pdf that asks for a password: its keys fit none that anybody knows."""
    key = "AB" * 32
    return pdf(
        [["secret"]],
        trailer=f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{key}> /U <{key}> >> /ID [<00> <00>]",
    )
