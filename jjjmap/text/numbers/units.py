"""Units of figures: which words are one, which measure the same, and how one is turned into another."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

_MULTIPLES = {
    "千": Decimal(10**3),
    "万": Decimal(10**4),
    "百万": Decimal(10**6),
    "千万": Decimal(10**7),
    "亿": Decimal(10**8),
    "万亿": Decimal(10**12),
}
_MULTIPLE_OF_UNIT = re.compile(r"(万亿|千万|百万|亿|万|千)?(?!克|瓦|米|伏|卡|焦|赫)(.+)")
"""Kilo- units (千克, 千瓦, 千米, 千伏) are units of their own."""


def words_of(text: str) -> frozenset[str]:
    """Return the words of a line."""
    return frozenset(text.split())


CLASSIFIERS = words_of(
    "家 户 个 项 条 件 座 所 处 台 套 辆 架 艘 列 趟 班 名 位 人 口 只 头 株 棵 支 "
    "份 笔 宗 次 场 种 类 款 部 块 张 本 册 幅 "
    "栋 幢 间 颗 枚 根 层 对 组 篇 首 门 箱 股 例 队 片 孔 辆次 批次 人次 户次 件次 架次 车次 班次 "
    "列次 场次 台次 台套 台/套 套/台 单 "
    "标准箱 标箱 TEU 机架 标准机架 床 车道 泊位 学时 床位 吨级 班列 航线 桩 桶 瓶 盒 盏 卷 匹 羽 尾 眼 节 "
    "家次 项次 人日 人年 架飞机"
)
"""Words that count things."""

_MEASURES = words_of(
    "% ‰ ‱ 百分点 个百分点 基点 个基点 倍 番 元 美元 欧元 港元 日元 英镑 元人民币 "
    "人民币 新台币 "
    "公里 千米 米 厘米 毫米 微米 纳米 分米 里 海里 华里 英里 英寸 "
    "平方公里 平方千米 平方米 平方厘米 公顷 亩 平米 立方米 立方 方 升 毫升 标方 标准立方米 "
    "吨 公斤 千克 克 毫克 微克 斤 吨标准煤 吨标煤 吨二氧化碳 吨二氧化碳当量 载重吨 总吨 "
    "小时 分钟 秒 毫秒 微秒 个小时 天 个工作日 工作日 年 个月 周 岁 "
    "千瓦 千瓦时 兆瓦 兆瓦时 吉瓦 吉瓦时 瓦 度 度电 千伏 伏 千伏安 万伏 焦耳 千焦 安培 赫兹 兆赫 吉赫 马力 "
    "摄氏度 ℃ 度 分贝 毫克/升 比特 量子比特 兆 分 "
    "km² km2 ㎡ m² m2 m³ km m cm mm μm nm kg g mg t ha mu kW MW GW kWh MWh GWh TWh kV Mbps Gbps Tbps "
    "GB TB PB EB "
    "GHz MHz Hz PFlops EFlops PFLOPS EFLOPS TFLOPS"
)
"""Words that measure."""

UNITS = CLASSIFIERS | _MEASURES

_DENOMINATORS = UNITS | words_of(
    "年 月 日 天 时 小时 分 秒 季 周 户 人 亩 公顷 万人 万户 亿元 万元 百公里 日均 平米 h s"
)


def _by_first(units: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Return units by their first letter, the longest first."""
    longest_first = sorted(units, key=lambda unit: (-len(unit), unit))
    return {
        first: tuple(unit for unit in longest_first if unit[0] == first)
        for first in {unit[0] for unit in units}
    }


_UNITS_BY_FIRST = _by_first(UNITS)
_DENOMINATORS_BY_FIRST = _by_first(_DENOMINATORS)
_CLAUSE_ENDS = frozenset(("", *"，。；！？,;、)\n"))
_MOST_DENOMINATORS = 2
"""元/平方米/月, 亿元/平方公里·年."""

