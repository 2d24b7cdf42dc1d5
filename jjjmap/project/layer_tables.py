"""Layers into a project's file: rows for any program, and for us the very bytes that they are kept in."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jjjmap.errors import RowsUnreadable
from jjjmap.export.datasets.layers import CLASS, SIZE, OutLayer
from jjjmap.export.datasets.names import spare_names
from jjjmap.export.datasets.styles import OutStyle, user_style
from jjjmap.i18n import _
from jjjmap.layers.layer import LayerGroup
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.provenance import NO_GENERATION
from jjjmap.layers.user_layer import open_table
from jjjmap.layers.user_layer_store import RECORD, StoredLayer, UserLayerStore
from jjjmap.project.file_format import ATTRIBUTES, CHUNK_BYTES, GEOMETRY, REJECTED, triggers

if TYPE_CHECKING:
    import pyarrow as pa

    from jjjmap.layers.feature_table import FeatureTable

Tick = Callable[[float], None]


@dataclass(frozen=True)
class PackedLayer:
    """A layer that is being saved: its rows are mapped, whatever happens to it meanwhile."""

    stored: StoredLayer
    table: FeatureTable
    files: tuple[tuple[str, pa.Buffer], ...]
    """Names in the project, and the content."""


def held_layers(layers: Sequence[StoredLayer], store: UserLayerStore) -> list[PackedLayer]:
    """Take hold of the rows of all layers, so that a change of one while it is saved does no harm.

    Raises
    ------
    RowsUnreadable
        The rows of a layer are gone or broken.
    """
    held = []
    generations = {stored.id: stored.generation for stored in layers}
    for stored in layers:
        table = open_table(store, stored)
        folder = store.table_folder(stored)
        files = [(ATTRIBUTES, folder / ATTRIBUTES)]
        if table.geometry is not None:
            files.append((GEOMETRY, folder / GEOMETRY))
        rejected = store.rejected_file(stored.id)
        if rejected is not None:
            files.append((REJECTED, rejected))
        try:
            buffers = tuple((name, _mapped(path)) for name, path in files)
        except OSError as exc:
            reason = _("存放它的文件读不了（{detail}）。").format(detail=exc.strerror or type(exc).__name__)
            raise RowsUnreadable(stored.title, reason) from exc
        held.append(PackedLayer(_as_saved(stored, generations), table, buffers))
    return held


def _as_saved(stored: StoredLayer, generations: Mapping[str, int]) -> StoredLayer:
    """Return a layer whose inputs are told by the generations in the file, where each layer has its first."""
    if stored.provenance is None:
        return stored
    inputs = tuple(
        replace(
            note,
            generation=1 if note.generation == generations.get(note.layer_id) else NO_GENERATION,
        )
        for note in stored.provenance.inputs
    )
    return replace(stored, provenance=replace(stored.provenance, inputs=inputs))


def _mapped(path: Path) -> pa.Buffer:
    import pyarrow as pa

    with pa.memory_map(str(path)) as file:
        # Stays mapped when the file is closed, and even deleted.
        return file.read_buffer()


def feature_layer(
    layer: PackedLayer, table_name: str, opacity: float
) -> tuple[OutLayer, list[tuple[str, str]]]:
    """Return a layer as other programs read it, and its columns: name there, name here."""
    import numpy as np

    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.styling.classify import apply_style

    stored, table = layer.stored, layer.table
    names = tuple(table.attributes.column_names)
    *new_names, class_column, size_column = spare_names((*names, CLASS, SIZE), ("fid", "geom"))
    style: OutStyle | None = None
    if table.geometry is not None:
        # All rows go along, also those that a filter hides in the window.
        rows = LayerRows(stored, table, apply_style(table, stored.style), None, np.empty(0, dtype=np.int64))
        _needed, style = user_style(rows, dict(zip(names, new_names, strict=True)), class_column, size_column)
    out = OutLayer(
        stored.id,
        table_name,
        stored.title,
        LayerGroup.USER,
        opacity,
        True,
        FeatureTable(
            table.attributes.rename_columns(new_names), table.geometry, table.lon, table.lat, table.wkb
        ),
        style,
    )
    return out, list(zip(new_names, names, strict=True))


def pack_layer(
    connection: sqlite3.Connection,
    layer: PackedLayer,
    table_name: str,
    columns: list[tuple[str, str]],
    scratch: Path,
    tick: Tick,
) -> None:
    """Write a layer's record and files, and have changes of its own table noted from now on.

    Parameters
    ----------
    columns
        Names in the layer's own table and in the layer.
    scratch
        A private folder.
    tick
        Told the share that is done; what it raises ends the work.
    """
    (statement,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table_name,)
    ).fetchone()
    # Half characters, as names of columns may hold, are no UTF-8; ASCII escapes carry them.
    connection.execute(
        "INSERT INTO jjjmap_layers VALUES (?, ?, ?, ?, ?)",
        (layer.stored.id, table_name, statement, json.dumps(columns), _record(layer.stored, scratch)),
    )
    total, done = sum(content.size for _name, content in layer.files) or 1, 0
    for name, content in layer.files:
        for number, start in enumerate(range(0, content.size, CHUNK_BYTES)):
            tick(done / total)
            piece = content.slice(start, min(CHUNK_BYTES, content.size - start))
            _pack_chunk(connection, (layer.stored.id, name, number), piece)
            done += piece.size
    for trigger in triggers(layer.stored.id, table_name).values():
        connection.execute(trigger)


def _record(stored: StoredLayer, scratch: Path) -> str:
    """Return a layer's record as its store writes it; where its file lies is for the state to say."""
    (scratch / stored.id).mkdir()
    UserLayerStore(scratch).save(replace(stored, generation=1, source=None))
    return (scratch / stored.id / RECORD).read_text("ascii")


def _pack_chunk(connection: sqlite3.Connection, key: tuple[str, str, int], piece: pa.Buffer) -> None:
    import pyarrow as pa

    packed = pa.Codec("zstd", 1).compress(piece, asbytes=True)
    connection.execute(
        "INSERT INTO jjjmap_chunks VALUES (?, ?, ?, ?, ?, ?)",
        (*key, piece.size, zlib.crc32(piece), packed),
    )
