"""A narrow picture of a whole document beside its text: where it names what, and which part is seen."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from qtpy.QtCore import QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from qtpy.QtWidgets import QSizePolicy, QWidget

from jjjmap.ui.mention_looks import MentionKind, kind_color
from jjjmap.ui.reading_view import Stretch

WIDTH_PX = 26
BAND_PX = 3
"""Height of a band of text; what is named within it is counted."""


class DensityStrip(QWidget):
    """Bands from the top to the end of a text, the more is named the longer; a click goes there."""

    place_clicked = Signal(float)  # share of the text, 0…1

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stretches: tuple[Stretch, ...] = ()
        self._hidden: frozenset[MentionKind] = frozenset()
        self._chosen: frozenset[int] = frozenset()
        self._length = 1
        self._seen = (0, 0)
        self.setFixedWidth(WIDTH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_stretches(self, stretches: Sequence[Stretch], length: int) -> None:
        """Show where a text of so many characters names something."""
        self._stretches = tuple(each for each in stretches if not each.is_rejected)
        self._length = max(length, 1)
        self.update()

    def hide_kinds(self, kinds: Collection[MentionKind]) -> None:
        """Leave these kinds out."""
        self._hidden = frozenset(kinds)
        self.update()

    def choose(self, indexes: Collection[int]) -> None:
        """Point out mentions of the chosen place, by their index in the document."""
        self._chosen = frozenset(indexes)
        self.update()

    def show_seen(self, start: int, end: int) -> None:
        """Frame the part of the text that is seen, by offsets."""
        self._seen = (start, end)
        self.update()

    def bands(self) -> list[dict[MentionKind, int]]:
        """Return how many stretches of each kind begin in each band, from the top."""
        count = max(self.height() // BAND_PX, 1)
        bands: list[dict[MentionKind, int]] = [{} for _band in range(count)]
        for each in self._stretches:
            if each.kind not in self._hidden:
                band = bands[min(each.start * count // self._length, count - 1)]
                band[each.kind] = band.get(each.kind, 0) + 1
        return bands

    # Overrides of Qt.

    def sizeHint(self) -> QSize:
        """As narrow as it is, as high as its neighbour."""
        return QSize(WIDTH_PX, 80)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the part of the text that was clicked."""
        self.place_clicked.emit(min(max(event.position().y() / max(self.height(), 1), 0.0), 1.0))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on while the button is held."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bands, the frame around what is seen, and ticks for the chosen place."""
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.AlternateBase))
        bands = self.bands()
        most = max((sum(band.values()) for band in bands), default=0)
        room = self.width() - 8
        for row, band in enumerate(bands):
            x = 4.0
            for kind in MentionKind:
                if number := band.get(kind, 0):
                    width = room * number / most
                    painter.fillRect(
                        QRectF(x, row * BAND_PX, max(width, 1.5), BAND_PX - 0.8), kind_color(kind, palette)
                    )
                    x += width
        scale = self.height() / self._length
        painter.setPen(QPen(QColor("#c08a00"), 2))
        for each in self._stretches:
            if each.kind is not MentionKind.FIGURE and each.index in self._chosen:
                y = each.start * scale
                painter.drawLine(0, round(y), 3, round(y))
        top, bottom = self._seen[0] * scale, self._seen[1] * scale
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 1))
        ground = QColor(palette.color(QPalette.ColorRole.Text))
        ground.setAlphaF(0.08)
        painter.setBrush(ground)
        painter.drawRect(QRectF(0.5, top, self.width() - 1, max(bottom - top, 6)))
        painter.end()
