"""The dock that holds figures against one another: several sources, arithmetic, and what is missing."""

from __future__ import annotations

from enum import IntEnum

from qtpy.QtCore import QModelIndex, QSize, Qt, Signal
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from jjjmap.analysis.crosscheck import Check, Verdict, cross_check
from jjjmap.analysis.crosscheck_texts import counts_text
from jjjmap.analysis.matrix import Matrix, figure_matrix
from jjjmap.i18n import _
from jjjmap.session.workspace import Workspace
from jjjmap.ui.crosscheck_details import CrosscheckDetails
from jjjmap.ui.models.crosscheck_model import CheckColumn, ChecksModel, MatrixModel
from jjjmap.ui.richtext import RichTextView, element
from jjjmap.ui.source_marks import SourceMarks
from jjjmap.ui.turning_splitter import TurningSplitter

SHARED = 2
"""An indicator that so many scopes have can be compared across places."""

CELL_SIZE_PX = QSize(150, 40)

COLUMN_WIDTHS_PX = {
    CheckColumn.SCOPE: 80,
    CheckColumn.INDICATOR: 136,
    CheckColumn.PERIOD: 78,
    CheckColumn.STATED: 104,
    CheckColumn.RECKONED: 124,
    CheckColumn.WHAT: 180,
    CheckColumn.SOURCES: 200,
}
"""Of all but the first column, which fits its few words."""


class CheckTab(IntEnum):
    """The tabs, from left to right."""

    AGREEMENT = 0
    ARITHMETIC = 1
    MATRIX = 2


