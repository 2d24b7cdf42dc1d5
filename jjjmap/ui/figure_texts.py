"""Words for figures that were found in a document: how exact, which part they play, what the user said."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from jjjmap.catalogue.models import Qualifier
from jjjmap.i18n import Language, _
from jjjmap.text.records import FigureRole, FigureStatus, TextFigure

SURE = 0.9
"""A figure less sure than that took its period or its indicator from other words than its own."""
ACCEPTED = (FigureStatus.ACCEPTED, FigureStatus.CORRECTED)
LONGEST_NUMBER = 40

_MULTIPLES = {"千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_NUMBER = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)(千万|百万|万亿|千|万|亿)?", re.ASCII)


def qualifier_name(qualifier: Qualifier) -> str:
    """Return how exact a value is, in a word."""
    return {
        Qualifier.EXACT: _("等于"),
        Qualifier.ABOUT: _("约"),
        Qualifier.MORE: _("超过"),
        Qualifier.LESS: _("不足"),
    }[qualifier]


def role_name(role: FigureRole) -> str:
    """Return which part a figure plays beside another one."""
    return {
        FigureRole.ALONE: _("单独的数值"),
        FigureRole.FROM: _("变化前的数值"),
        FigureRole.TO: _("变化后的数值"),
        FigureRole.LOW: _("范围的下限"),
        FigureRole.HIGH: _("范围的上限"),
        FigureRole.CHANGE: _("增减的幅度"),
    }[role]


def status_name(status: FigureStatus) -> str:
    """Return what the user said about a figure."""
    return {
        FigureStatus.FOUND: _("未审"),
        FigureStatus.ACCEPTED: _("已采纳"),
        FigureStatus.CORRECTED: _("改后采纳"),
        FigureStatus.REJECTED: _("已否定"),
    }[status]


def status_sign(status: FigureStatus) -> str:
    """Return a sign for what the user said; a look of its own for each, not a colour alone."""
    return {
        FigureStatus.FOUND: "○",
        FigureStatus.ACCEPTED: "✓",
        FigureStatus.CORRECTED: "✎",
        FigureStatus.REJECTED: "✗",
    }[status]


def number_text(value: Decimal) -> str:
    """Return a number with thousands separators and all its decimals."""
    return f"{value:,f}"


def editable_number(figure: TextFigure) -> str:
    """Return a value as it is best edited: with the 万 or 亿 that is printed, if that is still its value."""
    multiple = figure.printed_unit.removesuffix(figure.unit) if figure.unit else ""
    if multiple in _MULTIPLES and figure.printed_value.scaleb(_MULTIPLES[multiple]) == figure.value:
        return f"{number_text(figure.printed_value)}{multiple}"
    return number_text(figure.value)


def read_number(text: str) -> Decimal | None:
    """Return the number that the user wrote, also with separators and with 万 or 亿; None if it is none."""
    plain = re.sub(r"[\s,，]", "", text)
    parts = _NUMBER.fullmatch(plain)
    if parts is None or len(plain) > LONGEST_NUMBER:
        return None
    try:
        value = Decimal(parts[1])
    except InvalidOperation:
        return None
    if parts[2]:
        value = value.scaleb(_MULTIPLES[parts[2]])
        whole = value.to_integral_value()
        return Decimal(f"{whole:f}") if whole == value else value
    return value


def missing_parts(figure: TextFigure) -> tuple[str, ...]:
    """Return what a figure lacks to be taken over, in words; empty if it lacks nothing."""
    parts = []
    if not figure.indicator and not figure.indicator_id:
        parts.append(_("指标"))
    if not figure.scope_id:
        parts.append(_("地点"))
    return tuple(parts)


def is_doubtful(figure: TextFigure) -> bool:
    """Whether a figure is worth a second look."""
    return figure.confidence < SURE or bool(missing_parts(figure))


def doubt_text(figure: TextFigure, language: Language) -> str:
    """Return why a figure is worth a second look; empty if it is not."""
    missing = missing_parts(figure)
    said = []
    if missing:
        said.append(_("缺{parts}").format(parts=("、" if language is Language.ZH else ", ").join(missing)))
    if figure.confidence < SURE:
        said.append(_("把握 {share}：有些内容取自上文，请核对").format(share=f"{figure.confidence:.0%}"))
    return _("；").join(said)
