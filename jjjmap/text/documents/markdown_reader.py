"""The text of a Markdown file, without its marks."""

import re
from pathlib import Path

from jjjmap.text.documents.encodings import encoding_findings
from jjjmap.text.documents.plain_reader import decode_text
from jjjmap.text.documents.sanitizing import iso_date, one_line, tidy
from jjjmap.text.records import DocumentFormat, RawText

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
            r"^[ \t]{0,80}(?:\|[ \t]{0,80})?:?-{3,100}:?[ \t]{0,80}"
            r"(?:\|[ \t]{0,80}:?-{1,100}:?[ \t]{0,80}){0,100}\|?[ \t]{0,80}$",
            re.MULTILINE,
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


def read_markdown(path: Path, data: bytes) -> RawText:
    """Read a Markdown file; title, author and date are those of its front matter."""
    decoded = decode_text(path, data)
    text = tidy(decoded.text)
    fields: dict[str, str] = {}
    front = _FRONT_MATTER.match(text)
    if front:
        for name, value in _FRONT_FIELD.findall(front.group(1)):
            fields[name] = one_line(value.strip().strip("'\""))
        text = text[front.end() :]
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    text = "\n".join(_table_row(line) if line.startswith("|") else line for line in text.split("\n"))
    return RawText(
        text,
        DocumentFormat.MD,
        decoded.encoding,
        title=fields.get("title", ""),
        author=fields.get("author", ""),
        date=iso_date(fields.get("date", "")),
        findings=encoding_findings(path.name, decoded),
    )


def _table_row(line: str) -> str:
    row = line.rstrip(" \t").removeprefix("|").removesuffix("|")
    return "\t".join(cell.strip() for cell in row.split("|")) if row else line
