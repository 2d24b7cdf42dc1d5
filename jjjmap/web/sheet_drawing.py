"""A map page that nobody sees: it draws one sheet after the other as SVG."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWebEngineCore import QWebEnginePage

from jjjmap.binding import delete
from jjjmap.errors import PageMissing
from jjjmap.layers.layer import Layer
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.maps.bridge import (
    NO_TALLY,
    Call,
    Configure,
    DimFeatures,
    DrawSheet,
    Event,
    HighlightPlaces,
    PageFailed,
    SelectFeature,
    SheetDrawn,
    SheetFailed,
)
from jjjmap.maps.drawing.drawn_layer import DrawnLayer
from jjjmap.maps.pages import PageTable
from jjjmap.web.asking import Answer
from jjjmap.web.page_calls import ask_page
from jjjmap.web.processes import end_process
from jjjmap.web.profile import MapProfile
from jjjmap.web.scheme import qwebchannel_script
from jjjmap.web.view import MapView

logger = logging.getLogger(__name__)

_VIEW_PX = (200, 150)
"""Of the hidden view; a sheet has a size of its own."""

_CLEARING: tuple[Call, ...] = (SelectFeature(""), HighlightPlaces(()), DimFeatures(()), NO_TALLY)
"""Takes away what the last snapshot left behind."""


@dataclass(frozen=True)
class SheetJob:
    """A sheet to draw, and all that the page may ask for meanwhile."""

    config: dict[str, Any]
    """See `maps.config.page_config`."""
    calls: tuple[Call, ...]
    """What the page is told after its configuration."""
    layout: dict[str, Any]
    """See `maps.bridge.DrawSheet`."""
    drawn: Mapping[str, DrawnLayer]
    """The users' layers that are visible, by ``<layer id>/<revision>``."""


class SheetDrawer:
    """Draws one sheet at a time, in the thread of the window; the page stays loaded between them.

    Parameters
    ----------
    read_layer
        Returns the GeoJSON of a layer that we ship.
    cache
        Folder that keeps the page built by folium.
    """

    def __init__(self, read_layer: Callable[[Layer], bytes], cache: Path) -> None:
        self._read_layer = read_layer
        self._cache = cache
        self._profile: MapProfile | None = None
        self._view: MapView | None = None
        self._job: SheetJob | None = None
        self._answer: Answer[str] | None = None
        self._number = 0

    def draw(self, job: SheetJob, answer: Answer[str]) -> None:
        """Draw a sheet; answered with its SVG."""
        self._job, self._answer = job, answer
        self._number += 1
        view = self._view
        if view is None:
            # A page that is loaded now asks for this very configuration by itself.
            view = self._new_view()
        else:
            view.send(Configure(job.config))
        for call in (*_CLEARING, *job.calls, DrawSheet(self._number, job.layout)):
            view.send(call)

    def drop(self) -> None:
        """Let go of the page, whatever it is busy with; the next sheet gets a new one."""
        view, self._view = self._view, None
        self._job = self._answer = None
        if view is not None:
            end_process(view.page())
            delete(view)

    def close(self) -> None:
        """Let go of everything; the page goes before its profile."""
        self.drop()
        if self._profile is not None:
            delete(self._profile)
            self._profile = None

    def _new_view(self) -> MapView:
        if self._profile is None:
            pages = PageTable(
                SHIPPED_LAYERS,
                self._read_layer,
                lambda: self._job.config if self._job is not None else {},
                qwebchannel_script(),
                self._cache,
                self._features,
            )
            self._profile = MapProfile(pages)
        view = self._view = MapView(self._profile)
        # Shown, so that the page runs as in a window, but nowhere to be seen.
        view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        view.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        view.resize(*_VIEW_PX)
        view.event_received.connect(lambda event: self._hear(view, event))
        view.page().renderProcessTerminated.connect(lambda status, code: self._notice_end(view, status))
        view.show()
        view.open_map()
        return view

    def _features(self, path: str) -> bytes:
        """Answer what the page asks for below ``/features/``; called in other threads."""
        job = self._job
        layer_id, revision, *what = path.split("/")
        drawn = job.drawn.get(f"{layer_id}/{revision}") if job is not None else None
        if drawn is None:
            raise PageMissing(path)
        return drawn.answer(tuple(what))

    def _hear(self, view: MapView, event: Event) -> None:
        answer = self._answer
        if view is not self._view or answer is None:
            return
        match event:
            case SheetDrawn(number=number, length=length) if number == self._number:
                self._fetch(view, number, length, answer)
            case SheetFailed(number=number, reason=reason) if number == self._number:
                logger.error("the page could not draw the sheet: %s", reason)
                answer.fail("page-failed")
            case PageFailed():
                answer.fail("page-failed")
                self._later_drop(view)
            case _:
                pass

    def _fetch(self, view: MapView, number: int, length: int, answer: Answer[str]) -> None:
        def take(text: object) -> None:
            # The page counts UTF-16 code units.
            if isinstance(text, str) and text and len(text.encode("utf-16-le")) // 2 == length:
                answer.give(text)
            else:
                logger.error("the sheet of %s letters did not arrive", length)
                answer.fail("page-failed")

        def give_up() -> None:
            answer.fail("timeout")

        ask_page(view.page(), f"jjjmap.sheetText({number})", take, late=give_up)

    def _notice_end(self, view: MapView, status: QWebEnginePage.RenderProcessTerminationStatus) -> None:
        if view is not self._view:
            return
        logger.error("the process that draws ended: %s", status)
        answer = self._answer
        self._later_drop(view)
        if answer is not None:
            answer.fail("ended")

    def _later_drop(self, view: MapView) -> None:
        """Let go of the page, but not from within what it says."""
        self._view = None
        self._job = self._answer = None
        view.close()
        view.deleteLater()
