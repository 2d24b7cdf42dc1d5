"""What the words around a number say: its part in a pair, what it is compared with, what is counted."""

from __future__ import annotations

import re

from jjjmap.text.numbers.found_number import FoundNumber, clause_before, clause_start
from jjjmap.text.numbers.numbers import RANGE_CONNECTORS
from jjjmap.text.numbers.turns import FROM, TURN_VERB
from jjjmap.text.numbers.units import CLASSIFIERS, dimension_of, words_of
from jjjmap.text.records import FigureRole

_CHANGE = re.compile(
    r"(?=[增下上提减降回缩压扩收涨跌同grufid])(?:(?<!新)增长|(?<!新)增加|下调|上调|下浮|上浮|提高|提升|上升|下降|减少|降低|回落|缩短|压减"
    r"|压缩|扩大|上涨|下滑|下跌|收窄|增速|降幅|增幅|涨幅|跌幅|增长率|"
    r"同比增|同比降|(?<!新)增|(?<!起)降|涨|跌|减|grew|grown|growth of|rose|risen|up|increased?|fell"
    r"|down|dropped|declined|gained)"
    r"(?:速度|率)?(?:了|均|各|都|为|达到|达|分别|约|近|接近|仅|只|幅度|超过|:| by| of)* ?$"
)
_TOWARDS = re.compile(
    r"^[^。！？\n]{0,24}?(?:至|到|为|成)(?:了)?(?:目前的?|现在的?|如今的?|当前的?|(?:19"
    r"|20)[0-9]{2}年(?:[0-9]{1,2}月)?(?:底|末)?的?|今年的?)?$"
)
_ENGLISH_TO = re.compile(r"^(?: in (?:19|20)\d\d)? to $")

_COMPARED = re.compile(
    r"(?=[比较高低快慢好优同环年占12cy])(?:(?<!占)[比较](?:上年同期|上年末|上年底|上年|上一年|去年同期|去年底|去年|上月|上季度|同期|(?:19"
    r"|20)[0-9]{2}年(?:底|末|同期)?|"
    r"[^，。；,;比较增提上下高低快多少0-9]{1,8}(?:前|初|时|平均水平|水平))"
    r"|(?:高于|低于|快于|慢于|好于|优于)[^，。；,;0-9]{2,14}"
    r"|同比|环比|年均|同口径"
    r"|占(?!比|地|用)[^，。；、,;0-9%]{1,10}?(?=的|比重|比例|总|达|为|近|约|超|不|$|份额)"
    r"|(?:19|20)[0-9]{2}年(?:底|末)?的(?=[近约超过逾]*$)"
    r"|compared with [^,.;]{2,30}|year[- ]on[- ]year)"
)
_COMPARED_IN_ENGLISH = re.compile(r" (compared with [^,.;]{2,30}|year[- ]on[- ]year)")

