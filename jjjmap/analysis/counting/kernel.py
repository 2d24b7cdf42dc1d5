"""Which area a position lies in, and how many rows each area has: the one kernel of every engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from jjjmap.analysis.counting.areas import Areas, FloatArray, coverage
from jjjmap.analysis.counting.cross_table import Cell, CrossTable, Key, exact_totals, grouped
from jjjmap.analysis.counting.rows import AREA_ID, LAT, LON
from jjjmap.analysis.running import AnalysisImpossible, Cancelled, refuse_if
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.records import Column, ColumnKind
from jjjmap.layers.tables.cells import plain_text

IndexArray = npt.NDArray[np.int64]

_MARGIN = 1e-6
"""Share of a cell by which it is looked at beyond its edge: rounding cannot put a position that far."""
_UNSURE = -2
_OUTSIDE = -1
_DEEPEST = 11
_MOST_PAIRS = 1 << 22
"""Pairs of an area and a cell, or a position, that are looked at at once: areas may lie in a heap."""
_MOST_TESTED = 6
_MANY = 2_000
_NUMBERS = (ColumnKind.INTEGER, ColumnKind.NUMBER)


@dataclass(frozen=True, slots=True)
class CountPlan:
    """What is counted; names of columns, empty for none."""

    category: str = ""
    period: str = ""
    weight: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that must be read, each once."""
        return tuple(dict.fromkeys(name for name in (self.category, self.period, self.weight) if name))


def check_plan(plan: CountPlan, columns: Iterable[Column], title: str) -> None:
    """Raise AnalysisImpossible if a source lacks a column of the plan, or its weights are no numbers."""
    kinds = {column.name: column.kind for column in columns}
    for name in plan.columns:
        if name not in kinds:
            message = _("“{title}”里没有名为“{name}”的列（或者不是每个文件都有）。")
            raise AnalysisImpossible(
                Finding(
                    Severity.ERROR,
                    "no-such-column",
                    title,
                    message.format(title=title, name=name),
                    _("请改选别的列。"),
                )
            )
    if plan.weight and kinds[plan.weight] not in _NUMBERS:
        raise AnalysisImpossible(
            Finding(
                Severity.ERROR,
                "weight-not-a-number",
                title,
                _("列“{name}”不是数字，不能求和。").format(name=plan.weight),
                _("请改选数字列，或先在原文件里把它改成数字。"),
            )
        )


