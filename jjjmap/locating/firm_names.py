"""What a firm's name says about where it is: its branch, the city in brackets, that which it begins with."""

import re

from jjjmap.locating.addresses import ANYWHERE, AddressReader, Reading
from jjjmap.locating.english_addresses import is_english
from jjjmap.locating.records import Clue, Fields, Rule

_BRANCH = re.compile(
    r"^.*(?:公司|集团|银行|股份|事务所|合作社|厂|院|中心|合伙\)?)\(?(?P<where>[^()]{2,24}?)(?:第[一二三四五六七八九十\d]+)?\)?"
    r"(?:分公司|分厂|分店|分行|支行|支公司|营业部|分部|办事处|分所|分院|分理处|分社|经营部|专卖店)\)?$"
)
_ENGLISH_BRANCH = re.compile(r"(?P<where>[a-z' ]{3,40}?)\s+(?:branch|subsidiary|office|plant)\b")
_BRANCH_ONLY = re.compile(r"(?:分公司|分厂|分店|办事处|分部)$")
_LONGEST_PLACE = 10
_BRACKETS = re.compile(r"\(([^()]{2,12}|[a-z' -]{2,30})\)")

_HEAD_STRENGTH = {
    Rule.UNIT: 0.78,
    Rule.STEM: 0.66,
    Rule.OLD_NAME: 0.6,
    Rule.TOWN: 0.6,
    Rule.TOWN_STEM: 0.45,
    Rule.ZONE: 0.62,
    Rule.GENERIC_ZONE: 0.6,
    Rule.PLACE: 0.5,
    Rule.ROAD: 0.3,
}
_BRANCH_STRENGTH = 0.88
_BRACKET_STRENGTH = 0.76


def read_firm_name(text: str, reader: AddressReader, *, within: tuple[str, ...] = ANYWHERE) -> Reading:
    """Return what a firm's name, in plain characters, says about its place.

    The branch counts before the brackets (北京某某(天津)有限公司), and they before the beginning. A firm that
    begins with a city is mostly registered there, but need not sit there: all this is weaker than an address.
    """
    branch = _ENGLISH_BRANCH.search(text) if is_english(text) else _BRANCH.match(text)
    if branch is not None:
        reading = reader.read(branch["where"], Fields.NAME, within=within, whole=True)
        if _tells(reading, within):
            return _as_branch(reading, _BRANCH_STRENGTH)
    ending = _BRANCH_ONLY.search(text)
    if branch is None and ending is not None:
        # 深圳某某北京分公司: the longest name that ends right before 分公司.
        for start in range(max(0, ending.start() - _LONGEST_PLACE), ending.start() - 1):
            where = text[start : ending.start()]
            reading = reader.read(where, Fields.NAME, within=within, whole=True, head_only=True)
            if reading.codes != ANYWHERE and sum(len(clue.text) for clue in reading.clues) == len(where):
                return _as_branch(reading, _BRANCH_STRENGTH)
    for inner in reversed(_BRACKETS.findall(text)):
        reading = reader.read(inner, Fields.NAME, within=within, whole=True, head_only=True)
        if _tells(reading, within):
            return _as_branch(reading, _BRACKET_STRENGTH)
    reading = reader.read(text, Fields.NAME, within=within, head_only=True)
    if reading.clues and not reading.outside:
        reading.strength = min(_HEAD_STRENGTH.get(clue.rule, 0.5) for clue in reading.clues)
        if any(clue.rule is Rule.UNIT for clue in reading.clues):
            reading.strength = _HEAD_STRENGTH[Rule.UNIT]
    return reading


def _tells(reading: Reading, within: tuple[str, ...]) -> bool:
    return bool(reading.outside) or (
        bool(reading.clues) and (reading.codes != ANYWHERE or within != ANYWHERE)
    )


def _as_branch(reading: Reading, strength: float) -> Reading:
    reading.is_branch = True
    reading.strength = strength
    reading.clues = [
        Clue(
            clue.field,
            clue.text,
            clue.rule if clue.rule is Rule.ELSEWHERE else Rule.BRANCH,
            clue.spot_id,
            clue.codes,
        )
        for clue in reading.clues
    ]
    return reading
