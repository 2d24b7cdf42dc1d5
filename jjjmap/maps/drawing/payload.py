"""The one binary form in which arrays travel to the page; `resources/web/stamps.js` reads it."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

MAGIC = b"JJF1"

_TYPES = {"uint8": "u1", "int16": "i2", "uint32": "u4", "int32": "i4", "float64": "f8"}
_ALIGNMENT = 8
"""Typed arrays of the page must start at a multiple of the size of their items."""


def pack(facts: Mapping[str, Any], **arrays: npt.NDArray[Any]) -> bytes:
    """Return facts and arrays as one block of bytes.

    It holds ``JJF1``, the length of a JSON text (uint32, little-endian), that text, and the arrays, each
    from a multiple of 8 bytes on. The text is `facts` and ``arrays``: name, type and length of each.

    Parameters
    ----------
    facts
        Plain JSON.
    arrays
        One-dimensional, of uint8, int16, uint32, int32 or float64.
    """
    listed = [[name, _TYPES[array.dtype.name], len(array)] for name, array in arrays.items()]
    text = json.dumps({**facts, "arrays": listed}, ensure_ascii=False, allow_nan=False).encode()
    text += b" " * (-(len(MAGIC) + 4 + len(text)) % _ALIGNMENT)
    parts = [MAGIC, len(text).to_bytes(4, "little"), text]
    for array in arrays.values():
        data = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        parts += [data, bytes(-len(data) % _ALIGNMENT)]
    return b"".join(parts)


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Return facts and arrays of `pack`; for tests and exports."""
    length = int.from_bytes(data[4:8], "little")
    facts: dict[str, Any] = json.loads(data[8 : 8 + length])
    at, arrays = 8 + length, {}
    for name, kind, count in facts.pop("arrays"):
        arrays[name] = np.frombuffer(data, np.dtype(f"<{kind}"), count, at)
        at += -(-arrays[name].nbytes // _ALIGNMENT) * _ALIGNMENT
    return facts, arrays
