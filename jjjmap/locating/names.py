"""All names that a row may call units, towns, parks and roads by, and what each may mean."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.locating.english_names import ELSEWHERE, english_unit_names, zone_keys, zone_stems
from jjjmap.locating.records import Closeness, Level, Rule
from jjjmap.locating.spots import (
    GROUNDS,
    Locality,
    Spot,
    Township,
    catalogue_spots,
    code_of,
    prefix_of,
    read_localities,
    read_townships,
    read_units_elsewhere,
)
from jjjmap.text.names import contexts, elsewhere
from jjjmap.text.names.place_forms import unit_stem, written_forms
from jjjmap.text.normal_form import fold

GENERIC_ZONE = re.compile(
    r"(?:国家级?|省级)?(?:"
    r"(?P<tech>高新技术产业(?:开发|示范)?(?:区|园区)|高新技术(?:开发)?区|高新产业(?:开发)?区|高新(?:开发)?区|高新园区|新技术产业园区)"
    r"|(?P<bonded>综合保税(?:港)?区|保税(?:港|物流园)?区|综保区)"
    r"|(?P<economic>经济技术开发区|经济开发区|经济技术开发新区|经开区|经开发区|开发区|技术开发区)"
    r"|(?P<industry>工业园区|工业园|产业园区|工业区|工业集聚区|工业聚集区|产业集聚区|产业聚集区|产业新城|科技园区)"
    r")"
)
"""What many units have, named after them."""

PORT_KINDS = frozenset({PlaceKind.PORT, PlaceKind.PORT_AREA})
QUAY = re.compile(r".{0,4}(?:码头|泊位|港区|作业区|锚地)")
"""What behind 某某港 tells that the port is meant."""

NATIONS = re.compile(r"(?:满族|回族|蒙古族)+(?=[乡镇]$)")
_TOWN_ENDING = re.compile(r"(?:街道|地区|镇|乡)$")
_BARE_TOWNS = frozenset(
    [
        "开发区",
        "中心",
        "新城",
        "新区",
        "城关",
        "城区",
        "城东",
        "城西",
        "城南",
        "城北",
        "西关",
        "东关",
        "南关",
        "北关",
        "开发",
        "高新",
        "新华",
        "新兴",
        "建设",
        "和平",
        "解放",
        "人民",
        "中山",
        "中华",
        "友谊",
        "向阳",
        "东风",
        "光明",
        "团结",
        "胜利",
        "红旗",
        "裕华",
        "建国",
        "永安",
        "长安",
        "平安",
        "兴安",
        "太平",
        "新村",
        "新立",
        "东方",
        "南环",
        "北环",
        "工业",
        "商业",
        "广场",
        "花园",
        "公园",
        "体育",
        "大学",
        "学院",
        "学府",
        "科技",
        "园区",
        "汽车",
        "机械",
        "化工",
        "钢铁",
        "石油",
        "电力",
        "铁路",
        "火车站",
        "车站",
        "站前",
        "东兴",
        "东升",
        "西山",
        "北山",
        "南山",
        "东山",
        "大庄",
        "新庄",
        "马路",
        "桥头",
        "河东",
        "河西",
        "河北",
        "河南",
        "东城",
        "西城",
        "南城",
        "北城",
        "北京",
        "天津",
        "上海",
    ]
)
"""Towns whose bare name is a word."""

MOST_COUNTIES = 4
"""Of a zone in more of them nothing is left when its lead is taken away."""
SHORTEST_REST = 4
SHORTEST_ENGLISH = 3
LONGEST_ACRONYM = 6
_UNIT_FIRST = re.compile(r"[市区县镇乡·(-]")

SURE_SHORT = frozenset(["亦庄", "燕郊", "白沟", "雄安", "泰达", "东疆", "胜芳", "曹妃甸", "天津港"])
"""Short names of zones that are nothing else."""

_NO_ZONES = frozenset(
    [
        "乐城",
        "永定城",
        "明珠商贸城",
        "国创中心",
        "北三县",
        "泰达",
        "大开发区",
        "南港",
        "秦皇岛分园",
        '首都"两区"',
        "保定·中关村",
        "翠湖科技园",
        "永丰基地",
    ]
)
"""Forms of the catalogue that a firm list means otherwise, or that `localities.csv` has."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a name may stand for."""

    spot_id: str
    """Of the unit, town or zone; for a road the unit that it tells."""
    rule: Rule
    codes: tuple[str, ...]
    """Prefixes: where it is, or may be if several."""
    namesakes: int = 0
    """How many outside of the region have the name."""
    is_word: bool = False
    """Also something else: only right behind a unit that holds it."""
    is_doubtful: bool = False
    """Mostly this place, but not always: 高阳, 海兴."""
    is_port: bool = False
    leads: frozenset[str] = frozenset()
    """If any: right only behind one of these names, or with nothing before it in one of these counties."""


