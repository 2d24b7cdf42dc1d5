"""The table of the review: single keys decide, and the sentence stands around its figure."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from qtpy.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPalette, QResizeEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from jjjmap.ui.models.figures_review_model import FigureColumn, FiguresReviewModel, Role

SENTENCE_LEAST_PX = 200
WIDTHS_PX = {
    FigureColumn.STATUS: 44,
    FigureColumn.WORDS: 112,
    FigureColumn.QUALIFIER: 48,
    FigureColumn.VALUE: 150,
    FigureColumn.UNIT: 60,
    FigureColumn.INDICATOR: 130,
    FigureColumn.LINKED: 120,
    FigureColumn.PERIOD: 96,
    FigureColumn.SCOPE: 84,
    FigureColumn.DOCUMENT: 120,
}
GIVE_WAY = (
    FigureColumn.QUALIFIER,
    FigureColumn.UNIT,
    FigureColumn.DOCUMENT,
    FigureColumn.LINKED,
    FigureColumn.VALUE,
)
"""Columns that are left out, in this order, where the sentence gets too narrow: the words tell as much."""

_WISHES = {
    Qt.Key.Key_C: "accept",
    Qt.Key.Key_Return: "accept",
    Qt.Key.Key_Enter: "accept",
    Qt.Key.Key_X: "reject",
    Qt.Key.Key_Delete: "reject",
    Qt.Key.Key_R: "edit",
    Qt.Key.Key_F2: "edit",
}


class SentenceDelegate(QStyledItemDelegate):
    """Draws a sentence around its figure, which is bold and always in sight."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the end of what stands before the figure, the figure, and what follows."""
        marked = index.data(Role.MARKED)
        if marked is None:
            super().paint(painter, option, index)
            return
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        text, shown.text = str(index.data() or ""), ""
        widget = option.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, widget)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
        faint = index.data(Qt.ItemDataRole.ForegroundRole)
        room: QRect = option.rect.adjusted(4, 0, -4, 0)
        plain, bold = QFont(option.font), QFont(option.font)
        bold.setBold(True)
        start, end = marked
        words = text[start:end]
        words_px = QFontMetrics(bold).horizontalAdvance(words)
        metrics = QFontMetrics(plain)
        before = metrics.elidedText(
            text[max(0, start - 120) : start],
            Qt.TextElideMode.ElideLeft,
            max(0, (room.width() - words_px) // 2),
        )
        painter.save()
        painter.setPen(faint.color() if faint is not None and not is_selected else option.palette.color(role))
        left = room.left()
        for part, font in ((before, plain), (words, bold), (text[end : end + 300], plain)):
            place = QRect(left, room.top(), max(0, room.right() - left), room.height())
            used = QFontMetrics(font)
            painter.setFont(font)
            painter.drawText(
                place,
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine,
                used.elidedText(part, Qt.TextElideMode.ElideRight, place.width()),
            )
            left += used.horizontalAdvance(part)
        painter.restore()


class FiguresReviewTable(QTableView):
    """The figures; single keys decide, what the words say anyhow gives way to the sentence."""

    key_wished = Signal(str)  # "accept", "reject" or "edit"

    def __init__(self, model: FiguresReviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.shows_documents = False
        self.setItemDelegateForColumn(FigureColumn.SENTENCE, SentenceDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(36)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(FigureColumn.SENTENCE, QHeaderView.ResizeMode.Stretch)
        self.setSortingEnabled(True)
        self.sortByColumn(FigureColumn.SENTENCE, Qt.SortOrder.AscendingOrder)

    def chosen_rows(self) -> list[int]:
        """Return the chosen rows, from top to bottom."""
        # By stretches: asked row by row, forty thousand of them take seconds.
        ranges = self.selectionModel().selection()
        stretches = (ranges.at(number) for number in range(ranges.size()))
        return sorted({row for each in stretches for row in range(each.top(), each.bottom() + 1)})

    def choose(self, rows: Sequence[int]) -> None:
        """Choose rows and nothing else, and make the first of them the current one."""
        selection = self.selectionModel()
        model = self.model()
        wanted = QItemSelection()
        for row in rows:
            wanted.select(model.index(row, 0), model.index(row, len(FigureColumn) - 1))
        selection.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            selection.setCurrentIndex(
                model.index(rows[0], FigureColumn.WORDS), QItemSelectionModel.SelectionFlag.NoUpdate
            )
            self.scrollTo(self.currentIndex())

    def fit_columns(self) -> None:
        """Give each column what it needs, and leave out as many as the sentence needs."""
        header = self.horizontalHeader()
        widths = {
            column: max(least_px, header.sectionSizeHint(column)) for column, least_px in WIDTHS_PX.items()
        }
        left_out = set() if self.shows_documents else {FigureColumn.DOCUMENT}
        room = self.viewport().width() - sum(
            width for column, width in widths.items() if column not in left_out
        )
        for column in GIVE_WAY:
            if room >= SENTENCE_LEAST_PX:
                break
            if column not in left_out:
                left_out.add(column)
                room += widths[column]
        for column, width_px in widths.items():
            self.setColumnHidden(column, column in left_out)
            if column not in left_out:
                header.resizeSection(column, width_px)

    # Overrides of Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Decide by single keys."""
        wish = _WISHES.get(Qt.Key(event.key()))
        if wish is not None and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            self.key_wished.emit(wish)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns to the new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit_columns()
