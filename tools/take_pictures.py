"""Take the pictures of the README: the window in both languages, a place, exported maps, a briefing.

    QT_QPA_PLATFORM=xcb DISPLAY=:1 .venv/bin/python tools/take_pictures.py [FOLDER]

The map is drawn by the real page. Without a screen the platform ``offscreen`` does as well.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from jjjmap import app as jjjmap_app
from jjjmap.i18n import Language
from jjjmap.session.session import Session
from jjjmap.ui.main_window import MainWindow
from jjjmap.web.scheme import register_scheme

CHECKOUT = Path(__file__).resolve().parent.parent
FOLDER = CHECKOUT / "docs" / "images"
SIZE_PX = (1360, 860)
SETTLE_MS = 1500
DOCUMENTS = Path(__file__).resolve().parent / "demo_documents"
"""Invented, and saying so: nobody's words are shown in a picture."""
FIRMS = Path(__file__).resolve().parent / "demo_data" / "企业名单（虚构）.csv"
"""Invented firms with real units in their addresses."""


def take_window_pictures(folder: Path, home: Path) -> None:
    """Save the pictures of the window, its tabs and docks."""
    register_scheme()
    from qtpy.QtCore import QEventLoop, QTimer
    from qtpy.QtWidgets import QApplication

    from jjjmap.binding import delete
    from jjjmap.ui.panels.details_panel import Tab

    def settle(milliseconds: int = SETTLE_MS) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    wanted_tabs = (Tab.OVERVIEW, Tab.POLICY, Tab.FIGURES, Tab.RELATED, Tab.SOURCES)
    app = QApplication(sys.argv[:1])
    jjjmap_app.prepare_application(app)
    session = jjjmap_app.open_session(
        home / "settings.json", library_path=home / "library.sqlite", layers_path=home / "layers"
    )
    window = jjjmap_app.open_window(app, session, layout_path=home / "window.ini")
    window.resize(*SIZE_PX)
    while not window.map_view.channel.is_ready:
        settle(50)
    settle()
    docks = window.bottom_docks
    shows = (
        ("policy", lambda: docks.show_passage("task-t1")),
        ("chains", lambda: docks.show_chain("hydrogen")),
        ("compare", docks.compare.bring_up),
        ("crosscheck", docks.crosscheck.bring_up),
        ("timeline", docks.timeline.bring_up),
    )
    for language in (Language.ZH, Language.EN):
        session.workspace.set_language(language)
        session.selection.clear()
        session.highlight.clear()
        window.actions_table["fit_region"].trigger()
        settle()
        window.grab().save(str(folder / f"window-{language.value}.png"))
        session.selection.choose("caofeidian", fly=True)
        settle()
        for tab in wanted_tabs:
            window.details_panel.show_tab(tab)
            settle(1000 if tab is Tab.FIGURES else 200)
            name = "details" if tab is Tab.FIGURES else f"details-{tab.name.lower()}"
            window.grab().save(str(folder / f"{name}-{language.value}.png"))
        session.selection.clear()
        window.actions_table["fit_region"].trigger()
        for place_id in ("xiongan", "beijing-subcenter", "binhai", "caofeidian"):
            session.pins.add(place_id)
        for name, show in shows:
            if name == "compare":
                session.highlight.clear()
            show()
            if name == "timeline":
                session.timeline.go_to(5)
            settle()
            window.grab().save(str(folder / f"{name}-{language.value}.png"))
        session.timeline.reset()
        for dock in docks.all():
            dock.close()
        settle(300)
    session.library.import_paths([DOCUMENTS])
    while not session.library.entries() or session.library.is_importing:
        settle(100)
    newer, older = session.library.entries()
    for language in (Language.ZH, Language.EN):
        session.workspace.set_language(language)
        for dialog in app.topLevelWidgets():
            if dialog is not window:
                dialog.close()
        window.actions_table["fit_region"].trigger()
        tabs = window.library_docks.tabs()
        session.library.open_document(older.id)
        session.selection.choose("caofeidian", fly=True)
        window.details_panel.show_tab(Tab.POLICY)
        tabs.look_for("产业链 OR 集群")
        settle()
        bar = window.details_panel.policy.verticalScrollBar()
        bar.setValue(bar.maximum())
        settle()
        window.grab().save(str(folder / f"reading-{language.value}.png"))
        tabs.compare(older.id, newer.id)
        settle()
        window.grab().save(str(folder / f"diff-{language.value}.png"))
        session.selection.clear()
        session.highlight.clear()
    session.workspace.set_language(Language.ZH)
    for dock in window.library_docks.all():
        dock.close()
    take_data_pictures(app, session, window, settle, folder)
    delete(window)


