"""Blocks of data in a file from anywhere: inflated within a limit, and kept only if they are wanted."""

from __future__ import annotations

import base64
import binascii
import zlib

_INFLATED_AT_ONCE = 2**20


def inflated(letters: str, limit: int, *, keeps: bool) -> tuple[bytes | None, int]:
    """Return the bytes of a block, or nothing but their number; None if it is broken or beyond the limit."""
    try:
        packed = base64.b64decode(letters, validate=True)
    except (binascii.Error, ValueError):
        return None, 0
    inflater = zlib.decompressobj()
    pieces: list[bytes] = []
    size = 0
    try:
        while packed and not inflater.eof:
            piece = inflater.decompress(packed, _INFLATED_AT_ONCE)
            packed = inflater.unconsumed_tail
            size += len(piece)
            if size > limit:
                return None, size
            if keeps:
                pieces.append(piece)
    except zlib.error:
        return None, size
    is_whole = inflater.eof and not inflater.unused_data
    return (b"".join(pieces) if is_whole else None), size
