"""What is known of a vector file from its first rows: columns, preview, positions, datum."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.findings import Finding
from jjjmap.layers.feature_table import kind_of
from jjjmap.layers.opening.attributes import AttributePlan
from jjjmap.layers.opening.column_roles import guess_roles
from jjjmap.layers.opening.datums import guess_datum, is_sure, signature
from jjjmap.layers.opening.records import (
    Column,
    ColumnRole,
    DatumGuess,
    EncodingGuess,
    FileFormat,
    Inspection,
    OpenOptions,
    SubLayer,
)

SAMPLE_ROWS = 500
PREVIEW_ROWS = 50
_PREVIEW_CHARACTERS = 200
_CRS_CHARACTERS = 20_000


def inspection(
    path: Path,
    kind: FileFormat,
    options: OpenOptions,
    plan: AttributePlan,
    batches: list[pa.RecordBatch],
    shapes: Any,
    crs: str,
    *,
    sublayers: tuple[SubLayer, ...] = (),
    encodings: tuple[EncodingGuess, ...] = (),
    geometry: str = "",
    rows: int | None = None,
    findings: tuple[Finding, ...] = (),
    positions_are_columns: bool = False,
) -> Inspection:
    """Return what is known of a file from its first rows.

    Parameters
    ----------
    batches
        The first rows, attributes only.
    shapes
        Shapes of the first rows as they stand in the file.
    crs
        As the file says it; empty if it says nothing of its own.
    positions_are_columns
        Whether a column may have the role of a coordinate.
    """
    names = tuple(plan.schema.names)
    rows_shown = [
        tuple("" if value is None else str(value)[:_PREVIEW_CHARACTERS] for value in row.values())
        for batch in batches
        for row in batch.slice(0, PREVIEW_ROWS).to_pylist()
    ]
    coordinates = shapely.get_coordinates(shapes[~shapely.is_missing(shapes)])
    texts = [[row[column] for row in rows_shown] for column in range(len(names))]
    roles = guess_roles(names, texts) if options.roles is None else options.roles
    if not positions_are_columns:
        roles = tuple(pair for pair in roles if pair[1] not in (ColumnRole.LON, ColumnRole.LAT))
    role_of = dict(roles)
    step = max(1, len(coordinates) // SAMPLE_ROWS)
    sample = coordinates[::step][:SAMPLE_ROWS]
    guesses: tuple[DatumGuess, ...] = ()
    if len(sample):
        guesses = guess_datum(sample[:, 0], sample[:, 1], crs, beside=(path.stem, options.sublayer, *names))
    datum, swap = options.datum, options.swap_axes
    if guesses:
        chosen = next((guess for guess in guesses if datum in ("", guess.datum)), guesses[0])
        swap = chosen.swap_axes if swap is None else swap
        datum = datum or chosen.datum
    return Inspection(
        name=path.name,
        format=kind,
        size_bytes=path.stat().st_size,
        options=replace(options, datum=datum, swap_axes=bool(swap), roles=roles),
        sublayers=sublayers,
        columns=tuple(
            Column(field.name, kind_of(field.type), role_of.get(field.name, ColumnRole.NONE))
            for field in plan.schema
        ),
        preview=tuple(rows_shown[:PREVIEW_ROWS]),
        encodings=encodings,
        geometry=geometry,
        crs=crs[:_CRS_CHARACTERS],
        datums=guesses,
        must_ask=not options.datum and not is_sure(guesses),
        sample=tuple((float(x), float(y)) for x, y in sample if np.isfinite(x) and np.isfinite(y)),
        rows=rows,
        signature=signature(kind, names, crs),
        findings=findings,
    )
