"""What the map tells: events of `maps.bridge` as changes of the session, and as news for the window."""

from __future__ import annotations

from qtpy.QtCore import QObject, Signal

from jjjmap.i18n import _
from jjjmap.layers.feature_ids import LAYER_PREFIX
from jjjmap.layers.style import Geometry
from jjjmap.maps.bridge import (
    CandidateStepped,
    Event,
    LayerDrawn,
    LayerFailed,
    MapClicked,
    PageFailed,
    PageReady,
    PointerMoved,
    SelectionCleared,
    ViewMoved,
)
from jjjmap.session.session import Session
from jjjmap.ui.messages import layer_failed_finding, page_failed_finding


class MapListener(QObject):
    """Hears the map; what concerns the session it does, what concerns the window it says."""

    page_ready = Signal()  # the page runs, perhaps anew, and knows the layers only
    pointer_moved = Signal(object)  # PointerMoved
    zoomed = Signal(float)  # zoom of the map
    escaped = Signal()  # Escape on the map
    told_user = Signal(str)  # a sentence for the status bar
    layer_thinned = Signal(str)  # a sentence: a layer has more features in view than are drawn

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session

    def hear(self, event: Event) -> None:
        """Take what the map says; a slot for ``event_received``."""
        session = self._session
        match event:
            case PageReady():
                self.page_ready.emit()
            case MapClicked() if session.placing.take_point(event.lon, event.lat):
                self.told_user.emit(_("已记下这一行的位置。"))
            case MapClicked():
                session.selection.offer(self.ids_under(event))
            case CandidateStepped(step=step):
                session.selection.step_candidate(step)
            case SelectionCleared():
                self.escaped.emit()
            case PointerMoved():
                self.pointer_moved.emit(event)
            case LayerDrawn():
                self._tell_thinned(event)
            case ViewMoved():
                self.zoomed.emit(event.zoom)
                self._remember_view(event)
            case PageFailed(reason=reason):
                session.workspace.add_finding(page_failed_finding(reason))
            case LayerFailed(layer_id=layer_id, reason=reason):
                self._note_failed_layer(layer_id, reason)

    def ids_under(self, click: MapClicked) -> list[str]:
        """Return what lies under a click: the user's points and lines, ours, then areas, the user's first."""
        session = self._session
        users = session.drawn_layers.hits(click.lon, click.lat, click.zoom)
        areas = [each for geometry, each in users if geometry is Geometry.POLYGON]
        others = [each for geometry, each in users if geometry is not Geometry.POLYGON]
        layers = {view.layer.id: view.layer for view in session.layers.views}
        for hit in click.hits:
            if session.workspace.knows(hit.feature_id):
                layer = layers.get(hit.layer_id)
                is_area = layer is not None and layer.geometry is Geometry.POLYGON
                (areas if is_area else others).append(hit.feature_id)
        return [*others, *areas]

    def _tell_thinned(self, event: LayerDrawn) -> None:
        """Say what is drawn of a layer when it is not everything."""
        users = self._session.user_layers
        if users.holds(event.layer_id) and event.drawn < event.total:
            sentence = _("“{title}”这里有 {total} 个要素，画出其中 {drawn} 个；放大可看全部。")
            self.layer_thinned.emit(
                sentence.format(
                    title=users.stored(event.layer_id).title,
                    total=f"{event.total:,}",
                    drawn=f"{event.drawn:,}",
                )
            )

    def _remember_view(self, event: ViewMoved) -> None:
        west, east = max(event.west, -180.0), min(event.east, 180.0)
        south, north = max(event.south, -90.0), min(event.north, 90.0)
        if west < east and south < north:
            self._session.preferences.change(view_bounds_lonlat=(west, south, east, north))

    def _note_failed_layer(self, layer_id: str, reason: str) -> None:
        layers = {view.layer.id: view.layer for view in self._session.layers.views}
        layer = layers.get(layer_id)
        if layer is None and layer_id.startswith(LAYER_PREFIX):
            return  # It was taken out while the page still asked for it.
        title = layer.title(self._session.workspace.language) if layer else layer_id
        self._session.workspace.add_finding(layer_failed_finding(layer, layer_id, reason, title))
