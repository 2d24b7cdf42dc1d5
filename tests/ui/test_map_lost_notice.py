from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QWidget

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