class CrosscheckPanel(QWidget):
    """Shows what the cross-check found; it is reckoned when the dock is first seen."""

    place_requested = Signal(str)  # place id, from a link or by Enter on a row

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._checks: tuple[Check, ...] = ()
        self._matrix: Matrix | None = None
        self._marks = SourceMarks()
        self.agreement_model = ChecksModel(workspace, self)
        self.arithmetic_model = ChecksModel(workspace, self)
        self.matrix_model = MatrixModel(workspace, self)
        self.agreement_table = self._checks_table(self.agreement_model)
        self.arithmetic_table = self._checks_table(self.arithmetic_model)
        self.matrix_table = self._matrix_table()
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setObjectName("details_tabs")
        self.only_differences = QCheckBox(self)
        self.only_differences.toggled.connect(self._show_checks)
        self.indicators_box = QComboBox(self)
        self.indicators_box.addItem("", SHARED)
        self.indicators_box.addItem("", 1)
        self.indicators_box.activated.connect(self._show_matrix)
        self.summary_label = QLabel(self)
        self.summary_label.setObjectName("faint")
        self.summary_label.setTextFormat(Qt.TextFormat.PlainText)
        self.summary_label.setWordWrap(True)
        self.details = RichTextView(self)
        self.details.link_followed.connect(self._follow)
        self._lay_out()
        self.tabs.currentChanged.connect(self._show_tab)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use; what is shown is written anew."""
        self.only_differences.setText(_("只看不一致"))
        self.indicators_box.setItemText(0, _("多地共有的指标"))
        self.indicators_box.setItemText(1, _("全部指标"))
        self.indicators_box.setAccessibleName(_("矩阵的指标"))
        self.agreement_table.setAccessibleName(_("多来源核对表"))
        self.arithmetic_table.setAccessibleName(_("算术核对表"))
        self.matrix_table.setAccessibleName(_("地点与指标矩阵"))
        self.details.setAccessibleName(_("核对详情"))
        if self._matrix is not None:
            self._show_all()
        else:
            self._title_tabs()

    def show_tab(self, tab: CheckTab) -> None:
        """Bring a tab to the front."""
        self.tabs.setCurrentIndex(tab)

    # How the panel is made.

    def _table(self) -> QTableView:
        table = QTableView(self)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setWordWrap(False)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.horizontalHeader().setHighlightSections(False)
        return table

    def _checks_table(self, model: ChecksModel) -> QTableView:
        table = self._table()
        table.setModel(model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 10)
        for column, width in COLUMN_WIDTHS_PX.items():
            table.setColumnWidth(column, width)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.selectionModel().currentChanged.connect(self._show_check)
        table.activated.connect(lambda index: self._ask_for(model.check_at(index.row()).subject.scope_id))
        return table

    def _matrix_table(self) -> QTableView:
        table = self._table()
        table.setModel(self.matrix_model)
        table.horizontalHeader().setDefaultSectionSize(CELL_SIZE_PX.width())
        table.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        table.verticalHeader().setDefaultSectionSize(CELL_SIZE_PX.height())
        table.verticalHeader().setFixedWidth(CELL_SIZE_PX.width())
        table.verticalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        table.selectionModel().currentChanged.connect(self._show_cell)
        table.activated.connect(lambda index: self._ask_for(self.matrix_model.scope_at(index.row())))
        table.verticalHeader().sectionClicked.connect(
            lambda row: self._ask_for(self.matrix_model.scope_at(row))
        )
        return table

    def _lay_out(self) -> None:
        for table in (self.agreement_table, self.arithmetic_table, self.matrix_table):
            self.tabs.addTab(table, "")
        self.splitter = TurningSplitter((self.tabs, self.details), (7, 4), self)
        footer = QFrame(self)
        footer.setObjectName("layer_footer")
        row = QHBoxLayout(footer)
        row.setContentsMargins(10, 3, 8, 3)
        row.addWidget(self.summary_label, 1)
        row.addWidget(self.only_differences)
        row.addWidget(self.indicators_box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.splitter, 1)
        column.addWidget(footer)

    # What is shown.

    def _fill(self) -> None:
        if self._matrix is None:
            self._checks = cross_check(self._workspace.catalogue)
            self._matrix = figure_matrix(self._workspace.catalogue)
            self._show_all()

    def _show_all(self) -> None:
        self._show_checks()
        self._show_matrix()

    def _show_checks(self) -> None:
        shown = [
            check
            for check in self._checks
            if check.verdict is Verdict.DIFFER or not self.only_differences.isChecked()
        ]
        self.agreement_model.show_checks([check for check in shown if check.is_agreement])
        self.arithmetic_model.show_checks([check for check in shown if not check.is_agreement])
        for table in (self.agreement_table, self.arithmetic_table):
            table.resizeColumnToContents(CheckColumn.VERDICT)
        self._title_tabs()
        self._show_tab()

    def _show_matrix(self) -> None:
        if self._matrix is not None:
            self.matrix_model.show_matrix(self._matrix, self.indicators_box.currentData())
            self._show_tab()

    def _title_tabs(self) -> None:
        counts = (self.agreement_model.rowCount(), self.arithmetic_model.rowCount())
        self.tabs.setTabText(CheckTab.AGREEMENT, _("多来源 {n}").format(n=counts[0]))
        self.tabs.setTabText(CheckTab.ARITHMETIC, _("算术 {n}").format(n=counts[1]))
        self.tabs.setTabText(CheckTab.MATRIX, _("矩阵"))

    def _show_tab(self) -> None:
        """Say what the tab in front holds."""
        tab = CheckTab(self.tabs.currentIndex())
        self.only_differences.setVisible(tab is not CheckTab.MATRIX)
        self.indicators_box.setVisible(tab is CheckTab.MATRIX)
        if tab is CheckTab.MATRIX:
            self.summary_label.setText(
                _("{rows} 个地点 × {columns} 项指标；斜体加斜纹：来源未写时期。").format(
                    rows=self.matrix_model.rowCount(), columns=self.matrix_model.columnCount()
                )
            )
        else:
            is_agreement = tab is CheckTab.AGREEMENT
            self.summary_label.setText(
                counts_text([check for check in self._checks if check.is_agreement is is_agreement])
            )
        table = self.tabs.currentWidget()
        index = table.currentIndex() if isinstance(table, QTableView) else QModelIndex()
        if not index.isValid():
            hint = _("选一行看参与核对的每个数和来源；按回车在图上看那个地点。")
            self.details.show_markup(element("p", hint, css="faint"))
        elif tab is CheckTab.MATRIX:
            self._show_cell(index)
        else:
            self._show_check(index)

    def _show_check(self, index: QModelIndex) -> None:
        model = index.model()
        if isinstance(model, ChecksModel):
            check = model.check_at(index.row())
            texts = CrosscheckDetails(self._workspace.catalogue, check.figures, self._workspace.language)
            self._marks = texts.marks
            self.details.show_markup(texts.check(check))

    def _show_cell(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        cell = self.matrix_model.cell_at(index.row(), index.column())
        texts = CrosscheckDetails(
            self._workspace.catalogue, cell.figures if cell else (), self._workspace.language
        )
        self._marks = texts.marks
        self.details.show_markup(
            texts.cell(
                self.matrix_model.scope_at(index.row()), self.matrix_model.indicator_at(index.column()), cell
            )
        )

    # What the user does.

    def _ask_for(self, scope_id: str) -> None:
        if self._workspace.knows(scope_id):
            self.place_requested.emit(scope_id)

    def _follow(self, scheme: str, target: str) -> None:
        if scheme == "source":
            self._marks.show_card(self._workspace.catalogue, target, self._workspace.language, self)
        elif scheme == "place":
            self._ask_for(target)

    # Overrides of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Reckon when first seen: the start of the program does not wait for it."""
        super().showEvent(event)
        self._fill()
