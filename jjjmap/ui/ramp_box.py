"""A list of colour ramps with a picture of each."""

from __future__ import annotations

from qtpy.QtCore import QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QIcon, QPainter, QPixmap
from qtpy.QtWidgets import QComboBox, QWidget

from jjjmap.i18n import _
from jjjmap.layers.styling.ramps import RAMPS, Ramp, RampKind, category_colors, palette_of, ramp_for
from jjjmap.layers.styling.user_style import StyleMode

PICTURE_PX = (84, 14)
_STEPS = 28


class RampBox(QComboBox):
    """Offers the ramps that are good for a mode."""

    ramp_chosen = Signal(str)  # name of a ramp

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered: tuple[Ramp, ...] = ()
        self._is_reverse = False
        self.setIconSize(QSize(*PICTURE_PX))
        self.setAccessibleName(_("色带"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        self.activated.connect(lambda row: self.ramp_chosen.emit(self.itemData(row)))

    def show_ramp(self, name: str, mode: StyleMode, *, reverse: bool) -> None:
        """Show the ramp of a style, and those that could stand in its place."""
        offered = tuple(
            ramp
            for ramp in sorted(RAMPS, key=lambda ramp: ramp.kind is not RampKind.CATEGORICAL)
            if mode is StyleMode.CATEGORISED or ramp.kind is not RampKind.CATEGORICAL
        )
        if offered != self._offered or reverse != self._is_reverse:
            self._offered, self._is_reverse = offered, reverse
            self.clear()
            for ramp in offered:
                self.addItem(_picture(ramp, reverse, self.devicePixelRatioF()), ramp.name, ramp.name)
                self.setItemData(self.count() - 1, ramp.purpose, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(offered.index(ramp_for(name, mode)))


def _picture(ramp: Ramp, reverse: bool, pixel_ratio: float) -> QIcon:
    width, height = PICTURE_PX
    ratio = max(pixel_ratio, 2.0)
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    colors = category_colors(ramp, len(palette_of(ramp)) or _STEPS, reverse=reverse)
    painter = QPainter(pixmap)
    step = width / len(colors)
    for index, color in enumerate(colors):
        # A little wider than its share, so that no seam shows between two.
        painter.fillRect(QRectF(index * step, 0, step + 0.5, height), QColor(color))
    painter.end()
    return QIcon(pixmap)
