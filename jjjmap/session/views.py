"""Views of the map that the user gave a name."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import QObject, Signal

from jjjmap.project.state import MAX_VIEWS, SavedView


class SavedViews(QObject):
    """The saved views in the order in which the user wants them."""

    views_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._views: tuple[SavedView, ...] = ()

    @property
    def views(self) -> tuple[SavedView, ...]:
        """All of them, in order."""
        return self._views

    def put(self, views: Iterable[SavedView]) -> None:
        """Have these views instead of those before; beyond `MAX_VIEWS` they are cut off."""
        wanted = tuple(views)[:MAX_VIEWS]
        if wanted != self._views:
            self._views = wanted
            self.views_changed.emit()
