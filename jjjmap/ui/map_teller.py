"""What the window tells the map: state of the session as calls of `maps.bridge`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from qtpy.QtCore import QObject, Signal

from jjjmap.i18n import _
from jjjmap.maps.bridge import (
    Call,
    Configure,
    DimFeatures,
    FitBounds,
    FitLayer,
    HighlightedPlace,
    HighlightPlaces,
    SelectFeature,
    SetLayerOpacity,
    SetLayerOrder,
    SetLayerVisible,
)
from jjjmap.maps.config import page_config
from jjjmap.maps.snapshot import REGION_BOUNDS
from jjjmap.session.session import Session


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
        self._session = session

    def configure(self) -> None:
        """Say everything anew in the language in use."""
        self._map.send(Configure(page_config(self._session.snapshot())))
        self.remind()

    def remind(self) -> None:
        """Say what is chosen, marked and dimmed: a page that was loaded anew knows its layers only."""
        session = self._session
        if session.selection.place_id:
            self.select(session.selection.place_id, False)
        if session.highlight.place_ids:
            self.highlight(session.highlight.place_ids)
        if session.timeline.dimmed_ids:
            self.dim(session.timeline.dimmed_ids)

    def select(self, place_id: str, fly: bool) -> None:
        """Highlight a place and go there if asked; say so when nobody knows where it is."""
        place = self._session.workspace.place(place_id)
        name = place.name(self._session.workspace.language)
        self._map.send(SelectFeature(place_id, place.area_adcodes, place.lon, place.lat, name, fly))
        if fly and place.lon is None and not place.area_adcodes:
            self.told_user.emit(_("没有来源给出“{name}”的位置，地图不移动。").format(name=name))

    def clear(self) -> None:
        """Highlight nothing."""
        self._map.send(SelectFeature(""))

    def highlight(self, place_ids: Sequence[str]) -> None:
        """Mark places beside the chosen one."""
        places = [self._session.workspace.place(place_id) for place_id in place_ids]
        units = dict.fromkeys(code for place in places for code in place.area_adcodes)
        marked = tuple(HighlightedPlace(place.id, place.lon, place.lat) for place in places)
        self._map.send(HighlightPlaces(marked, tuple(units)))

    def dim(self, place_ids: Sequence[str]) -> None:
        """Draw places faintly."""
        self._map.send(DimFeatures(tuple(place_ids)))

    def show_layer(self, layer_id: str, visible: bool) -> None:
        """Show or hide a layer."""
        self._map.send(SetLayerVisible(layer_id, visible))

    def set_opacity(self, layer_id: str, opacity: float) -> None:
        """Make a layer transparent."""
        self._map.send(SetLayerOpacity(layer_id, opacity))

    def order_layers(self, layer_ids: Sequence[str]) -> None:
        """Draw the layers in this order."""
        self._map.send(SetLayerOrder(tuple(layer_ids)))

    def fit_region(self) -> None:
        """Show Beijing, Tianjin and Hebei."""
        box = REGION_BOUNDS
        self._map.send(FitBounds(box.west, box.south, box.east, box.north))

    def fit_layer(self, layer_id: str) -> None:
        """Show a layer and all of its features."""
        self._session.layers.set_visible(layer_id, True)
        self._map.send(FitLayer(layer_id))
