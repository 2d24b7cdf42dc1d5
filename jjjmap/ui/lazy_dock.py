"""A dock whose panel is made when it is first seen, so that the start of the program does not wait for it."""

from collections.abc import Callable
from typing import Protocol, cast

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QDockWidget, QWidget

from jjjmap.ui.following_panel import FollowingPanel


class Panel(Protocol):
    """What a dock needs of its panel, beside being a widget."""

    def retranslate(self) -> None:
        """Speak the language in use."""


class LazyDock(QDockWidget):
    """A dock that is closed at first.

    Parameters
    ----------
    name
        Object name, under which the layout is remembered.
    make_panel
        Makes the panel; called once, and free to import what only this panel needs.
    """

    panel_made = Signal(object)  # the panel

    def __init__(self, name: str, make_panel: Callable[[], QWidget], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._make_panel = make_panel
        self._panel: QWidget | None = None
        self._is_in_front = False
        self._is_stale = False
        self.visibilityChanged.connect(self._follow_visibility)
        self.hide()

    @property
    def made_panel(self) -> QWidget | None:
        """The panel, if it has been made."""
        return self._panel

    def panel(self) -> QWidget:
        """Return the panel; make it if need be."""
        if self._panel is None:
            self._panel = self._make_panel()
            self.setWidget(self._panel)
            self.panel_made.emit(self._panel)
        return self._panel

    def bring_up(self) -> None:
        """Show the dock before others."""
        self.panel()
        self.show()
        self.raise_()

    def retranslate_panel(self) -> None:
        """Let the panel speak the language in use: at once if it is seen, else when it comes to the front."""
        self._is_stale = self._panel is not None
        if self._is_in_front:
            self._freshen()

    def _freshen(self) -> None:
        if self._is_stale:
            self._is_stale = False
            cast(Panel, self._panel).retranslate()

    def _follow_visibility(self, is_visible: bool) -> None:
        # A dock behind another counts as visible for Qt's widgets, only this signal knows.
        self._is_in_front = is_visible
        if is_visible:
            panel = self.panel()
            self._freshen()
            if isinstance(panel, FollowingPanel):
                panel.catch_up()
