"""A small map that shows where sample positions come to lie, and from where they were moved."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QTransform,
    QWheelEvent,
)
from qtpy.QtWidgets import QSizePolicy, QWidget

from jjjmap.i18n import _
from jjjmap.ui.opening_texts import distance_text
from jjjmap.ui.richtext import link_color

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

_COS = math.cos(math.radians(39.5))
_METRES_PER_DEGREE = 111_320.0
_REGION = (113.3, 36.0, 120.0, 42.7)
_MARGIN_PX = 14
_CLOSE_M = 6_000.0
"""Across the window when the shift is looked at from near."""
_SCALE_PX = 110
_MOST_SCALE = 400_000.0
"""Pixels a degree."""


class DatumMap(QWidget):
    """Borders, and each sample position as it lies after the move (dot) and before it (ring)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("样本点的位置"))
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._lines = QPainterPath()
        self._before: list[QPointF | None] = []
        self._after: list[QPointF | None] = []
        self._center = QPointF((_REGION[0] + _REGION[2]) / 2 * _COS, -(_REGION[1] + _REGION[3]) / 2)
        self._scale = 0.0
        """Pixels a degree of latitude; 0 to fit everything in."""
        self._grabbed: QPointF | None = None

    def show_borders(self, outlines: tuple[FloatArray, ...]) -> None:
        """Show borders; arrays of m × 2 degrees, lon and lat."""
        path = QPainterPath()
        for line in outlines:
            path.addPolygon(QPolygonF([_flat(float(lon), float(lat)) for lon, lat in line]))
        self._lines = path
        self.update()

    def show_positions(self, before: FloatArray, after: FloatArray) -> None:
        """Show positions; n × 2 degrees each, NaN where there is none."""
        self._before, self._after = _points(before), _points(after)
        self.update()

    def show_all(self) -> None:
        """Let the region and all positions be seen."""
        self._scale = 0.0
        self.update()

    def look_close(self, number: int) -> None:
        """Look from near at one of the positions, so that its shift can be seen."""
        at = self._after[number]
        if at is None:
            return
        self._center = QPointF(at)
        self._scale = max(1.0, min(self.width(), self.height())) / (_CLOSE_M / _METRES_PER_DEGREE)
        self.update()

    @property
    def is_close(self) -> bool:
        """Whether less than everything is seen."""
        return self._scale > 0

    def _view(self) -> QTransform:
        scale, center = self._scale, self._center
        if not scale:
            west, south, east, north = _REGION
            box = QPolygonF([_flat(west, south), _flat(east, north)]).boundingRect()
            room = QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
            scale = max(1.0, min(room.width() / box.width(), room.height() / box.height()))
            center = box.center()
        middle = QRectF(self.rect()).center()
        moved = QTransform.fromTranslate(middle.x(), middle.y()).scale(scale, scale)
        return moved.translate(-center.x(), -center.y())

    def _zoom(self, factor: float, at: QPointF) -> None:
        view = self._view()
        fixed = view.inverted()[0].map(at)
        scale = min(max(view.m11() * factor, 20.0), _MOST_SCALE)
        middle = QRectF(self.rect()).center()
        self._scale = scale
        self._center = fixed - (at - middle) / scale
        self.update()

    # Overrides of Qt.

    def sizeHint(self) -> QSize:
        """Enough to tell the counties apart."""
        return QSize(420, 380)

    def minimumSizeHint(self) -> QSize:
        """Enough to tell the cities apart."""
        return QSize(240, 220)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the pointer is."""
        self._zoom(1.0015 ** event.angleDelta().y(), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the map."""
        self._grabbed = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the map."""
        if self._grabbed is None:
            return
        view = self._view()
        moved = (event.position() - self._grabbed) / view.m11()
        if not self._scale:
            self._center = view.inverted()[0].map(QRectF(self.rect()).center())
            self._scale = view.m11()
        self._center -= moved
        self._grabbed = event.position()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of it."""
        self._grabbed = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint borders, rings, lines from ring to dot, dots and a scale."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        view = self._view()
        ink = palette.color(QPalette.ColorRole.Text)
        border = QColor(ink)
        border.setAlphaF(0.35)
        pen = QPen(border, 1.0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawPath(view.map(self._lines))
        self._paint_positions(painter, view, link_color(palette), ink)
        self._paint_scale(painter, view.m11(), ink)
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_positions(self, painter: QPainter, view: QTransform, accent: QColor, ink: QColor) -> None:
        moves = QColor(ink)
        moves.setAlphaF(0.55)
        pairs = [
            (None if old is None else view.map(old), None if new is None else view.map(new))
            for old, new in zip(self._before, self._after, strict=True)
        ]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(moves, 1.2))
        for old, new in pairs:
            # Less than a few pixels apart: a ring around the dot would only blur it.
            if old is not None and new is not None and (old - new).manhattanLength() > 6:
                painter.drawLine(old, new)
                painter.drawEllipse(old, 3.5, 3.5)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Base), 0.8))
        painter.setBrush(accent)
        radius = 4.5 if self.is_close else 2.8
        for _old, new in pairs:
            if new is not None:
                painter.drawEllipse(new, radius, radius)

    def _paint_scale(self, painter: QPainter, scale: float, ink: QColor) -> None:
        metres = _round(_SCALE_PX / scale * _METRES_PER_DEGREE)
        length = metres / _METRES_PER_DEGREE * scale
        bottom, left = self.height() - 12.0, 12.0
        text = distance_text(metres)
        back = QColor(self.palette().color(QPalette.ColorRole.Base))
        back.setAlphaF(0.8)
        height = self.fontMetrics().height()
        width = max(length, self.fontMetrics().horizontalAdvance(text))
        painter.fillRect(QRectF(left - 5, bottom - height - 8, width + 10, height + 14), back)
        painter.setPen(QPen(ink, 1.4))
        painter.drawPolyline(
            QPolygonF(
                [
                    QPointF(left, bottom - 5),
                    QPointF(left, bottom),
                    QPointF(left + length, bottom),
                    QPointF(left + length, bottom - 5),
                ]
            )
        )
        painter.drawText(QPointF(left, bottom - 8), text)


def _flat(lon: float, lat: float) -> QPointF:
    return QPointF(lon * _COS, -lat)


def _points(positions: FloatArray) -> list[QPointF | None]:
    return [
        _flat(lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None
        for lon, lat in positions.tolist()
    ]


def _round(metres: float) -> float:
    """Return the largest of 1, 2, 5 × 10ⁿ that is not larger."""
    power = 10.0 ** math.floor(math.log10(max(metres, 1e-3)))
    return next(step * power for step in (5, 2, 1) if step * power <= metres * 1.0001)
