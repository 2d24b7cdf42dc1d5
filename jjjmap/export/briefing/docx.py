"""A briefing as a Word file to be edited: headings, tables, captions and footnotes are real ones."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Emu, Inches, Length, Mm
from docx.text.paragraph import Paragraph

from jjjmap.export.briefing import docx_styles as styles
from jjjmap.export.briefing.docx_body import Body, BriefingPictures
from jjjmap.export.briefing.docx_fitting import fitted
from jjjmap.export.briefing.docx_template import fill_fields, open_template, said_in
from jjjmap.export.briefing.docx_xml import add_field, harmless
from jjjmap.export.briefing.records import Briefing
from jjjmap.export.briefing.trimming import bounded
from jjjmap.i18n import _, speaking

FIELDS = (
    "title",
    "subtitle",
    "evidence",
    "place_id",
    "date",
    "version",
    "internal",
    "schematic",
    "unapproved",
    "attribution",
)
"""Names of what a template may hold as ``{{ name }}``, beside ``{{ briefing }}``."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that an archive can name: the bytes do not depend on when it was written."""
_LONGEST_PROPERTY = 255
"""What python-docx takes for what a file says of itself."""
_TITLE_FIELD = re.compile(r"\{\{\s*title\s*\}\}")
_PAGE_HOLES = re.compile(r"(\{page\}|\{pages\})")


def briefing_docx(briefing: Briefing, pictures: BriefingPictures, *, template: Path | None = None) -> bytes:
    """Return a briefing as a Word file.

    Parameters
    ----------
    briefing
        What is said. What would run over onto a second page is left out, which it tells.
    pictures
        Its maps and chart.
    template
        A Word file of the user's, whose styles, page, headers and footers are taken. Its paragraph
        ``{{ briefing }}`` is replaced; other `FIELDS` may stand anywhere in it.

    Raises
    ------
    TemplateInvalid
        The template cannot be used; the paragraph is named.

    Notes
    -----
    The same briefing gives the same bytes.
    """
    briefing = bounded(briefing)
    with speaking(briefing.language):
        if template is None:
            document = _filled(briefing, pictures)
        else:
            document = _filled_template(briefing, pictures, template)
        _describe(document, briefing)
        return _packed(document)


def _values(briefing: Briefing) -> dict[str, str]:
    """Return what the fields of a template stand for, by their names."""
    marks = briefing.marks
    said = (
        briefing.title,
        briefing.subtitle,
        briefing.evidence,
        briefing.place_id,
        briefing.made,
        briefing.version,
        marks.internal,
        marks.schematic,
        marks.unapproved,
        marks.attribution,
    )
    return dict(zip(FIELDS, said, strict=True))


def _filled(briefing: Briefing, pictures: BriefingPictures) -> Document:
    document = docx.Document()
    styles.lay_out_page(document, briefing.language)
    styles.restyle(document, briefing.language)
    section = document.sections[0]
    width = _text_width(section)
    _write_header(section, briefing, width)
    _write_footer(section, briefing, width)
    shorter = _fitted(briefing, pictures, section)
    Body(document, shorter, _without_dropped(pictures, shorter), width).write(with_title=True)
    return document


def _filled_template(briefing: Briefing, pictures: BriefingPictures, path: Path) -> Document:
    document = open_template(path)
    has_title = _TITLE_FIELD.search(said_in(document)) is not None
    marker = fill_fields(document, path, _values(briefing))
    styles.add_missing_styles(document, briefing.language)
    section = _section_of(document, marker)
    shorter = _fitted(briefing, pictures, section)
    body = document.element.body
    before = list(body)
    # Every export carries the marks: those that the template does not say stand at the end.
    missing = [line for line in briefing.marks.lines if line not in said_in(document)]
    Body(document, shorter, _without_dropped(pictures, shorter), _text_width(section)).write(
        with_title=not has_title
    )
    for line in missing:
        document.add_paragraph(harmless(line), style=styles.SMALL)
    for added in [child for child in body if child not in before]:
        marker.addprevious(added)
    body.remove(marker)
    return document


