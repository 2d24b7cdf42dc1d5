"""What was read in the user's documents as tables: every mention and figure with its citation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from jjjmap.catalogue.models import Catalogue, Qualifier
from jjjmap.errors import ExportFailed
from jjjmap.export.files import write_atomically
from jjjmap.export.tables import Cell, Table, csv_bytes, write_sheets
from jjjmap.i18n import Language, _
from jjjmap.text.records import (
    Document,
    FigureRole,
    FigureStatus,
    Mention,
    MentionStatus,
    SubjectKind,
    TextFigure,
)
from jjjmap.text.store.citing import reference_to

MOST_ROWS = 1_048_575
"""Of a sheet of a workbook, beside its first row."""


@dataclass(frozen=True, slots=True)
class LibraryTables:
    """What a set of documents says, as tables that name one another's documents by id."""

    documents: Table
    mentions: Table
    figures: Table


def library_tables(documents: Sequence[Document], catalogue: Catalogue, language: Language) -> LibraryTables:
    """Return documents, mentions and figures as tables; what the user rejected is left out.

    Parameters
    ----------
    documents
        In the order of the rows.
    catalogue
        Names what is mentioned.
    language
        Language of those names; titles of columns speak the language in use.
    """
    references = {document.id: reference_to(document.details, document.file_name) for document in documents}
    return LibraryTables(
        Table(
            _("文档"),
            (
                _("文档编号"),
                _("文档"),
                _("发布者"),
                _("日期"),
                _("文号"),
                _("文件名"),
                "SHA-256",
                _("字节"),
                _("字数"),
                _("地点与产业链提及"),
                _("数字"),
                _("同一文本"),
                _("参考文献"),
            ),
            tuple(_document_row(document, references[document.id]) for document in documents),
        ),
        Table(
            _("提及"),
            (
                *_quotation_titles(),
                _("对象编号"),
                _("名称"),
                _("种类"),
                _("引出下一个"),
                _("把握"),
                _("识别方式"),
                _("也可能是"),
                _("审阅"),
                _("参考文献"),
            ),
            tuple(
                (
                    *_quotation_cells(document, mention, _sentence_around(document, mention)),
                    mention.subject_id,
                    subject_name(catalogue, mention.subject_id, language) or mention.text,
                    _subject_kind_name(mention.kind),
                    _("是") if mention.is_lead else "",
                    _confidence(mention.confidence),
                    mention.rule,
                    " ".join(mention.candidates),
                    _mention_status_name(mention.status),
                    references[document.id],
                )
                for document in documents
                for mention in told_mentions(document)
            ),
        ),
        Table(
            _("数字"),
            (
                *_quotation_titles(),
                _("数值"),
                _("限定"),
                _("单位"),
                _("原文数值"),
                _("原文单位"),
                _("指标"),
                _("资料库指标"),
                _("时期"),
                _("范围编号"),
                _("范围"),
                _("角色"),
                _("对比"),
                _("把握"),
                _("审阅"),
                _("参考文献"),
            ),
            tuple(
                (
                    *_quotation_cells(
                        document, figure, document.text[figure.sentence_start : figure.sentence_end]
                    ),
                    figure.value,
                    qualifier_name(figure.qualifier),
                    figure.unit,
                    figure.printed_value,
                    figure.printed_unit,
                    figure.indicator,
                    figure.indicator_id,
                    figure.period,
                    figure.scope_id,
                    subject_name(catalogue, figure.scope_id, language),
                    role_name(figure.role),
                    figure.comparison,
                    _confidence(figure.confidence),
                    _figure_status_name(figure.status),
                    references[document.id],
                )
                for document in documents
                for figure in told_figures(document)
            ),
        ),
    )


def records_table(tables: LibraryTables) -> Table:
    """Return mentions and figures one below the other, for a file that holds one table only.

    A column that both have stands once; the first one says what a row is.
    """
    parts = (tables.mentions, tables.figures)
    header = tuple(dict.fromkeys(title for part in parts for title in part.header))
    rows: list[tuple[Cell, ...]] = []
    for part in parts:
        at = {title: number for number, title in enumerate(part.header)}
        rows.extend(
            (part.title, *(row[at[title]] if title in at else "" for title in header)) for row in part.rows
        )
    return Table(_("提及与数字"), (_("记录"), *header), tuple(rows))


