"""A page that prints our documents: no script of theirs runs, and it reaches nothing."""

from __future__ import annotations

import codecs
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

from qtpy.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QObject, QSizeF, QUrl
from qtpy.QtGui import QPageLayout, QPageSize
from qtpy.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineScript,
    QWebEngineSettings,
    QWebEngineUrlRequestJob,
    QWebEngineUrlSchemeHandler,
)

from jjjmap.binding import delete
from jjjmap.export.renderer import CSS_PX_PER_MM, MeasuredPage
from jjjmap.maps.assets import web_file
from jjjmap.web.asking import Answer
from jjjmap.web.page_calls import ask_page
from jjjmap.web.processes import end_process
from jjjmap.web.profile import ShutProfile
from jjjmap.web.scheme import HOST, SCHEME

logger = logging.getLogger(__name__)

PRINT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of a document to print."""

_POLICY_INSIDE = (
    f'<meta http-equiv="Content-Security-Policy" content="{PRINT_POLICY.partition("; frame-")[0]}">'
)
"""The same as an element, for a browser that takes no headers; there nobody may speak of frames."""

_OWN_WORLD = int(QWebEngineScript.ScriptWorldId.ApplicationWorld)


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What a loaded document says of itself."""

    margins_mm: tuple[float, float, float, float]
    """Left, top, right, bottom, as its ``@page`` has them."""
    drops: tuple[str, ...]
    """``data-drop`` of the elements that may be left out, in the order in which they go."""


@dataclass(frozen=True, slots=True)
class Print:
    """How a document is to be printed."""

    width_mm: float
    height_mm: float
    margins_mm: tuple[float, float, float, float]
    dropped: int
    """So many of `DocumentFacts.drops` are left out."""
    is_trial: bool = False
    """Only the number of pages is wanted: what is on them is not drawn, which is many times faster."""


class _PrintHandler(QWebEngineUrlSchemeHandler):
    """Serves the one document that is being printed."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.path = ""
        self.document = b""

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer one request."""
        url = job.requestUrl()
        asks_for_document = job.initiator().isEmpty() and url.host() == HOST and url.path() == self.path
        if bytes(job.requestMethod().data()) != b"GET" or not asks_for_document:
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        # Lists, not single values as Qt's stubs say: see `scheme`.
        headers: dict[QByteArray, list[QByteArray]] = {
            QByteArray(b"Content-Security-Policy"): [QByteArray(PRINT_POLICY.encode())],
            QByteArray(b"X-Content-Type-Options"): [QByteArray(b"nosniff")],
        }
        job.setAdditionalResponseHeaders(headers)  # type: ignore[arg-type]
        buffer = QBuffer(job)  # Owned by the job, so it lives exactly as long as the reply.
        buffer.setData(QByteArray(self.document))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(b"text/html", buffer)


class _PrintPage(QWebEnginePage):
    """A page that shows the document that it was told to, and goes nowhere else."""

    def __init__(self, profile: ShutProfile, parent: QObject) -> None:
        super().__init__(profile, parent)
        self.address = QUrl()
        self.permissionRequested.connect(lambda permission: permission.deny())

    def acceptNavigationRequest(
        self, url: QUrl | str, kind: QWebEnginePage.NavigationType, is_main_frame: bool
    ) -> bool:
        """Refuse links, frames and redirects."""
        return is_main_frame and QUrl(url) == self.address

    def createWindow(self, kind: QWebEnginePage.WebWindowType) -> QWebEnginePage:
        """Refuse pop-ups."""
        # None is what refuses one, though the stubs do not know it.
        return None  # type: ignore[return-value]

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        """Log what the browser refuses to the document."""
        logger.warning("while printing: %s", message)


