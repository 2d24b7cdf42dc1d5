"""Tests of the selection."""

import pytest

from jjjmap.session.selection import Selection


class Listener:
    """Writes down what a selection says."""

    def __init__(self, selection: Selection) -> None:
        self.chosen: list[tuple[str, bool]] = []
        self.cleared = 0
        self.candidates: list[list[str]] = []
        selection.place_chosen.connect(lambda place_id, fly: self.chosen.append((place_id, fly)))
        selection.selection_cleared.connect(self._count)
        selection.candidates_changed.connect(self.candidates.append)

    def _count(self) -> None:
        self.cleared += 1


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def heard(selection: Selection) -> Listener:
    return Listener(selection)


def test_choosing_the_same_place_twice_answers_twice(selection: Selection, heard: Listener) -> None:
    selection.choose("jia", fly=True)
    selection.choose("jia", fly=True)
    assert heard.chosen == [("jia", True), ("jia", True)]


def test_clicking_the_same_place_on_the_map_twice_answers_twice(
    selection: Selection, heard: Listener
) -> None:
    selection.offer(["jia", "yi"])
    selection.offer(["jia", "yi"])
    assert heard.chosen == [("jia", False), ("jia", False)]


def test_a_click_offers_all_and_chooses_the_nearest(selection: Selection, heard: Listener) -> None:
    selection.offer(["jia", "yi", "jia"])
    assert selection.candidates == ("jia", "yi")
    assert selection.place_id == "jia"
    assert heard.candidates == [["jia", "yi"]]


def test_stepping_goes_round_in_both_directions(selection: Selection, heard: Listener) -> None:
    selection.offer(["jia", "yi", "bing"])
    for step in (+1, +1, +1, -1):
        selection.step_candidate(step)
    assert [place_id for place_id, _fly in heard.chosen] == ["jia", "yi", "bing", "jia", "bing"]
    assert selection.candidates == ("jia", "yi", "bing")


def test_stepping_with_nothing_chosen_does_nothing(selection: Selection, heard: Listener) -> None:
    selection.step_candidate(+1)
    assert heard.chosen == []


def test_a_click_on_nothing_clears_once(selection: Selection, heard: Listener) -> None:
    selection.offer(["jia"])
    selection.offer([])
    selection.offer([])
    assert (selection.place_id, selection.candidates, heard.cleared) == ("", (), 1)


def test_back_and_forward_walk_what_was_seen(selection: Selection, heard: Listener) -> None:
    for place_id in ("jia", "yi", "bing"):
        selection.choose(place_id, fly=False)
    selection.go_back()
    selection.go_back()
    assert selection.place_id == "jia" and not selection.can_go_back
    selection.go_forward()
    assert selection.place_id == "yi" and selection.can_go_forward
    assert heard.chosen[-1] == ("yi", True)


def test_choosing_after_going_back_forgets_the_way_forward(selection: Selection) -> None:
    for place_id in ("jia", "yi"):
        selection.choose(place_id, fly=False)
    selection.go_back()
    selection.choose("bing", fly=False)
    assert not selection.can_go_forward
    selection.go_back()
    assert selection.place_id == "jia"


def test_back_after_clearing_returns_to_what_was_cleared(selection: Selection) -> None:
    selection.choose("jia", fly=False)
    selection.clear()
    assert selection.can_go_back
    selection.go_back()
    assert selection.place_id == "jia" and not selection.can_go_back


def test_the_same_place_twice_is_one_step_of_history(selection: Selection) -> None:
    selection.choose("jia", fly=False)
    selection.choose("yi", fly=False)
    selection.choose("yi", fly=True)
    selection.go_back()
    assert selection.place_id == "jia"


def test_going_back_with_no_history_does_nothing(selection: Selection, heard: Listener) -> None:
    selection.go_back()
    selection.go_forward()
    assert heard.chosen == []


def test_a_layer_that_goes_takes_its_features_along_and_the_way_back_stays() -> None:
    selection = Selection()
    gone, left = "user-00000001#3", "user-00000002#4"
    for each in ("a", gone, "b", left, "c"):
        selection.choose(each, fly=False)
    selection.offer(["b", gone, "c"])
    selection.go_back()
    selection.go_back()
    assert selection.chosen_id == left
    selection.offer([left, gone])
    selection.forget_layer("user-00000001")
    assert selection.chosen_id == left and selection.candidates == (left,)
    visited = []
    while selection.can_go_back:
        selection.go_back()
        visited.append(selection.chosen_id)
    assert visited == ["b", "a"]


def test_a_feature_that_goes_with_its_layer_is_chosen_no_more() -> None:
    selection = Selection()
    selection.choose("a", fly=False)
    selection.choose("user-00000001#3", fly=False)
    heard = Listener(selection)
    selection.forget_layer("user-00000001")
    assert heard.cleared == 1 and selection.chosen_id == ""
    selection.go_back()
    assert selection.chosen_id == "a"
