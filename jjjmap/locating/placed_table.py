"""A list of firms with where each row is: the columns of the answer beside its own, a point each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jjjmap.i18n import Language, _
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.style import Geometry
from jjjmap.locating.evidence import (
    closeness_name,
    disagreement_codes,
    disagreement_words,
    evidence_codes,
    evidence_words,
    level_name,
    reason_words,
    row_sentences,
)
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

READING_ORDER = (
    "place",
    "level",
    "unit",
    "unit_code",
    "confidence",
    "precision",
    "evidence",
    "disagreement",
    "relocation_lead",
    "candidates",
    "reason",
    "place_id",
)
"""In which people read them: what it is about first."""

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
    in_words: bool = False,
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
    in_words
        Whether the columns are called and filled in the language in use, for people; else they have the
        stable names of `PLACED_COLUMNS` and words for programs.
    cancelled
        Asked now and then while sentences are made.

    Returns
    -------
    FeatureTable or None
        None if it was cancelled.
    """
    attributes = table.attributes
    # 新华区 alone tells a person too little: there are two.
    names_of = placements.locator.full_name if in_words else placements.locator.name_of
    named = _Names(names_of, language)
    words = _IN_WORDS if in_words else _FOR_PROGRAMS
    candidates = placements.candidates
    columns: dict[str, pa.Array] = {
        "level": pa.array(_decoded(placements.level.tolist(), words.level), pa.string()),
        "place_id": pa.array(placements.place_id.tolist(), pa.string()),
        "place": pa.array([named(place_id) for place_id in placements.place_id.tolist()], pa.string()),
        "unit_code": pa.array(placements.unit_id.tolist(), pa.string()),
        "unit": pa.array([named(unit_id) for unit_id in placements.unit_id.tolist()], pa.string()),
        "precision": pa.array(_decoded(placements.closeness.tolist(), words.precision), pa.string()),
        "confidence": pa.array(np.round(placements.confidence.astype(np.float64), 3)),
        "evidence": pa.array(_decoded(placements.fields.tolist(), words.evidence), pa.string()),
        "disagreement": pa.array(_decoded(placements.disagreement.tolist(), words.disagreement), pa.string()),
        "relocation_lead": pa.array(placements.leads()),
        "candidates": pa.array(
            [
                words.candidates(candidates.get(row, ()), placements.locator, language)
                for row in range(len(placements))
            ],
            pa.string(),
        ),
        "reason": pa.array(_decoded(placements.reason.tolist(), words.reason), pa.string()),
    }
    if explain:
        sentences = []
        for row in range(len(placements)):
            if row % 1_000 == 0 and cancelled():
                return None
            sentences.append(" ".join(row_sentences(placements, row)))
        columns[EXPLANATION] = pa.array(sentences, pa.string())
    order = READING_ORDER if in_words else PLACED_COLUMNS
    titles = column_titles() if in_words else {}
    for name in (*order, *([EXPLANATION] if explain else [])):
        title = _free_name(titles.get(name, name), attributes.column_names)
        attributes = attributes.append_column(title, columns[name])
    return FeatureTable(attributes, Geometry.POINT, placements.lon.copy(), placements.lat.copy())


def column_titles() -> dict[str, str]:
    """Return what the columns that are added are called for people, in the language in use."""
    return {
        "level": _("落位级别"),
        "place_id": _("地点编号"),
        "place": _("落位地点"),
        "unit_code": _("落位区划代码"),
        "unit": _("落位行政区"),
        "precision": _("点位精度"),
        "confidence": _("把握"),
        "evidence": _("落位依据"),
        "disagreement": _("不一致"),
        "relocation_lead": _("迁移线索"),
        "candidates": _("候选地点"),
        "reason": _("未落位原因"),
        EXPLANATION: _("说明"),
    }


@dataclass(frozen=True, slots=True)
class _Words:
    """How the numbers of an answer become text."""

    level: Callable[[int], str]
    precision: Callable[[int], str]
    evidence: Callable[[int], str]
    disagreement: Callable[[int], str]
    reason: Callable[[int], str]
    candidates: Callable[[Sequence[str], Locator, Language], str]


_REASONS = {
    Reason.NONE.value: "",
    Reason.NOTHING_SAID.value: "empty",
    Reason.NOTHING_KNOWN.value: "no known name",
    Reason.OUTSIDE.value: "outside the region",
}

_FOR_PROGRAMS = _Words(
    level=lambda level: Level(level).word,
    precision=lambda number: tuple(Closeness)[number].value,
    evidence=evidence_codes,
    disagreement=disagreement_codes,
    reason=lambda reason: _REASONS[reason],
    candidates=lambda ids, _locator, _language: "|".join(ids),
)

_IN_WORDS = _Words(
    level=lambda level: level_name(Level(level)),
    precision=lambda number: closeness_name(tuple(Closeness)[number]),
    evidence=evidence_words,
    disagreement=disagreement_words,
    reason=lambda reason: reason_words(Reason(reason)),
    candidates=lambda ids, locator, language: _("、").join(locator.full_name(each, language) for each in ids),
)


class _Names:
    """Names of places, each looked up once."""

    def __init__(self, names_of: Callable[[str, Language], str], language: Language) -> None:
        self._names_of, self._language = names_of, language
        self._known: dict[str, str] = {"": ""}

    def __call__(self, place_id: str) -> str:
        if place_id not in self._known:
            self._known[place_id] = self._names_of(place_id, self._language)
        return self._known[place_id]


def _decoded(numbers: list[int], words: Callable[[int], str]) -> list[str]:
    known = {number: words(number) for number in set(numbers)}
    return [known[number] for number in numbers]


def _free_name(name: str, taken: list[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