class NameIndex:
    """The closed list of names, in plain characters (`fold`). Immutable; made once by `build_names`."""

    def __init__(
        self,
        forms: dict[str, tuple[Meaning, ...]],
        spots: dict[str, Spot],
        generic: dict[tuple[str, str], str],
        localities: dict[str, str],
        english: dict[str, tuple[Meaning, ...]],
        old_namesakes: frozenset[str],
    ) -> None:
        self.english = english
        """By the words of English names and pinyin, without gaps; see `english_names.key_of`."""
        self.old_namesakes = old_namesakes
        """Names that units of today have, and that a unit of another city once had: 桥东区."""
        self.localities = localities
        """Spots of the zones of ``localities.csv``, by the id that they have there."""
        self.spots = spots
        self.forms = forms
        self._generic = generic
        lengths: dict[str, set[int]] = {}
        for form in forms:
            lengths.setdefault(form[:2], set()).add(len(form))
        self.lengths = {pair: tuple(sorted(known, reverse=True)) for pair, known in lengths.items()}
        """How long the names are that begin with two characters, the longest first."""

    def generic_zone(self, prefix: str, word: str) -> str:
        """Return the zone that a unit's 开发区, 高新区 … is; empty if none is known.

        Parameters
        ----------
        prefix
            Of the unit's code.
        word
            Name of a group of `GENERIC_ZONE`.
        """
        found = self._generic.get((prefix, word))
        if found is None and word == "economic":
            return self._generic.get((prefix, "tech"), "")
        return found or ""

    def zones_called(self, word: str) -> tuple[str, ...]:
        """Return all zones that are some unit's 开发区, 高新区 …."""
        return tuple(
            dict.fromkeys(spot_id for (_prefix, one), spot_id in self._generic.items() if one == word)
        )


def build_names(
    catalogue: Catalogue,
    *,
    townships: Iterable[Township] | None = None,
    localities: Iterable[Locality] | None = None,
    units_elsewhere: frozenset[str] | None = None,
) -> NameIndex:
    """Make the list of names from the catalogue and the lists of ``resources/locating``; others for tests."""
    builder = _Builder(catalogue, read_units_elsewhere() if units_elsewhere is None else units_elsewhere)
    builder.add_units()
    builder.add_old_names()
    builder.add_localities(read_localities() if localities is None else localities)
    builder.add_grounds()
    towns = list(read_townships() if townships is None else townships)
    builder.add_rests(towns)
    builder.add_towns(towns)
    builder.add_elsewhere()
    builder.add_english()
    return NameIndex(
        {form: tuple(meanings) for form, meanings in builder.forms.items()},
        builder.spots,
        builder.generic,
        builder.localities,
        {key: tuple(meanings) for key, meanings in builder.english.items()},
        frozenset(
            form
            for form, meanings in builder.forms.items()
            if {Rule.UNIT, Rule.OLD_NAME} <= {meaning.rule for meaning in meanings}
        ),
    )


def meets_any(prefixes: Iterable[str], code: str) -> bool:
    """Whether a unit is or lies in one of others."""
    return any(code.startswith(prefix) for prefix in prefixes)


def _called(unit: Place) -> tuple[str, ...]:
    return (unit.name_zh, *unit_stem(unit.name_zh))


