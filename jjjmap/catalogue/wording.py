"""Words for kinds, grades, links, periods and numbers, the same in window, export and command line."""

import re
from collections.abc import Callable
from decimal import Decimal

from jjjmap import i18n
from jjjmap.catalogue.details import (
    ChainTie,
    Disagreement,
    LinkedPassage,
    PassageLink,
    PlaceDetails,
    RelatedPlace,
    Relation,
    area_km2,
    via_name,
)
from jjjmap.catalogue.models import (
    Catalogue,
    Chain,
    Evidence,
    Figure,
    Place,
    PlaceKind,
    Precision,
    Qualifier,
)
from jjjmap.findings import Severity
from jjjmap.i18n import Language, _

EVIDENCE_DOTS = 3
"""The highest `evidence_rank`."""

_RANKS = {
    Evidence.OFFICIAL: 3,
    Evidence.CONFIRMED: 3,
    Evidence.INDICATED: 2,
    Evidence.BRIEFING: 2,
    Evidence.PROMOTED: 2,
    Evidence.REGIONAL: 1,
    Evidence.COOPERATION: 1,
    Evidence.LATER: 1,
    Evidence.CANDIDATE: 1,
    Evidence.NOT_APPLICABLE: 0,
}

COORDINATE_DECIMALS = {Precision.SITE: 2, Precision.TOWN: 1}
"""Decimals that a position bears: a hundredth of a degree is some 1 km, a tenth some 10 km.

Where only the county or a larger area is known, numbers would say what nobody knows.
"""

_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d{2}))?)?")

_POWERS = {"million": 6, "billion": 9, "trillion": 12}

_MULTIPLE = re.compile(
    r"×?\s*(?P<number>10{1,2}|10,?000)(?:\s+(?P<word>million|billion|trillion))?(?:\s+(?P<noun>.*))?"
)
"""English units that are a number of something: 100 million yuan, ×10,000 people."""

_CLOSE_UNITS = ("%", "‰", "°", "℃")
"""Units that stand at the number without a space, in English too."""


def kind_name(kind: PlaceKind) -> str:
    """Return the name of a kind of place."""
    return {
        PlaceKind.WING: _("两翼"),
        PlaceKind.ZONE: _("战略合作功能区"),
        PlaceKind.PLATFORM: _("承接平台"),
        PlaceKind.CLUSTER: _("产业集群"),
        PlaceKind.PORT: _("港口"),
        PlaceKind.PORT_AREA: _("港区"),
        PlaceKind.AIRPORT: _("机场"),
        PlaceKind.CORRIDOR: _("交通走廊"),
        PlaceKind.PILOT_ZONE: _("先导区与试验区"),
        PlaceKind.DEMO_BASE: _("示范基地"),
        PlaceKind.INNOVATION_CENTRE: _("创新平台"),
        PlaceKind.FTZ: _("自由贸易试验区"),
        PlaceKind.INDUSTRIAL_PARK: _("产业园区"),
        PlaceKind.SPATIAL_STRUCTURE: _("空间结构"),
        PlaceKind.METRO_CIRCLE: _("都市圈"),
        PlaceKind.TRANSPORT_HUB: _("交通枢纽"),
        PlaceKind.LOGISTICS: _("商贸物流节点"),
        PlaceKind.DATA_CENTRE: _("数据中心"),
        PlaceKind.ECOLOGY: _("生态功能区"),
        PlaceKind.LOCALITY: _("地名"),
        PlaceKind.PROVINCE: _("省（直辖市）"),
        PlaceKind.CITY: _("地级市"),
        PlaceKind.COUNTY: _("县（市、区）"),
    }[kind]


