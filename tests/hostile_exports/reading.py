"""Reads exported files as other programs do, and looks for what could run in them or lead out of them."""

import io
import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

_ACTIVE_TAGS = {
    "script", "foreignObject", "iframe", "object", "embed", "a", "animate", "set", "handler", "audio",
    "video",
}  # fmt: skip
_ACTIVE_PDF = (
    b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/Launch", b"/URI", b"/SubmitForm", b"/ImportData",
    b"/GoToR", b"/GoToE", b"/EmbeddedFile", b"/RichMedia", b"/AcroForm", b"/XFA",
)  # fmt: skip
_FIELD_CODES = {"PAGE", "NUMPAGES", "SEQ", "REF", "NOTEREF", "PAGEREF"}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def svg_texts(svg: str) -> list[str]:
    """Return the title of a sheet and what is written on it, without halos; nothing may run or be fetched."""
    root = fromstring(svg)
    for element in root.iter():
        tag = str(element.tag).partition("}")[2]
        assert tag not in _ACTIVE_TAGS, tag
        for name, value in element.attrib.items():
            plain = name.rpartition("}")[2]
            assert not plain.lower().startswith("on"), name
            if plain in ("href", "src"):
                assert value.startswith(("#", "data:image/png;base64,")), value[:80]
            elif plain == "style" or "url(" in value:
                assert set(re.findall(r"url\(['\"]?(.)", value)) <= {"#"}, value[:80]
    return [
        "".join(found.itertext())
        for name in ("title", "text")
        for found in root.iter("{http://www.w3.org/2000/svg}" + name)
        if found.get("aria-hidden") is None
    ]


class PageText(HTMLParser):
    """The text of a page without a script; nothing in it may run or be fetched, links lead to sources."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self._is_style = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_style = tag == "style"
        assert tag.lower() not in _ACTIVE_TAGS - {"a"} | {"form", "base", "link", "foreignobject"}, tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            if name in ("href", "src", "xlink:href"):
                allowed = ("#", "data:image/", "https://source.example/")
                assert str(value).startswith(allowed), str(value)[:80]

    def handle_endtag(self, tag: str) -> None:
        self._is_style = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._is_style else data


def pdf_text(path: Path) -> str:
    """Return the title of a file and what Poppler reads in it, as it was drawn and as it is read."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("Poppler's pdftotext is not installed")
    read = [
        subprocess.run([program, *order, path, "-"], capture_output=True, check=True, timeout=30).stdout
        for order in (["-raw"], [])
    ]
    said = re.search(rb"/Title <FEFF([0-9A-F]*)>", path.read_bytes())
    title = bytes.fromhex(said[1].decode()).decode("utf-16-be", "replace") if said else ""
    return "\n".join([title, *(text.decode("utf-8", "replace") for text in read)])


def assert_quiet_pdf(data: bytes) -> None:
    """Assert that a file of our browser does nothing when it is opened, and leads only to linked sources."""
    # What is packed is drawing, fonts and the tree of tags; names of keys stand outside of it.
    plain = re.sub(rb"stream\r?\n.*?endstream", b"", data, flags=re.DOTALL)
    plain = re.sub(rb"<(?:FEFF)?[0-9A-Fa-f\s]*>", b"", plain)
    plain = re.sub(rb"\((?:[^()\\]|\\.)*\)", b"", plain, flags=re.DOTALL)
    for link in re.finditer(
        rb"/URI\s*\(((?:[^()\\]|\\.)*)\)", re.sub(rb"stream.*?endstream", b"", data, flags=re.S)
    ):
        assert link[1].startswith(b"https://source.example/"), link[1][:80]
    plain = re.sub(rb"/S\s*/URI\s*/URI(?=\s*(?:/|>>))|/URI\s*/S\s*/URI|/Type\s*/Action", b"", plain)
    found = [word for word in _ACTIVE_PDF if re.search(re.escape(word) + rb"(?![A-Za-z])", plain)]
    assert not found, found
    assert b"/ObjStm" not in plain


def docx_text(data: bytes) -> str:
    """Return all texts of a Word file; no field but ours is in it, nothing is linked but what sources say."""
    texts = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if ".." in name or "vba" in name.lower()]
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            root = fromstring(archive.read(name))
            if name.endswith(".rels"):
                _check_relations(root)
            texts += [found.text or "" for found in root.iter(f"{_W}t")]
            for code in (*root.iter(f"{_W}instrText"), *root.iter(f"{_W}fldSimple")):
                said = (code.text or code.get(f"{_W}instr") or "").split()
                assert not said or said[0] in _FIELD_CODES, said
            for tag in ("altChunk", "object", "attachedTemplate", "mailMerge"):
                assert next(root.iter(_W + tag), None) is None, tag
    return "".join(texts)


def _check_relations(root: Element) -> None:
    for relation in root:
        if relation.get("TargetMode") == "External":
            assert str(relation.get("Type")).endswith("/hyperlink")
            target = str(relation.get("Target"))
            assert re.match(r"https://source\.example/", target), target
            assert not re.search(r"[\s<>\"]", target), target


def unpacked(data: bytes) -> bytes:
    """Return all members of an archive one after another."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())
