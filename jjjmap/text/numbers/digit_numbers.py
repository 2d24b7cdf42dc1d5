"""Numbers in digits with what stands around them: 1,286家, 25.3万余元, 1/3."""

from __future__ import annotations

import re
from decimal import Decimal

from jjjmap.catalogue.models import Qualifier
from jjjmap.text.numbers.countables import is_duration, is_grade, is_measured_time, is_text_part
from jjjmap.text.numbers.english_numbers import UNIT_BEHIND_HYPHEN, read_english
from jjjmap.text.numbers.found_number import FoundNumber, clause_before, finish_number, whole, with_front
from jjjmap.text.numbers.numeral_numbers import tenths
from jjjmap.text.numbers.numerals import MOST_DIGITS, MULTIPLES, parse_arabic, parse_mixed
from jjjmap.text.numbers.qualifiers import front_qualifier, without_front
from jjjmap.text.numbers.spans import read_odd_span
from jjjmap.text.numbers.turns import is_time_to_turn, turn_ahead
from jjjmap.text.numbers.units import read_unit

_ONE = Decimal(1)
_NOT_BEHIND_NUMBER = frozenset("年月日号时点届版页章级强折环路线代期轮")
_NOT_IN_FRONT = frozenset("第+×^#_〔[№@\\*")
_BARE_BEFORE = re.compile(
    r"(?:达到?|为|至|到|是|突破|超过?|逾|近|约|升至|增至|降至|增|升|降|超)(?:了|约|近|超过?|到)?$"
)
_BARE_WORDS = re.compile(
    r"(?:指数|系数|得分|评分|分值|总数|总量|数量|人口|规模|销量|容积率|首位度|倍率|收入比|满意度|弹性"
    r"|密度|均价|产量|粉丝|用户|保有量|强度|比例|均值|数)"
)
_ENGLISH_NEXT = re.compile(r" (?:[A-Za-z]|[0-9]{1,3}[A-Za-z])")
_SCORE = re.compile(r"(?:得分|评分|满分|分值|成绩|总分|均分|分数|打分|获)[^，。；,;]{0,6}$")
_PERSONS_RANK = frozenset(("名", "位", "家", "个", "强", "甲"))
_FRACTION = re.compile(r"/([0-9]{1,2})(?![0-9/.])")
_BEFORE_FRACTION = re.compile(r"(?:的|占|约|近|超过?|达到?|为|到|至|有)$")
_LARGE_MULTIPLES = frozenset(("万", "亿", "万亿", "千万", "百万"))


def read_digits(text: str, match: re.Match[str]) -> FoundNumber | None:
    """Read digits; None if they are no figure whatever follows."""
    start, end = match.span()
    digits, more, mult, tail = match.group("num", "more", "mult", "tail")
    if len(digits) > MOST_DIGITS + 6:
        return None
    previous = text[start - 1] if start else "\n"
    following = text[end : end + 1] or "\n"
    if previous in _NOT_IN_FRONT or following in "+×^*@_\\":
        return None
    if (previous.isascii() or previous == "—") and _is_part_of_a_code(text, start, previous, digits):
        return None
    if following in ":/." and text[end + 1 : end + 2].isdigit():
        return _fraction(text, start, end, digits) if following == "/" else None
    if previous == "$" or (following == " " and _ENGLISH_NEXT.match(text, end)):
        return read_english(text, start, end, digits)
    if following == "-" and text[end + 1 : end + 2].isalpha() and text[end + 1].isascii():
        return read_english(text, start, end, digits) if UNIT_BEHIND_HYPHEN.match(text, end) else None
    printed = parse_arabic(digits)
    if printed is None:
        return None
    multiple_text = mult or ""
    multiple = MULTIPLES[multiple_text] if multiple_text else _ONE
    value = whole(printed * multiple) if multiple_text else printed
    unit_prefix = multiple_text
    if tail:
        mixed = parse_mixed(digits.replace(",", "") + multiple_text + tail)
        if mixed is None:
            return None
        value, printed, multiple, unit_prefix = mixed, mixed, _ONE, ""
    elif not multiple_text and not more:
        if len(digits) < 4 and (span := read_odd_span(text, end)):
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
            number.is_figure = _is_measured(text, number, start, span.unit)
            return number
        if following in _NOT_BEHIND_NUMBER and (following != "年" or len(digits) > 3 or "," in digits):
            return None
    qualifier = Qualifier.MORE if more else Qualifier.EXACT
    if following in "多余" and not more:
        unit, unit_end = read_unit(text, end + 1, has_multiple=bool(multiple_text))
        if unit:
            qualifier, end = Qualifier.MORE, end + 1
        elif multiple_text:
            qualifier, end = Qualifier.MORE, end + 1
            unit_end = end
    else:
        unit, unit_end = read_unit(text, end, has_multiple=bool(multiple_text))
    if following == "成" and not multiple_text:
        return tenths(text, start, end, printed, qualifier)
    if not unit:
        return _unitless(text, start, end, value, printed, multiple_text, qualifier)
    if (
        "." in digits
        and not multiple_text
        and unit in ("家", "个", "户", "项", "条")
        and begins_line(text, start)
    ):
        # 3.5家企业 at the beginning of a line is item 3.
        start += digits.index(".") + 1
        value = printed = Decimal(digits.partition(".")[2])
    number = finish_number(
        text, start, unit_end, value, printed, multiple, unit, unit_prefix + unit, qualifier
    )
    _weigh(text, number, start, unit_end, unit, bool(multiple_text))
    return number


