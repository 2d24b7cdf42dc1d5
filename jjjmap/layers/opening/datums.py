"""What the coordinates of a file may be when it does not say, or cannot be right: guesses with reasons."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jjjmap.i18n import _
from jjjmap.layers.boundaries import UnitIndex, shipped_units
from jjjmap.layers.opening.conversion import (
    BD09,
    GCJ02,
    WGS84,
    DatumUnusable,
    datum_of_crs,
    from_wgs84,
    is_in_degrees,
    shapes_to_wgs84,
    shift_m,
    to_wgs84,
)
from jjjmap.layers.opening.datum_titles import datum_title
from jjjmap.layers.opening.datum_ways import both, ways_to_take
from jjjmap.layers.opening.records import DatumGuess, FileFormat
from jjjmap.layers.unit_names import UnitNames, holds, shipped_unit_names

__all__ = [
    "BD09",
    "GCJ02",
    "WGS84",
    "DatumUnusable",
    "datum_of_crs",
    "datum_title",
    "from_wgs84",
    "guess_datum",
    "is_in_degrees",
    "is_sure",
    "shapes_to_wgs84",
    "shift_m",
    "signature",
    "to_wgs84",
]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

SAMPLE = 5_000
"""Rows that are looked at, spread over the file."""

SURE = 0.9
"""Score from which a guess need not be shown before the file is read."""

_SHOWN = 8
_MAX_EVIDENCE = 12.0
"""Natural logarithm of the strongest say that borders have."""
_CHINA = (73.0, 135.1, 3.0, 54.0)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One way to take the numbers, and what speaks for it."""

    datum: str
    swap_axes: bool
    prior: float
    reason: str
    lon: FloatArray
    lat: FloatArray
    counties: npt.NDArray[np.str_]

    @property
    def in_region(self) -> BoolArray:
        return np.asarray(self.counties != "")

    def fit(self) -> float:
        """0…1: how much of it lies where data of this program lie."""
        on_earth = np.isfinite(self.lon)
        west, east, south, north = _CHINA
        in_china = (self.lon >= west) & (self.lon <= east) & (self.lat >= south) & (self.lat <= north)
        return float(0.01 * on_earth.mean() + 0.14 * in_china.mean() + 0.85 * self.in_region.mean())


def guess_datum(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    crs: str = "",
    *,
    names: Iterable[str] = (),
    beside: Iterable[str] = (),
    units: Sequence[str] | None = None,
    index: UnitIndex | None = None,
    unit_names: UnitNames | None = None,
) -> tuple[DatumGuess, ...]:
    """Return what coordinates may be, the best guess first.

    Parameters
    ----------
    x, y
        n coordinates each as they stand in the file; NaN for rows without. Some 5 000 of them are looked at.
    crs
        What the file itself names; empty if it names none.
    names
        What the columns of the coordinates are called: ``lng_gcj02``, 百度经度.
    beside
        Other names: of the file, the sheet, the columns beside.
    units
        For each of n rows the name or code of a county, a city or a province that it says to lie in.
    index, unit_names
        Borders and names of the units; the shipped ones if None.

    Returns
    -------
    tuple
        Scores add up to 1 at most; one guess with score 0 where nothing fits; none without coordinates.

    Notes
    -----
    The shift between the datums in degrees is some 550 m to 1.3 km: less than a town. It shows only in names,
    and in rows close to a border (`units`) or to the edge of the region; how often that is right:
    docs/decisions/0012-datums.md.
    """
    xs, ys, kept = _sample(x, y)
    if not len(xs):
        return ()
    ground = index or shipped_units()
    told = tuple(names), tuple(beside)
    declared = datum_of_crs(crs)
    candidates = [
        _Candidate(datum, swap, prior, reason, lon, lat, ground.county_of(lon, lat))
        for datum, swap, prior, reason in ways_to_take(xs, ys, declared, *told)
        for lon, lat in (to_wgs84(xs, ys, datum, swap),)
    ]
    if not candidates:
        return (DatumGuess(declared or WGS84, False, 0.0, _nothing_fits(), 0.0),)
    said = None if units is None else _expected([units[row] for row in kept], unit_names)
    weights = [candidate.prior * candidate.fit() for candidate in candidates]
    votes = [_inside_said(candidate, said) for candidate in candidates]
    by_borders = _border_evidence(candidates, votes, said is not None)
    scores = np.array(weights) * np.exp(by_borders)
    total = float(scores.sum())
    if total <= 0:
        return (DatumGuess(declared or WGS84, False, 0.0, _nothing_fits(), 0.0),)
    # A sure thing needs a place on the map: numbers that lead nowhere keep a low score.
    ceiling = min(1.0, max(candidate.fit() for candidate in candidates) / 0.14)
    guesses = [
        DatumGuess(
            candidate.datum,
            candidate.swap_axes,
            round(float(score) / total * ceiling, 4),
            _reason_with_borders(candidate, votes, at, by_borders),
            shift_m(xs, ys, candidate.datum, candidate.swap_axes),
        )
        for at, (candidate, score) in enumerate(zip(candidates, scores, strict=True))
    ]
    guesses.sort(key=lambda guess: -guess.score)
    return tuple(guess for guess in guesses[:_SHOWN] if guess.score >= 0.002)


