"""Which actions can be asked for now: what is chosen, pinned, marked, undone or running decides."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import QObject

from jjjmap.session.session import Session
from jjjmap.ui.actions import Actions
from jjjmap.ui.projects import Projects


class EnabledActions(QObject):
    """Switches the actions of a window on and off; its methods are slots that look at the session anew.

    It belongs to the window, so that a session that outlives the window finds nobody to tell.
    """

    def __init__(self, actions: Actions, session: Session, projects: Projects, parent: QObject) -> None:
        super().__init__(parent)
        self._actions = actions
        self._session = session
        self._projects = projects

    def refresh(self) -> None:
        """Look at everything."""
        self.follow_selection()
        self.follow_steps()
        self.follow_work()
        self.follow_analyses()

    def follow_selection(self, _place_ids: Sequence[str] = ()) -> None:
        """Look at what is chosen, what was chosen before, and what else is there."""
        selection = self._session.selection
        self._actions["back"].setEnabled(selection.can_go_back)
        self._actions["forward"].setEnabled(selection.can_go_forward)
        self._actions["copy_place"].setEnabled(bool(selection.place_id))
        self.follow_marks()
        self.follow_pins()
        self.follow_candidates(selection.candidates)

    def follow_candidates(self, place_ids: Sequence[str]) -> None:
        """Look at what lies over one another where the user clicked."""
        for name in ("next_candidate", "previous_candidate"):
            self._actions[name].setEnabled(len(place_ids) > 1)

    def follow_pins(self, _place_ids: Sequence[str] = ()) -> None:
        """Look at what is pinned."""
        place_id = self._session.selection.place_id
        action = self._actions["pin"]
        action.setEnabled(bool(place_id))
        action.setChecked(self._session.pins.holds(place_id))

    def follow_marks(self) -> None:
        """Let Escape do something as long as there is something to forget."""
        session = self._session
        self._actions["clear"].setEnabled(
            bool(session.selection.chosen_id or session.highlight.place_ids or session.tally.counts)
            or session.user_layers.marked_count > 0
            or session.placing.is_waiting
        )

    def follow_steps(self) -> None:
        """Look at what can be undone and done again."""
        history = self._session.history
        self._actions.show_steps(history.undo_title, history.redo_title)

    def follow_analyses(self, _layer_id: str = "") -> None:
        """Look at which results are out of date.

        The analyses themselves can always be asked for: without data they say so, and offer to open some.
        """
        self._actions["analyse_again"].setEnabled(bool(self._session.analyses.stale()))

    def follow_work(self) -> None:
        """Look at what runs, at the project and at the saved views."""
        is_busy = bool(self._session.tasks.running)
        for name in ("export_map", "brief", "copy_map"):
            self._actions[name].setEnabled(not is_busy)
        for name in ("next_view", "previous_view"):
            self._actions[name].setEnabled(bool(self._session.views.views))
        for name, is_enabled in self._projects.enabled_actions(is_busy=is_busy).items():
            self._actions[name].setEnabled(is_enabled)
