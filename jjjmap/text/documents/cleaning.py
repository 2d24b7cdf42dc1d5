"""What a site, a page or a printer put around and into a text is taken out, step by step, and can come back.

Nothing that may be prose is ever dropped: when in doubt, a line stays. All work is linear in the text.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from jjjmap.text.offsets import OffsetMap, Run
from jjjmap.text.records import CleaningKind, CleaningStep, Edit, RawText


@dataclass(frozen=True, slots=True)
class CleanText:
    """A cleaned text and where each of its characters stood."""

    text: str
    offsets: OffsetMap
    """To the raw text."""


def clean(raw: RawText) -> tuple[tuple[CleaningStep, ...], CleanText]:
    """Return the steps that a text needs, and the text after all of them."""
    steps = find_steps(raw)
    return steps, apply_steps(raw.text, steps)


def apply_steps(raw_text: str, steps: Iterable[CleaningStep]) -> CleanText:
    """Return the text after the active steps.

    Inactive steps matter too: where one of them would have taken lines out between two halves of a sentence,
    the halves are not joined over the lines that now stay.
    """
    active: list[Edit] = []
    kept: set[int] = set()
    """Where stretches begin and end that an inactive step would have taken out."""
    for step in steps:
        if step.is_active:
            active.extend(step.edits)
        elif step.kind not in (CleaningKind.SPACES, CleaningKind.JOINED_LINES):
            kept.update(edit.start for edit in step.edits)
            kept.update(edit.end for edit in step.edits)
    active.sort(key=lambda edit: (edit.start, edit.end))
    parts: list[str] = []
    runs: list[Run] = []
    position = 0
    length = 0
    for edit in active:
        if edit.start < position or edit.start in kept or edit.end in kept:
            continue
        if edit.start > position:
            parts.append(raw_text[position : edit.start])
            runs.append(Run(length, position, edit.start - position))
            length += edit.start - position
        if edit.replacement:
            parts.append(edit.replacement)
            length += len(edit.replacement)
        position = edit.end
    if position < len(raw_text):
        parts.append(raw_text[position:])
        runs.append(Run(length, position, len(raw_text) - position))
    return CleanText("".join(parts), OffsetMap(runs))


def find_steps(raw: RawText) -> tuple[CleaningStep, ...]:
    """Return what should be done to a text, in any order: no two steps touch the same stretch."""
    text = raw.text
    lines = _lines_of(text)
    if not lines:
        return ()
    removals = _Removals(text, lines)
    _find_page_headers(text, lines, _page_starts(raw), removals)
    _find_boilerplate(text, lines, removals)
    _find_repeats(lines, removals)
    steps = removals.steps()
    joins = _find_joins(text, lines, removals)
    if joins:
        steps.append(CleaningStep("joined-lines-1", CleaningKind.JOINED_LINES, tuple(joins)))
    taken = sorted((edit.start, edit.end) for step in steps for edit in step.edits)
    spaces = _find_spaces(text, lines, taken)
    if spaces:
        steps.append(CleaningStep("spaces-1", CleaningKind.SPACES, tuple(spaces)))
    return tuple(steps)


# -- Lines ----------------------------------------------------------


@dataclass(slots=True)
class _Line:
    """A line that is not blank, without the spaces at its ends."""

    text: str
    start: int
    end: int
    indent: int
    """Spaces before it, in columns."""
    blanks_before: int
    """Blank lines between it and the line before."""


def _lines_of(text: str) -> list[_Line]:
    lines: list[_Line] = []
    begin = 0
    blanks = 0
    for whole in text.split("\n"):
        bare = whole.strip(_EDGE)
        if bare:
            start = begin + (whole.find(bare[0]) if whole[0] != bare[0] else 0)
            indent = 0 if start == begin else _columns(whole[: min(start - begin, 40)])
            lines.append(_Line(bare, start, start + len(bare), indent, blanks))
            blanks = 0
        else:
            blanks += 1
        begin += len(whole) + 1
    return lines


_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f"
_EDGE = (
    " \t\x0b\x0c\r\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff\x7f"
) + "".join(map(chr, (*range(9), *range(0x0E, 0x20))))


def _columns(text: str) -> int:
    """Return the width of a text: a Chinese character takes two columns."""
    return len(text.encode("gbk", "replace"))


# -- Removals ----------------------------------------------------------


class _Removals:
    """The lines that are taken out, each by one step."""

    def __init__(self, text: str, lines: Sequence[_Line]) -> None:
        self._text = text
        self._lines = lines
        self._step_of: dict[int, tuple[CleaningKind, int]] = {}
        self._counts: Counter[CleaningKind] = Counter()

    def __contains__(self, index: int) -> bool:
        return index in self._step_of

    def kind(self, index: int) -> CleaningKind | None:
        found = self._step_of.get(index)
        return found[0] if found else None

    def add(self, kind: CleaningKind, indices: Iterable[int]) -> None:
        """Take out lines as one step; lines that another step takes out already stay with it."""
        wanted = [index for index in indices if index not in self._step_of]
        if wanted:
            self._counts[kind] += 1
            for index in wanted:
                self._step_of[index] = (kind, self._counts[kind])

    def steps(self) -> list[CleaningStep]:
        edits: dict[tuple[CleaningKind, int], list[Edit]] = {}
        for index in sorted(self._step_of):
            start = self._lines[index].start
            # With the white space up to the next line, so that what stood before keeps its distance.
            is_last = index + 1 == len(self._lines)
            end = len(self._text) if is_last else self._lines[index + 1].start
            into = edits.setdefault(self._step_of[index], [])
            if into and into[-1].end == start:
                into[-1] = Edit(into[-1].start, end)
            else:
                into.append(Edit(start, end))
        return [
            CleaningStep(f"{kind.value}-{number}", kind, tuple(found))
            for (kind, number), found in edits.items()
        ]


# -- Running heads, page numbers, credits ----------------------------------------------------------

_PAGE_NUMBER = re.compile(
    r"(?:[-—–－·•]{1,3}\s?\d{1,4}\s?[-—–－·•]{1,3}"
    r"|第\s?\d{1,4}\s?页(?:\s?[,，/、]?\s?共\s?\d{1,4}\s?页)?"
    r"|Page\s\d{1,4}(?:\sof\s\d{1,4})?)",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\d{1,4}(?:\s?/\s?\d{1,4})?|[ivxlc]{1,6}", re.IGNORECASE)
_CREDIT_ROLES = "责编|责任编辑|本版责编|本版编辑|编辑|版式|版面|美编|校对|审核|审校|排版|制图|统筹"
_CREDITS = re.compile(
    rf"[（(【\[]?(?:(?:{_CREDIT_ROLES})\s?[:：]\s?[\w·]{{1,4}}(?:[、\s][\w·]{{2,4}}){{0,3}}"
    r"[\s　;；,，|]{0,4}){1,6}[）)】\]]?"
)
_HAS_CREDITS = re.compile("|".join(rf"{role}\s?[:：]" for role in _CREDIT_ROLES.split("|")))
_EDGE_LINES = 2
"""Lines at the top and at the foot of a page where heads and numbers stand."""


def _page_starts(raw: RawText) -> tuple[int, ...]:
    if raw.page_starts:
        return raw.page_starts
    if "\f" not in raw.text:
        return ()
    return (0, *(match.end() for match in re.finditer("\f", raw.text)))


def _find_page_headers(text: str, lines: Sequence[_Line], pages: Sequence[int], removals: _Removals) -> None:
    edges = _edges_of_pages(lines, pages)
    _find_running_heads(lines, edges, len(pages), removals)
    numbers = [
        index
        for index in edges
        if _BARE_NUMBER.fullmatch(lines[index].text) or _PAGE_NUMBER.fullmatch(lines[index].text)
    ]
    if not pages:
        numbers = [
            index
            for index in _lines_with(_PAGE_NUMBER_HINT, text, lines)
            if len(lines[index].text) <= 30 and _PAGE_NUMBER.fullmatch(lines[index].text)
        ]
    removals.add(CleaningKind.PAGE_HEADERS, numbers)
    for index in _lines_with(_HAS_CREDITS, text, lines):
        line = lines[index].text
        if len(line) <= 40 and _CREDITS.fullmatch(line):
            removals.add(CleaningKind.PAGE_HEADERS, (index,))


_PAGE_NUMBER_HINT = re.compile(r"页|Page|PAGE|\n[ \t]{0,40}[-—–－·•]{1,3} ?\d")


def _edges_of_pages(lines: Sequence[_Line], pages: Sequence[int]) -> dict[int, int]:
    """Return index of line → place on its page: 0, 1 from the top, -1, -2 from the foot."""
    starts = [line.start for line in lines]
    edges: dict[int, int] = {}
    for number, begin in enumerate(pages):
        first = bisect_right(starts, begin - 1)
        end = pages[number + 1] if number + 1 < len(pages) else None
        last = len(lines) if end is None else bisect_right(starts, end - 1)
        for place in range(min(_EDGE_LINES, last - first)):
            edges.setdefault(last - 1 - place, -1 - place)
            edges.setdefault(first + place, place)
    return edges


def _find_running_heads(
    lines: Sequence[_Line], edges: dict[int, int], page_count: int, removals: _Removals
) -> None:
    """Take out what stands at the edge of three pages or more, and of half of a shorter text's."""
    groups: dict[str, list[int]] = {}
    for index in edges:
        shape = re.sub(r"[\d\s]+", "#", lines[index].text)
        if 2 <= len(shape) <= 60 and not shape.endswith(tuple("。；！？")):
            groups.setdefault(shape, []).append(index)
    for indices in groups.values():
        if len(indices) >= 3 and len(indices) >= min(3, page_count / 2):
            removals.add(CleaningKind.PAGE_HEADERS, indices)


