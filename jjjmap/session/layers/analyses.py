"""Analyses: run off the main thread, kept as layers with all that made them, run again on changed data."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from qtpy.QtCore import QObject, Signal

from jjjmap.export.dates import export_date
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.provenance import Provenance
from jjjmap.layers.stored_layer import StoredLayer
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import Cancelled, Progress, Task
from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.analysis.running import Analysis, InputLayer, Material, Outcome

    _Made: TypeAlias = tuple[Outcome, Provenance]


class Analyses(QObject):
    """Runs analyses of the user's layers and of what we ship; each outcome is a layer."""

    finished = Signal(str)  # layer id: an analysis made it, or made its rows anew
    failed = Signal(object)  # the exception

    def __init__(self, workspace: Workspace, layers: UserLayers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._layers = layers

    # ---- what there is ----

    def layer_ids(self) -> tuple[str, ...]:
        """Return the layers that analyses made, the oldest first."""
        return tuple(each.id for each in self._layers.layers if each.provenance is not None)

    def provenance(self, layer_id: str) -> Provenance:
        """Return how a layer was made; raises KeyError for one that no analysis made."""
        provenance = self._layers.stored(layer_id).provenance
        if provenance is None:
            raise KeyError(layer_id)
        return provenance

    def analysis(self, layer_id: str) -> Analysis:
        """Return what made a layer; raises KeyError, or ValueError for options that nobody knows."""
        from jjjmap.analysis.registry import analysis_from

        return analysis_from(self.provenance(layer_id))

    def history(self) -> tuple[str, ...]:
        """Return the layers that analyses made, the last one first; a new run counts as new."""
        ids = self.layer_ids()
        numbers = {layer_id: number for number, layer_id in enumerate(ids)}
        # The day is what is told; when on that day, the file system knows.
        return tuple(
            sorted(
                ids,
                key=lambda each: (self.provenance(each).made, self._written(each), numbers[each]),
                reverse=True,
            )
        )

    def _written(self, layer_id: str) -> int:
        try:
            return self._layers.store.table_folder(self._layers.stored(layer_id)).stat().st_mtime_ns
        except OSError:
            return 0

    def gone_inputs(self, layer_id: str) -> tuple[str, ...]:
        """Return the titles of inputs that are no longer open: the layer cannot be reckoned anew."""
        return tuple(
            note.title
            for note in self.provenance(layer_id).inputs
            if note.layer_id and not self._layers.holds(note.layer_id)
        )

    def changed_inputs(self, layer_id: str) -> tuple[str, ...]:
        """Return the titles of inputs that show other rows now, or are gone: the layer is out of date."""
        changed = []
        for note in self.provenance(layer_id).inputs:
            if not note.layer_id:
                continue
            if not self._layers.holds(note.layer_id):
                changed.append(note.title)
                continue
            now = self._layers.stored(note.layer_id)
            if (now.generation, _filter_key(now)) != (note.generation, note.filter_key):
                changed.append(now.title)
        return tuple(dict.fromkeys(changed))

    def stale(self) -> tuple[str, ...]:
        """Return the layers that are out of date and can be reckoned anew, the oldest first."""
        return tuple(
            each
            for each in reversed(self.history())
            if self.changed_inputs(each) and not self.gone_inputs(each)
        )

    def input_layer(self, layer_id: str) -> InputLayer:
        """Return rows of a layer as an analysis takes them, with the filter that is set.

        Raises
        ------
        KeyError
            There is no such layer.
        RowsUnreadable
            Its files are gone or broken.
        """
        from jjjmap.analysis.running import InputLayer

        while True:
            stored = self._layers.stored(layer_id)
            table, shown = self._layers.table(layer_id), self._layers.shown_rows(layer_id)
            now = self._layers.stored(layer_id)
            # In the thread of the window other rows, or another filter, may have come meanwhile.
            if (now.generation, now.filter) == (stored.generation, stored.filter):
                break
        words = self._filter_words(layer_id)
        return InputLayer(layer_id, stored.title, table, stored.facts, shown, words, stored.generation)

    def _filter_words(self, layer_id: str) -> str:
        wanted = self._layers.filter(layer_id)
        if not wanted:
            return ""
        from jjjmap.layers.tables.filters import filter_text

        kinds = {column.name: column.kind for column in self._layers.stored(layer_id).facts.columns}
        said = filter_text(wanted, kinds, self._name_of)
        return _("只算筛选后的行：{filter}").format(filter=said)

    def _name_of(self, place_id: str) -> str:
        workspace = self._workspace
        return workspace.place(place_id).name(workspace.language) if workspace.knows(place_id) else place_id

    def material(self, analysis: Analysis) -> Material:
        """Return all that an analysis may use; raises KeyError if a layer is gone. Safe in any thread."""
        from jjjmap.analysis.running import Material
        from jjjmap.layers.boundaries import shipped_units

        layers = {each: self.input_layer(each) for each in dict.fromkeys(analysis.layer_ids)}
        return Material(self._workspace.catalogue, shipped_units(), layers)

    # ---- running ----

    def run(self, analysis: Analysis) -> Task:
        """Reckon the answer and keep it as a new layer; `finished` or `failed` comes."""
        store, number = self._layers.store, len(self._layers.layers)

        def work(progress: Progress, cancelled: Cancelled) -> StoredLayer | Literal[False]:
            from jjjmap.analysis.outcome_layer import facts_of
            from jjjmap.layers.feature_table import write_table
            from jjjmap.layers.styling.classify import apply_style
            from jjjmap.layers.user_layer import first_look, first_style

            made = self._outcome(analysis, progress, cancelled)
            if made is None:
                return False
            outcome, provenance = made
            facts = facts_of(outcome, provenance.made)
            folder = store.new_folder()
            try:
                write_table(folder, outcome.table)
                if facts.geometry is None:
                    style = first_style(facts, number)
                    look = first_look(facts, style)
                else:
                    style = outcome.style
                    look = apply_style(outcome.table, style).style
                if cancelled():
                    return False
                return store.adopt(folder, facts, style, look, provenance=provenance)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

        def take(stored: StoredLayer) -> None:
            self._layers.take_made(_("分析：{title}").format(title=stored.title), stored)
            self.finished.emit(stored.id)

        return self._layers.tasks.start(
            self._name(analysis), work, on_success=take, on_failure=self.failed.emit
        )

    def run_again(self, layer_id: str) -> Task:
        """Reckon a layer anew from its inputs as they are now; it keeps its id, title and style.

        Raises
        ------
        KeyError, ValueError
            As `analysis`.
        """
        analysis = self.analysis(layer_id)

        def work(progress: Progress, cancelled: Cancelled) -> _Made | Literal[False]:
            made = self._outcome(analysis, progress, cancelled)
            return False if made is None or cancelled() else made

        def take(made: _Made) -> None:
            from jjjmap.analysis.outcome_layer import facts_of

            if not self._layers.holds(layer_id):
                return
            outcome, provenance = made
            facts = facts_of(outcome, provenance.made)
            try:
                self._layers.replace_made(layer_id, facts, outcome.table, provenance, outcome.style)
            except OSError as error:
                self.failed.emit(error)
                return
            self.finished.emit(layer_id)

        return self._layers.tasks.start(
            self._name(analysis), work, on_success=take, on_failure=self.failed.emit
        )

    def _outcome(self, analysis: Analysis, progress: Progress, cancelled: Cancelled) -> _Made | None:
        from jjjmap.analysis.running import AnalysisCancelled, provenance_of

        gone = [each for each in analysis.layer_ids if not self._layers.holds(each)]
        if gone:
            raise _input_gone(gone)
        analysis = _here(analysis)
        folder = self._layers.store.new_folder()
        try:
            # What the rows are told by is looked at first: a change that comes meanwhile makes them stale.
            keys = {each: _filter_key(self._layers.stored(each)) for each in analysis.layer_ids}
            material = replace(self.material(analysis), folder=Path(folder))
            outcome = analysis.run(material, progress, cancelled)
        except AnalysisCancelled:
            return None
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        provenance = provenance_of(analysis, outcome, export_date())
        inputs = tuple(replace(note, filter_key=keys.get(note.layer_id, "")) for note in provenance.inputs)
        # As JSON has it, lists and plain words, so that it is the same before and after it was kept.
        options, chart = json.loads(json.dumps((provenance.options, provenance.chart)))
        return outcome, replace(provenance, inputs=inputs, options=options, chart=chart)

    def _name(self, analysis: Analysis) -> str:
        titles = [self._layers.stored(each).title for each in analysis.layer_ids if self._layers.holds(each)]
        if not titles:
            return _("分析")
        return _("分析：{title}").format(title=_("、").join(titles))


def _here(analysis: Analysis) -> Analysis:
    """Return an analysis that this machine reckons.

    Options come from project files, too: opening one and reckoning its results anew must send no rows to an
    address that somebody wrote there. A cluster counts the same to the last bit.
    """
    return replace(cast(Any, analysis), scheduler="") if getattr(analysis, "scheduler", "") else analysis


def _filter_key(stored: StoredLayer) -> str:
    """Return what tells the filter of a layer from any other; empty for none."""
    if not stored.filter:
        return ""
    said = json.dumps(stored.filter, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(said.encode("ascii")).hexdigest()[:16]


def _input_gone(layer_ids: Sequence[str]) -> Exception:
    from jjjmap.analysis.running import AnalysisImpossible

    return AnalysisImpossible(
        Finding(
            Severity.ERROR,
            "input-gone",
            ", ".join(layer_ids)[:200],
            _("分析要读的图层已经不在。"),
            _("可用“撤销”取回移除的图层，或用别的图层重新分析。"),
        )
    )
