"""Asks where a table goes, and writes it there."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtWidgets import QFileDialog, QWidget

from jjjmap.errors import ExportFailed
from jjjmap.export.tables import SUFFIXES, Table, write_table
from jjjmap.i18n import _
from jjjmap.ui.dialogs.replacing import starting_file, with_suffix
from jjjmap.ui.messages import MessageBox, explain


class SaveTableDialog:
    """The question; tests replace `ask`."""

    @classmethod
    def ask(cls, parent: QWidget | None, folder: str, name: str) -> Path | None:
        """Return the file that the user wants, ending in one of `SUFFIXES`, or None.

        Parameters
        ----------
        parent
            The widget whose table it is.
        folder
            Where to begin; the user's documents if it is empty or gone.
        name
            What the table is about; becomes the name of the file.
        """
        start = starting_file(folder, name, ".xlsx")
        workbook, csv = _("Excel 工作簿 (*.xlsx)"), _("CSV 表格 (*.csv)")
        chosen, kind = QFileDialog.getSaveFileName(parent, _("保存表格"), start, f"{workbook};;{csv}")
        if not chosen:
            return None
        return with_suffix(parent, chosen, tuple(SUFFIXES), ".csv" if kind == csv else ".xlsx")

    @classmethod
    def save(cls, parent: QWidget | None, folder: str, table: Table) -> Path | None:
        """Ask and write; return where the table is now, or None. What goes wrong is told to the user."""
        path = cls.ask(parent, folder, table.title)
        if path is None:
            return None
        try:
            write_table(path, table)
        except ExportFailed as error:
            MessageBox.show(parent, explain(error))
            return None
        return path
