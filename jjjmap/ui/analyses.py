"""Analyses in the window: what is asked for in a dialog, run in the background, and shown in a dock."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from qtpy.QtCore import QObject, Qt, Signal
from qtpy.QtGui import QAction, QImage
from qtpy.QtWidgets import QDockWidget, QFileDialog, QMainWindow, QMenu

from jjjmap.errors import ExportFailed, RowsUnreadable
from jjjmap.findings import Severity
from jjjmap.i18n import _
from jjjmap.session.session import Session
from jjjmap.session.tasks import Cancelled, Progress, Task
from jjjmap.ui.lazy_dock import LazyDock

if TYPE_CHECKING:
    from jjjmap.analysis.running import Analysis
    from jjjmap.layers.stored_layer import StoredLayer
    from jjjmap.ui.dialogs.analysis_dialog import AnalysisDialog, LayerChoice
    from jjjmap.ui.panels.analyses_panel import AnalysesPanel

HEIGHT_PX = 320
TOLD_CHARS = 50
"""Of a title, in the status bar."""
OFFERED_FROM_ROWS, OFFERED_VALUES, LONGEST_OFFERED = 100_000, 200, 60
"""So many rows are looked at for values that are offered, so many values, of so many letters."""
DIALOGS = {
    "summarize": ("jjjmap.ui.dialogs.summarize_dialog", "SummarizeDialog"),
    "near": ("jjjmap.ui.dialogs.near_dialog", "NearDialog"),
    "hotspots": ("jjjmap.ui.dialogs.hotspots_dialog", "HotspotsDialog"),
    "gaps": ("jjjmap.ui.dialogs.gaps_dialog", "GapsDialog"),
    "flows": ("jjjmap.ui.dialogs.flows_dialog", "FlowsDialog"),
}
"""Module and class by kind of analysis; each is imported when it is asked for."""
WITHOUT_LAYERS = ("near",)
"""Kinds that have an answer from what we ship alone."""


class UserAnalyses(QObject):
    """Ties the dialogs of analyses, and the dock of what came of them, to the session.

    Parameters
    ----------
    window
        Gets the dock.
    session
        What is open.
    below
        The dock that the results share their place with.
    """

    told = Signal(str)  # a sentence for the status bar
    failed = Signal(object)  # an exception to be explained
    data_wanted = Signal(str)  # a sentence, beside which the user may open data
    doubts_offered = Signal(str, str)  # a sentence about a result, and its layer id: findings may be seen
    layer_shown = Signal(str)  # layer id: the map goes there
    feature_requested = Signal(str)  # feature id
    place_requested = Signal(str)  # place id
    table_requested = Signal(str)  # layer id
    style_requested = Signal(str)  # layer id
    copy_requested = Signal(str)  # layer id: it is to be written to a file
    remove_requested = Signal(str)  # layer id
    layer_menu_opening = Signal(object, str)  # QMenu, layer id
    saved = Signal(object)  # Path of a file that was written

    def __init__(self, window: QMainWindow, session: Session, *, below: QDockWidget) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._again: dict[str, Task] = {}
        self._waiting: list[str] = []
        self.results = LazyDock("analyses_dock", self._make_panel, window)
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.results)
        window.tabifyDockWidget(below, self.results)
        self.results.hide()
        self.results.panel_made.connect(self._give_room)
        session.analyses.finished.connect(self._take_finished)
        session.analyses.failed.connect(self.failed)
        self.retranslate()

    def toggle_actions(self) -> dict[str, QAction]:
        """Return the action that shows and hides the dock, by name."""
        return {self.results.objectName(): self.results.toggleViewAction()}

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.results.setWindowTitle(_("分析结果"))
        self.results.retranslate_panel()

    def _give_room(self, _panel: object) -> None:
        self._window.resizeDocks([self.results], [HEIGHT_PX], Qt.Orientation.Vertical)

    # ---- asking ----

    def ask(
        self, kind: str, layer_id: str = "", *, question: str = "", place: str = "", name: str = ""
    ) -> Task | None:
        """Ask for the options of an analysis and start it.

        Parameters
        ----------
        kind
            As in `DIALOGS`.
        layer_id
            The layer that is offered first; the one added last if it is empty.
        question, place
            What is asked about the surroundings of a place, and of which: its id, or ``lon,lat``.
        name
            What lies at ``lon,lat`` is called so.

        Returns
        -------
        Task or None
            None if there is nothing to analyse, or the user changed their mind.
        """
        layers = self._choices(kind)
        if not layers and kind not in WITHOUT_LAYERS:
            self.data_wanted.emit(_("还没有可以这样分析的图层：请先打开自己的数据，例如企业名单或统计表。"))
            return None
        place = place or self._session.selection.place_id
        analysis = self._dialog(kind, layers, layer_id, question, place, name).ask()
        return self.run(analysis) if analysis is not None else None

    def ask_near(self, question: str, place: str, name: str = "") -> Task | None:
        """Answer a question about the surroundings of a place: at once, or after the rest has been asked.

        Parameters
        ----------
        question
            A word of `jjjmap.analysis.nearby.near.Question`.
        place
            Id of a place, or a position as ``lon,lat``.
        name
            What lies at the position is called so.
        """
        from jjjmap.ui.near_menu import near_at_once

        analysis = near_at_once(question, place, name)
        if analysis is not None:
            return self.run(analysis)
        return self.ask("near", question=question, place=place, name=name)

    def run(self, analysis: Analysis) -> Task:
        """Start an analysis; its result is shown when it is there."""
        return self._session.analyses.run(analysis)

    def run_again(self, layer_id: str) -> None:
        """Reckon a result anew from its inputs as they are now."""
        analyses = self._session.analyses
        if layer_id in self._again or not self._session.user_layers.holds(layer_id):
            return
        try:
            task = analyses.run_again(layer_id)
        except (KeyError, ValueError):
            self.told.emit(_("这个版本的程序不认识这次分析的选项，不能重新计算。"))
            return
        self._again[layer_id] = task
        task.ended.connect(lambda: self._end_again(layer_id))
        self._show_running()

    def run_stale(self) -> None:
        """Reckon all results anew whose inputs have changed, one after another, the oldest first."""
        self._waiting = list(self._session.analyses.stale())
        self._run_next()

    def _run_next(self) -> None:
        while self._waiting:
            layer_id = self._waiting.pop(0)
            self.run_again(layer_id)
            if layer_id in self._again:
                return

    def _end_again(self, layer_id: str) -> None:
        task = self._again.pop(layer_id, None)
        self._show_running()
        if task is not None and task.cancel_requested:
            self._waiting.clear()
        self._run_next()

    def _show_running(self) -> None:
        if self.results.made_panel is not None:
            cast("AnalysesPanel", self.results.made_panel).show_running(tuple(self._again))

    def _choices(self, kind: str) -> list[LayerChoice]:
        """Return the layers that may be analysed: the last one first, results after all others."""
        from jjjmap.layers.style import Geometry
        from jjjmap.ui.dialogs.analysis_dialog import LayerChoice

        suited: dict[str, tuple[Geometry | None, ...]] = {
            "hotspots": (Geometry.POINT, Geometry.POLYGON),
            "gaps": (Geometry.POINT, Geometry.POLYGON, None),
        }
        layers = self._session.user_layers
        choices = []
        for stored in sorted(reversed(layers.layers), key=lambda each: each.provenance is not None):
            facts = stored.facts
            if not facts.rows or (kind in suited and facts.geometry not in suited[kind]):
                continue
            try:
                mask = layers.shown_rows(stored.id)
            except (RowsUnreadable, ValueError, KeyError):  # Or a filter that no longer fits.
                continue
            shown = facts.rows if mask is None else int(mask.sum())
            choices.append(
                LayerChoice(stored.id, stored.title, facts.geometry, facts.columns, facts.rows, shown)
            )
        return choices

    def _dialog(
        self, kind: str, layers: list[LayerChoice], layer_id: str, question: str, place: str, name: str
    ) -> AnalysisDialog:
        module, class_name = DIALOGS[kind]
        dialog, catalogue = getattr(import_module(module), class_name), self._session.workspace.catalogue
        match kind:
            case "near":
                asked = {"question": question, "place": place, "name": name}
                made = dialog(layers, layer_id, self._window, catalogue=catalogue, **asked)
            case "hotspots":
                made = dialog(layers, layer_id, catalogue, self._window, values_of=self._values_of)
            case "gaps":
                made = dialog(layers, layer_id, catalogue, self._window)
            case _:
                made = dialog(layers, layer_id, self._window)
        return cast("AnalysisDialog", made)

    def _values_of(self, layer_id: str, column: str) -> Sequence[str]:
        """Return frequent values of a column, of its first rows: they are offered while one writes."""
        import pyarrow as pa

        try:
            table = self._session.user_layers.table(layer_id)
        except (RowsUnreadable, KeyError):
            return ()
        if column not in table.attributes.column_names:
            return ()
        counted = table.attributes.column(column).slice(0, OFFERED_FROM_ROWS).cast(pa.string()).value_counts()
        pairs = zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True)
        known = sorted((pair for pair in pairs if pair[0]), key=lambda pair: (-pair[1], pair[0]))
        return tuple(value for value, _count in known[:OFFERED_VALUES] if len(value) <= LONGEST_OFFERED)

    # ---- results ----

    def _take_finished(self, layer_id: str) -> None:
        stored = self._session.user_layers.stored(layer_id)
        is_again = layer_id in self._again
        self.show_result(layer_id)
        if not is_again and stored.facts.geometry is not None:
            self._hide_beneath(stored)
            self.layer_shown.emit(layer_id)
        said = _("已重新计算“{title}”。") if is_again else _("已算出“{title}”，结果是一个新图层。")
        title = " ".join(stored.title.split())
        sentence = said.format(title=title if len(title) <= TOLD_CHARS else f"{title[: TOLD_CHARS - 1]}…")
        doubts = [each for each in stored.facts.findings if each.severity is not Severity.INFO]
        if doubts:
            sentence += _("有 {n} 点需要留意。").format(n=len(doubts))
            self.doubts_offered.emit(sentence, layer_id)
        else:
            self.told.emit(sentence)

    def _hide_beneath(self, stored: StoredLayer) -> None:
        """Leave out earlier areas that a new result would be drawn over; they stay in the list."""
        from jjjmap.layers.style import Geometry

        if stored.facts.geometry is not Geometry.POLYGON or stored.provenance is None:
            return
        session, read = self._session, {note.layer_id for note in stored.provenance.inputs}
        earlier = [
            each
            for each in session.analyses.layer_ids()
            if each != stored.id
            and each not in read
            and session.user_layers.stored(each).facts.geometry is Geometry.POLYGON
        ]
        with session.history.quietly():
            session.layers.set_all_visible(earlier, False)

    def show_result(self, layer_id: str = "") -> None:
        """Bring the dock to the front, with a result if one is named."""
        self.results.bring_up()
        if layer_id:
            cast("AnalysesPanel", self.results.panel()).show_analysis(layer_id)

    def add_to_menu(self, menu: QMenu, layer_id: str) -> None:
        """Offer analyses of a layer of the user's; a slot for `LayersPanel.menu_opening`."""
        from jjjmap.layers.style import Geometry

        users = self._session.user_layers
        if not users.holds(layer_id):
            return
        stored = users.stored(layer_id)
        menu.addSeparator()
        if stored.provenance is not None:
            menu.addAction(_("分析结果"), lambda: self.show_result(layer_id))
        menu.addAction(_("汇总统计…"), lambda: self.ask("summarize", layer_id))
        if stored.facts.geometry in (Geometry.POINT, Geometry.POLYGON):
            menu.addAction(_("识别集聚…"), lambda: self.ask("hotspots", layer_id))

    def _save_picture(self, title: str, image: QImage) -> None:
        """Ask for a file and write a chart there."""
        from jjjmap.ui.dialogs.replacing import starting_file, with_suffix

        preferences = self._session.preferences
        start = starting_file(preferences.settings.export_folder, title, ".png")
        name, _kind = QFileDialog.getSaveFileName(self._window, _("图另存为"), start, "PNG (*.png)")
        path = with_suffix(self._window, name, (".png",), ".png") if name else None
        if path is None:
            return
        preferences.change(export_folder=str(path.parent))
        picture = image.copy()  # Of its own: the thread below writes while the chart may be drawn anew.

        def work(_progress: Progress, cancelled: Cancelled) -> Path | Literal[False]:
            if cancelled():
                return False
            _write_picture(path, picture)
            return path

        self._session.tasks.start(
            _("图另存为"), work, on_success=self.saved.emit, on_failure=self.failed.emit
        )

    def _make_panel(self) -> AnalysesPanel:
        from jjjmap.ui.panels.analyses_panel import AnalysesPanel

        panel = AnalysesPanel(self._session)
        panel.feature_requested.connect(self.feature_requested)
        panel.place_requested.connect(self.place_requested)
        panel.layer_requested.connect(self.layer_shown)
        panel.table_requested.connect(self.table_requested)
        panel.style_requested.connect(self.style_requested)
        panel.copy_requested.connect(self.copy_requested)
        panel.remove_requested.connect(self.remove_requested)
        panel.again_requested.connect(self.run_again)
        panel.picture_requested.connect(self._save_picture)
        panel.analysis_requested.connect(self.ask)
        panel.menu_opening.connect(self.layer_menu_opening)
        panel.told.connect(self.told)
        panel.show_running(tuple(self._again))
        return panel


def _write_picture(path: Path, picture: QImage) -> None:
    """Write a picture whole or not at all; raises ExportFailed."""
    from qtpy.QtCore import QBuffer, QByteArray, QIODevice

    from jjjmap.atomic_files import replace_file

    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # PyQt5 takes a text here, PySide6 takes either and is declared to take bytes.
    cast(Any, picture).save(buffer, "PNG")
    buffer.close()
    try:
        replace_file(path, bytes(data.data()))
    except OSError as exc:
        raise ExportFailed(path, exc.strerror or type(exc).__name__) from exc
