"""Settings while the program runs: changed at once, written a moment later."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from qtpy.QtCore import QObject, QTimer, Signal

from jjjmap.settings import Settings, save_settings

logger = logging.getLogger(__name__)

WRITE_DELAY_MS = 1500


class Preferences(QObject):
    """The settings and the file that remembers them."""

    write_failed = Signal(object)  # OSError

    def __init__(self, path: Path, settings: Settings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._settings = settings or Settings()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITE_DELAY_MS)
        self._timer.timeout.connect(self.write)

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return self._settings

    def change(self, **fields: Any) -> None:
        """Change some fields of `Settings`; the file follows soon, not with every step of a drag."""
        changed = replace(self._settings, **fields)
        if changed != self._settings:
            self._settings = changed
            self._timer.start()

    def write(self) -> None:
        """Write the file now."""
        self._timer.stop()
        try:
            save_settings(self._path, self._settings)
        except OSError as error:
            # Not being able to remember is no reason to stop working: say so and go on.
            logger.warning("settings not saved: %s", error)
            self.write_failed.emit(error)
