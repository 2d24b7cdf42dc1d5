"""Users' layers on the map: our path against what folium and geopandas offer, in one run.

    .venv/bin/python benchmarks/layers.py [--quick] [--seconds LIMIT] [--minutes WHOLE]

Three tables: points against peers, polygons against peers, and how ours grows. Each row is a process of its
own. The clock starts with the data in memory (ours: `FeatureTable`; peers: GeoDataFrame) and a warm, blank
view; it stops when the picture is there: for ours when every tile in view is painted, for peers with the
first pixel of the data. Frames are those of eight pans and four zoom steps, all animated. Memory is what the
whole process tree takes beyond the blank view (proportional, MB). Peers get the same colour and a tooltip
with the same two columns. Ours serves its answers from the same process. Frame times mean little while
anything else runs on the machine: its load is printed first.

A peer that takes longer than the limit for a row is given up: its row says so, and larger numbers are not
tried. Ours is never given up. What the time of the whole does not suffice for is said as well.

Leaflet comes from XStatic-Leaflet, which the program needs itself. Some peers need packages that nothing else
here does (see `NEEDED`); where one is absent, the rows say which to install.
"""

import argparse
import importlib.metadata
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

LAYER_ID = "user-00000001"
COLOR = "#d00000"
WEST, SOUTH, EAST, NORTH = 114.0, 37.0, 119.0, 41.0
PEERS = ("folium.GeoJson", "folium.GeoJson, canvas", "FastMarkerCluster", "geopandas.explore")
POINT_COUNTS = (1_000, 10_000, 100_000, 1_000_000)
POLYGON_COUNTS = (200, 1_000, 3_000)
GROWTH = (10_000, 100_000, 1_000_000, 5_000_000)
NEEDED = {
    "FastMarkerCluster": ("XStatic-jQuery", "XStatic-Leaflet-MarkerCluster"),
    "geopandas.explore": ("matplotlib", "mapclassify"),
}
OUR_LIMIT_S = 200.0
RESERVED_S = 100.0
"""Of the time of the whole, for what comes after the peers."""

START_S = 40.0
"""So long a row may take before its clock starts, and after: the window, the invented data."""

FRAMES = """
(() => {
const map = MAP;
const wait = () => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
const ended = (name) => new Promise((r) => map.once(name, r));
const record = () => {
  let on = true, last = performance.now();
  const all = [];
  const frame = () => {
    const now = performance.now();
    all.push(now - last);
    last = now;
    if (on) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  return () => {
    on = false;
    const sorted = all.slice(1).sort((a, b) => a - b);
    const q = (p) => +sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))].toFixed(1);
    return { p50: q(0.5), p95: q(0.95), worst: q(1) };
  };
};
(async () => {
  const out = {};
  let stop = record();
  for (let i = 0; i < 8; i++) {
    const end = ended("moveend");
    map.panBy([i % 2 ? -260 : 260, i % 4 < 2 ? 120 : -120], { animate: true, duration: 0.4 });
    await end;
    await wait();
  }
  out.pan = stop();
  stop = record();
  for (const step of [1, 1, -1, -1]) {
    const end = ended("zoomend");
    map.setZoom(map.getZoom() + step, { animate: true });
    await end;
    await wait();
  }
  out.zoom = stop();
  window.measured = JSON.stringify(out);
})();
return 1; })()
"""


def points(count: int) -> Any:
    """Return positions, n × 2 degrees: seven of ten in sixty clusters, the rest anywhere."""
    import numpy as np

    drawn = np.random.default_rng(1)
    middles = drawn.uniform((WEST, SOUTH), (EAST, NORTH), (60, 2))
    near = middles[drawn.integers(0, 60, count)] + drawn.normal(0, 0.12, (count, 2))
    anywhere = drawn.uniform((WEST, SOUTH), (EAST, NORTH), (count, 2))
    return np.where(drawn.random((count, 1)) < 0.7, near, anywhere)


