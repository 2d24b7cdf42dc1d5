"""A user's layer as a file that other programs open: GeoJSON, GeoPackage, FlatGeobuf, GeoParquet, CSV, xlsx.

Coordinates are WGS-84. Rows are written as they come from disk, batch by batch: memory stays flat.
"""

from __future__ import annotations

import errno
import json
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jjjmap.errors import ExportFailed
from jjjmap.export.datasets.arrow import batches, plain_arrays, plain_type, shapes_between
from jjjmap.export.datasets.drafts import folder_beside, put_file
from jjjmap.export.dates import settle_gdal_date
from jjjmap.export.files import Stopped, driver_error, reason_text, write_atomically
from jjjmap.i18n import _
from jjjmap.layers.style import Geometry

if TYPE_CHECKING:
    import pyarrow as pa

    from jjjmap.layers.feature_table import FeatureTable

logger = logging.getLogger(__name__)

FEATURE_SUFFIXES = (".geojson", ".json", ".gpkg", ".fgb", ".parquet", ".csv", ".xlsx")
"""What the name of a file may end in, and so its format."""

TABLE_SUFFIXES = (".csv", ".xlsx")
"""Those that hold points as two columns of degrees, and no lines or polygons."""

_LONGEST_TITLE = 200
_RESERVED = re.compile(r"""gpkg|sqlite_|[`~!@#$%^&*()+\-={}|\[\]\\:";'<>?,./]""", re.IGNORECASE)
"""How the name of a layer in a GeoPackage may not begin."""
_DECIMALS = 7
"""A centimetre, as RFC 7946 advises."""

Method = Sequence[tuple[str, str]]
Progress = Callable[[float], None]
Cancelled = Callable[[], bool]


def save_features(
    path: Path,
    table: FeatureTable,
    *,
    title: str = "",
    method: Method = (),
    progress: Progress = lambda share: None,
    cancelled: Cancelled = lambda: False,
) -> bool:
    """Write the rows of a layer; the suffix says as what.

    Parameters
    ----------
    path
        Ends in one of `FEATURE_SUFFIXES`.
    table
        Rows without position are written as well, with an empty geometry.
    title
        Name of the layer within the file; that of the file if it is empty.
    method
        How the rows were reckoned, as names and lines: a table or sheet of its own, a member ``method`` of
        GeoJSON, metadata of Parquet and FlatGeobuf, and beside a CSV the file that CSV on the Web names.
    progress
        Told the share that is done, 0…1.
    cancelled
        Asked between batches, and before an old file is replaced.

    Returns
    -------
    bool
        False if it was cancelled; nothing was written then.

    Raises
    ------
    ExportFailed
        The file could not be written; one that stood there before is untouched.
    """
    suffix = path.suffix.lower()
    title = " ".join((title.strip() or path.stem).split())[:_LONGEST_TITLE]
    title = title.encode("utf-8", "replace").decode("utf-8")
    if suffix in TABLE_SUFFIXES:
        from jjjmap.export.datasets.feature_tables import RowsWanted, write_rows

        wanted = RowsWanted(title, table, origin=tuple(method))
        is_written = write_rows(path, wanted, progress=progress, cancelled=cancelled)
        if is_written and method and suffix == ".csv":
            _write_beside(path, title, method)
        return is_written
    try:
        with folder_beside(path) as folder:
            # An own name: what the user calls the file shall not reach a driver as a path.
            draft = folder / f"layer{suffix}"
            source = _Batches(table, tuple(method), progress, cancelled)
            try:
                _WRITERS[suffix](draft, source, title)
            except RuntimeError as exc:  # GDAL's.
                raise driver_error(exc, folder) from exc
            source.check()
            put_file(draft, path)
    except Stopped:
        return False
    except OSError as exc:
        raise ExportFailed(path, reason_text(exc)) from exc
    progress(1.0)
    return True


