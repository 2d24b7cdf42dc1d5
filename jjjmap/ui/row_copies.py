"""Takes rows of a user's layer out of the program: to the clipboard, or to a file."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from qtpy.QtCore import QMimeData
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QWidget

from jjjmap.errors import ExportFailed
from jjjmap.export.datasets.feature_clipboard import MOST_CELLS, Copied, copied_rows
from jjjmap.export.datasets.feature_tables import Rows, RowsWanted, write_rows
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.provenance_texts import provenance_pairs
from jjjmap.layers.tables.filters import filter_text
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.ui.dialogs.save_table_dialog import SaveTableDialog
from jjjmap.ui.messages import MessageBox, explain
from jjjmap.ui.reckoning import Reckoning

logger = logging.getLogger(__name__)

COPY_COSTS = 4
"""A copied cell takes about as long as that many rows that are sorted."""


class RowCopies:
    """Copies and saves; asks and tells on behalf of a panel.

    Parameters
    ----------
    parent
        Whose dialogs they are.
    layers
        Know where rows come from, and run slow work.
    reckoning
        Runs what is copied.
    tell
        Takes a sentence for the status bar.
    """

    def __init__(
        self, parent: QWidget, layers: UserLayers, reckoning: Reckoning, tell: Callable[[str], None]
    ) -> None:
        self._parent = parent
        self._layers = layers
        self._reckoning = reckoning
        self._tell = tell
        self._folder = ""

    def copy(self, table: FeatureTable, rows: Rows, columns: Sequence[str]) -> None:
        """Put rows on the clipboard; say so if they are too many."""
        if not len(rows) or not columns:
            return
        count = f"{len(rows):,}"
        if len(rows) * len(columns) > MOST_CELLS:
            most = f"{MOST_CELLS // len(columns):,}"
            self._tell(_("一次最多复制 {n} 行。请先筛选或选几行，或用“导出…”。").format(n=most))
            return

        def take(copied: Copied) -> None:
            data = QMimeData()
            data.setText(copied.text)
            data.setHtml(copied.html)
            QGuiApplication.clipboard().setMimeData(data)
            self._tell(_("已复制 {n} 行，可以粘贴到 Excel。").format(n=count))

        self._reckoning.start(
            "copy",
            _("复制 {n} 行").format(n=count),
            len(rows) * len(columns) * COPY_COSTS,
            lambda _progress, _cancelled: copied_rows(table, rows, columns),
            take,
        )

    def save(
        self,
        layer_id: str,
        table: FeatureTable,
        rows: Rows,
        columns: Sequence[str],
        name_of: Callable[[str], str],
    ) -> None:
        """Ask for a file and write rows there, with a sheet that says where they come from."""
        title = self._layers.stored(layer_id).title
        path = SaveTableDialog.ask(self._parent, self._folder, title)
        if path is None:
            return
        self._folder = str(path.parent)
        origin = self._origin(layer_id, table, len(rows), name_of)
        wanted = RowsWanted(title, table, rows, columns, origin)
        count = f"{wanted.count:,}"

        def fail(error: Exception) -> None:
            if not isinstance(error, ExportFailed):
                logger.error("rows of %s were not written: %s", layer_id, error)
                error = ExportFailed(path, str(error))
            MessageBox.show(self._parent, explain(error))

        self._layers.tasks.start(
            _("导出 {n} 行").format(n=count),
            lambda progress, cancelled: write_rows(path, wanted, progress=progress, cancelled=cancelled),
            on_success=lambda _done: self._tell(_("已把 {n} 行存为 {path}。").format(n=count, path=path)),
            on_failure=fail,
        )

    def _origin(
        self, layer_id: str, table: FeatureTable, count: int, name_of: Callable[[str], str]
    ) -> tuple[tuple[str, str], ...]:
        stored = self._layers.stored(layer_id)
        facts = stored.facts
        kinds = {column.name: column.kind for column in table.columns}
        wanted = self._layers.filter(layer_id)
        said = (
            (_("图层"), stored.title),
            (_("来自"), " · ".join(part for part in (facts.source_name, facts.sublayer) if part)),
            ("SHA-256", facts.sha256),
            (_("打开日期"), facts.opened),
            (_("坐标基准"), facts.datum),
            (_("筛选条件"), filter_text(wanted, kinds, name_of) if wanted else ""),
            (_("行数"), f"{count:,} / {facts.rows:,}"),
        )
        told = provenance_pairs(stored.provenance) if stored.provenance is not None else ()
        return tuple(pair for pair in (*said, *told) if pair[1])
