"""Coordinates as people write them: decimals, degrees-minutes-seconds, pairs in one cell, WKT, GeoJSON."""

import json
import math
import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from jjjmap.layers.opening.value_texts import folded, is_blank

FloatArray = npt.NDArray[np.float64]

_DEGREES = re.compile(
    r"(?P<head>[NSEW]|东经|西经|北纬|南纬|经度|纬度)?[:]?\s*(?P<sign>[+-]?)(?P<degrees>\d{1,3}(?:\.\d+)?)\s*[°度º˚d]\s*"
    r"(?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s*['′分’m]\s*)?"
    r"(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:[\"″秒”s]|''|′′)?\s*)?(?P<tail>[NSEW])?",
    re.IGNORECASE,
)
_DECIMAL = re.compile(
    r"(?P<head>[NSEW]|东经|西经|北纬|南纬|经度|纬度)?[:]?\s*(?P<number>[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?)\s*[°度]?\s*"
    r"(?P<tail>[NSEW])?",
    re.IGNORECASE,
)
_NEGATIVE = frozenset(("S", "W", "西经", "南纬"))
_PAIR_SPLIT = re.compile(r"[,;|/\s、]+")
_WKT = re.compile(
    r"\s*(?:SRID=\d+;)?\s*(?:(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)", re.IGNORECASE
)
_GEOJSON = re.compile(r'\s*\{[^{}]*"(?:type|coordinates)"')
MOST_WKT_CHARS = 16 << 20


def coordinate_of(text: str) -> float | None:
    """Return a coordinate in degrees (or metres, if those were written); None if it is none.

    Understood are ``116.3``, ``116,3``, ``116.3E``, ``东经116.3``, ``116°23′17″``, ``116度23分17秒`` …
    """
    told = folded(text).replace("’", "'").replace("”", '"').replace(" ", " ").strip()
    match = _DECIMAL.fullmatch(told)
    if match is None and re.fullmatch(r"[+-]?\d{1,3},\d+", told):
        # A decimal comma: coordinates have no thousands.
        return float(told.replace(",", "."))
    if match is not None:
        value = float(match["number"])
    else:
        match = _DEGREES.fullmatch(told)
        if match is None:
            return None
        minutes, seconds = float(match["minutes"] or 0), float(match["seconds"] or 0)
        if minutes >= 60 or seconds >= 60:
            return None
        value = float(match["degrees"]) + minutes / 60 + seconds / 3600
        if match["sign"] == "-":
            value = -value
    sides = {(match["head"] or "").upper(), (match["tail"] or "").upper()}
    if sides & _NEGATIVE:
        value = -abs(value)
    return value if math.isfinite(value) else None


def pair_of(text: str) -> tuple[float, float] | None:
    """Return the two coordinates of one cell in the order written, ``116.3,39.9``; None for any other."""
    told = folded(text).strip("()[]{} ")
    parts = [part for part in re.split(r"[,;|、]\s*", told) if part]
    if len(parts) != 2:
        parts = [part for part in _PAIR_SPLIT.split(told) if part]
    if len(parts) != 2:
        # Blanks between degrees and minutes: the letters of the first coordinate end it.
        halves = re.fullmatch(r"(.*?[NSEW])[\s,;]*(.+?[NSEW])", told, re.IGNORECASE)
        parts = [halves[1], halves[2]] if halves else []
    if len(parts) != 2:
        return None
    first, second = coordinate_of(parts[0]), coordinate_of(parts[1])
    if first is None or second is None:
        return None
    if re.search(r"[NS]|纬", parts[0], re.IGNORECASE) and re.search(r"[EW]|经", parts[1], re.IGNORECASE):
        return second, first
    return first, second


def is_shape_text(text: str) -> bool:
    """Whether a cell holds a geometry as WKT or GeoJSON."""
    return _WKT.match(text) is not None or _GEOJSON.match(text) is not None


def coordinates(values: pa.StringArray) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return a column of coordinates as numbers.

    Returns
    -------
    tuple
        n numbers, NaN where there is none; n flags, True where a text stands that is no coordinate.
    """
    try:
        numbers: FloatArray = pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False)
        unread = ~np.isfinite(numbers) & _filled(values)
        return np.where(np.isfinite(numbers), numbers, np.nan), unread
    except pa.ArrowInvalid:
        coded = values.dictionary_encode()
        texts = coded.dictionary.to_pylist()
        said = [coordinate_of(text) for text in texts]
        numbers = _taken([math.nan if value is None else value for value in said], coded)
        return numbers, np.isnan(numbers) & _filled(values)


def pairs(values: pa.StringArray) -> tuple[FloatArray, FloatArray, npt.NDArray[np.bool_]]:
    """Return a column of pairs as x and y, NaN where there is none, and where a text is no pair."""
    coded = values.dictionary_encode()
    said = [pair_of(text) for text in coded.dictionary.to_pylist()]
    x = _taken([math.nan if pair is None else pair[0] for pair in said], coded)
    y = _taken([math.nan if pair is None else pair[1] for pair in said], coded)
    return x, y, np.isnan(x) & _filled(values)


def shapes(values: pa.StringArray) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.bool_]]:
    """Return a column of WKT or GeoJSON as shapes, None where there is none, and where a text is no shape."""
    found = np.array([_shape_of(text) for text in values.to_pylist()], dtype=object)
    return found, (found == None) & _filled(values)  # noqa: E711 - of each element


def _shape_of(text: str | None) -> shapely.Geometry | None:
    if not text or len(text) > MOST_WKT_CHARS:
        return None
    if text.lstrip().startswith("{"):
        try:
            said = json.loads(text)
            if isinstance(said, dict) and said.get("type") == "Feature":
                said = said.get("geometry")
            found: shapely.Geometry | None = shapely.from_geojson(json.dumps(said), on_invalid="ignore")
        except (ValueError, RecursionError, shapely.errors.GEOSException):
            return None
        return found
    plain = re.sub(r"^\s*SRID=\d+;", "", text, flags=re.IGNORECASE)
    found = shapely.from_wkt(plain, on_invalid="ignore")
    return found


def _filled(values: pa.StringArray) -> npt.NDArray[np.bool_]:
    coded = values.dictionary_encode()
    blank = np.array([text is None or is_blank(text) for text in coded.dictionary.to_pylist()], dtype=bool)
    indices = coded.indices.fill_null(len(blank)).to_numpy(zero_copy_only=False)
    filled: npt.NDArray[np.bool_] = np.append(~blank, False)[indices]
    return filled


def _taken(said: list[float], coded: pa.DictionaryArray) -> FloatArray:
    indices = coded.indices.fill_null(len(said)).to_numpy(zero_copy_only=False)
    taken: FloatArray = np.append(np.array(said, dtype=np.float64), np.nan)[indices]
    return taken
