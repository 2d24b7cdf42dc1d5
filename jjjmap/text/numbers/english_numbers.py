"""Numbers in English sentences: 25.1 billion yuan, over 1,100 firms, two-thirds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from jjjmap.catalogue.models import Qualifier
from jjjmap.text.numbers.found_number import FoundNumber
from jjjmap.text.numbers.numerals import parse_arabic
from jjjmap.text.numbers.units import words_of

_SCALES = {
    "hundred": Decimal(100),
    "thousand": Decimal(1000),
    "million": Decimal(10**6),
    "hundred million": Decimal(10**8),
    "billion": Decimal(10**9),
    "trillion": Decimal(10**12),
}
_SCALE = re.compile(r"[ -](hundred million|hundred|thousand|million|billion|trillion)\b")
_UNIT = re.compile(
    r"[ -]?(?:(?P<percent>percent\b|per cent\b|%)|(?P<points>percentage points?\b)"
    r"|(?P<measure>yuan|RMB|US dollars|dollars|euros|(?:square |cubic )?(?:kilomet(?:er|re)s?"
    r"|met(?:er|re)s?)(?: per hour)?|"
    r"sq km|km/h|kph|km²|km2|km|hectares?|mu|ha|(?:metric )?ton(?:ne)?s?|TEUs?|kilowatts?"
    r"|kilowatt-hours?|megawatts?|gigawatts?|MW|GW|kWh|"
    r"hours?|minutes?|times|people|persons|residents|passengers|workers)\b)"
)
_RANGE = re.compile(
    r"(?: to | and |-|–)([0-9][0-9,]*(?:\.[0-9]+)?)(?= (?:hundred|thousand|million|billion|trillion"
    r"|percent)\b)"
)
_PREFIX = re.compile(r"(?:(?P<dollar>US ?\$|\$)|(?P<yuan>RMB ?|CNY ?|¥ ?|yuan ))$")
_FRONT = re.compile(
    r"\b(?:(?P<more>(?:more|greater|higher) than|over|above|exceed(?:s|ed|ing)|surpass(?:es|ed|ing)"
    r"|at least|no (?:less|fewer) than|"
    r"not less than|topp(?:ed|ing))|(?P<about>nearly|almost|about|around|approximately|roughly|some"
    r"|close to)|"
    r"(?P<less>(?:less|fewer|lower) than|under|below|(?:no|not) more than|up to|at most|within)) $",
    re.IGNORECASE,
)
_MONTH = sorted(
    words_of(
        "January February March April May June July August September October "
        "November December Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec"
    )
)
_MONTH_BEFORE = re.compile(rf"\b(?:{'|'.join(_MONTH)})\.? $")
_MONTH_AFTER = re.compile(rf" (?:{'|'.join(_MONTH)})\b")
_NAME_BEFORE = re.compile(
    r"\b(?:No\.?|Nos\.?|Number|Article|Chapter|Phase|Page|Section|Table|Figure|Fig\.|Vol\.?|Route"
    r"|Line|Highway|Class|Part|Batch|Zone|"
    r"Terminal|Level|Tier|Beijing|Version|Top|top|Fortune|Stage|Annex|Clause|Item|Box|Plot|Building"
    r"|Gate|the past|the last|"
    r"the next|the coming|the first) ?$"
)
_WORD = re.compile(r" ([A-Za-z][A-Za-z'’“”\"&-]*|[0-9]+[A-Za-z][A-Za-z-]*|500)")
_STOPS = words_of(
    "in of and or to by from the on at for with were was is are have has had will than "
    "as per while when that which who this "
    "compared since up down until before after during between across through into under over against "
    "via but it its a an"
)
_NOT_COUNTED = words_of(
    "years days months weeks decades centuries quarters aspects areas respects "
    "points principles ways sides wings "
    "parts regions places steps fields reasons goals priorities tasks measures s seasons stages"
)
_NO_PLURAL = words_of(
    "previous various serious famous less access process business success progress "
    "congress status basis thus plus campus "
    "focus its is was has as this us always perhaps express census bus gas industrious numerous "
    "contiguous press"
)
_WORD_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "eighteen": 18,
    "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "eighty": 80, "ninety": 90,
}  # fmt: skip
_WORDS = re.compile(rf"\b(?P<word>{'|'.join(_WORD_NUMBERS)})(?=[ -])", re.IGNORECASE)
_SHARES = re.compile(
    r"\b(?P<above>one|two|three|four)[- ](?P<below>half|third|quarter|fifth|tenth)s?\b(?! (?:quarter"
    r"|batch|phase|meeting))",
    re.IGNORECASE,
)
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
# Two letters and no more in front: of a megabyte of letters without a space each would begin a word anew.
_IS_ENGLISH = re.compile(r"[a-z]{2} [a-z]{2,}+ ")
_STRETCH = re.compile(r"[ -~\n]{7,}")
"""Shorter ones cannot hold a number in words with what it counts."""


UNIT_BEHIND_HYPHEN = re.compile(
    r"-(?:km|kilomet|hectare|square|minute|hour|ton|met(?:er|re)|million|billion|trillion|percent)"
)
"""What may stand behind a number and a hyphen: a 140-km railway, but no 10-year plan."""


def read_english(text: str, start: int, end: int, digits: str) -> FoundNumber | None:
    """Read digits in an English sentence with what stands around them."""
    printed = parse_arabic(digits)
    if printed is None:
        return None
    before = text[max(0, start - 28) : start]
    if _MONTH_BEFORE.search(before) or _MONTH_AFTER.match(text, end) or _NAME_BEFORE.search(before):
        return None
    if (rest := _RANGE.match(text, end)) and (
        last := read_english(text, rest.start(1), rest.end(1), rest[1])
    ):
        # 5 to 8 billion yuan
        shared = replace(last, start=start, end=end, number_start=start, printed=printed)
        shared.value, shared.qualifier = printed * last.multiple, Qualifier.EXACT
        return shared if printed < last.printed else None
    is_year = digits.isdigit() and len(digits) == 4 and 1900 <= printed <= 2100
    return _finish(text, start, end, printed, is_year=is_year, is_plain=digits.isdigit())


def _finish(
    text: str, start: int, end: int, printed: Decimal, *, is_year: bool, is_plain: bool
) -> FoundNumber | None:
    number_start = start
    multiple, unit_start = Decimal(1), end
    if scale := _SCALE.match(text, end):
        multiple, end = _SCALES[scale[1]], scale.end()
    before = text[max(0, start - 28) : start]
    unit = ""
    if prefix := _PREFIX.search(before):
        unit = "dollars" if prefix["dollar"] else "yuan"
        start -= len(prefix[0])
        before = before[: prefix.start()]
    qualifier = Qualifier.EXACT
    if front := _FRONT.search(before):
        start -= len(front[0])
        qualifier = Qualifier.MORE if front["more"] else Qualifier.ABOUT if front["about"] else Qualifier.LESS
    if is_year and multiple == 1 and qualifier is Qualifier.EXACT and not unit:
        return None
    counted = ""
    if not unit:
        if said := _UNIT.match(text, end):
            unit = "%" if said["percent"] else "percentage points" if said["points"] else said["measure"]
            end = said.end()
        else:
            thing_start = end
            unit, end = _counted_thing(text, end)
            counted = text[thing_start:end].strip()
            if unit in _NOT_COUNTED:
                return None
            if not unit and is_plain and multiple == 1 and qualifier is Qualifier.EXACT:
                return None
    if text.startswith(" or more", end):
        qualifier, end = Qualifier.MORE, end + len(" or more")
    value = printed * multiple
    whole = value.to_integral_value()
    number = FoundNumber(
        start,
        end,
        number_start,
        whole if whole == value and multiple > 1 else value,
        printed,
        multiple,
        unit,
        text[unit_start:end].strip(),
        qualifier,
    )
    number.is_english = True
    number.counted = counted
    return number


def _counted_thing(text: str, end: int) -> tuple[str, int]:
    at = end
    for _word in range(6):
        word = _WORD.match(text, at)
        if word is None or word[1].lower() in _STOPS:
            break
        at = word.end()
        if (
            word[1][-1] == "s"
            and word[1].lower() not in _NO_PLURAL
            and not word[1].endswith(("'s", "’s", "ous"))
        ):
            return word[1], at
    return "", end


def read_english_words(text: str) -> Iterator[FoundNumber]:
    """Yield numbers spelt out in English: two-thirds, six industrial chains."""
    if not _IS_ENGLISH.search(text):
        return
    for stretch in _STRETCH.finditer(text):
        yield from _read_stretch(text, *stretch.span())


def _read_stretch(text: str, start: int, end: int) -> Iterator[FoundNumber]:
    for match in _SHARES.finditer(text, start, end):
        below = _PARTS[match["below"].lower()]
        above = {"one": 1, "two": 2, "three": 3, "four": 4}[match["above"].lower()]
        if above < below and below > 2:
            share = (Decimal(above) / below).quantize(Decimal("0.0001")).normalize()
            number = FoundNumber(
                match.start(), match.end(), match.start(), share, share, Decimal(1), "", "", Qualifier.EXACT
            )
            number.is_english = True
            yield _with_front(text, number)
    for match in _WORDS.finditer(text, start, end):
        printed = Decimal(_WORD_NUMBERS[match["word"].lower()])
        if text[match.end()] == "-" and not _SCALE.match(text, match.end()):
            continue
        if text.startswith((" or ", " to ", " thirds", " quarters"), match.end()):
            continue
        found = _finish(text, match.start(), match.end(), printed, is_year=False, is_plain=True)
        is_known_thing = text[max(0, match.start() - 4) : match.start()].lower() == "the "
        if found is None or is_known_thing or found.unit in _NOT_COUNTED:
            continue
        if found.unit or found.multiple > 1:
            yield found


def _with_front(text: str, number: FoundNumber) -> FoundNumber:
    if front := _FRONT.search(text[max(0, number.start - 28) : number.start]):
        number.start -= len(front[0])
        number.qualifier = (
            Qualifier.MORE if front["more"] else Qualifier.ABOUT if front["about"] else Qualifier.LESS
        )
    return number
