"""The ``jjjmap://`` scheme: answers from a closed table of pages, and from nothing else."""

from __future__ import annotations

import logging
from collections.abc import Container
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject, Signal
from qtpy.QtWebEngineCore import (
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

from jjjmap.binding import is_alive
from jjjmap.errors import PageMissing, ResourceMissing
from jjjmap.maps.assets import Asset
from jjjmap.maps.basemaps import TILES
from jjjmap.maps.pages import INDEX, PAGE_POLICY, PageTable
from jjjmap.web.side_doors import shut_side_doors

if TYPE_CHECKING:
    from jjjmap.web.tiles import TileServer

logger = logging.getLogger(__name__)

SCHEME = b"jjjmap"
HOST = "app"
INDEX_URL = f"{SCHEME.decode()}://{HOST}{INDEX}"

MAX_THREADS = 2
"""So many answers are reckoned at a time; numpy gives the window its turn meanwhile."""


def register_scheme() -> None:
    """Tell Chromium of the scheme, and that there is no network behind it.

    Must run before the QApplication is made; a second call does nothing. Not LocalScheme: with it a page may
    read any file of the user (docs/decisions/0002-scheme.md).
    """
    if QWebEngineUrlScheme.schemeByName(QByteArray(SCHEME)).name():
        return
    shut_side_doors()
    scheme = QWebEngineUrlScheme(SCHEME)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    flag = QWebEngineUrlScheme.Flag
    scheme.setFlags(flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)


def qwebchannel_script() -> bytes:
    """Return Qt's ``qwebchannel.js`` from Qt's own resources; newer Qt closes ``qrc:`` to pages."""
    file = QFile(":/qtwebchannel/qwebchannel.js")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise ResourceMissing("qwebchannel.js", file.errorString())
    return bytes(file.readAll().data())


def _may_ask(job: QWebEngineUrlRequestJob) -> bool:
    """Whether our own page asks, or the program itself for the document; no other page gets an answer."""
    initiator, url = job.initiator(), job.requestUrl()
    if initiator.isEmpty():
        return url.path() == INDEX
    return (initiator.scheme(), initiator.host()) == (SCHEME.decode(), HOST)


class _Messenger(QObject):
    """Carries answers over to the thread of the window. It has no owner, so no thread finds it gone."""

    answered = Signal(int, object)  # number of the request, Asset or the exception that came instead


class SchemeHandler(QWebEngineUrlSchemeHandler):
    """Looks the path up in the table and replies; every other request fails.

    What takes time to reckon is reckoned in other threads: meanwhile the window answers the user. Those know
    a request by its number only. A job that one of them held would let go of its connections there, while
    Qt deletes it here: that corrupted the memory of the process.
    """

    def __init__(self, pages: PageTable, parent: QObject) -> None:
        super().__init__(parent)
        self._pages = pages
        self.tiles: TileServer | None = None
        """Answers for the tiles of online basemaps; None as long as nobody went online."""
        self._jobs: dict[int, QWebEngineUrlRequestJob] = {}
        self._numbers = count()
        self._threads = ThreadPoolExecutor(MAX_THREADS, "features")
        self._messenger = messenger = _Messenger()
        messenger.answered.connect(self._finish)
        threads = self._threads
        self.destroyed.connect(lambda: threads.shutdown(wait=False, cancel_futures=True))

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer one request."""
        url = job.requestUrl()
        if bytes(job.requestMethod().data()) != b"GET" or url.host() != HOST or not _may_ask(job):
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        path = url.path()
        if self.tiles is not None and path.startswith(TILES):
            self.tiles.answer(job, path, _reply)
            return
        if self._pages.is_slow(path):
            self._answer_later(job, path)
        else:
            _reply(job, path, _answer(self._pages, path))

    def _answer_later(self, job: QWebEngineUrlRequestJob, path: str) -> None:
        number, jobs = next(self._numbers), self._jobs
        jobs[number] = job
        # The page may move on: then Qt deletes the job, and nobody waits any more.
        job.destroyed.connect(lambda: jobs.pop(number, None))
        try:
            self._threads.submit(_run, number, path, jobs, self._pages, self._messenger)
        except RuntimeError:  # The page asks once more while everything is being taken down.
            del jobs[number]
            job.fail(QWebEngineUrlRequestJob.Error.RequestAborted)

    def _finish(self, number: int, answer: Asset | Exception) -> None:
        job = self._jobs.pop(number, None)
        if job is not None and is_alive(job):
            _reply(job, job.requestUrl().path(), answer)


def _answer(pages: PageTable, path: str) -> Asset | Exception:
    try:
        return pages.page_for(path)
    except Exception as exc:
        # Whatever it was: an exception that left the handler would leave the page waiting for ever.
        return exc


def _run(number: int, path: str, wanted: Container[int], pages: PageTable, messenger: _Messenger) -> None:
    """Reckon the answer to a request that is still wanted; runs in another thread."""
    if number in wanted:
        messenger.answered.emit(number, _answer(pages, path))


def _reply(job: QWebEngineUrlRequestJob, path: str, answer: Asset | Exception) -> None:
    error = QWebEngineUrlRequestJob.Error
    if isinstance(answer, PageMissing):
        logger.warning("nothing stands at %s", path)
        job.fail(error.UrlNotFound)
        return
    if isinstance(answer, Exception):
        logger.error("could not answer %s", path, exc_info=answer)
        job.fail(error.RequestFailed)
        return
    # Lists, not single values as Qt's stubs say: a bare QByteArray becomes one header per byte, and
    # the policy would silently not apply.
    headers: Any = {
        QByteArray(b"Content-Security-Policy"): [QByteArray(PAGE_POLICY.encode())],
        QByteArray(b"X-Content-Type-Options"): [QByteArray(b"nosniff")],
    }
    job.setAdditionalResponseHeaders(headers)
    buffer = QBuffer(job)  # Owned by the job, so it lives exactly as long as the reply.
    buffer.setData(QByteArray(answer.data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    job.reply(answer.mimetype.partition(";")[0].encode(), buffer)
