"""Makes the files of several briefings at once: the maps of one are drawn while another is printed."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from jjjmap.catalogue.models import Catalogue
from jjjmap.export.briefing.records import Briefing, BriefingMaps
from jjjmap.export.marks import Audience
from jjjmap.export.renderer import Cancelled, Renderer, Sheet
from jjjmap.maps.snapshot import MapSnapshot

if TYPE_CHECKING:
    from jjjmap.export.briefing.docx_body import BriefingPictures
    from jjjmap.export.briefing.page import PagePlan

T = TypeVar("T")

_LEAST_GAIN_MM = 6.0
"""Less is not worth larger maps."""

PICTURE_DPI = 200
"""Of maps and charts in Word: sharp in print, and still a file for an e-mail."""

Files = Mapping[str, "Future[bytes]"]
"""What becomes of a briefing, by format."""

_HERE = "jjjmap.export.briefing"
_FOR_PAGES = (f"{_HERE}.maps", f"{_HERE}.page")
_MAKERS = {
    "html": _FOR_PAGES,
    "pdf": _FOR_PAGES,
    "docx": (
        f"{_HERE}.maps",
        f"{_HERE}.chart",
        f"{_HERE}.docx_fitting",
        f"{_HERE}.docx",
        "jjjmap.export.pictures.saving",
    ),
}


def import_makers(formats: Iterable[str]) -> None:
    """Import what makes files of some formats, which two threads that need it at once may find half there.

    Not with this module: Word files and pages have little in common, and most users want one of them.
    """
    for suffix in formats:
        for name in _MAKERS[suffix]:
            import_module(name)


class Stop:
    """A wish to stop, which several threads ask for: once it was there, it stays."""

    def __init__(self, cancelled: Cancelled) -> None:
        self._cancelled = cancelled
        self._is_wished = False
        self._lock = threading.Lock()

    def asked(self) -> bool:
        """Whether to stop."""
        with self._lock:
            self._is_wished = self._is_wished or self._cancelled()
            return self._is_wished

    def now(self) -> None:
        """Stop."""
        with self._lock:
            self._is_wished = True


@dataclass(frozen=True, slots=True)
class _DrawnMaps:
    """Maps for a page."""

    maps: BriefingMaps
    plan: PagePlan | None
    """What was found out of the page for the size of these maps; None if nothing was."""


@dataclass(frozen=True, slots=True)
class _WordMaps:
    """Maps for a Word file as SVG, each with its size."""

    locator: tuple[str, tuple[float, float]] | None
    """None where the other one shows the whole region."""
    detail: tuple[str, tuple[float, float]]
    height_mm: float
    """Of the row in which they stand."""


class Workshop:
    """Two threads, one that draws maps and one that makes files of them. To be used in a ``with``.

    Each does one thing after the other, in the order in which they were begun: so a browser's page is always
    told the same, and prints the same.

    Parameters
    ----------
    page_template, docx_template
        Of the user's.
    stop
        Is told to stop at the end of the ``with``: what is not done by then is given up.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        renderer: Renderer,
        audience: Audience,
        stop: Stop,
        *,
        page_template: Path | None = None,
        docx_template: Path | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._renderer = renderer
        self._audience = audience
        self._stop = stop
        self._page_template = page_template
        self._docx_template = docx_template
        self._drawing = ThreadPoolExecutor(1, "drawing-maps")
        self._making = ThreadPoolExecutor(1, "making-briefings")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.now()
        self._drawing.shutdown(cancel_futures=True)
        self._making.shutdown(cancel_futures=True)

    def begin(self, briefing: Briefing, formats: Sequence[str]) -> Files:
        """Begin the files of a briefing; each comes, or says why it does not, in the order of the formats."""
        import_makers(formats)
        is_printed = "pdf" in formats
        drawn = cache(lambda: self._begin(self._drawing, partial(self._page_maps, briefing, is_printed)))
        files: dict[str, Future[bytes]] = {}
        for suffix in formats:
            if suffix == "docx":
                word_maps = self._begin(self._drawing, lambda: self._word_maps(briefing))
                files[suffix] = self._begin(self._making, partial(self._docx, briefing, word_maps))
            else:
                make = self._html if suffix == "html" else self._pdf
                files[suffix] = self._begin(self._making, partial(make, briefing, drawn()))
        return files

    def _begin(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> Future[T]:
        # In the language that is spoken here.
        return pool.submit(copy_context().run, work)

    # -- In the thread that draws ------------------------------------------------------------------

    def _page_maps(self, briefing: Briefing, is_printed: bool) -> _DrawnMaps:
        """Return the maps, which take what room the printed page has to spare."""
        from jjjmap.export.briefing.maps import MOST_HEIGHT_MM, USUAL_HEIGHT_MM, blank_maps, draw_maps
        from jjjmap.export.briefing.page import plan_page

        plan, height_mm = None, USUAL_HEIGHT_MM
        if is_printed:
            blank = blank_maps(self._catalogue.places[briefing.place_id])
            plan = plan_page(
                briefing,
                blank,
                self._renderer,
                template_folder=self._page_template,
                cancelled=self._stop.asked,
            )
            if blank.detail and plan.free_mm > _LEAST_GAIN_MM:
                height_mm = min(MOST_HEIGHT_MM, math.floor(USUAL_HEIGHT_MM + plan.free_mm))
                plan = None
        maps = draw_maps(
            self._catalogue,
            briefing.place_id,
            briefing.language,
            self._renderer,
            height_mm=height_mm,
            audience=self._audience,
            cancelled=self._stop.asked,
        )
        return _DrawnMaps(maps, plan)

    def _word_maps(self, briefing: Briefing) -> _WordMaps | None:
        """Return the maps in the size in which they stand; None for a place that is nowhere."""
        from jjjmap.export.briefing.docx_fitting import picture_sizes
        from jjjmap.export.briefing.maps import detail_map, locator_map, map_sizes

        place, language = self._catalogue.places[briefing.place_id], briefing.language
        detail = detail_map(place, self._catalogue, language, self._audience)
        if detail is None:
            return None
        sizes = picture_sizes(briefing)

        def drawn(map_and_sheet: tuple[MapSnapshot, Sheet], size_mm: tuple[float, float]) -> str:
            snapshot, sheet = map_and_sheet
            small = replace(sheet, width_mm=size_mm[0], height_mm=size_mm[1])
            return self._renderer.map_svg(snapshot, small, cancelled=self._stop.asked)

        locator_mm, detail_mm = map_sizes(place, sizes.height_mm)
        if locator_mm is None:
            return _WordMaps(None, (drawn(detail, detail_mm), detail_mm), sizes.height_mm)
        locator = locator_map(place, language, self._audience)
        return _WordMaps(
            (drawn(locator, sizes.locator), sizes.locator),
            (drawn(detail, sizes.detail), sizes.detail),
            sizes.height_mm,
        )

    # -- In the thread that makes files ------------------------------------------------------------

    # What they import is there already, see `import_makers`.

    def _pdf(self, briefing: Briefing, drawn: Future[_DrawnMaps]) -> bytes:
        from jjjmap.export.briefing.page import briefing_pdf

        return briefing_pdf(
            briefing,
            drawn.result().maps,
            self._renderer,
            plan=drawn.result().plan,
            template_folder=self._page_template,
            cancelled=self._stop.asked,
        )

    def _html(self, briefing: Briefing, drawn: Future[_DrawnMaps]) -> bytes:
        from jjjmap.export.briefing.page import briefing_html

        page = briefing_html(briefing, drawn.result().maps, template_folder=self._page_template)
        return page.encode("utf-8")

    def _docx(self, briefing: Briefing, maps: Future[_WordMaps | None]) -> bytes:
        from jjjmap.export.briefing.docx import briefing_docx

        return briefing_docx(briefing, self._pictures(briefing, maps.result()), template=self._docx_template)

    def _pictures(self, briefing: Briefing, maps: _WordMaps | None) -> BriefingPictures:
        from jjjmap.export.briefing.chart import chart_png
        from jjjmap.export.briefing.docx_body import BriefingPictures

        chart = b""
        if briefing.chart is not None:
            chart = chart_png(briefing.chart, dpi=PICTURE_DPI)
        if maps is None:
            return BriefingPictures(chart=chart)
        locator = self._png(*maps.locator) if maps.locator is not None else b""
        return BriefingPictures(locator, self._png(*maps.detail), chart, maps.height_mm)

    def _png(self, svg: str, size_mm: tuple[float, float]) -> bytes:
        from jjjmap.export.pictures.saving import svg_png

        width_mm, height_mm = size_mm
        return svg_png(
            svg,
            self._renderer,
            width_mm=width_mm,
            height_mm=height_mm,
            dpi=PICTURE_DPI,
            cancelled=self._stop.asked,
        )
