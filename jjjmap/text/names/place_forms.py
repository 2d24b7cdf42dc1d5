"""The ways in which Chinese texts write the names of places."""

import re
from collections.abc import Iterator

from jjjmap.catalogue.models import Place, PlaceKind
from jjjmap.text.names.words import words

_PEOPLES = re.compile(r"(?:[满回]族|蒙古族)+自治县$")

_NO_STEM = frozenset({"滨海新区", "井陉矿区"})
"""What is left without the last characters is another place."""

_TOO_COMMON = frozenset(
    words("""
    京津冀地区 京津冀区域 区域 通勤圈 功能圈 产业协同圈 东港区 西港区 综合港区 散货港区
    煤炭港区 河口港区 氢能供应链 氢能产业发展链 工业互联网示范区 燃料电池城市群 同城商务区 生命科学园
    电子化学品基地 中关村示范基地 东塑明珠 秦港 津冀协同发展示范区 汽车高端零部件产业基地 李遂镇工业区
    环京周边蔬菜生产基地 京投装备 燕达医院 燕达金色年华 坝上蔬菜 京张蔬菜 怀来大数据
""")
)
"""Short names and aliases that in a text mostly mean something wider, or a firm."""

_ALTERNATIVES = (
    ("高新技术产业开发区", ("高新区", "国家高新区", "高新技术开发区")),
    ("经济技术开发区", ("经开区", "国家经济技术开发区", "国家级经济技术开发区", "国家级经开区")),
    ("自由贸易试验区", ("自贸试验区", "自贸区")),
    ("自贸区", ("自由贸易试验区", "自贸试验区")),
    ("产业集群", ("集群", "先进制造业集群")),
    ("集群", ("产业集群", "先进制造业集群")),
    ("国家级", ("国家",)),
    ("国家", ("国家级",)),
    ("城际铁路", ("城际", "城际高铁")),
    ("高速", ("高速公路",)),
)
_GROUNDS = (PlaceKind.PLATFORM, PlaceKind.INDUSTRIAL_PARK, PlaceKind.FTZ, PlaceKind.LOGISTICS)
_REMARK = re.compile(r"（(?:原|会议|2023|2024|国家)[^（）]*）$")
_END_BRACKET = re.compile(r"（[^（）]*）$")
_COUNTRYS_ZONE = re.compile(r"^中国（(..)）(自由贸易试验区.*)$")
_ZONES_PART = re.compile(r"^(..)自贸区(.+片区)$")
_CITY_AIRPORT = re.compile(r"^(北京|天津|石家庄|唐山|秦皇岛|承德|张家口|邢台)(.{2,3}?)(?:国际)?机场$")
_LED_BY_UNIT = re.compile(r"^(?:北京市)?(.{2,3})[市县区](?=.{4,}集群$)")
_ASCII = re.compile(r"[\x00-\x7f]+")


def unit_stem(name: str) -> tuple[str, ...]:
    """Return a unit's name without what says of what level it is; none where too little would be left."""
    if name in _NO_STEM:
        return ()
    for ending in ("矿区",):
        if name.endswith(ending):
            return (name.removesuffix(ending),)
    stem = _PEOPLES.sub("", name)
    if stem == name:
        stem = name[:-1]
    return (stem,) if len(stem) > 1 else ()


def bracketed_stem(stem: str) -> str:
    """Return 张(家口) for 张家口: how papers write two names that were drawn into one."""
    return f"{stem[0]}({stem[1:]})"


def written_forms(place: Place) -> Iterator[str]:
    """Return the names of a place named by policy, in all the shapes that texts give them."""
    names = [place.name_zh, *place.aliases]
    if place.kind is not PlaceKind.CLUSTER or place.short_zh.endswith("集群"):
        names.append(place.short_zh)
    seen: set[str] = set()
    for name in names:
        for form in _shapes(place, name):
            if len(form) > 1 and form not in _TOO_COMMON and not _ASCII.fullmatch(form) and form not in seen:
                seen.add(form)
                yield form


