"""Builds everything once and hands it over; the one file that knows everyone."""

from __future__ import annotations

import jjjmap.binding  # isort: skip  It chooses before any of Qt is loaded.

import logging
import logging.handlers
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QLibraryInfo, QSettings, Qt, QTimer, QTranslator
from qtpy.QtWidgets import QApplication

import jjjmap
from jjjmap.binding import delete, is_alive, may_go_online
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.crash_notes import CrashNotes
from jjjmap.findings import Finding
from jjjmap.i18n import Language, _, use_language
from jjjmap.layers.layer import Layer, first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.user_layer import as_layer
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.maps.bridge import PageReady
from jjjmap.masking import mask
from jjjmap.paths import GEODATA, RESOURCES, cache_folder, log_file, settings_file, user_layers_folder
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.file_exporters import FileExporters
from jjjmap.session.layers.analyses import Analyses
from jjjmap.session.layers.drawn_layers import DrawnLayers
from jjjmap.session.layers.joins import Joins
from jjjmap.session.layers.layer_stack import LayerStack, remembered_views
from jjjmap.session.layers.placing import Placing
from jjjmap.session.layers.user_features import UserFeatures
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.online import OnlineBasemaps
from jjjmap.session.preferences import Preferences
from jjjmap.session.projects.project import ProjectSession
from jjjmap.session.selection import Selection
from jjjmap.session.session import Session
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.timeline import Timeline
from jjjmap.session.workspace import Workspace
from jjjmap.settings import load_settings
from jjjmap.ui.clipboard import hand_over_clipboard
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.map_teller import MapWidget
from jjjmap.ui.messages import page_lost_finding, settings_finding
from jjjmap.ui.unforeseen import Unforeseen, crashed_finding

if TYPE_CHECKING:
    from jjjmap.web.profile import MapProfile
    from jjjmap.web.tiles import TileServer

logger = logging.getLogger(__name__)

LOG_BYTES = 1_000_000
NO_DISPLAY = 1
"""Exit code when there is no screen."""


def run(argv: list[str]) -> int:
    """Open the window and stay until it is closed; return the exit code of the process."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Chromium's sandbox refuses to start for root, and only then it is switched off.
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    if not has_display():
        sys.stderr.write(
            _("没有可用的显示屏，打不开窗口。命令行不需要屏幕：jjjmap --help 列出全部命令。") + "\n"
        )
        return NO_DISPLAY
    from jjjmap.web.scheme import register_scheme

    register_scheme()
    app = QApplication(argv[:1])
    prepare_application(app)
    start_log(log_file())
    unforeseen = Unforeseen(log_file())
    unforeseen.install()
    notes = CrashNotes(log_file().parent)
    notes.begin()
    session = open_session(settings_file())
    tell_of_crashes(notes, session.workspace)
    speak_qt(app, session.workspace)
    window = open_window(app, session)
    project = window.projects.project
    unforeseen.attend(
        lambda: window if is_alive(window) else None, project.autosave if project is not None else None
    )
    # Once the window is there: both may ask something.
    QTimer.singleShot(0, lambda: begin(window, [Path(each) for each in argv[1:]]))
    code = app.exec()
    hand_over_clipboard()
    # The page goes before its profile, which is a child of the application.
    delete(window)
    unforeseen.remove()
    notes.end()
    return int(code)


def begin(window: MainWindow, paths: list[Path]) -> None:
    """Offer what an earlier program could not save, then open what was named at the start."""
    # Not before: a project that was named would take the place of the one that is being recovered.
    window.projects.offer_recovery(lambda: window.open_paths(paths) if paths else None)


def tell_of_crashes(notes: CrashNotes, workspace: Workspace) -> None:
    """Write into the log what programs that crashed have left, and tell the user."""
    left = notes.take_left()
    for note in left:
        logger.error("a program that ran before has crashed:\n%s", note)
    if left:
        workspace.add_finding(crashed_finding(log_file()))


def has_display() -> bool:
    """Whether there is a screen to open a window on; on Linux Qt would abort the process without one."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def open_window(
    app: QApplication, session: Session, *, layout_path: Path | None = None, geodata: Path = GEODATA
) -> MainWindow:
    """Show the window on a session, and load its map.

    Parameters
    ----------
    app
        The application; it will own the profile of the map page, so delete the window before it ends.
    session
        What is open.
    layout_path
        Where Qt keeps geometry and docks; by default beside the settings.
    geodata
        The folder of the layers' files.
    """
    map_view = make_map_view(session, app, geodata)
    window = build_window(map_view, session, layout_path)
    window.show()
    map_view.open_map()
    return window