_NOT_BEFORE = {
    "家": "庭喻", "人": "民均才工大们为生类文", "口": "岸碑径罩号", "名": "单义录牌胜城称",
    "位": "于列居置一",
    "部": "门委分署长", "条": "例约款", "次": "产方要年级性元序日", "处": "于理在罚", "件事": "", "项": "目",
    "座": "谈", "台": "阶词账", "对": "口接标比应外内策照称", "组": "织成建", "门": "类口户槛", "场": "景合",
    "层": "级次面", "类": "别似", "天": "津然空", "元": "旦素宇", "份": "额子", "本": "市省区次地土科质着",
    "张": "家北", "单": "位元", "列": "为入在居第", "片": "区面", "队": "伍", "级": "", "所": "有以需在谓",
    "支": "持撑柱出付行线", "间": "接隔断", "只": "有能要是", "首": "批次个家先都届", "股": "份权东",
    "班": "组级子车", "节": "点能约日", "方": "面案式向针法", "分": "别布为之类析工享公支子", "度": "假过",
    "根": "据本", "款": "项", "口井": "", "孔": "子", "套": "餐利", "例": "如", "里": "程面", "米": "面粮",
    "周": "边年围期末", "年": "", "块": "状", "枚": "举", "桩": "基", "头": "部", "例外": "", "床": "头",
    "箱": "体", "架": "构", "幅": "度员", "排": "名", "倍": "增受加", "番": "茄", "户": "外籍口型",
    "克": "服",
    "个": "别性股", "兆": "头", "升": "级至到", "斤": "", "亩": "", "单元": "", "尾": "气矿", "眼": "光",
    "卷": "烟",
    "匹": "配", "盒": "子", "桶": "", "批": "",
}  # fmt: skip
"""A short unit followed by one of these letters is the beginning of another word."""

_NEEDS_MULTIPLE = words_of("度 兆 级 分 节 班 方 里 队 片 股")
"""Too often something else, unless 万 or 亿 stands before: 亿度, 万方."""

_SAME_KIND: dict[str, tuple[str, Decimal]] = {
    "公顷": ("平方米", Decimal(10000)),
    "ha": ("平方米", Decimal(10000)),
    "亩": ("平方米", Decimal(10000) / 15),
    "平方公里": ("平方米", Decimal(10**6)),
    "平方千米": ("平方米", Decimal(10**6)),
    "km²": ("平方米", Decimal(10**6)),
    "km2": ("平方米", Decimal(10**6)),
    "square kilometers": ("平方米", Decimal(10**6)),
    "square kilometres": ("平方米", Decimal(10**6)),
    "平米": ("平方米", Decimal(1)),
    "㎡": ("平方米", Decimal(1)),
    "m²": ("平方米", Decimal(1)),
    "公里": ("米", Decimal(1000)),
    "千米": ("米", Decimal(1000)),
    "km": ("米", Decimal(1000)),
    "kilometers": ("米", Decimal(1000)),
    "kilometres": ("米", Decimal(1000)),
    "公斤": ("吨", Decimal("0.001")),
    "千克": ("吨", Decimal("0.001")),
    "克": ("吨", Decimal("0.000001")),
    "tons": ("吨", Decimal(1)),
    "tonnes": ("吨", Decimal(1)),
    "斤": ("吨", Decimal("0.0005")),
    "立方": ("立方米", Decimal(1)),
    "标箱": ("标准箱", Decimal(1)),
    "TEU": ("标准箱", Decimal(1)),
    "TEUs": ("标准箱", Decimal(1)),
    "yuan": ("元", Decimal(1)),
    "元人民币": ("元", Decimal(1)),
    "人民币": ("元", Decimal(1)),
    "千瓦": ("瓦", Decimal(1000)),
    "兆瓦": ("瓦", Decimal(10**6)),
    "吉瓦": ("瓦", Decimal(10**9)),
    "kW": ("瓦", Decimal(1000)),
    "MW": ("瓦", Decimal(10**6)),
    "GW": ("瓦", Decimal(10**9)),
    "度电": ("千瓦时", Decimal(1)),
    "兆瓦时": ("千瓦时", Decimal(1000)),
    "个百分点": ("百分点", Decimal(1)),
    "percentage points": ("百分点", Decimal(1)),
    "个工作日": ("工作日", Decimal(1)),
    "个小时": ("小时", Decimal(1)),
    "times": ("倍", Decimal(1)),
    "people": ("人", Decimal(1)),
    "名": ("人", Decimal(1)),
    "位": ("人", Decimal(1)),
    "公里/时": ("公里/小时", Decimal(1)),
    "千米/小时": ("公里/小时", Decimal(1)),
    "km/h": ("公里/小时", Decimal(1)),
    "千米/时": ("公里/小时", Decimal(1)),
}
"""Units that measure the same thing, with what one of them is in the plain unit."""

