import json
import random
from dataclasses import fields, replace
from typing import Any

import pytest

from jjjmap.project.state import MAX_VIEWS, PlacingState, ProjectState, SavedView, SourceFile
from jjjmap.project.state_json import changed_fields, state_from_json, state_to_json
from jjjmap.settings import LayerSetting

VIEW = SavedView(
    "view-0123abcd",
    "县城",
    (115.0, 38.0, 117.0, 40.0),
    (LayerSetting("counties", True, 0.5),),
    (("user-00000001", {"all": []}), ("user-00000002", None)),
    "2014-02",
    "990001",
    "doc-1",
    3,
    9,
)
STATE = ProjectState(
    language="en",
    bounds_lonlat=(114.0, 37.0, 118.0, 41.0),
    layers=(LayerSetting("counties", False, 1.0),),
    pins=("990001", "990002"),
    views=(VIEW,),
    chosen_id="990002",
    moment="2014",
    document_id="doc-1",
    document_start=1,
    document_end=2,
    layout="AAAA",
    placings=(PlacingState("user-00000001", (("名称", "name"),), ({"rows": [1], "place": "990001"},)),),
    sources=(SourceFile("user-00000001", "数据/厂.csv", "ab" * 32, {"encoding": "gbk"}),),
)


def said() -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(json.dumps(state_to_json(STATE)))
    return answer


def test_a_state_comes_back_from_json_as_it_was() -> None:
    assert state_from_json(said()) == (STATE, ())
    assert all(getattr(STATE, each.name) != each.default for each in fields(STATE))


def test_fields_that_are_missing_take_their_defaults() -> None:
    assert state_from_json({}) == (ProjectState(), ())
    assert state_from_json({"chosen_id": "甲"}) == (ProjectState(chosen_id="甲"), ())


WRONG: list[tuple[str, Any]] = [
    ("language", 5),
    ("bounds_lonlat", [1, 2, 3]),
    ("bounds_lonlat", [118, 37, 114, 41]),
    ("bounds_lonlat", [float("nan"), 37, 118, 41]),
    ("bounds_lonlat", [-500, 37, 118, 41]),
    ("bounds_lonlat", [True, 37, 118, 41]),
    ("bounds_lonlat", [1, 2, 10**400, 3]),
    ("layers", [{"id": 1, "visible": True, "opacity": 1}]),
    ("layers", [{"id": "a", "visible": "yes", "opacity": 1}]),
    ("layers", [{"id": "a", "visible": True, "opacity": 7}]),
    ("layers", {"id": "a"}),
    ("pins", ["a"] * 5),
    ("pins", "abcd"),
    ("chosen_id", None),
    ("moment", ["2014"]),
    ("document_start", 1.5),
    ("document_end", -7),
    ("layout", "A" * (2 << 20)),
    ("placings", [{"layer_id": "a"}]),
    ("placings", [{"layer_id": "a", "roles": [["b"]], "corrections": []}]),
    ("sources", [{"layer_id": "a", "path": "b", "sha256": "c", "options": []}]),
    ("chosen_id", 3),
    ("views", "none"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_field_takes_its_default_is_named_and_the_others_stay(name: str, value: Any) -> None:
    state, wrong = state_from_json({**said(), name: value})
    assert wrong == (name,)
    assert state == replace(STATE, **{name: getattr(ProjectState(), name)})


def test_of_views_only_the_wrong_ones_are_left_out() -> None:
    views = [{**said()["views"][0], "id": "../../etc"}, said()["views"][0], 5, said()["views"][0]]
    state, wrong = state_from_json({**said(), "views": views})
    assert state.views == (VIEW,)
    assert wrong == ("views",)


def test_views_beyond_the_most_are_cut_off() -> None:
    view = said()["views"][0]
    views = [{**view, "id": f"view-{number:08x}"} for number in range(MAX_VIEWS + 5)]
    state, wrong = state_from_json({**said(), "views": views})
    assert len(state.views) == MAX_VIEWS
    assert wrong == ("views",)


def test_half_characters_do_not_come_in() -> None:
    state, _wrong = state_from_json({"chosen_id": json.loads('"\\ud800甲"')})
    assert state.chosen_id == "?甲"


@pytest.mark.parametrize("value", [None, [], "x", 5, [[[]]]])
def test_what_is_no_object_is_an_empty_state(value: Any) -> None:
    assert state_from_json(value) == (ProjectState(), ("state",))


def test_no_damage_whatever_raises() -> None:
    chance = random.Random(11)
    data = json.dumps(state_to_json(STATE))
    read = 0
    for _each in range(3000):
        broken = list(data)
        for _place in range(chance.randint(1, 4)):
            broken[chance.randrange(len(broken))] = chance.choice('{}[]",:0129.-etrufalsn\\')
        try:
            value = json.loads("".join(broken))
        except ValueError:
            continue
        read += 1
        state, _wrong = state_from_json(value)
        json.dumps(state_to_json(state)).encode()
    assert read > 100


def test_only_fields_that_changed_are_told() -> None:
    assert changed_fields(STATE, STATE) == {}
    after = replace(STATE, pins=("990001",), layout="BBBB", views=())
    assert changed_fields(STATE, after, ("layout",)) == {"pins": ["990001"], "views": []}
    merged = {**said(), **json.loads(json.dumps(changed_fields(STATE, after)))}
    assert state_from_json(merged) == (after, ())
