"""Asks for a table of a PostGIS database: where it is, which geometry column, which part of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from qtpy.QtCore import QModelIndex, QSortFilterProxyModel, Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QRadioButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from jjjmap.errors import DatabaseUnusable
from jjjmap.i18n import _
from jjjmap.layers.opening.database_address import DatabaseAddress
from jjjmap.layers.opening.database_reasons import reason_sentence
from jjjmap.layers.opening.passwords import Passwords
from jjjmap.layers.opening.records import Inspection, OpenOptions, ReadAnswer
from jjjmap.maps.snapshot import REGION_BOUNDS, Bounds
from jjjmap.session.tasks import Cancelled, Progress, Task, TaskRunner, Work
from jjjmap.ui.dialogs.postgis_address_form import PostgisAddressForm
from jjjmap.ui.messages import explain
from jjjmap.ui.models.geometry_columns_model import GeometryColumnsModel, TableColumn
from jjjmap.ui.table_rows import choose_row

if TYPE_CHECKING:
    from jjjmap.layers.opening.postgis_tables import GeometryColumn

WIDTH_PX, HEIGHT_PX = 760, 640

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class PostgisChoice:
    """What the user wants to read; `read` is what `UserLayers.add` calls."""

    address: DatabaseAddress
    options: OpenOptions
    bounds: Bounds | None
    """None for all rows."""
    table: str
    """Name of the table, for people."""
    password: str | None = field(default=None, repr=False)

    def read(self, folder: Path, progress: Progress, cancelled: Cancelled) -> ReadAnswer:
        """Read the table into a folder; raises DatabaseUnusable and LayerUnreadable."""
        from jjjmap.layers.opening.postgis import PostgisReader

        with PostgisReader(self.address, self.password, cancelled=cancelled) as reader:
            return reader.read(self.options, folder, bounds=_edges(self.bounds), progress=progress)


class PostgisDialog(QDialog):
    """The dialog; `choice` is what was chosen.

    Parameters
    ----------
    tasks
        Where the database is asked, so that the window stays alive.
    passwords
        Known ones are used without being shown; what worked is kept there.
    view
        The part of the map that is seen; None if there is none.
    recent
        Addresses to offer, the latest first.
    """

    def __init__(
        self,
        tasks: TaskRunner,
        passwords: Passwords,
        view: Bounds | None = None,
        recent: Sequence[DatabaseAddress] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._passwords = passwords
        self._view = view
        self._running: Task | None = None
        self._password: str | None = None
        self._address: DatabaseAddress | None = None
        self._inspection: Inspection | None = None
        self.setWindowTitle(_("打开 PostGIS 数据库"))
        self.resize(WIDTH_PX, HEIGHT_PX)
        self.form = PostgisAddressForm(recent, self)
        self.note = _faint(_("程序只读不写。最稳妥的是用只有 SELECT 权限的用户连接。"), self)
        self.filter_line = QLineEdit(self)
        self.filter_line.setPlaceholderText(_("筛选表名"))
        self.filter_line.setAccessibleName(_("筛选表名"))
        self.filter_line.setClearButtonEnabled(True)
        self.model = GeometryColumnsModel(self)
        self.table = self._make_table()
        self.datum_box = QComboBox(self)
        self.datum_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.datum_note = _faint("", self)
        self.part_buttons = {
            "view": QRadioButton(_("地图上看到的范围"), self),
            "region": QRadioButton(_("京津冀"), self),
            "all": QRadioButton(_("全部"), self),
        }
        self.part_group = QButtonGroup(self)
        for button in self.part_buttons.values():
            self.part_group.addButton(button)
        self.part_buttons["view"].setEnabled(view is not None)
        self.part_buttons["region"].setChecked(True)
        self.estimate_label = _faint("", self)
        self.status = QLabel(self)
        self.status.setWordWrap(True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = QDialogButtonBox(self)
        self.read_button = self.buttons.addButton(_("读取"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._lay_out()
        self.form.connect_requested.connect(self._connect)
        self.form.changed.connect(self._forget)
        self.form.trouble.connect(self._tell)
        self.filter_line.textChanged.connect(self._proxy.setFilterFixedString)
        self.table.selectionModel().currentRowChanged.connect(self._look)
        self.table.doubleClicked.connect(lambda _index: self.read_button.click())
        self.part_group.buttonToggled.connect(lambda _button, on: self._look() if on else None)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(self._cancel)
        self._refresh()
        self._ask(
            _("正在查找系统的钥匙串……"),
            lambda _p, _c: passwords.outlast(),
            self._take_keyring,
            lambda _error: None,
        )

    @classmethod
    def ask(
        cls,
        parent: QWidget | None,
        tasks: TaskRunner,
        passwords: Passwords,
        view: Bounds | None = None,
        recent: Sequence[DatabaseAddress] = (),
    ) -> PostgisChoice | None:
        """Return what the user wants to read, or None. Tests replace it."""
        dialog = cls(tasks, passwords, view, recent, parent)
        choice = dialog.choice() if dialog.exec() == QDialog.DialogCode.Accepted else None
        dialog.deleteLater()
        return choice

    def choice(self) -> PostgisChoice | None:
        """Return what is chosen; None while nothing is."""
        column = self.chosen_column()
        if column is None or self._address is None:
            return None
        datum = str(self.datum_box.currentData() or "")
        guesses = () if self._inspection is None else self._inspection.datums
        swap_axes = next((guess.swap_axes for guess in guesses if guess.datum == datum), None)
        return PostgisChoice(
            self._address,
            OpenOptions(sublayer=column.name, datum=datum, swap_axes=swap_axes),
            self._bounds(),
            column.table,
            self._password,
        )

    def chosen_column(self) -> GeometryColumn | None:
        """Return the geometry column that is marked in the list."""
        index = self.table.currentIndex()
        if not index.isValid():
            return None
        return self.model.column_at(self._proxy.mapToSource(index).row())

    # ---- asking the database ----

    def _connect(self) -> None:
        try:
            address = self.form.address()
        except DatabaseUnusable as exc:
            self._tell(reason_sentence(exc.reason, exc.detail))
            return
        typed, keep = self.form.password(), self.form.keep_box.isChecked()
        passwords = self._passwords

        def work(_progress: Progress, cancelled: Cancelled) -> tuple[str | None, tuple[GeometryColumn, ...]]:
            from jjjmap.layers.opening.postgis import PostgisReader

            password = typed or passwords.find(address)
            with PostgisReader(address, password, cancelled=cancelled) as reader:
                columns = reader.columns()
            if password:
                passwords.keep(address, password, lasting=keep)
            return password, columns

        def succeed(answer: tuple[str | None, tuple[GeometryColumn, ...]]) -> None:
            self._address, (self._password, columns) = address, answer
            self.model.show(columns)
            self.table.sortByColumn(TableColumn.TABLE, Qt.SortOrder.AscendingOrder)
            self._refresh()
            if columns:
                self.table.setFocus()
                choose_row(self.table, 0)  # Which looks at it.
            else:
                self._tell(_("{name} 里没有这个用户能读的空间表。").format(name=address.name))

        self._forget()
        self._ask(_("正在连接 {name}……").format(name=address.name), work, succeed, self._tell_error)

    def _look(self, *_indexes: QModelIndex) -> None:
        """Ask how many rows there are, and what the coordinates are."""
        column, address, password, box = self.chosen_column(), self._address, self._password, self._bounds()
        self._inspection = None
        self.estimate_label.clear()
        self._refresh()
        if column is None or address is None:
            return

        def work(_progress: Progress, cancelled: Cancelled) -> tuple[Inspection, int | None]:
            from jjjmap.layers.opening.postgis import PostgisReader

            with PostgisReader(address, password, cancelled=cancelled) as reader:
                inspection = reader.inspect(OpenOptions(sublayer=column.name))
                # Without SRID the box is in coordinates that are not known yet.
                return inspection, reader.estimate(column, _edges(box) if column.srid else None)

        def succeed(answer: tuple[Inspection, int | None]) -> None:
            self._inspection, expected = answer
            self._show_datums(self._inspection)
            if expected is not None:
                self.estimate_label.setText(_("估计约 {n:,} 行").format(n=expected))
            self._refresh()

        self._ask(_("正在查看 {name}……").format(name=column.name), work, succeed, self._tell_error)

    def _ask(
        self,
        title: str,
        work: Work[Result],
        succeed: Callable[[Result], None],
        fail: Callable[[Exception], None],
    ) -> None:
        """Do one thing aside; what was asked before and is not answered yet is not wanted any more."""
        self._cancel()
        self._tell(title)

        def take(answer: Result) -> None:
            if self._running is task:
                self._running = None
                self._tell("")
                succeed(answer)

        def take_error(error: Exception) -> None:
            if self._running is task:
                self._running = None
                fail(error)

        task = self._tasks.start(title, work, on_success=take, on_failure=take_error)
        self._running = task

    def _cancel(self, *_result: int) -> None:
        task, self._running = self._running, None
        if task is not None:
            task.cancel()

    # ---- showing ----

    def _take_keyring(self, has_one: bool) -> None:
        self.form.show_keyring(has_one=has_one)

    def _forget(self) -> None:
        """Forget the tables of a database that is not meant any more."""
        self._cancel()
        self._address = self._password = self._inspection = None
        self.model.show(())
        self.datum_box.clear()
        self.datum_note.clear()
        self.estimate_label.clear()
        self._tell("")
        self._refresh()

    def _show_datums(self, inspection: Inspection) -> None:
        from jjjmap.layers.opening.datum_titles import OFFERED, datum_title

        self.datum_box.clear()
        known: list[str] = []
        if inspection.crs:
            self.datum_box.addItem(_("按数据库写的：{crs}").format(crs=inspection.crs), "")
        for datum in (*(guess.datum for guess in inspection.datums), *OFFERED):
            if datum not in known:
                known.append(datum)
                self.datum_box.addItem(datum_title(datum), datum)
        best = inspection.datums[0] if inspection.datums else None
        self.datum_note.setText("" if best is None else best.reason)
        if best is not None and (not inspection.crs or inspection.must_ask):
            self.datum_box.setCurrentIndex(self.datum_box.findData(best.datum))

    def _tell_error(self, error: Exception) -> None:
        if isinstance(error, DatabaseUnusable):
            self._tell(reason_sentence(error.reason, error.detail))
            if error.reason in ("password-needed", "wrong-password"):
                self.form.password_line.setFocus()
                self.form.password_line.selectAll()
            return
        told = explain(error)
        self._tell(" ".join(part for part in (told.what, told.why, told.hint) if part))

    def _tell(self, text: str) -> None:
        self.status.setText(text)

    def _refresh(self) -> None:
        chosen = self._inspection is not None
        self.read_button.setEnabled(chosen)
        self.datum_box.setEnabled(chosen)
        for widget in (self.table, self.filter_line):
            widget.setEnabled(self.model.rowCount() > 0)

    def _bounds(self) -> Bounds | None:
        if self.part_buttons["region"].isChecked():
            return REGION_BOUNDS
        return self._view if self.part_buttons["view"].isChecked() else None

    def _make_table(self) -> QTableView:
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self.model)
        self._proxy.setSortRole(GeometryColumnsModel.SortRole)
        self._proxy.setFilterKeyColumn(-1)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        table = QTableView(self)
        table.setModel(self._proxy)
        table.setAccessibleName(_("数据库里的空间表"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAlternatingRowColors(True)
        table.setSortingEnabled(True)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(TableColumn.TABLE, QHeaderView.ResizeMode.Stretch)
        return table

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        where = QGroupBox(_("连接"), self)
        inside = QVBoxLayout(where)
        inside.addWidget(self.form)
        inside.addWidget(self.note)
        layout.addWidget(where)
        layout.addWidget(self.filter_line)
        layout.addWidget(self.table, 1)
        datum_label = QLabel(_("坐标基准(&C)"), self)
        datum_label.setBuddy(self.datum_box)
        datum_row = QHBoxLayout()
        datum_row.addWidget(datum_label)
        datum_row.addWidget(self.datum_box, 1)
        layout.addLayout(datum_row)
        layout.addWidget(self.datum_note)
        part_row = QHBoxLayout()
        part_row.addWidget(QLabel(_("读取范围"), self))
        for button in self.part_buttons.values():
            part_row.addWidget(button)
        part_row.addStretch(1)
        part_row.addWidget(self.estimate_label)
        layout.addLayout(part_row)
        layout.addWidget(self.status)
        layout.addWidget(self.buttons)


def _edges(box: Bounds | None) -> tuple[float, float, float, float] | None:
    return None if box is None else (box.west, box.south, box.east, box.north)


def _faint(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("faint")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
