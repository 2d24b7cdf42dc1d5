"""Saved views in the window: their dock, their pictures, and the way through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qtpy.QtCore import QObject, QRect, QSize, Qt, QTimer, Signal
from qtpy.QtGui import QAction, QPixmap
from qtpy.QtWidgets import QDockWidget, QMainWindow, QWidget

from jjjmap.i18n import _
from jjjmap.project.state import MAX_VIEWS, SavedView
from jjjmap.session.session import Session
from jjjmap.session.view_keeper import ViewKeeper
from jjjmap.ui.lazy_dock import LazyDock
from jjjmap.ui.saved_view_item import PICTURE_PX

if TYPE_CHECKING:
    from jjjmap.ui.panels.views_panel import ViewsPanel

SHARPNESS = 2
"""Pixels of a picture for each of the list."""
MOST_PICTURES = 2 * MAX_VIEWS
"""In memory: those of removed views, too, which may come back."""
SETTLING_MS = 1500
"""After so long a map that went somewhere has drawn what is there."""


class SavedViewsDock(QObject):
    """Makes the dock when it is first wanted, and ties it to the session.

    Parameters
    ----------
    window
        Gets the dock.
    session
        What is open.
    beside
        The dock that it shares its place with.
    reading
        The dock with the document: what is open in it is part of a view only while it is seen.
    map_widget
        Of whose looks the pictures are.
    """

    told = Signal(str)  # a sentence for the status bar
    bounds_requested = Signal(float, float, float, float)  # west, south, east, north, degrees: exactly these
    export_requested = Signal()  # all views, as pages

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        *,
        beside: QDockWidget,
        reading: QDockWidget,
        map_widget: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._map = map_widget
        self._pictures: dict[str, QPixmap] = {}
        self._shown_id = ""
        self.keeper = ViewKeeper(session, reading.isVisible, self)
        self.dock = LazyDock("views_dock", self._make_panel, window)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.dock)
        window.tabifyDockWidget(beside, self.dock)
        self.dock.hide()
        self.keeper.told.connect(self.told)
        self.keeper.bounds_wanted.connect(self.bounds_requested)
        self.keeper.view_shown.connect(self._note_shown)
        session.views.views_changed.connect(self._forget_gone)
        self.retranslate()

    def toggle_actions(self) -> dict[str, QAction]:
        """Return the action that shows and hides the dock, by its name."""
        return {self.dock.objectName(): self.dock.toggleViewAction()}

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.dock.setWindowTitle(_("保存的视图"))
        self.dock.retranslate_panel()

    def panel(self) -> ViewsPanel:
        """Bring the dock to the front and return its panel."""
        self.dock.bring_up()
        return cast("ViewsPanel", self.dock.panel())

    def save_view(self) -> None:
        """Save what the map shows now as a view, and let its title be edited."""
        picture = self._grabbed()
        made = self.keeper.add()
        if made is None:
            return
        self._keep_picture(made.id, picture)
        self._shown_id = made.id
        panel = self.panel()
        panel.mark(made.id)
        panel.rename()
        self.told.emit(_("已保存视图“{title}”。").format(title=made.title))

    def update_view(self, view_id: str) -> None:
        """Let a view show what the map shows now."""
        self._keep_picture(view_id, self._grabbed())
        self.keeper.update(view_id)
        view = self.keeper.view(view_id)
        if view is not None:
            self.told.emit(_("视图“{title}”已更新为当前地图。").format(title=view.title))

    def step(self, step: int) -> None:
        """Go to the next (+1) or the previous (-1) view; after the last one comes the first."""
        ids = [view.id for view in self.keeper.views]
        if not ids:
            self.told.emit(_("还没有保存的视图。"))
            return
        start = ids.index(self._shown_id) if self._shown_id in ids else (-1 if step > 0 else 0)
        number = (start + step) % len(ids)
        self.keeper.go_to(ids[number])
        title = self.keeper.views[number].title
        self.told.emit(_("视图 {n} / {count}：{title}").format(n=number + 1, count=len(ids), title=title))

    # How it is made.

    def _make_panel(self) -> ViewsPanel:
        from jjjmap.ui.panels.views_panel import ViewsPanel

        panel = ViewsPanel(self._session, self.keeper, self._picture_of)
        panel.add_requested.connect(self.save_view)
        panel.update_requested.connect(self.update_view)
        panel.export_requested.connect(self.export_requested)
        return panel

    def _picture_of(self, view_id: str) -> QPixmap:
        return self._pictures.get(view_id, QPixmap())

    def _note_shown(self, view_id: str) -> None:
        """Mark the view in the list; if it has no picture, take one when the map has drawn it."""
        if self.keeper.view(view_id) is None:
            return  # What was before a view is shown again.
        self._shown_id = view_id
        if self.dock.made_panel is not None:
            cast("ViewsPanel", self.dock.made_panel).mark(view_id)
        if view_id not in self._pictures:
            QTimer.singleShot(SETTLING_MS, self, lambda: self._take_late(view_id))

    def _take_late(self, view_id: str) -> None:
        view = self.keeper.view(view_id)
        # Only if nobody has changed the map meanwhile.
        if view is not None and view_id not in self._pictures and _looks_like(view, self.keeper.now()):
            self._keep_picture(view_id, self._grabbed())

    def _keep_picture(self, view_id: str, picture: QPixmap) -> None:
        self._pictures.pop(view_id, None)
        self._pictures[view_id] = picture
        while len(self._pictures) > MOST_PICTURES:
            del self._pictures[next(iter(self._pictures))]
        if self.dock.made_panel is not None:
            cast("ViewsPanel", self.dock.made_panel).show_picture(view_id)

    def _forget_gone(self) -> None:
        if self.keeper.view(self._shown_id) is None:
            self._shown_id = ""

    def _grabbed(self) -> QPixmap:
        """Return the middle of the map, as small as the list shows it."""
        whole = self._map.grab()
        if whole.isNull():
            return whole
        wanted = PICTURE_PX * SHARPNESS
        size = QSize(wanted).scaled(whole.size(), Qt.AspectRatioMode.KeepAspectRatio)
        part = QRect(0, 0, size.width(), size.height())
        part.moveCenter(whole.rect().center())
        small = whole.copy(part).scaled(
            wanted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        small.setDevicePixelRatio(SHARPNESS)
        return small


def _looks_like(view: SavedView, now: SavedView) -> bool:
    """Whether two views show the same; not of their boxes, for a window of another shape shows more."""
    return view.layers == now.layers and view.moment == now.moment and view.chosen_id == now.chosen_id
