"""All names that a text may call places, towns and chains by, and where they stand in it."""

import json
import logging
import re
from collections.abc import Iterator
from csv import DictReader
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np

from jjjmap import paths
from jjjmap.catalogue.models import REGION_ID, Catalogue, Place, PlaceKind
from jjjmap.text.names import contexts, elsewhere
from jjjmap.text.names.english import english_forms
from jjjmap.text.names.place_forms import (
    INNER_LETTERS,
    SUBORDINATE_PARTS,
    bracketed_stem,
    letters_of_provinces,
    unit_stem,
    written_forms,
)
from jjjmap.text.names.words import words
from jjjmap.text.normal_form import fold
from jjjmap.text.records import SubjectKind

logger = logging.getLogger(__name__)


class Weight(IntEnum):
    """How sure a form is to mean a place wherever it stands; the heavier of two that overlap stays."""

    SUFFIX = 0
    """Not a name: what makes an institution's name of the words before it."""
    LED = 1
    """Only behind a unit that holds it: 新立 behind 东丽区."""
    EVERYDAY = 2
    """Also a word: behind a unit, in a list of places, before a designation."""
    DOUBTFUL = 3
    """As above, or behind a preposition of place, or when its full name stands in the document."""
    TAIL = 4
    """Short for a place whose head was named before: 雄安片区 behind 河北自由贸易试验区."""
    STEM = 5
    """A place unless the context makes something else of it."""
    SURE = 6


class FormKind(IntEnum):
    """What a form is."""

    NAME = 0
    LETTERS = 1
    """京津: each letter is a name."""
    CHAIN = 2
    DESIGNATION = 3
    """What several places are called behind the units that they are named after: …创新应用先导区."""
    SUFFIX = 4
    ELSEWHERE = 5
    """A place outside the region."""
    PHRASE = 6
    """No name, though it holds one."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a mention may name, and where it lies."""

    id: str
    kind: SubjectKind
    name_zh: str
    name_en: str
    lon: float | None
    lat: float | None
    """Degrees, WGS-84; None for chains and for places that no source gives a position of."""
    place_kind: PlaceKind | None = None
    unit_codes: tuple[str, ...] = ()
    """GB/T 2260 codes of the units that it is or lies in, the smallest known; empty for chains."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a form may mean."""

    subject_id: str
    rule: str
    """As in `Mention.rule`."""
    rank: int
    """Places named by policy before units, larger units before smaller ones, towns last."""
    only_in: str = ""
    """City whose name has to stand nearby, for names that have passed to another unit since."""


@dataclass(slots=True)
class Form:
    """A way to write something, in normal form."""

    text: str
    kind: FormKind
    weight: Weight
    readings: list[Reading] = field(default_factory=list)
    """The likeliest first."""
    parts: tuple[tuple[int, int, str], ...] = ()
    """What is named inside: start, end, subject."""
    is_english: bool = False
    is_district: bool = False
    """Whether the name says what it is: 区, 县, 园, 新区 … at its end."""
    not_after: str = ""
    not_before: re.Pattern[str] | None = None
    heads: frozenset[str] = frozenset()
    """For a tail: one of these subjects has to be named before it."""
    designated: dict[tuple[str, ...], str] = field(default_factory=dict)
    """For a designation: which place it makes of the units before it."""

    def is_part_of_word(self, text: str, start: int) -> bool:
        """Whether what stands around it at ``text[start:]`` makes other words of its characters."""
        if self.not_after and start and text[start - 1] in self.not_after:
            return True
        return self.not_before is not None and bool(self.not_before.match(text, start + len(self.text)))

    @property
    def subject_id(self) -> str:
        """The likeliest meaning; empty where it has none."""
        return self.readings[0].subject_id if self.readings else ""


_POLICY, _PROVINCE, _CITY, _COUNTY, _OLD, _TOWN = range(6)
_UNIT_RANKS = {PlaceKind.PROVINCE: _PROVINCE, PlaceKind.CITY: _CITY, PlaceKind.COUNTY: _COUNTY}

