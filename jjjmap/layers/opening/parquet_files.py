"""GeoParquet, row group by row group, through Arrow; a Parquet without geometry is a plain table."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyproj
import shapely
from pyproj.exceptions import CRSError

from jjjmap.errors import LayerUnreadable
from jjjmap.layers.opening.attributes import AttributePlan, attributes_of, plan_attributes, tally_values
from jjjmap.layers.opening.datums import WGS84
from jjjmap.layers.opening.layer_part import BATCH_ROWS
from jjjmap.layers.opening.layer_writer import LayerWriter, SourceFacts
from jjjmap.layers.opening.mending import Batch, write_positions
from jjjmap.layers.opening.records import ColumnRole, FileFormat, Inspection, OpenOptions
from jjjmap.layers.opening.vector_inspection import SAMPLE_ROWS, inspection
from jjjmap.layers.opening.vector_rows import write_batch

_BATCH_BYTES = 64 << 20
_LEAST_BATCH = 256
_CRS84 = "OGC:CRS84"
"""What the format means where it names none."""


@dataclass(frozen=True, slots=True)
class GeoColumn:
    """Where the positions of a Parquet file are."""

    name: str
    """Of the column with WKB or points; empty for a plain table."""
    encoding: str
    """``WKB``, ``point`` (a struct of x and y) or empty."""
    crs: str
    kinds: str
    others: tuple[str, ...]
    """Further columns with geometry: a layer has one."""


def inspect_parquet(path: Path, options: OpenOptions) -> Inspection:
    """Look into a Parquet file; raises LayerUnreadable ``damaged`` or ``unknown-format``."""
    try:
        with _opened(path) as file:
            column = geo_column(path, file)
            plan = _plan(file, column)
            batches = [next(file.iter_batches(batch_size=SAMPLE_ROWS), None)]
            there = [batch for batch in batches if batch is not None]
            shapes = [shapely.from_wkb(_wkb(batch, column), on_invalid="ignore") for batch in there]
            rows = file.metadata.num_rows
    except (pa.ArrowException, ValueError, KeyError, OSError) as exc:
        raise LayerUnreadable(path, "damaged", type(exc).__name__) from exc
    sample = np.concatenate(shapes) if shapes else np.empty(0, dtype=object)
    attributes = [attributes_of(batch, plan) for batch in there]

    def inspected(options: OpenOptions, sample: Any) -> Inspection:
        return inspection(
            path,
            FileFormat.PARQUET,
            options,
            plan,
            attributes,
            sample,
            "" if column.crs == _CRS84 else column.crs,
            geometry=column.kinds,
            rows=rows,
            findings=tuple(plan.findings(path.name)),
            positions_are_columns=not column.name,
        )

    found = inspected(options, sample)
    pair = None if column.name else _position_columns(plan, found.options)
    if pair is None or not attributes:
        return found
    x, y = (_numbers(attributes[0].column(at)) for at in pair)
    there_at = np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0))
    options = replace(options, roles=found.options.roles)
    return replace(inspected(options, shapely.points(x[there_at], y[there_at])), geometry="Point")


def read_parquet(path: Path, options: OpenOptions, writer: LayerWriter) -> None:
    """Read a Parquet file into a writer; raises LayerUnreadable."""
    try:
        with _opened(path) as file:
            column = geo_column(path, file)
            plan = _plan(file, column)
            writer.describe(
                SourceFacts(
                    title=path.stem,
                    format=FileFormat.PARQUET,
                    crs=column.crs,
                    datum=options.datum or WGS84,
                    roles=dict(options.roles or ()),
                )
            )
            for finding in plan.findings(path.name):
                writer.find(finding)
            pair = _position_columns(plan, options)
            total = max(1, file.metadata.num_rows)
            done = 0
            for batch in file.iter_batches(batch_size=_batch_rows(file)):
                writer.check()
                if column.name or pair is None:
                    whole = batch if not column.name else _with_wkb(batch, column)
                    write_batch(writer, whole, plan, column.name, done, options)
                else:
                    _write_positions(writer, batch, plan, pair, done, options)
                done += batch.num_rows
                writer.tell(done / total)
            if not done:
                raise LayerUnreadable(path, "no-rows")
    except (pa.ArrowException, KeyError, OSError) as exc:
        if isinstance(exc, MemoryError):
            raise
        raise LayerUnreadable(path, "damaged", type(exc).__name__) from exc


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    # As bytes, for a name may hold what is no UTF-8; and not mapped, for a file may shrink while it is read.
    name = os.fsencode(path) if os.name == "posix" else str(path)
    with pa.OSFile(name) as source, pq.ParquetFile(source, pre_buffer=False) as file:
        yield file


def geo_column(path: Path, file: pq.ParquetFile) -> GeoColumn:
    """Return where the positions of a file are.

    Raises
    ------
    LayerUnreadable
        ``unknown-format``: its geometry is neither WKB nor points.
    """
    metadata = (file.schema_arrow.metadata or {}).get(b"geo")
    if metadata is None:
        return GeoColumn("", "", "", "", ())
    try:
        said = json.loads(metadata)
        name = str(said["primary_column"])
        about = said["columns"][name]
        encoding = str(about.get("encoding", "WKB"))
        others = tuple(str(other) for other in said["columns"] if other != name)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise LayerUnreadable(path, "damaged", "geo") from exc
    kind = file.schema_arrow.field(name).type
    if encoding == "WKB" or pa.types.is_binary(kind):
        return GeoColumn(name, "WKB", _crs(about), _kinds(about), others)
    if encoding == "point" and pa.types.is_struct(kind):
        return GeoColumn(name, "point", _crs(about), "Point", others)
    raise LayerUnreadable(path, "unknown-format", f"GeoParquet {encoding[:20]}")


def _crs(about: dict[str, Any]) -> str:
    if "crs" not in about:
        return _CRS84
    if about["crs"] is None:
        return ""
    try:
        crs = pyproj.CRS.from_json_dict(about["crs"])
    except (CRSError, TypeError, AttributeError, KeyError):
        return ""
    code = crs.to_authority(min_confidence=25)
    return ":".join(code) if code else str(crs.to_wkt())


def _kinds(about: dict[str, Any]) -> str:
    kinds = about.get("geometry_types")
    known = [str(kind) for kind in kinds] if isinstance(kinds, list) else []
    return known[0] if len(known) == 1 else "Unknown"


def _plan(file: pq.ParquetFile, column: GeoColumn) -> AttributePlan:
    boxes = {"bbox"} if column.name else set()
    return plan_attributes(file.schema_arrow, {column.name, *column.others, *boxes} - {""})


def _batch_rows(file: pq.ParquetFile) -> int:
    metadata = file.metadata
    inflated = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
    per_row = inflated / max(1, metadata.num_rows)
    return int(min(BATCH_ROWS, max(_LEAST_BATCH, _BATCH_BYTES / max(per_row, 1.0))))


def _wkb(batch: pa.RecordBatch, column: GeoColumn) -> Any:
    if not column.name:
        return np.empty(0, dtype=object)
    whole = _with_wkb(batch, column)
    return whole.column(whole.schema.get_field_index(column.name)).to_numpy(zero_copy_only=False)


def _with_wkb(batch: pa.RecordBatch, column: GeoColumn) -> pa.RecordBatch:
    """Return a batch whose geometry is WKB, whatever it was."""
    at = batch.schema.get_field_index(column.name)
    geometry = batch.column(at)
    geometry = geometry.storage if isinstance(geometry, pa.ExtensionArray) else geometry
    if column.encoding == "point":
        points = shapely.points(
            geometry.field("x").to_numpy(zero_copy_only=False),
            geometry.field("y").to_numpy(zero_copy_only=False),
        )
        points[~geometry.is_valid().to_numpy(zero_copy_only=False)] = None
        geometry = pa.array(shapely.to_wkb(points, byte_order=1), pa.binary())
    elif not pa.types.is_binary(geometry.type):
        geometry = geometry.cast(pa.binary())
    return batch.set_column(at, pa.field(column.name, pa.binary()), geometry)


def _position_columns(plan: AttributePlan, options: OpenOptions) -> tuple[int, int] | None:
    """Return the two columns of numbers that have the roles of coordinates, numbers in the plan."""
    at = {role: plan.schema.get_field_index(name) for name, role in options.roles or ()}
    x, y = at.get(ColumnRole.LON, -1), at.get(ColumnRole.LAT, -1)
    if x < 0 or y < 0 or x == y:
        return None
    kinds = (plan.schema.field(x).type, plan.schema.field(y).type)
    are_numbers = all(pa.types.is_floating(kind) or pa.types.is_integer(kind) for kind in kinds)
    return (x, y) if are_numbers else None


def _numbers(column: pa.Array) -> npt.NDArray[np.float64]:
    numbers: npt.NDArray[np.float64] = pc.cast(column, pa.float64(), safe=False).to_numpy(
        zero_copy_only=False
    )
    return numbers


def _write_positions(
    writer: LayerWriter,
    batch: pa.RecordBatch,
    plan: AttributePlan,
    pair: tuple[int, int],
    done: int,
    options: OpenOptions,
) -> None:
    attributes = attributes_of(batch, plan, done + 1)
    rows = np.arange(done + 1, done + 1 + batch.num_rows)
    tally_values(writer, batch, plan, attributes, rows)
    x, y = (_numbers(attributes.column(at)) for at in pair)
    # 0,0 stands for a position that is not known; half a position is rejected, as everywhere.
    nowhere = (x == 0) & (y == 0)
    x, y = np.where(nowhere, np.nan, x), np.where(nowhere, np.nan, y)
    write_positions(Batch(writer, attributes, rows, options.datum or WGS84, bool(options.swap_axes)), x, y)