def begins_line(text: str, start: int) -> bool:
    """Whether a place is the first of a line or of a sentence."""
    return start == 0 or text[start - 1] in "\n。；:！？"


def _weigh(text: str, number: FoundNumber, start: int, unit_end: int, unit: str, has_multiple: bool) -> None:
    """Say whether digits with a unit are a figure after all."""
    after = text[unit_end : unit_end + 12]
    if (
        is_text_part(unit, after)
        or (is_grade(after) and not after.startswith("级别"))
        or (unit == "分" and not _SCORE.search(clause_before(text, start)))
    ):
        number.is_figure = False
    elif unit in _PERSONS_RANK and text[max(0, start - 1) : start] == "前":
        # 前10位 is a rank; 前3家 as well.
        number.is_figure = False
    elif is_duration(unit) and not has_multiple:
        number.is_figure = _is_measured(text, number, start, unit)


def _is_measured(text: str, number: FoundNumber, start: int, unit: str) -> bool:
    before = without_front(clause_before(text, start))
    return is_measured_time(unit, before, text[number.end : number.end + 8]) or is_time_to_turn(
        text, number.start, number.end
    )


def _fraction(text: str, start: int, end: int, digits: str) -> FoundNumber | None:
    """Read 1/3 where it can be no date."""
    rest = _FRACTION.match(text, end)
    if rest is None or not digits.isdigit() or not 0 < int(digits) < int(rest[1]) <= 10:
        return None
    if not _BEFORE_FRACTION.search(text[max(0, start - 4) : start]) and not text.startswith(
        ("以上", "左右", "的"), rest.end()
    ):
        return None
    share = (Decimal(digits) / Decimal(rest[1])).quantize(Decimal("0.0001")).normalize()
    return finish_number(text, start, rest.end(), share, share, _ONE, "", "")


def _unitless(
    text: str,
    start: int,
    end: int,
    value: Decimal,
    printed: Decimal,
    multiple_text: str,
    qualifier: Qualifier,
) -> FoundNumber | None:
    """Read a number without a unit: one of a range, a list or a turn, an index or a bare 25.3万."""
    following = text[end : end + 1]
    multiple = MULTIPLES[multiple_text] if multiple_text else _ONE
    is_like_a_year = not multiple_text and printed == printed.to_integral_value() and 1900 <= printed <= 2100
    if not is_like_a_year and (turn := turn_ahead(text, start, end)):
        number = FoundNumber(start, end, start, value, printed, multiple, None, "", qualifier)
        number.turns_at = turn
        return with_front(text, number)
    if following and following in "至到、和与及或-—~以" and text[end + 1 : end + 2]:
        return with_front(text, FoundNumber(start, end, start, value, printed, multiple, None, "", qualifier))
    if following and following not in "，。；！？,;) 以左多余的\n、":
        return None
    if multiple_text not in _LARGE_MULTIPLES:
        before = clause_before(text, start)
        if not _BARE_WORDS.search(before[-14:]) or not (
            _BARE_BEFORE.search(before) or front_qualifier(text, start)
        ):
            return None
    if not multiple_text and len(str(printed)) == 4 and "." not in str(printed) and 1900 <= printed <= 2100:
        return None
    if multiple_text and following == "的":
        return None
    return finish_number(text, start, end, value, printed, multiple, "", multiple_text, qualifier)


def _is_part_of_a_code(text: str, start: int, previous: str, digits: str) -> bool:
    """Whether what stands right before digits makes them part of a name, a code, a date or a ratio."""
    if previous in ".:/=-—" and start > 1:
        other = text[start - 2]
        if other.isdigit():
            # 2.5.1, 10:30, 24/7; but 20-30 is a range.
            return previous in ".:/="
        if previous == "=":
            return True
        return previous in "-/." and other.isascii() and other.isalnum()
    if previous.isascii() and previous.isalpha():
        return not (len(digits) > 2 and start > 2 and text[start - 3 : start] in ("GDP", "RMB", "CNY", "USD"))
    return False
