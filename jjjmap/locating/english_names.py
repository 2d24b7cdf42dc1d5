"""What English texts, and Chinese ones in pinyin, call units, zones and what lies elsewhere."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.locating.records import Rule
from jjjmap.text.names.words import words

MOST_WORDS = 10
"""No name has more words."""

_WORD = re.compile(r"[a-z]+|\d+")
_APOSTROPHES = re.compile(r"['’‘`]")
_SAME = {
    "dist": "district", "distr": "district", "prov": "province", "municipality": "city", "municipal": "city",
    "prefecture": "city", "technology": "tech", "technological": "tech", "technical": "tech",
    "industry": "industrial", "industries": "industrial",
}  # fmt: skip
_IDLE = frozenset(words("and the of national state level s"))
_ZONE_WORDS = frozenset(words("development demonstration economic bonded trade industrial tech"))
_KINDS = re.compile(
    r" (?:new area|mining district|(?:\w+ (?:and \w+ )?)?autonomous county|district|county|city)$"
)
_ENDINGS = (
    ("自治县", ("county", "xian", "zizhixian")),
    ("新区", ("newarea", "newdistrict", "xinqu", "district")),
    ("矿区", ("miningdistrict", "kuangqu", "district")),
    ("区", ("district", "qu")),
    ("县", ("county", "xian")),
    ("市", ("city", "shi")),
    ("省", ("province", "sheng")),
)  # fmt: skip
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_ACRONYM = re.compile(r"[A-Z]{3,6}")

GENERIC = re.compile(
    r"(?:(?P<tech>(?:new)?(?:high|hi)(?:new)?tech(?:industrial|industry)?(?:development)?(?:zone|park|district)|gaoxinqu)"
    r"|(?P<bonded>(?:comprehensivebonded|freetrade|bonded)(?:port)?zone|baoshuiqu)"
    r"|(?P<economic>(?:economic)?(?:tech)?developmentzone|etdz|kaifaqu|jingkaiqu))"
)
"""What many units have, named after them: words without gaps."""

_GENERIC_END = re.compile(f"(?:{GENERIC.pattern})$")
_NEW = re.compile(r"new(?:area|city|town)$")
SHORTEST_STEM = 4

ELSEWHERE = frozenset(
    words("""
    shanghai chongqing shanxi liaoning jilin heilongjiang jiangsu zhejiang anhui fujian jiangxi shandong
    henan hubei hunan guangdong hainan sichuan guizhou yunnan shaanxi gansu qinghai taiwan innermongolia
    neimenggu guangxi tibet xizang ningxia xinjiang hongkong macau macao taiyuan datong yangquan shenyang
    dalian anshan changchun harbin nanjing wuxi xuzhou changzhou suzhou nantong hangzhou ningbo wenzhou
    jiaxing shaoxing hefei wuhu fuzhou xiamen quanzhou nanchang jinan qingdao zibo yantai weifang weihai
    linyi dezhou zhengzhou luoyang anyang wuhan yichang changsha zhuzhou guangzhou shenzhen zhuhai foshan
    dongguan zhongshan huizhou haikou sanya chengdu mianyang guiyang kunming xian xianyang lanzhou xining
    hohhot huhehaote baotou chifeng ordos nanning guilin liuzhou yinchuan urumqi lhasa taipei kaohsiung
    pudong kunshan
    """)
)
"""Provinces and large cities outside of the region; of smaller ones the province is mostly told."""

NamesByKey = dict[str, list[tuple[str, Rule]]]
"""Places and how they are meant, by the words of a name without gaps."""


def plain_words(text: str) -> list[str]:
    """Return the words of a text: small letters, no accents, apostrophes or words that tell nothing."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(letter)
    )
    found: list[str] = []
    for word in _WORD.findall(_APOSTROPHES.sub("", bare)):
        plain = _SAME.get(word, word)
        if plain in _IDLE:
            continue
        if plain == "area" and found and found[-1] in _ZONE_WORDS:
            plain = "zone"
        found.append(plain)
    return found


def key_of(text: str) -> str:
    """Return the words of a name without gaps."""
    return "".join(plain_words(text))


def unit_keys(unit: Place) -> Iterator[tuple[str, Rule]]:
    """Yield the names of a unit: Caofeidian District, Caofeidian Qu, and Caofeidian alone."""
    yield key_of(unit.name_en), Rule.STEM if unit.kind is not PlaceKind.COUNTY else Rule.UNIT
    stem = key_of(_KINDS.sub("", unit.name_en.lower()))
    endings = next((kinds for ending, kinds in _ENDINGS if unit.name_zh.endswith(ending)), ())
    for ending in endings:
        yield stem + ending, Rule.UNIT
    # Of names with one syllable, and of 河北区, not enough would be left.
    if len(unit.name_zh) > 2 and unit.name_zh != "河北区":
        yield stem, Rule.STEM


def zone_keys(names: Iterable[str]) -> Iterator[str]:
    """Yield the names of a zone: the whole, without what stands in brackets, and its short form there."""
    for name in names:
        if not name.isascii() and not _is_latin(name):
            continue
        yield key_of(name)
        for inner in _BRACKETS.findall(name):
            if _ACRONYM.fullmatch(inner):
                yield inner.lower()
        bare = key_of(_BRACKETS.sub("", name))
        if len(bare) > SHORTEST_STEM:
            yield bare


def zone_stems(key: str) -> Iterator[str]:
    """Yield what is left of a zone's name: Xiong'an of Xiong'an New Area, Yanjiao of its High-Tech Zone."""
    for stem in (_NEW.sub("", key), _GENERIC_END.sub("", key)):
        if stem != key and len(stem) > SHORTEST_STEM:
            yield stem


def _is_latin(text: str) -> bool:
    return not any("\u2e80" <= letter <= "\uffef" for letter in text)


def english_unit_names(catalogue: Catalogue) -> NamesByKey:
    """Return the names of all units."""
    found: NamesByKey = {}
    for unit in catalogue.places.values():
        if unit.kind.is_unit:
            for key, rule in dict.fromkeys(unit_keys(unit)):
                known = found.setdefault(key, [])
                if all(one != unit.id for one, _rule in known):
                    known.append((unit.id, rule))
    return found