def is_sure(guesses: Sequence[DatumGuess]) -> bool:
    """Return whether the best guess may be taken without asking: for `Inspection.must_ask` the opposite."""
    return not guesses or guesses[0].score >= SURE


def signature(file_format: FileFormat, columns: Iterable[str], crs: str) -> str:
    """Return 16 hex digits, the same for files of the same make: format, names of columns, CRS."""
    make = json.dumps([file_format.value, list(columns), crs.strip()], ensure_ascii=False)
    return hashlib.sha256(make.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _sample(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int64]]:
    """Return at most `SAMPLE` positions and the rows that they stand in."""
    xs = np.asarray(x, dtype=np.float64).ravel()
    ys = np.asarray(y, dtype=np.float64).ravel()
    rows = np.flatnonzero(np.isfinite(xs) & np.isfinite(ys) & ~((xs == 0) & (ys == 0)))
    if len(rows) > SAMPLE:
        rows = rows[np.linspace(0, len(rows) - 1, SAMPLE).astype(np.int64)]
    return xs[rows], ys[rows], rows


def _expected(units: Sequence[str], unit_names: UnitNames | None) -> list[tuple[str, ...]]:
    """Return for each row the units that it may say to lie in; none where it says nothing known."""
    known = unit_names or shipped_unit_names()
    return [known.find(str(text or "")).codes for text in units]


def _inside_said(candidate: _Candidate, said: list[tuple[str, ...]] | None) -> BoolArray:
    """Return for each row whether it lies in the unit that it says, or, where none is said, in the region."""
    if said is None:
        return candidate.in_region
    return np.fromiter(
        (
            bool(county) and any(holds(code, county) for code in codes)
            for county, codes in zip(candidate.counties.tolist(), said, strict=True)
        ),
        dtype=bool,
        count=len(said),
    )


def _border_evidence(
    candidates: list[_Candidate], votes: list[BoolArray], units_are_said: bool
) -> list[float]:
    """Return for each candidate the logarithm of what the borders say for it, against the best one (0).

    Only rows count that one candidate puts inside and the other outside. Borders err as much as the datums
    differ, so such rows go astray both ways: what counts is by how much more than chance one wins.
    """
    best = max(range(len(candidates)), key=lambda at: int(votes[at].sum()))
    answer = []
    for vote in votes:
        for_best = int((votes[best] & ~vote).sum())
        against = int((vote & ~votes[best]).sum())
        differing = for_best + against
        net = for_best - against
        surprise = net * net / (2.0 * (differing + 1.0))
        answer.append(-min(surprise if units_are_said else surprise / 2.0, _MAX_EVIDENCE))
    return answer


def _reason_with_borders(
    candidate: _Candidate, votes: list[BoolArray], at: int, by_borders: list[float]
) -> str:
    """Return the reason, led by the borders where they decide between candidates."""
    others = [by_borders[i] for i in range(len(by_borders)) if i != at]
    if by_borders[at] < 0 or not others or max(others) > -2.0:
        return candidate.reason
    inside = int(votes[at].sum())
    told = _("{total} 个位置中有 {inside} 个落在应在的行政区内，比别的基准都多。")
    return both(told.format(total=len(votes[at]), inside=inside), candidate.reason)


def _nothing_fits() -> str:
    return _("数值不像经纬度，也不像国家坐标系的米制坐标，可能是地方坐标系。")
