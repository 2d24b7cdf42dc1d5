"""What an address, the name of a zone or of a region says about where it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jjjmap.locating.english_addresses import is_english, names_in
from jjjmap.locating.names import GENERIC_ZONE, QUAY, SURE_SHORT, Meaning, NameIndex
from jjjmap.locating.records import Clue, Fields, Level, Rule
from jjjmap.text.names import contexts

ANYWHERE: tuple[str, ...] = ("",)
"""Prefix of all codes."""

MAX_CHARS = 300
"""No address is longer; what stands behind is not read."""

MOST_TOWNS = 4
"""A name that more towns share tells nothing without its county."""

_LEAD = re.compile(
    r"(?:中华人民共和国|中国(?!石油|石化|移动|联通|电信|铁|建|电|航|银行|人|科|农|工|海|南|北|兵|核|医|长城|平安)|"
    r"(?:注册|经营|办公|通讯|通信|企业|公司|生产|详细|单位|联系|所在|厂)*(?:地址|住所|场所|所在地|厂址)[:：]?|\d{6}(?!\d|号)|[\s,.:;#*\"'\-()])+"
)
_BEGINS_GENERIC = frozenset("国省高新综保经开技工产科")
_SEPARATORS = frozenset(" ,;:()/|-_·、[]<>\"'.")

_STREET = re.compile(
    r"[东西南北中外内上下前后]{0,2}(?:[一二三四五六七八九十\d]{1,3}|第[一二三四五六七八九十\d]{1,2})?"
    r"(?:大?[路街道](?!南区|北区|道?办|镇|乡)|大街|大道|公路|高速|立交|大?桥(?!东|西)|胡同|巷|弄|里(?=\d)|线(?=\d))"
)
"""What behind a short name makes it that of a street, wherever that is."""

_OWN_STREET = re.compile(r"[东西南北中]{0,2}大?(?:[路道](?!办)|街(?!道|办))")
"""The same for the name of an old district: 塘沽路, but not 塘沽第三大街."""

_STATION = re.compile(r"(?:站|港|机场|码头)$")
_LETTER_OF = {"京": "11", "津": "12", "冀": "13"}
_HEBEI = "河北"
"""The province, unless 天津 or 区 stands beside it."""

_DISTRICTS_LIKE_STREETS = {"唐山": ("路南", "路北")}
"""Districts of a city whose names begin as if the city's were that of a street."""

_BUILDING = re.compile(
    r"[东西南北]?(?:国际|金融|商务|商业|科技|创业|财富|世纪|时代|银座|中心|环球|置地|新|大|地质|银河|国贸|人才|假日|皇冠|王府)*"
    r"(?:大厦|大楼|写字楼|饭店|酒店|大酒店|宾馆|广场|公馆|购物|百货|商厦|商场|公寓|花园|小区|家园|嘉园|新村|名邸|庄园|会馆|"
    r"火车站|站|大学|学院|医院|银行|码头|中学|小学|商会|同乡|烤鸭|饭庄|会所|城市广场|大剧院|路桥|现代|奔驰|吉普|牌)"
)

_ADDRESS_STRENGTH = {
    Rule.UNIT: 0.96,
    Rule.STEM: 0.9,
    Rule.OLD_NAME: 0.93,
    Rule.TOWN: 0.93,
    Rule.TOWN_STEM: 0.84,
    Rule.ZONE: 0.92,
    Rule.GENERIC_ZONE: 0.9,
    Rule.ZONE_UNKNOWN: 0.0,
    Rule.PLACE: 0.84,
    Rule.ROAD: 0.78,
}
"""How often what such a name tells is right: estimates, a little low for what invented lists gave."""


@dataclass(slots=True)
class Reading:
    """What one cell says. Not changed any more once it is read."""

    codes: tuple[str, ...] = ANYWHERE
    """Prefixes: where it is, one of several where that is not told; `ANYWHERE` if nothing is."""
    zone_id: str = ""
    town_id: str = ""
    strength: float = 0.0
    """How sure `codes` are, 0…1."""
    clues: list[Clue] = field(default_factory=list)
    outside: str = ""
    """What it names that lies elsewhere; then nothing else is told."""
    zones_called: tuple[str, ...] = ()
    """Where only 开发区 or the like is said: all that it may be."""
    divided: tuple[str, ...] = ()
    """The city of a unit that is no more: where that was divided, a town behind it tells into which part."""
    has_old_namesake: bool = False
    """Whether a unit of another city once had the name of the one that is told."""
    is_branch: bool = False
    """For a firm's name: the place is that of the branch, or of the firm within its group."""

    @property
    def says_nothing(self) -> bool:
        """Whether no name in it is known."""
        return self.codes == ANYWHERE and not self.outside

    def key(self) -> tuple[object, ...]:
        """Return what is the same for readings that say the same."""
        return (
            self.codes,
            self.zone_id,
            self.town_id,
            self.strength,
            tuple(self.clues),
            self.outside,
            self.zones_called,
            self.has_old_namesake,
            self.is_branch,
        )


