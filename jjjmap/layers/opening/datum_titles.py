"""What datums are called when they are shown."""

import re
from functools import lru_cache

import pyproj
from pyproj.exceptions import CRSError

from jjjmap.i18n import _

OFFERED = (
    "WGS-84",
    "GCJ-02",
    "BD-09",
    "EPSG:3857",
    *(f"EPSG:{code}" for code in (4526, 4527, 4528, 4547, 4548, 4549, 4497, 4498, 4499)),
)
"""What a list offers besides the guesses: in degrees, and CGCS2000 in the zones of the region."""


def datum_title(datum: str) -> str:
    """Return how a datum is called in a list, in the language in use.

    Parameters
    ----------
    datum
        As in `OpenOptions.datum`.
    """
    titles = {
        "WGS-84": _("WGS-84 / CGCS2000 经纬度（GPS、天地图）"),
        "GCJ-02": _("GCJ-02 经纬度（高德、腾讯，俗称火星坐标）"),
        "BD-09": _("BD-09 经纬度（百度）"),
        "EPSG:3857": _("网络墨卡托（EPSG:3857，米）"),
    }
    return titles.get(datum) or _title_of_zone(datum) or _name_of_crs(datum)


_ZONE = re.compile(
    r"(?P<frame>CGCS2000|Xian 1980|Beijing 1954) / (?P<kind>3-degree )?Gauss-Kruger "
    r"(?:CM (?P<meridian>\d+)E|zone (?P<zone>\d+))"
)
_UTM = re.compile(r"WGS 84 / UTM zone (?P<zone>\d+)N")


def _title_of_zone(datum: str) -> str:
    """Return how surveyors call a zone; empty for other systems."""
    name = _crs_name(datum)
    if found := _UTM.fullmatch(name):
        return _("UTM {zone}N 带（WGS-84，{datum}）").format(zone=found["zone"], datum=datum)
    found = _ZONE.fullmatch(name)
    if found is None:
        return ""
    frames = {"Xian 1980": _("西安80"), "Beijing 1954": _("北京54")}
    facts = {
        "frame": frames.get(found["frame"], found["frame"]),
        "width": 3 if found["kind"] else 6,
        "datum": datum,
    }
    if found["zone"]:
        return _("{frame} {width}°带，第 {zone} 带（{datum}）").format(zone=found["zone"], **facts)
    return _("{frame} {width}°带，中央经线 {meridian}°（{datum}）").format(
        meridian=found["meridian"], **facts
    )


@lru_cache(maxsize=256)
def _crs_name(datum: str) -> str:
    if not datum.startswith("EPSG:"):
        return ""
    try:
        return str(pyproj.CRS.from_user_input(datum).name)
    except CRSError:
        return ""


def _name_of_crs(datum: str) -> str:
    if not datum.startswith("EPSG:"):
        return datum.split('"')[1][:60] if datum.count('"') > 1 else datum[:60]
    name = _crs_name(datum)
    return _("{name}（{datum}）").format(name=name, datum=datum) if name else datum[:60]
