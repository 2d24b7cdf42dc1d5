"""Places the rows of a list: where each is, how sure that is, and what the user makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.locating.columns import JudgedRows, TextColumn, is_numbered, judge_columns
from jjjmap.locating.judging import Judge, without_numbers
from jjjmap.locating.names import NameIndex, build_names
from jjjmap.locating.records import (
    FIELD_OF_ROLE,
    Closeness,
    Disagreement,
    Fields,
    Level,
    Reason,
    Verdict,
)
from jjjmap.locating.spots import Spot
from jjjmap.text.normal_form import fold

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]
Values = Any
"""A sequence, or an Arrow array, whole or in chunks."""
Mask = npt.NDArray[np.bool_]

LOW_CONFIDENCE = 0.7
"""Below it a row is worth a look."""

MAX_CELL_CHARS = 400
"""So much of a cell is read."""

_CELLS_A_STEP = 2_500
"""How many cells are done between two questions whether to stop: a guess, for much repeats itself."""
_SEPARATOR = "\ue000"
"""Of private use: parts cells while they are folded together."""
_CLOSENESS = tuple(Closeness)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a choice of the user changed, so that it can be taken back."""

    rows: tuple[int, ...]
    before: tuple[tuple[Any, ...], ...]
    """For each of the rows what stood in the arrays."""
    candidates: tuple[tuple[str, ...], ...]


