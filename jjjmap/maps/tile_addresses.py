"""Addresses of map tiles as people have them: XYZ, WMTS with a path or a query; checked, and told apart."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from jjjmap.errors import BasemapUnusable

MAX_ADDRESS_CHARS = 2000
MAX_TOKEN_CHARS = 500

SHIFTED_HOSTS = (
    "amap.com",
    "autonavi.com",
    "baidu.com",
    "bdimg.com",
    "bdstatic.com",
    "gtimg.com",
    "map.qq.com",
    "google.cn",
)
"""Their tiles are in coordinates that are shifted by some hundred metres (GCJ-02, BD-09)."""

_TOKEN_NAMES = frozenset(
    {
        *("tk", "ak", "key", "token", "apikey", "api_key", "api-key", "appkey", "app_key", "map_key"),
        *("authkey", "auth_key", "accesstoken", "access_token", "access-token", "api_token", "app_code"),
        *("subscription-key", "subscription_key", "secret", "password"),
    }
)
_HOLE = re.compile(r"\{([^{}]*)\}")
_MEANS = {
    "z": "z",
    "x": "x",
    "y": "y",
    "-y": "-y",
    "s": "s",
    "token": "token",
    "tilematrix": "z",
    "tilerow": "y",
    "tilecol": "x",
    "level": "z",
    "row": "y",
    "col": "x",
}
_WMTS_NUMBERS = {"tilematrix": "z", "tilerow": "y", "tilecol": "x"}
_DEFAULT_SUBDOMAINS = ("a", "b", "c")
_RANGE = re.compile(r"\{s:([A-Za-z0-9]{1,12}(?:,[A-Za-z0-9]{1,12}){0,15})\}")


@dataclass(frozen=True, slots=True)
class TileAddress:
    """An address that can be asked for tiles."""

    template: str
    """With ``{z}``, ``{x}``, ``{y}`` or ``{-y}``; perhaps ``{s}`` and ``{token}``; no secret in it."""
    subdomains: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    """What stood in the address where a secret belongs."""

    @property
    def text(self) -> str:
        """The address as it is written down, and read again by `parse_tile_address`; no secret in it."""
        return self.template.replace("{s}", f"{{s:{','.join(self.subdomains)}}}")

    @property
    def id(self) -> str:
        """A slug that is another one for another address."""
        return "own-" + hashlib.sha256(self.text.encode()).hexdigest()[:8]

    @property
    def is_plain_http(self) -> bool:
        """Whether anybody on the way may read and change what is sent."""
        return self.template.startswith("http:")


def parse_tile_address(text: str, *, plain_http: bool = False) -> TileAddress:
    """Return what a text says about where tiles stand.

    Parameters
    ----------
    text
        An address with holes for zoom, column and row; or that of a single WMTS tile.
    plain_http
        Whether the user accepts an address without encryption; this computer needs no such word.

    Raises
    ------
    BasemapUnusable
        ``bad-address``, ``no-holes``, ``unknown-hole``, ``description``, ``plain-http``, ``with-password``,
        ``shifted``, ``degrees``, ``bad-token``: see `basemap_reasons`.
    """
    text = text.strip()
    if (
        not text
        or len(text) > MAX_ADDRESS_CHARS
        or any(each.isspace() or not each.isprintable() for each in text)
    ):
        raise BasemapUnusable("bad-address")
    # Copied out of a page or an XML file; otherwise the names behind it would be other ones.
    text, subdomains = _subdomains_taken(text.replace("&amp;", "&"))
    text, token = _token_taken(_wmts_opened(text))
    template = _HOLE.sub(_known_hole, text)
    parts = _checked_parts(template, subdomains)
    _refuse_strange_maps(template, _hosts(template, subdomains))
    holes = set(_HOLE.findall(template))
    if not {"z", "x"} <= holes or not holes & {"y", "-y"}:
        raise BasemapUnusable("no-holes")
    if "token" in _HOLE.findall(parts.netloc) or {"z", "x", "y", "-y"} & set(_HOLE.findall(parts.netloc)):
        raise BasemapUnusable("bad-address")
    if parts.scheme == "http" and not plain_http:
        for host in _hosts(template, subdomains):
            if not is_loopback(host):
                raise BasemapUnusable("plain-http", host)
    return TileAddress(template, subdomains if "s" in holes else (), checked_token(token) if token else "")


def checked_token(token: str) -> str:
    """Return a token without the blanks that come along when it is pasted.

    Raises
    ------
    BasemapUnusable
        ``bad-token``: it cannot be one.
    """
    token = token.strip()
    if (
        not token
        or len(token) > MAX_TOKEN_CHARS
        or not token.isascii()
        or not token.isprintable()
        or " " in token
    ):
        raise BasemapUnusable("bad-token")
    return token


def is_loopback(host: str) -> bool:
    """Whether a host is this computer itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _subdomains_taken(text: str) -> tuple[str, tuple[str, ...]]:
    """Read ``{s:a,b,c}``; a plain ``{s}`` stands for a, b and c."""
    said = _RANGE.search(text)
    if said is None:
        return text, _DEFAULT_SUBDOMAINS
    return text.replace(said[0], "{s}"), tuple(said[1].split(","))


