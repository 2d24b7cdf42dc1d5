"""Answers as JSON about the user's documents: what was read in them, and how two of them differ."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from jjjmap.text.comparison.comparison_records import (
    Change,
    Comparison,
    Quotation,
    Side,
)
from jjjmap.text.comparison.listings import find_listings
from jjjmap.text.fulltext.search import SearchAnswer
from jjjmap.text.records import Document, Mention, SubjectKind, TextFigure

_MOST_DIGITS = 300
"""A number of more digits is none that a reader of JSON could use; its print is told all the same."""


def document_record(document: Document, *, outcome: str, versions: Sequence[str]) -> dict[str, Any]:
    """Return all that was read in a document; offsets count the characters of ``text``.

    Parameters
    ----------
    document
        As it stands in the library.
    outcome
        What storing it came to, a value of `text.store.library.Outcome`.
    versions
        Ids of documents that are nearly the same text.
    """
    details = document.details
    return {
        "id": document.id,
        "title": details.title,
        "issuer": details.issuer,
        "date": details.date,
        "number": details.number,
        "file": document.file_name,
        "format": document.raw.format.value,
        "encoding": document.raw.encoding,
        "sha256": document.sha256,
        "bytes": document.size_bytes,
        "outcome": outcome,
        "version_of": document.version_of,
        "versions": list(versions),
        "steps": [
            {"id": step.id, "kind": step.kind.value, "edits": len(step.edits), "is_active": step.is_active}
            for step in document.steps
        ],
        "text": document.text,
        "passages": [
            {"id": passage.id, "start": passage.start, "end": passage.end} for passage in document.passages
        ],
        "mentions": [
            _mention_record(mention, "place_id")
            for mention in document.mentions
            if mention.kind is not SubjectKind.CHAIN
        ],
        "chains": [
            _mention_record(mention, "chain_id")
            for mention in document.mentions
            if mention.kind is SubjectKind.CHAIN
        ],
        "lists": [
            {
                "kind": listing.kind.value,
                "start": listing.start,
                "end": listing.end,
                "items": [
                    {"name": item.name, "start": item.start, "end": item.end, "text": item.text}
                    for item in listing.items
                ],
            }
            for listing in find_listings(document.text)
        ],
        "figures": [text_figure_record(figure) for figure in document.figures],
    }


def _mention_record(mention: Mention, id_name: str) -> dict[str, Any]:
    return {
        id_name: mention.subject_id,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "confidence": mention.confidence,
        "kind": mention.kind.value,
        "is_lead": mention.is_lead,
        "rule": mention.rule,
        "candidates": list(mention.candidates),
        "raw_start": mention.raw_start,
        "raw_end": mention.raw_end,
        "status": mention.status.value,
    }


def text_figure_record(figure: TextFigure) -> dict[str, Any]:
    """Return a figure of a text; its value is a number, as ``printed_value`` it is the number as printed."""
    return {
        "value": json_number(figure.value),
        "qualifier": figure.qualifier.value,
        "unit": figure.unit,
        "indicator": figure.indicator,
        "period": figure.period,
        "scope": figure.scope_id,
        "start": figure.start,
        "end": figure.end,
        "text": figure.text,
        "printed_value": json_number(figure.printed_value),
        "printed_unit": figure.printed_unit,
        "indicator_id": figure.indicator_id,
        "role": figure.role.value,
        "comparison": figure.comparison,
        "confidence": figure.confidence,
        "sentence_start": figure.sentence_start,
        "sentence_end": figure.sentence_end,
        "raw_start": figure.raw_start,
        "raw_end": figure.raw_end,
        "status": figure.status.value,
    }


def json_number(value: Decimal) -> int | float | None:
    """Return a number as JSON has it; None where it is too long to be one."""
    if not value.is_finite() or value.adjusted() > _MOST_DIGITS:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def comparison_record(before: Document, after: Document, comparison: Comparison) -> dict[str, Any]:
    """Return how two documents differ, each side with its quotations; offsets count in the cleaned texts."""
    return {
        "before": _told_document(before),
        "after": _told_document(after),
        "changes": [_change_record(change) for change in comparison.changes],
        "unchanged": {matter.value: number for matter, number in comparison.unchanged.items()},
    }


def _told_document(document: Document) -> dict[str, Any]:
    details = document.details
    return {
        "id": document.id,
        "title": details.title,
        "issuer": details.issuer,
        "date": details.date,
        "file": document.file_name,
    }


def _change_record(change: Change) -> dict[str, Any]:
    return {
        "change": change.kind.value,
        "about": change.matter.value,
        "before": None if change.before is None else _side_record(change.before),
        "after": None if change.after is None else _side_record(change.after),
        "joined": list(change.joined),
    }


def _side_record(side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "subject_id": side.subject_id,
        "list": None if side.in_list is None else side.in_list.value,
        "horizon": side.horizon,
        "occurrences": side.occurrences,
        "figure": None if side.figure is None else text_figure_record(side.figure),
        "quotations": [_quotation_record(quotation) for quotation in side.quotations],
    }


def _quotation_record(quotation: Quotation) -> dict[str, Any]:
    return {
        "start": quotation.start,
        "end": quotation.end,
        "text": quotation.text,
        "sentence_start": quotation.sentence_start,
        "sentence_end": quotation.sentence_end,
        "sentence": quotation.sentence,
    }


def document_group_record(answer: SearchAnswer) -> dict[str, Any]:
    """Return documents that were found as a group of hits: ``total`` of them, with so many ``passages``."""
    return {
        "kind": "document",
        "total": answer.document_total,
        "passages": answer.total,
        "hits": [
            {
                "id": found.entry.id,
                "title": found.entry.details.title,
                "text": found.hits[0].snippet if found.hits else "",
                "where": " · ".join(
                    part for part in (found.entry.details.issuer, found.entry.details.date) if part
                ),
                "match": "text",
                "scope_id": None,
                "source_ids": [],
                "date": found.entry.details.date,
                "passages": found.count,
                "quotations": [
                    {"passage_id": hit.passage_id, "start": hit.start, "end": hit.end, "text": hit.snippet}
                    for hit in found.hits
                ],
                "versions": [version.entry.id for version in found.versions],
            }
            for found in answer.documents
        ],
        "places": dict(answer.places),
    }
