"""Some rows of a file on their way into a writer, and what became of the pieces of their shapes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from jjjmap.layers.opening.datums import WGS84, datum_of_crs, shift_m
from jjjmap.layers.opening.layer_writer import LayerWriter
from jjjmap.layers.opening.mending_tallies import PIECES_LOST

ShapeArray = npt.NDArray[np.object_]
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

SHIFT_SAMPLE = 500
_WKT_CHARACTERS = 32_000


@dataclass(frozen=True)
class Batch:
    """Some rows of a file with their shapes, on their way into a writer.

    Parameters
    ----------
    attributes
        n rows × m attributes.
    rows
        n numbers of the rows in the file.
    has_position_columns
        Whether the attributes hold the positions, too: rejected rows need no WKT beside them then, and have
        as many cells as the file has columns.
    """

    writer: LayerWriter
    attributes: pa.RecordBatch
    rows: IntArray
    datum: str
    swap_axes: bool
    has_position_columns: bool = False

    def reject(self, at: IntArray, why: str | Sequence[str], shapes: ShapeArray | None = None) -> None:
        """Put k rows into the CSV of rejected rows, for one reason or k, with their shapes as WKT."""
        if not len(at):
            return
        names = list(self.attributes.schema.names)
        if not self.has_position_columns:
            names.append("WKT")
        taken = self.attributes.take(pa.array(at)).to_pylist()
        for number, (row, values) in enumerate(zip(self.rows[at].tolist(), taken, strict=True)):
            cells = list(values.values())
            if not self.has_position_columns:
                cells.append("" if shapes is None else _wkt(shapes[number]))
            reason = why if isinstance(why, str) else why[number]
            self.writer.reject(row, reason, cells, names)

    def note_shift(self, x: FloatArray, y: FloatArray) -> None:
        """Tell the writer how far positions of this batch were moved."""
        if not self.is_wgs84 and len(x):
            step = max(1, len(x) // SHIFT_SAMPLE)
            metres = shift_m(x[::step], y[::step], self.datum, self.swap_axes)
            self.writer.shifted(np.array([metres]))

    @property
    def is_wgs84(self) -> bool:
        """Whether positions are as they should be already."""
        return not self.swap_axes and (self.datum == WGS84 or datum_of_crs(self.datum) == WGS84)


class Pieces:
    """What became of the pieces of a batch's shapes: each row is accepted or rejected, once.

    A row of which anything was written is accepted, and a piece that it lost is told; a row that lost all its
    pieces is rejected with its whole shape.

    Parameters
    ----------
    batch
        n rows.
    shapes
        n shapes as they stand in the file.
    """

    def __init__(self, batch: Batch, shapes: ShapeArray) -> None:
        self.batch = batch
        self._shapes = shapes
        self._kept = np.zeros(len(shapes), dtype=np.int64)
        self._why: dict[int, str] = {}

    def keep(self, at: IntArray) -> None:
        """Note pieces that are written: for each the number of its row in the batch."""
        self._kept += np.bincount(at, minlength=len(self._kept))

    def lose(self, at: IntArray, why: str) -> None:
        """Note pieces that cannot be written: for each the number of its row in the batch."""
        for row in at.tolist():
            self._why.setdefault(row, why)

    def settle(self) -> None:
        """Reject rows of which nothing was written, and count the others once."""
        self.batch.writer.repeated(int(np.maximum(self._kept - 1, 0).sum()))
        at = np.array(sorted(self._why), dtype=np.int64)
        torn, gone = at[self._kept[at] > 0], at[self._kept[at] == 0]
        self.batch.writer.tally(PIECES_LOST, self.batch.rows[torn])
        self.batch.reject(gone, [self._why[row] for row in gone.tolist()], self._shapes[gone])


def _wkt(shape: object) -> str:
    # One that is cut off is no WKT any more: it cannot pass for a smaller shape.
    return "" if shape is None else str(shapely.to_wkt(shape, rounding_precision=-1))[:_WKT_CHARACTERS]