class _Batches:
    """The rows of a table in pieces of bounded size, with progress and cancel."""

    def __init__(self, table: FeatureTable, method: Method, progress: Progress, cancelled: Cancelled) -> None:
        self.table = table
        self.method = method
        self._progress = progress
        self._cancelled = cancelled
        self.stopped = False

    def check(self) -> None:
        if self.stopped or self._cancelled():
            self.stopped = True
            raise Stopped

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Yield first row and end of each batch."""
        count = len(self.table)
        for start, end in batches(count):
            self.check()
            yield start, end
            self._progress(0.95 * start / count)

    def attributes(self, start: int, end: int) -> pa.Table:
        return self.table.attributes.slice(start, end - start)

    def wkb(self, start: int, end: int, *, multi: bool) -> Any:
        """Return shapes as WKB, null where a row has none."""
        import pyarrow as pa
        import shapely

        if self.table.wkb is not None and not multi:  # They leave as they are.
            return self.table.wkb.slice(start, end - start).combine_chunks().cast(pa.binary())
        return pa.array(shapely.to_wkb(shapes_between(self.table, start, end, multi=multi)), pa.binary())


# -- Formats ---------------------------------------------------------------------------------------


def _write_geojson(draft: Path, source: _Batches, title: str) -> None:
    options = {"RFC7946": "YES", "COORDINATE_PRECISION": str(_DECIMALS), "WRITE_NAME": "YES"}
    if source.method:
        options["FOREIGN_MEMBERS_COLLECTION"] = json.dumps({"method": source.method})
    _write_by_gdal(draft, source, title, driver="GeoJSON", multi=False, layer_options=options)


def _write_flatgeobuf(draft: Path, source: _Batches, title: str) -> None:
    if source.table.geometry is None:
        raise OSError(errno.EINVAL, _("FlatGeobuf 只存有位置的要素；表格请存为 CSV、xlsx 或 GeoPackage。"))
    # Its index has no place for features that are nowhere.
    index = "YES" if source.table.has_position().all() else "NO"
    options = {"SPATIAL_INDEX": index}
    if source.method:
        options["DESCRIPTION"] = "\n".join(": ".join(pair) for pair in source.method)
    _write_by_gdal(draft, source, title, driver="FlatGeobuf", multi=True, layer_options=options)


def _write_geopackage(draft: Path, source: _Batches, title: str) -> None:
    columns = _plain_schema(source.table.attributes.schema, ignore_case=True)
    taken = {name.lower() for name in columns.names}
    fid = next(name for name in _spare("fid") if name not in taken)
    if _RESERVED.match(title):
        title = f"_{title}"
    _write_by_gdal(draft, source, title, driver="GPKG", multi=True, layer_options={"FID": fid})
    if source.method:
        import pyarrow as pa
        import pyogrio

        names, lines = zip(*source.method, strict=True)
        told = pa.table({"name": pa.array(names, pa.string()), "text": pa.array(lines, pa.string())})
        name = next(name for name in _spare("method") if name != title.lower())
        pyogrio.write_arrow(told, draft, layer=name, driver="GPKG")


def _write_by_gdal(
    draft: Path,
    source: _Batches,
    title: str,
    *,
    driver: str,
    multi: bool,
    layer_options: dict[str, str] | None = None,
) -> None:
    import pyarrow as pa
    import pyogrio

    geometry = source.table.geometry
    # GDAL finds columns by name whatever the case: the values of “A” would go into “a”.
    columns = _plain_schema(source.table.attributes.schema, ignore_case=True)
    taken = {field.name.lower() for field in columns}
    place = next(name for name in _spare("geom") if name not in taken)
    schema = columns if geometry is None else columns.append(pa.field(place, pa.binary()))

    def pieces() -> Iterator[pa.RecordBatch]:
        for start, end in source:
            arrays = plain_arrays(source.attributes(start, end), columns)
            if geometry is not None:
                arrays.append(source.wkb(start, end, multi=multi))
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    kinds = {
        Geometry.POINT: "Point",
        Geometry.LINE: "MultiLineString" if multi else "Unknown",
        Geometry.POLYGON: "MultiPolygon" if multi else "Unknown",
    }
    settle_gdal_date()
    try:
        pyogrio.write_arrow(
            pa.RecordBatchReader.from_batches(schema, pieces()),
            draft,
            layer=title,
            driver=driver,
            geometry_name=None if geometry is None else place,
            geometry_type=None if geometry is None else kinds[geometry],
            crs=None if geometry is None else "EPSG:4326",
            layer_options={**(layer_options or {}), **({"GEOMETRY_NAME": place} if driver == "GPKG" else {})},
        )
    except Exception:
        # What stops the stream comes back in other words.
        source.check()
        raise


def _write_parquet(draft: Path, source: _Batches, _title: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = source.table
    columns = _plain_schema(table.attributes.schema)
    schema = columns
    if table.geometry is not None:
        taken = set(columns.names)
        place = next(name for name in _spare("geometry") if name not in taken)
        # Without a CRS coordinates are OGC:CRS84: WGS-84, longitude first.
        about = {"encoding": "WKB", "geometry_types": []}
        geo = {"version": "1.0.0", "primary_column": place, "columns": {place: about}}
        schema = columns.append(pa.field(place, pa.binary())).with_metadata({"geo": json.dumps(geo)})
    if source.method:
        schema = schema.with_metadata({**(schema.metadata or {}), "method": json.dumps(source.method)})
    with pq.ParquetWriter(draft, schema, compression="zstd") as writer:
        for start, end in source:
            arrays = plain_arrays(source.attributes(start, end), columns)
            if table.geometry is not None:
                arrays.append(source.wkb(start, end, multi=False))
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))


def _write_beside(path: Path, title: str, method: Method) -> None:
    """Write the method beside a CSV, which has no place for it: https://www.w3.org/TR/tabular-metadata/."""
    said = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": path.name,
        "dc:title": title,
        "notes": [{"name": name, "text": text} for name, text in method],
    }
    beside = path.with_name(f"{path.name}-metadata.json")
    write_atomically(beside, json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8", "replace"))


_WRITERS: dict[str, Callable[[Path, _Batches, str], None]] = {
    ".geojson": _write_geojson,
    ".json": _write_geojson,
    ".gpkg": _write_geopackage,
    ".fgb": _write_flatgeobuf,
    ".parquet": _write_parquet,
}


# -- Columns ---------------------------------------------------------------------------------------


def _plain_schema(schema: pa.Schema, *, ignore_case: bool = False) -> pa.Schema:
    """Return columns of types that every format has, with names that are all different."""
    import pyarrow as pa

    fields: list[pa.Field] = []
    taken: set[str] = set()
    for column in schema:
        name = next(
            name
            for name in _spare(column.name.replace("\x00", "") or "_")
            if (name.lower() if ignore_case else name) not in taken
        )
        taken.add(name.lower() if ignore_case else name)
        fields.append(pa.field(name, plain_type(column.type)))
    return pa.schema(fields)


def _spare(name: str) -> Iterator[str]:
    """Yield a name, then others like it."""
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1
