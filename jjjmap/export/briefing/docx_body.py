"""Writes the sections of a briefing into a Word file, behind what already stands in it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph

from jjjmap.catalogue.wording import date_text
from jjjmap.export.briefing import docx_styles as styles
from jjjmap.export.briefing.docx_fitting import BESIDE_CHART, TABLE_SHARES
from jjjmap.export.briefing.docx_xml import (
    add_field,
    describe_picture,
    describe_table,
    element,
    harmless,
    rule_table,
    set_cell_margins,
    set_widths,
)
from jjjmap.export.briefing.footnotes import Footnotes
from jjjmap.export.briefing.neighbours import distance_text
from jjjmap.export.briefing.records import BriefFigure, BriefFirms, Briefing, BriefPassage, Refs
from jjjmap.i18n import Language, _

_GAP_MM = 3.0
_SMALLEST_PICTURE_MM = 8.0
_CAPTION_LABELS = {"figure": ("图", "Figure"), "table": ("表", "Table")}
"""Names of the sequences by which Word numbers captions."""


@dataclass(frozen=True, slots=True)
class BriefingPictures:
    """Maps and chart as PNG; empty for what there is not."""

    locator: bytes = b""
    """Empty also where the other map shows the whole region."""
    detail: bytes = b""
    chart: bytes = b""
    height_mm: float = BESIDE_CHART.height_mm
    """Of the row that they stand in; all are scaled to it."""


class Body:
    """Writes a briefing; speaks the language in use, which must be that of the briefing.

    Parameters
    ----------
    document
        Has the styles of `docx_styles`.
    briefing
        What is written.
    pictures
        Its maps and chart.
    width
        Of the lines of text.
    """

    def __init__(
        self, document: Document, briefing: Briefing, pictures: BriefingPictures, width: Emu
    ) -> None:
        self._document = document
        self._briefing = briefing
        self._pictures = pictures
        self._width = width
        self._footnotes = Footnotes(document, briefing.references)
        self._numbers = {"figure": 0, "table": 0}

    def write(self, *, with_title: bool) -> None:
        """Append all sections; the title is left to a template that has it elsewhere."""
        briefing = self._briefing
        if with_title:
            self._paragraph(styles.TITLE, briefing.title)
            subtitle = " · ".join(part for part in (briefing.subtitle, briefing.evidence) if part)
            if subtitle:
                self._paragraph(styles.SUBTITLE, subtitle)
        self._facts()
        self._neighbours()
        self._picture_row()
        self._figures()
        self._disagreements()
        self._policy()
        self._chains()
        for firms in briefing.firms:
            self._firms(firms)
        self._notes()

    # Sections

    def _facts(self) -> None:
        facts = self._briefing.facts
        if not facts:
            return
        self._heading(_("基本情况"))
        for at, fact in enumerate(facts):
            paragraph = self._paragraph(styles.FACT)
            self._strong(paragraph, fact.label)
            paragraph.add_run("\t" + harmless(fact.text))
            # Several facts in a row out of the same sources are borne out once, behind the last of them.
            if at + 1 == len(facts) or facts[at + 1].refs != fact.refs:
                self._cite(paragraph, fact.refs)

    def _picture_row(self) -> None:
        title = self._briefing.title
        in_region = (_("位置"), _("地图：{name}在区域中的位置").format(name=title))
        around = (_("周边"), _("地图：{name}及周边").format(name=title))
        # A map that stands alone shows the whole region.
        drawn: tuple[tuple[bytes, str, str, Refs], ...] = (
            (self._pictures.locator, *in_region, ()),
            (self._pictures.detail, *(around if self._pictures.locator else in_region), ()),
            (
                self._pictures.chart,
                self._briefing.chart_title,
                self._told_chart(),
                self._briefing.chart_refs,
            ),
        )
        shown = [each for each in drawn if each[0]]
        if not shown:
            return
        table = self._document.add_table(rows=2, cols=len(shown))
        set_cell_margins(table, top=0, left=20, bottom=0, right=20)
        describe_table(table, _("地图和图表"))
        pictures = []
        for cell, (data, caption, told, _refs) in zip(table.rows[0].cells, shown, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.style = styles.PICTURE
            picture = paragraph.add_run().add_picture(io.BytesIO(data))
            describe_picture(picture, caption, told)
            pictures.append(picture)
        gaps = Mm(_GAP_MM) * len(pictures)
        ratios = [picture.width / picture.height for picture in pictures]
        height = max(
            Mm(_SMALLEST_PICTURE_MM), min(Mm(self._pictures.height_mm), (self._width - gaps) / sum(ratios))
        )
        for picture, ratio in zip(pictures, ratios, strict=True):
            picture.width, picture.height = Emu(round(height * ratio)), Emu(round(height))
        # What is left is shared out, so that the captions have room.
        spare = (self._width - sum(picture.width for picture in pictures)) / len(pictures)
        set_widths(table, [round(Emu(round(picture.width + spare)).pt * 20) for picture in pictures])
        for cell, (_data, caption, _told, refs) in zip(table.rows[1].cells, shown, strict=True):
            self._caption(cell.paragraphs[0], "figure", caption, refs).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _told_chart(self) -> str:
        """Return what is read out instead of the chart: its numbers."""
        series = self._briefing.chart
        if series is None:
            return ""
        points = self._listed((f"{point.period} {point.value:f}" for point in series.points), "；", "; ")
        return _("{title}：{points}").format(title=self._briefing.chart_title, points=points)

    def _figures(self) -> None:
        figures = self._briefing.figures
        if not figures:
            return
        self._heading(_("数据"))
        self._caption(
            self._document.add_paragraph(), "table", _("{name}的数据").format(name=self._briefing.title)
        )
        remarks = [_remark(figure) for figure in figures]
        header = [_("指标"), _("数值"), _("时期")]
        shares = list(TABLE_SHARES[self._briefing.language])
        if any(remarks):
            header.append(_("比较与说明"))
        else:
            shares = [share / sum(shares[:-1]) for share in shares[:-1]]
        table = self._document.add_table(rows=1 + len(figures), cols=len(header))
        rule_table(table)
        set_cell_margins(table, top=15, left=60, bottom=15, right=60)
        describe_table(table, _("{name}的数据").format(name=self._briefing.title))
        set_widths(table, [round(self._width.pt * 20 * share) for share in shares])
        for cell, text in zip(table.rows[0].cells, header, strict=True):
            cell.paragraphs[0].style = styles.CELL
            self._strong(cell.paragraphs[0], text)
        for row, figure, remark in zip(list(table.rows)[1:], figures, remarks, strict=True):
            row._tr.get_or_add_trPr().append(element("cantSplit"))
            cells = [cell.paragraphs[0] for cell in row.cells]
            for paragraph in cells:
                paragraph.style = styles.CELL
            name = figure.indicator
            if figure.scope:
                name = _("{part}：{indicator}").format(part=figure.scope, indicator=name)
            for paragraph, text in zip(cells, (name, figure.value, figure.period, remark), strict=False):
                paragraph.add_run(harmless(text))
            self._cite(cells[1], figure.refs)

    def _disagreements(self) -> None:
        if not self._briefing.disagreements:
            return
        self._heading(_("说法不一的数据"))
        for fact in self._briefing.disagreements:
            paragraph = self._paragraph(styles.ITEM)
            if fact.label:
                self._strong(paragraph, _("{label}：").format(label=fact.label))
            paragraph.add_run(harmless(fact.text))
            self._cite(paragraph, fact.refs)

    def _policy(self) -> None:
        if not self._briefing.passages:
            return
        self._heading(_("政策"))
        for passage in self._briefing.passages:
            self._passage(passage)

    def _passage(self, passage: BriefPassage) -> None:
        paragraph = self._paragraph(styles.QUOTED if passage.is_quotation else styles.ITEM)
        if passage.date:
            paragraph.add_run(date_text(passage.date, self._briefing.language) + self._gap)
        if passage.title:
            self._strong(paragraph, passage.title)
        text = harmless(passage.text)
        if text:
            quoted = _("“{text}”").format(text=text) if passage.is_quotation else text
            paragraph.add_run((self._gap if passage.title else "") + quoted)
        if passage.why:
            paragraph.add_run(_("（{said}）").format(said=harmless(passage.why)))
        self._cite(paragraph, passage.refs)

    def _chains(self) -> None:
        if not self._briefing.chains:
            return
        self._heading(_("产业链"))
        for chain in self._briefing.chains:
            paragraph = self._paragraph(styles.ITEM)
            self._strong(paragraph, chain.name)
            if chain.role:
                paragraph.add_run(self._gap + harmless(chain.role))
            if chain.chokepoints:
                points = self._listed(chain.chokepoints, "；", "; ")
                before = self._choose("。", ". ") if chain.role else self._gap
                paragraph.add_run(before + _("卡点堵点：") + harmless(points))
            self._cite(paragraph, chain.refs)

    def _neighbours(self) -> None:
        if not self._briefing.neighbours:
            return
        paragraph = self._paragraph(styles.FACT)
        self._strong(paragraph, _("最近"))
        paragraph.add_run("\t")
        for at, each in enumerate(self._briefing.neighbours):
            if at:
                paragraph.add_run(self._choose("；", "; "))
            far = distance_text(each)
            said = _("{kind}：{name}，{far}").format(kind=each.kind, name=each.name, far=far)
            paragraph.add_run(harmless(said))

    def _firms(self, firms: BriefFirms) -> None:
        self._heading(_("企业：{title}").format(title=firms.layer_title))
        paragraph = self._paragraph(styles.ITEM)
        said = [
            _("“{source}”所列 {of} 行中有 {total} 行在此（{criterion}）。").format(
                source=firms.source_name,
                of=f"{firms.of:,}",
                total=f"{firms.total:,}",
                criterion=firms.criterion,
            )
        ]
        if firms.filter_sentence:
            said.append(_("只计筛选出的行：{filter}。").format(filter=firms.filter_sentence))
        if firms.groups:
            groups = self._listed((f"{name} {count:,}" for name, count in firms.groups), "、", ", ")
            said.append(_("按“{column}”：{groups}。").format(column=firms.group_column, groups=groups))
        if firms.names:
            said.append(_("例如：{names}。").format(names=self._listed(firms.names, "、", ", ")))
        between = self._choose("", " ")
        paragraph.add_run(harmless(between.join(said)))

    def _notes(self) -> None:
        said = [*self._briefing.notes]
        if self._briefing.left_out:
            listed = self._listed(self._briefing.left_out, "；", "; ")
            said.append(_("未列入：{listed}。").format(listed=listed))
        if self._footnotes.uncited:
            listed = self._listed((each.text.rstrip(".") for each in self._footnotes.uncited), "；", "; ")
            said.append(_("其他来源：{listed}").format(listed=listed))
        if said:
            between = self._choose("", " ")
            paragraph = self._paragraph(styles.SMALL)
            paragraph.paragraph_format.space_before = Pt(4)
            self._strong(paragraph, _("说明："))
            paragraph.add_run(harmless(between.join(said)))

    # Pieces

    def _heading(self, text: str) -> None:
        self._paragraph(styles.HEADING, text)

    def _paragraph(self, style: str, text: str = "") -> Paragraph:
        return self._document.add_paragraph(harmless(text), style=style)

    def _strong(self, paragraph: Paragraph, text: str) -> None:
        # Not through `harmless` alone: it would take the space that a label may end with.
        space = " " if text.endswith(" ") else ""
        paragraph.add_run(harmless(text) + space, style=styles.STRONG)

    def _caption(self, paragraph: Paragraph, sort: str, text: str, refs: Refs = ()) -> Paragraph:
        """Write a caption that Word numbers by itself, each sort for itself."""
        self._numbers[sort] += 1
        paragraph.style = styles.CAPTION
        label = self._choose(*_CAPTION_LABELS[sort])
        paragraph.add_run(f"{label} ")
        # The name of a sequence is one word in the language of the label, as Word's own captions have it.
        add_field(paragraph, f"SEQ {label} \\* ARABIC", str(self._numbers[sort]))
        paragraph.add_run(self._gap + harmless(text))
        self._cite(paragraph, refs)
        return paragraph

    def _cite(self, paragraph: Paragraph, refs: Refs) -> None:
        self._footnotes.cite(paragraph, refs)

    @property
    def _gap(self) -> str:
        return self._choose("\u3000", "\u2002")

    def _listed(self, texts: Iterable[str], chinese: str, english: str) -> str:
        return self._choose(chinese, english).join(texts)

    def _choose(self, chinese: str, english: str) -> str:
        return chinese if self._briefing.language is Language.ZH else english


def _remark(figure: BriefFigure) -> str:
    contested = _("各来源说法不一，或数据经过修订。") if figure.is_contested and not figure.note else ""
    stop = _("；")
    return stop.join(part.rstrip("。.") for part in (figure.comparison, figure.note, contested) if part)
