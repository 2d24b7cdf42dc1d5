"""Answers in words about the user's documents: what was read in them, and how two of them differ."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from jjjmap.catalogue.models import Catalogue
from jjjmap.cli.messages import harmless, listed
from jjjmap.cli.tables import table_lines
from jjjmap.cli.texts import bold
from jjjmap.export.library.library_tables import subject_name, told_figures, told_mentions
from jjjmap.i18n import Language, _
from jjjmap.text.comparison.comparison_records import Comparison, Matter, Quotation
from jjjmap.text.comparison.comparison_texts import ComparisonTexts, matter_name, one_line
from jjjmap.text.fulltext.search import SearchAnswer, Span
from jjjmap.text.records import Document, SubjectKind

SHOWN_PLACES = 12
SHOWN_FIGURES = 20
"""Of one document; ``--json`` and ``--export`` have them all."""

_QUOTED_CHARS = 60
"""Of a sentence around what is quoted."""


def read_text(
    catalogue: Catalogue, told: Sequence[tuple[Document, str]], language: Language, *, kept_at: Path | None
) -> str:
    """Return what was read in documents, one after the other.

    Parameters
    ----------
    catalogue
        Names what they mention.
    told
        Documents, with the value of `text.store.library.Outcome` that each came to.
    language
        Language of the names.
    kept_at
        File of the library that they were stored in; None if it is not to be told.
    """
    blocks = [_document_lines(catalogue, document, outcome, language) for document, outcome in told]
    count = _("读了 {n} 份文档。").format(n=len(told)) if told else _("没有读到文档。")
    if kept_at is not None and told:
        count = _("读了 {n} 份文档，文库：{path}").format(n=len(told), path=harmless(str(kept_at)))
    return "\n\n".join("\n".join(lines) for lines in (*blocks, [count]))


def _document_lines(catalogue: Catalogue, document: Document, outcome: str, language: Language) -> list[str]:
    details = document.details
    facts = (details.issuer, details.date, details.number, document.id, outcome_name(outcome))
    lines = [
        one_line(details.title or document.file_name),
        "  " + " · ".join(one_line(fact) for fact in facts if fact),
    ]
    if document.version_of:
        lines.append("  " + _("与 {id} 是同一文本的不同版本").format(id=harmless(document.version_of)))
    mentions = [mention for mention in told_mentions(document) if not mention.is_lead]
    figures = list(told_figures(document))
    counts = _("{characters} 字，{passages} 段，{mentions} 处提及，{figures} 个数字")
    lines.append(
        "  "
        + counts.format(
            characters=len(document.text),
            passages=len(document.passages),
            mentions=len(mentions),
            figures=len(figures),
        )
    )
    for title, is_chain in ((_("所提地点"), False), (_("产业链"), True)):
        names = Counter(
            subject_name(catalogue, mention.subject_id, language) or one_line(mention.text)
            for mention in mentions
            if (mention.kind is SubjectKind.CHAIN) is is_chain
        )
        if names:
            shown = [f"{name} {n}" for name, n in sorted(names.items(), key=lambda each: (-each[1], each[0]))]
            more = _("……共 {n} 个").format(n=len(shown)) if len(shown) > SHOWN_PLACES else ""
            lines.append(f"  {title}  " + listed((*shown[:SHOWN_PLACES], *filter(None, (more,)))))
    if figures:
        lines.append("  " + _("数字（{n} 个）").format(n=len(figures)))
        rows = [
            (
                one_line(figure.text),
                one_line(figure.indicator),
                figure.period,
                subject_name(catalogue, figure.scope_id, language),
                f"{figure.start}–{figure.end}",
            )
            for figure in figures[:SHOWN_FIGURES]
        ]
        header = (_("原文"), _("指标"), _("时期"), _("对象"), _("起止"))
        lines.extend(f"    {line}" for line in table_lines(header, rows))
        if len(figures) > SHOWN_FIGURES:
            more = _("……还有 {n} 个；用 --json 或 --export 列出全部。")
            lines.append("    " + more.format(n=len(figures) - SHOWN_FIGURES))
    return lines


def outcome_name(outcome: str) -> str:
    """Return what storing a document came to, in words; empty for one that was only looked up."""
    return {
        "new": _("新读入"),
        "unchanged": _("已在文库中，没有变化"),
        "updated": _("已更新"),
        "version": _("新读入，与另一份文档大体相同"),
    }.get(outcome, "")


def comparison_text(
    catalogue: Catalogue, before: Document, after: Document, comparison: Comparison, language: Language
) -> str:
    """Return how two documents differ, matter by matter, each change with its sentences and their place."""
    texts = ComparisonTexts(lambda subject_id: subject_name(catalogue, subject_id, language))
    blocks = [[f"A  {_document_title(before)}", f"B  {_document_title(after)}"]]
    for matter in Matter:
        changes, same = comparison.about(matter), comparison.unchanged.get(matter, 0)
        if not changes and not same:
            continue
        heading = _("{matter}：{n} 处不同，{same} 处相同")
        lines = [heading.format(matter=matter_name(matter), n=len(changes), same=same)]
        for change in changes:
            lines.append(f"  {texts.change(change)}")
            for mark, side in (("A", change.before), ("B", change.after)):
                if side is not None:
                    lines.append(f"      {mark} {_quotation_text(side.quotations[0])}")
        blocks.append(lines)
    if not comparison.changes:
        blocks.append([_("两份文档说的地点、集群、产业链、目标和数字都相同。")])
    return "\n\n".join("\n".join(lines) for lines in blocks)


def _document_title(document: Document) -> str:
    details = document.details
    about = " · ".join(part for part in (details.issuer, details.date, document.id) if part)
    return f"{one_line(details.title or document.file_name)}  {one_line(about)}"


def _quotation_text(quotation: Quotation) -> str:
    """Return the words around a quotation, on one line, and where it stands."""
    sentence, first = quotation.sentence, quotation.start - quotation.sentence_start
    start = max(0, min(first - _QUOTED_CHARS // 3, len(sentence) - _QUOTED_CHARS))
    shown = sentence[start : start + _QUOTED_CHARS]
    before = "…" if start else ""
    after = "…" if start + _QUOTED_CHARS < len(sentence) else ""
    return f"“{before}{one_line(shown)}{after}” [{quotation.start}–{quotation.end}]"


def found_text(answer: SearchAnswer) -> str:
    """Return documents that were found, with the words around; what was looked for is bold on a terminal."""
    shown = len(answer.documents)
    heading = _("文档（{n} 份，{passages} 段）")
    if shown < answer.document_total:
        heading = _("文档（{total} 份，{passages} 段，列出前 {n} 份）")
    lines = [heading.format(n=shown, total=answer.document_total, passages=answer.total)]
    for found in answer.documents:
        details = found.entry.details
        title = _bold(details.title, found.title_marks) or one_line(found.entry.file_name)
        lines.append(f"  {title}  ({harmless(found.entry.id)})")
        about = (details.issuer, details.date, _("{n} 段").format(n=found.count) if found.count else "")
        lines.append("      " + " · ".join(one_line(part) for part in about if part))
        for hit in found.hits:
            lines.append(f"      {_bold(hit.snippet, hit.marks)} [{hit.start}–{hit.end}]")
    return "\n".join(line.rstrip() for line in lines)


def _bold(text: str, spans: Sequence[Span]) -> str:
    # Letter for letter, so that the spans still fit.
    return bold("".join(letter if letter.isprintable() else " " for letter in text), spans)
