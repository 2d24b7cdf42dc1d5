"""What the scheme serves: a closed table from path to type and bytes. Paths are looked up, never joined."""

import json
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from jjjmap.errors import PageMissing
from jjjmap.layers.layer import Layer
from jjjmap.maps.assets import (
    FEATURE_SCRIPTS,
    ONLINE_SCRIPTS,
    RUNTIME_SCRIPTS,
    SHEET_SCRIPTS,
    STYLESHEETS,
    Asset,
    leaflet_file,
    mimetype_of,
    web_file,
)
from jjjmap.maps.config import layer_url
from jjjmap.maps.map_page import MapPage
from jjjmap.maps.page_cache import built_page

INDEX = "/index.html"

PAGE_POLICY = (
    "default-src 'none'; script-src jjjmap:; style-src jjjmap: 'unsafe-inline'; img-src jjjmap: data: blob:; "
    "connect-src jjjmap:; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'"
)
"""The Content-Security-Policy of every answer, and of the page as ``<meta>`` too: the browser of PyQt5
takes no headers from us. Leaflet sets style attributes, hence 'unsafe-inline' there."""

QWEBCHANNEL = "/qwebchannel.js"
"""Qt's side of the channel; the web room reads it from Qt's own resources."""


PAGE_SCRIPTS = (*ONLINE_SCRIPTS, *RUNTIME_SCRIPTS, *FEATURE_SCRIPTS, *SHEET_SCRIPTS, "channel.js")
"""Our scripts on the program's page, in the order in which they run."""

FEATURES = "/features/"
"""Below it stand the users' layers; see `maps.drawing.drawn_layer`."""

_FEATURES_PATH = re.compile(
    r"(user-[0-9a-f]{8}/[0-9]{1,9}/"
    r"(?:about\.json|points\.bin|rows\.bin|hex/[0-9]{1,2}\.bin"
    r"|patches/[0-9]{1,5}(?:/-?[0-9]{1,10}){2}(?:/[0-9]{1,5}){2}\.bin"
    r"|tiles/[0-9]{1,5}/[0-9]{1,7}/[0-9]{1,7}\.bin|labels/[0-9]{1,2}/[0-9]{1,7}/[0-9]{1,7}\.json))"
)


def _no_features(path: str) -> bytes:
    raise PageMissing(FEATURES + path)


class PageTable:
    """The pages of one map.

    Parameters
    ----------
    layers
        Every layer that may be asked for.
    read_layer
        Returns the GeoJSON of a layer as bytes; called when the page asks.
    read_config
        Returns the configuration of the moment; called whenever the page is (re)loaded.
    qwebchannel
        The text of Qt's ``qwebchannel.js``.
    cache
        Folder that keeps the page built by folium; see `page_cache`.
    features
        Returns what stands at ``<layer id>/<revision>/…`` below `FEATURES`; may raise `PageMissing`. Called
        from several threads at once. Only paths of a known form come to it.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        read_layer: Callable[[Layer], bytes],
        read_config: Callable[[], dict[str, Any]],
        qwebchannel: bytes,
        cache: Path,
        features: Callable[[str], bytes] = _no_features,
    ) -> None:
        self._cache = cache
        self._features = features
        self._table: dict[str, Callable[[], bytes]] = {
            INDEX: self._index,
            "/start.js": lambda: self._page.script.encode(),
            "/config.json": lambda: json.dumps(read_config()).encode("ascii"),
            "/leaflet.js": lambda: leaflet_file("leaflet.js"),
            "/leaflet.css": lambda: leaflet_file("leaflet.css"),
            QWEBCHANNEL: lambda: qwebchannel,
        }
        for name in (*PAGE_SCRIPTS, *STYLESHEETS):
            self._table[f"/{name}"] = lambda name=name: web_file(name)  # type: ignore[misc]
        for layer in layers:
            self._table[layer_url(layer.id)] = lambda layer=layer: read_layer(layer)  # type: ignore[misc]

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that is answered, those of users' features aside."""
        return tuple(self._table)

    @staticmethod
    def is_slow(path: str) -> bool:
        """Whether `page_for` may reckon for a while, and may be called in another thread."""
        return path.startswith(FEATURES)

    def page_for(self, path: str) -> Asset:
        """Return what stands at a path.

        Raises
        ------
        PageMissing
            Nothing does.
        """
        if path.startswith(FEATURES):
            known = _FEATURES_PATH.fullmatch(path, len(FEATURES))
            if known is None:
                raise PageMissing(path)
            return Asset(mimetype_of(path), self._features(known[1]))
        read = self._table.get(path)
        if read is None:
            raise PageMissing(path)
        name = path.removesuffix(".geojson") + ".json" if path.endswith(".geojson") else path
        return Asset(mimetype_of(name), read())

    @cached_property
    def _page(self) -> MapPage:
        scripts = (
            "/leaflet.js",
            QWEBCHANNEL,
            *(f"/{name}" for name in PAGE_SCRIPTS),
        )
        styles = ("/leaflet.css", *(f"/{name}" for name in STYLESHEETS))
        return built_page(self._cache, starter="jjjmap.connect", scripts=scripts, styles=styles)

    def _index(self) -> bytes:
        page = self._page
        return (
            f'<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="{PAGE_POLICY}">'
            f"<title>jjjmap</title>{page.head}</head>"
            f'<body>{page.body}<script src="/start.js"></script></body></html>'
        ).encode()
