"""One layer while it is written: the two Arrow files of `feature_table`, batch by batch."""

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jjjmap.errors import LayerUnreadable
from jjjmap.layers.feature_table import ATTRIBUTES, GEOMETRY, FloatArray, kind_of
from jjjmap.layers.opening.records import Column
from jjjmap.layers.style import Geometry

BATCH_ROWS = 65_536
"""Rows that readers hand over at a time; more make a larger worker, fewer a slower one."""


def not_written(path: Path, exc: OSError) -> LayerUnreadable:
    """Return the refusal for a layer that could not be written to disk: ``no-space`` or ``not-written``."""
    if exc.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return LayerUnreadable(path, "no-space", exc.strerror or "")
    return LayerUnreadable(path, "not-written", exc.strerror or type(exc).__name__)


class LayerPart:
    """Rows of one kind of geometry; the folder is made with the first.

    Parameters
    ----------
    path
        The file that is read: errors name it.
    folder
        Gets ``attributes.arrow`` and, unless `geometry` is None, ``geometry.arrow``.
    """

    def __init__(self, path: Path, folder: Path, geometry: Geometry | None) -> None:
        self._path = path
        self.folder = folder
        self.geometry = geometry
        self.rows = 0
        self.without_geometry = 0
        self._schema: pa.Schema | None = None
        self._files: list[tuple[Any, Any]] = []
        self._box = [np.inf, np.inf, -np.inf, -np.inf]

    @property
    def has_schema(self) -> bool:
        """Whether a batch came, be it without rows."""
        return self._schema is not None

    @property
    def columns(self) -> tuple[Column, ...]:
        """Names and kinds of the attributes."""
        return tuple(Column(field.name, kind_of(field.type)) for field in self._schema or ())

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of all positions so far; None if there are none."""
        west, south, east, north = (float(edge) for edge in self._box)
        return (west, south, east, north) if west <= east else None

    def widen(self, lon: FloatArray, lat: FloatArray) -> None:
        """Let the bounds hold positions; NaN is passed over."""
        lon, lat = lon[np.isfinite(lon)], lat[np.isfinite(lat)]
        if len(lon) and len(lat):
            west, south, east, north = self._box
            self._box = [
                min(west, lon.min()),
                min(south, lat.min()),
                max(east, lon.max()),
                max(north, lat.max()),
            ]

    def no_positions(self, count: int) -> pa.Table | None:
        """Return positions for rows that are nowhere."""
        match self.geometry:
            case None:
                return None
            case Geometry.POINT:
                nowhere = pa.array(np.full(count, np.nan))
                return pa.table({"lon": nowhere, "lat": nowhere})
        return pa.table({"wkb": pa.nulls(count, pa.binary())})

    def write(
        self,
        batch: pa.RecordBatch | pa.Table,
        positions: pa.Table | None,
        has_position: npt.NDArray[np.bool_],
    ) -> None:
        """Add rows; raises LayerUnreadable ``no-space`` or ``damaged``."""
        attributes = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
        try:
            if self._schema is None:
                self._open(attributes.schema, None if positions is None else positions.schema)
            if attributes.schema != self._schema:
                attributes = attributes.cast(self._schema)
            for (_file, writer), table in zip(self._files, (attributes, positions), strict=False):
                writer.write_table(table, max_chunksize=1 << 20)
        except pa.ArrowInvalid as exc:
            raise LayerUnreadable(self._path, "damaged", type(exc).__name__) from exc
        except OSError as exc:
            raise not_written(self._path, exc) from exc
        self.rows += attributes.num_rows
        if self.geometry is not None:
            self.without_geometry += int(attributes.num_rows - has_position.sum())

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the attributes that were written; after `close`."""
        with pa.memory_map(str(self.folder / ATTRIBUTES)) as source:
            reader = pa.ipc.open_file(source)
            for number in range(reader.num_record_batches):
                yield reader.get_batch(number)

    def close(self) -> None:
        """Complete and close the files; raises LayerUnreadable ``no-space``."""
        files, self._files = self._files, []
        failed: OSError | None = None
        for file, writer in files:
            try:
                writer.close()
                file.close()
            except OSError as exc:
                failed = exc
        if failed is not None:
            raise not_written(self._path, failed) from failed

    def remove(self) -> None:
        """Delete what was written; after `close`."""
        shutil.rmtree(self.folder)

    def _open(self, attributes: pa.Schema, positions: pa.Schema | None) -> None:
        self.folder.mkdir(mode=0o700)
        schema = pa.schema([pa.field(field.name, field.type) for field in attributes])
        for name, wanted in ((ATTRIBUTES, schema), (GEOMETRY, positions)):
            if wanted is not None:
                file = pa.OSFile(str(self.folder / name), "wb")
                self._files.append((file, pa.ipc.new_file(file, wanted)))
        self._schema = schema
