"""The line in which one condition of a filter is written: a column, a comparison, a value or two."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from qtpy.QtCore import QSignalBlocker, Qt, QTimer, Signal
from qtpy.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLabel, QToolButton, QWidget

from jjjmap.i18n import _
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.tables.filters import (
    OF_POSITION,
    Condition,
    FilterOp,
    op_name,
    ops_for,
    values_of,
)
from jjjmap.ui.filter_line import FilterLine

Bounds = tuple[float, float, float, float]

WRITING_MS = 350
"""So long the user pauses before what is written counts."""
VALUE_LEAST_PX = 90
_POSITION = "\0position"
"""Instead of the name of a column, which no column can have."""
_SEPARATORS = re.compile(r"\s*[、;；\n]\s*")


class ConditionEditor(QWidget):
    """Edits a condition; it is told with every change, whole or not.

    Parameters
    ----------
    ask_place
        Asks for a place; returns its id and the codes of its counties, empty if there is none.
    view_bounds
        Returns what the map shows: west, south, east, north in degrees; None if that is unknown.
    values_of_column
        Returns some frequent values of a column as texts, to be offered while writing.
    """

    condition_changed = Signal(object)  # Condition
    finished = Signal()
    dropped = Signal()

    def __init__(
        self,
        parent: QWidget,
        *,
        ask_place: Callable[[], tuple[str, ...]],
        view_bounds: Callable[[], Bounds | None],
        values_of_column: Callable[[str], Sequence[str]],
    ) -> None:
        super().__init__(parent)
        self._ask_place = ask_place
        self._view_bounds = view_bounds
        self._values_of_column = values_of_column
        self._columns: Mapping[str, ColumnKind] = {}
        self._has_positions = False
        self._condition = Condition(FilterOp.PLACED)
        self.column_box, self.op_box = QComboBox(self), QComboBox(self)
        self.column_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.column_box.setMinimumContentsLength(9)
        self.column_box.setMaxVisibleItems(20)
        self.op_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.first_line, self.last_line = FilterLine(self), FilterLine(self)
        self.and_label = QLabel(self)
        self.place_button, self.done_button, self.drop_button = (self._button() for _number in range(3))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITING_MS)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 1, 8, 3)
        row.setSpacing(4)
        row.addWidget(self.column_box)
        row.addWidget(self.op_box)
        row.addWidget(self.first_line, 1)
        row.addWidget(self.and_label)
        row.addWidget(self.last_line, 1)
        row.addWidget(self.place_button)
        row.addStretch(0)
        row.addWidget(self.done_button)
        row.addWidget(self.drop_button)
        for line in (self.first_line, self.last_line):
            line.setClearButtonEnabled(True)
            line.setMinimumWidth(VALUE_LEAST_PX)
            line.textChanged.connect(lambda _text: self._timer.start())
            line.chosen.connect(self.finish)
        self.column_box.currentIndexChanged.connect(self._take_column)
        self.op_box.currentIndexChanged.connect(self._take_op)
        self.place_button.clicked.connect(lambda _checked=False: self._ask_position())
        self.done_button.clicked.connect(lambda _checked=False: self.finish())
        self.drop_button.clicked.connect(lambda _checked=False: self.dropped.emit())
        self._timer.timeout.connect(self.take_values)

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        return button

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.and_label.setText(_("和"))
        self.done_button.setText(_("完成"))
        self.drop_button.setText(_("删去"))
        for widget, name in (
            (self.column_box, _("按哪一列筛选")),
            (self.op_box, _("怎样比较")),
            (self.first_line, _("比较的值")),
            (self.last_line, _("比较的第二个值")),
        ):
            widget.setAccessibleName(name)
        self.show_columns(self._columns, has_positions=self._has_positions)
        self.show_condition(self._condition)

    def show_columns(self, columns: Mapping[str, ColumnKind], *, has_positions: bool) -> None:
        """Offer columns by name, and the position where rows have one."""
        self._columns, self._has_positions = columns, has_positions
        with QSignalBlocker(self.column_box):
            self.column_box.clear()
            if has_positions:
                self.column_box.addItem(_("位置"), _POSITION)
                self.column_box.insertSeparator(1)
            for name in columns:
                self.column_box.addItem(" ".join(name.split())[:60], name)

    def show_condition(self, condition: Condition) -> None:
        """Edit a condition, instead of the one before."""
        self._timer.stop()
        self._condition = condition
        is_position = condition.op in OF_POSITION
        kind = self._columns.get(condition.column, ColumnKind.TEXT)
        wanted = _POSITION if is_position else condition.column
        with QSignalBlocker(self.column_box), QSignalBlocker(self.op_box):
            self.column_box.setCurrentIndex(self.column_box.findData(wanted))
            self.op_box.clear()
            for op in OF_POSITION if is_position else ops_for(kind):
                self.op_box.addItem(op_name(op, kind), op)
            self.op_box.setCurrentIndex(max(0, self.op_box.findData(condition.op)))
        self._show_values()

    def begin(self) -> None:
        """Put the cursor where the value is written."""
        if self.first_line.isVisibleTo(self):
            self.first_line.setFocus()
            self.first_line.selectAll()

    def finish(self) -> None:
        """Take what is written, and say that it is all."""
        self.take_values()
        self.finished.emit()

    def _show_values(self) -> None:
        condition = self._condition
        is_position = condition.op in OF_POSITION
        wanted = values_of(condition.op)
        self.first_line.setVisible(not is_position and wanted != 0)
        self.and_label.setVisible(wanted == 2)
        self.last_line.setVisible(wanted == 2)
        self.place_button.setVisible(condition.op in (FilterOp.IN_PLACE, FilterOp.IN_BOX))
        is_box = condition.op is FilterOp.IN_BOX
        self.place_button.setText(_("改为现在的画面") if is_box else _("选择地点…"))
        values = condition.values
        first = _("、").join(values) if condition.op is FilterOp.ONE_OF else "".join(values[:1])
        for line, text in ((self.first_line, first), (self.last_line, "".join(values[1:2]))):
            with QSignalBlocker(line):
                line.setText("" if is_position else text)
            line.setPlaceholderText(self._hint())
        self._offer_values()

    def _hint(self) -> str:
        if self._condition.op is FilterOp.ONE_OF:
            return _("几个值，用顿号或分号隔开")
        match self._columns.get(self._condition.column, ColumnKind.TEXT):
            case ColumnKind.DATE | ColumnKind.TIME:
                return "2024-05"
            case ColumnKind.INTEGER | ColumnKind.NUMBER:
                return "1200"
        return ""

    def _offer_values(self) -> None:
        column, op = self._condition.column, self._condition.op
        is_text = op not in OF_POSITION and self._columns.get(column) is ColumnKind.TEXT
        values = list(self._values_of_column(column)) if is_text and op is not FilterOp.ONE_OF else []
        completer = QCompleter(values, self.first_line)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.first_line.setCompleter(completer)

    def _take_column(self) -> None:
        name = self.column_box.currentData()
        if name is None:
            return
        before = self._condition
        if name == _POSITION:
            self._change(Condition(FilterOp.IN_PLACE))
            return
        ops = ops_for(self._columns[name])
        op = before.op if before.op in ops else ops[0]
        self._change(Condition(op, name, () if before.op in OF_POSITION else before.values))

    def _take_op(self) -> None:
        chosen = self.op_box.currentData()
        if chosen is None:
            return
        op = FilterOp(chosen)
        if op in OF_POSITION:
            self._change(Condition(op, bounds=self._view_bounds() if op is FilterOp.IN_BOX else None))
            return
        wanted = values_of(op)
        values = self._condition.values
        self._change(replace(self._condition, op=op, values=values if wanted is None else values[:wanted]))

    def take_values(self) -> None:
        """Take what is written in the lines."""
        self._timer.stop()
        before = self._condition
        if before.op in OF_POSITION:
            return
        first = self.first_line.text().strip()
        match values_of(before.op):
            case 0:
                values: tuple[str, ...] = ()
            case 2:
                values = (first, self.last_line.text().strip())
            case None:
                values = tuple(dict.fromkeys(part for part in _SEPARATORS.split(first) if part))
            case _one:
                values = (first,) if first else ()
        if values != before.values:
            self._condition = replace(before, values=values)
            self.condition_changed.emit(self._condition)

    def _ask_position(self) -> None:
        if self._condition.op is FilterOp.IN_BOX:
            self._change(replace(self._condition, bounds=self._view_bounds()))
            return
        place = self._ask_place()
        if place:
            self._change(replace(self._condition, values=place))

    def _change(self, condition: Condition) -> None:
        self.show_condition(condition)
        self.condition_changed.emit(condition)
        self.begin()
