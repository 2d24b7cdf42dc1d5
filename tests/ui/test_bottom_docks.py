"""The docks below the map: made when first seen, wired to the session, in both languages."""

import pytest
from fakes import FakeMap
from pytestqt.qtbot import QtBot

from jjjmap.catalogue.models import Milestone
from jjjmap.i18n import Language
from jjjmap.maps.bridge import DimFeatures, HighlightPlaces, PageReady, SelectFeature
from jjjmap.session.session import Session
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.panels.details_panel import Tab

DOCKS = ("policy", "chains", "timeline", "compare", "crosscheck")


def test_docks_are_closed_at_first_and_their_panels_are_not_made(window: MainWindow) -> None:
    for dock in window.bottom_docks.all():
        assert not dock.isVisible()
        assert dock.made_panel is None


@pytest.mark.parametrize("name", DOCKS)
@pytest.mark.parametrize("language", list(Language))
def test_every_dock_opens_in_both_languages_and_survives_a_switch(
    window: MainWindow, session: Session, name: str, language: Language
) -> None:
    session.workspace.set_language(language)
    dock = getattr(window.bottom_docks, name)
    dock.bring_up()
    assert dock.isVisible() and dock.windowTitle()
    title = dock.windowTitle()
    other = Language.EN if language is Language.ZH else Language.ZH
    session.workspace.set_language(other)
    assert dock.windowTitle() != title
    session.selection.choose("jia-zone", fly=False)
    session.selection.clear()


@pytest.mark.parametrize("name", DOCKS)
def test_the_menu_opens_and_closes_a_dock(window: MainWindow, name: str) -> None:
    dock = getattr(window.bottom_docks, name)
    action = window.bottom_docks.toggle_actions()[f"{name}_dock"]
    action.trigger()
    assert dock.isVisible() and dock.made_panel is not None
    action.trigger()
    assert not dock.isVisible()


def test_highlighted_places_reach_the_map_and_escape_forgets_them(
    window: MainWindow, session: Session, fake_map: object
) -> None:
    session.highlight.show(["jia-zone", "jia-park"], "甲")
    [call] = fake_map.of(HighlightPlaces)  # type: ignore[attr-defined]
    assert [place.feature_id for place in call.places] == ["jia-zone", "jia-park"]
    assert call.area_adcodes == ("990001",)
    assert window.actions_table["clear"].isEnabled()
    window.actions_table["clear"].trigger()
    assert fake_map.of(HighlightPlaces)[-1].places == ()  # type: ignore[attr-defined]
    assert session.highlight.place_ids == ()


def test_time_dims_the_map_and_a_page_loaded_anew_is_reminded(
    window: MainWindow, session: Session, fake_map: object, qtbot: QtBot
) -> None:
    session.timeline.dimmed_changed.emit(["jia-park"])
    assert fake_map.of(DimFeatures)[-1].feature_ids == ("jia-park",)  # type: ignore[attr-defined]
    session.selection.choose("jia-zone", fly=False)
    session.highlight.show(["jia-park"], "甲")
    fake_map.calls.clear()  # type: ignore[attr-defined]
    fake_map.say(PageReady(0))  # type: ignore[attr-defined]
    assert [call.feature_id for call in fake_map.of(SelectFeature)] == ["jia-zone"]  # type: ignore[attr-defined]
    assert len(fake_map.of(HighlightPlaces)) == 1  # type: ignore[attr-defined]


def test_the_chosen_place_is_pinned_and_a_fifth_is_refused_with_a_sentence(
    window: MainWindow, session: Session
) -> None:
    pin = window.actions_table["pin"]
    assert not pin.isEnabled()
    for place_id in ("990001", "990002", "jia-zone", "jia-park"):
        session.selection.choose(place_id, fly=False)
        assert pin.isEnabled() and not pin.isChecked()
        pin.trigger()
        assert pin.isChecked()
    session.selection.choose("yi-cluster", fly=False)
    pin.trigger()
    assert not pin.isChecked()
    assert "乙县轴承集群" in window.status.currentMessage()
    assert session.pins.place_ids == ("990001", "990002", "jia-zone", "jia-park")


