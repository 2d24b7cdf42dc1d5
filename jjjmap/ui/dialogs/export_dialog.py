"""Asks where an exported map goes."""

from pathlib import Path

from qtpy.QtCore import QStandardPaths
from qtpy.QtWidgets import QFileDialog, QWidget

from jjjmap.i18n import _
from jjjmap.ui.dialogs.replacing import with_suffix


class ExportDialog:
    """The question; tests replace `ask`."""

    @classmethod
    def ask(cls, parent: QWidget | None, folder: str) -> Path | None:
        """Return the file that the user wants, or None.

        Parameters
        ----------
        parent
            The window.
        folder
            Where to begin; the user's documents if it is empty or gone.
        """
        start = Path(folder) if folder else Path()
        if not folder or not start.is_dir():
            start = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        chosen, _filter = QFileDialog.getSaveFileName(
            parent,
            _("导出地图为 HTML"),
            str(start / _("京津冀产业协同地图.html")),
            _("网页 (*.html)"),
        )
        if not chosen:
            return None
        return with_suffix(parent, chosen, (".html", ".htm"), ".html")
