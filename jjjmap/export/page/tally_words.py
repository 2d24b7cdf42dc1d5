"""Counts and marks of a map in another language than that in which they were made."""

from __future__ import annotations

import re
from dataclasses import replace

from jjjmap.i18n import Language, in_language
from jjjmap.maps.bridge import ShowTally

_ONE = re.compile(r"[^\d]*(\d+)[^\d]*")
_TWO = re.compile(r"[^\d]*(\d+)[^\d]+(\d+)[^\d]*")


def tally_in(tally: ShowTally, language: Language) -> ShowTally:
    """Return counts with the words of another language; the mapmaker's title as it was said."""
    _ = in_language(language)

    def label(said: str) -> str:
        if found := _TWO.fullmatch(said):
            return _("{low}–{high} 次").format(low=found[1], high=found[2])
        found = _ONE.fullmatch(said)
        return _("{n} 次").format(n=found[1]) if found else said

    def words(said: str) -> str:
        found = _ONE.fullmatch(said)
        return _("（{n} 次）").format(n=found[1]) if found else said

    return replace(
        tally,
        title=as_said(tally.title, language),
        classes=tuple(replace(each, label=label(each.label)) for each in tally.classes),
        units=tuple(replace(each, words=words(each.words)) for each in tally.units),
        points=tuple(replace(each, words=words(each.words)) for each in tally.points),
    )


def as_said(title: str, language: Language) -> str:
    """Return what the mapmaker called something in another language, told to be so."""
    _ = in_language(language)
    return _("“{title}”（制图者的原话）").format(title=title) if title else ""
