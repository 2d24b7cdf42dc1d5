"""The table of a place's figures with its remarks below; a click on a mark asks for the source."""

from qtpy.QtCore import QModelIndex, QPoint, Qt, Signal
from qtpy.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QMenu,
    QSplitter,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.details import PlaceDetails
from jjjmap.i18n import _
from jjjmap.session.workspace import Workspace
from jjjmap.ui.models.figures_model import Column, FiguresModel
from jjjmap.ui.place_texts import PlaceTexts
from jjjmap.ui.richtext import RichTextView

NOTES_HEIGHT_PX = 130


class FiguresTable(QTableView):
    """A table whose rows are copied with their sources."""

    source_requested = Signal(str)  # source id

    def __init__(self, model: FiguresModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setWordWrap(True)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.clicked.connect(self._follow)

    def fit_columns(self) -> None:
        """Share the width out: numbers and marks take what they need, words what is left."""
        room = self.viewport().width()
        header = self.horizontalHeader()
        needs = {}
        for column in Column:
            longest = max(
                (
                    self.fontMetrics().horizontalAdvance(str(self._figures.index(row, column).data() or ""))
                    for row in range(self._figures.rowCount())
                ),
                default=0,
            )
            title = self.fontMetrics().horizontalAdvance(
                str(self._figures.headerData(column, Qt.Orientation.Horizontal))
            )
            needs[column] = max(longest, title) + 14
        fixed = {
            Column.VALUE: min(needs[Column.VALUE], room * 32 // 100),
            Column.PERIOD: min(needs[Column.PERIOD], room * 24 // 100),
            Column.SOURCE: min(needs[Column.SOURCE], room * 14 // 100),
        }
        left = max(room - sum(fixed.values()), 80)
        for column, width in (*fixed.items(), (Column.INDICATOR, left)):
            header.resizeSection(column, width)
        self.resizeRowsToContents()

    def copy(self) -> None:
        """Copy the chosen rows with their sources, or all of them."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        QGuiApplication.clipboard().setText(self._figures.as_tsv(rows or range(self._figures.rowCount())))

    def _follow(self, index: QModelIndex) -> None:
        if index.column() == Column.SOURCE:
            self.source_requested.emit(self._figures.source_id_at(index.row()))

    def _show_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("复制（带来源）"), QKeySequence(QKeySequence.StandardKey.Copy), self.copy)
        index = self.indexAt(where)
        if index.isValid():
            source_id = self._figures.source_id_at(index.row())
            menu.addAction(_("查看来源"), lambda: self.source_requested.emit(source_id))
        menu.popup(self.viewport().mapToGlobal(where))

    # Overrides of Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on Ctrl+C; show the source of the row on Enter."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.source_requested.emit(self._figures.source_id_at(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width out."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit_columns()


class FiguresView(QWidget):
    """Table and remarks, or a sentence that there are none."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = FiguresModel(workspace, self)
        self.table = FiguresTable(self.model, self)
        self.notes = RichTextView(self)
        self._nothing = QLabel(self)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._nothing.setContentsMargins(12, 12, 12, 12)
        self._hint = QLabel(self)
        self._hint.setObjectName("faint")
        self._hint.setContentsMargins(12, 2, 12, 4)
        self._hint.setWordWrap(True)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.addWidget(self.table)
        splitter.addWidget(self.notes)
        splitter.setStretchFactor(0, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([400, NOTES_HEIGHT_PX])
        filled = QWidget(self)
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(splitter, 1)
        column.addWidget(self._hint)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(filled)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.table.setAccessibleName(_("数据表"))
        self.notes.setAccessibleName(_("数据说明"))
        self._hint.setText(_("点 [n] 看来源；选中行按 Ctrl+C 连同来源一起复制。"))

    def show_details(self, details: PlaceDetails, texts: PlaceTexts) -> None:
        """Show the figures of a place."""
        self.model.show_details(details)
        if not details.figures:
            self._nothing.setText(texts.no_figures())
            self._stack.setCurrentIndex(0)
            return
        notes = texts.figure_notes()
        self.notes.show_markup(notes)
        self.notes.setVisible(bool(notes))
        self._stack.setCurrentIndex(1)
        self.table.fit_columns()
        self.table.scrollToTop()
