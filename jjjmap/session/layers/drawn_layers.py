"""The user's layers as the map page draws them: answers its requests, and tells what lies under a point."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from jjjmap.errors import PageMissing, RowsUnreadable
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.style import Geometry
from jjjmap.session.layers.layer_stack import LayerStack
from jjjmap.session.layers.user_layers import UserLayers

if TYPE_CHECKING:
    from jjjmap.maps.drawing.drawn_layer import DrawnLayer

logger = logging.getLogger(__name__)

REACH_PX = 6.0
MAX_HITS = 50
"""Of one layer under one click: more than anybody would go round."""


class DrawnLayers(QObject):
    """Makes what is drawn of a layer when the page first asks, and keeps it up to date.

    The page is answered in other threads; a lock for each layer keeps them apart.
    """

    rows_refreshed = Signal(str)  # layer id: the page must fetch classes and marks of the rows anew

    def __init__(self, users: UserLayers, stack: LayerStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._users = users
        self._stack = stack
        self._drawn: dict[str, DrawnLayer] = {}
        self._stale: set[str] = set()
        self._locks: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)
        users.style_changed.connect(self._refresh)
        users.filter_changed.connect(self._refresh)
        users.selection_changed.connect(self._refresh)
        users.rows_changed.connect(self._forget)
        users.layer_removed.connect(self._forget)

    def answer(self, path: str) -> bytes:
        """Return what the page asks for below ``/features/``; safe in any thread.

        Parameters
        ----------
        path
            ``<layer id>/<revision>/<what>``, of the form that `maps.pages` lets through.

        Raises
        ------
        PageMissing
            There is no such layer, or it has other rows by now.
        """
        layer_id, revision, *what = path.split("/")
        if not self._users.holds(layer_id) or revision != str(self._users.stored(layer_id).generation):
            raise PageMissing(path)
        try:
            layer = self._layer(layer_id)
        except (KeyError, RowsUnreadable) as exc:
            # Asked in one thread, it may go in another: a project that is opened brings layers of its own.
            if self._users.holds(layer_id):
                raise
            raise PageMissing(path) from exc
        return layer.answer(tuple(what))

    def hits(self, lon: float, lat: float, zoom: float) -> list[tuple[Geometry, str]]:
        """Return geometry and id of the features at a point, the uppermost layer and the nearest first."""
        found: list[tuple[Geometry, str]] = []
        for view in reversed(self._stack.views):
            layer = view.layer
            # What the page has not asked for is not seen either.
            is_seen = layer.id in self._drawn and view.visible and view.opacity > 0
            if is_seen and layer.geometry is not None:
                rows = self._layer(layer.id).hits(lon, lat, zoom, REACH_PX)[:MAX_HITS]
                found += [(layer.geometry, feature_id(layer.id, int(row))) for row in rows]
        return found

    def _layer(self, layer_id: str) -> DrawnLayer:
        with self._locks[layer_id]:
            drawn = self._drawn.get(layer_id)
            if drawn is None:
                from jjjmap.maps.drawing.drawn_layer import DrawnLayer

                drawn = DrawnLayer(self._users.table(layer_id))
                self._set_rows(layer_id, drawn)
                self._drawn[layer_id] = drawn
            elif layer_id in self._stale:
                self._set_rows(layer_id, drawn)
            return drawn

    def _set_rows(self, layer_id: str, drawn: DrawnLayer) -> None:
        from jjjmap.maps.drawing.layer_looks import set_looks

        self._stale.discard(layer_id)
        users = self._users
        set_looks(
            drawn,
            users.stored(layer_id).style,
            users.styled(layer_id),
            users.shown_rows(layer_id),
            users.selected_rows(layer_id),
        )

    def _refresh(self, layer_id: str) -> None:
        self._stale.add(layer_id)
        self.rows_refreshed.emit(layer_id)

    def _forget(self, layer_id: str) -> None:
        with self._locks[layer_id]:
            self._drawn.pop(layer_id, None)
            self._stale.discard(layer_id)
