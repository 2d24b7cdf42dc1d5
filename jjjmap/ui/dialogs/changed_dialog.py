"""The question when the file of a project is no longer the one that was opened."""

from __future__ import annotations

from enum import Enum

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox, QWidget

from jjjmap.i18n import _


class Changed(Enum):
    """What becomes of a save over a file that somebody else changed."""

    REPLACE = "replace"
    ELSEWHERE = "elsewhere"
    LEAVE = "leave"


def ask_changed(parent: QWidget | None, name: str) -> Changed:
    """Ask what to do. Tests replace it."""
    box = changed_box(parent, name)
    box.exec()
    role = box.buttonRole(box.clickedButton()) if box.clickedButton() is not None else None
    box.deleteLater()
    match role:
        case QMessageBox.ButtonRole.DestructiveRole:
            return Changed.REPLACE
        case QMessageBox.ButtonRole.AcceptRole:
            return Changed.ELSEWHERE
    return Changed.LEAVE


def changed_box(parent: QWidget | None, name: str) -> QMessageBox:
    """Return the question as a box that is not shown yet."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(_("保存项目"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(_("“{name}”在打开之后被别的程序或另一台计算机改动过。").format(name=name))
    box.setInformativeText(
        _("另存为，两份都留下；覆盖，磁盘上现在的那份会成为旧版本，可以用“恢复旧版本”取回。")
    )
    elsewhere = box.addButton(_("另存为…"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(_("覆盖"), QMessageBox.ButtonRole.DestructiveRole)
    leave = box.addButton(_("取消"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(elsewhere)
    box.setEscapeButton(leave)
    return box
