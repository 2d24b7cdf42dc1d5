"""Rows and totals by area, category and period, which merge exactly and in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.running import AnalysisImpossible
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _

IndexArray = npt.NDArray[np.int64]

Key = tuple[int, str, str]
"""Number of the area in `Areas`, category, period; an empty text for a value that is missing or not asked."""

Cell = tuple[int, int, int]
"""Rows; how many of them have a weight; the exact total of these in units of 2⁻¹⁰⁷⁴."""

MAX_CELLS = 1_000_000
"""So many groups are kept: a column of names as the category would fill the memory instead."""

_UNIT_EXPONENT = 1074
_DENSE = 1 << 20
_LIMB_BITS = 32
_STEP_POWER = 3
_STEP_BITS = 1 << _STEP_POWER
_LIMB = (1 << _LIMB_BITS) - 1


@dataclass(frozen=True, slots=True)
class CrossTable:
    """What was counted so far.

    Totals are whole numbers of the smallest float64, so that adding them loses nothing: one machine, many
    machines and a database come to the same bits in whatever order they add.
    """

    cells: Mapping[Key, Cell] = field(default_factory=dict)
    """Only what has rows; see `exact_of` and `float_of` for the totals."""
    has_weight: bool = False
    """Whether weights were asked for."""
    read_rows: int = 0
    nowhere_rows: int = 0
    """Without position."""
    outside_rows: int = 0
    """With a position in no area."""
    several_rows: int = 0
    """In more than one area: they count in each."""
    unusable_weights: int = 0
    """Rows in some area whose weight is empty or no finite number: they count as rows and add nothing."""

    @classmethod
    def sum_of(cls, tables: Iterable[CrossTable]) -> CrossTable:
        """Return all rows of many tables; they are taken one after another, so memory stays flat.

        Raises
        ------
        AnalysisImpossible
            There are more than `MAX_CELLS` groups.
        """
        cells: dict[Key, Cell] = {}
        has_weight = False
        counts = np.zeros(5, dtype=np.int64)
        for table in tables:
            has_weight = has_weight or table.has_weight
            counts += (
                table.read_rows,
                table.nowhere_rows,
                table.outside_rows,
                table.several_rows,
                table.unusable_weights,
            )
            for key, cell in table.cells.items():
                known = cells.get(key)
                cells[key] = cell if known is None else tuple(map(int.__add__, known, cell))  # type: ignore[assignment]
            if len(cells) > MAX_CELLS:
                raise AnalysisImpossible(_too_many_groups())
        return cls(cells, has_weight, *counts.tolist())

    def to_arrow(self, areas: Areas) -> pa.Table:
        """Return the groups as a table, sorted by area (in the order of `areas`), category and period.

        Returns
        -------
        pyarrow.Table
            ``area_id``, ``category``, ``period`` (texts), ``rows`` (int64), ``total`` (float64, null where no
            weight was asked for or no row of the group has one), ``weighed`` (int64, rows that have one).
            Rows that are nowhere or outside are not in it.
        """
        keys = sorted(self.cells)
        cells = [self.cells[key] for key in keys]
        totals = [_total(exact) if self.has_weight and weighed else None for _rows, weighed, exact in cells]
        return pa.table(
            {
                "area_id": pa.array([areas.ids[at] for at, _category, _period in keys], pa.string()),
                "category": pa.array([category for _at, category, _period in keys], pa.string()),
                "period": pa.array([period for _at, _category, period in keys], pa.string()),
                "rows": pa.array([rows for rows, _weighed, _exact in cells], pa.int64()),
                "total": pa.array(totals, pa.float64()),
                "weighed": pa.array([weighed for _rows, weighed, _exact in cells], pa.int64()),
            }
        )

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON says it, for the way between processes; see `from_json`."""
        return {
            "cells": [
                [*key, rows, weighed, hex(exact)] for key, (rows, weighed, exact) in self.cells.items()
            ],
            "has_weight": self.has_weight,
            "counts": [
                self.read_rows,
                self.nowhere_rows,
                self.outside_rows,
                self.several_rows,
                self.unusable_weights,
            ],
        }

    @classmethod
    def from_json(cls, said: Any) -> CrossTable:
        """Return the table that was said; raises ValueError for what is none."""
        try:
            cells = {
                (int(at), str(category), str(period)): (int(rows), int(weighed), int(exact, 16))
                for at, category, period, rows, weighed, exact in said["cells"]
            }
            read, nowhere, outside, several, unusable = map(int, said["counts"])
            return cls(cells, bool(said["has_weight"]), read, nowhere, outside, several, unusable)
        except (KeyError, TypeError) as exc:
            raise ValueError("no cross table") from exc


