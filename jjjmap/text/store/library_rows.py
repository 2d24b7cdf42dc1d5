"""Records of the library as rows and JSON, and back."""

import hashlib
import json
import sqlite3
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jjjmap.catalogue.models import Qualifier
from jjjmap.findings import Finding, Severity
from jjjmap.text.records import (
    CleaningKind,
    CleaningStep,
    DocumentFormat,
    Edit,
    FigureRole,
    FigureStatus,
    Mention,
    MentionStatus,
    RawText,
    SubjectKind,
    TextFigure,
    TextPassage,
)
from jjjmap.text.store.versions import letters_of

PIECE = 2048
"""Characters in a piece of a text."""

MENTION_COLUMNS = (
    "subject_id, kind, start, end, text, confidence, rule, candidates, is_lead, raw_start, raw_end, status"
)
FIGURE_COLUMNS = "start, end, scope_id, indicator_id, status, body"


def pack(value: Any) -> bytes:
    """Return JSON, compressed a little: most of it is text of the document once more."""
    return zlib.compress(_json(value).encode("utf-8"), 1)


def unpack(data: bytes) -> Any:
    """Return what `pack` was given.

    Raises
    ------
    sqlite3.DatabaseError
        It is something else: whoever opened the database tells that as any other damage to it.
    """
    try:
        return json.loads(zlib.decompress(data))
    except (zlib.error, ValueError, TypeError) as error:
        raise sqlite3.DatabaseError(f"malformed record: {error}") from error


def storable(text: str) -> str:
    """Return a text without halves of surrogate pairs, which no file holds; its length stays."""
    return text.encode("utf-8", "replace").decode("utf-8")


# ------------------------------------------------------------------------------------------- contents


def raw_to_json(raw: RawText, original: bytes) -> dict[str, Any]:
    """Return the raw text as JSON can hold it; without its words where they are the original decoded."""
    return {
        "text": None if _decoded(original, raw.encoding) == raw.text else raw.text,
        "format": raw.format.value,
        "encoding": raw.encoding,
        "title": raw.title,
        "author": raw.author,
        "date": raw.date,
        "page_starts": raw.page_starts,
        "findings": findings_to_json(raw.findings),
    }


def raw_from_json(value: dict[str, Any], original: Callable[[], bytes]) -> RawText:
    """Return the raw text that `raw_to_json` was given."""
    text = value["text"]
    return RawText(
        text=original().decode(value["encoding"]) if text is None else text,
        format=DocumentFormat(value["format"]),
        encoding=value["encoding"],
        title=value["title"],
        author=value["author"],
        date=value["date"],
        page_starts=tuple(value["page_starts"]),
        findings=findings_from_json(value["findings"]),
    )


def _decoded(original: bytes, encoding: str) -> str | None:
    if not encoding:
        return None
    try:
        return original.decode(encoding)
    except (LookupError, UnicodeError):
        return None


def steps_to_json(steps: Iterable[CleaningStep]) -> list[Any]:
    """Return cleaning steps as JSON can hold them."""
    return [
        [
            step.id,
            step.kind.value,
            step.is_active,
            [(edit.start, edit.end, edit.replacement) for edit in step.edits],
        ]
        for step in steps
    ]


def steps_from_json(value: list[Any]) -> tuple[CleaningStep, ...]:
    """Return the steps that `steps_to_json` was given."""
    return tuple(
        CleaningStep(step_id, CleaningKind(kind), tuple(Edit(*edit) for edit in edits), is_active)
        for step_id, kind, is_active, edits in value
    )


def passages_to_json(passages: Iterable[TextPassage]) -> list[Any]:
    """Return passages as JSON can hold them."""
    return [(passage.id, passage.start, passage.end) for passage in passages]


def passages_from_json(value: list[Any]) -> tuple[TextPassage, ...]:
    """Return the passages that `passages_to_json` was given."""
    return tuple(TextPassage(*row) for row in value)


def findings_to_json(findings: Iterable[Finding]) -> list[Any]:
    """Return findings as JSON can hold them."""
    return [finding.to_dict() for finding in findings]


def findings_from_json(value: list[Any]) -> tuple[Finding, ...]:
    """Return the findings that `findings_to_json` was given."""
    return tuple(
        Finding(Severity(row["severity"]), row["code"], row["where"], row["message"], row["hint"])
        for row in value
    )


