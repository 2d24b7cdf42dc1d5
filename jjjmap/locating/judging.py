"""From what the columns of one row say to one place, how sure it is, and what contradicts it."""

from collections.abc import Mapping
from dataclasses import dataclass

from jjjmap.locating.addresses import ANYWHERE, AddressReader, Reading, meet
from jjjmap.locating.credit_codes import PROVINCES, Authority, authority_of, read_credit_code
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

_REGISTERED = 0.6
"""So often a firm sits in the county that its code was given in: an estimate, no list was at hand."""
_REGISTERED_ODD = 0.45
"""The same where the code has something wrong."""
_BIAS = {Fields.ADDRESS: 0.12, Fields.REGION: 0.04, Fields.CODE: 0.05, Fields.ZONE: 0.02}
"""Which column is believed where two are about as sure."""
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

_AUTHORITY_RULES = {
    "county": Rule.CODE,
    "shared": Rule.CODE_AUTHORITY,
    "old": Rule.CODE_OLD,
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


class Judge:
    """Weighs the columns of a row against one another."""

    def __init__(self, names: NameIndex) -> None:
        self._names = names
        self._reader = AddressReader(names)
        self._counties = frozenset(
            spot.codes[0] for spot in names.spots.values() if spot.level is Level.COUNTY
        )
        self._authorities: dict[str, Authority] = {}
        """By six digits; there are not many."""
        self._read: dict[tuple[Fields, str], Reading] = {}
        """What cells said that were read lately; lists repeat themselves."""

    def judge(self, cells: Mapping[Fields, str]) -> Verdict:
        """Return where a row is.

        Parameters
        ----------
        cells
            What stands in the columns, in plain characters (`fold`); columns that are empty may be left out.
        """
        if not any(cells.values()):
            return Verdict(Level.NONE, reason=Reason.NOTHING_SAID)
        readings: dict[Fields, Reading] = {}
        code, authority = self._registered(cells.get(Fields.CREDIT_CODE, ""), readings)
        if text := cells.get(Fields.REGION):
            readings[Fields.REGION] = self._remembered(text, Fields.REGION)
        if text := cells.get(Fields.CODE):
            readings[Fields.CODE] = self._unit_code(text)
        if text := cells.get(Fields.NAME):
            readings[Fields.NAME] = self._remembered(text, Fields.NAME)
        self._read_address(cells.get(Fields.ADDRESS, ""), readings)
        self._read_zone(cells.get(Fields.ZONE, ""), readings)
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
                code_problem=code,
            )
        merged = self._merge(readings)
        if authority is not None and authority.kind == "outside" and merged.fields & _SITTING:
            merged.disagreement |= Disagreement.REGISTRATION
        if merged.codes == ANYWHERE:
            return self._nowhere(readings, clues, registered, code)
        return self._placed(merged, readings, clues, registered, code)

    # What single columns say.

    def _remembered(self, text: str, field: Fields) -> Reading:
        # The numbers of houses tell nothing, and make every address another one.
        text = text.translate(_NO_NUMBERS)
        reading = self._read.get((field, text))
        if reading is None:
            if len(self._read) >= MOST_REMEMBERED:
                self._read.clear()
            if field is Fields.NAME:
                reading = read_firm_name(text, self._reader)
            else:
                reading = self._reader.read(text, field, whole=field is Fields.REGION)
            self._read[field, text] = reading
        return reading

    def _registered(self, text: str, readings: dict[Fields, Reading]) -> tuple[str, Authority | None]:
        if not text:
            return "", None
        code = read_credit_code(text)
        if not code.authority:
            return code.problem or ("length" if not code.text else ""), None
        authority = self._authorities.get(code.authority)
        if authority is None:
            authority = self._authorities[code.authority] = authority_of(code.authority, self._counties)
        rule = _AUTHORITY_RULES.get(authority.kind)
        if rule is not None:
            reading = Reading(authority.codes or ANYWHERE)
            reading.strength = _REGISTERED_ODD if code.problem in ("check", "letters") else _REGISTERED
            if len(authority.codes) == 1 and len(authority.codes[0]) < 6:
                reading.strength += 0.15  # A city is missed less often than a county.
            spot_id = ""
            if authority.kind == "zone":
                spot_id = authority.note if authority.note in self._names.spots else ""
                spot_id = reading.zone_id = spot_id or self._names.localities.get(authority.note, "")
            elif len(authority.codes) == 1:
                spot_id = code_of(authority.codes[0])
            if authority.kind == "outside":
                reading.outside = authority.note
            reading.clues.append(Clue(Fields.CREDIT_CODE, code.authority, rule, spot_id, authority.codes))
            readings[Fields.CREDIT_CODE] = reading
        return code.problem, authority

    def _unit_code(self, text: str) -> Reading:
        reading = Reading()
        digits = text.strip()
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
        reading.clues.append(Clue(Fields.CODE, digits, rule, spot_id, authority.codes))
        return reading

    def _read_address(self, text: str, readings: dict[Fields, Reading]) -> None:
        if not text:
            return
        reading = self._remembered(text, Fields.ADDRESS)
        if not reading.outside and not _is_one_county(reading.codes):
            # What the other columns say tells which 开发区 is meant, and which city's roads.
            context = self._merge(readings).codes
            within = context if reading.codes == ANYWHERE else meet(reading.codes, context)
            if within and within != reading.codes and within != ANYWHERE:
                again = self._reader.read(text, Fields.ADDRESS, within=within)
                if again.clues and (again.codes != within or again.zone_id):
                    reading = again
        readings[Fields.ADDRESS] = reading

    def _read_zone(self, text: str, readings: dict[Fields, Reading]) -> None:
        if not text:
            return
        context = self._merge(readings).codes
        reading = self._reader.read(text, Fields.ZONE, within=context, whole=True)
        if not reading.clues or (reading.codes == context and not reading.zone_id):
            alone = self._reader.read(text, Fields.ZONE, whole=True)
            if alone.codes != ANYWHERE or alone.zones_called:
                reading = alone
        readings[Fields.ZONE] = reading

    # All columns together.

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
        for field in (Fields.ADDRESS, Fields.ZONE, Fields.NAME, Fields.REGION, Fields.CREDIT_CODE):
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
        if zone_id and is_wide and (town_id or _is_one_county(codes)):
            zone_id = ""
        alternatives: tuple[str, ...] = ()
        if zone_id:
            level, place_id = spots[zone_id].level, zone_id
            inside = [code for code in spots[zone_id].codes if meet(codes, (code,))]
            unit_id = code_of(codes[0] if _is_one_county(codes) else inside[0])
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
