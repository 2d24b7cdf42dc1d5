"""Third page of the wizard: what the coordinates are, with where that puts the rows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.layers.opening.records import DatumGuess, Inspection
from jjjmap.ui.datum_map import DatumMap
from jjjmap.ui.opening_texts import distance_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_TOLERANCE_DEG = 0.002
LIST_PX = 372


class DatumPage(QWidget):
    """The page; choosing changes nothing but what is shown."""

    datum_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection: Inspection | None = None
        self._guesses: tuple[DatumGuess, ...] = ()
        self._has_borders = False
        self._after: npt.NDArray[np.float64] | None = None
        self.question = QLabel(self)
        self.question.setWordWrap(True)
        self._group = QButtonGroup(self)
        self._list = QWidget(self)
        self._cards = QVBoxLayout(self._list)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(10)
        area = QScrollArea(self)
        # What stands in it has the keyboard, and is brought into view.
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._list)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        # The page of a tab has a colour of its own in some styles.
        area.viewport().setAutoFillBackground(False)
        self._list.setAutoFillBackground(False)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.other = QComboBox(self)
        self.other.setAccessibleName(_("其他坐标基准"))
        self.other.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.other.setMinimumContentsLength(16)
        self._other_button = QRadioButton(_("其他"), self)
        self.swap = QCheckBox(_("文件里纬度（北）在前，经度（东）在后"), self)
        self.map = DatumMap(self)
        self.told = QLabel(self)
        self.told.setWordWrap(True)
        self.all_button = QPushButton(_("全部样本"), self)
        self.close_button = QPushButton(_("放大看移动"), self)
        other_row = QHBoxLayout()
        other_row.addWidget(self._other_button)
        other_row.addWidget(self.other, 1)
        left = QWidget(self)
        left.setFixedWidth(LIST_PX)
        left_side = QVBoxLayout(left)
        left_side.setContentsMargins(0, 0, 6, 0)
        left_side.addWidget(area, 1)
        left_side.addLayout(other_row)
        left_side.addWidget(self.swap)
        buttons = QHBoxLayout()
        buttons.addWidget(self.all_button)
        buttons.addWidget(self.close_button)
        buttons.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.map, 1)
        right.addWidget(self.told)
        right.addLayout(buttons)
        sides = QHBoxLayout()
        sides.addWidget(left)
        sides.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.question)
        layout.addLayout(sides, 1)
        self._group.idToggled.connect(self._choose)
        self._other_button.toggled.connect(self._choose_other)
        self.other.activated.connect(lambda _number: self._other_button.setChecked(True))
        self.other.activated.connect(lambda _number: self._show())
        self.swap.toggled.connect(self._show)
        self.all_button.clicked.connect(self.map.show_all)
        self.close_button.clicked.connect(self._look_close)

    def show_inspection(self, inspection: Inspection) -> None:
        """Show the guesses for a file and choose the one its options name."""
        from jjjmap.layers.opening.datum_titles import OFFERED, datum_title

        self._inspection = inspection
        self._guesses = inspection.datums
        self.question.setText(
            _("文件没有说明坐标基准，弄错了点会偏几百米。请确认一次，同样格式的文件以后照此打开。")
            if inspection.must_ask
            else _("坐标基准已能确定；如果点在地图上整体偏移，请在这里改。")
        )
        self._build_cards()
        chosen = inspection.options.datum
        self.other.clear()
        guessed = {guess.datum for guess in self._guesses}
        offered = [datum for datum in OFFERED if datum not in guessed]
        if chosen and chosen not in guessed and chosen not in offered:
            offered.insert(0, chosen)
        for datum in offered:
            self.other.addItem(datum_title(datum), datum)
        swapped = bool(inspection.options.swap_axes)
        match = next(
            (
                number
                for number, guess in enumerate(self._guesses)
                if guess.datum == chosen and guess.swap_axes == swapped
            ),
            None,
        )
        if match is None and chosen:
            match = next((n for n, guess in enumerate(self._guesses) if guess.datum == chosen), None)
        button = self._other_button if match is None and chosen else self._group.button(match or 0)
        if button is self._other_button:
            self.other.setCurrentIndex(max(0, self.other.findData(chosen)))
        if button is not None:
            button.setChecked(True)
        self.swap.setChecked(swapped)
        self._show()

    @property
    def datum(self) -> str:
        """What is chosen, as in `OpenOptions.datum`; empty if there are no coordinates."""
        if self._inspection is None or not self._inspection.sample:
            return ""
        if self._other_button.isChecked():
            return str(self.other.currentData() or "")
        number = self._group.checkedId()
        return self._guesses[number].datum if 0 <= number < len(self._guesses) else ""

    @property
    def swap_axes(self) -> bool:
        """Whether north comes before east."""
        return self.swap.isChecked()

    def _build_cards(self) -> None:
        self._group.blockSignals(True)
        for button in self._group.buttons():
            self._group.removeButton(button)
        self._group.addButton(self._other_button, len(self._guesses))
        while (item := self._cards.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for number, guess in enumerate(self._guesses):
            card, button = _card(guess, self._list)
            self._group.addButton(button, number)
            self._cards.addWidget(card)
        self._cards.addStretch(1)
        self._group.blockSignals(False)

    def _choose(self, number: int, is_on: bool) -> None:
        if is_on and 0 <= number < len(self._guesses):
            self.swap.blockSignals(True)
            self.swap.setChecked(self._guesses[number].swap_axes)
            self.swap.blockSignals(False)
            self._show()

    def _choose_other(self, is_on: bool) -> None:
        if is_on:
            self._show()

    def _show(self) -> None:
        """Put the sample where the choice puts it."""
        self.datum_changed.emit()
        if self._inspection is None or not self.isVisible():
            return
        import numpy as np

        from jjjmap.layers.opening.datums import DatumUnusable, is_in_degrees, shift_m, to_wgs84

        sample = np.array(self._inspection.sample, dtype=np.float64).reshape(-1, 2)
        datum = self.datum
        try:
            lon, lat = to_wgs84(sample[:, 0], sample[:, 1], datum, self.swap_axes)
            in_degrees = is_in_degrees(datum)
            shift = shift_m(sample[:, 0], sample[:, 1], datum, self.swap_axes)
        except DatumUnusable:
            self.told.setText(_("这个坐标基准不能换算。"))
            return
        after = self._after = np.column_stack([lon, lat])
        before = sample[:, ::-1] if self.swap_axes else sample
        if not in_degrees:
            before = np.full_like(sample, np.nan)
        if not self._has_borders:
            self._has_borders = True
            self.map.show_borders(_borders())
        self.map.show_positions(before, after)
        self.told.setText(self._sentence(after, shift))

    def _look_close(self) -> None:
        """Look from near at the position nearest to a border: there the shift can be judged."""
        import numpy as np

        if self._after is None:
            return
        known = np.flatnonzero(np.isfinite(self._after).all(axis=1))
        if not len(known):
            return
        corners = np.concatenate(_borders())
        corners = corners[:: max(1, len(corners) // 20_000)]
        away = [float(np.abs(corners - self._after[row]).sum(axis=1).min()) for row in known]
        self.map.look_close(int(known[int(np.argmin(away))]))

    def _sentence(self, after: npt.NDArray[np.float64], shift: float) -> str:
        from jjjmap.layers.boundaries import shipped_units

        inside = int((shipped_units().county_of(after[:, 0], after[:, 1]) != "").sum())
        told = _("{n} 个样本点中有 {inside} 个落在京津冀。").format(n=len(after), inside=inside)
        if shift >= 1:
            moved = _("圆圈是原坐标，圆点是换算后的位置，相距约 {distance}。").format(
                distance=distance_text(shift)
            )
            return told + moved
        return told

    # Overrides of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was not drawn while nobody saw it."""
        super().showEvent(event)
        self._show()


def _card(guess: DatumGuess, parent: QWidget) -> tuple[QWidget, QRadioButton]:
    from jjjmap.layers.opening.datum_titles import datum_title

    card = QWidget(parent)
    button = QRadioButton(datum_title(guess.datum), card)
    button.setMinimumWidth(1)  # A long name must not push the reasons out of sight.
    button.setToolTip(button.text())
    facts = [_("可能性 {n}%").format(n=f"{100 * guess.score:.0f}")]
    if guess.shift_m >= 1:
        facts.append(_("移动约 {distance}").format(distance=distance_text(guess.shift_m)))
    if guess.swap_axes:
        facts.append(_("纬度在前"))
    text = QLabel(f"{guess.reason}\n{' · '.join(facts)}", card)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setObjectName("faint")
    text.setWordWrap(True)
    text.setIndent(22)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    layout.addWidget(button)
    layout.addWidget(text)
    return card, button


@cache
def _borders() -> tuple[npt.NDArray[np.float64], ...]:
    from jjjmap.layers.boundaries import shipped_units

    return shipped_units().outlines("counties", _TOLERANCE_DEG)
