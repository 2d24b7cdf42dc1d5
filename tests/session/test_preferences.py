"""Tests of settings while the program runs."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from jjjmap.session.preferences import Preferences
from jjjmap.settings import load_settings


def test_a_change_is_written_soon_without_anybody_closing_anything(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    preferences = Preferences(path)
    preferences.change(language="en")
    assert not path.exists()
    qtbot.waitUntil(path.exists, timeout=10_000)
    assert load_settings(path)[0].language == "en"


def test_what_does_not_change_is_not_written(qtbot: QtBot, tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "settings.json")
    preferences.change(language=preferences.settings.language)
    assert not preferences._timer.isActive()
