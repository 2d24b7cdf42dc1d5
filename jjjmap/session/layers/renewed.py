"""Other rows for a layer of the user's: reckoned anew, or read again from its file."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qtpy.QtCore import QObject, Signal

from jjjmap.i18n import _
from jjjmap.layers.opening.records import LayerFacts, LayerSource, OpenOptions
from jjjmap.layers.provenance import Provenance
from jjjmap.layers.user_layer import first_style
from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore
from jjjmap.project.state import SourceFile
from jjjmap.session.layers.comings import ComingLayers, Opened, layer_gone
from jjjmap.session.layers.rereading import Reread, read_again
from jjjmap.session.tasks import Cancelled, Progress, Task, TaskRunner

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.styling.user_style import UserStyle


class RenewedLayers(ComingLayers):
    """The user's layers whose rows may be exchanged, and exchanged back as long as the history knows how."""

    reloaded = Signal(object)  # Opened: the file of a layer was read again

    def __init__(self, store: UserLayerStore, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(store, tasks, parent)
        self._kept_rows: Counter[tuple[str, int]] = Counter()  # by layer and generation: for how many steps

    def replace_rows(self, layer_id: str, facts: LayerFacts, table: FeatureTable) -> None:
        """Give a layer other rows, e.g. with positions; raises OSError, the old rows stay then."""
        self._take_rows(self._layers[layer_id], facts, table)

    def replace_made(
        self,
        layer_id: str,
        facts: LayerFacts,
        table: FeatureTable,
        provenance: Provenance,
        style: UserStyle | None = None,
    ) -> None:
        """Give a layer that an analysis made the rows of another run; raises OSError, the old stay then.

        The user's style and filter stay where they fit the new rows; `style` is taken where they do not.
        """
        from jjjmap.layers.refitting import refit

        now = self._layers[layer_id]
        fitting, findings = refit(now, facts, table)
        is_alike = facts.geometry is now.facts.geometry
        if not is_alike or any(finding.code == "reload-style" for finding in findings):
            fitting = replace(fitting, style=style or fitting.style)
        self._take_rows(now, facts, table, made=replace(fitting, facts=now.facts, provenance=provenance))

    def _take_rows(
        self, before: StoredLayer, facts: LayerFacts, table: FeatureTable, made: StoredLayer | None = None
    ) -> None:
        layer_id = before.id
        stored = self._store.save_rows(made or before, table, facts, keeps_old=True)
        if made is None and facts.geometry is not before.facts.geometry:
            stored = replace(stored, style=first_style(facts, list(self._layers).index(layer_id)))
        self._forget(layer_id)
        self._layers[layer_id] = stored
        if facts.geometry is not None:
            self._keep(replace(stored, look=self.styled(layer_id).style))
        self.rows_changed.emit(layer_id)
        said = _("改动数据：{title}") if made is None else _("重新计算：{title}")
        title = said.format(title=stored.title)
        self._record_rows(title, before, self._layers[layer_id], with_rejected=False)

    # ---- reading a file again ----

    def sources(self) -> tuple[SourceFile, ...]:
        """Return the files that layers were read from, with absolute paths."""
        known = [(each, each.source) for each in self._layers.values() if each.source is not None]
        if not known:
            return ()
        # Imported here: a start without such layers does not wait for it.
        from jjjmap.layers.opening.records_json import to_json

        return tuple(
            SourceFile(each.id, source.path, each.facts.sha256, to_json(source.options))
            for each, source in known
        )

    def set_source(self, layer_id: str, path: Path, options: dict[str, Any]) -> None:
        """Know the file that a layer was read from, e.g. where a project says that it is now.

        Raises
        ------
        KeyError
            There is no such layer.
        ValueError
            The options are none that `sources` would have given.
        """
        from jjjmap.layers.opening.records_json import from_json

        stored = self._layers[layer_id]
        part = stored.source.part if stored.source is not None else ""
        source = LayerSource(str(path.absolute()), from_json(OpenOptions, options), part)
        if source != stored.source:
            self._keep(replace(stored, source=source))

    def reload(self, layer_id: str, path: Path | None = None) -> Task | None:
        """Read the file of a layer again; it keeps its id, its title, and what of style and filter fits.

        `reloaded` comes with what was found.

        Parameters
        ----------
        path
            Where the file is now, if it was moved.

        Returns
        -------
        Task or None
            None if nobody knows which file it was.
        """
        stored, store = self._layers[layer_id], self._store
        if stored.source is None:
            return None
        source = stored.source if path is None else replace(stored.source, path=str(path.absolute()))
        title = _("重新读取：{title}").format(title=stored.title)

        def work(progress: Progress, cancelled: Cancelled) -> Reread | Literal[False]:
            return read_again(store, stored, source, progress, cancelled) or False

        return self._tasks.start(
            title,
            work,
            on_success=lambda reread: self._take_reread(title, store, reread),
            on_failure=self.work_failed.emit,
        )

    def _take_reread(self, title: str, store: UserLayerStore, reread: Reread) -> None:
        layer_id, before, after = reread.before.id, reread.before, reread.after
        now = self._layers.get(layer_id)
        if now is None or store is not self._store or now.generation != before.generation:
            # It was removed, or has got other rows, while the file was read.
            if reread.has_new_rows:
                store.drop_rows(layer_id, after.generation)
            return
        if not reread.has_new_rows:
            self._keep(replace(now, source=after.source))
        else:
            if (now.style, now.filter) != (before.style, before.filter):
                from jjjmap.layers.refitting import refit
                from jjjmap.layers.user_layer import open_table

                fitting, _findings = refit(now, after.facts, open_table(store, after))
                after = replace(fitting, generation=after.generation, source=after.source)
            after = replace(after, title=now.title)
            if self._switch_rows(after, with_rejected=True) is False:
                store.drop_rows(layer_id, after.generation)
                return
            self._record_rows(title, now, after, with_rejected=True)
        name = Path(after.source.path).name if after.source is not None else ""
        self.reloaded.emit(Opened((layer_id,), reread.answer, name))

    def _switch_rows(self, target: StoredLayer, *, with_rejected: bool) -> object:
        """Let a layer be as it was with other rows that are still kept."""
        now = self._layers.get(target.id)
        if now is None:
            return layer_gone()
        self._tables.pop(target.id, None)
        target = replace(target, title=now.title)
        try:
            self._store.switch_rows(now, target, with_rejected=with_rejected)
        except OSError as error:
            self.work_failed.emit(error)
            return False
        self._forget(target.id)
        self._layers[target.id] = target
        self.rows_changed.emit(target.id)
        return True

    def _record_rows(
        self, title: str, before: StoredLayer, after: StoredLayer, *, with_rejected: bool
    ) -> None:
        kept = [(each.id, each.generation) for each in (before, after)]

        def forget() -> None:
            for key in kept:
                self._kept_rows[key] -= 1
            self._drop_rows_left(before.id)

        self._kept_rows.update(kept)
        step = self.history.record(
            title,
            lambda: self._switch_rows(before, with_rejected=with_rejected),
            lambda: self._switch_rows(after, with_rejected=with_rejected),
            forget=forget,
        )
        if step is None:
            forget()

    def _drop_rows_left(self, layer_id: str) -> None:
        """Delete rows that no step goes back to; of a layer that is out, they go with its folder."""
        for (of_layer, generation), steps in list(self._kept_rows.items()):
            if of_layer == layer_id and steps <= 0:
                del self._kept_rows[of_layer, generation]
                now = self._layers.get(layer_id)
                if now is not None and now.generation != generation:
                    self._store.drop_rows(layer_id, generation)
