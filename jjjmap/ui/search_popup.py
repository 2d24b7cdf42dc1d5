"""The list of what the search box found."""

from qtpy.QtCore import QModelIndex, QPoint, QRect, Qt, Signal
from qtpy.QtWidgets import QAbstractItemView, QFrame, QLabel, QListView, QVBoxLayout, QWidget

from jjjmap.ui.models.search_model import SearchModel
from jjjmap.ui.search_rows import SearchRowDelegate

LIST_WIDTH_PX = 520
LIST_HEIGHT_SHARE = 0.72
"""The most of the window's height that the list takes."""


class SearchPopup(QFrame):
    """The list below the box: a part of the window, so that the keyboard stays in the box."""

    row_chosen = Signal(QModelIndex)

    def __init__(self, model: SearchModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("search_popup")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list = QListView(self)
        self.list.setModel(model)
        self.delegate = SearchRowDelegate(self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self.row_chosen)
        self.list.entered.connect(self._follow_pointer)
        self.keys_label = QLabel(self)
        self.keys_label.setObjectName("faint")
        self.keys_label.setContentsMargins(10, 3, 10, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.list, 1)
        column.addWidget(self.keys_label)
        self.hide()

    def place_below(self, box: QWidget) -> None:
        """Lie below the box, inside of the window, as high as the rows need."""
        window = box.window()
        left = box.mapTo(window, QPoint(0, 0)).x()
        top = box.mapTo(window, QPoint(0, box.height())).y() + 2
        width = min(max(box.width(), LIST_WIDTH_PX), window.width() - 8)
        left = max(min(left, window.width() - width - 4), 4)
        self.delegate.set_width(width - 2 - self.list.verticalScrollBar().sizeHint().width())
        self.list.doItemsLayout()
        model = self.list.model()
        rows_px = sum(
            self.list.sizeHintForIndex(model.index(row, 0)).height() for row in range(model.rowCount())
        )
        most = min(round(window.height() * LIST_HEIGHT_SHARE), window.height() - top - 8)
        height = min(rows_px + 4 + self.keys_label.sizeHint().height(), max(most, 80))
        self.setGeometry(QRect(left, top, width, height))

    def _follow_pointer(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsSelectable:
            self.list.setCurrentIndex(index)
