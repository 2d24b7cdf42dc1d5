"""Where rows come from: a layer that is open, or Parquet files that nobody wants to open whole."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from jjjmap.analysis.running import AnalysisImpossible, InputLayer
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.attributes import attributes_of, plan_attributes
from jjjmap.layers.opening.records import Column
from jjjmap.layers.style import Geometry
from jjjmap.worker_process import Cancelled

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

BATCH_ROWS = 1 << 17
LON, LAT, AREA_ID = "@lon", "@lat", "@area_id"
"""Columns of a batch beside those asked for: degrees (float64, NaN for nowhere), or the id of the area."""

_PIECE_ROWS = 8 * BATCH_ROWS
_LEAST_BATCH = 1_024
_BATCH_BYTES = 64 << 20
_BUFFER_BYTES = 1 << 20
_WKB_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])


class Piece(Protocol):
    """Some rows of a source, the same in every engine; can be sent to another process."""

    @property
    def rows(self) -> int:
        """How many rows it has."""
        ...

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield its rows, at most `BATCH_ROWS` at a time.

        Parameters
        ----------
        columns
            Names of columns of the source, each once.

        Yields
        ------
        pyarrow.RecordBatch
            These columns, and `LON` and `LAT`, or `AREA_ID`.

        Raises
        ------
        AnalysisImpossible
            There are rows that cannot be read; the finding says which. (`RowsBroken`: it can be sent on.)
        """
        ...


class RowSource(Protocol):
    """Rows that can be counted."""

    @property
    def title(self) -> str:
        """As the user calls it."""
        ...

    @property
    def columns(self) -> tuple[Column, ...]:
        """What may be asked for."""
        ...

    @property
    def count(self) -> int | None:
        """How many rows there are; None if nobody knows before they are read."""
        ...

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is doubtful about the rows."""
        ...

    def pieces(self) -> tuple[Piece, ...]:
        """Return all rows in pieces, always cut the same way."""
        ...


class RowsBroken(AnalysisImpossible):
    """Rows that are there cannot be read, so that nothing was counted; can be sent to another process."""

    def __reduce__(self) -> tuple[type[RowsBroken], tuple[Finding]]:
        return RowsBroken, (self.finding,)


@dataclass(frozen=True, eq=False)
class TablePiece:
    """Some rows of an open layer."""

    attributes: pa.Table
    """N rows; a table without columns may have none."""
    positions: pa.Table
    """N rows of `LON` and `LAT`, or `AREA_ID`."""

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return int(self.positions.num_rows)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield its rows; see `Piece`."""
        for start in range(0, self.rows, BATCH_ROWS):
            arrays = {name: self.attributes.column(name).slice(start, BATCH_ROWS) for name in columns}
            arrays |= {
                name: self.positions.column(name).slice(start, BATCH_ROWS)
                for name in self.positions.column_names
            }
            yield pa.record_batch([_whole(array) for array in arrays.values()], names=list(arrays))

    def only(self, columns: Sequence[str]) -> TablePiece:
        """Return the same rows with some columns: less to send."""
        return TablePiece(self.attributes.select(list(columns)), self.positions)

    def __reduce__(self) -> tuple[Any, ...]:
        # As a stream: what a slice does not show stays here.
        return _table_piece, (_stream_of(self.attributes), _stream_of(self.positions))


def _whole(array: pa.ChunkedArray) -> pa.Array:
    """Return a column of so few rows that they fit into one array."""
    combined = array.combine_chunks()
    return pa.concat_arrays(combined.chunks) if isinstance(combined, pa.ChunkedArray) else combined


