"""What the user wants to see of a table: conditions that are told as a sentence and kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from jjjmap.i18n import _
from jjjmap.layers.opening.records import ColumnKind

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from jjjmap.layers.feature_table import FeatureTable

MOST_CONDITIONS = 30
MOST_VALUES = 1_000
LONGEST_TEXT = 2_000
"""Letters of a value or of the name of a column."""


class FilterOp(StrEnum):
    """What a condition asks of a row."""

    CONTAINS = "contains"
    """Texts are compared without regard to case."""
    LACKS = "lacks"
    """Does not contain; so do empty cells."""
    STARTS = "starts"
    ENDS = "ends"
    EQUALS = "equals"
    """For a date: lies in the year, month, day or second that is named."""
    DIFFERS = "differs"
    ONE_OF = "one_of"
    LESS = "less"
    AT_MOST = "at_most"
    MORE = "more"
    AT_LEAST = "at_least"
    BETWEEN = "between"
    """Both ends belong to it."""
    EMPTY = "empty"
    """Nothing, blanks only, or not a number."""
    FILLED = "filled"
    TRUE = "true"
    FALSE = "false"
    IN_PLACE = "in_place"
    """A point lies in the area of a place; a line or polygon touches it."""
    IN_BOX = "in_box"
    """The same for a lon/lat box: what the map showed at that time."""
    PLACED = "placed"
    UNPLACED = "unplaced"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is asked of a row."""

    op: FilterOp
    column: str = ""
    """Name of the column; empty where the position is asked for."""
    values: tuple[str, ...] = ()
    """As the user wrote them: texts, numbers, dates; or the id of a place and the codes of its counties."""
    bounds: tuple[float, float, float, float] | None = None
    """West, south, east, north in degrees, for `FilterOp.IN_BOX`."""


@dataclass(frozen=True, slots=True)
class Filter:
    """All conditions, and whether a row must fulfil each of them or any."""

    conditions: tuple[Condition, ...] = ()
    matches_any: bool = False

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def matches(self, table: FeatureTable) -> npt.NDArray[np.bool_]:
        """Return for each of n rows whether it is shown; see `matching.matches`."""
        from jjjmap.layers.tables.matching import matches

        return matches(table, self)

    def to_json(self) -> dict[str, Any]:
        """Return the filter as what JSON can say."""
        from jjjmap.layers.opening.records_json import to_json

        said: dict[str, Any] = json.loads(json.dumps(to_json(self)))  # Lists for tuples, texts for enums.
        return said

    @classmethod
    def from_json(cls, said: object) -> Filter:
        """Return the filter that was said; raises ValueError if it is none that we would have written."""
        from jjjmap.layers.opening.records_json import from_json

        if not isinstance(said, dict):
            raise ValueError("a filter is an object")
        return _checked(from_json(cls, said))


_BY_KIND = {
    ColumnKind.TEXT: (
        FilterOp.CONTAINS,
        FilterOp.LACKS,
        FilterOp.EQUALS,
        FilterOp.DIFFERS,
        FilterOp.ONE_OF,
        FilterOp.STARTS,
        FilterOp.ENDS,
    ),
    ColumnKind.BOOLEAN: (FilterOp.TRUE, FilterOp.FALSE),
}
_BY_SIZE = (
    FilterOp.EQUALS,
    FilterOp.DIFFERS,
    FilterOp.LESS,
    FilterOp.AT_MOST,
    FilterOp.MORE,
    FilterOp.AT_LEAST,
    FilterOp.BETWEEN,
    FilterOp.ONE_OF,
)
OF_POSITION = (FilterOp.IN_PLACE, FilterOp.IN_BOX, FilterOp.PLACED, FilterOp.UNPLACED)
_VALUES: dict[FilterOp, int | None] = {
    FilterOp.BETWEEN: 2,
    FilterOp.ONE_OF: None,
    FilterOp.IN_PLACE: None,
} | dict.fromkeys(
    (
        FilterOp.EMPTY,
        FilterOp.FILLED,
        FilterOp.TRUE,
        FilterOp.FALSE,
        FilterOp.IN_BOX,
        FilterOp.PLACED,
        FilterOp.UNPLACED,
    ),
    0,
)


