"""A table with the shapes of the units, or the points of the places, that its rows were joined to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import _, language
from jjjmap.layers.boundaries import UnitIndex
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry
from jjjmap.layers.tables.joining import JoinAnswer, JoinTarget

MAX_SHAPE_BYTES = 512 * 1024 * 1024
"""Of WKB in one joined table; what is beyond gets no shape and is told."""


class Repeats(StrEnum):
    """What becomes of rows that mean a unit which an earlier row means too."""

    FIRST = "first"
    """They stay in the table without a shape: one unit is drawn once."""
    EVERY = "every"
    """Each is drawn; shapes lie upon one another."""


@dataclass(frozen=True)
class JoinedTable:
    """The table that came of a join, and what is not on the map."""

    table: FeatureTable
    """The rows in their order, with two columns more: id and name of the unit or place."""
    unmatched_rows: int
    """Without a unit or place, or with one that has no position."""
    repeated_rows: int
    """Without a shape because an earlier row has it."""
    added_rows: int
    """Units at the end that no row means."""


def join_to_units(
    table: FeatureTable,
    answer: JoinAnswer,
    units: UnitIndex,
    *,
    repeats: Repeats = Repeats.FIRST,
    with_missing: bool = False,
) -> JoinedTable:
    """Give rows the shapes of their units.

    Parameters
    ----------
    table
        n rows; positions that it has are left behind.
    answer
        Made of the same rows, for counties, cities or provinces.
    repeats
        For rows that mean the same unit.
    with_missing
        Whether units that no row means are added at the end, with empty attributes, so that the map shows
        where there are no data.

    Returns
    -------
    JoinedTable
        Polygons, WGS-84; null for rows without a unit.
    """
    ids = list(answer.place_ids)
    rows = answer.place_of_row
    attributes = table.attributes
    added = _missing(answer, units) if with_missing else []
    if added:
        rows = np.concatenate([rows, np.arange(len(ids), len(ids) + len(added), dtype=rows.dtype)])
        ids += added
        nulls = {field.name: pa.nulls(len(added), field.type) for field in attributes.schema}
        attributes = pa.concat_tables([attributes, pa.table(nulls, schema=attributes.schema)])
    names = {code: units.unit(code).name_zh for code in ids if code in units}
    shapes = [shapely.to_wkb(units.shape_of(code)) if code in units else None for code in ids]
    drawn = rows.copy()
    if repeats is Repeats.FIRST:
        _codes, first = np.unique(rows, return_index=True)
        is_first = np.zeros(len(rows), dtype=bool)
        is_first[first] = True
        drawn[~is_first] = -1
    drawn = _within_limit(drawn, shapes)
    chosen = pa.array(np.where(drawn < 0, 0, drawn), mask=drawn < 0)
    wkb = pa.array(shapes or [None], pa.large_binary()).take(chosen)
    without = int((rows >= 0).sum() - (drawn >= 0).sum())
    joined = FeatureTable(
        _with_names(attributes, ids, names, rows), Geometry.POLYGON, wkb=pa.chunked_array([wkb])
    )
    return JoinedTable(joined, int((rows < 0).sum()), without, len(added))


def join_to_places(table: FeatureTable, answer: JoinAnswer, catalogue: Catalogue) -> JoinedTable:
    """Give rows the points of their places, degrees WGS-84; NaN for rows without."""
    known = [catalogue.places[place_id] for place_id in answer.place_ids]
    # One more at the end, for rows without a place: -1 is the last.
    lon = np.array([np.nan if place.lon is None else place.lon for place in known] + [np.nan])
    lat = np.array([np.nan if place.lat is None else place.lat for place in known] + [np.nan])
    rows = answer.place_of_row
    names = {place.id: place.name(language()) for place in known}
    attributes = _with_names(table.attributes, answer.place_ids, names, rows)
    joined = FeatureTable(attributes, Geometry.POINT, lon[rows], lat[rows])
    return JoinedTable(joined, int((~joined.has_position()).sum()), 0, 0)


def _missing(answer: JoinAnswer, units: UnitIndex) -> list[str]:
    if answer.target is JoinTarget.PLACES:
        return []
    met = set(answer.place_ids)
    return [unit.code for unit in units.of_level(answer.target.name.lower()) if unit.code not in met]


def _within_limit(drawn: np.ndarray, shapes: list[bytes | None]) -> np.ndarray:
    """Take the shapes from the last rows where all together would be too large."""
    sizes = np.array([len(shape or b"") for shape in shapes] + [0], dtype=np.int64)
    drawn = drawn.copy()
    drawn[np.cumsum(sizes[drawn]) > MAX_SHAPE_BYTES] = -1
    return drawn


def _with_names(
    attributes: pa.Table, ids: Sequence[str], names: Mapping[str, str], rows: np.ndarray
) -> pa.Table:
    chosen = pa.array(np.where(rows < 0, 0, rows), mask=rows < 0)
    columns: tuple[tuple[str, list[str | None]], ...] = (
        (_("地点编号"), list(ids)),
        (_("地点名称"), [names.get(one) for one in ids]),
    )
    for title, values in columns:
        unique, number = title, 2
        while unique in attributes.column_names:
            unique, number = f"{title}_{number}", number + 1
        attributes = attributes.append_column(
            unique, pa.array(values or [None], pa.large_string()).take(chosen)
        )
    return attributes
