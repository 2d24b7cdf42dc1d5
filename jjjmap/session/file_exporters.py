"""Fulfils `Exporters` with the rooms below; each of them is imported when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import RenderingFailed, RenderingStopped
from jjjmap.export.options import ContentOptions
from jjjmap.export.renderer import Renderer, Sheet
from jjjmap.maps.snapshot import MapSnapshot, NamedMap
from jjjmap.session.exporters import BriefingsWish
from jjjmap.session.tasks import Cancelled, Progress

if TYPE_CHECKING:
    from jjjmap.text.store.library import Library


class ClosableRenderer(Renderer, Protocol):
    """A browser with pages that somebody must let go of."""

    def close(self) -> None:
        """Let go of them."""
        ...


class FileExporters:
    """Writes what the window is asked for.

    Parameters
    ----------
    library_path
        Returns the library of the moment, whose sentences and figures are passed on; it need not exist.
    make_renderer
        Makes the browser that draws and prints; called once, in the window's thread, when it is first wanted.
    """

    def __init__(
        self, library_path: Callable[[], Path], make_renderer: Callable[[], ClosableRenderer]
    ) -> None:
        self._library_path = library_path
        self._make_renderer = make_renderer
        self._made: ClosableRenderer | None = None
        self._page_bytes: tuple[object, int] | None = None

    def prepare(self) -> None:
        """See `Exporters.prepare`."""
        if self._made is None:
            self._made = self._make_renderer()

    def close(self) -> None:
        """See `Exporters.close`."""
        if self._made is not None:
            self._made.close()
            self._made = None

    def _renderer(self) -> Renderer:
        if self._made is None:
            raise RenderingFailed("ended")
        return self._made

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
        """See `Exporters.save_html`."""
        from jjjmap.export.page.html import save_map_html

        with self._library(is_wanted=options.with_library) as library:
            return save_map_html(
                path,
                snapshot,
                catalogue,
                options=options,
                library=library,
                progress=progress,
                cancelled=cancelled,
            )

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
        """See `Exporters.save_picture`."""
        from jjjmap.export.pictures.saving import save_picture

        return save_picture(
            path, snapshot, sheet, self._renderer(), dpi=dpi, progress=progress, cancelled=cancelled
        )

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
        """See `Exporters.save_pictures`."""
        from jjjmap.export.pictures.several import save_pictures

        return save_pictures(
            path, maps, sheet, self._renderer(), dpi=dpi, progress=progress, cancelled=cancelled
        )

    def picture_png(
        self, snapshot: MapSnapshot, sheet: Sheet, *, dpi: int, cancelled: Cancelled
    ) -> bytes | Literal[False]:
        """See `Exporters.picture_png`."""
        from jjjmap.export.pictures.saving import picture_png

        try:
            return picture_png(snapshot, sheet, self._renderer(), dpi=dpi, cancelled=cancelled)
        except RenderingStopped:
            return False

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
        """See `Exporters.save_data`."""
        from jjjmap.export.datasets.data_export import save_data

        with self._library(is_wanted=options.with_library) as library:
            return save_data(
                path,
                snapshot,
                catalogue,
                options=options,
                library=library,
                progress=progress,
                cancelled=cancelled,
            )

    def save_briefings(
        self,
        wish: BriefingsWish,
        snapshot: MapSnapshot,
        catalogue: Catalogue,
        *,
        progress: Progress,
        cancelled: Cancelled,
    ) -> tuple[Path, ...]:
        """See `Exporters.save_briefings`."""
        from jjjmap.export.briefing.saving import save_briefings

        firms = tuple(snapshot.rows_of(layer_id) for layer_id in wish.firms_layer_ids)
        with self._library(is_wanted=wish.with_quotations) as library:
            return save_briefings(
                wish.place_ids,
                wish.folder,
                tuple(each.value for each in wish.formats),
                catalogue=catalogue,
                language=wish.language,
                library=library,
                firms=firms,
                audience=wish.audience,
                page_template=wish.page_template,
                docx_template=wish.docx_template,
                renderer=self._renderer(),
                progress=progress,
                cancelled=cancelled,
            )

    def briefing_files(self, wish: BriefingsWish, catalogue: Catalogue) -> tuple[Path, ...]:
        """See `Exporters.briefing_files`."""
        from jjjmap.export.briefing.saving import briefing_path

        return tuple(
            briefing_path(wish.folder, catalogue.places[place_id], wish.language, each.value)
            for place_id in wish.place_ids
            for each in wish.formats
        )

    def predicted_bytes(self, snapshot: MapSnapshot, catalogue: Catalogue, options: ContentOptions) -> int:
        """See `Exporters.predicted_bytes`."""
        from jjjmap.export.page.html import predicted_map_bytes, shipped_map_bytes

        # Our layers do not change; a row chosen or a column more is nothing beside them.
        maps = (snapshot, *(named.snapshot for named in options.views))
        shown = frozenset(
            view.layer.id for each in maps for view in each.layers if view.visible and not view.layer.is_users
        )
        key = (shown, len(maps), snapshot.language, options.languages, options.with_library)
        if self._page_bytes is None or self._page_bytes[0] != key:
            with self._library(is_wanted=options.with_library) as library:
                size = shipped_map_bytes(snapshot, catalogue, options, library=library)
            self._page_bytes = key, size
        return predicted_map_bytes(self._page_bytes[1], snapshot, options)

    @contextmanager
    def _library(self, *, is_wanted: bool = True) -> Iterator[Library | None]:
        """Open the user's library for this thread; None if there is no file, for none is made."""
        path = self._library_path()
        if not is_wanted or not path.is_file():
            yield None
            return
        from jjjmap.text.store.library import Library

        library = Library.open(path)
        try:
            yield library
        finally:
            library.close()
