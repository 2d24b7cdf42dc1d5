"""Asks which columns of a list say where its rows are, where opening it did not tell."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from jjjmap.i18n import _
from jjjmap.layers.opening.records import Column, ColumnRole

_ROLES = (
    ColumnRole.NAME,
    ColumnRole.ADDRESS,
    ColumnRole.ZONE,
    ColumnRole.REGION,
    ColumnRole.CODE,
    ColumnRole.CREDIT_CODE,
)


def role_text(role: ColumnRole) -> str:
    """Return what a column says, in the language in use."""
    return {
        ColumnRole.NAME: _("企业或单位名称"),
        ColumnRole.ADDRESS: _("地址"),
        ColumnRole.ZONE: _("园区或开发区"),
        ColumnRole.REGION: _("行政区名称"),
        ColumnRole.CODE: _("行政区划代码"),
        ColumnRole.CREDIT_CODE: _("统一社会信用代码"),
    }[role]


class PlacingColumnsDialog(QDialog):
    """A box for each thing that a place can be told by."""

    def __init__(self, title: str, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("按地址和名称落位"))
        label = QLabel(_("“{title}”的哪些列说明了位置？至少选一列。").format(title=title), self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        form = QFormLayout()
        self.boxes: dict[ColumnRole, QComboBox] = {}
        for role in _ROLES:
            box = QComboBox(self)
            box.addItem(_("（没有）"), "")
            for column in columns:
                box.addItem(column.name, column.name)
            box.currentIndexChanged.connect(lambda _index: self._enable())
            self.boxes[role] = box
            form.addRow(_("{what}：").format(what=role_text(role)), box)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        layout = QVBoxLayout(self)
        layout.addWidget(label)
        layout.addLayout(form)
        layout.addWidget(self.buttons)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._enable()

    @classmethod
    def ask(
        cls, title: str, columns: Sequence[Column], parent: QWidget | None = None
    ) -> tuple[tuple[str, ColumnRole], ...]:
        """Return columns with what they say, none for not at all. Tests replace it."""
        dialog = cls(title, columns, parent)
        roles = dialog.roles() if dialog.exec() == QDialog.DialogCode.Accepted else ()
        dialog.deleteLater()
        return roles

    def roles(self) -> tuple[tuple[str, ColumnRole], ...]:
        """Return what is chosen now."""
        return tuple((box.currentData(), role) for role, box in self.boxes.items() if box.currentData())

    def _enable(self) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(self.roles()))
