"""The facts behind a map as tables: figures, passages, mentions, sources, each row with where it was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from jjjmap.analysis.series import vintage_name, vintage_of
from jjjmap.catalogue.citing import reference_to_source, references_to
from jjjmap.catalogue.details import via_name
from jjjmap.catalogue.models import REGION_ID, Catalogue, Passage, PassageKind, Source
from jjjmap.catalogue.wording import quality_name, section_name
from jjjmap.export.library.library_tables import subject_name, told_mentions
from jjjmap.export.tables import value_cell
from jjjmap.i18n import Language, _
from jjjmap.text.store.citing import reference_to

if TYPE_CHECKING:
    from jjjmap.text.store.library import Library

MOST_QUOTATIONS = 20
"""Of one place or chain."""

RECORD_NAMES = ("figures", "passages", "mentions", "sources", "methods")
"""Names of the tables, in their order."""

_JOINT = "|"

Value = str | Decimal | int | bool | None


class ValueKind(StrEnum):
    """What a column of records holds, in the words of Frictionless."""

    TEXT = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """A column: its name for programs, and its title for people."""

    name: str
    title: str
    kind: ValueKind = ValueKind.TEXT


@dataclass(frozen=True, slots=True)
class Records:
    """A table of facts."""

    name: str
    title: str
    columns: tuple[RecordColumn, ...]
    rows: tuple[tuple[Value, ...], ...]


def record_title(name: str) -> str:
    """Return what a table is called, in the language in use."""
    return {
        "figures": _("数字"),
        "passages": _("政策条目"),
        "mentions": _("提及"),
        "sources": _("来源"),
        "methods": _("分析方法"),
    }[name]


def all_records(catalogue: Catalogue, language: Language, library: Library | None) -> Iterator[Records]:
    """Yield the tables of `RECORD_NAMES` about what we ship and the library, in the language in use.

    Parameters
    ----------
    catalogue
        All facts that we ship.
    language
        Language of names; it should be the one in use.
    library
        The user's documents, whose sentences are quoted; None to leave them at home.
    """
    yield figure_records(catalogue, language)
    quotations = list(_quotations(catalogue, language, library)) if library is not None else []
    yield passage_records(catalogue, language, quotations)
    yield mention_records(catalogue, language, library)
    yield source_records(catalogue)


def figure_records(catalogue: Catalogue, language: Language) -> Records:
    """Return all figures with their sources."""
    columns = (
        RecordColumn("figure_id", _("数字编号")),
        RecordColumn("place_id", _("对象编号")),
        RecordColumn("place", _("对象")),
        RecordColumn("indicator", _("指标")),
        RecordColumn("indicator_other", _("指标（另一种语言）")),
        RecordColumn("value", _("数值"), ValueKind.NUMBER),
        RecordColumn("value_text", _("数值（原样）")),
        RecordColumn("qualifier", _("限定")),
        RecordColumn("unit", _("单位")),
        RecordColumn("period", _("时期")),
        RecordColumn("standing", _("批次")),
        RecordColumn("contested", _("说法不一或经过修订"), ValueKind.BOOLEAN),
        RecordColumn("comparison", _("对比")),
        RecordColumn("note", _("说明")),
        *_source_columns(),
    )
    other = Language.EN if language is Language.ZH else Language.ZH
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            figure.id,
            figure.scope_id,
            _("京津冀") if figure.scope_id == REGION_ID else via_name(catalogue, figure.scope_id, language),
            figure.indicator(language),
            figure.indicator(other),
            figure.value,
            str(value_cell(figure)),
            figure.qualifier.name.lower(),
            figure.unit(language),
            figure.period,
            vintage_name(vintage_of(figure)),
            figure.contested,
            figure.comparison(language),
            figure.note(language),
            *_source_values(catalogue.sources.get(figure.source_id), figure.source_id),
        )
        for figure in catalogue.figures.values()
    )
    return Records("figures", record_title("figures"), columns, rows)


def passage_records(
    catalogue: Catalogue, language: Language, quotations: Sequence[tuple[Value, ...]] = ()
) -> Records:
    """Return our digests, and sentences quoted from the user's documents."""
    columns = (
        RecordColumn("passage_id", _("条目编号")),
        RecordColumn("kind", _("种类")),
        RecordColumn("section", _("部分")),
        RecordColumn("number", _("序号")),
        RecordColumn("title", _("标题")),
        RecordColumn("text", _("内容")),
        RecordColumn("place_ids", _("对象编号")),
        RecordColumn("places", _("对象")),
        RecordColumn("source_ids", _("来源编号")),
        RecordColumn("sources", _("来源")),
    )
    digests: tuple[tuple[Value, ...], ...] = tuple(
        (
            passage.id,
            _("原文引用") if passage.kind is PassageKind.QUOTATION else _("摘要（本程序编写）"),
            section_name(passage.section),
            passage.number,
            passage.title(language),
            passage.text(language),
            _JOINT.join((*passage.place_ids, *passage.chain_ids)),
            _JOINT.join(_names(catalogue, passage, language)),
            _JOINT.join(passage.source_ids),
            " ".join(references_to(catalogue, passage.source_ids)),
        )
        for passage in catalogue.passages.values()
    )
    return Records("passages", record_title("passages"), columns, (*digests, *quotations))


