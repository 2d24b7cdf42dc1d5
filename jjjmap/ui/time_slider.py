"""The slider of the timeline: ticks where something happened, diamonds where something is aimed at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qtpy.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from qtpy.QtWidgets import QSizePolicy, QSlider, QToolTip, QWidget

from jjjmap.ui.richtext import link_color, tooltip

HEIGHT_PX = 54
MARGIN_PX = 16
GROOVE_Y_PX = 30
TALLEST_TICK_PX = 20
HANDLE_RADIUS_PX = 6.5
LABEL_GAP_PX = 10


@dataclass(frozen=True, slots=True)
class Tick:
    """What a position of the slider shows."""

    happened: int = 0
    aimed_at: int = 0
    year_begins: str = ""
    """The year that begins here; empty within a year."""


class TimeSlider(QSlider):
    """A slider that is painted by us: the styles of platforms have no ticks of different heights."""

    play_requested = Signal()  # to play, or to pause

    def __init__(self, tell: Callable[[int], str], parent: QWidget | None = None) -> None:
        """Make a slider; `tell` returns what a position is, for the pointer."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._tell = tell
        self._ticks: tuple[Tick, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_ticks(self, ticks: Sequence[Tick]) -> None:
        """Show a position for each tick; the current one is kept if there still is such."""
        self._ticks = tuple(ticks)
        self.setRange(0, max(0, len(self._ticks) - 1))
        self.update()

    def x_of(self, position: int) -> float:
        """Return where a position is painted, in px."""
        room = self.width() - 2 * MARGIN_PX
        return MARGIN_PX + room * position / max(1, self.maximum())

    def position_at(self, x: float) -> int:
        """Return the position that is nearest to a place on the slider."""
        room = max(1, self.width() - 2 * MARGIN_PX)
        position = round((x - MARGIN_PX) / room * self.maximum())
        return min(max(position, 0), self.maximum())

    # Painting.

    def _paint_ticks(self, painter: QPainter, faint: QColor) -> None:
        most = max((tick.happened for tick in self._ticks), default=1) or 1
        accent = link_color(self.palette())
        for position, tick in enumerate(self._ticks):
            x = self.x_of(position)
            color = accent if position <= self.value() else faint
            if tick.happened:
                height = 5 + (TALLEST_TICK_PX - 5) * tick.happened / most
                painter.setPen(QPen(color, 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
                painter.drawLine(QPointF(x, GROOVE_Y_PX - 3), QPointF(x, GROOVE_Y_PX - 3 - height))
            if tick.aimed_at:
                painter.setPen(QPen(color, 1.4))
                painter.setBrush(self.palette().color(QPalette.ColorRole.Window))
                y = GROOVE_Y_PX - 3 - TALLEST_TICK_PX
                painter.drawPolygon(
                    [QPointF(x, y - 4), QPointF(x + 4, y), QPointF(x, y + 4), QPointF(x - 4, y)]
                )

    def _paint_years(self, painter: QPainter, faint: QColor) -> None:
        painter.setPen(faint)
        metrics = painter.fontMetrics()
        free_from = 0.0
        for position, tick in enumerate(self._ticks):
            if not tick.year_begins:
                continue
            width = metrics.horizontalAdvance(tick.year_begins)
            left = self.x_of(position) - width / 2
            if left >= free_from and left + width <= self.width():
                painter.drawText(
                    QRectF(left, GROOVE_Y_PX + 8, width + 1, metrics.height()), 0, tick.year_begins
                )
                free_from = left + width + LABEL_GAP_PX

    # Overrides of Qt.

    def sizeHint(self) -> QSize:
        """Return room for ticks above and years below the groove."""
        return QSize(300, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which the years can still be told."""
        return QSize(180, HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint groove, ticks, years and handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        faint = QColor(palette.color(QPalette.ColorRole.WindowText))
        faint.setAlphaF(0.55)
        font = self.font()
        font.setPointSizeF(max(7.0, font.pointSizeF() * 0.85))
        painter.setFont(font)
        painter.setPen(QPen(faint, 2))
        painter.drawLine(QPointF(MARGIN_PX, GROOVE_Y_PX), QPointF(self.width() - MARGIN_PX, GROOVE_Y_PX))
        self._paint_ticks(painter, faint)
        self._paint_years(painter, faint)
        if not self.isEnabled():
            return
        here = QPointF(self.x_of(self.value()), GROOVE_Y_PX)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Base), 1.5))
        painter.setBrush(link_color(palette))
        painter.drawEllipse(here, HANDLE_RADIUS_PX, HANDLE_RADIUS_PX)
        if self.hasFocus():
            painter.setPen(QPen(link_color(palette), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(here, HANDLE_RADIUS_PX + 3, HANDLE_RADIUS_PX + 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the pointer is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setSliderPosition(self.position_at(event.position().x()))
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer while its button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.setSliderPosition(self.position_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play or pause on Space; Qt knows the arrows, Home and End."""
        if event.key() == Qt.Key.Key_Space:
            self.play_requested.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell what is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._ticks:
            QToolTip.showText(event.globalPos(), tooltip(self._tell(self.position_at(event.pos().x()))), self)
            return True
        return super().event(event)
