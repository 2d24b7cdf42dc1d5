"""Time and memory to the first painted map, against a bare PySide6 window with an empty folium page.

    .venv/bin/python benchmarks/startup.py [RUNS]

Each run is a process of its own, ours and the peer's in turn, so that both meet the same machine. The clock
starts before the process does and stops when the map shows; for ours, when all layers of the first view do.
The peer does what everybody would: PySide6, folium.Map with Leaflet from disk, QWebEngineView, load, paint.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qtpy.QtWebEngineWidgets import QWebEngineView

ROOT = Path(__file__).resolve().parent.parent
STARTED = "JJJMAP_BENCHMARK_STARTED"


def run_peer(seconds_before: float) -> None:
    """Open a bare window with an empty folium page."""
    import importlib.metadata

    import folium
    import shiboken6
    from qtpy.QtCore import QUrl
    from qtpy.QtWebEngineWidgets import QWebEngineView
    from qtpy.QtWidgets import QApplication, QMainWindow

    leaflet = importlib.metadata.distribution("XStatic-Leaflet").locate_file("xstatic/pkg/leaflet/data")
    fmap = folium.Map((39.3, 116.6), zoom_start=7, tiles=None, control_scale=True)
    fmap.default_js = [("leaflet", f"file://{leaflet}/leaflet.js")]
    fmap.default_css = [("leaflet_css", f"file://{leaflet}/leaflet.css")]
    page = Path(tempfile.mkdtemp()) / "map.html"
    fmap.save(str(page))
    _app = QApplication(sys.argv[:1])
    window = QMainWindow()
    view = QWebEngineView(window)
    window.setCentralWidget(view)
    window.resize(1360, 860)
    loaded: list[bool] = []
    view.loadFinished.connect(loaded.append)
    view.load(QUrl.fromLocalFile(str(page)))
    window.show()
    finish(view, lambda: bool(loaded), seconds_before)
    shiboken6.delete(window)


def run_ours(seconds_before: float) -> None:
    """Open jjjmap as `jjjmap.app.run` does, in its own event loop, and look at it from a timer."""
    from qtpy.QtWidgets import QApplication

    from jjjmap import app as jjjmap_app

    real_exec = QApplication.exec

    def watch(app: QApplication) -> int:
        window = next(widget for widget in app.topLevelWidgets() if hasattr(widget, "map_view"))
        window.resize(1360, 860)  # As large as the peer's, though the offscreen screen is smaller.
        finish(window.map_view, lambda: window.map_view.channel.is_ready, seconds_before)
        return 0

    QApplication.exec = watch
    jjjmap_app.run(sys.argv[:1])
    QApplication.exec = real_exec


def finish(view: "QWebEngineView", is_there: Callable[[], bool], seconds_before: float) -> None:
    """Wait for paint, and print the figures as JSON."""
    from page_timing import is_painted, tree_pss_mb, wait_until

    wait_until(is_there)
    wait_until(lambda: is_painted(view))
    seconds = time.time() - seconds_before
    print(json.dumps({"seconds": seconds, "pss_mb": tree_pss_mb()}), flush=True)


def measure(who: str, cache: Path) -> dict[str, float]:
    """Run one process and return its figures."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            STARTED: repr(time.time()),
            "QT_API": "pyside6",
            "PYTHONPATH": str(ROOT),
            "XDG_CONFIG_HOME": home,
            "XDG_STATE_HOME": home,
            "XDG_CACHE_HOME": str(cache),
        }
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
        done = subprocess.run(
            [sys.executable, __file__, who],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> int:
    """Measure both in turn; print medians and their ratio, for the very first start and a later one."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    from page_timing import median

    with tempfile.TemporaryDirectory() as kept:
        for who in ("peer", "ours"):
            # Not counted: it warms the disk cache, and ours keeps the page it built.
            measure(who, Path(kept))
        for title, keeps_page in (("later start", True), ("first start", False)):
            peer, ours = [], []
            for _run in range(runs):
                with tempfile.TemporaryDirectory() as fresh:
                    peer.append(measure("peer", Path(fresh)))
                    ours.append(measure("ours", Path(kept if keeps_page else fresh)))
            for key, unit in (("seconds", "s"), ("pss_mb", "MB")):
                bare, full = (median(run[key] for run in taken) for taken in (peer, ours))
                ratios = sorted(b[key] / a[key] for a, b in zip(peer, ours, strict=True))
                print(f"{title}, to the painted map, {unit}: bare folium {bare:.2f}, jjjmap {full:.2f}")
                print(f"  ratio over {runs} pairs: {ratios[0]:.2f} … {median(ratios):.2f} … {ratios[-1]:.2f}")
    return 0


if __name__ == "__main__":
    os.environ.setdefault("QT_API", "pyside6")
    if len(sys.argv) > 1 and sys.argv[1] in ("peer", "ours"):
        {"peer": run_peer, "ours": run_ours}[sys.argv[1]](float(os.environ[STARTED]))
        sys.exit(0)
    sys.exit(main())
