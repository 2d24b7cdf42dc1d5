"""All users' layers that the page may ask for, by id and revision."""

import threading

from jjjmap.errors import PageMissing
from jjjmap.maps.drawing.drawn_layer import DrawnLayer


class DrawnLayers:
    """Finds the layer that a path below ``/features/`` is about. May be used by several threads at once."""

    def __init__(self) -> None:
        self._layers: dict[str, tuple[int, DrawnLayer]] = {}
        self._lock = threading.Lock()

    def put(self, layer_id: str, revision: int, layer: DrawnLayer) -> None:
        """Serve a layer, instead of what stood under its id before."""
        with self._lock:
            self._layers[layer_id] = revision, layer

    def get(self, layer_id: str) -> DrawnLayer | None:
        """Return a layer; None if there is none of that id."""
        with self._lock:
            found = self._layers.get(layer_id)
        return found[1] if found else None

    def remove(self, layer_id: str) -> None:
        """Serve a layer no more."""
        with self._lock:
            self._layers.pop(layer_id, None)

    def answer(self, path: str) -> bytes:
        """Return what stands at ``<layer id>/<revision>/…``.

        Raises
        ------
        PageMissing
            Nothing does: the layer is gone, or has been read anew since.
        """
        layer_id, _slash, rest = path.partition("/")
        revision, *parts = rest.split("/")
        with self._lock:
            found = self._layers.get(layer_id)
        if found is None or str(found[0]) != revision:
            raise PageMissing(f"/features/{path}")
        return found[1].answer(tuple(parts))