def _fitted(briefing: Briefing, pictures: BriefingPictures, section: Section) -> Briefing:
    return fitted(
        briefing,
        width_mm=_text_width(section).mm,
        height_mm=_text_height(section).mm,
        maps_mm=pictures.height_mm if pictures.locator or pictures.detail else 0.0,
    )


def _without_dropped(pictures: BriefingPictures, briefing: Briefing) -> BriefingPictures:
    chart = pictures.chart if briefing.chart is not None else b""
    return replace(pictures, chart=chart)


def _section_of(document: Document, marker: BaseOxmlElement) -> Section:
    """Return the section that a paragraph of the body stands in."""
    behind = False
    ends = 0
    for child in document.element.body:
        behind = behind or child is marker
        if child.find(f".//{qn('w:sectPr')}") is not None and child is not marker:
            if behind:
                break
            ends += 1
    return document.sections[min(ends, len(document.sections) - 1)]


def _text_width(section: Section) -> Emu:
    return _between(section.page_width, section.left_margin, section.right_margin, styles.WIDTH_MM)


def _text_height(section: Section) -> Emu:
    return _between(section.page_height, section.top_margin, section.bottom_margin, styles.HEIGHT_MM)


def _between(side: Length | None, first: Length | None, last: Length | None, usual_mm: float) -> Emu:
    """Return how long a side of the page is between its margins."""
    # A template may leave them to Word, which then takes an upright sheet of A4 with an inch on each side.
    margins = sum(Inches(1) if margin is None else margin for margin in (first, last))
    return Emu((Mm(usual_mm) if side is None else side) - margins)


def _write_header(section: Section, briefing: Briefing, width: Emu) -> None:
    paragraph = section.header.paragraphs[0]
    _set_right_stop(paragraph, styles.HEADER, width)
    paragraph.add_run(harmless(_("京津冀产业协同地图 · 简报")))
    if briefing.marks.internal:
        paragraph.add_run("\t" + harmless(briefing.marks.internal), style=styles.STRONG)


def _write_footer(section: Section, briefing: Briefing, width: Emu) -> None:
    marks = briefing.marks
    first = section.footer.paragraphs[0]
    first.style = styles.FOOTER
    between = " " if briefing.language.value == "en" else "　"
    first.add_run(harmless(between.join(line for line in marks.lines if line != marks.internal)))
    second = section.footer.add_paragraph()
    _set_right_stop(second, styles.FOOTER, width)
    made = _("{date} · jjjmap {version}").format(date=briefing.made, version=briefing.version)
    second.add_run(harmless(made) + "\t")
    for part in _PAGE_HOLES.split(_("第 {page} 页，共 {pages} 页")):
        if part == "{page}":
            add_field(second, "PAGE", "1")
        elif part == "{pages}":
            add_field(second, "NUMPAGES", "1")
        else:
            second.add_run(part)


def _set_right_stop(paragraph: Paragraph, style: str, width: Emu) -> None:
    paragraph.style = style
    stops = paragraph.paragraph_format.tab_stops
    # Header and footer styles have stops of their own for another width of paper.
    if paragraph.style is not None:
        for old in paragraph.style.paragraph_format.tab_stops:
            stops.add_tab_stop(old.position, WD_TAB_ALIGNMENT.CLEAR)
    stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)


def _describe(document: Document, briefing: Briefing) -> None:
    made = datetime.combine(date.fromisoformat(briefing.made), datetime.min.time(), UTC)
    about = document.core_properties
    about.title = harmless(briefing.title)[:_LONGEST_PROPERTY]
    about.subject = harmless(briefing.subtitle)[:_LONGEST_PROPERTY]
    about.author = about.last_modified_by = f"jjjmap {briefing.version}"
    marks = (briefing.marks.internal, briefing.marks.schematic, briefing.marks.unapproved)
    about.comments = " ".join(harmless(line) for line in marks if line)[:_LONGEST_PROPERTY]
    about.keywords = harmless(briefing.place_id)
    about.language = briefing.language.html_tag
    about.created = about.modified = made
    about.revision = 1


def _packed(document: Document) -> bytes:
    """Return the file; python-docx writes the time of day into its archive."""
    written, made = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            info = zipfile.ZipInfo(entry.filename, _EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            # The same on every system.
            info.create_system = 3
            target.writestr(info, source.read(entry))
    return made.getvalue()
