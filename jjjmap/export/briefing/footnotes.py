"""Real footnotes in a Word file: one for each source, cited again by its number."""

from __future__ import annotations

from collections.abc import Iterable

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import PartFactory, XmlPart
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

from jjjmap.export.briefing.docx_styles import FOOTNOTE_REFERENCE, FOOTNOTE_TEXT
from jjjmap.export.briefing.docx_xml import add_bookmark, add_field, add_link, element, harmless, text_run
from jjjmap.export.briefing.records import Reference

_BOOKMARKS_FROM = 10_000
"""Numbers of bookmarks: above those that a template may have of its own."""

_EMPTY = f"""<w:footnotes {nsdecls("w", "r")}>
<w:footnote w:type="separator" w:id="-1"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/>
</w:pPr><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:pPr>
<w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr><w:r><w:continuationSeparator/></w:r></w:p>
</w:footnote></w:footnotes>"""


class FootnotesPart(XmlPart):
    """The part of a Word file that holds the texts of its footnotes."""


# Without this python-docx keeps the footnotes of a template as bytes that nothing can be added to.
PartFactory.part_type_for[CONTENT_TYPE.WML_FOOTNOTES] = FootnotesPart


class Footnotes:
    """Cites sources in a document; the first time as a footnote, later by the number of that one.

    Parameters
    ----------
    document
        May have footnotes of its own; they keep their place.
    references
        What may be cited.
    """

    def __init__(self, document: Document, references: Iterable[Reference]) -> None:
        self._document = document
        self._references = {reference.number: reference for reference in references}
        self._part = _footnotes_part(document)
        ids = [int(note.get(qn("w:id"), "0")) for note in self._part.element.findall(qn("w:footnote"))]
        self._next_id = max([0, *ids]) + 1
        # Footnotes of a template that stand before ours would shift the numbers that are shown until Word
        # reckons the fields anew.
        self._shown = sum(1 for _mark in document.element.body.iter(qn("w:footnoteReference")))
        self._cited: dict[int, str] = {}
        """Number that is shown, by that of the reference."""

    def cite(self, paragraph: Paragraph, numbers: Iterable[int]) -> None:
        """Append the marks of sources to a paragraph; numbers of no reference are passed over."""
        known = [number for number in dict.fromkeys(numbers) if number in self._references]
        # Those that were cited before come first, so that the numbers rise.
        known.sort(key=lambda number: int(self._cited.get(number, len(self._references) + self._shown + 1)))
        for place, number in enumerate(known):
            # In brackets: bare behind a number it would be read as a power.
            paragraph.add_run("," if place else "[", style=FOOTNOTE_REFERENCE)
            if number in self._cited:
                add_field(
                    paragraph, f"NOTEREF {_bookmark(number)} \\f \\h", self._cited[number], FOOTNOTE_REFERENCE
                )
            else:
                self._cite_first(paragraph, number)
        if known:
            paragraph.add_run("]", style=FOOTNOTE_REFERENCE)

    @property
    def uncited(self) -> tuple[Reference, ...]:
        """References that no mark leads to so far."""
        return tuple(self._references[number] for number in self._references if number not in self._cited)

    def _cite_first(self, paragraph: Paragraph, number: int) -> None:
        run = paragraph.add_run(style=FOOTNOTE_REFERENCE)
        run._r.append(element("footnoteReference", id=self._next_id))
        add_bookmark(run, _bookmark(number), _BOOKMARKS_FROM + self._next_id)
        self._part.element.append(self._note(self._next_id, self._references[number]))
        self._next_id += 1
        self._cited[number] = str(self._shown + len(self._cited) + 1)

    def _note(self, note_id: int, reference: Reference) -> BaseOxmlElement:
        style_id = self._document.styles[FOOTNOTE_TEXT].style_id
        mark_id = self._document.styles[FOOTNOTE_REFERENCE].style_id
        note = element("footnote", id=note_id)
        paragraph, properties, mark, look = (element(name) for name in ("p", "pPr", "r", "rPr"))
        properties.append(element("pStyle", val=style_id))
        look.append(element("rStyle", val=mark_id))
        mark.extend((look, element("footnoteRef")))
        paragraph.extend((properties, mark, text_run(" ")))
        text, link = harmless(reference.text), reference.link
        if link.startswith(("http://", "https://")) and text.endswith(link):
            paragraph.append(text_run(text.removesuffix(link)))
            add_link(paragraph, self._part, link)
        else:
            paragraph.append(text_run(text))
        if reference.quality:
            paragraph.append(text_run(f" 〔{harmless(reference.quality)}〕"))
        note.append(paragraph)
        return note


def _bookmark(number: int) -> str:
    # Word hides bookmarks whose names begin with an underscore.
    return f"_Source{number}"


def _footnotes_part(document: Document) -> FootnotesPart:
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FOOTNOTES and isinstance(
            relation.target_part, FootnotesPart
        ):
            return relation.target_part
    part = FootnotesPart(
        PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, parse_xml(_EMPTY), document.part.package
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    settings = document.settings.element
    properties = element("footnotePr")
    properties.extend((element("footnote", id=-1), element("footnote", id=0)))
    followers = ("endnotePr", "compat", "rsids", "clrSchemeMapping", "themeFontLang")
    found = next((each for name in followers if (each := settings.find(qn(f"w:{name}"))) is not None), None)
    if found is not None:
        found.addprevious(properties)
    else:
        settings.append(properties)
    return part
