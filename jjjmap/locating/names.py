"""All names that a row may call units, towns, parks and roads by, and what each may mean."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jjjmap.catalogue.models import Catalogue, PlaceKind
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


class NameIndex:
    """The closed list of names, in plain characters (`fold`). Immutable; made once by `build_names`."""

    def __init__(
        self,
        forms: dict[str, tuple[Meaning, ...]],
        spots: dict[str, Spot],
        generic: dict[tuple[str, str], str],
        localities: dict[str, str],
    ) -> None:
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
    builder.add_towns(list(read_townships() if townships is None else townships))
    builder.add_elsewhere()
    return NameIndex(
        {form: tuple(meanings) for form, meanings in builder.forms.items()},
        builder.spots,
        builder.generic,
        builder.localities,
    )


class _Builder:
    def __init__(self, catalogue: Catalogue, units_elsewhere: frozenset[str]) -> None:
        self._catalogue = catalogue
        self._elsewhere = units_elsewhere
        self.spots = {spot.id: spot for spot in catalogue_spots(catalogue)}
        self.forms: dict[str, list[Meaning]] = {}
        self.generic: dict[tuple[str, str], str] = {}
        self.localities: dict[str, str] = {}
        self._units = [place for place in catalogue.places.values() if place.kind.is_unit]

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
            if alias.kind == "merged" and len(stem) > 1 and stem not in self.forms:
                self._add(stem, Meaning(alias.adcode, Rule.OLD_NAME, codes, is_word=True))

    def add_localities(self, localities: Iterable[Locality]) -> None:
        rules = {"zone": Rule.ZONE, "place": Rule.PLACE, "road": Rule.ROAD, "old": Rule.OLD_NAME}
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
            meaning = Meaning(spot_id or code_of(codes[0]), rule, codes)
            names = (
                locality.aliases
                if rule in (Rule.ROAD, Rule.OLD_NAME)
                else (locality.name_zh, *locality.aliases)
            )
            for name in names:
                self._add_zone(name, meaning)

    def add_grounds(self) -> None:
        for place in self._catalogue.places.values():
            spot = self.spots.get(place.id)
            if (
                spot is None
                or place.kind not in GROUNDS
                or (place.kind is PlaceKind.ZONE and len(spot.codes) == 1)
            ):
                continue
            for name in written_forms(place):
                if fold(name) not in _NO_ZONES:
                    self._add_zone(name, Meaning(place.id, Rule.ZONE, spot.codes))

    def _add_zone(self, name: str, meaning: Meaning) -> None:
        form = fold(name)
        if any(known.rule in (Rule.UNIT, Rule.STEM) for known in self.forms.get(form, ())):
            return
        self._add(form, meaning)
        if meaning.rule is not Rule.ZONE:
            return
        for code in meaning.codes:
            for prefix in dict.fromkeys((code[:2], code[:4], code)):
                unit = self._catalogue.places.get(code_of(prefix))
                if unit is None:
                    continue
                for called in (unit.name_zh, *unit_stem(unit.name_zh)):
                    rest = (
                        GENERIC_ZONE.fullmatch(form.removeprefix(called)) if form.startswith(called) else None
                    )
                    if rest is not None:
                        self.generic.setdefault((prefix, rest.lastgroup or ""), meaning.spot_id)
                        # 唐山市高新区 as well as 唐山高新区.
                        self._add(unit.name_zh + form.removeprefix(called), meaning)

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
        if all(one.spot_id != meaning.spot_id or one.codes != meaning.codes for one in known):
            known.append(meaning)