def speak_qt(app: QApplication, workspace: Workspace) -> None:
    """Let Qt's own dialogs and buttons speak the language in use, now and after it changes."""
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)

    def follow(language: Language) -> None:
        app.removeTranslator(translator)
        if translator.load("qtbase_zh_CN" if language is Language.ZH else "qtbase_en", folder):
            app.installTranslator(translator)

    follow(workspace.language)
    workspace.language_changed.connect(follow)


def prepare_application(app: QApplication) -> None:
    """Give the application its name and its looks."""
    app.setApplicationName("jjjmap")
    app.setApplicationVersion(jjjmap.__version__)
    app.setDesktopFileName("jjjmap")
    app.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
    app.setStyleSheet((RESOURCES / "styles" / "window.qss").read_text(encoding="utf-8"))


class _LogLine(logging.Formatter):
    """Names of files may hold anything: none begins a line, nor steers the terminal of a reader.

    Nor does a log tell of a person: it is sent to others.
    """

    def format(self, record: logging.LogRecord) -> str:
        # What follows the first line, as the text of an error, is moved in: it begins no line either.
        return mask("\n    ".join(_printable(line) for line in super().format(record).split("\n")))

    def formatMessage(self, record: logging.LogRecord) -> str:
        return _printable(super().formatMessage(record))


def _printable(line: str) -> str:
    return "".join(
        letter if letter.isprintable() or "\ud800" <= letter <= "\udfff" else " " for letter in line
    )