# -- What a site puts around ----------------------------------------------------------

_NAV_WORDS = frozenset(
    [
        "首页",
        "网站首页",
        "返回首页",
        "主页",
        "关于我们",
        "联系我们",
        "联系方式",
        "联系本站",
        "网站地图",
        "站点地图",
        "设为首页",
        "加入收藏",
        "诚聘英才",
        "服务条款",
        "广告服务",
        "频道合作",
        "隐私政策",
        "隐私声明",
        "法律声明",
        "网站声明",
        "版权声明",
        "免责声明",
        "网站简介",
        "返回顶部",
        "回到顶部",
        "登录",
        "注册",
        "无障碍",
        "长者模式",
        "English",
        "繁体",
        "繁體",
        "手机版",
        "移动版",
        "RSS",
        "打印",
        "打印本页",
        "关闭",
        "关闭窗口",
        "关闭本页",
        "我要纠错",
        "友情链接",
        "投稿",
        "新闻中心",
        "信息公开",
        "政务公开",
        "互动交流",
        "办事服务",
    ]
)
_ALONE = frozenset(
    [
        "首页",
        "网站首页",
        "返回首页",
        "返回顶部",
        "回到顶部",
        "返回列表",
        "打印",
        "打印本页",
        "关闭",
        "关闭窗口",
        "关闭本页",
        "设为首页",
        "加入收藏",
        "网站地图",
        "联系我们",
        "关于我们",
        "我要纠错",
        "顶一下",
        "踩一下",
        "分享到",
        "分享至",
        "分享",
        "发表评论",
        "网友评论",
        "我要评论",
        "评价",
        "收藏",
        "点赞",
        "阅读全文",
        "查看原文",
        "展开全文",
        "上一篇",
        "下一篇",
        "相关阅读",
        "相关链接",
        "相关新闻",
        "延伸阅读",
        "热门推荐",
        "推荐阅读",
        "举报",
        "-->",
        "<!--",
    ]
)
_BREADCRUMB = re.compile(
    r"[您你]?(?:的|所在的?|现在的?|目前的?|当前的?)?(?:当前)?(?:所在)?位置(?:是|在)?\s?[:：>»].{0,100}"
)
_SITE_LINES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        _BREADCRUMB.pattern,
        r".{0,60}copyright\s{0,3}(?:©|\(c\)|（c）|&copy;|\d{4}).{0,120}",
        r".{0,40}©\s{0,3}(?:\d{4}|版权).{0,100}",
        r".{0,80}all rights reserved\.?.{0,60}",
        r".{0,100}ICP[备證证]\s?(?:案[:：])?\s?(?:第\s?)?\d{4,}.{0,100}",
        r".{0,80}公网安备\s?\d{6,}.{0,60}",
        r"(?:网站标识码|政府网站标识码).{0,60}",
        r"(?:版权所有|本站版权|.{1,20}\s版权所有)[^。；]{0,60}",
        r"[^。；]{1,30}[-—|]\s?网站声明",
        r"[【\[（(]?(?:特别声明|免责声明|版权声明|版权说明|郑重声明|风险提示)\s?[:：].{1,380}",
        r".{0,120}(?:版权归原作者所有|如涉及?(?:版权|侵权)|不代表本(?:平台|站|网|公众号)(?:赞同|观点|立场)).{0,160}",
        r".{0,60}(?:扫描|识别|长按|扫一扫)[^。]{0,8}二维码[^。]{0,16}(?:阅读|关注|分享|下载|打开|访问)[。！!]?",
        r"(?:扫一扫|微信扫一扫)[^。]{0,20}(?:关注|分享|手机|打开).{0,20}",
        r"请自觉遵守互联网相关的政策法规.{0,60}",
        r"(?:网友|用户)评论仅供.{0,60}",
        r"【.{0,60}关键词\s?[:：].{1,300}】",
        r"[（(]原标题\s?[:：].{1,80}[）)]",
        r"(?:分享到|分享至|分享)\s?[:：][^。；]{0,60}",
        r"(?:上一篇|下一篇|上一条|下一条)\s?[:：].{0,80}",
        r"(?:点击数?|点击量|点击次数|浏览次数|浏览量|阅读量|阅读次数|访问量)\s?[:：]\s?\d{0,9}\s?次?",
        r"[【\[]?(?:字号|字体|字体大小)\s?[:：]?.{0,4}[【\[]?大.{0,4}中.{0,4}小[】\]]?.{0,30}",
        r"(?:[【\[（(]\s?(?:打印|打印本页|关闭|关闭窗口|关闭本页|收藏|纠错|我要纠错|返回顶部)\s?[】\]）)]\s{0,4}){1,6}",
        r"[-=—_*~]{4,}\s?分隔线\s?[-=—_*~]{4,}",
    )
)
# Every branch begins with a plain character, so that the search skips all others at once.
_SITE_HINT = re.compile(
    r"位置|首\s?页|主页|Copyright|copyright|COPYRIGHT|©|ights reserved|ights Reserved|RIGHTS RESERVED|ICP|"
    r"icp|公网安备|标识码|版权|网站声明|声明\s?[:：]|提示\s?[:：]|侵权|本平台|本站|本网|本公众号|二维码|扫一扫|请自觉|"
    r"评论|关键词|原标题|分享|上一[篇条]|下一[篇条]|点击|浏览|阅读|访问量|字号|字体|打印|关闭|分隔线|顶一下|"
    r"踩一下|评价|收藏|网站地图|关于我们|联系我们|返回|纠错|推荐|相关|点赞|举报|查看原文|-->|<!--|登录|注册"
)
_WEAK = re.compile(
    r"[（(]?\d{1,6}[）)]?|\d{1,3}%|[-=—_*~·.]{3,}|[^\s。，；]{1,8}[:：]|[|｜/]|"
    r"(?:主办|承办|协办|技术支持|地址|邮编|电话|传真|邮箱|建议使用|浏览本站|网站管理|运行维护)[^。；]{0,80}"
)
"""Lines that say nothing by themselves; taken out only between lines that a site put there."""
_LONGEST_SITE_LINE = 420
_PROSE = re.compile(r"[。！？；!?][”’」』）)】]?$")
_HEAD_SHARE = 0.4
"""A site's head takes at most this share of the lines."""


