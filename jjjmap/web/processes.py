"""The processes in which pages live."""

from __future__ import annotations

import logging
import os
import signal

from qtpy.QtWebEngineCore import QWebEnginePage

logger = logging.getLogger(__name__)


def end_process(page: QWebEnginePage) -> None:
    """End the process of a page that nobody waits for: one that hangs would stay for ever."""
    process = page.renderProcessPid()
    # With Chromium's --single-process a page lives in ours.
    if process > 0 and process != os.getpid():
        try:
            os.kill(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        except OSError as exc:
            logger.debug("the page's process was gone already: %s", exc)
