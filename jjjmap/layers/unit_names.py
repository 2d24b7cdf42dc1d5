"""From what a table calls an administrative unit, by name or by code, to the unit: 唐山, 130209, 河北唐山."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jjjmap.catalogue.models import Catalogue, PlaceKind, UnitAlias
from jjjmap.catalogue.names import normal_form
from jjjmap.catalogue.store import load_catalogue
from jjjmap.errors import ResourceMissing
from jjjmap.paths import RESOURCES

OLD_CODES = RESOURCES / "catalogue" / "old_unit_codes.csv"

_LEVELS = (PlaceKind.PROVINCE, PlaceKind.CITY, PlaceKind.COUNTY)
_NATIONS = re.compile(r"(满族|蒙古族|回族)*自治县$")
_ENDINGS = re.compile(r"(新区|省|市|区|县)$")
_ENGLISH_ENDINGS = re.compile(r"(.{0,20}autonomouscounty|newarea|district|county|city|province)$")
_CODE = re.compile(r"'?(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})(\.0+)?", re.ASCII)
_SEPARATORS = "/,、·-|>:;()"
_FILLERS = ("市辖区", "省直辖县级行政区划", "省直辖")
"""Words of the statistical tables that name no unit of their own."""
_MAX_NAME_CHARS = 60


def level_of(code: str) -> PlaceKind:
    """Return whether a code of GB/T 2260 is that of a province, a city or a county."""
    if code.endswith("0000"):
        return PlaceKind.PROVINCE
    return PlaceKind.CITY if code.endswith("00") else PlaceKind.COUNTY


def holds(holder: str, code: str) -> bool:
    """Whether a unit is another or lies in it, by their codes."""
    stem = holder[:2] if holder.endswith("0000") else holder[:4] if holder.endswith("00") else holder
    return code.startswith(stem)


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """What a text names."""

    codes: tuple[str, ...] = ()
    """Units of GB/T 2260 that it may mean: one if it is clear, several if not, none if it names none."""
    is_old: bool = False
    """Whether it is a name or code that is no longer in use."""
    rest: str = ""
    """What follows the name of the unit, in normal form: 临港工业区 of 唐山市曹妃甸区临港工业区."""

    @property
    def code(self) -> str:
        """The unit if the text names it clearly and nothing else, else an empty text."""
        return self.codes[0] if len(self.codes) == 1 and not self.rest else ""


_NOTHING = UnitMatch()


@dataclass(frozen=True, slots=True)
class _Called:
    """One way to call a unit."""

    code: str
    rank: int
    """0 the name, 1 the name without its last character, 2 a former name."""
    only_in: str = ""


class UnitNames:
    """All ways to call the units of the region, ready for many questions.

    Parameters
    ----------
    units
        Code, Chinese and English name of each; English may be empty.
    aliases
        Former names.
    old_codes
        Codes that are no longer in use → code of today.
    """

    def __init__(
        self,
        units: Iterable[tuple[str, str, str]],
        aliases: Iterable[UnitAlias] = (),
        old_codes: Mapping[str, str] | None = None,
    ) -> None:
        self._codes: set[str] = set()
        self._called: dict[str, list[_Called]] = {}
        self._old_codes = dict(old_codes or {})
        for code, name_zh, name_en in units:
            self._codes.add(code)
            self._learn(name_zh, _Called(code, 0))
            self._learn(name_en, _Called(code, 0))
            for stem in _stems(name_zh, name_en):
                self._learn(stem, _Called(code, 1))
        for alias in aliases:
            if alias.is_old_name and alias.adcode in self._codes:
                self._learn(alias.name_zh, _Called(alias.adcode, 2, alias.only_in))
        self._longest = max(map(len, self._called), default=0)
        self._known: dict[tuple[str, PlaceKind | None], UnitMatch] = {}

    @classmethod
    def of_catalogue(cls, catalogue: Catalogue) -> "UnitNames":
        """Return the names of a catalogue's units, with former names and codes."""
        units = [
            (place.id, place.name_zh, place.name_en)
            for place in catalogue.places.values()
            if place.kind.is_unit
        ]
        return cls(units, catalogue.unit_aliases, shipped_old_codes())

    def _learn(self, name: str, called: _Called) -> None:
        form = normal_form(name)
        if len(form) > 1 and called not in (ways := self._called.setdefault(form, [])):
            ways.append(called)

    def find(self, text: str, level: PlaceKind | None = None) -> UnitMatch:
        """Return what a text names.

        Parameters
        ----------
        text
            A name, with or without the units that hold it (曹妃甸, 唐山市曹妃甸区, 河北省唐山市), or a code
            of 2, 4, 6, 9 or 12 digits. Width, case and spaces do not matter.
        level
            What the text is known to name; None if it may be any: then 承德 is the city, not the county.

        Returns
        -------
        UnitMatch
            A municipality counts as a city too.
        """
        wanted = normal_form(text)
        if not wanted:
            return _NOTHING
        key = (wanted, level)
        if key not in self._known:
            if len(self._known) > 100_000:
                self._known.clear()
            by_code = _CODE.fullmatch(wanted)
            self._known[key] = self._by_code(by_code[1], level) if by_code else self._by_name(wanted, level)
        return self._known[key]

    def _by_code(self, digits: str, level: PlaceKind | None) -> UnitMatch:
        code, rest = digits[:6].ljust(6, "0"), digits[6:].strip("0")
        if code in ("110100", "120100", "110200", "120200"):  # 市辖区 and 县 of a municipality.
            code = f"{code[:2]}0000"
        is_old = code not in self._codes
        code = self._old_codes.get(code, "") if is_old else code
        if not code or (level is not None and not _is_of(code, level)):
            return _NOTHING
        return UnitMatch((code,), is_old, rest)

    def _by_name(self, wanted: str, level: PlaceKind | None) -> UnitMatch:
        if wanted.isascii() and "," in wanted:  # In English the smaller unit comes first.
            wanted = ",".join(reversed(wanted.split(",")))
        readings = [
            (len(rest), rank, _LEVELS.index(level_of(code)), code, rest)
            for code, rank, rest in self._readings(wanted[:_MAX_NAME_CHARS], "", 0)
            if level is None or _is_of(code, level)
        ]
        if not readings:
            return _NOTHING
        shortest = min(readings)[0]
        full = [reading for reading in readings if reading[0] == shortest]
        best = min(full)[1]
        same = [reading for reading in full if reading[1] == best]
        top = min(reading[2] for reading in same) if level is None else -1
        codes = {reading[3] for reading in same if top in (-1, reading[2])}
        return UnitMatch(tuple(sorted(codes)), best == 2, min(full)[4] + wanted[_MAX_NAME_CHARS:])

    def _readings(self, text: str, holder: str, rank: int) -> Iterator[tuple[str, int, str]]:
        """Yield what a text may name below a unit: code, worst rank on the way, and what is left."""
        text = text.lstrip(_SEPARATORS)
        for filler in _FILLERS:
            text = text.removeprefix(filler)
        text = text.lstrip(_SEPARATORS)
        if holder:
            yield holder, rank, text.rstrip(_SEPARATORS)
        for length in range(min(len(text), self._longest), 1, -1):
            seam = text[length - 1 : length + 1]
            if len(seam) == 2 and seam.isascii() and seam.isalnum():
                continue  # In the middle of a Latin word.
            for called in self._called.get(text[:length], ()):
                if called.only_in and called.only_in != holder:
                    continue
                if not holder or holds(holder, called.code):
                    yield from self._readings(text[length:], called.code, max(rank, called.rank))


def _is_of(code: str, level: PlaceKind) -> bool:
    found = level_of(code)
    return found is level or (level is PlaceKind.CITY and code in ("110000", "120000"))


def _stems(name_zh: str, name_en: str) -> Iterator[str]:
    short = _NATIONS.sub("", name_zh)
    if short != name_zh:
        yield f"{short}县"
        yield f"{short}自治县"
    short = _ENDINGS.sub("", short)
    if short != name_zh:
        yield short
    english = normal_form(name_en)
    yield _ENGLISH_ENDINGS.sub("", english)


@cache
def shipped_old_codes(path: Path = OLD_CODES) -> Mapping[str, str]:
    """Return codes that are no longer in use → code of the unit of today; raises ResourceMissing."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["code"]: row["adcode"] for row in csv.DictReader(file)}
    except (OSError, KeyError) as exc:
        raise ResourceMissing(path.name, str(exc)) from exc


@cache
def shipped_unit_names() -> UnitNames:
    """Return the names of the units that we ship, made once; raises ResourceMissing."""
    catalogue, _findings = load_catalogue(RESOURCES)
    return UnitNames.of_catalogue(catalogue)
