"""Users' layers on the command line: those that the window keeps, and files opened for one answer."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from jjjmap import paths
from jjjmap.cli.layers import told_before
from jjjmap.cli.progress import progress_of
from jjjmap.findings import Finding
from jjjmap.i18n import _
from jjjmap.layers.feature_ids import LAYER_PREFIX
from jjjmap.layers.layer import Layer
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.opening.records import OpenOptions
from jjjmap.layers.user_layer import adopt_parts, as_layer, stored_rows, with_usable_filter
from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore


class UsersLayers:
    """The user's layers, found by id or title; those of data files last until the end of a `with`.

    Parameters
    ----------
    folder
        Where the layers are kept; by default those of the window.

    Attributes
    ----------
    findings
        What was found broken or guessed.
    rejected
        How many rows of the data files could not be read.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.findings: list[Finding] = []
        self.rejected = 0
        self._kept: dict[str, tuple[UserLayerStore, StoredLayer]] = {}
        self._rows: dict[str, LayerRows] = {}
        self._cleaning = ExitStack()
        store = UserLayerStore(folder or paths.user_layers_folder())
        stored, findings = store.load()
        self.findings += findings
        for each in stored:
            usable, told = with_usable_filter(each)
            self.findings += told
            self._kept[usable.id] = store, usable

    def __enter__(self) -> UsersLayers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rows.clear()
        self._cleaning.close()

    def open(self, path: Path) -> tuple[Layer, ...]:
        """Read a data file for this answer; what has to be chosen is guessed, and the guesses are findings.

        Raises
        ------
        LayerUnreadable
            The file gives no layer.
        """
        from jjjmap.layers.opening.reading_worker import LayerReader

        root = Path(self._cleaning.enter_context(tempfile.TemporaryDirectory(prefix="jjjmap-")))
        store = UserLayerStore(root)
        folder = store.new_folder()
        with LayerReader() as reader:
            options = OpenOptions()
            inspection = reader.inspect(path, options)
            self.findings += told_before(inspection, options, can_be_asked=False)
            with progress_of(_("读取 {name}").format(name=path.name)) as tell:
                answer = reader.read(path, inspection.options, folder, progress=tell)
        self.findings += answer.findings
        self.rejected += answer.rejected
        # The same file gives the same ids, so that the same command writes the same bytes.
        ids = [self._id_for(f"{path.name}/{part.folder}") for part in answer.parts]
        opened = adopt_parts(store, folder, answer, len(self._kept), ids)
        for stored in opened:
            self._kept[stored.id] = store, stored
        return tuple(as_layer(stored) for stored in opened)

    def find(self, word: str) -> Layer | None:
        """Return the layer with this id or title; None if there is none."""
        for layer_id, (_store, stored) in self._kept.items():
            if word in (layer_id, stored.title):
                return as_layer(stored)
        return None

    def layers(self) -> tuple[Layer, ...]:
        """Return all layers, the oldest first."""
        return tuple(as_layer(stored) for _store, stored in self._kept.values())

    def titles(self) -> Sequence[str]:
        """Return the titles of all layers, the oldest first."""
        return [stored.title for _store, stored in self._kept.values()]

    def rows_of(self, layer_id: str) -> LayerRows:
        """Return the rows of a layer; see `layers.layer_rows.RowsOf`."""
        rows = self._rows.get(layer_id)
        if rows is None:
            rows = self._rows[layer_id] = stored_rows(*self._kept[layer_id])
        return rows

    def _id_for(self, name: str) -> str:
        for turn in range(1000):
            digest = hashlib.sha256(f"{turn}/{name}".encode("utf-8", "replace")).hexdigest()
            if f"{LAYER_PREFIX}{digest[:8]}" not in self._kept:
                return f"{LAYER_PREFIX}{digest[:8]}"
        raise ValueError(name)