def _shapes(place: Place, name: str) -> Iterator[str]:
    base = _REMARK.sub("", name)
    if base.startswith(("一核：", "双城：")):
        return
    yield base
    bases = [base]
    without = _END_BRACKET.sub("", base)
    if without != base and place.kind is not PlaceKind.CLUSTER:
        bases.append(without)
    if country := _COUNTRYS_ZONE.match(base):
        bases.append(country[1] + country[2])
    if part := _ZONES_PART.match(base):
        bases += [f"中国（{part[1]}）自由贸易试验区{part[2]}", f"{part[1]}自由贸易试验区{part[2]}"]
    if place.kind is PlaceKind.AIRPORT and (airport := _CITY_AIRPORT.match(base)):
        city, own = airport[1], airport[2]
        bases += [f"{own}机场", f"{own}国际机场", f"{city}{own}机场"]
    if place.kind is PlaceKind.CLUSTER:
        bases += [unit_less for one in tuple(bases) if (unit_less := _LED_BY_UNIT.sub(r"\1", one)) != one]
        if len(base) > 8 and not base.startswith(("京津冀", "北京")) and base.endswith("名县"):
            return
    for one in tuple(bases):
        for written, others in _ALTERNATIVES:
            if one.endswith(written) or (written in one and written.startswith(("国家", "自", "高新"))):
                bases += [one.replace(written, other) for other in others if f"{other}级" not in one]
    if place.kind in _GROUNDS:
        bases += [f"{one}区" for one in tuple(bases) if one.endswith("园") and len(one) > 3]
    for one in bases:
        yield one
        if "·" in one or "—" in one or "-" in one:
            plain = re.sub(r"[·—-]", "", one)
            yield plain
            yield one.replace("—", "·").replace("-", "·")
            yield one.replace("·", "—")


def letters_of_provinces() -> Iterator[tuple[str, tuple[tuple[int, int, str], ...]]]:
    """Return what is written with one letter for each of the three, with the places of the letters."""
    codes = {"京": "110000", "津": "120000", "冀": "130000"}
    for text in [
        "京津",
        "津冀",
        "京冀",
        "津京",
        "冀津",
        "冀京",
        "冀中南",
        "冀中",
        "冀南",
        "冀北",
        "冀东",
        "冀西",
        "冀中北",
        "冀西北",
        "冀东北",
        "冀东南",
        "冀南地区",
        "环京",
        "环京津",
        "环津",
        "京、津、冀",
        "京、津",
        "津、冀",
        "京、冀",
        "京-津-冀",
        "京、冀、津",
        "晋冀",
        "冀晋",
        "冀鲁",
        "冀辽",
        "冀蒙",
        "晋冀鲁豫",
        "京冀津",
        "津京冀",
        "京津唐",
    ]:
        yield (
            text,
            tuple((at, at + 1, codes[letter]) for at, letter in enumerate(text) if letter in codes),
        )
    for structure, place_id in (("一核", "space-core"), ("双城", "space-twin-cities")):
        yield f'"{structure}"', ((1, 3, place_id),)


INNER_LETTERS = {"张(家口)承(德)生态功能区": ((0, 5, "张(家口)"), (5, 9, "承(德)"))}
"""Composites with what is named inside: start, end, form."""

_CAPITAL_CIRCLE = (
    "circle-capital",
    "circle-capital-commute",
    "circle-capital-function",
    "circle-capital-industry",
)
_HEBEI_ZONE = (
    "ftz-hebei",
    "ftz-hebei-xiongan",
    "ftz-hebei-zhengding",
    "ftz-hebei-caofeidian",
    "ftz-hebei-daxing",
)
_CENTRES = ("jjj-nctib", "ntic-tianjin", "ntic-hebei", "ntic-xiongan", "ntic-yanjiao")
_HUANGHUA = ("port-huanghua",)
_QINHUANGDAO = ("port-qinhuangdao",)

SUBORDINATE_PARTS = (
    ("雄安片区", "ftz-hebei-xiongan", _HEBEI_ZONE),
    ("正定片区", "ftz-hebei-zhengding", _HEBEI_ZONE),
    ("曹妃甸片区", "ftz-hebei-caofeidian", _HEBEI_ZONE),
    ("大兴机场片区", "ftz-hebei-daxing", _HEBEI_ZONE),
    ("天津港东疆片区", "ftz-tianjin-dongjiang", ("ftz-tianjin",)),
    ("天津机场片区", "ftz-tianjin-airport", ("ftz-tianjin",)),
    ("滨海新区中心商务片区", "ftz-tianjin-cbd", ("ftz-tianjin",)),
    ("天津中心", "ntic-tianjin", _CENTRES),
    ("河北中心", "ntic-hebei", _CENTRES),
    ("雄安中心", "ntic-xiongan", _CENTRES),
    ("燕郊中心", "ntic-yanjiao", _CENTRES),
    ("通勤圈", "circle-capital-commute", _CAPITAL_CIRCLE),
    ("功能圈", "circle-capital-function", _CAPITAL_CIRCLE),
    ("产业协同圈", "circle-capital-industry", _CAPITAL_CIRCLE),
    ("综合港区", "port-huanghua", _HUANGHUA),
    ("散货港区", "port-huanghua", _HUANGHUA),
    ("煤炭港区", "port-huanghua", _HUANGHUA),
    ("河口港区", "port-huanghua", _HUANGHUA),
    ("东港区", "port-qinhuangdao", _QINHUANGDAO),
    ("西港区", "port-qinhuangdao", _QINHUANGDAO),
)
"""Parts that a text names without their head once the head was named: what is written, place, heads."""
