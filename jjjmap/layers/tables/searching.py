"""Finds the rows of a table in which some words stand, in any column."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jjjmap.layers.feature_table import FeatureTable, kind_of
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.tables.columns import as_texts, by_value
from jjjmap.layers.tables.matching import number_of

BoolArray = npt.NDArray[np.bool_]


def rows_with(
    table: FeatureTable,
    words: str,
    columns: Sequence[str],
    *,
    progress: Callable[[float], None] = lambda _share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> BoolArray:
    """Return for each of n rows whether the words stand in one of its cells.

    Parameters
    ----------
    words
        A part of a text, in any case; a number is also found as it is shown, with commas between thousands.
    columns
        Where to look, by name.
    cancelled
        Asked between columns; what is returned then means nothing.
    """
    found = np.zeros(len(table), dtype=bool)
    for number, name in enumerate(columns):
        if cancelled():
            break
        found |= cells_with(table, words, name)
        progress((number + 1) / len(columns))
    return found


def cells_with(table: FeatureTable, words: str, column: str) -> BoolArray:
    """Return for each of n cells of a column whether the words stand in it."""
    values = table.attributes.column(column)
    wanted = words.strip()
    match kind_of(values.type):
        case ColumnKind.BOOLEAN:
            return np.zeros(len(table), dtype=bool)
        case ColumnKind.INTEGER | ColumnKind.NUMBER:
            if not any(letter.isdigit() for letter in wanted):
                return np.zeros(len(table), dtype=bool)
            try:
                number_of(wanted)
            except ValueError:
                return np.zeros(len(table), dtype=bool)
            wanted = wanted.replace(",", "").replace("，", "")
    return by_value(as_texts(values), lambda texts: _found(texts, wanted))


def _found(texts: pa.Array | pa.ChunkedArray, wanted: str) -> BoolArray:
    answer = pc.fill_null(pc.match_substring(texts, wanted, ignore_case=True), False)
    return np.asarray(answer, dtype=bool)
