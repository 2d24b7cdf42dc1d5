"""What python-docx has no words for: fields, bookmarks, links, lines of tables, alternative texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shape import InlineShape
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of what follows; no Chinese or English text needs them."""


def harmless(text: str) -> str:
    """Return a text on one line, without characters that XML forbids or that turn a line round."""
    return " ".join(_FORBIDDEN.sub(" ", _TURNING.sub("", text)).split())


def element(name: str, /, **attributes: str | int) -> BaseOxmlElement:
    """Return an element of WordprocessingML; attributes are of its name space as well."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def add_field(paragraph: Paragraph, instruction: str, shown: str, style: str | None = None) -> Run:
    """Append a field that Word reckons anew on printing; `shown` stands there until then."""

    def part(*children: BaseOxmlElement) -> Run:
        run = paragraph.add_run(style=style)
        run._r.extend(children)
        return run

    code = OxmlElement("w:instrText")
    code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    code.text = f" {instruction} "
    part(element("fldChar", fldCharType="begin"))
    part(code)
    part(element("fldChar", fldCharType="separate"))
    result = paragraph.add_run(shown, style=style)
    part(element("fldChar", fldCharType="end"))
    return result


def add_bookmark(run: Run, name: str, number: int) -> None:
    """Put a bookmark around a run."""
    run._r.addprevious(element("bookmarkStart", id=number, name=name))
    run._r.addnext(element("bookmarkEnd", id=number))


def add_link(container: BaseOxmlElement, part: Part, url: str) -> None:
    """Append a link to the web, whose text is its address.

    Parameters
    ----------
    container
        A paragraph's element.
    part
        What the paragraph stands in: addresses are kept there.
    """
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    link.append(text_run(url))
    container.append(link)


def text_run(text: str) -> BaseOxmlElement:
    """Return a run with a text in it."""
    run, words = OxmlElement("w:r"), OxmlElement("w:t")
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    words.text = text
    run.append(words)
    return run


def describe_picture(shape: InlineShape, title: str, description: str) -> None:
    """Give a picture the text that is read out instead of it."""
    properties = shape._inline.docPr
    properties.set("name", harmless(title))
    properties.set("descr", harmless(description))


def rule_table(table: Table) -> None:
    """Give a table three lines: above, below and under its first row, which is repeated on every page."""
    properties = table._tbl.tblPr
    for old in properties.findall(qn("w:tblBorders")):
        properties.remove(old)
    borders = element("tblBorders")
    for side, eighths in (
        ("top", 8),
        ("left", 0),
        ("bottom", 8),
        ("right", 0),
        ("insideH", 2),
        ("insideV", 0),
    ):
        value = "single" if eighths else "nil"
        color = "BFC6D0" if side == "insideH" else "44546A"
        borders.append(element(side, val=value, sz=eighths, space=0, color=color))
    _insert_in_order(properties, borders, ("tblShd", "tblLayout", "tblCellMar", "tblLook"))
    header = table.rows[0]
    header._tr.get_or_add_trPr().append(element("cantSplit"))
    header._tr.get_or_add_trPr().append(element("tblHeader"))
    for cell in header.cells:
        edge = element("tcBorders")
        edge.append(element("bottom", val="single", sz=4, space=0, color="44546A"))
        cell._tc.get_or_add_tcPr().append(edge)


def set_cell_margins(table: Table, *, top: int, left: int, bottom: int, right: int) -> None:
    """Set the room between the lines of a table and its texts, in twentieths of a point."""
    margins = element("tblCellMar")
    for side, twips in (("top", top), ("left", left), ("bottom", bottom), ("right", right)):
        margins.append(element(side, w=twips, type="dxa"))
    _insert_in_order(table._tbl.tblPr, margins, ("tblLook",))


def describe_table(table: Table, title: str) -> None:
    """Give a table the text by which it is announced when it is read out."""
    caption = element("tblCaption", val=harmless(title))
    _insert_in_order(table._tbl.tblPr, caption, ("tblDescription",))


def set_widths(table: Table, widths: Sequence[int]) -> None:
    """Fix the widths of columns, in twentieths of a point: without them every program guesses its own."""
    table.autofit = False
    for column, twips in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(twips))
    for row in table.rows:
        for cell, twips in zip(row.cells, widths, strict=True):
            properties = cell._tc.get_or_add_tcPr()
            for old in properties.findall(qn("w:tcW")):
                properties.remove(old)
            properties.insert(0, element("tcW", w=twips, type="dxa"))


def _insert_in_order(parent: BaseOxmlElement, child: BaseOxmlElement, followers: Sequence[str]) -> None:
    """Put a child before those that the schema wants behind it."""
    for name in followers:
        found = parent.find(qn(f"w:{name}"))
        if found is not None:
            found.addprevious(child)
            return
    parent.append(child)
