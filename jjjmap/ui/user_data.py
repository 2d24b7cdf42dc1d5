"""The user's own data in the window: opening files, the table and placing docks, styles, joins, copies."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from qtpy.QtCore import QObject, Qt, QTimer, Signal
from qtpy.QtGui import QAction
from qtpy.QtWidgets import QDockWidget, QFileDialog, QInputDialog, QMainWindow, QMenu

from jjjmap.errors import RowsUnreadable
from jjjmap.i18n import _
from jjjmap.layers.opening.records import Inspection, OpenOptions
from jjjmap.session.layers.user_layers import Opened, style_key
from jjjmap.session.session import Session
from jjjmap.session.tasks import Cancelled, Progress, Task
from jjjmap.settings import MAX_DATUMS
from jjjmap.ui.lazy_dock import LazyDock
from jjjmap.ui.messages import Message, explain

if TYPE_CHECKING:
    from jjjmap.layers.opening.database_address import DatabaseAddress
    from jjjmap.layers.opening.passwords import Passwords
    from jjjmap.layers.styling.user_style import UserStyle
    from jjjmap.session.layers.placed_lists import Roles
    from jjjmap.ui.dialogs.open_data_dialog import OpenDataDialog
    from jjjmap.ui.dialogs.style_dialog import StyleDialog
    from jjjmap.ui.panels.placing_panel import PlacingPanel
    from jjjmap.ui.panels.table_panel import TablePanel

logger = logging.getLogger(__name__)

HEIGHT_PX = 300


class UserData(QObject):
    """Ties dialogs and docks of the user's layers to the session; each is made when it is first wanted.

    Parameters
    ----------
    window
        Gets the docks.
    session
        What is open.
    below
        The dock that table and placing share their place with.
    """

    told = Signal(str)  # a sentence for the status bar
    failed = Signal(object)  # an exception to be explained
    undo_offered = Signal(str)  # a sentence about a layer that was removed
    findings_offered = Signal(str, object)  # a sentence about a file that was read, and its Opened
    saved = Signal(object)  # Path of a file that was written
    layer_shown = Signal(str)  # layer id: it was just opened, and the map goes there
    feature_requested = Signal(str)  # feature id
    bounds_requested = Signal(float, float, float, float)  # west, south, east, north, degrees
    place_requested = Signal(str)  # place id

    def __init__(self, window: QMainWindow, session: Session, *, below: QDockWidget) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._waiting: deque[tuple[Path, str | None]] = deque()  # and the layer in it, None for whichever
        self._is_opening = False
        self._style_dialogs: dict[str, StyleDialog] = {}
        self._passwords: Passwords | None = None
        self._databases: list[DatabaseAddress] = []
        self.table = LazyDock("table_dock", self._make_table, window)
        self.placing = LazyDock("placing_dock", self._make_placing, window)
        for dock in self.all():
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
            window.tabifyDockWidget(below, dock)
            dock.hide()
            dock.panel_made.connect(lambda _panel, dock=dock: self._give_room(dock))
        session.user_layers.opened.connect(self._take_opened)
        session.user_layers.reloaded.connect(self._take_reloaded)
        session.user_layers.style_changed.connect(self._follow_style)
        session.placing.placed.connect(self._show_placed)
        self.retranslate()

    def all(self) -> tuple[LazyDock, ...]:
        """Return the docks."""
        return self.table, self.placing

    def toggle_actions(self) -> dict[str, QAction]:
        """Return the actions that show and hide the docks, by name."""
        return {dock.objectName(): dock.toggleViewAction() for dock in self.all()}

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.table.setWindowTitle(_("属性表"))
        self.placing.setWindowTitle(_("落位核对"))
        for dock in self.all():
            dock.retranslate_panel()
        for layer_id in tuple(self._style_dialogs):
            self._renew_style_dialog(layer_id)

    def _give_room(self, dock: LazyDock) -> None:
        self._window.resizeDocks([dock], [HEIGHT_PX], Qt.Orientation.Vertical)

    # ---- opening ----

    def ask_files(self) -> None:
        """Ask for data files and open them."""
        from jjjmap.layers.opening.sniffing import SUFFIXES

        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        names, _chosen = QFileDialog.getOpenFileNames(
            self._window,
            _("打开数据"),
            self._session.preferences.settings.data_folder,
            ";;".join((_("数据文件 ({patterns})").format(patterns=patterns), _("所有文件 (*)"))),
        )
        if names:
            self._session.preferences.change(data_folder=str(Path(names[0]).parent))
            self.open_paths([Path(name) for name in names])

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files one after another; each may have questions of its own."""
        self._waiting.extend((path, None) for path in paths)
        self._open_next()

    def _open_next(self) -> None:
        if self._is_opening or not self._waiting:
            return
        self._is_opening = True
        path, sublayer = self._waiting.popleft()

        def take(inspection: Inspection) -> None:
            # When the task has ended: a question asked within its signal would leave it running in the
            # status bar, and nothing could be exported, until there is an answer.
            QTimer.singleShot(0, self, lambda: self._take_inspection(path, inspection, sublayer))

        task = self._session.user_layers.inspect(
            path, OpenOptions(sublayer=sublayer or ""), on_success=take, on_failure=self._give_up
        )
        task.cancelled.connect(self._go_on)

    def _take_inspection(self, path: Path, inspection: Inspection, sublayer: str | None) -> None:
        """Ask what has to be asked, and read the file; whatever comes of that, the next one has its turn."""
        task: Task | None = None
        try:
            if not inspection.format.is_table and len(inspection.sublayers) > 1 and sublayer is None:
                self._choose_sublayers(path, inspection)
                return
            options = self._settled(inspection) or self._ask(path, inspection)
            if options is not None:
                task = self._session.user_layers.open(path, options)
        finally:
            if task is None:
                self._go_on()
            else:
                task.ended.connect(self._go_on)

    def _choose_sublayers(self, path: Path, inspection: Inspection) -> None:
        """Let the user choose among the layers of one file; each is then opened like a file of its own."""
        from jjjmap.ui.dialogs.sublayers_dialog import SublayersDialog

        names = SublayersDialog.ask(inspection, self._window)
        self._waiting.extendleft((path, name) for name in reversed(names))

    def _settled(self, inspection: Inspection) -> OpenOptions | None:
        """Return how a file is read without a question: it says all by itself, or was answered before."""
        if inspection.format.is_table:
            return None
        if not inspection.must_ask:
            return inspection.options
        remembered = self._remembered(inspection)
        if remembered is not None:
            name, datum = inspection.name, remembered.datum
            self.told.emit(_("“{name}”的坐标照上次的回答按 {datum} 处理。").format(name=name, datum=datum))
        return remembered

    def _remembered(self, inspection: Inspection) -> OpenOptions | None:
        """Return what the user said of coordinates in a file of the same make; None if nothing fits."""
        datum = dict(self._session.preferences.settings.datums).get(inspection.signature)
        known = next((guess for guess in inspection.datums if guess.datum == datum), None)
        if known is None:
            return None
        return replace(inspection.options, datum=known.datum, swap_axes=known.swap_axes)

    def _ask(self, path: Path, inspection: Inspection) -> OpenOptions | None:
        from jjjmap.ui.dialogs.open_data_dialog import OpenDataDialog

        asked: list[Task] = []

        def reinspect(options: OpenOptions, dialog: OpenDataDialog) -> None:
            # The user may have answered, and the dialog be gone, before the file has been looked at again.
            asked[:] = [
                self._session.user_layers.inspect(
                    path,
                    options,
                    lambda again: dialog.show_inspection(again) if asked else None,
                    lambda error: dialog.show_failure(_in_one_line(explain(error))) if asked else None,
                )
            ]

        remembered = self._remembered(inspection)
        if remembered is not None:
            inspection = replace(inspection, options=remembered)
        options = OpenDataDialog.ask(inspection, reinspect, self._window)
        for task in asked:
            task.cancel()
        asked.clear()
        if options is not None and inspection.must_ask and options.datum and inspection.signature:
            preferences = self._session.preferences
            datums = dict(preferences.settings.datums)
            datums.pop(inspection.signature, None)  # So that it stands last, among those that are kept.
            datums[inspection.signature] = options.datum
            preferences.change(datums=tuple(datums.items())[-MAX_DATUMS:])
        return options

    def _give_up(self, error: Exception) -> None:
        self.failed.emit(error)
        self._go_on()

    def _go_on(self) -> None:
        self._is_opening = False
        self._open_next()

    def _take_opened(self, opened: Opened) -> None:
        from jjjmap.ui.layer_texts import opened_sentence

        sentence = opened_sentence(opened)
        if opened.answer.findings or opened.answer.rejected or opened.answer.mended:
            self.findings_offered.emit(sentence, opened)
        else:
            self.told.emit(sentence)
        if opened.layer_ids:
            self.show_layer(opened.layer_ids[0])

    def _take_reloaded(self, opened: Opened) -> None:
        from jjjmap.ui.layer_texts import reloaded_sentence

        sentence = reloaded_sentence(opened)
        if any(finding.code != "reload-same" for finding in opened.answer.findings):
            self.findings_offered.emit(sentence, opened)
        else:
            self.told.emit(sentence)

    def show_findings(self, opened: Opened) -> None:
        """Show what was mended, rejected or doubtful in a file."""
        from jjjmap.ui.dialogs.layer_findings_dialog import LayerFindingsDialog

        users = self._session.user_layers
        rejected = next((path for each in opened.layer_ids if (path := users.rejected_file(each))), None)
        LayerFindingsDialog.show_answer(opened.answer, rejected, self._window)

    # ---- one layer ----

    @contextmanager
    def _told_if_unreadable(self) -> Iterator[None]:
        """Say so if the rows of a layer cannot be read, rather than fail."""
        try:
            yield
        except RowsUnreadable as error:
            self.failed.emit(error)

    def add_to_menu(self, menu: QMenu, layer_id: str) -> None:
        """Offer what can be done with a layer of the user's; a slot for `LayersPanel.menu_opening`."""
        users = self._session.user_layers
        if not users.holds(layer_id):
            return
        stored = users.stored(layer_id)
        menu.addSeparator()
        menu.addAction(_("属性表"), lambda: self.show_table(layer_id))
        if stored.facts.geometry is not None:
            menu.addAction(_("样式…"), lambda: self.show_style(layer_id))
        menu.addAction(_("按地址和名称落位…"), lambda: self.show_placing(layer_id))
        menu.addAction(_("按地区连接到地图…"), lambda: self.join(layer_id))
        menu.addSeparator()
        menu.addAction(_("来历和发现的问题…"), lambda: self.show_facts(layer_id))
        if stored.source is not None:
            menu.addAction(_("重新读取文件"), lambda: users.reload(layer_id))
        menu.addAction(_("重命名…"), lambda: self.rename(layer_id))
        menu.addAction(_("另存为…"), lambda: self.save_copy(layer_id))
        menu.addAction(_("移除"), lambda: self.remove(layer_id))

    def show_layer(self, layer_id: str) -> None:
        """Bring a layer to the user's eyes: on the map, or as a table if it is nowhere."""
        if self._session.user_layers.stored(layer_id).facts.geometry is None:
            self.show_table(layer_id)
        self.layer_shown.emit(layer_id)

    def show_table(self, layer_id: str = "") -> None:
        """Bring the table to the front."""
        self.table.bring_up()
        if layer_id:
            cast("TablePanel", self.table.panel()).show_layer(layer_id)

    def show_placing(self, layer_id: str) -> None:
        """Place the rows of a list by addresses and names, and let the user look them over."""
        placing = self._session.placing
        if layer_id in placing.layer_ids:
            self._show_placed(layer_id)
            return
        if placing.is_placing(layer_id):
            return
        roles: Roles | None = None
        if not placing.roles_of(layer_id):
            from jjjmap.ui.dialogs.placing_columns_dialog import PlacingColumnsDialog

            stored = self._session.user_layers.stored(layer_id)
            roles = PlacingColumnsDialog.ask(stored.title, stored.facts.columns, self._window)
            if not roles:
                return
        with self._told_if_unreadable():
            placing.place(layer_id, roles)

    def _show_placed(self, layer_id: str) -> None:
        self.placing.bring_up()
        cast("PlacingPanel", self.placing.panel()).show_list(layer_id)

    def show_facts(self, layer_id: str) -> None:
        """Show where a layer came from, and what was found in it."""
        from jjjmap.layers.opening.records import ReadAnswer, ReadPart
        from jjjmap.ui.dialogs.layer_findings_dialog import LayerFindingsDialog

        users = self._session.user_layers
        facts = users.stored(layer_id).facts
        answer = ReadAnswer((ReadPart("", facts),), facts.findings, facts.rows, facts.mended, facts.rejected)
        LayerFindingsDialog.show_answer(answer, users.rejected_file(layer_id), self._window)

    def show_style(self, layer_id: str) -> None:
        """Let the user change how a layer looks; every change is seen at once."""
        with self._told_if_unreadable():
            dialog = self._style_dialogs.get(layer_id)
            if dialog is None:
                dialog = self._make_style_dialog(layer_id, self._session.user_layers.stored(layer_id).style)
                dialog.show()
            dialog.raise_()
            dialog.activateWindow()

    def _make_style_dialog(self, layer_id: str, first: UserStyle) -> StyleDialog:
        """Return the dialog for a layer, not shown yet; `first` comes back if the user gives up."""
        from jjjmap.ui.dialogs.style_dialog import StyleDialog

        users = self._session.user_layers
        dialog = StyleDialog(users.stored(layer_id).title, users.table(layer_id), first, self._window)
        dialog.style_changed.connect(lambda style: users.set_style(layer_id, style))
        dialog.finished.connect(lambda _code: self._style_dialogs.pop(layer_id, None))
        # All that is tried in a dialog is one step; one that is given up is none.
        users.history.hold(style_key(layer_id))
        dialog.finished.connect(lambda _code: users.history.release(style_key(layer_id)))
        self._style_dialogs[layer_id] = dialog
        return dialog

    def _follow_style(self, layer_id: str) -> None:
        """Let a dialog that is open show what came from elsewhere, e.g. by undoing."""
        dialog, wished = self._style_dialogs.get(layer_id), self._session.user_layers.style_wished(layer_id)
        if dialog is not None and wished != dialog.told_style:
            dialog.go_on_with(wished)

    def _renew_style_dialog(self, layer_id: str) -> None:
        """Let a dialog that is open speak the language in use, or call its layer by its new name."""
        old = self._style_dialogs.get(layer_id)
        if old is None:
            return
        first, style, geometry = old.first_style, old.user_style, old.saveGeometry()
        old.done(0)
        dialog = self._make_style_dialog(layer_id, first)
        dialog.restoreGeometry(geometry)
        dialog.go_on_with(style)
        dialog.show()

    def rename(self, layer_id: str) -> None:
        """Ask what a layer shall be called."""
        title, accepted = QInputDialog.getText(
            self._window,
            _("重命名图层"),
            _("图层的名称："),
            text=self._session.user_layers.stored(layer_id).title,
        )
        if accepted and title.strip():
            self._session.user_layers.rename(layer_id, title)

    def remove(self, layer_id: str) -> None:
        """Take a layer out; the user can take that back."""
        users = self._session.user_layers
        title = users.stored(layer_id).title
        users.remove(layer_id)
        if not users.holds(layer_id):
            self.undo_offered.emit(_("已移除图层“{title}”，原来的文件没有动。").format(title=title))

    def name_layer(self, layer_id: str) -> None:
        """Call a layer by its new name; a slot for `layer_renamed`."""
        self._renew_style_dialog(layer_id)

    def close_layer(self, layer_id: str) -> None:
        """Close what shows rows that are gone; a slot for `layer_removed` and `rows_changed`."""
        dialog = self._style_dialogs.pop(layer_id, None)
        if dialog is not None:
            # Not close(): that would give the old look back to a layer that has other rows, or is gone.
            dialog.done(0)

    def join(self, layer_id: str) -> None:
        """Ask how a table is joined to units or places, and make a layer of it."""
        with self._told_if_unreadable():
            self._join(layer_id)

    def _join(self, layer_id: str) -> None:
        from jjjmap.ui.dialogs.join_dialog import JoinDialog, JoinWish

        users, joins = self._session.user_layers, self._session.joins
        stored, table = users.stored(layer_id), users.table(layer_id)
        if not table.columns:
            self.told.emit(_("“{title}”没有任何列可以用来连接。").format(title=stored.title))
            return
        roles = {column.name: column.role for column in stored.facts.columns}
        dialog = JoinDialog(stored.title, table, roles, self._session.workspace, self._window)
        dialog.set_target(joins.guess_target(layer_id, dialog.wish().columns))

        def reckon(wish: JoinWish) -> None:
            joins.reckon(
                layer_id,
                wish.columns,
                wish.target,
                dict(wish.choices),
                dialog.show_answer,
                lambda error: dialog.show_failure(_in_one_line(explain(error))),
            )

        dialog.answer_wanted.connect(reckon)
        wish = dialog.ask()
        joins.stop()
        answer = dialog.answer
        if wish is not None and answer is not None:
            joins.make_layer(layer_id, answer, repeats=wish.repeats, with_missing=wish.with_missing)

    def save_copy(self, layer_id: str) -> None:
        """Ask for a file and write the layer there, for other programs."""
        from jjjmap.export.datasets.feature_files import FEATURE_SUFFIXES
        from jjjmap.ui.dialogs.replacing import starting_file, with_suffix

        preferences = self._session.preferences
        users = self._session.user_layers
        stored = users.stored(layer_id)
        suffixes = FEATURE_SUFFIXES if stored.facts.geometry is not None else (".xlsx", ".csv", ".parquet")
        kinds = ";;".join(f"{suffix[1:]} (*{suffix})" for suffix in suffixes if suffix != ".json")
        start = starting_file(preferences.settings.export_folder, stored.title, suffixes[0])
        name, kind = QFileDialog.getSaveFileName(self._window, _("图层另存为"), start, kinds)
        if not name:
            return
        chosen = f".{kind.partition(' ')[0]}"
        path = with_suffix(self._window, name, suffixes, chosen if chosen in suffixes else suffixes[0])
        if path is None:
            return
        preferences.change(export_folder=str(path.parent))
        try:
            table = users.table(layer_id)
        except RowsUnreadable as error:
            self.failed.emit(error)
            return

        def work(progress: Progress, cancelled: Cancelled) -> Path | Literal[False]:
            from jjjmap.export.datasets.feature_files import save_features
            from jjjmap.layers.provenance_texts import provenance_pairs

            method = provenance_pairs(stored.provenance) if stored.provenance is not None else ()
            saved = save_features(
                path, table, title=stored.title, method=method, progress=progress, cancelled=cancelled
            )
            return path if saved else False

        self._session.tasks.start(
            _("另存“{title}”").format(title=stored.title),
            work,
            on_success=self.saved.emit,
            on_failure=self.failed.emit,
        )

    # ---- databases ----

    def ask_database(self) -> None:
        """Ask for a table of a PostGIS database and read it."""
        from jjjmap.layers.opening.passwords import Passwords
        from jjjmap.maps.snapshot import Bounds
        from jjjmap.ui.dialogs.postgis_dialog import PostgisDialog

        if self._passwords is None:
            self._passwords = Passwords()
        session = self._session
        box = session.preferences.settings.view_bounds_lonlat
        view = Bounds(*box) if box is not None else None
        choice = PostgisDialog.ask(self._window, session.tasks, self._passwords, view, self._databases)
        if choice is None:
            return
        self._databases = list(dict.fromkeys((choice.address, *self._databases)))
        session.user_layers.add(_("读取 {name}").format(name=choice.table), choice.table, choice.read)

    # ---- how the docks are made ----

    def _make_table(self) -> TablePanel:
        from jjjmap.ui.panels.table_panel import TablePanel

        session = self._session
        panel = TablePanel(session.workspace, session.user_layers, session.selection, session.preferences)
        panel.feature_requested.connect(self.feature_requested)
        panel.bounds_requested.connect(self.bounds_requested)
        panel.placing_requested.connect(self.show_placing)
        panel.join_requested.connect(self.join)
        panel.told.connect(self.told)
        return panel

    def _make_placing(self) -> PlacingPanel:
        from jjjmap.ui.panels.placing_panel import PlacingPanel

        session = self._session
        panel = PlacingPanel(session.placing)
        panel.place_requested.connect(self._show_place)
        panel.told.connect(self.told)
        return panel

    def _show_place(self, place_id: str, lon: float, lat: float) -> None:
        """Show where a row was placed; towns and many parks are no places of the catalogue."""
        if self._session.workspace.knows(place_id):
            self.place_requested.emit(place_id)
        else:
            self.bounds_requested.emit(lon, lat, lon, lat)


def _in_one_line(message: Message) -> str:
    return " ".join(filter(None, (message.what, message.why, message.hint)))
