"""Which numbers in front of a unit are figures, and which are ordinals, phrases or parts of the text."""

from __future__ import annotations

import re

from jjjmap.text.numbers.units import words_of

_TEXT_PARTS = re.compile(
    r"(?:重点|主要|基本|关键|突出|核心|重大|重要|具体|率先|专项|有力|新|共同|首要|鲜明){0,2}(?:"
    r"方面|层面|领域|维度|阶段|要素|环节|原则|部分|章节?|坚持|转变|统筹|特点|特征|统一|结合|维护|意识"
    r"|自信|确保|确立|大局|更加|坚定|务必|"
    r"方向|角度|着力点|抓手|目标|任务|举措|措施|优势|短板|手段|突破|实现|必须|明确|百年|字|词|步骤"
    r"|问题|意见|建议|政策|红线|底线|主线|"
    r"经验|规定|要求|制度|机制|改革|工程|行动|内容|保障|体系|功能|定位|关系|理念|思路|路径|模式|文件"
    r"|指标|支柱|板块|方法|抓|促|强化|"
    r"提升|聚焦|先行|腿|主攻|总要求|世界|月|大类|清单|网|图|牌|名片|事|率先|重点[，。；、]|工作)"
)
"""What a text enumerates of itself; in front of Chinese numerals such a count is no figure."""

_STRONG_TEXT_PARTS = re.compile(
    r"(?:重点|主要|基本|关键)?(?:方面|原则|层面|维度|部分|坚持|必须|字|环节|月内|率先)"
)
"""The same for digits, which count things of the world more often."""

_THINGS_OF_GE = re.compile(
    r"[^，。；、！？,;的\d]{0,12}?(?:园区|园|企业|项目|基地|城市|区|县|市|省|镇|乡|村|街道|平台|中心"
    r"|集群|港口?|机场|站|厂|公司|机构|实验室|"
    r"学校|高校|大学|学院|医院|先导区|示范区|片区|组团|社区|产业链|车间|码头|泊位|线路|场馆|品牌|标准"
    r"|产品|团队|国家|地区|部门|单位|联盟|"
    r"岗位|点位|床位|工程|课题|专业|试点|路口|场景|组织|楼宇|载体|门店|仓库|商圈|景区|公园|湖|水库"
    r"|小区|家庭|支部|窗口|网点|"
    r"城区|车位|充电桩|数据库|节点|系统|小时|工作日|百分点|样板|案例|专区|专班|孵化器|协议|赛道|航点"
    r"|口岸|品种|民族|奖项|称号)"
)
"""Things that a small Chinese numeral with 个 counts."""

_THINGS_OF_TIAO = re.compile(
    r"[^，。；、！？,;的\d]{0,12}?(?:链|线路|路|高速|铁路|公路|航线|班列|生产线|产线|专线|干线|通道"
    r"|河|隧道|管道|走廊|街|跑道|轨道|地铁|信息|"
    r"数据|线索|航道|光缆|廊道|赛道|动线|渠|轨|桥|接口|检测线|中试线|船|鱼)"
)
_THINGS_OF_XIANG = re.compile(
    r"[^，。；、！？,;的\d]{0,12}?(?:标准|专利|技术|成果|项目|工程|课题|奖|协议|合同|发明|研究|产品"
    r"|赛事|活动|服务|事项|权限|应用|纪录|第一|"
    r"著作权|资质|认证|审批|业务)"
)
_LOOSE_NUMERAL_UNITS = {"个": _THINGS_OF_GE, "条": _THINGS_OF_TIAO, "项": _THINGS_OF_XIANG}

_NEVER_WITH_NUMERALS = words_of(
    "种 类 层 口 头 支 本 件 段 片 线 面 股 部 张 门 对 组 只 根 节 分 天 "
    "周 年 级 里 度 方 斤 米 排 首 份 元 次 桩 桶 瓶 盒 盏 卷 匹 "
    "羽 尾 眼 兆 升 克 秒 个月 单 床 例 场 块 吨 人 名 位 处 幅 秒 分米 篇"
)
"""With one small numeral these are phrases (三类, 两本账, 四口之家) more often than counts."""
_SOMETIMES_WITH_NUMERALS = {
    "人": re.compile(r"(?=[，。；、！？,;）)]|$|获|入|当|被|以|受|遇|死|参)"),
    "名": re.compile(r"(?!列|称|义|单|家)"),
    "位": re.compile(r"(?!一体|于|列|居|数)"),
    "次": re.compile(r"(?=[，。；！？,;]|会议|考察|调研|比赛|活动|试验|航班|以)"),
    "件": re.compile(r"(?![大小好要喜难急]?事|套)"),
    "场": re.compile(r"(?!仗|战|攻坚|硬仗|革命)"),
    "处": re.compile(r""),
    "支": re.compile(r"(?=队伍|团队|基金|队|舰)"),
    "份": re.compile(r"(?=报告|协议|合同|文件|清单)"),
    "吨": re.compile(r""),
    "部": re.compile(r"(?=法规|地方性|条例|电梯|作品|标准|手机)"),
    "例": re.compile(r"(?=[，。；！？,;]|病|确诊)"),
    "块": re.compile(r"(?=地|用地|土地|屏)"),
    "元": re.compile(r"(?=[，。；！？,;/钱的]|$)"),
    "张": re.compile(r"(?=床|票|证|订单|照片)"),
    "天": re.compile(r"(?=[，。；！？,;]|$)"),
    "组": re.compile(r"(?=机组|设备|电池|列车|数据)"),
    "对": re.compile(r"(?=列车|动车|高铁|班列)"),
    "只": re.compile(r"(?=基金|股票|鸟)"),
    "口": re.compile(r"(?=井)"),
    "门": re.compile(r"(?=课)"),
    "头": re.compile(r"(?=牛|猪|羊)"),
}