class _Builder:
    def __init__(self, catalogue: Catalogue, units_elsewhere: frozenset[str]) -> None:
        self._catalogue = catalogue
        self._elsewhere = units_elsewhere
        self.spots = {spot.id: spot for spot in catalogue_spots(catalogue)}
        self.forms: dict[str, list[Meaning]] = {}
        self.generic: dict[tuple[str, str], str] = {}
        self.localities: dict[str, str] = {}
        self.english: dict[str, list[Meaning]] = {}
        self._english_zones: list[tuple[Meaning, tuple[str, ...]]] = []
        self._grounds = {
            place.id: tuple(name for name in written_forms(place) if fold(name) not in _NO_ZONES)
            for place in catalogue.places.values()
            if place.kind in GROUNDS and place.id in self.spots and not self._is_unit_too(place)
        }
        """The names of parks, ports … in the catalogue, by their ids."""
        self._units = [place for place in catalogue.places.values() if place.kind.is_unit]

    def _is_unit_too(self, place: Place) -> bool:
        return place.kind is PlaceKind.ZONE and len(self.spots[place.id].codes) == 1

    def add_units(self) -> None:
        for unit in self._units:
            prefix = prefix_of(unit.id)
            namesakes = int(unit.name_zh in self._elsewhere)
            self._add(unit.name_zh, Meaning(unit.id, Rule.UNIT, (prefix,), namesakes))
            for stem in unit_stem(unit.name_zh):
                is_word, is_doubtful = stem in contexts.EVERYDAY, stem in contexts.DOUBTFUL
                self._add(stem, Meaning(unit.id, Rule.STEM, (prefix,), namesakes, is_word, is_doubtful))
                if "自治县" in unit.name_zh:
                    self._add(f"{stem}县", Meaning(unit.id, Rule.UNIT, (prefix,)))

    def add_old_names(self) -> None:
        for alias in self._catalogue.unit_aliases:
            if not alias.is_old_name or alias.adcode not in self.spots:
                continue
            codes = (prefix_of(alias.adcode),)
            # A name that has passed to another unit is the old one's only behind its city.
            meaning = Meaning(alias.adcode, Rule.OLD_NAME, codes, is_word=bool(alias.only_in))
            self._add(alias.name_zh, meaning)
            stem = alias.name_zh[:-1]
            if alias.kind in ("merged", "renamed") and len(stem) > 1 and stem not in self.forms:
                self._add(stem, Meaning(alias.adcode, Rule.OLD_NAME, codes, is_word=True))

    def add_localities(self, localities: Iterable[Locality]) -> None:
        rules = {
            "zone": Rule.ZONE,
            "place": Rule.PLACE,
            "road": Rule.ROAD,
            "old": Rule.OLD_NAME,
            "short": Rule.UNIT,
        }
        owners: dict[str, set[str]] = {}
        for place_id, forms in self._grounds.items():
            for form in forms:
                for called in self._with_whole_units(fold(form), self.spots[place_id].codes):
                    owners.setdefault(called, set()).add(place_id)
        for locality in localities:
            codes = tuple(code for code in locality.codes if code in self.spots)
            if not codes:
                continue
            rule = rules[locality.kind]
            spot_id = locality.place_id if locality.place_id in self.spots else ""
            if spot_id and self.spots[spot_id].level < Level.ZONE:
                spot_id = ""
            if rule is Rule.ZONE and not spot_id:
                spot_id = f"zone-{locality.id}"
                self.spots[spot_id] = Spot(
                    spot_id,
                    Level.ZONE,
                    locality.name_zh,
                    locality.name_en,
                    codes,
                    None,
                    None,
                    Closeness.COUNTY,
                )
            if rule is Rule.ZONE:
                self.localities[locality.id] = spot_id
                spot = self.spots[spot_id]
                if more := tuple(code for code in codes if not meets_any(spot.codes, code)):
                    self.spots[spot_id] = replace(spot, codes=spot.codes + more)
            meaning = Meaning(spot_id or code_of(codes[0]), rule, codes, is_word=locality.kind == "short")
            is_own = rule in (Rule.ZONE, Rule.PLACE)
            for name in (locality.name_zh, *locality.aliases) if is_own else locality.aliases:
                # What the catalogue calls so goes before what we took it for.
                if not owners.get(fold(name), {spot_id}) - {spot_id}:
                    self._add_zone(name, meaning)
                if locality.kind == "old":
                    self._add_old_rest(name, meaning)
            if is_own:
                self._english_zones.append((meaning, (locality.name_en, *locality.aliases)))

    def _add_old_rest(self, name: str, meaning: Meaning) -> None:
        """Let 桥东区 mean what 石家庄市桥东区 was where 石家庄 is told elsewhere."""
        city = self._catalogue.places.get(code_of(meaning.codes[0][:4]))
        if city is not None and name.startswith(city.name_zh) and len(name) - len(city.name_zh) > 2:
            rest = name.removeprefix(city.name_zh)
            self._add(rest, Meaning(meaning.spot_id, Rule.OLD_NAME, meaning.codes, is_word=True))

    def add_grounds(self) -> None:
        for place_id, names in self._grounds.items():
            place, spot = self._catalogue.places[place_id], self.spots[place_id]
            meaning = Meaning(place_id, Rule.ZONE, spot.codes, is_port=place.kind in PORT_KINDS)
            for name in names:
                self._add_zone(name, meaning)
            # PEK and ZBAA are no names for a site beside the airport.
            aliases = () if place.kind is PlaceKind.AIRPORT else place.aliases
            self._english_zones.append((meaning, (place.name_en, place.short_en, *aliases)))

    def add_rests(self, towns: Iterable[Township]) -> None:
        """Add zones' names without the unit or town that leads them: 大兴区 + 生物医药产业基地."""
        stems: dict[str, set[str]] = {}
        for town in towns:
            stem = _TOWN_ENDING.sub("", NATIONS.sub("", town.spot.name_zh))
            if len(stem) > 1:
                stems.setdefault(town.spot.codes[0], set()).add(stem)
        found: dict[str, dict[str, Meaning]] = {}
        for form, meanings in tuple(self.forms.items()):
            for meaning in meanings:
                if meaning.rule is not Rule.ZONE or len(meaning.codes) > MOST_COUNTIES:
                    continue
                for lead, written in self._leads(meaning.codes, stems):
                    rest = form.removeprefix(lead)
                    if rest == form or len(rest) < SHORTEST_REST or GENERIC_ZONE.fullmatch(rest):
                        continue
                    if rest in self.forms or _UNIT_FIRST.match(rest):
                        continue
                    known = found.setdefault(rest, {}).get(meaning.spot_id, meaning)
                    found[rest][meaning.spot_id] = replace(known, leads=known.leads | written)
        for rest, by_spot in found.items():
            self.forms[rest] = list(by_spot.values())

    def _leads(
        self, codes: tuple[str, ...], stems: dict[str, set[str]]
    ) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield what a zone's name may begin with, and how that may be written, for units with the code."""
        for code in codes:
            for unit in self._units_above(code):
                called = _called(unit)
                for lead in called:
                    yield lead, frozenset((*called, *((unit.id,) if len(code) == 6 else ())))
            for stem in stems.get(code, ()):
                yield stem, frozenset((stem, *(stem + ending for ending in ("镇", "乡", "街道", "地区"))))

    def _units_above(self, code: str) -> list[Place]:
        prefixes = dict.fromkeys((code[:2], code[:4], code))
        return [unit for one in prefixes if (unit := self._catalogue.places.get(code_of(one))) is not None]

    def _with_whole_units(self, form: str, codes: tuple[str, ...]) -> Iterator[str]:
        """Yield 唐山高新区 and 唐山市高新区."""
        yield form
        for code in codes:
            for unit in self._units_above(code):
                for stem in unit_stem(unit.name_zh):
                    if form.startswith(stem) and not form.startswith(unit.name_zh):
                        yield unit.name_zh + form.removeprefix(stem)

    def _add_zone(self, name: str, meaning: Meaning) -> None:
        form = fold(name)
        if not meaning.is_word and any(
            known.rule in (Rule.UNIT, Rule.STEM) for known in self.forms.get(form, ())
        ):
            return
        self._add(form, meaning)
        if meaning.rule is not Rule.ZONE:
            return
        for code in meaning.codes:
            for unit in self._units_above(code):
                for called in _called(unit):
                    rest = (
                        GENERIC_ZONE.fullmatch(form.removeprefix(called)) if form.startswith(called) else None
                    )
                    if rest is not None:
                        self.generic.setdefault((prefix_of(unit.id), rest.lastgroup or ""), meaning.spot_id)
                        # 唐山市高新区 as well as 唐山高新区.
                        self._add(unit.name_zh + form.removeprefix(called), meaning)

    def add_english(self) -> None:
        """Add English names and pinyin; acronyms of zones stand in Chinese texts as well."""
        cities = {unit.id for unit in self._units if unit.kind is not PlaceKind.COUNTY}
        for key, named in english_unit_names(self._catalogue).items():
            # Chengde is the city rather than the county.
            wanted = [(unit_id, rule) for unit_id, rule in named if unit_id in cities] or named
            self.english[key] = [
                Meaning(unit_id, rule, (prefix_of(unit_id),), is_word=self._is_word(unit_id, rule))
                for unit_id, rule in wanted
            ]
        keys = [
            (meaning, key)
            for meaning, names in self._english_zones
            for key in dict.fromkeys(zone_keys(names))
            if len(key) >= SHORTEST_ENGLISH and not key.isdigit()
        ]
        for meaning, key in keys:
            self.english.setdefault(key, [meaning])
            if len(key) <= LONGEST_ACRONYM and meaning.rule is Rule.ZONE:
                self.forms.setdefault(key, [meaning])
        # A new area goes before a park in it.
        for meaning, key in sorted(keys, key=lambda one: not one[1].endswith("newarea")):
            for stem in zone_stems(key):
                if stem in ELSEWHERE:
                    continue
                self.english.setdefault(stem, [meaning])

    def _is_word(self, unit_id: str, rule: Rule) -> bool:
        stems = unit_stem(self._catalogue.places[unit_id].name_zh)
        return rule is Rule.STEM and any(stem in contexts.EVERYDAY for stem in stems)

    def add_towns(self, towns: list[Township]) -> None:
        for town in towns:
            spot = town.spot
            if spot.codes[0] not in self.spots:
                continue
            self.spots[spot.id] = spot
            meaning = Meaning(spot.id, Rule.TOWN, spot.codes, town.namesakes)
            plain = NATIONS.sub("", spot.name_zh)
            stem = _TOWN_ENDING.sub("", plain)
            forms = {spot.name_zh, plain}
            if spot.name_zh.endswith(("街道", "地区")):
                forms |= {f"{stem}街道", f"{stem}街道办", f"{stem}街道办事处", f"{stem}地区"}
            if len(stem) > 1:
                # Towns become streets and townships towns; lists keep the old endings for years.
                forms |= {f"{stem}镇", f"{stem}乡"}
            for form in forms:
                self._add(form, meaning)
            if len(stem) > 1 and stem not in _BARE_TOWNS and not stem.endswith(("路", "街", "道")):
                self._add(stem, Meaning(spot.id, Rule.TOWN_STEM, spot.codes, town.namesakes, True))

    def add_elsewhere(self) -> None:
        outside = Meaning("", Rule.ELSEWHERE, ())
        endings = {"上海": "市", "重庆": "市", "内蒙古": "自治区", "香港": "特别行政区", "澳门": "特别行政区"}
        for name in elsewhere.PROVINCES:
            self._add_outside(name, outside)
            self._add_outside(name + endings.get(name, "省"), outside)
        for name in ("广西壮族自治区", "宁夏回族自治区", "新疆维吾尔自治区", "西藏自治区", "浦东新区"):
            self._add_outside(name, outside)
        for name in elsewhere.CITIES:
            self._add_outside(name, outside)
        for name in self._elsewhere:
            self._add_outside(name, outside)

    def _add_outside(self, name: str, outside: Meaning) -> None:
        form = fold(name)
        known = self.forms.get(form, [])
        if not any(meaning.rule is not Rule.TOWN_STEM for meaning in known):
            self.forms[form] = [outside]

    def _add(self, name: str, meaning: Meaning) -> None:
        form = fold(name)
        if len(form) < 2:
            return
        known = self.forms.setdefault(form, [])
        if all(
            one.spot_id != meaning.spot_id or (one.codes != meaning.codes and meaning.rule is not Rule.ZONE)
            for one in known
        ):
            known.append(meaning)