def _lines_with(pattern: re.Pattern[str], text: str, lines: Sequence[_Line]) -> list[int]:
    """Return the lines in which something is found, in order."""
    starts = [line.start for line in lines]
    found: list[int] = []
    for match in pattern.finditer(text):
        index = max(0, bisect_right(starts, match.end() - 1) - 1)
        if not found or found[-1] != index:
            found.append(index)
    return found


def _is_site_line(line: str) -> bool:
    if len(line) > _LONGEST_SITE_LINE:
        return False
    if "".join(line.split()).rstrip(":：") in _ALONE:
        return True
    return _is_navigation(line) or any(pattern.fullmatch(line) for pattern in _SITE_LINES)


_NAV_GAP = re.compile(r"\s{0,4}[|｜·•>»]\s{0,4}|\s{1,8}")
_SPACED_WORD = re.compile(r"(?<![^\s|｜])(\S) (\S)(?![^\s|｜])")


def _is_navigation(line: str) -> bool:
    if len(line) > 200 or any(mark in line for mark in "。；，,;！？"):
        return False
    # 首 页: two characters set apart are one word.
    items = [item for item in _NAV_GAP.split(_SPACED_WORD.sub(r"\1\2", line.replace("\u00a0", " "))) if item]
    if len(items) < 3 or any(len(item) > 10 for item in items):
        return False
    return sum(item in _NAV_WORDS for item in items) >= (1 if len(items) > 3 else 2)


