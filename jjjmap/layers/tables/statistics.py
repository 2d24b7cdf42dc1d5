"""What a column holds as a whole: counts, extremes, the most frequent values, how the numbers are spread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jjjmap.layers.feature_table import FeatureTable, kind_of
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.tables.cells import plain_text
from jjjmap.layers.tables.columns import as_texts, is_empty

MOST_FREQUENT = 12
BINS = 24
TAIL = 0.02
SQUEEZED = 3
"""Where the values without the lowest and highest 2 % would take less than a third, those are left out."""

Moment = date | datetime


@dataclass(frozen=True, slots=True)
class Histogram:
    """How values are spread over classes of equal width."""

    counts: tuple[int, ...]
    low: float
    high: float
    """The ends of the first and of the last class."""
    below: int = 0
    above: int = 0
    """Values outside of all classes: a few very large ones would squeeze all others into the first one."""


@dataclass(frozen=True, slots=True)
class NumberStatistics:
    """What numbers amount to; in the unit of the column."""

    lowest: float | int
    highest: float | int
    total: float | int
    """Of whole numbers exact, however many."""
    mean: float
    deviation: float
    """Of a sample (n − 1); 0 for a single value."""
    quartiles: tuple[float, float, float]
    """The middle one is the median."""
    histogram: Histogram


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """A column, or the part of it that is looked at."""

    column: str
    kind: ColumnKind
    rows: int
    empty: int
    distinct: int
    """Different values, without the empty ones."""
    frequent: tuple[tuple[str, int], ...]
    """Values as texts and how often each stands, the most frequent first; empty if each stands once."""
    numbers: NumberStatistics | None = None
    first: Moment | None = None
    last: Moment | None = None
    """The earliest and the latest, of dates and times."""


def column_statistics(
    table: FeatureTable,
    column: str,
    rows: npt.NDArray[np.int64] | None = None,
    *,
    progress: Callable[[float], None] = lambda _share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ColumnStatistics | None:
    """Reckon what a column holds.

    Parameters
    ----------
    rows
        Numbers of the rows that count; None for all.
    cancelled
        Asked now and then.

    Returns
    -------
    ColumnStatistics or None
        None if it was cancelled.
    """
    values = table.attributes.column(column)
    if rows is not None:
        values = values.take(pa.array(rows))
    kind = kind_of(values.type)
    empty = is_empty(values)
    count = len(empty)
    if empty.any():
        values = values.filter(pa.array(~empty))
    progress(0.3)
    if cancelled():
        return None
    distinct, frequent = _frequencies(values)
    progress(0.7)
    if cancelled():
        return None
    numbers = None
    first = last = None
    if len(values) and kind in (ColumnKind.INTEGER, ColumnKind.NUMBER):
        numbers = _number_statistics(values)
    elif len(values) and kind in (ColumnKind.DATE, ColumnKind.TIME):
        ends = pc.min_max(values)
        first, last = _moment(ends["min"]), _moment(ends["max"])
    progress(1.0)
    return ColumnStatistics(column, kind, count, int(empty.sum()), distinct, frequent, numbers, first, last)


def _frequencies(values: pa.ChunkedArray) -> tuple[int, tuple[tuple[str, int], ...]]:
    if kind_of(values.type) is ColumnKind.TEXT:
        values = as_texts(values)  # Lists and the like cannot be counted as they are.
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    counted = pc.value_counts(values)
    counts = counted.field("counts")
    if not len(counts) or pc.max(counts).as_py() < 2:
        return len(counts), ()
    # The first ones of equally frequent values are those that come first in the file.
    best = pc.sort_indices(counts, sort_keys=[("", "descending")])[:MOST_FREQUENT]
    names, often = counted.field("values").take(best), counts.take(best)
    return len(counts), tuple(
        (_as_text(name), int(n)) for name, n in zip(names, often.to_pylist(), strict=True) if n > 1
    )


def _as_text(value: pa.Scalar) -> str:
    return plain_text(value.as_py())


def _number_statistics(values: pa.ChunkedArray) -> NumberStatistics:
    is_whole = pa.types.is_integer(values.type)
    lowest: float | int
    highest: float | int
    total: float | int
    if is_whole:
        # Ten billions of 2^31 would run over 64 bits without a word.
        total = int(pc.sum(values.cast(pa.decimal128(38, 0))).as_py())
        ends = pc.min_max(values)
        lowest, highest = int(ends["min"].as_py()), int(ends["max"].as_py())
        floats = values.cast(pa.float64(), safe=False).to_numpy()
    else:
        floats = values.cast(pa.float64(), safe=False).to_numpy()
        lowest, highest = float(floats.min()), float(floats.max())
        with np.errstate(over="ignore", invalid="ignore"):
            total = float(floats.sum())
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(Decimal(total) / len(floats)) if is_whole else total / len(floats)
        deviation = float(floats.std(ddof=1)) if len(floats) > 1 else 0.0
        low, middle, high = (float(each) for each in np.quantile(floats, (0.25, 0.5, 0.75)))
    return NumberStatistics(lowest, highest, total, mean, deviation, (low, middle, high), _histogram(floats))


def _histogram(floats: npt.NDArray[np.float64]) -> Histogram:
    finite = floats[np.isfinite(floats)]
    if not len(finite):
        return Histogram((len(floats),), float("-inf"), float("inf"))
    low, high = float(finite.min()), float(finite.max())
    if low == high or not np.isfinite(high - low):
        return Histogram((len(finite),), low, high)
    below = above = 0
    near_low, near_high = (float(each) for each in np.quantile(finite, (TAIL, 1 - TAIL)))
    if 0 < (near_high - near_low) * SQUEEZED < high - low:
        low, high = near_low, near_high
        below, above = int((floats < low).sum()), int((floats > high).sum())
    try:
        counts, _edges = np.histogram(finite, bins=BINS, range=(low, high))
    except ValueError:  # Too close together to be told apart in so many classes.
        return Histogram((len(finite) - below - above,), low, high, below, above)
    return Histogram(tuple(int(each) for each in counts), low, high, below, above)


def _moment(value: pa.Scalar) -> Moment | None:
    said = value.as_py()
    return said if isinstance(said, date | datetime) else None