def evidence_name(evidence: Evidence) -> str:
    """Return an evidence grade in a few words; empty where the list does not apply."""
    return {
        Evidence.OFFICIAL: _("名单内·官方列明"),
        Evidence.CONFIRMED: _("名单内·有来源确认"),
        Evidence.INDICATED: _("名单内·有来源提示"),
        Evidence.BRIEFING: _("名单发布时点名"),
        Evidence.PROMOTED: _("三地联合推介"),
        Evidence.REGIONAL: _("津冀自列名单"),
        Evidence.COOPERATION: _("合作共建地"),
        Evidence.LATER: _("名单之后设立"),
        Evidence.CANDIDATE: _("平台身份待证"),
        Evidence.NOT_APPLICABLE: "",
    }[evidence]


def evidence_text(evidence: Evidence) -> str:
    """Explain an evidence grade in whole sentences; empty where the list does not apply."""
    grade = {
        Evidence.OFFICIAL: _("属于“2+4+46”中的“2”或“4”：两翼和四大战略合作功能区，各来源说法一致。"),
        Evidence.CONFIRMED: _("有来源写明它是46个承接平台之一。"),
        Evidence.INDICATED: _("三地协同办把它作为某类平台的例子，或有较弱的来源称它在46个承接平台之列。"),
        Evidence.BRIEFING: _("2017年12月20日名单发布时，有官员提到它。"),
        Evidence.PROMOTED: _("2018年在三地联合举办的活动上推介过。"),
        Evidence.REGIONAL: _("见于天津或河北自己的名单，或被称为“4+N”平台。"),
        Evidence.COOPERATION: _("有来源的承接地或共建园区；没有材料表明它属于46个承接平台。"),
        Evidence.LATER: _("在2017年12月的名单之后才设立或公布。"),
        Evidence.CANDIDATE: _("地点本身有来源，它的承接平台身份没有来源。"),
        Evidence.NOT_APPLICABLE: "",
    }[evidence]
    if evidence in (Evidence.OFFICIAL, Evidence.NOT_APPLICABLE):
        return grade
    caveat = _("46个承接平台的完整名单没有找到公开全文，只知道构成是15+20+8+3，因此这里只标明证据强弱。")
    return ("" if i18n.language() is Language.ZH else " ").join((grade, caveat))


def evidence_rank(evidence: Evidence) -> int:
    """Return how strong an evidence grade is: 3, 2 or 1 dots, 0 where the list does not apply."""
    return _RANKS[evidence]


def precision_text(precision: Precision) -> str:
    """Explain how well a position is known."""
    return {
        Precision.SITE: _("点位大致准确（约1公里）"),
        Precision.TOWN: _("点位到乡镇一级（约5公里）"),
        Precision.COUNTY: _("只确知在哪个县（市、区），点位是示意"),
        Precision.AREA: _("范围较大，点位只用来标注"),
        Precision.REGION: _("跨多地，点位只用来标注"),
        Precision.UNKNOWN: _("没有来源给出位置，图上不画点"),
    }[precision]


def position_text(place: Place) -> str:
    """Return where a place is, with no more decimals than are known, and how well that is known.

    Empty for administrative units: their point only carries the name.
    """
    if place.kind.is_unit:
        return ""
    known = precision_text(place.precision)
    decimals = COORDINATE_DECIMALS.get(place.precision)
    if decimals is None or place.lon is None or place.lat is None:
        return known
    return _("{lon}°E，{lat}°N（WGS-84）；{said}").format(
        lon=f"{place.lon:.{decimals}f}", lat=f"{place.lat:.{decimals}f}", said=known
    )


def industries_of(place: Place, language: Language) -> tuple[str, ...]:
    """Return the industries of a place; none in English, for the data name them in Chinese alone."""
    if language is Language.EN:
        return ()
    return tuple(industry for industry in place.industries if industry not in ("", "-"))


def category_name(category: str) -> str:
    """Return the name of a platform category, which the data hold in Chinese; unknown ones as they are."""
    names = {
        "协同创新": _("协同创新"),
        "现代制造业": _("现代制造业"),
        "服务业": _("服务业"),
        "农业合作": _("农业合作"),
        "": _("未归类"),
        "-": _("未归类"),
    }
    return names.get(category, category)


def category_basis_text(basis: str) -> str:
    """Say where the category of a platform comes from; empty where it has none."""
    return {"official": _("类别见于来源"), "inferred": _("类别按地点性质推定")}.get(basis, "")