def _find_boilerplate(text: str, lines: Sequence[_Line], removals: _Removals) -> None:
    hinted = _lines_with(_SITE_HINT, text, lines)
    chosen = {index for index in hinted if index not in removals and _is_site_line(lines[index].text)}
    if not chosen:
        return
    for index in hinted:
        # What stands above 当前位置 is the site's: menus and teasers, if none of it is a whole sentence.
        if index in chosen and len(lines[index].text) <= 120 and _BREADCRUMB.fullmatch(lines[index].text):
            if index <= max(4, _HEAD_SHARE * len(lines)) and not _has_prose(lines[:index]):
                chosen.update(range(index))
            break
    _absorb_weak(lines, chosen)
    block: list[int] = []
    for index in sorted(chosen):
        if block and index != block[-1] + 1:
            removals.add(CleaningKind.BOILERPLATE, block)
            block = []
        block.append(index)
    removals.add(CleaningKind.BOILERPLATE, block)


def _has_prose(lines: Sequence[_Line]) -> bool:
    return any(len(line.text) >= 25 and _PROSE.search(line.text) for line in lines)


def _absorb_weak(lines: Sequence[_Line], chosen: set[int]) -> None:
    """Add runs of empty words that have the site's lines, or the end of the text, on both sides."""
    ordered = sorted(chosen)
    for left, right in zip(ordered, [*ordered[1:], len(lines)], strict=True):
        between = range(left + 1, right)
        if 0 < len(between) <= 8 and all(
            len(lines[index].text) <= 90 and _WEAK.fullmatch(lines[index].text) for index in between
        ):
            chosen.update(between)


