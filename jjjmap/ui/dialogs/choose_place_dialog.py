"""Asks which place some words of a document name."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.pinyin import load_readings
from jjjmap.catalogue.search import SearchIndex
from jjjmap.catalogue.search_entries import SearchKind
from jjjmap.i18n import _
from jjjmap.paths import RESOURCES
from jjjmap.session.workspace import Workspace

SIZE_PX = (440, 380)
KINDS = (SearchKind.PLACE, SearchKind.CLUSTER, SearchKind.CHAIN)
SHOWN = 40


class ChoosePlaceDialog(QDialog):
    """A line to search by name or pinyin, and what was found."""

    def __init__(self, words: str, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        readings, _findings = load_readings(RESOURCES)
        self._index = SearchIndex(workspace.catalogue, readings)
        self.setWindowTitle(_("“{words}”指的是哪里？").format(words=words))
        self.resize(*SIZE_PX)
        self.line = QLineEdit(words, self)
        self.line.setClearButtonEnabled(True)
        self.line.setPlaceholderText(_("名称、别名、拼音或代码"))
        self.line.setAccessibleName(self.line.placeholderText())
        self.found = QListWidget(self)
        self.found.setAccessibleName(_("可选的地点"))
        note = QLabel(_("这一处改为所选的地点；以后的文档里同样的写法照此处理。"), self)
        note.setObjectName("faint")
        note.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        layout = QVBoxLayout(self)
        for part in (self.line, self.found, note, self.buttons):
            layout.addWidget(part)
        self.line.textChanged.connect(self._search)
        self.line.returnPressed.connect(self._accept_found)
        self.found.itemDoubleClicked.connect(lambda _item: self.accept())
        self.found.currentRowChanged.connect(lambda _row: self._enable())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._search()
        self.line.selectAll()

    @classmethod
    def ask(cls, parent: QWidget | None, words: str, workspace: Workspace) -> str:
        """Return the id of the place or chain that the user chose; empty if none. Tests replace it."""
        dialog = cls(words, workspace, parent)
        is_accepted = dialog.exec() == QDialog.DialogCode.Accepted
        chosen = dialog.chosen_id if is_accepted else ""
        dialog.deleteLater()
        return chosen

    @property
    def chosen_id(self) -> str:
        """The id of the current row; empty if there is none."""
        item = self.found.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def _search(self) -> None:
        self.found.clear()
        groups = self._index.search(self.line.text(), self._workspace.language, kinds=KINDS, limit=SHOWN)
        for hit in (hit for group in groups for hit in group.hits):
            about = " · ".join(part for part in (hit.text, hit.where) if part)
            item = QListWidgetItem(f"{hit.title}　{about}" if about else hit.title)
            item.setData(Qt.ItemDataRole.UserRole, hit.id)
            self.found.addItem(item)
        self.found.setCurrentRow(0)
        self._enable()

    def _accept_found(self) -> None:
        if self.chosen_id:
            self.accept()

    def _enable(self) -> None:
        ok: QPushButton = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(self.chosen_id))
