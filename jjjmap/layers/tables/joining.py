"""Joining a table to units or places by what its rows call them: 唐山, 唐山市曹妃甸区, 130209, old names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jjjmap.catalogue.models import Catalogue, PlaceKind
from jjjmap.catalogue.names import normal_form
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.unit_names import UnitNames, level_of

RowArray = npt.NDArray[np.int32]

_SLASH = pa.scalar("/", pa.large_string())
_CANDIDATES = 5
_LIKE = 0.6
"""How much a name has to look like a text, 0…1, to be told as a candidate."""
_HELPED = 500
"""So many unmatched texts, the most frequent, get candidates that look like them."""


class JoinTarget(StrEnum):
    """What the rows of a table are joined to."""

    COUNTIES = "county"
    CITIES = "city"
    PROVINCES = "province"
    PLACES = "place"
    """Places of policy and units alike, as points."""

    @property
    def level(self) -> PlaceKind | None:
        """The level of unit that texts are taken for; None for places."""
        return None if self is JoinTarget.PLACES else PlaceKind(self.value)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A text that could not be joined, however many rows have it."""

    text: str
    rows: int
    candidates: tuple[str, ...]
    """Ids that it may mean, the likeliest first: all of them if it is ambiguous, else what looks like it."""
    is_ambiguous: bool
    """Whether it names several rather than none."""


@dataclass(frozen=True, slots=True)
class OldName:
    """A former name or code, joined to the unit of today."""

    text: str
    place_id: str
    rows: int


@dataclass(frozen=True)
class JoinAnswer:
    """Which place each row of a table means."""

    target: JoinTarget
    place_ids: tuple[str, ...]
    """The places that were met, each once."""
    place_of_row: RowArray
    """n numbers into `place_ids`; -1 for a row without."""
    unmatched: tuple[Unmatched, ...]
    """The most frequent first."""
    old_names: tuple[OldName, ...]
    empty_rows: int
    """Rows that say nothing at all."""

    def __len__(self) -> int:
        return len(self.place_of_row)

    @property
    def matched_rows(self) -> int:
        """How many rows have a place."""
        return int((self.place_of_row >= 0).sum())

    @property
    def matched_share(self) -> float:
        """0…1: of the rows that say something."""
        said = len(self) - self.empty_rows
        return self.matched_rows / said if said else 0.0

    def place_id(self, row: int) -> str:
        """Return the place of a row; an empty text if it has none."""
        at = int(self.place_of_row[row])
        return self.place_ids[at] if at >= 0 else ""

    def repeated(self) -> tuple[tuple[str, int], ...]:
        """Return the places that several rows mean, with the number of rows, the most frequent first."""
        counts = np.bincount(self.place_of_row[self.place_of_row >= 0], minlength=len(self.place_ids))
        many = [(self.place_ids[at], int(counts[at])) for at in np.flatnonzero(counts > 1)]
        return tuple(sorted(many, key=lambda pair: (-pair[1], pair[0])))


