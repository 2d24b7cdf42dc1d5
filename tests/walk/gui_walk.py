"""Walks through the whole program as its user does, and writes down what it saw.

python gui_walk.py FOLDER REPORT [second]: FOLDER has the files to open and takes those that are written. The
first walk ends in a crash, with work that was not saved; ``second`` is the start after it.
"""

import atexit
import faulthandler
import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from canaries import PASSWORD, TOKEN

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
SYMBOL = """(() => { const s = jjjmap.page.overlay.arrangement().symbols.find(s => s.feature.id === '%s');
const o = jjjmap.page.map.getPixelBounds().min; return JSON.stringify([s.x - o.x, s.y - o.y]); })()"""
SHOWN = "document.documentElement.outerHTML + JSON.stringify(jjjmap.page.config)"


class Listener:
    """What whoever obeys a proxy would reach."""

    def __init__(self) -> None:
        self.heard = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            self._server.accept()[0].close()
            self.heard += 1


def kernel_counts() -> dict[str, int]:
    """Return what the kernel counts in this namespace: connections begun, datagrams sent, ways not found."""
    counts: dict[str, int] = {}
    lines = Path("/proc/net/snmp").read_text(encoding="ascii").splitlines()
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        family = names.split(":")[0]
        for name, value in zip(names.split()[1:], values.split()[1:], strict=True):
            counts[f"{family}.{name}"] = int(value)
    for line in Path("/proc/net/snmp6").read_text(encoding="ascii").splitlines():
        name, value = line.split()
        counts[name] = int(value)
    wanted = ("Tcp.ActiveOpens", "Udp.OutDatagrams", "Ip.OutNoRoutes", "Ip6OutNoRoutes", "Udp6OutDatagrams")
    return {name: counts[name] for name in wanted}


def sandbox_of(pid: int) -> dict[str, Any]:
    """Return how the process of a page is shut in: mode of its seccomp (2 is a filter), and network."""
    process = Path(f"/proc/{pid}")
    status = (process / "status").read_text(encoding="ascii").splitlines()
    return {
        "seccomp": next(line.split()[1] for line in status if line.startswith("Seccomp:")),
        "command": (process / "cmdline").read_bytes().decode("utf-8", "replace").replace("\0", " "),
        "has_our_network": (process / "ns" / "net").readlink() == Path("/proc/self/ns/net").readlink(),
    }


listener = Listener()
if len(sys.argv) < 4:
    for each in PROXIES:
        os.environ[each] = f"http://127.0.0.1:{listener.port}"

from qtpy.QtCore import Qt, QTimer  # noqa: E402  The proxies are there before any of Qt.
from qtpy.QtGui import QColor, QPalette  # noqa: E402
from qtpy.QtTest import QTest  # noqa: E402
from qtpy.QtWidgets import QApplication, QDockWidget, QLineEdit  # noqa: E402
from tile_server import TileSource  # noqa: E402
from walking_hand import Hand, accepting, naming, rejecting, typing  # noqa: E402

from jjjmap import app as jjjmap_app  # noqa: E402
from jjjmap.i18n import Language  # noqa: E402
from jjjmap.ui.main_window import MainWindow  # noqa: E402
from jjjmap.web import profile as web_profile  # noqa: E402


