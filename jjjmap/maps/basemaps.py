"""Basemaps that come from a network, if the user wants one: whose they are, and where their tiles stand.

All are in Web Mercator and WGS-84 (or CGCS2000, which is the same on a map). The page knows none of the
addresses made here: it asks its own scheme, and the web room asks the servers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import asinh, pi, radians, tan
from typing import Any
from urllib.parse import quote, urlsplit

from jjjmap.i18n import Language
from jjjmap.maps.tile_addresses import parse_tile_address
from jjjmap.settings import OwnBasemap

TILES = "/tiles/"
"""Below it stand the tiles of the basemap that is online: ``<tile set>/<zoom>/<x>/<y>``."""

TILE_BOUNDS = (100.0, 25.0, 134.0, 54.0)
"""West, south, east, north in degrees: further away nobody can look, so no tile is fetched from there."""

MAX_ZOOM = 22

TIANDITU_TOKEN = "tianditu"
"""The account under which the user's token for Tianditu is kept."""

_TILE_PATH = re.compile(r"([a-z0-9-]{1,40})/([0-9]{1,2})/([0-9]{1,7})/([0-9]{1,7})")
_NAMES_FROM_ZOOM = 12.0
"""From here on the names that we draw ourselves run out."""


@dataclass(frozen=True, slots=True)
class TileSet:
    """Pictures of one look, all from one address."""

    id: str
    """A slug; part of paths and of folders of the cache."""
    template: str
    """Address with ``{z}``, ``{x}``, ``{y}`` (or ``{-y}``, from the south), perhaps ``{s}``, ``{token}``."""
    subdomains: tuple[str, ...] = ()
    """What may stand for ``{s}``."""
    max_zoom: int = 18
    """Closer tiles do not exist; the page magnifies these."""
    from_zoom: float = 0.0
    """Further out it is not shown."""

    def address(self, z: int, x: int, y: int, token: str = "") -> str:
        """Return where a tile stands. With a token it is a secret."""
        holes = {
            "z": str(z),
            "x": str(x),
            "y": str(y),
            "-y": str((1 << z) - 1 - y),
            "s": self.subdomains[(x + y) % len(self.subdomains)] if self.subdomains else "",
            "token": quote(token, safe=""),
        }
        return re.sub(r"\{(-?\w+)\}", lambda hole: holes[hole[1]], self.template)

    @property
    def host(self) -> str:
        """The host that is asked, for people; ``*`` stands for the changing part."""
        return urlsplit(self.template.replace("{s}", "*")).hostname or ""


@dataclass(frozen=True, slots=True)
class Basemap:
    """What lies under the map instead of our own ground while it is online."""

    id: str
    title_zh: str
    title_en: str
    attribution_zh: str
    attribution_en: str
    tile_sets: tuple[TileSet, ...]
    """From the bottom up."""
    token_account: str = ""
    """Under which account its token is kept; empty if it needs none."""
    connections: int = 6
    """So many requests may be under way at a time."""
    is_own: bool = False

    def title(self, language: Language) -> str:
        """Return its name in a language."""
        return self.title_zh if language is Language.ZH else self.title_en

    def attribution(self, language: Language) -> str:
        """Return whom the map must name while it is shown."""
        return self.attribution_zh if language is Language.ZH else self.attribution_en

    def hosts(self) -> tuple[str, ...]:
        """Return the hosts that are asked, for people."""
        return tuple(dict.fromkeys(tile_set.host for tile_set in self.tile_sets))


@dataclass(frozen=True, slots=True)
class Served:
    """What is fetched now: a basemap, and the token that its servers ask for."""

    basemap: Basemap
    token: str = field(default="", repr=False)
    names: bool = True
    """Whether names from the same source lie above it, where it has any."""

    @property
    def tile_sets(self) -> tuple[TileSet, ...]:
        """What of it is shown."""
        sets = self.basemap.tile_sets
        return sets if self.names else tuple(each for each in sets if not each.from_zoom)


@dataclass(frozen=True, slots=True)
class TileKey:
    """One tile."""

    tile_set: str
    z: int
    x: int
    y: int


