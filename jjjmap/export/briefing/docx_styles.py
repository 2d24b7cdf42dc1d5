"""The styles of a briefing in Word: those that a template lacks are made, those that it has are taken."""

from __future__ import annotations

from dataclasses import dataclass

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle

from jjjmap.export.briefing.docx_xml import element
from jjjmap.i18n import Language

TITLE, SUBTITLE, HEADING, CAPTION = "Title", "Subtitle", "Heading 1", "Caption"
FACT, ITEM, QUOTED = "Briefing Fact", "Briefing Item", "Briefing Quotation"
CELL, SMALL, PICTURE = "Briefing Cell", "Briefing Note", "Briefing Picture"
FOOTNOTE_TEXT, FOOTNOTE_REFERENCE = "footnote text", "footnote reference"
HEADER, FOOTER, STRONG = "Header", "Footer", "Strong"

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
SIDE_MM, TOP_MM = 17.0, 16.0
BOTTOM_MM = {Language.ZH: 17.0, Language.EN: 20.0}
"""The marks in the footer are longer in English."""
HEADER_MM, FOOTER_MM = 8.0, 6.0

LABEL_MM = {Language.ZH: 14.0, Language.EN: 25.0}
"""How far the texts of facts are set in behind their labels."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a style of ours looks; lengths in points."""

    size: float
    line: float
    """From line to line, exactly: the same with every font. 0 for as high as what is in it."""
    before: float = 0.0
    after: float = 0.0
    is_bold: bool = False
    is_serif: bool = True
    color: str = "1A1A1A"
    is_centred: bool = False
    keeps_with_next: bool = False


BODY = Look(9.5, 12.5, after=1.0)
LOOKS = {
    TITLE: Look(18.0, 23.0, after=1.0, is_bold=True, is_serif=False, color="1F3864", keeps_with_next=True),
    SUBTITLE: Look(9.5, 13.0, after=3.0, color="595959"),
    HEADING: Look(
        11.0, 14.0, before=4.0, after=1.5, is_bold=True, is_serif=False, color="1F3864", keeps_with_next=True
    ),
    CAPTION: Look(8.5, 11.0, before=1.0, after=1.5, is_serif=False, color="404040", keeps_with_next=True),
    FACT: BODY,
    ITEM: BODY,
    QUOTED: BODY,
    CELL: Look(8.5, 11.5),
    SMALL: Look(8.0, 10.5, after=1.0, color="404040"),
    PICTURE: Look(8.0, 0.0, before=4.0, is_centred=True, keeps_with_next=True),
    FOOTNOTE_TEXT: Look(7.0, 8.8, color="262626"),
    HEADER: Look(8.5, 11.0, is_serif=False, color="595959"),
    FOOTER: Look(7.0, 9.0, color="595959"),
}

_FONTS = {True: ("Times New Roman", "宋体"), False: ("Arial", "黑体")}
"""Latin and East Asian fonts, with serifs and without: what Word has wherever Chinese is written."""


