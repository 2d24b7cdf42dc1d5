"""English names of places, and what around them makes something else of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jjjmap.catalogue.models import Place, PlaceKind
from jjjmap.text.names.words import words


@dataclass(frozen=True, slots=True)
class EnglishForm:
    """A way to write a name in English."""

    text: str
    rule: str
    is_sure: bool
    """Whether it needs no evidence: 'Daming' alone is more often something else than 大名."""


_LEVELS = (
    " Manchu and Mongol Autonomous County",
    " Manchu Autonomous County",
    " Hui Autonomous County",
    " Mining District",
    " District",
    " County",
    " City",
)
_KNOWN_STEMS = frozenset(
    words("""
    Haidian Fengtai Shijingshan Mentougou Fangshan Tongzhou Shunyi Changping Daxing Huairou Pinggu Miyun
    Yanqing Xiqing Jinnan Beichen Wuqing Baodi Ninghe Jinghai Zhengding Caofeidian Zhuozhou Gaobeidian
    Xianghe Zhangbei Huailai Chongli Xuanhua Beidaihe Shanhaiguan Fengnan Fengrun Qian'an Zunhua Renqiu
    Huanghua Bazhou Dingzhou Xinji Gu'an
""")
)
_OWN = {
    "region": ("Beijing-Tianjin-Hebei", "Jing-Jin-Ji", "Jingjinji"),
    "xiongan": ("Xiong'an New Area", "Xiong'an", "Xiongan New Area", "Xiongan"),
    "binhai": ("Binhai New Area", "Tianjin Binhai New Area"),
    "beijing-subcenter": (
        "Beijing Municipal Administrative Center",
        "Beijing Municipal Administrative Centre",
        "Beijing's sub-center",
        "Beijing's sub-centre",
        "Beijing sub-center",
        "Beijing sub-centre",
        "Beijing subcenter",
    ),
    "caofeidian": ("Caofeidian", "Caofeidian District", "Caofeidian Zone"),
    "110115": ("Beijing Economic-Technological Development Area", "Beijing E-Town", "Yizhuang"),
    "yanjiao": ("Yanjiao",),
    "teda": ("TEDA", "Tianjin Economic-Technological Development Area"),
    "eco-baiyangdian": ("Baiyangdian", "Baiyangdian Lake", "Lake Baiyangdian"),
    "bohai-newarea": ("Bohai New Area", "Cangzhou Bohai New Area"),
    "circle-capital": ("Capital metropolitan circle",),
    "130000": ("Hebei", "Hebei Province", "Hebei province"),
    "110000": ("Beijing", "Beijing Municipality", "Beijing City"),
    "120000": ("Tianjin", "Tianjin Municipality", "Tianjin City"),
}
_LEVELS_OF_ZONES = (
    ("High-Tech Industrial Development Zone", ("High-Tech Zone", "High-tech Zone", "Hi-Tech Zone")),
    (
        "Economic-Technological Development Area",
        ("Economic and Technological Development Area", "Economic and Technological Development Zone"),
    ),
    ("Pilot Free Trade Zone", ("Free Trade Zone", "FTZ")),
)
_ZONE_OF_CHINA = re.compile(r"China \((\w+)\) (Pilot Free Trade Zone)")
_REMARK = re.compile(r"\s*\([^()]*\)")


def english_forms(place: Place) -> Iterator[EnglishForm]:
    """Return the ways in which an English text may call a place."""
    for name in _OWN.get(place.id, ()):
        yield EnglishForm(name, "name", True)
    name = place.name_en
    if not name:
        return
    if place.kind.is_unit:
        yield from _unit_forms(place, name)
        return
    yield EnglishForm(name, "name", True)
    plain = _REMARK.sub("", _ZONE_OF_CHINA.sub(r"\1 \2", name))
    for long, others in _LEVELS_OF_ZONES:
        if long in plain:
            yield from (EnglishForm(plain.replace(long, other), "alias", True) for other in others)
    for form in (plain, plain.replace("Center", "Centre"), plain.replace(" cluster", " industrial cluster")):
        if form != name and len(form.split()) > 1:
            yield EnglishForm(form, "name", True)
    if place.kind is PlaceKind.PORT:
        yield EnglishForm(f"{name.removeprefix('Port of ')} Port", "name", True)
    if place.kind is PlaceKind.AIRPORT:
        yield EnglishForm(name.replace(" International", ""), "alias", True)
        yield EnglishForm(name.partition(" ")[2], "alias", True)
    short = place.short_en
    if len(short.split()) > 1 and place.kind not in (PlaceKind.CLUSTER, PlaceKind.SPATIAL_STRUCTURE):
        yield EnglishForm(short, "alias", True)


def _unit_forms(place: Place, name: str) -> Iterator[EnglishForm]:
    yield EnglishForm(name, "name", True)
    stem = name
    for level in _LEVELS:
        stem = stem.removesuffix(level)
    if place.kind is PlaceKind.CITY:
        yield EnglishForm(f"{name} City", "name", True)
        yield EnglishForm(f"{name} city", "name", True)
    elif stem != name and len(stem) > 4 and stem not in ("Hebei", "Binhai New Area"):
        yield EnglishForm(stem, "stem", stem in _KNOWN_STEMS)
        if name.endswith("Autonomous County"):
            yield EnglishForm(f"{stem} County", "name", True)


_INSTITUTION_BEHIND = re.compile(
    r"(?:['’]s)?(?: (?:[A-Z][\w'’&.-]*|of|and|for|the|&)){0,5}? "
    r"(?:University|Universities|College|School|Academy|Institute|Hospital|Bank|Group|Company|Corporation|Corp|Inc|Ltd|Co|"
    r"Daily|Evening|Times|Review|News|Steel|Hyundai|Benz|Motor|Motors|Automotive|Holdings|Pharmaceutical|Guoan|Opera|Duck)\b"
)
_INSTITUTION_BEFORE = re.compile(r"(?:University|Bank|College|Academy|Institute|Hospital) of $")


def names_institution(text: str, start: int, end: int) -> bool:
    """Whether an English name at ``text[start:end]`` is part of the name of a school, a firm and the like."""
    behind = _INSTITUTION_BEHIND.match(" ".join(text[end : end + 90].split(" ")).replace("\n", " "))
    before = text[max(0, start - 16) : start].replace("\n", " ")
    return behind is not None or _INSTITUTION_BEFORE.search(before) is not None


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a name in a text is no part of a longer English word."""
    before = text[start - 1 : start]
    after = text[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def is_written_as_name(text: str) -> bool:
    """Whether the words begin with capitals: names do, but for words such as 'port' and 'of'."""
    return text[:1].isupper()
