"""Maps of the same layers as others write them, with libraries beside them so that they open offline.

What a peer would fetch from the network is pointed to a folder ``lib``: Leaflet, which the program needs
itself, and jQuery and MarkerCluster where XStatic has them installed. The rest (Bootstrap, icons) is taken
out of the page: none of it paints any data, and a page without it is done sooner.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import folium
from folium.plugins import FastMarkerCluster
from invented_firms import COLOR, NAME_COLUMN, size_of
from layers import CLUSTER, packaged

from jjjmap.layers.style import Geometry
from jjjmap.maps.assets import leaflet_file
from jjjmap.maps.snapshot import REGION_BOUNDS

LIBRARIES = "lib"
_BOX = [[REGION_BOUNDS.south, REGION_BOUNDS.west], [REGION_BOUNDS.north, REGION_BOUNDS.east]]
_FOREIGN = re.compile(
    r'<(?:script src|link rel="stylesheet" href)="(https?://[^"]+)"[^>]*?(?:></script>|/?>)'
)

Look = dict[str, Any]


@dataclass(frozen=True)
class PeerLayer:
    """A layer as all peers get it."""

    title: str
    geometry: Geometry
    frame: Any
    """Of geopandas."""
    collection: dict[str, Any]
    """The same as GeoJSON."""
    tooltip: list[str]
    look_of: Callable[[dict[str, Any]], Look]
    """The look of a GeoJSON feature, in Leaflet's words."""
    radius_px: int


@dataclass(frozen=True)
class PeerFile:
    """What a peer wrote: a page to open, and what of it came from elsewhere."""

    page: Path
    written: int
    """Bytes that the peer wrote itself, before its libraries were put beside it."""
    libraries: int
    """Bytes of the libraries that are beside it now."""
    links: int
    """Files that it would fetch from the network, or has copied from its own stock."""


def save_folium(layers: list[PeerLayer], folder: Path, *, canvas: bool = False) -> PeerFile:
    """Write with ``folium.GeoJson``, the same looks and a tooltip."""
    fmap = folium.Map(tiles=None, prefer_canvas=canvas)
    for layer in layers:
        is_point = layer.geometry is Geometry.POINT
        marker = folium.CircleMarker(radius=layer.radius_px, fill=True) if is_point else None
        folium.GeoJson(
            layer.collection,
            name=layer.title,
            style_function=layer.look_of,
            marker=marker,
            tooltip=folium.GeoJsonTooltip(layer.tooltip, labels=len(layer.tooltip) > 1),
        ).add_to(fmap)
    return _saved(fmap, folder)


def save_clusters(layers: list[PeerLayer], folder: Path) -> PeerFile:
    """Write points with ``FastMarkerCluster``: positions, and a name that a click shows."""
    fmap = folium.Map(tiles=None)
    fmap.options["maxZoom"] = 18  # The plugin asks for it; without tiles folium does not say it.
    for layer in layers:
        points = layer.frame.geometry
        rows = [
            [lat, lon, name]
            for lat, lon, name in zip(points.y, points.x, layer.frame[NAME_COLUMN], strict=True)
        ]
        callback = (
            "function(row){return L.circleMarker([row[0],row[1]],"
            f"{{radius:{layer.radius_px},color:'{COLOR}'}}).bindPopup(row[2])}}"
        )
        FastMarkerCluster(rows, callback=callback).add_to(fmap)  # type: ignore[no-untyped-call]
    return _saved(fmap, folder)


def save_explore(layers: list[PeerLayer], folder: Path) -> PeerFile:
    """Write with ``GeoDataFrame.explore``, one layer onto the other."""
    fmap = None
    for layer in layers:
        fmap = layer.frame.explore(
            m=fmap,
            tiles=None,
            name=layer.title,
            tooltip=layer.tooltip,
            marker_kwds={"radius": layer.radius_px},
            style_kwds={"style_function": layer.look_of},
        )
    return _saved(fmap, folder)


