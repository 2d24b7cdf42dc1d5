"""Line icons of the window, painted in the text colour so that they show in light and dark."""

import math
from enum import Enum

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPen, QPixmap

SIZE_PX = 20
PIXEL_RATIO = 2.0


class Icon(Enum):
    """What there is a picture of."""

    BACK = "back"
    FORWARD = "forward"
    LOCATE = "locate"
    REGION = "region"
    CLEAR = "clear"
    EXPORT = "export"
    UP = "up"
    DOWN = "down"
    ZOOM_TO = "zoom_to"
    LANGUAGE = "language"
    TABLE = "table"
    OPEN = "open"
    MORE = "more"


def icon(name: Icon, palette: QPalette) -> QIcon:
    """Return a picture in the colours of a palette, paler when disabled."""
    made = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        color = QColor(palette.color(group, QPalette.ColorRole.ButtonText))
        if mode == QIcon.Mode.Disabled:
            color.setAlphaF(0.35)
        made.addPixmap(_pixmap(name, color), mode)
    return made


def _pixmap(name: Icon, color: QColor) -> QPixmap:
    pixmap = QPixmap(round(SIZE_PX * PIXEL_RATIO), round(SIZE_PX * PIXEL_RATIO))
    pixmap.setDevicePixelRatio(PIXEL_RATIO)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(
        QPen(color, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.drawPath(_PATHS[name]())
    painter.end()
    return pixmap


def _lines(*lines: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for line in lines:
        path.moveTo(QPointF(*line[0]))
        for point in line[1:]:
            path.lineTo(QPointF(*point))
    return path


def _locate() -> QPainterPath:
    path = _lines(((10, 1.5), (10, 5)), ((10, 15), (10, 18.5)), ((1.5, 10), (5, 10)), ((15, 10), (18.5, 10)))
    path.addEllipse(QPointF(10, 10), 5, 5)
    path.addEllipse(QPointF(10, 10), 0.8, 0.8)
    return path


def _clear() -> QPainterPath:
    path = _lines(((7.2, 7.2), (12.8, 12.8)), ((12.8, 7.2), (7.2, 12.8)))
    path.addEllipse(QPointF(10, 10), 7.5, 7.5)
    return path


def _zoom_to() -> QPainterPath:
    path = _lines(((12.4, 12.4), (17.5, 17.5)), ((5.5, 8.5), (11.5, 8.5)), ((8.5, 5.5), (8.5, 11.5)))
    path.addEllipse(QPointF(8.5, 8.5), 5.5, 5.5)
    return path


def _language() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(10, 10), 7.8, 7.8)
    path.addEllipse(QPointF(10, 10), 3.4, 7.8)
    path.addPath(_lines(((2.2, 10), (17.8, 10))))
    for side in (-1, 1):
        half = math.sqrt(7.8**2 - 4.2**2)
        path.addPath(_lines(((10 - half, 10 + side * 4.2), (10 + half, 10 + side * 4.2))))
    return path


def _region() -> QPainterPath:
    path = _lines(
        ((2, 6), (2, 2), (6, 2)),
        ((14, 2), (18, 2), (18, 6)),
        ((18, 14), (18, 18), (14, 18)),
        ((6, 18), (2, 18), (2, 14)),
    )
    path.addRoundedRect(QRectF(6, 6, 8, 8), 1.5, 1.5)
    return path


def _table() -> QPainterPath:
    path = _lines(((2.5, 7.5), (17.5, 7.5)), ((2.5, 12), (17.5, 12)), ((8, 3.5), (8, 16.5)))
    path.addRoundedRect(QRectF(2.5, 3.5, 15, 13), 1.2, 1.2)
    return path


def _more() -> QPainterPath:
    path = QPainterPath()
    for x in (4.5, 10.0, 15.5):
        path.addEllipse(QPointF(x, 10), 0.8, 0.8)
    return path


_PATHS = {
    Icon.MORE: _more,
    Icon.TABLE: _table,
    Icon.OPEN: lambda: _lines(
        ((2.5, 16), (2.5, 4.5), (8, 4.5), (9.8, 6.8), (16, 6.8), (16, 9)),
        ((2.5, 16), (5.3, 9), (18.3, 9), (15.6, 16), (2.5, 16)),
    ),
    Icon.BACK: lambda: _lines(((11.5, 4), (5.5, 10), (11.5, 16)), ((5.8, 10), (15.5, 10))),
    Icon.FORWARD: lambda: _lines(((8.5, 4), (14.5, 10), (8.5, 16)), ((4.5, 10), (14.2, 10))),
    Icon.UP: lambda: _lines(((4.5, 9.5), (10, 4), (15.5, 9.5)), ((10, 4.3), (10, 16))),
    Icon.DOWN: lambda: _lines(((4.5, 10.5), (10, 16), (15.5, 10.5)), ((10, 4), (10, 15.7))),
    Icon.EXPORT: lambda: _lines(
        ((10, 12.5), (10, 2.5)),
        ((6.2, 6), (10, 2.3), (13.8, 6)),
        ((3.5, 10), (3.5, 17), (16.5, 17), (16.5, 10)),
    ),
    Icon.LOCATE: _locate,
    Icon.CLEAR: _clear,
    Icon.ZOOM_TO: _zoom_to,
    Icon.LANGUAGE: _language,
    Icon.REGION: _region,
}
