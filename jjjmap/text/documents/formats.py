"""Which format a file has: what its name says, and whether its content agrees."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from jjjmap.errors import DocumentUnreadable
from jjjmap.text.records import DocumentFormat

FORMATS: Mapping[str, DocumentFormat] = MappingProxyType(
    {
        ".txt": DocumentFormat.TXT,
        ".text": DocumentFormat.TXT,
        ".md": DocumentFormat.MD,
        ".markdown": DocumentFormat.MD,
        ".html": DocumentFormat.HTML,
        ".htm": DocumentFormat.HTML,
        ".xhtml": DocumentFormat.HTML,
        ".shtml": DocumentFormat.HTML,
        ".docx": DocumentFormat.DOCX,
        ".pdf": DocumentFormat.PDF,
    }
)
"""By suffix, in lower case."""


def format_of(path: Path) -> DocumentFormat | None:
    """Return what the name of a file says it is; None if that is nothing we read."""
    return FORMATS.get(path.suffix.lower())


_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY_HEADS = (
    (_ZIP, "zip"),
    (_OLE, "Office"),
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"II*\0", "tiff"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x7fELF", "ELF"),
    (b"SQLite format 3\0", "sqlite"),
)


def _kind_of(data: bytes) -> str:
    """Return a short name of a format that is not text; empty if nothing speaks for one."""
    head = data[:1024]
    for mark, name in _BINARY_HEADS:
        if head.startswith(mark):
            return _kind_of_zip(data) if mark == _ZIP else name
    # Mail gateways put some bytes before a pdf; readers of pdf accept that.
    return "pdf" if b"%PDF-" in head and b"obj" in data[:4096] else ""


def _kind_of_zip(data: bytes) -> str:
    for name, kind in (
        (b"word/", "docx"),
        (b"xl/", "xlsx"),
        (b"ppt/", "pptx"),
        (b"mimetypeapplication/vnd.oasis", "odt"),
    ):
        if name in data[:4096] or name in data[-65536:]:
            return kind
    return "zip"


def looks_like_html(head: bytes) -> bool:
    """Whether a file that begins so is a web page."""
    begin = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return begin.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def check_content(path: Path, data: bytes, format_: DocumentFormat) -> None:
    """Refuse a file whose content is not what its name says.

    Raises
    ------
    DocumentUnreadable
        ``encrypted``, ``old-word``, ``other-format``, ``not-text`` or ``damaged``.
    """
    kind = _kind_of(data)
    match format_:
        case DocumentFormat.DOCX:
            if kind == "Office":
                # An encrypted docx is packed in the old container, in a stream of this name.
                name = "EncryptedPackage".encode("utf-16-le")
                raise DocumentUnreadable(path, "encrypted" if name in data else "old-word")
            if kind not in ("docx", "zip"):
                if kind:
                    raise DocumentUnreadable(path, "other-format", kind)
                if looks_like_html(data[:1024]):
                    raise DocumentUnreadable(path, "other-format", "html")
                raise DocumentUnreadable(path, "damaged", "zip")
        case DocumentFormat.PDF:
            if kind != "pdf":
                if kind:
                    raise DocumentUnreadable(path, "other-format", kind)
                raise DocumentUnreadable(path, "damaged", "%PDF")
        case _:
            if kind:
                raise DocumentUnreadable(path, "not-text", kind)
