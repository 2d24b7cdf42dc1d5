"""The line that searches the texts of all documents, with what narrows the search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from qtpy.QtCore import QSignalBlocker, Qt, QTimer, Signal
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from jjjmap.i18n import _
from jjjmap.session.documents.library import SearchFilters
from jjjmap.text.records import SubjectKind
from jjjmap.ui.filter_line import FilterLine
from jjjmap.ui.library_texts import subject_kind_name
from jjjmap.ui.richtext import tooltip
from jjjmap.ui.year_boxes import offer_years

WAIT_MS = 180
"""How long the line rests before it searches while somebody types."""
NAME_PX = 96
"""The most that the name of the chosen place takes."""
LINE_LEAST_PX = 150


class LibraryQueryRow(QWidget):
    """Says what is looked for; a change of anything in it is a new question."""

    asked = Signal()  # the question is another, and the user has paused
    entered = Signal()  # Enter or the arrow key: the user wants to go to the answer

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place_id = ""
        self._chip_text = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.asked)
        self.line = FilterLine(self)
        self.line.setClearButtonEnabled(True)
        self.line.setMinimumWidth(LINE_LEAST_PX)
        self.line.setAcceptDrops(False)
        self.place_chip = QToolButton(self)
        self.place_chip.setCheckable(True)
        self.place_chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.place_chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.kind_box = QComboBox(self)
        self.from_box, self.to_box = QComboBox(self), QComboBox(self)
        self.dash = QLabel("–", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 3)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        for widget in (self.place_chip, self.kind_box, self.from_box, self.dash, self.to_box):
            row.addWidget(widget)
        self.line.textChanged.connect(self._wait)
        self.line.chosen.connect(self._enter)
        self.line.left_downwards.connect(self._enter)
        self.place_chip.toggled.connect(self._ask_again)
        for box in (self.kind_box, self.from_box, self.to_box):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.currentIndexChanged.connect(self._ask_again)
        self.show_place("", "")
        self.retranslate()

    @property
    def text(self) -> str:
        """What is looked for; empty for nothing."""
        return self.line.text().strip()

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter may leave something out."""
        return self.filters() != SearchFilters()

    def filters(self) -> SearchFilters:
        """Return what narrows the search."""
        kind = self.kind_box.currentData()
        return SearchFilters(
            place_ids=(self._place_id,) if self._place_id and self.place_chip.isChecked() else (),
            kinds=(kind,) if kind else (),
            after=self.from_box.currentData() or "",
            before=self.to_box.currentData() or "",
        )

    def show_place(self, place_id: str, name: str) -> None:
        """Offer to look only where a place is mentioned; nothing is offered for no place."""
        was_narrowed = self.place_chip.isChecked()
        self._place_id = place_id
        self._chip_text = _("只看提到“{name}”的").format(name=name)
        self.place_chip.setVisible(bool(place_id))
        self.place_chip.setToolTip(tooltip(self._chip_text))
        self.place_chip.setAccessibleName(self._chip_text)
        # The name gives way, not the words around it.
        short = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, NAME_PX)
        self.place_chip.setText(_("只看提到“{name}”的").format(name=short))
        if was_narrowed:
            self._ask_again()

    def show_years(self, years: Iterable[str]) -> None:
        """Offer these years, in order; what is chosen stays if it is among them."""
        offer_years(self.from_box, self.dash, self.to_box, years)

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.line.setPlaceholderText(_("检索全文"))
        self.line.setToolTip(
            tooltip(
                _(
                    "几个词用空格隔开表示都要有，OR 或“或”表示任一，词前加 - 表示没有；"
                    "“引号”里的照原样，括号可以分组。也可写 地点:曹妃甸、类型:集群、日期:2023..2024。"
                )
            )
        )
        self.line.setAccessibleName(_("检索全文"))
        chosen = self.kind_box.currentData()
        with _silent(self.kind_box):
            self.kind_box.clear()
            self.kind_box.addItem(_("所有段落"), "")
            for kind in SubjectKind:
                name = subject_kind_name(kind)
                self.kind_box.addItem(_("提到{kind}的").format(kind=name), kind.value)
            self.kind_box.setCurrentIndex(max(self.kind_box.findData(chosen), 0))
        self.kind_box.setAccessibleName(_("段落提到什么"))
        self.kind_box.setToolTip(_("只看提到某一类的段落"))
        for box, name in ((self.from_box, _("起始年")), (self.to_box, _("截止年"))):
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.setItemText(0, name)

    def clear_filters(self) -> None:
        """Let nothing narrow the search but its words."""
        with _silent(self.place_chip), _silent(self.kind_box), _silent(self.from_box), _silent(self.to_box):
            self.place_chip.setChecked(False)
            for box in (self.kind_box, self.from_box, self.to_box):
                box.setCurrentIndex(0)
        self._ask_again()

    def ask_now(self) -> None:
        """Ask at once, if the question waits for a pause."""
        if self._timer.isActive():
            self._timer.stop()
            self.asked.emit()

    def _wait(self) -> None:
        if self.text:
            self._timer.start()
        else:  # What was found goes at once.
            self._timer.stop()
            self.asked.emit()

    def _ask_again(self) -> None:
        if self.text:
            self._timer.stop()
            self.asked.emit()

    def _enter(self) -> None:
        self.ask_now()
        self.entered.emit()


@contextmanager
def _silent(widget: QWidget) -> Iterator[None]:
    blocker = QSignalBlocker(widget)
    try:
        yield
    finally:
        blocker.unblock()
