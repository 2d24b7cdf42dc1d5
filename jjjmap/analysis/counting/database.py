"""Counting where the rows live: a PostGIS database counts by itself, and comes to what the kernel comes to.

The areas are sent as parameters, cut along a grid, so that each row of the table is looked at once, with the
few areas that reach into its cell. What PostGIS might see otherwise than the kernel, positions within a
hair's breadth of a border, comes back row by row and is counted here, by the kernel. Nothing is written.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely
from psycopg import sql

from jjjmap.analysis.counting.areas import Areas, ShapeArray, coverage
from jjjmap.analysis.counting.cross_table import Cell, CrossTable, Key
from jjjmap.analysis.counting.kernel import CountPlan, PreparedAreas, check_plan, count_in_areas, text_of
from jjjmap.analysis.counting.rows import BATCH_ROWS, LAT, LON
from jjjmap.analysis.running import AnalysisCancelled, AnalysisImpossible, Cancelled, Progress, refuse_if
from jjjmap.errors import DatabaseUnusable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.database_address import DatabaseAddress
from jjjmap.layers.opening.database_connection import STATEMENT_SECONDS, ReadingConnection, identifier
from jjjmap.layers.opening.postgis_tables import GeometryColumn, PostgisTables
from jjjmap.layers.opening.records import ColumnKind

logger = logging.getLogger(__name__)

IndexArray = npt.NDArray[np.int64]

NEAR_DEGREES = 1e-9
"""A tenth of a millimetre. PostGIS tests points in float64, the kernel exactly: here they might differ."""

BLOCKS = 8192
"""Blocks of 8 kB that are counted by one statement, where the table has blocks that can be told apart."""

_MARGIN = 1e-3
"""Share of a cell by which areas are cut beyond its edge: no cut is near any position of the cell."""
_LEAST_DEPTH, _MOST_DEPTH = 5, 9
_MOST_PARTS = 1 << 22
"""Parts of areas that a grid is allowed to have, about."""
_GROUPS = 5_000
_TID_SCANS = 140_000
"""The version of the server that reads a range of blocks without the rest."""
_LIMB_BITS = 52
_UNIT_BITS = 1074

_POLYGONS = (3, 6)

_NOWHERE, _COUNTED, _ALONE, _NO_POINT = range(4)
"""What becomes of a row: told only as their number; counted there; counted here; refused."""


def count_in_database(
    address: DatabaseAddress,
    table: str,
    areas: Areas,
    plan: CountPlan,
    progress: Progress,
    cancelled: Cancelled,
    *,
    password: str | None = None,
    statement_seconds: float = STATEMENT_SECONDS,
) -> CrossTable:
    """Count the rows of a table or view of points in the database.

    Parameters
    ----------
    address
        Where it is.
    table
        As `PostgisReader.find` takes it: ``schema.table.column`` or a shorter form that is clear.
    progress
        Told the share of the table that is done; for a view only the end.
    cancelled
        Asked some twenty times a second; the server stops, too.
    password
        None to let libpq look for one.
    statement_seconds
        After which the server gives up a statement: one for every 64 MB of a table, one for all of a view.

    Returns
    -------
    CrossTable
        To the last bit what the kernel returns for the same positions and values: those that
        `PostgisReader.read` reads with the SRID's own datum. Whoever makes the same position of another datum
        must read the layer instead.

    Raises
    ------
    DatabaseUnusable
        With one of `database_reasons.REASONS`; ``too-slow`` at the limit.
    AnalysisImpossible
        There are lines or polygons, or a column of the plan is missing or no number.
    AnalysisCancelled
        Somebody asked to stop.
    """
    try:
        with ReadingConnection(
            address, password, cancelled=cancelled, statement_seconds=statement_seconds
        ) as connection:
            return _Count(connection, table, areas, plan).run(progress, cancelled)
    except DatabaseUnusable as exc:
        if exc.reason == "cancelled":
            raise AnalysisCancelled from exc
        raise


@dataclass(frozen=True, slots=True)
class _Grid:
    """Areas cut along a grid of side × side cells; n parts."""

    west: float
    south: float
    east: float
    north: float
    side: int
    cell: IndexArray
    """N numbers of cells, in no order: column · side + row."""
    area: IndexArray
    """N places of areas when they are sorted by id."""
    part: ShapeArray
    """N polygons; None where the area holds all of the cell."""

    @property
    def width(self) -> float:
        """Of a cell, in degrees."""
        return max(self.east - self.west, NEAR_DEGREES) / self.side

    @property
    def height(self) -> float:
        """Of a cell, in degrees."""
        return max(self.north - self.south, NEAR_DEGREES) / self.side


class _Count:
    """One count over a connection."""

    def __init__(self, connection: ReadingConnection, table: str, areas: Areas, plan: CountPlan) -> None:
        self._connection = connection
        self._tables = PostgisTables(connection)
        self._column = self._tables.find(table)
        fields, _left_out = self._tables.fields(self._column)
        self._fields = {field.column.name: field for field in fields}
        self._areas = areas
        self._plan = plan
        self._order = sorted(range(len(areas)), key=lambda at: areas.ids[at])
        check_plan(plan, [field.column for field in fields], self._column.name)
        if not self._column.geometry.startswith(("POINT", "GEOMETRY")):
            raise AnalysisImpossible(_not_points(self._column, self._column.geometry))

    def run(self, progress: Progress, cancelled: Cancelled) -> CrossTable:
        """Return what was counted."""
        # Compiling a query of this length takes seconds, for each piece anew; and the planner, who cannot
        # know that there are few groups, would sort all rows.
        for name in ("jit", "enable_sort"):
            self._connection.rows(sql.SQL("select pg_catalog.set_config(%s, 'off', false)"), (name,))
        shapes = self._areas.shapes[np.array(self._order, dtype=np.int64)]
        grid = cut_along_grid(shapes, cancelled)
        prepared = PreparedAreas(self._areas, BATCH_ROWS, cancelled)
        parts = [CrossTable(has_weight=bool(self._plan.weight))]
        ranges = self._ranges()
        for number, (where, values) in enumerate(ranges):
            refuse_if(cancelled)
            parts.extend(self._tables_of(grid, prepared, where, values))
            parts = [CrossTable.sum_of(parts)]
            progress((number + 1) / len(ranges))
        return parts[0]

    def _ranges(self) -> list[tuple[sql.Composable, tuple[str, ...]]]:
        """Return conditions that cut the table into pieces, all rows being in just one of them."""
        everything: list[tuple[sql.Composable, tuple[str, ...]]] = [(sql.SQL(""), ())]
        found = self._connection.rows(
            sql.SQL(
                "select pg_catalog.current_setting('server_version_num')::pg_catalog.int4,"
                " c.relkind in ('r', 'm') and a.amname = 'heap' and not c.relhassubclass,"
                " pg_catalog.pg_relation_size(c.oid)"
                " / pg_catalog.current_setting('block_size')::pg_catalog.int8"
                " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                " left join pg_catalog.pg_am a on a.oid = c.relam where n.nspname = %s and c.relname = %s"
            ),
            (self._column.schema, self._column.table),
        )
        if not found or found[0][0] < _TID_SCANS or not found[0][1]:
            return everything
        starts = range(0, int(found[0][2] or 0), BLOCKS)
        if len(starts) < 2:
            return everything
        from_on, up_to = sql.SQL("ctid >= %s::pg_catalog.tid"), sql.SQL("ctid < %s::pg_catalog.tid")
        ranges: list[tuple[sql.Composable, tuple[str, ...]]] = []
        for start in starts:
            is_last = start == starts[-1]
            condition = from_on if is_last else sql.SQL(" and ").join((from_on, up_to))
            values = (f"({start},0)",) if is_last else (f"({start},0)", f"({start + BLOCKS},0)")
            ranges.append((sql.SQL(" where {}").format(condition), values))
        return ranges

    def _tables_of(
        self, grid: _Grid, prepared: PreparedAreas, where: sql.Composable, values: Sequence[str]
    ) -> Iterator[CrossTable]:
        """Yield what is in one piece of the table."""
        query = self._query(grid, where)
        sent = (
            grid.cell.tolist(),
            grid.area.tolist(),
            [None if part is None else shapely.to_wkb(part) for part in grid.part],
            *values,
        )
        for rows in self._connection.batches(query, sent, size=_GROUPS):
            no_points = sum(row[7] for row in rows if row[0] == _NO_POINT)
            if no_points:
                raise AnalysisImpossible(_not_points(self._column, f"{no_points:,}"))
            yield self._counted_there([row for row in rows if row[0] in (_NOWHERE, _COUNTED)])
            yield from self._counted_here([row for row in rows if row[0] == _ALONE], prepared)

    def _counted_there(self, rows: Sequence[tuple[Any, ...]]) -> CrossTable:
        cells: dict[Key, Cell] = {}
        read = nowhere = outside = several = unusable = 0
        for status, inside, category, period, _x, _y, _weight, count, weighed, *limbs in rows:
            read += count
            if status == _NOWHERE:
                nowhere += count
                continue
            if not inside:
                outside += count
                continue
            if self._areas.is_partition:
                # On a common border they are near it and do not come here; this is for parts that overlap.
                inside = [max(inside)]
            several += count if len(inside) > 1 else 0
            unusable += count - weighed if self._plan.weight else 0
            total = sum(
                int(limb or 0) << (_UNIT_BITS - _LIMB_BITS * place) for place, limb in enumerate(limbs)
            )
            for at in inside:
                key = (self._order[at], text_of(category), text_of(period))
                known = cells.get(key, (0, 0, 0))
                cells[key] = (known[0] + count, known[1] + weighed, known[2] + total)
        return CrossTable(cells, bool(self._plan.weight), read, nowhere, outside, several, unusable)

    def _counted_here(self, rows: Sequence[tuple[Any, ...]], prepared: PreparedAreas) -> Iterator[CrossTable]:
        if not rows:
            return
        counts = np.array([row[7] for row in rows], dtype=np.int64)
        # Under names of ours: two roles may be of one column.
        plan = CountPlan(*(role and name for role, name in zip(_roles(self._plan), _ROLES, strict=True)))
        batch = pa.record_batch(
            {
                LON: pa.array([row[4] for row in rows], pa.float64()),
                LAT: pa.array([row[5] for row in rows], pa.float64()),
                "category": pa.array([text_of(row[2]) for row in rows], pa.string()),
                "period": pa.array([text_of(row[3]) for row in rows], pa.string()),
                "weight": pa.array([row[6] for row in rows], pa.float64()),
            }
        )
        ends = np.cumsum(counts)
        for start in range(0, int(ends[-1]), BATCH_ROWS):
            numbers = np.arange(start, min(start + BATCH_ROWS, int(ends[-1])))
            where = np.searchsorted(ends, numbers, side="right")
            yield count_in_areas(batch.take(pa.array(where)), prepared, plan)

    def _query(self, grid: _Grid, where: sql.Composable) -> sql.Composed:
        call = self._tables.call
        part, p = sql.Identifier("part"), sql.Identifier("p")
        statuses = {
            "status_nowhere": _NOWHERE,
            "status_counted": _COUNTED,
            "status_alone": _ALONE,
            "status_no_point": _NO_POINT,
            "side": grid.side,
            "last": grid.side - 1,
        }
        numbers = {
            "west": grid.west,
            "south": grid.south,
            "east": grid.east,
            "north": grid.north,
            "width": grid.width,
            "height": grid.height,
            "limb": 2.0**_LIMB_BITS,
            "most": 2.0**62,
        }
        return sql.SQL(_COUNTING).format(
            part_of_wkb=call("st_geomfromwkb", sql.Identifier("wkb"), sql.Literal(0)),
            border=call("st_boundary", part),
            # Without SRID both sides are numbers on a plane, as the kernel has them.
            point=call("st_setsrid", self._tables.geometry(self._column), sql.Literal(0)),
            category=self._text(self._plan.category),
            period=self._text(self._plan.period),
            weight=self._weight(),
            table=identifier(self._column.schema, self._column.table),
            where=where,
            kind=self._kind(),
            x=call("st_x", p),
            y=call("st_y", p),
            intersects=call("st_intersects", part, p),
            near=call("st_dwithin", sql.Identifier("border"), p, _number(NEAR_DEGREES)),
            **{name: sql.Literal(value) for name, value in statuses.items()},
            **{name: _number(value) for name, value in numbers.items()},
        )

    def _kind(self) -> sql.Composable:
        """Return what a row's geometry is; nothing for one that is nowhere."""
        p = sql.Identifier("p")
        if self._column.geometry.startswith("POINT"):
            # An empty point has no x.
            return sql.SQL("case when {p} is not null then 'ST_Point' end").format(p=p)
        return sql.SQL("case when not {is_empty} then {kind} end").format(
            is_empty=self._tables.call("st_isempty", p), kind=self._tables.call("st_geometrytype", p)
        )

    def _text(self, name: str) -> sql.Composable:
        """Return the value of a category or period; it becomes a text here, as in the kernel."""
        if not name:
            return sql.SQL("null::pg_catalog.text")
        field = self._fields[name]
        if field.column.kind is not ColumnKind.TEXT:
            return field.value
        # A collation may take two texts for one.
        return sql.SQL('({}) collate pg_catalog."C"').format(field.value)

    def _weight(self) -> sql.Composable:
        if not self._plan.weight:
            return sql.SQL("null::pg_catalog.float8")
        return sql.SQL("({})::pg_catalog.float8").format(self._fields[self._plan.weight].value)


