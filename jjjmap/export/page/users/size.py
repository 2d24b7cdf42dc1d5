"""How long a user's layer will be inside an exported map, told before it is written.

What is quick to write is written and measured: looks, positions up to some length, columns of some thousand
rows. Of longer layers a sample is: columns twice, of half the rows too, since a column of few distinct texts
hardly grows any more.
"""

from __future__ import annotations

import numpy as np

from jjjmap.export.options import ContentOptions
from jjjmap.export.page.users.layer_blocks import LayerWriter, Rows, shown_rows
from jjjmap.layers.boundaries import shipped_units
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.style import Geometry

COLUMN_ROWS = 20_000
GROUND_ROWS = 4_000
POINT_ROWS = 200_000
SHAPE_BYTES = 16_000_000
RUNS = 16
"""A sample is so many runs of rows, for neighbours in a table are often alike."""

BASE64 = 4 / 3
FRAME_BYTES = 2_500
"""Names of columns and classes, elements, the places near: about so much for each layer."""


def layer_bytes(layer: LayerRows, options: ContentOptions) -> int:
    """Return about how many bytes a layer will take in the file, base64 included.

    Parameters
    ----------
    layer
        All of its rows.
    options
        Columns that leave, and the tolerance.
    """
    rows = shown_rows(layer)
    if not len(rows):
        return FRAME_BYTES
    look = LayerWriter(layer, options, "u", rows)
    look.write_look()
    sizes = [look.size, _place_bytes(layer, options, rows), _ground_bytes(layer, options, rows)]
    return int(BASE64 * (sum(sizes) + _column_bytes(layer, options, rows))) + FRAME_BYTES


def _place_bytes(layer: LayerRows, options: ContentOptions, rows: Rows) -> float:
    table = layer.table
    if table.geometry is Geometry.POINT:
        # However dense: what a position saves lying near the next, its row loses being one of more.
        sample = rows if len(rows) <= POINT_ROWS else np.sort(_chosen(rows, POINT_ROWS))
        share = len(sample) / len(rows)
    else:
        assert table.wkb is not None  # Lines and polygons have it.
        share = min(1.0, SHAPE_BYTES / max(1, table.wkb.nbytes * len(rows) / len(table)))
        sample = rows if share == 1.0 else _runs(rows, max(1, round(share * len(rows))))
    writer = LayerWriter(layer, options, "u", sample)
    if table.geometry is Geometry.POINT:
        writer.write_points()
    else:
        writer.write_shapes()
    return writer.size / share


def _ground_bytes(layer: LayerRows, options: ContentOptions, rows: Rows) -> float:
    sample = _runs(rows, GROUND_ROWS)
    writer = LayerWriter(layer, options, "u", sample)
    writer.write_ground(None, shipped_units())
    return writer.size * len(rows) / len(sample)


def _column_bytes(layer: LayerRows, options: ContentOptions, rows: Rows) -> float:
    long, short = _columns_of(layer, options, rows, COLUMN_ROWS), 0.0
    if len(rows) <= COLUMN_ROWS:
        return long
    short = _columns_of(layer, options, rows, COLUMN_ROWS // 2)
    return long + (long - short) / (COLUMN_ROWS / 2) * (len(rows) - COLUMN_ROWS)


def _columns_of(layer: LayerRows, options: ContentOptions, rows: Rows, count: int) -> float:
    writer = LayerWriter(layer, options, "u", _runs(rows, count))
    for at, name in enumerate(writer.columns):
        writer.write_column(at, name)
    return writer.size


def _runs(rows: Rows, count: int) -> Rows:
    """Return about `count` of the rows, in runs that lie evenly among them."""
    if count >= len(rows):
        return rows
    length = -(-count // RUNS)
    starts = np.linspace(0, len(rows) - length, RUNS).astype(np.int64)
    return rows[np.unique((starts[:, None] + np.arange(length)).ravel())]


def _chosen(rows: Rows, count: int) -> Rows:
    return np.random.default_rng(0).choice(rows, count, replace=False)