def lay_out_page(document: Document, language: Language) -> None:
    """Make the first section of a new document an upright sheet of A4."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(WIDTH_MM), Mm(HEIGHT_MM)
    section.left_margin = section.right_margin = Mm(SIDE_MM)
    section.top_margin, section.bottom_margin = Mm(TOP_MM), Mm(BOTTOM_MM[language])
    section.header_distance, section.footer_distance = Mm(HEADER_MM), Mm(FOOTER_MM)


def restyle(document: Document, language: Language) -> None:
    """Give a new document our looks, also to the styles that it brings along."""
    _set_defaults(document, language)
    normal = document.styles["Normal"]
    if isinstance(normal, ParagraphStyle):
        _dress(normal, BODY)
    for name in LOOKS:
        _dress(_paragraph_style(document, name), LOOKS[name])
    _finish(document, language)
    _speak_newest_word(document)


def add_missing_styles(document: Document, language: Language) -> None:
    """Add to a template those of our styles that it has not got; its own stay as they are."""
    known = {style.name for style in document.styles}
    for name, look in LOOKS.items():
        if name not in known:
            _dress(_paragraph_style(document, name), look)
    _finish(document, language)


def _finish(document: Document, language: Language) -> None:
    """Set what is particular to single styles, and the styles of runs."""
    names = {style.name for style in document.styles}
    if FOOTNOTE_REFERENCE not in names:
        style = document.styles.add_style(FOOTNOTE_REFERENCE, WD_STYLE_TYPE.CHARACTER, builtin=True)
        if isinstance(style, CharacterStyle):
            style.font.superscript = True
    if STRONG not in names:
        style = document.styles.add_style(STRONG, WD_STYLE_TYPE.CHARACTER, builtin=True)
        if isinstance(style, CharacterStyle):
            style.font.bold = True
    fact = document.styles[FACT]
    if isinstance(fact, ParagraphStyle):
        label = Mm(LABEL_MM[language])
        fact.paragraph_format.left_indent, fact.paragraph_format.first_line_indent = label, Emu(-label)
        if not len(fact.paragraph_format.tab_stops):
            fact.paragraph_format.tab_stops.add_tab_stop(label)
    quoted = document.styles[QUOTED]
    if isinstance(quoted, ParagraphStyle):
        quoted.paragraph_format.left_indent = Mm(5)


def _paragraph_style(document: Document, name: str) -> ParagraphStyle:
    known = {style.name for style in document.styles}
    if name not in known:
        is_builtin = name not in (FACT, ITEM, QUOTED, CELL, SMALL, PICTURE)
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=is_builtin)
        if "Normal" in known:
            style.base_style = document.styles["Normal"]
    else:
        style = document.styles[name]
    if not isinstance(style, ParagraphStyle):
        raise ValueError(name)
    return style


def _dress(style: ParagraphStyle, look: Look) -> None:
    style.hidden, style.quick_style = False, True
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.is_bold, False
    style.font.color.rgb = RGBColor.from_string(look.color)
    _set_fonts(style, *_FONTS[look.is_serif])
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.keep_with_next, form.widow_control = look.keeps_with_next, True
    if look.line:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.line)
    else:
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    form.alignment = WD_ALIGN_PARAGRAPH.CENTER if look.is_centred else WD_ALIGN_PARAGRAPH.LEFT
    # Lines of python-docx's own template, under the title for one.
    for border in style.element.findall(f"{qn('w:pPr')}/{qn('w:pBdr')}"):
        border.getparent().remove(border)
    _set_contextual_off(style)


def _set_contextual_off(style: ParagraphStyle) -> None:
    for name in ("w:contextualSpacing", "w:numPr"):
        for found in style.element.findall(f"{qn('w:pPr')}/{qn(name)}"):
            found.getparent().remove(found)
    # Letters that the template sets apart or small.
    for name in ("w:spacing", "w:kern"):
        for found in style.element.findall(f"{qn('w:rPr')}/{qn(name)}"):
            found.getparent().remove(found)


def _set_fonts(style: ParagraphStyle, latin: str, east_asian: str) -> None:
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = element("rFonts", ascii=latin, hAnsi=latin, eastAsia=east_asian, cs=latin)
    properties.insert(0, fonts)


def _speak_newest_word(document: Document) -> None:
    """Leave the compatibility mode of an old Word, in which tables stick out of the text."""
    for setting in document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _set_defaults(document: Document, language: Language) -> None:
    """Say in which languages the text is, so that Word hyphenates, spells and picks glyphs accordingly."""
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is None:
        return
    for name in ("w:lang", "w:rFonts"):
        for old in defaults.findall(qn(name)):
            defaults.remove(old)
    latin, east_asian = _FONTS[True]
    hint = "eastAsia" if language is Language.ZH else "default"
    defaults.insert(0, element("rFonts", ascii=latin, hAnsi=latin, eastAsia=east_asian, cs=latin, hint=hint))
    defaults.append(element("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))
