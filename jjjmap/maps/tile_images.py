"""Tells from the first bytes whether something may be a tile: what its server says does not count."""

from __future__ import annotations

MAX_SIDE_PX = 2048
"""Tiles are 256 or 512 pixels wide; a small file may claim to be a picture that fills the memory."""

_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3})


def tile_mimetype(data: bytes) -> str | None:
    """Return the media type of a tile: PNG, JPEG or WebP of a likely size; None for everything else."""
    for mimetype, size_of in (("image/png", _png), ("image/jpeg", _jpeg), ("image/webp", _webp)):
        size = size_of(data)
        if size is not None:
            return mimetype if all(0 < side <= MAX_SIDE_PX for side in size) else None
    return None


def _png(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR" or len(data) < 33:
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _jpeg(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    # Segments follow one another until the frame, which says the size.
    while at + 9 <= len(data) and data[at] == 0xFF:
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if kind in _FRAMES:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        if kind == 0xFF:  # Filling.
            at += 1
        elif length < 2:
            return None
        else:
            at += 2 + length
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    match data[12:16]:
        case b"VP8 " if data[23:26] == b"\x9d\x01\x2a":
            return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
        case b"VP8L" if data[20] == 0x2F:
            bits = _little(data[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return _little(data[24:27]) + 1, _little(data[27:30]) + 1
    return None


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
