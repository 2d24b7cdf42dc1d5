"""The list of a style's classes: symbols ask for another colour, labels and breaks are written over."""

from __future__ import annotations

from qtpy.QtCore import QModelIndex, QSize, Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from jjjmap.i18n import _
from jjjmap.ui.models.style_classes_model import LARGEST_PX, ClassColumn, StyleClassesModel
from jjjmap.ui.symbols import ICON_PX


class StyleClassesTable(QTableView):
    """The list of classes; a double click or Enter on a symbol asks for its colour."""

    color_requested = Signal(int)  # row

    def __init__(self, model: StyleClassesModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName(_("类别和图例"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.make_room(False)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(ClassColumn.LABEL, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self._ask)

    def make_room(self, is_sized: bool) -> None:
        """Make rows as high as their symbols: those that are proportional are as large as on the map."""
        side = LARGEST_PX if is_sized else ICON_PX
        self.setIconSize(QSize(side, side))
        self.verticalHeader().setDefaultSectionSize(max(side + 4, self.fontMetrics().height() + 11))

    def _ask(self, index: QModelIndex) -> None:
        if index.isValid() and index.column() == ClassColumn.SYMBOL:
            self.color_requested.emit(index.row())

    # Overrides of Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for a colour on Enter; without this, Enter would close the dialog."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.state() != QAbstractItemView.State.EditingState:
            index = self.currentIndex()
            if index.column() == ClassColumn.SYMBOL:
                self._ask(index)
            elif index.flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(index)
            return
        super().keyPressEvent(event)
