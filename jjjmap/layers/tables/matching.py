"""Says for each row of a table whether it fulfils a filter: whole columns at a time, never row by row."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from jjjmap.layers.boundaries import shipped_units
from jjjmap.layers.feature_table import FeatureTable, kind_of
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.tables.columns import as_texts, by_value, is_empty
from jjjmap.layers.tables.filters import OF_POSITION, Condition, Filter, FilterOp, is_whole, ops_for

BoolArray = npt.NDArray[np.bool_]
Cancelled = Callable[[], bool]

_DATE = re.compile(
    r"(?P<year>\d{4})(?:\s*[-/.年]\s*(?P<month>\d{1,2})(?:\s*[-/.月]\s*(?P<day>\d{1,2}))?)?\s*[年月日]?"
    r"(?:[T\s]\s*(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?:[:：](?P<second>\d{2})(?:\.\d+)?)?)?",
)
_THOUSANDS = re.compile(r"[,，\s\u00a0](?=\d{3}(?:\D|$))")


def matches(table: FeatureTable, wanted: Filter, *, cancelled: Cancelled = lambda: False) -> BoolArray:
    """Return for each of n rows whether it fulfils a filter.

    Parameters
    ----------
    table
        n rows.
    wanted
        Conditions that are not whole, or that cannot be applied to this table (`problem`), are left out.
    cancelled
        Asked between conditions; what is returned then means nothing.
    """
    found: BoolArray | None = None
    for condition in wanted.conditions:
        if cancelled() or not is_whole(condition) or problem(table, condition):
            continue
        fulfilled = _fulfilled(table, condition)
        if found is None:
            found = fulfilled
        elif wanted.matches_any:
            found |= fulfilled
        else:
            found &= fulfilled
    return np.ones(len(table), dtype=bool) if found is None else found


def problem(table: FeatureTable, condition: Condition) -> str:
    """Return why a condition cannot be applied to a table; empty if it can.

    Returns
    -------
    str
        A slug that `filters.unusable_text` knows, e.g. ``column-gone``, ``not-a-number``.
    """
    if condition.op in OF_POSITION:
        if table.geometry is None:
            return "no-position"
        return "no-area" if condition.op is FilterOp.IN_PLACE and _area_of(condition.values) is None else ""
    if table.attributes.column_names.count(condition.column) != 1:
        return "column-gone"
    kind = kind_of(table.attributes.schema.field(condition.column).type)
    if condition.op not in ops_for(kind):
        return "not-for-column"
    if kind in (ColumnKind.DATE, ColumnKind.TIME):
        read: Callable[[str], object] = span_of
        reason = "not-a-date"
    elif kind in (ColumnKind.INTEGER, ColumnKind.NUMBER):
        read, reason = number_of, "not-a-number"
    else:
        return ""
    try:
        for value in condition.values:
            read(value)
    except ValueError:
        return reason
    return ""


def number_of(text: str) -> float:
    """Return a number as people write it (1,200 · 3.5 · −2 · 1.5e6 · 12%); raises ValueError."""
    plain = text.strip().translate(str.maketrans("０１２３４５６７８９．－−＋％", "0123456789.--+%"))
    share = 100.0 if plain.endswith("%") else 1.0
    number = float(_THOUSANDS.sub("", plain.rstrip("%"))) / share
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def span_of(text: str) -> tuple[datetime, datetime]:
    """Return when a year, month, day, minute or second begins, and when the next one does.

    Raises
    ------
    ValueError
        It is no date: ``2024``, ``2024-05``, ``2024/5/31``, ``2024年5月31日``, ``2024-05-31 12:30``.
    """
    said = _DATE.fullmatch(text.strip())
    if said is None:
        raise ValueError(text)
    year, month, day = (int(said[part] or 0) for part in ("year", "month", "day"))
    try:
        start = datetime(year, month or 1, day or 1)
        if said["hour"]:
            second = int(said["second"] or 0)
            start = start.replace(hour=int(said["hour"]), minute=int(said["minute"]), second=second)
            return start, start + (timedelta(seconds=1) if said["second"] else timedelta(minutes=1))
        if day:
            return start, start + timedelta(days=1)
        if month:
            return start, datetime(year + month // 12, month % 12 + 1, 1)
        return start, datetime(year + 1, 1, 1)
    except OverflowError as exc:
        raise ValueError(text) from exc


def _fulfilled(table: FeatureTable, condition: Condition) -> BoolArray:
    if condition.op in OF_POSITION:
        return _placed(table, condition)
    column = table.attributes.column(condition.column)
    kind = kind_of(column.type)
    match condition.op:
        case FilterOp.EMPTY:
            return is_empty(column)
        case FilterOp.FILLED:
            return ~is_empty(column)
        case FilterOp.TRUE | FilterOp.FALSE:
            return _bools(pc.equal(column, condition.op is FilterOp.TRUE))
    if kind is ColumnKind.TEXT:
        return by_value(as_texts(column), lambda texts: _of_text(texts, condition))
    if kind in (ColumnKind.DATE, ColumnKind.TIME):
        return _of_time(column, condition)
    return _of_number(column, condition)


def _of_text(texts: pa.ChunkedArray | pa.Array, condition: Condition) -> BoolArray:
    # Half of a surrogate pair, which a damaged file may hold, is in no text.
    values = [value.encode("utf-8", "replace").decode() for value in condition.values]
    first = values[0]
    match condition.op:
        case FilterOp.CONTAINS:
            return _bools(pc.match_substring(texts, first, ignore_case=True))
        case FilterOp.LACKS:
            return ~_bools(pc.match_substring(texts, first, ignore_case=True))
        case FilterOp.STARTS:
            return _bools(pc.starts_with(texts, first, ignore_case=True))
        case FilterOp.ENDS:
            return _bools(pc.ends_with(texts, first, ignore_case=True))
    folded = pc.utf8_lower(texts)
    among = pa.array([value.lower() for value in values], type=folded.type)
    found = _bools(pc.is_in(folded, value_set=among))
    return ~found if condition.op is FilterOp.DIFFERS else found


def _of_number(column: pa.ChunkedArray, condition: Condition) -> BoolArray:
    values = [number_of(value) for value in condition.values]
    if pa.types.is_integer(column.type) and all(value.is_integer() for value in values):
        # 2^53 and 2^53 + 1 are the same as floats: whole numbers are compared as whole numbers.
        return _of_integer(column, condition)
    if not pa.types.is_floating(column.type):
        column = column.cast(pa.float64(), safe=False)
    return _compared(column, condition.op, [(value, value) for value in values])


def _of_integer(column: pa.ChunkedArray, condition: Condition) -> BoolArray:
    lowest, highest = (0, 2**64 - 1) if column.type == pa.uint64() else (-(2**63), 2**63 - 1)
    wide = pa.uint64() if column.type == pa.uint64() else pa.int64()
    values = [int(_exact(value)) for value in condition.values]
    if any(not lowest <= value <= highest for value in values):
        # No whole number of 64 bits is as large: as floats they compare as they should.
        floats = [(float(value), float(value)) for value in values]
        return _compared(column.cast(pa.float64(), safe=False), condition.op, floats)
    scalars = [pa.scalar(value, type=wide) for value in values]
    return _compared(column, condition.op, [(scalar, scalar) for scalar in scalars])


def _exact(text: str) -> int:
    plain = _THOUSANDS.sub("", text.strip())
    try:
        return int(plain)
    except ValueError:
        return int(number_of(text))


def _of_time(column: pa.ChunkedArray, condition: Condition) -> BoolArray:
    spans = [span_of(value) for value in condition.values]
    zone = getattr(column.type, "tz", None)
    moments = pa.timestamp("us", tz="UTC") if zone else pa.timestamp("us")
    if zone:
        # What the user writes is Beijing time, which the region keeps all the year round.
        here = timezone(timedelta(hours=8))
        spans = [(start.replace(tzinfo=here), end.replace(tzinfo=here)) for start, end in spans]
    column = column.cast(moments, safe=False)
    limits = [tuple(pa.scalar(edge, type=moments) for edge in span) for span in spans]
    return _compared(column, condition.op, limits, ends_before=True)


def _compared(
    column: pa.ChunkedArray, op: FilterOp, spans: list[Any], *, ends_before: bool = False
) -> BoolArray:
    """Compare with values that may be as long as a year: a span begins, and ends before its second number."""
    inside_end = pc.less if ends_before else pc.less_equal
    (start, end), (_last_start, last_end) = spans[0], spans[-1]

    def within(span: Any) -> BoolArray:
        return _bools(pc.and_(pc.greater_equal(column, span[0]), inside_end(column, span[1])))

    match op:
        case FilterOp.LESS:
            return _bools(pc.less(column, start))
        case FilterOp.AT_MOST:
            return _bools(inside_end(column, end))
        case FilterOp.MORE:
            return _bools((pc.greater_equal if ends_before else pc.greater)(column, end))
        case FilterOp.AT_LEAST:
            return _bools(pc.greater_equal(column, start))
        case FilterOp.BETWEEN:
            low, high = (spans[0], spans[-1])
            if _plain(high[0]) < _plain(low[0]):
                start, last_end = high[0], low[1]  # Written the wrong way round.
            return within((start, last_end))
        case FilterOp.DIFFERS:
            return ~within(spans[0])
    return reduce(np.logical_or, [within(span) for span in spans])


def _plain(value: Any) -> Any:
    return value.as_py() if isinstance(value, pa.Scalar) else value


def _placed(table: FeatureTable, condition: Condition) -> BoolArray:
    match condition.op:
        case FilterOp.PLACED:
            return table.has_position()
        case FilterOp.UNPLACED:
            return ~table.has_position()
        case FilterOp.IN_BOX if condition.bounds is not None:
            return _touching(table, shapely.box(*condition.bounds))
    return _touching(table, _area_of(condition.values))


def _area_of(values: tuple[str, ...]) -> Any:
    """Return the area of a place: of the counties that are named behind it, or its own as a unit."""
    units = shipped_units()
    shapes = [units.shape_of(code) for code in values[1:] or values[:1] if code in units]
    return shapely.union_all(shapes) if shapes else None


def _touching(table: FeatureTable, shape: Any) -> BoolArray:
    west, south, east, north = shape.bounds
    if table.lon is not None and table.lat is not None:
        lon, lat = table.lon, table.lat
        inside: BoolArray = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        if shapely.equals(shape, shapely.box(*shape.bounds)):
            return inside
        near = np.flatnonzero(inside)
        shapely.prepare(shape)
        found = np.zeros(len(table), dtype=bool)
        found[near] = shapely.intersects_xy(shape, lon[near], lat[near])
        return found
    shapes = table.shapes
    boxes = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        far = (boxes[:, 0] > east) | (boxes[:, 2] < west) | (boxes[:, 1] > north) | (boxes[:, 3] < south)
    near = np.flatnonzero(~far & ~np.isnan(boxes[:, 0]))
    shapely.prepare(shape)
    found = np.zeros(len(table), dtype=bool)
    found[near] = shapely.intersects(shape, shapes[near])
    return found


def _bools(answer: pa.ChunkedArray | pa.Array) -> BoolArray:
    """Return an answer of pyarrow; unknown is no."""
    known = pc.fill_null(answer, False)
    if isinstance(known, pa.ChunkedArray):
        known = known.combine_chunks()
    found: BoolArray = known.to_numpy(zero_copy_only=False)
    return found
