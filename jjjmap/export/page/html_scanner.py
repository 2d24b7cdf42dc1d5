"""Reads the elements of an exported map one after the other, and nothing that we do not write.

HTML parsers forgive, and some take a time that grows with the square of a hostile text. This one goes through
a text once and stops at the first markup that is not in the form in which exports are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_TAG_CHARS = 20_000
"""Of one opening tag; that of the command is the longest that we write."""

_OPENING = re.compile(r"<([a-z][a-z0-9]{0,20})((?:[ \n][a-z:-]{1,40}(?:=\"[^\"<>]*\")?)*)[ \n]{0,2}>")
_ATTRIBUTE = re.compile(r"[ \n]([a-z:-]+)(?:=\"([^\"]*)\")?")
_CLOSING = re.compile(r"</[a-z][a-z0-9]{0,20}>")
_BEGINNING = re.compile(r"<!doctype html>\n(?=<html lang=\"[A-Za-z-]{1,20}\">\n<head>\n<meta )")
"""As every export begins: text or another tag there would end the head of a page before its policy."""
_RAW = {"script": re.compile(r"</script", re.IGNORECASE), "style": re.compile(r"</style", re.IGNORECASE)}


class MarkupForeign(Exception):
    """Something that no export of ours holds."""

    def __init__(self, at: int) -> None:
        super().__init__(str(at))
        self.at = at
        """Which character it begins at."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element and what stands right behind its opening tag."""

    tag: str
    attributes: dict[str, str]
    """As written, entities and all."""
    content: str
    """Up to the next tag; of scripts and styles all of it."""


def elements_of(text: str) -> Iterator[Element]:
    """Yield the elements of a page in order.

    Raises
    ------
    MarkupForeign
        It begins otherwise than our exports do, or there is a remark, an odd tag, an attribute twice, or a
        script that does not end.
    """
    beginning = _BEGINNING.match(text)
    if beginning is None:
        raise MarkupForeign(0)
    at = beginning.end()
    while (start := text.find("<", at)) >= 0:
        closing = _CLOSING.match(text, start, start + 30)
        if closing is not None:
            at = closing.end()
            continue
        opening = _OPENING.match(text, start, start + MAX_TAG_CHARS)
        if opening is None:
            raise MarkupForeign(start)
        at = opening.end()
        tag = opening[1]
        if tag in _RAW:
            end = _RAW[tag].search(text, at)
            if end is None:
                raise MarkupForeign(start)
            content, at = text[at : end.start()], end.start()
        else:
            until = text.find("<", at)
            content = text[at : until if until >= 0 else len(text)]
        attributes: dict[str, str] = {}
        for found in _ATTRIBUTE.finditer(opening[2]):
            if found[1] in attributes:  # A browser takes the first of them, and others might take the last.
                raise MarkupForeign(start)
            attributes[found[1]] = found[2] or ""
        yield Element(tag, attributes, content)
