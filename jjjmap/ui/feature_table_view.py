"""The table of a user's layer: rows are chosen as a whole, columns are moved, hidden and sorted by."""

from __future__ import annotations

from qtpy.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from qtpy.QtGui import QKeyEvent, QKeySequence, QMouseEvent
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

from jjjmap.layers.opening.records import ColumnKind
from jjjmap.ui.models.feature_table_model import FeatureTableModel
from jjjmap.ui.row_selection import RowSelection

Index = QModelIndex | QPersistentModelIndex

SAMPLE_ROWS = 200
"""So many cells say how wide a column is at first."""
LEAST_PX, MOST_PX = 56, 280


class _RowDelegate(QStyledItemDelegate):
    """Paints chosen rows as such."""

    def __init__(self, model: FeatureTableModel, selection: RowSelection, parent: QWidget) -> None:
        super().__init__(parent)
        self._features = model
        self._chosen = selection

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if self._chosen.is_chosen(int(self._features.rows[index.row()])):
            option.state |= QStyle.StateFlag.State_Selected


class FeatureTableView(QTableView):
    """Shows a `FeatureTableModel`; a header is clicked for up, down, and the order of the file."""

    sort_wished = Signal(
        int, Qt.SortOrder
    )  # number of the column, -1 for the order of the file; Qt.SortOrder
    row_opened = Signal(int)  # number of a row in the table: Enter or a double click
    copy_wished = Signal()
    find_wished = Signal()

    def __init__(self, model: FeatureTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._features = model
        self.setModel(model)
        self.chosen = RowSelection(model, self)
        self.setSelectionModel(self.chosen)
        self.setItemDelegate(_RowDelegate(model, self.chosen, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        down = self.verticalHeader()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(self.fontMetrics().height() + 7)
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        down.setHighlightSections(False)
        across = self.horizontalHeader()
        across.setHighlightSections(False)
        across.setSectionsMovable(True)
        across.setSectionsClickable(True)
        across.setSortIndicatorShown(True)
        across.setSortIndicatorClearable(True)
        across.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        across.setMinimumSectionSize(36)
        across.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        across.sortIndicatorChanged.connect(self.sort_wished)
        self.chosen.repaint_wanted.connect(self.viewport().update)
        self.doubleClicked.connect(self._open)

    def fit_columns(self) -> None:
        """Make each column as wide as its first cells and its name need, within bounds."""
        header = self.horizontalHeader()
        metrics = self.fontMetrics()
        rows = min(self._features.rowCount(), SAMPLE_ROWS)
        for number, column in enumerate(self._features.columns[:200]):
            texts = (str(self._features.index(row, number).data()) for row in range(rows))
            longest = max(texts, key=len, default="")
            # Wide characters are few in a long text of figures: measure the longest only.
            wanted = max(metrics.horizontalAdvance(longest) + 18, header.sectionSizeHint(number))
            least = LEAST_PX if column.kind is not ColumnKind.TEXT else LEAST_PX + 16
            header.resizeSection(number, min(max(wanted, least), MOST_PX))

    def shown_columns(self) -> list[str]:
        """Return the names of the columns that are not hidden, from left to right."""
        header = self.horizontalHeader()
        order = [header.logicalIndex(place) for place in range(header.count())]
        return [self._features.columns[each].name for each in order if not header.isSectionHidden(each)]

    def point_at(self, place: int, column: int = -1, *, centered: bool = False) -> None:
        """Make a cell the current one and bring it into sight, without choosing its row."""
        current = self.currentIndex()
        wanted = column if column >= 0 else max(current.column(), self._first_column())
        index = self._features.index(place, wanted)
        if not index.isValid():
            return
        self.chosen.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        hint = QAbstractItemView.ScrollHint
        self.scrollTo(index, hint.PositionAtCenter if centered else hint.EnsureVisible)

    def column_at(self, where: QPoint) -> int:
        """Return the column under a point of the header; -1 for none."""
        return int(self.horizontalHeader().logicalIndexAt(where))

    def _is_chosen(self, index: Index) -> bool:
        return index.isValid() and self.chosen.is_chosen(int(self._features.rows[index.row()]))

    def _first_column(self) -> int:
        header = self.horizontalHeader()
        order = (header.logicalIndex(place) for place in range(header.count()))
        return next((each for each in order if not header.isSectionHidden(each)), 0)

    def _open(self, index: Index) -> None:
        if index.isValid():
            self.row_opened.emit(int(self._features.rows[index.row()]))

    # Overrides of Qt.

    def selectionCommand(
        self, index: Index, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Leave the chosen rows chosen when a menu is asked for on one of them."""
        asks_for_menu = isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.RightButton
        if asks_for_menu and self._is_chosen(index):
            return QItemSelectionModel.SelectionFlag.NoUpdate
        return super().selectionCommand(index, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take rows away where Ctrl is held on a chosen one."""
        index = self.indexAt(event.position().toPoint())
        with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.chosen.takes_away = with_ctrl and self._is_chosen(index)
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what Ctrl began."""
        super().mouseReleaseEvent(event)
        self.chosen.takes_away = False

    def event(self, event: QEvent) -> bool:
        """Keep the key for finding from the window, which has one of its own."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.matches(QKeySequence.StandardKey.Find)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy rows rather than one cell; go to a row on Enter."""
        if event.matches(QKeySequence.StandardKey.Find):
            self.find_wished.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wished.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)
