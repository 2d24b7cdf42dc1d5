"""What datums are called when they are shown."""

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
    return titles.get(datum) or _name_of_crs(datum)


@lru_cache(maxsize=256)
def _name_of_crs(datum: str) -> str:
    if not datum.startswith("EPSG:"):
        return datum.split('"')[1][:60] if datum.count('"') > 1 else datum[:60]
    try:
        name = pyproj.CRS.from_user_input(datum).name
    except CRSError:
        return datum[:60]
    return f"{name}（{datum}）"