class Printer:
    """Loads a document and prints it; one at a time, in the thread of the window."""

    def __init__(self) -> None:
        self._owner = QObject()
        self._profile: ShutProfile | None = None
        self._handler: _PrintHandler | None = None
        self._page: _PrintPage | None = None
        self._numbers = count(1)
        self._answer: Answer[object] | None = None

    def load(self, document: bytes, answer: Answer[DocumentFacts]) -> None:
        """Load a document; answered with what it says of itself.

        Parameters
        ----------
        document
            UTF-8.
        """
        page = self._living_page()
        assert self._handler is not None  # It comes with the page.
        path = f"/print/{next(self._numbers)}.html"
        self._handler.path, self._handler.document = path, _with_policy(document)
        page.address = QUrl(f"{SCHEME.decode()}://{HOST}{path}")
        self._answer = answer  # type: ignore[assignment]

        def take_facts(said: object) -> None:
            if isinstance(said, str) and said:
                answer.give(_facts_of(said))
            else:
                answer.fail("print-failed")

        def read_facts(is_loaded: bool) -> None:
            if answer.is_given or self._page is not page:
                return
            if is_loaded:
                self._ask(page, _script() + "jjjmapFit.facts();", take_facts, answer)
            else:
                answer.fail("print-failed")

        _once(page, read_facts)
        page.load(page.address)

    def measure(self, width_mm: float, height_mm: float, answer: Answer[MeasuredPage]) -> None:
        """Find out what the document that was loaded last must leave out to fit into a box."""
        page = self._page
        if page is None:  # It ended in the meantime.
            answer.fail("ended")
            return
        self._answer = answer  # type: ignore[assignment]

        def take(said: object) -> None:
            if isinstance(said, str) and said:
                facts = json.loads(said)
                names = tuple(str(name) for name in facts["left_out"])
                answer.give(MeasuredPage(names, float(facts["free_px"]) / CSS_PX_PER_MM))
            else:
                answer.fail("print-failed")

        box = ", ".join(str(side * CSS_PX_PER_MM) for side in (width_mm, height_mm))
        self._ask(page, f"jjjmapFit.measured({box});", take, answer)

    def print(self, wanted: Print, answer: Answer[bytes]) -> None:
        """Print the document that was loaded last; answered with a PDF."""
        page = self._page
        if page is None:  # It ended in the meantime.
            answer.fail("ended")
            return
        self._answer = answer  # type: ignore[assignment]
        size_pt = (round(side / 25.4 * 72) + 0.4 for side in (wanted.width_mm, wanted.height_mm))
        # Qt makes whole points of it and cuts off what is behind the comma, at times a whole one too much. No
        # match with a paper that is known, and no turning it round: it is as wide and as high as it lies.
        size = QPageSize(
            QSizeF(*size_pt), QPageSize.Unit.Point, "sheet", QPageSize.SizeMatchPolicy.ExactMatch
        )
        upright = QPageLayout.Orientation.Portrait
        layout = QPageLayout(size, upright, QMarginsF(*wanted.margins_mm), QPageLayout.Unit.Millimeter)

        def take(pdf: QByteArray) -> None:
            data = bytes(pdf.data())
            if data.startswith(b"%PDF"):
                answer.give(data)
            else:
                answer.fail("print-failed")

        script = f"jjjmapFit.drop({wanted.dropped}, {'true' if wanted.is_trial else 'false'}); 0"

        def begin(_done: object) -> None:
            if not answer.is_given and self._page is page:
                page.printToPdf(take, layout)

        self._ask(page, script, begin, answer)

    @staticmethod
    def _ask(page: QWebEnginePage, script: str, take: Callable[[object], None], answer: Answer[Any]) -> None:
        ask_page(page, script, take, late=lambda: answer.fail("timeout"), world=_OWN_WORLD)

    def drop(self) -> None:
        """Let go of the page, whatever it is busy with; the next document gets a new one."""
        page, self._page = self._page, None
        if page is not None:
            end_process(page)
            delete(page)

    def close(self) -> None:
        """Let go of everything; the page goes before its profile."""
        self.drop()
        delete(self._owner)
        if self._profile is not None:
            delete(self._profile)
            self._profile = self._handler = None

    def _living_page(self) -> _PrintPage:
        if self._page is not None:
            return self._page
        if self._profile is None:
            self._profile = ShutProfile()
            # Of the document's own scripts; ours run in a world of their own.
            self._profile.settings().setAttribute(QWebEngineSettings.WebAttribute.JavascriptEnabled, False)
            self._handler = _PrintHandler(self._profile)
            self._profile.installUrlSchemeHandler(QByteArray(SCHEME), self._handler)
        page = self._page = _PrintPage(self._profile, self._owner)
        page.renderProcessTerminated.connect(lambda status, code: self._notice_end(page, code))
        return page

    def _notice_end(self, page: _PrintPage, code: int) -> None:
        if self._page is not page:
            return
        logger.error("the process that prints ended with code %s", code)
        self._page = None
        # Not from within the signal: the page is still being torn down.
        page.deleteLater()
        if self._answer is not None:
            self._answer.fail("ended")


def _once(page: QWebEnginePage, slot: Callable[[bool], None]) -> None:
    def take(is_loaded: bool) -> None:
        page.loadFinished.disconnect(take)
        slot(is_loaded)

    page.loadFinished.connect(take)


def _with_policy(document: bytes) -> bytes:
    """Return a document with its policy inside, and with the mark of UTF-8, which goes before any header."""
    bare = document.removeprefix(codecs.BOM_UTF8)
    begin = re.match(rb"\s*(?:<!doctype[^>]*>)?", bare, re.IGNORECASE)
    at = begin.end() if begin else 0
    return codecs.BOM_UTF8 + bare[:at] + _POLICY_INSIDE.encode() + bare[at:]


@cache
def _script() -> str:
    return web_file("fit.js").decode()


def _facts_of(said: str) -> DocumentFacts:
    facts = json.loads(said)
    left, top, right, bottom = (float(side) for side in facts["margins_mm"])
    return DocumentFacts((left, top, right, bottom), tuple(str(name) for name in facts["drops"]))
