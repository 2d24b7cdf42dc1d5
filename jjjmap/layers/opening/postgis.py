"""Reads a table of a PostGIS database into a layer, as files are read; the database is only ever read."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
import pyarrow as pa
import shapely
from psycopg import sql

from jjjmap.errors import DatabaseUnusable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.conversion import (
    WGS84,
    DatumUnusable,
    datum_of_crs,
    from_wgs84,
)
from jjjmap.layers.opening.database_address import DatabaseAddress
from jjjmap.layers.opening.database_connection import (
    STATEMENT_SECONDS,
    Cancelled,
    ReadingConnection,
    identifier,
)
from jjjmap.layers.opening.layer_writer import LayerWriter, SourceFacts, Tally
from jjjmap.layers.opening.mending import write_shapes
from jjjmap.layers.opening.postgis_tables import Bounds, GeometryColumn, PostgisTables, TableField
from jjjmap.layers.opening.records import (
    ColumnKind,
    FileFormat,
    Inspection,
    OpenOptions,
    ReadAnswer,
    SubLayer,
)

logger = logging.getLogger(__name__)

BATCH_ROWS = 5_000
PREVIEW_ROWS = 50
SAMPLE_ROWS = 500
_BOX_STEPS = 16

Progress = Callable[[float], None]
FloatArray = npt.NDArray[np.float64]

_ARROW = {
    ColumnKind.TEXT: pa.string(),
    ColumnKind.INTEGER: pa.int64(),
    ColumnKind.NUMBER: pa.float64(),
    ColumnKind.BOOLEAN: pa.bool_(),
    ColumnKind.DATE: pa.date32(),
    ColumnKind.TIME: pa.timestamp("us"),
}

ROUNDED = Tally(
    "number-rounded",
    Severity.WARNING,
    lambda: _("{n} 行的数字超过 15 位有效数字，只保留了近似值（第 {rows} 行）。"),
    lambda: _("编号之类的长数字，请在数据库中改成文本列后再读。"),
    mends=True,
)
NO_SUCH_DAY = Tally(
    "date-out-of-calendar",
    Severity.WARNING,
    lambda: _("{n} 行的日期是无穷或不在公元 1—9999 年之内，已留空（第 {rows} 行）。"),
    mends=True,
)


@dataclass(frozen=True, slots=True)
class _Way:
    """How the coordinates of a column come to WGS-84."""

    crs: str
    datum: str
    swap_axes: bool
    as_it_is: bool
    """Whether they come as they stand in the table, and are moved here."""
    box: Bounds | None
    is_native: bool
    """Whether `box` is in the coordinates of the table."""


class PostgisReader:
    """Reads tables of one database. For one thread; use it as a context manager, or `close` it.

    Parameters
    ----------
    address
        Where it is.
    password
        None to let libpq look for one (``PGPASSWORD``, ``~/.pgpass``).
    cancelled
        Asked some twenty times a second, in everything that takes time.
    statement_seconds
        After which the server gives a statement, or a batch of rows, up.

    Raises
    ------
    DatabaseUnusable
        From here and from all that is asked, with one of `database_reasons.REASONS`; ``cancelled`` within a
        fifth of a second.
    """

    def __init__(
        self,
        address: DatabaseAddress,
        password: str | None = None,
        *,
        cancelled: Cancelled = lambda: False,
        statement_seconds: float = STATEMENT_SECONDS,
    ) -> None:
        self.address = address
        self._cancelled = cancelled
        self._connection = ReadingConnection(
            address, password, cancelled=cancelled, statement_seconds=statement_seconds
        )
        try:
            if self._connection.encoding == "SQL_ASCII":
                _read_any_encoding(self._connection)
            self._tables = PostgisTables(self._connection)
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> PostgisReader:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the database; a second call does nothing."""
        self._connection.close()

    def columns(self) -> tuple[GeometryColumn, ...]:
        """Return the geometry columns that this user may read, sorted by name."""
        return self._tables.columns()

    def find(self, wanted: str) -> GeometryColumn:
        """Return the column that ``schema.table.column`` means, or a shorter form of it that is clear."""
        return self._tables.find(wanted)

    def estimate(self, column: GeometryColumn, bounds: Bounds | None) -> int | None:
        """Return roughly how many rows a box (degrees, WGS-84) has; None where the server does not know."""
        return self._tables.estimate(column, bounds)

    def inspect(self, options: OpenOptions | None = None) -> Inspection:
        """Look into a table; `OpenOptions.sublayer` names it, see `find`."""
        options = options or OpenOptions()
        column = self.find(options.sublayer)
        crs, is_mixed = self._crs(column)
        fields, left_out = self._tables.fields(column)
        query = sql.SQL("select {values} from {table} limit {limit}").format(
            values=sql.SQL(", ").join(
                (
                    self._as_wkb(column, as_it_is=not is_mixed),
                    *(field.value for field in fields),
                )
            ),
            table=identifier(column.schema, column.table),
            limit=sql.Literal(SAMPLE_ROWS),
        )
        rows = self._connection.rows(query)
        sample = _positions([row[0] for row in rows])
        names = tuple(field.column.name for field in fields)
        # Imported here: it knows all borders.
        from jjjmap.layers.opening.datums import guess_datum, is_sure, signature

        x, y = np.array(sample).reshape(-1, 2).T
        guesses = guess_datum(x, y, crs, names=(column.column,), beside=(column.table, *names))
        datum, swap_axes = options.datum or datum_of_crs(crs) or WGS84, bool(options.swap_axes)
        if guesses and not options.datum:
            datum = guesses[0].datum
            swap_axes = guesses[0].swap_axes if options.swap_axes is None else swap_axes
        return Inspection(
            name=self.address.name,
            format=FileFormat.POSTGIS,
            size_bytes=0,
            options=replace(options, sublayer=column.name, datum=datum, swap_axes=swap_axes),
            sublayers=tuple(SubLayer(each.name, each.geometry, each.rows) for each in self.columns()),
            columns=tuple(field.column for field in fields),
            preview=tuple(tuple(_text(value) for value in row[1:]) for row in rows[:PREVIEW_ROWS]),
            geometry=column.geometry,
            crs=crs,
            datums=guesses,
            must_ask=not options.datum and not is_sure(guesses),
            sample=sample,
            rows=column.rows,
            signature=signature(FileFormat.POSTGIS, (self.address.url, column.name, *names), crs),
            findings=self._findings(column, left_out),
        )

    def read(
        self,
        options: OpenOptions,
        folder: Path,
        *,
        bounds: Bounds | None = None,
        progress: Progress | None = None,
    ) -> ReadAnswer:
        """Read a table, or the part of it that a box overlaps.

        Parameters
        ----------
        options
            `OpenOptions.sublayer` names the table. `OpenOptions.datum` says what its coordinates are; empty
            for what its SRID says.
        folder
            An existing, private folder, as for `LayerReader.read`. When this raises, it is left empty.
        bounds
            West, south, east, north in degrees, WGS-84; None for all rows. Where coordinates are moved here
            rather than by the server, rows a little outside of it may come as well.
        progress
            Told the share that is done, 0…1, by the number of rows that the server expects.

        Raises
        ------
        LayerUnreadable
            ``no-space`` if the disk of `folder` is full, ``no-rows``, ``nothing-left``.
        """
        try:
            return self._read(options, folder, bounds, progress)
        except BaseException:
            for left in folder.iterdir():
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)
            raise

    def _read(
        self, options: OpenOptions, folder: Path, bounds: Bounds | None, progress: Progress | None
    ) -> ReadAnswer:
        column = self.find(options.sublayer)
        way = self._way(column, options, bounds)
        fields, left_out = self._tables.fields(column)
        expected = self._tables.estimate(column, way.box, is_native=way.is_native)
        pseudo_path = Path(column.table.replace("/", "_").replace("\\", "_") or "postgis")
        with LayerWriter(pseudo_path, folder, progress=progress, cancelled=self._cancelled) as writer:
            writer.describe(
                SourceFacts(
                    title=column.table,
                    format=FileFormat.POSTGIS,
                    sublayer=column.name,
                    crs=way.crs,
                    datum=way.datum,
                    source_name=self.address.name,
                    roles=dict(options.roles or ()),
                    sha256="",
                )
            )
            for finding in self._findings(column, left_out):
                writer.find(finding)
            done = 0
            for batch, shapes, lost in self._batches(column, fields, way):
                if self._cancelled():
                    raise DatabaseUnusable(self.address.name, "cancelled")
                numbers = np.arange(done + 1, done + batch.num_rows + 1)
                done += batch.num_rows
                for tally, mask in lost.items():
                    writer.tally(tally, numbers[mask])
                datum = way.datum if way.as_it_is else WGS84
                write_shapes(writer, batch, shapes, numbers, datum=datum, swap_axes=way.swap_axes)
                if expected:
                    writer.tell(done / max(expected, done))
            return writer.finish()

    def _crs(self, column: GeometryColumn) -> tuple[str, bool]:
        """Return the CRS of a column, empty for none, and whether its rows have several."""
        srids = self._tables.srids(column, rows=SAMPLE_ROWS)
        return (self._tables.crs(srids[0]) if len(srids) == 1 else ""), len(srids) > 1

    def _way(self, column: GeometryColumn, options: OpenOptions, bounds: Bounds | None) -> _Way:
        """Find out how coordinates come to WGS-84: by the server and its SRID, or by what the user says."""
        crs, _is_mixed = self._crs(column)
        said = datum_of_crs(crs) or WGS84
        datum, swap_axes = options.datum or said, bool(options.swap_axes)
        as_it_is = datum != said or swap_axes
        is_native = as_it_is or column.srid == 0
        box = bounds
        if bounds is not None and is_native:
            box = self._native_box(bounds, datum, swap_axes=swap_axes)
        return _Way(crs, datum, swap_axes, as_it_is, box, is_native)

    def _as_wkb(self, column: GeometryColumn, *, as_it_is: bool) -> sql.Composable:
        shape = self._tables.geometry(column, as_it_is=as_it_is)
        return self._tables.call("st_asbinary", shape, sql.Literal("NDR"))

    def _batches(
        self, column: GeometryColumn, fields: Sequence[TableField], way: _Way
    ) -> Iterator[tuple[pa.RecordBatch, pa.Array, dict[Tally, npt.NDArray[np.bool_]]]]:
        """Yield attributes and shapes (WKB) of rows, and which rows lost something on the way."""
        losses = [(field, field.loss) for field in fields if field.loss is not None]
        where, values = self._tables.within(column, way.box, is_native=way.is_native)
        query = sql.SQL("select {values} from {table}{where}").format(
            values=sql.SQL(", ").join(
                (
                    self._as_wkb(column, as_it_is=way.as_it_is),
                    *(field.value for field in fields),
                    *(loss for _field, loss in losses),
                )
            ),
            table=identifier(column.schema, column.table),
            where=where,
        )
        schema = pa.schema([pa.field(field.column.name, _arrow_type(field)) for field in fields])
        for rows in self._connection.batches(query, values, size=BATCH_ROWS):
            cells = list(zip(*rows, strict=True))
            arrays = [pa.array(cell, kind) for cell, kind in zip(cells[1:], schema.types, strict=False)]
            lost: dict[Tally, npt.NDArray[np.bool_]] = {}
            for (field, _loss), flags in zip(losses, cells[1 + len(fields) :], strict=True):
                tally = ROUNDED if field.column.kind is ColumnKind.NUMBER else NO_SUCH_DAY
                mask = np.array([flag is True for flag in flags])
                lost[tally] = lost[tally] | mask if tally in lost else mask
            # Without attributes a batch still has rows.
            batch = (
                pa.RecordBatch.from_arrays(arrays, schema=schema)
                if arrays
                else pa.RecordBatch.from_struct_array(pa.array([{}] * len(rows), pa.struct([])))
            )
            yield batch, pa.array(cells[0], pa.binary()), lost

    def _native_box(self, bounds: Bounds, datum: str, *, swap_axes: bool) -> Bounds | None:
        """Return a box of WGS-84 in other coordinates, a little wider: what is bent at edges stays inside."""
        west, south, east, north = bounds
        steps = np.linspace(0.0, 1.0, _BOX_STEPS + 1)
        lon, lat = np.meshgrid(west + (east - west) * steps, south + (north - south) * steps)
        try:
            x, y = from_wgs84(lon.ravel(), lat.ravel(), datum)
        except DatumUnusable:
            return None
        if not np.isfinite([*x, *y]).all():
            return None  # Too far away for that projection: all rows are read, and looked at here.
        if swap_axes:
            x, y = y, x
        slack = 0.01 * max(float(np.ptp(x)), float(np.ptp(y)))
        return (
            float(x.min()) - slack,
            float(y.min()) - slack,
            float(x.max()) + slack,
            float(y.max()) + slack,
        )

    def _findings(self, column: GeometryColumn, left_out: Sequence[str]) -> tuple[Finding, ...]:
        if not left_out:
            return ()
        message = _("没有读入这些列：{columns}。它们是二进制、栅格或另外的几何列。")
        names = _("、").join(left_out)
        return (Finding(Severity.INFO, "columns-left-out", column.table, message.format(columns=names)),)


