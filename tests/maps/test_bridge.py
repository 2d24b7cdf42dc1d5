import json
import math

import pytest

from jjjmap.errors import BridgeMessageInvalid
from jjjmap.maps.bridge import (
    MAX_HITS,
    MAX_MESSAGE_CHARS,
    MAX_TEXT_CHARS,
    CandidateStepped,
    Hit,
    LayerDrawn,
    LayerFailed,
    MapClicked,
    PageFailed,
    PageReady,
    PointerMoved,
    SelectFeature,
    SetLayerOpacity,
    ViewMoved,
    call_to_json,
    parse_event,
)

CLICK = {
    "type": "MapClicked",
    "seq": 7,
    "lon": 116.4,
    "lat": 39.9,
    "zoom": 9.5,
    "hits": [{"layer_id": "a", "feature_id": "b"}],
}


def test_a_click_is_parsed_with_its_features_in_order():
    click = {**CLICK, "hits": [{"layer_id": "a", "feature_id": "1"}, {"layer_id": "b", "feature_id": "2"}]}
    assert parse_event(json.dumps(click)) == MapClicked(7, 116.4, 39.9, (Hit("a", "1"), Hit("b", "2")), 9.5)


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ({"type": "PageReady", "seq": 0}, PageReady(0)),
        ({"type": "PageFailed", "seq": 0, "reason": "坏"}, PageFailed(0, "坏")),
        ({"type": "LayerFailed", "seq": 2, "layer_id": "x", "reason": "坏"}, LayerFailed(2, "x", "坏")),
        ({"type": "CandidateStepped", "seq": 3, "step": -5}, CandidateStepped(3, -1)),
        (
            {"type": "ViewMoved", "seq": 4, "west": 1, "south": 2, "east": 3, "north": 4, "zoom": 7.25},
            ViewMoved(4, 1.0, 2.0, 3.0, 4.0, 7.25),
        ),
        ({"type": "PointerMoved", "seq": 5, "lon": 1, "lat": 2, "zoom": 7.5}, PointerMoved(5, 1.0, 2.0, 7.5)),
        (
            {"type": "LayerDrawn", "seq": 6, "layer_id": "user-00000001", "drawn": 5, "total": 9},
            LayerDrawn(6, "user-00000001", 5, 9),
        ),
    ],
)
def test_events_are_parsed(said, event):
    assert parse_event(json.dumps(said)) == event


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "null",
        '{"type": "PageReady"}',
        '{"type": "Shutdown", "seq": 1}',
        "[" * 50_000,
        "9" * (MAX_MESSAGE_CHARS + 1),
        json.dumps({**CLICK, "lon": "116"}),
        json.dumps({**CLICK, "lon": True}),
        json.dumps({**CLICK, "lon": math.nan}),
        json.dumps({**CLICK, "lat": math.inf}),
        json.dumps({**CLICK, "zoom": None}),
        json.dumps({"type": "LayerDrawn", "seq": 1, "layer_id": "a", "drawn": "5", "total": 9}),
        json.dumps({**CLICK, "seq": 10**400}),
        json.dumps({**CLICK, "hits": "a"}),
        json.dumps({**CLICK, "hits": [1]}),
        json.dumps({**CLICK, "hits": [{"layer_id": "a"}]}),
        json.dumps({**CLICK, "hits": [{"layer_id": "a", "feature_id": 5}]}),
        json.dumps({**CLICK, "hits": CLICK["hits"] * (MAX_HITS + 1)}),
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(BridgeMessageInvalid):
        parse_event(text)


def test_an_id_beyond_all_measure_loses_its_hit_but_not_the_click():
    hits = [
        {"layer_id": "a", "feature_id": "b" * (MAX_TEXT_CHARS + 1)},
        {"layer_id": "a" * (MAX_TEXT_CHARS + 1), "feature_id": "b"},
        {"layer_id": "a", "feature_id": "b" * MAX_TEXT_CHARS},
    ]
    clicked = parse_event(json.dumps({**CLICK, "hits": hits}))
    assert clicked == MapClicked(7, 116.4, 39.9, (Hit("a", "b" * MAX_TEXT_CHARS),), 9.5)


def test_a_call_names_its_type_and_fields():
    said = json.loads(call_to_json(SetLayerOpacity("zones", 0.5)))
    assert said == {"type": "SetLayerOpacity", "layer_id": "zones", "opacity": 0.5}


def test_a_call_never_sends_a_number_that_json_does_not_know():
    with pytest.raises(ValueError, match="JSON"):
        call_to_json(SelectFeature("x", lon=math.nan))