class Placements:
    """The answer for n rows, as arrays; what a single row is about is worked out when it is asked for.

    Made by `Locator.place_rows`; only `choose`, `choose_point` and `undo` change it, in one thread.

    Attributes
    ----------
    place_id
        n ids (object): a place of the catalogue, a unit or a spot of `Locator.spot`; "" if there is none.
    unit_id
        n codes (object): the smallest unit that is sure; "" if none is.
    level, reason
        n numbers (uint8) of `Level` and `Reason`.
    lon, lat
        n degrees (float64), WGS-84: of the place, or its county's label point; NaN for rows without place.
    closeness
        n numbers (uint8): position in `Closeness`.
    confidence
        n shares (float32), 0…1.
    fields, disagreement
        n sets (uint8) of `Fields` and `Disagreement`.
    """

    _ARRAYS = (
        "place_id",
        "unit_id",
        "level",
        "reason",
        "lon",
        "lat",
        "closeness",
        "confidence",
        "fields",
        "disagreement",
    )

    def __init__(self, locator: Locator, cells: Mapping[Fields, pa.Array], rows: int) -> None:
        self.locator = locator
        self._cells = dict(cells)
        self.place_id: npt.NDArray[np.object_] = np.full(rows, "", dtype=object)
        self.unit_id: npt.NDArray[np.object_] = np.full(rows, "", dtype=object)
        self.level = np.zeros(rows, dtype=np.uint8)
        self.reason = np.zeros(rows, dtype=np.uint8)
        self.lon = np.full(rows, np.nan)
        self.lat = np.full(rows, np.nan)
        self.closeness = np.full(rows, _CLOSENESS.index(Closeness.NONE), dtype=np.uint8)
        self.confidence = np.zeros(rows, dtype=np.float32)
        self.fields = np.zeros(rows, dtype=np.uint8)
        self.disagreement = np.zeros(rows, dtype=np.uint8)
        self.candidates: dict[int, tuple[str, ...]] = {}
        """Of rows that have any."""

    def __len__(self) -> int:
        return len(self.level)

    def cells(self, row: int) -> dict[Fields, str]:
        """Return what stands in the columns of a row that its place is found by, as it stands there."""
        return {field: text for field, column in self._cells.items() if (text := column[row].as_py())}

    def verdict(self, row: int) -> Verdict:
        """Return why a row was placed where it was, before any choice of the user."""
        return self.locator.place(self.cells(row))

    def unplaced(self) -> Mask:
        """Return for each of n rows whether it has no place."""
        return np.asarray(self.level == Level.NONE)

    def ambiguous(self) -> Mask:
        """Return for each of n rows whether several places fit equally well."""
        return np.asarray(self.level == Level.AMBIGUOUS)

    def doubtful(self) -> Mask:
        """Return for each of n rows whether it has a place, but a doubtful one."""
        return np.asarray((self.level > Level.AMBIGUOUS) & (self.confidence < LOW_CONFIDENCE))

    def leads(self) -> Mask:
        """Return for each of n rows whether it is registered in another county than it sits in."""
        return np.asarray((self.disagreement & Disagreement.REGISTRATION) != 0)

    def alike(self, row: int) -> npt.NDArray[np.int64]:
        """Return the rows that say the same about their address (or zone, or region), this one among them."""
        for field in (Fields.ADDRESS, Fields.ZONE, Fields.REGION):
            column = self._cells.get(field)
            if column is not None and column[row].as_py():
                same = pc.fill_null(pc.equal(column, column[row]), False)
                return np.flatnonzero(same.to_numpy(zero_copy_only=False)).astype(np.int64)
        return np.array([row], dtype=np.int64)

    def rows_with(self, text: str) -> Mask:
        """Return for each of n rows whether one of its columns holds a text, whatever the case."""
        found = np.zeros(len(self), dtype=bool)
        for column in self._cells.values():
            hits = pc.match_substring(column, text, ignore_case=True)
            found |= pc.fill_null(hits, False).to_numpy(zero_copy_only=False)
        return found

    def set_all(self, judged: JudgedRows) -> None:
        """Put the verdicts of all rows into the arrays."""
        of_row, verdicts = judged.rows, judged.verdicts
        for name in ("place_id", "unit_id", "level", "reason", "confidence", "disagreement", "fields"):
            values = getattr(self, name)
            told = np.empty(len(verdicts), values.dtype)
            told[:] = [getattr(verdict, name) for verdict in verdicts]
            values[:] = told[of_row]
        nowhere = (np.nan, np.nan, _CLOSENESS.index(Closeness.NONE))
        points = np.array(
            [
                self.locator.position(one.place_id, one.unit_id) if one.place_id else nowhere
                for one in verdicts
            ]
        ).reshape(-1, 3)
        self.lon[:], self.lat[:], self.closeness[:] = points[of_row].T
        has_candidates = np.array([bool(one.candidates) for one in verdicts], bool)
        rows = np.flatnonzero(has_candidates[of_row])
        self.candidates = {
            row: verdicts[number].candidates
            for row, number in zip(rows.tolist(), of_row[rows].tolist(), strict=True)
        }

    def choose(self, rows: Iterable[int], place_id: str) -> Correction:
        """Put rows at a place because the user says so.

        Raises
        ------
        KeyError
            There is no such place.
        """
        spot = self.locator.names.spots[place_id]
        wanted = tuple(int(row) for row in rows)
        correction = self._remember(wanted)
        unit_id = self.locator.unit_of(spot)
        lon, lat, closeness = self.locator.position(place_id, unit_id)
        for row in wanted:
            self._decide(row, place_id, unit_id, spot.level, lon, lat, closeness)
        return correction

    def choose_point(self, rows: Iterable[int], lon: float, lat: float, unit_id: str) -> Correction:
        """Put rows at a point, in degrees; `unit_id` is the county there, "" outside of the region."""
        wanted = tuple(int(row) for row in rows)
        correction = self._remember(wanted)
        for row in wanted:
            self._decide(row, unit_id, unit_id, Level.SITE, lon, lat, _CLOSENESS.index(Closeness.SITE))
        return correction

    def undo(self, correction: Correction) -> None:
        """Take a choice back."""
        for row, values, candidates in zip(
            correction.rows, correction.before, correction.candidates, strict=True
        ):
            for name, value in zip(self._ARRAYS, values, strict=True):
                getattr(self, name)[row] = value
            if candidates:
                self.candidates[row] = candidates

    def _decide(
        self, row: int, place_id: str, unit_id: str, level: Level, lon: float, lat: float, closeness: int
    ) -> None:
        self.place_id[row], self.unit_id[row] = place_id, unit_id
        self.level[row], self.reason[row] = level, Reason.NONE
        self.lon[row], self.lat[row], self.closeness[row] = lon, lat, closeness
        self.confidence[row], self.fields[row] = 1.0, Fields.USER
        # What the user has looked at contradicts nothing any more, but where it is registered.
        registered = self.verdict(row).registered_id
        self.disagreement[row] = (
            Disagreement.REGISTRATION if self.locator.is_elsewhere(registered, unit_id) else Disagreement.NONE
        )

    def _remember(self, rows: tuple[int, ...]) -> Correction:
        return Correction(
            rows,
            tuple(tuple(getattr(self, name)[row] for name in self._ARRAYS) for row in rows),
            tuple(self.candidates.get(row, ()) for row in rows),
        )