_KNOWN_TOWNS = frozenset(
    words("""
    杨柳青 望京 良乡 卢沟桥 周口店 八达岭 古北口 回龙观 十三陵 潭柘寺 妙峰山 斋堂 琉璃河 牛栏山 葛沽
    大邱庄 王庆坨 汊沽港 团泊 军粮城 宋庄 张家湾 永乐店 小汤山 大红门 西红门 高丽营 来广营 西北旺 四季青
    王稳庄 张家窝 榆垡 礼贤 大直沽 中山门 丁字沽 陈塘庄 小白楼 劝业场 白洋桥 城南庄 西柏坡 雁栖 青云店
    采育 长辛店 台湖 于家务 北七家 八宝山
""")
)
_NO_TOWNS = frozenset(
    words("""
    体育中心 体育馆 鼓楼 桃园 新村 学府 新兴 东海 新立 东新 春华 向阳 城镇 城子 城南 兴南 万兴 无瑕
    中心桥 二号桥 友谊路 富民路 花园道 南市 马场 尖山 柳林 西城 凤凰 大屯 清河 新河 林西 仁厚 旧县 旧州
    广宁 安定 平阳 北河 石门 永宁 四海 温泉 桃花 宝山 长陵 高岭 清水 东风 香山 灵山 文德 大河 城寨 只里
    海淀 沙河 河北 渤海 山东庄 河西 新城 新安 兴安 李村 南村 双塘 双港 燕赵 大洋 向阳路 铁东路 月牙河
""")
)
_DESIGNATORS = words("""
    区 县 园 镇 乡 城 港 基地 片区 中心 机场 集群 小镇 廊道 高速 铁路
""")
_ZONE = "经济技术开发区"
_TOWN_SUFFIX = re.compile(r"(?:[满回]族)?[镇乡]$")


class Gazetteer:
    """The closed list of names. Immutable; made once by `build_gazetteer`."""

    def __init__(self, forms: dict[str, Form], subjects: dict[str, Subject]) -> None:
        self._forms = forms
        self._subjects = subjects
        lengths: dict[str, set[int]] = {}
        for text in forms:
            if len(text) > _SHORT:
                lengths.setdefault(text[: _SHORT + 1], set()).add(len(text))
        self._lengths = {begin: tuple(sorted(known, reverse=True)) for begin, known in lengths.items()}
        """Of the forms longer than `_SHORT`, by their first characters; the longer first."""
        self._pairs = np.zeros(1 << _HASH_BITS, dtype=bool)
        self._triples = np.zeros(1 << _HASH_BITS, dtype=bool)
        for pair in {text for text in forms if len(text) == 2}:
            self._pairs[_hashes(pair)[0]] = True
        for triple in {text[:3] for text in forms if len(text) > 2}:
            self._triples[_hashes(triple)[1]] = True

    def __len__(self) -> int:
        """Return how many forms are known."""
        return len(self._forms)

    def subject(self, subject_id: str) -> Subject | None:
        """Return what an id of a mention stands for; None for one that is not known."""
        return self._subjects.get(subject_id)

    def form(self, text: str) -> Form | None:
        """Return the form that a text in normal form is."""
        return self._forms.get(text)

    def occurrences(self, text: str) -> list[tuple[int, int, Form]]:
        """Return where forms stand in a text in normal form: start, end, form; in order, without overlap.

        Of two that overlap the longer stays that begins first, unless the later one is the surer. After
        `MOST_NAMES` nothing more is looked for: no text that somebody reads holds so many.
        """
        kept: list[tuple[int, int, Form]] = []
        last_end = 0
        forms, lengths = self._forms, self._lengths
        for start in self._beginnings(text):
            form = None
            for length in lengths.get(text[start : start + _SHORT + 1], ()):
                form = forms.get(text[start : start + length])
                if form is not None:
                    break
            else:
                form = (
                    forms.get(text[start : start + 4])
                    or forms.get(text[start : start + 3])
                    or forms.get(text[start : start + 2])
                )
            if form is None or form.is_part_of_word(text, start):
                continue
            end = start + len(form.text)
            if start >= last_end:
                if len(kept) >= MOST_NAMES:
                    break
                kept.append((start, end, form))
                last_end = end
            elif end > last_end and form.weight > kept[-1][2].weight:
                kept[-1] = (start, end, form)
                last_end = end
        return kept

    def _beginnings(self, text: str) -> list[int]:
        """Return where forms may begin: all places where one does, and a few more.

        An automaton (pyahocorasick) needs five times as long for the whole: some two thousand characters
        begin a name, and it looks through them one by one. Here most places are never looked at.
        """
        if len(text) < 2:
            return []
        pairs, triples = _hashes(text)
        begins = self._pairs[pairs]
        begins[:-1] |= self._triples[triples]
        return list(np.flatnonzero(begins).tolist())

    def lies_in(self, inner_id: str, outer_id: str) -> bool:
        """Whether all of what one subject takes up lies in a unit or an area."""
        outer, inner = self._subjects.get(outer_id), self._subjects.get(inner_id)
        if outer is None or inner is None or inner_id == outer_id or not inner.unit_codes:
            return False
        if outer.place_kind is None or outer.id == REGION_ID:
            return False
        if outer.place_kind.is_unit:
            is_unit = inner.place_kind is not None and inner.place_kind.is_unit
            if is_unit and _level(inner.id) <= _level(outer.id):
                return False
            return all(code.startswith(_prefix(outer.id)) for code in inner.unit_codes)
        if outer.place_kind not in (PlaceKind.WING, PlaceKind.ZONE):
            return False
        return set(inner.unit_codes) <= set(outer.unit_codes) and inner.unit_codes != outer.unit_codes


