"""Columns of a result, put together one by one with what each of them is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from jjjmap.analysis.nearby.geodesy import REFERENCE
from jjjmap.layers.provenance import ColumnNote

TEXT, NUMBER, WHOLE = pa.string(), pa.float64(), pa.int64()


class ResultColumns:
    """A table in the making."""

    def __init__(self) -> None:
        self._columns: dict[str, pa.Array] = {}
        self._notes: list[ColumnNote] = []

    def add(
        self,
        name: str,
        measure: str,
        values: Sequence[Any],
        kind: pa.DataType = TEXT,
        *,
        formula: str = "",
        unit: str = "",
        is_measured: bool = False,
    ) -> str:
        """Add a column; return its name, which gets a number if there is another of that name.

        Parameters
        ----------
        is_measured
            Whether it is a length or area on the ellipsoid: then it cites how these are reckoned.
        """
        wanted, number = name, 2
        while wanted in self._columns:
            wanted, number = f"{name} {number}", number + 1
        self._columns[wanted] = pa.array(values, type=kind)
        reference = REFERENCE if is_measured else ""
        self._notes.append(ColumnNote(wanted, measure, formula, unit, reference))
        return wanted

    def take_over(self, table: pa.Table) -> None:
        """Add the columns of the user's rows as they are."""
        for name, column in zip(table.column_names, table.columns, strict=True):
            self._columns[name] = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
            self._notes.append(ColumnNote(name, "given"))

    def table(self) -> pa.Table:
        """Return the table."""
        return pa.table(self._columns)

    def notes(self) -> tuple[ColumnNote, ...]:
        """Return what each column is."""
        return tuple(self._notes)
