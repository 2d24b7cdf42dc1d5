"""Files of the user as text: what is in a txt, md, html, docx or pdf, whatever the file says it is.

Files are hostile: sizes are bounded before and while reading, nothing is run, nothing is fetched. What parses
untrusted structure (html, docx, pdf) belongs into the worker process of `text.documents.reading_worker`.
"""

import io
import logging
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any

from jjjmap.errors import DocumentUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.text.documents.encodings import Decoded, decode, decode_as
from jjjmap.text.records import DocumentFormat, RawText

if TYPE_CHECKING:
    from lxml.html import HtmlElement, HTMLParser

logger = logging.getLogger(__name__)

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

MAX_BYTES = 32 << 20
"""Of a txt, md, html or docx file."""
MAX_PDF_BYTES = 200 << 20
MAX_CHARACTERS = 20_000_000
"""Of the text in a file."""
MAX_PAGES = 20_000
MAX_ENTRIES = 2_000
"""Of the zip archive that a docx is."""
MAX_INFLATED_BYTES = 256 << 20
"""Really inflated out of a docx; what its header says about sizes is not believed."""
MAX_RATIO = 200
"""Inflated to packed bytes of one part, above 8 MB."""

_FREE_OF_RATIO = 8 << 20
_WORDS_OF_TITLE = 300
"""Characters of a title that a file gives itself."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a file gave no text, as sentences in the language in use."""

    why: Callable[[], str]
    """May have the hole ``{detail}``."""
    hint: Callable[[], str]


REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        "missing": Reason(
            lambda: _("找不到这个文件。"), lambda: _("它可能已被移动、改名或删除，请重新选择。")
        ),
        "no-access": Reason(
            lambda: _("没有权限或无法读取这个文件：{detail}。"),
            lambda: _("请检查文件权限，或先复制到自己的文件夹。"),
        ),
        "not-a-file": Reason(lambda: _("这不是一个普通文件。"), lambda: _("请选择文件，或选择整个文件夹。")),
        "empty": Reason(
            lambda: _("文件是空的，或者只有空白。"), lambda: _("请检查是否下载完整，或换一份原件。")
        ),
        "too-large": Reason(
            lambda: _("文件太大，这种格式最多读 {detail}。"), lambda: _("请把它拆成几个较小的文件后再导入。")
        ),
        "too-long": Reason(
            lambda: _("里面的文字太多，一份文件最多读 {detail} 字。"),
            lambda: _("请把它拆成几个较小的文件后再导入。"),
        ),
        "unknown-format": Reason(
            lambda: _("不认识这种格式：{detail}。"),
            lambda: _("可以读取 txt、md、html、docx、pdf；请先另存为其中一种。"),
        ),
        "other-format": Reason(
            lambda: _("文件名说的格式与内容不符，内容是 {detail}。"),
            lambda: _("请把文件名的后缀改对，或另存为 docx、pdf 或 txt。"),
        ),
        "old-word": Reason(
            lambda: _("这是旧版 Word 文件（doc），不是 docx。"), lambda: _("请在 Word 或 WPS 中另存为 docx。")
        ),
        "not-text": Reason(
            lambda: _("文件名说它是文本，内容却不是文字（{detail}）。"),
            lambda: _("请检查是不是选错了文件，或把后缀改成真正的格式。"),
        ),
        "encrypted": Reason(
            lambda: _("文件加了密码，不知道密码就读不出文字。"),
            lambda: _("请用密码打开后另存一份不加密的，再导入。"),
        ),
        "no-text": Reason(
            lambda: _("里面没有可以取出的文字，多半是扫描件或图片。"),
            lambda: _("请先做文字识别（OCR），再导入识别后的文件。"),
        ),
        "damaged": Reason(
            lambda: _("文件已损坏或不完整，读不下去（{detail}）。"),
            lambda: _("请重新下载或换一份原件；用原来的软件打开并另存也可能修好。"),
        ),
        "bomb": Reason(
            lambda: _("压缩包展开后大得不正常（{detail}），为安全起见没有读。"),
            lambda: _("若确实是正常文件，请用 Word 或 WPS 另存为较小的文件。"),
        ),
        "hostile": Reason(
            lambda: _("文件里有不该有的 XML 声明（{detail}），为安全起见没有读。"),
            lambda: _("请用 Word 或 WPS 打开并另存一份，再导入。"),
        ),
        "timeout": Reason(
            lambda: _("读了 {detail} 秒还没有读完，已停下。"),
            lambda: _("请把文件拆小，或另存为 txt 后再导入。"),
        ),
        "out-of-memory": Reason(
            lambda: _("读这个文件要用的内存超出了限度。"), lambda: _("请把文件拆小，或另存为 txt 后再导入。")
        ),
        "crashed": Reason(
            lambda: _("读这个文件的进程意外结束；程序本身和其他文件不受影响。"),
            lambda: _("文件可能已损坏，请换一份原件，或另存为 txt 后再导入。"),
        ),
        "cancelled": Reason(lambda: _("读取已取消。"), lambda: _("需要时可以重新导入。")),
    }
)
"""Every `DocumentUnreadable.reason`."""


