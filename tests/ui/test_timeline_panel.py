"""Tests of the timeline dock."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt, QUrl

from jjjmap.catalogue.chronology import Moment
from jjjmap.catalogue.models import Catalogue, Milestone
from jjjmap.i18n import Language
from jjjmap.session.selection import Selection
from jjjmap.session.timeline import Timeline, TimeUnit
from jjjmap.session.workspace import Workspace
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.panels.timeline_panel import TimelinePanel


@pytest.fixture
def workspace(qtbot: QtBot, catalogue: Catalogue) -> Workspace:
    milestones = (
        Milestone("ms-1", "2011-04-01", "设立<b>甲县</b>功能区", "Zone founded", ("jia-zone",), "daily"),
        Milestone("ms-2", "2013", "某事", "Something", ("jia-park",), "copy"),
        Milestone("ms-3", "2023-02", "《甲县规划（2023—2025年）》发布", "Plan out", (), "daily"),
    )
    made = replace(catalogue, milestones={each.id: each for each in milestones})
    return Workspace(made)


@pytest.fixture
def timeline(workspace: Workspace) -> Timeline:
    return Timeline(workspace)


@pytest.fixture
def selection(qtbot: QtBot) -> Selection:
    return Selection()


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace, timeline: Timeline, selection: Selection) -> TimelinePanel:
    made = TimelinePanel(workspace, timeline, selection)
    qtbot.addWidget(made)
    selection.place_chosen.connect(made.show_place)
    selection.selection_cleared.connect(made.show_nothing)
    made.resize(1000, 260)
    made.show()
    qtbot.waitExposed(made)
    return made


def events(panel: TimelinePanel) -> str:
    return panel.events_view.toPlainText().replace("\xa0", " ")


def test_nothing_is_put_in_order_before_the_dock_is_seen(
    qtbot: QtBot, workspace: Workspace, timeline: Timeline, selection: Selection
) -> None:
    hidden = TimelinePanel(workspace, timeline, selection)
    qtbot.addWidget(hidden)
    hidden.retranslate()
    assert "chronology" not in vars(timeline)


def test_all_events_stand_there_while_time_does_not_matter(panel: TimelinePanel) -> None:
    assert panel.moment_label.text() == "不限时间"
    assert "全部大事和目标年 4" in events(panel)
    assert not panel.reset_button.isEnabled()


def test_a_year_tells_what_happened_and_what_was_still_to_come(
    panel: TimelinePanel, timeline: Timeline
) -> None:
    timeline.go_to(0)
    text = events(panel)
    assert panel.moment_label.text() == "2011年"
    assert "2011年 1" in text
    assert "设立<b>甲县</b>功能区 [1]" in text  # Data are shown, not obeyed.
    assert "图上变淡：此时尚未设立，或尚未列入名单 1" in text
    assert "乙县轴承集群 2022列入名单" in text
    timeline.go_to(2)
    assert "此前 1" in events(panel)
    timeline.go_to(14)
    assert "◇ 规划期末：《甲县规划（2023—2025年）》" in events(panel)
    assert "》发布" not in events(panel).split("此前")[0]


def test_the_footer_says_what_is_never_dimmed(panel: TimelinePanel, timeline: Timeline) -> None:
    timeline.go_to(0)
    assert panel.note_label.text().startswith("1 个地点此时尚未设立或尚未列入名单，图上变淡。")
    assert "1 个地点没有成立时间，不随时间变淡" in panel.note_label.text()


def test_figures_of_the_year_and_of_the_chosen_place(
    panel: TimelinePanel, timeline: Timeline, selection: Selection
) -> None:
    timeline.go_to(12)
    assert "资料库没有这一年的数据" in panel.figures_view.toPlainText()
    selection.choose("jia-park", fly=False)
    text = panel.figures_view.toPlainText()
    assert "甲园，2023年 2" in text
    assert "1,011.5亿元" in text
    assert "⚠ 超300家" in text
    selection.clear()
    assert "甲园" not in panel.figures_view.toPlainText()


def test_keys_step_play_and_go_to_the_ends(panel: TimelinePanel, timeline: Timeline, qtbot: QtBot) -> None:
    qtbot.keyClick(panel.slider, Qt.Key.Key_Home)
    assert timeline.moment == Moment(2011)
    qtbot.keyClick(panel.slider, Qt.Key.Key_Right)
    assert timeline.moment == Moment(2012)
    qtbot.keyClick(panel.slider, Qt.Key.Key_Left)
    qtbot.keyClick(panel.slider, Qt.Key.Key_Space)
    assert timeline.is_playing
    assert panel.play_button.accessibleName() == "暂停"
    qtbot.keyClick(panel.slider, Qt.Key.Key_Right)
    assert not timeline.is_playing  # Whoever steps has taken over.
    qtbot.keyClick(panel.slider, Qt.Key.Key_End)
    assert timeline.moment == Moment(2025)


def test_buttons_step_and_reset(panel: TimelinePanel, timeline: Timeline) -> None:
    panel.first_button.click()
    panel.on_button.click()
    assert timeline.moment == Moment(2012)
    panel.back_button.click()
    panel.last_button.click()
    assert timeline.moment == Moment(2025)
    panel.reset_button.click()
    assert timeline.moment is None


def test_a_click_on_the_slider_goes_there(panel: TimelinePanel, timeline: Timeline, qtbot: QtBot) -> None:
    where = QPoint(round(panel.slider.x_of(2)), 30)
    qtbot.mouseClick(panel.slider, Qt.MouseButton.LeftButton, pos=where)
    assert timeline.moment == Moment(2013)
    assert panel.slider.position_at(panel.slider.x_of(7)) == 7


def test_months_have_a_position_each(panel: TimelinePanel, timeline: Timeline) -> None:
    panel.unit_box.setCurrentIndex(1)
    panel.unit_box.activated.emit(1)
    assert timeline.unit is TimeUnit.MONTH
    assert panel.slider.maximum() == 15 * 12 - 1
    timeline.go_to(24)
    assert panel.moment_label.text() == "2013年1月"
    assert "2013年，来源没写月份 1" in events(panel)


def test_links_ask_for_places_and_show_sources(
    panel: TimelinePanel, timeline: Timeline, qtbot: QtBot
) -> None:
    timeline.go_to(0)
    with qtbot.waitSignal(panel.place_requested) as asked:
        panel.events_view.anchorClicked.emit(QUrl("place:jia-zone"))
    assert asked.args == ["jia-zone"]
    panel.events_view.anchorClicked.emit(QUrl("source:daily"))
    (card,) = panel.findChildren(SourceCard)
    assert "甲县建园" in card.texts()


def test_the_dock_speaks_english_and_fits_a_narrow_place(
    panel: TimelinePanel, workspace: Workspace, timeline: Timeline
) -> None:
    timeline.go_to(0)
    workspace.set_language(Language.EN)
    panel.retranslate()
    panel.resize(380, 600)
    assert panel.moment_label.text() == "2011"
    assert "Zone founded" in events(panel)
    assert panel.splitter.orientation() == Qt.Orientation.Vertical
    assert panel.minimumSizeHint().width() <= 380