def write_library_tables(path: Path, tables: LibraryTables) -> None:
    """Write what documents say: ``.xlsx`` as a workbook of three sheets, anything else as one CSV.

    Raises
    ------
    ExportFailed
        The file could not be written, or a sheet cannot hold so many rows. A file that stood there before is
        untouched.
    """
    if path.suffix.lower() != ".xlsx":
        write_atomically(path, csv_bytes(records_table(tables)))
        return
    sheets = (tables.mentions, tables.figures, tables.documents)
    if any(len(sheet.rows) > MOST_ROWS for sheet in sheets):
        raise ExportFailed(path, _("一张工作表放不下这么多行，请导出为 .csv。"))
    write_sheets(path, *sheets)


def told_mentions(document: Document) -> Iterator[Mention]:
    """Yield the mentions that the user did not reject."""
    return (mention for mention in document.mentions if mention.status is not MentionStatus.REJECTED)


def told_figures(document: Document) -> Iterator[TextFigure]:
    """Yield the figures that the user did not reject."""
    return (figure for figure in document.figures if figure.status is not FigureStatus.REJECTED)


def subject_name(catalogue: Catalogue, subject_id: str, language: Language) -> str:
    """Return what the catalogue calls a subject; empty if it does not know it."""
    if subject_id in catalogue.places:
        return catalogue.places[subject_id].name(language)
    if subject_id in catalogue.chains:
        return catalogue.chains[subject_id].name(language)
    return ""


def qualifier_name(qualifier: Qualifier) -> str:
    """Return how a text hedges a number, in a word; empty where it does not."""
    return {
        Qualifier.EXACT: "",
        Qualifier.ABOUT: _("约"),
        Qualifier.MORE: _("超"),
        Qualifier.LESS: _("不足"),
    }[qualifier]


def role_name(role: FigureRole) -> str:
    """Return what part a number plays beside another one; empty for one that stands alone."""
    return {
        FigureRole.ALONE: "",
        FigureRole.FROM: _("原值"),
        FigureRole.TO: _("现值"),
        FigureRole.LOW: _("下限"),
        FigureRole.HIGH: _("上限"),
        FigureRole.CHANGE: _("变化"),
    }[role]


def _document_row(document: Document, reference: str) -> tuple[Cell, ...]:
    details = document.details
    return (
        document.id,
        details.title,
        details.issuer,
        details.date,
        details.number,
        document.file_name,
        document.sha256,
        Decimal(document.size_bytes),
        Decimal(len(document.text)),
        Decimal(sum(not mention.is_lead for mention in told_mentions(document))),
        Decimal(sum(1 for _figure in told_figures(document))),
        document.version_of,
        reference,
    )


def _quotation_titles() -> tuple[str, ...]:
    return (
        _("文档编号"),
        _("文档"),
        _("日期"),
        _("原文"),
        _("所在句"),
        _("起"),
        _("止"),
        _("原件起"),
        _("原件止"),
    )


def _quotation_cells(document: Document, told: Mention | TextFigure, sentence: str) -> Iterable[Cell]:
    """Return whose words they are, the words, and where they stand in the text and in the original."""
    return (
        document.id,
        document.details.title,
        document.details.date,
        told.text,
        sentence.strip(),
        Decimal(told.start),
        Decimal(told.end),
        Decimal(told.raw_start),
        Decimal(told.raw_end),
    )


_STOPS = "。！？!?；;\n"
_LONGEST_SENTENCE = 1000


def _sentence_around(document: Document, mention: Mention) -> str:
    """Return the sentence of a mention; of an endless one what stands nearest."""
    text = document.text
    first = max(0, mention.start - _LONGEST_SENTENCE // 2)
    last = min(len(text), mention.end + _LONGEST_SENTENCE // 2)
    start = max(text.rfind(stop, first, mention.start) for stop in _STOPS) + 1
    ends = [at for stop in _STOPS if (at := text.find(stop, mention.end, last)) >= 0]
    return text[max(start, first) : min(ends) + 1 if ends else last].strip()


def _confidence(confidence: float) -> Decimal:
    return Decimal(f"{confidence:.2f}")


def _subject_kind_name(kind: SubjectKind) -> str:
    return {
        SubjectKind.PLACE: _("地点"),
        SubjectKind.TOWN: _("乡镇"),
        SubjectKind.CHAIN: _("产业链"),
    }[kind]


def _mention_status_name(status: MentionStatus) -> str:
    return {
        MentionStatus.FOUND: "",
        MentionStatus.CONFIRMED: _("已确认"),
        MentionStatus.CORRECTED: _("已更正"),
        MentionStatus.REJECTED: _("已否定"),
    }[status]


def _figure_status_name(status: FigureStatus) -> str:
    return {
        FigureStatus.FOUND: "",
        FigureStatus.ACCEPTED: _("已采纳"),
        FigureStatus.CORRECTED: _("已更正"),
        FigureStatus.REJECTED: _("已否定"),
    }[status]
