"""When the name of an industry names an industrial chain: before 产业链, or in an enumeration of chains."""

import re
from collections.abc import Sequence

from jjjmap.text.names.tokens import Token

_REACH = 70
_STOP = re.compile(r"[，。；;:!?！？：()\n]")
_CHAIN_BEHIND = re.compile(r"[\"']?(?:重点|优势|特色|主导|全)?(?:产业)?链(?![主长接式上])")
_HEAD = re.compile(
    r"[\"']?等?(?:[两二三四五六七八九十]|\d{1,2})?[条大个]?(?:京津冀|区域|重点|优势|特色|主导|战略|标志性|新兴|关键|的)*(?:产业)?链(?![主长接式上])"
)
_ITEM_WITH_HEAD = re.compile(
    r"(?:等|[两二三四五六七八九十\d]{1,2}[条大个])(?:京津冀|区域|重点|优势|特色|主导|战略|标志性|新兴|关键|的)*(?:产业)?链(?![主长接式上])"
)
_HEAD_BEFORE = re.compile(r"链[\"')]*(?:[,，]?(?:即|包括|分别[是为]|是|为|指|有)|:|：|\(|-)+[\"']?$")
_SEPARATORS = frozenset({"、", "和", "与", "及", "以及", "，", ","})
_LONGEST_ITEM = 16


def name_chains(text: str, tokens: Sequence[Token]) -> None:
    """Accept those of the tokens, all names of chains in order, that name a chain here."""
    run: list[Token] = []
    for token in tokens:
        if run and not _is_item_between(text[run[-1].end : token.start]):
            _judge(text, run)
            run = []
        run.append(token)
    _judge(text, run)


def _is_item_between(between: str) -> bool:
    if between in _SEPARATORS:
        return True
    # Items that the catalogue has no chain for may stand between: 氢能、新材料、机器人.
    return (
        len(between) <= 3 * _LONGEST_ITEM
        and between[:1] == "、"
        and between[-1:] in "、和与及"
        and _STOP.search(between) is None
        and all(len(item) <= _LONGEST_ITEM for item in between.strip("、").split("、"))
    )


def _judge(text: str, run: list[Token]) -> None:
    if not run:
        return
    if _names_list_of_chains(text, run):
        for token in run:
            _accept(token, 0.93)
        return
    for token in run:
        if _CHAIN_BEHIND.match(text, token.end):
            _accept(token, 0.9)


def _names_list_of_chains(text: str, run: list[Token]) -> bool:
    first, last = run[0], run[-1]
    if _HEAD_BEFORE.search(text[max(0, first.start - 14) : first.start]):
        return True
    behind = text[last.end : last.end + _REACH]
    stop = _STOP.search(behind)
    if stop is not None:
        behind = behind[: stop.start()]
    if _HEAD.match(behind):
        return True
    if behind[:1] not in ("、", "和", "与", "及"):
        return False
    items = behind[1:].split("、")
    for item in items:
        if _ITEM_WITH_HEAD.search(item[: 2 * _LONGEST_ITEM]):
            return True
        if len(item) > _LONGEST_ITEM:
            return False
    return False


def _accept(token: Token, confidence: float) -> None:
    token.confidence = confidence
    token.rule = "chain"
    token.subject_id = token.form.subject_id
