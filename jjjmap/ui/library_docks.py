"""The docks of the policy library: the library below the map, the text that is read beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from qtpy.QtCore import QObject, Qt, Signal
from qtpy.QtGui import QAction
from qtpy.QtWidgets import QDockWidget, QMainWindow, QWidget

from jjjmap.catalogue.models import PlaceKind
from jjjmap.findings import Finding
from jjjmap.i18n import _
from jjjmap.session.session import Session
from jjjmap.ui.lazy_dock import LazyDock

if TYPE_CHECKING:
    from jjjmap.text.records import Mention, TextFigure
    from jjjmap.ui.panels.library_tabs import LibraryTabs
    from jjjmap.ui.panels.reading_panel import ReadingPanel

TOO_LARGE_TO_MARK = (PlaceKind.PROVINCE, PlaceKind.SPATIAL_STRUCTURE)
READING_WIDTH_PX = 430
HEIGHT_PX = 300


class LibraryDocks(QObject):
    """Makes the docks when they are first wanted, and ties them to the session.

    Parameters
    ----------
    window
        Gets the docks.
    session
        What is open.
    beside
        The dock that the text shares its place with: text, map and details then stand side by side.
    below
        The dock that the library shares its place with.
    """

    place_requested = Signal(str)  # place id
    chain_requested = Signal(str)  # chain id
    places_seen = Signal(list)  # place ids named in the text that is read now
    told = Signal(str)  # a sentence for the status bar
    undo_offered = Signal(str)  # a sentence about what was removed, beside which it can be brought back

    def __init__(
        self, window: QMainWindow, session: Session, *, beside: QDockWidget, below: QDockWidget
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self.library = LazyDock("library_dock", self._make_library, window)
        self.reading = LazyDock("reading_dock", self._make_reading, window)
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.library)
        window.tabifyDockWidget(below, self.library)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.reading)
        window.tabifyDockWidget(beside, self.reading)
        for dock in self.all():
            dock.hide()
        self.library.panel_made.connect(lambda _panel: self._give_room(self.library, HEIGHT_PX))
        self.reading.panel_made.connect(lambda _panel: self._give_room(self.reading, READING_WIDTH_PX))
        session.library.document_opened.connect(self._show_reading)
        session.library.import_ended.connect(self._show_import)
        session.library.decisions_lost.connect(self._note_lost)
        self.retranslate()

    def all(self) -> tuple[LazyDock, ...]:
        """Return the docks."""
        return self.library, self.reading

    def toggle_actions(self) -> dict[str, QAction]:
        """Return the actions that show and hide the docks, by name."""
        return {dock.objectName(): dock.toggleViewAction() for dock in self.all()}

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.library.setWindowTitle(_("文库"))
        self.reading.setWindowTitle(_("阅读"))
        for dock in self.all():
            dock.retranslate_panel()

    def tabs(self) -> LibraryTabs:
        """Bring the library to the front and return its tabs."""
        self.library.bring_up()
        return cast("LibraryTabs", self.library.panel())

    def open_files(self) -> None:
        """Ask for documents and import them."""
        self.tabs().documents.ask_files()

    def open_folder(self) -> None:
        """Ask for a folder of documents and import it."""
        self.tabs().documents.ask_folder()

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Import files and folders that were dropped or named at the start."""
        self.tabs()
        self._session.library.import_paths(paths)

    def search(self, text: str) -> None:
        """Show all that the documents have of some words."""
        self.tabs().look_for(text)

    def show_quotations(self, place_id: str) -> None:
        """Show all that the documents say about a place."""
        self.tabs().show_place(place_id)

    def edit_figure(self, document_id: str, figure: TextFigure) -> None:
        """Let the user correct a figure."""
        self.tabs().edit_figure(document_id, figure)

    def correct_mention(self, document_id: str, mention: Mention) -> None:
        """Ask which place some words name, and remember it."""
        from jjjmap.text.records import MentionStatus
        from jjjmap.ui.dialogs.choose_place_dialog import ChoosePlaceDialog

        chosen = ChoosePlaceDialog.ask(self._window, mention.text, self._session.workspace)
        if chosen:
            self._session.library.decide_mention(document_id, mention, MentionStatus.CORRECTED, chosen)

    def _show_reading(self, _document_id: str, _start: int, _end: int) -> None:
        self.reading.bring_up()

    def _show_import(self, _report: object) -> None:
        """Show what came of files that were dropped while the dock was closed."""
        self.tabs()

    def _note_lost(self, _document_id: str, findings: Sequence[Finding]) -> None:
        """Keep what a changed text took the words from among the findings that the status bar counts."""
        for finding in findings:
            self._session.workspace.add_finding(finding)

    def _give_room(self, dock: LazyDock, size_px: int) -> None:
        is_wide = self._window.dockWidgetArea(dock) in (
            Qt.DockWidgetArea.BottomDockWidgetArea,
            Qt.DockWidgetArea.TopDockWidgetArea,
        )
        along = Qt.Orientation.Vertical if is_wide else Qt.Orientation.Horizontal
        has_room = (dock.height() if is_wide else dock.width()) >= size_px
        if not has_room:
            self._window.resizeDocks([dock], [size_px], along)

    def _mark_seen(self, place_ids: list[str], title: str) -> None:
        """Mark what the text names here; the region and its provinces only if it names nothing smaller."""
        workspace = self._session.workspace
        small = [each for each in place_ids if workspace.place(each).kind not in TOO_LARGE_TO_MARK]
        place_ids = small or place_ids
        self._session.highlight.show(place_ids, _("正在读《{title}》").format(title=title))
        self.places_seen.emit(place_ids)

    # Who hears whom, for each panel when it is made.

    def _make_library(self) -> QWidget:
        from jjjmap.ui.panels.library_tabs import LibraryTabs

        session = self._session
        tabs = LibraryTabs(session)
        tabs.document_requested.connect(session.library.open_document)
        tabs.place_requested.connect(self.place_requested)
        tabs.chain_requested.connect(self.chain_requested)
        tabs.told.connect(self.told)
        tabs.documents.undo_offered.connect(self.undo_offered)
        return tabs

    def _make_reading(self) -> ReadingPanel:
        from jjjmap.ui.panels.reading_panel import ReadingPanel

        session = self._session
        panel = ReadingPanel(session.workspace, session.library, session.selection)
        session.selection.place_chosen.connect(panel.show_place)
        session.selection.selection_cleared.connect(panel.show_nothing)
        panel.place_requested.connect(self.place_requested)
        panel.chain_requested.connect(self.chain_requested)
        panel.places_seen.connect(self._mark_seen)
        panel.details_requested.connect(lambda document_id: self.tabs().documents.edit_details(document_id))
        panel.cleaning_requested.connect(lambda document_id: self.tabs().documents.show_cleaning(document_id))
        panel.figure_edit_requested.connect(self.edit_figure)
        panel.correction_requested.connect(self.correct_mention)
        panel.told.connect(self.told)
        return panel
