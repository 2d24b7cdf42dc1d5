"""What a PostGIS database holds: tables with geometry columns, and the queries that read one of them.

Names come into a query only as quoted identifiers that the database's own catalogue has listed, values only
as parameters. Functions are called in the schema of PostGIS: none of the same name stands in their way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from jjjmap.errors import DatabaseUnusable
from jjjmap.layers.opening.database_connection import ReadingConnection, identifier
from jjjmap.layers.opening.records import Column, ColumnKind

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees, WGS-84."""

WGS84_SRIDS = (4326, 4490)
"""CGCS2000 and WGS-84 differ by centimetres; they are one here."""


@dataclass(frozen=True, slots=True)
class GeometryColumn:
    """A geometry column of a table that may be read."""

    schema: str
    table: str
    column: str
    geometry: str
    """As PostGIS says it, e.g. ``MULTIPOLYGON``, ``GEOMETRY``."""
    srid: int
    """0 where each row has its own, or none."""
    rows: int | None
    """Estimated by the server; None where it has none, e.g. for a view."""
    kind: str
    """``table``, ``view`` or ``foreign``."""
    is_geography: bool = False

    @property
    def name(self) -> str:
        """``schema.table.column``, as `OpenOptions.sublayer` has it; names with dots and such are quoted."""
        return ".".join(_quoted(part) for part in (self.schema, self.table, self.column))


@dataclass(frozen=True, slots=True)
class TableField:
    """An attribute of a table, and how it is asked for."""

    column: Column
    type_name: str
    """By PostgreSQL's name; for a sentence."""
    value: sql.Composable
    loss: sql.Composable | None = None
    """Is true for a row whose value cannot be kept as it is."""


def _quoted(name: str) -> str:
    return name if name.isidentifier() else '"' + name.replace('"', '""') + '"'


_LISTING = """
select g.schema, g.name, g.geometry_column, g.type, g.srid, g.is_geography, c.relkind::text,
       c.reltuples::float8::bigint
from (
    select f_table_schema as schema, f_table_name as name, f_geometry_column as geometry_column, type, srid,
           false as is_geography
    from {postgis}.geometry_columns
    union all
    select f_table_schema, f_table_name, f_geography_column, type, srid, true from {postgis}.geography_columns
) g
join pg_catalog.pg_namespace n on n.nspname = g.schema
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = g.name
where pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT')
order by 1, 2, 3
"""

_FIELDS = """
select a.attname, t.typname, tn.nspname = 'pg_catalog', a.atttypmod
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_type t on t.oid = a.atttypid
join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
where n.nspname = %s and c.relname = %s and a.attnum > 0 and not a.attisdropped
order by a.attnum
"""

_SPATIAL_TYPES = ("geometry", "geography", "raster", "box2d", "box3d")


