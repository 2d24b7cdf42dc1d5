"""The comparison dock: pinned places in one table, with units and periods aligned."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from qtpy.QtCore import QModelIndex, QPoint, Qt, Signal
from qtpy.QtGui import QCursor, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.export.tables import tsv_text
from jjjmap.i18n import _
from jjjmap.session.pins import MAX_PINS, Pins
from jjjmap.session.selection import Selection
from jjjmap.session.workspace import Workspace
from jjjmap.ui.dialogs.save_table_dialog import SaveTableDialog
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.models.compare_model import CompareCell, CompareModel

TITLES_PX = 190
NARROWEST_PX = 150
CHIP_LEAST_PX = 44


class CompareTable(QTableView):
    """A table that shares its width among the places, and scrolls where they would get too narrow."""

    source_requested = Signal(object)  # CompareCell

    def __init__(self, model: CompareModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._compare = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setWordWrap(True)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setHighlightSections(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.doubleClicked.connect(self._ask_for_source)
        model.modelReset.connect(self.fit_columns)

    def fit_columns(self) -> None:
        """Share the width out evenly and let the rows grow as high as their words need."""
        places = len(self._compare.places)
        if not places:
            return
        room = self.viewport().width()
        titles = min(TITLES_PX, room * 30 // 100)
        self.horizontalHeader().resizeSection(0, titles)
        for column in range(1, places + 1):
            self.horizontalHeader().resizeSection(column, max((room - titles) // places, NARROWEST_PX))
        self.resizeRowsToContents()

    def copy(self) -> None:
        """Copy the chosen rows with their sources, or all of them."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        QGuiApplication.clipboard().setText(tsv_text(self._compare.as_table(rows or None)))

    def _ask_for_source(self, index: QModelIndex) -> None:
        cell = self._compare.cell_at(index)
        if cell is not None and cell.source_ids:
            self.source_requested.emit(cell)

    # Overrides of Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on Ctrl+C; show the source of the cell on Enter."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask_for_source(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width out."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit_columns()


