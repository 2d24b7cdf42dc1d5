"""Names of files to be saved: the one that is proposed, and a question before another one is replaced."""

from __future__ import annotations

import re
from pathlib import Path

from qtpy.QtCore import QStandardPaths, Qt
from qtpy.QtWidgets import QMessageBox, QWidget

from jjjmap.i18n import _

_FORBIDDEN_IN_FILE_NAME = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_LONGEST_NAME = 60


def starting_file(folder: str, name: str, suffix: str) -> str:
    """Return the file that a dialog proposes.

    Parameters
    ----------
    folder
        Where to begin; the user's documents, or else the home folder, if it is empty or gone.
    name
        What it is about; letters that no file name may have are left out.
    suffix
        With the dot.
    """
    start = Path(folder)
    if not folder or not start.is_dir():
        start = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        if not start.is_dir():  # Qt names it whether it is there or not.
            start = Path.home()
    stem = _FORBIDDEN_IN_FILE_NAME.sub(" ", name).strip(" .")[:_LONGEST_NAME] or "jjjmap"
    return str(start / f"{stem}{suffix}")


def with_suffix(parent: QWidget | None, chosen: str, suffixes: tuple[str, ...], suffix: str) -> Path | None:
    """Return the file that was chosen, with a suffix of its kind; None if the user keeps the file there.

    Parameters
    ----------
    chosen
        What the file dialog answered: it has asked already whether a file of just this name is replaced.
    suffixes
        Those that are taken as they are, in small letters with the dot.
    suffix
        The one that is added to any other name.
    """
    path = Path(chosen)
    if path.suffix.lower() in suffixes:
        return path
    path = path.with_name(path.name + suffix)
    if path.exists() and not may_replace(parent, path):
        return None
    return path


def may_replace(parent: QWidget | None, path: Path) -> bool:
    """Ask whether a file may be replaced. Tests replace it."""
    question = _("“{name}”已经存在，要替换它吗？").format(name=path.name)
    return _agrees(parent, _("替换文件"), question)


def may_replace_many(parent: QWidget | None, count: int) -> bool:
    """Ask whether so many files may be replaced. Tests replace it."""
    return _agrees(parent, _("替换文件"), _("有 {n} 个同名的文件已经存在，要替换它们吗？").format(n=count))


def may_fill(parent: QWidget | None, folder: Path) -> bool:
    """Ask whether files are written into a folder that holds some. Tests replace it."""
    question = _("文件夹“{name}”里已有文件，同名的会被替换。要写进去吗？").format(name=folder.name)
    return _agrees(parent, _("写入文件夹"), question)


def _agrees(parent: QWidget | None, title: str, question: str) -> bool:
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    box = QMessageBox(QMessageBox.Icon.Question, title, question, yes | no, parent)
    # Not QMessageBox.question: it would take a name that looks like HTML for HTML.
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setDefaultButton(no)
    answer = box.exec()
    box.deleteLater()
    return bool(answer == yes)