class PostgisTables:
    """Lists and describes tables over a connection.

    Raises
    ------
    DatabaseUnusable
        From here and from all that is asked.
    """

    def __init__(self, connection: ReadingConnection) -> None:
        self._connection = connection
        found = connection.rows(
            sql.SQL(
                "select n.nspname, e.extversion from pg_catalog.pg_extension e"
                " join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'postgis'"
            )
        )
        if not found:
            raise DatabaseUnusable(connection.address.name, "no-postgis")
        self.postgis_schema = str(found[0][0])
        self.version = str(found[0][1])

    def columns(self) -> tuple[GeometryColumn, ...]:
        """Return the geometry columns that this user may read, sorted by name."""
        query = sql.SQL(_LISTING).format(postgis=identifier(self.postgis_schema))
        return tuple(
            GeometryColumn(
                str(schema),
                str(table),
                str(column),
                str(geometry).upper(),
                max(0, int(srid)),
                # -1: never analysed. A view, and the parent of partitions, have no figure of their own.
                int(rows) if kind in ("r", "m") and rows is not None and rows > 0 else None,
                {"v": "view", "m": "view", "f": "foreign"}.get(kind, "table"),
                bool(is_geography),
            )
            for schema, table, column, geometry, srid, is_geography, kind, rows in self._connection.rows(
                query
            )
        )

    def find(self, wanted: str) -> GeometryColumn:
        """Return the column that is meant by ``schema.table.column``, ``schema.table`` or ``table``.

        Raises
        ------
        DatabaseUnusable
            ``no-table``: there is none of that name, or several.
        """
        listed = self.columns()
        for parts in (3, 2, 1):
            found = [column for column in listed if wanted in _spellings(column, parts)]
            if len(found) == 1:
                return found[0]
        if not wanted and len(listed) == 1:
            return listed[0]
        raise DatabaseUnusable(self._connection.address.name, "no-table", wanted or "?")

    def fields(self, column: GeometryColumn) -> tuple[tuple[TableField, ...], tuple[str, ...]]:
        """Return the attributes of a table, and the names of the columns that are left out.

        Left out are other geometry columns, rasters and binary data.
        """
        kept: list[TableField] = []
        left_out: list[str] = []
        described = self._connection.rows(sql.SQL(_FIELDS), (column.schema, column.table))
        for name, type_name, is_builtin, modifier in described:
            if name == column.column:
                continue
            if type_name in (*_SPATIAL_TYPES, "bytea"):
                left_out.append(str(name))
                continue
            kept.append(_field(str(name), str(type_name) if is_builtin else "", int(modifier)))
        return tuple(kept), tuple(left_out)

    def estimate(
        self, column: GeometryColumn, bounds: Bounds | None, *, is_native: bool = False
    ) -> int | None:
        """Return roughly how many rows a box has, by the planner's statistics; nothing is read for it."""
        where, values = self.within(column, bounds, is_native=is_native)
        query = sql.SQL("explain (format json) select 1 from {table}{where}").format(
            table=identifier(column.schema, column.table), where=where
        )
        found = self._connection.rows(query, values)
        try:
            plan: Any = found[0][0]
            return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])
        except (TypeError, ValueError, LookupError):
            return None

    def geometry(self, column: GeometryColumn, *, as_it_is: bool = False) -> sql.Composable:
        """Return the geometry of a row as an expression: flat, without arcs.

        Parameters
        ----------
        as_it_is
            Whether coordinates stay as the table has them; else they become EPSG:4326, all but those without
            SRID. SRID 4490 is taken for 4326.
        """
        raw = self._raw(column)
        flat = self.call("st_force2d", raw)
        straight = sql.SQL("case when {arcs} then {lines} else {flat} end").format(
            arcs=self.call("st_hasarc", flat), lines=self.call("st_curvetoline", flat), flat=flat
        )
        if as_it_is or column.srid in WGS84_SRIDS:
            return straight
        there = self.call("st_transform", straight, sql.Literal(4326))
        if column.srid:
            return there
        return sql.SQL("case when {srid} in (0, 4326, 4490) then {here} else {there} end").format(
            srid=self.call("st_srid", raw), here=straight, there=there
        )

    def within(
        self, column: GeometryColumn, bounds: Bounds | None, *, is_native: bool = False
    ) -> tuple[sql.Composable, tuple[float, ...]]:
        """Return ``where …`` for a box, written so that a spatial index helps, and its values.

        Parameters
        ----------
        bounds
            In degrees, WGS-84.
        is_native
            Whether the box is in the coordinates of the column instead.
        """
        if bounds is None:
            return sql.SQL(""), ()
        is_native = is_native or column.srid in (0, 4490)
        box: sql.Composable = sql.SQL("{function}(%s, %s, %s, %s, {srid})").format(
            function=identifier(self.postgis_schema, "st_makeenvelope"),
            srid=sql.Literal(column.srid if is_native else 4326),
        )
        if column.is_geography:
            box = sql.SQL("({box})::{type}").format(
                box=box, type=identifier(self.postgis_schema, "geography")
            )
        elif not is_native and column.srid != 4326:
            # Straight in degrees is bent in metres: many corners, or features at the edge are missed.
            box = self.call(
                "st_transform", self.call("st_segmentize", box, sql.Literal(0.25)), sql.Literal(column.srid)
            )
        where = sql.SQL(" where {raw} {overlaps} {box}").format(
            raw=identifier(column.column),
            overlaps=sql.SQL("operator({schema}.&&)").format(schema=identifier(self.postgis_schema)),
            box=box,
        )
        return where, bounds

    def srids(self, column: GeometryColumn, *, rows: int) -> tuple[int, ...]:
        """Return the SRIDs that are in use, 0 aside: the column's, or those of its first rows."""
        if column.srid:
            return (column.srid,)
        query = sql.SQL(
            "select distinct {srid} from (select {raw} from {table} where {raw} is not null limit {rows}) t"
        ).format(
            srid=self.call("st_srid", identifier(column.column)),
            raw=identifier(column.column),
            table=identifier(column.schema, column.table),
            rows=sql.Literal(rows),
        )
        return tuple(sorted(int(srid) for (srid,) in self._connection.rows(query) if srid))

    def crs(self, srid: int) -> str:
        """Return the CRS of a SRID: ``EPSG:<code>`` or WKT; empty for 0."""
        if not srid:
            return ""
        found = self._connection.rows(
            sql.SQL("select auth_name, auth_srid, srtext from {table} where srid = %s").format(
                table=identifier(self.postgis_schema, "spatial_ref_sys")
            ),
            (srid,),
        )
        authority, code, wkt = found[0] if found else (None, None, None)
        if authority and code:
            return f"{authority}:{code}"
        return str(wkt or f"SRID {srid}")

    def _raw(self, column: GeometryColumn) -> sql.Composable:
        raw = identifier(column.column)
        if not column.is_geography:
            return raw
        return sql.SQL("({raw})::{type}").format(raw=raw, type=identifier(self.postgis_schema, "geometry"))

    def call(self, function: str, *arguments: sql.Composable) -> sql.Composable:
        """Return a call of a function of PostGIS."""
        return sql.SQL("{function}({arguments})").format(
            function=identifier(self.postgis_schema, function), arguments=sql.SQL(", ").join(arguments)
        )


