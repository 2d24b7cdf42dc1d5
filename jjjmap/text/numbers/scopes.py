"""Which subject a figure is about: the mention that governs its place in the text."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence

from jjjmap.text.records import Mention, MentionStatus

_BESIDE_BEFORE = tuple(
    [
        "承接",
        "来自",
        "引进",
        "对接",
        "疏解",
        "高于",
        "低于",
        "快于",
        "流向",
        "输出到",
        "赴",
        "与",
        "距",
        "距离",
        "往返",
        "至",
        "到",
        "非",
        "服务",
        "吸引",
        "比",
        "较",
        "同",
        "向",
        "从",
        "离",
        "接轨",
        "面向",
        "面对",
        "输入",
        "毗邻",
        "连接",
        "通往",
        "抵达",
        "为",
        "在京",
        "of",
        "from",
        "than",
        "to",
    ]
)
_BESIDE_AFTER = tuple(["非首都", "企业在", "流向", "来源", "转移", "疏解", "平均", "方向", "籍"])
_MOST_MENTIONS = 40
"""So many before a number are looked at."""
_COORDINATED = re.compile(r"\s*(?:、|和|与|及|以及|,|，| and )\s*")


class Scopes:
    """Finds the governing mention; made once for a text."""

    def __init__(self, text: str, mentions: Sequence[Mention]) -> None:
        self._text = text
        usable = [mention for mention in mentions if mention.status is not MentionStatus.REJECTED]
        usable.sort(key=lambda mention: (mention.start, -mention.end))
        self.mentions: list[Mention] = []
        """Without leads and without what lies inside another one."""
        end = -1
        for mention in usable:
            if mention.is_lead or mention.end <= end:
                continue
            self.mentions.append(mention)
            end = max(end, mention.end)
        self._starts = [mention.start for mention in self.mentions]
        self._all = usable
        self._all_starts = [mention.start for mention in usable]

    def between(self, start: int, end: int) -> list[Mention]:
        """Return all mentions that begin in a stretch, also leads and inner ones."""
        return self._all[bisect_left(self._all_starts, start) : bisect_left(self._all_starts, end)]

    def governing(self, start: int, position: int) -> str | None:
        """Return the subject of the nearest mention between two places.

        None if there is no mention at all; empty if there are several that it may be about.
        """
        last = bisect_left(self._starts, position)
        first = max(bisect_left(self._starts, start), last - _MOST_MENTIONS)
        beside: str | None = None
        for index in range(last - 1, first - 1, -1):
            mention = self.mentions[index]
            if mention.end > position:
                continue
            if index > first and self._joined(self.mentions[index - 1], mention):
                return ""
            if self._is_beside(mention):
                beside = beside or mention.subject_id
                continue
            return mention.subject_id
        return beside

    def topic(self, start: int, end: int) -> str | None:
        """Return the subject that a sentence begins with; None if it names none."""
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end)
        for index in range(first, min(last, first + _MOST_MENTIONS)):
            if index + 1 < last and self._joined(self.mentions[index], self.mentions[index + 1]):
                return ""
            if not self._is_beside(self.mentions[index]):
                return self.mentions[index].subject_id
        return None

    def listed(self, start: int, position: int, count: int) -> tuple[str, ...]:
        """Return the subjects of the last mentions before a place if they form a list of that many."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, position)
        chosen = self.mentions[max(first, last - count) : last]
        before = self.mentions[last - count - 1] if last - count - 1 >= first else None
        if len(chosen) != count or (before is not None and self._joined(before, chosen[0])):
            return ()
        if not all(self._joined(one, other) for one, other in itertools.pairwise(chosen)):
            return ()
        return tuple(mention.subject_id for mention in chosen)

    def _joined(self, one: Mention, other: Mention) -> bool:
        between = self._text[one.end : other.start]
        return (
            (one.start == other.start and one.end == other.end)
            or not between
            or (len(between) < 6 and _COORDINATED.fullmatch(between) is not None)
        )

    def _is_beside(self, mention: Mention) -> bool:
        before = self._text[max(0, mention.start - 5) : mention.start].removesuffix("\n")
        return before.endswith(_BESIDE_BEFORE) or self._text.startswith(_BESIDE_AFTER, mention.end)
