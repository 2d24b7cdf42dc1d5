"""The text of a web page: what its reader would see, and of that the article where one is found."""

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from jjjmap.encodings import Decoded, decode, decode_as
from jjjmap.errors import DocumentUnreadable
from jjjmap.text.documents.encodings import encoding_findings
from jjjmap.text.documents.limits import check_characters
from jjjmap.text.documents.sanitizing import iso_date, one_line, tidy
from jjjmap.text.records import DocumentFormat, RawText

logger = logging.getLogger(__name__)

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


def read_html(path: Path, data: bytes) -> RawText:
    """Read a web page; without its script, and without what its style hides."""
    decoded = _decode_html(data)
    # A declaration of an encoding is refused in decoded text.
    source = re.sub(r"\A\s*<\?xml[^>]{0,200}\?>", "", tidy(decoded.text))
    parser = HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as exc:
        if _ran_out_of_memory(parser):
            raise MemoryError from exc
        raise DocumentUnreadable(path, "empty") from exc
    if _ran_out_of_memory(parser):
        raise MemoryError  # The tree is cut off where memory ended, without a word.
    title, published = _title_of(tree), _published(tree)
    _drop_unseen(tree)
    lines = _visible_lines(tree)
    check_characters(path, sum(map(len, lines)))
    main = _main_text(tree) if len(source) <= _LONGEST_FOR_ARTICLE else None
    return RawText(
        tidy("\n".join(_article_of(lines, main.text) if main is not None else lines)),
        DocumentFormat.HTML,
        decoded.encoding,
        title=one_line((main.title if main is not None else "") or title),
        author=one_line(main.author if main is not None else ""),
        date=iso_date(published),
        findings=encoding_findings(path.name, decoded),
    )


def _ran_out_of_memory(parser: HTMLParser) -> bool:
    return any(entry.type_name == "ERR_NO_MEMORY" for entry in parser.error_log)


@dataclass(frozen=True, slots=True)
class _MainText:
    text: str
    title: str
    author: str


def _main_text(tree: HtmlElement) -> _MainText | None:
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


def _title_of(tree: HtmlElement) -> str:
    for found in tree.iter("title"):
        return one_line(found.text_content())
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


def _published(tree: HtmlElement) -> str:
    for meta in tree.iter("meta"):
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").strip().lower()
        if name in _DATE_NAMES:
            return str(meta.get("content") or "").replace("/", "-")
    return ""


def _drop_unseen(tree: HtmlElement) -> None:
    """Take out of a page what its reader would not see."""
    for element in list(tree.iter("*")):
        is_hidden = element.get("hidden") is not None
        if is_hidden or _HIDDEN_STYLE.search((element.get("style") or "")[:500]):
            element.tag = "template"
    # What follows them stays. Not with drop_tree: that refuses to move text with control characters.
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)


def _visible_lines(tree: HtmlElement) -> list[str]:
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
