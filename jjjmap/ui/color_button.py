"""A button that shows a colour and lets the user choose another."""

from __future__ import annotations

from qtpy.QtCore import QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap
from qtpy.QtWidgets import QColorDialog, QToolButton, QWidget

from jjjmap.i18n import _
from jjjmap.layers.looks import BLUE, GREEN, INK, ORANGE, PAPER, PURPLE, SKY, VERMILLION, YELLOW

SWATCH_PX = (34, 16)
OFFERED = (BLUE, ORANGE, GREEN, VERMILLION, PURPLE, SKY, YELLOW, INK, PAPER, "#bdbdbd", "#7a7f85", "#000000")
"""Colours that the dialog offers beside all others: those that people with colour-blindness tell apart."""


class ColorDialog:
    """The question; tests replace `ask`."""

    @classmethod
    def ask(cls, parent: QWidget | None, color: str, title: str) -> str:
        """Return the colour that the user chose, as ``#rrggbb``; empty if none."""
        for index, offered in enumerate(OFFERED):
            QColorDialog.setCustomColor(index, QColor(offered))
        # Qt's own: the one of the desktop has no room for colours of ours.
        chosen = QColorDialog.getColor(
            QColor(color or PAPER), parent, title, QColorDialog.ColorDialogOption.DontUseNativeDialog
        )
        return str(chosen.name()) if chosen.isValid() else ""


class ColorButton(QToolButton):
    """A swatch; a click asks for another colour."""

    color_chosen = Signal(str)  # #rrggbb

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._color = ""
        self.setIconSize(QSize(*SWATCH_PX))
        self.setAccessibleName(name)
        self.clicked.connect(self._ask)

    @property
    def color(self) -> str:
        """``#rrggbb``; empty for none."""
        return self._color

    def show_color(self, color: str) -> None:
        """Show a colour; empty shows none."""
        self._color = color
        self.setIcon(swatch(color, self.palette(), self.devicePixelRatioF()))
        told = _("{name}：{color}").format(name=self._name, color=color)
        self.setToolTip(told if color else _("{name}：无").format(name=self._name))

    def _ask(self) -> None:
        chosen = ColorDialog.ask(self, self._color, self._name)
        if chosen:
            self.show_color(chosen)
            self.color_chosen.emit(chosen)


def swatch(color: str, palette: QPalette, pixel_ratio: float) -> QIcon:
    """Return a picture of a colour; struck through if it is empty."""
    width, height = SWATCH_PX
    ratio = max(pixel_ratio, 2.0)
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(0.5, 0.5, width - 1, height - 1)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1.0))
    painter.setBrush(QColor(color) if color else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 3, 3)
    if not color:
        painter.drawLine(box.bottomLeft(), box.topRight())
    painter.end()
    return QIcon(pixmap)
