"""The browser profile: off the record, and shut to everything but our own scheme."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

from qtpy.QtCore import QByteArray, QObject
from qtpy.QtWebEngineCore import (
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
)

from jjjmap.maps.pages import PageTable
from jjjmap.web.allowance import Allowance
from jjjmap.web.scheme import SCHEME, SchemeHandler

if TYPE_CHECKING:
    from jjjmap.web.tiles import TileServer

logger = logging.getLogger(__name__)

OPEN_SCHEMES = (SCHEME.decode(), "data", "blob")
"""Schemes whose requests do not leave the program."""

MAX_REMEMBERED = 200
"""So many refused addresses are kept; a page that asks without end must not fill the memory."""

MAX_ADDRESS_CHARS = 500

_LINES_PER_S, _LINES_BURST = 1, 50
"""Of the log; all of them are counted."""

_SHUT = (
    "LocalContentCanAccessRemoteUrls",
    "LocalContentCanAccessFileUrls",
    "JavascriptCanOpenWindows",
    "LocalStorageEnabled",
    "NavigateOnDropEnabled",
    "PluginsEnabled",
    "PdfViewerEnabled",
    "HyperlinkAuditingEnabled",
    "DnsPrefetchEnabled",
    "JavascriptCanAccessClipboard",
    "JavascriptCanPaste",
    "FullScreenSupportEnabled",
    "ScreenCaptureEnabled",
    "AllowGeolocationOnInsecureOrigins",
    "AllowRunningInsecureContent",
    "AutoLoadIconsForPage",
    "TouchIconsEnabled",
)


class RequestGuard(QWebEngineUrlRequestInterceptor):
    """Sees every request before it is made; counts and blocks those that would leave the program."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._blocked: deque[str] = deque(maxlen=MAX_REMEMBERED)
        self._log = Allowance(_LINES_PER_S, _LINES_BURST)
        self.blocked_count = 0
        """Requests that were refused."""
        self.allowed_count = 0
        """Requests that were let through; all stay inside the program."""

    @property
    def blocked(self) -> list[str]:
        """The addresses that were last refused, the oldest first."""
        return list(self._blocked)

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Let a request through or block it."""
        url = info.requestUrl()
        if url.scheme() in OPEN_SCHEMES:
            self.allowed_count += 1
            return
        info.block(True)
        address = url.toString()[:MAX_ADDRESS_CHARS]
        self.blocked_count += 1
        self._blocked.append(address)
        if self._log.takes():
            logger.warning("blocked a request to %s", address)


class ShutProfile(QWebEngineProfile):
    """An off-the-record profile from which nothing leaves the program."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.guard = RequestGuard(self)
        self.setUrlRequestInterceptor(self.guard)
        self.downloadRequested.connect(lambda download: download.cancel())
        settings = self.settings()
        for name in _SHUT:
            attribute = getattr(QWebEngineSettings.WebAttribute, name, None)
            if attribute is not None:  # Qt 5 has not all of them.
                settings.setAttribute(attribute, False)


class MapProfile(ShutProfile):
    """A profile that answers ``jjjmap://`` with the pages of a map and refuses the rest."""

    def __init__(self, pages: PageTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._handler = SchemeHandler(pages, self)
        self.installUrlSchemeHandler(QByteArray(SCHEME), self._handler)

    def serve_tiles(self, tiles: TileServer) -> None:
        """Let the page have tiles of online basemaps from now on."""
        self._handler.tiles = tiles
