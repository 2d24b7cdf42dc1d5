"""The docks below the map: policy, chains, timeline, comparison, cross-check; each made when first seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Qt, Signal
from qtpy.QtGui import QAction
from qtpy.QtWidgets import QMainWindow, QWidget

from jjjmap.i18n import _
from jjjmap.session.session import Session
from jjjmap.ui.lazy_dock import LazyDock

if TYPE_CHECKING:
    from jjjmap.ui.panels.chains_panel import ChainsPanel
    from jjjmap.ui.panels.compare_panel import ComparePanel
    from jjjmap.ui.panels.crosscheck_panel import CrosscheckPanel
    from jjjmap.ui.panels.policy_panel import PolicyPanel
    from jjjmap.ui.panels.timeline_panel import TimelinePanel

# Each panel is imported where it is made: together they cost what the start of the program must not.

HEIGHT_PX = 280


class BottomDocks(QObject):
    """The docks below the map, one behind another, closed at first start."""

    place_requested = Signal(str)  # place id, from any of the panels

    def __init__(self, window: QMainWindow, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self.policy = LazyDock("policy_dock", self._make_policy, window)
        self.chains = LazyDock("chains_dock", self._make_chains, window)
        self.timeline = LazyDock("timeline_dock", self._make_timeline, window)
        self.compare = LazyDock("compare_dock", self._make_compare, window)
        self.crosscheck = LazyDock("crosscheck_dock", self._make_crosscheck, window)
        previous: LazyDock | None = None
        for dock in self.all():
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
            if previous is not None:
                window.tabifyDockWidget(previous, dock)
            previous = dock
            dock.hide()
            dock.panel_made.connect(self._give_room)
        self.retranslate()

    def all(self) -> tuple[LazyDock, ...]:
        """Return the docks in the order of their tabs."""
        return self.policy, self.chains, self.timeline, self.compare, self.crosscheck

    def toggle_actions(self) -> dict[str, QAction]:
        """Return the actions that show and hide the docks, by name."""
        return {dock.objectName(): dock.toggleViewAction() for dock in self.all()}

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.policy.setWindowTitle(_("政策"))
        self.chains.setWindowTitle(_("产业链"))
        self.timeline.setWindowTitle(_("时间线"))
        self.compare.setWindowTitle(_("比较"))
        self.crosscheck.setWindowTitle(_("数据核对"))
        for dock in self.all():
            dock.retranslate_panel()

    def show_passage(self, passage_id: str) -> None:
        """Show a passage in the policy outline."""
        self.policy.bring_up()
        panel: PolicyPanel = self.policy.panel()  # type: ignore[assignment]
        panel.show_passage(passage_id)

    def show_chain(self, chain_id: str) -> None:
        """Show the chart of a chain."""
        self.chains.bring_up()
        panel: ChainsPanel = self.chains.panel()  # type: ignore[assignment]
        panel.show_chain(chain_id)

    def _give_room(self, _panel: QWidget) -> None:
        """Give the first dock that opens a height at which it can be read; later ones share it."""
        if sum(dock.made_panel is not None for dock in self.all()) == 1:
            self._window.resizeDocks(list(self.all()), [HEIGHT_PX] * len(self.all()), Qt.Orientation.Vertical)

    def _leave_time(self, is_visible: bool) -> None:
        """Let time rest behind another dock; with its own closed, nothing would tell why places are dim."""
        if self.timeline.isHidden():
            self._session.timeline.reset()
        elif not is_visible:
            self._session.timeline.pause()

    # Who hears whom, for each panel when it is made.

    def _make_policy(self) -> PolicyPanel:
        from jjjmap.ui.panels.policy_panel import PolicyPanel

        session = self._session
        panel = PolicyPanel(session.workspace, session.selection, session.highlight)
        session.selection.place_chosen.connect(panel.show_place)
        session.selection.selection_cleared.connect(panel.show_nothing)
        panel.place_requested.connect(self.place_requested)
        panel.chain_requested.connect(self.show_chain)
        return panel

    def _make_chains(self) -> ChainsPanel:
        from jjjmap.ui.panels.chains_panel import ChainsPanel

        session = self._session
        panel = ChainsPanel(session.workspace, session.selection, session.highlight)
        session.selection.place_chosen.connect(panel.show_place)
        session.selection.selection_cleared.connect(panel.show_nothing)
        panel.place_requested.connect(self.place_requested)
        panel.passage_requested.connect(self.show_passage)
        return panel

    def _make_timeline(self) -> TimelinePanel:
        from jjjmap.ui.panels.timeline_panel import TimelinePanel

        session = self._session
        panel = TimelinePanel(session.workspace, session.timeline, session.selection)
        session.selection.place_chosen.connect(panel.show_place)
        session.selection.selection_cleared.connect(panel.show_nothing)
        panel.place_requested.connect(self.place_requested)
        self.timeline.visibilityChanged.connect(self._leave_time)
        return panel

    def _make_compare(self) -> ComparePanel:
        from jjjmap.ui.panels.compare_panel import ComparePanel

        session = self._session
        panel = ComparePanel(session.workspace, session.pins, session.selection)
        panel.place_requested.connect(self.place_requested)
        return panel

    def _make_crosscheck(self) -> CrosscheckPanel:
        from jjjmap.ui.panels.crosscheck_panel import CrosscheckPanel

        panel = CrosscheckPanel(self._session.workspace)
        panel.place_requested.connect(self.place_requested)
        return panel
