"""Tests of what `app` builds."""

import logging
from pathlib import Path

import pytest
from qtpy.QtCore import QCoreApplication
from qtpy.QtWidgets import QApplication

from jjjmap.app import open_session, run, speak_qt, start_log
from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language
from jjjmap.session.workspace import Workspace
from jjjmap.settings import LayerSetting, Settings, save_settings


def test_a_session_opens_as_it_was_left(catalogue: Catalogue, tmp_path: Path, qapp: object) -> None:
    path = tmp_path / "settings.json"
    save_settings(
        path,
        Settings(
            language="en", view_bounds_lonlat=(115, 38, 118, 41), layers=(LayerSetting("ports", False, 0.5),)
        ),
    )
    session = open_session(path, catalogue, [])
    assert session.workspace.language is Language.EN
    assert session.snapshot().bounds.east == 118
    assert (session.layers.view("ports").visible, session.layers.view("ports").opacity) == (False, 0.5)
    assert session.workspace.findings == ()


def test_broken_settings_become_a_finding_and_the_program_starts(
    catalogue: Catalogue, tmp_path: Path, qapp: object
) -> None:
    path = tmp_path / "settings.json"
    path.write_text("{", encoding="utf-8")
    session = open_session(path, catalogue, [])
    assert [found.code for found in session.workspace.findings] == ["settings-broken"]
    assert session.workspace.language is Language.ZH


def test_a_language_that_we_do_not_speak_is_chinese(
    catalogue: Catalogue, tmp_path: Path, qapp: object
) -> None:
    path = tmp_path / "settings.json"
    save_settings(path, Settings(language="tlh"))
    assert open_session(path, catalogue, []).workspace.language is Language.ZH


def test_the_log_goes_to_its_file(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "jjjmap.log"
    start_log(path)
    logging.getLogger("jjjmap.test").info("记下 %s", "这一句")
    assert "记下 这一句" in path.read_text(encoding="utf-8")
    for handler in logging.getLogger("jjjmap").handlers:
        handler.close()


def test_the_name_of_a_file_forges_no_line_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "logs" / "jjjmap.log"
    start_log(path)
    # Only to the file: the report of the tests cannot hold half a character.
    monkeypatch.setattr(logging.getLogger("jjjmap"), "propagate", False)
    logging.getLogger("jjjmap.test").info("no document: %s", "a\n2030 ERROR b\x1b[2J\u202e\udcff.txt")
    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert line.isprintable() and "\\udcff" in line
    for handler in logging.getLogger("jjjmap").handlers:
        handler.close()


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file, not a folder", encoding="utf-8")
    start_log(tmp_path / "logs" / "jjjmap.log")
    assert logging.getLogger("jjjmap").handlers


def test_without_a_display_a_sentence_is_said_and_nothing_aborts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert run(["jjjmap"]) == 1
    assert "jjjmap --help" in capsys.readouterr().err


def test_buttons_of_qt_speak_the_language_in_use(catalogue: Catalogue, qapp: QApplication) -> None:
    workspace = Workspace(catalogue, language=Language.ZH)
    speak_qt(qapp, workspace)
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    workspace.set_language(Language.EN)
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
