"""Whatever a page says, it is an event with bounded fields or it is refused."""

import dataclasses
import json
import math
import random

import pytest

from jjjmap.errors import BridgeMessageInvalid
from jjjmap.maps.bridge import MAX_HITS, MAX_MESSAGE_CHARS, MAX_TEXT_CHARS, Event, Hit, parse_event

MESSAGES = (
    {"type": "PageReady", "seq": 0},
    {"type": "PageFailed", "seq": 0, "reason": "坏"},
    {"type": "LayerFailed", "seq": 2, "layer_id": "x", "reason": "坏"},
    {"type": "MapClicked", "seq": 1, "lon": 116.4, "lat": 39.9, "zoom": 9.5,
     "hits": [{"layer_id": "a", "feature_id": "b"}]},
    {"type": "CandidateStepped", "seq": 3, "step": -5},
    {"type": "SelectionCleared", "seq": 3},
    {"type": "PointerMoved", "seq": 5, "lon": 1, "lat": 2, "zoom": 7.5},
    {"type": "ViewMoved", "seq": 4, "west": 1, "south": 2, "east": 3, "north": 4, "zoom": 7.25},
    {"type": "LayerDrawn", "seq": 6, "layer_id": "user-00000001", "drawn": 5, "total": 9},
    {"type": "SheetDrawn", "seq": 6, "number": 1, "length": 10, "rastered_layers": ["a"]},
    {"type": "SheetFailed", "seq": 6, "number": 1, "reason": "坏"},
)  # fmt: skip
DEEP: list[object] = []
for _level in range(300):
    DEEP = [DEEP]
STRANGE = (
    None, True, False, 0, -1, 1e308, -1e308, 10**30, math.nan, math.inf, -math.inf, "", "x", "x" * 5000, "\0",
    "\ud800", "<img src=x onerror=alert(1)>", "${1}", [], [[]], {}, {"a": {}}, DEEP, [1] * 300, ["x" * 600],
    [{"layer_id": "a", "feature_id": "\udfff"}], [{"layer_id": None}], "__proto__", "NaN", "1e5",
)  # fmt: skip


def check_bounded(event: Event) -> None:
    for field in dataclasses.fields(event):
        value = getattr(event, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Hit):
                assert max(len(each.layer_id), len(each.feature_id)) <= MAX_TEXT_CHARS
                each.feature_id.encode()
            elif isinstance(each, str):
                assert len(each) <= MAX_TEXT_CHARS
                each.encode()
            else:
                assert isinstance(each, int | float) and math.isfinite(each) and abs(each) <= 1e9
        assert not isinstance(value, tuple) or len(value) <= MAX_HITS


def tries(text: str) -> bool:
    try:
        event = parse_event(text)
    except BridgeMessageInvalid:
        return False
    check_bounded(event)
    return True


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: str(message["type"]))
def test_each_field_of_each_message_is_bounded_whatever_stands_in_it(message: dict[str, object]) -> None:
    assert tries(json.dumps(message))
    for key in message:
        for strange in STRANGE:
            tries(json.dumps({**message, key: strange}))
        assert not tries(json.dumps({k: v for k, v in message.items() if k != key}))
        assert not tries(json.dumps({**message, key: {}}))
    # More than is asked for changes nothing.
    assert tries(json.dumps({**message, "__proto__": 1, "event": DEEP}))


def test_mutated_messages_are_events_or_refused() -> None:
    chance = random.Random(7)
    taken = 0
    for _time in range(4000):
        text = list(json.dumps(chance.choice(MESSAGES), ensure_ascii=chance.random() < 0.5))
        for _change in range(chance.randint(1, 4)):
            at = chance.randrange(len(text))
            match chance.randrange(4):
                case 0:
                    text[at] = chr(chance.choice((0, 34, 91, 92, 93, 123, 125, 0xD800, 0x10FFFF, 48, 101)))
                case 1:
                    del text[at : at + chance.randint(1, 8)]
                    text = text or ["{"]
                case 2:
                    text[at:at] = list(chance.choice(("1e999", "\\ud800", "null", '"":', "[" * 50, "9" * 50)))
                case _:
                    text[at:at] = text[: chance.randint(0, 30)]
        taken += tries("".join(text))
    assert 0 < taken < 4000


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"PageReady","seq":' + "[" * 40_000 + "]" * 40_000 + "}",
        '{"type":"PageReady","seq":' + "9" * 50_000 + "}",
        '{"type":"PageReady","seq":1,"a":"' + "x" * MAX_MESSAGE_CHARS + '"}',
        '{"a":' * 15_000 + "1" + "}" * 15_000,
    ],
)
def test_what_is_deep_or_huge_is_refused(text: str) -> None:
    assert not tries(text)
