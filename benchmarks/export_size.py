"""Size of an exported map against what folium saves for the same layers, libraries aside.

folium gets the same visible layers with the same looks and a tooltip with the same names
(``folium.GeoJson`` with `GeoJsonTooltip`); it gets no details, policy texts, figures or sources, so it
carries less than our file does in the end. In folium's file libraries are links; in ours they are inside and
are taken off: Leaflet alone, as the target has it, and together with our own scripts and style sheets.

    python benchmarks/export_size.py
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import folium

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.page.html import map_html, read_shipped
from jjjmap.export.page.html_page import page_scripts, page_styles
from jjjmap.i18n import Language
from jjjmap.layers.layer import LayerView, first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.style import Geometry
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.paths import RESOURCES

TARGET = 5.0


def folium_layer(view: LayerView) -> folium.GeoJson | None:
    """Return the layer as a user of folium would write it, or None if it is empty."""
    layer = view.layer
    collection = json.loads(read_shipped(layer))
    if not collection["features"]:
        return None

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        value = str(feature["properties"].get(layer.style.attribute, "*")) if layer.style.attribute else "*"
        look = layer.style.class_for(value)
        return {
            "color": look.stroke,
            "weight": look.width_px,
            "fillColor": look.fill,
            "fillOpacity": look.fill_opacity * view.opacity if look.fill else 0,
        }

    marker = folium.CircleMarker(radius=5) if layer.geometry is Geometry.POINT else None
    return folium.GeoJson(
        collection,
        name=layer.title_zh,
        style_function=style,
        marker=marker,
        tooltip=folium.GeoJsonTooltip(["name_zh"], labels=False),
    )


def folium_bytes(snapshot: MapSnapshot, folder: Path) -> int:
    """Save the visible layers with folium and return the size of the file."""
    fmap = folium.Map(location=(39.3, 116.6), zoom_start=7, tiles=None, prefer_canvas=True)
    for view in snapshot.layers:
        layer = folium_layer(view) if view.visible else None
        if layer is not None:
            layer.add_to(fmap)
    folium.LayerControl().add_to(fmap)
    path = folder / "folium.html"
    fmap.save(path)
    return path.stat().st_size


def main() -> None:
    """Print the sizes and their ratio; the exit code tells whether the target is met."""
    catalogue, _findings = load_catalogue(RESOURCES)
    snapshot = MapSnapshot(first_view(SHIPPED_LAYERS), Language.ZH)
    leaflet = len(page_scripts()[0].encode()) + len(page_styles()[0].encode())
    scripts = sum(len(text.encode()) for text in (*page_scripts(), *page_styles())) - leaflet
    whole = len(map_html(snapshot, catalogue).encode())
    bare = len(map_html(snapshot, Catalogue()).encode())
    with tempfile.TemporaryDirectory() as folder:
        theirs = folium_bytes(snapshot, Path(folder))
    print(f"{'folium: layers with names, libraries linked':<62} {theirs:>10,} bytes")
    for what, size in (
        ("ours: layers with names, without Leaflet", bare - leaflet),
        ("ours: layers with names, without Leaflet and our scripts", bare - leaflet - scripts),
        ("ours: with all details, without Leaflet", whole - leaflet),
        ("ours: with all details, without Leaflet and our scripts", whole - leaflet - scripts),
        ("ours: the whole file", whole),
    ):
        print(f"{what:<62} {size:>10,} bytes {theirs / size:5.1f} x smaller")
    if theirs / (bare - leaflet) < TARGET:
        raise SystemExit(f"target missed: {TARGET} x smaller with the same content, libraries aside")


if __name__ == "__main__":
    main()
