"""A line for a template of the user's own: a file or a folder, or nothing for the program's template."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from jjjmap.i18n import _


class TemplateLine(QWidget):
    """Asks for a path that must exist, unless it is empty.

    Parameters
    ----------
    name
        What the line is called for a screen reader.
    is_folder
        Whether a folder is asked for, rather than a Word file.
    """

    template_changed = Signal()

    def __init__(self, name: str, *, is_folder: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_folder = is_folder
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(_("程序自带的模板"))
        self.edit.setClearButtonEnabled(True)
        self.browse_button = QPushButton(_("浏览…"), self)
        self.browse_button.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit, 1)
        row.addWidget(self.browse_button)
        self.edit.textChanged.connect(lambda _text: self.template_changed.emit())
        self.browse_button.clicked.connect(lambda _checked=False: self.browse())

    @property
    def text(self) -> str:
        """What stands in the line."""
        return self.edit.text().strip()

    @property
    def path(self) -> Path | None:
        """The template; None for the program's own."""
        return Path(self.text).expanduser() if self.text else None

    @property
    def trouble(self) -> str:
        """Why this can be no template; empty if it may be one."""
        path = self.path
        if path is None:
            return ""
        if self._is_folder:
            return "" if path.is_dir() else _("模板文件夹“{path}”不存在。").format(path=path)
        if path.suffix.lower() != ".docx":
            return _("Word 模板须是 .docx 文件。")
        return "" if path.is_file() else _("模板“{path}”不存在。").format(path=path)

    def set_path(self, path: str) -> None:
        """Propose a template."""
        self.edit.setText(path)

    def browse(self) -> None:
        """Let the user look for a template."""
        if self._is_folder:
            chosen = QFileDialog.getExistingDirectory(self, _("选择模板文件夹"), self.text)
        else:
            chosen, _kind = QFileDialog.getOpenFileName(
                self, _("选择 Word 模板"), self.text, _("Word 文档 (*.docx)")
            )
        if chosen:
            self.edit.setText(chosen)
