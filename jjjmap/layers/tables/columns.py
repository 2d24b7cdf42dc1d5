"""A column of a table as texts, with its empty cells, one value at a time where values repeat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

BoolArray = npt.NDArray[np.bool_]


def as_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return n texts, plain or as a dictionary, as the cells of a column are compared and searched."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        if _is_text(kind.value_type):
            return column
        column = column.cast(kind.value_type)
        kind = kind.value_type
    if _is_text(kind):
        return column
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        # Lists, structures, bytes that are no text: rare, and shown the way Python writes them.
        texts = [None if value is None else str(value) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, type=pa.string())])


def by_value(column: pa.ChunkedArray, answer: Callable[[pa.Array | pa.ChunkedArray], BoolArray]) -> BoolArray:
    """Return an answer for each of n cells; a value that stands in many of them is asked for once.

    Parameters
    ----------
    column
        Plain or as a dictionary.
    answer
        Says yes or no to each of the values it is given, nulls among them.
    """
    if not pa.types.is_dictionary(column.type):
        return answer(column)
    of_null = bool(answer(pa.array([None], type=column.type.value_type))[0])
    parts = []
    for chunk in column.chunks:
        of_value = np.append(answer(chunk.dictionary), of_null)
        indices = pc.fill_null(chunk.indices.cast(pa.int64()), len(of_value) - 1)
        parts.append(of_value[indices.to_numpy(zero_copy_only=False)])
    return np.concatenate(parts) if parts else np.zeros(0, dtype=bool)


def is_empty(column: pa.ChunkedArray) -> BoolArray:
    """Return for each of n cells whether it is null, not a number, or a text of blanks."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if _is_text(kind):
        return by_value(column, _is_blank)
    unknown = pc.is_null(column, nan_is_null=True)
    empty: BoolArray = unknown.to_numpy()
    return empty


def _is_blank(texts: pa.Array | pa.ChunkedArray) -> BoolArray:
    blank = pc.or_kleene(pc.is_null(texts), pc.equal(pc.utf8_trim_whitespace(texts), ""))
    if isinstance(blank, pa.ChunkedArray):
        blank = blank.combine_chunks()
    found: BoolArray = blank.to_numpy(zero_copy_only=False)
    return found


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))
