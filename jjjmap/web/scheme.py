"""The ``jjjmap://`` scheme: answers from a closed table of pages, and from nothing else."""

import logging
from typing import Any

from qtpy.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject
from qtpy.QtWebEngineCore import (
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

from jjjmap.errors import PageMissing, ResourceMissing
from jjjmap.maps.pages import INDEX, PAGE_POLICY, PageTable

logger = logging.getLogger(__name__)

SCHEME = b"jjjmap"
HOST = "app"
INDEX_URL = f"{SCHEME.decode()}://{HOST}{INDEX}"


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


class SchemeHandler(QWebEngineUrlSchemeHandler):
    """Looks the path up in the table and replies; every other request fails."""

    def __init__(self, pages: PageTable, parent: QObject) -> None:
        super().__init__(parent)
        self._pages = pages

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer one request."""
        url = job.requestUrl()
        error = QWebEngineUrlRequestJob.Error
        if bytes(job.requestMethod().data()) != b"GET" or url.host() != HOST or not _may_ask(job):
            job.fail(error.RequestDenied)
            return
        try:
            page = self._pages.page_for(url.path())
        except PageMissing:
            logger.warning("nothing stands at %s", url.path())
            job.fail(error.UrlNotFound)
            return
        except Exception:
            # Whatever it was: an exception that left this method would leave the page waiting for ever.
            logger.exception("could not answer %s", url.path())
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
        buffer.setData(QByteArray(page.data))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(page.mimetype.partition(";")[0].encode(), buffer)
