"""Plane coordinates of China: Gauss-Krüger zones, UTM, Web Mercator, told apart by how large numbers are."""

import re
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from jjjmap.i18n import _

FloatArray = npt.NDArray[np.float64]

WEB_MERCATOR = "EPSG:3857"

_NORTHING_M = (1.9e6, 6.1e6)
"""What is north of the equator by so many metres lies in China."""
_EASTING_M = (1.0e5, 9.0e5)
_MERIDIANS = range(108, 127, 3)
"""Central meridians that are tried where the numbers carry no zone: those of the region and beside it."""
_MIDDLE = 117


class Family(StrEnum):
    """A system of plane coordinates; the value is its name in English."""

    CGCS2000 = "CGCS2000"
    XIAN80 = "Xian 1980"
    BEIJING54 = "Beijing 1954"
    UTM = "UTM"
    MERCATOR = "Web Mercator"


@dataclass(frozen=True, slots=True)
class _Codes:
    """First EPSG codes of a family's four rows of zones."""

    wide_with_zone: int
    """6° zones 13 to 23, number of the zone before the easting."""
    wide: int
    """6° zones with central meridians 75°E to 135°E."""
    narrow_with_zone: int
    """3° zones 25 to 45."""
    narrow: int
    """3° zones with central meridians 75°E to 135°E."""


_EPSG = {
    Family.CGCS2000: _Codes(4491, 4502, 4513, 4534),
    Family.XIAN80: _Codes(2327, 2338, 2349, 2370),
    Family.BEIJING54: _Codes(21413, 21453, 2401, 2422),
}
_SHARES = {Family.CGCS2000: 0.8, Family.XIAN80: 0.12, Family.BEIJING54: 0.08}
"""How likely each is where nothing is said: CGCS2000 has been the national system since 2008."""

_SAYS = {
    Family.CGCS2000: re.compile(r"cgcs|国家2000|大地2000|2000国家", re.IGNORECASE),
    Family.XIAN80: re.compile(r"(西安|xi'?an)[ _-]?(19)?80|(?<!\d)(19)?80(坐标|系|西安)", re.IGNORECASE),
    Family.BEIJING54: re.compile(r"(北京|beijing|bj)[ _-]?(19)?54|(?<!\d)(19)?54(坐标|系)", re.IGNORECASE),
    Family.UTM: re.compile(r"utm", re.IGNORECASE),
    Family.MERCATOR: re.compile(r"3857|mercator|墨卡托", re.IGNORECASE),
}

_SAYS_MERIDIAN = re.compile(
    r"(?<!\d)(\d{3})(?:度|°|E(?![A-Za-z]))|(?:中央经线|中央子午线|CM|L0)[ _-]?(\d{3})(?!\d)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Projection:
    """A projected CRS that numbers may be in."""

    datum: str
    """``EPSG:<code>``."""
    family: Family
    meridian: int
    """Of the zone, in degrees east; 0 for Web Mercator."""
    zone: int
    """That the easting begins with; 0 if none."""
    prior: float

    def times_named_by(self, text: str) -> int:
        """Return how often a name speaks for this one: by its system, by its central meridian, by both."""
        meridian = None if self.zone else _SAYS_MERIDIAN.search(text[:200])
        by_meridian = meridian is not None and int(meridian[1] or meridian[2]) == self.meridian
        return int(_SAYS[self.family].search(text) is not None) + int(by_meridian)

    def reason(self) -> str:
        """Return one sentence: what the numbers show."""
        if self.family is Family.MERCATOR:
            return _("数值的大小是网络墨卡托的米数。")
        if self.family is Family.UTM:
            return _("数值可能是 UTM 的米数，中央经线 {meridian}°。").format(meridian=self.meridian)
        if self.zone:
            told = _("横坐标以带号 {zone} 开头，中央经线 {meridian}°；按 {system} 坐标系理解。")
        else:
            told = _(
                "数值是不带带号的高斯-克吕格米数；按 {system}、中央经线 {meridian}° 理解，二者都是推测。"
            )
        return told.format(zone=self.zone, meridian=self.meridian, system=self._system())

    def _system(self) -> str:
        names = {Family.XIAN80: _("1980 西安"), Family.BEIJING54: _("1954 北京")}
        return names.get(self.family, self.family.value)


def projections_for(east: FloatArray, north: FloatArray) -> tuple[Projection, ...]:
    """Return the projected CRSs whose numbers look like n eastings and northings, in metres."""
    if _share(north, *_NORTHING_M) < 0.5:
        return ()
    if _share(east, *_EASTING_M) >= 0.5:
        return tuple(_without_zone())
    zones, counts = np.unique(np.floor(east / 1e6).astype(np.int64), return_counts=True)
    zone = int(zones[np.argmax(counts)])
    if (_share(east - zone * 1e6, *_EASTING_M) >= 0.5) and (13 <= zone <= 23 or 25 <= zone <= 45):
        found = tuple(_with_zone(zone))
        # 13 is a zone of its own and the first figures of a Mercator easting at 117°E.
        return (*found, _mercator()) if zone in (12, 13) else found
    return (_mercator(),) if _share(east, 8.0e6, 1.51e7) >= 0.5 else ()


def _share(values: FloatArray, low: float, high: float) -> float:
    return float(np.mean((values >= low) & (values <= high)))


def _mercator() -> Projection:
    return Projection(WEB_MERCATOR, Family.MERCATOR, 0, 0, 0.9)


def _with_zone(zone: int) -> list[Projection]:
    narrow = zone >= 25
    meridian = zone * 3 if narrow else zone * 6 - 3
    return [
        Projection(
            f"EPSG:{codes.narrow_with_zone + zone - 25 if narrow else codes.wide_with_zone + zone - 13}",
            family,
            meridian,
            zone,
            _SHARES[family],
        )
        for family, codes in _EPSG.items()
    ]


def _without_zone() -> list[Projection]:
    """3° and 6° zones of one meridian are the same projection where no zone is before the easting."""
    found = []
    for meridian in _MERIDIANS:
        near = 1.0 / (1.0 + abs(meridian - _MIDDLE) / 3.0)
        for family, codes in _EPSG.items():
            code = codes.narrow + (meridian - 75) // 3
            found.append(Projection(f"EPSG:{code}", family, meridian, 0, 0.3 * near * _SHARES[family]))
    for zone in (49, 50, 51):
        found.append(Projection(f"EPSG:{32600 + zone}", Family.UTM, zone * 6 - 183, 0, 0.02))
    return found
