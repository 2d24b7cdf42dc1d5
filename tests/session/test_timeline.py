"""Tests of the moment that is shown."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from jjjmap.catalogue.chronology import Moment
from jjjmap.catalogue.models import Catalogue, Milestone
from jjjmap.session import timeline as timeline_module
from jjjmap.session.timeline import Timeline, TimeUnit
from jjjmap.session.workspace import Workspace


@pytest.fixture
def timeline(qtbot: QtBot, catalogue: Catalogue) -> Timeline:
    milestones = (
        Milestone("ms-1", "2011-04-01", "设立甲县功能区", "Zone founded", ("jia-zone",), "daily"),
        Milestone("ms-2", "2013", "某事", "Something", (), "daily"),
    )
    return Timeline(Workspace(replace(catalogue, milestones={each.id: each for each in milestones})))


def test_time_does_not_matter_at_first(timeline: Timeline) -> None:
    assert timeline.moment is None
    assert timeline.dimmed_ids == ()
    assert "chronology" not in vars(timeline)  # Nothing is put in order before somebody asks.
    assert (timeline.position_count, timeline.position) == (3, 2)


def test_a_moment_dims_what_was_still_to_come(timeline: Timeline, qtbot: QtBot) -> None:
    dimmed: list[list[str]] = []
    timeline.dimmed_changed.connect(dimmed.append)
    with qtbot.waitSignal(timeline.moment_changed) as told:
        timeline.go_to(0)
    assert told.args == [Moment(2011)]
    timeline.set_unit(TimeUnit.MONTH)
    timeline.go_to(2)
    timeline.go_to(3)
    timeline.reset()
    assert dimmed == [["yi-cluster"], ["jia-zone", "yi-cluster"], ["yi-cluster"], []]


def test_steps_stop_at_the_ends(timeline: Timeline) -> None:
    timeline.step(1)
    assert timeline.moment == Moment(2011)
    timeline.step(-1)
    assert timeline.moment == Moment(2011)
    timeline.step(99)
    assert timeline.moment == Moment(2013)
    timeline.reset()
    timeline.step(-1)
    assert timeline.moment == Moment(2013)


def test_a_year_becomes_its_last_month_and_a_month_its_year(timeline: Timeline) -> None:
    timeline.go_to(1)
    timeline.set_unit(TimeUnit.MONTH)
    assert (timeline.moment, timeline.position_count) == (Moment(2012, 12), 36)
    assert timeline.moment_at(timeline.position) == timeline.moment
    timeline.set_unit(TimeUnit.YEAR)
    assert timeline.moment == Moment(2012)


def test_playing_walks_to_the_end_and_stops(
    timeline: Timeline, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline_module, "YEAR_MS", 1)
    seen: list[Moment] = []
    timeline.moment_changed.connect(seen.append)
    with qtbot.waitSignal(timeline.playing_changed, check_params_cb=lambda playing: not playing):
        timeline.play()
    assert seen == [Moment(2011), Moment(2012), Moment(2013)]
    assert not timeline.is_playing
    timeline.play()
    assert timeline.moment == Moment(2011)  # From the end it begins anew.
    timeline.toggle_playing()
    assert not timeline.is_playing


def test_an_empty_catalogue_has_no_moments(qtbot: QtBot) -> None:
    timeline = Timeline(Workspace(Catalogue()))
    timeline.step(1)
    timeline.play()
    assert timeline.moment is None
    assert not timeline.is_playing
