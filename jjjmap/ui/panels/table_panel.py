"""The rows of the user's layers: sorted, filtered, searched, counted, copied, and tied to the map."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from qtpy.QtCore import QByteArray, QPoint, QSignalBlocker, Qt, QTimer, Signal
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.errors import RowsUnreadable
from jjjmap.i18n import _
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.tables.cells import plain_text
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.tables.matching import problem
from jjjmap.layers.tables.searching import rows_with
from jjjmap.layers.tables.sorting import sorted_rows
from jjjmap.layers.tables.statistics import ColumnStatistics, column_statistics
from jjjmap.session.layers.user_layers import Opened, UserLayers
from jjjmap.session.preferences import Preferences
from jjjmap.session.selection import Selection
from jjjmap.session.workspace import Workspace
from jjjmap.ui.column_statistics_view import ColumnStatisticsView
from jjjmap.ui.dialogs.filter_place_dialog import FilterPlaceDialog
from jjjmap.ui.feature_table_view import FeatureTableView
from jjjmap.ui.filter_sentence import FilterSentence
from jjjmap.ui.find_bar import FindBar
from jjjmap.ui.models.feature_table_model import FeatureTableModel
from jjjmap.ui.reckoning import Reckoning
from jjjmap.ui.row_copies import RowCopies
from jjjmap.ui.table_menus import TableMenus

logger = logging.getLogger(__name__)

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

GESTURE_MS = 90
"""So long after the last move the map hears which rows are chosen."""
LAYER_MOST_PX = 230
OFFERED_FROM_ROWS = 100_000
OFFERED_VALUES = 200


@dataclass(slots=True)
class _Look:
    """How the user has set the table of one layer."""

    header: QByteArray | None = None
    column: str = ""
    """By which it is sorted; empty for the order of the file."""
    descending: bool = False


class TablePanel(QWidget):
    """Shows the rows of one layer.

    Parameters
    ----------
    workspace
        Names places.
    layers
        Holds rows, filters, and what is marked.
    selection
        Hears of a single row that is chosen.
    preferences
        Know what the map shows.
    """

    feature_requested = Signal(str)  # feature id: the map is to go there
    bounds_requested = Signal(float, float, float, float)  # west, south, east, north, degrees
    placing_requested = Signal(str)  # layer id: its rows are to be placed by addresses and names
    join_requested = Signal(str)  # layer id: its rows are to be joined to units or places
    told = Signal(str)  # a sentence for the status bar

    def __init__(
        self,
        workspace: Workspace,
        layers: UserLayers,
        selection: Selection,
        preferences: Preferences,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._layers = layers
        self._selection = selection
        self._preferences = preferences
        self._layer_id = ""
        self._looks: dict[str, _Look] = {}
        self._order: Rows | None = None
        self._found: Mask | None = None
        self._reckoning = Reckoning(layers.tasks, layers.work_failed.emit)
        self._copies = RowCopies(self, layers, self._reckoning, self.told.emit)
        self._offered: dict[str, tuple[str, ...]] = {}
        self._is_stale = True
        self.layer_box = QComboBox(self)
        self.find_bar = FindBar(self)
        self.chosen_button, self.columns_button, self.zoom_button, self.copy_button, self.save_button = (
            self._button() for _number in range(5)
        )
        # Only where there is nothing on the map yet: the two ways to get there.
        self.place_button, self.join_button = self._button(), self._button()
        self.chosen_button.setCheckable(True)
        self.sentence = FilterSentence(
            self,
            name_of=self._name_of,
            ask_place=lambda: FilterPlaceDialog.ask_area(self, workspace),
            view_bounds=lambda: preferences.settings.view_bounds_lonlat,
            values_of_column=self._values_of,
        )
        self.model = FeatureTableModel(self)
        self.table = FeatureTableView(self.model, self)
        self.menus = TableMenus(self.table, self.model, self)
        self.columns_button.setMenu(self.menus.columns_menu)
        self.columns_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        # The mark of a menu is drawn over the text; the text has one of its own.
        self.columns_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.note.setContentsMargins(12, 10, 12, 10)
        self.statistics = ColumnStatisticsView(self)
        self._gesture_timer = QTimer(self)
        self._gesture_timer.setInterval(GESTURE_MS)
        self._gesture_timer.setSingleShot(True)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        return button

    def _lay_out(self) -> None:
        self.layer_box.setMaximumWidth(LAYER_MOST_PX)
        self.layer_box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.layer_box.setMinimumContentsLength(8)
        self.layer_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        top = QHBoxLayout()
        top.setContentsMargins(8, 3, 8, 3)
        top.setSpacing(4)
        top.addWidget(self.layer_box, 2)
        top.addWidget(self.find_bar, 3)
        for button in (
            self.place_button,
            self.join_button,
            self.chosen_button,
            self.columns_button,
            self.zoom_button,
            self.copy_button,
            self.save_button,
        ):
            top.addWidget(button)
        body = QWidget(self)
        self._pages = QStackedLayout(body)
        self._pages.addWidget(self.note)
        self._pages.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.sentence)
        column.addWidget(body, 1)

    def _connect(self) -> None:
        self.layer_box.currentIndexChanged.connect(self._take_layer)
        self.find_bar.words_changed.connect(self._search)
        self.find_bar.place_wished.connect(self._go_to_hit)
        self.find_bar.left_downwards.connect(self.table.setFocus)
        self._gesture_timer.timeout.connect(self._tell_chosen)
        self.place_button.clicked.connect(lambda _checked=False: self.placing_requested.emit(self._layer_id))
        self.join_button.clicked.connect(lambda _checked=False: self.join_requested.emit(self._layer_id))
        self.chosen_button.toggled.connect(lambda _is_on: self._show_rows())
        self.zoom_button.clicked.connect(lambda _checked=False: self.zoom())
        self.copy_button.clicked.connect(lambda _checked=False: self.copy())
        self.save_button.clicked.connect(lambda _checked=False: self.save())
        self.sentence.filter_wished.connect(self._set_filter)
        self.table.sort_wished.connect(self._sort)
        self.table.row_opened.connect(self._open_row)
        self.table.copy_wished.connect(self.copy)
        menus = self.menus
        menus.row_opened.connect(self._open_row)
        menus.zoom_wished.connect(self.zoom)
        menus.copy_wished.connect(self.copy)
        menus.statistics_wished.connect(self.show_statistics)
        menus.column_filter_wished.connect(self.sentence.add_for)
        menus.condition_wished.connect(lambda wanted: self.sentence.add(wanted, edits=False))
        self.table.chosen.rows_changed.connect(self._take_gesture)
        self.statistics.value_wished.connect(self._narrow_to)
        self.table.find_wished.connect(self.find_bar.line.setFocus)
        self.table.chosen.currentRowChanged.connect(lambda at, _before: self.find_bar.take_current(at.row()))
        layers = self._layers
        layers.layer_added.connect(self._take_added)
        layers.opened.connect(self._take_opened)
        layers.layer_removed.connect(self._take_removed)
        layers.layer_renamed.connect(lambda _layer_id: self._fill_layers())
        layers.rows_changed.connect(self._take_rows)
        layers.filter_changed.connect(self._take_filter)
        layers.selection_changed.connect(self._take_selection)

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.find_bar.retranslate()
        for button, text, tip in (
            (self.chosen_button, _("仅看所选"), _("只列出选中的行；选中的行在地图上也有标记")),
            (self.columns_button, _("列 ▾"), _("显示或隐藏列；拖动表头可以换位置")),
            (
                self.place_button,
                _("落位…"),
                _("没有坐标：按地址、园区、名称和信用代码，离线给每一行找到位置"),
            ),
            (
                self.join_button,
                _("连接到地图…"),
                _("没有坐标：按地区名称或代码，把每一行连到省、市、县区或地点"),
            ),
            (self.zoom_button, _("缩放到所选"), _("地图移到选中的行；没有选中时移到表里列出的全部行")),
            (self.copy_button, _("复制"), _("把选中的行复制到 Excel；没有选中时复制列出的全部行")),
            (self.save_button, _("导出…"), _("把列出的行按现在的列和次序存为 Excel 或 CSV")),
        ):
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(text)
        self.layer_box.setAccessibleName(_("图层"))
        self.layer_box.setToolTip(_("图层"))
        self.table.setAccessibleName(_("属性表"))
        self.sentence.retranslate()
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(0, self.model.columnCount() - 1))
        self.table.viewport().update()
        self._show_state()

    def show_layer(self, layer_id: str) -> None:
        """Show the rows of a layer."""
        self._fill_layers()
        number = self.layer_box.findData(layer_id)
        if number >= 0:
            self.layer_box.setCurrentIndex(number)

    @property
    def layer_id(self) -> str:
        """The layer that is shown; empty if there is none."""
        return self._layer_id

    # Which layer is shown.

    def _fill_layers(self) -> None:
        chosen = self._layer_id
        with QSignalBlocker(self.layer_box):
            self.layer_box.clear()
            for stored in reversed(self._layers.layers):
                self.layer_box.addItem(" ".join(stored.title.split()), stored.id)
            self.layer_box.setCurrentIndex(max(0, self.layer_box.findData(chosen)))
        if not self._layers.holds(chosen):
            self._take_layer()

    def _take_layer(self) -> None:
        self._remember_look()
        self._layer_id = str(self.layer_box.currentData() or "")
        self._show_layer()

    def _take_added(self, _layer_id: str) -> None:
        self._fill_layers()

    def _take_opened(self, opened: Opened) -> None:
        """Show what was just opened where the user is looking at rows."""
        if opened.layer_ids and self.isVisible():
            self.show_layer(opened.layer_ids[0])

    def _take_removed(self, layer_id: str) -> None:
        self._looks.pop(layer_id, None)
        if layer_id == self._layer_id:
            self._layer_id = ""
        self._fill_layers()

    def _take_rows(self, layer_id: str) -> None:
        if layer_id == self._layer_id:
            self._remember_look()
            self._show_layer()

    def _show_layer(self) -> None:
        """Show the layer from its beginning, as the user last had it."""
        self._reckoning.cancel_all()
        self._order, self._found = None, None
        self._offered = {}
        if not self.isVisible():
            self._is_stale = True
            return
        self._is_stale = False
        with QSignalBlocker(self.chosen_button):
            self.chosen_button.setChecked(False)
        trouble = ""
        table: FeatureTable | None = None
        if self._layer_id:
            try:
                table = self._layers.table(self._layer_id)
            except RowsUnreadable as error:
                logger.warning("layer %s has no rows: %s", self._layer_id, error)
                trouble = _("这个图层的数据读不出来，可能被删除或损坏。请移除它，再打开原来的文件。")
        self.model.show_table(table)
        self.sentence.show_columns(
            table.columns if table is not None else (),
            has_positions=table is not None and table.geometry is not None,
        )
        if table is None:
            self.note.setText(trouble or _("还没有打开数据。从菜单打开表格或矢量文件，或把文件拖到地图上。"))
        self._pages.setCurrentWidget(self.table if table is not None else self.note)
        self._restore_look()
        if table is not None:
            self.table.chosen.show_chosen(self._layers.selected_rows(self._layer_id))
            self._show_filter()
            self._show_rows()
            self._search(self.find_bar.words)
        self._show_state()

    def _remember_look(self) -> None:
        if self._layer_id and self.model.table is not None and not self._is_stale:
            look = self._looks.setdefault(self._layer_id, _Look())
            look.header = self.table.horizontalHeader().saveState()

    def _restore_look(self) -> None:
        look = self._looks.setdefault(self._layer_id, _Look())
        header = self.table.horizontalHeader()
        with QSignalBlocker(header):
            for number in range(header.count()):
                header.showSection(number)
                header.moveSection(header.visualIndex(number), number)
            is_restored = look.header is not None and header.restoreState(look.header)
            if not is_restored:
                self.table.fit_columns()
            names = [column.name for column in self.model.columns]
            number = names.index(look.column) if look.column in names else -1
            order = Qt.SortOrder.DescendingOrder if look.descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(number, order)
        if number >= 0:
            self._sort(number, order)

    # Which rows are shown, and in which order.

    def _show_filter(self) -> None:
        table = self.model.table
        if table is None:
            return
        try:
            wanted = self._layers.filter(self._layer_id)
        except ValueError as error:
            logger.warning("filter of %s is broken: %s", self._layer_id, error)
            wanted = None
        conditions = wanted.conditions if wanted is not None else ()
        problems = {number: problem(table, each) for number, each in enumerate(conditions)}
        self.sentence.show_filter(wanted, {number: why for number, why in problems.items() if why})

    def _set_filter(self, wanted: Filter) -> None:
        if self._layer_id and wanted != (self._layers.filter(self._layer_id) or Filter()):
            self._layers.set_filter(self._layer_id, wanted if wanted else None)

    def _take_filter(self, layer_id: str) -> None:
        if layer_id == self._layer_id and not self._is_stale:
            self._show_filter()
            self._show_rows()

    def _shown_mask(self) -> Mask | None:
        """Return which rows filter and choice let through; None for all."""
        mask = self._layers.shown_rows(self._layer_id)
        if not self.chosen_button.isChecked():
            return mask
        chosen = self.table.chosen.mask
        return chosen.copy() if mask is None else mask & chosen

    def _show_rows(self) -> None:
        table = self.model.table
        if table is None:
            return
        current = self.table.currentIndex()
        row = int(self.model.rows[current.row()]) if current.isValid() else -1
        column = current.column()
        mask = self._shown_mask()
        if self._order is not None:
            rows = self._order if mask is None else self._order[mask[self._order]]
        else:
            rows = np.arange(len(table), dtype=np.int64) if mask is None else np.flatnonzero(mask)
        self.model.show_rows(rows)
        place = self.model.place_of(row)
        if place >= 0:
            self.table.point_at(place, column, centered=True)
        else:
            self.table.scrollToTop()
        self._show_hits()
        self._show_state()

    def _sort(self, number: int, order: Qt.SortOrder) -> None:
        """Sort by a column; by -1 as in the file."""
        table = self.model.table
        if table is None:
            return
        look = self._looks.setdefault(self._layer_id, _Look())
        look.descending = order == Qt.SortOrder.DescendingOrder
        look.column = self.model.columns[number].name if 0 <= number < len(self.model.columns) else ""
        if not look.column:
            self._reckoning.cancel("sort")
            self._take_order(None)
            return
        column, descending = look.column, look.descending
        self._reckoning.start(
            "sort",
            _("按“{column}”排序").format(column=column),
            len(table),
            lambda _progress, _cancelled: sorted_rows(table, column, descending=descending),
            self._take_order,
        )

    def _take_order(self, order: Rows | None) -> None:
        self._order = order
        self._show_rows()

    def _show_state(self) -> None:
        """Say how many rows there are, and enable what can be done with them."""
        table = self.model.table
        has_rows = table is not None and self.model.rowCount() > 0
        for button in (self.copy_button, self.save_button):
            button.setEnabled(has_rows)
        self.zoom_button.setEnabled(has_rows and table is not None and table.geometry is not None)
        for button in (self.place_button, self.join_button):
            button.setVisible(table is not None and table.geometry is None)
        self.columns_button.setEnabled(table is not None)
        self.find_bar.setEnabled(table is not None)
        chosen = self.table.chosen.count
        self.chosen_button.setEnabled(chosen > 0 or self.chosen_button.isChecked())
        if table is None:
            self.sentence.show_count("")
            return
        shown, total = self.model.rowCount(), len(table)
        if shown == total:
            text = _("{n} 行").format(n=f"{total:,}")
        else:
            text = _("符合 {shown} / {n} 行").format(shown=f"{shown:,}", n=f"{total:,}")
        if chosen:
            text += _("，选中 {n} 行").format(n=f"{chosen:,}")
        self.sentence.show_count(text)

    # What is chosen, here and on the map.

    def _take_gesture(self) -> None:
        self._gesture_timer.start()
        self._show_state()

    def _tell_chosen(self) -> None:
        """Tell the map which rows are chosen; a single one is described as well."""
        if not self._layers.holds(self._layer_id):
            return
        rows = self.table.chosen.rows
        for stored in self._layers.layers:
            if stored.id != self._layer_id and len(self._layers.selected_rows(stored.id)):
                self._layers.select_rows(stored.id, [])
        self._layers.select_rows(self._layer_id, rows)
        if len(rows) == 1:
            self._selection.choose(feature_id(self._layer_id, int(rows[0])), fly=False)

    def _take_selection(self, layer_id: str) -> None:
        """Show what is marked on the map, in whichever layer."""
        if self._is_stale or self._gesture_timer.isActive():
            return
        rows = self._layers.selected_rows(layer_id)
        if layer_id != self._layer_id:
            if len(rows) and self.isVisible():
                self.show_layer(layer_id)
                self._point_at(rows)
            return
        if np.array_equal(rows, self.table.chosen.rows):
            return
        self.table.chosen.show_chosen(rows)
        if self.chosen_button.isChecked():
            self._show_rows()
        self._point_at(rows)
        self._show_state()

    def _point_at(self, rows: Rows) -> None:
        """Bring the first of some rows into sight; say so if the filter hides them all."""
        if not len(rows):
            return
        places = [self.model.place_of(int(row)) for row in rows[:1000]]
        shown = [place for place in places if place >= 0]
        if shown:
            self.table.point_at(min(shown), centered=True)
        elif len(rows) <= len(places):
            self.told.emit(_("选中的行被筛选条件挡在表外。"))

    def _open_row(self, row: int) -> None:
        self.feature_requested.emit(feature_id(self._layer_id, row))

    def _rows_meant(self) -> Rows:
        """Return the chosen rows in the order in which they are listed; all listed ones if none is chosen."""
        rows = self.model.rows
        chosen = rows[self.table.chosen.mask[rows]]
        return chosen if len(chosen) else rows

    def zoom(self) -> None:
        """Let the map show the chosen rows, or all that are listed."""
        table = self.model.table
        if table is None or table.geometry is None:
            return
        bounds = _bounds_of(table, self._rows_meant())
        if bounds is None:
            self.told.emit(_("这些行都没有位置，地图不移动。"))
            return
        self.bounds_requested.emit(*bounds)

    # Finding.

    def _search(self, words: str) -> None:
        table = self.model.table
        if table is None or not words:
            self._reckoning.cancel("find")
            self._found = None
            self._show_hits()
            return
        columns = self.table.shown_columns()
        self._reckoning.start(
            "find",
            _("查找“{words}”").format(words=words),
            len(table),
            lambda progress, cancelled: rows_with(
                table, words, columns, progress=progress, cancelled=cancelled
            ),
            self._take_found,
        )

    def _take_found(self, found: Mask) -> None:
        self._found = found
        self._show_hits()
        self.find_bar.go_to_first()

    def _show_hits(self) -> None:
        found = self._found
        places = np.flatnonzero(found[self.model.rows]) if found is not None else None
        self.find_bar.show_places(places, self.table.currentIndex().row())

    def _go_to_hit(self, place: int) -> None:
        self.table.point_at(place, self._column_with(place))

    def _column_with(self, place: int) -> int:
        """Return the first column in whose cell the words stand; -1 if none does."""
        words = self.find_bar.words.lower()
        bare = words.replace(",", "").replace("，", "")
        numbers = {column.name: number for number, column in enumerate(self.model.columns)}
        for name in self.table.shown_columns():
            value = self.model.value_at(self.model.index(place, numbers[name]))
            text = plain_text(value).lower()
            if words in text or (isinstance(value, int | float) and bare in text):
                return numbers[name]
        return -1

    # One column.

    def _narrow_to(self, column: str, value: str) -> None:
        self.sentence.add(Condition(FilterOp.EQUALS, column, (value,)), edits=False)

    def show_statistics(self, number: int) -> None:
        """Show what a column holds, of the rows that are listed."""
        table = self.model.table
        if table is None:
            return
        column = self.model.columns[number].name
        is_part = self.model.rowCount() < len(table)
        rows = self.model.rows if is_part else None
        header = self.table.horizontalHeader()
        left = min(max(header.sectionViewportPosition(number), 0), max(0, self.width() - 380))
        self.statistics.show_waiting(column)
        self.statistics.move(self.table.mapToGlobal(QPoint(left, header.height())))
        self.statistics.show()

        def take(reckoned: ColumnStatistics | None) -> None:
            if reckoned is not None:
                self.statistics.show_statistics(reckoned, is_part=is_part)

        self._reckoning.start(
            "statistics",
            _("统计“{column}”").format(column=column),
            len(table),
            lambda progress, cancelled: column_statistics(
                table, column, rows, progress=progress, cancelled=cancelled
            ),
            take,
        )

    # Leaving the program.

    def copy(self) -> None:
        """Put the chosen rows on the clipboard, or all that are listed."""
        if self.model.table is not None:
            self._copies.copy(self.model.table, self._rows_meant(), self.table.shown_columns())

    def save(self) -> None:
        """Ask for a file and write the listed rows there, as they are listed."""
        if self.model.table is not None:
            columns = self.table.shown_columns()
            self._copies.save(self._layer_id, self.model.table, self.model.rows, columns, self._name_of)

    # Helpers.

    def _name_of(self, place_id: str) -> str:
        if not self._workspace.knows(place_id):
            return place_id
        return self._workspace.place(place_id).name(self._workspace.language)

    def _values_of(self, column: str) -> tuple[str, ...]:
        """Return frequent values of a column, of its first rows: they are offered while one writes."""
        table = self.model.table
        if table is None or column not in table.attributes.column_names:
            return ()
        if column not in self._offered:
            values = table.attributes.column(column).slice(0, OFFERED_FROM_ROWS)
            counted = values.value_counts()
            best = np.argsort(-counted.field("counts").to_numpy(), kind="stable")[:OFFERED_VALUES]
            texts = counted.field("values").take(pa.array(best)).to_pylist()
            self._offered[column] = tuple(text for text in texts if text and len(text) <= 60)
        return self._offered[column]

    # Overrides of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Show what has changed while the panel was not seen."""
        super().showEvent(event)
        if self._is_stale:
            self._fill_layers()
            if self._is_stale:
                self._take_layer()


def _bounds_of(table: FeatureTable, rows: Rows) -> tuple[float, float, float, float] | None:
    """Return the box around some rows, in degrees; None if none of them is anywhere."""
    if table.lon is not None and table.lat is not None:
        lon, lat = table.lon[rows], table.lat[rows]
        known = np.isfinite(lon) & np.isfinite(lat)
        if not known.any():
            return None
        lon, lat = lon[known], lat[known]
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
    import shapely

    west, south, east, north = shapely.total_bounds(table.take(rows).shapes)
    return None if np.isnan(west) else (float(west), float(south), float(east), float(north))
