"""What was counted as arrays: units × categories, period by period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.counting.cross_table import Cell, CrossTable, Key, float_of
from jjjmap.analysis.measures.reckoned import FloatArray, Mask
from jjjmap.analysis.summaries.refusing import impossible
from jjjmap.i18n import _

MOST_CATEGORIES = 3_000
MOST_CELLS = 20_000_000
"""Units × categories: some 160 MB an array."""


@dataclass(frozen=True, eq=False)
class Amounts:
    """What n units have in one period.

    Amounts are numbers of rows, or sums of the weight column if there is one.
    """

    rows: FloatArray
    """n; all rows, also those without a category or weight."""
    weighed: FloatArray
    """n rows with a number in the weight column."""
    plain: FloatArray
    """n amounts; NaN where there is a weight column and no row with a number."""
    by_category: FloatArray
    """n × k; 0 where there is nothing. Rows without a category are not in it."""
    unknown: Mask
    """n × k; where there are rows, but none with a number in the weight column: the amount is not 0."""
    structured_rows: FloatArray
    """n rows that the categories are reckoned from: with a category, and a number if weights are added."""
    uncategorised_rows: int
    region: float
    """Amount of the region; a row of several units counts once."""
    region_by_category: FloatArray
    """k."""

    @property
    def categorised(self) -> FloatArray:
        """N amounts over all categories."""
        total: FloatArray = self.by_category.sum(axis=1)
        return total

    @property
    def has_none(self) -> Mask:
        """For each of n units whether it has no rows at all."""
        empty: Mask = self.rows == 0
        return empty


@dataclass(frozen=True, eq=False)
class Tallies:
    """All that was counted.

    Parameters
    ----------
    areas
        n units.
    table
        As it was counted.
    everywhere
        The same rows counted in all areas as one; None where no two areas overlap.
    """

    areas: Areas
    table: CrossTable
    everywhere: CrossTable | None = None
    categories: tuple[str, ...] = field(init=False)
    """k, the greatest in the region first."""
    periods: tuple[str, ...] = field(init=False)
    """In order; without the empty one."""

    def __post_init__(self) -> None:
        counts: dict[str, int] = {}
        weights: dict[str, int] = {}
        periods = set()
        for (_at, category, period), (rows, _weighed, exact) in self.table.cells.items():
            periods.add(period)
            if category:
                counts[category] = counts.get(category, 0) + rows
                weights[category] = weights.get(category, 0) + exact
        size = weights if self.table.has_weight else counts
        if len(size) > MOST_CATEGORIES or len(size) * max(len(self.areas), 1) > MOST_CELLS:
            message = _("类别列有 {n} 种值，太多了，不像是类别。")
            hint = _("请换一列（例如行业门类），或先归并成较少的类别。")
            raise impossible("too-many-categories", message.format(n=f"{len(size):,}"), hint)
        ordered = sorted(size, key=lambda category: (-size[category], -counts[category], category))
        object.__setattr__(self, "categories", tuple(ordered))
        object.__setattr__(self, "periods", tuple(sorted(periods - {""})))

    def of(self, period: str | None = None) -> Amounts:
        """Return what the units have in a period; None for all rows, whatever their period."""
        at_of = {category: at for at, category in enumerate(self.categories)}
        n, k = len(self.areas), len(self.categories)
        rows, weighed = np.zeros(n), np.zeros(n)
        sums: dict[int, int] = {}
        cells: dict[tuple[int, int], int] = {}
        known: set[tuple[int, int]] = set()
        structured = np.zeros(n)
        for (area, category, when), (count, usable, exact) in self.table.cells.items():
            if period is not None and when != period:
                continue
            rows[area] += count
            weighed[area] += usable
            size = exact if self.table.has_weight else count
            sums[area] = sums.get(area, 0) + size
            if category:
                key = (area, at_of[category])
                cells[key] = cells.get(key, 0) + size
                counted = usable if self.table.has_weight else count
                structured[area] += counted
                if counted:
                    known.add(key)
        by_category, unknown = np.zeros((n, k)), np.zeros((n, k), dtype=bool)
        for (area, at), size in cells.items():
            by_category[area, at] = self._number(size)
            unknown[area, at] = (area, at) not in known
        plain = np.zeros(n)
        for area, size in sums.items():
            plain[area] = self._number(size)
        if self.table.has_weight:
            plain[weighed == 0] = np.nan
        region, region_by_category = self._region(period, at_of)
        return Amounts(
            rows,
            weighed,
            plain,
            by_category,
            unknown,
            structured,
            self.rows_where(lambda category, when: not category and period in (None, when)),
            region,
            region_by_category,
        )

    def rows_where(self, holds: Callable[[str, str], bool]) -> int:
        """Return how many rows have a category and a period that are meant; one of several units once."""
        cells = (self.everywhere or self.table).cells
        return sum(cell[0] for (_area, category, when), cell in cells.items() if holds(category, when))

    def _region(self, period: str | None, at_of: dict[str, int]) -> tuple[float, FloatArray]:
        # Exact totals first: the sum of the region is the same however its units are cut.
        table = self.everywhere or self.table
        total = 0
        sizes = [0] * len(at_of)
        for (_area, category, when), (count, _usable, exact) in table.cells.items():
            if period is None or when == period:
                size = exact if table.has_weight else count
                total += size
                if category in at_of:
                    sizes[at_of[category]] += size
        return self._number(total), np.array([self._number(size) for size in sizes], dtype=np.float64)

    def _number(self, size: int) -> float:
        if not self.table.has_weight:
            return float(size)
        try:
            return float_of(size)
        except OverflowError:
            return np.nan


def relabelled(
    table: CrossTable,
    category: Callable[[str], str] | None = None,
    period: Callable[[str], str] | None = None,
) -> CrossTable:
    """Return the same counts with other categories or periods; what gets the same name is put together."""
    if category is None and period is None:
        return table
    cells: dict[Key, Cell] = {}
    names: dict[str, str] = {}
    for (area, kind, when), cell in table.cells.items():
        if category is not None:
            if kind not in names:
                names[kind] = category(kind)
            kind = names[kind]
        key = (area, kind, when if period is None else period(when))
        known = cells.get(key, (0, 0, 0))
        cells[key] = (known[0] + cell[0], known[1] + cell[1], known[2] + cell[2])
    return CrossTable(
        cells,
        table.has_weight,
        table.read_rows,
        table.nowhere_rows,
        table.outside_rows,
        table.several_rows,
        table.unusable_weights,
    )