def polygons(count: int) -> Any:
    """Return n cells that fill the region, of some 180 corners each."""
    import numpy as np
    import shapely

    drawn = np.random.default_rng(1)
    seeds = shapely.multipoints(drawn.uniform((WEST, SOUTH), (EAST, NORTH), (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds))
    cells = shapely.intersection(cells, shapely.box(WEST, SOUTH, EAST, NORTH))
    cells = shapely.segmentize(cells[~shapely.is_empty(cells)], 4.5 / np.sqrt(count) / 40)
    wide = 0.6 / np.sqrt(count) / 3

    def ripple(corners: Any) -> Any:
        wave = np.sqrt(count) * np.pi
        return corners + wide * np.c_[np.sin(corners[:, 1] * wave), np.cos(corners[:, 0] * wave)]

    return shapely.transform(cells, ripple)


class PeerPages:
    """Serves a folium map under our policy: split, so that no script is inline."""

    def __init__(self, fmap: Any) -> None:
        from jjjmap.maps.assets import Asset, leaflet_file

        figure = fmap.get_root()
        figure.render()
        text = {part: getattr(figure, part).render() for part in ("html", "script")}
        styles = "".join(f'<link rel="stylesheet" href="/{name}.css">' for name in ("leaflet", "cluster"))
        scripts = "".join(f'<script src="/{name}.js"></script>' for name in ("leaflet", "jquery", "cluster"))
        head = f"{styles}<style>html,body{{height:100%;margin:0}}</style>"
        own = "".join(
            child.render()
            for name, child in figure.header._children.items()
            if name.endswith("_style") or "map" in name
        )
        body = f'{text["html"]}<script src="/map.js"></script>'
        html = f"<!doctype html><head>{scripts}{head}{own}</head><body>{body}</body>"
        self._pages = {
            "/index.html": Asset("text/html", html.encode()),
            "/map.js": Asset("text/javascript", text["script"].encode()),
            "/leaflet.js": Asset("text/javascript", leaflet_file("leaflet.js")),
            "/leaflet.css": Asset("text/css", leaflet_file("leaflet.css")),
            "/jquery.js": Asset("text/javascript", packaged("XStatic-jQuery", "jquery/data/jquery.min.js")),
            "/cluster.js": Asset("text/javascript", packaged(*CLUSTER)),
            "/cluster.css": Asset(
                "text/css",
                b"".join(
                    packaged(CLUSTER[0], f"leaflet_markercluster/data/MarkerCluster{part}.css")
                    for part in ("", ".Default")
                ),
            ),
        }

    @staticmethod
    def is_slow(path: str) -> bool:
        """Everything is there already."""
        return False

    def page_for(self, path: str) -> Any:
        """Return a page of the map."""
        from jjjmap.errors import PageMissing

        if path not in self._pages:
            raise PageMissing(path)
        return self._pages[path]


CLUSTER = ("XStatic-Leaflet-MarkerCluster", "leaflet_markercluster/data/leaflet.markercluster.js")


def packaged(distribution: str, name: str) -> bytes:
    """Return a file of a package of assets; empty if the package is absent."""
    try:
        found = importlib.metadata.distribution(distribution).locate_file(f"xstatic/pkg/{name}")
    except importlib.metadata.PackageNotFoundError:
        return b""
    return Path(str(found)).read_bytes()


def peer_map(method: str, kind: str, shapes: Any) -> Any:
    """Return the map that a user of folium or geopandas would write."""
    import folium
    import geopandas
    import numpy as np
    import shapely
    from folium.plugins import FastMarkerCluster

    frame = geopandas.GeoDataFrame(
        {"name": [f"企业{i}" for i in range(len(shapes))], "value": np.arange(len(shapes)) % 1000},
        geometry=shapely.points(shapes) if kind == "points" else shapes,
        crs=4326,
    )
    yield None  # The data are there: the clock starts.
    if method == "geopandas.explore":
        fmap = frame.explore(color=COLOR, tiles=None, marker_kwds={"radius": 3})
        yield fmap
        return
    fmap = folium.Map((39.0, 116.5), zoom_start=7, tiles=None, prefer_canvas=method.endswith("canvas"))
    if method == "FastMarkerCluster":
        fmap.options["maxZoom"] = 18  # The plugin asks for it; without tiles folium does not say it.
        FastMarkerCluster(
            shapes[:, ::-1].tolist(),
            callback="function(row){return L.circleMarker([row[0],row[1]],{radius:3,color:'#d00000'})}",
        ).add_to(fmap)
    else:
        folium.GeoJson(
            frame,
            marker=folium.CircleMarker(radius=3, weight=1, fill=True, color=COLOR),
            style_function=lambda feature: {
                "color": COLOR,
                "weight": 1,
                "fillColor": COLOR,
                "fillOpacity": 0.8,
            },
            tooltip=folium.GeoJsonTooltip(["name", "value"]),
        ).add_to(fmap)
    yield fmap


class Blank:
    """Pages of our scheme whose content comes later; first a blank one, which warms the view up."""

    def __init__(self) -> None:
        from jjjmap.maps.assets import Asset

        self.pages: Any = None
        self._blank = Asset("text/html", b"<!doctype html><p>blank")

    def is_slow(self, path: str) -> bool:
        """Ask the pages that have come."""
        return bool(self.pages and self.pages.is_slow(path))

    def page_for(self, path: str) -> Any:
        """Return a page of those that have come, or the blank one."""
        return self.pages.page_for(path) if self.pages else self._blank


def measure(method: str, kind: str, count: int, limit_s: float) -> dict[str, Any]:
    """Measure one method on so many features in this process."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from jjjmap.web.scheme import INDEX_URL, register_scheme

    register_scheme()
    from page_timing import tree_pss_mb, wait_until
    from qtpy.QtCore import QUrl
    from qtpy.QtWidgets import QApplication

    from jjjmap.web.profile import MapProfile
    from jjjmap.web.view import MapView

    app = QApplication(sys.argv[:1])
    pages = Blank()
    profile = MapProfile(pages)  # type: ignore[arg-type]
    view = MapView(profile)
    view.resize(1000, 700)
    view.show()
    loaded: list[bool] = []
    view.loadFinished.connect(loaded.append)
    view.load(QUrl(INDEX_URL))
    wait_until(lambda: bool(loaded))
    shapes = points(count) if kind == "points" else polygons(count)
    base_mb = tree_pss_mb()
    run = Ours(view, pages, kind, shapes) if method == "jjjmap" else Peer(view, pages, method, kind, shapes)
    started = time.perf_counter()
    run.build()
    found: dict[str, Any] = {"build_s": time.perf_counter() - started}
    loaded.clear()
    view.load(QUrl(INDEX_URL))
    left_s = lambda: max(0.1, limit_s - (time.perf_counter() - started))  # noqa: E731
    try:
        wait_until(run.is_painted, left_s())
        found["painted_s"] = time.perf_counter() - started
        ask(view, FRAMES.replace("MAP", run.map_name, 1))
        wait_until(lambda: bool(ask(view, "window.measured || ''")), max(left_s(), 20.0))
        found |= json.loads(ask(view, "window.measured"))
        found["mb"] = tree_pss_mb() - base_mb
    except TimeoutError:
        found["over"] = f"not within {limit_s:.0f} s"
        found["mb"] = tree_pss_mb() - base_mb
    if isinstance(run, Ours) and "over" not in found:
        try:
            found |= run.measure_answers()
        except TimeoutError:
            found["over"] = "clicks, filter or style: no picture within 60 s"
    app.processEvents()
    return found


def ask(view: Any, code: str) -> Any:
    """Return the value of a JavaScript expression: a number or a text."""
    from page_timing import wait_until

    answers: list[Any] = []
    view.page().runJavaScript(code, 0, answers.append)
    wait_until(lambda: bool(answers))
    return answers[0]


class Peer:
    """One of the others."""

    def __init__(self, view: Any, pages: Blank, method: str, kind: str, shapes: Any) -> None:
        self._view, self._pages = view, pages
        self._making = peer_map(method, kind, shapes)
        next(self._making)
        self.map_name = ""

    def build(self) -> None:
        """Make the page."""
        fmap = next(self._making)
        self.map_name = f"window['{fmap.get_name()}']"
        self._pages.pages = PeerPages(fmap)

    def is_painted(self) -> bool:
        """Whether any pixel shows data: the ground is of one colour."""
        image = self._view.grab().toImage()
        across, down = range(image.width() // 4, image.width() * 3 // 4, 5), range(60, image.height() - 60, 5)
        return len({image.pixel(x, y) for x in across for y in down}) >= 3


class Ours:
    """Our path: arrays through the scheme, tiles on canvas."""

    map_name = "jjjmap.page.map"

    def __init__(self, view: Any, pages: Blank, kind: str, shapes: Any) -> None:
        import pyarrow as pa
        import shapely

        from jjjmap.layers.feature_table import FeatureTable
        from jjjmap.layers.style import Geometry

        self._view, self._pages, self._kind = view, pages, kind
        names = pa.table({"value": [i % 1000 for i in range(len(shapes))]})
        if kind == "points":
            lon, lat = shapes[:, 0].copy(), shapes[:, 1].copy()
            self._table = FeatureTable(names, Geometry.POINT, lon, lat)
        else:
            wkb = pa.chunked_array([pa.array(shapely.to_wkb(shapes))])
            self._table = FeatureTable(names, Geometry.POLYGON, wkb=wkb)
        self._shapes = shapes

    def build(self) -> None:
        """Make the pages; everything else is reckoned when the page asks."""
        import numpy as np

        from jjjmap.i18n import Language
        from jjjmap.layers.layer import Layer, LayerGroup, LayerView
        from jjjmap.layers.style import LayerStyle, SymbolClass
        from jjjmap.maps.config import page_config
        from jjjmap.maps.drawing.drawn_layer import DrawnLayer
        from jjjmap.maps.pages import PageTable
        from jjjmap.maps.snapshot import Bounds, MapSnapshot
        from jjjmap.web.scheme import qwebchannel_script

        self._np = np
        style = LayerStyle(
            tuple(
                SymbolClass(str(i), str(i), str(i), color, "#ffffff", 0.8, 0.8, size_px=7.0)
                for i, color in enumerate((COLOR, "#0072b2", "#009e73", "#e69f00", "#cc79a7"))
            )
        )
        self._drawn = DrawnLayer(self._table)
        self._classes = (np.arange(len(self._table)) % 5).astype(np.uint8)
        self._drawn.set_rows(self._classes, style=style)
        layer = Layer(LAYER_ID, "点", "Points", LayerGroup.USER, "", self._table.geometry, style)
        snapshot = MapSnapshot((LayerView(layer, True, 1.0),), Language.ZH, Bounds(WEST, SOUTH, EAST, NORTH))
        self._pages.pages = PageTable(
            (),
            lambda layer: b"",
            lambda: page_config(snapshot),
            qwebchannel_script(),
            Path(tempfile.mkdtemp()),
            lambda path: self._drawn.answer(tuple(path.split("/")[2:])),
        )
        self._style = style

    def is_painted(self) -> bool:
        """Whether every tile in view is painted."""
        drawing = f"jjjmap.page.layers.get('{LAYER_ID}')"
        code = (
            f"(l => l && l.drawing && l.drawing.grid._map && l.drawing.isPainted() ? 1 : 0)"
            f"(window.jjjmap && jjjmap.page && {drawing})"
        )
        return self._view.channel.is_ready and ask(self._view, code) == 1

    def measure_answers(self) -> dict[str, float]:
        """Measure clicks (mouse to row) and a filter and a style (call to picture), milliseconds."""
        from page_timing import percentile_95, wait_until
        from qtpy.QtCore import QPoint, Qt
        from qtpy.QtTest import QTest

        from jjjmap.maps.bridge import MapClicked, RefreshRows

        answered: list[tuple[float, list[int]]] = []

        def hear(event: object) -> None:
            if isinstance(event, MapClicked):
                rows = self._drawn.hits(event.lon, event.lat, event.zoom, 5)
                answered.append((time.perf_counter(), rows))

        self._view.event_received.connect(hear)
        middle = QPoint(self._view.width() // 2, self._view.height() // 2)
        widget, clicks, right = self._view.focusProxy(), [], 0
        for n in range(20):
            row = n * (len(self._table) // 20)
            if self._kind == "points":
                lon, lat = self._shapes[row]
            else:
                inside = self._shapes[row].representative_point()
                lon, lat = inside.x, inside.y
            ask(self._view, f"jjjmap.page.map.setView([{lat}, {lon}], 13, {{animate: false}}); 1")
            wait_until(self.is_painted)
            QTest.mouseMove(widget, middle)
            settled = time.perf_counter() + 0.05
            wait_until(lambda settled=settled: time.perf_counter() > settled)  # type: ignore[misc]
            before, started = len(answered), time.perf_counter()
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
            try:
                wait_until(lambda before=before: len(answered) > before, 5)  # type: ignore[misc]
            except TimeoutError:
                clicks.append(5000.0)  # Lost, which is told: it counts as wrong, and as slow as this.
                continue
            clicks.append((answered[-1][0] - started) * 1000)
            right += row in answered[-1][1]
        self._view.event_received.disconnect(hear)
        ask(self._view, "jjjmap.page.map.setView([39, 116.5], 7.5, {animate: false}); 1")
        wait_until(self.is_painted)
        times = {}
        for name, hidden in (("filter_ms", self._classes == 1), ("restyle_ms", None)):
            started = time.perf_counter()
            classes = (
                self._classes
                if hidden is not None
                else (self._classes + self._np.uint8(1)) % self._np.uint8(5)
            )
            self._drawn.set_rows(classes, hidden=hidden, style=self._style)
            drawing = f"jjjmap.page.layers.get('{LAYER_ID}').drawing"
            ask(self._view, f"window.rowsBefore = {drawing}.rows; 1")
            self._view.send(RefreshRows(LAYER_ID, 0))
            changed = f"({drawing}.rows !== window.rowsBefore && {drawing}.isPainted()) ? 1 : 0"
            wait_until(lambda changed=changed: ask(self._view, changed) == 1)  # type: ignore[misc]
            times[name] = (time.perf_counter() - started) * 1000
        return {"click_p95_ms": percentile_95(clicks), "clicks_right": right / 20, **times}


def missing_for(method: str) -> list[str]:
    """Return the packages that a peer needs and that are not installed."""
    missing = []
    for name in NEEDED.get(method, ()):
        try:
            importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    return missing


def row_of(method: str, kind: str, count: int, limit_s: float) -> dict[str, Any]:
    """Measure in a process of its own; what goes wrong there is said in the row."""
    command = [sys.executable, __file__, "--one", method, kind, str(count), "--seconds", str(limit_s)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            said, complaints = process.communicate(timeout=limit_s + START_S)
        except subprocess.TimeoutExpired:
            # With the processes of the page, which are of its group.
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            return {"over": f"not within {limit_s:.0f} s"}
    lines = [line for line in said.splitlines() if line.startswith("{")]
    last = next((line for line in reversed(complaints.splitlines()) if line.strip()), "")
    return json.loads(lines[-1]) if lines else {"over": f"ended with {process.returncode}: {last[:120]}"}


def print_row(method: str, count: int, found: dict[str, Any]) -> None:
    """Print a line of the table."""

    def number(name: str, form: str = "{:.2f}") -> str:
        return form.format(found[name]) if name in found else "–"

    frames = " ".join(
        f"{found[name]['p50']:5.1f} {found[name]['p95']:6.1f} {found[name]['worst']:7.1f}"
        if name in found
        else f"{'–':>20}"
        for name in ("pan", "zoom")
    )
    own = "".join(
        f" {label} {found[name]:.0f} ms"
        for label, name in (("click", "click_p95_ms"), ("filter", "filter_ms"), ("restyle", "restyle_ms"))
        if name in found
    )
    right = f" right {found['clicks_right']:.0%}" if "clicks_right" in found else ""
    times = f"{number('build_s'):>7} {number('painted_s'):>8} {frames} {number('mb', '{:.0f}'):>6}"
    print(f"{method:<24} {count:>9,} {times}{own}{right} {found.get('over', '')}", flush=True)


def main() -> int:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--one", nargs=3, metavar=("METHOD", "KIND", "COUNT"), help=argparse.SUPPRESS)
    asked.add_argument("--seconds", type=float, default=30.0, help="give a peer up after so long")
    asked.add_argument("--minutes", type=float, default=15.0, help="time of the whole")
    asked.add_argument("--quick", action="store_true", help="small counts only")
    options = asked.parse_args()
    if options.one:
        method, kind, count = options.one
        print(json.dumps(measure(method, kind, int(count), options.seconds)), flush=True)
        os._exit(0)  # Quicker than taking a million objects apart.
    heading = (
        f"{'method':<24} {'features':>9} {'build s':>7} {'paint s':>8} {'pan ms p50 p95 worst':>20}"
        f" {'zoom ms p50 p95 worst':>21} {'MB':>5}"
    )
    if hasattr(os, "getloadavg"):
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    most = 10_000 if options.quick else 10_000_000
    ends = time.monotonic() + options.minutes * 60
    ours: dict[tuple[str, int], dict[str, Any]] = {}

    def show_ours(kind: str, count: int) -> None:
        if (kind, count) not in ours:
            ours[kind, count] = row_of("jjjmap", kind, count, OUR_LIMIT_S)
        print_row("jjjmap", count, ours[kind, count])

    for kind, counts in (("points", POINT_COUNTS), ("polygons", POLYGON_COUNTS)):
        print(f"\n{kind}\n{heading}")
        given_up: set[str] = set()
        for count in (n for n in counts if n <= most):
            show_ours(kind, count)
            for method in PEERS:
                if kind == "polygons" and method == "FastMarkerCluster":
                    continue
                left_s = ends - time.monotonic() - RESERVED_S
                if missing := missing_for(method):
                    found: dict[str, Any] = {"over": f"not run; it needs: pip install {' '.join(missing)}"}
                elif method in given_up:
                    found = {"over": "was given up at a smaller number"}
                elif left_s < options.seconds + START_S:
                    found = {"over": f"not run: the {options.minutes:g} minutes of the whole are used up"}
                else:
                    found = row_of(method, kind, count, options.seconds)
                print_row(method, count, found)
                if found.get("over", "not run").startswith(("not within", "ended")):
                    given_up.add(method)
    print(f"\ngrowth of ours, points\n{heading}")
    for count in (n for n in GROWTH if n <= most):
        show_ours("points", count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
