"""The columns of a table that say where its rows are, as positions and shapes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from jjjmap.findings import Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.column_roles import holds_shapes
from jjjmap.layers.opening.coordinate_texts import FloatArray, coordinates, pairs, shapes
from jjjmap.layers.opening.datums import WGS84
from jjjmap.layers.opening.layer_writer import LayerWriter, Tally
from jjjmap.layers.opening.mending import Batch, write_positions, write_shapes
from jjjmap.layers.opening.records import ColumnRole, OpenOptions

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

ZERO = Tally(
    "zero-position",
    Severity.WARNING,
    lambda: _("有 {n} 行的坐标是 0,0，当作没有坐标（第 {rows} 行）。"),
    lambda: _("这些行在表格里，不在地图上；知道位置时请补上坐标。"),
)


@dataclass(frozen=True, slots=True)
class PositionColumns:
    """Which columns hold coordinates, numbers from 0; the same one twice if it holds whole positions."""

    x: int
    y: int

    @classmethod
    def of(cls, names: Sequence[str], roles: Sequence[tuple[str, ColumnRole]]) -> "PositionColumns | None":
        """Return the columns that have the roles; None if there are not both."""
        found = {
            role: names.index(name)
            for name, role in roles
            if role in (ColumnRole.LON, ColumnRole.LAT) and name in names
        }
        if len(found) < 2:
            return None
        return cls(found[ColumnRole.LON], found[ColumnRole.LAT])

    @property
    def is_one(self) -> bool:
        """Whether one column holds whole positions."""
        return self.x == self.y

    def hold_shapes(self, columns: Sequence[Sequence[str]]) -> bool:
        """Whether the one column holds WKT or GeoJSON, judged by some of its values."""
        return self.is_one and holds_shapes(columns[self.x])


@dataclass(frozen=True)
class Positions:
    """Positions of n rows as they stand in the file.

    Parameters
    ----------
    x, y
        n coordinates, NaN where there is none; of a shape a point within its box.
    unread
        n flags: a text stands there that is no position.
    shapes
        n shapes, None where there is none; None as a whole for plain coordinates.
    """

    x: FloatArray
    y: FloatArray
    unread: BoolArray
    shapes: npt.NDArray[np.object_] | None = None

    @property
    def geometry(self) -> str:
        """The kind of the first shape, as a file would say it."""
        if self.shapes is None:
            return "Point"
        known = next((shape for shape in self.shapes if shape is not None), None)
        return "" if known is None else str(known.geom_type)


def read_positions(
    columns: Sequence[pa.StringArray], where: PositionColumns, *, holds_shapes: bool
) -> Positions:
    """Return where rows are, told by the texts of their columns."""
    if not where.is_one:
        x, x_unread = coordinates(columns[where.x])
        y, y_unread = coordinates(columns[where.y])
        # One coordinate alone is no position.
        return Positions(x, y, x_unread | y_unread | (np.isnan(x) != np.isnan(y)))
    if not holds_shapes:
        return Positions(*pairs(columns[where.x]))
    found, unread = shapes(columns[where.x])
    bounds = shapely.bounds(found)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    return Positions(middle[:, 0], middle[:, 1], unread, found)


class PositionWriter:
    """Writes batches of a table with their positions.

    Parameters
    ----------
    writer
        Gets the rows; those whose positions cannot be read are rejected with the texts as they stand.
    where
        Which columns hold the positions.
    options
        Whose datum and order of axes hold.
    names
        Of all columns.
    holds_shapes
        Whether the one column holds WKT or GeoJSON.
    """

    def __init__(
        self,
        writer: LayerWriter,
        where: PositionColumns,
        options: OpenOptions,
        names: Sequence[str],
        *,
        holds_shapes: bool,
    ) -> None:
        self._writer = writer
        self._where = where
        self._datum = options.datum or WGS84
        self._swap_axes = bool(options.swap_axes)
        self._names = names
        self._holds_shapes = holds_shapes

    def write(self, typed: pa.RecordBatch, texts: Sequence[pa.StringArray], rows: IntArray) -> None:
        """Write n rows: their values, the same as texts, and their numbers in the file."""
        found = read_positions(texts, self._where, holds_shapes=self._holds_shapes)
        kept = ~found.unread
        for at in np.flatnonzero(found.unread).tolist():
            cells = [column[at].as_py() for column in texts]
            self._writer.reject(int(rows[at]), self._why(cells), cells, self._names)
        x, y, known = found.x, found.y, found.shapes
        if not kept.all():
            typed, rows, x, y = typed.filter(pa.array(kept)), rows[kept], x[kept], y[kept]
            known = None if known is None else known[kept]
        if not len(rows):
            return
        if known is not None:
            wkb = pa.array(shapely.to_wkb(known, output_dimension=2), pa.binary())
            write_shapes(
                self._writer,
                typed,
                wkb,
                rows,
                datum=self._datum,
                swap_axes=self._swap_axes,
                has_position_columns=True,
            )
            return
        zero = (x == 0) & (y == 0)
        if zero.any():
            self._writer.tally(ZERO, rows[zero])
            x, y = np.where(zero, np.nan, x), np.where(zero, np.nan, y)
        batch = Batch(self._writer, typed, rows, self._datum, self._swap_axes, has_position_columns=True)
        write_positions(batch, x, y)

    def _why(self, cells: Sequence[str]) -> str:
        if self._where.is_one:
            return _("看不懂这个坐标：{text}").format(text=cells[self._where.x][:40])
        said = [cells[self._where.x][:20], cells[self._where.y][:20]]
        return _("坐标不是一对数字：{x}，{y}").format(x=said[0] or _("（空）"), y=said[1] or _("（空）"))
