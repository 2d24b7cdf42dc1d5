"""What pictures and printed pages ask of a browser; `web.renderer` answers, tests bring their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from jjjmap.export.marks import Audience
from jjjmap.maps.snapshot import MapSnapshot

CSS_PX_PER_MM = 96 / 25.4

Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper with a map on it: its size, and what stands around the map."""

    width_mm: float = 297.0
    height_mm: float = 210.0
    title: str = ""
    """Above the map; empty for none."""
    subtitle: str = ""
    has_legend: bool = True
    has_scale_bar: bool = True
    has_north_arrow: bool = True
    has_attribution: bool = True
    """The line of sources below; only a map within a page that says it elsewhere does without."""
    audience: Audience = Audience.INTERNAL
    text_scale: float = 1.0
    """How much larger than on the screen symbols and names are drawn; small maps want less than 1."""


@dataclass(frozen=True, slots=True)
class PrintedPages:
    """A document as it was printed."""

    pdf: bytes
    """As the browser wrote it: with the time of day in it."""
    left_out: tuple[str, ...] = ()
    """Values of ``data-drop`` of the elements that were taken out so that the rest fits on one page."""


@dataclass(frozen=True, slots=True)
class MeasuredPage:
    """How a document fits on a page."""

    left_out: tuple[str, ...] = ()
    """``data-drop`` of the elements that must go; none if it is too long even without all of them."""
    free_mm: float = 0.0
    """Height of what stays empty at the end of the page."""


class Renderer(Protocol):
    """A browser that draws and prints without a network. Any thread but that of the window may call it."""

    def map_svg(self, snapshot: MapSnapshot, sheet: Sheet, *, cancelled: Cancelled = lambda: False) -> str:
        """Return a sheet as SVG: everything on it is a path or a text, but for layers of very many points.

        Parameters
        ----------
        snapshot
            What the map shows; its box is fitted into the room that the sheet leaves.

        Raises
        ------
        RenderingStopped
            `cancelled` said yes.
        RenderingFailed
            The browser ended, or did not answer in time.
        """
        ...

    def printed(
        self,
        html: str,
        *,
        width_mm: float,
        height_mm: float,
        one_page: bool = False,
        cancelled: Cancelled = lambda: False,
    ) -> PrintedPages:
        """Print a document of ours: no script of its own runs, and nothing is fetched.

        Parameters
        ----------
        html
            A whole document. Its images are ``data:`` addresses or inline SVG; its style is in it.
        width_mm, height_mm
            Of the paper; the margins are the document's own (``@page``).
        one_page
            Take out elements that carry ``data-drop``, those with the highest ``data-rank`` first, until all
            fits on one page.

        Raises
        ------
        RenderingStopped, RenderingFailed
            As for `map_svg`.
        """
        ...

    def measured(
        self, html: str, *, width_mm: float, height_mm: float, cancelled: Cancelled = lambda: False
    ) -> MeasuredPage:
        """Return what a document must leave out to fit on one page, without printing it.

        It is measured, which is many times faster than printing, and right but for a document that looks
        otherwise on paper: what is printed then may be longer than a page.

        Parameters
        ----------
        html, width_mm, height_mm
            As for `printed`. Pictures may be empty ones of the same size.

        Returns
        -------
        MeasuredPage
            Left out are those with the highest ``data-rank``, but for what fits after all. Of those whose
            ``data-drop`` differs only in a number at its end, the last ones go. One that names others in
            ``data-needed-by`` goes with the last of them.

        Raises
        ------
        RenderingStopped, RenderingFailed
            As for `map_svg`.
        """
        ...
