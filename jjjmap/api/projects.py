"""Projects of the window, opened for reading: their layers, documents and saved views."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jjjmap.api.reading import source_of
from jjjmap.api.speaking import told
from jjjmap.errors import LayerUnknown
from jjjmap.findings import Finding

if TYPE_CHECKING:
    from types import TracebackType

    import geopandas
    import pandas

    from jjjmap.analysis.running import InputLayer
    from jjjmap.layers.layer_rows import LayerRows
    from jjjmap.layers.provenance import Provenance
    from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore


@dataclass(frozen=True)
class Layer:
    """A layer of a project."""

    _store: UserLayerStore
    _stored: StoredLayer

    @property
    def id(self) -> str:
        """Stable within the project."""
        return self._stored.id

    @property
    def title(self) -> str:
        """As the user calls it."""
        return self._stored.title

    @property
    def rows(self) -> int:
        """How many rows it has, hidden ones among them."""
        return self._stored.facts.rows

    @property
    def geometry(self) -> str:
        """``point``, ``line``, ``polygon``, or empty for a plain table."""
        return self._stored.facts.geometry.value if self._stored.facts.geometry else ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self._stored.facts.columns)

    @property
    def provenance(self) -> Provenance | None:
        """How an analysis made it: inputs, formulas, what is missing; None if none did."""
        return self._stored.provenance

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found when it was read."""
        return self._stored.facts.findings

    def to_gdf(self, *, shown_only: bool = False) -> geopandas.GeoDataFrame:
        """Return the rows, EPSG:4326.

        Parameters
        ----------
        shown_only
            Leave out rows that the filter of the window hides.
        """
        import numpy as np

        from jjjmap.analysis.frames import frame_of

        rows = self._rows()
        table = rows.table
        if shown_only and rows.shown is not None:
            table = table.take(np.flatnonzero(rows.shown))
        frame = frame_of(table)
        frame.attrs["source"] = source_of(self._stored.facts)
        return frame

    def to_frame(self) -> pandas.DataFrame:
        """Return the attributes of all rows."""
        from jjjmap.analysis.frames import plain_frame_of

        return plain_frame_of(self._rows().table)

    def explore(self) -> Any:
        """Return the layer on a map of folium as it is styled; raises ValueError for too many rows."""
        from jjjmap.api.analyses import explored

        return explored(self._rows().table, self._stored.style, self.title)

    def as_input(self) -> InputLayer:
        """Return the rows that are shown, as an analysis reads them."""
        from jjjmap.analysis.running import InputLayer

        rows = self._rows()
        return InputLayer(
            self.id, self.title, rows.table, self._stored.facts, rows.shown, rows.filter_sentence(),
            self._stored.generation,
        )  # fmt: skip

    def _rows(self) -> LayerRows:
        from jjjmap.layers.user_layer import stored_rows

        with told():
            return stored_rows(self._store, self._stored)

    def __repr__(self) -> str:
        return f"<jjjmap.Layer {self.title!r}: {self.rows} rows, {self.geometry or 'table'}>"


class Project:
    """A project that is open for reading; its file is never changed.

    Use it in a ``with``, or `close` it: what it unpacked is removed then, at the latest with the process.
    """

    def __init__(self, path: Path) -> None:
        from jjjmap.layers.user_layer import with_usable_filter
        from jjjmap.layers.user_layer_store import UserLayerStore
        from jjjmap.project.opening import LAYERS, LIBRARY
        from jjjmap.project.opening import open_project as unpack

        self._folder = TemporaryDirectory(prefix="jjjmap-", ignore_cleanup_errors=True)
        root = Path(self._folder.name)
        try:
            with told():
                opened = unpack(path, root)
        except BaseException:
            self._folder.cleanup()
            raise
        self._library = root / LIBRARY
        self.title = opened.title
        self.saved = opened.saved
        store = UserLayerStore(root / LAYERS)
        stored, findings = store.load()
        usable = [with_usable_filter(each) for each in stored]
        self.layers: tuple[Layer, ...] = tuple(Layer(store, each) for each, _told in usable)
        self.findings: tuple[Finding, ...] = (
            *opened.findings,
            *findings,
            *(finding for _each, found in usable for finding in found),
        )
        self.views: tuple[str, ...] = tuple(view.title for view in opened.state.views)

    def layer(self, title: str) -> Layer:
        """Return the layer with this title or id.

        Raises
        ------
        jjjmap.errors.LayerUnknown
            There is none; the error names those there are.
        """
        for layer in self.layers:
            if title in (layer.title, layer.id):
                return layer
        raise LayerUnknown(title, tuple(layer.title for layer in self.layers))

    def documents(self) -> pandas.DataFrame:
        """Return the documents of the library, the newest first: title, issuer, date and counts."""
        import pandas

        from jjjmap.text.store.library import Library

        columns = ("id", "title", "issuer", "date", "number", "file", "characters", "mentions", "figures")
        rows: list[tuple[Any, ...]] = []
        if self._library.is_file():
            with Library.open(self._library) as library:
                rows = [
                    (
                        entry.id, entry.details.title, entry.details.issuer, entry.details.date,
                        entry.details.number, entry.file_name, entry.characters, entry.mentions,
                        entry.figures,
                    )
                    for entry in library.documents()
                ]  # fmt: skip
        return pandas.DataFrame(rows, columns=list(columns))

    def document_text(self, document_id: str) -> str:
        """Return the cleaned text of a document; raises `jjjmap.errors.DocumentUnknown`."""
        from jjjmap.text.store.library import Library

        with Library.open(self._library) as library:
            return library.document(document_id).text

    def close(self) -> None:
        """Remove what was unpacked."""
        self._folder.cleanup()

    def __enter__(self) -> Project:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<jjjmap.Project {self.title!r}: {len(self.layers)} layers>"


def open_project(path: str | Path) -> Project:
    """Open a project (``.jjj.gpkg``) for reading.

    Raises
    ------
    jjjmap.errors.ProjectUnusable
        It cannot be read; the notes of the error say why.
    """
    return Project(Path(path))
