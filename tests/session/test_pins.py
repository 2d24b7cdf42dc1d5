"""Tests of the pinned places."""

import pytest

from jjjmap.session.pins import MAX_PINS, Pins


@pytest.fixture
def pins() -> Pins:
    return Pins()


@pytest.fixture
def heard(pins: Pins) -> list[object]:
    said: list[object] = []
    pins.pins_changed.connect(said.append)
    pins.pin_refused.connect(said.append)
    return said


def test_places_keep_the_order_in_which_they_were_pinned(pins: Pins, heard: list[object]) -> None:
    assert pins.add("yi") and pins.add("jia")
    assert pins.place_ids == ("yi", "jia")
    assert heard == [["yi"], ["yi", "jia"]]


def test_a_place_is_pinned_once(pins: Pins, heard: list[object]) -> None:
    pins.add("jia")
    assert pins.add("jia")
    assert heard == [["jia"]]


def test_a_fifth_place_is_refused_and_the_others_stay(pins: Pins, heard: list[object]) -> None:
    for number in range(MAX_PINS):
        pins.add(f"place-{number}")
    before = pins.place_ids
    heard.clear()
    assert pins.is_full and not pins.add("one-more")
    assert pins.place_ids == before
    assert heard == ["one-more"]


def test_a_pinned_place_needs_no_room(pins: Pins, heard: list[object]) -> None:
    for number in range(MAX_PINS):
        pins.add(f"place-{number}")
    assert pins.add("place-0")


def test_removing_makes_room(pins: Pins) -> None:
    for number in range(MAX_PINS):
        pins.add(f"place-{number}")
    pins.remove("place-1")
    assert pins.add("one-more")
    assert pins.place_ids == ("place-0", "place-2", "place-3", "one-more")


def test_what_is_not_pinned_is_removed_in_silence(pins: Pins, heard: list[object]) -> None:
    pins.remove("jia")
    pins.clear()
    assert heard == []


def test_toggling_pins_and_lets_go(pins: Pins) -> None:
    assert pins.toggle("jia") and pins.holds("jia")
    assert not pins.toggle("jia") and not pins.holds("jia")


def test_clearing_lets_all_go(pins: Pins, heard: list[object]) -> None:
    pins.add("jia")
    pins.clear()
    assert pins.place_ids == () and heard[-1] == []