def _stream_of(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _table_piece(attributes: bytes, positions: bytes) -> TablePiece:
    return TablePiece(*(pa.ipc.open_stream(stream).read_all() for stream in (attributes, positions)))


class TableRows:
    """The shown rows of an open layer.

    Parameters
    ----------
    layer
        Points count where they are; a line or a polygon where its inner point is, which a finding says.
    area_ids
        One a row of the table, empty for none, for rows that name their area instead of lying in it.
    """

    def __init__(self, layer: InputLayer, area_ids: Sequence[str] | None = None) -> None:
        table = layer.table
        self._layer = layer
        self._area_ids = None if area_ids is None else pa.array(area_ids, pa.string())
        self._by_inner_point = (
            self._area_ids is None and table.geometry is not None and table.geometry is not Geometry.POINT
        )
        if self._area_ids is None and table.geometry is None:
            raise AnalysisImpossible(no_position(layer.title))

    @property
    def title(self) -> str:
        """As the user calls the layer."""
        return self._layer.title

    @property
    def columns(self) -> tuple[Column, ...]:
        """The attributes."""
        return self._layer.table.columns

    @property
    def count(self) -> int:
        """How many rows are shown."""
        shown = self._layer.shown
        return len(self._layer.table) if shown is None else int(np.count_nonzero(shown))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Whether shapes count by a point."""
        return (by_inner_point(self.title),) if self._by_inner_point else ()

    def pieces(self) -> tuple[TablePiece, ...]:
        """Return the shown rows in pieces."""
        table, shown = self._layer.table, self._layer.shown
        if self._area_ids is not None:
            places = pa.table({AREA_ID: self._area_ids})
        elif self._by_inner_point:
            lon, lat = _inner_points(table.shapes)
            places = pa.table({LON: lon, LAT: lat})
        else:
            places = pa.table({LON: table.lon, LAT: table.lat})
        pieces = []
        for start in range(0, len(table), _PIECE_ROWS):
            attributes, positions = (
                table.attributes.slice(start, _PIECE_ROWS),
                places.slice(start, _PIECE_ROWS),
            )
            if shown is not None:
                mask = pa.array(shown[start : start + _PIECE_ROWS])
                positions = positions.filter(mask)
                # A table without columns has no rows that could be filtered.
                attributes = attributes.filter(mask) if attributes.num_columns else attributes
            if positions.num_rows:
                pieces.append(TablePiece(attributes, positions))
        return tuple(pieces)


@dataclass(frozen=True, slots=True)
class ParquetPositions:
    """Where the positions of Parquet files are: two columns of numbers, or one of shapes."""

    lon: str = ""
    lat: str = ""
    geometry: str = ""
    encoding: str = ""
    """``WKB`` or ``point`` (a struct of x and y) for shapes."""


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """One file of a source."""

    path: str
    """Absolute."""
    name: str
    """As told to the user: below the folder that was named."""
    group_rows: tuple[int, ...]
    """Rows of each row group."""
    group_bytes: tuple[int, ...]
    """Of each row group, inflated."""
    size: int
    """Bytes: another size later means another file."""
    partition: tuple[tuple[str, str | None], ...] = ()
    """Columns that the names of its folders tell (``year=2023``), and their values."""


@dataclass(frozen=True, slots=True)
class ParquetPiece:
    """One row group."""

    file: ParquetFile
    group: int
    positions: ParquetPositions

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.file.group_rows[self.group]

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield its rows; see `Piece`. Where 0, 0 stands for a position, there is none."""
        done = 0
        try:
            with opened_parquet(Path(self.file.path), self.file.size) as file:
                for batch in file.iter_batches(
                    batch_size=self._batch_rows(),
                    row_groups=[self.group],
                    columns=self._read_columns(columns, file.schema_arrow),
                    use_threads=False,
                ):
                    done += batch.num_rows
                    yield self._answered(batch, columns)
        except MemoryError:
            raise
        # Arrow's own errors are among these; a broken file makes it raise any of them.
        except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError) as exc:
            raise RowsBroken(self._broken(type(exc).__name__)) from exc
        if done != self.rows:
            raise RowsBroken(self._broken(f"{done} ≠ {self.rows}"))

    def _batch_rows(self) -> int:
        per_row = self.file.group_bytes[self.group] / max(1, self.rows)
        return int(min(BATCH_ROWS, max(_LEAST_BATCH, _BATCH_BYTES / max(per_row, 1.0))))

    def _read_columns(self, columns: Sequence[str], schema: pa.Schema) -> list[str]:
        there = set(schema.names)
        told = {name for name, _value in self.file.partition} - there
        places = (
            [self.positions.geometry] if self.positions.geometry else [self.positions.lon, self.positions.lat]
        )
        wanted = [*(name for name in columns if name not in told), *places]
        for name in wanted:
            if name not in there:
                raise KeyError(name)
        return list(dict.fromkeys(wanted))

    def _answered(self, batch: pa.RecordBatch, columns: Sequence[str]) -> pa.RecordBatch:
        lon, lat = _degrees(batch, self.positions)
        told = dict(self.file.partition)
        arrays = []
        for name in columns:
            at = batch.schema.get_field_index(name)
            if at >= 0:
                column = pa.record_batch([batch.column(at)], names=["column"])
                arrays.append(attributes_of(column, plan_attributes(column.schema, set())).column(0))
            else:
                arrays.append(
                    pa.array([told[name]], pa.string()).take(pa.array(np.zeros(batch.num_rows, int)))
                )
        return pa.record_batch([*arrays, pa.array(lon), pa.array(lat)], names=[*columns, LON, LAT])

    def _broken(self, detail: str) -> Finding:
        return Finding(
            Severity.ERROR,
            "parquet-row-group-broken",
            _("{name}，第 {n} 个行组").format(name=self.file.name, n=self.group + 1),
            _("“{name}”的第 {n} 个行组（{rows} 行）读不出来（{detail}），因此没有给出统计结果。").format(
                name=self.file.name, n=self.group + 1, rows=f"{self.rows:,}", detail=detail
            ),
            _("请重新下载或另存这个文件；如果它刚被改写过，请重新统计。"),
        )