def reason_parts(reason: str, detail: str = "") -> tuple[str, str]:
    """Return why a file gave no text, and what to try, each a sentence in the language in use."""
    known = REASONS[reason if reason in REASONS else "damaged"]
    # The detail may hold what a file says about itself: one line of it, and not much.
    said = " ".join(_printable(detail).split())[:120]
    return known.why().format(detail=said or "?"), known.hint()


def reason_sentence(reason: str, detail: str = "") -> str:
    """Return why a file gave no text and what to try, in the language in use."""
    why, hint = reason_parts(reason, detail)
    return _("{why}{hint}").format(why=why, hint=hint)


def format_of(path: Path) -> DocumentFormat | None:
    """Return what the name of a file says it is; None if that is nothing we read."""
    return FORMATS.get(path.suffix.lower())


def is_plain(path: Path) -> bool:
    """Whether a file can be read without parsing structure: a txt or md that holds no html."""
    if format_of(path) not in (DocumentFormat.TXT, DocumentFormat.MD):
        return False
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return True  # Told at once by `read_document`, which opens nothing but ordinary files.
        with path.open("rb") as file:
            return not _looks_like_html(file.read(1024))
    except OSError:
        return True


def read_document(path: Path) -> RawText:
    """Read the text of a file.

    Parameters
    ----------
    path
        .txt, .md, .html, .docx or .pdf; up to 32 MB, a pdf up to 200 MB.

    Returns
    -------
    RawText
        With findings for what is doubtful: encoding, pages without text, a name that says something else.

    Raises
    ------
    DocumentUnreadable
        With one of `REASONS`.
    """
    try:
        return _read(path)
    except DocumentUnreadable:
        raise
    except MemoryError as exc:
        raise DocumentUnreadable(path, "out-of-memory") from exc
    except FileNotFoundError as exc:
        raise DocumentUnreadable(path, "missing") from exc
    except OSError as exc:
        raise DocumentUnreadable(path, "no-access", exc.strerror or type(exc).__name__) from exc
    except Exception as exc:
        # Parsers of hostile files fail in unforeseen ways; one file must not stop a batch.
        logger.warning("%s could not be read: %r", path.name, exc)
        raise DocumentUnreadable(path, "damaged", type(exc).__name__) from exc


def _read(path: Path) -> RawText:
    format_ = format_of(path)
    if format_ is None:
        raise DocumentUnreadable(path, "unknown-format", path.suffix.lower() or path.name)
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise DocumentUnreadable(path, "not-a-file")
    limit = MAX_PDF_BYTES if format_ is DocumentFormat.PDF else MAX_BYTES
    if status.st_size > limit:
        raise DocumentUnreadable(path, "too-large", f"{limit >> 20} MB")
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise DocumentUnreadable(path, "too-large", f"{limit >> 20} MB")
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise DocumentUnreadable(path, "empty")
    _check_content(path, data, format_)
    match format_:
        case DocumentFormat.TXT | DocumentFormat.MD if _looks_like_html(data[:1024]):
            raw = _read_html(path, data)
        case DocumentFormat.TXT:
            raw = _read_plain(path, data)
        case DocumentFormat.MD:
            raw = _read_markdown(path, data)
        case DocumentFormat.HTML:
            raw = _read_html(path, data)
        case DocumentFormat.DOCX:
            raw = _read_docx(path, data)
        case DocumentFormat.PDF:
            raw = _read_pdf(path, data)
    if len(raw.text) > MAX_CHARACTERS:
        raise _too_long(path)
    if not raw.text.strip():
        raise DocumentUnreadable(path, "no-text" if format_ is DocumentFormat.PDF else "empty")
    return raw


