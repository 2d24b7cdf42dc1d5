"""What stands for the map and for the export in tests of the window."""

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QWidget

from jjjmap.maps.bridge import Call, Event


class FakeMap(QWidget):
    """Takes what the window tells a map, and says what a test wants said."""

    event_received = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # As the browser that shows the real one.
        self.calls: list[Call] = []

    def send(self, call: Call) -> None:
        self.calls.append(call)

    def say(self, event: Event) -> None:
        self.event_received.emit(event)

    def of(self, kind: type) -> list[Call]:
        return [call for call in self.calls if isinstance(call, kind)]
