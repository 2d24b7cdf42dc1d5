"""How a text says that one value turned into another: 由3.2万增加到5.1万户, 从15个工作日缩短为3个."""

from __future__ import annotations

import re

from jjjmap.text.numbers.found_number import FoundNumber

_VERBS = (
    "提升|提高|增长|增加|上升|扩大|下降|减少|降低|降|升|增|减|缩短|压缩|压减|缩减|发展|拓展|壮大|跃升|攀升|回落|变|扩|调"
    "|延长|扩展|改|翻|精简|涨|跌"
)
TURN_VERB = re.compile(f"{_VERBS}|^[至到]")
FROM = re.compile(r"(?:由|从|自)[^，。；,;]{0,24}$|\bfrom $")

_AHEAD = re.compile(
    rf"(?:[^，。；！？,;:、\n0-9]{{0,6}}?)(?:{_VERBS})[^，。；！？,;:、\n0-9]{{0,6}}?(?:至|到|为|成)了?"
    r"(?:目前的?|现在的?|如今的?|今年的?|(?:19|20)[0-9]{2}年(?:[0-9]{1,2}月)?(?:底|末)?的?)?"
    r"(?:大?约|近|超过?|逾|突破)?(?=[0-9])"
)
_SHORTER = re.compile(
    r"(?:以上|左右|以内)?[^，。；！？,;:、\n0-9]{0,6}?(?:缩短|压缩|压减|缩减|减少|精简|延长|缩|降)"
    r"[^，。；！？,;:、\n0-9]{0,6}?(?:至|到|为|成)"
)
_BARE_END = re.compile(r"(?:以内|之内|左右|以上|以下|内)?(?:[，。；！？,;、\n)）]|$)")
_TURN = re.compile(rf"(?:{_VERBS})[^，。；]{{0,6}}?(?:至|到|为|成)")
_GE = "个"


def turn_ahead(text: str, start: int, end: int) -> int:
    """Return where the number stands that a number from `start` to `end` turns into; 0 if there is none."""
    if not FROM.search(text[max(0, start - 16) : start]):
        return 0
    ahead = _AHEAD.match(text, end, end + 32)
    return ahead.end() if ahead else 0


def without_turn(phrase: str) -> str:
    """Return the words behind a number up to those that say what it turned into: 企业增加到 → 企业."""
    turn = _TURN.search(phrase)
    return phrase[: turn.start()] if turn else phrase


def is_time_to_turn(text: str, start: int, end: int) -> bool:
    """Whether a span of time is told because it became shorter or longer: 由20天压缩到5天."""
    return bool(_SHORTER.match(text, end, end + 20) and FROM.search(text[max(0, start - 16) : start]))


def lend_units(text: str, numbers: list[FoundNumber]) -> None:
    """Give a bare 个 or 万 the unit of the number that turned into it: 从15个工作日缩短为3个."""
    first: FoundNumber | None = None
    for second in numbers:
        if (
            first is not None
            and first.unit
            and (
                (
                    second.unit == second.printed_unit == _GE != first.unit
                    and first.printed_unit.startswith(_GE)
                )
                or (not second.unit and second.multiple > 1)
            )
            and second.number_start - first.end < 32
            and _BARE_END.match(text, second.end)
        ):
            ahead = _AHEAD.match(text, first.end, first.end + 32)
            if ahead and ahead.end() == second.number_start:
                second.unit = first.unit
                second.printed_unit = f"{second.printed_unit.removesuffix(_GE)}{first.unit}"
        first = second
