"""Sentences of documents as markup, with the words that matter in bold and a way to where they stand."""

from __future__ import annotations

from collections.abc import Sequence

from jjjmap.ui.richtext import Markup, element, join

LONGEST = 360
"""In characters; of a longer sentence the words around the first mark are shown."""
_LEAD = 80
"""So many of them before the first mark."""

Span = tuple[int, int]


def marked(text: str, spans: Sequence[Span]) -> Markup:
    """Return a text with some stretches of it in bold; they lie in order, and may lie inside one another."""
    first, last = 0, len(text)
    if last > LONGEST:
        first = max(0, min(spans[0][0] - _LEAD, last - LONGEST)) if spans else 0
        last = first + LONGEST
    parts: list[str | Markup] = ["…"] if first else []
    at = first
    for start, end in spans:
        start, end = max(start, at), min(end, last)
        if start < end:
            parts += [text[at:start], element("b", text[start:end])]
            at = end
    parts.append(text[at:last])
    if last < len(text):
        parts.append("…")
    return join(parts)
