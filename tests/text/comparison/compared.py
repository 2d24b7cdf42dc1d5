"""Two documents compared, with what must hold of any comparison."""

from dataclasses import replace

from jjjmap.catalogue.models import Catalogue
from jjjmap.text.comparison.comparing import compare_documents
from jjjmap.text.comparison.comparison_records import (
    MOST_QUOTATIONS,
    Change,
    ChangeKind,
    Comparison,
    Matter,
    Side,
)
from jjjmap.text.records import Document

from ..hand_made import make_document, make_figure

APPEARED, VANISHED, RENAMED = ChangeKind.APPEARED, ChangeKind.VANISHED, ChangeKind.RENAMED
MOVED, REPLACED, CHANGED = ChangeKind.MOVED, ChangeKind.REPLACED, ChangeKind.CHANGED

OLD = (
    "聚焦甲电路、网安全、乙医药、丙装备等重点领域，着力打造世界级先进制造业集群。"
    "培育新能汽车和智联汽车、乙医药、丁能、工联网、高端母机床等五条重点产业链。"
)
NEW = (
    "“五链”即丁能、乙医药、网安全和工联网、高端仪器和母机床、新能和智联汽车5条重点产业链；"
    "“四群”即甲电路、信息应用创新、乙医药、丙装备4个先进制造业集群。"
)


def told(comparison: Comparison, matter: Matter | None = None) -> set[tuple[ChangeKind, str, str]]:
    return {
        (change.kind, change.before.name if change.before else "", change.after.name if change.after else "")
        for change in comparison.changes
        if matter is None or change.matter is matter
    }


def mirrored(comparison: Comparison) -> list[Change]:
    other = {APPEARED: VANISHED, VANISHED: APPEARED}
    return [
        replace(change, kind=other.get(change.kind, change.kind), before=change.after, after=change.before)
        for change in comparison.changes
    ]


def by_text(change: Change) -> str:
    return repr(change)


def assert_quoted(document: Document, side: Side) -> None:
    assert 0 < len(side.quotations) <= min(side.occurrences, MOST_QUOTATIONS)
    for quotation in side.quotations:
        assert quotation.document_id == document.id
        assert document.text[quotation.start : quotation.end] == quotation.text
        assert document.text[quotation.sentence_start : quotation.sentence_end] == quotation.sentence
        assert quotation.sentence_start <= quotation.start < quotation.end <= quotation.sentence_end


def compare(before: Document, after: Document, catalogue: Catalogue) -> Comparison:
    """Compare, and look at what must hold for any two documents."""
    comparison = compare_documents(before, after, catalogue)
    for change in comparison.changes:
        assert change.before or change.after
        for document, side in ((before, change.before), (after, change.after)):
            if side is not None:
                assert_quoted(document, side)
    back = compare_documents(after, before, catalogue)
    assert sorted(mirrored(back), key=by_text) == sorted(comparison.changes, key=by_text)
    assert back.unchanged == comparison.unchanged
    assert compare_documents(before, before, catalogue).changes == ()
    return comparison


def figures_of(name: str, text: str, *figures: tuple[str, str, str, dict[str, object]]) -> Document:
    return make_document(
        name,
        text,
        (),
        tuple(make_figure(text, words, value, unit, **more) for words, value, unit, more in figures),
    )