def test_search_leads_to_places_passages_sources_and_commands(
    window: MainWindow, session: Session, fake_map: object
) -> None:
    box = window.search_box
    box.place_requested.emit("jia-park")
    assert session.selection.place_id == "jia-park"
    passage_id = next(iter(session.workspace.catalogue.passages))
    box.passage_requested.emit(passage_id)
    assert window.bottom_docks.policy.isVisible()
    box.source_requested.emit("daily")
    [card] = window.findChildren(SourceCard)
    assert session.workspace.catalogue.sources["daily"].publisher in card.texts()
    card.close()
    box.command_requested.emit("clear")
    assert session.selection.place_id == ""


def test_ctrl_k_leads_to_the_search_box(window: MainWindow) -> None:
    assert [keys.toString() for keys in window.actions_table["search"].shortcuts()] == ["Ctrl+K"]
    window.activateWindow()
    window.actions_table["search"].trigger()
    assert window.focusWidget() is window.search_box


def limit_time(window: MainWindow, session: Session) -> None:
    for number, year in enumerate(("2011", "2013")):
        event = Milestone(f"ms-{number}", year, "某事", "Something", (), "daily")
        session.workspace.catalogue.milestones[event.id] = event  # type: ignore[index]
    window.bottom_docks.timeline.bring_up()
    session.timeline.go_to(0)
    assert session.timeline.moment is not None


def test_time_is_let_go_with_its_dock(window: MainWindow, session: Session) -> None:
    limit_time(window, session)
    assert session.timeline.dimmed_ids
    window.bottom_docks.timeline.close()
    assert session.timeline.moment is None
    assert session.timeline.dimmed_ids == ()
    assert window.status.time_button.isHidden()


def test_time_rests_behind_another_dock_and_goes_when_closed_there(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    limit_time(window, session)
    session.timeline.play()
    moment = session.timeline.moment
    window.bottom_docks.policy.bring_up()
    qtbot.waitUntil(lambda: not session.timeline.is_playing)
    assert session.timeline.moment == moment
    window.bottom_docks.toggle_actions()["timeline_dock"].trigger()
    assert session.timeline.moment is None


def test_a_chip_tells_the_moment_and_a_click_lets_it_go(window: MainWindow, session: Session) -> None:
    limit_time(window, session)
    chip = window.status.time_button
    assert not chip.isHidden()
    assert chip.text() == f"时间：{session.timeline.moment.iso}年 ✕"  # type: ignore[union-attr]
    window.actions_table["clear"].trigger()
    assert session.timeline.moment is not None, "Escape leaves time alone"
    chip.click()
    assert session.timeline.moment is None
    assert chip.isHidden()


def test_the_status_bar_tells_what_is_marked(window: MainWindow, session: Session) -> None:
    session.highlight.show(["jia-zone", "jia-park"], "甲<b>")
    assert window.status.marked_label.text() == "已标出：甲<b>（2 处）· Esc 取消"
    assert not window.status.marked_label.isHidden()
    window.actions_table["clear"].trigger()
    assert window.status.marked_label.isHidden()


def test_a_page_loaded_anew_is_told_of_dimmed_places_only_if_there_are_any(
    window: MainWindow, session: Session, fake_map: FakeMap
) -> None:
    fake_map.say(PageReady(0))
    assert not fake_map.of(DimFeatures)
    limit_time(window, session)
    fake_map.calls.clear()
    fake_map.say(PageReady(0))
    assert [call.feature_ids for call in fake_map.of(DimFeatures)] == [session.timeline.dimmed_ids]  # type: ignore[attr-defined]


def test_a_panel_behind_another_speaks_the_new_language_when_it_comes_to_the_front(
    window: MainWindow, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    docks = window.bottom_docks
    docks.chains.bring_up()
    docks.policy.bring_up()
    panel = docks.chains.panel()
    qtbot.waitUntil(lambda: panel.visibleRegion().isEmpty())
    written: list[bool] = []
    monkeypatch.setattr(panel, "retranslate", lambda: written.append(True))
    session.workspace.set_language(Language.EN)
    assert not written
    docks.chains.bring_up()
    qtbot.waitUntil(lambda: bool(written))
    assert written == [True]


def test_a_figure_that_was_searched_for_is_chosen_in_its_place(window: MainWindow, session: Session) -> None:
    window.search_box.figure_requested.emit("jia-park", "f-12")
    assert session.selection.place_id == "jia-park"
    assert window.details_panel.tabs.currentIndex() == Tab.FIGURES
    figures = window.details_panel.figures
    [row] = figures.table.selectionModel().selectedRows()
    assert figures.model.figures[row.row()].id == "f-12"
