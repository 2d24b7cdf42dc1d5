"""Up to four places that are kept to be compared."""

from qtpy.QtCore import QObject, Signal

MAX_PINS = 4
"""More columns than this are no longer read side by side."""


class Pins(QObject):
    """What is kept; it is never asked whether a place exists: whoever pins has looked it up."""

    pins_changed = Signal(list)  # place ids, in the order in which they were pinned
    pin_refused = Signal(str)  # place id that found no room

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._place_ids: tuple[str, ...] = ()

    @property
    def place_ids(self) -> tuple[str, ...]:
        """The pinned places, in the order in which they were pinned."""
        return self._place_ids

    @property
    def is_full(self) -> bool:
        """Whether another place would be refused."""
        return len(self._place_ids) >= MAX_PINS

    def holds(self, place_id: str) -> bool:
        """Whether a place is pinned."""
        return place_id in self._place_ids

    def add(self, place_id: str) -> bool:
        """Pin a place; return whether it is pinned now. One too many is refused, and the others stay."""
        if self.holds(place_id):
            return True
        if self.is_full:
            self.pin_refused.emit(place_id)
            return False
        self._set((*self._place_ids, place_id))
        return True

    def remove(self, place_id: str) -> None:
        """Let a place go; one that is not pinned is no matter."""
        if self.holds(place_id):
            self._set(tuple(other for other in self._place_ids if other != place_id))

    def toggle(self, place_id: str) -> bool:
        """Pin a place or let it go; return whether it is pinned now."""
        if self.holds(place_id):
            self.remove(place_id)
            return False
        return self.add(place_id)

    def clear(self) -> None:
        """Let all go."""
        if self._place_ids:
            self._set(())

    def _set(self, place_ids: tuple[str, ...]) -> None:
        self._place_ids = place_ids
        self.pins_changed.emit(list(place_ids))
