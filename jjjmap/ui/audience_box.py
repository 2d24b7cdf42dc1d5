"""Whom an export is for: inside, unless the user says otherwise and has read what publishing asks for."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QMessageBox, QRadioButton, QWidget

from jjjmap.export.marks import Audience, publication_warning
from jjjmap.i18n import _, language


class AudienceBox(QWidget):
    """Two choices; the second is taken only after a question."""

    audience_changed = Signal(object)  # Audience

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.internal_button = QRadioButton(_("内部参考（打上标记）"), self)
        self.public_button = QRadioButton(_("公开发布（去掉标记）"), self)
        self.internal_button.setChecked(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.internal_button)
        row.addWidget(self.public_button)
        row.addStretch(1)
        self.public_button.toggled.connect(self._take)

    @property
    def audience(self) -> Audience:
        """Whom the export is for."""
        return Audience.PUBLIC if self.public_button.isChecked() else Audience.INTERNAL

    def may_publish(self) -> bool:
        """Tell what publishing asks for, and ask whether the mark goes all the same. Tests replace it."""
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        question = f"{publication_warning(language())}\n\n{_('确定要去掉“内部参考”吗？')}"
        box = QMessageBox(QMessageBox.Icon.Warning, _("公开发布"), question, yes | no, self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setDefaultButton(no)
        box.button(yes).setText(_("去掉标记"))
        box.button(no).setText(_("保留标记"))
        answer = box.exec()
        box.deleteLater()
        return bool(answer == yes)

    def _take(self, is_public: bool) -> None:
        if is_public and not self.may_publish():
            self.internal_button.setChecked(True)
            return
        self.audience_changed.emit(self.audience)