class PreparedAreas:
    """Areas made ready for many positions; each process makes its own.

    Parameters
    ----------
    areas
        What is asked about.
    rows
        About how many positions will be asked for: for many it pays to look closer at the borders first.
    cancelled
        Asked a few times while they are made ready; `AnalysisCancelled` is raised when it says True.

    Notes
    -----
    The areas are prepared polygons in an STRtree. With its help the box of all areas is cut into cells, and
    each cell is either outside of all areas, or in the inside of just one, or has a list of the areas that
    reach into it. Only positions of cells of the last kind are tested, one by one and exactly, so that the
    cells change the time and never the answer.
    """

    def __init__(self, areas: Areas, rows: int | None = None, cancelled: Cancelled = lambda: False) -> None:
        self.areas = areas
        # Sorted by id: where several areas of a partition have a position, the last one wins.
        self._order = np.array(sorted(range(len(areas)), key=lambda at: areas.ids[at]), dtype=np.int64)
        self._shapes = areas.shapes[self._order]
        shapely.prepare(self._shapes)
        self._row_of = {area_id: at for at, area_id in enumerate(areas.ids)}
        depth = _depth(len(areas), rows)
        # Cells that all have a long list save nothing, and fill the memory.
        heap = np.log2(_MOST_PAIRS / coverage(self._shapes)) / 2 if len(areas) else depth
        self._side = 1 << max(0, min(depth, int(heap)))
        self._cells = np.full(self._side * self._side, _OUTSIDE, dtype=np.int32)
        self._starts = np.zeros(1, dtype=np.int64)
        self._candidates = np.zeros(0, dtype=np.int64)
        bounds = shapely.total_bounds(self._shapes) if len(areas) else np.full(4, np.nan)
        is_somewhere = bool(np.isfinite(bounds).all())
        self._bounds = bounds if is_somewhere else np.zeros(4)
        west, south, east, north = self._bounds
        # An area without extent still has cells, and none so small that its margin is lost in rounding.
        self._cell_size = np.maximum([east - west, north - south], 1e-3) / self._side
        if is_somewhere:
            self._look(cancelled)
        self.most_pairs = int(np.diff(self._starts).max(initial=1))
        """Areas that a position is tested against, at most."""

    def _look(self, cancelled: Cancelled) -> None:
        """Cut the box into cells, the closer the nearer to a border."""
        tree = shapely.STRtree(self._shapes)
        column, row = (each.ravel() for each in np.mgrid[0:1, 0:1])
        level, deepest = 0, self._side.bit_length() - 1
        lists: list[IndexArray] = []
        counts: list[IndexArray] = []
        listed = 0
        cells = self._cells.reshape(self._side, self._side)
        while True:
            refuse_if(cancelled)
            span = self._side >> level
            box, area = tree.query(self._boxes(column, row, span))
            near = np.bincount(box, minlength=len(column))
            # Where many areas are near, a smaller cell may decide; at the end the position itself does. Small
            # areas have few cells inside of them, so that to test these costs more than it saves.
            is_tested = near[box] <= (_MOST_TESTED if len(self.areas) <= _MANY else 0)
            tested = np.flatnonzero(is_tested)
            boxes = self._boxes(column[box[tested]], row[box[tested]], span)
            touches = shapely.intersects(self._shapes[area[tested]], boxes)
            tested, boxes = tested[touches], boxes[touches]
            holds = np.zeros(len(box), dtype=bool)
            holds[tested] = shapely.contains_properly(self._shapes[area[tested]], boxes)
            kept = ~is_tested
            kept[tested] = True
            box, area, holds = box[kept], area[kept], holds[kept]
            touching = np.bincount(box, minlength=len(column))
            holding = np.bincount(box, holds, minlength=len(column)).astype(np.int64)
            only = np.full(len(column), _OUTSIDE, dtype=np.int32)
            only[box] = area
            is_clear = touching == holding
            is_listed = (is_clear & (touching > 1)) | (~is_clear & (level == deepest))
            # The areas of each cell of which there is a list, sorted by id within it.
            kept = is_listed[box]
            order = np.lexsort((area[kept], box[kept]))
            lists.append(area[kept][order].astype(np.int64))
            counts.append(touching[is_listed])
            value = np.where(is_listed, _UNSURE - listed - (np.cumsum(is_listed) - 1), only)
            listed += int(is_listed.sum())
            for at in np.flatnonzero(is_listed | (is_clear & (touching == 1))).tolist():
                left, low = column[at] * span, row[at] * span
                cells[left : left + span, low : low + span] = value[at]
            if level == deepest:
                break
            column, row = column[~is_clear], row[~is_clear]
            column = np.concatenate([2 * column + step for step in (0, 0, 1, 1)])
            row = np.concatenate([2 * row + step for step in (0, 1, 0, 1)])
            level += 1
        self._candidates = np.concatenate(lists)
        self._starts = np.concatenate(([0], np.cumsum(np.concatenate(counts)))).astype(np.int64)

    def _boxes(self, column: Any, row: Any, span: int) -> Any:
        west, south = self._bounds[:2]
        width, height = self._cell_size
        return shapely.box(
            west + (column * span - _MARGIN) * width,
            south + (row * span - _MARGIN) * height,
            west + ((column + 1) * span + _MARGIN) * width,
            south + ((row + 1) * span + _MARGIN) * height,
        )

    def of_positions(self, lon: FloatArray, lat: FloatArray) -> tuple[IndexArray, IndexArray]:
        """Return which positions lie in which areas.

        Parameters
        ----------
        lon, lat
            n degrees each, WGS-84; what is not finite is nowhere.

        Returns
        -------
        tuple
            m numbers of positions, ascending, and m numbers of areas in `Areas`. In a partition each position
            stands there once at most: on a common border it belongs to the area with the greatest id, as in
            `UnitIndex.county_of`. Elsewhere it stands there once for every area that holds or touches it.
        """
        west, south, east, north = self._bounds
        with np.errstate(invalid="ignore"):
            near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        x, y = lon[near], lat[near]
        width, height = self._cell_size
        column = np.minimum(((x - west) / width).astype(np.int64), self._side - 1)
        row = np.minimum(((y - south) / height).astype(np.int64), self._side - 1)
        cell = self._cells[column * self._side + row]
        unsure = np.flatnonzero(cell <= _UNSURE)
        number = (_UNSURE - cell[unsure]).astype(np.int64)
        counts = self._starts[number + 1] - self._starts[number]
        position = np.repeat(unsure, counts)
        # 0, 1, 2 … within each position, from where the areas of its cell begin.
        turn = np.arange(len(position)) - np.repeat(np.cumsum(counts) - counts, counts)
        area = self._candidates[np.repeat(self._starts[number], counts) + turn]
        inside = shapely.intersects_xy(self._shapes[area], x[position], y[position])
        position, area = position[inside], area[inside]
        if self.areas.is_partition:
            if len(position):
                # Areas stand sorted by id within each position: the last one counts.
                last = np.append(position[1:] != position[:-1], True)
                position, area = position[last], area[last]
            cell = np.maximum(cell, _OUTSIDE)
            cell[position] = area
            placed = np.flatnonzero(cell >= 0)
            return near[placed], self._order[cell[placed]]
        sure = np.flatnonzero(cell >= 0)
        position = np.concatenate((sure, position))
        area = np.concatenate((cell[sure].astype(np.int64), area))
        order = np.argsort(position, kind="stable")
        return near[position[order]], self._order[area[order]]

    def of_ids(self, ids: pa.Array) -> tuple[IndexArray, IndexArray]:
        """Return which of n rows name which areas, by their ids; as `of_positions`."""
        codes, texts = _encoded(ids, lambda value: value)
        known = np.array([self._row_of.get(text, _OUTSIDE) for text in texts], dtype=np.int64)
        area = known[codes]
        rows = np.flatnonzero(area >= 0)
        return rows, area[rows]


