"""The channel between page and program: carries the words of `maps.bridge`, and nothing else."""

import logging
from collections.abc import Callable

from qtpy.QtCore import QObject, Signal, Slot
from qtpy.QtWebChannel import QWebChannel
from qtpy.QtWebEngineCore import QWebEnginePage

from jjjmap.binding import is_alive
from jjjmap.errors import BridgeMessageInvalid
from jjjmap.maps.bridge import Call, PageFailed, PageReady, call_to_json, parse_event

logger = logging.getLogger(__name__)

BRIDGE_NAME = "bridge"


class _Bridge(QObject):
    """What a page can reach of the program: one slot, one signal, no state.

    QWebChannel shows a page every slot and property of a registered object, ``deleteLater`` among them; so
    this object owns nothing, and the channel replaces it when it goes. What it hears it passes on to a plain
    function: a signal would be one more thing to be seen.
    """

    told = Signal(str)  # a call, as JSON

    def __init__(self, hear: Callable[[str], None]) -> None:
        super().__init__()
        self._hear = hear

    @Slot(str)
    def say(self, text: str) -> None:
        """Take what the page says."""
        self._hear(text)


class MapChannel(QObject):
    """Calls out, events in. Calls wait until the page is ready."""

    event_received = Signal(object)  # an event of maps.bridge

    def __init__(self, page: QWebEnginePage) -> None:
        super().__init__(page)
        self._channel = QWebChannel(self)
        self._waiting: dict[tuple[type[Call], str], Call] = {}
        self._is_ready = False
        self._bridge = self._register_bridge()
        page.setWebChannel(self._channel)

    @property
    def is_ready(self) -> bool:
        """Whether the page has shown its first configuration."""
        return self._is_ready

    def send(self, call: Call) -> None:
        """Send a call to the page, as soon as it is ready."""
        if self._is_ready and not is_alive(self._bridge):
            logger.warning("the page has deleted its bridge; calls wait until it is loaded anew")
            self._is_ready = False
        if self._is_ready:
            self._bridge.told.emit(call_to_json(call))
        else:
            # Of calls that say the same kind of thing about the same thing only the last one matters.
            key = (type(call), getattr(call, "layer_id", ""))
            self._waiting.pop(key, None)
            self._waiting[key] = call

    def forget_page(self) -> None:
        """Hold calls back again: the page is about to be loaded anew."""
        self._is_ready = False
        if not is_alive(self._bridge):
            self._bridge = self._register_bridge()

    def _register_bridge(self) -> _Bridge:
        bridge = _Bridge(self._receive)
        self._channel.registerObject(BRIDGE_NAME, bridge)
        return bridge

    def _receive(self, text: str) -> None:
        try:
            event = parse_event(text)
        except BridgeMessageInvalid as exc:
            logger.warning("the page said something unknown: %s", exc)
            return
        if isinstance(event, PageReady):
            self._is_ready = True
            waiting, self._waiting = self._waiting, {}
            for call in waiting.values():
                self.send(call)
        if isinstance(event, PageFailed):
            logger.error("the map page could not show anything: %s", event.reason)
        self.event_received.emit(event)
