"""The list of what is broken or doubtful in the data."""

from __future__ import annotations

from collections.abc import Sequence

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

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.session.workspace import Workspace
from jjjmap.ui.models.findings_model import FindingsModel


class FindingsDialog(QDialog):
    """The dialog; it stays open beside the window and follows what is found."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.resize(860, 420)
        layout = QVBoxLayout(self)
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        layout.addWidget(self._summary)
        self.model = FindingsModel((), self)
        self.table = QTableView(self)
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setWordWrap(True)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        layout.addWidget(self.table)
        buttons = QDialogButtonBox(self)
        self.copy_button = buttons.addButton("", QDialogButtonBox.ButtonRole.ActionRole)
        self._close_button = buttons.addButton("", QDialogButtonBox.ButtonRole.RejectRole)
        layout.addWidget(buttons)
        buttons.rejected.connect(self.reject)
        self.copy_button.clicked.connect(self.copy)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table, self.copy)
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.setWindowTitle(_("数据检查"))
        self.table.setAccessibleName(_("数据检查"))
        self.copy_button.setText(_("复制"))
        self.copy_button.setToolTip(_("复制选中的行；没有选中时复制全部"))
        self._close_button.setText(_("关闭"))
        self.refresh()

    def refresh(self) -> None:
        """Show what is found by now."""
        self._show(self._workspace.findings)

    def copy(self) -> None:
        """Copy the chosen rows, or all of them."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        text = self.model.as_text(rows or range(self.model.rowCount()))
        QGuiApplication.clipboard().setText(text)

    def _show(self, findings: Sequence[Finding]) -> None:
        self.model.show_findings(findings)
        self.table.setVisible(bool(findings))
        self.copy_button.setEnabled(bool(findings))
        errors = sum(finding.severity is Severity.ERROR for finding in findings)
        if errors:
            summary = _("发现 {n} 项，其中 {errors} 项错误：出错的行、要素或图层没有载入，其余照常使用。")
        elif findings:
            summary = _("发现 {n} 项，都已照常载入，请留意。")
        else:
            summary = _("资料和全部图层都已检查，没有发现问题。")
        self._summary.setText(summary.format(n=len(findings), errors=errors))
