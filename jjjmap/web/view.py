"""The map widget: a web view that shows our page and stays on it."""

import logging
import time

from qtpy.QtCore import QObject, Qt, QTimer, QUrl, Signal
from qtpy.QtWebEngineCore import QWebEnginePage
from qtpy.QtWebEngineWidgets import QWebEngineView
from qtpy.QtWidgets import QWidget

from jjjmap.maps.bridge import Call
from jjjmap.web.channel import MapChannel
from jjjmap.web.profile import MapProfile
from jjjmap.web.scheme import INDEX_URL

logger = logging.getLogger(__name__)
page_logger = logging.getLogger("jjjmap.web.js")

MAX_CRASHES_A_MINUTE = 3

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

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        """Log what the page prints."""
        page_logger.log(_LOG_LEVELS[level], "%s (%s:%s)", message, source, line)
        self.console_said.emit(_LOG_LEVELS[level], message)


class MapView(QWebEngineView):
    """The map.

    Parameters
    ----------
    profile
        Must outlive the view: delete the view first.
    """

    event_received = Signal(object)  # an event of maps.bridge
    console_said = Signal(int, str)  # logging level, what the page printed
    page_lost = Signal()  # the page ended again and again, and is not loaded any more

    def __init__(self, profile: MapProfile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = _MapPage(profile, self)
        self.setPage(self._page)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)
        self.channel = MapChannel(self._page)
        self.channel.event_received.connect(self.event_received)
        self._page.console_said.connect(self.console_said)
        self._crash_times: list[float] = []
        self._page.renderProcessTerminated.connect(self._notice_crash)

    def open_map(self) -> None:
        """Load the page; it asks for its configuration by itself."""
        self.channel.forget_page()
        self.load(QUrl(INDEX_URL))

    def send(self, call: Call) -> None:
        """Send a call to the page, as soon as it is ready."""
        self.channel.send(call)

    def _notice_crash(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        if status == QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus:
            return  # The view is being closed.
        logger.error("the page process ended: %s, code %s", status, code)
        self.channel.forget_page()
        now = time.monotonic()
        self._crash_times = [*(then for then in self._crash_times if now - then < 60), now]
        if len(self._crash_times) > MAX_CRASHES_A_MINUTE:
            self.page_lost.emit()
            return
        # Not from within the signal: the page is still being torn down.
        QTimer.singleShot(0, self, self.open_map)