def relation_name(relation: Relation) -> str:
    """Return the heading under which related places are listed."""
    return {
        Relation.PART_OF: _("隶属于"),
        Relation.PARTS: _("组成部分"),
        Relation.LIES_IN: _("所在地区"),
        Relation.COVERS: _("范围内的行政区"),
        Relation.CONTAINS: _("区域内的地点"),
        Relation.MEMBER_OF: _("所属产业集群"),
        Relation.HAS_MEMBER: _("集群成员"),
        Relation.NEAREST: _("最近的港口、机场和两翼"),
        Relation.CHAIN_PARTNER: _("同一产业链的地点"),
    }[relation]


def related_heading(catalogue: Catalogue, related: RelatedPlace, language: Language) -> str:
    """Return the heading that a related place is listed under; partners in a chain by chain and stage."""
    name = relation_name(related.relation)
    if not related.chain_id:
        return name
    chain = via_name(catalogue, related.chain_id, language)
    return _("{relation}：{chain}，{stage}").format(
        relation=name, chain=chain, stage=stage_name(related.stage)
    )


def linked_reason(catalogue: Catalogue, linked: LinkedPassage, language: Language) -> str:
    """Say in one phrase why a passage is shown for the place that it was linked to."""
    via, holder = (via_name(catalogue, key, language) for key in (linked.via_id, linked.holder_id))
    return passage_link_text(linked.link, via, holder)


def passage_link_text(link: PassageLink, via_name: str = "", holder_name: str = "") -> str:
    """Say in one phrase why a passage is shown for a place.

    Parameters
    ----------
    link
        The way it concerns the place.
    via_name
        Name of the cluster, chain, area or place that links the two; see `details.via_name`.
    holder_name
        Name of what holds the place, if that is the member or link rather than the place itself.
    """
    if holder_name and via_name and link in (PassageLink.CLUSTER, PassageLink.CHAIN):
        return {
            PassageLink.CLUSTER: _("所在的{holder}是“{name}”的成员"),
            PassageLink.CHAIN: _("提到产业链“{name}”，所在的{holder}是该链的环节"),
        }[link].format(name=via_name, holder=holder_name)
    if link is PassageLink.DIRECT:
        return _("直接提到")
    if link is PassageLink.REGION:
        return _("没有点名地点，针对整个区域")
    if link is PassageLink.POLICY:
        return _("属于整个区域的政策，点名了具体地点、集群或产业链")
    if not via_name:
        return {
            PassageLink.CLUSTER: _("提到相关的产业集群"),
            PassageLink.CHAIN: _("提到相关的产业链"),
            PassageLink.AREA: _("提到所在区域"),
            PassageLink.CONTAINED: _("提到区域内的地点"),
        }[link]
    return {
        PassageLink.CLUSTER: _("提到产业集群“{name}”"),
        PassageLink.CHAIN: _("提到产业链“{name}”"),
        PassageLink.AREA: _("提到所在区域“{name}”"),
        PassageLink.CONTAINED: _("提到区域内的“{name}”"),
    }[link].format(name=via_name)


def severity_name(severity: Severity) -> str:
    """Return how much a finding matters, in a word."""
    return {Severity.ERROR: _("错误"), Severity.WARNING: _("可疑"), Severity.INFO: _("提示")}[severity]


def no_passages_text(name: str) -> str:
    """Say that no passage concerns a place."""
    return _("资料库中没有提到“{name}”的政策摘要。").format(name=name)


def no_direct_passages_text(name: str) -> str:
    """Say that no passage names a place, and that those which follow merely concern it."""
    return _("资料库中没有专门针对“{name}”的政策摘要；下面是与它有关的。").format(name=name)


def no_figures_text(name: str) -> str:
    """Say that there are no figures of a place."""
    return _("资料库中没有“{name}”的数据。").format(name=name)


def no_related_text(name: str) -> str:
    """Say that no other place is related to a place."""
    return _("资料库中没有与“{name}”相关的其他地点。").format(name=name)


