"""The channel between page and program: carries the words of `maps.bridge`, and nothing else."""

import logging
from collections.abc import Callable

from qtpy.QtCore import QEvent, QObject, Signal, Slot
from qtpy.QtWebChannel import QWebChannel
from qtpy.QtWebEngineCore import QWebEnginePage

from jjjmap.errors import BridgeMessageInvalid
from jjjmap.maps.bridge import Call, PageFailed, PageReady, call_to_json, parse_event
from jjjmap.web.allowance import Allowance

logger = logging.getLogger(__name__)

BRIDGE_NAME = "bridge"

EVENTS_PER_S, EVENTS_BURST = 500, 2000
"""A pointer that is moved makes some two hundred a second on a fast screen."""
FLOOD, FLOOD_S = 3_000, 10.0
"""Where so many events are dropped in so many seconds, the page has lost its senses."""
_REFUSALS_PER_S, _REFUSALS_BURST = 1, 20


def _new_events() -> Allowance:
    return Allowance(EVENTS_PER_S, EVENTS_BURST)


def _new_flood() -> Allowance:
    return Allowance(FLOOD / FLOOD_S, FLOOD)


class _Bridge(QObject):
    """What a page can reach of the program: one slot, one signal, no state.

    QWebChannel shows a page every slot and property of a registered object, ``deleteLater`` and
    ``objectName`` among them. The first is not obeyed, the second is emptied again by the channel. What it
    hears it passes on to a plain function: a signal would be one more thing to be seen.
    """

    told = Signal(str)  # a call, as JSON

    def __init__(self, hear: Callable[[str], None]) -> None:
        super().__init__()
        self._hear = hear

    @Slot(str)
    def say(self, text: str) -> None:
        """Take what the page says."""
        self._hear(text)

    def event(self, event: QEvent) -> bool:
        """Do not go because a page says so: whoever holds this object lets go of it."""
        return event.type() == QEvent.Type.DeferredDelete or super().event(event)


class MapChannel(QObject):
    """Calls out, events in. Calls wait until the page is ready."""

    event_received = Signal(object)  # an event of maps.bridge
    flooded = Signal()  # the page says more than anybody can hear

    def __init__(self, page: QWebEnginePage) -> None:
        super().__init__(page)
        self._events, self._flood = _new_events(), _new_flood()
        self._refusals = Allowance(_REFUSALS_PER_S, _REFUSALS_BURST)
        self._channel = QWebChannel(self)
        self._waiting: dict[tuple[type[Call], str], Call] = {}
        self._is_ready = False
        self._is_deaf = False
        """Whether nothing is heard any more until the page is loaded anew."""
        self._bridge = _Bridge(self._receive)
        self._bridge.objectNameChanged.connect(self._forget_name)
        self._channel.registerObject(BRIDGE_NAME, self._bridge)
        page.setWebChannel(self._channel)

    @property
    def is_ready(self) -> bool:
        """Whether the page has shown its first configuration."""
        return self._is_ready

    def send(self, call: Call) -> None:
        """Send a call to the page, as soon as it is ready."""
        if self._is_ready:
            self._bridge.told.emit(call_to_json(call))
        else:
            # Of calls that say the same kind of thing about the same thing only the last one matters.
            key = (type(call), getattr(call, "layer_id", ""))
            self._waiting.pop(key, None)
            self._waiting[key] = call

    def forget_page(self) -> None:
        """Hold calls back again: the page is about to be loaded anew."""
        self._is_ready = self._is_deaf = False
        self._events, self._flood = _new_events(), _new_flood()

    def _forget_name(self, name: str) -> None:
        # A page may write there as much as it likes, and it would stay in memory.
        if name:
            self._bridge.setObjectName("")

    def _drop(self) -> None:
        if self._refusals.takes():
            logger.warning("the page says too much; %s things were dropped", self._events.dropped_before())
        if not self._is_deaf and not self._flood.takes():
            self._is_deaf = True
            self.flooded.emit()

    def _receive(self, text: str) -> None:
        if self._is_deaf or not self._events.takes():
            self._drop()
            return
        try:
            event = parse_event(text)
        except BridgeMessageInvalid as exc:
            # A page that says nothing else must not push everything out of the log.
            if self._refusals.takes():
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
