"""The rows of a result: what could not be reckoned shows a dash and says why, a zero is a zero."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from qtpy.QtGui import QGuiApplication, QPalette

from jjjmap.i18n import _
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.tables.cells import plain_text
from jjjmap.ui.models.feature_table_model import FeatureTableModel, kind_name
from jjjmap.ui.richtext import tooltip

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.provenance import ColumnNote, Missing, Provenance

Index = QModelIndex | QPersistentModelIndex

NOTHING = "—"
ID_ENDINGS = ("_id", "_ids")
"""Of the measures of columns that are not shown; the code of a unit, ``id``, is."""
SIGNIFICANT, MOST_DECIMALS = 4, 8
"""Digits of the largest number of a column that are shown; tooltips and exports have all of them."""


class AnalysisTableModel(FeatureTableModel):
    """Shows rows that an analysis made, with what is known of each column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notes: dict[str, ColumnNote] = {}
        self._missing: dict[str, list[Missing]] = {}
        self._decimals: dict[int, int] = {}

    def show_result(self, table: FeatureTable | None, provenance: Provenance | None) -> None:
        """Show all rows of a result in the order in which they were made; None for nothing."""
        self._notes, self._missing, self._decimals = {}, {}, {}
        if provenance is not None:
            self._notes = {note.name: note for note in provenance.columns}
            for each in provenance.missing:
                self._missing.setdefault(each.column, []).append(each)
        self.show_table(table)

    def is_for_program(self, column: int) -> bool:
        """Whether a column has nothing but ids of the catalogue: clicks need them, readers do not."""
        note = self._notes.get(self.columns[column].name)
        return note is not None and note.measure.endswith(ID_ENDINGS)

    def why_missing(self, index: Index) -> str:
        """Return why a cell is empty, as far as that is known."""
        column = self.columns[index.column()].name
        told = self._missing.get(column, [])
        names = set(map(plain_text, self._row_values(index)))
        own = [each for each in told if names.intersection(each.units)]
        # Only the first rows of each reason are named: with one reason it is this one.
        reasons = own or (told if len(told) == 1 else [])
        if reasons:
            return "\n".join(dict.fromkeys(each.text for each in reasons))
        if told:
            return _("没有算出，原因是其中之一：{reasons}").format(
                reasons=_("；").join(dict.fromkeys(each.text for each in told))
            )
        return _("没有值；这不是 0。")

    def _decimals_of(self, column: int) -> int:
        if column not in self._decimals and self.table is not None:
            self._decimals[column] = _decimals(self.table.attributes.column(column))
        return self._decimals.get(column, 0)

    def _row_values(self, index: Index) -> list[Any]:
        return [
            self.value_at(self.index(index.row(), number))
            for number, column in enumerate(self.columns)
            if column.kind is ColumnKind.TEXT
        ]

    # Overrides of Qt.

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of a column; its tooltip has the formula."""
        if (
            orientation == Qt.Orientation.Horizontal
            and role == Qt.ItemDataRole.ToolTipRole
            and 0 <= section < len(self.columns)
        ):
            column = self.columns[section]
            note = self._notes.get(column.name)
            if note is None:
                return tooltip(f"{column.name}（{kind_name(column.kind)}）")
            unit = _("单位：{unit}").format(unit=note.unit) if note.unit else ""
            formula = f"{column.name} = {note.formula}" if note.formula else column.name
            return tooltip(_("；").join(part for part in (formula, unit, note.reference) if part))
        return super().headerData(section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows; a dash for nothing, and why."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            shown = super().data(index, role)
            value = self.value_at(index)
            if isinstance(value, float) and shown:
                return _number_text(value, self._decimals_of(index.column()), str(shown))
            return shown or (NOTHING if not isinstance(value, str) else "")
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole):
            value = self.value_at(index)
            is_missing = value is None or (isinstance(value, float) and value != value)
            if is_missing and role == Qt.ItemDataRole.ToolTipRole:
                return tooltip(self.why_missing(index))
            if role == Qt.ItemDataRole.ForegroundRole:
                palette = QGuiApplication.palette()
                return palette.color(QPalette.ColorRole.PlaceholderText) if is_missing else None
        if role == Qt.ItemDataRole.AccessibleTextRole and self.data(index) == NOTHING:
            return _("没有值")
        return super().data(index, role)


def _decimals(values: Any) -> int:
    """Return with how many decimals the numbers of a column are shown, all alike: they are compared."""
    import pyarrow.compute as pc

    known = pc.filter(values, pc.is_finite(pc.fill_null(values, math.nan)))
    largest = pc.max(pc.abs(known)).as_py()
    if not largest or pc.all(pc.equal(pc.floor(known), known)).as_py():
        return 0
    return min(max(SIGNIFICANT - 1 - math.floor(math.log10(largest)), 1), MOST_DECIMALS)


def _number_text(value: float, decimals: int, shown: str) -> str:
    """Return a number with some decimals; one that would look like zero, or is huge, as it is elsewhere."""
    if abs(value) >= 1e15 or (value and abs(value) < 0.5 * 10**-decimals):
        return f"{value:.2g}" if abs(value) < 1 else shown
    return f"{value:,.{decimals}f}"