@dataclass(frozen=True, slots=True)
class ParquetRows:
    """Parquet or GeoParquet: a file, or a folder of them; read when counted, row group by row group."""

    title: str
    columns: tuple[Column, ...]
    """Those that every file has."""
    files: tuple[ParquetFile, ...]
    positions: ParquetPositions
    findings: tuple[Finding, ...] = ()

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        position_columns: tuple[str, str] | None = None,
        cancelled: Cancelled | None = None,
    ) -> ParquetRows:
        """Look at a file or folder, in a worker process: only the ends of the files are read.

        Parameters
        ----------
        path
            A file, or a folder whose files all have the same columns; ``key=value`` in the names of folders
            makes a column.
        position_columns
            Names of the columns with longitude and latitude in degrees, WGS-84; None to take the geometry of
            a GeoParquet, or to guess by the names of columns.
        cancelled
            Asked some twenty times a second.

        Raises
        ------
        AnalysisImpossible
            Some file is none that can be counted; the finding says which and why.
        AnalysisCancelled
            Somebody asked to stop.
        """
        from jjjmap.analysis.counting.parquet_worker import inspect_in_worker

        return inspect_in_worker(path, position_columns, cancelled)

    @property
    def count(self) -> int:
        """How many rows the files say they have."""
        return sum(sum(file.group_rows) for file in self.files)

    def pieces(self) -> tuple[ParquetPiece, ...]:
        """Return a piece for each row group, in the order of the names of the files."""
        return tuple(
            ParquetPiece(file, group, self.positions)
            for file in self.files
            for group, rows in enumerate(file.group_rows)
            if rows
        )


@contextmanager
def opened_parquet(path: Path, size: int | None = None) -> Iterator[pq.ParquetFile]:
    """Have a Parquet file open for reading in small steps.

    Parameters
    ----------
    size
        Bytes that it must have.

    Raises
    ------
    OSError
        It cannot be opened, or has another size: pyarrow.ArrowException for what is no Parquet.
    """
    # As bytes, for a name may hold what is no UTF-8; and not mapped, for a file may shrink while it is read.
    name = os.fsencode(path) if os.name == "posix" else str(path)
    with (
        pa.OSFile(name) as source,
        pq.ParquetFile(
            source, pre_buffer=False, buffer_size=_BUFFER_BYTES, page_checksum_verification=True
        ) as file,
    ):
        if size is not None and source.size() != size:
            raise OSError("changed")
        yield file


def _degrees(batch: pa.RecordBatch, positions: ParquetPositions) -> tuple[FloatArray, FloatArray]:
    """Return the positions of n rows, NaN for those that have none."""
    if not positions.geometry:
        lon, lat = (floats_of(batch.column(name)) for name in (positions.lon, positions.lat))
        # 0, 0 stands for a position that is not known, as everywhere.
        nowhere = (lon == 0) & (lat == 0)
        return np.where(nowhere, np.nan, lon), np.where(nowhere, np.nan, lat)
    column = batch.column(positions.geometry)
    column = column.storage if isinstance(column, pa.ExtensionArray) else column
    if positions.encoding == "point":
        there = column.is_valid().to_numpy(zero_copy_only=False)
        lon, lat = (floats_of(column.field(axis)) for axis in ("x", "y"))
        return np.where(there, lon, np.nan), np.where(there, lat, np.nan)
    return _of_wkb(column if pa.types.is_binary(column.type) else column.cast(pa.binary()))


def floats_of(column: pa.Array) -> FloatArray:
    """Return n numbers, NaN for none."""
    numbers: FloatArray = pc.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return numbers


def _of_wkb(column: pa.BinaryArray) -> tuple[FloatArray, FloatArray]:
    offsets = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    if not column.null_count and len(column) and bool((np.diff(offsets) == _WKB_POINT.itemsize).all()):
        # Nothing but plain points: they are all of one length, and stand there as numbers.
        data = np.frombuffer(column.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
        points = data.view(_WKB_POINT) if data.flags.c_contiguous else None
        if points is not None and bool(((points["order"] == 1) & (points["kind"] == 1)).all()):
            return points["x"].astype(np.float64), points["y"].astype(np.float64)
    return _inner_points(shapely.from_wkb(column.to_numpy(zero_copy_only=False), on_invalid="ignore"))


def _inner_points(shapes: Any) -> tuple[FloatArray, FloatArray]:
    """Return a position in each of n shapes: points themselves, else a point inside; NaN for none."""
    try:
        points = shapely.point_on_surface(shapes)
    except shapely.errors.GEOSException:
        # One bad shape must not take the others along.
        points = np.array([_inner_point(shape) for shape in shapes], dtype=object)
    return shapely.get_x(points), shapely.get_y(points)


def _inner_point(shape: Any) -> Any:
    try:
        return shapely.point_on_surface(shape)
    except shapely.errors.GEOSException:
        return None


def no_position(title: str) -> Finding:
    """Return what is told of rows that cannot be counted by where they are."""
    return Finding(
        Severity.ERROR,
        "no-position",
        title,
        _("“{title}”的行没有位置，不知道落在哪个区域。").format(title=title),
        _("请先用 jjjmap locate 定位，或按行政区名称、代码对应到区域。"),
    )


def by_inner_point(title: str) -> Finding:
    """Return what is told of shapes that count as one point each."""
    return Finding(
        Severity.INFO,
        "counted-by-inner-point",
        title,
        _("“{title}”里的线和面按其内部的一个代表点归入区域，跨界的要素只算在一处。").format(title=title),
    )
