"""Whether charts can be drawn already: what draws them takes most of a second to load."""

from __future__ import annotations

import logging
import threading
from typing import Any

from qtpy.QtCore import QObject, QTimer, Signal

from jjjmap.binding import is_alive

logger = logging.getLogger(__name__)

REST_MS = 700
"""How long the window is left alone once the map is there, for it to be painted."""


class ChartPreparation(QObject):
    """Loads what draws charts once, when the map is there or when the first chart is wanted before."""

    prepared = Signal()  # charts can be drawn without a wait, or cannot be drawn at all
    _loaded = Signal()
    _failed = Signal(str)  # why

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._loaded.connect(self._be_ready)
        self._failed.connect(self._give_up)
        self._is_ready = False
        self._reason = ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.start)

    @property
    def is_ready(self) -> bool:
        """Whether a chart can be drawn without a wait."""
        return self._is_ready

    @property
    def reason(self) -> str:
        """Why no chart can be drawn, as the system says it; empty while none has been tried."""
        return self._reason

    def start_soon(self) -> None:
        """Begin when the window has been painted."""
        if self._thread is None:
            self._rest.start()

    def start(self) -> None:
        """Begin now; once is enough."""
        if self._thread is None:
            self._rest.stop()
            # Not a task of the session: nobody cancels it. Not in Qt's pool either: at the end of the program
            # that waits for the import while the import waits for Python. For its own thread Python waits.
            self._thread = threading.Thread(target=self._load, name="charts")
            self._thread.start()

    def stop(self) -> None:
        """Begin no more; a slot for the end of the program."""
        self._rest.stop()

    def _load(self) -> None:
        try:
            _load()
        except Exception as error:  # Whatever it was, the chart area says it.
            logger.exception("charts cannot be drawn")
            self._tell(self._failed, str(error) or type(error).__name__)
        else:
            self._tell(self._loaded)

    def _tell(self, signal: Any, *words: str) -> None:
        # The window may have been closed meanwhile; then nobody wants to know.
        if is_alive(self):
            signal.emit(*words)

    def _be_ready(self) -> None:
        self._is_ready = True
        self.prepared.emit()

    def _give_up(self, reason: str) -> None:
        self._reason = reason
        self.prepared.emit()


def _load() -> None:
    """Import what a drawing needs and open the font."""
    from matplotlib import lines, patches, transforms  # noqa: F401  # Loaded for the drawings to come.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from jjjmap.export.charts import chinese_font

    family = chinese_font()
    canvas = FigureCanvasAgg(Figure(figsize=(1, 1)))
    canvas.figure.text(0.1, 0.5, "图 1", fontfamily=family or "DejaVu Sans")
    canvas.draw()  # type: ignore[no-untyped-call]
