"""Tests of what the user reads when something goes wrong."""

from pathlib import Path

from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox, QWidget

from jjjmap.errors import ExportFailed, ResourceMissing, RowsUnreadable
from jjjmap.settings import SettingsTrouble
from jjjmap.ui.messages import Message, MessageBox, explain, settings_finding


def test_a_failed_export_is_told_without_jargon() -> None:
    message = explain(ExportFailed(Path("图.html"), "没有权限"))
    assert "图.html" in message.what and "没有权限" in message.why and "磁盘" in message.hint
    assert message.report == ""


def test_a_missing_file_is_named() -> None:
    assert "map.js" in explain(ResourceMissing("map.js", "not found")).what


def test_a_layer_without_its_files_is_named_with_what_to_do() -> None:
    message = explain(RowsUnreadable("厂", "没有这个文件"))
    assert "厂" in message.what and "没有这个文件" in message.why and "移除这个图层" in message.hint
    assert message.report == ""


def test_an_unforeseen_error_brings_a_report_to_copy() -> None:
    try:
        raise ZeroDivisionError("零")
    except ZeroDivisionError as error:
        message = explain(error)
    assert "ZeroDivisionError" in message.report and "jjjmap" in message.report


def test_broken_settings_say_where_the_old_ones_are() -> None:
    finding = settings_finding(SettingsTrouble("no JSON", "settings.json.broken"))
    assert "settings.json.broken" in finding.hint and "no JSON" in finding.message


def test_settings_that_stay_where_they_are_are_said_not_to_be_saved() -> None:
    finding = settings_finding(SettingsTrouble("Permission denied", ""))
    assert "Permission denied" in finding.message
    assert "原文件没有动" in finding.hint and "不会保存" in finding.hint


def test_the_box_shows_paths_as_text_and_does_not_wait(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    MessageBox.show(parent, Message("<b>图</b>", "原因", "建议", "report"))
    box = parent.findChild(QMessageBox)
    assert box is not None and box.textFormat() == Qt.TextFormat.PlainText
    assert box.text() == "<b>图</b>" and box.detailedText() == "report"
    box.close()
