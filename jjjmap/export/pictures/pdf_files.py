"""PDF files as our browser writes them: how many pages they have, and what they say of themselves.

The browser names the time of day and itself, but neither author nor language. Its files are plain: objects
one after the other, and a table of where they are. So they are taken apart and put together anew.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import jjjmap
from jjjmap.errors import RenderingFailed
from jjjmap.i18n import Language

_XREF = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\s+0 (\d+)\s+")
_ENTRY_BYTES = 20
_ROOT = re.compile(rb"/Root (\d+) 0 R")
_INFO = re.compile(rb"/Info (\d+) 0 R")
_PAGES = re.compile(rb"/Pages (\d+) 0 R")
_COUNT = re.compile(rb"/Count (\d+)")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_RADICAL = re.compile(rb"(<[0-9A-F]{2,4}>\s*)<(2E[89A-F][0-9A-F]|2F[0-9A-D][0-9A-F])>")
"""A glyph, and a radical of U+2E80 to U+2FDF that it is said to stand for."""
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class About:
    """What a PDF says of itself."""

    title: str
    language: Language
    subject: str = ""
    """Whom it is for, that it is a sketch, its sources."""
    author: str = "jjjmap"

    @property
    def maker(self) -> str:
        """The program and its version."""
        return f"jjjmap {jjjmap.__version__}"


@dataclass
class PlainPdf:
    """A file taken apart into its objects."""

    head: bytes
    objects: dict[int, bytes]
    """By number, each from ``n 0 obj`` to ``endobj``."""
    root: int
    info: int


def page_count(pdf: bytes) -> int:
    """Return how many pages a file of our browser has; raises RenderingFailed if it is none."""
    file = taken_apart(pdf)
    return int(found_in(_COUNT, file.objects[int(found_in(_PAGES, file.objects[file.root]))]))


def finished_pdf(pdf: bytes, about: About) -> bytes:
    """Return a file that says what it is; the same bytes each time if ``SOURCE_DATE_EPOCH`` is set.

    Parameters
    ----------
    pdf
        As our browser wrote it.

    Raises
    ------
    RenderingFailed
        It is none.
    ValueError
        ``SOURCE_DATE_EPOCH`` holds no moment.
    """
    file = taken_apart(pdf)
    file.objects = {number: _with_plain_letters(piece) for number, piece in file.objects.items()}
    moment = _moment()
    stamp = moment.strftime("(D:%Y%m%d%H%M%SZ)").encode()
    maker = about.maker
    said = {b"Title": about.title, b"Author": about.author, b"Subject": about.subject}
    entries = [b"/%s %s" % (key, pdf_text(value)) for key, value in said.items() if value]
    entries += [b"/Creator " + pdf_text(maker), b"/Producer " + pdf_text(maker)]
    entries += [b"/CreationDate " + stamp, b"/ModDate " + stamp]
    file.objects[file.info] = pdf_object(file.info, b"<<" + b"\n".join(entries) + b">>")
    metadata = max(file.objects) + 1
    xmp = _xmp(about, maker, moment)
    file.objects[metadata] = pdf_object(
        metadata,
        b"<</Type /Metadata\n/Subtype /XML\n/Length %d>> stream\n%s\nendstream" % (len(xmp), xmp),
    )
    more = b"/Lang %s\n/ViewerPreferences <</DisplayDocTitle true>>\n/Metadata %d 0 R" % (
        pdf_text(about.language.html_tag),
        metadata,
    )
    root = file.objects[file.root]
    file.objects[file.root] = re.sub(
        rb">>\s*endobj\s*\Z", b"\n" + more.replace(b"\\", rb"\\") + b">>\nendobj\n", root
    )
    return put_together(file)


def _with_plain_letters(piece: bytes) -> bytes:
    """Return an object of a PDF; if it says which letters glyphs stand for, with those that people search.

    Of a picture within a page the browser knows the glyphs alone. Fonts draw the radical ⼭ and the character
    山 with the same one, and it takes the first.
    """
    stream = _STREAM.search(piece)
    if stream is None or b"/FlateDecode" not in piece[: stream.start()]:
        return piece
    try:
        content = zlib.decompress(stream[1])
    except zlib.error:
        return piece
    if b"begincmap" not in content:
        return piece
    plain = _RADICAL.sub(_character_of, content)
    if plain == content:
        return piece
    packed = zlib.compress(plain, 9)
    head = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), piece[: stream.start()])
    return head + b"stream\n" + packed + b"\nendstream" + piece[stream.end() :]


def _character_of(found: re.Match[bytes]) -> bytes:
    letter = unicodedata.normalize("NFKC", chr(int(found[2], 16)))
    return b"%s<%04X>" % (found[1], ord(letter)) if len(letter) == 1 else found[0]


def taken_apart(pdf: bytes) -> PlainPdf:
    """Return the objects of a file of our browser, or of `put_together`; RenderingFailed if it is none."""
    try:
        xref = int(found_in(_XREF, pdf))
        table = _TABLE.match(pdf, xref)
        if table is None:
            raise ValueError("no table")
        offsets: dict[int, int] = {}
        for number in range(1, int(table[1])):
            entry = pdf[table.end() + number * _ENTRY_BYTES :][:_ENTRY_BYTES]
            if entry[17:18] == b"n":
                offsets[int(entry[:10])] = number
        starts = sorted(offsets)
        objects = {
            offsets[start]: pdf[start:end] for start, end in zip(starts, [*starts[1:], xref], strict=True)
        }
        root, info = int(found_in(_ROOT, pdf[xref:])), int(found_in(_INFO, pdf[xref:]))
        if root not in objects or info not in objects:
            raise ValueError("no root")
        return PlainPdf(pdf[: starts[0]], objects, root, info)
    except (ValueError, IndexError) as exc:
        raise RenderingFailed("print-failed") from exc


def put_together(file: PlainPdf) -> bytes:
    """Return a file of these objects, with a new table of where they are."""
    pieces, offsets, length = [file.head], {}, len(file.head)
    for number, piece in file.objects.items():
        offsets[number] = length
        pieces.append(piece)
        length += len(piece)
    size = max(offsets) + 1
    digest = hashlib.sha256(b"".join(pieces)).hexdigest()[:32].encode()
    pieces.append(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        # Numbers that are not used are free, as the first one is.
        used = number in offsets
        pieces.append(b"%010d 00000 n \n" % offsets[number] if used else b"0000000000 65535 f \n")
    pieces.append(
        b"trailer\n<</Size %d\n/Root %d 0 R\n/Info %d 0 R\n/ID [<%s> <%s>]>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, file.root, file.info, digest, digest, length)
    )
    return b"".join(pieces)


def found_in(pattern: re.Pattern[bytes], data: bytes) -> bytes:
    """Return the first group of a pattern; raises ValueError if it is not there."""
    found = pattern.search(data)
    if found is None:
        raise ValueError(pattern.pattern.decode("latin-1"))
    return found[1]


def pdf_object(number: int, content: bytes) -> bytes:
    """Return an object as it stands in a file."""
    return b"%d 0 obj\n%s\nendobj\n" % (number, content)


def pdf_text(text: str) -> bytes:
    """Return a text as a value of a PDF."""
    return b"<FEFF" + text.encode("utf-16-be", errors="replace").hex().upper().encode() + b">"


def _moment() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)


def _xmp(about: About, maker: str, moment: datetime) -> bytes:
    title, subject, author, maker = (
        escape(_NOT_IN_XML.sub("\ufffd", text)) for text in (about.title, about.subject, about.author, maker)
    )
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    language = about.language.html_tag
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{maker}</xmp:CreatorTool><pdf:Producer>{maker}</pdf:Producer>
<xmp:CreateDate>{stamp}</xmp:CreateDate><xmp:ModifyDate>{stamp}</xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>""".encode()
