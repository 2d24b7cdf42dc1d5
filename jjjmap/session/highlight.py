"""Places that a text, a chain or a search points at: marked on the map beside the one that is chosen."""

from collections.abc import Sequence

from qtpy.QtCore import QObject, Signal


class Highlight(QObject):
    """What is marked on the map, and what it has in common."""

    highlight_changed = Signal(list)  # place ids; none when nothing is marked

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._place_ids: tuple[str, ...] = ()
        self._title = ""

    @property
    def place_ids(self) -> tuple[str, ...]:
        """The marked places, without repeats, in the order given."""
        return self._place_ids

    @property
    def title(self) -> str:
        """What they have in common, as the user reads it; empty when nothing is marked."""
        return self._title

    def show(self, place_ids: Sequence[str], title: str) -> None:
        """Mark places instead of those marked before."""
        self._place_ids = tuple(dict.fromkeys(place_ids))
        self._title = title if self._place_ids else ""
        self.highlight_changed.emit(list(self._place_ids))

    def clear(self) -> None:
        """Mark nothing; says so only if something was marked."""
        if self._place_ids:
            self.show((), "")
