"""Runs a function in another thread while Qt's loop turns, as exports run beside the window."""

import threading
from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

WAIT_MS = 60_000


def beside_qt(qtbot: QtBot, work: Callable[[], Any]) -> Any:
    """Return or raise what a function does."""
    done: list[Any] = []

    def keep() -> None:
        try:
            done.append(work())
        except Exception as exc:
            done.append(exc)

    thread = threading.Thread(target=keep)
    thread.start()
    qtbot.waitUntil(lambda: bool(done), timeout=WAIT_MS)
    thread.join()
    if isinstance(done[0], Exception):
        raise done[0]
    return done[0]
