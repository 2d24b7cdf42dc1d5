"""Asks which files or which folder go into the library."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import QStandardPaths
from qtpy.QtWidgets import QFileDialog, QWidget

from jjjmap.i18n import _

PATTERNS = "*.txt *.md *.html *.htm *.docx *.pdf"


class OpenDocumentsDialog:
    """The question; tests replace both methods."""

    @classmethod
    def ask_files(cls, parent: QWidget | None, folder: str) -> list[Path]:
        """Return the files that the user wants to bring in; none for no."""
        documents, everything = _("政策文件 ({patterns})").format(patterns=PATTERNS), _("所有文件 (*)")
        chosen, _kind = QFileDialog.getOpenFileNames(
            parent, _("导入文件"), _start(folder), f"{documents};;{everything}"
        )
        return [Path(name) for name in chosen]

    @classmethod
    def ask_folder(cls, parent: QWidget | None, folder: str) -> Path | None:
        """Return the folder whose files the user wants to bring in; None for no."""
        chosen = QFileDialog.getExistingDirectory(parent, _("导入文件夹"), _start(folder))
        return Path(chosen) if chosen else None


def _start(folder: str) -> str:
    if folder and Path(folder).is_dir():
        return folder
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
