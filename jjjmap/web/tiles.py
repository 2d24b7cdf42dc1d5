"""Fetches the tiles of the basemap that is online; the one place from which the map ever asks a network.

The page asks its own scheme for a tile, and cannot tell where it comes from. Nothing here runs before the
user has gone online: there is no network object until then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from qtpy.QtCore import QObject, QTimer, Signal
from qtpy.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest
from qtpy.QtWebEngineCore import QWebEngineUrlRequestJob

from jjjmap.binding import is_alive
from jjjmap.errors import PageMissing
from jjjmap.maps.assets import Asset
from jjjmap.maps.basemaps import TILES, Served, TileKey, TileSet, tile_at
from jjjmap.maps.tile_cache import CachedTile, TileCache
from jjjmap.maps.tile_images import tile_mimetype
from jjjmap.web.tile_requests import headers_of, proxy_for, reason_of, tile_request

logger = logging.getLogger(__name__)

MAX_TILE_BYTES = 2_000_000

LONGEST_MS = 60_000
"""A server that goes on sending, but next to nothing, would hold a connection for ever."""

MAX_WAITING = 400
"""A window shows some fifty tiles; a page that asks for more without end is refused."""

PATIENCE = 3
"""After so many failures with no success between them the basemap counts as out of order."""
PATIENCE_FOR_MISSING = 12
"""Where there is no tile there may be nothing to show: it takes more of these."""

PRUNE_AFTER = 500
"""So many tiles are written before somebody looks whether there are too many."""

Reply = Callable[[QWebEngineUrlRequestJob, str, Asset | Exception], None]

_MISSING = frozenset({204, 404, 410})
"""Answers that there is no such tile."""


@dataclass(slots=True, eq=False)
class _Wanted:
    """A tile that the page waits for."""

    job: QWebEngineUrlRequestJob
    path: str
    key: TileKey
    tile_set: TileSet
    reply: Reply
    known: CachedTile | None
    """What is kept of it, but is to be asked for again."""


class TileServer(QObject):
    """Answers requests for tiles: from the cache, else from the servers of the basemap that is online.

    Parameters
    ----------
    cache_folder
        Where tiles are kept.
    """

    counted = Signal(int, int)  # since the program began: requests that went out, tiles that needed none
    failed = Signal(str, str)  # why (see `maps.basemap_reasons`), host; once until `use` is called again

    def __init__(self, cache_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = TileCache(cache_folder)
        self._served: Served | None = None
        self._manager: QNetworkAccessManager | None = None
        self._numbers = count()
        self._waiting: dict[int, _Wanted] = {}
        self._running: dict[int, tuple[_Wanted, QNetworkReply]] = {}
        self._failures = self._missing = 0
        self._succeeded = self._gave_up = False
        self._written = 0
        self.requests = 0
        """How many requests have gone out."""
        self.spared = 0
        """How many tiles came from the cache, without any request."""
        self._writers = ThreadPoolExecutor(1, "tiles")
        writers = self._writers
        self.destroyed.connect(lambda: writers.shutdown(wait=False, cancel_futures=True))
        self._sending = QTimer(self)
        self._sending.setSingleShot(True)
        self._sending.timeout.connect(self._send_next)
        # Not with every tile: a label that changes fifty times in a blink helps nobody.
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(200)
        self._telling.timeout.connect(lambda: self.counted.emit(self.requests, self.spared))

    def use(self, served: Served | None) -> None:
        """Answer with the tiles of this basemap from now on, for None with none; what was asked is let go."""
        self._let_go()
        self._served = served
        self._failures = self._missing = 0
        self._succeeded = self._gave_up = False
        if self._manager is not None:
            # Connections to the servers end with it.
            self._manager.deleteLater()
            self._manager = None
        if served is not None:
            self._manager = QNetworkAccessManager(self)
            self._manager.setProxy(proxy_for(served))

    def answer(self, job: QWebEngineUrlRequestJob, path: str, reply: Reply) -> None:
        """Answer one request of the page, now or later; the job may be gone by then.

        Parameters
        ----------
        path
            Begins with `TILES`.
        reply
            Sends an answer to a job.
        """
        served = self._served
        found = tile_at(path[len(TILES) :], served.tile_sets) if served is not None else None
        if found is None:
            reply(job, path, PageMissing(path))
            return
        tile_set, key = found
        known = self._cache.find(key)
        if known is not None and self._cache.is_fresh(known):
            self.spared += 1
            self._tell_soon()
            reply(job, path, Asset(known.mimetype, known.data))
            return
        if self._gave_up or len(self._waiting) >= MAX_WAITING:
            job.fail(QWebEngineUrlRequestJob.Error.RequestFailed)
            return
        number = next(self._numbers)
        self._waiting[number] = _Wanted(job, path, key, tile_set, reply, known)
        # The page moves on while the user pans: then nobody waits for the tile, and nobody is asked for it.
        job.destroyed.connect(lambda: self._forget(number))
        self._send_next()

    def clear_cache(self) -> None:
        """Remove every tile that is kept."""
        self._writers.submit(self._cache.clear)

    # ---- asking ----

    def _send_next(self) -> None:
        served, manager = self._served, self._manager
        if served is None or manager is None:
            return
        while self._waiting and len(self._running) < served.basemap.connections:
            number = next(iter(self._waiting))
            wanted = self._waiting.pop(number)
            answer = manager.get(tile_request(wanted.tile_set, wanted.key, served.token, wanted.known))
            self._running[number] = (wanted, answer)
            answer.setReadBufferSize(MAX_TILE_BYTES + 1)
            answer.readyRead.connect(lambda number=number: self._watch_size(number))
            answer.finished.connect(lambda number=number: self._finish(number))
            QTimer.singleShot(LONGEST_MS, answer, answer.abort)
            self.requests += 1
            self._tell_soon()

    def _watch_size(self, number: int) -> None:
        running = self._running.get(number)
        if running is not None and running[1].bytesAvailable() > MAX_TILE_BYTES:
            wanted, answer = self._running.pop(number)
            answer.abort()
            answer.deleteLater()
            self._fail(wanted, "too-large")
            self._send_next()

    def _finish(self, number: int) -> None:
        running = self._running.pop(number, None)
        if running is None:
            return  # Given up meanwhile.
        wanted, answer = running
        status = answer.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
        if status == 304 and wanted.known is not None:
            self._writers.submit(self._cache.renew, wanted.key, wanted.known, headers_of(answer))
            self._succeed(wanted, wanted.known.data, wanted.known.mimetype)
        elif status == 200 and answer.error() == QNetworkReply.NetworkError.NoError:
            self._take(wanted, answer)
        elif status in _MISSING:
            self._miss(wanted)
        else:
            self._fail(wanted, reason_of(answer, status))
        answer.deleteLater()
        self._send_next()

    def _take(self, wanted: _Wanted, answer: QNetworkReply) -> None:
        data = bytes(answer.readAll().data())
        mimetype = tile_mimetype(data)
        if len(data) > MAX_TILE_BYTES:
            self._fail(wanted, "too-large")
        elif mimetype is None:
            self._fail(wanted, "not-a-picture")
        else:
            self._writers.submit(self._cache.keep, wanted.key, data, mimetype, headers_of(answer))
            self._written += 1
            if self._written % PRUNE_AFTER == 1:
                self._writers.submit(self._cache.prune)
            self._succeed(wanted, data, mimetype)

    def _succeed(self, wanted: _Wanted, data: bytes, mimetype: str) -> None:
        self._failures, self._succeeded = 0, True
        if is_alive(wanted.job):
            wanted.reply(wanted.job, wanted.path, Asset(mimetype, data))

    def _miss(self, wanted: _Wanted) -> None:
        if is_alive(wanted.job):
            wanted.job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
        self._missing += 1
        if not self._succeeded and self._missing >= PATIENCE_FOR_MISSING:
            self._give_up("not-found", wanted)

    def _fail(self, wanted: _Wanted, reason: str) -> None:
        # Neither address nor what Qt says of the error, which holds the address: a token may stand in it.
        logger.info("no tile %s from %s: %s", wanted.path, wanted.tile_set.host, reason)
        if wanted.known is not None:
            # An old tile is better than none.
            if is_alive(wanted.job):
                wanted.reply(wanted.job, wanted.path, Asset(wanted.known.mimetype, wanted.known.data))
        elif is_alive(wanted.job):
            wanted.job.fail(QWebEngineUrlRequestJob.Error.RequestFailed)
        self._failures += 1
        if self._failures >= PATIENCE:
            self._give_up(reason, wanted)

    def _give_up(self, reason: str, wanted: _Wanted) -> None:
        if self._gave_up:
            return
        self._gave_up = True
        logger.warning("the online basemap is out of order: %s says %s", wanted.tile_set.host, reason)
        self._let_go()
        self.failed.emit(reason, wanted.tile_set.host)

    # ---- letting go ----

    def _forget(self, number: int) -> None:
        """Do not fetch what nobody waits for any more."""
        self._waiting.pop(number, None)
        running = self._running.pop(number, None)
        if running is not None:
            running[1].abort()
            running[1].deleteLater()
            # Not at once: the page gives up many tiles together, and the next one may be among them.
            self._sending.start()

    def _let_go(self) -> None:
        """Give up everything that is asked for."""
        waiting, running = self._waiting, self._running
        self._waiting, self._running = {}, {}
        for _wanted, answer in running.values():
            answer.abort()
            answer.deleteLater()
        for wanted in (*waiting.values(), *(wanted for wanted, _answer in running.values())):
            if is_alive(wanted.job):
                wanted.job.fail(QWebEngineUrlRequestJob.Error.RequestAborted)

    def _tell_soon(self) -> None:
        if not self._telling.isActive():
            self._telling.start()
