"""Small pictures of map symbols for lists, painted from the same classes that colour the map."""

import math

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QBrush, QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from jjjmap.layers.style import Geometry, Shape, SymbolClass

ICON_PX = 16


def symbol_icon(symbol: SymbolClass, geometry: Geometry, *, pixel_ratio: float = 2.0) -> QIcon:
    """Return how a class of features looks on the map, `ICON_PX` high."""
    pixmap = QPixmap(round(ICON_PX * pixel_ratio), round(ICON_PX * pixel_ratio))
    pixmap.setDevicePixelRatio(pixel_ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    match geometry:
        case Geometry.POLYGON:
            _paint_area(painter, symbol)
        case Geometry.LINE:
            _paint_line(painter, symbol)
        case Geometry.POINT:
            _paint_point(painter, symbol)
    painter.end()
    return QIcon(pixmap)


def _pen(symbol: SymbolClass, width_px: float) -> QPen:
    if not symbol.stroke:
        return QPen(Qt.PenStyle.NoPen)
    pen = QPen(QColor(symbol.stroke), width_px)
    if symbol.dash:
        # Qt counts dashes in widths of the pen.
        pen.setDashPattern([length / width_px for length in symbol.dash])
    return pen


def _paint_area(painter: QPainter, symbol: SymbolClass) -> None:
    box = QRectF(1.5, 3.0, ICON_PX - 3, ICON_PX - 6)
    painter.setPen(_pen(symbol, max(symbol.width_px, 1.0)))
    if symbol.fill:
        fill = QColor(symbol.fill)
        fill.setAlphaF(symbol.fill_opacity)
        painter.setBrush(QBrush(fill))
    painter.drawRect(box)
    if symbol.hatch and symbol.fill:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(QColor(symbol.fill), Qt.BrushStyle.BDiagPattern))
        painter.drawRect(box)


def _paint_line(painter: QPainter, symbol: SymbolClass) -> None:
    painter.setPen(_pen(symbol, max(symbol.width_px, 1.6)))
    painter.drawLine(QPointF(1, ICON_PX / 2), QPointF(ICON_PX - 1, ICON_PX / 2))


def _paint_point(painter: QPainter, symbol: SymbolClass) -> None:
    middle = ICON_PX / 2
    radius = min(max(symbol.size_px * 0.55, 3.0), ICON_PX / 2 - 1.5)
    painter.setBrush(QBrush(QColor(symbol.fill)))
    painter.setPen(_pen(symbol, symbol.width_px))
    match symbol.shape:
        case Shape.CIRCLE:
            painter.drawEllipse(QPointF(middle, middle), radius, radius)
        case Shape.SQUARE:
            painter.drawRect(QRectF(middle - radius, middle - radius, 2 * radius, 2 * radius))
        case Shape.DIAMOND:
            painter.drawPolygon(_ring(4, radius * 1.15, 0))
        case Shape.TRIANGLE:
            painter.drawPolygon(_ring(3, radius * 1.2, -90))
        case Shape.HEXAGON:
            painter.drawPolygon(_ring(6, radius * 1.05, -90))
        case Shape.PENTAGON:
            painter.drawPolygon(_ring(5, radius * 1.1, -90))
        case Shape.STAR:
            painter.drawPolygon(_star(radius * 1.25))
        case Shape.WEDGE:
            painter.drawPolygon(_ring(3, radius * 1.2, 90))
        case Shape.CROSS:
            painter.setPen(QPen(QColor(symbol.fill), 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(middle - radius, middle), QPointF(middle + radius, middle))
            painter.drawLine(QPointF(middle, middle - radius), QPointF(middle, middle + radius))
        case Shape.ANCHOR:
            _paint_anchor(painter, QColor(symbol.fill))
        case Shape.PLANE:
            _paint_plane(painter, QColor(symbol.fill))


def _ring(corners: int, radius: float, first_degrees: float) -> QPolygonF:
    middle = ICON_PX / 2
    angles = (math.radians(first_degrees + 360 * corner / corners) for corner in range(corners))
    return QPolygonF([QPointF(middle + radius * math.cos(a), middle + radius * math.sin(a)) for a in angles])


def _star(radius: float) -> QPolygonF:
    outer, inner = _ring(5, radius, -90), _ring(5, radius * 0.45, -54)
    return QPolygonF([point for pair in zip(outer, inner, strict=True) for point in pair])  # type: ignore[call-overload]


def _paint_anchor(painter: QPainter, color: QColor) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    middle = ICON_PX / 2
    painter.drawEllipse(QPointF(middle, 3.2), 1.6, 1.6)
    painter.drawLine(QPointF(middle, 5.0), QPointF(middle, 14.0))
    painter.drawLine(QPointF(middle - 3, 7.0), QPointF(middle + 3, 7.0))
    painter.drawArc(QRectF(2.5, 3.5, 11, 10.5), 200 * 16, 140 * 16)


def _paint_plane(painter: QPainter, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(color))
    half = [
        (8, 1),
        (9.1, 2.6),
        (9.1, 6),
        (15, 9.6),
        (15, 11.2),
        (9.1, 9.4),
        (9.1, 12.6),
        (11, 14),
        (11, 15),
        (8, 14.2),
    ]
    mirrored = [(ICON_PX - x, y) for x, y in reversed(half[1:-1])]
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in half + mirrored]))
