"""From the coordinates of a file to WGS-84, and what a CRS that a file names means to us."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import AreaOfInterest

from jjjmap.layers.opening.shifted_datums import (
    bd09_to_wgs84,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

FloatArray = npt.NDArray[np.float64]
ShapeArray = npt.NDArray[np.object_]
Pair = tuple[FloatArray, FloatArray]

WGS84 = "WGS-84"
GCJ02 = "GCJ-02"
BD09 = "BD-09"
SHIFTED = (GCJ02, BD09)

_MAX_CRS_CHARS = 20_000
_CONFIDENCE = 90
"""Per cent: below it PROJ finds a code by name alone, whatever the parameters are."""
_SAME_AS_WGS84 = frozenset((4326, 4979, 4490, 4480))
"""CGCS2000 (EPSG:4490, 4480) lies within a metre of WGS-84: it is taken as the same."""
_REGION = AreaOfInterest(112.0, 35.0, 121.0, 44.0)
_CRS_WORDS = (
    "EPSG:", "OGC:", "ESRI:", "IGNF:",
    "GEOGCS[", "PROJCS[", "COMPD_CS[", "GEOGCRS[", "GEODCRS[", "PROJCRS[", "BOUNDCRS[", "COMPOUNDCRS[",
)  # fmt: skip
"""How a text begins that is looked up as a CRS: no PROJ pipelines, no files, no addresses."""


class DatumUnusable(ValueError):
    """Coordinates cannot be taken for what is asked: the datum is not known or leads nowhere on Earth."""


@lru_cache(maxsize=64)
def datum_of_crs(crs: str) -> str:
    """Return the datum of a CRS as a file names it.

    Parameters
    ----------
    crs
        ``EPSG:<code>``, ``OGC:CRS84`` or WKT, such as the text of a ``.prj`` file.

    Returns
    -------
    str
        As in `OpenOptions.datum`: ``WGS-84`` for it and for CGCS2000 in degrees, else ``EPSG:<code>``, or the
        WKT itself where it has no code. Empty if the text is empty or no CRS on Earth.
    """
    known = _crs_from(crs)
    if known is None:
        return ""
    code = known.to_epsg(min_confidence=_CONFIDENCE)
    if code in _SAME_AS_WGS84 or known.to_authority(min_confidence=_CONFIDENCE) == ("OGC", "CRS84"):
        return WGS84
    return f"EPSG:{code}" if code else crs.strip()


@lru_cache(maxsize=64)
def _crs_from(crs: str) -> pyproj.CRS | None:
    text = crs.strip()
    if not text.upper().startswith(_CRS_WORDS) or len(text) > _MAX_CRS_CHARS:
        return None
    try:
        known = pyproj.CRS.from_user_input(text)
    except CRSError:
        return None
    return known if known.is_geographic or known.is_projected or known.is_compound else None


def is_in_degrees(datum: str) -> bool:
    """Return whether coordinates in a datum are degrees; raises DatumUnusable."""
    if datum == WGS84 or datum in SHIFTED:
        return True
    crs = _crs_from(datum)
    if crs is None:
        raise DatumUnusable(datum[:80])
    return bool(crs.is_geographic)


@lru_cache(maxsize=64)
def _transformer(datum: str) -> pyproj.Transformer:
    crs = _crs_from(datum)
    if crs is None:
        raise DatumUnusable(datum[:80])
    try:
        return pyproj.Transformer.from_crs(crs, 4326, always_xy=True, area_of_interest=_REGION)
    except ProjError as exc:
        raise DatumUnusable(datum[:80]) from exc


def to_wgs84(x: npt.ArrayLike, y: npt.ArrayLike, datum: str, swap_axes: bool = False) -> Pair:
    """Bring positions to WGS-84.

    Parameters
    ----------
    x, y
        n coordinates each, in degrees or metres as the datum has it, east before north.
    datum
        ``WGS-84``, ``GCJ-02``, ``BD-09``, ``EPSG:<code>`` or WKT; see `datum_of_crs`.
    swap_axes
        Whether `x` is north and `y` is east.

    Returns
    -------
    tuple
        lon and lat, n degrees each; NaN where there is no such position on Earth.

    Raises
    ------
    DatumUnusable
        The datum is none of those, or has no way to WGS-84.

    Notes
    -----
    EPSG:4490 is WGS-84 here. Beijing 1954 and Xian 1980 have no public transformation for this region: their
    positions are good to some 100 m. Round-trip errors: docs/decisions/0012-datums.md.
    """
    first = np.array(x, dtype=np.float64, ndmin=1)
    second = np.array(y, dtype=np.float64, ndmin=1)
    if swap_axes:
        first, second = second, first
    if datum == GCJ02:
        lon, lat = gcj02_to_wgs84(first, second)
    elif datum == BD09:
        lon, lat = bd09_to_wgs84(first, second)
    elif datum == WGS84 or datum_of_crs(datum) == WGS84:
        lon, lat = first, second
    else:
        try:
            lon, lat = _transformer(datum).transform(first, second)
        except ProjError as exc:
            raise DatumUnusable(datum[:80]) from exc
    with np.errstate(invalid="ignore"):
        nowhere = ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
    if nowhere.any():
        lon, lat = np.where(nowhere, np.nan, lon), np.where(nowhere, np.nan, lat)
    return lon, lat


def from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: str) -> Pair:
    """Return n positions in a datum, east before north; the way back from `to_wgs84`."""
    if datum == GCJ02:
        return wgs84_to_gcj02(lon, lat)
    if datum == BD09:
        return wgs84_to_bd09(lon, lat)
    x = np.array(lon, dtype=np.float64, ndmin=1)
    y = np.array(lat, dtype=np.float64, ndmin=1)
    if datum == WGS84 or datum_of_crs(datum) == WGS84:
        return x, y
    try:
        east, north = _transformer(datum).transform(x, y, direction="INVERSE")
    except ProjError as exc:
        raise DatumUnusable(datum[:80]) from exc
    return east, north


def shapes_to_wgs84(shapes: ShapeArray, datum: str, swap_axes: bool = False) -> ShapeArray:
    """Bring n shapes to WGS-84, vertex by vertex; None stays None. Raises as `to_wgs84` does.

    A vertex that is nowhere on Earth becomes NaN: the caller tells such a shape by its coordinates.
    """
    if not swap_axes and (datum == WGS84 or datum_of_crs(datum) == WGS84):
        return shapes
    moved: ShapeArray = shapely.transform(shapes, _vertex_mover(datum, swap_axes))
    return moved


def _vertex_mover(datum: str, swap_axes: bool) -> Callable[[FloatArray], FloatArray]:
    def move(vertices: FloatArray) -> FloatArray:
        return np.column_stack(to_wgs84(vertices[:, 0], vertices[:, 1], datum, swap_axes))

    return move


_METRES_PER_DEGREE = 111_320.0


def shift_m(x: npt.ArrayLike, y: npt.ArrayLike, datum: str, swap_axes: bool = False) -> float:
    """Return how far positions lie, at the median, from the same numbers taken as WGS-84, in metres.

    0 for all but GCJ-02 and BD-09, and where there are no positions.
    """
    if datum not in SHIFTED:
        return 0.0
    first = np.array(x, dtype=np.float64, ndmin=1)
    second = np.array(y, dtype=np.float64, ndmin=1)
    if swap_axes:
        first, second = second, first
    lon, lat = to_wgs84(first, second, datum)
    known = np.isfinite(lon) & np.isfinite(lat)
    if not known.any():
        return 0.0
    east = (first - lon)[known] * np.cos(np.radians(lat[known]))
    return float(np.median(np.hypot(east, (second - lat)[known])) * _METRES_PER_DEGREE)