def no_sources_text(name: str) -> str:
    """Say that no source of a place is known."""
    return _("资料库没有记下“{name}”的来源。").format(name=name)


def area_text(catalogue: Catalogue, place: Place) -> str:
    """Return the area of a unit, or of the units that a place takes up; empty where it is not known."""
    area = area_km2(catalogue, place)
    if area is None:
        return ""
    size = _("{n} 平方公里").format(n=f"{area:,.0f}" if area >= 100 else f"{area:,.1f}")
    return size if place.kind.is_unit else _("{size}（所含县（市、区）面积合计）").format(size=size)


def disagreement_line(
    figure: Figure, details: PlaceDetails, language: Language, *, with_indicator: bool = True
) -> str:
    """Return one side of a disagreement: what it counts, value, period, who says so and when."""
    source = next((source for source in details.sources if source.id == figure.source_id), None)
    said_by = (source.publisher, date_text(source.date, language)) if source is not None else ()
    value, period = figure_text(figure, language), period_text(figure.period, language)
    named = (figure.indicator(language),) if with_indicator else ()
    return " · ".join(part for part in (*named, value, period, *said_by) if part)


def disagreement_title(
    disagreement: Disagreement, catalogue: Catalogue, place: Place, language: Language
) -> str:
    """Return what figures disagree about; empty where they are of several indicators."""
    names = {figure.indicator(language) for figure in disagreement.figures}
    if len(names) > 1:
        return ""
    scope_id = disagreement.figures[0].scope_id
    (name,) = names
    if scope_id == place.id:
        return name
    return _("{part}：{indicator}").format(part=via_name(catalogue, scope_id, language), indicator=name)


def disagreements_title() -> str:
    """Return the heading of the figures that do not agree."""
    return _("说法不一的数据")


def chain_wording_text(chain: Chain, language: Language) -> str:
    """Say what a chain is called in the plan of 2023 and in the wording of 2024, in the language in use."""
    before, after = chain.wordings(language)
    if before and after and before != after:
        # Not "since 2024": some newer wordings stand in a scheme of July 2023 already.
        return _("2023年5月的实施方案称“{before}”，后来改称“{after}”").format(before=before, after=after)
    if before and after:
        return _("2023年和2024年都称“{name}”").format(name=after)
    if before:
        return _("2023年称“{name}”；2024年的提法未见来源").format(name=before)
    return _("2023年的提法中没有，2024年起提出")


def chain_tie_text(tie: ChainTie, language: Language) -> str:
    """Say which chain a place belongs to, and by which links."""
    name = tie.chain.name(language)
    if not tie.nodes:
        return name
    comma = "、" if language is Language.ZH else ", "
    nodes = comma.join(node.name_zh if language is Language.ZH else node.name_en for node in tie.nodes)
    if tie.holder is None:
        return _("{chain}（环节：{nodes}）").format(chain=name, nodes=nodes)
    return _("{chain}（所在的{holder}是该链的环节：{nodes}）").format(
        chain=name, holder=tie.holder.name(language), nodes=nodes
    )


def contested_text() -> str:
    """Say what the mark of a contested figure means."""
    return _("各来源说法不一，或数据经过修订。")


def section_name(section: str) -> str:
    """Return the name of the part of the policy that a passage belongs to; unknown ones as they are."""
    names = {
        "goal": _("目标"),
        "principle": _("原则"),
        "task": _("任务"),
        "task-item": _("任务要点"),
        "safeguard": _("保障措施"),
        "place-digest": _("地点摘要"),
        "cluster-digest": _("集群摘要"),
    }
    return names.get(section, section)


def region_name(region: str) -> str:
    """Return the name of one of the three, which the data hold in Chinese; others as they are."""
    return {"北京": _("北京"), "天津": _("天津"), "河北": _("河北")}.get(region, region)


def stage_name(stage: str) -> str:
    """Return the name of a stage of a chain; unknown ones are returned as they are."""
    return {"upstream": _("上游"), "midstream": _("中游"), "downstream": _("下游")}.get(stage, stage)