def _depth(areas: int, rows: int | None) -> int:
    """Return how often the box is halved: what is tested less must cost more than looking closer."""
    by_rows = 9
    for few, depth in ((50_000, 6), (1_000_000, 7), (15_000_000, 8)):
        if rows is not None and rows < few:
            by_rows = depth
            break
    # At least a cell for each area.
    by_areas = int(np.ceil(np.log2(max(areas, 1)) / 2))
    return min(max(by_rows, by_areas), _DEEPEST)


def count_in_areas(batch: pa.RecordBatch, areas: PreparedAreas, plan: CountPlan) -> CrossTable:
    """Count the rows of a batch.

    Parameters
    ----------
    batch
        At most 2²⁰ rows with the columns of the plan and ``lon`` and ``lat``, or ``area_id``: see `rows`.
    areas
        Where they may lie.
    plan
        What is counted.

    Notes
    -----
    The rule: a row lies in an area that its position is in or on the border of (predicate *intersects* on the
    very numbers, degrees as a plane). In a partition it counts once, on a common border in the area with the
    greatest id; where areas overlap it counts in each, and once in `CrossTable.several_rows`. Categories and
    periods are texts (`text_of`); a value that is missing is an empty text. A weight that is missing or not
    finite adds nothing and is counted in `CrossTable.unusable_weights`.
    """
    at_once = max(1, _MOST_PAIRS // areas.most_pairs)
    if batch.num_rows > at_once:
        starts = range(0, batch.num_rows, at_once)
        return CrossTable.sum_of(count_in_areas(batch.slice(at, at_once), areas, plan) for at in starts)
    if AREA_ID in batch.schema.names:
        ids = batch.column(AREA_ID)
        rows, at = areas.of_ids(ids)
        nowhere = int(pc.sum(pc.equal(pc.fill_null(ids.cast(pa.string()), ""), "")).as_py() or 0)
    else:
        lon, lat = (batch.column(name).to_numpy(zero_copy_only=False) for name in (LON, LAT))
        rows, at = areas.of_positions(lon, lat)
        nowhere = batch.num_rows - int(np.count_nonzero(np.isfinite(lon) & np.isfinite(lat)))
    # In a partition no row stands there twice.
    repeats = 0 if areas.areas.is_partition else int(np.count_nonzero(np.bincount(rows, minlength=1) > 1))
    placed = len(np.unique(rows)) if repeats else len(rows)
    category, categories = _texts(batch, plan.category)
    period, periods = _texts(batch, plan.period)
    span = len(categories) * len(periods)
    keys = at
    for codes, texts in ((category, categories), (period, periods)):
        if codes is not None:
            keys = keys * len(texts) + codes[rows]
    groups, where = grouped(keys, len(areas.areas) * span)
    counts = np.bincount(where, minlength=len(groups)).tolist()
    weighed, totals, unusable = _weighed(batch, plan.weight, rows, where, len(groups))
    cells: dict[Key, Cell] = {}
    for group, *cell in zip(groups.tolist(), counts, weighed, totals, strict=True):
        area, rest = divmod(group, span)
        key = (area, categories[rest // len(periods)], periods[rest % len(periods)])
        # Two values may have one text.
        known = cells.get(key, (0, 0, 0))
        cells[key] = (known[0] + cell[0], known[1] + cell[1], known[2] + cell[2])
    return CrossTable(
        cells,
        bool(plan.weight),
        batch.num_rows,
        nowhere,
        batch.num_rows - nowhere - placed,
        repeats,
        unusable,
    )


def text_of(value: Any) -> str:
    """Return a value of a category or period as text: 2021.0 is 2021, a truth value ``true``, none empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain_text(value + 0.0 if isinstance(value, float) else value)


def _texts(batch: pa.RecordBatch, name: str) -> tuple[IndexArray | None, list[str]]:
    """Return n numbers of texts, and the texts; None without a column, for one text that all have."""
    if not name:
        return None, [""]
    return _encoded(batch.column(name), text_of)


def _encoded(column: pa.Array, text: Any) -> tuple[IndexArray, list[str]]:
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    texts = [text(value) or "" for value in encoded.dictionary.to_pylist()]
    codes = pc.fill_null(encoded.indices.cast(pa.int64()), len(texts)).to_numpy(zero_copy_only=False)
    return codes, [*texts, ""]


def _weighed(
    batch: pa.RecordBatch, name: str, rows: IndexArray, where: IndexArray, count: int
) -> tuple[list[int], list[int], int]:
    """Return for each group how many rows have a weight and the exact total, and how many rows have none."""
    if not name:
        return [0] * count, [0] * count, 0
    weights: FloatArray = pc.cast(batch.column(name), pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    weights = weights[rows]
    usable = np.isfinite(weights)
    weighed = np.bincount(where[usable], minlength=count).tolist()
    unusable = len(np.unique(rows[~usable]))
    return weighed, exact_totals(where[usable], weights[usable], count), unusable
