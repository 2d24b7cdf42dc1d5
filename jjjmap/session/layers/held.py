"""The layers that the user opened as they are now: their rows, looks, filters and marked rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from jjjmap.findings import Finding
from jjjmap.layers.layer import Layer
from jjjmap.layers.layer_rows import LayerRows, RowsOf
from jjjmap.layers.user_layer import as_layer, open_table, stored_rows, with_usable_filter
from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.styling.user_style import StyledRows
    from jjjmap.layers.tables.filters import Filter

    Rows = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]


class HeldLayers(QObject):
    """The user's layers, to be looked at; `UserLayers` changes them.

    Rows are numbered from 0 in the order of the file, and keep their number whatever is filtered or sorted.
    """

    layer_added = Signal(str)  # layer id
    layer_removed = Signal(str)  # layer id
    layer_renamed = Signal(str)  # layer id
    rows_changed = Signal(str)  # layer id; attributes or positions are other ones
    style_changed = Signal(str)  # layer id; its legend, too
    filter_changed = Signal(str)  # layer id
    selection_changed = Signal(str)  # layer id; other rows are marked

    def __init__(self, store: UserLayerStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._layers, self._findings = loaded(store)
        self._tables: dict[str, FeatureTable] = {}
        self._styled: dict[str, StyledRows] = {}
        self._masks: dict[str, Mask | None] = {}
        self._selected: dict[str, Rows] = {}

    @property
    def store(self) -> UserLayerStore:
        """The folder that they are kept in."""
        return self._store

    @property
    def layers(self) -> tuple[StoredLayer, ...]:
        """All of them, the oldest first."""
        return tuple(self._layers.values())

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found broken when the layers were loaded."""
        return self._findings

    def holds(self, layer_id: str) -> bool:
        """Whether this is a layer of the user's."""
        return layer_id in self._layers

    def stored(self, layer_id: str) -> StoredLayer:
        """Return a layer without its rows; raises KeyError."""
        return self._layers[layer_id]

    def layer(self, layer_id: str) -> Layer:
        """Return a layer as the stack and the map take it."""
        return as_layer(self._layers[layer_id])

    def table(self, layer_id: str) -> FeatureTable:
        """Return the rows; mapped from disk when first asked for. Safe in any thread.

        Raises
        ------
        RowsUnreadable
            The files are gone or broken.
        """
        table = self._tables.get(layer_id)
        if table is None:
            stored = self._layers[layer_id]
            table = open_table(self._store, stored)
            if self._is_current(stored):
                table = self._tables.setdefault(layer_id, table)
        return table

    def rejected_file(self, layer_id: str) -> Path | None:
        """Return the CSV of rows that could not be read; None if there were none."""
        return self._store.rejected_file(layer_id)

    def styled(self, layer_id: str) -> StyledRows:
        """Return which row falls into which class; reckoned when first asked for. Safe in any thread."""
        styled = self._styled.get(layer_id)
        if styled is None:
            from jjjmap.layers.styling.classify import apply_style

            stored = self._layers[layer_id]
            styled = apply_style(self.table(layer_id), stored.style)
            # Meanwhile, in the thread of the window, there may have come another style or other rows.
            if self._is_current(stored) and self._layers[layer_id].style == stored.style:
                styled = self._styled.setdefault(layer_id, styled)
        return styled

    def shown_rows(self, layer_id: str) -> Mask | None:
        """Return for n rows whether the filter lets them through; None for all. Safe in any thread."""
        if layer_id in self._masks:
            return self._masks[layer_id]
        stored, wanted = self._layers[layer_id], self.filter(layer_id)
        mask = wanted.matches(self.table(layer_id)) if wanted is not None else None
        if self._is_current(stored) and self._layers[layer_id].filter == stored.filter:
            mask = self._masks.setdefault(layer_id, mask)
        return mask

    def filter(self, layer_id: str) -> Filter | None:
        """Return what rows have to fulfil to be shown; None if all are."""
        said = self._layers[layer_id].filter
        if said is None:
            return None
        from jjjmap.layers.tables.filters import Filter

        return Filter.from_json(said)

    def rows_now(self) -> RowsOf:
        """Return a function that gives the rows of each layer as they are set at this moment.

        What the user changes later, while an export still runs, does not reach it.
        """
        store, kept = self._store, dict(self._layers)
        tables, styled = dict(self._tables), dict(self._styled)
        masks, selected = dict(self._masks), dict(self._selected)

        def rows_of(layer_id: str) -> LayerRows:
            return stored_rows(
                store,
                kept[layer_id],
                table=tables.get(layer_id),
                styled=styled.get(layer_id),
                shown=masks.get(layer_id),
                marked=selected.get(layer_id),
            )

        return rows_of

    def selected_rows(self, layer_id: str) -> Rows:
        """Return the numbers of the marked rows, ascending."""
        import numpy as np

        return self._selected.get(layer_id, np.empty(0, dtype=np.int64))

    @property
    def marked_count(self) -> int:
        """How many rows are marked, in all layers together."""
        return sum(len(rows) for rows in self._selected.values())

    def _is_current(self, stored: StoredLayer) -> bool:
        """Whether a layer is still there with these rows."""
        now = self._layers.get(stored.id)
        return now is not None and now.generation == stored.generation


def loaded(store: UserLayerStore) -> tuple[dict[str, StoredLayer], tuple[Finding, ...]]:
    """Return the layers of a folder by id, and what is broken."""
    layers, findings = store.load()
    usable: dict[str, StoredLayer] = {}
    for stored in layers:
        usable[stored.id], more = with_usable_filter(stored)
        findings += more
    return usable, findings