_ROLES = ("category", "period", "weight")


def _roles(plan: CountPlan) -> tuple[str, str, str]:
    return plan.category, plan.period, plan.weight


def _number(value: float) -> sql.Composable:
    """Return a float64 as a literal that the server reads as the very same."""
    return sql.SQL("{}::pg_catalog.float8").format(sql.Literal(repr(float(value))))


_COUNTING = """
with cells as materialized (
    select cell,
           pg_catalog.array_agg(area order by area) filter (where part is null) as whole,
           pg_catalog.array_agg(area order by area) filter (where part is not null) as areas,
           pg_catalog.array_agg(part order by area) filter (where part is not null) as parts,
           pg_catalog.array_agg({border} order by area) filter (where part is not null) as borders
    from (
        select cell, area, {part_of_wkb} as part
        from rows from (
            pg_catalog.unnest(%b::pg_catalog.int4[]), pg_catalog.unnest(%b::pg_catalog.int4[]),
            pg_catalog.unnest(%b::pg_catalog.bytea[])
        ) as u (cell, area, wkb)
    ) u
    group by cell
),
rows_of_table as (
    select {point} as p, {category} as category, {period} as period, {weight} as weight
    from {table}{where} offset 0
),
kinds as (
    select *, {kind} as kind from rows_of_table offset 0
),
positions as (
    select *, case when kind = 'ST_Point' then {x} end as x, case when kind = 'ST_Point' then {y} end as y
    from kinds offset 0
),
in_cells as (
    select *,
           case when x between {west} and {east} and y between {south} and {north} then (
               least(pg_catalog.floor((x - {west}) / {width}), {last}) * {side}
               + least(pg_catalog.floor((y - {south}) / {height}), {last})
           )::pg_catalog.int4 end as cell,
           weight > '-Infinity' and weight < 'Infinity' as is_weighed,
           case when pg_catalog.abs(weight) < {most} then pg_catalog.trunc(weight) end as limb_0
    from positions offset 0
),
first_limb as (
    select *, (weight - limb_0) * {limb} as rest_1 from in_cells offset 0
),
second_limb as (
    select *, pg_catalog.trunc(rest_1) as limb_1, (rest_1 - pg_catalog.trunc(rest_1)) * {limb} as rest_2
    from first_limb offset 0
),
tested as (
    select r.*, pg_catalog.trunc(rest_2) as limb_2, c.whole,
           case when c.areas is not null then (
               select pg_catalog.array_agg(case when {near} then -1 when {intersects} then area end)
               from rows from (
                   pg_catalog.unnest(c.areas), pg_catalog.unnest(c.parts), pg_catalog.unnest(c.borders)
               ) as u (area, part, border)
           ) end as hits
    from second_limb r left join cells c on c.cell = r.cell offset 0
),
known as (
    select *,
           case
               when kind <> 'ST_Point' then {status_no_point}
               when (x > '-Infinity' and x < 'Infinity' and y > '-Infinity' and y < 'Infinity') is not true
                   then {status_nowhere}
               when is_weighed and (limb_0 is null or rest_2 <> limb_2) then {status_alone}
               when -1 = any (hits) then {status_alone}
               else {status_counted}
           end as status
    from tested offset 0
),
placed as (
    select *,
           case
               when status <> {status_counted} then null
               when hits is null then whole
               else nullif(
                   pg_catalog.array_cat(whole, pg_catalog.array_remove(hits, null::pg_catalog.int4)),
                   '{{}}'::pg_catalog.int4[]
               )
           end as inside
    from known offset 0
)
select status,
       inside,
       case when status = {status_alone} or inside is not null then category end,
       case when status = {status_alone} or inside is not null then period end,
       case when status = {status_alone} then x end,
       case when status = {status_alone} then y end,
       case when status = {status_alone} then weight end,
       pg_catalog.count(*),
       pg_catalog.count(*) filter (where is_weighed),
       pg_catalog.sum(limb_0::pg_catalog.int8),
       pg_catalog.sum(limb_1::pg_catalog.int8),
       pg_catalog.sum(limb_2::pg_catalog.int8)
from placed
group by 1, 2, 3, 4, 5, 6, 7
"""
"""`offset 0` keeps the server from reckoning a value anew wherever it is used.

A weight is cut into limbs of 52 bits, which add up as whole numbers: nothing is rounded. One that has more of
them is counted alone.
"""


