"""The versions of a project that earlier saves left beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.ui.opening_texts import size_text
from jjjmap.ui.project_texts import local_time

WIDTH_PX, HEIGHT_PX = 560, 320
_PATH = Qt.ItemDataRole.UserRole


class VersionsDialog(QDialog):
    """Lets the user choose one of the versions.

    Parameters
    ----------
    name
        Of the project.
    versions
        Their files, the latest first; those that are gone by now are left out.
    """

    def __init__(self, name: str, versions: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("恢复旧版本"))
        self.resize(WIDTH_PX, HEIGHT_PX)
        intro = QLabel(
            _(
                "“{name}”以前保存的样子。打开一个版本不改动任何文件：窗口显示那时的内容，"
                "保存之后它才成为当前版本，现在的文件则留作上一个版本。"
            ).format(name=name),
            self,
        )
        intro.setTextFormat(Qt.TextFormat.PlainText)
        intro.setWordWrap(True)
        self.list = QTreeWidget(self)
        self.list.setAccessibleName(_("旧版本"))
        self.list.setHeaderLabels([_("保存于"), _("大小"), _("文件")])
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        self.list.setUniformRowHeights(True)
        for path in versions:
            self._add(path)
        for column in range(2):
            self.list.resizeColumnToContents(column)
            self.list.setColumnWidth(column, self.list.columnWidth(column) + 18)
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)
        buttons = QDialogButtonBox(self)
        self.open_button = buttons.addButton(_("打开这个版本"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(_("取消"), QDialogButtonBox.ButtonRole.RejectRole)
        self.open_button.setEnabled(self.list.topLevelItemCount() > 0)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.list.itemActivated.connect(lambda _item, _column: self.accept())
        layout = QVBoxLayout(self)
        layout.addWidget(intro)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        self.list.setFocus()

    @classmethod
    def ask(cls, name: str, versions: Sequence[Path], parent: QWidget | None) -> Path | None:
        """Return the version that the user wants, or None; tests replace it."""
        dialog = cls(name, versions, parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        chosen = dialog.chosen()
        dialog.deleteLater()
        return chosen if accepted else None

    def chosen(self) -> Path | None:
        """Return the version that is marked."""
        item = self.list.currentItem()
        return Path(item.data(0, _PATH)) if item is not None else None

    def _add(self, path: Path) -> None:
        try:
            facts = path.stat()
        except OSError:
            return  # Rotated away, or deleted, since the list was made: there is nothing to offer.
        saved = local_time(datetime.fromtimestamp(facts.st_mtime, UTC), seconds=True)
        item = QTreeWidgetItem([saved, size_text(facts.st_size), path.name])
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setData(0, _PATH, str(path))
        self.list.addTopLevelItem(item)
