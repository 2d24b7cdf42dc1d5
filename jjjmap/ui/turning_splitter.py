"""A splitter whose parts stand side by side where there is room, else one above the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qtpy.QtCore import Qt
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QSplitter, QWidget

WIDE_PX = 640
"""From this width on there is room for two columns of text."""


class TurningSplitter(QSplitter):
    """Turns with its own width; each time the room is shared out anew.

    Parameters
    ----------
    parts
        From left to right, or from above.
    shares
        How the room is shared, or what says so for the direction in which the parts stand.
    wide_px
        From this width on they stand side by side.
    """

    def __init__(
        self,
        parts: Sequence[QWidget],
        shares: Sequence[int] | Callable[[Qt.Orientation], Sequence[int]],
        parent: QWidget | None = None,
        *,
        wide_px: int = WIDE_PX,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._shares = shares
        self._wide_px = wide_px
        for part in parts:
            self.addWidget(part)
        self.setChildrenCollapsible(False)
        self.share_room()

    def share_room(self) -> None:
        """Share the room out as it was at first, whatever the user has moved."""
        shares = self._shares(self.orientation()) if callable(self._shares) else self._shares
        self.setSizes(list(shares))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn where the new width asks for it."""
        super().resizeEvent(event)
        is_wide = self.width() >= self._wide_px
        wanted = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if self.orientation() != wanted:
            self.setOrientation(wanted)
            # Sizes of the other direction mean nothing here.
            self.share_room()
