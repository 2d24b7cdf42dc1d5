"""Words around a number that say about, more than, less than."""

from __future__ import annotations

from jjjmap.catalogue.models import Qualifier

_FRONT = {
    "近": Qualifier.ABOUT, "约": Qualifier.ABOUT, "大约": Qualifier.ABOUT, "约为": Qualifier.ABOUT,
    "大概": Qualifier.ABOUT, "将近": Qualifier.ABOUT, "接近": Qualifier.ABOUT, "约有": Qualifier.ABOUT,
    "约达": Qualifier.ABOUT, "大致": Qualifier.ABOUT, "约合": Qualifier.ABOUT, "约占": Qualifier.ABOUT,
    "超": Qualifier.MORE, "超过": Qualifier.MORE, "超过了": Qualifier.MORE, "逾": Qualifier.MORE,
    "突破": Qualifier.MORE, "突破了": Qualifier.MORE, "高于": Qualifier.MORE, "大于": Qualifier.MORE,
    "多于": Qualifier.MORE, "不少于": Qualifier.MORE, "不低于": Qualifier.MORE, "至少": Qualifier.MORE,
    "不小于": Qualifier.MORE, "不下": Qualifier.MORE, "不下于": Qualifier.MORE, "不止": Qualifier.MORE,
    "最少": Qualifier.MORE, "超出": Qualifier.MORE, "远超": Qualifier.MORE, "超越": Qualifier.MORE,
    "不足": Qualifier.LESS, "不到": Qualifier.LESS, "低于": Qualifier.LESS, "不超过": Qualifier.LESS,
    "少于": Qualifier.LESS, "小于": Qualifier.LESS, "至多": Qualifier.LESS, "最多": Qualifier.LESS,
    "不高于": Qualifier.LESS, "不大于": Qualifier.LESS, "不多于": Qualifier.LESS, "未超过": Qualifier.LESS,
    "不超": Qualifier.LESS, "未满": Qualifier.LESS, "不满": Qualifier.LESS, "短于": Qualifier.LESS,
    "少于等于": Qualifier.LESS, "未达": Qualifier.LESS, "未到": Qualifier.LESS, ">": Qualifier.MORE,
    "≥": Qualifier.MORE, "<": Qualifier.LESS, "≤": Qualifier.LESS, "≈": Qualifier.ABOUT,
}  # fmt: skip
LONGEST_FRONT = max(map(len, _FRONT))
_NO_FRONT_AFTER = {
    "近": "附最靠邻临亲远接将相就",
    "约": "签节预集合契公简制履条邀违续守失特缔大条盟隐",
    "超": "赶反高",
    "不足": "",
}
"""Letters that make another word of a qualifier that follows them: 附近, 签约."""

BEHIND = (
    ("以上", Qualifier.MORE), ("及以上", Qualifier.MORE), ("或以上", Qualifier.MORE), ("有余",
    Qualifier.MORE),
    ("开外", Qualifier.MORE), ("出头", Qualifier.MORE), ("之多", Qualifier.EXACT), ("左右", Qualifier.ABOUT),
    ("上下", Qualifier.ABOUT), ("以下", Qualifier.LESS), ("及以下", Qualifier.LESS), ("以内", Qualifier.LESS),
    ("之内", Qualifier.LESS),
)  # fmt: skip
BEHIND_FIRST = frozenset(word[0] for word, _qualifier in BEHIND)
FRONT_LAST = frozenset(word[-1] for word in _FRONT)
"""Letters that a qualifier in front of a number ends with."""


def front_qualifier(text: str, start: int) -> tuple[int, Qualifier] | None:
    """Return where the qualifier starts that ends at a place, and what it says."""
    last = text[start - 1 : start]
    if last == " ":
        start -= 1
    for length in range(min(LONGEST_FRONT, start), 0, -1):
        word = text[start - length : start]
        meant = _FRONT.get(word)
        if meant is None:
            continue
        previous = text[start - length - 1 : start - length]
        if previous and previous in _NO_FRONT_AFTER.get(word, ""):
            return None
        return start - length, meant
    return None


def without_front(before: str) -> str:
    """Return the words before a number without their qualifier; 近 may belong to a span of time."""
    for length in range(LONGEST_FRONT, 0, -1):
        if before[-length:] in _FRONT and not before.endswith(("近", "最近")):
            return before[:-length]
    return before
