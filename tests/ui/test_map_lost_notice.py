from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from jjjmap.ui.map_lost_notice import MapLostNotice


def test_the_notice_covers_the_map_grows_with_it_and_leads_back(qtbot: QtBot) -> None:
    map_widget = QWidget()
    qtbot.addWidget(map_widget)
    map_widget.resize(600, 400)
    map_widget.show()
    notice = MapLostNotice(map_widget)
    assert not notice.isVisible()
    notice.cover()
    assert notice.isVisible() and notice.size() == map_widget.size()
    map_widget.resize(800, 500)
    assert notice.size() == map_widget.size()
    assert "已做的工作都在" in notice.message.text()
    with qtbot.waitSignal(notice.reload_requested):
        notice.button.click()
    assert not notice.isVisible()


def test_the_keyboard_goes_from_a_lost_map_to_the_way_back_and_from_elsewhere_nowhere(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    map_widget, line = QWidget(window), QLineEdit(window)
    map_widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    layout = QVBoxLayout(window)
    layout.addWidget(map_widget)
    layout.addWidget(line)
    notice = MapLostNotice(map_widget)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    line.setFocus()
    notice.cover()
    assert line.hasFocus()
    notice.hide()
    map_widget.setFocus()
    notice.cover()
    assert notice.button.hasFocus()
    with qtbot.waitSignal(notice.reload_requested):
        qtbot.keyClick(notice.button, Qt.Key.Key_Space)
    assert map_widget.hasFocus()
