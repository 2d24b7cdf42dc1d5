"""Where flows begin and end: the places that the cells of a table name, or the positions that they tell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.names import normal_form
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _, language
from jjjmap.layers.boundaries import UnitIndex
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.tables.joining import JoinTarget, PlaceNames, Unmatched, join_rows
from jjjmap.layers.unit_names import UnitNames

MOST_TOLD = 20
"""So many texts that nobody knows are told one by one; of the rest the number is told."""

MOST_CANDIDATES = 5

_PARTED = re.compile(r"[、，,和与及/&＋+·]|\band\b")
_LETTERS = {"京": "110000", "津": "120000", "冀": "130000"}
_AFTER = re.compile(r"(地区|区域|两地|三地|两省市?|三省市?)$")
_DECIMALS = 5
"""Of degrees, where positions are ends: nearer ones are the same."""


@dataclass(frozen=True, slots=True)
class End:
    """A place where flows begin or end."""

    id: str
    """Of a unit or place; several provinces by ``+``; for a position ``lon,lat``."""
    name: str
    lon: float
    """Degrees, WGS-84; NaN where nobody knows."""
    lat: float


@dataclass(frozen=True)
class Ends:
    """One side of the flows of n rows."""

    found: tuple[End, ...]
    end_of_row: npt.NDArray[np.int64]
    """n numbers into `found`; -1 for a row without."""
    unmatched: tuple[Unmatched, ...] = ()
    empty_rows: int = 0
    findings: tuple[Finding, ...] = ()


class EndNames:
    """What cells may call the ends of flows; made once for a catalogue."""

    def __init__(self, catalogue: Catalogue, units: UnitIndex) -> None:
        self._catalogue, self._units = catalogue, units
        self._names = PlaceNames(catalogue)
        self._unit_names = UnitNames.of_catalogue(catalogue)
        self._known: dict[str, End] = {}

    def named(self, table: FeatureTable, column: str, cancelled: Callable[[], bool]) -> Ends:
        """Return the ends that a column names: by name, former name, code, or several provinces at once."""
        first = join_rows(table, (column,), JoinTarget.PLACES, self._names, cancelled=cancelled)
        choices: dict[str, str] = {}
        findings: list[Finding] = []
        for each in first.unmatched:
            larger = self._larger_unit(each)
            several = "" if each.is_ambiguous else self._several_provinces(each.text)
            if larger:
                choices[each.text] = larger
                message = _("“{text}”有多个意思，取作{place}（{n} 行）。")
                findings.append(
                    Finding(
                        Severity.INFO,
                        "flow-name-shared",
                        column,
                        message.format(text=each.text, place=self.end(larger).name, n=f"{each.rows:,}"),
                        _("要另一个，请在名称前写明上级，或写区划代码。"),
                    )
                )
            elif several:
                choices[each.text] = several
        answer = first
        if choices:
            answer = join_rows(
                table, (column,), JoinTarget.PLACES, self._names, choices=choices, cancelled=cancelled
            )
        for old in first.old_names:
            message = _("“{text}”是旧名或旧代码，取作{place}（{n} 行）。")
            name = self.end(old.place_id).name
            findings.append(
                Finding(
                    Severity.INFO,
                    "flow-old-name",
                    column,
                    message.format(text=old.text, place=name, n=f"{old.rows:,}"),
                )
            )
        ends = tuple(self.end(each) for each in answer.place_ids)
        return Ends(
            ends,
            answer.place_of_row.astype(np.int64),
            answer.unmatched,
            answer.empty_rows,
            (*findings, *self._unknown(column, answer.unmatched)),
        )

    def end(self, end_id: str) -> End:
        """Return an end by its id: of a place, or of several provinces parted by ``+``."""
        if end_id not in self._known:
            places = [self._catalogue.places[each] for each in end_id.split("+")]
            lon, lat = places[0].lon, places[0].lat
            if len(places) > 1 or lon is None or lat is None:
                lon, lat = self._middle(
                    [code for place in places for code in place.area_adcodes or (place.id,)]
                )
            name = _("、").join(place.name(language()) for place in places)
            self._known[end_id] = End(end_id, name, lon, lat)
        return self._known[end_id]

    def code(self, digits: str) -> str:
        """Return the unit of six digits, former ones too; else its city or province; empty outside."""
        for code in (digits, f"{digits[:4]}00", f"{digits[:2]}0000"):
            found = self._unit_names.find(code)
            if found.code:
                return found.code
        return ""

    def _middle(self, codes: list[str]) -> tuple[float, float]:
        """Return a point inside of units; NaN if none of them has a shape."""
        shapes = [self._units.shape_of(code) for code in codes if code in self._units]
        if not shapes:
            return float("nan"), float("nan")
        point = shapely.point_on_surface(shapely.union_all(np.array(shapes, dtype=object)))
        return round(float(point.x), _DECIMALS), round(float(point.y), _DECIMALS)

    def _larger_unit(self, told: Unmatched) -> str:
        """Return the larger of units of one name, as 河北 is the province rather than the district."""
        if not told.is_ambiguous:
            return ""
        code = self._unit_names.find(told.text).code
        return code if code in told.candidates else ""

    def _several_provinces(self, text: str) -> str:
        form = _AFTER.sub("", normal_form(text))
        codes = [_LETTERS.get(letter, "") for letter in form]
        if not all(codes) or len(codes) < 2:
            parts = [part for part in _PARTED.split(text) if part.strip()]
            found = [self._unit_names.find(part).code for part in parts]
            codes = [code if code.endswith("0000") else "" for code in found]
        distinct = sorted(set(codes))
        return "+".join(distinct) if len(distinct) > 1 and all(distinct) else ""

    def _unknown(self, column: str, unmatched: tuple[Unmatched, ...]) -> list[Finding]:
        findings = []
        for each in unmatched[:MOST_TOLD]:
            candidates = each.candidates if each.is_ambiguous else self._alike(each)
            names = _("、").join(self._told(candidate) for candidate in candidates)
            if each.is_ambiguous:
                message, code = _("“{text}”有多个意思，{n} 行没有算进去。"), "flow-place-ambiguous"
                hint = _("请写明是哪一个：{names}。").format(names=names)
            else:
                message, code = _("“{text}”不是认得的地点，{n} 行没有算进去。"), "flow-place-unknown"
                hint = _("是不是：{names}？").format(names=names) if names else ""
            said = message.format(text=each.text, n=f"{each.rows:,}")
            findings.append(Finding(Severity.WARNING, code, column, said, hint))
        rest = unmatched[MOST_TOLD:]
        if rest:
            message = _("另有 {n} 个名称不认得或有多个意思，共 {rows} 行没有算进去。")
            rows = sum(each.rows for each in rest)
            said = message.format(n=f"{len(rest):,}", rows=f"{rows:,}")
            findings.append(Finding(Severity.WARNING, "flow-places-unknown", column, said))
        return findings

    def _alike(self, told: Unmatched) -> list[str]:
        """Return units and places that a text may mean; `PlaceNames` looks at one level at a time."""
        found = [each for level in JoinTarget for each in self._names.look_like(told.text, level)]
        return list(dict.fromkeys((*told.candidates, *found)))[:MOST_CANDIDATES]

    def _told(self, place_id: str) -> str:
        if place_id in self._units:
            return self._units.unit_name(place_id) if language().value == "zh" else self.end(place_id).name
        return self.end(place_id).name


def located(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], names: list[str | None] | None
) -> Ends:
    """Return the ends that n positions are, degrees WGS-84.

    Parameters
    ----------
    names
        n; what the ends are called. A position that is called twice keeps its first name.
    """
    usable = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    found: dict[str, int] = {}
    ends: list[End] = []
    end_of_row = np.full(len(lon), -1, np.int64)
    for row in np.flatnonzero(usable):
        x, y = round(float(lon[row]), _DECIMALS), round(float(lat[row]), _DECIMALS)
        key = f"{x:.{_DECIMALS}f},{y:.{_DECIMALS}f}"
        if key not in found:
            found[key] = len(ends)
            called = (names[row] or "").strip() if names else ""
            ends.append(End(key, called or f"{x:.4f}, {y:.4f}", x, y))
        end_of_row[row] = found[key]
    empty = int(np.count_nonzero(np.isnan(lon) | np.isnan(lat)))
    bad = int(np.count_nonzero(~usable)) - empty
    findings: tuple[Finding, ...] = ()
    if bad:
        message = _("{n} 行的经纬度超出范围，没有算进去。").format(n=f"{bad:,}")
        findings = (Finding(Severity.WARNING, "flow-position-invalid", "", message),)
    return Ends(tuple(ends), end_of_row, (), empty + bad, findings)