_DURATIONS = words_of("年 个月 月 天 周 小时 个小时 工作日 个工作日 分钟 秒")
_MEASURED_BEFORE = re.compile(
    r"(?:周期|工期|期限|时限|时间|耗时|用时|历时|时长|寿命|年限|有效期|任期|学制|刑期|租期|保质期|质保"
    r"|账期|回收期|"
    r"缩短|压缩|压减|缩减|延长|减少|增加|提前|提速|节省|节约|推迟|只需|仅需|需要|需|仅用|只用|用了"
    r"|天数|合同期|存续期|运营期|免租期|免租|"
    r"平均)(?:[^，。；、,;]{0,6}?)(?:在|为|是|达|达到|由|从|至|到|了|约|近|超|超过|不超过|不到|不足"
    r"|仅|只|的|原来的|过去的)*$"
)
_WHEN_BEFORE = re.compile(
    r"(?:近|最近|过去|未来|今后|(?<!提)前|后|连续|每|头|这|那|再用|力争用|再过|经过|同比|开展|为期|第)$"
)
_WHEN_AFTER = re.compile(
    r"(?:来|间|内|之内|以来|以前|以后|前|后|之前|之后|度|期间|代|级|行动|规划|计划|工作|方案|目标"
    r"|任务|里|时间|左右时间|多来|余来|多时间|"
    r"攻坚|作战|滚动|制|期|生|龄|均|底|末|初|中|全年|如一日|磨|多前|前夕)"
)
_NEVER_AFTER = re.compile(r"(?:不打烊|不间断|全天候|值守|营业|值班|在线|服务热线|热线)")
_SHORTENED_TO = re.compile(
    r"(?:缩短|压缩|压减|缩减|减少|精简|提速)[^，。；、,;0-9]{0,6}?(?:至|到|为|成|在)(?:了|约|近|仅|平均)*$"
)
_ONE_OF_MANY = re.compile(r"(?:[某同任另整]|最后)$")
_ON_AVERAGE = re.compile(r"平均[^，。；、,;]{0,4}$")
_GRADES = ("级", "量级", "规模级", "大关口", "户型")


def is_duration(unit: str) -> bool:
    """Whether a unit is one of time."""
    return unit in _DURATIONS


def is_measured_time(unit: str, before: str, after: str) -> bool:
    """Whether a span of time is a thing that was measured rather than a way to say when.

    Parameters
    ----------
    unit
        年, 个月, 天, 小时 …
    before, after
        The clause in front of the number and what follows the unit.
    """
    if unit in ("小时", "个小时", "分钟", "秒"):
        return not _NEVER_AFTER.match(after) and not (unit == "秒" and after[:1] in "杀变")
    if unit in ("工作日", "个工作日"):
        return not before.endswith(("每", "前"))
    if _WHEN_BEFORE.search(before[-4:]):
        return False
    if _SHORTENED_TO.search(before[-20:]):
        # 压缩到5天内 as well.
        return True
    measured = _MEASURED_BEFORE.search(before[-24:])
    if unit == "天" and after[:1] in ("数",):
        return True
    if _WHEN_AFTER.match(after):
        # 工期3年左右; but never 3年来.
        return False
    if measured:
        return True
    if unit == "天":
        # 优良天数达290天, 重污染2天; not 3天就能办好 without a word of measure.
        return bool(re.search(r"(?:天数|优良|污染|达标|降水|高温|霾|晴)[^，。；,;]{0,8}$", before[-20:]))
    return False


def is_one_span_measured(unit: str, before: str, after: str) -> bool:
    """Whether 一 in front of a span of time may be a number (一小时通勤圈, 工期一年), not a way to say any.

    `is_measured_time` has its say as well.
    """
    if unit == "秒" or after[:1] in ("也", "都") or _ONE_OF_MANY.search(before[-2:]):
        return False
    if unit in ("小时", "个小时", "分钟", "工作日", "个工作日"):
        return not _WHEN_BEFORE.search(before[-4:])
    return not _ON_AVERAGE.search(before[-6:])


def counts_something(unit: str, numeral: str, before: str, after: str, *, is_large: bool) -> bool:
    """Whether Chinese numerals in front of a unit count things of the world.

    Parameters
    ----------
    numeral
        As printed, without a qualifier.
    before, after
        The clause in front of the number and what follows the unit.
    is_large
        Whether the number or its qualifier leaves no doubt (二十三家, 两千多人).
    """
    if before and before[-1] in "“\"'‘「《〈第其之每这那哪某前上数几成唯":
        return False
    if numeral == "二" and unit in _LOOSE_NUMERAL_UNITS | {"次": None, "元": None, "人": None, "家": None}:
        return False
    if unit in _LOOSE_NUMERAL_UNITS:
        if _TEXT_PARTS.match(after):
            return False
        return is_large or bool(_LOOSE_NUMERAL_UNITS[unit].match(after[:20]))
    if is_large:
        return True
    if unit in _NEVER_WITH_NUMERALS:
        allowed = _SOMETIMES_WITH_NUMERALS.get(unit)
        return allowed is not None and bool(allowed.match(after)) and not _TEXT_PARTS.match(after)
    return not (
        (unit == "家" and after[:1] in "争") or (unit == "套" and after.startswith(("班子", "机制", "体系")))
    )


def is_text_part(unit: str, after: str) -> bool:
    """Whether digits in front of a unit count parts of the text: 8个方面, 4项原则."""
    return unit in ("个", "项", "条") and bool(_STRONG_TEXT_PARTS.match(after))


def is_grade(after: str) -> bool:
    """Whether what follows makes the number part of a name: 千亿元级, 万吨级, 100家量级."""
    return after.startswith(_GRADES)
