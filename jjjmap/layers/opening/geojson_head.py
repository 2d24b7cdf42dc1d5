"""The beginning of a GeoJSON: the CRS that it names, and its first features without reading the others."""

import json
import re
from pathlib import Path

_HEAD_BYTES = 1 << 16
_WINDOW_BYTES = 8 << 20
_ESTIMATED_FROM = 500
_CRS_NAME = re.compile(r'"crs"\s*:\s*\{[^{}]*"properties"\s*:\s*\{\s*"name"\s*:\s*"([^"]{1,200})"')
_FEATURES = re.compile(r'"features"\s*:\s*\[')
_EPSG = re.compile(r"(?i)(?:urn:ogc:def:crs:)?EPSG:[\d.]*:?(\d{4,6})$")
_CRS84 = re.compile(r"(?i)(?:urn:ogc:def:crs:)?OGC:[\d.]*:?CRS84$")


def declared_crs(path: Path) -> str:
    """Return the CRS that a GeoJSON names itself, e.g. ``EPSG:4490``; empty if none, or by an address.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    with path.open("rb") as file:
        text = file.read(_HEAD_BYTES).decode("utf-8", "replace")
    found = _CRS_NAME.search(text)
    if found is None:
        return ""
    name = found[1].strip()
    if _CRS84.match(name):
        return "OGC:CRS84"
    code = _EPSG.match(name)
    return f"EPSG:{code[1]}" if code else ""


def head_of_collection(path: Path, target: Path, count: int) -> Path | None:
    """Write the first features of a large collection into a small one.

    Parameters
    ----------
    target
        Written; its folder must exist.
    count
        Of features, at most.

    Returns
    -------
    Path or None
        None where the beginning cannot be understood: GDAL may do better with all of it.
    """
    pieces = _first_features(path, count)
    if not pieces:
        return None
    target.write_text('{"type":"FeatureCollection","features":[' + ",".join(pieces) + "]}", encoding="utf-8")
    return target


def estimated_features(path: Path) -> int | None:
    """Return about how many features a collection has, by the length of its first ones; None if unknown."""
    pieces = _first_features(path, _ESTIMATED_FROM)
    if not pieces:
        return None
    length = sum(len(piece.encode("utf-8", "surrogatepass")) for piece in pieces) / len(pieces)
    return max(1, int(path.stat().st_size / (length + 1)))


def _first_features(path: Path, count: int) -> list[str]:
    """Return the texts of the first features, as many as can be understood."""
    with path.open("rb") as file:
        text = file.read(_WINDOW_BYTES).decode("utf-8-sig", "ignore")
    found = _FEATURES.search(text)
    if found is None:
        return []
    decoder = json.JSONDecoder()
    pieces: list[str] = []
    at = found.end()
    while len(pieces) < count:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            _value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        pieces.append(text[at:end])
        at = end
    return pieces