def _too_long(path: Path) -> DocumentUnreadable:
    return DocumentUnreadable(path, "too-long", f"{MAX_CHARACTERS:,}")


# -- What the content says -------------------------------------------------------------------------

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


def _looks_like_html(head: bytes) -> bool:
    begin = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return begin.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def _check_content(path: Path, data: bytes, format_: DocumentFormat) -> None:
    """Refuse a file whose content is not what its name says."""
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
                if _looks_like_html(data[:1024]):
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


# -- Plain text ------------------------------------------------------------------------------------

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_UNWANTED = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")


def _printable(text: str) -> str:
    return re.sub("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]", " ", text)


def _tidy(text: str) -> str:
    r"""Return text with ``\\n`` as the only line end, without what no text may hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _UNWANTED.sub("", text)


def _one_line(text: object) -> str:
    return " ".join(_printable(str(text or "")).split())[:_WORDS_OF_TITLE]


def _encoding_findings(path: Path, decoded: Decoded) -> tuple[Finding, ...]:
    if decoded.is_certain:
        return ()
    return (
        Finding(
            Severity.WARNING,
            "encoding-doubtful",
            path.name,
            _("没有把握的字符编码，按 {encoding} 读取，个别文字可能是乱码。").format(
                encoding=decoded.encoding
            ),
            _("请核对文字；若不对，请用编辑器另存为 UTF-8 后再导入。"),
        ),
    )


def _decoded_text(path: Path, data: bytes) -> Decoded:
    decoded = decode(data)
    sample = decoded.text[: 1 << 16]
    # Form feeds and escapes occur in old text files; a hundredth of control characters does not.
    if len(_CONTROLS.findall(sample)) > max(2, len(sample) / 100):
        raise DocumentUnreadable(path, "not-text", _("二进制数据"))
    return decoded


def _read_plain(path: Path, data: bytes) -> RawText:
    decoded = _decoded_text(path, data)
    return RawText(
        _tidy(decoded.text),
        DocumentFormat.TXT,
        decoded.encoding,
        findings=_encoding_findings(path, decoded),
    )


_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,4000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_FIELD = re.compile(r"^(title|author|date)[ \t]*:[ \t]*(.{1,300})$", re.MULTILINE)
# Each pattern stays within a line and has bounded repeats, so that hostile lines cost no more than long ones.
_MARKUP: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<!--[^>]{0,2000}-->"), ""),
    (re.compile(r"</?[a-zA-Z][^<>\n]{0,500}>"), ""),
    (re.compile(r"^[ \t]{0,3}(?:```|~~~)[^\n]{0,100}$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]{0,3}(?:[-*_][ \t]?){3,80}$", re.MULTILINE), ""),
    (
        re.compile(
            r"^[ \t]*\|?[ \t]*:?-{3,100}:?[ \t]*(?:\|[ \t]*:?-{1,100}:?[ \t]*){0,100}\|?[ \t]*$", re.MULTILINE
        ),
        "",
    ),
    (re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+", re.MULTILINE), ""),
    (re.compile(r"^[ \t]{0,3}(?:>[ \t]?){1,20}", re.MULTILINE), ""),
    (re.compile(r"^([ \t]{0,20})[-*+][ \t]+", re.MULTILINE), r"\1"),
    (re.compile(r"!\[([^\[\]\n]{0,300})\]\([^()\n]{0,1000}\)"), r"\1"),
    (re.compile(r"\[([^\[\]\n]{1,300})\]\([^()\n]{0,1000}\)"), r"\1"),
    (re.compile(r"\*\*([^*\n]{1,1000})\*\*"), r"\1"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*\n]{0,1000})\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)__([^_\n]{1,1000})__(?!\w)"), r"\1"),
    (re.compile(r"`([^`\n]{1,1000})`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
)


def _read_markdown(path: Path, data: bytes) -> RawText:
    decoded = _decoded_text(path, data)
    text = _tidy(decoded.text)
    fields: dict[str, str] = {}
    front = _FRONT_MATTER.match(text)
    if front:
        for name, value in _FRONT_FIELD.findall(front.group(1)):
            fields[name] = _one_line(value.strip().strip("'\""))
        text = text[front.end() :]
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    text = re.sub(
        r"^\|(.{1,2000}?)\|?[ \t]*$", lambda row: _table_row(row.group(1)), text, flags=re.MULTILINE
    )
    return RawText(
        text,
        DocumentFormat.MD,
        decoded.encoding,
        title=fields.get("title", ""),
        author=fields.get("author", ""),
        date=_iso_date(fields.get("date", "")),
        findings=_encoding_findings(path, decoded),
    )


def _table_row(row: str) -> str:
    return "\t".join(cell.strip() for cell in row.split("|"))


def _iso_date(text: str) -> str:
    """Return the day of an ISO 8601 time; empty if it is none."""
    match = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", text.strip())
    if not match:
        return ""
    try:
        year, month, day = (int(part) for part in match.groups())
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


# -- Web pages -------------------------------------------------------------------------------------

_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,300}?charset\s{0,5}=\s{0,5}["']?\s{0,5}([a-zA-Z0-9_:.-]{2,40})""", re.IGNORECASE
)
_XML_ENCODING = re.compile(
    rb"""\A\s{0,5}<\?xml[^>]{0,100}?encoding\s{0,5}=\s{0,5}["']([a-zA-Z0-9_:.-]{2,40})["']"""
)
_UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "title",
        "iframe",
        "frame",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "select",
        "option",
        "datalist",
        "textarea",
        "button",
        "input",
        "map",
        "area",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_HIDDEN_STYLE = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