def cut_along_grid(shapes: ShapeArray, cancelled: Cancelled = lambda: False) -> _Grid:
    """Cut areas along a grid, so that whoever knows the cell of a position has few corners to look at.

    Parameters
    ----------
    shapes
        N polygons, valid; degrees.
    cancelled
        Asked at each level.
    """
    depth = math.ceil(math.log2(max(len(shapes), 1)) / 2) + 3
    depth = min(max(depth, _LEAST_DEPTH), _MOST_DEPTH)
    # Where areas lie in a heap, each cell has many of them.
    heap = math.log2(_MOST_PARTS / coverage(shapes)) / 2 if len(shapes) else depth
    depth = max(0, min(depth, int(heap)))
    side = 1 << depth
    empty = np.empty(0, dtype=np.int64)
    bounds = shapely.total_bounds(shapes) if len(shapes) else np.full(4, np.nan)
    if not np.isfinite(bounds).all():
        # A box that no position is in.
        return _Grid(1.0, 1.0, 0.0, 0.0, side, empty, empty, np.empty(0, dtype=object))
    west, south, east, north = bounds.tolist()
    grid = _Grid(west, south, east, north, side, empty, empty, np.empty(0, dtype=object))
    shapely.prepare(shapes)
    area = np.flatnonzero(~(shapely.is_empty(shapes) | shapely.is_missing(shapes)))
    part, column, row = shapes[area], np.zeros(len(area), np.int64), np.zeros(len(area), np.int64)
    cells: list[IndexArray] = []
    owners: list[IndexArray] = []
    for level in range(depth + 1):
        refuse_if(cancelled)
        span = side >> level
        margin = span * _MARGIN
        boxes = shapely.box(
            grid.west + (column - margin) * grid.width,
            grid.south + (row - margin) * grid.height,
            grid.west + (column + span + margin) * grid.width,
            grid.south + (row + span + margin) * grid.height,
        )
        is_whole = shapely.contains_properly(shapes[area], boxes)
        steps = np.arange(span)
        for at in np.flatnonzero(is_whole).tolist():
            inside = ((column[at] + steps)[:, None] * side + row[at] + steps).ravel()
            cells.append(inside)
            owners.append(np.full(len(inside), area[at]))
        cut = _polygons(shapely.intersection(part, boxes))
        goes_on = ~is_whole & ~shapely.is_empty(cut)
        part, area, column, row = cut[goes_on], area[goes_on], column[goes_on], row[goes_on]
        if level == depth:
            break
        half = span // 2
        part, area = np.tile(part, 4), np.tile(area, 4)
        column = np.concatenate([column, column, column + half, column + half])
        row = np.concatenate([row, row + half, row, row + half])
    count = sum(len(each) for each in cells)
    return _Grid(
        west,
        south,
        east,
        north,
        side,
        np.concatenate([*cells, column * side + row]),
        np.concatenate([*owners, area]),
        np.concatenate([np.full(count, None, dtype=object), part]),
    )


def _polygons(shapes: ShapeArray) -> ShapeArray:
    """Return shapes without the lines and points at which an area merely touches a cut."""
    answer: ShapeArray = shapes.copy()
    for at in np.flatnonzero(~np.isin(shapely.get_type_id(shapes), _POLYGONS)).tolist():
        parts = shapely.get_parts(shapes[at])
        answer[at] = shapely.union_all(parts[np.isin(shapely.get_type_id(parts), _POLYGONS)])
    return answer


def _not_points(column: GeometryColumn, detail: str) -> Finding:
    return Finding(
        Severity.ERROR,
        "not-points",
        column.name,
        _("“{table}”里不全是点（{detail}），不能在数据库里按区域统计。").format(
            table=column.table, detail=detail
        ),
        _("请先把这张表读成图层再统计：线和面会按其内部的一个代表点归入区域。"),
    )
