"""Columns of users' layers inside an exported map: texts once each, numbers exactly as they are shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jjjmap.export.page.users.blocks import MAX_WHOLE, Wide, block, floats, signed, whole
from jjjmap.layers.feature_words import attribute_text, value_text
from jjjmap.layers.tables.cells import groups_thousands

MAX_DECIMALS = 6
"""The page shows no more of a number."""


def column_block(name: str, column: pa.ChunkedArray) -> bytes:
    """Return a column of n values as the page reads it.

    Parameters
    ----------
    name
        Says whether thousands are set apart (`groups_thousands`).
    column
        n values.

    Returns
    -------
    bytes
        See `user_blocks.block`. Fact ``kind``:

        ``text``: ``code`` of each row, where 0 is no text and i the i-th of the ``lengths``; the texts stand
        one after another in ``plain``, UTF-8, ``lengths`` in bytes.
        ``truth``: ``code`` 0 for none, 1 for no, 2 for yes.
        ``number``: ``value`` over 10 to the power of fact ``decimals``, or as it is if that is null;
        ``none`` is 1 where there is none.
    """
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_boolean(kind):
        return block({"kind": "truth"}, {"code": whole(_truths(column))})
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        numbers = _numbers(name, column, is_whole=pa.types.is_integer(kind))
        if numbers is not None:
            return numbers
    return _texts(name, column)


def _truths(column: pa.ChunkedArray) -> npt.NDArray[np.uint8]:
    told = pc.fill_null(pc.add(pc.cast(_plain(column), pa.uint8()), pa.scalar(1, pa.uint8())), 0)
    return np.asarray(told.to_numpy(zero_copy_only=False), np.uint8)


def _plain(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    if isinstance(joined, pa.ChunkedArray):  # Of no chunk at all.
        joined = pa.array([], column.type)
    return joined.dictionary_decode() if pa.types.is_dictionary(joined.type) else joined


def _numbers(name: str, column: pa.ChunkedArray, *, is_whole: bool) -> bytes | None:
    """Return a column of numbers; None if they are too large to be told exactly."""
    values = _plain(column)
    none = np.asarray(values.is_null().to_numpy(zero_copy_only=False), np.uint8)
    arrays: dict[str, Wide] = {"none": whole(none)} if none.any() else {}
    facts: dict[str, Any] = {"kind": "number", "whole": is_whole, "grouped": groups_thousands(name, 0, 0)}
    if is_whole:
        ends = pc.min_max(values).as_py()
        if max(-(ends["min"] or 0), ends["max"] or 0) >= MAX_WHOLE:
            return None
        wide = pc.cast(pc.fill_null(values, 0), pa.int64())
        exact = np.asarray(wide.to_numpy(zero_copy_only=False), np.int64)
        return block({**facts, "decimals": 0}, {**arrays, "value": signed(exact)})
    filled = pc.fill_null(pc.cast(values, pa.float64()), 0.0)
    shown = _without_ties(np.asarray(filled.to_numpy(zero_copy_only=False), np.float64))
    decimals = _decimals(shown)
    if decimals is None:
        return block({**facts, "decimals": None}, {**arrays, "value": floats(shown)})
    scaled = np.rint(shown * 10.0**decimals).astype(np.int64)
    return block({**facts, "decimals": decimals}, {**arrays, "value": signed(scaled)})


def _without_ties(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return values that the page, which rounds halves up, rounds as Python does, to the even neighbour.

    Only odd multiples of 2⁻⁷ lie halfway between numbers of six decimals.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        tied = (np.abs(values) < 2**40) & (np.mod(values * 128.0, 2.0) == 1.0)
    if not tied.any():
        return values
    rounded = values.copy()
    rounded[tied] = [float(f"{value:.{MAX_DECIMALS}f}") for value in values[tied]]
    return rounded


def _decimals(values: npt.NDArray[np.float64]) -> int | None:
    """Return with how many decimals n numbers are whole, told exactly; None if they are not."""
    if not np.isfinite(values).all():
        return None
    for decimals in range(MAX_DECIMALS + 1):
        with np.errstate(over="ignore"):
            scaled = np.rint(values * 10.0**decimals)
        if not (np.abs(scaled) < MAX_WHOLE).all():
            return None
        if (scaled / 10.0**decimals == values).all():
            return decimals
    return None


def _texts(name: str, column: pa.ChunkedArray) -> bytes:
    coded = pc.dictionary_encode(_plain(column))
    texts = [_text(name, value) for value in coded.dictionary.to_pylist()]
    # Different values may read the same, and an empty text is as good as none.
    number_of: dict[str, int] = {"": 0}
    number = np.array([number_of.setdefault(text, len(number_of)) for text in texts] or [0], np.int64)
    index = np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), np.int64)
    code = np.where(index < 0, 0, number[index])
    # The page looks through all texts at once, with a zero after each.
    written = [text.replace("\0", " ").encode("utf-8", "replace") for text in list(number_of)[1:]]
    lengths = np.array([len(data) for data in written], np.int64)
    return block({"kind": "text"}, {"code": whole(code), "lengths": whole(lengths)}, b"".join(written))


def _text(name: str, value: Any) -> str:
    return value_text(value) if isinstance(value, str) else attribute_text(name, value)
