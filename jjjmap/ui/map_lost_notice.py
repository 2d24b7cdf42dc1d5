"""What lies over the map when its page ended too often: a plain message, and a way back."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, Qt, Signal
from qtpy.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

from jjjmap.i18n import _

MESSAGE_WIDTH_PX = 420


class MapLostNotice(QWidget):
    """Covers a map whose page is not there; hidden until it is needed.

    Parameters
    ----------
    map_widget
        What it covers; it becomes the owner.
    """

    reload_requested = Signal()

    def __init__(self, map_widget: QWidget) -> None:
        super().__init__(map_widget)
        self._map = map_widget
        self.setAutoFillBackground(True)
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setMaximumWidth(MESSAGE_WIDTH_PX)
        self.message.setMinimumWidth(MESSAGE_WIDTH_PX)
        self.button = QPushButton(self)
        self.button.clicked.connect(self._ask)
        layout = QVBoxLayout(self)
        layout.addStretch()
        layout.addWidget(self.message, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(12)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        map_widget.installEventFilter(self)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.message.setText(
            _("地图页面接连意外结束，没有再打开。\n列表、详情和导出仍可使用，已做的工作都在。")
        )
        self.button.setText(_("重新载入地图"))

    def cover(self) -> None:
        """Cover the map; a slot for the page being lost."""
        self.retranslate()
        self.resize(self._map.size())
        self.show()
        self.raise_()
        focus = QApplication.focusWidget()
        if focus is not None and (focus is self._map or self._map.isAncestorOf(focus)):
            # Keys would go to a page that is not there any more, and nobody would see where they are.
            self.button.setFocus()

    def _ask(self) -> None:
        if self.button.hasFocus():
            self._map.setFocus()
        self.hide()
        self.reload_requested.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the map."""
        if event.type() == QEvent.Type.Resize and watched is self._map:
            self.resize(self._map.size())
        return super().eventFilter(watched, event)
