"""Counts per place that the map draws as a layer of its own: how often documents name them."""

from collections.abc import Mapping

from qtpy.QtCore import QObject, Signal


class MapTally(QObject):
    """What is counted on the map, and what the count is called."""

    tally_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[str, int] = {}
        self._title = ""

    @property
    def counts(self) -> dict[str, int]:
        """Count by subject id; empty when nothing is drawn."""
        return dict(self._counts)

    @property
    def title(self) -> str:
        """What was counted, as the user reads it; empty when nothing is drawn."""
        return self._title

    def show(self, counts: Mapping[str, int], title: str) -> None:
        """Draw counts instead of those drawn before."""
        self._counts = {subject_id: count for subject_id, count in counts.items() if count > 0}
        self._title = title if self._counts else ""
        self.tally_changed.emit()

    def clear(self) -> None:
        """Draw no counts; says so only if some were drawn."""
        if self._counts:
            self.show({}, "")