def take_data_pictures(
    app: Any, session: Session, window: MainWindow, settle: Callable[[int], None], folder: Path
) -> None:
    """Open a list of firms as a user would, place it, and save wizard, review and styled layer."""
    from qtpy.QtCore import Qt, QTimer

    from jjjmap.layers.styling.user_style import StyleMode, UserStyle
    from jjjmap.ui.dialogs.open_data_dialog import OpenDataDialog
    from jjjmap.ui.panels.details_panel import Tab

    users = session.user_layers

    def answer_wizard() -> None:
        dialog = app.activeModalWidget()
        if not isinstance(dialog, OpenDataDialog):
            QTimer.singleShot(200, answer_wizard)
            return
        dialog.pages.setCurrentIndex(1)
        settle(500)
        dialog.grab().save(str(folder / "opening-zh.png"))
        dialog.accept()

    # As at the first start: the text that was read beside the map has made the left side wide.
    window.resizeDocks([window.layers_dock, window.details_dock], [270, 390], Qt.Orientation.Horizontal)
    window.details_panel.show_tab(Tab.OVERVIEW)
    QTimer.singleShot(200, answer_wizard)
    window.open_paths([FIRMS])
    while not users.layers:
        settle(100)
    (listed,) = users.layers
    window.user_data.show_placing(listed.id)
    while listed.id not in session.placing.layer_ids:
        settle(100)
    settle(SETTLE_MS)
    window.grab().save(str(folder / "placing-zh.png"))
    session.placing.keep(listed.id)
    while len(users.layers) < 2:
        settle(100)
    placed = users.layers[-1]
    users.set_style(
        placed.id, UserStyle(mode=StyleMode.CATEGORISED, column="行业", class_count=12, size_px=10)
    )
    window.user_data.placing.close()
    window.user_data.show_table(placed.id)
    for view in session.layers.views:
        if view.layer.kind is not None and not view.layer.kind.is_unit:
            session.layers.set_visible(view.layer.id, False)
    settle(300)
    window.layers_panel.layer_zoom_requested.emit(placed.id)
    session.selection.choose(f"{placed.id}#0", fly=False)
    settle(2 * SETTLE_MS)
    window.grab().save(str(folder / "users-layer-zh.png"))
    window.user_data.table.close()
    session.selection.clear()
    take_project_picture(session, window, settle, folder)
    take_analysis_picture(session, window, settle, folder, placed.id)
    for layer in users.layers:
        users.remove(layer.id)


def take_analysis_picture(
    session: Session, window: MainWindow, settle: Callable[[int], None], folder: Path, layer_id: str
) -> None:
    """Save the window with the sum of a list by city, what is shown of it and how it was reckoned."""
    from jjjmap.analysis.summaries.summarize import Summarize
    from jjjmap.layers.style import Geometry

    made: list[str] = []
    session.analyses.finished.connect(made.append)
    window.analyses.run(
        Summarize(layer_id, by="cities", measures=("rows", "share", "density", "hhi"), category="行业")
    )
    while not made:
        settle(100)
    for layer in session.user_layers.layers:
        if layer.facts.geometry is Geometry.POINT:
            session.layers.set_visible(layer.id, False)
    session.analyses.finished.disconnect(made.append)
    settle(2 * SETTLE_MS)
    window.status.clearMessage()
    window.grab().save(str(folder / "analysis-zh.png"))
    window.analyses.results.close()


def take_project_picture(
    session: Session, window: MainWindow, settle: Callable[[int], None], folder: Path
) -> None:
    """Save the window with a project that has a layer of the user's and three saved views."""
    project = window.projects.project
    assert project is not None
    views = window.saved_views
    with tempfile.TemporaryDirectory() as place:
        # First the project, then the views: their pictures are of this window and not in the file.
        project.save_as(Path(place) / "京津冀招商.jjj.gpkg")
        while project.is_home or project.is_busy or session.tasks.running:
            settle(100)
        window.actions_table["fit_region"].trigger()
        settle(2 * SETTLE_MS)
        for title, place_id in (("全域企业分布", ""), ("雄安新区", "xiongan"), ("曹妃甸", "caofeidian")):
            if place_id:
                session.selection.choose(place_id, fly=True)
                settle(2 * SETTLE_MS)
            views.save_view()
            views.keeper.rename(views.keeper.views[-1].id, title)
            settle(300)
        views.keeper.go_to(views.keeper.views[0].id)
        settle(2 * SETTLE_MS)
        project.save()
        while project.is_busy:
            settle(100)
        settle(300)
        window.status.clearMessage()
        window.grab().save(str(folder / "project-zh.png"))
        session.selection.clear()


def take_export_picture(folder: Path, home: Path) -> None:
    """Save the picture of an exported map, if Chromium is here."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("no Chromium: the exported map is not pictured\n")
        return
    exported = home / "map.html"
    command = [sys.executable, "-m", "jjjmap", "export", "--select", "xiongan", "-o", str(exported)]
    subprocess.run(command, check=True, cwd=CHECKOUT)
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    subprocess.run(
        [
            chromium,
            "--headless",
            *as_root,
            "--disable-gpu",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={home / 'chromium'}",
            "--window-size=1280,800",
            "--virtual-time-budget=4000",
            f"--screenshot={folder / 'export-zh.png'}",
            exported.as_uri(),
        ],
        check=True,
        capture_output=True,
    )


def take_paper_pictures(folder: Path, home: Path) -> None:
    """Save a map as a picture and the page of a briefing, as the command line makes them."""
    import pypdfium2

    command = [sys.executable, "-m", "jjjmap"]
    sheet = [*command, "export", "--dpi", "120", "--paper", "A4", "--select", "xiongan"]
    subprocess.run([*sheet, "-o", str(folder / "sheet-zh.png")], check=True, cwd=CHECKOUT)
    briefings = home / "briefings"
    brief = [*command, "brief", "xiongan", "--format", "pdf", "-o", str(briefings)]
    subprocess.run(brief, check=True, cwd=CHECKOUT)
    [page] = briefings.glob("*.pdf")
    pdf = pypdfium2.PdfDocument(page)
    pdf[0].render(scale=1.5).to_pil().save(folder / "briefing-zh.png")
    pdf.close()


def main() -> int:
    """Take all pictures."""
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    with tempfile.TemporaryDirectory() as home:
        take_window_pictures(folder, Path(home))
        take_export_picture(folder, Path(home))
        take_paper_pictures(folder, Path(home))
    for picture in folder.glob("*.png"):
        # A palette of 256 colours makes them a third of the size, and nobody sees it; by the usual choice
        # two classes of a legend got one colour.
        small = Image.open(picture).convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE)
        small.save(picture, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
