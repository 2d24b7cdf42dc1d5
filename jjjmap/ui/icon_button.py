"""A small button with a picture that keeps the colours of the window's palette."""

from collections.abc import Callable

from qtpy.QtCore import QEvent, QSize
from qtpy.QtWidgets import QToolButton, QWidget

from jjjmap.ui.icons import Icon, icon

SIDE_PX = 16


class IconButton(QToolButton):
    """A flat tool button; its owner gives it its name and tooltip."""

    def __init__(self, picture: Icon, slot: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._picture = picture
        self.setIconSize(QSize(SIDE_PX, SIDE_PX))
        self.setAutoRaise(True)
        self.setIcon(icon(picture, self.palette()))
        self.clicked.connect(slot)

    def changeEvent(self, event: QEvent) -> None:
        """Paint the picture anew when the palette changes, as from light to dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.setIcon(icon(self._picture, self.palette()))