def save_qgis2web_like(layers: list[PeerLayer], folder: Path) -> PeerFile:
    """Write a folder like that of the QGIS plug-in with Leaflet.

    A page, and a script of GeoJSON text for each layer with a feature a line; each layer is an ``L.geoJson``
    in a pane of its own, drawn as SVG, with the HTML of every popup made while the page loads. Of its
    libraries only Leaflet is there: Autolinker, labels, patterns and the like would come on top.
    """
    (folder / "data").mkdir(parents=True)
    loads, draws = [], []
    for number, layer in enumerate(layers):
        name = f"layer_{number}"
        looks: dict[str, int] = {}
        lines = []
        for feature in layer.collection["features"]:
            look = looks.setdefault(json.dumps(layer.look_of(feature)), len(looks))
            # The plug-in asks the column that the layer is classified by; here it is a number.
            said = {"look": look, **feature} if look else feature
            lines.append(json.dumps(said, ensure_ascii=False))
        text = f'var json_{name} = {{"type":"FeatureCollection","name":"{name}","features":[\n'
        text += ",\n".join(lines) + "\n]}\n"
        (folder / "data" / f"{name}.js").write_text(text, encoding="utf-8")
        loads.append(f'<script src="data/{name}.js"></script>')
        told = {
            "looks": [{**json.loads(look), "radius": layer.radius_px} for look in looks],
            "fields": layer.tooltip,
        }
        draws.append(f"show(json_{name}, {json.dumps(told, ensure_ascii=False)}, 'pane_{name}');")
    page = _QGIS_PAGE.replace("LOADS", "\n".join(loads)).replace("DRAWS", "\n".join(draws))
    page = page.replace("BOX", json.dumps(_BOX))
    (folder / "index.html").write_text(page, encoding="utf-8")
    return PeerFile(folder / "index.html", size_of(folder), _put_libraries(folder), _QGIS_LIBRARIES)


_QGIS_LIBRARIES = 12
"""Scripts and style sheets that the plug-in copies beside its page."""

_QGIS_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<link rel="stylesheet" href="lib/leaflet.css">
<style>html, body, #map { width: 100%; height: 100%; padding: 0; margin: 0; }</style>
</head>
<body>
<div id="map"></div>
<script src="lib/leaflet.js"></script>
LOADS
<script>
var map = L.map("map", { zoomControl: true, maxZoom: 28, minZoom: 1 }).fitBounds(BOX);
function show(collection, told, pane) {
  map.createPane(pane);
  function look(feature) {
    return Object.assign({ pane: pane, interactive: true, opacity: 1 }, told.looks[feature.look || 0]);
  }
  L.geoJson(collection, {
    interactive: true,
    pane: pane,
    style: look,
    pointToLayer: function (feature, position) { return L.circleMarker(position, look(feature)); },
    onEachFeature: function (feature, layer) {
      var rows = told.fields.map(function (field) {
        var value = feature.properties[field];
        return "<tr><th>" + field + "</th><td>" + (value === null ? "" : String(value)) + "</td></tr>";
      });
      layer.bindPopup("<table>" + rows.join("") + "</table>", { maxHeight: 400 });
    },
  }).addTo(map);
}
DRAWS
</script>
</body>
</html>
"""


def _saved(fmap: Any, folder: Path) -> PeerFile:
    """Save a map of folium, count it, and point it to libraries beside it."""
    fmap.fit_bounds(_BOX)
    page = folder / "map.html"
    fmap.save(page)
    written = page.stat().st_size
    text = page.read_text(encoding="utf-8")
    links = 0

    def local(found: re.Match[str]) -> str:
        nonlocal links
        links += 1
        name = _LOCAL_NAMES.get(found[1].rpartition("/")[2], "")
        if not name:
            return ""
        if name.endswith(".js"):
            return f'<script src="{LIBRARIES}/{name}"></script>'
        return f'<link rel="stylesheet" href="{LIBRARIES}/{name}">'

    head, body, rest = text.partition("</head>")
    page.write_text(_FOREIGN.sub(local, head) + body + rest, encoding="utf-8")
    return PeerFile(page, written, _put_libraries(folder), links)


_LOCAL_NAMES = {
    "leaflet.js": "leaflet.js",
    "leaflet.css": "leaflet.css",
    "jquery-3.7.1.min.js": "jquery.js",
    "leaflet.markercluster.js": "cluster.js",
    "MarkerCluster.css": "cluster.css",
    "MarkerCluster.Default.css": "cluster-default.css",
}
"""What a library is called here by the end of its address."""


def _put_libraries(folder: Path) -> int:
    """Write the libraries that are installed beside a page; return their bytes."""
    (folder / LIBRARIES).mkdir()
    cluster_styles = "leaflet_markercluster/data/MarkerCluster{}.css"
    for name, data in {
        "leaflet.js": leaflet_file("leaflet.js"),
        "leaflet.css": leaflet_file("leaflet.css"),
        "jquery.js": packaged("XStatic-jQuery", "jquery/data/jquery.min.js"),
        "cluster.js": packaged(*CLUSTER),
        "cluster.css": packaged(CLUSTER[0], cluster_styles.format("")),
        "cluster-default.css": packaged(CLUSTER[0], cluster_styles.format(".Default")),
    }.items():
        (folder / LIBRARIES / name).write_bytes(data)
    return size_of(folder / LIBRARIES)
