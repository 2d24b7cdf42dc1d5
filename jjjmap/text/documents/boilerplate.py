"""Menus, notices and buttons: what a site put around a text."""

import re
from collections.abc import Sequence

from jjjmap.text.documents.lines import SENTENCE_END, Line, lines_with
from jjjmap.text.documents.removals import Removals
from jjjmap.text.records import CleaningKind

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
_HEAD_SHARE = 0.4
"""A site's head takes at most this share of the lines."""
_NAV_GAP = re.compile(r"\s{0,4}[|｜·•>»]\s{0,4}|\s{1,8}")
_SPACED_WORD = re.compile(r"(?<![^\s|｜])(\S) (\S)(?![^\s|｜])")


def find_boilerplate(text: str, lines: Sequence[Line], removals: Removals) -> None:
    """Add to `removals` what a site put around a text, each run of lines as a step of its own."""
    hinted = lines_with(_SITE_HINT, text, lines)
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


def _is_site_line(line: str) -> bool:
    if len(line) > _LONGEST_SITE_LINE:
        return False
    if "".join(line.split()).rstrip(":：") in _ALONE:
        return True
    return _is_navigation(line) or any(pattern.fullmatch(line) for pattern in _SITE_LINES)


def _is_navigation(line: str) -> bool:
    if len(line) > 200 or any(mark in line for mark in "。；，,;！？"):
        return False
    # 首 页: two characters set apart are one word.
    items = [item for item in _NAV_GAP.split(_SPACED_WORD.sub(r"\1\2", line.replace("\u00a0", " "))) if item]
    if len(items) < 3 or any(len(item) > 10 for item in items):
        return False
    return sum(item in _NAV_WORDS for item in items) >= (1 if len(items) > 3 else 2)


def _has_prose(lines: Sequence[Line]) -> bool:
    return any(len(line.text) >= 25 and SENTENCE_END.search(line.text) for line in lines)


def _absorb_weak(lines: Sequence[Line], chosen: set[int]) -> None:
    """Add runs of empty words that have the site's lines, or the end of the text, on both sides."""
    ordered = sorted(chosen)
    for left, right in zip(ordered, [*ordered[1:], len(lines)], strict=True):
        between = range(left + 1, right)
        if 0 < len(between) <= 8 and all(
            len(lines[index].text) <= 90 and _WEAK.fullmatch(lines[index].text) for index in between
        ):
            chosen.update(between)