def start_log(path: Path) -> None:
    """Write the log to a file that does not grow without end; without one if it cannot be written."""
    root = logging.getLogger("jjjmap")
    root.setLevel(logging.INFO)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace", delay=True
        )
    except OSError as error:
        handler = logging.StreamHandler()
        handler.setFormatter(_LogLine("%(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
        logger.warning("no log file: %s", error)
        return
    handler.setFormatter(_LogLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)


def open_session(
    settings_path: Path,
    catalogue: Catalogue | None = None,
    findings: list[Finding] | None = None,
    *,
    library_path: Path | None = None,
    layers_path: Path | None = None,
) -> Session:
    """Load settings and data.

    Parameters
    ----------
    settings_path
        The settings file; it need not exist.
    catalogue, findings
        What to show; by default the catalogue that we ship, and what was found in it.
    library_path
        The file of the policy library; by default the user's own.
    layers_path
        The folder of the user's layers; by default their own.
    """
    settings, trouble = load_settings(settings_path)
    language = Language(settings.language) if settings.language in list(Language) else Language.ZH
    use_language(language)  # Before anything is found that is told in words.
    if catalogue is None:
        catalogue, findings = load_catalogue(RESOURCES)
    workspace = Workspace(catalogue, findings or (), language)
    if trouble is not None:
        workspace.add_finding(settings_finding(trouble))
    tasks = TaskRunner()
    user_layers = UserLayers(UserLayerStore(layers_path or user_layers_folder()), tasks)
    for finding in user_layers.findings:
        workspace.add_finding(finding)
    layers = (*SHIPPED_LAYERS, *(as_layer(stored) for stored in user_layers.layers))
    user_features = UserFeatures(workspace, user_layers)
    stack = LayerStack(remembered_views(first_view(layers), settings.layers))
    preferences = Preferences(settings_path, settings)
    return Session(
        workspace=workspace,
        layers=stack,
        selection=Selection(),
        tasks=tasks,
        preferences=preferences,
        timeline=Timeline(workspace),
        library=LibrarySession(workspace, tasks, library_path),
        user_layers=user_layers,
        drawn_layers=DrawnLayers(user_layers, stack),
        user_features=user_features,
        joins=Joins(workspace, user_layers),
        placing=Placing(workspace, user_layers),
        analyses=Analyses(workspace, user_layers),
        online=OnlineBasemaps(preferences, tasks, may_go_online=may_go_online()),
    )


def build_window(map_view: MapWidget, session: Session, layout_path: Path | None = None) -> MainWindow:
    """Build the window around a map.

    Parameters
    ----------
    map_view
        Any widget with a signal ``event_received`` and a method ``send``; it becomes the window's own.
    session
        What is open.
    layout_path
        Where Qt keeps geometry and docks; by default beside the settings.
    """
    path = layout_path or settings_file().with_name("window.ini")
    exporters = FileExporters(lambda: session.library.path, lambda: make_renderer(session))
    layout_store = QSettings(str(path), QSettings.Format.IniFormat)
    project = ProjectSession(session)
    window = MainWindow(map_view, session, exporters, layout_store, project=project)
    # Its timers go with the window, and in the window's thread.
    project.setParent(window)
    return window


def make_renderer(session: Session) -> Any:
    """Return the browser that draws and prints exports. Heavy, so imported when it is asked for."""
    from jjjmap.web.renderer import WebRenderer

    return WebRenderer(lambda: session.workspace.catalogue)


def serve_tiles_when_online(online: OnlineBasemaps, profile: MapProfile, app: QApplication) -> None:
    """Let a map have tiles of online basemaps; what fetches them is loaded when somebody wants it."""
    made: list[TileServer] = []

    def tiles() -> TileServer:
        if not made:
            from jjjmap.web.tiles import TileServer

            server = TileServer(cache_folder() / "tiles", app)
            server.counted.connect(online.note_counts)
            server.failed.connect(online.note_failure)
            profile.serve_tiles(server)
            made.append(server)
        return made[0]

    online.served_changed.connect(lambda served: tiles().use(served) if served or made else None)
    online.cache_unwanted.connect(lambda: tiles().clear_cache())


def make_map_view(session: Session, app: QApplication, geodata: Path) -> Any:
    """Return the map widget; its profile belongs to the application and outlives it."""
    from jjjmap.layers.shipped_files import read_shipped_layer
    from jjjmap.maps.config import page_config
    from jjjmap.maps.pages import PageTable
    from jjjmap.ui.map_lost_notice import MapLostNotice
    from jjjmap.web.profile import MapProfile
    from jjjmap.web.scheme import qwebchannel_script
    from jjjmap.web.view import MapView

    unread = {layer.id: layer for layer in SHIPPED_LAYERS}

    def read_layer(layer: Layer) -> bytes:
        unread.pop(layer.id, None)
        shipped = read_shipped_layer(layer, geodata)
        for finding in shipped.findings:
            session.workspace.add_finding(finding)
        return shipped.data

    pages = PageTable(
        SHIPPED_LAYERS,
        read_layer,
        lambda: page_config(session.snapshot()),
        qwebchannel_script(),
        cache_folder(),
        session.drawn_layers.answer,
    )
    profile = MapProfile(pages, app)
    serve_tiles_when_online(session.online, profile, app)
    view = MapView(profile, is_watched=True)
    # Layers that nobody has asked for are checked too, one between two events, once the map is there.
    checking = QTimer(view)

    def check_next() -> None:
        if unread:
            read_layer(next(iter(unread.values())))
        else:
            checking.stop()

    checking.timeout.connect(check_next)
    view.event_received.connect(lambda event: checking.start() if isinstance(event, PageReady) else None)
    notice = MapLostNotice(view)
    view.page_lost.connect(notice.cover)
    view.page_lost.connect(lambda: session.workspace.add_finding(page_lost_finding()))
    notice.reload_requested.connect(view.open_again)
    session.workspace.language_changed.connect(lambda _language: notice.retranslate())
    return view
