"""Asks in which place rows shall lie."""

from __future__ import annotations

from qtpy.QtWidgets import QDialog, QLabel, QWidget

from jjjmap.i18n import _
from jjjmap.session.workspace import Workspace
from jjjmap.ui.dialogs.choose_place_dialog import ChoosePlaceDialog


class FilterPlaceDialog(ChoosePlaceDialog):
    """The same search as for the words of a document; tests replace `ask_area`."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__("", workspace, parent)
        self.setWindowTitle(_("只看哪里的行？"))
        for note in self.findChildren(QLabel, "faint"):
            note.setText(_("可以选省、市、县（市、区），或按县划定范围的功能区。"))

    @classmethod
    def ask_area(cls, parent: QWidget | None, workspace: Workspace) -> tuple[str, ...]:
        """Return the id of the place that the user chose and the codes of its counties; empty if none."""
        dialog = cls(workspace, parent)
        is_accepted = dialog.exec() == QDialog.DialogCode.Accepted
        chosen = dialog.chosen_id if is_accepted else ""
        dialog.deleteLater()
        if not workspace.knows(chosen):
            return ()
        return (chosen, *workspace.place(chosen).area_adcodes)
