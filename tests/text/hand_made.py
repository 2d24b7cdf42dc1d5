"""Documents made by hand for comparison and exports: a text, what is named in it, and its figures."""

import re
from decimal import Decimal
from typing import Any

from jjjmap.catalogue.models import Qualifier
from jjjmap.text.records import (
    Document,
    DocumentDetails,
    DocumentFormat,
    FigureRole,
    Mention,
    RawText,
    SubjectKind,
    TextFigure,
    TextPassage,
)


def make_mention(text: str, words: str, subject_id: str, *, nth: int = 0, **fields: Any) -> Mention:
    """Return the mention of the n-th time that words stand in a text."""
    start = [match.start() for match in re.finditer(re.escape(words), text)][nth]
    values: dict[str, Any] = {
        "kind": SubjectKind.PLACE,
        "confidence": 0.95,
        "rule": "name",
        "raw_start": start,
        "raw_end": start + len(words),
        **fields,
    }
    return Mention(subject_id=subject_id, start=start, end=start + len(words), text=words, **values)


def make_figure(text: str, words: str, value: str, unit: str, *, nth: int = 0, **fields: Any) -> TextFigure:
    """Return the figure that words of a text are, its sentence being what stands between full stops."""
    start = [match.start() for match in re.finditer(re.escape(words), text)][nth]
    end = start + len(words)
    stop = text.find("。", end)
    values: dict[str, Any] = {
        "qualifier": Qualifier.EXACT,
        "printed_value": Decimal(value),
        "printed_unit": unit,
        "sentence_start": text.rfind("。", 0, start) + 1,
        "sentence_end": len(text) if stop < 0 else stop + 1,
        "role": FigureRole.ALONE,
        "raw_start": start,
        "raw_end": end,
        **fields,
    }
    return TextFigure(value=Decimal(value), unit=unit, start=start, end=end, text=words, **values)


def make_document(
    name: str,
    text: str,
    mentions: tuple[Mention, ...] = (),
    figures: tuple[TextFigure, ...] = (),
    **details: str,
) -> Document:
    """Return a document that needed no cleaning, of one passage."""
    return Document(
        id=f"doc-{name}",
        details=DocumentDetails(details.pop("title", name), **details),  # type: ignore[arg-type]
        file_name=f"{name}.txt",
        sha256="0" * 64,
        size_bytes=len(text.encode()),
        raw=RawText(text, DocumentFormat.TXT, "utf-8"),
        steps=(),
        text=text,
        passages=(TextPassage("p1", 0, len(text)),),
        mentions=mentions,
        figures=figures,
    )
