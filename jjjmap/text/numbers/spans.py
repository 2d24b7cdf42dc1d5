"""Spans of time that are no plain number with its unit: 一个半小时, 两个多月, 三年半."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from jjjmap.catalogue.models import Qualifier

_HALF = Decimal("0.5")
_NONE = Decimal(0)
_ODD = re.compile(
    r"(?:个(?P<inner>半|[多余])(?P<unit>小时|月|工作日|星期)"
    r"|(?P<behind>小时|年|天|周)半(?![径导岛数天日夜月年价成官生山]))"
)


@dataclass(frozen=True, slots=True)
class OddSpan:
    """What follows the number of such a span."""

    end: int
    unit: str
    """Plain: 小时, 月, 年."""
    printed: str
    """个半小时, 年半."""
    added: Decimal
    qualifier: Qualifier


def read_odd_span(text: str, at: int) -> OddSpan | None:
    """Return what makes a span of time of the number that ends at a place."""
    if text[at : at + 1] not in tuple("个小年天周"):
        return None
    match = _ODD.match(text, at)
    if match is None:
        return None
    inner, unit, behind = match.group("inner", "unit", "behind")
    has_half = inner == "半" or behind is not None
    return OddSpan(
        match.end(),
        unit or behind,
        match[0],
        _HALF if has_half else _NONE,
        Qualifier.EXACT if has_half else Qualifier.MORE,
    )
