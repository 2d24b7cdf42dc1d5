"""A splitter whose parts stand side by side where there is room, else one above the other."""

from collections.abc import Sequence

from qtpy.QtCore import Qt
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QSplitter, QWidget

WIDE_PX = 640
"""From this width on there is room for two columns of text."""


class TurningSplitter(QSplitter):
    """Turns with its own width; each time the room is shared out anew."""

    def __init__(
        self, parts: Sequence[QWidget], shares: Sequence[int], parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._shares = list(shares)
        for part in parts:
            self.addWidget(part)
        self.setChildrenCollapsible(False)
        self.setSizes(self._shares)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn where the new width asks for it."""
        super().resizeEvent(event)
        is_wide = self.width() >= WIDE_PX
        wanted = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if self.orientation() is not wanted:
            self.setOrientation(wanted)
            # Sizes of the other direction mean nothing here.
            self.setSizes(self._shares)