class Walk:
    """One walk; each method is a part of it."""

    def __init__(self, window: MainWindow, folder: Path, report: Path) -> None:
        self.window, self.folder, self.report = window, folder, report
        self.session = window._session
        self.hand = Hand(window)
        self.out = folder / "out"
        self.said: dict[str, Any] = {"parts": []}
        self.said_by_page: list[str] = []
        self._wanted: dict[str, int] = {}
        self._wanted_heard = 0
        window.map_view.console_said.connect(
            lambda level, text: self.said_by_page.append(text) if level >= 40 else None
        )

    def run(self, *parts: Callable[[], None]) -> None:
        try:
            self.hand.until(lambda: self.window.map_view.channel.is_ready, "the map is not there")
            for part in parts:
                part()
                self.hand.raise_failure()
                self.said["parts"].append(part.__name__)
        except BaseException as error:
            import traceback

            self.said["failure"] = "".join(traceback.format_exception(error))
            raise
        finally:
            self.write()

    def write(self) -> None:
        hand = self.hand
        self.said |= {
            "dialogs": sorted(hand.dialogs), "docks": sorted(hand.docks), "boxes": hand.boxes,
            "console": self.said_by_page,
        }  # fmt: skip
        self.report.write_text(json.dumps(self.said, ensure_ascii=False), encoding="utf-8")

    def layer(self, title: str) -> str:
        """Return the id of a layer of the user's."""
        layers = self.session.user_layers.layers
        found = [each.id for each in layers if each.title.endswith(title)]
        assert found, [each.title for each in layers]
        return found[0]

    # ---- what a user does on any day ----

    def places(self) -> None:
        hand, selection = self.hand, self.session.selection
        hand.click_map(*json.loads(hand.ask_page(SYMBOL % "port-qinhuangdao")))
        hand.until(lambda: selection.place_id == "port-qinhuangdao", "the click chose nothing")
        for place_id in ("xiongan", "tongzhou", "130000"):
            if self.session.workspace.knows(place_id):
                selection.choose(place_id, fly=True)
                hand.wait(150)
        tabs = self.window.details_panel.tabs
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
            hand.wait(60)
        for name in ("back", "forward", "pin", "copy_place"):
            hand.trigger(name)
        source_id = next(iter(self.session.workspace.catalogue.sources))
        self.window._show_source(source_id)
        hand.close_dialogs()

    def docks(self) -> None:
        for dock in self.window.findChildren(QDockWidget):
            self.hand.show_dock(dock)

    def plain_dialogs(self) -> None:
        hand = self.hand
        for name in ("shortcuts", "findings"):
            hand.trigger(name)
            hand.close_dialogs()
        for name in ("about", "basemap_settings", "open_database", "open_project"):
            with hand.answering(rejecting):
                hand.trigger(name)
            hand.until_idle(name)
        for name in ("fit_region", "find_place", "focus_map", "focus_details", "search"):
            hand.trigger(name)

    def data(self) -> None:
        hand, users = self.hand, self.session.user_layers
        with hand.answering(naming(self.folder / "项目" / "数据" / "企业.csv"), accepting):
            hand.trigger("open_data")
        hand.until(lambda: any(each.title == "企业" for each in users.layers), "the table is not open")
        with hand.answering(lambda dialog: (dialog.list.selectAll(), dialog.accept())):
            self.window.open_paths([self.folder / "别处" / "两层.gpkg"])
        hand.until(lambda: len(users.layers) >= 3, "the layers are not open")
        with hand.answering(accepting):
            self.window.open_paths([self.folder / "别处" / "县.csv"])
        hand.until(lambda: len(users.layers) >= 4, "the counties are not open")
        hand.until_idle("data")
        hand.close_dialogs()

    def layers(self) -> None:
        hand, data, users = self.hand, self.window.user_data, self.session.user_layers
        points, firms, counties = self.layer("点"), self.layer("企业"), self.layer("县")
        data.show_facts(points)
        hand.close_dialogs()
        data.show_style(points)
        hand.until(lambda: "StyleDialog" in hand.dialogs, "no style dialog")
        hand.close_dialogs()
        data.show_table(points)
        hand.until_idle("table")
        from jjjmap.ui.dialogs.filter_place_dialog import FilterPlaceDialog
        from jjjmap.ui.dialogs.placing_columns_dialog import PlacingColumnsDialog

        with hand.answering(rejecting):
            FilterPlaceDialog.ask_area(self.window, self.session.workspace)
        stored = users.stored(firms)
        with hand.answering(rejecting):
            PlacingColumnsDialog.ask(stored.title, stored.facts.columns, self.window)
        data.show_placing(firms)
        hand.until(lambda: firms in self.session.placing.layer_ids, "the firms are not placed")
        before = len(users.layers)
        with hand.answering(self._join):
            data.join(counties)
        hand.until(lambda: len(users.layers) > before, "nothing was joined")
        hand.until_idle("join")
        table = data.table.panel()
        table.show_layer(points)
        with hand.answering(naming(self.out / "表.xlsx")):
            table.save()
        hand.until_idle("rows")
        for suffix in (".geojson", ".gpkg", ".parquet", ".csv"):
            with hand.answering(naming(self.out / f"点{suffix}")):
                data.save_copy(points)
            hand.until_idle(suffix)

    def _join(self, dialog: Any) -> None:
        from jjjmap.ui.dialogs.join_place_dialog import JoinPlaceDialog

        self.hand.until(lambda: dialog.answer is not None, "the join is not reckoned")
        other = JoinPlaceDialog("甲县", dialog.wish().target, self.session.workspace, dialog)
        other.show()
        self.hand.wait(60)
        other.close()
        dialog.accept()

    def analyses(self) -> None:
        hand, users = self.hand, self.session.user_layers
        for kind in ("summarize", "hotspots", "flows", "near"):
            before = len(users.layers)
            with hand.answering(accepting if kind == "summarize" else rejecting):
                hand.trigger(f"analyse_{kind}")
            hand.until_idle(kind)
            assert len(users.layers) == before + (kind == "summarize")
        with hand.answering(self._chain_table):
            hand.trigger("analyse_gaps")
        panel = self.window.analyses.results.panel()
        for number in range(panel.tabs.count()):
            panel.tabs.setCurrentIndex(number)
            hand.wait(200)

    def _chain_table(self, dialog: Any) -> None:
        from jjjmap.ui.dialogs.chain_table_dialog import ChainTableDialog

        table = ChainTableDialog(dialog.rules, self.session.workspace.catalogue, dialog)
        table.show()
        self.hand.wait(60)
        table.close()
        dialog.reject()

    def documents(self) -> None:
        hand, library, docks = self.hand, self.session.library, self.window.library_docks
        papers = sorted((self.folder / "文件").iterdir())
        with hand.answering(naming(*papers)):
            hand.trigger("import_documents")
        hand.until_idle("import")
        entries = library.entries()
        assert len(entries) == len(papers), entries
        documents = docks.tabs().documents
        documents._show_report()
        hand.close_dialogs()
        document_id = entries[0].id
        library.open_document(document_id)
        hand.wait(300)
        with hand.answering(accepting):
            documents.edit_details(document_id)
        with hand.answering(accepting):
            documents.show_cleaning(document_id)
        hand.until_idle("cleaning")
        document = library.document(document_id)
        figure = document.figures[0]
        with hand.answering(rejecting):
            docks.correct_mention(document_id, document.mentions[0])
        with hand.answering(rejecting):
            docks.edit_figure(document_id, figure)
        from jjjmap.ui.dialogs.figure_dialog import ChooseScopeDialog

        with hand.answering(rejecting):
            ChooseScopeDialog.ask(self.window, "甲县", self.session.workspace)
        docks.search("氢能")
        tabs = docks.tabs().tabs
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
            hand.wait(150)
        tabs.setCurrentIndex(0)
        hand.until_idle("library")

    def search(self) -> None:
        hand, box = self.hand, self.window.search_box
        for words in ("xiong an", "氢能", "导出"):
            hand.trigger("search")
            typing(box if isinstance(box, QLineEdit) else box.findChild(QLineEdit), words)
            hand.wait(200)
        QTest.keyClick(box, Qt.Key.Key_Escape)

    def views(self) -> None:
        hand = self.hand
        hand.trigger("save_view")
        hand.close_dialogs()
        hand.until(lambda: self.session.views.views, "no view was saved")
        hand.trigger("next_view")
        hand.trigger("fit_region")

    def looks(self) -> None:
        """English, dark, and back."""
        hand, workspace = self.hand, self.session.workspace
        workspace.set_language(Language.EN)
        hand.wait(300)
        light, dark = QApplication.palette(), QPalette(QColor("#323232"))
        QApplication.setPalette(dark)
        hand.wait(300)
        self.docks()
        QApplication.setPalette(light)
        workspace.set_language(Language.ZH)
        hand.until_idle("looks")

    def exports(self) -> None:
        """Write everything in every format."""
        hand, out = self.hand, self.out / "导出"
        out.mkdir(parents=True)
        for suffix in (".html", ".pdf", ".png", ".svg", ".gpkg", ".geojson", ".xlsx", ""):
            path = out / f"地图{suffix}" if suffix else out / "文件夹"
            with hand.answering(lambda dialog, path=path, suffix=suffix: self._export(dialog, path, suffix)):
                hand.trigger("export_map")
            hand.until_idle(f"export {suffix}")
            assert path.exists(), (path, hand.boxes)
        with hand.answering(lambda dialog: self._brief(dialog, out / "简报")):
            self.window.exports.ask_briefings("xiongan")
        hand.until_idle("briefing")
        assert len(list((out / "简报").iterdir())) >= 3
        hand.trigger("copy_map")
        hand.until_idle("copy")
        for suffix in (".xlsx", ".csv", ".gpkg"):
            with hand.answering(naming(out / f"文库{suffix}")):
                self.window.library_docks.tabs()._export()
            hand.until_idle(f"library {suffix}")

    def _export(self, dialog: Any, path: Path, suffix: str) -> None:
        if suffix == ".html":
            dialog.tabs.setCurrentIndex(0)
        elif suffix in (".pdf", ".png", ".svg"):
            dialog.tabs.setCurrentIndex(1)
            box = dialog.picture_page.kind_box
            box.setCurrentIndex(box.findData(suffix))
        else:
            dialog.tabs.setCurrentIndex(2)
            dialog.data_page.buttons[suffix].click()
        dialog.target.set_path(str(path))
        self.hand.wait(80)
        assert dialog.ok_button.isEnabled(), (suffix, dialog.target.trouble, dialog.notice.text())
        dialog.accept()

    def _brief(self, dialog: Any, folder: Path) -> None:
        for box in dialog.format_boxes.values():
            box.setChecked(True)
        dialog.quotations_box.setChecked(dialog.quotations_box.isEnabled())
        dialog.target.set_path(str(folder))
        dialog.accept()

    def project(self) -> None:
        hand, project = self.hand, self.window.projects.project
        path = self.folder / "项目" / "图.jjj.gpkg"
        with hand.answering(naming(path)):
            hand.trigger("save_project_as")
        hand.until(lambda: project.path == path and not project.is_busy, "the project was not saved")
        hand.until_idle("project")
        self.session.layers.set_opacity("zones", 0.5)
        hand.trigger("save_project")
        hand.until(lambda: not project.is_modified and not project.is_busy, "the project was not saved again")
        hand.until_idle("saved")
        with hand.answering(rejecting):
            hand.trigger("project_versions")
        missing = project.missing_files()
        self.window.projects.show_missing(missing)
        hand.close_dialogs()

    def count(self) -> None:
        """Write down what was asked of the network, but for the two parts that the user asked for it."""
        if os.geteuid() != 0:
            self.said["sandbox"] = sandbox_of(self.window.map_view.page().renderProcessPid())
        self.said["heard"] = listener.heard - self._wanted_heard
        self.said["kernel"] = {name: n - self._wanted.get(name, 0) for name, n in kernel_counts().items()}
        self.said["guards"] = [[guard.allowed_count, guard.blocked] for guard in GUARDS]
        # The instruments work: what is asked now is heard, and counted.
        with socket.create_connection(("127.0.0.1", listener.port)):
            self.hand.until(lambda: listener.heard > self._wanted_heard, "the listener is deaf")
        with socket.socket() as leaving:
            leaving.settimeout(0.2)
            leaving.connect_ex(("192.0.2.1", 9))
        after = {name: n - self._wanted.get(name, 0) for name, n in kernel_counts().items()}
        self.said["kernel_after"] = after

    def with_network(self) -> None:
        """Do what the user wants a network for; it is not counted among what nobody asked for."""
        before, heard = kernel_counts(), listener.heard
        self.said["online_before"] = self.session.online.requests
        self.database()
        self.token()
        self.hand.wait(500)
        self._wanted = {name: n - before[name] for name, n in kernel_counts().items()}
        self._wanted_heard = listener.heard - heard
        self.said["wanted"] = self._wanted

    # ---- secrets ----

    def database(self) -> None:
        """Type a password; be refused where nobody listens, and read a table where there is a server."""
        from postgis_server import DATABASE, READER, server_or_reason

        server = server_or_reason()
        self.said["server"] = server if isinstance(server, str) else ""
        port = 9 if isinstance(server, str) else server.port
        if not isinstance(server, str):
            server.execute(
                "create table firms (id int primary key, name text, geom geometry(Point, 4326))",
                "insert into firms values (1, '甲', st_setsrid(st_makepoint(116.4, 39.9), 4326))",
            )

        def ask(dialog: Any) -> None:
            form = dialog.form
            typing(form.host_box.lineEdit(), "127.0.0.1")
            form.port_box.setValue(9)
            typing(form.database_line, DATABASE)
            typing(form.user_line, READER)
            typing(form.password_line, PASSWORD)
            self.hand.wait(100)
            QTest.mouseClick(form.connect_button, Qt.MouseButton.LeftButton)
            self.hand.until(lambda: dialog._running is None, "no answer")
            self.said["refused"] = dialog.status.text()
            if port != 9:
                form.port_box.setValue(port)
                QTest.mouseClick(form.connect_button, Qt.MouseButton.LeftButton)
                self.hand.until(lambda: dialog.read_button.isEnabled(), f"no table: {dialog.status.text()}")
                dialog.accept()
            else:
                dialog.reject()

        before = len(self.session.user_layers.layers)
        with self.hand.answering(ask):
            self.hand.trigger("open_database")
        self.hand.until_idle("database")
        assert port == 9 or len(self.session.user_layers.layers) > before, self.hand.boxes
        if not isinstance(server, str):
            # Nothing tidies up after a crash.
            atexit.unregister(server.stop)
            server.stop()

    def token(self) -> None:
        """Type a token for Tianditu, which is out of reach, and for a server of our own, which answers."""
        hand, online, source = self.hand, self.session.online, TileSource()

        def ask(dialog: Any) -> None:
            hand.wait(100)
            typing(dialog.token_line, TOKEN)
            form = dialog.own_form
            form.address_line.setText(f"{source.address}/{{z}}/{{x}}/{{y}}.png?tk={TOKEN}")
            form.title_line.setText("甲图")
            dialog.accept()

        with hand.answering(ask):
            hand.trigger("basemap_settings")
        hand.until_idle("basemap settings")
        own = online.settings.own[-1]
        online.go_online(own.id)
        hand.until(lambda: online.requests > 3, "no tile was asked for")
        assert all(TOKEN in asked.path for asked in source.asked)
        self.said["page"] = hand.ask_page(SHOWN)
        online.go_online("tianditu-vec")
        hand.until(lambda: online.trouble[0], "Tianditu was not missed")
        self.said["trouble"] = list(online.trouble)
        online.go_offline()
        source.close()

    def failure(self) -> None:
        """Fail as nobody foresaw, with secrets in the very error."""
        reports: list[str] = []

        def fail() -> None:
            raise ValueError(f"could not connect to {self.folder}: {PASSWORD} and {TOKEN} were refused")

        def read(dialog: Any) -> None:
            reports.append(dialog.report.toPlainText())
            dialog.close()

        self.hand.expects_failure = True
        with self.hand.answering(read):
            QTimer.singleShot(0, fail)
        self.hand.expects_failure = False
        (self.out / "report.txt").write_text(reports[0], encoding="utf-8")

    def save_again(self) -> None:
        hand, project = self.hand, self.window.projects.project
        hand.trigger("save_project")
        hand.until(lambda: not project.is_modified and not project.is_busy, "the project was not saved")
        hand.until_idle("saved")

    def crash(self) -> None:
        """End as nobody should, with work that is not saved."""
        self.session.user_layers.rename(self.layer("点"), "没有保存的名字")
        self.hand.wait(100)
        assert self.window.projects.project.autosave()
        self.said["parts"].append("crash")
        self.write()
        faulthandler._sigsegv()

    # ---- the start after it ----

    def recovered(self) -> None:
        hand, project = self.hand, self.window.projects.project
        hand.until(lambda: any(each.title == "没有保存的名字" for each in self.session.user_layers.layers),
                   "nothing was recovered")  # fmt: skip
        assert project.is_modified
        self.save_again()