_SENTENCE_MARK = re.compile("[。，；,.;]")
_LONGEST_FOR_ARTICLE = 1 << 19
"""Characters of a page up to which its article is looked for; that takes ten times as long as reading it."""
_PROSE_LINE = 25
"""Characters from which a line with sentence punctuation counts as prose that must not get lost."""


def _decode_html(data: bytes) -> Decoded:
    if not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        match = _XML_ENCODING.match(data[:200]) or _META_CHARSET.search(data[:4096])
        if match:
            named = match.group(1).decode("ascii").lower()
            # A page that says utf-16 in bytes that we could read this far is lying, so that is not believed.
            decoded = None if named.startswith(("utf-16", "utf-32")) else decode_as(data, named)
            if decoded is not None and decoded.encoding not in ("iso8859-1", "cp1252", "ascii", "latin-1"):
                return decoded
    return decode(data)


def _read_html(path: Path, data: bytes) -> RawText:
    from lxml import etree, html

    decoded = _decode_html(data)
    # A declaration of an encoding is refused in decoded text.
    source = re.sub(r"\A\s*<\?xml[^>]{0,200}\?>", "", _tidy(decoded.text))
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as exc:
        if _ran_out_of_memory(parser):
            raise MemoryError from exc
        raise DocumentUnreadable(path, "empty") from exc
    if _ran_out_of_memory(parser):
        raise MemoryError  # The tree is cut off where memory ended, without a word.
    title, published = _title_of(tree), _published(tree)
    _drop_unseen(tree)
    lines = _visible_lines(tree)
    if sum(map(len, lines)) > MAX_CHARACTERS:
        raise _too_long(path)
    main = _main_text(tree) if len(source) <= _LONGEST_FOR_ARTICLE else None
    return RawText(
        _tidy("\n".join(_article_of(lines, main.text) if main is not None else lines)),
        DocumentFormat.HTML,
        decoded.encoding,
        title=_one_line((main.title if main is not None else "") or title),
        author=_one_line(main.author if main is not None else ""),
        date=_iso_date(published),
        findings=_encoding_findings(path, decoded),
    )


