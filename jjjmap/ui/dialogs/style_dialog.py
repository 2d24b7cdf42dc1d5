"""How a layer of the user's looks: controls, the distribution of values, the classes as in the legend."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.errors import ExportFailed
from jjjmap.findings import Finding
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.classify import problem_of
from jjjmap.layers.styling.column_values import TableColumns
from jjjmap.layers.styling.editing import (
    is_category,
    moved,
    with_break,
    with_breaks,
    with_color,
    with_label,
    without_category,
)
from jjjmap.layers.styling.outcome import StyleOutcome, outcome_of
from jjjmap.layers.styling.style_json import checked
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.styling.written_styles import AppliedStyle
from jjjmap.session.tasks import Cancelled, Progress, TaskRunner
from jjjmap.ui.color_button import ColorDialog
from jjjmap.ui.dialogs.style_files import StyleFiles, read_style, write_style
from jjjmap.ui.histogram_view import HistogramView
from jjjmap.ui.icon_button import IconButton
from jjjmap.ui.icons import Icon
from jjjmap.ui.messages import MessageBox, explain
from jjjmap.ui.models.style_classes_model import ClassColumn, StyleClassesModel
from jjjmap.ui.style_classes_table import StyleClassesTable
from jjjmap.ui.style_form import StyleForm

SIZE_PX = (860, 560)
FORM_WIDTH_PX = 330
SMALL_ROWS = 50_000
"""So many rows are classed while the user waits; more in the background."""
PAUSE_MS = 120
"""A style is told when the controls have been still for this long."""


class StyleDialog(QDialog):
    """The dialog; the map shows every change at once, and the old look again if the user gives up."""

    style_changed = Signal(object)  # UserStyle

    def __init__(
        self, layer_title: str, table: FeatureTable, style: UserStyle, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("样式：{layer}").format(layer=layer_title))
        self.resize(*SIZE_PX)
        self._layer_title = layer_title
        self._table = table
        self._geometry = table.geometry or Geometry.POINT
        self._columns = TableColumns(table)
        self._first = self._told = self._style = checked(style)
        self._shown: StyleOutcome | None = None
        self._tasks = TaskRunner(self)
        self._is_waiting = False
        self._make_parts()
        self._lay_out()
        self._connect()
        self.form.show_style(self._style)
        self._refresh()

    @property
    def user_style(self) -> UserStyle:
        """The style as it is set now."""
        return self._style

    @property
    def first_style(self) -> UserStyle:
        """The style that comes back if the user gives up."""
        return self._first

    @property
    def told_style(self) -> UserStyle:
        """The style that was told last, or that came from elsewhere; the user may be about to change it."""
        return self._told

    def go_on_with(self, style: UserStyle) -> None:
        """Take a style that comes from elsewhere: another dialog, or the history."""
        if style != self._style:
            self._told = style
            self._set(style)

    @property
    def is_busy(self) -> bool:
        """Whether classes are being worked out."""
        return bool(self._tasks.running) or self._timer.isActive()

    # How the dialog is made.

    def _make_parts(self) -> None:
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self.form = StyleForm(self._table.columns, self._geometry, self)
        self.histogram = HistogramView(self)
        self.model = StyleClassesModel(self._geometry, self)
        self.classes = StyleClassesTable(self.model, self)
        self.up_button = IconButton(Icon.UP, lambda: self._move(-1), self)
        self.down_button = IconButton(Icon.DOWN, lambda: self._move(1), self)
        self.to_rest_button = _text_button(_("并入其他"), _("这一类不再单独上色，算进“其他”"), self)
        self.split_button = _text_button(_("加断点"), _("在所选的一级中间加一个断点"), self)
        self.join_button = _text_button(_("去断点"), _("去掉所选一级的上限，与下一级合并"), self)
        for button, name in ((self.up_button, _("上移")), (self.down_button, _("下移"))):
            button.setToolTip(name)
            button.setAccessibleName(name)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setObjectName("faint")
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(_("确定"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(_("取消"))
        # Files stand apart from the answer, as they do not close the dialog.
        self.import_button = QPushButton(_("读入样式…"), self)
        self.import_button.setToolTip(_("读入 QGIS 的样式文件（.qml）"))
        self.export_button = QPushButton(_("保存样式…"), self)
        self.export_button.setToolTip(_("存成 QGIS 能用的 .qml 或 .sld"))

    def _lay_out(self) -> None:
        scroll = QScrollArea(self)
        # What stands in it has the keyboard, and is brought into view.
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.form)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # All rows are there still, so that none is wider later.
        needed = self.form.minimumSizeHint().width() + scroll.verticalScrollBar().sizeHint().width()
        scroll.setFixedWidth(max(needed, FORM_WIDTH_PX))
        tools = QHBoxLayout()
        tools.setSpacing(4)
        for button in (
            self.up_button,
            self.down_button,
            self.to_rest_button,
            self.split_button,
            self.join_button,
        ):
            tools.addWidget(button)
        tools.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.histogram)
        right.addWidget(self.classes, 1)
        right.addLayout(tools)
        right.addWidget(self.note)
        halves = QHBoxLayout()
        halves.setSpacing(14)
        halves.addWidget(scroll)
        halves.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.addLayout(halves, 1)
        bottom = QHBoxLayout()
        bottom.addWidget(self.import_button)
        bottom.addWidget(self.export_button)
        bottom.addStretch(1)
        bottom.addWidget(self.buttons)
        column.addLayout(bottom)

    def _connect(self) -> None:
        self._timer.timeout.connect(self._apply)
        self.form.style_edited.connect(self._take)
        self.histogram.break_dragged.connect(self._drag_break)
        self.model.label_written.connect(self._write_label)
        self.model.break_written.connect(self._write_break)
        self.classes.color_requested.connect(self._ask_color)
        self.classes.selectionModel().currentChanged.connect(lambda _now, _old: self._enable())
        self.to_rest_button.clicked.connect(self._leave_to_rest)
        self.split_button.clicked.connect(self._split)
        self.join_button.clicked.connect(self._join)
        self.import_button.clicked.connect(self._import)
        self.export_button.clicked.connect(self._export)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    # From style to picture.

    def _take(self, style: UserStyle) -> None:
        """Take a style of the form; what it comes to follows when the controls are still."""
        self._style = style
        self._say("")
        self._timer.start()

    def _set(self, style: UserStyle) -> None:
        """Take a style that was not made by the form."""
        self.form.show_style(style)
        self._take(style)

    def _apply(self) -> None:
        self._tell(self._style)
        self._refresh()

    def _tell(self, style: UserStyle) -> None:
        if style != self._told and not problem_of(style, self._columns):
            self._told = style
            self.style_changed.emit(style)

    def _refresh(self) -> None:
        """Work out what the style comes to: here if it is quick, else in the background."""
        if self._tasks.running:
            self._is_waiting = True
            return
        columns, style = self._columns, self._style
        is_ready = style.mode is not StyleMode.GRADUATED or "mapclassify" in sys.modules
        if len(self._table) <= SMALL_ROWS and is_ready:
            self._show(outcome_of(columns, style))
            return

        def work(_progress: Progress, _cancelled: Cancelled) -> StyleOutcome:
            return outcome_of(columns, style)

        self._tasks.start(_("计算分级"), work, on_success=self._take_shown, on_failure=self._tell_failure)
        self._say(_("正在计算分级……"))

    def _take_shown(self, shown: StyleOutcome) -> None:
        if shown.style == self._style:
            self._say("")
            self._show(shown)
        self._go_on()

    def _tell_failure(self, error: Exception) -> None:
        self._say(_("没有算出分级：{reason}").format(reason=error))
        self._go_on()

    def _go_on(self) -> None:
        if self._is_waiting:
            self._is_waiting = False
            # When the task that has just ended is forgotten.
            QTimer.singleShot(0, self, self._refresh)

    def _show(self, shown: StyleOutcome) -> None:
        self._shown = shown
        row = self.classes.currentIndex().row()
        self.model.show_classes(shown.style, shown.styled, shown.uppers, shown.form)
        if self.model.rowCount():
            column = max(self.classes.currentIndex().column(), 0)
            self.classes.setCurrentIndex(
                self.model.index(min(max(row, 0), self.model.rowCount() - 1), column)
            )
        is_ranges = shown.style.mode is StyleMode.GRADUATED and not shown.problem
        self.classes.make_room(shown.style.mode is StyleMode.PROPORTIONAL)
        self.classes.setColumnHidden(ClassColumn.UPPER, not is_ranges)
        self.histogram.setVisible(is_ranges or shown.histogram is not None)
        colors = tuple(symbol.fill or symbol.stroke for symbol in self.model.classes)
        if shown.form is not None:
            self.histogram.show_values(
                shown.histogram,
                shown.uppers if is_ranges else (),
                colors[: len(shown.uppers)] if is_ranges else colors[:1],
                shown.form,
            )
        if shown.problem:
            self._say(shown.problem)
        self._enable()

    def _enable(self) -> None:
        """Offer what can be done with the current class."""
        shown = self._shown
        row = self.classes.currentIndex().row()
        is_categories = shown is not None and shown.style.mode is StyleMode.CATEGORISED
        is_ranges = shown is not None and shown.style.mode is StyleMode.GRADUATED and bool(shown.uppers)
        for button in (self.up_button, self.down_button, self.to_rest_button):
            button.setVisible(is_categories)
        for button in (self.split_button, self.join_button):
            button.setVisible(is_ranges)
        if shown is None or row < 0:
            return
        is_one = is_category(shown.style, shown.styled, row)
        self.up_button.setEnabled(is_one and row > 0)
        has_next = row + 1 < self.model.rowCount() and is_category(shown.style, shown.styled, row + 1)
        self.down_button.setEnabled(is_one and has_next)
        self.to_rest_button.setEnabled(is_one)
        self.split_button.setEnabled(is_ranges and row < len(shown.uppers))
        self.join_button.setEnabled(is_ranges and row < len(shown.uppers) - 1)

    # What the user does with classes.

    def _ask_color(self, row: int) -> None:
        shown = self._shown
        if shown is None or not 0 <= row < len(shown.styled.style.classes):
            return
        symbol = shown.styled.style.classes[row]
        color = ColorDialog.ask(self, symbol.fill or symbol.stroke, _("这一类的颜色"))
        if color:
            self._set(with_color(self._style, shown.styled, row, color))

    def _write_label(self, row: int, label: str) -> None:
        if self._shown is not None:
            self._set(with_label(self._style, self._shown.styled, row, label))

    def _write_break(self, row: int, value: float) -> None:
        if self._shown is not None:
            self._set(with_break(self._style, self._shown.uppers, row, value))

    def _drag_break(self, index: int, value: float) -> None:
        shown = self._shown
        if shown is None or index >= len(shown.uppers) - 1:
            return
        if self._columns.numbers(shown.style.column).is_whole:
            value = float(round(value))
        # Breaks dragged before the classes are worked out again are not in `shown` yet.
        uppers = (*self._style.breaks, shown.uppers[-1])
        is_same = len(uppers) == len(shown.uppers)
        self._set(with_break(self._style, uppers if is_same else shown.uppers, index, value))

    def _split(self) -> None:
        shown, row = self._shown, self.classes.currentIndex().row()
        if shown is None or not 0 <= row < len(shown.uppers):
            return
        ordered = self._columns.numbers(shown.style.column).ordered
        inside = ordered[ordered <= shown.uppers[row]]
        if row:
            inside = inside[inside > shown.uppers[row - 1]]
        inside = inside[inside < shown.uppers[row]]
        if not len(inside):
            self._say(_("这一级里只有一个值，不能再分。"))
            return
        self._set(with_breaks(self._style, (*shown.uppers[:-1], float(inside[len(inside) // 2]))))

    def _join(self) -> None:
        shown, row = self._shown, self.classes.currentIndex().row()
        if shown is not None and 0 <= row < len(shown.uppers) - 1:
            self._set(with_breaks(self._style, shown.uppers[:row] + shown.uppers[row + 1 : -1]))

    def _move(self, by: int) -> None:
        row = self.classes.currentIndex().row()
        if self._shown is not None and is_category(self._shown.style, self._shown.styled, row):
            self._set(moved(self._style, self._shown.styled, row, by))
            self.classes.setCurrentIndex(self.model.index(row + by, ClassColumn.LABEL))

    def _leave_to_rest(self) -> None:
        row = self.classes.currentIndex().row()
        if self._shown is not None and is_category(self._shown.style, self._shown.styled, row):
            self._set(without_category(self._style, self._shown.styled, row))

    # Files.

    def _import(self) -> None:
        path = StyleFiles.ask_to_open(self)
        if path is None:
            return
        try:
            answer = read_style(path)
        except OSError as error:
            self._say(_("读不了 {name}：{reason}").format(name=path.name, reason=error.strerror or error))
            return
        if answer.style is None:
            self._tell_findings(_("没有采用 {name}。").format(name=path.name), answer.findings)
            return
        # Labels of a column that is not there would only be empty.
        style = answer.style
        if self._columns.kind(style.label_column) is None:
            style = replace(style, label_column="")
        problem = problem_of(style, self._columns)
        if problem:
            self._say("\n".join((_("没有采用 {name}。").format(name=path.name), problem)))
            return
        self._set(replace(style, density=self._style.density))
        self._tell_findings(_("已读入 {name}。").format(name=path.name), answer.findings)

    def _export(self) -> None:
        path = StyleFiles.ask_to_save(self, self._layer_title)
        if path is not None:
            self.save(path)

    def save(self, path: Path) -> None:
        """Write the style as QML or SLD, as the suffix says; what goes wrong is told."""
        applied = AppliedStyle.on(self._table, self._style, self._columns)
        try:
            written = write_style(path, applied, self._layer_title)
        except ExportFailed as error:
            MessageBox.show(self, explain(error))
            return
        self._tell_findings(_("已保存 {name}。").format(name=path.name), written.findings)

    def _tell_findings(self, lead: str, findings: tuple[Finding, ...]) -> None:
        said = (text for finding in findings for text in (finding.message, finding.hint) if text)
        self._say("\n".join((lead, *said)))

    # Overrides of Qt.

    def accept(self) -> None:
        """Keep the style, also what was set a moment ago."""
        self._timer.stop()
        self._tell(self._style)
        super().accept()

    def reject(self) -> None:
        """Show the old style again."""
        self._timer.stop()
        if self._told != self._first:
            self.style_changed.emit(self._first)
        super().reject()

    def done(self, result: int) -> None:
        """Close for good, telling nothing; what is worked out still comes to its end unseen."""
        self._timer.stop()
        self._is_waiting = False
        super().done(result)
        if self._tasks.running:
            # Deleting it now would wait for the thread.
            self._tasks.task_ended.connect(self.deleteLater)
        else:
            self.deleteLater()


def _text_button(title: str, hint: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setText(title)
    button.setToolTip(hint)
    return button