def _too_many_groups() -> Finding:
    return Finding(
        Severity.ERROR,
        "too-many-groups",
        "",
        _("按区域、类别和时间分出的组超过 {n} 个，没有统计。").format(n=f"{MAX_CELLS:,}"),
        _("类别列或时间列的不同取值太多（例如选成了名称或编号列）；请换一列，或先归并取值。"),
    )


def exact_of(value: float) -> int:
    """Return a finite number in units of 2⁻¹⁰⁷⁴: every float64 is a whole number of these."""
    numerator, denominator = value.as_integer_ratio()
    return (numerator << _UNIT_EXPONENT) // denominator


def float_of(exact: int) -> float:
    """Return the float64 nearest to an exact total; raises OverflowError beyond the greatest."""
    # Python divides whole numbers correctly rounded, however long they are.
    return exact / (1 << _UNIT_EXPONENT)


def _total(exact: int) -> float | None:
    try:
        return float_of(exact)
    except OverflowError:
        return None


def grouped(keys: IndexArray, size: int) -> tuple[IndexArray, IndexArray]:
    """Return the distinct ones of n keys 0…size - 1, ascending, and which of them each is."""
    if size > _DENSE:
        distinct, where = np.unique(keys, return_inverse=True)
        return distinct, where
    # Faster than sorting, where a number for each possible key is no matter.
    there = np.zeros(size, dtype=bool)
    there[keys] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[keys]


def exact_totals(groups: IndexArray, weights: npt.NDArray[np.float64], count: int) -> list[int]:
    """Return the exact total of each group of one batch in units of 2⁻¹⁰⁷⁴.

    Parameters
    ----------
    groups
        n numbers of groups, 0…count - 1; n is at most 2²⁰.
    weights
        n finite numbers.
    count
        How many groups there are.

    Notes
    -----
    The 53 digits of each number are moved to the next lower of places that are `_STEP_BITS` apart, and cut in
    two limbs. Limbs of one place are added as float64, which is exact below 2⁵³, i.e. for 2²⁰ of them.
    """
    totals = [0] * count
    if not len(groups):
        return totals
    fraction, exponent = np.frexp(np.abs(weights))
    mantissa = np.ldexp(fraction, 53).astype(np.uint64)
    shift = exponent.astype(np.int64) - 53 + _UNIT_EXPONENT
    # Below the normal numbers the mantissa has as many zeros at its end.
    mantissa >>= np.maximum(-shift, 0).astype(np.uint64)
    shift = np.maximum(shift, 0)
    place = shift >> _STEP_POWER
    mantissa <<= (shift & (_STEP_BITS - 1)).astype(np.uint64)
    limbs = (mantissa & np.uint64(_LIMB), mantissa >> np.uint64(_LIMB_BITS))
    sign = np.sign(weights)
    lowest = int(place.min())
    span = int(place.max()) - lowest + 1
    distinct, where = grouped(groups * span + (place - lowest), count * span)
    low, high = (np.bincount(where, limb.astype(np.float64) * sign).tolist() for limb in limbs)
    for at, low_sum, high_sum in zip(distinct.tolist(), low, high, strict=True):
        group, step = divmod(at, span)
        total = int(low_sum) + (int(high_sum) << _LIMB_BITS)
        totals[group] += total << _STEP_BITS * (step + lowest)
    return totals
