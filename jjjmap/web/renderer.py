"""The browser that draws maps and prints pages for exports; fulfils `export.renderer.Renderer`."""

from __future__ import annotations

import contextlib
import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import RenderingStopped
from jjjmap.export.pictures.pdf_files import page_count
from jjjmap.export.pictures.sheet_layouts import layout_of
from jjjmap.export.renderer import Cancelled, MeasuredPage, PrintedPages, Sheet
from jjjmap.layers.layer import Layer
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.shipped_files import read_shipped
from jjjmap.maps.config import page_config
from jjjmap.maps.drawing.drawn_layer import DrawnLayer
from jjjmap.maps.drawing.layer_looks import drawn_layer_of, look_alike
from jjjmap.maps.showing import calls_showing
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.paths import cache_folder
from jjjmap.web.asking import Answer, MainThread
from jjjmap.web.printing import DocumentFacts, Print, Printer
from jjjmap.web.sheet_drawing import SheetDrawer, SheetJob

logger = logging.getLogger(__name__)

T = TypeVar("T")

LIMIT_S = 120.0
"""So long one sheet or one page may take; a million points take a few seconds."""

_SPARE_MM = 0.5
"""So much of a page stays free where a document is only measured: on paper letters differ by a hair."""

_POLL_S = 0.05


@dataclass(frozen=True)
class _Drawing:
    """A user's layer as it was drawn last."""

    rows: LayerRows
    revision: int
    drawn: DrawnLayer