GUARDS: list[web_profile.RequestGuard] = []


def note_guards() -> None:
    """Remember every guard: hidden pages of exports have their own."""
    make = web_profile.RequestGuard.__init__

    def made(guard: web_profile.RequestGuard, *words: Any) -> None:
        make(guard, *words)
        GUARDS.append(guard)

    web_profile.RequestGuard.__init__ = made  # type: ignore[method-assign]


def main() -> int:
    folder, report, is_second = Path(sys.argv[1]), Path(sys.argv[2]), len(sys.argv) > 3
    note_guards()
    begin = jjjmap_app.begin

    def begin_and_walk(window: MainWindow, paths: list[Path]) -> None:
        window.resize(1360, 860)
        walk = Walk(window, folder, report)
        if is_second:
            with walk.hand.answering(lambda dialog: dialog.recover_button.click()):
                begin(window, paths)
            walk.run(walk.recovered)
            window.close()
            return
        begin(window, paths)
        walk.run(
            walk.places, walk.docks, walk.plain_dialogs, walk.data, walk.layers, walk.analyses,
            walk.documents, walk.search, walk.views, walk.looks, walk.project, walk.with_network,
            walk.failure, walk.exports, walk.save_again, walk.count, walk.crash,
        )  # fmt: skip

    def guarded(window: MainWindow, paths: list[Path]) -> None:
        try:
            begin_and_walk(window, paths)
        except BaseException:
            sys.stderr.write(report.read_text(encoding="utf-8") if report.is_file() else "no report")
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
            os._exit(1)

    jjjmap_app.begin = guarded
    return jjjmap_app.run(["jjjmap"])


if __name__ == "__main__":
    sys.exit(main())
