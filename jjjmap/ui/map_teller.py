"""What the window tells the map: state of the session as calls of `maps.bridge`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from qtpy.QtCore import QObject, Signal

from jjjmap.catalogue.models import PlaceKind
from jjjmap.i18n import _
from jjjmap.maps.bridge import (
    Call,
    Configure,
    DimFeatures,
    FitBounds,
    FitLayer,
    PointerMoved,
    RefreshRows,
    RemoveLayer,
    SelectFeature,
    SetLayerOpacity,
    SetLayerOrder,
    SetLayerVisible,
    ShowTip,
)
from jjjmap.maps.config import layer_style_config, page_config
from jjjmap.maps.showing import highlight_of, select_place
from jjjmap.maps.snapshot import REGION_BOUNDS
from jjjmap.session.session import Session

_MOVES_NOTHING = (PlaceKind.PROVINCE, PlaceKind.SPATIAL_STRUCTURE)


class MapWidget(Protocol):
    """What the window needs of a map, beside being a widget."""

    event_received: Any  # Signal(object): an event of maps.bridge

    def send(self, call: Call) -> None:
        """Pass a call to the page; it waits until the page is ready."""


class MapTeller(QObject):
    """Slots that turn news of the session into calls to the map."""

    told_user = Signal(str)  # a sentence for the status bar

    def __init__(self, map_view: MapWidget, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._map = map_view
        self._has_tip = False
        self._session = session

    def configure(self) -> None:
        """Say everything anew in the language in use."""
        self._map.send(Configure(page_config(self._session.snapshot())))
        self.remind()

    def remind(self) -> None:
        """Say what is chosen, marked and dimmed: a page that was loaded anew knows its layers only."""
        session = self._session
        if session.selection.feature_id:
            self.select_feature(session.selection.feature_id, False)
        elif session.selection.place_id:
            self.select(session.selection.place_id, False)
        if session.highlight.place_ids:
            self.highlight(session.highlight.place_ids)
        if session.timeline.dimmed_ids:
            self.dim(session.timeline.dimmed_ids)
        if session.tally.counts:
            self.tally()

    def select(self, place_id: str, fly: bool) -> None:
        """Highlight a place and go there if asked; say so when nobody knows where it is."""
        place = self._session.workspace.place(place_id)
        language = self._session.workspace.language
        name, others = place.name(language), self._others_at(place_id)
        self._map.send(select_place(place, language, fly=fly, others_here=others))
        if fly and place.lon is None and not place.area_adcodes:
            self.told_user.emit(_("没有来源给出“{name}”的位置，地图不移动。").format(name=name))

    def select_feature(self, feature_id: str, fly: bool) -> None:
        """Name a feature of the user's and go there if asked; its layer marks it by itself."""
        features = self._session.user_features
        point, bounds = features.position(feature_id), features.bounds(feature_id)
        if point is None or bounds is None:
            self.clear()
            if fly:
                title = features.title(feature_id)
                self.told_user.emit(_("“{name}”这一行没有位置，地图不移动。").format(name=title))
            return
        is_point = bounds[:2] == bounds[2:]
        title, others = features.title(feature_id), self._others_at(feature_id)
        self._map.send(SelectFeature(feature_id, (), *point, title, fly and is_point, others))
        if fly and not is_point:
            self._map.send(FitBounds(*bounds, fly=True))

    def _others_at(self, chosen_id: str) -> int:
        """Return how many others lie under the click by which this was chosen."""
        candidates = self._session.selection.candidates
        return len(candidates) - 1 if chosen_id in candidates else 0

    def clear(self) -> None:
        """Highlight nothing."""
        self._map.send(SelectFeature(""))

    def highlight(self, place_ids: Sequence[str]) -> None:
        """Mark places beside the chosen one."""
        self._map.send(highlight_of(self._session.workspace.place(place_id) for place_id in place_ids))

    def bring_into_view(self, place_ids: Sequence[str]) -> None:
        """Go where all of these places are seen, unless they are; provinces and the region move nothing."""
        places = [self._session.workspace.place(place_id) for place_id in place_ids]
        points = [
            (place.lon, place.lat)
            for place in places
            if place.kind not in _MOVES_NOTHING and place.lon is not None and place.lat is not None
        ]
        if not points:
            return
        west, south = min(lon for lon, _lat in points), min(lat for _lon, lat in points)
        east, north = max(lon for lon, _lat in points), max(lat for _lon, lat in points)
        view = self._session.preferences.settings.view_bounds_lonlat
        if view is None or not (
            view[0] <= west and view[1] <= south and east <= view[2] and north <= view[3]
        ):
            self._map.send(FitBounds(west, south, east, north, fly=True))

    def dim(self, place_ids: Sequence[str]) -> None:
        """Draw places faintly."""
        self._map.send(DimFeatures(tuple(place_ids)))

    def tally(self) -> None:
        """Draw what is counted."""
        self._map.send(self._session.tally_shown())

    def show_layer(self, layer_id: str, visible: bool) -> None:
        """Show or hide a layer."""
        self._map.send(SetLayerVisible(layer_id, visible))

    def set_opacity(self, layer_id: str, opacity: float) -> None:
        """Make a layer transparent."""
        self._map.send(SetLayerOpacity(layer_id, opacity))

    def order_layers(self, layer_ids: Sequence[str]) -> None:
        """Draw the layers in this order."""
        self._map.send(SetLayerOrder(tuple(layer_ids)))

    def follow_layer(self, layer_id: str) -> None:
        """Draw a layer that was added or changed, or stop drawing one that was taken away."""
        if any(view.layer.id == layer_id for view in self._session.layers.views):
            self._map.send(Configure(page_config(self._session.snapshot())))
        else:
            self._map.send(RemoveLayer(layer_id))

    def refresh_rows(self, layer_id: str) -> None:
        """Draw a user's layer with other classes, filter or marks."""
        session = self._session
        layer = session.user_layers.layer(layer_id)
        style = layer_style_config(layer, session.workspace.language)
        self._map.send(RefreshRows(layer_id, layer.revision, style))

    def tell_tip(self, event: PointerMoved) -> None:
        """Name the feature of the user's that lies under the pointer, if there is one."""
        hits = self._session.drawn_layers.hits(event.lon, event.lat, event.zoom)
        text = self._session.user_features.title(hits[0][1]) if hits else ""
        if text or self._has_tip:
            self._map.send(ShowTip(event.lon, event.lat, text))
        self._has_tip = bool(text)

    def fit_user_layer(self, layer_id: str) -> None:
        """Show a layer of the user's and all of its features."""
        bounds = self._session.user_layers.stored(layer_id).facts.bounds
        if bounds is not None:
            self._session.layers.set_visible(layer_id, True)
            self._map.send(FitBounds(*_within_region(bounds), fly=True))

    def fly_to_bounds(self, west: float, south: float, east: float, north: float) -> None:
        """Show a box, in degrees."""
        self._map.send(FitBounds(west, south, east, north, fly=True))

    def show_bounds(self, west: float, south: float, east: float, north: float) -> None:
        """Show a box again that was shown before, in degrees: just as it was, be it near or far."""
        self._map.send(FitBounds(west, south, east, north, fly=True, exact=True))

    def fit_region(self) -> None:
        """Show Beijing, Tianjin and Hebei."""
        box = REGION_BOUNDS
        self._map.send(FitBounds(box.west, box.south, box.east, box.north))

    def fit_layer(self, layer_id: str) -> None:
        """Show a layer and all of its features."""
        if self._session.user_layers.holds(layer_id):
            self.fit_user_layer(layer_id)
            return
        self._session.layers.set_visible(layer_id, True)
        self._map.send(FitLayer(layer_id))


def _within_region(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return the part of a box that lies in the region; the box itself if none does.

    One stray point elsewhere in the world would leave an empty map.
    """
    box = REGION_BOUNDS
    west, east = max(bounds[0], box.west), min(bounds[2], box.east)
    south, north = max(bounds[1], box.south), min(bounds[3], box.north)
    return (west, south, east, north) if west <= east and south <= north else bounds