def _ran_out_of_memory(parser: "HTMLParser") -> bool:
    return any(entry.type_name == "ERR_NO_MEMORY" for entry in parser.error_log)


@dataclass(frozen=True, slots=True)
class _MainText:
    text: str
    title: str
    author: str


def _main_text(tree: "HtmlElement") -> _MainText | None:
    """Return what trafilatura takes for the article; None if it finds none or fails."""
    try:
        # Needs lxml_html_clean, which not every install of its dependencies brings.
        from trafilatura import bare_extraction

        # Without its fallbacks: they run all of a page together into one line.
        found = bare_extraction(
            tree,
            fast=True,
            include_comments=False,
            include_tables=True,
            favor_recall=True,
            with_metadata=True,
            # It guesses a date from any digits of the page; we take only what the page declares.
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except MemoryError:
        raise
    except Exception as exc:
        logger.info("trafilatura gave nothing: %r", exc)
        return None
    if found is None:
        return None
    fields: dict[str, Any] = found if isinstance(found, dict) else found.as_dict()
    text = str(fields.get("text") or "")
    return _MainText(text, str(fields.get("title") or ""), str(fields.get("author") or "")) if text else None


def _article_of(lines: list[str], main: str) -> list[str]:
    """Return the lines of a page from the first to the last that belong to its article.

    All lines if prose would get lost; the cleaning takes out what a site put around it as well.
    """
    # By how lines begin: a search for each line in all of the article would not be linear.
    said = {re.sub(r"\s", "", line)[:_PROSE_LINE] for line in main.split("\n")}
    bare = [re.sub(r"\s", "", line) for line in lines]
    inside = [index for index, line in enumerate(bare) if len(line) >= 4 and line[:_PROSE_LINE] in said]
    if not inside:
        return lines
    first, last = inside[0], inside[-1]
    prose = [len(line) if len(line) >= _PROSE_LINE and _SENTENCE_MARK.search(line) else 0 for line in bare]
    return lines[first : last + 1] if sum(prose[first : last + 1]) >= 0.8 * sum(prose) else lines


def _title_of(tree: "HtmlElement") -> str:
    for found in tree.iter("title"):
        return _one_line(found.text_content())
    return ""


_DATE_NAMES = frozenset(
    {
        "pubdate",
        "publishdate",
        "article:published_time",
        "og:published_time",
        "dc.date",
        "dcterms.date",
        "datepublished",
    }
)


def _published(tree: "HtmlElement") -> str:
    for meta in tree.iter("meta"):
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").strip().lower()
        if name in _DATE_NAMES:
            return str(meta.get("content") or "").replace("/", "-")
    return ""


def _drop_unseen(tree: "HtmlElement") -> None:
    """Take out of a page what its reader would not see."""
    from lxml import etree

    for element in list(tree.iter("*")):
        is_hidden = element.get("hidden") is not None
        if is_hidden or _HIDDEN_STYLE.search((element.get("style") or "")[:500]):
            element.tag = "template"
    # What follows them stays. Not with drop_tree: that refuses to move text with control characters.
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)


def _visible_lines(tree: "HtmlElement") -> list[str]:
    """Return all text that a reader of the page would see, a line for each block."""
    parts: list[str] = []
    # By hand rather than by recursion: hostile pages nest deep.
    stack: list[tuple[HtmlElement, bool]] = [(tree, False)]
    while stack:
        element, is_done = stack.pop()
        tag = element.tag
        if is_done:
            parts.append("\n" if tag in _BLOCKS else "\t" if tag in ("td", "th") else "")
            parts.append(_one_space(element.tail))
        elif tag == "br":
            parts.append("\n" + _one_space(element.tail))
        else:
            if tag in _BLOCKS:
                parts.append("\n")
            parts.append(_one_space(element.text))
            stack.append((element, True))
            stack.extend((child, False) for child in reversed(element))
    lines = (line.strip(" \t") for line in "".join(parts).split("\n"))
    return [line for line in lines if line]


