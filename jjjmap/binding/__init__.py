"""Which Qt binding runs, and the little that QtPy does not even out between the two that we know.

PySide6 is what the program is made for. ``QT_API=pyqt5`` takes PyQt5 with PyQtWebEngine instead, where both
are installed; so does a machine that has nothing else. The rooms that use Qt import this one first, so that
the choice is made before any of Qt is loaded (docs/decisions/0021-second-binding.md).
"""

from __future__ import annotations

import importlib.util
import logging
import os

logger = logging.getLogger(__name__)

BINDINGS = {"pyside6": "PySide6.QtWebEngineWidgets", "pyqt5": "PyQt5.QtWebEngineWidgets"}
"""The bindings that we know, the better one first, and the module that shows that one is there whole."""


def is_installed(binding: str) -> bool:
    """Whether one of `BINDINGS` is there, its browser included; nothing of Qt is loaded to find out."""
    try:
        return importlib.util.find_spec(BINDINGS[binding]) is not None
    except ModuleNotFoundError:  # Not even the package in which the module would be.
        return False


def _choose() -> None:
    wished = os.environ.get("QT_API", "").lower()
    # Other programs read the same word, and know more bindings than we do.
    wishes = [binding for binding in BINDINGS if binding == wished]
    for binding in (*wishes, *BINDINGS):
        if is_installed(binding):
            os.environ["QT_API"] = binding
            if wishes and binding != wished:
                logger.warning("%s was asked for and is not installed; %s runs instead", wished, binding)
            return
    os.environ["QT_API"] = "pyside6"  # What is missing is then told by its name.


_choose()

from qtpy import API_NAME as API_NAME  # noqa: E402
from qtpy import PYQT5, PYSIDE6  # noqa: E402
from qtpy.QtCore import QObject  # noqa: E402

if not (PYSIDE6 or PYQT5):
    raise RuntimeError(f"QtPy speaks to {API_NAME}; jjjmap knows PySide6 and PyQt5")

if PYQT5:
    from PyQt5 import sip

    from jjjmap.binding import qt5

    qt5.speak_like_qt6()
else:
    import shiboken6


def is_alive(thing: QObject) -> bool:
    """Whether Qt has not deleted an object that Python still holds."""
    if PYQT5:
        return not sip.isdeleted(thing)
    return bool(shiboken6.isValid(thing))


def delete(thing: QObject) -> None:
    """Delete an object at once, with what it owns; what Python still holds of it is no longer alive."""
    if PYQT5:
        sip.delete(thing)
    else:
        shiboken6.delete(thing)


def browser_version() -> str:
    """Return the version of Chromium in which the pages live, ``""`` if it does not tell."""
    from qtpy import QtWebEngineCore

    if PYQT5:
        profile = QtWebEngineCore.QWebEngineProfile()
        agent = profile.httpUserAgent()
        delete(profile)
        return agent.partition("Chrome/")[2].partition(" ")[0]
    return str(QtWebEngineCore.qWebEngineChromiumVersion() or "")


def may_go_online() -> bool:
    """Whether the browser is new enough to be shown anything that comes from the network.

    That of PyQt5 is of 2020: under it the program stays offline, whatever the user switches on elsewhere.
    """
    return bool(PYSIDE6)
