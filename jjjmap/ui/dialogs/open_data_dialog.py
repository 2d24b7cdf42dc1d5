"""The wizard that asks how a user's data file is to be read: its text, its columns, its coordinates."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.layers.opening.records import Inspection, OpenOptions
from jjjmap.ui.opening_columns_page import ColumnsPage
from jjjmap.ui.opening_datum_page import DatumPage
from jjjmap.ui.opening_file_page import FilePage
from jjjmap.ui.opening_texts import file_line

WIDTH_PX, HEIGHT_PX = 900, 640
_PAUSE_MS = 250
"""A look at the file begins when the user has stopped turning a box."""

Reinspect = Callable[[OpenOptions, "OpenDataDialog"], None]
"""Looks at the file again off the main thread, and calls `show_inspection` or `show_failure`."""


class OpenDataDialog(QDialog):
    """The question, on up to three pages of one window."""

    inspection_wanted = Signal(object)  # OpenOptions: the file is to be looked at again with these

    def __init__(self, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self._wanted: OpenOptions | None = None
        self._waits = False
        self.resize(WIDTH_PX, HEIGHT_PX)
        self.setWindowTitle(_("打开数据：{name}").format(name=inspection.name))
        self.name = QLabel(inspection.name, self)
        self.name.setObjectName("place_name")
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.facts = QLabel(self)
        self.facts.setObjectName("faint")
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.sublayer = QComboBox(self)
        self.sublayer.setMinimumContentsLength(14)
        self._sublayer_label = QLabel(_("工作表(&S)") if inspection.format.is_table else _("图层(&L)"), self)
        self._sublayer_label.setBuddy(self.sublayer)
        self.pages = QTabWidget(self)
        self.file_page = FilePage(self)
        self.columns_page = ColumnsPage(self)
        self.datum_page = DatumPage(self)
        self.pages.addTab(self.file_page, _("文件"))
        self.pages.addTab(self.columns_page, _("列"))
        self.pages.addTab(self.datum_page, _("坐标"))
        self.status = QLabel(self)
        self.status.setWordWrap(True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = QDialogButtonBox(self)
        self.back_button = QPushButton(_("上一步"), self)
        self.next_button = QPushButton(_("下一步"), self)
        self.open_button = self.buttons.addButton(_("打开"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(_("取消"), QDialogButtonBox.ButtonRole.RejectRole)
        self.open_button.setDefault(True)
        titles = QVBoxLayout()
        titles.setSpacing(1)
        titles.addWidget(self.name)
        titles.addWidget(self.facts)
        top = QHBoxLayout()
        top.addLayout(titles, 1)
        top.addWidget(self._sublayer_label)
        top.addWidget(self.sublayer)
        bottom = QHBoxLayout()
        bottom.addWidget(self.status, 1)
        bottom.addWidget(self.back_button)
        bottom.addWidget(self.next_button)
        bottom.addSpacing(12)
        bottom.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.pages, 1)
        layout.addLayout(bottom)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._ask_for_inspection)
        self.file_page.options_changed.connect(self._want)
        self.columns_page.positions_changed.connect(self._want_positions)
        self.columns_page.roles_changed.connect(self._tell_state)
        self.datum_page.datum_changed.connect(self._tell_state)
        self.sublayer.activated.connect(self._choose_sublayer)
        self.pages.currentChanged.connect(self._tell_state)
        self.back_button.clicked.connect(lambda: self._step(-1))
        self.next_button.clicked.connect(lambda: self._step(1))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.show_inspection(inspection)
        self._begin()

    @classmethod
    def ask(
        cls, inspection: Inspection, reinspect: Reinspect, parent: QWidget | None = None
    ) -> OpenOptions | None:
        """Return how the file is to be read; None for not at all. Tests replace it.

        Parameters
        ----------
        inspection
            The file as it was guessed.
        reinspect
            Called when the user changes what guesses hang on; it returns at once.
        """
        dialog = cls(inspection, parent)
        dialog.inspection_wanted.connect(lambda options: reinspect(options, dialog))
        is_accepted = dialog.exec() == QDialog.DialogCode.Accepted
        options = dialog.options() if is_accepted else None
        dialog.deleteLater()
        return options

    def options(self) -> OpenOptions:
        """Return what is chosen, every gap filled."""
        return dataclasses.replace(
            self._inspection.options,
            roles=self.columns_page.roles(),
            datum=self.datum_page.datum,
            swap_axes=self.datum_page.swap_axes if self.datum_page.datum else None,
        )

    def show_inspection(self, inspection: Inspection) -> None:
        """Show the file as it was understood; what the user asks for meanwhile waits for the next look."""
        if self._wanted is not None or self._pause.isActive():
            self._waits = False
            self._ask_for_inspection()
            return
        self._waits = False
        self._inspection = inspection
        self.facts.setText(file_line(inspection))
        names = [each.name for each in inspection.sublayers]
        for widget in (self.sublayer, self._sublayer_label):
            widget.setVisible(len(names) > 1)
        self.sublayer.clear()
        self.sublayer.addItems(names)
        if inspection.options.sublayer in names:
            self.sublayer.setCurrentIndex(names.index(inspection.options.sublayer))
        is_table = inspection.format.is_table
        self.pages.setTabVisible(0, is_table)
        if is_table:
            self.file_page.show_inspection(inspection)
        self.columns_page.show_inspection(inspection)
        has_positions = bool(inspection.sample)
        self.pages.setTabEnabled(2, has_positions)
        self.pages.setTabToolTip(
            2, "" if has_positions else _("没有坐标列：请在“列”里指定，或之后按地址落位")
        )
        if has_positions:
            self.datum_page.show_inspection(inspection)
        doubtful = _("{page}（待确认）")
        self.pages.setTabText(2, doubtful.format(page=_("坐标")) if inspection.must_ask else _("坐标"))
        uncertain = bool(inspection.encodings) and not inspection.encodings[0].is_certain
        self.pages.setTabText(0, doubtful.format(page=_("文件")) if uncertain else _("文件"))
        self._tell_state()

    def show_failure(self, text: str) -> None:
        """Show why the file cannot be read as asked; what was there before stays."""
        self._waits = False
        self._wanted = None
        self.file_page.show_inspection(self._inspection)
        self.columns_page.show_inspection(self._inspection)
        self._tell_state()
        self.status.setText(text)

    def _begin(self) -> None:
        """Show the page with the greatest doubt first."""
        inspection = self._inspection
        if inspection.encodings and not inspection.encodings[0].is_certain:
            self.pages.setCurrentIndex(0)
        elif inspection.must_ask and inspection.sample:
            self.pages.setCurrentIndex(2)
        else:
            self.pages.setCurrentIndex(1)

    def _steps(self) -> list[int]:
        return [
            page
            for page in range(self.pages.count())
            if self.pages.isTabVisible(page) and self.pages.isTabEnabled(page)
        ]

    def _step(self, by: int) -> None:
        steps = self._steps()
        at = steps.index(self.pages.currentIndex()) + by
        if 0 <= at < len(steps):
            self.pages.setCurrentIndex(steps[at])

    def _want(self, options: OpenOptions) -> None:
        self._wanted = options
        self._pause.start()
        self._tell_state()

    def _want_positions(self) -> None:
        self._want(
            dataclasses.replace(
                self._inspection.options, roles=self.columns_page.roles(), datum="", swap_axes=None
            )
        )

    def _choose_sublayer(self) -> None:
        name = self.sublayer.currentText()
        if name != self._inspection.options.sublayer:
            self._want(OpenOptions(sublayer=name, encoding=self._inspection.options.encoding))

    def _ask_for_inspection(self) -> None:
        self._pause.stop()
        if self._waits or self._wanted is None:
            return  # One look at a time; the answer asks again.
        options, self._wanted = self._wanted, None
        self._waits = True
        self._tell_state()
        self.inspection_wanted.emit(options)

    def _tell_state(self) -> None:
        is_busy = self._waits or self._wanted is not None
        self.open_button.setEnabled(not is_busy)
        steps = self._steps()
        at = steps.index(self.pages.currentIndex()) if self.pages.currentIndex() in steps else 0
        self.back_button.setEnabled(at > 0)
        self.next_button.setEnabled(at < len(steps) - 1)
        if is_busy:
            self.status.setText(_("正在按新的选择查看文件…"))
            return
        findings = self._inspection.findings
        self.status.setText(findings[0].message if findings else self._summary())

    def _summary(self) -> str:
        from jjjmap.layers.opening.datum_titles import datum_title

        if not self._inspection.sample:
            return _("没有坐标：作为表格打开。")
        return _("坐标基准：{datum}。").format(datum=datum_title(self.datum_page.datum))
