"""How the user's layers come and go: opened, reckoned from others, removed, brought back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qtpy.QtCore import QObject, Signal

from jjjmap.i18n import _
from jjjmap.layers.opening.records import Inspection, LayerFacts, LayerSource, OpenOptions, ReadAnswer
from jjjmap.layers.user_layer import adopt_parts
from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore
from jjjmap.session.history import Gone, History, Step
from jjjmap.session.layers.held import HeldLayers, loaded
from jjjmap.session.tasks import Cancelled, Progress, Task, TaskRunner

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable

_Kept = tuple[ReadAnswer, list[StoredLayer]]


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of opening a file."""

    layer_ids: tuple[str, ...]
    answer: ReadAnswer
    name: str
    """Of the file."""
    is_made: bool = False
    """Whether the rows were reckoned from other layers: no file was opened."""


@dataclass(slots=True, eq=False)
class _TakenOut:
    """Layers that come and go together by one step of the history."""

    layer_ids: tuple[str, ...]
    folders: list[Path] = field(default_factory=list)
    """Where they are while they are out."""
    step: Step | None = None


class ComingLayers(HeldLayers):
    """The user's layers as they come and go; each coming and going is a step of the history.

    Attributes
    ----------
    history
        Where steps are recorded; `Session` gives all its parts the same one.
    """

    opened = Signal(object)  # Opened: a file was read
    work_failed = Signal(object)  # the exception

    def __init__(self, store: UserLayerStore, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(store, parent)
        self.history = History(self)
        self._tasks = tasks
        self._removals: list[_TakenOut] = []

    @property
    def tasks(self) -> TaskRunner:
        """Where slow work on these layers runs."""
        return self._tasks

    # ---- coming ----

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
        source = LayerSource(str(path.absolute()), options)

        def read(folder: Path, progress: Progress, cancelled: Cancelled) -> ReadAnswer:
            from jjjmap.layers.opening.reading_worker import LayerReader

            with LayerReader() as reader:
                return reader.read(path, options, folder, progress=progress, cancelled=cancelled)

        return self.add(_("打开 {name}").format(name=path.name), path.name, read, source=source)

    def add(
        self,
        title: str,
        name: str,
        read: Callable[[Path, Progress, Cancelled], ReadAnswer],
        *,
        is_made: bool = False,
        source: LayerSource | None = None,
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
        source
            The file that it can be read from again, if there is one.
        """
        store, number = self._store, len(self._layers)

        def work(progress: Progress, cancelled: Cancelled) -> _Kept | Literal[False]:
            folder = store.new_folder()
            try:
                answer = read(folder, progress, cancelled)
                if cancelled():
                    return False
                return answer, adopt_parts(store, folder, answer, number, source=source)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

        def take(result: _Kept) -> None:
            answer, kept = result
            for stored in kept:
                self._layers[stored.id] = stored
                self.layer_added.emit(stored.id)
            layer_ids = tuple(stored.id for stored in kept)
            if layer_ids:
                self._record_coming(title, _TakenOut(layer_ids), is_removal=False)
            self.opened.emit(Opened(layer_ids, answer, name, is_made))

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

    def take_made(self, title: str, stored: StoredLayer) -> None:
        """Have a layer that is in the store already; its coming is a step of the history."""
        self._layers[stored.id] = stored
        self.layer_added.emit(stored.id)
        self._record_coming(title, _TakenOut((stored.id,)), is_removal=False)

    # ---- going ----

    def remove(self, layer_id: str) -> None:
        """Take a layer out; `undo_remove` brings it back until the history has forgotten it."""
        title = _("移除图层：{title}").format(title=self._layers[layer_id].title)
        taken = _TakenOut((layer_id,))
        if self._take_out(taken) is True:
            self._removals.append(taken)
            self._record_coming(title, taken, is_removal=True)

    def undo_remove(self) -> None:
        """Bring the layer back that was removed last."""
        if not self._removals:
            return
        taken = self._removals[-1]
        if self.history.holds(taken.step):
            self.history.take_back(taken.step)
        else:
            self._bring_back(taken)

    def _record_coming(self, title: str, taken: _TakenOut, *, is_removal: bool) -> None:
        def go() -> object:
            came = self._take_out(taken)
            if came is True and is_removal:
                self._removals.append(taken)
            return came

        def back() -> object:
            return self._bring_back(taken)

        undo, redo = (back, go) if is_removal else (go, back)
        taken.step = self.history.record(title, undo, redo, forget=lambda: self._purge(taken))

    def _take_out(self, taken: _TakenOut) -> object:
        there = [layer_id for layer_id in taken.layer_ids if layer_id in self._layers]
        if not there:
            return layer_gone()
        for layer_id in there:
            # Let go of the mapped files first: Windows moves no folder with an open one in it.
            self._tables.pop(layer_id, None)
            try:
                taken.folders.append(self._store.remove(layer_id))
            except OSError as error:
                self.work_failed.emit(error)
                return False
            del self._layers[layer_id]
            self._forget(layer_id)
            self.layer_removed.emit(layer_id)
        return True

    def _bring_back(self, taken: _TakenOut) -> object:
        if not taken.folders:
            return layer_gone()
        while taken.folders:
            try:
                stored = self._store.restore(taken.folders[0])
            except (OSError, ValueError) as error:
                self.work_failed.emit(error)
                return False
            del taken.folders[0]
            self._layers[stored.id] = stored
            self.layer_added.emit(stored.id)
        if taken in self._removals:
            self._removals.remove(taken)
        return True

    def _purge(self, taken: _TakenOut) -> None:
        for folder in taken.folders:
            self._store.purge(folder)
        taken.folders.clear()
        if taken in self._removals:
            self._removals.remove(taken)

    def switch(self, store: UserLayerStore) -> None:
        """Have the layers of another folder instead; the caller stops first what runs on the old ones.

        Everybody hears that the old ones went and the new ones came; nothing can be taken back any more.
        """
        self.close()
        for layer_id in tuple(self._layers):
            self._forget(layer_id)
            del self._layers[layer_id]
            self.layer_removed.emit(layer_id)
        self._store = store
        layers, self._findings = loaded(store)
        for layer_id, stored in layers.items():
            self._layers[layer_id] = stored
            self.layer_added.emit(layer_id)

    def close(self) -> None:
        """Delete for good what was removed; a slot for the end of the program."""
        self.history.clear()
        for taken in tuple(self._removals):
            self._purge(taken)
        self._tables.clear()

    # ---- how they are held ----

    def _forget(self, layer_id: str) -> None:
        """Forget what was reckoned from the rows."""
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


def layer_gone() -> Gone:
    """Return what a step says whose layer is not there any more."""
    return Gone(_("图层已经不在"))
