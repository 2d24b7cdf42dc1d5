"""Tables in the few types that every format has, batch by batch, and their shapes as WKB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jjjmap.layers.style import Geometry

if TYPE_CHECKING:
    import pyarrow as pa

    from jjjmap.layers.feature_table import FeatureTable

BATCH_ROWS = 20_000


def plain_type(kind: pa.DataType) -> pa.DataType:
    """Return the type in which a column leaves the program."""
    import pyarrow as pa

    types = pa.types
    if types.is_dictionary(kind):
        return plain_type(kind.value_type)
    if types.is_boolean(kind) or types.is_date32(kind):
        return kind
    if types.is_uint64(kind):
        return pa.float64()
    if types.is_integer(kind):
        return pa.int64()
    if types.is_floating(kind) or types.is_decimal(kind):
        return pa.float64()
    if types.is_date(kind):
        return pa.date32()
    if types.is_timestamp(kind):
        return pa.timestamp("ms", kind.tz)
    return pa.string()


def plain_schema(attributes: pa.Table) -> pa.Schema:
    """Return the columns of a table with their plain types."""
    import pyarrow as pa

    return pa.schema([pa.field(column.name, plain_type(column.type)) for column in attributes.schema])


def plain_arrays(attributes: pa.Table, schema: pa.Schema) -> list[pa.Array]:
    """Return the columns of a table, an array each, cast to a schema; NUL ends a text for some programs."""
    import pyarrow as pa
    import pyarrow.compute as pc

    arrays = []
    for column, field in zip(attributes.columns, schema, strict=True):
        array: Any = column.combine_chunks()
        if isinstance(array, pa.ChunkedArray):  # Of no rows, or too large for one piece.
            array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        if array.type != field.type:
            array = array.cast(field.type, safe=False)
        if pa.types.is_string(field.type):
            array = pc.replace_substring(array, "\x00", "")
        arrays.append(array)
    return arrays


def batches(count: int) -> Iterator[tuple[int, int]]:
    """Yield first row and end of each batch of so many rows."""
    for start in range(0, count, BATCH_ROWS):
        yield start, min(start + BATCH_ROWS, count)


def shapes_between(table: FeatureTable, start: int, end: int, *, multi: bool) -> Any:
    """Return shapes of rows (shapely), None for those that are nowhere.

    Parameters
    ----------
    multi
        Whether single lines and areas become collections of one, for formats that take one type only.
    """
    import numpy as np
    import shapely

    shapes = np.full(end - start, None, dtype=object)
    if table.lon is not None and table.lat is not None:
        lon, lat = table.lon[start:end], table.lat[start:end]
        there = np.isfinite(lon) & np.isfinite(lat)
        shapes[there] = shapely.points(lon[there], lat[there])
        return shapes
    if table.wkb is None:
        return shapes
    cells = table.wkb.slice(start, end - start).to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):  # Of corners that are no numbers.
        shapes = shapely.from_wkb(cells, on_invalid="ignore")
    if multi:
        kinds = shapely.get_type_id(shapes)
        for single, together in ((1, shapely.multilinestrings), (3, shapely.multipolygons)):
            lone = kinds == single
            if lone.any():
                shapes[lone] = together(shapes[lone][:, np.newaxis])
    return shapes


def geometry_type(geometry: Geometry | None) -> str | None:
    """Return what a GeoPackage calls the shapes of a layer."""
    if geometry is None:
        return None
    return {
        Geometry.POINT: "Point",
        Geometry.LINE: "MultiLineString",
        Geometry.POLYGON: "MultiPolygon",
    }[geometry]
