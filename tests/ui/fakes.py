"""What stands for the map and for the export in tests of the window."""

from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QWidget

from jjjmap.catalogue.models import Catalogue
from jjjmap.maps.bridge import Call, Event
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.session.tasks import Cancelled, Progress


class FakeMap(QWidget):
    """Takes what the window tells a map, and says what a test wants said."""

    event_received = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []

    def send(self, call: Call) -> None:
        self.calls.append(call)

    def say(self, event: Event) -> None:
        self.event_received.emit(event)

    def of(self, kind: type) -> list[Call]:
        return [call for call in self.calls if isinstance(call, kind)]


class FakeExport:
    """Stands for the export: writes a line, or fails, or waits to be cancelled."""

    def __init__(self) -> None:
        self.snapshots: list[MapSnapshot] = []
        self.error: Exception | None = None
        self.waits = False

    def __call__(
        self,
        path: Path,
        snapshot: MapSnapshot,
        catalogue: Catalogue,
        progress: Progress,
        cancelled: Cancelled,
    ) -> bool:
        self.snapshots.append(snapshot)
        progress(0.5)
        while self.waits and not cancelled():
            pass
        if self.error is not None:
            raise self.error
        if cancelled():
            return False
        path.write_text("map", encoding="utf-8")
        return True
