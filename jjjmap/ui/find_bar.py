"""The line above a table in which one writes what to find, and the way from one row to the next."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QWidget

from jjjmap.i18n import _
from jjjmap.ui.filter_line import FilterLine
from jjjmap.ui.icon_button import IconButton
from jjjmap.ui.icons import Icon

WRITING_MS = 350
"""So long the user pauses before the search begins."""
LINE_LEAST_PX = 110


class FindBar(QWidget):
    """Knows at which places of a view the words were found; others search and show."""

    words_changed = Signal(str)  # to be searched for; empty for nothing
    place_wished = Signal(int)  # a place in the view
    left_downwards = Signal()  # the arrow key towards the table

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._current = -1
        self.line = FilterLine(self)
        self.line.setClearButtonEnabled(True)
        self.line.setMinimumWidth(LINE_LEAST_PX)
        self.label = QLabel(self)
        self.label.setObjectName("faint")
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.previous_button = IconButton(Icon.UP, lambda: self.step(-1), self)
        self.next_button = IconButton(Icon.DOWN, lambda: self.step(1), self)
        self._timer = QTimer(self)
        self._timer.setInterval(WRITING_MS)
        self._timer.setSingleShot(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        for widget in (self.label, self.previous_button, self.next_button):
            row.addWidget(widget)
        self.line.textChanged.connect(self._wait)
        self.line.chosen.connect(self._go_on)
        self.line.left_downwards.connect(self.left_downwards)
        self._timer.timeout.connect(self.search)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.line.setPlaceholderText(_("查找"))
        for widget, name in (
            (self.line, _("在各列里查找")),
            (self.previous_button, _("上一处")),
            (self.next_button, _("下一处")),
        ):
            widget.setAccessibleName(name)
            widget.setToolTip(name)

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.line.text().strip()

    def search(self) -> None:
        """Ask for the places now."""
        self._timer.stop()
        self.words_changed.emit(self.words)

    def show_places(self, places: npt.NDArray[np.int64] | None, current: int) -> None:
        """Take the places at which the words stand.

        Parameters
        ----------
        places
            Ascending; None if nothing is searched for.
        current
            The place from which one goes on.
        """
        self._places = np.empty(0, dtype=np.int64) if places is None else places
        self._current = current
        for button in (self.previous_button, self.next_button):
            button.setEnabled(len(self._places) > 0)
        if places is None:
            self.label.setText("")
        elif not len(places):
            self.label.setText(_("没有找到"))
        else:
            self.label.setText(_("找到 {n} 行").format(n=f"{len(places):,}"))

    def take_current(self, place: int) -> None:
        """Go on from another place."""
        self._current = place

    def go_to_first(self) -> None:
        """Go to the first of them from the current place on."""
        if len(self._places):
            self._go_to(int(np.searchsorted(self._places, max(self._current, 0))))

    def step(self, step: int) -> None:
        """Go to the next (+1) or the previous (-1) of them, round and round."""
        if not len(self._places):
            return
        if step > 0:
            self._go_to(int(np.searchsorted(self._places, self._current, side="right")))
        else:
            self._go_to(int(np.searchsorted(self._places, self._current, side="left")) - 1)

    def _go_to(self, number: int) -> None:
        number %= len(self._places)
        self._current = int(self._places[number])
        self.label.setText(f"{number + 1:,} / {len(self._places):,}")
        self.place_wished.emit(self._current)

    def _wait(self) -> None:
        if self.words:
            self._timer.start()
        else:
            self.search()

    def _go_on(self) -> None:
        """Search at once on Enter, or go on to the next place."""
        if self._timer.isActive():
            self.search()
        else:
            self.step(1)
