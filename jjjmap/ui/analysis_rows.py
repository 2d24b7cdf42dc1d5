"""The rows of a result beside the map: sorted, chosen, and tied to what is chosen on the map."""

from __future__ import annotations

import logging

import numpy as np
import numpy.typing as npt
from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtWidgets import QLabel, QStackedLayout, QWidget

from jjjmap.errors import RowsUnreadable
from jjjmap.i18n import _
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.provenance import Provenance
from jjjmap.layers.tables.sorting import sorted_rows
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.selection import Selection
from jjjmap.session.workspace import Workspace
from jjjmap.ui.feature_table_view import FeatureTableView
from jjjmap.ui.models.analysis_table_model import AnalysisTableModel
from jjjmap.ui.reckoning import Reckoning
from jjjmap.ui.row_copies import RowCopies

logger = logging.getLogger(__name__)

Rows = npt.NDArray[np.int64]

GESTURE_MS = 90
"""So long after the last move the map hears which rows are chosen."""
PLACE_MEASURES = ("place_id", "unit_code", "unit_id", "area_id", "code", "id")
"""What columns are called, or measure, whose values may name a place of the catalogue, the best first."""


class AnalysisRows(QWidget):
    """Shows the rows of one result.

    Parameters
    ----------
    workspace
        Knows places.
    layers
        Hold the rows, and what is marked.
    selection
        Hears of a single row that is chosen.
    """

    feature_requested = Signal(str)  # feature id: the map is to go there
    place_requested = Signal(str)  # place id: the map is to go there
    told = Signal(str)  # a sentence for the status bar

    def __init__(
        self,
        workspace: Workspace,
        layers: UserLayers,
        selection: Selection,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._layers = layers
        self._selection = selection
        self._layer_id = ""
        self._place_column = -1
        self._reckoning = Reckoning(layers.tasks, layers.work_failed.emit)
        self._copies = RowCopies(self, layers, self._reckoning, self.told.emit)
        self.model = AnalysisTableModel(self)
        self.table = FeatureTableView(self.model, self)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setContentsMargins(12, 10, 12, 10)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.note)
        self._gesture_timer = QTimer(self)
        self._gesture_timer.setInterval(GESTURE_MS)
        self._gesture_timer.setSingleShot(True)
        self._gesture_timer.timeout.connect(self._tell_chosen)
        self.table.chosen.rows_changed.connect(self._gesture_timer.start)
        self.table.sort_wished.connect(self._sort)
        self.table.row_opened.connect(self._open_row)
        self.table.copy_wished.connect(self.copy)
        layers.selection_changed.connect(self._take_selection)
        selection.place_chosen.connect(self._take_place)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.table.setAccessibleName(_("结果表"))
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(0, self.model.columnCount() - 1))
        self.table.viewport().update()

    def show_result(self, layer_id: str, provenance: Provenance | None) -> None:
        """Show the rows of a result; nothing for an empty id."""
        self._reckoning.cancel_all()
        self._gesture_timer.stop()
        self._layer_id = layer_id
        table = None
        if layer_id:
            try:
                table = self._layers.table(layer_id)
            except RowsUnreadable as error:
                logger.warning("result %s has no rows: %s", layer_id, error)
                self.note.setText(_("这个结果的数据读不出来，可能被删除或损坏。可以重新计算，或移除它。"))
        self.model.show_result(table, provenance)
        self._place_column = self._find_place_column(provenance)
        header = self.table.horizontalHeader()
        header.blockSignals(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.blockSignals(False)
        for number in range(len(self.model.columns)):
            header.setSectionHidden(number, self.model.is_for_program(number))
        self._pages.setCurrentWidget(self.note if layer_id and table is None else self.table)
        if table is not None:
            self.table.fit_columns()
            self.table.chosen.show_chosen(self._layers.selected_rows(layer_id))
            self._point_at_chosen()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self.model.rowCount()

    def copy(self) -> None:
        """Put the chosen rows on the clipboard, or all."""
        if self.model.table is not None:
            self._copies.copy(self.model.table, self._rows_meant(), self.table.shown_columns())

    def save(self) -> None:
        """Ask for a file and write all rows there as they are listed, with method and sources."""
        if self.model.table is not None:
            columns = self.table.shown_columns()
            self._copies.save(self._layer_id, self.model.table, self.model.rows, columns, self._name_of)

    # Order.

    def _sort(self, number: int, order: Qt.SortOrder) -> None:
        table = self.model.table
        if table is None:
            return
        if not 0 <= number < len(self.model.columns):
            self._reckoning.cancel("sort")
            self._take_order(np.arange(len(table), dtype=np.int64))
            return
        column, descending = self.model.columns[number].name, order == Qt.SortOrder.DescendingOrder
        self._reckoning.start(
            "sort",
            _("按“{column}”排序").format(column=column),
            len(table),
            lambda _progress, _cancelled: sorted_rows(table, column, descending=descending),
            self._take_order,
        )

    def _take_order(self, order: Rows) -> None:
        self.model.show_rows(order)
        self._point_at_chosen()

    # What is chosen, here and on the map.

    def _find_place_column(self, provenance: Provenance | None) -> int:
        """Return the column whose values name places of the catalogue; -1 if none does."""
        measures = {note.name: note.measure for note in provenance.columns} if provenance else {}
        table = self.model.table
        for wanted in PLACE_MEASURES:
            for number, column in enumerate(self.model.columns):
                if column.kind is not ColumnKind.TEXT or wanted not in (
                    column.name,
                    measures.get(column.name),
                ):
                    continue
                values = table.attributes.column(number).slice(0, 50).to_pylist() if table else []
                if any(isinstance(value, str) and self._workspace.knows(value) for value in values):
                    return number
        return -1

    def _place_of(self, row: int) -> str:
        """Return the place that a row is about; empty if it is about none that we know."""
        table = self.model.table
        if table is None or self._place_column < 0 or not 0 <= row < len(table):
            return ""
        value = table.attributes.column(self._place_column)[row].as_py()
        return value if isinstance(value, str) and self._workspace.knows(value) else ""

    def _tell_chosen(self) -> None:
        """Tell the map which rows are chosen; a single one is described as well."""
        if not self._layers.holds(self._layer_id):
            return
        rows = self.table.chosen.rows
        for stored in self._layers.layers:
            if stored.id != self._layer_id and len(self._layers.selected_rows(stored.id)):
                self._layers.select_rows(stored.id, [])
        self._layers.select_rows(self._layer_id, rows)
        if len(rows) != 1:
            return
        row = int(rows[0])
        place_id = self._place_of(row)
        if place_id and self._is_nowhere(row):
            self._selection.choose(place_id, fly=False)
        else:
            self._selection.choose(feature_id(self._layer_id, row), fly=False)

    def _is_nowhere(self, row: int) -> bool:
        table = self.model.table
        return table is None or table.geometry is None or not bool(table.take([row]).has_position()[0])

    def _open_row(self, row: int) -> None:
        place_id = self._place_of(row)
        if place_id:
            self.place_requested.emit(place_id)
        else:
            self.feature_requested.emit(feature_id(self._layer_id, row))

    def _take_selection(self, layer_id: str) -> None:
        """Show what is marked on the map."""
        if layer_id == self._layer_id and not self._gesture_timer.isActive():
            rows = self._layers.selected_rows(layer_id)
            if not np.array_equal(rows, self.table.chosen.rows):
                self.table.chosen.show_chosen(rows)
                self._point_at_chosen()

    def _take_place(self, place_id: str, _fly: bool = False) -> None:
        """Go to the row about a place that was chosen."""
        table = self.model.table
        if table is None or self._place_column < 0:
            return
        import pyarrow as pa
        import pyarrow.compute as pc

        found = pc.index(table.attributes.column(self._place_column).cast(pa.string()), place_id).as_py()
        if found >= 0 and not self.table.chosen.is_chosen(found):
            self.table.chosen.show_chosen(np.array([found], dtype=np.int64))
            self._point_at_chosen()

    def _point_at_chosen(self) -> None:
        rows = self.table.chosen.rows
        places = [place for row in rows[:1000] if (place := self.model.place_of(int(row))) >= 0]
        if places:
            self.table.point_at(min(places), centered=True)

    # Helpers.

    def _rows_meant(self) -> Rows:
        rows = self.model.rows
        chosen = rows[self.table.chosen.mask[rows]]
        return chosen if len(chosen) else rows

    def _name_of(self, place_id: str) -> str:
        if not self._workspace.knows(place_id):
            return place_id
        return self._workspace.place(place_id).name(self._workspace.language)