def quality_name(quality: str) -> str:
    """Return how good a source is, in a few words; unknown grades are returned as they are."""
    names = {
        "official": _("官方发布"),
        "press": _("媒体报道"),
        "repost": _("转载"),
        "weak": _("较弱来源"),
        "mirror": _("镜像页（不提供链接）"),
        "dataset": _("数据集"),
        "user": _("用户文档"),
    }
    return names.get(quality, quality)


def figure_text(figure: Figure, language: Language) -> str:
    """Return a value as the source prints it, with its qualifier and unit.

    The number keeps its decimals; only thousands separators are added: a rounded figure is another figure.
    English has no word for units such as 亿元, so there the same amount is said in millions, billions or
    trillions, and the number of the source stands behind it: 2.51144 trillion yuan (25,114.4 × 100 million).
    """
    _ = _speaker(language)
    unit = figure.unit(language)
    number = f"{figure.value:,f}"
    if not unit:
        quantity = number
    elif "=" in unit:
        quantity = _("{number}（{unit}）").format(number=number, unit=unit)
    elif unit.startswith(_CLOSE_UNITS):
        quantity = f"{number}{unit}"
    elif language is Language.EN and (multiple := _MULTIPLE.fullmatch(unit)) is not None:
        quantity = _in_english_steps(figure.value, number, multiple)
    else:
        quantity = _("{number}{unit}").format(number=number, unit=unit)
    match figure.qualifier:
        case Qualifier.EXACT:
            return quantity
        case Qualifier.ABOUT:
            return _("约{quantity}").format(quantity=quantity)
        case Qualifier.MORE:
            return _("超{quantity}").format(quantity=quantity)
        case Qualifier.LESS:
            return _("不足{quantity}").format(quantity=quantity)


def _in_english_steps(value: Decimal, printed: str, multiple: re.Match[str]) -> str:
    """Return a value that is counted in ten thousands or hundred millions as an English reader counts."""
    base = multiple["number"]
    exponent = len(base.replace(",", "")) - 1 + _POWERS.get(multiple["word"] or "", 0)
    amount = value.scaleb(exponent)
    power, word = next(
        ((power, word) for word, power in reversed(_POWERS.items()) if abs(amount) >= 10**power), (0, "")
    )
    # Exact: the point only moves. Noughts that moving leaves behind say nothing.
    scaled = f"{amount.scaleb(-power).normalize():,f}"
    factor = " ".join(part for part in (base, multiple["word"]) if part)
    said = " ".join(part for part in (scaled, word, multiple["noun"]) if part)
    return f"{said} ({printed} × {factor})"


def period_text(period: str, language: Language) -> str:
    """Return a period in words; an empty one says that the source names none.

    Parameters
    ----------
    period
        ISO 8601 year, month or day, or two of them parted by ``/``; anything else is returned as it is.
    language
        Language of the answer.
    """
    _ = _speaker(language)
    if not period:
        return _("来源未写时期")
    start, slash, end = period.partition("/")
    if slash:
        return _("{start}至{end}").format(start=date_text(start, language), end=date_text(end, language))
    return date_text(period, language)


def date_text(date: str, language: Language) -> str:
    """Return an ISO 8601 year, month or day in words; anything else as it is."""
    _ = _speaker(language)
    parts = _DATE.fullmatch(date)
    if parts is None:
        return date
    year = parts["year"]
    if parts["month"] is None:
        return _("{year}年").format(year=year)
    month_number = int(parts["month"])
    month = str(month_number) if language is Language.ZH else _ENGLISH_MONTHS[month_number - 1]
    if parts["day"] is None:
        return _("{year}年{month}月").format(year=year, month=month)
    return _("{year}年{month}月{day}日").format(year=year, month=month, day=int(parts["day"]))


def _speaker(language: Language) -> Callable[[str], str]:
    """Return the translating function of a language; the one in use costs nothing."""
    return _ if language is i18n.language() else i18n.in_language(language)
