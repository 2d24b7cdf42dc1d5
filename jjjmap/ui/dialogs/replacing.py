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
        Where to begin; the user's documents if it is empty or gone.
    name
        What it is about; letters that no file name may have are left out.
    suffix
        With the dot.
    """
    start = Path(folder)
    if not folder or not start.is_dir():
        start = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
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
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    question = _("“{name}”已经存在，要替换它吗？").format(name=path.name)
    box = QMessageBox(QMessageBox.Icon.Question, _("替换文件"), question, yes | no, parent)
    # Not QMessageBox.question: it would take a name that looks like HTML for HTML.
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setDefaultButton(no)
    answer = box.exec()
    box.deleteLater()
    return answer == yes
