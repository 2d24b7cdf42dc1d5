"""Tests of jjjmap/cli/records.py: the envelope of answers in JSON."""

import json

import pytest

from jjjmap.cli.records import write_json


def test_json_cannot_steer_the_terminal_and_says_the_same(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    said = "标题\x1b[2J\x9b2J\x7f\u202e\u2066\u2028尾"
    write_json("read", {"title": said}, ())
    text = capfdbinary.readouterr().out.decode()
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert json.loads(text)["result"]["title"] == said


def test_a_name_that_is_no_utf8_is_told_without_what_json_cannot_hold(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    write_json("read", {"library": "a\udcff.sqlite"}, ())
    assert json.loads(capfdbinary.readouterr().out)["result"]["library"] == "a?.sqlite"
