"""What became of an import: what was read, what is a version, and why a file was refused."""

from __future__ import annotations

from collections import Counter

from qtpy.QtCore import QModelIndex, Qt, Signal
from qtpy.QtGui import QGuiApplication, QKeySequence, QShortcut
from qtpy.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from jjjmap.findings import Severity
from jjjmap.i18n import _
from jjjmap.text.importing import ImportReport
from jjjmap.text.store.library_records import Outcome
from jjjmap.ui.models.import_report_model import ImportReportModel

WIDTH_PX, HEIGHT_PX = 820, 400
FILE_PX = 200


def report_summary(report: ImportReport) -> str:
    """Return what became of an import in one or two sentences."""
    outcomes = Counter(each.outcome for each in report.imported)
    refused = sum(finding.severity is Severity.ERROR for finding in report.findings)
    parts = [
        text.format(n=n)
        for text, n in (
            (_("新导入 {n} 篇"), outcomes[Outcome.NEW] + outcomes[Outcome.VERSION]),
            (_("其中 {n} 篇是已有文本的版本"), outcomes[Outcome.VERSION]),
            (_("更新 {n} 篇"), outcomes[Outcome.UPDATED]),
            (_("{n} 篇已在文库里"), outcomes[Outcome.UNCHANGED]),
            (_("{n} 个文件没有读进来"), refused),
        )
        if n
    ]
    told = _("，").join(parts) if parts else _("没有可以导入的文件")
    if report.was_cancelled:
        return _("导入已取消：{told}；取消前读完的已经保存。").format(told=told)
    return _("导入完成：{told}。").format(told=told)


class ImportReportDialog(QDialog):
    """The report; it stays open beside the window."""

    document_requested = Signal(str)  # document id

    def __init__(self, report: ImportReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("导入结果"))
        self.resize(WIDTH_PX, HEIGHT_PX)
        self.summary = QLabel(report_summary(report), self)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.model = ImportReportModel(report, self)
        self.table = QTableView(self)
        self.table.setAccessibleName(_("导入结果"))
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setWordWrap(True)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(1, FILE_PX)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.doubleClicked.connect(self._open)
        buttons = QDialogButtonBox(self)
        self.copy_button = buttons.addButton(_("复制"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.setToolTip(_("复制选中的行；没有选中时复制全部"))
        self.copy_button.clicked.connect(self.copy)
        buttons.addButton(_("关闭"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table, self.copy)
        layout = QVBoxLayout(self)
        layout.addWidget(self.summary)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)

    @classmethod
    def show_report(cls, report: ImportReport, parent: QWidget) -> ImportReportDialog:
        """Show a report beside the window; tests replace it."""
        dialog = cls(report, parent)
        dialog.show()
        return dialog

    def copy(self) -> None:
        """Copy the chosen rows, or all of them under the summary."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        text = self.model.as_text(rows) if rows else self._whole()
        QGuiApplication.clipboard().setText(text)

    def _whole(self) -> str:
        return f"{self.summary.text()}\n{self.model.as_text(range(self.model.rowCount()))}"

    def _open(self, index: QModelIndex) -> None:
        document_id = self.model.rows[index.row()].document_id
        if document_id:
            self.document_requested.emit(document_id)
