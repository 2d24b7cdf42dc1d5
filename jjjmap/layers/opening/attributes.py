"""Columns of any source as the columns of a layer: unique names, and only types that a table shows."""

import json
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.layer_writer import LayerWriter, Tally

_EXAMPLES = 5
_SHOWN = 40
"""Characters of a name in a finding."""

_FIRST_DAY = -719_162
_LAST_DAY = 2_932_896
"""0001-01-01 and 9999-12-31, counted from 1970-01-01: beyond them Python has no dates."""

UNDATED = Tally(
    "date-impossible",
    Severity.WARNING,
    lambda: _("有 {n} 行的日期不在公元 1 年到 9999 年之间，已留空（第 {rows} 行）。"),
    lambda: _("请在原文件中改正这些日期。"),
)

BLURRED = Tally(
    "number-too-long",
    Severity.WARNING,
    lambda: _("有 {n} 行的数字超过 15 位而且列中有小数或更长的数字，末尾几位可能已不准（第 {rows} 行）。"),
    lambda: _("请把这一列（如证照号码）在原文件中存为文本。"),
)


@dataclass(frozen=True, slots=True)
class AttributePlan:
    """Which columns of a source become which of the layer.

    Parameters
    ----------
    sources
        m numbers of columns in the source.
    schema
        m names and types in the layer.
    """

    sources: tuple[int, ...]
    schema: pa.Schema
    renamed: tuple[tuple[str, str], ...]
    """Names that could not stay, and what they are now."""

    def findings(self, where: str) -> list[Finding]:
        """Return what is to be told of the names."""
        if not self.renamed:
            return []
        pairs = _("、").join(
            f"{_short(old) or _('（空）')} → {_short(new)}" for old, new in self.renamed[:_EXAMPLES]
        )
        message = _("有 {n} 个列名为空或重复，已改名：{pairs}。").format(n=len(self.renamed), pairs=pairs)
        return [Finding(Severity.INFO, "column-renamed", where, message)]


