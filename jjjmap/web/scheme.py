"""The ``jjjmap://`` scheme: answers from a closed table of pages, and from nothing else."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import shiboken6
from qtpy.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject, Signal
from qtpy.QtWebEngineCore import (
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

from jjjmap.errors import PageMissing, ResourceMissing
from jjjmap.maps.assets import Asset
from jjjmap.maps.pages import INDEX, PAGE_POLICY, PageTable

logger = logging.getLogger(__name__)

SCHEME = b"jjjmap"
HOST = "app"
INDEX_URL = f"{SCHEME.decode()}://{HOST}{INDEX}"

MAX_THREADS = 2
"""So many answers are reckoned at a time; numpy gives the window its turn meanwhile."""


def register_scheme() -> None:
    """Tell Chromium of the scheme. Must run before the QApplication is made; a second call does nothing.

    Not LocalScheme: with it a page may read any file of the user (docs/decisions/0002-scheme.md).
    """
    if QWebEngineUrlScheme.schemeByName(QByteArray(SCHEME)).name():
        return
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


class _Errand:
    """A request that is being answered in another thread; its job may end before it does."""

    def __init__(self, job: QWebEngineUrlRequestJob, path: str) -> None:
        self.job = job
        self.path = path
        self.is_wanted = True

    def forget(self) -> None:
        """Note that nobody waits any more: the page has moved on, and Qt has deleted the job."""
        self.is_wanted = False


class _Messenger(QObject):
    """Carries answers over to the thread of the window. Owned by nobody else, so no thread finds it gone."""

    answered = Signal(object, object)  # _Errand, Asset or the exception that came instead


class SchemeHandler(QWebEngineUrlSchemeHandler):
    """Looks the path up in the table and replies; every other request fails.

    What takes time to reckon is reckoned in other threads: meanwhile the window answers the user.
    """

    def __init__(self, pages: PageTable, parent: QObject) -> None:
        super().__init__(parent)
        self._pages = pages
        self._errands: set[_Errand] = set()
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
        if self._pages.is_slow(path):
            errand = _Errand(job, path)
            self._errands.add(errand)
            job.destroyed.connect(errand.forget)
            try:
                self._threads.submit(_run_errand, errand, self._pages, self._messenger)
            except RuntimeError:  # The page asks once more while everything is being taken down.
                self._errands.discard(errand)
                job.fail(QWebEngineUrlRequestJob.Error.RequestAborted)
            return
        _reply(job, path, _answer(self._pages, path))

    def _finish(self, errand: _Errand, answer: Asset | Exception) -> None:
        self._errands.discard(errand)
        if errand.is_wanted and shiboken6.isValid(errand.job):
            _reply(errand.job, errand.path, answer)


def _answer(pages: PageTable, path: str) -> Asset | Exception:
    try:
        return pages.page_for(path)
    except Exception as exc:
        # Whatever it was: an exception that left the handler would leave the page waiting for ever.
        return exc


def _run_errand(errand: _Errand, pages: PageTable, messenger: _Messenger) -> None:
    """Reckon an answer; runs in another thread and touches nothing of Qt but a signal."""
    if not errand.is_wanted:
        # A message all the same: the errand, and with it the job, must end in the thread of the window.
        messenger.answered.emit(errand, PageMissing(errand.path))
        return
    messenger.answered.emit(errand, _answer(pages, errand.path))


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