class WebRenderer:
    """Draws and prints in hidden pages of its own. Must be made, and closed, in the thread of the window.

    Nothing is loaded before the first call. A page that ended or hangs is replaced at the next call.

    Parameters
    ----------
    catalogue
        Returns the places of the map; asked once, by the first thread that wants a map drawn.
    read_layer
        Returns the GeoJSON of a layer that we ship; by default from the folder that we ship.
    cache
        Folder that keeps the page built by folium; by default the user's.
    limit_s
        So long one call may take, in seconds, before it fails.
    """

    def __init__(
        self,
        catalogue: Callable[[], Catalogue],
        *,
        read_layer: Callable[[Layer], bytes] | None = None,
        cache: Path | None = None,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._catalogue = catalogue
        self._limit_s = limit_s
        self._main_thread = MainThread()
        self._drawer = SheetDrawer(read_layer or read_shipped, cache or cache_folder())
        self._printer = Printer()
        # Each page does one thing at a time.
        self._drawing, self._printing = threading.Lock(), threading.Lock()
        self._drawn: dict[str, _Drawing] = {}
        self._revisions = itertools.count(1)

    def close(self) -> None:
        """Let go of the pages; whoever still waits for one is told that it ended."""
        self._main_thread.close()
        self._drawer.close()
        self._printer.close()

    def map_svg(self, snapshot: MapSnapshot, sheet: Sheet, *, cancelled: Cancelled = lambda: False) -> str:
        """Return a sheet as SVG; see `export.renderer.Renderer`.

        Raises RowsUnreadable if the files of a user's layer are gone, ValueError for a sheet of no size.
        """
        with _turn(self._drawing, cancelled):
            job = self._job_of(snapshot, sheet)
            if cancelled():
                raise RenderingStopped
            return self._main_thread.ask(
                lambda answer: self._drawer.draw(job, answer),
                self._drawer.drop,
                cancelled=cancelled,
                limit_s=self._limit_s,
            )

    def printed(
        self,
        html: str,
        *,
        width_mm: float,
        height_mm: float,
        one_page: bool = False,
        cancelled: Cancelled = lambda: False,
    ) -> PrintedPages:
        """Print a document of ours; see `export.renderer.Renderer`.

        One that is longer than a page whatever is left out comes whole, with as many pages as it has.
        """
        with _turn(self._printing, cancelled):
            facts = self._loaded(html, cancelled)

            def print_without(count: int, is_trial: bool = False) -> bytes:
                wanted = Print(width_mm, height_mm, facts.margins_mm, count, is_trial)

                def begin(answer: Answer[bytes]) -> None:
                    self._printer.print(wanted, answer)

                return self._asked_of_printer(begin, cancelled)

            count = 0
            if one_page:
                count = _fewest_left_out(
                    lambda dropped: page_count(print_without(dropped, True)) <= 1, len(facts.drops)
                )
            return PrintedPages(print_without(count), facts.drops[:count])

    def measured(
        self, html: str, *, width_mm: float, height_mm: float, cancelled: Cancelled = lambda: False
    ) -> MeasuredPage:
        """Return what a document must leave out to fit on one page; see `export.renderer.Renderer`."""
        with _turn(self._printing, cancelled):
            left, top, right, bottom = self._loaded(html, cancelled).margins_mm
            box = (width_mm - left - right, height_mm - top - bottom - _SPARE_MM)

            def begin(answer: Answer[MeasuredPage]) -> None:
                self._printer.measure(*box, answer)

            return self._asked_of_printer(begin, cancelled)

    def _loaded(self, html: str, cancelled: Cancelled) -> DocumentFacts:
        # Half a character, as a broken file may hold one, has no place in UTF-8.
        document = html.encode("utf-8", errors="replace")
        return self._asked_of_printer(lambda answer: self._printer.load(document, answer), cancelled)

    def _asked_of_printer(self, begin: Callable[[Answer[T]], None], cancelled: Cancelled) -> T:
        return self._main_thread.ask(begin, self._printer.drop, cancelled=cancelled, limit_s=self._limit_s)

    def _job_of(self, snapshot: MapSnapshot, sheet: Sheet) -> SheetJob:
        catalogue = self._catalogue()
        drawings = self._drawings_of(snapshot)
        # Numbers of our own: the page fetches a layer anew when anything about its rows has changed.
        views = tuple(
            replace(view, layer=replace(view.layer, revision=drawings[view.layer.id].revision))
            if view.layer.id in drawings
            else view
            for view in snapshot.layers
        )
        numbered = replace(snapshot, layers=views)
        return SheetJob(
            page_config(numbered) | {"still": True},
            calls_showing(numbered, catalogue),
            layout_of(sheet, numbered, catalogue),
            {f"{layer_id}/{each.revision}": each.drawn for layer_id, each in drawings.items()},
        )

    def _drawings_of(self, snapshot: MapSnapshot) -> dict[str, _Drawing]:
        found: dict[str, _Drawing] = {}
        for view in snapshot.layers:
            layer = view.layer
            if not (layer.is_users and view.visible and layer.geometry is not None):
                continue
            rows, kept = snapshot.rows_of(layer.id), self._drawn.get(layer.id)
            if kept is None or not look_alike(kept.rows, rows):
                kept = _Drawing(rows, next(self._revisions), drawn_layer_of(rows))
            found[layer.id] = kept
        self._drawn = found  # What is not on this map may be large, and is let go.
        return found


def _fewest_left_out(fits_without: Callable[[int], bool], most: int) -> int:
    """Return how many elements must be left out to have one page.

    What is longer than a page even without all of them keeps them: leaving out would help nobody.
    """
    if fits_without(0):
        return 0
    if not fits_without(most):
        logger.warning("a document is longer than one page, whatever is left out")
        return 0
    too_few, enough = 0, most
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if fits_without(middle):
            enough = middle
        else:
            too_few = middle
    return enough


@contextlib.contextmanager
def _turn(lock: threading.Lock, cancelled: Cancelled) -> Iterator[None]:
    """Wait until it is one's turn."""
    while not lock.acquire(timeout=_POLL_S):
        if cancelled():
            raise RenderingStopped
    try:
        if cancelled():
            raise RenderingStopped
        yield
    finally:
        lock.release()