def ops_for(kind: ColumnKind) -> tuple[FilterOp, ...]:
    """Return what can be asked of a column, the most usual first."""
    return (*_BY_KIND.get(kind, _BY_SIZE), FilterOp.EMPTY, FilterOp.FILLED)


def values_of(op: FilterOp) -> int | None:
    """Return how many values belong to it; None for one or more."""
    return _VALUES.get(op, 1)


def is_whole(condition: Condition) -> bool:
    """Return whether nothing is left to be said: all values are there, and the box if there must be one."""
    if condition.op is FilterOp.IN_BOX:
        return condition.bounds is not None
    wanted = values_of(condition.op)
    enough = len(condition.values) == wanted if wanted is not None else bool(condition.values)
    # Equal to nothing is a wish of its own, `EMPTY`: here it means that the value is still to be written.
    return enough and all(value.strip() for value in condition.values)


def _checked(wanted: Filter) -> Filter:
    if len(wanted.conditions) > MOST_CONDITIONS:
        raise ValueError("too many conditions")
    for each in wanted.conditions:
        texts = (each.column, *each.values)
        if len(each.values) > MOST_VALUES or any(len(text) > LONGEST_TEXT for text in texts):
            raise ValueError("a condition is too long")
        if not is_whole(each):
            raise ValueError("a condition is not whole")
        if each.bounds is not None and not all(abs(edge) <= 360 for edge in each.bounds):
            raise ValueError("the box is none")
    return wanted


# What a filter says.


def op_name(op: FilterOp, kind: ColumnKind = ColumnKind.TEXT) -> str:
    """Return what is asked, for a list to choose from."""
    if kind in (ColumnKind.DATE, ColumnKind.TIME):
        of_time = {
            FilterOp.EQUALS: _("在"),
            FilterOp.DIFFERS: _("不在"),
            FilterOp.LESS: _("早于"),
            FilterOp.AT_MOST: _("不晚于"),
            FilterOp.MORE: _("晚于"),
            FilterOp.AT_LEAST: _("不早于"),
        }
        if op in of_time:
            return of_time[op]
    return {
        FilterOp.CONTAINS: _("包含"),
        FilterOp.LACKS: _("不包含"),
        FilterOp.STARTS: _("开头是"),
        FilterOp.ENDS: _("结尾是"),
        FilterOp.EQUALS: _("等于"),
        FilterOp.DIFFERS: _("不等于"),
        FilterOp.ONE_OF: _("是其中之一"),
        FilterOp.LESS: _("小于"),
        FilterOp.AT_MOST: _("不大于"),
        FilterOp.MORE: _("大于"),
        FilterOp.AT_LEAST: _("不小于"),
        FilterOp.BETWEEN: _("介于"),
        FilterOp.EMPTY: _("为空"),
        FilterOp.FILLED: _("不为空"),
        FilterOp.TRUE: _("为真"),
        FilterOp.FALSE: _("为假"),
        FilterOp.IN_PLACE: _("位于某地"),
        FilterOp.IN_BOX: _("位于地图画面内"),
        FilterOp.PLACED: _("有位置"),
        FilterOp.UNPLACED: _("没有位置"),
    }[op]


def condition_text(
    condition: Condition,
    kind: ColumnKind = ColumnKind.TEXT,
    name_of: Callable[[str], str] = str,
) -> str:
    """Return a condition as a clause in the language in use.

    Parameters
    ----------
    condition
        Whole or not: what is still to be written stands as ``…``.
    kind
        Of its column; dates are earlier and later rather than less and more.
    name_of
        Names a place by its id.
    """
    op = condition.op
    if op in OF_POSITION:
        return _position_text(condition, name_of)
    values = [_shortened(value) for value in condition.values] or ["…"]
    is_text = kind in (ColumnKind.TEXT, ColumnKind.BOOLEAN)
    quoted = [_("“{words}”").format(words=value) if is_text else value for value in values]
    first = quoted[0]
    last = quoted[1] if len(quoted) > 1 else "…"
    listed = _("、").join(quoted[:4])
    if len(quoted) > 4:
        listed = _("{some} 等 {n} 个").format(some=listed, n=len(quoted))
    return _sentence_of(op, kind).format(
        column=_shortened(condition.column), value=first, first=first, last=last, values=listed
    )


