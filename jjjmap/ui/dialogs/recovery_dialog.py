"""What the last run left behind when it ended without saying so: to take up again, or to throw away."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.ui.project_texts import local_time, recoverable_contents, recoverable_title
from jjjmap.ui.richtext import tooltip

if TYPE_CHECKING:
    from jjjmap.session.projects.project import Recoverable

WIDTH_PX, HEIGHT_PX = 680, 460
MOST_ACTIONS = 200
"""So many of the last actions are listed."""


class Recovery(Enum):
    """What becomes of work that was left behind."""

    RECOVER = "recover"
    DISCARD = "discard"
    LATER = "later"


class RecoveryDialog(QDialog):
    """Shows what was left behind and what it holds.

    Parameters
    ----------
    found
        At least one; the last that was worked on comes first.
    """

    def __init__(self, found: Sequence[Recoverable], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found = sorted(found, key=lambda each: each.last_change, reverse=True)
        self._items: list[QTreeWidgetItem] = []
        self.answer = Recovery.LATER
        self.setWindowTitle(_("恢复上次的工作"))
        self.resize(WIDTH_PX, HEIGHT_PX)
        intro = QLabel(
            _("上次程序没有正常结束。没有保存的工作还在，可以接着做；恢复不会改动项目文件，直到您保存。"),
            self,
        )
        intro.setWordWrap(True)
        self.list = QTreeWidget(self)
        self.list.setAccessibleName(_("可以恢复的工作"))
        self.list.setHeaderLabels([_("项目文件"), _("最后修改"), _("所含内容")])
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        for each in self._found:
            item = QTreeWidgetItem(
                [recoverable_title(each), local_time(each.last_change), recoverable_contents(each)]
            )
            if each.path is not None:
                item.setToolTip(0, tooltip(str(each.path)))
            self.list.addTopLevelItem(item)
            self._items.append(item)
        for column in range(2):
            self.list.resizeColumnToContents(column)
            self.list.setColumnWidth(column, self.list.columnWidth(column) + 18)
        # Few as a rule: what they hold deserves the room.
        rows = min(max(len(self._found), 1), 5)
        self.list.setMaximumHeight((rows + 2) * self.list.sizeHintForRow(0) + 8)
        self.facts_label = QLabel(self)
        self.facts_label.setTextFormat(Qt.TextFormat.PlainText)
        self.facts_label.setWordWrap(True)
        self.actions_list = QTreeWidget(self)
        self.actions_list.setAccessibleName(_("最后的操作"))
        self.actions_list.setHeaderLabels([_("何时"), _("最后的操作")])
        self.actions_list.setRootIsDecorated(False)
        self.actions_list.setUniformRowHeights(True)
        buttons = QDialogButtonBox(self)
        self.recover_button = buttons.addButton(_("恢复"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.discard_button = buttons.addButton(_("丢弃…"), QDialogButtonBox.ButtonRole.DestructiveRole)
        self.later_button = buttons.addButton(_("以后再说"), QDialogButtonBox.ButtonRole.RejectRole)
        self.later_button.setToolTip(_("先不动它；下次启动时再问"))
        self.recover_button.setDefault(True)
        self.recover_button.clicked.connect(lambda: self._take(Recovery.RECOVER))
        self.discard_button.clicked.connect(self._discard)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(intro)
        layout.addWidget(self.list)
        layout.addWidget(self.facts_label)
        layout.addWidget(self.actions_list, 1)
        layout.addWidget(buttons)
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_current())
        self.list.setCurrentItem(self._items[0])
        self._show_current()
        self.recover_button.setFocus()

    @classmethod
    def ask(cls, found: Sequence[Recoverable], parent: QWidget | None) -> tuple[Recovery, Recoverable]:
        """Return what the user wants of which; tests replace it."""
        dialog = cls(found, parent)
        dialog.exec()
        answer, chosen = dialog.answer, dialog.current()
        dialog.deleteLater()
        return answer, chosen

    def current(self) -> Recoverable:
        """Return what is marked."""
        return next(
            found
            for found, item in zip(self._found, self._items, strict=True)
            if item is (self.list.currentItem() or self._items[0])
        )

    def _show_current(self) -> None:
        found = self.current()
        start, end = local_time(found.started), local_time(found.last_change)
        told = _("从 {start} 做到 {end}。").format(start=start, end=end)
        if found.loss_s >= 1:
            told += "\n" + _("最后 {n} 秒里的修改可能不在其中。").format(n=round(found.loss_s))
        self.facts_label.setText(told)
        self.actions_list.clear()
        for action in reversed(found.actions[-MOST_ACTIONS:]):
            moment = local_time(action.time, seconds=True)
            self.actions_list.addTopLevelItem(QTreeWidgetItem([moment, action.title]))
        self.actions_list.resizeColumnToContents(0)
        self.actions_list.setColumnWidth(0, self.actions_list.columnWidth(0) + 18)

    def _discard(self) -> None:
        if may_discard(self, recoverable_title(self.current())):
            self._take(Recovery.DISCARD)

    def _take(self, answer: Recovery) -> None:
        self.answer = answer
        self.accept()


def may_discard(parent: QWidget | None, title: str) -> bool:
    """Ask whether work that was left behind may be deleted for good. Tests replace it."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(_("丢弃"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(_("“{name}”里没有保存的工作会被删除，不能撤销。").format(name=title))
    box.setInformativeText(_("已经保存的项目文件不受影响。"))
    discard = box.addButton(_("丢弃"), QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(_("取消"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.exec()
    agreed = box.clickedButton() is discard
    box.deleteLater()
    return agreed
