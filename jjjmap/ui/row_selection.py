"""Chosen rows of a long table: a byte a row instead of ranges, so that a hundred thousand cost nothing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from qtpy.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Signal,
)

from jjjmap.ui.models.feature_table_model import FeatureTableModel

Index = QModelIndex | QPersistentModelIndex
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Flag = QItemSelectionModel.SelectionFlag

_NO_ROWS: Rows = np.empty(0, dtype=np.int64)


class RowSelection(QItemSelectionModel):
    """Takes the gestures of a view and keeps which rows of the table they choose, however it is sorted.

    Qt's own ranges stay empty: they would be as many as the rows that a click on the map chose, and each cell
    that is painted asks all of them. Who paints asks `is_chosen`.
    """

    rows_changed = Signal()  # other rows are chosen, by the user of the view
    repaint_wanted = Signal()  # other rows are chosen, by whomever

    def __init__(self, model: FeatureTableModel, parent: QObject) -> None:
        super().__init__(model, parent)
        self._features = model
        self._chosen: Mask = np.zeros(0, dtype=bool)
        """Before the gesture that is under way."""
        self._swept = _NO_ROWS
        self._way = Flag.Select
        self._merged: Mask | None = None
        self.takes_away = False
        """Whether a gesture that Qt thinks to add rows takes them away: Qt does not know what is chosen."""
        model.modelReset.connect(self._fit)

    @property
    def mask(self) -> Mask:
        """For each of the n rows of the table whether it is chosen; not to be written to."""
        if self._merged is None:
            self._merged = self._merge()
        return self._merged

    @property
    def rows(self) -> Rows:
        """The numbers of the chosen rows, ascending."""
        return np.flatnonzero(self.mask)

    @property
    def count(self) -> int:
        """How many rows are chosen."""
        return int(np.count_nonzero(self.mask))

    def is_chosen(self, row: int) -> bool:
        """Return whether a row of the table is chosen."""
        mask = self.mask
        return 0 <= row < len(mask) and bool(mask[row])

    def show_chosen(self, rows: Rows) -> None:
        """Show which rows are chosen elsewhere; `rows_changed` is not told."""
        self._chosen = np.zeros(self._size(), dtype=bool)
        self._chosen[rows[rows < len(self._chosen)]] = True
        self._swept, self._merged = _NO_ROWS, None
        self.repaint_wanted.emit()

    def _size(self) -> int:
        table = self._features.table
        return 0 if table is None else len(table)

    def _fit(self) -> None:
        """Forget a gesture whose rows moved away, and everything when the table is another one."""
        chosen = self.mask
        self._swept = _NO_ROWS
        self._chosen = chosen if len(chosen) == self._size() else np.zeros(self._size(), dtype=bool)
        self._merged = None

    def _merge(self) -> Mask:
        if not len(self._swept):
            return self._chosen
        merged = self._chosen.copy()
        if self._way & Flag.Toggle:
            merged[self._swept] ^= True
        else:
            merged[self._swept] = bool(self._way & Flag.Select)
        return merged

    # Overrides of Qt.

    def select(self, wanted: QItemSelection | Index, command: QItemSelectionModel.SelectionFlag) -> None:
        """Choose what a gesture asks for, with the meaning that Qt gives the flags."""
        if command == Flag.NoUpdate:
            return
        if command & Flag.Clear:
            self._chosen, self._swept = np.zeros(self._size(), dtype=bool), _NO_ROWS
        elif not command & Flag.Current:
            self._chosen, self._swept = self.mask, _NO_ROWS
        if command & (Flag.Select | Flag.Deselect | Flag.Toggle):
            self._way = command
            if self.takes_away and command & Flag.Select and not command & Flag.Clear:
                self._way = Flag.Deselect
            self._swept = self._rows_of(wanted)
        self._merged = None
        self.rows_changed.emit()
        self.repaint_wanted.emit()

    def reset(self) -> None:
        """Keep the chosen rows when the view is sorted or filtered."""
        self.blockSignals(True)
        self.clearCurrentIndex()
        self.blockSignals(False)

    def clear(self) -> None:
        """Choose nothing."""
        self.select(QItemSelection(), Flag.Clear)
        self.clearCurrentIndex()

    def _rows_of(self, wanted: QItemSelection | Index) -> Rows:
        shown = self._features.rows
        if isinstance(wanted, QItemSelection):
            ranges = (wanted.at(number) for number in range(wanted.size()))
            parts = [shown[each.top() : each.bottom() + 1] for each in ranges]
            return np.concatenate(parts) if parts else _NO_ROWS
        return shown[wanted.row() : wanted.row() + 1] if wanted.isValid() else _NO_ROWS
