"""A list of firms with where each row is: the columns of the answer beside its own, a point each."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.style import Geometry
from jjjmap.locating.evidence import disagreement_codes, evidence_codes, row_sentences
from jjjmap.locating.placing import Locator, Placements
from jjjmap.locating.records import FIELD_OF_ROLE, Closeness, Level, Reason

PLACED_COLUMNS = (
    "level",
    "place_id",
    "place",
    "unit_code",
    "unit",
    "precision",
    "confidence",
    "evidence",
    "disagreement",
    "relocation_lead",
    "candidates",
    "reason",
)
"""Columns that are added; where the list has one of that name, the new one gets a number behind its name."""

EXPLANATION = "explanation"

Roles = tuple[tuple[str, ColumnRole], ...]


def columns_by_role(table: FeatureTable, roles: Roles) -> dict[ColumnRole, pa.ChunkedArray]:
    """Return the columns that a place can be told from; the first of several with the same role."""
    found: dict[ColumnRole, pa.ChunkedArray] = {}
    for name, role in roles:
        if role in FIELD_OF_ROLE and role not in found and name in table.attributes.column_names:
            found[role] = table.attributes.column(name)
    return found


def placed_table(
    table: FeatureTable,
    placements: Placements,
    language: Language,
    *,
    explain: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> FeatureTable | None:
    """Return a list with `PLACED_COLUMNS` and a point for each row that has a place.

    Parameters
    ----------
    table
        n rows; positions that they have are replaced.
    placements
        Of the same n rows.
    language
        Of the names of places.
    explain
        Whether a column says in sentences why each row is where it is.
    cancelled
        Asked now and then while sentences are made.

    Returns
    -------
    FeatureTable or None
        None if it was cancelled.
    """
    attributes = table.attributes
    named = _Names(placements.locator, language)
    columns: list[pa.Array] = [
        pa.array([Level(level).word for level in placements.level.tolist()]),
        pa.array(placements.place_id.tolist(), pa.string()),
        pa.array([named(place_id) for place_id in placements.place_id.tolist()], pa.string()),
        pa.array(placements.unit_id.tolist(), pa.string()),
        pa.array([named(unit_id) for unit_id in placements.unit_id.tolist()], pa.string()),
        pa.array([tuple(Closeness)[number].value for number in placements.closeness.tolist()]),
        pa.array(np.round(placements.confidence.astype(np.float64), 3)),
        pa.array(_decoded(placements.fields.tolist(), evidence_codes), pa.string()),
        pa.array(_decoded(placements.disagreement.tolist(), disagreement_codes), pa.string()),
        pa.array(placements.leads()),
        pa.array(
            ["|".join(placements.candidates.get(row, ())) for row in range(len(placements))], pa.string()
        ),
        pa.array([_REASONS[reason] for reason in placements.reason.tolist()], pa.string()),
    ]
    names = list(PLACED_COLUMNS)
    if explain:
        sentences = []
        for row in range(len(placements)):
            if row % 1_000 == 0 and cancelled():
                return None
            sentences.append(" ".join(row_sentences(placements, row)))
        columns.append(pa.array(sentences, pa.string()))
        names.append(EXPLANATION)
    for name, column in zip(names, columns, strict=True):
        attributes = attributes.append_column(_free_name(name, attributes.column_names), column)
    return FeatureTable(attributes, Geometry.POINT, placements.lon.copy(), placements.lat.copy())


_REASONS = {
    Reason.NONE.value: "",
    Reason.NOTHING_SAID.value: "empty",
    Reason.NOTHING_KNOWN.value: "no known name",
    Reason.OUTSIDE.value: "outside the region",
}


class _Names:
    """Names of places, each looked up once."""

    def __init__(self, locator: Locator, language: Language) -> None:
        self._locator, self._language = locator, language
        self._known: dict[str, str] = {"": ""}

    def __call__(self, place_id: str) -> str:
        if place_id not in self._known:
            self._known[place_id] = self._locator.name_of(place_id, self._language)
        return self._known[place_id]


def _decoded(numbers: list[int], words: Callable[[int], str]) -> list[str]:
    known = {number: words(number) for number in set(numbers)}
    return [known[number] for number in numbers]


def _free_name(name: str, taken: list[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