def _short(name: str) -> str:
    text = " ".join(name.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def unique_names(names: list[str]) -> list[str]:
    """Return names, the empty ones and repeats replaced: ``名称``, ``名称_2``, ``列 3``."""
    taken: set[str] = set()
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        clean = " ".join(name.replace("\x00", " ").split())[:200] or _("列 {n}").format(n=number)
        unique, turn = clean, 2
        while unique in taken:
            unique, turn = f"{clean}_{turn}", turn + 1
        taken.add(unique)
        found.append(unique)
    return found


def plan_attributes(
    schema: pa.Schema, geometry: set[str], dropped: frozenset[str] = frozenset()
) -> AttributePlan:
    """Plan the columns of a layer.

    Parameters
    ----------
    schema
        Of the source.
    geometry
        Names of the columns that hold geometry.
    dropped
        Names of columns that say nothing about the feature.
    """
    sources = tuple(
        number
        for number, column in enumerate(schema)
        if column.name not in geometry and column.name not in dropped
    )
    old = [schema.field(number).name for number in sources]
    new = unique_names(old)
    fields = [
        pa.field(name, _kept_type(schema.field(number).type))
        for name, number in zip(new, sources, strict=True)
    ]
    renamed = tuple((was, now) for was, now in zip(old, new, strict=True) if was != now)
    return AttributePlan(sources, pa.schema(fields), renamed)


def attributes_of(batch: pa.RecordBatch, plan: AttributePlan, first_row: int = 1) -> pa.RecordBatch:
    """Return the attributes of n rows as planned; numbers keep every digit, nested values become JSON."""
    columns = [
        _converted(batch.column(number), field.type)
        for number, field in zip(plan.sources, plan.schema, strict=True)
    ]
    if not columns:
        # A batch without columns has no rows either: let the number of the row be one.
        rows = pa.array(range(first_row, first_row + batch.num_rows), pa.int64())
        return pa.record_batch([rows], names=[_("行号")])
    return pa.RecordBatch.from_arrays(columns, schema=plan.schema)


def tally_values(
    writer: LayerWriter, batch: pa.RecordBatch, plan: AttributePlan, attributes: pa.RecordBatch, rows: Any
) -> None:
    """Tell which of n rows hold values that could not be kept as they were.

    Parameters
    ----------
    batch, attributes
        The rows in the source and in the layer.
    rows
        n numbers of rows in the file, as a numpy array.
    """
    writer.tally(BLURRED, rows[blurred_rows(attributes)])
    writer.tally(UNDATED, rows[undated_rows(batch, plan)])


def blurred_rows(batch: pa.RecordBatch) -> Any:
    """Return for each of n rows whether it holds a whole number that a float64 cannot hold exactly."""
    import numpy as np

    found = np.zeros(batch.num_rows, dtype=bool)
    for column in batch.columns:
        if pa.types.is_float64(column.type):
            values = column.to_numpy(zero_copy_only=False)
            with np.errstate(invalid="ignore"):
                found |= (np.abs(values) >= 2.0**53) & (np.abs(values) < 1e300)
    return found


def _kept_type(kind: pa.DataType) -> pa.DataType:
    if isinstance(kind, pa.BaseExtensionType):
        return _kept_type(kind.storage_type)
    types = pa.types
    if types.is_dictionary(kind):
        return _kept_type(kind.value_type)
    if types.is_boolean(kind) or types.is_integer(kind) or types.is_float64(kind):
        return kind
    if types.is_floating(kind) or types.is_decimal(kind):
        return pa.float64()
    if types.is_date(kind):
        return pa.date32()
    # Without its zone: the moment stays the same, in UTC, and a zone that nobody knows cannot be shown.
    return pa.timestamp("us") if types.is_timestamp(kind) else pa.string()


def undated_rows(batch: pa.RecordBatch, plan: AttributePlan) -> Any:
    """Return for each of n rows of a source whether it has a date outside of the years 1 to 9999."""
    import numpy as np

    found = np.zeros(batch.num_rows, dtype=bool)
    for number in plan.sources:
        column = batch.column(number)
        if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
            found |= _is_impossible(column)
    return found


def _is_impossible(column: pa.Array) -> Any:
    """Return for each of n dates or moments whether Python could not show it."""
    units = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
    kind = column.type
    per_day = {pa.date32(): 1, pa.date64(): 86_400_000}.get(kind) or 86_400 * units[kind.unit]
    numbers = column.cast(pa.int32() if kind == pa.date32() else pa.int64()).cast(pa.int64())
    first, last = _FIRST_DAY * per_day, (_LAST_DAY + 1) * per_day - 1
    # Nanoseconds do not reach as far as the calendar does.
    first, last = max(first, -(2**63)), min(last, 2**63 - 1)
    outside = pc.or_(pc.less(numbers, first), pc.greater(numbers, last))
    return pc.fill_null(outside, False).to_numpy(zero_copy_only=False)


def _converted(column: pa.Array, wanted: pa.DataType) -> pa.Array:
    types = pa.types
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if types.is_string(kind):
        return _sound_text(column)
    if types.is_date(kind) or types.is_timestamp(kind):
        column = pc.if_else(_is_impossible(column), pa.scalar(None, kind), column)
    if kind == wanted:
        return column
    if types.is_string(wanted):
        if types.is_large_string(kind) or types.is_string_view(kind):
            return _sound_text(column.cast(pa.string()))
        if types.is_nested(kind):
            return pa.array([_json(value) for value in column.to_pylist()], pa.string())
        if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
            return pa.array(
                [None if value is None else value.hex() for value in column.to_pylist()], pa.string()
            )
        if types.is_time(kind):
            return column.cast(pa.string())
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    return pc.cast(column, wanted, safe=False)


def _sound_text(column: pa.StringArray) -> pa.StringArray:
    """Return texts, with a mark for each byte that is no UTF-8: libraries hand them through."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        raw = column.cast(pa.binary()) if not pa.types.is_binary(column.type) else column
        texts = (None if value is None else value.decode("utf-8", "replace") for value in raw.to_pylist())
        return pa.array(list(texts), pa.string())
    return column


def _json(value: Any) -> str | None:
    if value is None:
        return None
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (RecursionError, ValueError):
        return str(value)[:1_000]
