"""A table of counts with a small bar behind each of them."""

from __future__ import annotations

from qtpy.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSortFilterProxyModel, Qt, Signal
from qtpy.QtGui import QColor, QKeyEvent, QPainter, QResizeEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from jjjmap.ui.models.corpus_model import NAME, TOTAL, CorpusModel, Role
from jjjmap.ui.richtext import link_color

Index = QModelIndex | QPersistentModelIndex

NAME_PX, TOTAL_PX, YEAR_PX = 130, 84, 56
BAR_INSET_PX = 3


class _BarDelegate(QStyledItemDelegate):
    """Paints the bar, then the number over it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        share = index.data(Role.SHARE)
        if share and not option.state & QStyle.StateFlag.State_Selected:
            color = QColor(link_color(option.palette))
            color.setAlphaF(0.28)
            room = QRectF(option.rect).adjusted(2, BAR_INSET_PX, -2, -BAR_INSET_PX)
            room.setLeft(room.right() - max(room.width() * share, 2))
            painter.fillRect(room, color)
        super().paint(painter, option, index)


class CountTable(QTableView):
    """The table; Enter and a double click ask for the place of a row."""

    row_chosen = Signal(str)  # subject id

    def __init__(self, model: CorpusModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = model
        self.proxy = QSortFilterProxyModel(self)
        self.proxy.setSourceModel(model)
        self.proxy.setSortRole(Role.SORT)
        self.setModel(self.proxy)
        self.setItemDelegate(_BarDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSortingEnabled(True)
        self.sortByColumn(TOTAL, Qt.SortOrder.DescendingOrder)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 7)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(36)
        self.doubleClicked.connect(self._choose)
        model.modelReset.connect(self.fit_columns)

    def fit_columns(self) -> None:
        """Give the name what the years leave, but enough to be read."""
        header = self.horizontalHeader()
        for column in range(self._counts.columnCount()):
            least = {NAME: NAME_PX, TOTAL: TOTAL_PX}.get(column, YEAR_PX)
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, max(least, header.sectionSizeHint(column)))
        if self._counts.columnCount():
            others = header.length() - header.sectionSize(NAME)
            header.resizeSection(NAME, max(NAME_PX, self.viewport().width() - others))

    def subject_at(self, index: QModelIndex) -> str:
        """Return the place of a cell; empty for none."""
        if not index.isValid():
            return ""
        return self._counts.rows[self.proxy.mapToSource(index).row()].subject_id

    def year_at(self, index: QModelIndex) -> str | None:
        """Return the year of a cell; None for a cell of all years."""
        return self._counts.year_at(index.column()) if index.isValid() else None

    def point_at(self, subject_id: str) -> None:
        """Make the row of a place the current one, without a year; none if it has none."""
        row = self._counts.row_of(subject_id)
        index = self.proxy.mapFromSource(self._counts.index(row, NAME)) if row >= 0 else QModelIndex()
        self.setCurrentIndex(index)
        if index.isValid():
            self.scrollTo(index)

    def _choose(self, index: QModelIndex) -> None:
        if self.subject_at(index):
            self.row_chosen.emit(self.subject_at(index))

    # Overrides of Qt.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the name what the years leave of the new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for the place on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)
