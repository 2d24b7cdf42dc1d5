"""The window: docks, menus, status bar, and the one block where signals meet slots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from qtpy.QtCore import QByteArray, QEvent, QSettings, QSize, Qt, QTimer, QUrl
from qtpy.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import QApplication, QDockWidget, QMainWindow, QMenu, QWidget

from jjjmap.catalogue.wording import date_text
from jjjmap.findings import Severity
from jjjmap.i18n import Language, _
from jjjmap.layers.feature_ids import parse_feature_id
from jjjmap.layers.opening.sniffing import SUFFIXES
from jjjmap.maps.bridge import PointerMoved
from jjjmap.maps.config import map_texts
from jjjmap.session.exporters import Exporters
from jjjmap.session.layers.user_layers import Opened
from jjjmap.session.session import Session
from jjjmap.session.tasks import Task
from jjjmap.ui.actions import Actions
from jjjmap.ui.analyses import UserAnalyses
from jjjmap.ui.bottom_docks import BottomDocks
from jjjmap.ui.dialogs.about_dialog import AboutDialog
from jjjmap.ui.dialogs.findings_dialog import FindingsDialog
from jjjmap.ui.dropping import droppable_paths
from jjjmap.ui.enabled_actions import EnabledActions
from jjjmap.ui.exports import Exports
from jjjmap.ui.focus_ring import FocusRing
from jjjmap.ui.library_docks import LibraryDocks
from jjjmap.ui.looks import keep_readable, refresh_colors
from jjjmap.ui.map_listener import MapListener
from jjjmap.ui.map_teller import MapTeller, MapWidget
from jjjmap.ui.messages import MessageBox, explain, settings_unsaved_finding
from jjjmap.ui.online_maps import OnlineMaps
from jjjmap.ui.panels.details_panel import DetailsPanel
from jjjmap.ui.panels.layers_panel import LayersPanel
from jjjmap.ui.projects import Projects
from jjjmap.ui.saved_views import SavedViewsDock
from jjjmap.ui.search_box import SearchBox
from jjjmap.ui.source_marks import SourceMarks
from jjjmap.ui.status_bar import StatusBar
from jjjmap.ui.user_data import UserData

if TYPE_CHECKING:
    from jjjmap.catalogue.chronology import Moment
    from jjjmap.session.projects.project import ProjectSession
    from jjjmap.ui.dialogs.shortcuts_dialog import ShortcutsDialog

WINDOW_SIZE_PX = QSize(1360, 860)
LAYERS_WIDTH_PX, DETAILS_WIDTH_PX = 270, 390
MESSAGE_MS = 8000
STATE_VERSION = 1
"""Raised when docks or toolbars change so much that an old layout no longer fits."""


def _is_data(path: Path) -> bool:
    """Whether a file is opened as a layer; a plain text may be a table, but is a document more often."""
    suffix = path.suffix.lower()
    return suffix in SUFFIXES and suffix != ".txt"


class MainWindow(QMainWindow):
    """The window of the program."""

    def __init__(
        self,
        map_view: MapWidget,
        session: Session,
        exporters: Exporters,
        layout_store: QSettings,
        parent: QWidget | None = None,
        *,
        project: ProjectSession | None = None,
    ) -> None:
        """Build the window.

        Parameters
        ----------
        map_view
            A widget that shows the map; it becomes the window's own.
        session
            What is open.
        exporters
            Write what leaves the program; they become the window's own.
        layout_store
            Where geometry and docks are remembered.
        project
            The project that is open; None where there are no projects, as in tests of other things.
        """
        super().__init__(parent)
        keep_readable()
        self._focus_ring = FocusRing(cast(QApplication, QApplication.instance()), self)
        self.map_view = map_view
        self._teller = MapTeller(map_view, session, self)
        self._listener = MapListener(session, self)
        self._session = session
        self._layout_store = layout_store
        self._findings_dialog: FindingsDialog | None = None
        self.layers_panel = LayersPanel(session.workspace, session.layers, self)
        self.details_panel = DetailsPanel(
            session.workspace,
            session.selection,
            self,
            charts=session.charts,
            library=session.library,
            features=session.user_features,
        )
        self.status = StatusBar(self)
        self.setStatusBar(self.status)
        self._map_widget = cast(QWidget, map_view)
        self.setCentralWidget(self._map_widget)
        self.layers_dock = self._dock("layers_dock", self.layers_panel, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.details_dock = self._dock(
            "details_dock", self.details_panel, Qt.DockWidgetArea.RightDockWidgetArea
        )
        self.bottom_docks = BottomDocks(self, session)
        self.library_docks = LibraryDocks(
            self, session, beside=self.layers_dock, below=self.bottom_docks.crosscheck
        )
        self.saved_views = SavedViewsDock(
            self,
            session,
            beside=self.layers_dock,
            reading=self.library_docks.reading,
            map_widget=self._map_widget,
        )
        self.user_data = UserData(self, session, below=self.library_docks.library)
        self.analyses = UserAnalyses(self, session, below=self.user_data.placing)
        self.exports = Exports(self, session, exporters, self._map_widget)
        self.online_maps = OnlineMaps(self, session, map_view, self.status.online_chip)
        self.projects = Projects(self, session, project)
        self.actions_table = Actions(
            self,
            {
                "layers_dock": self.layers_dock.toggleViewAction(),
                "details_dock": self.details_dock.toggleViewAction(),
                **self.bottom_docks.toggle_actions(),
                **self.saved_views.toggle_actions(),
                **self.library_docks.toggle_actions(),
                **self.user_data.toggle_actions(),
                **self.analyses.toggle_actions(),
            },
            {"recent_projects": self.projects.recent_menu, "basemap_menu": self.online_maps.menu},
        )
        self._enabled = EnabledActions(self.actions_table, session, self.projects, self)
        self.status.project_button.setMenu(self._project_menu())
        self.search_box = SearchBox(
            session.workspace,
            self.actions_table.commands,
            self,
            library=session.library,
            layers=session.user_layers,
        )
        self.actions_table.add_at_the_end(self.search_box)
        self.setAcceptDrops(True)
        self._restore_layout()
        self._name_parts()
        self._connect_signals()
        self._show_findings()
        self._enabled.refresh()
        self._order_tabs()
        self.projects.show_title()

    def retranslate(self) -> None:
        """Speak the language in use, everywhere in the window."""
        self._name_parts()
        self.layers_panel.retranslate()
        self.details_panel.retranslate()
        self.search_box.retranslate()
        self.bottom_docks.retranslate()
        self.library_docks.retranslate()
        self.saved_views.retranslate()
        self.user_data.retranslate()
        self.analyses.retranslate()
        self.online_maps.retranslate()
        self.status.retranslate()
        self._enabled.follow_steps()
        if self._findings_dialog is not None:
            self._findings_dialog.retranslate()

    def tell(self, sentence: str) -> None:
        """Show a sentence in the status bar for a while."""
        self.status.showMessage(sentence, MESSAGE_MS)

    def _name_parts(self) -> None:
        self.projects.retranslate()
        self.layers_dock.setWindowTitle(_("图层与地点"))
        self.details_dock.setWindowTitle(_("详情"))
        self._map_widget.setAccessibleName(_("地图"))
        self.actions_table.retranslate(self._session.workspace.language)

    # Who hears whom. Read this and you know the program.

    def _connect_signals(self) -> None:
        session = self._session
        # map
        self._teller.told_user.connect(self.tell)
        self.map_view.event_received.connect(self._listener.hear)
        self._listener.page_ready.connect(self._teller.remind)
        self._listener.page_ready.connect(session.charts.start_soon)
        self._listener.page_ready.connect(self._order_tabs)
        self._listener.pointer_moved.connect(self._show_pointer)
        self._listener.zoomed.connect(self.status.show_zoom)
        self._listener.escaped.connect(self._clear)
        self._listener.told_user.connect(self.tell)
        self._listener.layer_thinned.connect(self._tell_thinned)
        # selection
        session.selection.place_chosen.connect(self.details_panel.show_place)
        session.selection.place_chosen.connect(self.layers_panel.show_place)
        session.selection.place_chosen.connect(self._teller.select)
        session.selection.feature_chosen.connect(self.details_panel.show_feature)
        session.selection.feature_chosen.connect(self._teller.select_feature)
        session.selection.feature_chosen.connect(self._mark_row)
        session.selection.place_chosen.connect(self._unmark_row)
        session.selection.selection_cleared.connect(self._unmark_row)
        session.selection.selection_cleared.connect(self.details_panel.show_nothing)
        session.selection.selection_cleared.connect(self.layers_panel.show_nothing)
        session.selection.selection_cleared.connect(self._teller.clear)
        session.selection.candidates_changed.connect(self.details_panel.show_candidates)
        session.selection.candidates_changed.connect(self._enabled.follow_candidates)
        session.selection.history_changed.connect(self._enabled.follow_selection)
        session.selection.history_changed.connect(self.details_panel.show_history)
        # layers
        session.layers.layer_visibility_changed.connect(self.layers_panel.model.show_visibility)
        session.layers.layer_visibility_changed.connect(self._teller.show_layer)
        session.layers.layer_opacity_changed.connect(self.layers_panel.show_opacity)
        session.layers.layer_opacity_changed.connect(self._teller.set_opacity)
        session.layers.layer_order_changed.connect(self.layers_panel.show_order)
        session.layers.layer_order_changed.connect(self._teller.order_layers)
        for news in (session.layers.layer_added, session.layers.layer_removed, session.layers.layer_changed):
            news.connect(self.layers_panel.show_layers)
        session.layers.layer_added.connect(self._teller.follow_layer)
        session.layers.layer_removed.connect(self._teller.follow_layer)
        for changed in (
            session.layers.layer_visibility_changed,
            session.layers.layer_opacity_changed,
            session.layers.layer_order_changed,
            session.layers.layer_added,
            session.layers.layer_removed,
        ):
            changed.connect(self._remember_layers)
        # the user's layers
        users = session.user_layers
        users.layer_added.connect(lambda layer_id: session.layers.add(users.layer(layer_id)))
        users.layer_removed.connect(session.layers.remove)
        users.layer_removed.connect(session.selection.forget_layer)
        users.layer_removed.connect(self.user_data.close_layer)
        for renewed in (users.layer_renamed, users.style_changed, users.rows_changed):
            renewed.connect(lambda layer_id: session.layers.put(users.layer(layer_id)))
        users.layer_renamed.connect(self._teller.follow_layer)
        users.layer_renamed.connect(self.details_panel.show_layer_name)
        users.layer_renamed.connect(self.user_data.name_layer)
        users.rows_changed.connect(self._teller.follow_layer)
        users.rows_changed.connect(self._describe_anew)
        users.rows_changed.connect(self.user_data.close_layer)
        for news in (users.layer_added, users.layer_removed, users.rows_changed, users.filter_changed):
            news.connect(self._enabled.follow_analyses)
        users.selection_changed.connect(self._enabled.follow_marks)
        users.work_failed.connect(self._tell_failure)
        session.placing.point_wanted.connect(self._ask_for_point)
        session.placing.point_wanted.connect(self._enabled.follow_marks)
        session.placing.point_no_longer_wanted.connect(self._enabled.follow_marks)
        session.drawn_layers.rows_refreshed.connect(self._teller.refresh_rows)
        # highlight, pins, timeline
        session.highlight.highlight_changed.connect(self._teller.highlight)
        session.highlight.highlight_changed.connect(self._enabled.follow_selection)
        session.highlight.highlight_changed.connect(self._show_marked)
        session.pins.pins_changed.connect(self._enabled.follow_pins)
        session.pins.pin_refused.connect(self._tell_no_room)
        session.timeline.dimmed_changed.connect(self._teller.dim)
        session.timeline.moment_changed.connect(self._show_moment)
        session.tally.tally_changed.connect(self._teller.tally)
        session.tally.tally_changed.connect(self._enabled.follow_selection)
        # steps and projects
        session.history.changed.connect(self._enabled.follow_steps)
        session.history.told.connect(self.tell)
        self.projects.title_changed.connect(self._show_title)
        self.projects.chip_changed.connect(self.status.show_project)
        self.projects.close_wanted.connect(self.close)
        project = self.projects.project
        if project is not None:
            project.changed.connect(self._enabled.follow_work)
            project.view_wanted.connect(lambda bounds: self._teller.show_bounds(*bounds))
            project.connect_layout(self._layout_text, self._apply_layout)
        # online basemaps
        self._listener.page_ready.connect(self.online_maps.remind)
        session.online.changed.connect(self.online_maps.show)
        session.online.counted.connect(self.online_maps.show_counts)
        session.online.token_wanted.connect(self.online_maps.ask_token)
        self.online_maps.told.connect(self.tell)
        # saved views
        session.views.views_changed.connect(self._enabled.follow_work)
        self.saved_views.told.connect(self.tell)
        self.saved_views.bounds_requested.connect(self._teller.show_bounds)
        self.saved_views.export_requested.connect(lambda: self.exports.ask_map(of_views=True))
        # library
        session.library.library_changed.connect(self.details_panel.show_library)
        session.library.decisions_changed.connect(self.details_panel.show_library)
        session.library.work_failed.connect(self._tell_failure)
        # workspace, tasks, preferences
        session.workspace.language_changed.connect(self._change_language)
        session.workspace.findings_changed.connect(self._show_findings)
        session.tasks.task_started.connect(self._show_tasks)
        session.tasks.task_ended.connect(self._show_tasks)
        session.preferences.write_failed.connect(self._note_unsaved_settings)
        # panels
        self.layers_panel.place_requested.connect(self._choose_and_fly)
        self.layers_panel.layer_zoom_requested.connect(self._teller.fit_layer)
        self.layers_panel.layer_moved.connect(self.tell)
        self.layers_panel.menu_opening.connect(self.user_data.add_to_menu)
        self.layers_panel.menu_opening.connect(self.analyses.add_to_menu)
        self.layers_panel.table_requested.connect(self.user_data.show_table)
        self.details_panel.place_requested.connect(self._choose_and_fly)
        self.details_panel.locate_requested.connect(self._choose_and_fly)
        self.details_panel.candidate_requested.connect(session.selection.choose_candidate)
        self.details_panel.back_requested.connect(session.selection.go_back)
        self.details_panel.forward_requested.connect(session.selection.go_forward)
        self.details_panel.near_requested.connect(self.analyses.ask_near)
        self.details_panel.document_requested.connect(session.library.open_document)
        self.details_panel.quotations_requested.connect(self.library_docks.show_quotations)
        self.bottom_docks.place_requested.connect(self._choose_and_fly)
        self.library_docks.place_requested.connect(self._choose_and_fly)
        self.library_docks.chain_requested.connect(self.bottom_docks.show_chain)
        self.library_docks.places_seen.connect(self._teller.bring_into_view)
        self.library_docks.told.connect(self.tell)
        self.library_docks.undo_offered.connect(self._offer_to_restore)
        self.user_data.told.connect(self.tell)
        self.user_data.saved.connect(self._tell_exported)
        self.user_data.failed.connect(self._tell_failure)
        self.user_data.undo_offered.connect(self._offer_to_bring_back)
        self.user_data.findings_offered.connect(self._offer_findings)
        self.user_data.layer_shown.connect(self.layers_panel.show_current)
        self.user_data.layer_shown.connect(self._teller.fit_user_layer)
        self.user_data.feature_requested.connect(self._choose_and_fly)
        self.user_data.bounds_requested.connect(self._teller.fly_to_bounds)
        self.user_data.place_requested.connect(self._choose_and_fly)
        self.analyses.told.connect(self.tell)
        self.analyses.failed.connect(self._tell_failure)
        self.analyses.saved.connect(self._tell_exported)
        self.analyses.data_wanted.connect(self._offer_data)
        self.analyses.doubts_offered.connect(self._offer_doubts)
        self.analyses.layer_shown.connect(self.layers_panel.show_current)
        self.analyses.layer_shown.connect(self._teller.fit_user_layer)
        self.analyses.feature_requested.connect(self._choose_and_fly)
        self.analyses.place_requested.connect(self._choose_and_fly)
        self.analyses.table_requested.connect(self.user_data.show_table)
        self.analyses.style_requested.connect(self.user_data.show_style)
        self.analyses.copy_requested.connect(self.user_data.save_copy)
        self.analyses.remove_requested.connect(self.user_data.remove)
        self.analyses.layer_menu_opening.connect(self.user_data.add_to_menu)
        self.projects.told.connect(self.tell)
        self.projects.failed.connect(self._tell_failure)
        self.projects.offered.connect(self.status.offer)
        self.exports.told.connect(self.tell)
        self.exports.saved.connect(self._tell_exported)
        self.exports.failed.connect(self._tell_failure)
        self.details_panel.copy_requested.connect(self.exports.copy_place)
        self.details_panel.briefing_requested.connect(self.exports.ask_briefings)
        self.search_box.place_requested.connect(self._choose_and_fly)
        self.search_box.figure_requested.connect(self._show_figure)
        self.search_box.passage_requested.connect(self.bottom_docks.show_passage)
        self.search_box.chain_requested.connect(self.bottom_docks.show_chain)
        self.search_box.source_requested.connect(self._show_source)
        self.search_box.layer_requested.connect(self._show_user_layer)
        self.search_box.document_requested.connect(session.library.open_document)
        self.search_box.documents_requested.connect(self.library_docks.search)
        self.search_box.command_requested.connect(self.actions_table.trigger)
        # status bar
        self.status.findings_requested.connect(self.show_findings_dialog)
        self.status.cancel_requested.connect(self._cancel_task)
        self.status.time_reset_requested.connect(session.timeline.reset)
        # menus and toolbar
        for name, slot in {
            "new_project": self.projects.new,
            "open_project": self.projects.ask_open,
            "save_project": self.projects.save,
            "save_project_as": self.projects.ask_save_as,
            "project_versions": self.projects.ask_version,
            "show_project_folder": self.projects.show_folder,
            "close_project": self.projects.close_project,
            "undo": session.history.undo,
            "redo": session.history.redo,
            "open_data": self.user_data.ask_files,
            "open_database": self.user_data.ask_database,
            "import_documents": self.library_docks.open_files,
            "import_folder": self.library_docks.open_folder,
            "export_map": self.exports.ask_map,
            "brief": self.exports.ask_briefings,
            "copy_map": self.exports.copy_map,
            "copy_place": self.exports.copy_place,
            "quit": self.close,
            "fit_region": self._teller.fit_region,
            "save_view": self.saved_views.save_view,
            "next_view": lambda: self.saved_views.step(+1),
            "previous_view": lambda: self.saved_views.step(-1),
            "toggle_online": self.online_maps.toggle,
            "basemap_settings": self.online_maps.ask_settings,
            "search": self.search_box.focus_search,
            "find_place": self._find_place,
            "focus_map": self._map_widget.setFocus,
            "focus_details": self._focus_details,
            "language_zh": lambda: self._choose_language(Language.ZH),
            "language_en": lambda: self._choose_language(Language.EN),
            "other_language": self._switch_language,
            "back": session.selection.go_back,
            "forward": session.selection.go_forward,
            "next_candidate": lambda: session.selection.step_candidate(+1),
            "previous_candidate": lambda: session.selection.step_candidate(-1),
            "pin": lambda: session.pins.toggle(session.selection.place_id),
            "clear": self._clear,
            **{
                f"analyse_{kind}": lambda kind=kind: self.analyses.ask(kind)
                for kind in ("summarize", "near", "hotspots", "gaps", "flows")
            },
            "analyse_again": self.analyses.run_stale,
            "shortcuts": self.show_shortcuts_dialog,
            "findings": self.show_findings_dialog,
            "about": self.show_about_dialog,
        }.items():
            # A QAction says whether it is checked; nobody here wants to know.
            self.actions_table[name].triggered.connect(lambda _checked=False, slot=slot: slot())

    # What follows from what the map says.

    def _show_pointer(self, event: PointerMoved) -> None:
        self.status.show_pointer(event.lon, event.lat)
        self._teller.tell_tip(event)

    def _tell_thinned(self, sentence: str) -> None:
        # What is offered with a button is worth more than this, which is said again with the next move.
        if not self.status.is_offering:
            self.tell(sentence)

    def _mark_row(self, feature_id: str, _fly: bool) -> None:
        """Mark the row of a chosen feature, unless it is among those that are marked."""
        parsed = parse_feature_id(feature_id)
        if parsed is not None:
            layer_id, row = parsed
            if row not in self._session.user_layers.selected_rows(layer_id):
                self._session.user_layers.clear_selection()
                self._session.user_layers.select_rows(layer_id, [row])

    def _unmark_row(self, _place_id: str = "") -> None:
        """Take the mark off the row of a feature that is chosen no more; many rows keep theirs."""
        users = self._session.user_layers
        if not self._session.selection.feature_id and users.marked_count == 1:
            users.clear_selection()

    def _describe_anew(self, layer_id: str) -> None:
        """Show the chosen feature anew when its layer has other rows."""
        chosen = self._session.selection.feature_id
        if chosen.startswith(f"{layer_id}#"):
            self._session.selection.choose(chosen, fly=False)

    def _ask_for_point(self, layer_id: str, row: int) -> None:
        name = self._session.placing.row_title(layer_id, row)
        self.tell(_("请在地图上点出“{name}”的位置；按 Esc 取消。").format(name=name))
        self._map_widget.setFocus()

    def _remember_layers(self) -> None:
        self._session.preferences.change(layers=self._session.layers.settings())

    # What the user asks for.

    def _choose_and_fly(self, place_id: str) -> None:
        self._session.selection.choose(place_id, fly=True)

    def _clear(self) -> None:
        """Forget the chosen place, what is marked and counted, but not the moment; a slot for Escape."""
        if self._session.placing.is_waiting:
            self._session.placing.stop_waiting()
            return
        self._session.user_layers.clear_selection()
        self._session.highlight.clear()
        self._session.tally.clear()
        self._session.selection.clear()

    def _show_source(self, source_id: str) -> None:
        workspace = self._session.workspace
        SourceMarks().show_card(workspace.catalogue, source_id, workspace.language, self)

    def _show_figure(self, place_id: str, figure_id: str) -> None:
        self._choose_and_fly(place_id)
        self.details_dock.show()
        self.details_dock.raise_()
        self.details_panel.show_figure(figure_id)

    def _show_user_layer(self, layer_id: str) -> None:
        """Mark a layer of the user's, and show it: on the map, as a result, or else its rows."""
        users = self._session.user_layers
        if not users.holds(layer_id):
            return  # It went while the list was open.
        stored = users.stored(layer_id)
        self.layers_panel.show_current(layer_id)
        is_drawn = stored.facts.geometry is not None and stored.facts.bounds is not None
        if is_drawn:
            self._teller.fit_user_layer(layer_id)
        if stored.provenance is not None:
            self.analyses.show_result(layer_id)
        elif not is_drawn:
            self.user_data.show_table(layer_id)

    def _find_place(self) -> None:
        self.layers_dock.show()
        self.layers_dock.raise_()
        self.layers_panel.filter_line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.layers_panel.filter_line.selectAll()

    def _focus_details(self) -> None:
        self.details_dock.show()
        self.details_dock.raise_()
        self.details_panel.tabs.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _switch_language(self) -> None:
        is_chinese = self._session.workspace.language is Language.ZH
        self._choose_language(Language.EN if is_chinese else Language.ZH)

    def _choose_language(self, language: Language) -> None:
        """Speak a language from now on, and at the next start."""
        self._session.preferences.change(language=language.value)
        self._session.workspace.set_language(language)

    def _change_language(self, language: Language) -> None:
        self.retranslate()
        self._enabled.follow_selection()
        self._show_moment(self._session.timeline.moment)
        self._teller.configure()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open what was named or dropped: a project, data as layers, documents and folders as texts."""
        from jjjmap.project.file_format import is_project

        projects = [path for path in paths if is_project(path)]
        if projects and self.projects.project is not None:
            others = [path for path in paths if path not in projects]
            self.projects.open(projects[0], then=lambda: self.open_paths(others))
            if len(projects) > 1:
                self.tell(_("一次只能打开一个项目：打开的是 {name}。").format(name=projects[0].name))
            return
        data = [path for path in paths if _is_data(path)]
        documents = [path for path in paths if path not in data]
        if data:
            self.user_data.open_paths(data)
        if documents:
            self.library_docks.import_paths(documents)

    def _tell_exported(self, path: Path, sentence: str = "") -> None:
        self.status.offer(
            sentence or _("已导出：{path}").format(path=path),
            _("打开所在文件夹"),
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))),
        )

    def _offer_to_restore(self, sentence: str) -> None:
        self.status.offer(sentence, _("撤销"), self._session.library.undo_remove)

    def _offer_to_bring_back(self, sentence: str) -> None:
        self.status.offer(sentence, _("撤销"), self._session.user_layers.undo_remove)

    def _offer_findings(self, sentence: str, opened: Opened) -> None:
        self.status.offer(sentence, _("查看"), lambda: self.user_data.show_findings(opened))

    def _offer_data(self, sentence: str) -> None:
        self.status.offer(sentence, _("打开数据…"), self.user_data.ask_files)

    def _offer_doubts(self, sentence: str, layer_id: str) -> None:
        users = self._session.user_layers
        self.status.offer(
            sentence,
            _("查看"),
            lambda: self.user_data.show_facts(layer_id) if users.holds(layer_id) else None,
        )

    def _tell_failure(self, error: Exception) -> None:
        MessageBox.show(self, explain(error))

    def show_findings_dialog(self) -> FindingsDialog:
        """Show what is broken or doubtful in the data."""
        if self._findings_dialog is None:
            self._findings_dialog = FindingsDialog(self._session.workspace, self)
        self._findings_dialog.show()
        self._findings_dialog.raise_()
        return self._findings_dialog

    def show_shortcuts_dialog(self) -> ShortcutsDialog:
        """Show what the keyboard can do."""
        from jjjmap.ui.dialogs.shortcuts_dialog import ShortcutsDialog

        return ShortcutsDialog.show_sheet(self.actions_table.menus(), self)

    def show_about_dialog(self) -> AboutDialog:
        """Show version, data and licences."""
        attribution = map_texts(self._session.workspace.language)["attribution"]
        return AboutDialog.show_about(self._session.snapshot(), attribution, self)

    # What the window tells the user.

    def _show_marked(self, place_ids: Sequence[str]) -> None:
        self.status.show_marked(self._session.highlight.title, len(place_ids))

    def _show_moment(self, moment: Moment | None) -> None:
        language = self._session.workspace.language
        self.status.show_moment(date_text(moment.iso, language) if moment is not None else "")

    def _tell_no_room(self, place_id: str) -> None:
        self._enabled.follow_pins()
        name = self._session.workspace.place(place_id).name(self._session.workspace.language)
        self.tell(_("“{name}”没有加入比较：最多比较四个地点，请先移去一个。").format(name=name))

    def _show_findings(self) -> None:
        findings = self._session.workspace.findings
        self.status.show_findings(sum(found.severity is not Severity.INFO for found in findings))
        if self._findings_dialog is not None:
            self._findings_dialog.refresh()

    def _show_tasks(self, _task: Task) -> None:
        running = self._session.tasks.running
        self.status.show_task(running[0] if running else None)
        self._enabled.follow_work()

    def _show_title(self, title: str, is_modified: bool) -> None:
        self.setWindowTitle(title)
        self.setWindowModified(is_modified)

    def _cancel_task(self) -> None:
        for task in self._session.tasks.running[:1]:
            task.cancel()
            self.status.show_cancelling()

    def _note_unsaved_settings(self, error: OSError) -> None:
        self._session.workspace.add_finding(settings_unsaved_finding(error))

    # How the window is laid out.

    def _dock(self, name: str, panel: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(self)
        dock.setObjectName(name)
        dock.setWidget(panel)
        self.addDockWidget(area, dock)
        return dock

    def _follow_desktop(self) -> None:
        keep_readable()
        refresh_colors(self.status)

    def _order_tabs(self) -> None:
        """Let the Tab key go from the layers to the map and on to the details, as the window is read."""
        # The part of a browser that takes keys is made when a page is there, and stands at the very end.
        taker = self._map_widget.focusProxy() or self._map_widget
        taker.setAccessibleName(self._map_widget.accessibleName())
        # The last of the layers panel is named and not looked for: the binding takes what `nextInFocusChain`
        # returns for a child of the widget asked, and when that is deleted it forgets the window's menus.
        QWidget.setTabOrder(self.layers_panel.zoom_button, taker)

    def _project_menu(self) -> QMenu:
        menu = QMenu(self)
        for name in ("save_project", "save_project_as", "project_versions", "show_project_folder"):
            menu.addAction(self.actions_table[name])
        menu.addSeparator()
        menu.addAction(self.actions_table["close_project"])
        return menu

    def _layout_text(self) -> str:
        return bytes(self.saveState(STATE_VERSION).toBase64().data()).decode("ascii")

    def _apply_layout(self, text: str) -> None:
        # A layout of another version of the program, or a broken one, leaves the docks as they are.
        self.restoreState(QByteArray.fromBase64(text.encode("ascii", "replace")), STATE_VERSION)

    def _restore_layout(self) -> None:
        self.resize(WINDOW_SIZE_PX.boundedTo(self.screen().availableSize()))
        self.resizeDocks(
            [self.layers_dock, self.details_dock],
            [LAYERS_WIDTH_PX, DETAILS_WIDTH_PX],
            Qt.Orientation.Horizontal,
        )
        geometry, state = self._layout_store.value("geometry"), self._layout_store.value("state")
        if geometry is not None:
            self.restoreGeometry(geometry)
        if state is not None:
            self.restoreState(state, STATE_VERSION)

    # Overrides of Qt.

    def changeEvent(self, event: QEvent) -> None:
        """Paint icons anew when the desktop turns dark or light, and keep faint texts readable."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            # When all widgets have the new colours: a palette set meanwhile would reach only some of them.
            QTimer.singleShot(0, self, self._follow_desktop)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "actions_table"):
            self.actions_table.repaint(self.palette())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about what is not saved; stop what runs and remember the layout."""
        if not self.projects.may_close():
            event.ignore()
            return
        self._session.charts.stop()
        self._session.tasks.cancel_all(wait_ms=3000)
        self.exports.close()
        self._layout_store.setValue("geometry", self.saveGeometry())
        self._layout_store.setValue("state", self.saveState(STATE_VERSION))
        self._layout_store.sync()
        self.projects.end()
        self._session.library.close()
        self._session.user_layers.close()
        self._session.preferences.write()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if droppable_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        paths = droppable_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.open_paths(paths)