_HASH_BITS = 20
MOST_NAMES = 300_000
"""So many names are found in one text; what a hostile one repeats beyond that would fill the memory."""

_SHORT = 4
"""Forms up to this length are looked up directly, longer ones by their beginning first."""

_Hashes = np.ndarray[tuple[int], np.dtype[np.uint32]]


def _hashes(text: str) -> tuple[_Hashes, _Hashes]:
    """Return a number below 2^20 for each two, and for each three characters that follow one another."""
    units = np.frombuffer(text.encode("utf-16-le"), dtype="<u2").astype(np.uint32)
    pairs = units[:-1] * np.uint32(0x9E3779B1) + units[1:] * np.uint32(0x85EBCA6B)
    triples = pairs[:-1] + units[2:] * np.uint32(0xC2B2AE35)
    shift = np.uint32(32 - _HASH_BITS)
    return pairs >> shift, triples >> shift


def _level(code: str) -> int:
    return 0 if code.endswith("0000") else 1 if code.endswith("00") else 2


def _prefix(code: str) -> str:
    return code[: (2, 4, 6)[_level(code)]]


def build_gazetteer(
    catalogue: Catalogue, *, aliases_file: Path | None = None, towns_file: Path | None = None
) -> Gazetteer:
    """Make the list of names from the catalogue, the old names of units and the towns of the basemap.

    Parameters
    ----------
    catalogue
        With its administrative units.
    aliases_file, towns_file
        Instead of the shipped ``unit_aliases.csv`` and ``towns.geojson``.
    """
    builder = _Builder(catalogue)
    builder.add_places()
    builder.add_old_names(aliases_file or paths.RESOURCES / "catalogue" / "unit_aliases.csv")
    builder.add_towns(towns_file or paths.GEODATA / "base" / "towns.geojson")
    builder.add_letters()
    builder.add_tails()
    builder.add_designations()
    builder.add_chains()
    builder.add_contexts()
    gazetteer = Gazetteer(builder.finished_forms(), builder.subjects)
    _name_inside_designations(gazetteer, builder.designations)
    return gazetteer