# -- Repeats ----------------------------------------------------------

_LONG_LINE = 40
_SENTENCE_MARK = re.compile(r"[。，；！？,;!?]")


def _find_repeats(lines: Sequence[_Line], removals: _Removals) -> None:
    seen: set[str] = set()
    above = ""
    for index, line in enumerate(lines):
        if index in removals:
            continue
        said = line.text
        if _is_same(said, above):
            removals.add(CleaningKind.REPEATS, (index,))
            continue
        above = said
        if len(said) < _LONG_LINE:
            continue
        ends_sentence = _PROSE.search(said, len(said) - 2) is not None
        if not ends_sentence:
            if _is_cut_short(lines, index):
                removals.add(CleaningKind.REPEATS, (index,))
        elif (
            index == 0
            or line.blanks_before
            or _PROSE.search(lines[index - 1].text, max(0, len(lines[index - 1].text) - 2))
        ):
            bare = "".join(said.split())
            if bare in seen:
                removals.add(CleaningKind.REPEATS, (index,))
            seen.add(bare)


def _is_same(one: str, other: str) -> bool:
    """Whether two lines say the same, and say something."""
    if not other or one[0] != other[0] or one[-1] != other[-1]:
        return False
    bare = "".join(one.split())
    return len(bare) >= 6 and bare == "".join(other.split()) and any(map(str.isalpha, bare))