def _names(catalogue: Catalogue, passage: Passage, language: Language) -> Iterator[str]:
    for subject_id in (*passage.place_ids, *passage.chain_ids):
        yield subject_name(catalogue, subject_id, language) or subject_id


def _quotations(catalogue: Catalogue, language: Language, library: Library) -> Iterator[tuple[Value, ...]]:
    """Yield sentences of the user's documents as rows of passages: each once, with all that it names."""
    found: dict[tuple[str, int], tuple[list[str], tuple[str, str, str, str]]] = {}
    for subject_id in (*catalogue.places, *catalogue.chains):
        for quotation in library.quotations_about(subject_id, MOST_QUOTATIONS):
            entry = quotation.entry
            reference = reference_to(entry.details, entry.file_name)
            told = (entry.details.title, " ".join(quotation.sentence.split()), entry.id, reference)
            subjects, _told = found.setdefault((entry.id, quotation.sentence_start), ([], told))
            subjects.append(subject_id)
    for (document_id, start), (subjects, (title, sentence, _id, reference)) in found.items():
        names = _JOINT.join(subject_name(catalogue, each, language) for each in subjects)
        yield (
            f"{document_id}:{start}",
            _("原文引用"),
            _("文库"),
            "",
            title,
            sentence,
            _JOINT.join(subjects),
            names,
            document_id,
            reference,
        )


def mention_records(catalogue: Catalogue, language: Language, library: Library | None) -> Records:
    """Return what the user's documents name, word by word; no rows without a library."""
    columns = (
        RecordColumn("document_id", _("文档编号")),
        RecordColumn("document", _("文档")),
        RecordColumn("date", _("日期")),
        RecordColumn("text", _("原文")),
        RecordColumn("start", _("起"), ValueKind.INTEGER),
        RecordColumn("end", _("止"), ValueKind.INTEGER),
        RecordColumn("place_id", _("对象编号")),
        RecordColumn("place", _("对象")),
        RecordColumn("confidence", _("把握"), ValueKind.NUMBER),
        RecordColumn("status", _("审阅")),
        RecordColumn("reference", _("参考文献")),
    )
    rows: list[tuple[Value, ...]] = []
    for entry in library.documents() if library is not None else ():
        assert library is not None
        reference = reference_to(entry.details, entry.file_name)
        for mention in told_mentions(library.document(entry.id)):
            if mention.is_lead:
                continue
            rows.append(
                (
                    entry.id,
                    entry.details.title,
                    entry.details.date,
                    mention.text,
                    mention.start,
                    mention.end,
                    mention.subject_id,
                    subject_name(catalogue, mention.subject_id, language) or mention.text,
                    Decimal(f"{mention.confidence:.2f}"),
                    mention.status.value,
                    reference,
                )
            )
    return Records("mentions", record_title("mentions"), columns, tuple(rows))


def source_records(catalogue: Catalogue) -> Records:
    """Return the sources of all facts."""
    columns = (
        RecordColumn("source_id", _("来源编号")),
        RecordColumn("title", _("标题")),
        RecordColumn("publisher", _("发布者")),
        RecordColumn("date", _("来源日期")),
        RecordColumn("quality", _("来源性质")),
        RecordColumn("link", _("来源链接")),
        RecordColumn("reference", _("参考文献")),
    )
    rows = tuple(
        (
            source.id,
            source.title,
            source.publisher,
            source.date,
            quality_name(source.quality),
            source.link,
            reference_to_source(source),
        )
        for source in catalogue.sources.values()
    )
    return Records("sources", record_title("sources"), columns, rows)


def _source_columns() -> tuple[RecordColumn, ...]:
    return (
        RecordColumn("source_id", _("来源编号")),
        RecordColumn("source", _("来源")),
        RecordColumn("publisher", _("发布者")),
        RecordColumn("source_date", _("来源日期")),
        RecordColumn("link", _("来源链接")),
        RecordColumn("reference", _("参考文献")),
    )


def _source_values(source: Source | None, source_id: str) -> tuple[str, ...]:
    """Return what is known of a source; only its id where the catalogue has lost it."""
    if source is None:
        return (source_id, "", "", "", "", "")
    return (
        source.id,
        source.title,
        source.publisher,
        source.date,
        source.link,
        reference_to_source(source),
    )