def filter_text(
    wanted: Filter,
    kinds: dict[str, ColumnKind],
    name_of: Callable[[str], str] = str,
) -> str:
    """Return a filter as a sentence in the language in use; empty if it asks for nothing."""
    between = _("，或") if wanted.matches_any else _("，且")
    return between.join(
        condition_text(each, kinds.get(each.column, ColumnKind.TEXT), name_of) for each in wanted.conditions
    )


def _sentence_of(op: FilterOp, kind: ColumnKind) -> str:
    if kind in (ColumnKind.DATE, ColumnKind.TIME):
        of_time = {
            FilterOp.EQUALS: _("“{column}”在 {value}"),
            FilterOp.DIFFERS: _("“{column}”不在 {value}"),
            FilterOp.LESS: _("“{column}”早于 {value}"),
            FilterOp.AT_MOST: _("“{column}”不晚于 {value}"),
            FilterOp.MORE: _("“{column}”晚于 {value}"),
            FilterOp.AT_LEAST: _("“{column}”不早于 {value}"),
            FilterOp.BETWEEN: _("“{column}”从 {first} 到 {last}"),
        }
        if op in of_time:
            return of_time[op]
    return {
        FilterOp.CONTAINS: _("“{column}”包含{value}"),
        FilterOp.LACKS: _("“{column}”不包含{value}"),
        FilterOp.STARTS: _("“{column}”以{value}开头"),
        FilterOp.ENDS: _("“{column}”以{value}结尾"),
        FilterOp.EQUALS: _("“{column}”等于 {value}"),
        FilterOp.DIFFERS: _("“{column}”不等于 {value}"),
        FilterOp.ONE_OF: _("“{column}”是{values}之一"),
        FilterOp.LESS: _("“{column}”小于 {value}"),
        FilterOp.AT_MOST: _("“{column}”不大于 {value}"),
        FilterOp.MORE: _("“{column}”大于 {value}"),
        FilterOp.AT_LEAST: _("“{column}”不小于 {value}"),
        FilterOp.BETWEEN: _("“{column}”在 {first} 和 {last} 之间"),
        FilterOp.EMPTY: _("“{column}”为空"),
        FilterOp.FILLED: _("“{column}”不为空"),
        FilterOp.TRUE: _("“{column}”为真"),
        FilterOp.FALSE: _("“{column}”为假"),
    }[op]


def _position_text(condition: Condition, name_of: Callable[[str], str]) -> str:
    match condition.op:
        case FilterOp.IN_PLACE:
            name = name_of(condition.values[0]) if condition.values else "…"
            return _("位于{place}").format(place=name)
        case FilterOp.IN_BOX if condition.bounds is not None:
            west, south, east, north = condition.bounds
            return _("位于 {west:.2f}–{east:.2f}°E、{south:.2f}–{north:.2f}°N 之内").format(
                west=west, south=south, east=east, north=north
            )
        case FilterOp.UNPLACED:
            return _("没有位置")
        case FilterOp.PLACED:
            return _("有位置")
    return _("位于地图画面内")


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 24 else f"{flat[:22]}…"


# Why a filter cannot be applied.


def unusable_text(reason: str) -> str:
    """Return the sentence for a reason that `matching.problem` gave."""
    known = {
        "column-gone": _("这一列已经不在表里。删去这个条件，或另选一列。"),
        "not-a-number": _("这里要写一个数，例如 1200 或 3.5。"),
        "not-a-date": _("这里要写日期，例如 2024、2024-05 或 2024-05-31。"),
        "no-area": _("这个地点没有范围，不能按它筛选。请改选区、县、市或功能区。"),
        "not-for-column": _("这一列不能这样筛选。请换一种比较方式。"),
        "no-position": _("这张表没有位置，不能按位置筛选。"),
    }
    return known.get(reason, _("这个条件用不上。"))
