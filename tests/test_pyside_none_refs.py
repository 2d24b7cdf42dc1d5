"""Tests that the installed PySide6 keeps its references to None.

PySide6 6.12.0 drops one on every void call below Python 3.12; after some 5 000 calls the interpreter ends
itself with ``none_dealloc``. pyproject.toml keeps that version away; this test watches the one installed.
"""

import subprocess
import sys

COUNT_REFERENCES = """
import sys
from PySide6.QtCore import QCoreApplication, QObject, QSize, QTimer

application = QCoreApplication([])
thing, timer, size = QObject(), QTimer(), QSize()
# Room to lose, so that a faulty binding lives to report itself.
reserve = [None] * 100_000 + [True] * 100_000 + [False] * 100_000
calls = {
    "QObject.setObjectName": lambda: thing.setObjectName("name"),
    "QObject.property": lambda: thing.property("missing"),
    "QObject.blockSignals": lambda: thing.blockSignals(False),
    "QSize.setWidth": lambda: size.setWidth(1),
    "QSize ==": lambda: size == QSize(),
    "QTimer.start": lambda: timer.start(60_000),
    "QTimer.stop": timer.stop,
}
for name, call in calls.items():
    for value in (None, True, False):
        before = sys.getrefcount(value)
        for _ in range(1000):
            call()
        # A few come and go with other business; a leak is a thousand.
        if abs(sys.getrefcount(value) - before) > 500:
            print(f"{name} loses or keeps {value}")
print("counted")
"""


def test_void_calls_of_qt_leave_the_references_to_none_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", COUNT_REFERENCES], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.split("\n")[:-1]) == (0, ["counted"]), done.stdout + done.stderr
