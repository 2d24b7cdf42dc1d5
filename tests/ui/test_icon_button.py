from pytestqt.qtbot import QtBot
from qtpy.QtCore import QSize
from qtpy.QtGui import QColor, QPalette
from qtpy.QtWidgets import QWidget

from jjjmap.ui.icon_button import IconButton
from jjjmap.ui.icons import Icon


def darkest(button: IconButton) -> int:
    image = button.icon().pixmap(QSize(16, 16)).toImage()
    opaque = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 200
    ]
    return min(color.lightness() for color in opaque)


def test_the_picture_follows_the_palette(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    pressed: list[bool] = []
    button = IconButton(Icon.UP, lambda: pressed.append(True), parent)
    for text, is_expected in (("#000000", lambda light: light < 60), ("#ffffff", lambda light: light > 200)):
        palette = QPalette(parent.palette())
        palette.setColor(QPalette.ColorRole.ButtonText, QColor(text))
        parent.setPalette(palette)
        assert is_expected(darkest(button))
    button.click()
    assert pressed == [True]
