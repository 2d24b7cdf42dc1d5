"""A line for the file or folder to be written, with a button to look for it and what speaks against it."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from jjjmap.export.target_names import file_trouble, folder_trouble
from jjjmap.i18n import _


class TargetLine(QWidget):
    """Asks for a path; what is wrong with it stands below before any work begins.

    Parameters
    ----------
    name
        What the line is called for a screen reader.
    """

    target_changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suffix = ""
        self._kinds = ""
        self._agreed: Path | None = None
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName(name)
        self.browse_button = QPushButton(_("浏览…"), self)
        self.browse_button.setAutoDefault(False)
        self.notice = QLabel(self)
        self.notice.setObjectName("faint")
        self.notice.setWordWrap(True)
        self.notice.setTextFormat(Qt.TextFormat.PlainText)
        self.notice.setMinimumHeight(self.notice.fontMetrics().height())  # So that nothing jumps.
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit, 1)
        row.addWidget(self.browse_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.notice)
        self.edit.textChanged.connect(self._judge)
        self.browse_button.clicked.connect(lambda _checked=False: self.browse())

    @property
    def is_folder(self) -> bool:
        """Whether a folder is asked for, rather than a file."""
        return not self._suffix

    @property
    def path(self) -> Path:
        """What the user wants, with the suffix of its kind."""
        text = self.edit.text().strip()
        path = Path(text).expanduser() if text else Path()
        if self._suffix and path.name and path.suffix.lower() != self._suffix:
            path = path.with_name(path.name + self._suffix)
        return path

    @property
    def trouble(self) -> str:
        """Why nothing can be written there; empty if nothing speaks against it."""
        if not self.edit.text().strip():
            return _("请选择要写入的文件夹。") if self.is_folder else _("请给出文件名。")
        return folder_trouble(self.path, may_be_made=True) if self.is_folder else file_trouble(self.path)

    @property
    def is_agreed(self) -> bool:
        """Whether the user has already said, in a file dialog, that this very file is replaced."""
        return self._agreed is not None and self._agreed == self.path

    def ask_for(self, suffix: str, kinds: str = "") -> None:
        """Ask for a file of a kind, or for a folder; the name in the line follows.

        Parameters
        ----------
        suffix
            With the dot, in small letters; empty for a folder.
        kinds
            Filter of the file dialog.
        """
        old, self._suffix, self._kinds = self._suffix, suffix, kinds
        text = self.edit.text()
        if old and text.lower().endswith(old):
            text = text[: -len(old)]
        if text and suffix and not text.lower().endswith(suffix):
            text += suffix
        self.edit.setText(text)
        self._judge()

    def set_path(self, path: str) -> None:
        """Propose a path."""
        self.edit.setText(path)

    def browse(self) -> None:
        """Let the user look for a place."""
        start = str(self.path) if self.edit.text().strip() else ""
        if self.is_folder:
            chosen = QFileDialog.getExistingDirectory(self, _("选择文件夹"), start)
        else:
            chosen, _kind = QFileDialog.getSaveFileName(self, _("保存为"), start, self._kinds)
        if chosen:
            self.edit.setText(chosen)
            if not self.is_folder and self.path == Path(chosen):
                self._agreed = self.path  # That dialog asks before it answers with a file that is there.

    def _judge(self) -> None:
        trouble = self.trouble
        path = self.path
        if trouble:
            self.notice.setText(trouble)
        elif not self.is_folder and path.exists():
            self.notice.setText(_("同名的文件会被替换。"))
        elif self.is_folder and not path.exists():
            self.notice.setText(_("会新建这个文件夹。"))
        else:
            self.notice.setText("")
        self.target_changed.emit()
