"""What a page in QtWebEngine may reach and run: one as others load it, and the page of our window.

    python attack_window.py stock|ours

Prints what happened as JSON. A process of its own: a browser is set up once.
"""

import http.server
import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import jjjmap.binding  # noqa: F401  # isort: skip  It chooses before any of Qt is loaded.
from qtpy.QtCore import QEventLoop, QTimer, QUrl
from qtpy.QtWebEngineCore import QWebEngineProfile
from qtpy.QtWidgets import QApplication

from jjjmap.web.scheme import register_scheme

PROBE = """(async () => {
  const said = {};
  const tried = async (name, work) => {
    try { said[name] = Boolean(await work()); } catch { said[name] = false; }
  };
  const asked = (address) => new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.onload = () => done(request.responseText.includes("secret"));
    request.onerror = fail;
    request.send();
  });
  await tried("XHR of a file elsewhere", () => asked("VICTIM"));
  await tried("fetch of a file elsewhere",
    async () => (await (await fetch("VICTIM")).text()).includes("secret"));
  await tried("XHR to the network", () => asked("ADDRESS/x"));
  await tried("image from the network", () => new Promise((done) => {
    const image = new Image();
    image.onload = () => done(true);
    image.onerror = () => done(false);
    image.src = "ADDRESS/i.svg";
  }));
  await tried("script from text", () => Function("return 1")());
  window.said = JSON.stringify(said);
})(); 0"""


def wait_for(condition: Callable[[], object], limit_s: float = 60.0) -> None:
    """Let Qt work until something is so."""
    loop, waited = QEventLoop(), 0.0
    while not condition():
        waited += 0.02
        if waited > limit_s:
            raise TimeoutError
        QTimer.singleShot(20, loop.quit)
        loop.exec()


def asked(page: Any, code: str) -> Any:
    """Return the value of a JavaScript expression."""
    answers: list[Any] = []
    page.runJavaScript(code, 0, answers.append)
    wait_for(lambda: answers)
    return answers[0]


def probed(page: Any, victim: Path, address: str) -> dict[str, bool]:
    """Return what a page reached."""
    code = PROBE.replace("VICTIM", victim.as_uri()).replace("ADDRESS", address)
    asked(page, code)
    wait_for(lambda: asked(page, "window.said || ''"))
    found: dict[str, bool] = json.loads(asked(page, "window.said"))
    return found


def stock(folder: Path, victim: Path, address: str) -> dict[str, dict[str, bool]]:
    """Return what pages reach that are loaded with the settings that Qt begins with."""
    from qtpy.QtWebEngineWidgets import QWebEngineView

    from jjjmap.binding import delete

    text = "<!doctype html><title>x</title>"
    (folder / "page.html").write_text(text)
    found = {}
    for how in ("load(file)", "setHtml(base file)", "setHtml(no base)"):
        view = QWebEngineView()
        loaded: list[bool] = []
        view.loadFinished.connect(loaded.append)
        if how == "load(file)":
            view.load(QUrl.fromLocalFile(str(folder / "page.html")))
        elif how == "setHtml(base file)":
            view.setHtml(text, QUrl.fromLocalFile(f"{folder}/"))
        else:
            view.setHtml(text)
        wait_for(lambda loaded=loaded: loaded)  # type: ignore[misc]
        found[how] = probed(view.page(), victim, address)
        delete(view)
    return found


def ours(folder: Path, victim: Path, address: str, texts: list[str]) -> dict[str, Any]:
    """Return what our page reaches, and which texts run in it: as title, class, name, tip, and chosen."""
    sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "tests")]
    from hostile_exports.world import feature_id, hostile_world, place_id

    from jjjmap.binding import delete
    from jjjmap.layers.shipped import SHIPPED_LAYERS
    from jjjmap.maps.bridge import SelectFeature, ShowTip
    from jjjmap.maps.config import page_config
    from jjjmap.maps.drawing.drawn_layer import DrawnLayer
    from jjjmap.maps.pages import PageTable
    from jjjmap.web.profile import MapProfile
    from jjjmap.web.scheme import qwebchannel_script
    from jjjmap.web.view import MapView

    world = hostile_world(tuple(texts))
    drawn = {}
    for layer_id, rows in world.rows.items():
        drawn[layer_id] = DrawnLayer(rows.table)
        drawn[layer_id].set_rows(rows.styled.class_of_row, style=rows.styled.style, label_column="名称")

    def answer(path: str) -> bytes:
        layer_id, _revision, *what = path.split("/")
        return drawn[layer_id].answer(tuple(what))

    pages = PageTable(
        SHIPPED_LAYERS,
        world.read_layer,
        lambda: page_config(world.snapshot),
        qwebchannel_script(),
        folder / "cache",
        answer,
    )
    profile = MapProfile(pages)
    view = MapView(profile)
    view.resize(1000, 700)
    view.show()
    view.open_map()
    wait_for(lambda: view.channel.is_ready)
    ran = []
    for number, text in enumerate(texts):
        for chosen in (place_id(number), feature_id(number)):
            view.send(SelectFeature(chosen, False, 0))
        view.send(ShowTip(118.4, 39.1, text))
        wait_for(lambda: asked(view.page(), "1"))
        if asked(view.page(), "Boolean(window.PWNED)"):
            ran.append(text)
            asked(view.page(), "delete window.PWNED; 1")
    legend = asked(view.page(), "document.querySelector('.legend').textContent.length")
    found = probed(view.page(), victim, address)
    blocked = len(profile.guard.blocked)
    delete(view)
    delete(profile)
    return {"reached": found, "ran": ran, "legend": legend, "refused requests": blocked}


def main() -> None:
    """Print what happened."""
    if sys.argv[1] == "ours":
        register_scheme()  # Shuts the side doors of the browser as well.
    app = QApplication(sys.argv[:1])

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><!-- secret --></svg>'
            self.send_response(200)
            self.send_header("Content-Type", "image/svg+xml")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: Any) -> None:
            """Say nothing: the table does."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as other:
        victim = Path(other) / "victim.txt"
        victim.write_text("secret")
        found: Any
        if sys.argv[1] == "stock":
            found = stock(Path(name), victim, address)
        else:
            found = ours(Path(name), victim, address, json.loads(sys.stdin.read()))
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
    server.shutdown()
    del app


if __name__ == "__main__":
    QWebEngineProfile  # noqa: B018  Loaded before the application, as Qt wants it.
    main()
