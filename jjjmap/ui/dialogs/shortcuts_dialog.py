"""The sheet of shortcuts: every command with its keys, and the keys that work in one place only."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt
from qtpy.QtGui import QAction, QKeySequence
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.ui.actions import plain_title
from jjjmap.ui.shortcuts import local_keys

WIDTH_PX, HEIGHT_PX = 620, 640

Menus = Sequence[tuple[str, Sequence[QAction]]]


class ShortcutsDialog(QDialog):
    """The sheet; it stays open beside the window.

    Parameters
    ----------
    menus
        Titles of menus and what stands in them.
    """

    def __init__(self, menus: Menus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self.setWindowTitle(_("快捷键"))
        self.resize(WIDTH_PX, HEIGHT_PX)
        self.filter_line = QLineEdit(self)
        self.filter_line.setClearButtonEnabled(True)
        self.filter_line.setPlaceholderText(_("查找命令或按键"))
        self.filter_line.setAccessibleName(_("查找命令或按键"))
        self.filter_line.textChanged.connect(self._look_for)
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName(_("快捷键"))
        self.tree.setHeaderLabels([_("命令"), _("按键")])
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(18)
        self.tree.setUniformRowHeights(True)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        for title, actions in menus:
            self._add_group(_("菜单“{title}”").format(title=title), _rows_of(actions))
        for group in local_keys():
            self._add_group(group.title, list(group.keys))
        self.tree.expandAll()
        buttons = QDialogButtonBox(self)
        buttons.addButton(_("关闭"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.filter_line)
        layout.addWidget(self.tree, 1)
        layout.addWidget(buttons)
        self.filter_line.setFocus()

    @classmethod
    def show_sheet(cls, menus: Menus, parent: QWidget) -> ShortcutsDialog:
        """Show the sheet beside the window."""
        dialog = cls(menus, parent)
        dialog.show()
        return dialog

    def rows(self) -> list[tuple[str, str, str]]:
        """Return what is seen: place, command and keys."""
        return [
            (group.text(0), row.text(0), row.text(1))
            for group, rows in self._groups
            for row in rows
            if not row.isHidden()
        ]

    def _add_group(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        group = QTreeWidgetItem([title])
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        # Headings are read, not chosen; the arrows go from command to command.
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.tree.addTopLevelItem(group)
        self._groups.append((group, [QTreeWidgetItem(group, [text, keys]) for text, keys in rows]))

    def _look_for(self, text: str) -> None:
        wanted = text.strip().casefold()
        for group, rows in self._groups:
            for row in rows:
                row.setHidden(wanted not in f"{row.text(0)} {row.text(1)}".casefold())
            group.setHidden(all(row.isHidden() for row in rows))


def _rows_of(actions: Sequence[QAction]) -> list[tuple[str, str]]:
    return [(_text_of(action), _keys_of(action)) for action in actions]


def _text_of(action: QAction) -> str:
    return plain_title(action.text())


def _keys_of(action: QAction) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return " / ".join(keys.toString(native) for keys in action.shortcuts())
