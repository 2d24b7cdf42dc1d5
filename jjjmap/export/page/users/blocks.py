"""Arrays as they travel inside an exported map: split by bytes and deflated; `local_arrays.js` reads them.

Of many numbers the higher bytes hardly differ. Set apart from the lower ones they deflate to next to nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jjjmap.maps.drawing.payload import pack

LEVEL = 6
"""Of deflate. 9 takes three times as long for a hundredth of the size."""

MAX_WHOLE = 2**52
"""Whole numbers below it travel exactly: in the page every number is a float64, and a sign costs one bit."""


@dataclass(frozen=True)
class Wide:
    """An array whose bytes stand apart: the lowest of all items first, then the second ones, and so on."""

    kind: str
    """``u`` whole numbers from 0 on, ``z`` with a sign, ``d`` steps from one to the next, ``f`` float64."""
    count: int
    planes: npt.NDArray[np.uint8]


def whole(values: npt.NDArray[Any]) -> Wide:
    """Return n whole numbers, none below 0."""
    return Wide("u", len(values), _planes(values.astype(np.uint64)))


def signed(values: npt.NDArray[Any]) -> Wide:
    """Return n whole numbers with a sign, nearer to 0 than `MAX_WHOLE`."""
    return Wide("z", len(values), _planes(_folded(values.astype(np.int64))))


def steps(values: npt.NDArray[Any]) -> Wide:
    """Return n whole numbers, each told by how far it lies from the one before."""
    before = np.concatenate([[0], values[:-1].astype(np.int64)])[: len(values)]
    moved = values.astype(np.int64) - before
    return Wide("d", len(values), _planes(_folded(moved)))


def floats(values: npt.NDArray[Any]) -> Wide:
    """Return n numbers of any kind."""
    planes = values.astype("<f8").view(np.uint8).reshape(-1, 8).T
    return Wide("f", len(values), np.ascontiguousarray(planes).ravel())


def block(facts: Mapping[str, Any], arrays: Mapping[str, Wide], plain: bytes = b"") -> bytes:
    """Return facts and arrays, deflated.

    Parameters
    ----------
    facts
        Plain JSON.
    arrays
        By name.
    plain
        Bytes that go along as they are, under the name ``plain``.
    """
    told = {name: [wide.kind, wide.count] for name, wide in arrays.items()}
    parts = {name: wide.planes for name, wide in arrays.items()}
    if plain:
        parts["plain"] = np.frombuffer(plain, np.uint8)
    return zlib.compress(pack({**facts, "wide": told}, **parts), LEVEL)


def _folded(values: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Return numbers without a sign: 0, 1, 2, 3 stand for 0, -1, 1, -2."""
    return ((values << 1) ^ (values >> 63)).astype(np.uint64)


def _planes(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint8]:
    most = int(values.max(initial=0))
    bytes_each = max(1, (most.bit_length() + 7) // 8)
    split = values.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :bytes_each].T
    return np.ascontiguousarray(split).ravel()
