"""Bars of a column's values in the colours of their classes; the breaks between them can be dragged."""

from __future__ import annotations

from bisect import bisect_left

from qtpy.QtCore import QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from qtpy.QtWidgets import QSizePolicy, QWidget

from jjjmap.i18n import _
from jjjmap.layers.styling.class_labels import ValueFormat
from jjjmap.layers.styling.histogram import Histogram

HEIGHT_PX = 132
_MARGIN_PX = 8.0
_AXIS_PX = 20.0
_REACH_PX = 6.0
_KNOB_PX = 4.0


class HistogramView(QWidget):
    """The picture. Breaks are edited by mouse here and by keyboard in the table of classes."""

    break_dragged = Signal(int, float)  # which upper end, its new value

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._histogram: Histogram | None = None
        self._uppers: tuple[float, ...] = ()
        self._colors: tuple[str, ...] = ()
        self._form: ValueFormat | None = None
        self._dragged = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("数值的分布"))

    def show_values(
        self,
        histogram: Histogram | None,
        uppers: tuple[float, ...],
        colors: tuple[str, ...],
        form: ValueFormat,
    ) -> None:
        """Show bars and breaks.

        Parameters
        ----------
        uppers
            Upper ends of the classes, ascending; all but the last can be dragged.
        colors
            ``#rrggbb`` of each class.
        form
            How values are written.
        """
        self._histogram, self._uppers, self._colors, self._form = histogram, uppers, colors, form
        self.update()

    def x_of(self, value: float) -> float:
        """Return where a value stands, in pixels from the left."""
        assert self._histogram is not None
        return _MARGIN_PX + self._histogram.share(value) * self._span()

    def _span(self) -> float:
        return max(self.width() - 2 * _MARGIN_PX, 1.0)

    def _break_at(self, x: float) -> int:
        """Return the break under the pointer; -1 if there is none."""
        if self._histogram is None:
            return -1
        near = [
            (abs(self.x_of(upper) - x), index)
            for index, upper in enumerate(self._uppers[:-1])
            if abs(self.x_of(upper) - x) <= _REACH_PX
        ]
        return min(near)[1] if near else -1

    # Overrides of Qt.

    def sizeHint(self) -> QSize:
        """As high as bars need to be told apart."""
        return QSize(420, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bars, axis and breaks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        bottom = self.height() - _AXIS_PX
        if self._histogram is None or self._form is None:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignCenter, _("数值都相同或没有数值，画不出分布。")
            )
            return
        self._paint_bars(painter, bottom)
        faint = QPen(palette.color(QPalette.ColorRole.Mid), 1.0)
        painter.setPen(faint)
        painter.drawLine(QPointF(_MARGIN_PX, bottom), QPointF(self.width() - _MARGIN_PX, bottom))
        text_color = palette.color(QPalette.ColorRole.Text)
        for index, upper in enumerate(self._uppers[:-1]):
            x = self.x_of(upper)
            painter.setPen(QPen(text_color, 2.0 if index == self._dragged else 1.0))
            painter.drawLine(QPointF(x, 2 * _KNOB_PX), QPointF(x, bottom))
            painter.setBrush(palette.color(QPalette.ColorRole.Base))
            painter.drawEllipse(QPointF(x, _KNOB_PX + 1), _KNOB_PX, _KNOB_PX)
        self._paint_axis(painter, bottom)

    def _paint_bars(self, painter: QPainter, bottom: float) -> None:
        histogram = self._histogram
        assert histogram is not None
        highest = max(int(histogram.counts.max()), 1)
        room = bottom - 3 * _KNOB_PX
        width = self._span() / len(histogram.counts)
        # A dark class on a dark window has an edge at least.
        edge = QColor(self.palette().color(QPalette.ColorRole.Text))
        edge.setAlphaF(0.3)
        painter.setPen(QPen(edge, 0.6))
        for index, count in enumerate(histogram.counts.tolist()):
            if not count:
                continue
            middle = histogram.value((index + 0.5) / len(histogram.counts))
            number = min(bisect_left(self._uppers, middle), len(self._colors) - 1)
            color = QColor(self._colors[number]) if self._colors else QColor(Qt.GlobalColor.gray)
            # However few, they show.
            height = max(room * count / highest, 1.5)
            gap = min(width * 0.12, 1.0)
            painter.setBrush(color)
            painter.drawRect(
                QRectF(_MARGIN_PX + index * width + gap / 2, bottom - height, width - gap, height)
            )

    def _paint_axis(self, painter: QPainter, bottom: float) -> None:
        histogram, form = self._histogram, self._form
        assert histogram is not None and form is not None
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        box = QRectF(_MARGIN_PX, bottom + 2, self._span(), _AXIS_PX - 2)
        align = Qt.AlignmentFlag
        painter.drawText(box, align.AlignLeft | align.AlignVCenter, form.text(float(histogram.edges[0])))
        painter.drawText(box, align.AlignRight | align.AlignVCenter, form.text(float(histogram.edges[-1])))
        middle = ""
        if 0 <= self._dragged < len(self._uppers):
            middle = form.text(self._uppers[self._dragged])
        elif histogram.is_log:
            middle = _("对数横轴")
        painter.drawText(box, align.AlignCenter, middle)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a break."""
        self._dragged = self._break_at(event.position().x())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move a break, or tell that it can be moved."""
        x = event.position().x()
        if self._dragged < 0 or self._histogram is None:
            is_near = self._break_at(x) >= 0
            self.setCursor(Qt.CursorShape.SplitHCursor if is_near else Qt.CursorShape.ArrowCursor)
            return
        # Between its neighbours: breaks do not pass one another.
        index = self._dragged
        lowest = self.x_of(self._uppers[index - 1]) + 1 if index else _MARGIN_PX
        highest = self.x_of(self._uppers[index + 1]) - 1
        x = min(max(x, lowest), highest)
        value = self._histogram.value((x - _MARGIN_PX) / self._span())
        self._uppers = (*self._uppers[:index], value, *self._uppers[index + 1 :])
        self.break_dragged.emit(index, value)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the break go."""
        if self._dragged >= 0:
            self._dragged = -1
            self.update()