def _wmts_opened(text: str) -> str:
    """Turn the numbers of a single WMTS tile into holes."""
    head, mark, query = text.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&")] if mark else []
    names = {name.lower(): value for name, _equals, value in pairs}
    request = names.get("request", "").lower()
    if request == "getcapabilities" or head.lower().endswith("wmtscapabilities.xml"):
        raise BasemapUnusable("description")
    if request != "gettile":
        return text
    opened = []
    for name, equals, value in pairs:
        hole = _WMTS_NUMBERS.get(name.lower())
        # GeoServer writes the set before the zoom: EPSG:900913:7.
        if hole is not None and re.fullmatch(r"(?:.*(?::|%3A))?\d+", value, re.IGNORECASE):
            value = re.sub(r"\d+$", f"{{{hole}}}", value)
        opened.append(f"{name}{equals}{value}")
    return f"{head}?{'&'.join(opened)}"


def _token_taken(text: str) -> tuple[str, str]:
    """Take a secret out of the query and leave a hole, so that it is written nowhere."""
    head, mark, query = text.partition("?")
    if not mark:
        return text, ""
    token, kept = "", []
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if unquote(name).lower() in _TOKEN_NAMES and value:
            if not _HOLE.fullmatch(value):
                if token:
                    raise BasemapUnusable("bad-token")
                token = unquote(value)
            pair = f"{name}{equals}{{token}}"
        kept.append(pair)
    return f"{head}?{'&'.join(kept)}", token


def _known_hole(hole: re.Match[str]) -> str:
    name = hole[1].lower()
    if name == "r":  # Tiles of twice the size would cost their server four times as much.
        return ""
    if name not in _MEANS:
        raise BasemapUnusable("unknown-hole", hole[0])
    return "{" + _MEANS[name] + "}"


def _checked_parts(template: str, subdomains: tuple[str, ...]) -> SplitResult:
    try:
        parts, *others = (urlsplit(template.replace("{s}", each)) for each in subdomains)
        host, _ports = parts.hostname, [each.port for each in (parts, *others)]
    except ValueError as exc:
        raise BasemapUnusable("bad-address") from exc
    # The file side of things has its own way in: "打开数据".
    if parts.scheme not in ("http", "https") or not host or parts.fragment or "\\" in template:
        raise BasemapUnusable("bad-address")
    if parts.username is not None or parts.password is not None:
        raise BasemapUnusable("with-password")
    return parts


def _hosts(template: str, subdomains: tuple[str, ...]) -> tuple[str, ...]:
    """Return every host that may be asked, each once."""
    found = (urlsplit(template.replace("{s}", each)).hostname or "" for each in subdomains)
    return tuple(dict.fromkeys(found))


def _refuse_strange_maps(template: str, hosts: tuple[str, ...]) -> None:
    for host in (each.rstrip(".") for each in hosts):
        if any(host == each or host.endswith("." + each) for each in SHIFTED_HOSTS):
            raise BasemapUnusable("shifted", host)
    is_degrees = re.search(
        r"_c/wmts|tilematrixset=(?:c|epsg(?::|%3a)+(?:4326|4490))(?:&|$)", template, re.IGNORECASE
    )
    if is_degrees:
        raise BasemapUnusable("degrees")
