"""The layers that the user opened: their rows, looks, filters and marked rows, and who hears of a change."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qtpy.QtCore import QObject, Signal

from jjjmap.findings import Finding
from jjjmap.i18n import _
from jjjmap.layers.layer import Layer
from jjjmap.layers.layer_rows import LayerRows, RowsOf
from jjjmap.layers.opening.records import Inspection, LayerFacts, OpenOptions, ReadAnswer
from jjjmap.layers.styling.user_style import UserStyle
from jjjmap.layers.user_layer import (
    adopt_parts,
    as_layer,
    first_style,
    open_table,
    stored_rows,
    with_usable_filter,
)
from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore
from jjjmap.session.tasks import Cancelled, Progress, Task, TaskRunner

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.styling.user_style import StyledRows
    from jjjmap.layers.tables.filters import Filter

    Rows = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

logger = logging.getLogger(__name__)

_Kept = tuple[ReadAnswer, list[StoredLayer]]

AT_ONCE_ROWS = 50_000
"""Styles and filters of so many rows are reckoned while the user waits; longer ones are tasks."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of opening a file."""

    layer_ids: tuple[str, ...]
    answer: ReadAnswer
    name: str
    """Of the file."""
    is_made: bool = False
    """Whether the rows were reckoned from other layers: no file was opened."""


