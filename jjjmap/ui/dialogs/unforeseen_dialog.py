"""What a person sees after an error that nobody foresaw: that the work is safe, and a report to copy."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Qt, QUrl
from qtpy.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from qtpy.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QStyle, QVBoxLayout, QWidget

from jjjmap.i18n import _

REPORT_SIZE_PX = (560, 220)


class UnforeseenDialog(QDialog):
    """Tells of an error and of those that follow while it is open; does not wait for an answer."""

    def __init__(
        self, reason: str, report: str, saved: str, log: Path, parent: QWidget | None = None
    ) -> None:
        """Build the dialog.

        Parameters
        ----------
        reason
            The error in one line.
        report
            Facts for whoever mends it, with nothing of a person in it.
        saved
            What became of the work, one sentence; empty if there was nothing to save.
        log
            The log file.
        parent
            The window; None if it is not there.
        """
        super().__init__(parent)
        self._saved = saved
        self._reason = reason
        self._log = log
        self._more = 0
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.what = QLabel(self)
        self.why = QLabel(self)
        for label in (self.what, self.why):
            # Reasons hold paths and names: they are text, whatever they look like.
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = self.what.font()
        font.setBold(True)
        self.what.setFont(font)
        self.report = QPlainTextEdit(report, self)
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setMinimumSize(*REPORT_SIZE_PX)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.copy_button = self.buttons.addButton("", role)
        self.log_button = self.buttons.addButton("", role)
        self.copy_button.clicked.connect(self.copy_report)
        self.log_button.clicked.connect(self._open_log_folder)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(self.style().pixelMetric(QStyle.PixelMetric.PM_LayoutVerticalSpacing) + 4)
        for part in (self.what, self.why, self.report, self.buttons):
            layout.addWidget(part)
        self.retranslate()
        close = self.buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setDefault(True)
        close.setFocus()

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.setWindowTitle("jjjmap")
        self.what.setText(_("程序遇到没有料到的错误，这一步没有完成。"))
        hint = _("可以继续使用。若反复出现，请把下面的报告复制给维护者；报告里没有文件夹、用户名和密码。")
        more = _("此后又有 {n} 个错误，都已记入日志。").format(n=self._more) if self._more else ""
        reason = _("原因：{reason}").format(reason=self._reason)
        self.why.setText("\n".join(part for part in (reason, self._saved, hint, more) if part))
        self.report.setAccessibleName(_("错误报告"))
        self.copy_button.setText(_("复制报告"))
        self.log_button.setText(_("打开日志文件夹"))

    def add_one(self) -> None:
        """Take that one more error came."""
        self._more += 1
        self.retranslate()

    def copy_report(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self.copy_button.setText(_("已复制"))

    def _open_log_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log.parent)))
