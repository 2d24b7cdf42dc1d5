"""Numbers in Chinese numerals, and shares: 两千多家, 一个半小时, 百分之十二, 三分之二, 三成, 翻两番."""

from __future__ import annotations

import re
from decimal import Decimal

from jjjmap.catalogue.models import Qualifier
from jjjmap.text.numbers.countables import (
    counts_something,
    is_duration,
    is_grade,
    is_measured_time,
    is_one_span_measured,
)
from jjjmap.text.numbers.found_number import FoundNumber, clause_before, finish_number, whole, with_front
from jjjmap.text.numbers.numerals import MOST_NUMERALS, MULTIPLES, parse_arabic, parse_chinese, split_chinese
from jjjmap.text.numbers.qualifiers import front_qualifier, without_front
from jjjmap.text.numbers.spans import read_odd_span
from jjjmap.text.numbers.turns import is_time_to_turn
from jjjmap.text.numbers.units import read_unit

_ONE = Decimal(1)
_HALF = Decimal("0.5")
_TENTHS_NOT_BEFORE = "立功员果本品为绩效长分都交型熟就人年份色套因语年"


def read_numerals(text: str, match: re.Match[str]) -> FoundNumber | None:
    """Read Chinese numerals with their unit; None if they are no figure whatever follows."""
    start, end = match.span()
    numerals, more, multiple_text = match.group("cn", "cnmore", "cnmult")
    if len(numerals) > MOST_NUMERALS or len(multiple_text) > 2:
        return None
    previous = text[start - 1] if start else ""
    is_round = numerals[0] in "百千万亿"
    if is_round:
        front = front_qualifier(text, start)
        if front is None or numerals.strip("百千万亿") or more:
            return None
        printed = _ONE
        for letter in numerals:
            printed *= MULTIPLES[letter]
        head, trailing = numerals, ""
    else:
        if previous and previous in "第几数星周":
            return None
        head, trailing = ("", "") if more else split_chinese(numerals)
        parsed = parse_chinese(head or numerals)
        if parsed is None or parsed == 0:
            return None
        printed = parsed
    if multiple_text and multiple_text not in MULTIPLES:
        return None
    if multiple_text and not more:
        return None
    multiple = MULTIPLES[trailing or multiple_text] if trailing or multiple_text else _ONE
    if end < len(text) and text[end] == "成" and multiple == 1:
        return tenths(text, start, end, printed, Qualifier.MORE if more else Qualifier.EXACT)
    if multiple == 1 and not more and (span := read_odd_span(text, end)):
        number = finish_number(
            text,
            start,
            span.end,
            printed + span.added,
            printed,
            _ONE,
            span.unit,
            span.printed,
            span.qualifier,
        )
        number.is_chinese = True
        number.is_figure = _is_measured(text, number, start, span.unit, numerals)
        return number
    value = whole(printed * multiple)
    unit, unit_end = read_unit(text, end, has_multiple=multiple > 1)
    if not unit:
        if more or text[end : end + 1] not in "至到、和-—~" or is_round:
            return None
        number = FoundNumber(start, end, start, value, printed, multiple, None, "", Qualifier.EXACT)
        number.is_chinese = True
        number.may_share = len(numerals) <= 4
        return with_front(text, number)
    qualifier = Qualifier.MORE if more else Qualifier.EXACT
    number = finish_number(
        text, start, unit_end, value, printed, multiple, unit, (trailing or multiple_text) + unit, qualifier
    )
    number.is_chinese = True
    after = text[unit_end : unit_end + 24]
    is_large = value >= 11 or bool(more) or "点" in numerals
    if is_grade(after):
        number.is_figure = False
    elif is_duration(unit):
        number.is_figure = _is_measured(text, number, start, unit, numerals)
    elif numerals == "一":
        number.is_figure = unit == "倍"
    else:
        before = without_front(clause_before(text, start))
        number.is_figure = counts_something(unit, numerals, before, after, is_large=is_large)
    return number


def _is_measured(text: str, number: FoundNumber, start: int, unit: str, numerals: str) -> bool:
    before = without_front(clause_before(text, start))
    after = text[number.end : number.end + 8]
    if numerals == "一" and not is_one_span_measured(unit, before, after):
        return False
    return is_measured_time(unit, before, after) or is_time_to_turn(text, number.start, number.end)


def read_share(text: str, match: re.Match[str]) -> FoundNumber | None:
    """Read 百分之三, 三分之二, 半小时, 翻两番."""
    start, end = match.span()
    if per := match["per"]:
        part = match["pernum"]
        value = parse_arabic(part) if part[0].isdigit() and part.isascii() else parse_chinese(part)
        if value is None:
            return None
        if per == "百分之" and text.startswith("百分点", end):
            return None
        unit = {"百": "%", "千": "‰", "万": "‱"}[per[0]]
        return finish_number(text, start, end, value, value, _ONE, unit, per)
    if match["numerator"]:
        below, above = parse_chinese(match["denominator"]), parse_chinese(match["numerator"])
        if not below or not above or above >= below:
            return None
        share = (above / below).quantize(Decimal("0.0001")).normalize()
        return finish_number(text, start, end, share, share, _ONE, "", "")
    if match["half"]:
        behind = text.index("小时", end)
        qualifier = Qualifier.MORE if text[behind - 1] == "多" else Qualifier.EXACT
        return finish_number(
            text, start, behind + 2, _HALF, _HALF, _ONE, "小时", text[end : behind + 2], qualifier
        )
    said = match["doubled"]
    times = parse_chinese(said) if said and not said.isdigit() else Decimal(said or 1)
    if times is None:
        return None
    number = finish_number(text, start, end, Decimal(2) ** int(times), times, _ONE, "倍", "番")
    number.is_doubling = True
    return number


def tenths(text: str, start: int, end: int, printed: Decimal, qualifier: Qualifier) -> FoundNumber | None:
    """Read 三成, 七成多, 8成以上 as per cent."""
    following = text[end + 1 : end + 2]
    if (
        (following in _TENTHS_NOT_BEFORE and following)
        or printed > 10
        or printed != printed.to_integral_value()
    ):
        return None
    if text[max(0, start - 1) : start] in ("第", "几"):
        return None
    return finish_number(text, start, end + 1, printed * 10, printed, _ONE, "%", "成", qualifier)