def _name_inside_designations(gazetteer: Gazetteer, designations: list[Form]) -> None:
    """Say what 与北三县一体化高质量发展示范区 names where it designates nothing."""
    for form in designations:
        form.parts = tuple(
            (start, end, inner.subject_id)
            for start, end, inner in gazetteer.occurrences(form.text[:-1])
            if inner.kind is FormKind.NAME and inner.weight >= Weight.STEM and not inner.is_english
        )


class _Builder:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._towns: list[tuple[str, str, str]] = []
        self._forms: dict[str, Form] = {}
        self.subjects: dict[str, Subject] = {}
        self.designations: list[Form] = []
        self._units = [place for place in catalogue.places.values() if place.kind.is_unit]

    def add_places(self) -> None:
        for place in self._catalogue.places.values():
            self.subjects[place.id] = _subject_of(place)
            if place.kind.is_unit:
                self._add_unit(place)
            else:
                for name in written_forms(place):
                    self._add_policy_name(place, name)
            for form in english_forms(place):
                self._add(
                    form.text,
                    Reading(place.id, form.rule, _UNIT_RANKS.get(place.kind, _POLICY)),
                    Weight.STEM if form.is_sure else Weight.EVERYDAY,
                    is_english=True,
                )

    def _add_unit(self, unit: Place) -> None:
        rank = _UNIT_RANKS[unit.kind]
        self._add(unit.name_zh, Reading(unit.id, "name", rank), Weight.SURE)
        for stem in unit_stem(unit.name_zh):
            self._add(stem, Reading(unit.id, "stem", rank), _weight_of_stem(stem))
            if unit.kind is not PlaceKind.PROVINCE:
                bracketed = bracketed_stem(stem)
                if bracketed:
                    self._add(bracketed, Reading(unit.id, "composite", rank), Weight.STEM)
            if "自治县" in unit.name_zh:
                self._add(f"{stem}县", Reading(unit.id, "name", rank), Weight.SURE)

    def _add_policy_name(self, place: Place, name: str) -> None:
        text = fold(name)
        if place.kind is PlaceKind.CLUSTER:
            self._add_led_in_full(place, text)
        rule = "name" if name in (place.name_zh, place.short_zh) else "alias"
        weight = Weight.EVERYDAY if text in contexts.STRUCTURES else _weight_of_stem(text)
        if weight is Weight.STEM and (len(text) > 3 or place.id == REGION_ID):
            weight = Weight.SURE
        self._add(text, Reading(place.id, rule, _POLICY), weight)

    def _add_led_in_full(self, place: Place, text: str) -> None:
        """石家庄市生物医药产业集群 for 石家庄生物医药产业集群."""
        for unit in self._units:
            for stem in unit_stem(unit.name_zh):
                is_led = text.startswith(stem) and not text.startswith(unit.name_zh)
                if is_led and unit.id in place.area_adcodes:
                    full = unit.name_zh + text.removeprefix(stem)
                    self._add(full, Reading(place.id, "alias", _POLICY), Weight.SURE)

    def add_old_names(self, file: Path) -> None:
        for row in _rows(file):
            unit_id, kind = row["adcode"], row["kind"]
            if unit_id not in self.subjects:
                logger.warning("%s: unknown unit %s", file.name, unit_id)
                continue
            rule = "old-name" if kind in ("merged", "renamed") else "alias"
            name, only_in = row["name_zh"], row["only_in"]
            weight = _weight_of_stem(name) if kind in ("zone", "place") else Weight.SURE
            self._add(name, Reading(unit_id, rule, _OLD, only_in), weight)
            if name.endswith(_ZONE):
                for shorter in ("经开区", "开发区"):
                    brief = name.removesuffix(_ZONE) + shorter
                    self._add(brief, Reading(unit_id, rule, _OLD, only_in), weight)
            if kind == "merged" and len(name) > 2 and not only_in:
                stem = name[:-1]
                if fold(stem) not in self._forms:
                    self._add(stem, Reading(unit_id, rule, _OLD), _weight_of_stem(stem))

    def add_towns(self, file: Path) -> None:
        for feature in _features(file):
            properties = feature["properties"]
            name, adcode = str(properties["name_zh"]), str(properties["adcode"])
            form = self._forms.get(fold(name))
            if form is not None or name in _NO_TOWNS or name.startswith("张家口市"):
                continue
            town_id = str(feature["id"])
            lon, lat = feature["geometry"]["coordinates"]
            stem = _TOWN_SUFFIX.sub("", name)
            is_short = len(name) == 2 and name not in _KNOWN_TOWNS
            if stem == name and (is_short or name.endswith(("区", "县", "市"))):
                continue
            self.subjects[town_id] = Subject(
                town_id,
                SubjectKind.TOWN,
                name,
                str(properties["name_en"]),
                lon,
                lat,
                unit_codes=(adcode,),
            )
            self._towns.append((name, stem, town_id))
        for name, stem, town_id in self._towns:
            known = Weight.STEM if stem in _KNOWN_TOWNS else Weight.LED
            self._add(name, Reading(town_id, "town", _TOWN), Weight.SURE if name != stem else known)
        for name, stem, town_id in self._towns:
            if stem != name and len(stem) > 1 and stem not in _NO_TOWNS:
                form = self._forms.get(stem)
                if form is None or form.readings[0].rank == _TOWN:
                    known = Weight.STEM if stem in _KNOWN_TOWNS else Weight.LED
                    self._add(stem, Reading(town_id, "town", _TOWN), known)

    def add_letters(self) -> None:
        for text, parts in letters_of_provinces():
            self._forms[text] = Form(text, FormKind.LETTERS, Weight.STEM, parts=parts)

    def add_tails(self) -> None:
        for tail, place_id, heads in SUBORDINATE_PARTS:
            known = frozenset(head for head in heads if head in self.subjects)
            if place_id in self.subjects and known and fold(tail) not in self._forms:
                self._forms[fold(tail)] = Form(
                    fold(tail),
                    FormKind.NAME,
                    Weight.TAIL,
                    [Reading(place_id, "composite", _POLICY)],
                    heads=known,
                    is_district=True,
                )

    def add_designations(self) -> None:
        """Part names of places into units and what follows: 天津（西青） and 国家级车联网先导区."""
        designated: dict[str, dict[tuple[str, ...], str]] = {}
        for form in list(self._forms.values()):
            if form.kind is not FormKind.NAME or form.is_english or form.readings[0].rank != _POLICY:
                continue
            units, inner, rest = self._leading_units(form.text)
            if not units or len(rest) < 3:
                continue
            if inner:
                form.parts = inner
            designated.setdefault(rest, {})[units] = form.subject_id
        for rest, places in designated.items():
            known = self._forms.get(rest)
            if known is None:
                form = Form(rest, FormKind.DESIGNATION, Weight.SUFFIX, designated=places)
                self._forms[rest] = form
                self.designations.append(form)
            else:
                known.designated = places

    def _leading_units(self, text: str) -> tuple[tuple[str, ...], tuple[tuple[int, int, str], ...], str]:
        first = self._leading_unit(text, 0)
        if first is None:
            return (), (), ""
        end, first_id = first
        parts: tuple[tuple[int, int, str], ...] = ((0, end, first_id),)
        if end < len(text) and text[end] == "(":
            second = self._leading_unit(text, end + 1)
            if second is None or second[0] >= len(text) or text[second[0]] != ")":
                return (), (), ""
            if not self._is_within(second[1], first_id):
                return (), (), ""
            parts += ((end + 1, second[0], second[1]),)
            return (first_id, second[1]), parts, text[second[0] + 1 :]
        return (first_id,), (), text[end:]

    def _is_within(self, inner_id: str, unit_id: str) -> bool:
        codes = self.subjects[inner_id].unit_codes
        return inner_id != unit_id and all(code.startswith(_prefix(unit_id)) for code in codes)

    def _leading_unit(self, text: str, start: int) -> tuple[int, str] | None:
        for length in range(min(8, len(text) - start), 1, -1):
            form = self._forms.get(text[start : start + length])
            if form is None or form.kind is not FormKind.NAME or not form.readings or form.is_english:
                continue
            subject = self.subjects[form.subject_id]
            is_area = subject.place_kind in (PlaceKind.WING, PlaceKind.ZONE) and start + length < len(text)
            if subject.place_kind is not None and (subject.place_kind.is_unit or is_area):
                return start + length, subject.id
        return None

    def add_chains(self) -> None:
        for chain in self._catalogue.chains.values():
            name_zh = chain.name_zh_2024 or chain.name_zh_2023
            self.subjects[chain.id] = Subject(chain.id, SubjectKind.CHAIN, name_zh, chain.name_en, None, None)
            for name in (chain.name_zh_2023, chain.name_zh_2024):
                text = fold(name)
                if text and text not in self._forms:
                    self._forms[text] = Form(
                        text, FormKind.CHAIN, Weight.DOUBTFUL, [Reading(chain.id, "chain", _POLICY)]
                    )

    def add_contexts(self) -> None:
        for name in elsewhere.AREAS:
            self._add_context(name, FormKind.PHRASE, Weight.STEM)
        for name in elsewhere.PROVINCES + elsewhere.CITIES:
            for suffix in ("", *elsewhere.SUFFIXES):
                # No surer than a stem: 河北海港区 must not become 北海.
                self._add_context(name + suffix, FormKind.ELSEWHERE, Weight.STEM)
        for phrase in contexts.EVERYDAY_PHRASES:
            self._add_context(phrase, FormKind.PHRASE, Weight.SURE)
        for word in (*contexts.INSTITUTIONS, *contexts.REGISTERED_FIRMS):
            self._add_context(word, FormKind.SUFFIX, Weight.SUFFIX)

    def _add_context(self, text: str, kind: FormKind, weight: Weight) -> None:
        text = fold(text)
        if text not in self._forms:
            self._forms[text] = Form(text, kind, weight)

    def _add(self, name: str, reading: Reading, weight: Weight, *, is_english: bool = False) -> None:
        text = fold(name)
        form = self._forms.get(text)
        if form is None:
            self._forms[text] = Form(
                text,
                FormKind.NAME,
                weight,
                [reading],
                is_english=is_english,
                is_district=len(text) > 2 and text.endswith(_DESIGNATORS),
                not_after=contexts.NOT_AFTER.get(text, ""),
                not_before=re.compile(behind) if (behind := contexts.NOT_BEFORE.get(text)) else None,
            )
        elif all(known.subject_id != reading.subject_id for known in form.readings):
            form.readings.append(reading)

    def finished_forms(self) -> dict[str, Form]:
        for form in self._forms.values():
            form.readings.sort(key=lambda reading: (reading.rank, reading.subject_id))
            for start, end, letters in INNER_LETTERS.get(form.text, ()):
                inner = self._forms.get(letters)
                if inner is not None and inner.readings:
                    form.parts += ((start, end, inner.subject_id),)
        return self._forms


def _weight_of_stem(stem: str) -> Weight:
    if stem in contexts.EVERYDAY:
        return Weight.EVERYDAY
    return Weight.DOUBTFUL if stem in contexts.DOUBTFUL else Weight.STEM


def _subject_of(place: Place) -> Subject:
    county = (place.county_adcode,) if place.county_adcode else ()
    codes = (place.id,) if place.kind.is_unit else place.area_adcodes or county
    return Subject(
        place.id, SubjectKind.PLACE, place.name_zh, place.name_en, place.lon, place.lat, place.kind, codes
    )


def _rows(file: Path) -> Iterator[dict[str, str]]:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            yield from DictReader(lines)
    except OSError as error:
        logger.warning("Old names of units are missing: %s", error)


def _features(file: Path) -> list[dict[str, Any]]:
    try:
        return list(json.loads(file.read_text("utf-8"))["features"])
    except (OSError, ValueError, KeyError) as error:
        logger.warning("Towns are missing: %s", error)
        return []
