"""The files that a map page is made of: Leaflet from its package, the rest ours; none from a network."""

import importlib.metadata
from dataclasses import dataclass
from functools import cache

from jjjmap.errors import ResourceMissing
from jjjmap.paths import RESOURCES, inside

LEAFLET_DISTRIBUTION = "XStatic-Leaflet"
_LEAFLET_FOLDER = "xstatic/pkg/leaflet/data/"

RUNTIME_SCRIPTS = (
    "symbols.js",
    "areas.js",
    "overlay.js",
    "tally.js",
    "legend.js",
    "map.js",
)
"""Our scripts that draw the map, in the order in which they run; the same in the program and in exports."""

FEATURE_SCRIPTS = ("stamps.js", "fans.js", "outlines.js", "density.js", "feature_names.js", "features.js")
"""Those that draw users' layers, after the others; a map without any does without them."""

SHEET_SCRIPTS = (
    "svg_context.js",
    "sheet_text.js",
    "sheet_legend.js",
    "sheet_map.js",
    "sheet_users.js",
    "sheet_ornaments.js",
    "sheet.js",
)
"""Those that draw the map as a sheet of paper, after all others; only the program's pages have them."""

ONLINE_SCRIPTS = ("basemap.js",)
"""Those for tiles from a network, before those that draw the map; only the program's page has them."""

LOCAL_SCRIPTS = (
    "local_arrays.js",
    "local_outlines.js",
    "local_tiles.js",
    "local_labels.js",
    "local_points.js",
    "local_columns.js",
    "local_nearness.js",
    "local_features.js",
)
"""Those that answer for users' layers inside an exported file what the program answers in the window."""

STYLESHEETS = ("map.css",)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page."""

    mimetype: str
    data: bytes


_MIMETYPES = {"js": "text/javascript", "css": "text/css", "html": "text/html", "json": "application/json"}


def mimetype_of(name: str) -> str:
    """Return the media type of a file by its ending, of a text with the charset."""
    if name.endswith(".bin"):
        return "application/octet-stream"
    return _MIMETYPES[name.rpartition(".")[2]] + "; charset=utf-8"


@cache
def leaflet_file(name: str) -> bytes:
    """Return a file of the installed Leaflet, e.g. ``leaflet.js``.

    Raises
    ------
    ResourceMissing
        The package is not installed, or has no such file.
    """
    try:
        # Looked up without importing the package, whose import chain is slow and of an old kind.
        distribution = importlib.metadata.distribution(LEAFLET_DISTRIBUTION)
        return distribution.locate_file(_LEAFLET_FOLDER + name).read_bytes()  # type: ignore[attr-defined,no-any-return]
    except (importlib.metadata.PackageNotFoundError, OSError) as exc:
        raise ResourceMissing(f"{LEAFLET_DISTRIBUTION}/{name}", str(exc)) from exc


@cache
def web_file(name: str) -> bytes:
    """Return one of our own files below ``resources/web/``."""
    try:
        return inside(RESOURCES / "web", name).read_bytes()
    except OSError as exc:
        raise ResourceMissing(f"web/{name}", exc.strerror or str(exc)) from exc
