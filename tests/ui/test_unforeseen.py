"""Errors that nobody foresaw: saved first, told once, with a report that tells nothing of a person."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QTimer
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QApplication

from jjjmap.ui.dialogs.unforeseen_dialog import UnforeseenDialog
from jjjmap.ui.unforeseen import MAX_REPORT_CHARS, Unforeseen, report_of


def dialogs() -> list[UnforeseenDialog]:
    shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, UnforeseenDialog)]
    return [each for each in shown if each.isVisible()]


@pytest.fixture
def unforeseen(qtbot: QtBot, tmp_path: Path) -> Iterator[Unforeseen]:
    made = Unforeseen(tmp_path / "jjjmap.log")
    yield made
    made.remove()
    for dialog in dialogs():
        dialog.close()
    qtbot.waitUntil(lambda: not dialogs(), timeout=5000)


def the_dialog(qtbot: QtBot) -> UnforeseenDialog:
    qtbot.waitUntil(lambda: len(dialogs()) == 1, timeout=5000)
    return dialogs()[0]


def test_the_work_is_saved_before_the_user_is_told(unforeseen: Unforeseen, qtbot: QtBot) -> None:
    seen: list[int] = []
    unforeseen.attend(lambda: None, lambda: seen.append(len(dialogs())))
    unforeseen.take(ValueError, ValueError("坏"), None)
    dialog = the_dialog(qtbot)
    assert seen == [0]
    assert "坏" in dialog.why.text() and "已先行保存" in dialog.why.text()


@pytest.mark.parametrize("how", ["raises", "says so"])
def test_work_that_cannot_be_saved_is_told_as_such(unforeseen: Unforeseen, qtbot: QtBot, how: str) -> None:
    def save() -> bool:
        if how == "raises":
            raise OSError("磁盘已满")
        return False

    unforeseen.attend(lambda: None, save)
    unforeseen.take(ValueError, ValueError("坏"), None)
    assert "没能保存工作现场" in the_dialog(qtbot).why.text()


def test_a_flood_of_errors_opens_one_dialog_which_counts_them(unforeseen: Unforeseen, qtbot: QtBot) -> None:
    for n in range(5):
        unforeseen.take(ValueError, ValueError(f"坏{n}"), None)
    dialog = the_dialog(qtbot)
    qtbot.waitUntil(lambda: "又有 4 个错误" in dialog.why.text(), timeout=5000)
    assert "坏0" in dialog.why.text()
    dialog.close()
    qtbot.waitUntil(lambda: not dialogs(), timeout=5000)
    unforeseen.take(ValueError, ValueError("又坏"), None)
    assert "又坏" in the_dialog(qtbot).why.text()


def test_an_error_in_a_thread_and_one_in_a_slot_come_here(
    unforeseen: Unforeseen, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    monkeypatch.setattr(unforeseen, "_show", lambda error, thread: taken.append(f"{error} {thread}"))
    unforeseen.install()

    def fail() -> None:
        raise ValueError("thread")

    worker = threading.Thread(target=fail, name="reader")
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: taken == ["thread reader"], timeout=5000)
    # What the binding does with an error that leaves a slot is to call the hook.
    try:
        raise RuntimeError("slot")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: len(taken) == 2, timeout=5000)
    unforeseen.remove()
    assert sys.excepthook != unforeseen.take


def test_an_error_that_ends_the_start_is_told_in_the_terminal(
    unforeseen: Unforeseen, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    unforeseen.take(OSError, OSError("坏 password=S3CRET-canary"), None)
    told = capsys.readouterr().err
    assert "OSError: 坏" in told and "S3CRET" not in told
    the_dialog(qtbot)
    # Once events are handled the dialog tells it.
    QTimer.singleShot(0, lambda: unforeseen.take(OSError, OSError("又坏"), None))
    qtbot.waitUntil(lambda: "1 个错误" in dialogs()[0].why.text(), timeout=5000)
    assert "又坏" not in capsys.readouterr().err


def test_an_unraisable_error_is_logged_and_disturbs_nobody(
    unforeseen: Unforeseen, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    unforeseen.install()

    class Broken:
        def __del__(self) -> None:
            raise ValueError("late")

    Broken()
    unforeseen.remove()
    assert any(record.exc_info and "late" in str(record.exc_info[1]) for record in caplog.records)
    with qtbot.waitCallback() as passed:
        QTimer.singleShot(0, passed)
    assert dialogs() == []


def test_the_report_is_copied_and_tells_nothing_of_a_person(
    unforeseen: Unforeseen, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/wangfang")
    monkeypatch.setenv("USER", "wangfang")
    try:
        raise ValueError("/home/wangfang/a.csv password=S3CRET-canary")
    except ValueError as error:
        unforeseen.take(type(error), error, error.__traceback__)
    dialog = the_dialog(qtbot)
    dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied == dialog.report.toPlainText()
    assert "ValueError: ~/a.csv" in copied and "test_unforeseen.py" in copied and "jjjmap" in copied
    assert "wangfang" not in copied and "S3CRET" not in copied
    assert dialog.copy_button.text() == "已复制"


def test_a_report_without_end_is_cut_in_the_middle() -> None:
    report = report_of(ValueError("x" * 1_000_000 + "last"))
    assert len(report) < MAX_REPORT_CHARS + 10
    assert report.startswith("jjjmap") and report.endswith("last")
