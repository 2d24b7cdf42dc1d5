"""The review of a list that was placed: what is doubtful is chosen, clicked on the map, or left."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from qtpy.QtCore import QItemSelection, QSignalBlocker, QSize, Qt, QTimer, Signal
from qtpy.QtGui import QAction, QKeySequence, QShowEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSplitter,
    QStackedLayout,
    QTableView,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _, language
from jjjmap.locating.evidence import level_name, row_sentences
from jjjmap.locating.placing import Placements
from jjjmap.locating.records import Level
from jjjmap.session.layers.placing import Placing
from jjjmap.ui.filter_line import FilterLine
from jjjmap.ui.models.placing_model import (
    CONFIDENCE,
    LEVEL,
    PLACE,
    REMARK,
    SAID,
    TITLE,
    PlacingFilter,
    PlacingModel,
)
from jjjmap.ui.table_rows import choose_row

FILTER_PX = 200
WIDTHS_PX = {TITLE: 160, SAID: 210, PLACE: 200, LEVEL: 70, CONFIDENCE: 84}
LIST_BOX_PX = 200
WRITING_MS = 300


class PlacingPanel(QWidget):
    """Shows the rows of one list with their places, and lets the user correct them."""

    place_requested = Signal(str, float, float)  # place id (may be empty), lon, lat: the map is to go there
    told = Signal(str)  # a sentence for the status bar

    def __init__(self, placing: Placing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._placing = placing
        self._layer_id = ""
        self._ids_by_name: dict[str, str] = {}
        self._is_stale = True
        self.model = PlacingModel(lambda row: placing.row_title(self._layer_id, row), self)
        self.list_box = QComboBox(self)
        self.filter_box = QComboBox(self)
        self.filter_line = FilterLine(self)
        self.filter_line.setClearButtonEnabled(True)
        self.filter_line.setMaximumWidth(FILTER_PX)
        self.count_label = QLabel(self)
        self.count_label.setObjectName("faint")
        self.table = QTableView(self)
        self.why = QPlainTextEdit(self)
        self.why.setReadOnly(True)
        self.candidates_label = QLabel(self)
        self.candidates_label.setObjectName("faint")
        self.candidates_label.setWordWrap(True)
        self.candidates = QListWidget(self)
        self.place_line = FilterLine(self)
        self.place_line.setClearButtonEnabled(True)
        self.alike_box = QCheckBox(self)
        self.alike_box.setChecked(True)
        self.empty_label = QLabel(self)
        self.empty_label.setObjectName("faint")
        self.empty_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_label.setWordWrap(True)
        self._writing = QTimer(self)
        self._writing.setSingleShot(True)
        self._writing.setInterval(WRITING_MS)
        self._make_actions()
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use."""
        for action, text, tip in (
            (self.accept_action, _("就是这里"), _("现在的落位没有错（C）")),
            (self.point_action, _("点地图指定"), _("下一次点击地图就是它的位置；Esc 取消")),
            (self.show_action, _("到地图"), _("在地图上看它现在的位置（双击）")),
            (self.undo_action, _("撤销"), _("撤销这份名单的上一次修正")),
            (self.keep_action, _("生成图层"), _("把名单连同位置存成“我的数据”里的一个图层")),
        ):
            action.setText(text)
            action.setToolTip(tip)
        self.toolbar.setAccessibleName(_("落位工具栏"))
        self.list_box.setAccessibleName(_("名单"))
        self.filter_box.setAccessibleName(_("看哪些行"))
        self.filter_line.setPlaceholderText(_("筛选：名称、地址"))
        self.filter_line.setAccessibleName(_("筛选行"))
        self.table.setAccessibleName(_("落位结果"))
        self.why.setAccessibleName(_("依据"))
        self.candidates.setAccessibleName(_("候选地点"))
        self.place_line.setPlaceholderText(_("另选地点：区县、乡镇或园区的名称"))
        self.place_line.setAccessibleName(_("另选地点"))
        self.alike_box.setText(_("同一地址的行一起改"))
        self.empty_label.setText(
            _("还没有落位的名单。\n打开带地址、园区或统一社会信用代码的表格，再选“落位”。")
        )
        self._ids_by_name = {}
        self.refresh()

    def show_list(self, layer_id: str) -> None:
        """Show a list that was placed; a slot."""
        self._layer_id = layer_id
        self.refresh()

    def refresh(self) -> None:
        """Show what there is now: at once if the panel is seen, else when it is."""
        if not self.isVisible():
            self._is_stale = True
            return
        self._is_stale = False
        ids = self._placing.layer_ids
        if self._layer_id not in ids:
            self._layer_id = ids[-1] if ids else ""
        with QSignalBlocker(self.list_box):
            self.list_box.clear()
            for layer_id in ids:
                self.list_box.addItem(self._placing.title(layer_id), layer_id)
            self.list_box.setCurrentIndex(max(0, self.list_box.findData(self._layer_id)))
        self._pages.setCurrentIndex(1 if ids else 0)
        self._fill_filters()
        self._show_rows()

    @property
    def chosen_rows(self) -> list[int]:
        """Numbers of the rows that are chosen, ascending."""
        indexes = self.table.selectionModel().selectedRows()
        return sorted(int(self.model.rows[index.row()]) for index in indexes)

    def choose_candidate(self, place_id: str) -> None:
        """Put the chosen rows at a place."""
        rows = self.chosen_rows
        if rows:
            self._placing.choose(self._layer_id, rows, place_id, to_alike=self.alike_box.isChecked())

    # How the panel is made.

    def _make_actions(self) -> None:
        def make(slot: Callable[[], None], keys: QKeySequence | None = None) -> QAction:
            action = QAction(self)
            action.triggered.connect(lambda _checked=False: slot())
            if keys is not None:
                action.setShortcut(QKeySequence(keys))
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.addAction(action)
            return action

        self.accept_action = make(self._accept, QKeySequence("C"))
        self.point_action = make(self._ask_point)
        self.show_action = make(self._show_on_map)
        self.undo_action = make(self._undo)
        self.keep_action = make(self._keep)

    def _lay_out(self) -> None:
        self.toolbar = QToolBar(self)
        self.toolbar.setIconSize(QSize(16, 16))
        for action in (
            self.accept_action,
            self.point_action,
            self.show_action,
            self.undo_action,
            self.keep_action,
        ):
            self.toolbar.addAction(action)
        self.list_box.setMaximumWidth(LIST_BOX_PX)
        row = QHBoxLayout()
        row.setContentsMargins(8, 3, 8, 0)
        for part in (self.list_box, self.filter_box, self.filter_line, self.count_label):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.toolbar)
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = self.table.horizontalHeader()
        for column, width in WIDTHS_PX.items():
            self.table.setColumnWidth(column, width)
        header.setSectionResizeMode(REMARK, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        side = QWidget(self)
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(3)
        beside.addWidget(self.why, 3)
        beside.addWidget(self.candidates_label)
        beside.addWidget(self.candidates, 2)
        beside.addWidget(self.place_line)
        beside.addWidget(self.alike_box)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(side)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 1)
        full = QWidget(self)
        inner = QVBoxLayout(full)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addLayout(row)
        inner.addWidget(self.splitter, 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty_label)
        self._pages.addWidget(full)

    def _connect(self) -> None:
        self._placing.placed.connect(self.show_list)
        self._placing.removed.connect(lambda _layer_id: self.refresh())
        self._placing.restored.connect(lambda _layer_id, _lost: self.refresh())
        self._placing.renamed.connect(self._show_name)
        self._placing.rows_corrected.connect(self._take_correction)
        self._placing.point_wanted.connect(lambda _layer_id, _row: self._tell_state())
        self._placing.point_no_longer_wanted.connect(self._tell_state)
        self.list_box.currentIndexChanged.connect(self._choose_list)
        self.filter_box.currentIndexChanged.connect(lambda _number: self._show_rows())
        self.filter_line.textChanged.connect(lambda _text: self._writing.start())
        self._writing.timeout.connect(self._show_rows)
        self.table.selectionModel().selectionChanged.connect(self._take_selection)
        self.table.doubleClicked.connect(lambda _index: self._show_on_map())
        self.candidates.itemActivated.connect(
            lambda item: self.choose_candidate(str(item.data(Qt.ItemDataRole.UserRole)))
        )
        self.place_line.returnPressed.connect(self._choose_written)

    # What is shown.

    @property
    def _placements(self) -> Placements | None:
        return self._placing.placements(self._layer_id) if self._layer_id in self._placing.layer_ids else None

    def _show_name(self, layer_id: str) -> None:
        number = self.list_box.findData(layer_id)
        if number >= 0:
            self.list_box.setItemText(number, self._placing.title(layer_id))

    def _choose_list(self, number: int) -> None:
        self._layer_id = str(self.list_box.itemData(number) or "")
        self._fill_filters()
        self._show_rows()

    def _fill_filters(self) -> None:
        placements = self._placements
        names = {
            PlacingFilter.ALL: _("全部"),
            PlacingFilter.UNPLACED: _("未落位"),
            PlacingFilter.AMBIGUOUS: _("有歧义"),
            PlacingFilter.DOUBTFUL: _("把握低"),
            PlacingFilter.LEADS: _("迁移线索"),
            PlacingFilter.CORRECTED: _("已修正"),
        }
        chosen = self.filter_box.currentIndex()
        with QSignalBlocker(self.filter_box):
            self.filter_box.clear()
            for wanted, name in names.items():
                count = 0 if placements is None else int(wanted.rows_of(placements).sum())
                self.filter_box.addItem(_("{name}（{n}）").format(name=name, n=f"{count:,}"), wanted)
            self.filter_box.setCurrentIndex(max(0, chosen))

    def _show_rows(self) -> None:
        placements = self._placements
        rows = np.empty(0, dtype=np.int64)
        if placements is not None:
            wanted = self.filter_box.currentData() or PlacingFilter.ALL
            shown = wanted.rows_of(placements)
            if text := self.filter_line.text().strip():
                shown = shown & placements.rows_with(text)
            rows = np.flatnonzero(shown).astype(np.int64)
        self.model.show_rows(placements, rows)
        self.count_label.setText(_("{n} 行").format(n=f"{len(rows):,}"))
        if len(rows):
            choose_row(self.table, 0)
        self._tell_state()

    def _take_selection(self, _chosen: QItemSelection, _left: QItemSelection) -> None:
        self._tell_state()

    def _take_correction(self, layer_id: str, rows: list[int]) -> None:
        if layer_id != self._layer_id:
            return
        self.told.emit(_("已改动 {n} 行；Ctrl+Z 撤销。").format(n=f"{len(rows):,}"))
        # Rows stay where they are until another filter is chosen, so that nothing jumps away.
        self.model.refresh()
        self._fill_filters()
        self._tell_state()

    def _tell_state(self) -> None:
        placements, rows = self._placements, self.chosen_rows
        self.candidates.clear()
        if placements is None or not rows:
            self.why.setPlainText("")
        else:
            self.why.setPlainText("\n".join(row_sentences(placements, rows[0])))
            for place_id in placements.candidates.get(rows[0], ()):
                self._add_candidate(placements, place_id)
        self._tell_candidates(len(rows))
        has_place = placements is not None and any(placements.level[row] > Level.AMBIGUOUS for row in rows)
        self.accept_action.setEnabled(has_place)
        self.show_action.setEnabled(has_place)
        self.point_action.setEnabled(bool(rows))
        self.point_action.setCheckable(self._placing.is_waiting)
        self.point_action.setChecked(self._placing.is_waiting)
        self.place_line.setEnabled(bool(rows))
        self.undo_action.setEnabled(self._placing.can_undo(self._layer_id))
        self.keep_action.setEnabled(placements is not None)
        if placements is not None and not self._ids_by_name:
            self._fill_names(placements)

    def _tell_candidates(self, row_count: int) -> None:
        """Say how a candidate is chosen, and for how many rows."""
        if not row_count:
            text = _("选一行，看它的依据和候选地点")
        elif not self.candidates.count():
            text = _("没有别的候选地点；可在下面另选，或点地图指定")
        elif row_count > 1:
            text = _("候选地点，双击用于选中的 {n} 行").format(n=f"{row_count:,}")
        else:
            text = _("候选地点，双击选定")
        self.candidates_label.setText(text)

    def _add_candidate(self, placements: Placements, place_id: str) -> None:
        spot = placements.locator.spot(place_id)
        if spot is None:
            return
        name = placements.locator.full_name(place_id, language())
        item = QListWidgetItem(_("{name}（{level}）").format(name=name, level=level_name(spot.level)))
        item.setData(Qt.ItemDataRole.UserRole, place_id)
        self.candidates.addItem(item)

    def _fill_names(self, placements: Placements) -> None:
        locator = placements.locator
        self._ids_by_name = {
            locator.full_name(spot_id, language()): spot_id for spot_id in sorted(locator.names.spots)
        }
        completer = QCompleter(sorted(self._ids_by_name), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.place_line.setCompleter(completer)

    # What the user does.

    def _accept(self) -> None:
        placements = self._placements
        if placements is None:
            return
        by_place: dict[str, list[int]] = {}
        for row in self.chosen_rows:
            if placements.level[row] > Level.AMBIGUOUS and placements.place_id[row]:
                by_place.setdefault(str(placements.place_id[row]), []).append(row)
        for place_id, rows in by_place.items():
            self._placing.choose(self._layer_id, rows, place_id)

    def _choose_written(self) -> None:
        name = self.place_line.text().strip()
        place_id = self._ids_by_name.get(name, "")
        if not place_id:
            like = [known for known in self._ids_by_name if name and name in known]
            place_id = self._ids_by_name[like[0]] if len(like) == 1 else ""
        if place_id:
            self.choose_candidate(place_id)
            self.place_line.clear()
        elif name:
            self.told.emit(_("没有一个地点恰好叫“{name}”，请从列出的里面选。").format(name=name))

    def _ask_point(self) -> None:
        rows = self.chosen_rows
        if not rows:
            return
        if self._placing.is_waiting:
            self._placing.stop_waiting()
            return
        # Whoever hears of this wish tells the user what to do.
        self._placing.ask_point(self._layer_id, rows[0], to_alike=self.alike_box.isChecked())

    def _show_on_map(self) -> None:
        placements, rows = self._placements, self.chosen_rows
        if placements is None or not rows or not np.isfinite(placements.lon[rows[0]]):
            return
        row = rows[0]
        self.place_requested.emit(
            str(placements.place_id[row]), float(placements.lon[row]), float(placements.lat[row])
        )

    def _undo(self) -> None:
        if self._placing.can_undo(self._layer_id):
            self._placing.undo(self._layer_id)
            self.told.emit(_("已撤销上一次修正。"))

    def _keep(self) -> None:
        if self._placements is not None:
            self._placing.keep(self._layer_id)

    # Overrides of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while the panel was not seen."""
        super().showEvent(event)
        if self._is_stale:
            self.refresh()
