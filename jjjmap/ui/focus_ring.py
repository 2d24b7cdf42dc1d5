"""A ring around whatever has the keyboard, alike for every control, in light and dark."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, QRectF, Qt
from qtpy.QtGui import QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QAbstractScrollArea, QApplication, QMenu, QMenuBar, QSplitter, QWidget

from jjjmap.binding import is_alive
from jjjmap.ui.richtext import link_color

WIDTH_PX = 2


class FocusRing(QObject):
    """Follows the keyboard from control to control; what is clicked with the mouse gets no ring.

    Parameters
    ----------
    app
        Tells who has the keyboard.
    """

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._ring: _Ring | None = None
        app.focusChanged.connect(self._follow)

    @property
    def widget(self) -> QWidget | None:
        """The control that has the ring."""
        ring = self._ring
        return ring.parentWidget() if ring is not None and is_alive(ring) else None

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        ring, self._ring = self._ring, None
        if ring is not None and is_alive(ring):
            ring.hide()
            ring.deleteLater()
        # Menus mark their entries, and a splitter would take a ring for one of its parts.
        if now is None or isinstance(now, QMenu | QMenuBar | QSplitter):
            return
        if QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._ring = _Ring(now)


class _Ring(QWidget):
    """Lies over a control, and lets everything through."""

    def __init__(self, control: QWidget) -> None:
        super().__init__(control)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        control.installEventFilter(self)
        self._cover(control)
        self.show()
        self.raise_()

    def _cover(self, control: QWidget) -> None:
        self.setGeometry(control.rect())

    # Overrides of Qt.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the size of the control, and stay above what it shows."""
        if isinstance(watched, QWidget) and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._cover(watched)
            if isinstance(watched, QAbstractScrollArea):
                self.raise_()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ring in the colour of links: it stands out from every ground of the window."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(link_color(self.palette()), WIDTH_PX))
        inset = WIDTH_PX / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 3, 3)
        painter.end()
