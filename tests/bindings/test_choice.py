"""Which binding runs, and what it says of itself."""

import os
import subprocess
import sys

import pytest
from qtpy.QtCore import QObject
from qtpy.QtWidgets import QApplication

from jjjmap import binding
from jjjmap.i18n import Language
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.ui.dialogs.about_dialog import AboutDialog

NAMES = {"pyside6": "PySide6", "pyqt5": "PyQt5"}
WANTED = os.environ.get("PYTEST_QT_API", "pyside6")


def run_with(wish: str) -> subprocess.CompletedProcess[str]:
    program = (
        "import sys, jjjmap.binding as b; print(b.API_NAME, 'PySide6' in sys.modules, 'PyQt5' in sys.modules)"
    )
    environment = {**os.environ, "QT_API": wish}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, encoding="utf-8", check=True
    )


def test_the_binding_runs_that_was_asked_for_and_no_other_is_loaded():
    assert NAMES[WANTED] == binding.API_NAME
    assert [name for name in NAMES.values() if name in sys.modules] == [NAMES[WANTED]]


@pytest.mark.parametrize("wish", ["pyside6", "pyqt5", "PyQt5", "pyqt6", "nonsense", ""])
def test_a_wish_is_met_if_it_can_be_and_the_better_binding_runs_otherwise(wish: str):
    installed = [each for each in binding.BINDINGS if binding.is_installed(each)]
    expected = wish.lower() if wish.lower() in installed else installed[0]
    done = run_with(wish)
    said = f"{NAMES[expected]} {expected == 'pyside6'} {expected == 'pyqt5'}\n"
    assert done.stdout == said
    is_disappointed = wish.lower() in NAMES and wish.lower() not in installed
    assert ("is not installed" in done.stderr) is is_disappointed


def test_what_qt_has_deleted_is_not_alive(qapp: QApplication):
    owner = QObject()
    owned = QObject(owner)
    assert binding.is_alive(owned)
    binding.delete(owner)
    assert not binding.is_alive(owner) and not binding.is_alive(owned)


def test_only_a_browser_of_today_may_be_shown_what_comes_from_the_network(qapp: QApplication):
    year_87 = 87  # Chromium 87 is of 2020.
    chromium = int(binding.browser_version().partition(".")[0])
    assert binding.may_go_online() is (chromium > year_87)
    assert binding.may_go_online() is (binding.API_NAME == "PySide6")


def test_about_tells_the_binding_its_browser_and_why_it_stays_offline(qtbot):
    dialog = AboutDialog(MapSnapshot((), Language.ZH), "某图")
    qtbot.addWidget(dialog)
    said = dialog.text.toPlainText()
    assert f"{binding.API_NAME} " in said and f"Chromium {binding.browser_version()}" in said
    assert ("在线底图不可用" in said) is not binding.may_go_online()


def test_an_exception_in_a_slot_does_not_end_the_program():
    program = (
        "import sys, jjjmap.binding\n"
        "from qtpy.QtCore import QCoreApplication, QTimer\n"
        "app = QCoreApplication(sys.argv[:1])\n"
        "def fail():\n    raise KeyError('boom')\n"
        "QTimer.singleShot(0, fail)\n"
        "QTimer.singleShot(50, app.quit)\n"
        "app.exec()\n"
        "print('lives')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (0, "lives\n")
    assert "KeyError: 'boom'" in done.stderr
