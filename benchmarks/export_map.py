"""Exported maps against those of folium, geopandas and qgis2web: size, time to paint, answer to a click.

    .venv/bin/python benchmarks/export_map.py [--cases region,10000,100000] [--methods "A;B"] [--repeats N]
        [--limit SECONDS] [--minutes WHOLE] [--json] [--pictures FOLDER]

For each case all write the same layers with the same looks, names and columns: the layers that the program
ships and shows at first start, or so many invented firms with 8 columns. (`FastMarkerCluster` takes positions
and a name only, and draws circles with numbers.) ``jjjmap`` has the same layers and nothing else; ``jjjmap,
everything`` has what a user gets: the details, policy texts, figures, sources and search of all places, and
below firms the layers of the region. Files are opened from disk in Chromium, headless and without a network,
each time in a fresh browser; of several times the soonest counts.

- ``save``: the call that writes the file, data in memory.
- ``file``: bytes that were written. Ours holds Leaflet and our scripts; ``no libs`` is without them. Those of
  the others are linked (``links``: files that it asks the network for, or copies from its stock); here they
  lie beside the page as far as they are installed, and are counted in neither.
- ``first``: from the start of the navigation to the first picture that shows data. ``all``: to the last that
  differs from the one before; ours says too that it is open. Pictures come every ``step`` seconds.
- ``click``: from the release of the button to the frame that shows the details, for those who have details.

Ratios are to ``jjjmap``: above 1 it is smaller or sooner. What is not done within the limit is said, and its
ratio is at least that of the limit; so is what the time of the whole does not suffice for. Times mean little
while anything else runs on the machine: its load is printed first and last.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chromium_paint import Chromium, PageHung, chromium, shows_anything, shows_red
from invented_firms import (
    COLOR,
    LAYER_ID,
    NAME_COLUMN,
    RADIUS_PX,
    firms_frame,
    firms_rows,
    firms_table,
    firms_view,
)
from layers import missing_for
from page_timing import percentile_95
from peer_maps import PeerFile, PeerLayer, save_clusters, save_explore, save_folium, save_qgis2web_like

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.page.html import read_shipped, save_map_html
from jjjmap.export.page.html_page import page_scripts, page_styles
from jjjmap.i18n import Language
from jjjmap.layers.layer import LayerView, first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.style import Geometry
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.paths import RESOURCES

REGION = "region"
CASES = (REGION, "10000", "100000")
OURS, OURS_WHOLE, QGIS, CLUSTERS = "jjjmap", "jjjmap, everything", "qgis2web-like", "FastMarkerCluster"
SAVERS: dict[str, Callable[[list[PeerLayer], Path], PeerFile]] = {
    "folium.Map.save": save_folium,
    "folium.Map.save, canvas": lambda layers, folder: save_folium(layers, folder, canvas=True),
    CLUSTERS: save_clusters,
    "geopandas.explore": save_explore,
    QGIS: save_qgis2web_like,
}
METHODS = (OURS, OURS_WHOLE, *SAVERS)
CLICKS = 20
PEER_CLICKS = 5
"""Fewer: after each move of the map they are busy for seconds."""
ZOOM = 14

_IS_OPEN = "document.body.classList.contains('is-open')"
_NAMED = ".panel .heading h2, .panel .several li"


def region_layers() -> list[PeerLayer]:
    """Return the layers that are shown at first start, from the bottom up, without empty ones."""
    import geopandas

    found = []
    for view in (each for each in first_view(SHIPPED_LAYERS) if each.visible):
        collection = json.loads(read_shipped(view.layer))
        if not collection["features"]:
            continue
        frame = geopandas.GeoDataFrame.from_features(collection["features"], crs=4326)
        geometry = view.layer.geometry or Geometry.POINT
        title, look = view.layer.title_zh, _look_of(view)
        found.append(PeerLayer(title, geometry, frame, collection, ["name_zh"], look, 5))
    return found


def _look_of(view: LayerView) -> Callable[[dict[str, Any]], dict[str, Any]]:
    style = view.layer.style

    def look(feature: dict[str, Any]) -> dict[str, Any]:
        value = str(feature["properties"].get(style.attribute, "*")) if style.attribute else "*"
        symbol = style.class_for(value)
        return {
            "color": symbol.stroke or symbol.fill,
            "weight": symbol.width_px,
            "fillColor": symbol.fill,
            "fillOpacity": symbol.fill_opacity * view.opacity if symbol.fill else 0,
        }

    return look


def firm_layers(count: int) -> list[PeerLayer]:
    """Return invented firms as the one layer of a map."""
    frame = firms_frame(firms_table(count))
    names = [name for name in frame.columns if name != "geometry"]
    rows = frame[names].to_dict("records")
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": row,
                "geometry": {"type": "Point", "coordinates": [point.x, point.y]},
            }
            for row, point in zip(rows, frame.geometry, strict=True)
        ],
    }
    look = {"color": COLOR, "weight": 1, "fillColor": COLOR, "fillOpacity": 0.8}
    return [PeerLayer("企业", Geometry.POINT, frame, collection, names, lambda feature: look, RADIUS_PX)]


def make(case: str, method: str, folder: Path) -> dict[str, Any]:
    """Write one map in this process; say how long it took and how large it is."""
    if method in SAVERS:
        layers = region_layers() if case == REGION else firm_layers(int(case))
        started = time.perf_counter()
        made = SAVERS[method](layers, folder)
        seconds = time.perf_counter() - started
        return {
            "save_s": seconds,
            "page": str(made.page),
            "file_bytes": made.written,
            "bare_bytes": made.written,
            "links": made.links,
        }
    is_whole = method == OURS_WHOLE
    catalogue = load_catalogue(RESOURCES)[0] if is_whole else Catalogue()
    views = first_view(SHIPPED_LAYERS)
    if case == REGION:
        snapshot = MapSnapshot(views, Language.ZH)
    else:
        rows = firms_rows(firms_table(int(case)))
        below = views if is_whole else ()
        snapshot = MapSnapshot((*below, firms_view(rows)), Language.ZH, rows_of=lambda layer_id: rows)
    page = folder / "map.html"
    started = time.perf_counter()
    save_map_html(page, snapshot, catalogue)
    seconds = time.perf_counter() - started
    inside = (*page_scripts(case != REGION), *page_styles())
    size = page.stat().st_size
    libraries = sum(len(text.encode()) for text in inside)
    return {
        "save_s": seconds,
        "page": str(page),
        "file_bytes": size,
        "bare_bytes": size - libraries,
        "links": 0,
    }


def made_apart(case: str, method: str, folder: Path, limit_s: float) -> dict[str, Any]:
    """Write one map in a process of its own; what goes wrong there is said."""
    command = [sys.executable, __file__, "--make", case, method, str(folder)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired:
        return {"over": f"not written within {limit_s:g} s"}
    lines = [line for line in ended.stdout.splitlines() if line.startswith("{")]
    if ended.returncode or not lines:
        last = next((line for line in reversed(ended.stderr.splitlines()) if line.strip()), "")
        return {"over": f"ended with {ended.returncode}: {last[:120]}"}
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def click_targets(case: str, count: int) -> list[tuple[float, float, str]]:
    """Return features to click, spread over all: position and name."""
    if case == REGION:
        (platforms,) = (layer for layer in SHIPPED_LAYERS if layer.id == "platforms")
        features = json.loads(read_shipped(platforms))["features"]
        rows = [(*each["geometry"]["coordinates"][:2], each["properties"]["name_zh"]) for each in features]
    else:
        table = firms_table(int(case))
        assert table.lon is not None and table.lat is not None
        names = table.attributes.column(NAME_COLUMN).to_pylist()
        rows = list(zip(table.lon.tolist(), table.lat.tolist(), names, strict=True))
    step = max(1, len(rows) // count)
    return rows[::step][:count]


def click(browser: Chromium, case: str, method: str) -> dict[str, Any]:
    """Click features of a page that is open; nothing for those without details."""
    if method == QGIS:
        how = {"fmap": "map", "settled": "true", "answer": ".leaflet-popup-content"}
        targets = click_targets(case, PEER_CLICKS)
    elif method in SAVERS or (method == OURS and case == REGION):
        return {}  # No details: names alone, shown as the mouse passes.
    else:
        painted = f"jjjmap.page.layers.get('{LAYER_ID}').drawing.isPainted()"
        how = {
            "fmap": "jjjmap.page.map",
            "settled": "true" if case == REGION else painted,
            "answer": _NAMED,
        }
        targets = click_targets(case, CLICKS)
    try:
        times = browser.clicks(targets, **how, zoom=ZOOM)
    except PageHung:
        return {"clicks": "not within the limit"}
    said: dict[str, Any] = {"clicks_answered": f"{len(times)}/{len(targets)}"}
    if times:
        said |= {"click_median_ms": statistics.median(times), "click_p95_ms": percentile_95(times)}
    return said


def opened(
    case: str, method: str, page: Path, limit_s: float, repeats: int, keep: Path | None
) -> dict[str, Any]:
    """Open a map in a fresh browser, several times; the soonest, and the clicks of the last."""
    is_data = shows_anything if case == REGION or method == CLUSTERS else shows_red
    is_open = "true" if method in SAVERS else _IS_OPEN
    seen: list[dict[str, Any]] = []
    said: dict[str, Any] = {}
    for number in range(repeats):
        with chromium(limit_s) as browser:
            painted = browser.open(page, is_data, is_open, keep)
            seen.append(asdict(painted))
            if painted.first_s is None:
                said["over"] = f"nothing painted within {limit_s:g} s"
                break
            if painted.all_s is None:
                said["over"] = f"not done within {limit_s:g} s"
                break
            if number == repeats - 1:
                said |= click(browser, case, method)
    for name in ("first_s", "all_s", "picture_s"):
        values = [each[name] for each in seen if each[name] is not None]
        if len(values) == len(seen):
            said[name] = min(values)
    return said


def row_of(case: str, method: str, limit_s: float, repeats: int, pictures: Path | None) -> dict[str, Any]:
    """Measure one map."""
    with tempfile.TemporaryDirectory() as folder:
        found = made_apart(case, method, Path(folder), limit_s)
        if "over" not in found:
            page = Path(found.pop("page"))
            keep = None
            if pictures is not None:
                name = "".join(letter if letter.isalnum() else "-" for letter in f"{case} {method}")
                keep = pictures / f"{name}.png"
            found |= opened(case, method, page, limit_s, repeats, keep)
    return {"case": case, "method": method, **found}


def print_row(found: dict[str, Any], ours: dict[str, Any], limit_s: float) -> None:
    """Print a line of the table, with ratios to ours."""

    def number(name: str, form: str) -> str:
        return format(found[name], form) if name in found else "–"

    def ratio(name: str) -> str:
        if name not in ours or found is ours:
            return ""
        if name in found:
            return f"{found[name] / ours[name]:.1f}x"
        # What was not painted in time took at least the limit.
        is_late = name in ("first_s", "all_s") and "file_bytes" in found
        return f">{limit_s / ours[name]:.0f}x" if is_late else ""

    click = ""
    if "click_p95_ms" in found:
        click = f"{found['click_median_ms']:.0f}/{found['click_p95_ms']:.0f} ms of {found['clicks_answered']}"
    print(
        f"{found['method']:<24} {number('save_s', '.2f'):>7} {number('file_bytes', ',d'):>12}"
        f" {ratio('file_bytes'):>7} {number('bare_bytes', ',d'):>12} {ratio('bare_bytes'):>7}"
        f" {number('links', 'd'):>5} {number('first_s', '.2f'):>7} {ratio('first_s'):>7}"
        f" {number('all_s', '.2f'):>7} {ratio('all_s'):>7} {number('picture_s', '.2f'):>5} {click:<20}"
        f" {found.get('over', '')}{found.get('clicks', '')}".rstrip(),
        flush=True,
    )


def load() -> str:
    """Return how busy the machine is, in words."""
    average = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return f"{os.cpu_count()} cores, load {average}"


def main() -> int:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--make", nargs=3, metavar=("CASE", "METHOD", "FOLDER"), help=argparse.SUPPRESS)
    asked.add_argument("--cases", default=",".join(CASES), help="region, or numbers of firms")
    asked.add_argument("--methods", default=";".join(METHODS), help="parted by semicolons")
    asked.add_argument("--repeats", type=int, default=2, help="of others beyond 10 000 firms: 1")
    asked.add_argument("--limit", type=float, default=40.0, help="seconds to write, and to paint")
    asked.add_argument("--minutes", type=float, default=6.0, help="time of the whole; ours always runs")
    asked.add_argument("--json", action="store_true", help="print nothing but the rows as JSON")
    asked.add_argument("--pictures", type=Path, help="put a picture of each page there")
    options = asked.parse_args()
    if options.make:
        case, method, folder = options.make
        print(json.dumps(make(case, method, Path(folder))), flush=True)
        return 0
    if options.pictures is not None:
        options.pictures.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    before = load()
    ends = time.monotonic() + options.minutes * 60
    if not options.json:
        print(before)
    for case in options.cases.split(","):
        if not options.json:
            title = "the layers of the region" if case == REGION else f"{int(case):,} firms, 8 columns"
            print(
                f"\n{title}\n{'':<24} {'save s':>7} {'file':>12} {'':>7} {'no libs':>12} {'':>7}"
                f" {'links':>5} {'first s':>7} {'':>7} {'all s':>7} {'':>7} {'step':>5} click median/p95"
            )
        ours: dict[str, Any] = {}
        for method in (each.strip() for each in options.methods.split(";")):
            if method == CLUSTERS and case == REGION:
                continue
            over = ""
            if missing := missing_for(method):
                over = f"not run; it needs: pip install {' '.join(missing)}"
            elif method in SAVERS and time.monotonic() > ends:
                over = f"not run: the {options.minutes:g} minutes of the whole are used up"
            if over:
                found: dict[str, Any] = {"case": case, "method": method, "over": over}
            else:
                is_large = case != REGION and int(case) > 10_000
                repeats = 1 if is_large and method in SAVERS else options.repeats
                found = row_of(case, method, options.limit, repeats, options.pictures)
            if method == OURS:
                ours = found
            rows.append(found)
            if not options.json:
                print_row(found, ours, options.limit)
    if options.json:
        print(json.dumps({"before": before, "after": load(), "rows": rows}, ensure_ascii=False, indent=1))
    else:
        print(f"\n{load()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
