"""Signs of a player, painted in the text colour so that they show in light and dark."""

from enum import Enum

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPixmap, QPolygonF

from jjjmap.ui.icons import PIXEL_RATIO, SIZE_PX


class MediaIcon(Enum):
    """What there is a sign of."""

    FIRST = "first"
    BACK = "back"
    PLAY = "play"
    PAUSE = "pause"
    ON = "on"
    LAST = "last"


def media_icon(name: MediaIcon, palette: QPalette) -> QIcon:
    """Return a sign in the colours of a palette, paler when disabled."""
    made = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        pixmap = QPixmap(round(SIZE_PX * PIXEL_RATIO), round(SIZE_PX * PIXEL_RATIO))
        pixmap.setDevicePixelRatio(PIXEL_RATIO)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(palette.color(group, QPalette.ColorRole.ButtonText))
        painter.fillPath(_path(name), color)
        painter.end()
        made.addPixmap(pixmap, mode)
    return made


def _path(name: MediaIcon) -> QPainterPath:
    path = QPainterPath()
    match name:
        case MediaIcon.PLAY:
            _triangle(path, 5.5, 16.0)
        case MediaIcon.PAUSE:
            _bar(path, 5.0, 3.4)
            _bar(path, 11.6, 3.4)
        case MediaIcon.BACK:
            _triangle(path, 13.5, 5.5)
            _bar(path, 14.2, 2.0)
        case MediaIcon.ON:
            _triangle(path, 6.5, 14.5)
            _bar(path, 3.8, 2.0)
        case MediaIcon.FIRST:
            _bar(path, 3.0, 2.0)
            _triangle(path, 11.0, 5.0)
            _triangle(path, 17.0, 11.0)
        case MediaIcon.LAST:
            _triangle(path, 3.0, 9.0)
            _triangle(path, 9.0, 15.0)
            _bar(path, 15.0, 2.0)
    return path


def _triangle(path: QPainterPath, base_x: float, tip_x: float) -> None:
    path.addPolygon(QPolygonF([QPointF(base_x, 4.5), QPointF(tip_x, 10), QPointF(base_x, 15.5)]))
    path.closeSubpath()


def _bar(path: QPainterPath, x: float, width: float) -> None:
    path.addRect(QRectF(x, 4.5, width, 11))