class ComparePanel(QWidget):
    """Shows what `Pins` holds; it is filled when it is first seen."""

    place_requested = Signal(str)  # place id, from the head of a column

    def __init__(
        self, workspace: Workspace, pins: Pins, selection: Selection, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._pins = pins
        self._selection = selection
        self._folder = ""
        self._is_stale = True
        self.model = CompareModel(workspace, self)
        self.table = CompareTable(self.model, self)
        self.message = QLabel(self)
        self.message.setObjectName("faint")
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setContentsMargins(12, 0, 12, 4)
        self.pin_button = self._button(self._pin_chosen)
        self.clear_button = self._button(pins.clear)
        self.copy_button = self._button(self.table.copy)
        self.save_button = self._button(self.save)
        self.shared_box = QCheckBox(self)
        self.chips = [self._button(partial(self._unpin, number)) for number in range(MAX_PINS)]
        self._nothing = QLabel(self)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._nothing.setContentsMargins(12, 8, 12, 8)
        self._lay_out()
        pins.pins_changed.connect(self._take_pins)
        pins.pin_refused.connect(self._tell_refused)
        selection.place_chosen.connect(self._show_buttons)
        selection.selection_cleared.connect(self._show_buttons)
        self.shared_box.toggled.connect(self.refresh)
        self.table.source_requested.connect(self._show_source)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.horizontalHeader().sectionDoubleClicked.connect(self._ask_for_place)
        self.retranslate()

    def _button(self, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.clicked.connect(lambda _checked=False: slot())
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(8, 3, 8, 3)
        top.setSpacing(4)
        top.addWidget(self.pin_button)
        for chip in self.chips:
            # A long name gives way before the window does; the tooltip has all of it.
            chip.setMinimumWidth(CHIP_LEAST_PX)
            top.addWidget(chip)
        top.addStretch(1)
        for widget in (self.shared_box, self.copy_button, self.save_button, self.clear_button):
            top.addWidget(widget)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.message)
        column.addLayout(self._pages, 1)

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.table.setAccessibleName(_("地点比较表"))
        self.pin_button.setText(_("＋ 加入当前地点"))
        self.pin_button.setToolTip(_("把当前选中的地点加入比较，最多 {n} 处").format(n=MAX_PINS))
        self.clear_button.setText(_("清空"))
        self.copy_button.setText(_("复制"))
        self.copy_button.setToolTip(_("复制选中的行；没有选中时复制全部，均带来源"))
        self.save_button.setText(_("保存…"))
        self.save_button.setToolTip(_("把整张表连同来源存为 Excel 或 CSV"))
        self.shared_box.setText(_("只看两处以上都有的指标"))
        self._nothing.setText(
            _(
                "还没有要比较的地点。选中一个地点后点“加入当前地点”，最多 {n} 处；"
                "同一指标排在同一行，每个数都照来源写的单位，带时期和来源。"
            ).format(n=MAX_PINS)
        )
        self._tell("")
        self.refresh()

    def refresh(self) -> None:
        """Show what is pinned by now; at once if the dock is seen, else when it is."""
        self._show_buttons()
        if not self.isVisible():
            self._is_stale = True
            return
        self._is_stale = False
        self.model.show_places(self._pins.place_ids, only_shared=self.shared_box.isChecked())
        self._pages.setCurrentWidget(self.table if self.model.places else self._nothing)
        self.table.fit_columns()

    def save(self) -> None:
        """Ask for a file and write the whole table there, with the sources."""
        path = SaveTableDialog.save(self, self._folder, self.model.as_table())
        if path is not None:
            self._folder = str(path.parent)
            self._tell(_("已保存：{path}").format(path=path))

    # What is pinned.

    def _take_pins(self) -> None:
        self._tell("")
        self.refresh()

    def _tell(self, sentence: str) -> None:
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))

    def _show_buttons(self) -> None:
        language = self._workspace.language
        pinned = self._pins.place_ids
        for number, chip in enumerate(self.chips):
            chip.setVisible(number < len(pinned))
            if number < len(pinned):
                place = self._workspace.place(pinned[number])
                chip.setText(f"{place.label(language)} ✕")
                chip.setToolTip(_("不再比较“{name}”").format(name=place.name(language)))
                chip.setAccessibleName(chip.toolTip())
        chosen = self._selection.place_id
        self.pin_button.setEnabled(bool(chosen) and not self._pins.holds(chosen))
        for widget in (self.clear_button, self.copy_button, self.save_button, self.shared_box):
            widget.setEnabled(bool(pinned))

    def _pin_chosen(self) -> None:
        if self._selection.place_id:
            self._pins.add(self._selection.place_id)

    def _unpin(self, number: int) -> None:
        if number < len(self._pins.place_ids):
            self._pins.remove(self._pins.place_ids[number])

    def _tell_refused(self, place_id: str) -> None:
        name = self._workspace.place(place_id).name(self._workspace.language)
        self._tell(_("最多比较 {n} 处，没有加入“{name}”；请先移去一处。").format(n=MAX_PINS, name=name))

    # What the user asks for.

    def _ask_for_place(self, column: int) -> None:
        if column > 0:
            self.place_requested.emit(self.model.places[column - 1].id)

    def _show_source(self, cell: CompareCell) -> None:
        self._show_card(cell.source_ids[0])

    def _show_card(self, source_id: str) -> None:
        source = self._workspace.catalogue.sources.get(source_id)
        if source is None:
            return
        where = QCursor.pos()
        if not self.rect().contains(self.mapFromGlobal(where)):
            where = self.mapToGlobal(self.rect().center())
        SourceCard.show_source(source, self.model.mark(source_id), self._workspace.language, self, where)

    def _show_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("复制（带来源）"), QKeySequence(QKeySequence.StandardKey.Copy), self.table.copy)
        menu.addAction(_("保存为表格…"), self.save)
        cell = self.model.cell_at(self.table.indexAt(where))
        sources = self._workspace.catalogue.sources
        known = [key for key in cell.source_ids if key in sources] if cell else []
        if known:
            menu.addSeparator()
        for source_id in known:
            text = _("查看来源 [{n}] {title}").format(
                n=self.model.mark(source_id), title=sources[source_id].title.replace("&", "&&")
            )
            menu.addAction(text, partial(self._show_card, source_id))
        menu.popup(self.table.viewport().mapToGlobal(where))

    # Overrides of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Fill the table when it is first seen."""
        super().showEvent(event)
        if self._is_stale:
            self.refresh()
