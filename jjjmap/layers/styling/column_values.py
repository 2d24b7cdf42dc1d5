"""The values of a table's columns as classes need them: numbers, or codes of texts; worked out once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jjjmap.layers.feature_table import FeatureTable, FloatArray
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.styling.breaks import upper_bounds
from jjjmap.layers.styling.user_style import Scheme

MEASURABLE = frozenset({ColumnKind.INTEGER, ColumnKind.NUMBER, ColumnKind.DATE, ColumnKind.TIME})
"""Kinds whose values have an order that can be cut into ranges."""
COUNTABLE = frozenset({ColumnKind.INTEGER, ColumnKind.NUMBER})
"""Kinds whose values are amounts."""


@dataclass(frozen=True)
class Numbers:
    """A column as numbers.

    Parameters
    ----------
    kind
        Days since 1970-01-01 for dates, seconds since then (UTC) for times, else plain numbers.
    values
        n numbers, NaN for a row without one; what is infinite counts as none.
    """

    kind: ColumnKind
    values: FloatArray

    @cached_property
    def ordered(self) -> FloatArray:
        """All finite values, ascending."""
        return np.sort(self.values[~np.isnan(self.values)])

    @cached_property
    def is_whole(self) -> bool:
        """Whether all values are whole numbers, so that between 5 and 6 there is nothing."""
        return self.kind in (ColumnKind.INTEGER, ColumnKind.DATE)


@dataclass(frozen=True)
class Texts:
    """A column as codes of its distinct values.

    Parameters
    ----------
    codes
        n numbers of values, -1 for a row without one; blank texts count as none.
    values
        The distinct values as texts.
    counts
        How often each occurs.
    """

    codes: npt.NDArray[np.int32]
    values: pa.Array
    counts: npt.NDArray[np.int64]

    @cached_property
    def by_count(self) -> npt.NDArray[np.int64]:
        """Codes of the values that occur, the most frequent first, then as they come."""
        order: npt.NDArray[np.int64] = np.argsort(-self.counts, kind="stable")
        return order[: int(np.count_nonzero(self.counts))]

    def most_frequent(self, count: int) -> tuple[str, ...]:
        """Return the most frequent values."""
        return tuple(self.values.take(pa.array(self.by_count[:count])).to_pylist())

    def code_of(self, value: str) -> int:
        """Return the code of a value; -1 if it does not occur."""
        try:
            return int(pc.index(self.values, pa.scalar(value, self.values.type)).as_py())
        except UnicodeEncodeError:  # Half a character: no table holds it.
            return -1


class TableColumns:
    """The columns of a table, each worked out when first asked for and kept.

    Numbers of rows that are nowhere count as none: a total at the foot of a table that was joined to counties
    must not stretch the classes of what is on the map.

    One object may be asked from several threads: at worst something is worked out twice.
    """

    def __init__(self, table: FeatureTable) -> None:
        self.table = table
        self._kinds = {column.name: column.kind for column in table.columns}
        self._numbers: dict[str, Numbers] = {}
        self._texts: dict[str, Texts] = {}
        self._bounds: dict[tuple[str, Scheme, int, tuple[float, ...]], FloatArray] = {}

    @cached_property
    def drawn(self) -> npt.NDArray[np.bool_] | None:
        """Which of n rows are somewhere; None if all are, or the table is no map."""
        if self.table.geometry is None:
            return None
        drawn = self.table.has_position()
        return None if drawn.all() or not drawn.any() else drawn

    def kind(self, name: str) -> ColumnKind | None:
        """Return what a column holds; None if there is none of this name."""
        return self._kinds.get(name)

    def numbers(self, name: str) -> Numbers:
        """Return a measurable column as numbers; raises KeyError for any other."""
        if name not in self._numbers:
            kind = self._kinds[name]
            if kind not in MEASURABLE:
                raise KeyError(name)
            values = _numbers(self._column(name))
            if self.drawn is not None:
                values[~self.drawn] = np.nan
            self._numbers[name] = Numbers(kind, values)
        return self._numbers[name]

    def texts(self, name: str) -> Texts:
        """Return a column as codes of its distinct values; raises KeyError if there is none."""
        if name not in self._texts:
            self._texts[name] = _texts(self._column(name))
        return self._texts[name]

    def bounds(self, name: str, scheme: Scheme, count: int, breaks: tuple[float, ...]) -> FloatArray:
        """Return the upper ends of the classes of a measurable column, see `breaks.upper_bounds`."""
        key = (name, scheme, count, breaks if scheme is Scheme.MANUAL else ())
        if key not in self._bounds:
            self._bounds[key] = upper_bounds(self.numbers(name).ordered, scheme, count, breaks)
        return self._bounds[key]

    def _column(self, name: str) -> pa.ChunkedArray:
        index = self.table.attributes.schema.get_field_index(name)
        if index < 0:
            raise KeyError(name)
        return self.table.attributes.column(index)


def _numbers(column: pa.ChunkedArray) -> FloatArray:
    column = _plain(column)
    kind, divisor = column.type, 1.0
    if pa.types.is_timestamp(kind):
        column, divisor = column.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.int64()), 1e6
    elif pa.types.is_date(kind):
        column = column.cast(pa.date32(), safe=False).cast(pa.int32())
    # A copy: what is mapped from disk cannot be written to.
    values = np.array(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    if divisor != 1.0:
        values /= divisor
    values[~np.isfinite(values)] = np.nan
    return values


def _texts(column: pa.ChunkedArray) -> Texts:
    encoded = _plain(column).dictionary_encode().unify_dictionaries()
    chunks = [chunk for chunk in encoded.chunks if len(chunk)]
    if not chunks:
        empty = pa.array([], pa.string())
        return Texts(np.full(len(column), -1, np.int32), empty, np.zeros(0, np.int64))
    values = _as_texts(chunks[0].dictionary)
    codes = np.concatenate(
        [chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32) for chunk in chunks]
    )
    is_blank = pc.equal(pc.utf8_trim_whitespace(values), "").to_numpy(zero_copy_only=False)
    if is_blank.any():
        blank = np.append(is_blank, False)  # The last one is found by -1.
        codes[blank[codes]] = -1
    counts = np.bincount(codes + 1, minlength=len(values) + 1)[1:]
    return Texts(codes, values, counts.astype(np.int64))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _as_texts(values: pa.Array) -> pa.Array:
    if pa.types.is_floating(values.type):
        # NaN is no value; its text is blank, so that it is taken for none.
        return pc.if_else(pc.is_finite(values), values.cast(pa.string()), "")
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return values
    try:
        return values.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([_text(value) for value in values.to_pylist()], pa.string())


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