_LEAD = re.compile(
    r"[、的,，:和与及“”\"()（）]|其中|共建成|建成(?!区)|地区(?!生产)|全市|全省|全区(?!域)|全县|共计"
    r"|共有|共(?!享|建|同|性|用|青)|累计|已经|已|目前|预计|截至|截止|到(?!期)|"
    r"年末|年底|力争|在(?!建|校|线|用|册|岗|园|架|营|链|途)|以来|实现|完成|培育|创建|拥有|有(?!效|色"
    r"|限|机|关|序|轨|源|毒)|等(?!级|效)|三地|两地|"
    r"[一二三四五六七八九]是|[两三四五六七]?[市县区省]三?(?=常住|研发|合计|共|累计)"
    r"|[两三四五六七][市县区省]|全年|初步核算|据统计|经测算|并(?!购|网)|还|也|推动|促进|"
    r"同时|此外|另外|由|从(?!业)|协同前|此前|打造|建设(?!周期|用地|规模|面积|工期|投资|项目|标准"
    r"|里程)|形成|达到|使|要使|要|将|支持(?!政策)|"
    r"推进|开展|今年|去年|当年|上年|设立(?!分支)|成功|按可比价格计算|按不变价格计算|带动|争取|今天|如今|现在"
)
_TRAIL = words_of(
    "达 达到 为 是 实现 完成 共 共有 共计 已 已经 累计 累计达 有 约 近 分别 分别为 均 "
    "均为 各 各为 增长 增加 提高 提升 上升 下降 减少 降低 同比 环比 了 "
    "突破 超 超过 至 到 由 从 就 占 的 仅 只 只有 合计 总计 : 、 和 与 及 ， , 实际 名义 年均 较 比 "
    "等 回落 也 还 则 都 同比增长 同比下降 又 再 "
    "拥有 新增 建成 培育 创建 引进 入驻 集聚 聚集 签约 退出 力争 提升至 提高到 增加到 增至 增加至 "
    "下降到 降至 下降至 升至 增长到 增长至 缩短至 压缩至 缩短到 "
    "压缩到 缩短 压缩 压减 达成 保持在 稳定在 控制在 保持 在 扩大 扩大到 扩大至 规模达 超出 接近 并 中 不 "
    "大于 可 可达 将 能 能达 最高 最高达 ( （ “ 上涨 "
)
_TRAILS_BY_LAST = {
    last: tuple(sorted((word for word in _TRAIL if word[-1] == last), key=lambda word: (-len(word), word)))
    for last in {word[-1] for word in _TRAIL}
}
_NO_TRAIL = ("占比", "同比", "环比", "集中", "其中")
_VERBS_ONLY = words_of(
    "建设 打造 形成 开展 实施 推进 认定 新建 在建 开通 组建 设立 培养 吸引 承接 涉及 包括 覆盖 服务 "
    "发布 公布 制定 出台 获批 获得 授予 布局 落地 "
    "开工 投产 发展 分布 入选 入围 新增注册 改造 争取 支持 安排 举办 引入 吸纳 带动 储备 梳理 征集 "
    "遴选 推动 促进 加快 投资 协同培育 重点培育 围绕 聚焦 "
    "总共 约占 不断 目标 规划 规划建设 计划 计划建设 力争建成 新认定 新开工 开行 投运 建立 签署 达成 "
    "完成签约 吸引聚集 汇聚 累计创建"
)
_AFTER = re.compile(r"[的]?([^\s，。；、！？,;:()（）0-9和与及由已将从比较为是]{2,24})")
_AFTER_CUT = re.compile(
    r"(?<=.)(?:建设|成为|入围|落户|开工|落地|投产|实现|完成|入驻|投入|签约|参加|同日|同步|深入|全部"
    r"|正式|陆续|集中|均|全面|获|开展|的|达到|达|占|"
    r"进入|进行|在建|在[^线校岗用研]|实施|实行|先后|并|等|超|增长|提升|运行|计划|有望|合计|共计|组成|提供)"
)
_NO_THING = re.compile(
    r"位列|同比|增长|位于|实现|入围|入选|成为|达|完成|以上|全部|其中|均|不|仅|就|可|能|会|要|同日"
    r"|同时|落户|开工|投产|签约|建成|入驻|累计|居|列|提|"
    r"上|下|左右|新增|创|我|每|为|以|因|被|受|由|向|至|到"
)


def set_roles(text: str, numbers: list[FoundNumber]) -> None:
    """Set the part of each number of a sentence."""
    for index, number in enumerate(numbers):
        if number.role is not FigureRole.ALONE:
            continue
        following = numbers[index + 1] if index + 1 < len(numbers) else None
        if following is not None:
            between = text[number.end : following.start]
            if len(between) <= 32 and _pair(text, number, following, between):
                continue
        if number.unit in ("百分点", "percentage points") or number.is_doubling:
            number.role = FigureRole.CHANGE
        elif _CHANGE.search(text[max(0, number.start - 12) : number.start]):
            number.role = FigureRole.CHANGE
            # 增长8.2%、7.5%和6.9%
            _spread_change(text, numbers, index)


def _spread_change(text: str, numbers: list[FoundNumber], index: int) -> None:
    for last, number in zip(numbers[index:], numbers[index + 1 :], strict=False):
        if (
            text[last.end : number.start] not in ("、", "和", "与", "，", ",", "及")
            or number.unit != last.unit
        ):
            return
        number.role = FigureRole.CHANGE