def meet(known: Sequence[str], told: Sequence[str]) -> tuple[str, ...]:
    """Return the prefixes that both allow, in the order of `told`; none if they contradict each other."""
    if known == ANYWHERE:
        return tuple(told)
    if len(known) == 1 == len(told):
        first, second = known[0], told[0]
        return (second,) if second.startswith(first) else (first,) if first.startswith(second) else ()
    found = [
        narrow
        for one in told
        for other in known
        if (narrow := one if one.startswith(other) else other if other.startswith(one) else None) is not None
    ]
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


class AddressReader:
    """Reads cells against the closed list of names, from left to right."""

    def __init__(self, names: NameIndex) -> None:
        self._names = names
        self._begins = frozenset(pair[0] for pair in names.lengths) | _BEGINS_GENERIC

    def read(
        self,
        text: str,
        field_: Fields,
        *,
        within: tuple[str, ...] = ANYWHERE,
        whole: bool = False,
        head_only: bool = False,
    ) -> Reading:
        """Return what a cell says.

        Parameters
        ----------
        text
            In plain characters (`fold`).
        field_
            The column that it stands in.
        within
            Where the row is known to be; what contradicts that is passed over.
        whole
            Whether the cell holds a name and nothing else, so that no street can be meant.
        head_only
            Whether only the units that it begins with count, as in the name of a firm.
        """
        if is_english(text):
            return self._read_english(text, field_, within, whole, head_only)
        reading = Reading(within)
        lead = _LEAD.match(text)
        at = lead.end() if lead else 0
        end_of_text = min(len(text), MAX_CHARS)
        is_head = True
        said_elsewhere = ""
        lengths_of, begins = self._names.lengths.get, self._begins
        at += self._province_letter(text, at, reading, field_)
        while at < end_of_text and (is_head or not head_only):
            letter = text[at]
            if letter not in begins:
                is_head = letter in _SEPARATORS or (
                    is_head and letter in "省市区县辖内" and bool(reading.clues)
                )
                at += 1
                continue
            lengths = lengths_of(text[at : at + 2])
            found = self._name_at(text, at, lengths, reading, is_head, whole) if lengths else None
            if found is not None:
                end, meanings = found
                if meanings[0].rule is Rule.ELSEWHERE:
                    if is_head and reading.codes == within and not reading.clues:
                        reading.outside = text[at:end]
                        reading.clues.append(Clue(field_, text[at:end], Rule.ELSEWHERE))
                        return reading
                    said_elsewhere = said_elsewhere or text[at:end]
                else:
                    self._take(reading, text[at:end], meanings, field_)
                at, is_head = end, True
                continue
            generic = GENERIC_ZONE.match(text, at) if letter in _BEGINS_GENERIC else None
            if generic is not None:
                self._take_called(reading, generic.group(), generic.lastgroup or "", field_)
                at, is_head = generic.end(), True
                continue
            # 市辖区 and what is left of a name's ending do not interrupt the row of units.
            is_head = letter in _SEPARATORS or (is_head and letter in "省市区县辖内" and bool(reading.clues))
            at += 1
        if reading.says_nothing and said_elsewhere and not reading.zones_called and len(said_elsewhere) > 2:
            reading.outside = said_elsewhere
            reading.clues.append(Clue(field_, said_elsewhere, Rule.ELSEWHERE))
        return reading

    def _province_letter(self, text: str, at: int, reading: Reading, field_: Fields) -> int:
        """Take the letter of a province before one of its units, 冀唐山 or 津南开区; return its length."""
        prefix = _LETTER_OF.get(text[at : at + 1], "")
        if not prefix or not meet(reading.codes, (prefix,)):
            return 0
        forms = self._names.forms
        has_own = any(text[at : at + n] in forms for n in self._names.lengths.get(text[at : at + 2], ()))
        for length in self._names.lengths.get(text[at + 1 : at + 3], ()):
            for meaning in forms.get(text[at + 1 : at + 1 + length], ()):
                is_inside = any(code.startswith(prefix) for code in meaning.codes)
                if is_inside and (meaning.rule is Rule.UNIT or (meaning.rule is Rule.STEM and not has_own)):
                    province = Meaning(prefix.ljust(6, "0"), Rule.STEM, (prefix,))
                    self._take(reading, text[at], (province,), field_)
                    return 1
        return 0

    def _read_english(
        self, text: str, field_: Fields, within: tuple[str, ...], whole: bool, head_only: bool
    ) -> Reading:
        reading = Reading(within)
        found = names_in(text, self._names)
        if head_only:
            found = [one for one in found if one.is_head]
        if found and not found[0].meanings and not found[0].generic and within == ANYWHERE:
            reading.outside = found[0].text
            reading.clues.append(Clue(field_, found[0].text, Rule.ELSEWHERE))
            return reading
        # What is wide comes first: it tells which of several counties is meant.
        found.sort(key=lambda one: min((len(one.meanings[0].codes[0]), 6)) if one.meanings else 8)
        for one in found:
            has_context = reading.codes != ANYWHERE
            meanings = tuple(
                meaning
                for meaning in one.meanings
                if meet(reading.codes, meaning.codes)
                and (has_context or meaning.rule not in (Rule.PLACE, Rule.ROAD))
                and (has_context or whole or not meaning.is_word)
            )
            if meanings:
                self._take(reading, one.text, meanings, field_)
            elif one.generic:
                self._take_called(reading, one.text, one.generic, field_)
        return reading

    def _name_at(
        self, text: str, at: int, lengths: tuple[int, ...], reading: Reading, is_head: bool, whole: bool
    ) -> tuple[int, tuple[Meaning, ...]] | None:
        forms = self._names.forms
        for length in lengths:
            end = at + length
            form = text[at:end]
            known = forms.get(form)
            if known is None:
                continue
            if form[0].isascii() and self._is_cut(text, at, end):
                continue
            # Most names mean one thing.
            if len(known) == 1:
                if self._may_mean(known[0], form, text, end, reading, is_head, whole):
                    return end, known
                continue
            meanings = tuple(
                [one for one in known if self._may_mean(one, form, text, end, reading, is_head, whole)]
            )
            if form == _HEBEI and reading.codes == ANYWHERE:
                meanings = tuple([one for one in meanings if len(one.codes[0]) == 2])
            if meanings:
                return end, meanings
        return None

    @staticmethod
    def _is_cut(text: str, at: int, end: int) -> bool:
        """Whether Latin letters go on before or behind."""
        before, behind = text[at - 1 : at], text[end : end + 1]
        return (before.isascii() and before.isalpha()) or (behind.isascii() and behind.isalpha())

    def _may_mean(
        self, meaning: Meaning, form: str, text: str, end: int, reading: Reading, is_head: bool, whole: bool
    ) -> bool:
        rule = meaning.rule
        if rule is Rule.ELSEWHERE:
            if len(form) > 2 and form[-1] in "省市区县州盟旗":
                return True
            return is_head and not _STREET.match(text, end) and not _BUILDING.match(text, end)
        if not meet(reading.codes, meaning.codes):
            return rule is Rule.TOWN and bool(reading.divided) and bool(meet(reading.divided, meaning.codes))
        has_context = reading.codes != ANYWHERE
        if rule is Rule.UNIT:
            if meaning.is_word:  # 矿区, 营子区: right behind its city.
                return is_head and all(len(code) >= 4 for code in reading.codes)
            return has_context or is_head or len(form) > 2
        if rule is Rule.OLD_NAME:
            if not meaning.is_word:
                return has_context or is_head or len(form) > 2
            if form[-1] in "区县市":
                return has_context
            is_named = not _OWN_STREET.match(text, end) and not _BUILDING.match(text, end)
            return is_named and (has_context or (is_head and form not in contexts.EVERYDAY))
        if rule is Rule.STEM:
            if not is_head or (meaning.is_word and not has_context and not whole):
                return False
            return (whole and end == len(text)) or not self._is_street(form, text, end)
        if rule is Rule.TOWN:
            return has_context or len(form) > 2
        if rule is Rule.TOWN_STEM:
            if not is_head or not has_context or self._is_street(form, text, end):
                return False
            return all(len(code) == 6 for code in reading.codes) or len(form) > 2
        if rule is Rule.ZONE:
            if _STATION.search(form) and _STREET.match(text, end):
                return False
            if meaning.leads:  # 生物医药产业基地: behind the unit or town that leads its name.
                before = reading.clues[-1].text if reading.clues else reading.codes[0]
                return is_head and before in meaning.leads
            if len(form) > 3:
                return True
            if meaning.is_port and form[-1] == "港" and len(form) == 3:
                return is_head or has_context or QUAY.match(text, end) is not None
            if form in SURE_SHORT:
                return is_head or has_context
            return has_context and not (len(form) < 3 and _STREET.match(text, end))
        return has_context  # A road or a part of a town: only in its city.

    @staticmethod
    def _is_street(form: str, text: str, end: int) -> bool:
        if text.startswith(_DISTRICTS_LIKE_STREETS.get(form, "\0"), end):
            return False
        if _STREET.match(text, end) or _BUILDING.match(text, end):
            return True
        behind = contexts.NOT_BEFORE.get(form)
        return behind is not None and re.match(behind, text[end : end + 6]) is not None

    def _take(self, reading: Reading, text: str, meanings: tuple[Meaning, ...], field_: Fields) -> None:
        best = meanings[0]
        alike = [best]
        told = best.codes
        if len(meanings) > 1:
            best = min(meanings, key=lambda meaning: _ORDER.get(meaning.rule, len(_ORDER)))
            if best.rule is Rule.ELSEWHERE:
                return
            alike = [meaning for meaning in meanings if meaning.rule is best.rule]
            told = tuple(dict.fromkeys([code for meaning in alike for code in meaning.codes]))
        narrow = meet(reading.codes, told) or meet(reading.divided, told)
        if best.rule is Rule.OLD_NAME and all(code.startswith("13") and len(code) == 6 for code in narrow):
            reading.divided = tuple(dict.fromkeys(code[:4] for code in narrow))
        is_narrower = narrow != reading.codes
        if best.rule in (Rule.ROAD, Rule.PLACE):
            if not is_narrower:
                return
            if len(alike) > 1 and len(narrow) > 1:
                return  # The city has several such roads.
        is_town = best.rule in (Rule.TOWN, Rule.TOWN_STEM)
        if is_town and len(set(narrow)) > MOST_TOWNS:
            return
        is_one = len({meaning.spot_id for meaning in alike}) == 1
        spot = self._names.spots.get(best.spot_id) if is_one else None
        is_zone = spot is not None and spot.level >= Level.ZONE
        # A zone that is known already says more than a road does.
        if is_zone and (best.rule is Rule.ZONE or not reading.zone_id):
            reading.zone_id = best.spot_id
        if is_town:
            inside = [meaning for meaning in alike if meet(narrow, meaning.codes)]
            reading.town_id = inside[0].spot_id if len(inside) == 1 else ""
        if is_narrower:
            strength = _ADDRESS_STRENGTH[best.rule]
            if best.namesakes and reading.codes == ANYWHERE:
                strength *= 0.85 if best.namesakes == 1 else max(0.35, 1 / (1 + 0.4 * best.namesakes))
            if best.is_doubtful and reading.codes == ANYWHERE:
                strength *= 0.75
            has_unit = any(clue.rule is Rule.UNIT for clue in reading.clues)
            if has_unit and best.rule is Rule.UNIT:
                strength = 0.985
            reading.strength = strength
        elif reading.strength:
            reading.strength = min(0.99, reading.strength + 0.3 * (1 - reading.strength))
        reading.codes = narrow
        if best.rule is Rule.UNIT and text in self._names.old_namesakes:
            reading.has_old_namesake = True
        spot_id = best.spot_id if is_one else ""
        reading.clues.append(Clue(field_, text, best.rule, spot_id, narrow))

    def _take_called(self, reading: Reading, text: str, word: str, field_: Fields) -> None:
        """Take 开发区 or the like: that of the unit that was told before."""
        if reading.zone_id:
            return
        if reading.codes == ANYWHERE:
            if word != "industry":
                reading.zones_called = self._names.zones_called(word)
            return
        # Of several counties with the same name none is likelier for having a zone that is known.
        for prefix in reading.codes if len(reading.codes) == 1 else ():
            zone_id = self._names.generic_zone(prefix, word)
            if zone_id and (narrow := meet(reading.codes, self._names.spots[zone_id].codes)):
                reading.zone_id = zone_id
                if narrow != reading.codes:
                    reading.codes = narrow
                    reading.strength = _ADDRESS_STRENGTH[Rule.GENERIC_ZONE]
                reading.clues.append(Clue(field_, text, Rule.GENERIC_ZONE, zone_id, narrow))
                return
        reading.clues.append(Clue(field_, text, Rule.ZONE_UNKNOWN, "", reading.codes))


_ORDER = {
    Rule.UNIT: 0,
    Rule.ZONE: 1,
    Rule.STEM: 2,
    Rule.OLD_NAME: 3,
    Rule.TOWN: 4,
    Rule.TOWN_STEM: 5,
    Rule.PLACE: 6,
    Rule.ROAD: 7,
}