class Locator:
    """Knows all names, and places rows by them without any network. Immutable; fit for several threads."""

    def __init__(self, catalogue: Catalogue, *, names: NameIndex | None = None) -> None:
        self.names = names or build_names(catalogue)
        self._judge = Judge(self.names)

    def spot(self, place_id: str) -> Spot | None:
        """Return what a row was placed at."""
        return self.names.spots.get(place_id)

    def name_of(self, place_id: str, language: Language) -> str:
        """Return the name of a place; its id if it is not known."""
        spot = self.names.spots.get(place_id)
        return spot.name(language) if spot is not None else place_id

    def full_name(self, place_id: str, language: Language) -> str:
        """Return the name of a place, led (in English followed) by city and county: 石家庄市桥西区."""
        spot = self.names.spots.get(place_id)
        if spot is None:
            return place_id
        inside = dict.fromkeys(
            (spot.codes[0][:4], spot.codes[0])
            if spot.codes[0][:2] == "13"
            else (spot.codes[0][:2], spot.codes[0])
        )
        names = [
            unit.name(language)
            for prefix in inside
            if (unit := self.names.spots.get(prefix.ljust(6, "0"))) is not None and unit.id != place_id
        ]
        if language is Language.ZH:
            own = spot.name(language)
            return "".join(names) + (own if spot.level <= Level.TOWN or not names else f"·{own}")
        return ", ".join([spot.name(language), *reversed(names)])

    def place(self, cells: Mapping[Fields, str]) -> Verdict:
        """Return where one row is; `cells` as they stand in the list."""
        return self._judge.judge({field: _folded(text) for field, text in cells.items()})

    def position(self, place_id: str, unit_id: str) -> tuple[float, float, int]:
        """Return lon and lat in degrees (NaN where none is known) and the position in `Closeness`."""
        for one in (place_id, unit_id):
            spot = self.names.spots.get(one)
            if spot is not None and spot.lon is not None and spot.lat is not None:
                return spot.lon, spot.lat, _CLOSENESS.index(spot.closeness)
        spot = self.names.spots.get(place_id)
        county = self.names.spots.get(spot.codes[0]) if spot is not None else None
        if county is not None and county.lon is not None and county.lat is not None:
            return county.lon, county.lat, _CLOSENESS.index(Closeness.COUNTY)
        return np.nan, np.nan, _CLOSENESS.index(Closeness.NONE)

    def unit_of(self, spot: Spot) -> str:
        """Return the unit that a spot is or lies in, the likeliest of several."""
        return spot.id if spot.level <= Level.COUNTY else spot.codes[0].ljust(6, "0")

    @staticmethod
    def is_elsewhere(registered_id: str, unit_id: str) -> bool:
        """Whether a unit of registration and another one, both codes or "", exclude each other."""
        if not registered_id or not unit_id:
            return False
        first, second = (code.rstrip("0") if len(code) == 6 else code for code in (registered_id, unit_id))
        first, second = (code + "0" * (len(code) % 2) for code in (first, second))
        return not (first.startswith(second) or second.startswith(first))

    def place_rows(
        self,
        columns: Mapping[ColumnRole, Values],
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> Placements | None:
        """Place the rows of a list.

        Parameters
        ----------
        columns
            What its columns hold, by role, all of the same length; roles that tell no place are passed over.
            Whatever a cell is, it is read as text; None is an empty one.
        progress
            Told the share that is done, 0…1.
        cancelled
            Asked every few milliseconds.

        Returns
        -------
        Placements or None
            None if it was cancelled.

        Raises
        ------
        ValueError
            The columns are of different lengths.
        """
        texts = {
            FIELD_OF_ROLE[role]: _texts(values) for role, values in columns.items() if role in FIELD_OF_ROLE
        }
        lengths = {len(column) for column in texts.values()}
        if len(lengths) > 1:
            raise ValueError(f"columns of different lengths: {sorted(lengths)}")
        rows = lengths.pop() if lengths else max((len(values) for values in columns.values()), default=0)
        placements = Placements(self, texts, rows)
        told = progress or (lambda _share: None)
        watch = _Watch(told, cancelled, work=rows * max(1, len(texts)))
        try:
            plain = {}
            for field, column in texts.items():
                watch.step()
                plain[field] = _plain_column(column, is_numbered(field))
            if plain:
                placements.set_all(judge_columns(self._judge, plain, rows, watch.step))
        except _Cancelled:
            return None
        if not plain:
            placements.reason[:] = Reason.NOTHING_SAID
        told(1.0)
        return placements


def _texts(values: Values) -> pa.Array:
    """Return a column as strings."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if not isinstance(values, pa.Array):
        texts = [
            None if value is None else value if isinstance(value, str) else str(value) for value in values
        ]
        return pa.array(texts, pa.string())
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_floating(values.type):
        # 110108.0 is what a spreadsheet makes of a code.
        whole = pc.equal(pc.round(values), values)
        numbers = pc.cast(pc.if_else(pc.fill_null(whole, False), values, None), pa.int64(), safe=False)
        return pc.coalesce(pc.cast(numbers, pa.string()), pc.cast(values, pa.string()))
    return values if pa.types.is_string(values.type) else pc.cast(values, pa.string())


def _folded(text: str) -> str:
    return fold(text[:MAX_CELL_CHARS].replace(_SEPARATOR, " ").strip())


def _plain_column(column: pa.Array, without: bool) -> TextColumn:
    """Return a column in plain characters, if wanted without numbers; each text is made plain once."""
    encoded = column.dictionary_encode()
    texts = [
        text[:MAX_CELL_CHARS].replace(_SEPARATOR, " ").strip() if text else ""
        for text in encoded.dictionary.to_pylist()
    ]
    # The numbers of houses make every address another one.
    numbers: dict[str, int] = {"": 0}
    of_text = np.zeros(len(texts) + 1, np.int64)
    for start in range(0, len(texts), 10_000):
        joined = fold(_SEPARATOR.join(texts[start : start + 10_000]))
        plain = without_numbers(joined) if without else joined
        for place, text in enumerate(plain.split(_SEPARATOR), start):
            # White space at the end of one text and the beginning of the next is left by none of them.
            of_text[place] = numbers.setdefault(text.strip(), len(numbers))
    of_text[-1] = 0
    indices = pc.fill_null(encoded.indices, len(texts)).to_numpy(zero_copy_only=False)
    return TextColumn(tuple(numbers), of_text[indices])


class _Cancelled(Exception):
    """The user has given up."""


class _Watch:
    """Tells how far the work is, and ends it when nobody wants it any more."""

    def __init__(self, told: Progress, cancelled: Cancelled | None, work: int) -> None:
        self._told, self._cancelled = told, cancelled
        self._steps, self._expected = 0, work / _CELLS_A_STEP

    def step(self) -> None:
        """Ask and tell."""
        if self._cancelled is not None and self._cancelled():
            raise _Cancelled
        self._steps += 1
        # How much of the work repeats is not known before: the share nears 1 and never goes back.
        self._told(1 - self._expected / (self._expected + self._steps) if self._expected else 0.0)
