"""Numbers with their units and qualifiers in a squeezed text, and nothing that only looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jjjmap.text.numbers.digit_numbers import begins_line, read_digits
from jjjmap.text.numbers.english_numbers import read_english_words
from jjjmap.text.numbers.found_number import FoundNumber, whole
from jjjmap.text.numbers.numeral_numbers import read_numerals, read_share
from jjjmap.text.numbers.turns import lend_units

_N = "〇零一二两三四五六七八九十百千万亿"
_D = "〇零一二三四五六七八九"
_ONE_SPAN = "个?[半多余]?(?:小时|分钟|工作日)|个[半多余]?月|[年天周]"
"""What 一 may be a number in front of; elsewhere it says as much as 一 in 一批."""

_CANDIDATE = re.compile(
    # The look ahead lets the engine skip to what may begin a number: four times as fast.
    rf"""
    (?=[0-9{_N}半翻])(?:
    (?P<num>[0-9]{{1,3}}(?:[,，][0-9]{{3}})+(?![0-9])(?:\.[0-9]+)?|[0-9]++(?:\.[0-9]++)?)
      (?P<more>[多余](?=[万亿千百家个人户项条名次座台套辆处种件所位公平亩吨元年天小分米倍张株艘架]))?
      (?P<mult>万亿|千亿|百亿|十亿|千万|百万|十万|亿|万|千(?![瓦克米伏卡赫焦])|百(?!分))?
      (?P<tail>(?<=[万亿])[0-9]{{1,4}}(?:千万|百万|[千百万])(?![瓦克米伏卡赫焦分])
        |(?<=[万亿])[0-9]{{4}}(?=[多余]?[元家户人个件台套辆名亩]))?
    |(?P<per>[百千万]分之)(?P<pernum>[{_D}两十百千]++(?:点[{_D}]++)?|[0-9]++(?:\.[0-9]++)?)
    |(?P<denominator>[二三四五六七八九十])分之(?P<numerator>[一二两三四五六七八九])(?![{_N}])
    |(?P<cn>[{_N}](?<![{_N}几数][{_N}])(?<!一(?=[^{_N}点成倍])(?!{_ONE_SPAN}))[{_N}]*+(?:点[{_D}]++[百千万亿]*+)?)
      (?P<cnmore>[多余])?(?P<cnmult>[万亿]*+)
      (?=[个家户项条件座所处台套辆架艘列趟班名位人口只头株棵支份笔宗次场部块张间对组首门箱例公平千海英厘毫立亩吨元美欧港小分秒天年月周工倍成标床泊栋幢航岗度班架%至到、和—~-])
    |(?P<half>半)(?=个?多?小时)
    |翻了?(?P<doubled>[一两二三四五六]|[1-9])?番
    )""",
    re.VERBOSE,
)

_CONNECTORS = frozenset(("-", "—", "——", "~", "至", "到", "、", "和", "与", "及", "或", "或者", "以及"))
RANGE_CONNECTORS = frozenset(("-", "—", "——", "~", "至", "到"))
"""What stands between the ends of a range."""

_ISO_DATE = re.compile(
    r"(?<![\d.])(?:19|20)\d\d([-/.])(?:1[0-2]|0?[1-9])\1(?:3[01]|[12]\d|0?[1-9])(?![.%％])", re.ASCII
)
"""A date whose parts would pass for numbers: 2023-11-02; what follows it is no unit of theirs."""

MOST_FIGURES = 100_000
"""Of one document; a text of several megabytes that is nothing but numbers is no document."""


def find_numbers(text: str) -> list[FoundNumber]:
    """Return the numbers of a squeezed text that may be figures, by place."""
    found: list[FoundNumber] = []
    pending: list[FoundNumber] = []
    last_end = 0
    dates = [date.span() for date in _ISO_DATE.finditer(text)]
    dates.reverse()
    for match in _CANDIDATE.finditer(text):
        start = match.start()
        while dates and dates[-1][0] <= start:
            last_end = max(last_end, dates.pop()[1])
        if start < last_end:
            continue
        if pending:
            turns_at = pending[-1].turns_at
            if start < turns_at:
                # 由3万增加到2023年的5万户: the year between is no end of a pair.
                continue
            if start != turns_at and text[pending[-1].end : start] not in _CONNECTORS:
                # 和, 约 and the like may stand between: 3至约5家 is too rare to care.
                pending.clear()
        number: FoundNumber | None
        if match["num"] is not None:
            number = read_digits(text, match)
        elif match["cn"] is not None:
            number = read_numerals(text, match)
        else:
            number = read_share(text, match)
        if number is None:
            pending.clear()
            continue
        last_end = number.end
        if number.unit is None:
            pending.append(number)
            continue
        if pending:
            found.extend(_share_unit(text, pending, number))
            pending.clear()
        if number.is_figure:
            found.append(number)
            if len(found) >= MOST_FIGURES:
                break
    lend_units(text, found)
    in_english = list(read_english_words(text))
    if in_english:
        found.extend(in_english)
        found.sort(key=lambda number: number.start)
    return found[:MOST_FIGURES]


def reaches_limit(found: Sequence[FoundNumber]) -> bool:
    """Whether a text holds as many numbers as are read of one document, so that more may follow unread."""
    return len(found) >= MOST_FIGURES


def _share_unit(text: str, pending: list[FoundNumber], last: FoundNumber) -> Iterator[FoundNumber]:
    """Give the unit of the last number of a list to those before it."""
    if not last.is_figure or last.is_english:
        return
    for number in pending:
        if number.is_chinese != last.is_chinese or not number.may_share:
            return
    if text[pending[0].end : pending[0].end + 1] == "、" and begins_line(text, pending[0].start):
        # 1、25家: the number of an item in a list.
        return
    for number in pending:
        # 300至500万人次 shares 万 as well, 3000至5万 does not.
        if number.multiple == 1 and last.multiple > 1 and number.printed <= last.printed:
            number.multiple = last.multiple
            number.value = whole(number.printed * last.multiple)
        number.unit, number.printed_unit = last.unit, last.printed_unit
        yield number
