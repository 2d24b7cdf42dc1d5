"""From what the columns of one row say to one place, how sure it is, and what contradicts it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from jjjmap.locating.addresses import ANYWHERE, AddressReader, Reading, meet
from jjjmap.locating.credit_codes import PROVINCES, Authority, authority_of, read_credit_codes
from jjjmap.locating.firm_names import read_firm_name
from jjjmap.locating.names import NameIndex
from jjjmap.locating.records import (
    Closeness,
    Clue,
    Disagreement,
    Fields,
    Level,
    Reason,
    Rule,
    Verdict,
)
from jjjmap.locating.spots import Spot, code_of

MOST_CANDIDATES = 12
MOST_REMEMBERED = 40_000
_NO_NUMBERS = {ord(digit): "0" for digit in "123456789"}
_NOT_DIGITS = re.compile(r"[^\w]+")
_WHOLE_NUMBER = re.compile(r"^\D*(\d[\d\s]*)\.0*\D*$", re.ASCII)
"""130102.0: what a spreadsheet makes of a code."""
_SHORT_NUMBER = re.compile(r"(?<!\d)\d{1,5}(?!\d)", re.ASCII)

_REGISTERED = 0.6
"""So often a firm sits in the county that its code was given in: an estimate, no list was at hand."""
_REGISTERED_ODD = 0.5
"""The same where letters of the code had to be mended."""
_BIAS = {Fields.ADDRESS: 0.12, Fields.REGION: 0.04, Fields.CODE: 0.05, Fields.ZONE: 0.02}
"""Which column is believed where two are about as sure."""
NUMBERED = Fields.ADDRESS | Fields.REGION | Fields.NAME | Fields.ZONE
"""Columns whose numbers tell nothing."""
_CONTRADICTION = {
    Fields.ADDRESS: (0.75, Disagreement.NONE),
    Fields.REGION: (0.8, Disagreement.REGION),
    Fields.CODE: (0.8, Disagreement.CODE),
    Fields.ZONE: (0.8, Disagreement.ZONE),
    Fields.NAME: (0.97, Disagreement.NAME),
    Fields.CREDIT_CODE: (0.97, Disagreement.REGISTRATION),
}
"""What a column that contradicts takes from the confidence, and how it is flagged."""
_SITTING = int(Fields.ADDRESS | Fields.REGION | Fields.CODE | Fields.ZONE)
"""Columns that tell where a firm sits, not what it is called or where it is registered."""

_BY_NARROWNESS = (
    Fields.ADDRESS,
    Fields.ZONE,
    Fields.NAME,
    Fields.REGION,
    Fields.CODE,
    Fields.CREDIT_CODE,
)
"""Whose park or town is taken if several name one."""

_AUTHORITY_RULES = {
    "county": Rule.CODE,
    "shared": Rule.CODE_AUTHORITY,
    "old": Rule.CODE_OLD,
    "divided": Rule.CODE_OLD,
    "zone": Rule.CODE_ZONE,
    "city": Rule.CODE_AUTHORITY,
    "province": Rule.CODE_AUTHORITY,
    "outside": Rule.CODE_OUTSIDE,
}


@dataclass(slots=True)
class _Merged:
    codes: tuple[str, ...] = ANYWHERE
    confidence: float = 0.0
    fields: int = 0
    """Of `Fields`; as a number, for flags cost ten times as much."""
    disagreement: Disagreement = Disagreement.NONE


@dataclass(frozen=True, slots=True)
class Registration:
    """What a credit code says."""

    reading: Reading | None = None
    authority: Authority | None = None
    problem: str = ""
    """As in `CreditCode`."""


NOT_REGISTERED = Registration()


def without_numbers(text: str) -> str:
    """Return a text, or many of them in one, with all numbers of houses alike: they tell nothing."""
    return _SHORT_NUMBER.sub("0", text).translate(_NO_NUMBERS)


class Judge:
    """Weighs the columns of a row against one another.

    `judge` judges one row. Its steps are public for `columns.judge_columns`, which takes each of them once
    for all rows that say the same: readings that say the same are the same object.
    """

    def __init__(self, names: NameIndex) -> None:
        self._names = names
        self._reader = AddressReader(names)
        self._counties = frozenset(
            spot.codes[0] for spot in names.spots.values() if spot.level is Level.COUNTY
        )
        self._registrations: dict[tuple[str, str], Registration] = {}
        """By problem and six digits; there are not many."""
        self._read: dict[tuple[Fields, str], Reading] = {}
        """What cells said that were read lately; lists repeat themselves."""
        self._known: dict[tuple[object, ...], Reading] = {}

    def judge(self, cells: Mapping[Fields, str]) -> Verdict:
        """Return where a row is.

        Parameters
        ----------
        cells
            What stands in the columns, in plain characters (`fold`); columns that are empty may be left out.
        """
        if not any(cells.values()):
            return Verdict(Level.NONE, reason=Reason.NOTHING_SAID)
        registration = NOT_REGISTERED
        if text := cells.get(Fields.CREDIT_CODE):
            ((problem, digits),) = read_credit_codes((text,))
            registration = self.registration(problem, digits)
        plain = {field: without_numbers(text) for field, text in cells.items() if field in NUMBERED}
        base = self.base(
            registration,
            self.cell(Fields.REGION, plain.get(Fields.REGION, "")),
            self.cell(Fields.CODE, cells.get(Fields.CODE, "")),
            self.cell(Fields.NAME, plain.get(Fields.NAME, "")),
        )
        if text := plain.get(Fields.ADDRESS):
            base[Fields.ADDRESS] = self.address(text, self.cell(Fields.ADDRESS, text), self.context(base))
        if text := plain.get(Fields.ZONE):
            base[Fields.ZONE] = self.zone(text, self.context(base))
        return self.verdict(registration, base)

    # What single columns say.

    def registration(self, problem: str, digits: str) -> Registration:
        """Return what a credit code says: its problem and the digits of its authority, both may be empty."""
        known = self._registrations.get((problem, digits))
        if known is None:
            known = self._registrations[problem, digits] = self._registered(problem, digits)
        return known

    def _registered(self, problem: str, digits: str) -> Registration:
        if not digits:
            return Registration(problem=problem)
        authority = authority_of(digits, self._counties)
        rule = _AUTHORITY_RULES.get(authority.kind)
        if rule is None:
            return Registration(None, authority, problem)
        reading = Reading(authority.codes or ANYWHERE)
        reading.strength = _REGISTERED_ODD if problem == "letters" else _REGISTERED
        if len(authority.codes) == 1 and len(authority.codes[0]) < 6:
            reading.strength += 0.15  # A city is missed less often than a county.
        spot_id = ""
        if authority.kind == "zone":
            spot_id = reading.zone_id = self._zone_of(authority)
        elif len(authority.codes) == 1:
            spot_id = code_of(authority.codes[0])
        if authority.kind == "outside":
            reading.outside = authority.note
        reading.clues.append(Clue(Fields.CREDIT_CODE, digits, rule, spot_id, authority.codes))
        return Registration(reading, authority, problem)

    def _zone_of(self, authority: Authority) -> str:
        """Return the zone whose authority it is."""
        if authority.note in self._names.spots:
            return authority.note
        return self._names.localities.get(authority.note, "")

    def cell(self, field: Fields, text: str) -> Reading | None:
        """Return what one cell says by itself; its text `without_numbers` where the field is `NUMBERED`."""
        if not text:
            return None
        reading = self._read.get((field, text))
        if reading is None:
            if field is Fields.CODE:
                reading = self._unit_code(text)
            elif field is Fields.NAME:
                reading = read_firm_name(text, self._reader)
            else:
                reading = self._reader.read(text, field, whole=field is Fields.REGION)
            reading = self._remember(field, text, reading)
        return reading

    def _remember(self, field: Fields, text: str, reading: Reading) -> Reading:
        """Return the reading that says the same, if there was one."""
        known = self._known.setdefault(reading.key(), reading)
        if len(self._read) >= MOST_REMEMBERED:
            self._read.clear()
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._read[field, text] = known
        return known

    def base(
        self, registration: Registration, region: Reading | None, code: Reading | None, name: Reading | None
    ) -> dict[Fields, Reading]:
        """Return what the columns say that are read for themselves."""
        told = {
            Fields.CREDIT_CODE: registration.reading,
            Fields.REGION: region,
            Fields.CODE: code,
            Fields.NAME: name,
        }
        readings = {field: reading for field, reading in told.items() if reading is not None}
        if region is not None and region.has_old_namesake:
            others: dict[Fields, Reading] = {
                field: one for field, one in readings.items() if field is not Fields.REGION
            }
            within = self.context(others)
            if within != ANYWHERE and not meet(region.codes, within):
                again = self._reader.read(region.clues[-1].text, Fields.REGION, within=within, whole=True)
                if _names_old_unit(again):
                    readings[Fields.REGION] = again
        return readings

    def context(self, readings: Mapping[Fields, Reading]) -> tuple[str, ...]:
        """Return where columns say that the row is, as prefixes."""
        return self._merge(readings).codes

    def address(self, text: str, reading: Reading | None, context: tuple[str, ...]) -> Reading:
        """Return what an address says where the other columns say `context`."""
        assert reading is not None
        if not asks_for_context(reading):
            return reading
        # What the other columns say tells which 开发区 is meant, and which city's roads.
        within = context if reading.codes == ANYWHERE else meet(reading.codes, context)
        if not within and reading.has_old_namesake:
            within = context
        if within and within != reading.codes and within != ANYWHERE:
            again = self._reader.read(text, Fields.ADDRESS, within=within)
            if again.clues and (again.codes != within or again.zone_id or _names_old_unit(again)):
                return self._known.setdefault(again.key(), again)
        return reading

    def zone(self, text: str, context: tuple[str, ...]) -> Reading:
        """Return what the name of a park says where the other columns say `context`."""
        reading = self._reader.read(text, Fields.ZONE, within=context, whole=True)
        if not reading.clues or (reading.codes == context and not reading.zone_id):
            alone = self._reader.read(text, Fields.ZONE, whole=True)
            if alone.codes != ANYWHERE or alone.zones_called:
                reading = alone
        return self._known.setdefault(reading.key(), reading)

    # All columns together.

    def verdict(self, registration: Registration, readings: Mapping[Fields, Reading]) -> Verdict:
        """Return where a row is whose columns say this."""
        authority, problem = registration.authority, registration.problem
        clues = tuple(clue for reading in readings.values() for clue in reading.clues)
        registered = _registered_id(authority)
        outside = self._outside(readings)
        if outside is not None:
            disagreement = Disagreement.NONE
            if any(
                not one.says_nothing and not one.outside
                for field, one in readings.items()
                if not field.value & _SITTING
            ):
                named = readings.get(Fields.NAME)
                if named is not None and named.codes != ANYWHERE:
                    disagreement |= Disagreement.NAME
                if authority is not None and authority.codes:
                    disagreement |= Disagreement.REGISTRATION
            return Verdict(
                Level.NONE,
                reason=Reason.OUTSIDE,
                confidence=outside[1],
                fields=outside[2],
                disagreement=disagreement,
                registered_id=registered,
                clues=clues,
                outside=outside[0],
                code_problem=problem,
            )
        merged = self._merge(readings)
        if authority is not None and authority.kind == "outside" and merged.fields & _SITTING:
            merged.disagreement |= Disagreement.REGISTRATION
        if merged.codes == ANYWHERE:
            return self._nowhere(readings, clues, registered, problem)
        return self._placed(merged, readings, clues, registered, problem)

    def _unit_code(self, text: str) -> Reading:
        reading = Reading()
        digits = _NOT_DIGITS.sub("", _WHOLE_NUMBER.sub(r"\1", text))
        if len(digits) in (9, 12) and digits.isdigit():
            digits = digits[:6]  # Codes for statistics go on with town and village.
        if len(digits) in (2, 4) and digits.isdigit():
            digits = code_of(digits)
        if len(digits) != 6 or not digits.isdigit():
            return reading
        authority = authority_of(digits, self._counties)
        rule = _AUTHORITY_RULES.get(authority.kind, Rule.CODE)
        if authority.kind == "shared":
            authority = Authority((digits,), "county")
        if authority.kind == "outside":
            reading.outside = authority.note
        elif authority.codes:
            reading.codes = authority.codes
            reading.strength = 0.9
        spot_id = code_of(authority.codes[0]) if len(authority.codes) == 1 else ""
        if authority.kind == "zone":
            spot_id = reading.zone_id = self._zone_of(authority)
        reading.clues.append(Clue(Fields.CODE, digits, rule, spot_id, authority.codes))
        return reading

    def _outside(self, readings: Mapping[Fields, Reading]) -> tuple[str, float, Fields] | None:
        for field, confidence in ((Fields.ADDRESS, 0.95), (Fields.REGION, 0.9), (Fields.CODE, 0.9)):
            reading = readings.get(field)
            if reading is None or reading.says_nothing:
                continue
            return (reading.outside, confidence, field) if reading.outside else None
        if (zone := readings.get(Fields.ZONE)) is not None and not zone.says_nothing:
            return (zone.outside, 0.8, Fields.ZONE) if zone.outside else None
        # Without any word on where it sits: what it is called, and where it is registered.
        named, registered = readings.get(Fields.NAME), readings.get(Fields.CREDIT_CODE)
        told = [one for one in (named, registered) if one is not None and not one.says_nothing]
        if told and all(one.outside for one in told):
            fields = Fields.NONE
            for field in (Fields.NAME, Fields.CREDIT_CODE):
                if field in readings and readings[field].outside:
                    fields |= field
            return told[0].outside, 0.85 if len(told) > 1 else 0.65, fields
        if registered is not None and registered.outside and named is not None and not named.is_branch:
            return registered.outside, 0.5, Fields.CREDIT_CODE
        return None

    def _merge(self, readings: Mapping[Fields, Reading]) -> _Merged:
        said = [
            (field, reading)
            for field, reading in readings.items()
            if reading.codes != ANYWHERE and not reading.outside
        ]
        said.sort(key=lambda one: -(one[1].strength + _BIAS.get(one[0], 0.0)))
        merged = _Merged()
        for field, reading in said:
            narrow = meet(merged.codes, reading.codes)
            if not merged.fields:
                merged.codes, merged.confidence, merged.fields = reading.codes, reading.strength, field.value
            elif not narrow:
                factor, flag = _CONTRADICTION[field]
                merged.confidence *= factor
                if flag is not Disagreement.REGISTRATION or merged.fields & _SITTING:
                    merged.disagreement |= flag
                else:
                    merged.disagreement |= Disagreement.NAME
            else:
                if narrow != merged.codes and _width(narrow) < _width(merged.codes):
                    sure = merged.confidence if len(merged.codes) == 1 else 0.97
                    was_ambiguous = len(merged.codes) > 1
                    merged.confidence = (
                        min(0.97, max(reading.strength, 0.85))
                        if was_ambiguous
                        else reading.strength * (0.5 + 0.5 * sure)
                    )
                    merged.codes = narrow
                else:
                    weight = 0.45 if set(reading.codes) == set(merged.codes) else 0.12
                    merged.confidence += (1 - merged.confidence) * weight * reading.strength
                merged.fields |= field.value
        return merged

    def _nowhere(
        self, readings: Mapping[Fields, Reading], clues: tuple[Clue, ...], registered: str, problem: str
    ) -> Verdict:
        zones: tuple[str, ...] = ()
        for field in (Fields.ADDRESS, Fields.ZONE):
            if field in readings and readings[field].zones_called:
                zones = readings[field].zones_called
                break
        level = Level.AMBIGUOUS if zones else Level.NONE
        reason = Reason.NONE if zones else Reason.NOTHING_KNOWN
        return Verdict(
            level,
            reason=reason,
            confidence=0.0,
            registered_id=registered,
            candidates=zones[:MOST_CANDIDATES],
            clues=clues,
            code_problem=problem,
        )

    def _placed(
        self,
        merged: _Merged,
        readings: Mapping[Fields, Reading],
        clues: tuple[Clue, ...],
        registered: str,
        problem: str,
    ) -> Verdict:
        spots = self._names.spots
        codes, confidence = merged.codes, merged.confidence
        zone_id = town_id = ""
        for field in _BY_NARROWNESS:
            reading = readings.get(field)
            if reading is None or not field.value & merged.fields:
                continue
            if reading.zone_id and not zone_id and meet(codes, spots[reading.zone_id].codes):
                is_firm = field in (Fields.NAME, Fields.CREDIT_CODE)
                if not is_firm or not (merged.fields & _SITTING):
                    zone_id = reading.zone_id
            if reading.town_id and not town_id and meet(codes, spots[reading.town_id].codes):
                town_id = reading.town_id
        is_wide = (
            bool(zone_id) and spots[zone_id].closeness is Closeness.AREA and len(spots[zone_id].codes) > 1
        )
        # What a firm is called, or where it is registered, does not tell where in a wide zone it sits.
        believed = merged.fields & _SITTING or merged.fields
        is_county_told = _is_one_county(codes) and any(
            field.value & believed and _is_one_county(reading.codes) and meet(codes, reading.codes)
            for field, reading in readings.items()
        )
        if zone_id and is_wide and (town_id or is_county_told):
            zone_id = ""
        alternatives: tuple[str, ...] = ()
        if zone_id:
            level, place_id = spots[zone_id].level, zone_id
            inside = [code for code in spots[zone_id].codes if meet(codes, (code,))]
            common = _common_prefix(tuple(inside)) if is_wide and not is_county_told else ""
            unit_id = code_of(common or (codes[0] if _is_one_county(codes) else inside[0]))
        elif len(codes) > 1:
            common = _common_prefix(codes)
            alternatives = tuple(code_of(code) for code in codes)[:MOST_CANDIDATES]
            if len(common) == 4 or common in ("11", "12"):
                level, place_id = (Level.CITY if len(common) == 4 else Level.PROVINCE), code_of(common)
                unit_id = place_id
            else:
                return Verdict(
                    Level.AMBIGUOUS,
                    confidence=0.0,
                    fields=Fields(merged.fields),
                    disagreement=merged.disagreement,
                    unit_id=code_of(common) if common else "",
                    registered_id=registered,
                    candidates=alternatives,
                    clues=clues,
                    code_problem=problem,
                )
        else:
            unit_id = code_of(codes[0])
            place_id = town_id or unit_id
            level = spots[place_id].level if place_id in spots else Level.COUNTY
        if not alternatives:
            # What the user may want instead: what other columns say.
            others = dict.fromkeys(
                clue.spot_id
                for clue in clues
                if clue.spot_id in spots
                and clue.spot_id != place_id
                and not _holds(spots[clue.spot_id], unit_id)
            )
            alternatives = tuple(others)[:MOST_CANDIDATES]
        return Verdict(
            level,
            place_id,
            confidence=round(min(confidence, 0.99), 3),
            fields=Fields(merged.fields),
            disagreement=merged.disagreement,
            unit_id=unit_id,
            registered_id=registered,
            candidates=alternatives,
            clues=clues,
            code_problem=problem,
        )


def _holds(spot: Spot, unit_id: str) -> bool:
    """Whether a unit holds another one: 河北省 is no choice instead of one of its counties."""
    return spot.level <= Level.COUNTY and unit_id.startswith(spot.codes[0])


def asks_for_context(reading: Reading) -> bool:
    """Whether what the other columns say may change how an address is read."""
    if reading.outside or reading.zone_id:
        return False  # Where in a wide zone it sits the other columns cannot tell.
    return not _is_one_county(reading.codes) or reading.has_old_namesake


def _names_old_unit(reading: Reading) -> bool:
    return any(clue.rule is Rule.OLD_NAME for clue in reading.clues)


def _is_one_county(codes: tuple[str, ...]) -> bool:
    return len(codes) == 1 and len(codes[0]) == 6


def _width(codes: tuple[str, ...]) -> int:
    """Return a number that is the smaller the narrower the units are."""
    return sum({6: 1, 4: 20, 2: 200, 0: 1000}[len(code)] for code in codes)


def _common_prefix(codes: tuple[str, ...]) -> str:
    for length in (4, 2):
        if len({code[:length] for code in codes}) == 1 and all(len(code) >= length for code in codes):
            # The first four digits of counties in Beijing and Tianjin are no city.
            return codes[0][:2] if codes[0][:2] in ("11", "12") else codes[0][:length]
    return ""


def _registered_id(authority: Authority | None) -> str:
    """Return the unit that a firm is registered in; two digits for a province elsewhere."""
    if authority is None:
        return ""
    if authority.kind == "outside":
        return next((code for code, name in PROVINCES.items() if name == authority.note), "")
    if not authority.codes:
        return ""
    common = authority.codes[0] if len(authority.codes) == 1 else _common_prefix(authority.codes)
    return code_of(common) if common else ""