def _is_cut_short(lines: Sequence[_Line], index: int) -> bool:
    """Whether a line is the begin of the next one, cut off by a site that shows it as a teaser."""
    said = lines[index].text
    if len(said) > 300 or not _SENTENCE_MARK.search(said):
        return False
    begin = said[:8]
    for later in lines[index + 1 : index + 3]:
        # It must stand near the begin of a longer one, behind a dateline at most.
        if len(later.text) > len(said) and begin in later.text[:80]:
            bare = "".join(said.split()).rstrip(".…")
            whole = "".join(later.text[: 2 * len(said) + 160].split())
            if 0 <= whole.find(bare) <= 60:
                return True
    return False


# -- Lines that were broken ----------------------------------------------------------

_ENDS_SENTENCE = re.compile(r"[。！？；!?;：:…][”’」』）)】]*$|[A-Za-z)\"”]\.[\"”’)]?$|】$|》$")
_IN_BRACKETS = re.compile(r"[（(【\[].*[）)】\]]")
_OPEN_ENDS = frozenset("，、,（(“‘《〈")
_ITEM = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]\d{1,2}[）)]|\d{1,2}[、.．](?!\d)|[①-⑳]|[•●■◆▪·*★☆▲]|"
    r"第[一二三四五六七八九十百\d]{1,4}[章节条款部分篇编]|[一二三四五六七八九十]是|附件[\d一二三：:]|附[：:]|问题?[一二三四五六七八九十\d]{0,3}[：:]|答[：:]"
)
_WIDEST = 160
"""Columns up to which a line can be one that a printer broke; longer ones are paragraphs."""
_NARROWEST = 20
_FULL = 0.78
"""Share of its neighbours' width from which a line may have been broken for want of room."""
_BRIMFUL = 0.94
"""The same where the line ends a sentence."""


