"""The question before unsaved changes of a project would be lost."""

from __future__ import annotations

from enum import Enum

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox, QWidget

from jjjmap.i18n import _


class Unsaved(Enum):
    """What becomes of changes that are not saved."""

    SAVE = "save"
    DISCARD = "discard"
    STAY = "stay"


def ask_unsaved(
    parent: QWidget | None, name: str, *, is_read_only: bool = False, is_new: bool = False
) -> Unsaved:
    """Ask what becomes of the changes of a project. Tests replace it.

    Parameters
    ----------
    name
        Of the project.
    is_read_only
        Whether they can only be saved to another file.
    is_new
        Whether it has no file yet.
    """
    box = unsaved_box(parent, name, is_read_only=is_read_only, is_new=is_new)
    box.exec()
    role = box.buttonRole(box.clickedButton()) if box.clickedButton() is not None else None
    box.deleteLater()
    match role:
        case QMessageBox.ButtonRole.AcceptRole:
            return Unsaved.SAVE
        case QMessageBox.ButtonRole.DestructiveRole:
            return Unsaved.DISCARD
    return Unsaved.STAY


def unsaved_box(
    parent: QWidget | None, name: str, *, is_read_only: bool = False, is_new: bool = False
) -> QMessageBox:
    """Return the question as a box that is not shown yet."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(_("保存项目"))
    # Not markup: a project may be called anything.
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(_("“{name}”有尚未保存的修改。").format(name=name))
    if is_read_only:
        box.setInformativeText(_("这个项目只能查看；要保留修改，请另存为另一个文件。"))
    elif is_new:
        box.setInformativeText(_("它还没有存成文件；不保存，其中的图层、文档和各项决定就没有了。"))
    else:
        box.setInformativeText(_("不保存，就回到上次保存时的样子。"))
    save = box.addButton(
        _("另存为…") if is_read_only or is_new else _("保存"), QMessageBox.ButtonRole.AcceptRole
    )
    box.addButton(_("不保存"), QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(_("取消"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(save)
    box.setEscapeButton(stay)
    return box
