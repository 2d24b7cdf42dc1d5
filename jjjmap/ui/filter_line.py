"""The line above a list that narrows it."""

from qtpy.QtCore import QEvent, Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QLineEdit


class FilterLine(QLineEdit):
    """A line whose Escape first empties it and only then clears the selection."""

    chosen = Signal()  # Enter
    left_downwards = Signal()  # the arrow key towards the tree

    # Overrides of Qt.

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the window while there is something to empty."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and event.type() == QEvent.Type.ShortcutOverride and self.text():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Empty on Escape, choose on Enter, go down to the tree on the arrow key."""
        match event.key():
            case Qt.Key.Key_Escape if self.text():
                self.clear()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.chosen.emit()
            case Qt.Key.Key_Down:
                self.left_downwards.emit()
            case _other:
                super().keyPressEvent(event)
