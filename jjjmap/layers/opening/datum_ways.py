"""The ways in which the numbers of a file can be taken for positions, before a map is looked at."""

import re

import numpy as np
import numpy.typing as npt

from jjjmap.i18n import _
from jjjmap.layers.opening.conversion import BD09, GCJ02, WGS84, DatumUnusable, is_in_degrees, to_wgs84
from jjjmap.layers.opening.datum_titles import datum_title
from jjjmap.layers.opening.projected import Projection, projections_for

FloatArray = npt.NDArray[np.float64]

_DEGREE_PRIORS = {WGS84: 0.5, GCJ02: 0.3, BD09: 0.2}
"""Before anything speaks for one: files that name nothing come from map services as often as from surveys."""
_DECLARED_PRIORS = {WGS84: 0.94, GCJ02: 0.04, BD09: 0.02}
"""Where the file says WGS-84: much software writes that whatever it holds."""
_NAMED_BY_COLUMN = 80.0
_NAMED_BESIDE = 8.0
_NAMED_PROJECTION = 20.0

_SAYS = {
    GCJ02: re.compile(r"gcj|高德|amap|gaode|autonavi|火星|mars|腾讯|tencent", re.IGNORECASE),
    BD09: re.compile(r"bd-?_?09|百度|baidu|(?<![a-z])bd_?-?(lng|lon|lat|x|y)(?![a-z])", re.IGNORECASE),
    WGS84: re.compile(r"wgs|gps|cgcs|天地图|tianditu|国家2000|大地2000", re.IGNORECASE),
}


Way = tuple[str, bool, float, str]
"""Datum, whether the axes are swapped, prior, and what speaks for it."""


def ways_to_take(
    x: FloatArray, y: FloatArray, declared: str, names: tuple[str, ...], beside: tuple[str, ...]
) -> list[Way]:
    """Return what numbers may be, in no order.

    Parameters
    ----------
    x, y
        n coordinates each, finite, as they stand in the file.
    declared
        The datum that the file itself names; empty if none.
    names, beside
        What the columns of the coordinates are called, and the rest of what is there.
    """
    ways: list[Way] = []
    trusted = 1.0  # Less for everything else where what the file names can be true.
    if declared and declared != WGS84 and _suits(declared, x, y):
        ways.append(
            (declared, False, 0.95, _("文件写明了坐标系：{datum}。").format(datum=datum_title(declared)))
        )
        trusted = 0.05
    for swap in (False, True):
        east, north = (y, x) if swap else (x, y)
        if _are_degrees(east, north) and not (swap and _are_degrees(north, east)):
            is_refuted = declared not in ("", WGS84) and trusted == 1.0
            ways += _in_degrees(swap, declared == WGS84, is_refuted, names, beside, trusted)
        for projection in projections_for(east, north):
            if projection.datum != declared:
                ways.append(_projected(projection, swap, trusted, (*names, *beside), declared))
    return ways


def _are_degrees(east: FloatArray, north: FloatArray) -> bool:
    return float(np.mean((np.abs(east) <= 180.0) & (np.abs(north) <= 90.0))) >= 0.5


def _suits(declared: str, x: FloatArray, y: FloatArray) -> bool:
    """Whether numbers can be in a CRS at all: degrees are small, and what is far away is NaN."""
    try:
        if is_in_degrees(declared):
            return _are_degrees(x, y)
        if _are_degrees(x, y):
            return False
        return bool(np.isfinite(to_wgs84(x, y, declared)[0]).mean() >= 0.5)
    except DatumUnusable:
        return False


def _in_degrees(
    swap: bool,
    is_declared: bool,
    is_refuted: bool,
    names: tuple[str, ...],
    beside: tuple[str, ...],
    trusted: float,
) -> list[Way]:
    ways = []
    priors = _DECLARED_PRIORS if is_declared and not swap else _DEGREE_PRIORS
    for datum, prior in priors.items():
        reason = ""
        for texts, factor in ((names, _NAMED_BY_COLUMN), (beside, _NAMED_BESIDE)):
            named = next((text for text in texts if _SAYS[datum].search(text)), None)
            if named is not None:
                prior *= factor
                reason = _("名称“{name}”指向这一基准。").format(name=named[:40])
                break
        if not reason and is_declared and datum == WGS84:
            reason = _("文件写明是 WGS-84 或 CGCS2000。")
        elif not reason and is_declared:
            reason = _("文件写的是 WGS-84，但常有软件不看数据就这样写。")
        elif not reason and datum == WGS84:
            reason = _("数值是经纬度，文件没有说明基准；测绘成果和 GPS 用它。")
        elif not reason and datum == GCJ02:
            reason = _("数值是经纬度，文件没有说明基准；高德、腾讯的数据用它。")
        elif not reason:
            reason = _("数值是经纬度，文件没有说明基准；百度的数据用它。")
        if is_refuted:
            reason = both(_("文件写的坐标系与数值对不上。"), reason)
        if swap:
            reason = both(_("经度和纬度两列对调后才落在地图上。"), reason)
        ways.append((datum, swap, prior * trusted, reason))
    return ways


def _projected(
    projection: Projection, swap: bool, trusted: float, names: tuple[str, ...], declared: str
) -> Way:
    prior, reason = projection.prior, projection.reason()
    named = max(names, key=projection.times_named_by, default="")
    if times := projection.times_named_by(named):
        prior *= _NAMED_PROJECTION**times
        reason = _("名称“{name}”指向这一坐标系。").format(name=named[:40])
    if declared and trusted == 1.0:
        reason = both(_("文件写的坐标系与数值对不上。"), reason)
    return projection.datum, swap, prior * trusted, reason


def both(first: str, second: str) -> str:
    """Return two sentences as one text: with a space between them where the language has one."""
    return _("{first}{second}").format(first=first, second=second)
