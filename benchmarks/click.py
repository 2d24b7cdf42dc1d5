"""From a real mouse click on the map to filled details, against the bare round trip of the channel.

    .venv/bin/python benchmarks/click.py [CLICKS]

A click is timed from the mouse event to when every panel has answered `place_chosen`. The round trip is a
script that makes the page say something at once: program, page, program.
"""

import json
import os
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from page_timing import median, percentile_95, wait_until

SYMBOLS = """JSON.stringify((() => {
const o = jjjmap.page.map.getPixelBounds().min, s = jjjmap.page.map.getSize();
return jjjmap.page.overlay.arrangement().symbols.map(t => [t.feature.id, t.x - o.x, t.y - o.y]).filter(
([, x, y]) => x > 60 && y > 10 && x < s.x - 340 && y < s.y - 230); })())"""


def main() -> int:
    """Click, and print medians and 95th percentiles in milliseconds."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from jjjmap import app as jjjmap_app
    from jjjmap.web.scheme import register_scheme

    register_scheme()
    import shiboken6
    from qtpy.QtCore import QPoint, Qt
    from qtpy.QtTest import QTest
    from qtpy.QtWidgets import QApplication

    from jjjmap.maps.bridge import PointerMoved

    app = QApplication(sys.argv[:1])
    jjjmap_app.prepare_application(app)
    home = Path(tempfile.mkdtemp())
    session = jjjmap_app.open_session(home / "settings.json")
    window = jjjmap_app.open_window(app, session, layout_path=home / "window.ini")
    window.resize(1360, 860)  # The offscreen screen is small, and the window would keep within it.
    view = window.map_view
    wait_until(lambda: view.channel.is_ready)
    answers: list[str] = []
    view.page().runJavaScript(SYMBOLS, 0, answers.append)
    wait_until(lambda: bool(answers))
    symbols = json.loads(answers[0])

    chosen: list[tuple[str, float]] = []
    session.selection.place_chosen.connect(
        lambda place_id, _fly: chosen.append((place_id, time.perf_counter()))
    )
    clicks_ms, wrong = [], 0
    for place_id, x, y in islice(cycle(symbols), wanted):
        point, before = QPoint(round(x), round(y)), len(chosen)
        started = time.perf_counter()
        QTest.mouseClick(view.focusProxy(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
        wait_until(lambda before=before: len(chosen) > before, 5)  # type: ignore[misc]
        clicks_ms.append((chosen[-1][1] - started) * 1000)
        wrong += chosen[-1][0] != place_id
        settled = time.perf_counter() + 0.03
        wait_until(lambda settled=settled: time.perf_counter() > settled)  # type: ignore[misc]

    moved: list[float] = []
    view.event_received.connect(
        lambda event: moved.append(time.perf_counter()) if isinstance(event, PointerMoved) else None
    )
    trips_ms = []
    for n in range(wanted):
        before, started = len(moved), time.perf_counter()
        view.page().runJavaScript(f"jjjmap.page.say('PointerMoved', {{lon: {n}, lat: 0}}); 0")
        wait_until(lambda before=before: len(moved) > before, 5)  # type: ignore[misc]
        trips_ms.append((moved[-1] - started) * 1000)
    print(
        f"click to filled details, ms over {wanted} clicks: p50 {median(clicks_ms):.1f}, "
        f"p95 {percentile_95(clicks_ms):.1f}, worst {max(clicks_ms):.1f}; another place answered: {wrong}"
    )
    print(f"bare channel round trip, ms: p50 {median(trips_ms):.1f}, p95 {percentile_95(trips_ms):.1f}")
    print(f"p95 beyond the round trip: {percentile_95(clicks_ms) - percentile_95(trips_ms):.1f} ms")
    shiboken6.delete(window)
    return 0


if __name__ == "__main__":
    sys.exit(main())
