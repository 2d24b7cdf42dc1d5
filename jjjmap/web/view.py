"""The map widget: a web view that shows our page, stays on it, and loads it anew when it is lost."""

import logging
import time
from collections.abc import Iterable

from qtpy.QtCore import QObject, Qt, QTimer, QUrl, Signal
from qtpy.QtWebEngineCore import QWebEnginePage
from qtpy.QtWebEngineWidgets import QWebEngineView
from qtpy.QtWidgets import QWidget

from jjjmap.maps.bridge import Call, PageReady
from jjjmap.web.allowance import Allowance
from jjjmap.web.channel import MapChannel
from jjjmap.web.heartbeat import Heartbeat
from jjjmap.web.processes import end_process
from jjjmap.web.profile import MapProfile
from jjjmap.web.scheme import INDEX_URL

logger = logging.getLogger(__name__)
page_logger = logging.getLogger("jjjmap.web.js")

MAX_CRASHES = 3
"""So often a page is loaded anew that ends again and again; if it ends once more it is given up."""
CALM_S = 60.0
"""A page that ran so long before it ended does not end again and again."""

_CONSOLE_PER_S, _CONSOLE_BURST = 20, 200
_CONSOLE_CHARS = 2000

_LOG_LEVELS = {
    QWebEnginePage.JavaScriptConsoleMessageLevel.InfoMessageLevel: logging.INFO,
    QWebEnginePage.JavaScriptConsoleMessageLevel.WarningMessageLevel: logging.WARNING,
    QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel: logging.ERROR,
}


class _MapPage(QWebEnginePage):
    """A page that cannot be led elsewhere; its console goes to the log."""

    console_said = Signal(int, str)  # logging level, text

    def __init__(self, profile: MapProfile, parent: QObject) -> None:
        super().__init__(profile, parent)
        self._console = Allowance(_CONSOLE_PER_S, _CONSOLE_BURST)
        # Nothing on the map needs the camera, the position of the user, or the like.
        self.permissionRequested.connect(lambda permission: permission.deny())

    def acceptNavigationRequest(
        self, url: QUrl | str, kind: QWebEnginePage.NavigationType, is_main_frame: bool
    ) -> bool:
        """Refuse links, forms and redirects that lead off our page."""
        return QUrl(url) == QUrl(INDEX_URL)

    def createWindow(self, kind: QWebEnginePage.WebWindowType) -> QWebEnginePage:
        """Refuse pop-ups."""
        # None is what refuses one, though the stubs do not know it.
        return None  # type: ignore[return-value]

    def javaScriptAlert(self, origin: QUrl | str, text: str) -> None:
        """Show no box: the page has nothing to say that is not on the map."""

    def javaScriptConfirm(self, origin: QUrl | str, text: str) -> bool:
        """Ask nobody; the answer is no."""
        return False

    def javaScriptPrompt(self, origin: QUrl | str, text: str, default: str) -> tuple[bool, str]:
        """Ask nobody; there is no answer."""
        return False, ""

    def chooseFiles(
        self,
        mode: QWebEnginePage.FileSelectionMode,
        old_files: Iterable[str],
        accepted_types: Iterable[str],
    ) -> list[str]:
        """Hand over no file."""
        return []

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        """Log what the page prints, as far as a log can take it."""
        if not self._console.takes():
            return
        dropped = self._console.dropped_before()
        if dropped:
            page_logger.warning("%s more lines were not written down", dropped)
        message = message[:_CONSOLE_CHARS]
        page_logger.log(_LOG_LEVELS[level], "%s (%s:%s)", message, source, line)
        self.console_said.emit(_LOG_LEVELS[level], message)


class MapView(QWebEngineView):
    """The map.

    Parameters
    ----------
    profile
        Must outlive the view: delete the view first.
    is_watched
        Whether the page is asked again and again if it still answers, and is ended if it does not. Not for a
        page that draws large sheets where nobody waits before it.
    """

    event_received = Signal(object)  # an event of maps.bridge
    console_said = Signal(int, str)  # logging level, what the page printed
    page_restored = Signal(float)  # the page ended and is there again; seconds that took
    page_lost = Signal()  # the page ended again and again, and is not loaded any more

    def __init__(
        self, profile: MapProfile, parent: QWidget | None = None, *, is_watched: bool = False
    ) -> None:
        super().__init__(parent)
        self._page = _MapPage(profile, self)
        self.setPage(self._page)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)
        self.channel = MapChannel(self._page)
        self.channel.event_received.connect(self._note_event)
        self.channel.event_received.connect(self.event_received)
        self.channel.flooded.connect(self._end_flood)
        self._page.console_said.connect(self.console_said)
        self._crashes = 0
        self._last_crash = -CALM_S
        self._lost_at: float | None = None
        self._page.renderProcessTerminated.connect(self._notice_crash)
        self._is_spared = self._was_spared = False
        self.heartbeat = Heartbeat(self._page, lambda: not self.channel.is_ready)
        self.heartbeat.hung.connect(self._end_hung_page)
        self._is_watched = is_watched

    def open_map(self) -> None:
        """Load the page; it asks for its configuration by itself."""
        self.channel.forget_page()
        self.load(QUrl(INDEX_URL))
        if self._is_watched:
            self.heartbeat.start()

    def open_again(self) -> None:
        """Load a page that was given up: the user asks for it."""
        self._crashes = 0
        self._lost_at = time.monotonic()
        self.open_map()

    def send(self, call: Call) -> None:
        """Send a call to the page, as soon as it is ready."""
        self.channel.send(call)

    def _note_event(self, event: object) -> None:
        if not isinstance(event, PageReady):
            return
        self._was_spared = False
        if self._lost_at is not None:
            took_s, self._lost_at = time.monotonic() - self._lost_at, None
            logger.info("the page is there again after %.1f s", took_s)
            self.page_restored.emit(took_s)

    def _end_hung_page(self, silent_s: float) -> None:
        logger.error("the page has not answered for %.1f s: its process is ended", silent_s)
        if not self.channel.is_ready and not self._was_spared:
            # It never was there: this is one more try to load it, not one more page that ended.
            self._is_spared = self._was_spared = True
        end_process(self._page)

    def _end_flood(self) -> None:
        logger.error("the page says more than anybody can hear: its process is ended")
        end_process(self._page)

    def _notice_crash(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        if status == QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus:
            return  # The view is being closed.
        logger.error("the page process ended: %s, code %s", status, code)
        self.heartbeat.stop()
        self.channel.forget_page()
        now = time.monotonic()
        # Not so many within one minute: a page that hangs at once is noticed only after a while.
        if not self._is_spared:
            self._crashes = self._crashes + 1 if now - self._last_crash < CALM_S else 1
        self._is_spared = False
        self._last_crash = now
        if self._crashes > MAX_CRASHES:
            self._lost_at = None
            self.page_lost.emit()
            return
        if self._lost_at is None:
            self._lost_at = now
        # Not from within the signal: the page is still being torn down.
        QTimer.singleShot(0, self, self.open_map)