_ITEM_BEGINS = frozenset("（(一二三四五六七八九十0123456789第附问答•●■◆▪·*★☆▲①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_SENTENCE_ENDS = frozenset("。！？；!?;：:…")
_MAY_END_SENTENCE = frozenset('”’」』）)】》."')


@dataclass(slots=True)
class _Broken:
    """A line as the joining sees it."""

    index: int
    line: _Line
    columns: int
    is_apart: bool
    """Whether a blank line stands before it."""
    ends_sentence: bool
    begins_item: bool
    is_full: bool = False
    """Whether there was no room for more; known once its block is."""


def _ends_sentence(line: str) -> bool:
    if line[-1] in _SENTENCE_ENDS:
        return True
    if line[-1] not in _MAY_END_SENTENCE:
        return False
    return _ENDS_SENTENCE.search(line, max(0, len(line) - 6)) is not None or (
        len(line) <= 60 and _IN_BRACKETS.fullmatch(line) is not None
    )


def _find_joins(text: str, lines: Sequence[_Line], removals: _Removals) -> list[Edit]:
    blocks = _blocks_of(lines, removals)
    wrapped_lines = sum(len(block) for block in blocks if _is_wrapped(block))
    is_wrapped_text = wrapped_lines >= 8
    edits: list[Edit] = []
    joined: list[list[_Broken]] = []
    seams: set[int] = set()
    """Lines that go on behind a blank line."""
    for block in blocks:
        if joined and _goes_on(joined[-1], block, is_wrapped_text):
            seams.add(joined[-1][-1].index)
            edits.append(_join(text, lines, joined[-1][-1], block[0]))
            joined[-1].extend(block)
        else:
            joined.append(block)
    for block in joined:
        if len(block) > 1:
            is_wrapped = _is_wrapped(block)
            if is_wrapped or is_wrapped_text:
                _join_block(text, block, lines, edits, is_wrapped=is_wrapped, seams=seams)
    edits.sort(key=lambda edit: edit.start)
    return edits


def _blocks_of(lines: Sequence[_Line], removals: _Removals) -> list[list[_Broken]]:
    """Return the lines that stay, in blocks with blank lines between them."""
    blocks: list[list[_Broken]] = []
    was_cut = is_page_cut = False
    for index, line in enumerate(lines):
        if index in removals:
            was_cut = True
            is_page_cut = removals.kind(index) is CleaningKind.PAGE_HEADERS
            continue
        bare = line.text
        # A page's head between two lines keeps nothing apart; a site's block does.
        is_apart = not is_page_cut if was_cut else line.blanks_before > 0
        if is_apart or not blocks:
            blocks.append([])
        blocks[-1].append(
            _Broken(
                index,
                line,
                _columns(bare) if len(bare) <= _WIDEST else _WIDEST + 1,
                is_apart,
                _ends_sentence(bare),
                bare[0] in _ITEM_BEGINS and _ITEM.match(bare) is not None,
            )
        )
        was_cut = is_page_cut = False
    return blocks


def _measure(block: Sequence[_Broken]) -> list[int]:
    """Return the width of the column at each line, and note which lines are full.

    The width is that of the widest line within two: columns change, and no line is wider than its own.
    """
    columns = [broken.columns for broken in block]
    rooms: list[int] = []
    for position, broken in enumerate(block):
        room = max(columns[position - 2 if position > 2 else 0 : position + 3])
        rooms.append(room)
        broken.is_full = _NARROWEST <= room <= _WIDEST and broken.columns >= _FULL * room
    return rooms


def _is_wrapped(block: Sequence[_Broken]) -> bool:
    """Whether lines follow one another as a printer broke them: full, and cut inside their sentences."""
    if len(block) < 3:
        return False
    _measure(block)
    cuts = ends = 0
    above: _Broken | None = None
    for broken in block:
        if above is not None and above.is_full and not above.ends_sentence and not broken.begins_item:
            cuts += 1
        if broken.ends_sentence or "。" in broken.line.text or ". " in broken.line.text:
            ends += 1
        above = broken
    return cuts >= 2 and cuts >= 0.4 * (len(block) - 1) and ends * 15 >= len(block)


def _join_block(
    text: str,
    block: Sequence[_Broken],
    lines: Sequence[_Line],
    edits: list[Edit],
    *,
    is_wrapped: bool,
    seams: Collection[int],
) -> None:
    rooms = _measure(block)
    # Lines that are all full are one paragraph; else a full stop near the margin may end one.
    is_one_paragraph = is_wrapped and all(broken.is_full for broken in block[:-1])
    for position in range(len(block) - 1):
        here, there = block[position], block[position + 1]
        if here.columns > _WIDEST or there.begins_item or there.line.indent >= here.line.indent + 2:
            continue
        if here.index in seams:
            continue
        if here.ends_sentence:
            is_joined = is_one_paragraph or (
                is_wrapped and here.is_full and here.columns >= _BRIMFUL * rooms[position]
            )
        else:
            is_joined = here.is_full or (is_wrapped and here.line.text[-1] in _OPEN_ENDS)
        if is_joined:
            edits.append(_join(text, lines, here, there))


def _goes_on(block: Sequence[_Broken], following: Sequence[_Broken], is_wrapped_text: bool) -> bool:
    """Whether a sentence goes on behind a blank line."""
    here, there = block[-1], following[0]
    if here.ends_sentence or there.begins_item or there.index != here.index + 1:
        return False
    line = here.line.text
    if line[-1] in _OPEN_ENDS and len(line) >= 8 and there.line.indent < here.line.indent + 2:
        return not here.begins_item or len(line) >= _LONG_LINE
    if not is_wrapped_text or here.columns > _WIDEST:
        return False
    opened = max(line.rfind("“"), line.rfind("（"))
    if opened > max(line.rfind("”"), line.rfind("）")) and len(line) - opened <= 20:
        return any(mark in there.line.text[:20] for mark in "”）")
    room = max(broken.columns for broken in (*block[-3:], *following[:2]))
    has_sentence = any(mark in broken.line.text for broken in block[-3:] for mark in "。，；")
    return has_sentence and room <= _WIDEST and here.columns >= _FULL * room and line[-1].isalnum()


def _join(text: str, lines: Sequence[_Line], here: _Broken, there: _Broken) -> Edit:
    start = here.line.end
    # Lines between the two that are taken out begin where their own edit begins.
    end = there.line.start if there.index == here.index + 1 else lines[here.index + 1].start
    before, after = text[start - 1], there.line.text[0]
    if not (before.isascii() and after.isascii()):
        return Edit(start, end)
    if (
        before == "-"
        and start > 1
        and text[start - 2].isascii()
        and text[start - 2].isalpha()
        and after.islower()
    ):
        return Edit(start - 1, end)
    return Edit(start, end, "" if before in "(-/" or after == ")" else " ")


# -- Spaces ----------------------------------------------------------

_BLANK_RUN = re.compile(rf"[\s{_INVISIBLE}][\s{_INVISIBLE}]*")
_NO_INVISIBLE = re.compile(f"[{_INVISIBLE}]+")
_WIDE_MARK = frozenset("，。；：？！、（）“”‘’《》〈〉【】「」『』—…％")
_LIST_NUMBER = re.compile(r"[\d.．]{1,8}")
_SPELLED = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?:[ \u3000][\u4e00-\u9fff]){2,}"
    r"(?![\u4e00-\u9fff]|[ \u3000][\u4e00-\u9fff])"
)
"""滨 海 新 区: three characters or more, each set apart."""


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"