def _spellings(column: GeometryColumn, parts: int) -> tuple[str, str]:
    names: Sequence[str] = {
        3: (column.schema, column.table, column.column),
        2: (column.schema, column.table),
        1: (column.table,),
    }[parts]
    return ".".join(names), ".".join(_quoted(name) for name in names)


_CALENDAR = ("0001-01-01", "9999-12-31")
"""The days that Python, Arrow and spreadsheets agree on."""


def _field(name: str, type_name: str, modifier: int) -> TableField:
    """Return how a column is read; `type_name` is empty for a type that PostgreSQL does not bring itself."""
    raw = identifier(name)

    def cast(kind: str) -> sql.Composable:
        return sql.SQL("{raw}::pg_catalog.{kind}").format(raw=raw, kind=sql.SQL(kind))

    match type_name:
        case "bool":
            return TableField(Column(name, ColumnKind.BOOLEAN), type_name, raw)
        case "int2" | "int4" | "int8":
            return TableField(Column(name, ColumnKind.INTEGER), type_name, cast("int8"))
        case "float4" | "float8":
            return TableField(Column(name, ColumnKind.NUMBER), type_name, cast("float8"))
        case "numeric":
            precision, scale = (
                (((modifier - 4) >> 16) & 0xFFFF, (modifier - 4) & 0x7FF) if modifier >= 4 else (0, 0)
            )
            if precision and scale == 0 and precision <= 18:
                return TableField(Column(name, ColumnKind.INTEGER), type_name, cast("int8"))
            # Fifteen digits are what a float keeps of any number.
            loss = None
            if not 0 < precision <= 15:
                loss = sql.SQL("{number}::pg_catalog.numeric <> {raw}").format(number=cast("float8"), raw=raw)
            return TableField(Column(name, ColumnKind.NUMBER), type_name, cast("float8"), loss)
        case "date" | "timestamp" | "timestamptz":
            first, last = _CALENDAR
            inside = sql.SQL("{raw} between {first} and {last}").format(
                raw=raw, first=sql.Literal(first), last=sql.Literal(last)
            )
            value = sql.SQL("case when {inside} then {raw} end").format(inside=inside, raw=raw)
            kind = ColumnKind.DATE if type_name == "date" else ColumnKind.TIME
            return TableField(Column(name, kind), type_name, value, sql.SQL("not ({})").format(inside))
        case _:
            return TableField(Column(name, ColumnKind.TEXT), type_name, cast("text"))
