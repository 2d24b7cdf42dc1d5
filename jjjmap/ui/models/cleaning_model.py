"""The steps of a document's cleaning as a table with a check box each."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jjjmap.i18n import _
from jjjmap.text.records import CleaningStep, Document
from jjjmap.ui.library_texts import cleaning_name
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex

SAMPLE_CHARS = 60


class StepColumn(IntEnum):
    """What stands where."""

    KIND = 0
    PLACES = 1
    CHARACTERS = 2
    SAMPLE = 3


class CleaningModel(QAbstractTableModel):
    """Steps, one a row, in the order in which they were done; a checked one is done."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._wanted = {step.id: step.is_active for step in document.steps}

    def step_at(self, row: int) -> CleaningStep:
        """Return the step of a row."""
        return self._document.steps[row]

    def is_wanted(self, step: CleaningStep) -> bool:
        """Whether a step is to be done."""
        return self._wanted[step.id]

    def changes(self) -> dict[str, bool]:
        """Return the steps that are to be taken back (False) or done again (True), by id."""
        return {
            step.id: self._wanted[step.id]
            for step in self._document.steps
            if self._wanted[step.id] is not step.is_active
        }

    def set_all(self, is_wanted: bool) -> None:
        """Want all steps, or none."""
        self._wanted = dict.fromkeys(self._wanted, is_wanted)
        if self.rowCount():
            last = self.index(self.rowCount() - 1, 0)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.CheckStateRole])

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row a step."""
        return 0 if parent.isValid() else len(self._document.steps)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """See `StepColumn`."""
        return 0 if parent.isValid() else len(StepColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(StepColumn):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(StepColumn(section))
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (_("做了什么"), _("处"), _("字"), _("去掉的文字"))[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let the first cell of a row be checked."""
        flags = super().flags(index)
        if index.column() == StepColumn.KIND:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        step, column = self.step_at(index.row()), StepColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(step, column)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(self._text(step, column))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.CheckStateRole if column is StepColumn.KIND:
                return Qt.CheckState.Checked if self.is_wanted(step) else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Want a step, or take it back."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid() or index.column() != StepColumn.KIND:
            return False
        self._wanted[self.step_at(index.row()).id] = Qt.CheckState(value) == Qt.CheckState.Checked
        self.dataChanged.emit(index, index, [role])
        return True

    def _text(self, step: CleaningStep, column: StepColumn) -> str:
        match column:
            case StepColumn.KIND:
                return cleaning_name(step.kind)
            case StepColumn.PLACES:
                return f"{len(step.edits):,}"
            case StepColumn.CHARACTERS:
                return f"{sum(edit.end - edit.start - len(edit.replacement) for edit in step.edits):,}"
            case StepColumn.SAMPLE:
                return self._sample(step)

    def _sample(self, step: CleaningStep) -> str:
        raw = self._document.raw.text
        words: list[str] = []
        for edit in step.edits:
            taken = " ".join(raw[edit.start : min(edit.end, edit.start + SAMPLE_CHARS)].split())
            if taken:
                words.append(taken)
            if sum(map(len, words)) >= SAMPLE_CHARS:
                break
        return " · ".join(words)[:SAMPLE_CHARS] or _("（换行和空格）")


def _alignment(column: StepColumn) -> Qt.AlignmentFlag:
    is_number = column in (StepColumn.PLACES, StepColumn.CHARACTERS)
    across = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    return across | Qt.AlignmentFlag.AlignVCenter
