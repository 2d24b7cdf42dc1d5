"""The docks below the map: made when first seen, wired to the session, in both languages."""

import pytest
from pytestqt.qtbot import QtBot

from jjjmap.i18n import Language
from jjjmap.maps.bridge import DimFeatures, HighlightPlaces, SelectFeature
from jjjmap.session.session import Session
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.main_window import MainWindow

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
    from jjjmap.maps.bridge import PageReady

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
