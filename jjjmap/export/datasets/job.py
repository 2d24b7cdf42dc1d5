"""One export of data: what is wanted, and how the work tells how far it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import DocumentUnknown, LibraryUnusable
from jjjmap.export.datasets.about import About
from jjjmap.export.datasets.layers import OutLayer, ReadLayer, out_layers
from jjjmap.export.datasets.methods import method_records
from jjjmap.export.datasets.records import RECORD_NAMES, Records, all_records
from jjjmap.export.files import Stopped
from jjjmap.export.options import ContentOptions
from jjjmap.i18n import _
from jjjmap.layers.layer import LayerGroup
from jjjmap.layers.provenance import Provenance
from jjjmap.maps.snapshot import MapSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jjjmap.text.store.library import Library

TAKEN_NAMES = frozenset((*RECORD_NAMES, "layer_styles", "datapackage", "readme", "about"))
"""Names that no layer's table may have."""


@dataclass(frozen=True)
class DataJob:
    """What is to be written, whatever the format."""

    snapshot: MapSnapshot
    catalogue: Catalogue
    options: ContentOptions
    library: Library | None
    about: About
    file_name: str
    """What the file will be called; it stands in paths within it."""
    read_layer: ReadLayer
    progress: Callable[[float], None]
    cancelled: Callable[[], bool]

    def tick(self, share: float) -> None:
        """Tell how far the work is; raises `Stopped` if it shall go no further."""
        if self.cancelled():
            raise Stopped
        self.progress(share)

    def layers(self) -> Iterator[OutLayer]:
        """Yield the visible layers from the bottom up."""
        return out_layers(self.snapshot, self.catalogue, self.options, self.read_layer, reserved=TAKEN_NAMES)

    def users_layers(self) -> Iterator[OutLayer]:
        """Yield those of the visible layers that the user brought, plain tables among them."""
        return out_layers(
            self.snapshot,
            self.catalogue,
            self.options,
            self.read_layer,
            reserved=TAKEN_NAMES,
            only_users=True,
        )

    @property
    def layer_count(self) -> int:
        """How many layers `layers` yields."""
        return sum(view.visible for view in self.snapshot.layers)

    def records(self) -> Iterator[Records]:
        """Yield the tables of facts.

        Raises
        ------
        LibraryUnusable
            The library cannot be read, or a document went away meanwhile.
        """
        try:
            yield from all_records(self.catalogue, self.snapshot.language, self.library)
            made = list(self._made_layers())
            if made:
                yield method_records(made)
        except (sqlite3.Error, DocumentUnknown) as exc:
            if self.library is None:
                raise
            # Told apart here: an error of SQLite may as well be about the file that is being written.
            raise LibraryUnusable(self.library.path, _reason(exc)) from exc

    def _made_layers(self) -> Iterator[tuple[str, Provenance]]:
        """Yield the layers that analyses made: title and provenance."""
        for view in self.snapshot.layers:
            if view.visible and view.layer.group is LayerGroup.USER:
                stored = self.snapshot.rows_of(view.layer.id).stored
                if stored.provenance is not None:
                    names = tuple(column.name for column in stored.facts.columns)
                    yield stored.title, stored.provenance.about(self.options.columns_of(stored.id, names))


def _reason(error: sqlite3.Error | DocumentUnknown) -> str:
    if isinstance(error, DocumentUnknown):
        return _("导出时文档 {document} 被移除了，请再试一次。").format(document=error.wanted)
    return _("读取时出错（{detail}）。").format(detail=" ".join(str(error).split()))
