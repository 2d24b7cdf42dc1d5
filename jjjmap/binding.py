"""Which Qt binding runs, and the little that QtPy does not even out between the two that we know.

PySide6 is what the program is made for. ``QT_API=pyqt5`` takes PyQt5 instead, where it is installed.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_API", "pyside6")

import shiboken6
from qtpy.QtCore import QObject


def is_alive(thing: QObject) -> bool:
    """Whether Qt has not deleted an object that Python still holds."""
    return bool(shiboken6.isValid(thing))


def delete(thing: QObject) -> None:
    """Delete an object at once, with what it owns; what Python still holds of it is no longer alive."""
    shiboken6.delete(thing)
