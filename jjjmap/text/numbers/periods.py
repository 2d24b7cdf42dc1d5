"""When a sentence speaks of: years, months, 截至…底, 今年, 十四五, and what they are in ISO 8601."""

from __future__ import annotations

import re
from dataclasses import dataclass

_YEAR_NUMERALS = {letter: str(digit) for digit, letter in enumerate("零一二三四五六七八九")} | {"〇": "0"}
_Q = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PLANS = {"十一": 2006, "十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026}
_MONTHS = {
    "January": 1,
    "February": 2,
    "March": 3,
    "April": 4,
    "May": 5,
    "June": 6,
    "July": 7,
    "August": 8,
    "September": 9,
    "October": 10,
    "November": 11,
    "December": 12,
}

_PERIOD = re.compile(
    r"""
    (?=[0-9今本去前明当一二三四五六七八九十两几第上下近多年未过协同“"])(?:
    (?:(?P<first>(?<![0-9])(?:19|20)[0-9]{2})年?(?:-|—{1,2}|~|至|到))?
    (?:(?P<year>(?<![0-9])(?:19|20)[0-9]{2})年|(?P<spelt>[一二][〇零九][〇零一二三四五六七八九]{2})年
       |(?P<relative>今年|本年度?|去年|前年|明年|当年))
    (?:
       (?P<m1>[0-9]{1,2})月?份?(?:-|—{1,2}|~|至|到)(?P<m2>[0-9]{1,2})月份?
      |第?(?P<quarter>[一二三四1-4])季度|前(?P<quarters>[一二三四1-4])个?季度|(?P<half>[上下])半年
        |前(?P<months>[0-9]{1,2})个月
      |(?P<month>[0-9]{1,2})月(?:(?P<day>[0-9]{1,2})日|底|末|份)?
      |年?(?P<end>[底末])
    )?
    (?P<since>以来|起)?
    |(?<![0-9.])(?P<lone_m1>[0-9]{1,2})月?(?:-|—{1,2}|~|至|到)(?P<lone_m2>[0-9]{1,2})月份?
    |第?(?P<lone_quarter>[一二三四1-4])季度|前(?P<lone_quarters>[一二三四1-4])个?季度
      |(?P<lone_half>[上下])半年
    |前(?P<lone_months>[0-9一二三四五六七八九十]{1,2})个月
      |(?<![0-9.个])(?P<lone_month>[0-9]{1,2})月(?:(?P<lone_day>[0-9]{1,2})日|底|末|份)?
    |(?P<lone_end>年末|年底)
    |[“"]?(?P<plan>十[一二三四五])五[”"]?(?:时期|期间|以来|规划|末|期末)
    |(?P<span>(?<![0-9])(?:19|20)[0-9]{2}(?:-|—{1,2}|~)(?:19|20)[0-9]{2}(?![0-9年.-]))
    |(?P<vague>(?:[0-9一二三四五六七八九十两]{1,2}|近|近几|多)年(?:多)?来|(?:近|未来|今后
      |过去)(?:[0-9一二三四五六七八九十两]{1,2}年|几年)|今后|协同发展(?:战略实施)?以来|上年同期|同期)
    )""",
    re.VERBOSE,
)
_ENGLISH = re.compile(
    r"(?:(?P<from>(?:19|20)[0-9]{2})(?: to |[-–—]| and )(?P<to>(?:19|20)[0-9]{2})|(?P<end>(?:the "
    r")?end of |year-end )(?P<end_year>20[0-9]{2})"
    r"|(?P<half>first|second) half of (?P<half_year>20[0-9]{2})|(?P<since>since )(?P<since_year>(?:19"
    r"|20)[0-9]{2})"
    rf"|(?P<months_from>{'|'.join(_MONTHS)}) (?:to|and|-) (?P<months_to>{'|'.join(_MONTHS)}),? "
    rf"(?P<months_year>20[0-9]{{2}})"
    rf"|(?P<month>{'|'.join(_MONTHS)})(?: [0-9]{{1,2}},)? (?P<month_year>20[0-9]{{2}})"
    rf"|\b(?P<year>(?:19|20)[0-9]{{2}})\b(?![,.][0-9]))"
)
_COMPARED_BEFORE = re.compile(
    r"(?:[比较同于]|相比于?|相较于?|对比|compared with |than in |than |that of |from )(?:[一-鿿]{0,2})$"
)
_COMPARED_AFTER = re.compile(
    r"(?:的|相比|同比|同期|水平|基础上)?(?:近|约|超过?)?[0-9.一二三四五六七八九十点]+(?:多|余)?倍"
    r"|相比|水平|同期|基础上|为100|=100|基数"
)

_REPORTED = re.compile(r"[,，]?(?:从|讯|电|记者|获悉|发布|举行|消息|\)|在)")
"""Behind a day: it says when something was told, not when it was so."""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch that says when."""

    start: int
    end: int
    iso: str
    """ISO 8601 year, month, day or ``from/to``; empty where only vague words stand (近年来)."""
    year: int | None
    is_compared: bool = False
    """Whether it is what something is compared with (比2013年, 2013年的1.5倍)."""
    is_since: bool = False


def find_periods(
    text: str, *, document_date: str = "", year: int | None = None, offset: int = 0
) -> list[Period]:
    """Return what a squeezed sentence says about when, by place.

    Parameters
    ----------
    document_date
        ISO 8601; 今年 and 6月 are read by it.
    year
        The year that the text spoke of before; a month alone belongs to it.
    offset
        Where the sentence stands; what is returned counts from there.
    """
    document_year = int(document_date[:4]) if document_date[:4].isdigit() else None
    periods: list[Period] = []
    known = year
    for match in _PERIOD.finditer(text):
        iso, told, is_since = _read(match, document_year, document_date, known)
        known = told or known
        start, end = match.span()
        is_compared = bool(
            _COMPARED_AFTER.match(text, end)
            or (start and _COMPARED_BEFORE.search(text[max(0, start - 6) : start]) and not match["first"])
        ) or match["vague"] in ("同期", "上年同期")
        periods.append(Period(offset + start, offset + end, iso, told, is_compared, is_since))
    if not periods and text.count(" ") > 3:
        periods.extend(_find_english(text, document_date, offset))
    return periods


def _read(
    match: re.Match[str], document_year: int | None, document_date: str, known: int | None
) -> tuple[str, int | None, bool]:
    group = match.group
    if match["span"]:
        first, last = int(match["span"][:4]), int(match["span"][-4:])
        return (f"{first}/{last}", last, False) if first < last else ("", None, False)
    if (match["day"] or match["lone_day"]) and _REPORTED.match(match.string, match.end()):
        return "", None, False
    if match["plan"]:
        first = _PLANS[match["plan"]]
        return f"{first}/{first + 4}", first + 4, False
    if match["vague"]:
        return "", None, False
    year = _year(match, document_year)
    prefix = ""
    if year is None and match["relative"] is None:
        # A month without its year.
        prefix = "lone_"
        year = known or document_year
    if year is None:
        return "", None, False
    iso = _within_year(match, prefix, year)
    if iso is None:
        return "", year, False
    if first_text := match["first"]:
        first = int(first_text)
        return (f"{first}/{iso}", year, False) if first < year else (iso, year, False)
    if group("since"):
        until = document_date[:7]
        return (f"{iso}/{until}" if until and until[:4] >= iso[:4] and until != iso else "", year, True)
    return iso, year, False


def _year(match: re.Match[str], document_year: int | None) -> int | None:
    if match["year"]:
        return int(match["year"])
    if match["spelt"]:
        return int("".join(_YEAR_NUMERALS[letter] for letter in match["spelt"]))
    if document_year is None or match["relative"] is None:
        return None
    shift = {"去年": -1, "前年": -2, "明年": 1}.get(match["relative"], 0)
    return document_year + shift


def _within_year(match: re.Match[str], prefix: str, year: int) -> str | None:
    def told(name: str) -> str | None:
        return match[prefix + name]

    if (first := told("m1")) and (last := told("m2")):
        return _months(year, int(first), int(last))
    if quarter := told("quarter"):
        return _months(year, _Q[quarter] * 3 - 2, _Q[quarter] * 3)
    if quarters := told("quarters"):
        return _months(year, 1, _Q[quarters] * 3)
    if half := told("half"):
        return _months(year, 1, 6) if half == "上" else _months(year, 7, 12)
    if months := told("months"):
        return _months(year, 1, int(months)) if months.isdigit() and months.isascii() else None
    if month := told("month"):
        number, day = int(month), told("day")
        if not 1 <= number <= 12:
            return None
        if day:
            return f"{year}-{number:02}-{int(day):02}" if 1 <= int(day) <= 31 else None
        return f"{year}-{number:02}"
    if told("end"):
        return f"{year}-12"
    return str(year)


def _months(year: int, first: int, last: int) -> str | None:
    if not 1 <= first <= last <= 12:
        return None
    return f"{year}-{first:02}/{year}-{last:02}" if first < last else f"{year}-{first:02}"


def _find_english(text: str, document_date: str, offset: int) -> list[Period]:
    periods = []
    for match in _ENGLISH.finditer(text):
        is_since = False
        if match["from"]:
            year = int(match["to"])
            iso = f"{match['from']}/{year}" if int(match["from"]) < year else ""
        elif match["end"]:
            year = int(match["end_year"])
            iso = f"{year}-12"
        elif match["half"]:
            year = int(match["half_year"])
            iso = f"{year}-01/{year}-06" if match["half"] == "first" else f"{year}-07/{year}-12"
        elif match["since"]:
            year, is_since = int(match["since_year"]), True
            until = document_date[:7]
            iso = f"{year}/{until}" if until[:4] > str(year) else ""
        elif match["months_from"]:
            year = int(match["months_year"])
            iso = _months(year, _MONTHS[match["months_from"]], _MONTHS[match["months_to"]]) or str(year)
        elif match["month"]:
            year = int(match["month_year"])
            iso = f"{year}-{_MONTHS[match['month']]:02}"
        else:
            year = int(match["year"])
            iso = str(year)
        compared = bool(_COMPARED_BEFORE.search(text[max(0, match.start() - 14) : match.start()]))
        periods.append(Period(offset + match.start(), offset + match.end(), iso, year, compared, is_since))
    return periods
