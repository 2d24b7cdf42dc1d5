"""Vector files through GDAL and GeoParquet: what is in them, and their rows batch by batch."""

from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.layers.opening.attributes import AttributePlan, attributes_of, plan_attributes
from jjjmap.layers.opening.datums import WGS84
from jjjmap.layers.opening.gdal_rows import batches_of, facts_of, warnings_told
from jjjmap.layers.opening.geojson_head import declared_crs, estimated_features, head_of_collection
from jjjmap.layers.opening.layer_writer import LayerWriter, SourceFacts
from jjjmap.layers.opening.parquet_files import inspect_parquet, read_parquet
from jjjmap.layers.opening.records import FileFormat, Inspection, OpenOptions
from jjjmap.layers.opening.vector_inspection import SAMPLE_ROWS, inspection
from jjjmap.layers.opening.vector_rows import write_batch
from jjjmap.layers.opening.vector_staging import Source, stage_source

_LARGE_JSON_BYTES = 32 << 20
"""Of a GeoJSON, above which only its head is inspected: GDAL reads all of it to say what is in it."""
_HINTS_OF_KML = frozenset(
    ("tessellate", "extrude", "visibility", "drawOrder", "altitudeMode", "icon", "snippet")
)
"""How Google Earth draws a placemark; LIBKML makes columns of it, be they filled or not."""
_NO_CRS_OF_ITS_OWN = (FileFormat.GEOJSON, FileFormat.GEOJSONSEQ)
"""Always WGS-84 by the standard, whatever stands in them: that is no word of the file's maker."""


def inspect_vector(path: Path, kind: FileFormat, options: OpenOptions, scratch: Path) -> Inspection:
    """Look into a vector file: layers, columns, first rows, positions, datum.

    Raises
    ------
    LayerUnreadable
        See `reasons.REASONS`.
    """
    if kind is FileFormat.PARQUET:
        return inspect_parquet(path, options)
    with chdir(scratch), warnings_told(path) as messages:
        source = stage_source(path, kind, options, scratch)
        head = source
        rows: int | None = None
        crs_said = ""
        if kind is FileFormat.GEOJSON:
            crs_said = declared_crs(source.staged)
            if source.staged.stat().st_size > _LARGE_JSON_BYTES:
                small = head_of_collection(source.staged, scratch / "head.geojson", SAMPLE_ROWS)
                head = replace(source, staged=small) if small is not None else source
        info = facts_of(head, count=kind not in _NO_CRS_OF_ITS_OWN or head is source)
        if head is source:
            rows = int(info["features"]) if int(info["features"]) >= 0 else None
        batches = list(batches_of(head, info, SAMPLE_ROWS))
    plan, wkb_name = _plan(batches[0].schema if batches else pa.schema([]), source.format)
    shapes = _sample_shapes(batches, wkb_name)
    crs = crs_said if kind in _NO_CRS_OF_ITS_OWN else str(info["crs"] or "")
    return inspection(
        path,
        kind,
        replace(options, sublayer=source.sublayer, encoding=source.encoding),
        plan,
        [attributes_of(batch, plan) for batch in batches],
        shapes,
        crs,
        sublayers=source.sublayers,
        encodings=source.encodings,
        geometry=str(info["geometry_type"] or ""),
        rows=rows,
        findings=(*source.findings, *plan.findings(path.name), *messages),
    )


def read_vector(
    path: Path, kind: FileFormat, options: OpenOptions, writer: LayerWriter, scratch: Path
) -> None:
    """Read a vector file into a writer; a gap in the options is guessed as `inspect_vector` does.

    Raises
    ------
    LayerUnreadable
        See `reasons.REASONS`.
    """
    if not options.datum or options.swap_axes is None or options.roles is None:
        known = inspect_vector(path, kind, options, scratch).options
        options = replace(options, datum=known.datum, swap_axes=known.swap_axes, roles=known.roles)
        for left in scratch.iterdir():
            left.unlink()
    if kind is FileFormat.PARQUET:
        read_parquet(path, options, writer)
        return
    with chdir(scratch), warnings_told(path) as messages:
        source = stage_source(path, kind, options, scratch)
        info = _quick_facts(source) or facts_of(source, count=True)
        crs = declared_crs(source.staged) if kind is FileFormat.GEOJSON else str(info["crs"] or "")
        writer.describe(
            SourceFacts(
                title=_title(path, source),
                format=kind,
                sublayer=source.sublayer,
                encoding=source.encoding,
                crs=crs,
                datum=options.datum or WGS84,
                roles=dict(options.roles or ()),
            )
        )
        total = max(1, int(info["features"]))
        done = 0
        plan: AttributePlan | None = None
        for batch in batches_of(source, info, None):
            writer.check()
            if plan is None:
                plan, wkb_name = _plan(batch.schema, kind)
                for finding in (*source.findings, *plan.findings(path.name)):
                    writer.find(finding)
            write_batch(writer, batch, plan, wkb_name, done, options)
            done += batch.num_rows
            writer.tell(done / total)
    for finding in messages:
        writer.find(finding)


def _quick_facts(source: Source) -> dict[str, Any] | None:
    """Return about how many rows a large GeoJSON has: GDAL would read all of it twice to say so."""
    if source.format is not FileFormat.GEOJSON or source.staged.stat().st_size <= _LARGE_JSON_BYTES:
        return None
    features = estimated_features(source.staged)
    return None if features is None else {"features": features}


def _plan(schema: pa.Schema, kind: FileFormat) -> tuple[AttributePlan, str]:
    """Return the plan of the columns, and the name of the one with geometry (empty if none)."""
    geometry = [
        column.name
        for column in schema
        if (column.metadata or {}).get(b"ARROW:extension:name", b"") in (b"geoarrow.wkb", b"ogc.wkb")
        or str(getattr(column.type, "extension_name", "")) in ("geoarrow.wkb", "ogc.wkb")
    ]
    dropped = _HINTS_OF_KML if kind is FileFormat.KML else frozenset()
    fid = {"OGC_FID"} if schema.names[:1] == ["OGC_FID"] else set()
    return plan_attributes(schema, {*geometry, *fid}, dropped), geometry[0] if geometry else ""


def _sample_shapes(batches: list[pa.RecordBatch], wkb_name: str) -> Any:
    if not wkb_name or not batches:
        return np.empty(0, dtype=object)
    columns = [batch.column(batch.schema.get_field_index(wkb_name)) for batch in batches]
    raw = [column.storage if isinstance(column, pa.ExtensionArray) else column for column in columns]
    return np.concatenate(
        [shapely.from_wkb(column.to_numpy(zero_copy_only=False), on_invalid="ignore") for column in raw]
    )


def _title(path: Path, source: Source) -> str:
    several = len(source.sublayers) > 1
    return f"{path.stem} · {source.sublayer}" if several and source.sublayer else path.stem
