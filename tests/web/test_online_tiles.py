"""Online basemaps, end to end on this computer: page, scheme, fetching, cache; and what must not happen."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from map_driver import MapDriver, color_at, is_near
from pytestqt.qtbot import QtBot
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QApplication
from tile_server import TILE, TileSource, png_of

import jjjmap
from jjjmap.binding import delete
from jjjmap.i18n import Language
from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.maps.basemaps import OSM, Basemap, Served, TileSet, shown_tiles
from jjjmap.maps.bridge import FitBounds, ShowBasemap
from jjjmap.maps.pages import PageTable
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.web.profile import MapProfile
from jjjmap.web.scheme import qwebchannel_script
from jjjmap.web.tiles import MAX_TILE_BYTES, MAX_WAITING, TileServer
from jjjmap.web.view import MapView

CANARY = "S3CRET-canary"
RED = QColor(200, 60, 60)
WAIT_MS = 20_000
IN_THE_COUNTRY = (118.9, 42.3)
GROUND = QColor("#ebe9e4")
"""Of our own basemap there, where nothing else is drawn."""


@pytest.fixture
def source() -> Iterator[TileSource]:
    made = TileSource()
    yield made
    made.close()


@pytest.fixture
def tiles(qapp: QApplication, tmp_path: Path) -> Iterator[TileServer]:
    server = TileServer(tmp_path / "tiles")
    yield server
    server.use(None)
    delete(server)


@pytest.fixture
def map_page(qtbot: QtBot, tiles: TileServer, tmp_path: Path) -> Iterator[MapDriver]:
    drivers: list[MapDriver] = []
    pages = PageTable(
        SHIPPED_LAYERS,
        lambda layer: drivers[0].read_layer(layer),
        lambda: drivers[0].config(),
        qwebchannel_script(),
        tmp_path / "cache",
    )
    profile = MapProfile(pages)
    profile.serve_tiles(tiles)
    view = MapView(profile)
    drivers.append(MapDriver(qtbot, view, profile, MapSnapshot(first_view(SHIPPED_LAYERS), Language.ZH)))
    yield drivers[0]
    view.close()
    delete(view)
    delete(profile)


def served_by(source: TileSource, *, connections: int = 6, query: str = "", token: str = "") -> Served:
    tile_set = TileSet("own-0a1b2c3d", f"{source.address}/{{z}}/{{x}}/{{y}}.png{query}")
    account = "own-0a1b2c3d" if token else ""
    basemap = Basemap("own-0a1b2c3d", "甲图", "Jia", "© 甲局", "© Jia", (tile_set,), account, connections)
    return Served(basemap, token)


def show(page: MapDriver, tiles: TileServer, served: Served) -> None:
    tiles.use(served)
    page.send(ShowBasemap(shown_tiles(served), "© 甲局"))


def wait_for_tiles(page: MapDriver) -> None:
    page.wait_for("Boolean(jjjmap.page.ground.isShown)")
    page.wait_for("jjjmap.page.ground.layers.every((layer) => !layer.isLoading())")


def test_offline_nothing_is_asked_for_and_there_is_nothing_that_could(map_view, tiles, source):
    map_view.ask(
        "(fetch('/tiles/own-0a1b2c3d/7/105/48')"
        ".then(({ ok }) => window.got = ok, () => window.got = false), 1)"
    )
    map_view.wait_for("window.got", False)
    # The page may say what it likes: without the user there is no basemap.
    map_view.send(ShowBasemap(shown_tiles(served_by(source)), "© 甲局"))
    map_view.wait_for("jjjmap.page.ground.layers.length", 1)
    map_view.wait_for("jjjmap.page.ground.layers[0].isLoading()", False)
    assert map_view.ask("jjjmap.page.ground.isShown") is False
    assert source.asked == []
    assert tiles.requests == 0
    assert tiles._manager is None
    map_view.console.clear()


def test_online_the_map_lies_on_tiles_and_names_whose_they_are(map_view, tiles, source):
    assert is_near(color_at(map_view, *IN_THE_COUNTRY), GROUND, 12)
    show(map_view, tiles, served_by(source))
    wait_for_tiles(map_view)
    map_view.qtbot.waitUntil(lambda: is_near(color_at(map_view, *IN_THE_COUNTRY), RED, 12), timeout=WAIT_MS)
    said = map_view.ask("document.querySelector('.imprint').textContent")
    assert said.startswith("© 甲局")
    assert "GS(2024)0650" in said
    # Borders and names stay, and so do fills that are no ground.
    assert map_view.ask(
        "['counties', 'sea'].map((id) => jjjmap.page.layers.get(id).paths[0].options)"
        ".map(({ fill, stroke }) => [fill, stroke])"
    ) == [[False, True], [False, True]]
    assert map_view.ask("jjjmap.page.overlay.arrangement().labels.length") > 10
    map_view.send(ShowBasemap())
    map_view.wait_for("jjjmap.page.ground.isShown", False)
    map_view.qtbot.waitUntil(
        lambda: is_near(color_at(map_view, *IN_THE_COUNTRY), GROUND, 12), timeout=WAIT_MS
    )
    assert map_view.ask("document.querySelector('.imprint').textContent").startswith("示意图")
    assert map_view.console == []


def test_the_page_asks_its_own_scheme_and_nothing_else(map_view, tiles, source):
    show(map_view, tiles, served_by(source))
    wait_for_tiles(map_view)
    addresses = map_view.ask(
        "[...document.querySelectorAll('.leaflet-online-pane img')].map((each) => each.src)"
    )
    assert addresses
    assert all(address.startswith("jjjmap://app/tiles/own-0a1b2c3d/") for address in addresses)
    assert map_view.profile.guard.blocked_count == 0
    # It still cannot reach the server itself, though the program does.
    map_view.ask(f"(fetch('{source.address}/1/1/1').catch(() => window.refused = 1), 1)")
    map_view.wait_for("window.refused", 1)
    map_view.ask(f"((new Image()).src = '{source.address}/9/9/9.png', 1)")
    map_view.wait_for("1")
    assert not {"/1/1/1", "/9/9/9.png"} & {asked.path for asked in source.asked}
    map_view.console.clear()


def test_each_tile_in_view_is_asked_for_once_and_no_other(map_view, tiles, source):
    show(map_view, tiles, served_by(source))
    wait_for_tiles(map_view)
    asked = source.tiles_asked
    assert len(asked) == len(set(asked)) == tiles.requests
    seen = map_view.ask(
        "(() => { const map = jjjmap.page.map, zoom = Math.round(map.getZoom());"
        " const scale = map.getZoomScale(zoom, map.getZoom()), box = map.getPixelBounds();"
        " const [a, b] = [box.min, box.max].map((p) => p.multiplyBy(scale).divideBy(256).floor());"
        " return (b.x - a.x + 1) * (b.y - a.y + 1); })()"
    )
    # No prefetch: not one tile more than the window shows.
    assert len(asked) <= seen
    assert {path.split("/")[1] for path in asked} == {
        str(map_view.ask("Math.round(jjjmap.page.map.getZoom())"))
    }
    # Shown once more, they come from the cache of the page or from ours.
    map_view.send(ShowBasemap())
    map_view.wait_for("jjjmap.page.ground.isShown", False)
    map_view.send(ShowBasemap(shown_tiles(served_by(source)), ""))
    wait_for_tiles(map_view)
    assert tiles.requests == len(asked)
    assert len(source.asked) == len(asked)


def test_a_request_says_who_asks_and_nothing_about_the_user(map_view, tiles, source):
    source.answer = lambda _path: (200, {"Content-Type": "image/png", "Set-Cookie": "who=you"}, TILE)
    show(map_view, tiles, served_by(source))
    wait_for_tiles(map_view)
    map_view.send(FitBounds(116.0, 39.5, 116.4, 39.9))
    before = len(source.asked)
    map_view.qtbot.waitUntil(lambda: len(source.asked) > before + 2, timeout=WAIT_MS)
    for asked in source.asked:
        assert asked.headers["user-agent"].startswith(f"jjjmap/{jjjmap.__version__} (")
        assert set(asked.headers) <= {
            "host", "connection", "user-agent", "accept", "accept-language", "accept-encoding",
        }  # fmt: skip
        assert asked.headers["accept-language"] == "zh-CN,en;q=0.5"
        assert "no-cache" not in str(asked.headers)


@pytest.mark.parametrize("connections", [1, 2])
def test_no_more_requests_are_under_way_than_a_server_wants(map_view, tiles, source, connections):
    source.delay_s = 0.02
    show(map_view, tiles, served_by(source, connections=connections))
    wait_for_tiles(map_view)
    assert source.most_at_once == connections
    assert OSM.connections == 2


# From here on without a page: jobs as the handler gets them.


class Job:
    """A request of the page, as far as it matters here."""


@pytest.fixture
def asking(qtbot: QtBot, tiles: TileServer) -> "Asking":
    return Asking(qtbot, tiles)


class Asking:
    """Asks for tiles as the page does, and notes what comes back."""

    def __init__(self, qtbot: QtBot, tiles: TileServer) -> None:
        from qtpy.QtCore import QObject

        self.qtbot, self.tiles = qtbot, tiles
        self.answers: dict[str, Any] = {}
        self.failures: list[tuple[str, str]] = []
        tiles.failed.connect(lambda reason, host: self.failures.append((reason, host)))
        asking = self

        class FakeJob(QObject):
            def __init__(self, path: str) -> None:
                super().__init__()
                self.path = path

            def fail(self, error: Any) -> None:
                asking.answers[self.path] = error.name

        self._kind = FakeJob
        self.jobs: list[Any] = []

    def ask(self, x: int = 105, *, wait: bool = True, y: int = 48) -> Any:
        path = f"/tiles/own-0a1b2c3d/7/{x}/{y}"
        job = self._kind(path)
        self.jobs.append(job)
        self.tiles.answer(job, path, lambda _job, path, answer: self.answers.__setitem__(path, answer))
        if wait:
            self.qtbot.waitUntil(lambda: path in self.answers, timeout=WAIT_MS)
        return self.answers.get(path)

    def wait_for_failure(self) -> tuple[str, str]:
        self.qtbot.waitUntil(lambda: bool(self.failures), timeout=WAIT_MS)
        return self.failures[0]


@pytest.mark.parametrize(
    ("status", "headers", "body", "reason"),
    [
        (403, {}, b'{"msg":"no"}', "refused"),
        (401, {}, b"", "refused"),
        (429, {}, b"", "too-many"),
        (500, {}, b"", "server"),
        (200, {"Content-Type": "image/png"}, b"<html>log in</html>", "not-a-picture"),
        (
            200,
            {"Content-Type": "image/svg+xml"},
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "not-a-picture",
        ),
        (200, {"Content-Type": "image/png"}, png_of(60_000, 60_000, b""), "not-a-picture"),
        (200, {"Content-Type": "image/png"}, TILE + bytes(MAX_TILE_BYTES), "too-large"),
        (302, {"Location": "http://localhost:9/1/1/1.png"}, b"", "redirected"),
        (302, {"Location": "file:///etc/passwd"}, b"", "redirected"),
        (302, {"Location": "/again"}, b"", "redirected"),
    ],
    ids=["forbidden", "token", "busy", "broken", "html", "svg", "huge", "long", "host", "file", "endless"],
)
def test_a_server_that_gives_no_tiles_is_told_once_and_asked_no_more(
    asking, tiles, source, status, headers, body, reason
):
    source.answer = lambda _path: (status, headers, body)
    tiles.use(served_by(source, connections=1))
    for x in range(100, 110):
        asking.ask(x, wait=False)
    assert asking.wait_for_failure() == (reason, "127.0.0.1")
    # Each once for us; Qt itself sends a request anew when a connection that was kept open has broken.
    asked = set(source.tiles_asked)
    assert len(asked) == 3
    assert set(asking.answers.values()) <= {"RequestFailed", "RequestAborted"}
    assert asking.ask(110) == "RequestFailed"
    assert set(source.tiles_asked) == asked
    assert len(asking.failures) == 1
    # Until the user tries again.
    source.answer = lambda _path: (200, {}, TILE)
    tiles.use(served_by(source))
    assert asking.ask(111).mimetype == "image/png"


def test_a_redirect_within_the_host_is_followed(asking, tiles, source):
    source.answer = lambda path: (
        (200, {}, TILE) if path.startswith("/there") else (301, {"Location": "/there" + path}, b"")
    )
    tiles.use(served_by(source))
    assert asking.ask().data == TILE


def test_a_token_goes_to_no_other_host(asking, tiles, source, qtbot):
    other = TileSource()
    source.answer = lambda path: (302, {"Location": other.address + path}, b"")
    tiles.use(served_by(source, query="?tk={token}", token=CANARY))
    for x in range(3):
        asking.ask(100 + x)
    assert asking.wait_for_failure()[0] == "redirected"
    assert other.asked == []
    other.close()


def test_a_server_that_is_not_there_is_told(asking, tiles, source):
    served = served_by(source)
    source.close()
    tiles.use(served)
    for x in range(3):
        asking.ask(100 + x, wait=False)
    assert asking.wait_for_failure() == ("unreachable", "127.0.0.1")
    source.__init__()  # The fixture closes it once more.


def test_a_server_that_takes_too_long_is_told_though_it_is_not_silent_for_long(
    asking, tiles, source, monkeypatch
):
    monkeypatch.setattr("jjjmap.web.tiles.LONGEST_MS", 200)
    source.delay_s = 2.0
    tiles.use(served_by(source))
    for x in range(3):
        asking.ask(100 + x, wait=False)
    assert asking.wait_for_failure() == ("timeout", "127.0.0.1")


def test_a_few_tiles_that_do_not_exist_are_no_failure_but_an_address_without_any_is(asking, tiles, source):
    source.answer = lambda _path: (404, {}, b"")
    tiles.use(served_by(source))
    for x in range(11):
        assert asking.ask(100 + x) == "UrlNotFound"
    assert asking.failures == []
    asking.ask(100, y=47)
    assert asking.wait_for_failure()[0] == "not-found"


def make_old(file: Path) -> None:
    """Let a tile in the cache be out of date."""
    file.write_bytes(re.sub(rb'"good_until": [0-9.e+]+', b'"good_until": 0.0', file.read_bytes(), count=1))


def test_an_old_tile_is_asked_for_by_its_tag_and_kept_when_it_has_not_changed(
    asking, tiles, source, tmp_path
):
    source.answer = lambda _path: (200, {"ETag": '"one"', "Last-Modified": "then"}, TILE)
    tiles.use(served_by(source))
    asking.ask()
    file = tmp_path / "tiles" / "own-0a1b2c3d" / "7" / "105" / "48"
    asking.qtbot.waitUntil(file.exists, timeout=WAIT_MS)
    make_old(file)
    source.answer = lambda _path: (304, {"Cache-Control": "max-age=2592000"}, b"")
    asking.answers.clear()
    assert asking.ask().data == TILE
    assert source.asked[-1].headers["if-none-match"] == '"one"'
    assert source.asked[-1].headers["if-modified-since"] == "then"
    tiles._writers.submit(lambda: None).result()
    # Fresh again: nobody is asked.
    asking.answers.clear()
    assert asking.ask().data == TILE
    assert len(source.asked) == 2
    assert (tiles.requests, tiles.spared) == (2, 1)


def test_an_old_tile_is_better_than_none(asking, tiles, source, tmp_path):
    tiles.use(served_by(source))
    asking.ask()
    file = tmp_path / "tiles" / "own-0a1b2c3d" / "7" / "105" / "48"
    asking.qtbot.waitUntil(file.exists, timeout=WAIT_MS)
    make_old(file)
    source.answer = lambda _path: (500, {}, b"")
    asking.answers.clear()
    assert asking.ask().data == TILE


def test_what_the_page_gave_up_is_not_fetched(asking, tiles, source):
    source.delay_s = 0.2
    tiles.use(served_by(source, connections=1))
    for y in range(42, 54):
        asking.ask(y=y, wait=False)
    asking.qtbot.waitUntil(lambda: bool(source.asked), timeout=WAIT_MS)
    for job in asking.jobs:
        delete(job)
    source.delay_s = 0.0
    assert asking.ask(106).data == TILE
    assert len(source.tiles_asked) <= 2
    assert (tiles._waiting, tiles._running) == ({}, {})


def test_going_offline_lets_go_of_everything_at_once(asking, tiles, source):
    source.delay_s = 0.2
    tiles.use(served_by(source, connections=2))
    for y in range(42, 54):
        asking.ask(y=y, wait=False)
    asking.qtbot.waitUntil(lambda: len(source.asked) == 2, timeout=WAIT_MS)
    tiles.use(None)
    assert set(asking.answers.values()) == {"RequestAborted"}
    assert len(asking.answers) == 12
    assert tiles._manager is None
    asking.answers.clear()
    assert type(asking.ask(106)).__name__ == "PageMissing"
    assert len(source.asked) == 2
    assert asking.failures == []


def test_a_page_that_asks_without_end_is_refused(asking, tiles, source):
    source.delay_s = 0.5
    tiles.use(served_by(source, connections=1))
    for x in range(100, 111):
        for y in range(42, 56):
            for _again in range(4):
                asking.ask(x, y=y, wait=False)
    assert len(tiles._waiting) == MAX_WAITING
    assert "RequestFailed" in asking.answers.values()


@pytest.mark.parametrize(
    "path", ["/tiles/", "/tiles/osm/7/105/48", "/tiles/own-0a1b2c3d/7/1/1", "/tiles/../x"]
)
def test_no_other_path_makes_a_request(asking, tiles, source, path):
    tiles.use(served_by(source))
    answers: list[Any] = []
    tiles.answer(Job(), path, lambda _job, _path, answer: answers.append(answer))
    assert type(answers[0]).__name__ == "PageMissing"
    assert source.asked == []


def test_the_token_is_in_the_request_and_nowhere_else(map_view, tiles, source, tmp_path, caplog):
    with caplog.at_level(logging.DEBUG):
        served = served_by(source, query="?tk={token}", token=CANARY)
        show(map_view, tiles, served)
        wait_for_tiles(map_view)
        assert all(asked.path.endswith(f"?tk={CANARY}") for asked in source.asked)
        source.answer = lambda path: (403, {"X-Why": path}, path.encode())
        map_view.send(FitBounds(116.0, 39.5, 116.4, 39.9))
        with map_view.qtbot.waitSignal(tiles.failed, timeout=WAIT_MS) as failed:
            pass
    assert CANARY not in str(failed.args)
    assert CANARY not in caplog.text
    assert CANARY not in repr(served)
    page = map_view.ask(
        "document.documentElement.outerHTML + JSON.stringify(jjjmap.page.config)"
        " + JSON.stringify(performance.getEntries())"
    )
    assert "/tiles/own-0a1b2c3d/" in page
    assert CANARY not in page
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any("own-0a1b2c3d" in str(path) for path in files)
    for path in files:
        assert CANARY not in str(path)
        assert CANARY.encode() not in path.read_bytes()
    assert CANARY not in repr(map_view.console)
    map_view.console.clear()
