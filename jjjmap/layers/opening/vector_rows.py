"""One batch of a vector file into a writer: attributes as planned, shapes mended."""

import numpy as np
import pyarrow as pa

from jjjmap.errors import LayerUnreadable
from jjjmap.layers.opening.attributes import AttributePlan, attributes_of, tally_values
from jjjmap.layers.opening.datums import WGS84, DatumUnusable
from jjjmap.layers.opening.layer_writer import LayerWriter
from jjjmap.layers.opening.mending import write_shapes
from jjjmap.layers.opening.records import OpenOptions


def write_batch(
    writer: LayerWriter,
    batch: pa.RecordBatch,
    plan: AttributePlan,
    wkb_name: str,
    done: int,
    options: OpenOptions,
) -> None:
    """Write one batch of a source; `done` rows came before it."""
    rows = np.arange(done + 1, done + 1 + batch.num_rows)
    attributes = attributes_of(batch, plan, done + 1)
    tally_values(writer, batch, plan, attributes, rows)
    if not wkb_name:
        writer.write_rows(attributes)
        return
    wkb = batch.column(batch.schema.get_field_index(wkb_name))
    wkb = wkb.storage if isinstance(wkb, pa.ExtensionArray) else wkb
    try:
        write_shapes(
            writer, attributes, wkb, rows, datum=options.datum or WGS84, swap_axes=bool(options.swap_axes)
        )
    except DatumUnusable as exc:
        raise LayerUnreadable(writer.path, "datum", str(exc)) from exc