def _one_space(text: str | None) -> str:
    """Return text as a browser shows it; between Chinese a break in the source is not even a space."""
    if not text:
        return ""
    joined = re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])", "", text)
    return re.sub(r"[ \t\n\r\f\v]+", " ", joined)


# -- Word ------------------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OFFICE_DOCUMENT = "/relationships/officeDocument"


class _TooMuch(Exception):
    """A part of an archive inflates beyond its budget."""


class _Budget:
    """Counts what is really inflated out of one archive."""

    def __init__(self) -> None:
        self.left = MAX_INFLATED_BYTES


class _Counted(io.RawIOBase):
    """A part of an archive that stops when its budget is used up."""

    def __init__(self, file: IO[bytes], packed_bytes: int, budget: _Budget) -> None:
        super().__init__()
        self._file = file
        self._allowed = max(_FREE_OF_RATIO, packed_bytes * MAX_RATIO)
        self._budget = budget

    def read(self, size: int = -1) -> bytes:
        wanted = 1 << 16 if size is None or size < 0 else min(size, 1 << 20)
        data = self._file.read(wanted)
        self._allowed -= len(data)
        self._budget.left -= len(data)
        if self._allowed < 0 or self._budget.left < 0:
            raise _TooMuch
        return data


def _read_docx(path: Path, data: bytes) -> RawText:
    """Read a docx out of its parts, one at a time.

    Not with python-docx: that inflates every part of the archive into memory before anything is asked, and
    leaves out text in content controls, tracked insertions, text boxes and footnotes. Macros, pictures and
    relations to other files are never opened.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MAX_ENTRIES:
                raise DocumentUnreadable(path, "bomb", f"> {MAX_ENTRIES}")
            return _read_parts(path, archive)
    except _TooMuch as exc:
        raise DocumentUnreadable(path, "bomb", f"> {MAX_INFLATED_BYTES >> 20} MB / {MAX_RATIO}×") from exc
    except DefusedXmlException as exc:
        raise DocumentUnreadable(path, "hostile", type(exc).__name__) from exc
    except RuntimeError as exc:
        # What zipfile raises for an encrypted part; RecursionError and NotImplementedError are its children.
        reason = "encrypted" if "password" in str(exc) or "encrypted" in str(exc) else "damaged"
        raise DocumentUnreadable(path, reason, type(exc).__name__) from exc
    except (zipfile.BadZipFile, ParseError, KeyError, EOFError, ValueError, zlib.error) as exc:
        raise DocumentUnreadable(path, "damaged", type(exc).__name__) from exc


def _read_parts(path: Path, archive: zipfile.ZipFile) -> RawText:
    budget = _Budget()
    names = set(archive.namelist())
    main = _main_part(archive, budget, names)
    if main not in names:
        kind = next(
            (
                kind
                for part, kind in (("xl/", "xlsx"), ("ppt/", "pptx"), ("content.xml", "odt"))
                if any(name.startswith(part) for name in names)
            ),
            "zip",
        )
        raise DocumentUnreadable(path, "other-format", kind)
    lines: list[str] = []
    characters = 0
    folder = main.rpartition("/")[0]
    for part in (main, f"{folder}/footnotes.xml", f"{folder}/endnotes.xml"):
        if part not in names:
            continue
        for line in _paragraphs(archive, part, budget):
            characters += len(line) + 1
            if characters > MAX_CHARACTERS:
                raise _too_long(path)
            lines.append(line)
    title, author, date = _core_properties(archive, budget, names)
    return RawText(_tidy("\n".join(lines)), DocumentFormat.DOCX, title=title, author=author, date=date)


def _events(
    archive: zipfile.ZipFile, part: str, budget: _Budget, events: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    from defusedxml.ElementTree import iterparse

    info = archive.getinfo(part)
    with archive.open(info) as file, _Counted(file, info.compress_size, budget) as counted:
        yield from iterparse(
            counted, events=events, forbid_dtd=True, forbid_entities=True, forbid_external=True
        )


def _main_part(archive: zipfile.ZipFile, budget: _Budget, names: set[str]) -> str:
    """Return the part that holds the text; some writers do not call it word/document.xml."""
    if "word/document.xml" in names or "_rels/.rels" not in names:
        return "word/document.xml"
    for _event, element in _events(archive, "_rels/.rels", budget, ("end",)):
        if (
            str(element.get("Type", "")).endswith(_OFFICE_DOCUMENT)
            and element.get("TargetMode") != "External"
        ):
            return str(element.get("Target", "")).lstrip("/")
    return "word/document.xml"


def _paragraphs(archive: zipfile.ZipFile, part: str, budget: _Budget) -> Iterator[str]:
    """Yield the paragraphs of a part; a row of a table is one, with tabs between its cells."""
    texts: list[list[str]] = []
    """Of the paragraphs that are open; a text box opens one inside another."""
    cells: list[list[str]] = []
    """Paragraphs of the cells that are open."""
    rows: list[list[str]] = []
    skipped = 0
    for event, element in _events(archive, part, budget, ("start", "end")):
        tag = str(element.tag)
        name = tag.removeprefix(_W).removeprefix(_W_STRICT) if tag.startswith((_W, _W_STRICT)) else tag
        # The same text box a second time, for old programs; what was deleted; notes that are only a line.
        if name in (f"{_MC}Fallback", "del", "moveFrom") or (
            name in ("footnote", "endnote") and element.get(f"{_W}type") is not None
        ):
            skipped += 1 if event == "start" else -1
            if event == "end":
                element.clear()
            continue
        if skipped:
            continue
        if event == "start":
            match name:
                case "p":
                    texts.append([])
                case "tr":
                    rows.append([])
                case "tc":
                    cells.append([])
            continue
        match name:
            case "t" if texts:
                texts[-1].append(element.text or "")
            case "tab" | "ptab" if texts:
                texts[-1].append("\t")
            case "br" | "cr" if texts:
                texts[-1].append("\n")
            case "noBreakHyphen" if texts:
                texts[-1].append("-")
            case "p":
                line = "".join(texts.pop())
                if cells:
                    cells[-1].append(line)
                else:
                    yield line
                element.clear()
            case "tc":
                cell = " ".join(line for line in cells.pop() if line.strip()).replace("\n", " ")
                if rows:
                    rows[-1].append(cell)
                element.clear()
            case "tr":
                line = "\t".join(rows.pop())
                if cells:
                    cells[-1].append(line.replace("\t", " "))
                else:
                    yield line
                element.clear()
            case "sdt" | "tbl" | "footnote" | "endnote":
                element.clear()


def _core_properties(archive: zipfile.ZipFile, budget: _Budget, names: set[str]) -> tuple[str, str, str]:
    """Return title, author and day of making."""
    fields = {"title": "", "creator": "", "created": ""}
    if "docProps/core.xml" in names:
        for _event, element in _events(archive, "docProps/core.xml", budget, ("end",)):
            name = str(element.tag).rpartition("}")[2]
            if name in fields and not fields[name]:
                fields[name] = _one_line(element.text)
    return fields["title"], fields["creator"], _iso_date(fields["created"])


# -- PDF -------------------------------------------------------------------------------------------

_PDF_ENCRYPTED = frozenset({4, 5})
"""Error codes of pdfium: a password is wanted; the security handler is not known."""
_SCANNED = 20
"""Visible characters a page below which a pdf holds pictures rather than text."""


def _read_pdf(path: Path, data: bytes) -> RawText:
    import pypdfium2

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
    import pypdfium2

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
        if length > MAX_CHARACTERS:
            raise _too_long(path)
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
        title=_one_line(meta.get("Title")),
        author=_one_line(meta.get("Author")),
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
    return _CONTROLS.sub("", _tidy(text)).rstrip("\n")


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
    return _iso_date("-".join(match.groups())) if match else ""
