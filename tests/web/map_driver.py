"""A loaded map page and what a test does with it."""

import json
from typing import Any

from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtGui import QColor

from jjjmap.errors import PageMissing
from jjjmap.layers.layer import Layer
from jjjmap.layers.shipped_files import read_shipped_layer
from jjjmap.maps.bridge import Call, Event, PointerMoved
from jjjmap.maps.config import page_config
from jjjmap.maps.drawing.drawn_layer import DrawnLayer
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.paths import GEODATA
from jjjmap.web.profile import MapProfile
from jjjmap.web.view import MapView

WAIT_MS = 20_000


class MapDriver:
    """A loaded map page and what a test does with it."""

    def __init__(self, qtbot: QtBot, view: MapView, profile: MapProfile, snapshot: MapSnapshot) -> None:
        self.qtbot = qtbot
        self.view = view
        self.profile = profile
        self.snapshot = snapshot
        self.events: list[Event] = []
        self.console: list[tuple[int, str]] = []
        self.replaced_layers: dict[str, bytes] = {}
        self.drawn: dict[str, DrawnLayer] = {}  # by the part of the path that names layer and revision
        view.event_received.connect(self.events.append)
        view.console_said.connect(lambda level, text: self.console.append((level, text)))

    def open(self) -> None:
        self.view.resize(900, 700)
        self.view.show()
        self.view.open_map()
        self.qtbot.waitUntil(lambda: self.view.channel.is_ready, timeout=WAIT_MS)

    def config(self) -> dict[str, Any]:
        return page_config(self.snapshot) | {"still": True}  # No flight: the view is there at once.

    def read_layer(self, layer: Layer) -> bytes:
        return self.replaced_layers.get(layer.id) or read_shipped_layer(layer, GEODATA).data

    def answer(self, path: str) -> bytes:
        """Answer what is asked for below ``/features/``."""
        layer_id, revision, *what = path.split("/")
        try:
            layer = self.drawn[f"{layer_id}/{revision}"]
        except KeyError:
            raise PageMissing(path) from None
        return layer.answer(tuple(what))

    def send(self, call: Call) -> None:
        self.view.send(call)

    def ask(self, code: str) -> Any:
        """Return the JSON value of a JavaScript expression."""
        with self.qtbot.waitCallback(timeout=WAIT_MS) as called:
            self.view.page().runJavaScript(f"JSON.stringify(({code}) ?? null)", 0, called)
        return json.loads(called.args[0])

    def wait_for(self, code: str, value: Any = True) -> None:
        """Wait until a JavaScript expression has a value."""
        self.qtbot.waitUntil(lambda: self.ask(code) == value, timeout=WAIT_MS)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def pixel_of_symbol(self, feature_id: str) -> QPoint:
        """Return where the symbol of a point feature is drawn, in pixels of the view."""
        x, y = self.ask(
            "(() => { const s = jjjmap.page.overlay.arrangement().symbols"
            f".find(s => s.feature.id === {json.dumps(feature_id)});"
            " const o = jjjmap.page.map.getPixelBounds().min; return [s.x - o.x, s.y - o.y]; })()"
        )
        return QPoint(round(x), round(y))

    def pixel_at(self, lon: float, lat: float) -> QPoint:
        x, y = self.ask(f"(p => [p.x, p.y])(jjjmap.page.map.latLngToContainerPoint([{lat}, {lon}]))")
        return QPoint(round(x), round(y))

    def hover(self, point: QPoint) -> None:
        """Move the pointer as a hand does: the first move only enters the page, which need not hear of it."""
        widget = self.view.focusProxy()
        for short_of in (QPoint(3, 2), QPoint(0, 0)):
            self.qtbot.mouseMove(widget, point - short_of)

    def hover_until_heard(self, point: QPoint) -> PointerMoved:
        """Move the pointer about a point, as a hand does that waits for an answer; return what was heard."""
        lon, lat = self.ask(
            f"(p => [p.lng, p.lat])(jjjmap.page.map.containerPointToLatLng([{point.x()}, {point.y()}]))"
        )

        def is_heard() -> bool:
            moved = self.of(PointerMoved)
            if moved and abs(moved[-1].lon - lon) + abs(moved[-1].lat - lat) < 1e-5:
                return True
            self.hover(point)
            self.qtbot.wait(50)
            return False

        self.qtbot.waitUntil(is_heard, timeout=WAIT_MS)
        return self.of(PointerMoved)[-1]

    def click(self, point: QPoint) -> None:
        """Click as a person does, with real mouse events."""
        widget = self.view.focusProxy()
        self.hover(point)
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=point)

    def press(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.view.focusProxy(), key)


def color_at(page: MapDriver, lon: float, lat: float) -> QColor:
    """Return the colour of a pixel on the screen."""
    return page.view.grab().toImage().pixelColor(page.pixel_at(lon, lat))


def is_near(one: QColor, other: QColor, by: int = 3) -> bool:
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return all(abs(a - b) <= by for a, b in pairs)