def pieces_of(text: str) -> Iterable[tuple[int, str]]:
    """Return a text in pieces, each with its start."""
    return ((start, text[start : start + PIECE]) for start in range(0, len(text), PIECE))


# ------------------------------------------------------------------------------------------- mentions


def mention_to_row(mention: Mention) -> tuple[Any, ...]:
    """Return the values of `MENTION_COLUMNS`."""
    return (
        mention.subject_id,
        mention.kind.value,
        mention.start,
        mention.end,
        mention.text,
        mention.confidence,
        mention.rule,
        "|".join(mention.candidates),
        mention.is_lead,
        mention.raw_start,
        mention.raw_end,
        mention.status.value,
    )


def mention_from_row(row: Sequence[Any]) -> Mention:
    """Return the mention of a row of `MENTION_COLUMNS`."""
    return Mention(
        subject_id=row[0],
        kind=SubjectKind(row[1]),
        start=row[2],
        end=row[3],
        text=row[4],
        confidence=row[5],
        rule=row[6],
        candidates=tuple(row[7].split("|")) if row[7] else (),
        is_lead=bool(row[8]),
        raw_start=row[9],
        raw_end=row[10],
        status=MentionStatus(row[11]),
    )


# -------------------------------------------------------------------------------------------- figures


def figure_to_row(figure: TextFigure) -> tuple[Any, ...]:
    """Return the values of `FIGURE_COLUMNS`."""
    return (
        figure.start,
        figure.end,
        figure.scope_id,
        figure.indicator_id,
        figure.status.value,
        _json(figure_to_json(figure)),
    )


def figure_from_row(row: Sequence[Any]) -> TextFigure:
    """Return the figure of a row of `FIGURE_COLUMNS`."""
    return figure_from_json(json.loads(row[5]))


def figure_to_json(figure: TextFigure) -> list[Any]:
    """Return a figure as JSON can hold it."""
    return [
        str(figure.value),
        figure.qualifier.value,
        figure.unit,
        figure.start,
        figure.end,
        figure.text,
        str(figure.printed_value),
        figure.printed_unit,
        figure.sentence_start,
        figure.sentence_end,
        figure.indicator,
        figure.indicator_id,
        figure.period,
        figure.scope_id,
        figure.role.value,
        figure.comparison,
        figure.confidence,
        figure.raw_start,
        figure.raw_end,
        figure.status.value,
    ]


def figure_from_json(value: list[Any]) -> TextFigure:
    """Return the figure that `figure_to_json` was given."""
    return TextFigure(
        Decimal(value[0]),
        Qualifier(value[1]),
        value[2],
        value[3],
        value[4],
        value[5],
        Decimal(value[6]),
        value[7],
        value[8],
        value[9],
        value[10],
        value[11],
        value[12],
        value[13],
        FigureRole(value[14]),
        value[15],
        value[16],
        value[17],
        value[18],
        FigureStatus(value[19]),
    )


# ------------------------------------------------------------------------------------------ sentences


@dataclass(frozen=True, slots=True)
class SentencePlace:
    """The sentence, or the few sentences, that a stretch lies in."""

    start: int
    end: int
    print: int
    """Hash of its letters and digits: the same sentence in another version of the text has the same."""


class Sentences:
    """Knows in which sentence of a text something stands."""

    def __init__(self, text: str, bounds: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._bounds = bounds
        self._starts = [start for start, _end in bounds]
        self._known: dict[tuple[int, int], SentencePlace] = {}

    def around(self, start: int, end: int) -> SentencePlace:
        """Return the sentence around a stretch; the stretch itself where there is none."""
        first = bisect_right(self._starts, start) - 1
        sentence_start = start if first < 0 else self._bounds[first][0]
        last = max(bisect_right(self._starts, max(end - 1, start)) - 1, 0)
        sentence_end = max(self._bounds[last][1] if self._bounds else end, end)
        key = (sentence_start, sentence_end)
        if key not in self._known:
            words = self._text[sentence_start:sentence_end]
            self._known[key] = SentencePlace(sentence_start, sentence_end, print_of(words))
        return self._known[key]


def print_of(sentence: str) -> int:
    """Return a hash of a sentence's letters and digits, as SQLite can keep it."""
    digest = hashlib.blake2b(letters_of(sentence).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
