"""The table of a result, column by column, with what each column is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.provenance import ColumnNote
from jjjmap.layers.style import Geometry


class ResultColumns:
    """Columns in the order in which they are added; each name is taken once."""

    def __init__(self) -> None:
        self._columns: dict[str, pa.Array] = {}
        self.notes: list[ColumnNote] = []

    def add(
        self,
        name: str,
        measure: str,
        values: Sequence[Any] | np.ndarray[Any, Any],
        kind: pa.DataType,
        *,
        formula: str = "",
        unit: str = "",
        reference: str = "",
    ) -> str:
        """Add a column; return its name, with a number behind it if there was one of that name.

        None and NaN become empty.
        """
        number, free = 2, name
        while free in self._columns:
            free, number = f"{name}_{number}", number + 1
        self._columns[free] = pa.array(values, kind, from_pandas=True)
        self.notes.append(ColumnNote(free, measure, formula, unit, reference))
        return free

    def table(self, shapes: Sequence[Any] | np.ndarray[Any, Any]) -> FeatureTable:
        """Return the rows with their polygons, in degrees."""
        wkb = pa.array(shapely.to_wkb(np.asarray(shapes, dtype=object)).tolist(), pa.binary())
        return FeatureTable(pa.table(self._columns), Geometry.POLYGON, wkb=pa.chunked_array([wkb]))
