import json
import random
from pathlib import Path

import pytest

from jjjmap.errors import LayerUnreadable
from jjjmap.layers.opening import long_integers
from jjjmap.layers.opening.long_integers import LONG, copy_with_texts, has_long_integers

_TEXTS = ('a": 12345678901234567890, "', "\\", '\\"', "长: 12345678901234567890", "", "x" * 60)


def _value(chance: random.Random, depth: int = 0) -> object:
    match chance.randrange(8):
        case 0 | 1:
            return chance.choice((1, -1)) * chance.randrange(10 ** chance.randrange(1, 25))
        case 2:
            return chance.random() * 10.0 ** chance.randrange(20)
        case 3:
            return chance.choice(_TEXTS)
        case 4 if depth < 3:
            return [_value(chance, depth + 1) for _turn in range(3)]
        case 5 if depth < 3:
            return {chance.choice('abc"\\:'): _value(chance, depth + 1) for _turn in range(3)}
    return None


def _expected(value: object, *, is_item: bool = False) -> object:
    if isinstance(value, dict):
        return {name: _expected(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_expected(inner, is_item=True) for inner in value]
    is_long = isinstance(value, int) and len(str(abs(value))) >= LONG
    return str(value) if is_long and not is_item else value


@pytest.mark.parametrize("chunk", [16, 1 << 20])
def test_only_long_numbers_become_texts_wherever_a_file_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(long_integers, "_CHUNK", chunk)
    chance = random.Random(5)
    path, copy = tmp_path / "a.json", tmp_path / "copy.json"
    for _turn in range(300):
        value = {"a": _value(chance), "b": {"c": _value(chance)}, "d": _value(chance)}
        path.write_text(
            json.dumps(value, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, 1))), "utf-8"
        )
        is_changed = _expected(value) != value
        assert copy_with_texts(path, copy) == is_changed
        assert json.loads(copy.read_text("utf-8")) == _expected(value)
        assert has_long_integers(path) or not is_changed
        copy.unlink()


def test_coordinates_with_many_decimals_are_not_looked_at_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"coordinates": [116.12345678901234567, 39.1], "a": "110108199001011234"}')
    assert not has_long_integers(path)


def test_broken_files_are_copied_as_they_are(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.json", tmp_path / "copy.json"
    for data in (
        b"",
        b'{"a": "no end',
        b'{"a": 12345678901234567',
        b'{"a\\',
        b":::",
        b'{"a": 1234567890123456.5}',
    ):
        path.write_bytes(data)
        assert not copy_with_texts(path, copy)
        assert copy.read_bytes() == data
        copy.unlink()


def test_a_copy_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"{}")
    with pytest.raises(LayerUnreadable) as caught:
        copy_with_texts(path, tmp_path / "none" / "copy.json")
    assert caught.value.reason == "not-written"
