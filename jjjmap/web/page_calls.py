"""Calls into a page: the only place that runs JavaScript, for a page that ended never calls back."""

from __future__ import annotations

import logging
from collections.abc import Callable

from qtpy.QtCore import QTimer
from qtpy.QtWebEngineCore import QWebEnginePage

logger = logging.getLogger(__name__)

MAIN_WORLD = 0
"""Where the page's own scripts live."""
ANSWER_S = 30.0
"""So long a page may take by default."""
_GRACE_MS = 200
"""What came while this thread was busy is heard before anybody gives up."""


def ask_page(
    page: QWebEnginePage,
    script: str,
    take: Callable[[object], None],
    *,
    late: Callable[[], None],
    world: int = MAIN_WORLD,
    limit_s: float = ANSWER_S,
) -> None:
    """Run a script in a page; one of two functions is called, once, unless the page is deleted before.

    Parameters
    ----------
    page
        Which page.
    script
        Must end in a number, a truth value or a text; Qt brings nothing else back.
    take
        Called with what the script says.
    late
        Called if nothing was said in time: the page hangs, or its process has ended.
    world
        In which of the page's JavaScript worlds.
    limit_s
        So long it may take, in seconds.
    """
    timer = QTimer(page)
    timer.setSingleShot(True)
    is_open = True
    has_grace = True

    def close() -> bool:
        nonlocal is_open
        was_open, is_open = is_open, False
        if was_open:
            timer.stop()
            timer.deleteLater()
        return was_open

    def answer(said: object) -> None:
        if close():
            take(said)

    def give_up() -> None:
        nonlocal has_grace
        if has_grace:
            has_grace = False
            timer.start(_GRACE_MS)
        elif close():
            late()

    timer.timeout.connect(give_up)
    timer.start(round(limit_s * 1000))
    page.runJavaScript(script, world, answer)
