"""What comparisons of figures say, clause by clause: the patterns by which they are known.

They are read in Chinese. Named groups: ``number`` as printed, ``year`` of comparison, ``unit``, and ``way``.
"""

from __future__ import annotations

import re

_NUMBER = r"(?P<number>\d+(?:\.\d+)?)"
CLAUSE_END = re.compile("[；，;]")

MULTIPLE = re.compile(rf"为(?P<year>\d{{4}})年的{_NUMBER}倍")
AVERAGE = re.compile(rf"(?:(?P<year>\d{{4}})年以来)?年均增长{_NUMBER}%")
ON_YEAR = re.compile(
    rf"[比较](?P<year>\d{{4}}年|上年)(?P<way>增长|增加|提高|上升|下降|减少){_NUMBER}(?P<unit>[^\d）]*)"
)
GROWTH = re.compile(rf"(?P<lead>实际|名义|目标|来源称)?(?P<way>增长|下降){_NUMBER}%")
LEVEL = re.compile("与上年持平")
SHARE = re.compile(rf"占(?P<whole>全国|全港)(?:近|约|超)?{_NUMBER}%")
LOOSE_SHARE = re.compile("占全|成以上|约.成")
TIMES = re.compile(rf"{_NUMBER}倍")
QUOTED = re.compile(rf"(?:(?P<year>\d{{4}})年|(?P<before>协同.{{0,3}}前))为{_NUMBER}(?P<unit>.+)")
OF_WHICH = re.compile(rf"其中.*?(?<!\d){_NUMBER}(?P<unit>.+)")