_COUNTED = words_of("家 户 个 项 条 件 座 所 处 companies firms enterprises projects")
"""Classifiers that sources use for the same things: 25家企业, 25户企业."""


def base_unit(unit_zh: str) -> tuple[str, Decimal]:
    """Return a unit without its multiple, and the multiple: 万亿元 is 元, 10¹²."""
    parts = _MULTIPLE_OF_UNIT.fullmatch(unit_zh)
    return (parts[2], _MULTIPLES.get(parts[1] or "", Decimal(1))) if parts else (unit_zh, Decimal(1))


def plain_unit(unit_zh: str) -> tuple[str, Decimal]:
    """Return the plain unit of another one and how many of it make it: 万亿元 is 10¹² 元."""
    rest, multiple = base_unit(unit_zh)
    plain, factor = _SAME_KIND.get(rest, (rest, Decimal(1)))
    return plain, factor * multiple


@lru_cache(maxsize=2048)
def dimension_of(unit: str) -> str:
    """Return what a unit measures, as a word that units of one kind share."""
    plain = plain_unit(unit)[0]
    return "count" if plain in _COUNTED else plain


def in_unit(value: Decimal, unit: str, other_unit: str) -> Decimal | None:
    """Return a value in another unit; None if the two do not measure the same.

    Classifiers of firms, projects and the like (家, 户, 个, 项 …) count as the same.
    """
    if dimension_of(unit) != dimension_of(other_unit):
        return None
    factor, other_factor = plain_unit(unit)[1], plain_unit(other_unit)[1]
    if factor == other_factor:
        return value
    turned = value * factor / other_factor
    rounded = turned.quantize(Decimal("1e-9")) if turned.adjusted() < 15 else turned
    whole = rounded.to_integral_value()
    return whole if whole == rounded else rounded.normalize()


def read_unit(text: str, at: int, *, has_multiple: bool = False) -> tuple[str, int]:
    """Return the unit that begins at a place, as printed, and where it ends; empty if there is none."""
    first = text[at : at + 1]
    if first == " ":
        # 15 % and 25 km stand apart.
        unit, end = read_unit(text, at + 1, has_multiple=has_multiple)
        return (unit, end) if unit and unit.isascii() else ("", at)
    for unit in _UNITS_BY_FIRST.get(first, ()):
        if text.startswith(unit, at):
            break
    else:
        return "", at
    end = at + len(unit)
    following = text[end : end + 1]
    if following:
        if following in _NOT_BEFORE.get(unit, ""):
            # 张家口 is no 张, but 台 may still be one where a longer word failed.
            return "", at
        if unit[-1].isascii() and unit[-1].isalpha() and following.isascii() and following.isalpha():
            return "", at
        if unit in _NEEDS_MULTIPLE and not has_multiple:
            return "", at
        if following in "/每":
            end = _denominator_end(text, end)
            unit = text[at:end]
    elif unit in _NEEDS_MULTIPLE and not has_multiple:
        return "", at
    return unit, end


def _denominator_end(text: str, end: int) -> int:
    """Return where a unit ends with what it is told per: 元/人, 元/平方米/月, 元/(平方米·月), 元每平方米."""
    for number in range(_MOST_DENOMINATORS):
        mark = text[end : end + 1]
        if not mark or mark not in ("/每" if number == 0 else "/每·"):
            break
        if mark == "/" and text.startswith("(", end + 1):
            return _bracket_end(text, end)
        behind = _denominator(text, end + 1)
        # 20亿元每年 may go on: 每年新增5家.
        if behind == end + 1 or (mark == "每" and behind == end + 2 and not _ends_clause(text, behind)):
            break
        end = behind
    return end


def _bracket_end(text: str, end: int) -> int:
    at = end + 2
    for _number in range(_MOST_DENOMINATORS):
        behind = _denominator(text, at)
        if behind == at:
            break
        if text.startswith(")", behind):
            return behind + 1
        if text[behind : behind + 1] not in ("/", "·"):
            break
        at = behind + 1
    return end


def _denominator(text: str, at: int) -> int:
    for unit in _DENOMINATORS_BY_FIRST.get(text[at : at + 1], ()):
        if text.startswith(unit, at):
            return at + len(unit)
    return at


def _ends_clause(text: str, at: int) -> bool:
    return text[at : at + 1] in _CLAUSE_ENDS