def _tianditu(look: str, names: str, title_zh: str, title_en: str, max_zoom: int = 18) -> Basemap:
    return Basemap(
        f"tianditu-{look}",
        title_zh,
        title_en,
        "底图：天地图（国家地理信息公共服务平台）",
        "Basemap: Tianditu (National Platform for Common Geospatial Information Services)",
        (
            _tianditu_set(look, max_zoom),
            _tianditu_set(names, max_zoom, _NAMES_FROM_ZOOM),
        ),
        TIANDITU_TOKEN,
    )


def _tianditu_set(layer: str, max_zoom: int, from_zoom: float = 0.0) -> TileSet:
    # `_w` is the set in Web Mercator; the other, `_c`, is in degrees and fits no Leaflet map.
    return TileSet(
        f"tianditu-{layer}",
        f"https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
        f"&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
        "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={token}",
        tuple("01234567"),
        max_zoom,
        from_zoom,
    )


OSM = Basemap(
    "osm",
    "OpenStreetMap",
    "OpenStreetMap",
    "底图：© OpenStreetMap 贡献者（openstreetmap.org/copyright）",
    "Basemap: © OpenStreetMap contributors (openstreetmap.org/copyright)",
    (TileSet("osm", "https://tile.openstreetmap.org/{z}/{x}/{y}.png", max_zoom=19),),
    # Its servers are run on donations.
    connections=2,
)

SHIPPED_BASEMAPS: tuple[Basemap, ...] = (
    _tianditu("vec", "cva", "天地图 矢量", "Tianditu vector"),
    _tianditu("img", "cia", "天地图 影像", "Tianditu imagery"),
    _tianditu("ter", "cta", "天地图 地形", "Tianditu terrain", 14),
    OSM,
)
"""Those that the program knows. Maps in shifted coordinates are not among them: docs/decisions/0020."""


def own_basemap(own: OwnBasemap) -> Basemap:
    """Return a basemap of the user's as one like the others.

    Raises
    ------
    BasemapUnusable
        Its address is none; see `tile_addresses`.
    """
    address = parse_tile_address(own.template, plain_http=own.plain_http)
    tile_set = TileSet(own.id, address.template, address.subdomains, own.max_zoom)
    return Basemap(
        own.id,
        own.title,
        own.title,
        own.attribution,
        own.attribution,
        (tile_set,),
        own.id if "{token}" in address.template else "",
        is_own=True,
    )


def tile_at(path: str, tile_sets: Sequence[TileSet]) -> tuple[TileSet, TileKey] | None:
    """Return the tile that stands at a path; None where none does.

    Parameters
    ----------
    path
        What follows `TILES`.
    tile_sets
        Those that are online.
    """
    known = _TILE_PATH.fullmatch(path)
    if known is None:
        return None
    tile_set = next((each for each in tile_sets if each.id == known[1]), None)
    key = TileKey(known[1], *(int(number) for number in known.groups()[1:]))
    if tile_set is None or key.z > tile_set.max_zoom or path != f"{key.tile_set}/{key.z}/{key.x}/{key.y}":
        return None
    west, north = _tile_of(TILE_BOUNDS[0], TILE_BOUNDS[3], key.z)
    east, south = _tile_of(TILE_BOUNDS[2], TILE_BOUNDS[1], key.z)
    return (tile_set, key) if west <= key.x <= east and north <= key.y <= south else None


def _tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    across = 1 << z
    return int((lon + 180) / 360 * across), int((1 - asinh(tan(radians(lat))) / pi) / 2 * across)


def shown_tiles(served: Served) -> tuple[dict[str, Any], ...]:
    """Return what the page is told of the tiles, from the bottom up: paths on its own scheme."""
    return tuple(
        {
            "url": f"{TILES}{tile_set.id}/{{z}}/{{x}}/{{y}}",
            "max_zoom": tile_set.max_zoom,
            "from_zoom": tile_set.from_zoom,
            "bounds": list(TILE_BOUNDS),
        }
        for tile_set in served.tile_sets
    )
