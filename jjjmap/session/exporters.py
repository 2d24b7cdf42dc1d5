"""What can be written out of the window: the wishes that dialogs return, and who fulfils them in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

from jjjmap.catalogue.models import Catalogue
from jjjmap.export.marks import Audience
from jjjmap.export.options import ContentOptions
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import Language
from jjjmap.maps.snapshot import MapSnapshot, NamedMap
from jjjmap.session.tasks import Cancelled, Progress


class ExportKind(StrEnum):
    """What a map becomes."""

    PAGE = "page"
    """One HTML file."""
    PICTURE = "picture"
    """A sheet with the map on it: PDF, PNG or SVG."""
    DATA = "data"
    """What the map is drawn from: GeoPackage, GeoJSON, a workbook or a folder."""


@dataclass(frozen=True, slots=True)
class MapWish:
    """What the user wants of the map that is shown."""

    kind: ExportKind
    path: Path
    """The file; for data also a folder, which need not exist."""
    snapshot: MapSnapshot
    """Only with the layers that are taken along."""
    options: ContentOptions
    """For a page and for data; of a picture only whom it is for counts, and that stands on its sheet."""
    sheet: Sheet
    """For a picture."""
    dpi: int = 300
    """For a PNG."""
    views: tuple[NamedMap, ...] = ()
    """For a picture: saved views that are drawn instead of the map, a page or a file each."""


class BriefingFormat(StrEnum):
    """What a briefing is written as; the value is the suffix without its dot."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class BriefingsWish:
    """Briefings that the user wants."""

    place_ids: tuple[str, ...]
    folder: Path
    """Where they are written; one file for each place and format."""
    formats: tuple[BriefingFormat, ...]
    language: Language
    audience: Audience = Audience.INTERNAL
    page_template: Path | None = None
    """The user's folder for PDF and HTML; None for the program's own template."""
    docx_template: Path | None = None
    """The user's Word file; None for the program's own template."""
    firms_layer_ids: tuple[str, ...] = ()
    """Users' layers whose rows are counted within each place."""
    with_quotations: bool = True
    """Whether sentences of the user's own library stand on them."""


class Exporters(Protocol):
    """Writes files; all but `briefing_files` is slow, touches no widget, and is called in a worker's thread.

    Each leaves nothing half-written, and raises ExportFailed, RenderingFailed, TemplateInvalid or
    RowsUnreadable; cancelled, it returns False or, of several files, those that are whole.
    """

    def prepare(self) -> None:
        """Make what draws and prints, unless it is there.

        To be called in the window's thread before pictures and briefings.
        """
        ...

    def close(self) -> None:
        """Let go of what draws and prints, in the window's thread; whoever waits for it fails."""
        ...

    def save_html(
        self,
        path: Path,
        snapshot: MapSnapshot,
        catalogue: Catalogue,
        options: ContentOptions,
        *,
        progress: Progress,
        cancelled: Cancelled,
    ) -> bool:
        """Write the map as one HTML file."""
        ...

    def save_picture(
        self,
        path: Path,
        snapshot: MapSnapshot,
        sheet: Sheet,
        *,
        dpi: int,
        progress: Progress,
        cancelled: Cancelled,
    ) -> bool:
        """Write a sheet; the suffix says whether as PDF, PNG or SVG."""
        ...

    def save_pictures(
        self,
        path: Path,
        maps: Sequence[NamedMap],
        sheet: Sheet,
        *,
        dpi: int,
        progress: Progress,
        cancelled: Cancelled,
    ) -> tuple[Path, ...]:
        """Write several maps: a PDF with a page for each, or a PNG or SVG each; return the whole files."""
        ...

    def picture_png(
        self, snapshot: MapSnapshot, sheet: Sheet, *, dpi: int, cancelled: Cancelled
    ) -> bytes | Literal[False]:
        """Return a sheet as PNG, for the clipboard."""
        ...

    def save_data(
        self,
        path: Path,
        snapshot: MapSnapshot,
        catalogue: Catalogue,
        options: ContentOptions,
        *,
        progress: Progress,
        cancelled: Cancelled,
    ) -> bool:
        """Write the data of the visible layers; the suffix says how, a path without one is a folder."""
        ...

    def save_briefings(
        self,
        wish: BriefingsWish,
        snapshot: MapSnapshot,
        catalogue: Catalogue,
        *,
        progress: Progress,
        cancelled: Cancelled,
    ) -> tuple[Path, ...]:
        """Write briefings; return the files that are whole."""
        ...

    def briefing_files(self, wish: BriefingsWish, catalogue: Catalogue) -> tuple[Path, ...]:
        """Return the files that `save_briefings` would write; quick, nothing is looked up on the disk."""
        ...

    def predicted_bytes(self, snapshot: MapSnapshot, catalogue: Catalogue, options: ContentOptions) -> int:
        """Return about how large `save_html` would make the file, without writing it."""
        ...
