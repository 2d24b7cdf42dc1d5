"""Analyses: run off the main thread, kept as layers with all that made them, run again on changed data."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qtpy.QtCore import QObject, Signal

from jjjmap.export.dates import export_date
from jjjmap.i18n import _
from jjjmap.layers.provenance import Provenance
from jjjmap.layers.stored_layer import StoredLayer
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import Cancelled, Progress, Task
from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.analysis.running import Analysis, InputLayer, Material, Outcome


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

    def changed_inputs(self, layer_id: str) -> tuple[str, ...]:
        """Return the titles of inputs that have other rows now, or are gone: the layer is out of date."""
        changed = []
        for note in self.provenance(layer_id).inputs:
            if not note.layer_id:
                continue
            if not self._layers.holds(note.layer_id):
                changed.append(note.title)
            elif self._layers.stored(note.layer_id).generation != note.generation:
                changed.append(self._layers.stored(note.layer_id).title)
        return tuple(changed)

    def input_layer(self, layer_id: str, *, words: str = "") -> InputLayer:
        """Return rows of a layer as an analysis takes them, with the filter that is set.

        Parameters
        ----------
        words
            The filter as a sentence.

        Raises
        ------
        KeyError
            There is no such layer.
        RowsUnreadable
            Its files are gone or broken.
        """
        from jjjmap.analysis.running import InputLayer

        stored = self._layers.stored(layer_id)
        table, shown = self._layers.table(layer_id), self._layers.shown_rows(layer_id)
        return InputLayer(layer_id, stored.title, table, stored.facts, shown, words, stored.generation)

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
            from jjjmap.analysis.running import provenance_of
            from jjjmap.layers.feature_table import write_table
            from jjjmap.layers.styling.classify import apply_style
            from jjjmap.layers.user_layer import first_look, first_style

            outcome = self._outcome(analysis, progress, cancelled)
            if outcome is None:
                return False
            provenance = provenance_of(analysis, outcome, export_date())
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

        def work(progress: Progress, cancelled: Cancelled) -> Outcome | Literal[False]:
            return self._outcome(analysis, progress, cancelled) or False

        def take(outcome: Outcome) -> None:
            from jjjmap.analysis.outcome_layer import facts_of
            from jjjmap.analysis.running import provenance_of

            if not self._layers.holds(layer_id):
                return
            provenance = provenance_of(analysis, outcome, export_date())
            facts = facts_of(outcome, provenance.made)
            try:
                self._layers.replace_made(layer_id, facts, outcome.table, provenance)
            except OSError as error:
                self.failed.emit(error)
                return
            self.finished.emit(layer_id)

        return self._layers.tasks.start(
            self._name(analysis), work, on_success=take, on_failure=self.failed.emit
        )

    def _outcome(self, analysis: Analysis, progress: Progress, cancelled: Cancelled) -> Outcome | None:
        from jjjmap.analysis.running import AnalysisCancelled

        folder = self._layers.store.new_folder()
        try:
            material = replace(self.material(analysis), folder=Path(folder))
            return analysis.run(material, progress, cancelled)
        except AnalysisCancelled:
            return None
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _name(self, analysis: Analysis) -> str:
        titles = [self._layers.stored(each).title for each in analysis.layer_ids if self._layers.holds(each)]
        if not titles:
            return _("分析")
        return _("分析：{title}").format(title=_("、").join(titles))