class PlaceNames:
    """What rows may call units and places; made once for a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._units = UnitNames.of_catalogue(catalogue)
        self._places: dict[str, list[tuple[int, bool, str]]] = defaultdict(list)
        self._forms: dict[JoinTarget, dict[str, str]] = {target: {} for target in JoinTarget}
        for place in catalogue.places.values():
            is_unit = place.kind.is_unit
            forms = self._forms[JoinTarget(place.kind.value) if is_unit else JoinTarget.PLACES]
            names = (place.id, place.name_zh, place.name_en)
            also = (place.name_zh[:-1],) if is_unit else (place.short_zh, place.short_en, *place.aliases)
            for rank, called in ((0, names), (1, also)):
                for form in dict.fromkeys(normal_form(name) for name in called if name):
                    self._places[form].append((rank, is_unit, place.id))
                    forms.setdefault(form, place.id)

    def find(self, text: str, target: JoinTarget) -> tuple[tuple[str, ...], bool]:
        """Return the ids that a text means, one if it is clear, and whether it is a former name or code."""
        if target is JoinTarget.PLACES:
            # A name beats an alias, a place of policy beats a unit, as in `catalogue.names.find_place`.
            places = sorted(self._places.get(normal_form(text), ()))
            best = tuple(found for *fit, found in places if fit == list(places[0][:2]))
            if best:
                return best, False
        match = self._units.find(text, target.level)
        return (match.codes, match.is_old) if not match.rest else ((), False)

    def look_like(self, text: str, target: JoinTarget) -> tuple[str, ...]:
        """Return ids that a text without a match may mean, the likeliest first."""
        partly = self._units.find(text, target.level).codes
        forms = self._forms[target]
        near = get_close_matches(normal_form(text)[:60], forms, _CANDIDATES, cutoff=_LIKE)
        return tuple(dict.fromkeys((*partly, *(forms[form] for form in near))))[:_CANDIDATES]


def join_rows(
    table: FeatureTable,
    columns: Sequence[str],
    target: JoinTarget,
    names: PlaceNames,
    *,
    choices: Mapping[str, str] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> JoinAnswer:
    """Find for each row of a table the unit or place that it means.

    Parameters
    ----------
    table
        n rows.
    columns
        Columns with names or codes, the largest unit first where several say it together (省, 市, 县).
    target
        What the rows mean.
    choices
        What the user decided: text as in `Unmatched.text` → id, or an empty text for none.
    cancelled
        Asked between texts; what is returned then is not whole.

    Returns
    -------
    JoinAnswer
        A text that may mean several places is left out, with all of them as candidates.

    Notes
    -----
    Each different text is looked at once: a million rows with 200 names cost what 200 names cost.
    """
    encoded = _texts(table, columns).dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    numbers = encoded.indices.to_numpy()
    counts = np.bincount(numbers, minlength=len(texts))
    decided = dict(choices or {})
    places: dict[str, int] = {}
    place_of_text = np.full(max(len(texts), 1), -1, dtype=np.int32)
    open_texts: list[tuple[int, str, tuple[str, ...]]] = []
    old_names: list[OldName] = []
    empty_rows = 0
    for at, text in enumerate(texts):
        if cancelled():
            break
        rows = int(counts[at])
        if not text.strip("/ \u3000"):
            empty_rows += rows
            continue
        is_old = False
        if text in decided:
            ids: tuple[str, ...] = (decided[text],) if decided[text] else ()
        else:
            ids, is_old = names.find(text, target)
        if len(ids) == 1:
            place_of_text[at] = places.setdefault(ids[0], len(places))
            if is_old:
                old_names.append(OldName(text, ids[0], rows))
        else:
            open_texts.append((rows, text, ids))
    open_texts.sort(key=lambda entry: (-entry[0], entry[1]))
    return JoinAnswer(
        target,
        tuple(places),
        place_of_text[numbers],
        tuple(_with_candidates(open_texts, target, names, cancelled)),
        tuple(sorted(old_names, key=lambda old: (-old.rows, old.text))),
        empty_rows,
    )


def _with_candidates(
    open_texts: Iterable[tuple[int, str, tuple[str, ...]]],
    target: JoinTarget,
    names: PlaceNames,
    cancelled: Callable[[], bool],
) -> Iterable[Unmatched]:
    for at, (rows, text, ids) in enumerate(open_texts):
        is_helped = not ids and at < _HELPED and not cancelled()
        yield Unmatched(text, rows, names.look_like(text, target) if is_helped else ids, len(ids) > 1)


def guess_target(table: FeatureTable, columns: Sequence[str], names: PlaceNames) -> JoinTarget:
    """Return what most of the first 2 000 rows can be joined to; counties where nothing fits."""
    first = table.take(np.arange(min(len(table), 2_000)))
    texts = [text for text in _texts(first, columns).to_pylist() if text.strip("/ ")]
    shares = {target: 0 for target in JoinTarget}
    for text in texts:
        for target in JoinTarget:
            ids, _is_old = names.find(text, target)
            # 北京市 may be a city, but a column of provinces has 河北省 as well.
            shares[target] += 2 * bool(ids) + any(level_of(code) == target.level for code in ids)
    return max(shares, key=lambda target: shares[target])


def _texts(table: FeatureTable, columns: Sequence[str]) -> pa.Array:
    """Return n texts: what the columns say, joined by ``/``; a number without its ``.0``."""
    parts = [_as_text(table.attributes.column(name)) for name in columns]
    joined = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, _SLASH)
    whole = joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.cast(kind.value_type))
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_finite(column), column, None)
        is_code = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 1e15))
        column = pc.if_else(is_code, column, None).cast(pa.int64())
    return pc.fill_null(pc.utf8_trim_whitespace(column.cast(pa.large_string())), "")