def _arrow_type(field: TableField) -> pa.DataType:
    return pa.timestamp("us", "UTC") if field.type_name == "timestamptz" else _ARROW[field.column.kind]


def _positions(wkb: Sequence[bytes | None]) -> tuple[tuple[float, float], ...]:
    """Return one position for each shape that has any."""
    shapes = shapely.from_wkb(np.array(wkb, dtype=object), on_invalid="ignore")
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    return tuple((float(x), float(y)) for x, y in middles if np.isfinite(x) and np.isfinite(y))


def _text(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())[:200]


class _AnyEncodingLoader(psycopg.adapt.Loader):
    """Texts of a database that does not know its own encoding (``SQL_ASCII``): each is taken as it reads."""

    def load(self, data: psycopg.abc.Buffer) -> str:
        raw = bytes(data)
        for encoding in ("utf-8", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        return raw.decode("utf-8", "replace")


class _AnyEncodingBinaryLoader(_AnyEncodingLoader):
    format = psycopg.pq.Format.BINARY


def _read_any_encoding(connection: ReadingConnection) -> None:
    for kind in ("text", "varchar", "bpchar", "name"):
        connection.adapters().register_loader(kind, _AnyEncodingLoader)
        connection.adapters().register_loader(kind, _AnyEncodingBinaryLoader)
