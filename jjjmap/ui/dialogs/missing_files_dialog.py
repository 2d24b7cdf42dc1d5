"""Files that layers of a project were read from and that are not where they were: to be named anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.ui.richtext import tooltip

if TYPE_CHECKING:
    from jjjmap.session.projects.project import MissingFile

WIDTH_PX, HEIGHT_PX = 680, 340
_ID = Qt.ItemDataRole.UserRole


class MissingFilesDialog(QDialog):
    """Lists what is missing; every file can be named anew, or left as it is.

    Parameters
    ----------
    missing
        The layers and the files that they were read from.
    relink
        Called with a layer's id and the file that the user named.
    folder
        Where the search for files begins.
    """

    def __init__(
        self,
        missing: Sequence[MissingFile],
        relink: Callable[[str, Path], object],
        folder: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._relink = relink
        self._folder = folder
        self._items: list[QTreeWidgetItem] = []
        self.setWindowTitle(_("找不到的原文件"))
        self.resize(WIDTH_PX, HEIGHT_PX)
        intro = QLabel(
            _(
                "下列图层的数据都在项目里，照常显示和导出；只有重新读取时才用得着原来的文件。"
                "文件若搬到了别处，可以重新指定；也可以照旧。"
            ),
            self,
        )
        intro.setWordWrap(True)
        self.list = QTreeWidget(self)
        self.list.setAccessibleName(_("找不到的原文件"))
        self.list.setHeaderLabels([_("所属图层"), _("原来的文件"), _("状态")])
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        for each in missing:
            item = QTreeWidgetItem([each.title, each.name, _("不在原处")])
            item.setToolTip(1, tooltip(str(each.path)))
            item.setData(0, _ID, each.layer_id)
            self.list.addTopLevelItem(item)
            self._items.append(item)
        for column in range(2):
            self.list.resizeColumnToContents(column)
            self.list.setColumnWidth(column, min(self.list.columnWidth(column) + 18, WIDTH_PX // 2))
        buttons = QDialogButtonBox(self)
        self.choose_button = buttons.addButton(_("重新指定…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.keep_button = buttons.addButton(_("照旧"), QDialogButtonBox.ButtonRole.RejectRole)
        self.choose_button.clicked.connect(self.choose)
        buttons.rejected.connect(self.reject)
        self.list.itemActivated.connect(lambda _item, _column: self.choose())
        layout = QVBoxLayout(self)
        layout.addWidget(intro)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        if self._items:
            self.list.setCurrentItem(self._items[0])
        self.list.setFocus()

    def choose(self) -> None:
        """Ask for the file of the layer that is marked."""
        item = self.list.currentItem()
        if item is None:
            return
        name = ask_for_file(self, item.text(0), self._folder)
        if not name:
            return
        self._folder = str(Path(name).parent)
        item.setText(1, name)
        item.setText(2, _("已重新指定"))
        self._relink(item.data(0, _ID), Path(name))
        following = self.list.itemBelow(item)
        if following is not None:
            self.list.setCurrentItem(following)
        elif all(each.text(2) != _("不在原处") for each in self._items):
            self.keep_button.setText(_("关闭"))


def ask_for_file(parent: QWidget, title: str, folder: str) -> str:
    """Return the file that a layer is to be read from; empty for none. Tests replace it."""
    name, _chosen = QFileDialog.getOpenFileName(
        parent, _("“{title}”的原文件").format(title=title), folder, _("所有文件 (*)")
    )
    return name
