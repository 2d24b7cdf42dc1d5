"""A Word file of the user's as template: it is opened with care, and its fields are filled."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from lxml.etree import XMLSyntaxError

from jjjmap.errors import TemplateInvalid
from jjjmap.export.briefing.docx_xml import harmless
from jjjmap.export.files import reason_text
from jjjmap.i18n import _

BRIEFING = "briefing"
"""The field whose paragraph is replaced by the briefing."""

MAX_BYTES = 64 << 20
"""Really inflated out of a template; what its directory says about sizes is not believed."""
MAX_ENTRIES = 2_000

_FIELD = re.compile(r"\{\{\s*(?P<name>[A-Za-z_]\w*)\s*\}\}")
_REMAINS = re.compile(r"\{\{|\}\}|\{%|%\}")


def open_template(path: Path) -> Document:
    """Open a Word file that the user chose as template.

    Raises
    ------
    TemplateInvalid
        It cannot be read, is no Word file, or blows up on opening.
    """
    try:
        data = path.read_bytes()
        _check_size(path, data)
        return docx.Document(io.BytesIO(data))
    except OSError as exc:
        if isinstance(exc, FileNotFoundError):
            raise TemplateInvalid(path, 0, _("找不到模板文件。")) from exc
        raise TemplateInvalid(path, 0, _("模板文件读不了：{reason}").format(reason=reason_text(exc))) from exc
    except (
        zipfile.BadZipFile,
        zlib.error,
        PackageNotFoundError,
        XMLSyntaxError,
        KeyError,
        ValueError,
        # What zipfile raises for an encrypted part, or for a way of packing that it does not know.
        RuntimeError,
    ) as exc:
        raise TemplateInvalid(path, 0, _("这不是能打开的 Word 文件（.docx）。")) from exc


def fill_fields(document: Document, path: Path, values: Mapping[str, str]) -> BaseOxmlElement:
    """Replace the fields of a template by their values.

    Parameters
    ----------
    document
        Body, tables, text boxes, headers and footers may hold ``{{ name }}``.
    path
        Where it came from, for errors.
    values
        By the name of the field. What they hold is text, never a field again.

    Returns
    -------
    BaseOxmlElement
        The paragraph of ``{{ briefing }}``, which stands in the body by itself.

    Raises
    ------
    TemplateInvalid
        With the number of the paragraph: an unknown or broken field, or none for the briefing, or two.
    """
    marker: BaseOxmlElement | None = None
    body = document.element.body
    for number, paragraph in enumerate(body.iter(qn("w:p")), start=1):
        text = _text_of(paragraph)
        names = _checked(path, number, text, values, "")
        if BRIEFING not in names:
            _replace(paragraph, values)
        elif marker is not None:
            raise TemplateInvalid(path, number, _("{{ briefing }} 只能出现一次。"))
        elif not _FIELD.fullmatch(text.strip()):
            raise TemplateInvalid(path, number, _("{{ briefing }} 要自成一段。"))
        elif paragraph.getparent() is not body:
            message = _("{{ briefing }} 要放在正文里，不能放在表格或文本框里。")
            raise TemplateInvalid(path, number, message)
        else:
            marker = paragraph
    for where, root in _margins(document):
        for number, paragraph in enumerate(root.iter(qn("w:p")), start=1):
            if BRIEFING in _checked(path, number, _text_of(paragraph), values, where):
                message = _("{where}：").format(where=where) + _("{{ briefing }} 要放在正文里。")
                raise TemplateInvalid(path, number, message)
            _replace(paragraph, values)
    if marker is None:
        message = _("模板里没有单独一段 {{ briefing }}，不知道简报放在哪里。")
        raise TemplateInvalid(path, 0, message)
    return marker


def said_in(document: Document) -> str:
    """Return the whole text of a document, headers and footers included."""
    roots = (document.element.body, *(root for _where, root in _margins(document)))
    return "\n".join(_text_of(paragraph) for root in roots for paragraph in root.iter(qn("w:p")))


def _check_size(path: Path, data: bytes) -> None:
    """Refuse an archive that inflates without end, before python-docx inflates all of it."""
    too_large = TemplateInvalid(path, 0, _("这个 Word 文件展开后太大。"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if len(archive.infolist()) > MAX_ENTRIES:
            raise too_large
        left = MAX_BYTES
        for entry in archive.infolist():
            with archive.open(entry) as part:
                while piece := part.read(1 << 16):
                    left -= len(piece)
                    if left < 0:
                        raise too_large


def _margins(document: Document) -> Iterator[tuple[str, BaseOxmlElement]]:
    """Yield headers and footers with what they are called."""
    names: dict[str, Callable[[], str]] = {
        RELATIONSHIP_TYPE.HEADER: lambda: _("页眉"),
        RELATIONSHIP_TYPE.FOOTER: lambda: _("页脚"),
    }
    for relation in document.part.rels.values():
        if relation.reltype in names:
            yield names[relation.reltype](), relation.target_part.element


def _checked(path: Path, number: int, text: str, values: Mapping[str, str], where: str) -> tuple[str, ...]:
    """Return the names of the fields of a paragraph; an unknown or broken one is an error."""
    names = tuple(found["name"] for found in _FIELD.finditer(text))
    before = _("{where}：").format(where=where) if where else ""
    for name in names:
        if name != BRIEFING and name not in values:
            known = "、".join((BRIEFING, *values))
            message = _("没有字段“{name}”；可用的：{known}。").format(name=name, known=known)
            raise TemplateInvalid(path, number, before + message)
    if _REMAINS.search(_FIELD.sub("", text)):
        message = _("字段没有写完整：“{text}”。").format(text=harmless(text)[:80])
        raise TemplateInvalid(path, number, before + message)
    return names


def _texts(paragraph: BaseOxmlElement) -> list[BaseOxmlElement]:
    """Return the pieces of text of a paragraph, without those of a text box that hangs on it."""
    return [
        piece
        for piece in paragraph.iter(qn("w:t"))
        if next(piece.iterancestors(qn("w:p"))) is paragraph  # The nearest one above it.
    ]


def _text_of(paragraph: BaseOxmlElement) -> str:
    return "".join(piece.text or "" for piece in _texts(paragraph))


def _replace(paragraph: BaseOxmlElement, values: Mapping[str, str]) -> None:
    """Put values in the place of fields; Word likes to cut a field into several runs."""
    pieces = _texts(paragraph)
    texts = [piece.text or "" for piece in pieces]
    # From the last one on, so that what stands before it keeps its place.
    for found in reversed(list(_FIELD.finditer("".join(texts)))):
        left = 0
        for at, text in enumerate(texts):
            start, end = max(found.start(), left), min(found.end(), left + len(text))
            if start < end:
                value = harmless(values[found["name"]]) if left <= found.start() < left + len(text) else ""
                texts[at] = text[: start - left] + value + text[end - left :]
            left += len(text)
    for piece, text in zip(pieces, texts, strict=True):
        if piece.text != text:
            piece.text = text
            piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
