"""The rows of a user's layer: attributes as Arrow columns, positions beside them, both mapped from disk.

A layer is a folder with ``attributes.arrow`` (one column an attribute) and, unless it is a plain table,
``geometry.arrow``: columns ``lon`` and ``lat`` (float64, degrees, WGS-84, NaN where there is none) for
points, or ``wkb`` (binary, null where there is none) for lines and polygons. Row n of the one is row n of
the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute
import shapely

from jjjmap.layers.opening.records import Column, ColumnKind
from jjjmap.layers.style import Geometry

ATTRIBUTES = "attributes.arrow"
GEOMETRY = "geometry.arrow"

FloatArray = npt.NDArray[np.float64]
ShapeArray = npt.NDArray[np.object_]


def kind_of(kind: pa.DataType) -> ColumnKind:
    """Return what a column of an Arrow type holds."""
    types = pa.types
    if types.is_dictionary(kind):
        return kind_of(kind.value_type)
    if types.is_boolean(kind):
        return ColumnKind.BOOLEAN
    if types.is_integer(kind):
        return ColumnKind.INTEGER
    if types.is_floating(kind) or types.is_decimal(kind):
        return ColumnKind.NUMBER
    if types.is_date(kind):
        return ColumnKind.DATE
    return ColumnKind.TIME if types.is_timestamp(kind) else ColumnKind.TEXT


@dataclass(frozen=True)
class FeatureTable:
    """Rows with attributes and, unless it is a plain table, a position each.

    Parameters
    ----------
    attributes
        n rows × m columns.
    geometry
        What the features are; None for a plain table.
    lon, lat
        n degrees each, WGS-84, NaN for a row without position; for points only.
    wkb
        n shapes, WGS-84 lon/lat, null for a row without; for lines and polygons only.
    """

    attributes: pa.Table
    geometry: Geometry | None = None
    lon: FloatArray | None = None
    lat: FloatArray | None = None
    wkb: pa.ChunkedArray | None = None

    @classmethod
    def open(cls, folder: Path, geometry: Geometry | None) -> "FeatureTable":
        """Map a layer from its folder; raises OSError or pyarrow.ArrowInvalid if it is broken."""
        attributes = _checked(_mapped(folder / ATTRIBUTES))
        if geometry is None:
            return cls(attributes)
        positions = _mapped(folder / GEOMETRY)
        if positions.schema.remove_metadata() not in _POSITIONS[geometry is Geometry.POINT]:
            raise pa.ArrowInvalid(f"positions as {positions.schema.types[:3]}")
        positions.validate(full=True)
        if positions.num_rows != attributes.num_rows:
            raise pa.ArrowInvalid(f"{positions.num_rows} positions for {attributes.num_rows} rows")
        if geometry is Geometry.POINT:
            lon, lat = (positions.column(name).to_numpy() for name in ("lon", "lat"))
            return cls(attributes, geometry, lon, lat)
        return cls(attributes, geometry, wkb=positions.column("wkb"))

    def __len__(self) -> int:
        return int(self.attributes.num_rows)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Names and kinds of the attributes, in order."""
        return tuple(Column(field.name, kind_of(field.type)) for field in self.attributes.schema)

    @cached_property
    def shapes(self) -> ShapeArray:
        """N shapes (shapely, degrees), None for a row without; made from WKB when first asked for."""
        if self.lon is not None and self.lat is not None:
            points: ShapeArray = shapely.points(self.lon, self.lat)
            points[np.isnan(self.lon) | np.isnan(self.lat)] = None
            return points
        if self.wkb is None:
            return np.full(len(self), None, dtype=object)
        shapes: ShapeArray = shapely.from_wkb(self.wkb.to_numpy(zero_copy_only=False), on_invalid="ignore")
        return shapes

    def has_position(self) -> npt.NDArray[np.bool_]:
        """Return for each of n rows whether it is somewhere."""
        if self.lon is not None and self.lat is not None:
            return np.isfinite(self.lon) & np.isfinite(self.lat)
        if self.wkb is None:
            return np.zeros(len(self), dtype=bool)
        present: npt.NDArray[np.bool_] = self.wkb.is_valid().to_numpy(zero_copy_only=False)
        return present

    def row(self, row: int) -> dict[str, Any]:
        """Return the attributes of one row by column."""
        return {
            name: column[row].as_py()
            for name, column in zip(self.attributes.column_names, self.attributes.columns, strict=True)
        }

    def take(self, rows: Sequence[int] | npt.NDArray[np.integer[Any]]) -> "FeatureTable":
        """Return a table of some rows, in the order given."""
        wanted = np.asarray(rows, dtype=np.int64)
        return FeatureTable(
            self.attributes.take(pa.array(wanted)),
            self.geometry,
            None if self.lon is None else self.lon[wanted],
            None if self.lat is None else self.lat[wanted],
            None if self.wkb is None else self.wkb.take(pa.array(wanted)),
        )


_POSITIONS = (
    tuple(pa.schema({"wkb": kind}) for kind in (pa.binary(), pa.large_binary())),
    (pa.schema({"lon": pa.float64(), "lat": pa.float64()}),),
)
"""Of lines and polygons, and of points."""


def _checked(attributes: pa.Table) -> pa.Table:
    """Return attributes whose every cell can be read; raises ArrowInvalid.

    Arrow takes a file at its word: an offset that points elsewhere is found by nobody but a full look (0.1 s
    for a million rows), and else read as memory of this process. The worker that wrote the file met hostile
    bytes before.
    """
    if len(set(attributes.column_names)) != attributes.num_columns:
        raise pa.ArrowInvalid("two columns of one name")
    attributes.validate(full=True)
    for column in attributes.columns:
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
            try:
                # Dates beyond the year 9999 and zones that nobody knows come out as errors, cell by cell.
                pa.compute.min_max(column).as_py()
            except (ValueError, OverflowError, KeyError, pa.ArrowException) as exc:
                raise pa.ArrowInvalid(f"dates that are none: {type(exc).__name__}") from exc
        elif not _is_plain(kind):
            raise pa.ArrowInvalid(f"a column of {kind}")
    return attributes


def _is_plain(kind: pa.DataType) -> bool:
    types = pa.types
    return any(
        is_kind(kind)
        for is_kind in (
            types.is_string,
            types.is_large_string,
            types.is_boolean,
            types.is_integer,
            types.is_floating,
            types.is_decimal,
            types.is_null,
        )
    )


def _mapped(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def write_table(folder: Path, table: FeatureTable) -> None:
    """Write a layer into its folder; see the module for the files. Raises OSError (e.g. no space left)."""
    _write(folder / ATTRIBUTES, table.attributes)
    if table.lon is not None and table.lat is not None:
        _write(folder / GEOMETRY, pa.table({"lon": table.lon, "lat": table.lat}))
    elif table.wkb is not None:
        _write(folder / GEOMETRY, pa.table({"wkb": table.wkb}))


def _write(path: Path, table: pa.Table) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=1 << 20)