class UserLayers(QObject):
    """The user's layers and what is set on them.

    Rows are numbered from 0 in the order of the file, and keep their number whatever is filtered or sorted.
    """

    layer_added = Signal(str)  # layer id
    layer_removed = Signal(str)  # layer id
    layer_renamed = Signal(str)  # layer id
    rows_changed = Signal(str)  # layer id; attributes or positions are other ones
    style_changed = Signal(str)  # layer id; its legend, too
    filter_changed = Signal(str)  # layer id
    selection_changed = Signal(str)  # layer id; other rows are marked
    opened = Signal(object)  # Opened: a file was read
    work_failed = Signal(object)  # the exception

    def __init__(self, store: UserLayerStore, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._tasks = tasks
        self._layers, self._findings = _loaded(store)
        self._tables: dict[str, FeatureTable] = {}
        self._styled: dict[str, StyledRows] = {}
        self._masks: dict[str, Mask | None] = {}
        self._selected: dict[str, Rows] = {}
        self._reckonings: dict[tuple[str, str], Task] = {}
        self._removed: list[tuple[Path, str]] = []

    # ---- what there is ----

    @property
    def layers(self) -> tuple[StoredLayer, ...]:
        """All of them, the oldest first."""
        return tuple(self._layers.values())

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found broken when the layers were loaded."""
        return self._findings

    @property
    def tasks(self) -> TaskRunner:
        """Where slow work on these layers runs."""
        return self._tasks

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

    # ---- what the user sets ----

    def rename(self, layer_id: str, title: str) -> None:
        """Call a layer otherwise."""
        self._keep(replace(self._layers[layer_id], title=title.strip()[:200] or self._layers[layer_id].title))
        self.layer_renamed.emit(layer_id)

    def set_style(self, layer_id: str, style: UserStyle) -> None:
        """Give a layer another look; `style_changed` comes when it is reckoned."""
        from jjjmap.layers.styling.classify import apply_style

        table = self.table(layer_id)
        self._reckon(
            layer_id,
            "style",
            _("设置样式：{title}").format(title=self._layers[layer_id].title),
            lambda: apply_style(table, style),
            lambda styled: self._take_style(layer_id, style, styled),
        )

    def set_filter(self, layer_id: str, wanted: Filter | None) -> None:
        """Show only some rows; `filter_changed` comes when they are known."""
        table = self.table(layer_id)
        self._reckon(
            layer_id,
            "filter",
            _("筛选：{title}").format(title=self._layers[layer_id].title),
            lambda: wanted.matches(table) if wanted is not None else None,
            lambda mask: self._take_mask(layer_id, wanted, mask),
        )

    def select_rows(self, layer_id: str, rows: Sequence[int] | Rows) -> None:
        """Mark rows, instead of those marked before; a slot for table and map alike."""
        import numpy as np

        numbers = np.asarray(rows, dtype=np.int64)
        # By a mask rather than np.unique: a million rows are marked in some milliseconds.
        mask = np.zeros(len(self.table(layer_id)), dtype=bool)
        mask[numbers[(numbers >= 0) & (numbers < len(mask))]] = True
        wanted = np.flatnonzero(mask)
        if not np.array_equal(wanted, self.selected_rows(layer_id)):
            self._selected[layer_id] = wanted
            self.selection_changed.emit(layer_id)

    def clear_selection(self) -> None:
        """Mark nothing in any layer."""
        for layer_id in [each for each, rows in self._selected.items() if len(rows)]:
            del self._selected[layer_id]
            self.selection_changed.emit(layer_id)

    # ---- opening, adding, removing ----

    def inspect(
        self,
        path: Path,
        options: OpenOptions,
        on_success: Callable[[Inspection], None],
        on_failure: Callable[[Exception], None] | None = None,
    ) -> Task:
        """Look into a file without reading it whole."""

        def work(_progress: Progress, cancelled: Cancelled) -> Inspection:
            from jjjmap.layers.opening.reading_worker import LayerReader

            with LayerReader() as reader:
                return reader.inspect(path, options, cancelled=cancelled)

        return self._tasks.start(
            _("查看 {name}").format(name=path.name),
            work,
            on_success=on_success,
            on_failure=on_failure or self.work_failed.emit,
        )

    def open(self, path: Path, options: OpenOptions) -> Task:
        """Read a file in the background; `opened` comes with what it gave."""

        def read(folder: Path, progress: Progress, cancelled: Cancelled) -> ReadAnswer:
            from jjjmap.layers.opening.reading_worker import LayerReader

            with LayerReader() as reader:
                return reader.read(path, options, folder, progress=progress, cancelled=cancelled)

        return self.add(_("打开 {name}").format(name=path.name), path.name, read)

    def add(
        self,
        title: str,
        name: str,
        read: Callable[[Path, Progress, Cancelled], ReadAnswer],
        *,
        is_made: bool = False,
    ) -> Task:
        """Keep what a function writes into a folder as layers.

        Parameters
        ----------
        title
            What the user waits for.
        name
            What is read, without folders or passwords.
        read
            Called in another thread with an empty folder; cancelled or failed, nothing of it is kept.
        is_made
            Whether it is reckoned from other layers rather than read.
        """
        store, number = self._store, len(self._layers)

        def work(progress: Progress, cancelled: Cancelled) -> _Kept | Literal[False]:
            folder = store.new_folder()
            try:
                answer = read(folder, progress, cancelled)
                return False if cancelled() else (answer, adopt_parts(store, folder, answer, number))
            finally:
                shutil.rmtree(folder, ignore_errors=True)

        def take(result: _Kept) -> None:
            answer, kept = result
            for stored in kept:
                self._layers[stored.id] = stored
                self.layer_added.emit(stored.id)
            self.opened.emit(Opened(tuple(stored.id for stored in kept), answer, name, is_made))

        return self._tasks.start(title, work, on_success=take, on_failure=self.work_failed.emit)

    def add_reckoned(
        self, title: str, name: str, reckon: Callable[[], tuple[LayerFacts, FeatureTable]]
    ) -> Task:
        """Keep rows that a function reckons from others (a join, a placed list) as a new layer."""

        def write(folder: Path, _progress: Progress, _cancelled: Cancelled) -> ReadAnswer:
            from jjjmap.layers.feature_table import write_table
            from jjjmap.layers.opening.records import ReadPart

            facts, table = reckon()
            (folder / "rows").mkdir()
            write_table(folder / "rows", table)
            return ReadAnswer((ReadPart("rows", facts),), facts.findings, facts.rows, facts.mended, 0)

        return self.add(title, name, write, is_made=True)

    def replace_rows(self, layer_id: str, facts: LayerFacts, table: FeatureTable) -> None:
        """Give a layer other rows, e.g. with positions; raises OSError, the old rows stay then."""
        before = self._layers[layer_id]
        stored = self._store.save_rows(before, table, facts)
        if facts.geometry is not before.facts.geometry:
            stored = replace(stored, style=first_style(facts, list(self._layers).index(layer_id)))
        self._forget(layer_id)
        self._layers[layer_id] = stored
        if facts.geometry is not None:
            self._keep(replace(stored, look=self.styled(layer_id).style))
        self.rows_changed.emit(layer_id)

    def remove(self, layer_id: str) -> None:
        """Take a layer out; `undo_remove` brings it back until the program ends."""
        # Let go of the mapped files first: Windows moves no folder with an open one in it.
        self._tables.pop(layer_id, None)
        try:
            removed = self._store.remove(layer_id)
        except OSError as error:
            self.work_failed.emit(error)
            return
        self._removed.append((removed, self._layers[layer_id].title))
        del self._layers[layer_id]
        self._forget(layer_id)
        self.layer_removed.emit(layer_id)

    def undo_remove(self) -> None:
        """Bring the layer back that was removed last."""
        if not self._removed:
            return
        removed, _title = self._removed.pop()
        try:
            stored = self._store.restore(removed)
        except (OSError, ValueError) as error:
            self.work_failed.emit(error)
            return
        self._layers[stored.id] = stored
        self.layer_added.emit(stored.id)

    def switch(self, store: UserLayerStore) -> None:
        """Have the layers of another folder instead; the caller stops first what runs on the old ones.

        Everybody hears that the old ones went and the new ones came.
        """
        self.close()
        for layer_id in tuple(self._layers):
            self._forget(layer_id)
            del self._layers[layer_id]
            self.layer_removed.emit(layer_id)
        self._store = store
        layers, self._findings = _loaded(store)
        for layer_id, stored in layers.items():
            self._layers[layer_id] = stored
            self.layer_added.emit(layer_id)

    def close(self) -> None:
        """Delete for good what was removed; a slot for the end of the program."""
        for removed, _title in self._removed:
            self._store.purge(removed)
        self._removed.clear()
        self._tables.clear()

    # ---- how it is reckoned ----

    def _reckon(
        self,
        layer_id: str,
        kind: str,
        title: str,
        reckon: Callable[[], object],
        take: Callable[..., None],
    ) -> None:
        """Reckon something about all rows: few at once, many as a task; only the last wish counts."""
        earlier = self._reckonings.pop((layer_id, kind), None)
        if earlier is not None:
            earlier.cancel()
        if self._layers[layer_id].facts.rows <= AT_ONCE_ROWS:
            take(reckon())
            return
        task: Task | None = None

        def take_last(result: object) -> None:
            if self._reckonings.get((layer_id, kind)) is task and layer_id in self._layers:
                del self._reckonings[layer_id, kind]
                take(result)

        task = self._tasks.start(
            title,
            lambda _progress, _cancelled: (reckon(),),
            on_success=lambda result: take_last(result[0]),
            on_failure=self.work_failed.emit,
        )
        self._reckonings[layer_id, kind] = task

    def _take_style(self, layer_id: str, style: UserStyle, styled: StyledRows) -> None:
        self._styled[layer_id] = styled
        self._keep(replace(self._layers[layer_id], style=style, look=styled.style))
        self.style_changed.emit(layer_id)

    def _take_mask(self, layer_id: str, wanted: Filter | None, mask: Mask | None) -> None:
        self._masks[layer_id] = mask
        said = wanted.to_json() if wanted is not None else None
        self._keep(replace(self._layers[layer_id], filter=said))
        self.filter_changed.emit(layer_id)

    def _is_current(self, stored: StoredLayer) -> bool:
        """Whether a layer is still there with these rows."""
        now = self._layers.get(stored.id)
        return now is not None and now.generation == stored.generation

    def _forget(self, layer_id: str) -> None:
        """Forget what was reckoned from the rows, and what is being reckoned from them."""
        for key in [key for key in self._reckonings if key[0] == layer_id]:
            self._reckonings.pop(key).cancel()
        self._tables.pop(layer_id, None)
        self._styled.pop(layer_id, None)
        self._masks.pop(layer_id, None)
        self._selected.pop(layer_id, None)

    def _keep(self, stored: StoredLayer) -> None:
        """Hold a changed layer, and keep it on disk as far as that goes."""
        self._layers[stored.id] = stored
        try:
            self._store.save(stored)
        except OSError as error:
            self.work_failed.emit(error)


def _loaded(store: UserLayerStore) -> tuple[dict[str, StoredLayer], tuple[Finding, ...]]:
    """Return the layers of a folder by id, and what is broken."""
    layers, findings = store.load()
    usable: dict[str, StoredLayer] = {}
    for stored in layers:
        usable[stored.id], more = with_usable_filter(stored)
        findings += more
    return usable, findings
