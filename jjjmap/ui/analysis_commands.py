"""A result as the commands that make it again: on the command line and in Python, each ready to be copied."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QFontDatabase, QGuiApplication
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from jjjmap.i18n import _


class AnalysisCommands(QWidget):
    """Shows a command line and Python."""

    told = Signal(str)  # a sentence for the status bar

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shell_label, self.python_label, self.remarks = (QLabel(self) for _number in range(3))
        self.remarks.setTextFormat(Qt.TextFormat.PlainText)
        self.remarks.setWordWrap(True)
        self.remarks.setObjectName("faint")
        self.shell, self.python = self._text(), self._text()
        self.copy_shell, self.copy_python = QPushButton(self), QPushButton(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        for label, button, text, share in (
            (self.shell_label, self.copy_shell, self.shell, 2),
            (self.python_label, self.copy_python, self.python, 3),
        ):
            label.setBuddy(text)
            row = QHBoxLayout()
            row.addWidget(label, 1)
            row.addWidget(button)
            column.addLayout(row)
            column.addWidget(text, share)
            button.clicked.connect(lambda _checked=False, text=text: self._copy(text))
        column.addWidget(self.remarks)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.shell_label.setText(_("命令行"))
        self.python_label.setText(_("Python"))
        self.shell.setAccessibleName(_("命令行"))
        self.python.setAccessibleName(_("Python"))
        for button, name in (
            (self.copy_shell, _("复制命令")),
            (self.copy_python, _("复制 Python")),
        ):
            button.setText(name)
            button.setAccessibleName(name)

    def show_commands(self, shell: str, python: str, remarks: str) -> None:
        """Show these."""
        self.shell.setPlainText(shell)
        self.python.setPlainText(python)
        self.remarks.setText(remarks)
        self.remarks.setVisible(bool(remarks))
        for button, text in ((self.copy_shell, shell), (self.copy_python, python)):
            button.setEnabled(bool(text))

    def _text(self) -> QPlainTextEdit:
        text = QPlainTextEdit(self)
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        text.setMinimumHeight(text.fontMetrics().height() * 2 + 12)
        return text

    def _copy(self, text: QPlainTextEdit) -> None:
        QGuiApplication.clipboard().setText(text.toPlainText())
        self.told.emit(_("已复制。"))