def _find_spaces(text: str, lines: Sequence[_Line], taken: Sequence[tuple[int, int]]) -> list[Edit]:
    edits: list[Edit] = []
    starts = [line.start for line in lines]
    spelled: set[int] = set()
    last_index, is_prose = -1, False
    number = 0
    text_end = len(text)
    for begin, end in reversed(taken):
        # Nothing is to stand between the last line and a block that is taken out behind it.
        if end < text_end:
            break
        text_end = begin
    for match in _BLANK_RUN.finditer(text):
        start, end = match.span()
        if end - start == 1 and start > 0 and end < text_end:
            char = text[start]
            if char == "\n" or (char == " " and text[start - 1].isascii() and text[end].isascii()):
                continue  # English keeps its spacing.
        while number < len(taken) and taken[number][1] <= start:
            number += 1
        if number < len(taken) and taken[number][0] < end:
            # The white space belongs to another step, but for what stands before a block that is taken out.
            if taken[number][0] <= start:
                continue
            end = taken[number][0]
        run = text[start:end]
        if start == 0 or end >= text_end:
            wanted = ""
        elif "\n" in run:
            wanted = "\n\n" if run.count("\n") > 1 else "\n"
        else:
            index = bisect_right(starts, start) - 1
            if index != last_index:
                last_index, is_prose = index, _SENTENCE_MARK.search(lines[index].text) is not None
            if start in spelled:
                edits.append(Edit(start, end))
                continue
            if end - start == 1 and run in " \u3000" and start >= 1:
                found = _SPELLED.match(text, start - 1)
                if found:
                    spelled.update(range(start, found.end(), 2))
                    edits.append(Edit(start, end))
                    continue
            wanted = _space_between(text, start, end, run, lines[index].start, is_prose=is_prose)
        if wanted != run:
            edits.append(Edit(start, end, wanted))
    return edits


def _space_between(text: str, start: int, end: int, run: str, line_start: int, *, is_prose: bool) -> str:
    """Return what a run of spaces inside a line should be."""
    visible = _NO_INVISIBLE.sub("", run)
    if not visible:
        return ""
    before, after = text[start - 1], text[end]
    if "\t" in visible:
        return "\t"
    if is_prose:
        if (_is_han(before) and after.isdigit()) or (before in _WIDE_MARK or after in _WIDE_MARK):
            return ""
        is_number = _LIST_NUMBER.fullmatch(text, line_start, start) is not None
        if before.isdigit() and _is_han(after) and not is_number:
            return ""
    return visible if len(visible) == 1 and visible in " \u3000" else " "
