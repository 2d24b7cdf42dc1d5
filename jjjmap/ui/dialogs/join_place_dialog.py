"""Asks which unit or place a text of a table means."""

from __future__ import annotations

from qtpy.QtWidgets import QDialog, QLabel, QWidget

from jjjmap.catalogue.wording import kind_name
from jjjmap.i18n import _
from jjjmap.layers.tables.joining import JoinTarget
from jjjmap.session.workspace import Workspace
from jjjmap.ui.dialogs.choose_place_dialog import ChoosePlaceDialog


class JoinPlaceDialog(ChoosePlaceDialog):
    """The same search as for the words of a document; only what a row can be joined to can be chosen.

    Parameters
    ----------
    text
        As it stands in the table.
    target
        What the rows are joined to: a province is no answer where counties are wanted.
    """

    def __init__(
        self, text: str, target: JoinTarget, workspace: Workspace, parent: QWidget | None = None
    ) -> None:
        self._target = target
        super().__init__(text, workspace, parent)
        level = target.level
        note = (
            _("选资料库里的一个地点；表里同样的写法都照此连接。")
            if level is None
            else _("选一个{kind}；表里同样的写法都照此连接。").format(kind=kind_name(level))
        )
        for label in self.findChildren(QLabel, "faint"):
            label.setText(note)

    @classmethod
    def ask_place(cls, parent: QWidget | None, text: str, target: JoinTarget, workspace: Workspace) -> str:
        """Return the id of the place that the user chose; empty if none. Tests replace it."""
        dialog = cls(text, target, workspace, parent)
        is_accepted = dialog.exec() == QDialog.DialogCode.Accepted
        chosen = dialog.chosen_id if is_accepted else ""
        dialog.deleteLater()
        return chosen

    @property
    def chosen_id(self) -> str:
        """The id of the current row; empty if there is none, or if rows cannot be joined to it."""
        chosen = super().chosen_id
        if not self._workspace.knows(chosen):
            return ""
        level = self._target.level
        return chosen if level is None or self._workspace.place(chosen).kind is level else ""