def _pair(text: str, first: FoundNumber, second: FoundNumber, between: str) -> bool:
    if dimension_of(first.unit or "") != dimension_of(second.unit or ""):
        return False
    before = text[max(0, first.start - 28) : first.start]
    if between in RANGE_CONNECTORS:
        is_turn = between in ("至", "到") and FROM.search(before[-14:])
        first.role = FigureRole.FROM if is_turn else FigureRole.LOW
        second.role = FigureRole.TO if is_turn else FigureRole.HIGH
        return True
    if first.is_english and between == " to " and not FROM.search(before):
        first.role, second.role = FigureRole.LOW, FigureRole.HIGH
        return True
    if first.is_english:
        if not (FROM.search(before) and _ENGLISH_TO.match(between)):
            return False
    elif (
        not _TOWARDS.match(between)
        or not TURN_VERB.search(between)
        or (not FROM.search(before) and not TURN_VERB.match(between))
    ):
        return False
    if "," in between.strip(",，") or "。" in between:
        return False
    first.role, second.role = FigureRole.FROM, FigureRole.TO
    return True


def comparison_of(text: str, number: FoundNumber) -> str:
    """Return what a number is compared with, in the words of the text."""
    said = ""
    is_multiple = number.unit == "倍"
    for match in _COMPARED.finditer(clause_before(text, number.start) if not number.is_english else ""):
        if match[0][0] not in "12" or is_multiple:
            said = match[0]
    if number.is_english and not said:
        match_after = _COMPARED_IN_ENGLISH.match(text, number.end)
        said = match_after[1] if match_after else ""
    return said


def region_before(text: str, sentence_start: int, previous: FoundNumber | None, number: FoundNumber) -> int:
    """Return where the words begin that belong to a number: behind the one before it or the last mark."""
    start = max(sentence_start, number.start - 48, previous.end if previous is not None else 0)
    return clause_start(text, start, number.start)


def indicator_before(
    text: str, start: int, end: int, skips: dict[int, int], period_starts: dict[int, int], compared: str = ""
) -> str:
    """Return the noun phrase in front of a number, without places, periods and verbs; may be empty.

    Parameters
    ----------
    skips
        Where places and periods end, by where they begin.
    period_starts
        Where periods begin, by where they end.
    """
    while start < end:
        if (skipped := skips.get(start)) and skipped <= end:
            start = skipped
        elif lead := _LEAD.match(text, start, end):
            start = lead.end()
        else:
            break
    if compared and compared[0] in "比较高低快慢好优" and (at := text.rfind(compared, start, end)) >= 0:
        end = at
    while start < end:
        if (skipped := period_starts.get(end)) is not None and skipped >= start:
            end = skipped
            continue
        for word in _TRAILS_BY_LAST.get(text[end - 1], ()):
            if text.endswith(word, start, end) and not text.endswith(_NO_TRAIL, start, end):
                end -= len(word)
                break
        else:
            break
    for word in ("同比", "环比", "年均"):
        at = text.rfind(word, start, end)
        if at > start:
            end = at
    if text.count("”", start, end) > text.count("“", start, end) and text[start - 1 : start] == "“":
        start -= 1
    phrase = text[start:end].strip(" 、，:()（）")
    if (
        phrase in _VERBS_ONLY
        or not _is_worded(phrase)
        or (len(phrase) < 2 and phrase not in ("长", "宽", "高"))
    ):
        return ""
    return phrase


def indicator_after(text: str, number: FoundNumber, sentence_end: int) -> str:
    """Return the noun phrase behind a count: 45家国家新型工业化产业示范基地; may be empty."""
    if number.unit not in CLASSIFIERS:
        return ""
    match = _AFTER.match(text, number.end, min(sentence_end, number.end + 26))
    if match is None or _NO_THING.match(match[1]):
        return ""
    phrase = match[1]
    cut = _AFTER_CUT.search(phrase, 2)
    if cut and not (cut[0] == "的" and phrase.startswith(("具有", "拥有", "跨", "新"))):
        phrase = phrase[: cut.start()]
    return phrase.strip('“”"') if phrase.count("“") != phrase.count("”") else phrase


def _is_worded(phrase: str) -> bool:
    return any(letter > "一" or letter.isalpha() for letter in phrase)
