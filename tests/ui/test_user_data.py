"""The user's own data in the window: what is opened, asked, told, marked and taken back."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import FakeMap
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from qtpy.QtGui import QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import QApplication, QFileDialog, QInputDialog, QMenu
from user_layer_fixtures import firms

from jjjmap.errors import LayerUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.opening.records import (
    Column,
    ColumnRole,
    DatumGuess,
    FileFormat,
    Inspection,
    LayerFacts,
    OpenOptions,
    ReadAnswer,
    ReadPart,
    SubLayer,
)
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import UserStyle
from jjjmap.layers.tables.joined_table import Repeats
from jjjmap.layers.tables.joining import JoinAnswer, JoinTarget
from jjjmap.maps.bridge import (
    CandidateStepped,
    Configure,
    FitBounds,
    Hit,
    LayerDrawn,
    LayerFailed,
    MapClicked,
    PageReady,
    PointerMoved,
    RefreshRows,
    RemoveLayer,
    SelectFeature,
    SelectionCleared,
    ShowTip,
)
from jjjmap.maps.snapshot import REGION_BOUNDS
from jjjmap.session.layers.user_layers import Opened
from jjjmap.session.session import Session
from jjjmap.session.tasks import Task
from jjjmap.ui.dialogs.join_dialog import JoinDialog, JoinWish
from jjjmap.ui.dialogs.layer_findings_dialog import LayerFindingsDialog
from jjjmap.ui.dialogs.open_data_dialog import OpenDataDialog
from jjjmap.ui.dialogs.placing_columns_dialog import PlacingColumnsDialog
from jjjmap.ui.dialogs.style_dialog import StyleDialog
from jjjmap.ui.dialogs.sublayers_dialog import SublayersDialog
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.map_listener import MapListener
from jjjmap.ui.panels.placing_panel import PlacingPanel
from jjjmap.ui.panels.table_panel import TablePanel

DOUBT = Finding(Severity.WARNING, "rows-mended", "厂.csv", "修补了一行。", "请看一看。")


def facts_of(table: FeatureTable, title: str = "厂", **more: object) -> LayerFacts:
    columns = tuple(
        Column(each.name, each.kind, ColumnRole.NAME if each.name == "名称" else ColumnRole.NONE)
        for each in table.columns
    )
    bounds = None if table.geometry is None else (116.0, 39.0, 120.0, 43.0)
    said = dict(findings=(), mended=0)
    said.update(more)
    return LayerFacts(
        title, f"{title}.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, table.geometry, columns,
        len(table), 1, said["mended"], 0, bounds, findings=said["findings"],
    )  # fmt: skip


class FakeReading:
    """Stands for looking into files and reading them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.inspections: dict[tuple[str, str], Inspection] = {}
        self.errors: dict[str, Exception] = {}
        self.findings: tuple[Finding, ...] = ()
        self.inspected: list[tuple[str, OpenOptions]] = []
        self.opened: list[tuple[str, OpenOptions]] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def inspect(self, path: Path, options: OpenOptions, on_success, on_failure=None) -> Task:
        self.inspected.append((path.name, options))

        def work(_progress: object, _cancelled: object) -> Inspection:
            if path.name in self.errors:
                raise self.errors[path.name]
            plain = Inspection(path.name, FileFormat.GEOJSON, 10, options)
            return self.inspections.get((path.name, options.sublayer), plain)

        users = self._session.user_layers
        return self._session.tasks.start(
            f"查看 {path.name}", work, on_success=on_success, on_failure=on_failure or users.work_failed.emit
        )

    def open(self, path: Path, options: OpenOptions) -> Task:
        self.opened.append((path.name, options))

        def read(folder: Path, _progress: object, cancelled: Callable[[], bool]) -> ReadAnswer:
            while not self.may_go_on.wait(0.01) and not cancelled():
                pass
            if f"read {path.name}" in self.errors:
                raise self.errors[f"read {path.name}"]
            (folder / "points").mkdir()
            write_table(folder / "points", firms())
            facts = facts_of(firms(), path.stem, findings=self.findings)
            return ReadAnswer((ReadPart("points", facts),), self.findings, 6, 0, 0)

        return self._session.user_layers.add(f"打开 {path.name}", path.name, read)


@pytest.fixture
def reading(session: Session, monkeypatch: pytest.MonkeyPatch) -> FakeReading:
    made = FakeReading(session)
    monkeypatch.setattr(session.user_layers, "inspect", made.inspect)
    monkeypatch.setattr(session.user_layers, "open", made.open)
    return made


def wait_idle(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    data = window.user_data
    qtbot.waitUntil(lambda: not session.tasks.running and not data._is_opening, timeout=10_000)


def add(session: Session, qtbot: QtBot, table: FeatureTable | None = None, title: str = "厂") -> str:
    table = firms() if table is None else table
    with qtbot.waitSignal(session.user_layers.opened) as opened:
        session.user_layers.add_reckoned(title, title, lambda: (facts_of(table, title), table))
    return opened.args[0].layer_ids[0]


@pytest.fixture
def layer_id(window: MainWindow, session: Session, qtbot: QtBot) -> str:
    """Six firms, of which the page has fetched what it draws."""
    made = add(session, qtbot)
    session.drawn_layers.answer(f"{made}/1/points.bin")
    return made


def click_firm(fake_map: FakeMap, *places: str, lon: float = 116.0, layer: str = "counties") -> None:
    hits = tuple(Hit(layer, place) for place in places)
    fake_map.say(MapClicked(1, lon, lon - 77, hits, zoom=9.0))


# Opening.


def test_data_become_layers_and_documents_go_to_the_library(window, monkeypatch):
    data, documents = [], []
    monkeypatch.setattr(window.user_data, "open_paths", data.extend)
    monkeypatch.setattr(window.library_docks, "import_paths", documents.extend)
    names = ("厂.CSV", "界.gpkg", "点.zip", "纲要.docx", "说明.txt", "资料", "规划.pdf", "名单.xlsx")
    window.open_paths([Path(name) for name in names])
    assert [path.name for path in data] == ["厂.CSV", "界.gpkg", "点.zip", "名单.xlsx"]
    assert [path.name for path in documents] == ["纲要.docx", "说明.txt", "资料", "规划.pdf"]


def test_dropped_files_are_opened(window, monkeypatch, tmp_path):
    taken = []
    monkeypatch.setattr(window, "open_paths", taken.extend)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "厂.csv")), QUrl("https://a.invalid/b.csv")])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), copy, mime, left, none)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(50, 50), copy, mime, left, none))
    assert taken == [tmp_path / "厂.csv"]


def test_a_file_that_says_all_by_itself_is_opened_without_a_question(
    window, session, reading, fake_map, qtbot
):
    window.user_data.open_paths([Path("厂.geojson")])
    wait_idle(window, session, qtbot)
    (stored,) = session.user_layers.layers
    assert stored.title == "厂"
    assert "已打开“厂.geojson”" in window.status.currentMessage()
    assert window.layers_panel.layer_label.text() == "厂"
    # The data reach beyond the region; the map does not.
    region = REGION_BOUNDS
    assert fake_map.of(FitBounds)[-1] == FitBounds(116.0, 39.0, region.east, region.north, fly=True)
    config = fake_map.of(Configure)[-1].config
    assert [each["id"] for each in config["layers"] if each.get("renderer")] == [stored.id]


def test_several_files_are_opened_one_after_another_and_one_that_fails_holds_up_nobody(
    window, session, reading, messages, qtbot
):
    reading.errors = {
        "坏.geojson": LayerUnreadable(Path("坏.geojson"), "not-a-layer"),
        "read 断.geojson": LayerUnreadable(Path("断.geojson"), "not-a-layer"),
    }
    names = ["甲.geojson", "坏.geojson", "断.geojson", "乙.geojson"]
    window.user_data.open_paths([Path(name) for name in names])
    wait_idle(window, session, qtbot)
    assert [name for name, _options in reading.inspected] == names
    assert [stored.title for stored in session.user_layers.layers] == ["甲", "乙"]
    assert [message.what for message in messages] == ["没能打开 坏.geojson。", "没能打开 断.geojson。"]


def test_reading_that_is_cancelled_lets_the_next_file_have_its_turn(window, session, reading, qtbot):
    reading.may_go_on.clear()
    window.user_data.open_paths([Path("甲.geojson"), Path("乙.geojson")])
    qtbot.waitUntil(lambda: len(reading.opened) == 1)
    session.tasks.running[0].cancel()
    qtbot.waitUntil(lambda: len(reading.opened) == 2)
    reading.may_go_on.set()
    wait_idle(window, session, qtbot)
    assert [stored.title for stored in session.user_layers.layers] == ["乙"]


def test_a_layer_that_comes_from_elsewhere_does_not_begin_the_next_file(window, session, reading, qtbot):
    reading.may_go_on.clear()
    window.user_data.open_paths([Path("甲.geojson"), Path("乙.geojson")])
    qtbot.waitUntil(lambda: len(reading.opened) == 1)
    add(session, qtbot, title="连接")
    qtbot.wait(1)
    assert len(reading.inspected) == 1
    reading.may_go_on.set()
    wait_idle(window, session, qtbot)
    assert len(reading.opened) == 2


def test_while_the_user_is_asked_nothing_is_running(window, session, reading, monkeypatch, qtbot):
    running = []

    def ask(_inspection: Inspection, _reinspect: object, _parent: object) -> None:
        running.extend(session.tasks.running)

    monkeypatch.setattr(OpenDataDialog, "ask", ask)
    reading.inspections["厂.csv", ""] = Inspection("厂.csv", FileFormat.CSV, 10, OpenOptions())
    window.user_data.open_paths([Path("厂.csv"), Path("乙.geojson")])
    wait_idle(window, session, qtbot)
    assert running == []
    # The first was given up.
    assert [name for name, _options in reading.opened] == ["乙.geojson"]


def test_an_answer_about_coordinates_is_asked_once_for_files_of_the_same_make(
    window, session, reading, monkeypatch, qtbot
):
    guesses = (DatumGuess("WGS-84", False, 0.6, "可能", 0.0), DatumGuess("GCJ-02", False, 0.4, "可能", 500.0))
    inspection = Inspection(
        "厂.geojson", FileFormat.GEOJSON, 10, OpenOptions(datum="WGS-84", swap_axes=False), datums=guesses,
        must_ask=True, sample=((116.0, 39.0),), signature="甲",
    )  # fmt: skip
    reading.inspections["厂.geojson", ""] = inspection
    asked = []

    def ask(seen: Inspection, _reinspect: object, _parent: object) -> OpenOptions:
        asked.append(seen.options)
        return OpenOptions(datum="GCJ-02", swap_axes=False)

    monkeypatch.setattr(OpenDataDialog, "ask", ask)
    told = []
    window.user_data.told.connect(told.append)
    for _turn in range(2):
        window.user_data.open_paths([Path("厂.geojson")])
        wait_idle(window, session, qtbot)
    assert len(asked) == 1
    assert [options.datum for _name, options in reading.opened] == ["GCJ-02", "GCJ-02"]
    assert any("照上次的回答按 GCJ-02 处理" in sentence for sentence in told)
    assert session.preferences.settings.datums == (("甲", "GCJ-02"),)


def test_a_look_that_is_still_under_way_when_the_wizard_closes_reaches_nobody(
    window, session, reading, monkeypatch, qtbot
):
    reading.inspections["厂.csv", ""] = Inspection("厂.csv", FileFormat.CSV, 10, OpenOptions())
    reading.errors = {}
    dialogs = []

    class Gone:
        def show_inspection(self, _inspection: Inspection) -> None:
            dialogs.append("inspection")

        def show_failure(self, _text: str) -> None:
            dialogs.append("failure")

    def ask(_inspection: Inspection, reinspect, _parent: object) -> None:
        reinspect(OpenOptions(encoding="big5"), Gone())

    monkeypatch.setattr(OpenDataDialog, "ask", ask)
    window.user_data.open_paths([Path("厂.csv")])
    wait_idle(window, session, qtbot)
    assert len(reading.inspected) == 2
    assert dialogs == []


def test_of_a_file_with_several_layers_those_are_opened_that_the_user_wants(
    window, session, reading, monkeypatch, qtbot
):
    several = (SubLayer("界", "Polygon", 3), SubLayer("", "Point", 2), SubLayer("线"))
    for name in ("", "界", "线"):
        reading.inspections["库.gpkg", name] = Inspection(
            "库.gpkg", FileFormat.GPKG, 10, OpenOptions(sublayer=name or "界"), several
        )
    asked = []

    def ask(_inspection: Inspection, _parent: object) -> tuple[str, ...]:
        asked.append(1)
        return ("界", "", "线")

    monkeypatch.setattr(SublayersDialog, "ask", ask)
    window.user_data.open_paths([Path("库.gpkg")])
    wait_idle(window, session, qtbot)
    # Also a layer without a name is opened without asking again which one is meant.
    assert len(asked) == 1
    assert [options.sublayer for _name, options in reading.opened] == ["界", "界", "线"]


def test_what_was_found_is_offered_and_stays_until_it_was_looked_at(
    window, session, reading, fake_map, monkeypatch, qtbot
):
    reading.findings = (DOUBT,)
    shown = []
    monkeypatch.setattr(
        LayerFindingsDialog, "show_answer", lambda answer, *_more: shown.append(answer.findings)
    )
    window.user_data.open_paths([Path("厂.geojson")])
    wait_idle(window, session, qtbot)
    (layer_id,) = [stored.id for stored in session.user_layers.layers]
    # The map flies there and thins out the points: that is no reason to withdraw the offer.
    fake_map.say(LayerDrawn(1, layer_id, 5, 6))
    assert window.status.offer_button.isVisible()
    window.status.offer_button.click()
    assert shown == [(DOUBT,)]
    fake_map.say(LayerDrawn(2, layer_id, 5, 6))
    assert "画出其中 5 个" in window.status.currentMessage()


def test_closing_the_window_while_a_file_is_read_leaves_nothing_behind(
    window, session, reading, qtbot, tmp_path
):
    reading.may_go_on.clear()
    window.user_data.open_paths([Path("甲.geojson")])
    qtbot.waitUntil(lambda: len(reading.opened) == 1)
    window.close()
    assert list((tmp_path / "layers").iterdir()) == []
    qtbot.waitUntil(lambda: not session.tasks.running)


# One layer.


def test_the_menu_of_a_layer_offers_what_can_be_done_with_it(window, session, layer_id, qtbot):
    plain = add(session, qtbot, FeatureTable(firms().attributes))
    of_points, of_table, of_ours = QMenu(), QMenu(), QMenu()
    window.user_data.add_to_menu(of_points, layer_id)
    window.user_data.add_to_menu(of_table, plain)
    window.user_data.add_to_menu(of_ours, "counties")
    texts = [action.text() for action in of_points.actions() if action.text()]
    assert texts == [
        "属性表", "样式…", "按地址和名称落位…", "按地区连接到地图…",
        "来历和发现的问题…", "重命名…", "另存为…", "移除",
    ]  # fmt: skip
    assert "样式…" not in [action.text() for action in of_table.actions()]
    assert of_ours.isEmpty()


def test_a_plain_table_is_shown_as_a_table(window, session, layer_id, qtbot):
    plain = add(session, qtbot, FeatureTable(firms().attributes), "名单")
    assert window.user_data.table.isVisible()
    panel = window.user_data.table.made_panel
    assert isinstance(panel, TablePanel) and panel.layer_id == plain


def test_a_removed_layer_leaves_the_map_and_comes_back_where_it_was(
    window, session, layer_id, fake_map, qtbot
):
    above = add(session, qtbot, title="上")
    session.layers.set_opacity(layer_id, 0.4)
    session.layers.set_visible(layer_id, False)
    order = [view.layer.id for view in session.layers.views]
    window.user_data.remove(layer_id)
    assert fake_map.of(RemoveLayer) == [RemoveLayer(layer_id)]
    assert not window.layers_panel.model.index_of_layer(layer_id).isValid()
    assert "原来的文件没有动" in window.status.currentMessage()
    window.status.offer_button.click()
    assert [view.layer.id for view in session.layers.views] == order and order[-1] == above
    assert (session.layers.view(layer_id).visible, session.layers.view(layer_id).opacity) == (False, 0.4)
    assert window.layers_panel.model.index_of_layer(layer_id).isValid()


def test_what_was_chosen_of_a_removed_layer_is_forgotten_everywhere(window, session, layer_id, fake_map):
    click_firm(fake_map, "jia-park")
    first = session.selection.chosen_id
    assert first == feature_id(layer_id, 0)
    session.selection.choose_candidate("jia-park")
    window.user_data.remove(layer_id)
    assert session.selection.candidates == ("jia-park",)
    session.workspace.set_language(Language.EN)
    assert window.details_panel.name_label.text() == "Jia Park"
    session.selection.go_back()
    assert session.selection.chosen_id == "jia-park"


def test_removing_closes_the_style_dialog_and_the_table_shows_another_layer(window, session, layer_id, qtbot):
    other = add(session, qtbot, title="另一个")
    window.user_data.show_style(layer_id)
    window.user_data.show_table(layer_id)
    window.user_data.remove(layer_id)
    panel = window.user_data.table.made_panel
    assert isinstance(panel, TablePanel) and panel.layer_id == other
    assert [dialog for dialog in window.findChildren(StyleDialog) if dialog.isVisible()] == []


def test_a_layer_is_renamed_wherever_it_is_named(window, session, layer_id, fake_map, monkeypatch, qtbot):
    click_firm(fake_map, "jia-park")
    window.user_data.show_table(layer_id)
    window.user_data.show_style(layer_id)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, **_more: (" 我的<b>厂</b> ", True))
    window.user_data.rename(layer_id)
    name = "我的<b>厂</b>"
    assert window.layers_panel.model.index_of_layer(layer_id).data() == name
    assert window.details_panel.other_name_label.text() == f"图层：{name}"
    assert window.details_panel.candidates_box.itemText(0) == f"丙厂（{name}）"
    panel = window.user_data.table.made_panel
    assert isinstance(panel, TablePanel) and panel.layer_box.currentText() == name
    (dialog,) = [each for each in window.findChildren(StyleDialog) if each.isVisible()]
    assert dialog.windowTitle() == f"样式：{name}"
    assert fake_map.of(Configure)[-1].config["layers"][-1]["title"] == name


def test_a_name_of_any_length_leaves_the_docks_as_wide_as_they_are(window, session, layer_id, fake_map):
    click_firm(fake_map)
    before = window.layers_panel.minimumSizeHint().width(), window.details_panel.minimumSizeHint().width()
    session.user_layers.rename(layer_id, "W" * 200)
    window.layers_panel.show_current(layer_id)
    after = window.layers_panel.minimumSizeHint().width(), window.details_panel.minimumSizeHint().width()
    assert after == before


def test_a_task_with_a_long_title_leaves_the_window_as_wide_as_it_is(window, session, qtbot):
    before = window.minimumSizeHint().width()
    ends = threading.Event()
    session.tasks.start("打开 " + "长" * 200, lambda *_args: ends.wait(5), on_success=bool, on_failure=bool)
    assert window.status.task_box.isVisible()
    assert window.minimumSizeHint().width() <= before + 560
    assert "长" * 200 in window.status.task_label.toolTip()
    ends.set()
    qtbot.waitUntil(lambda: not session.tasks.running)


def test_a_look_that_is_changed_reaches_map_and_legend_and_can_be_taken_back(
    window, session, layer_id, fake_map
):
    window.user_data.show_style(layer_id)
    (dialog,) = window.findChildren(StyleDialog)
    window.user_data.show_style(layer_id)
    assert len(window.findChildren(StyleDialog)) == 1
    dialog.style_changed.emit(UserStyle(color="#112233"))
    sent = fake_map.of(RefreshRows)[-1]
    assert sent.revision == session.user_layers.layer(layer_id).revision
    assert sent.style["classes"][0]["fill"] == "#112233"
    assert session.layers.layer(layer_id).style.classes[0].fill == "#112233"


def test_an_open_style_dialog_follows_the_language_and_keeps_what_was_set(window, session, layer_id, qtbot):
    first = session.user_layers.stored(layer_id).style
    window.user_data.show_style(layer_id)
    (dialog,) = window.findChildren(StyleDialog)
    dialog._set(UserStyle(color="#112233"))
    qtbot.waitUntil(lambda: session.user_layers.stored(layer_id).style.color == "#112233")
    session.workspace.set_language(Language.EN)
    (now,) = [each for each in window.findChildren(StyleDialog) if each.isVisible()]
    assert now is not dialog
    assert now.windowTitle().startswith("Style")
    assert now.user_style.color == "#112233"
    qtbot.waitUntil(lambda: not now.is_busy)
    now.reject()
    assert session.user_layers.stored(layer_id).style == first


def test_the_tree_stays_where_it_was_scrolled_to_when_a_look_changes(window, session, layer_id, qtbot):
    tree = window.layers_panel.tree
    tree.expandAll()
    tree.setFixedHeight(80)
    QApplication.processEvents()
    tree.verticalScrollBar().setValue(8)
    where = tree.verticalScrollBar().value()
    assert where > 0
    tree.selectionModel().clear()
    session.user_layers.set_style(layer_id, UserStyle(color="#112233"))
    assert tree.verticalScrollBar().value() == where


def test_a_layer_whose_files_are_gone_says_so_whatever_is_asked_of_it(
    window, session, layer_id, messages, tmp_path
):
    session.user_layers._tables.clear()
    for file in (tmp_path / "layers" / layer_id / "1").iterdir():
        file.unlink()
    for ask in (window.user_data.show_style, window.user_data.join, window.user_data.show_placing):
        ask(layer_id)
    assert [message.what for message in messages] == ["图层“厂”的数据读不出来。"] * 3
    window.user_data.show_table(layer_id)
    panel = window.user_data.table.made_panel
    assert isinstance(panel, TablePanel) and "读不出来" in panel.note.text()


def test_a_copy_is_saved_for_other_programs(window, session, layer_id, monkeypatch, qtbot, tmp_path):
    wanted = tmp_path / "出" / "厂"
    wanted.parent.mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(wanted), "csv (*.csv)"))
    with qtbot.waitSignal(window.user_data.saved, timeout=20_000) as saved:
        window.user_data.save_copy(layer_id)
    assert saved.args == [tmp_path / "出" / "厂.csv"]
    assert saved.args[0].stat().st_size > 0
    assert session.preferences.settings.export_folder == str(wanted.parent)


def test_a_plain_table_is_not_saved_as_a_map(window, session, monkeypatch, qtbot, tmp_path):
    plain = add(session, qtbot, FeatureTable(firms().attributes))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "厂.gpkg"), ""))
    with qtbot.waitSignal(window.user_data.saved, timeout=20_000) as saved:
        window.user_data.save_copy(plain)
    assert saved.args == [tmp_path / "厂.gpkg.xlsx"]


def test_a_join_becomes_a_layer_and_one_that_is_given_up_answers_nobody(
    window, session, layer_id, monkeypatch, qtbot
):
    made: list[tuple[str, JoinAnswer, Repeats, bool]] = []

    def make_layer(
        _self: object, layer: str, answer: JoinAnswer, *, repeats: Repeats, with_missing: bool
    ) -> None:
        made.append((layer, answer, repeats, with_missing))

    monkeypatch.setattr(type(session.joins), "make_layer", make_layer)
    stopped: list[int] = []
    stop = session.joins.stop
    monkeypatch.setattr(type(session.joins), "stop", lambda _self: (stopped.append(1), stop())[1])

    def give_up(dialog: JoinDialog) -> None:
        dialog._ask_for_answer()
        dialog.deleteLater()

    monkeypatch.setattr(JoinDialog, "ask", give_up)
    window.user_data.join(layer_id)
    qtbot.waitUntil(lambda: not session.tasks.running)
    assert made == [] and stopped

    def accept(dialog: JoinDialog) -> JoinWish:
        dialog._ask_for_answer()
        qtbot.waitUntil(lambda: dialog.answer is not None)
        dialog.deleteLater()
        return dialog.wish()

    monkeypatch.setattr(JoinDialog, "ask", accept)
    window.user_data.join(layer_id)
    ((layer, answer, repeats, with_missing),) = made
    assert (layer, len(answer), repeats, with_missing) == (layer_id, 6, Repeats.FIRST, True)
    assert answer.target in JoinTarget


# Placing.


@pytest.fixture
def placed(window: MainWindow, session: Session, layer_id: str, qtbot: QtBot) -> str:
    with qtbot.waitSignal(session.placing.placed, timeout=20_000):
        window.user_data.show_placing(layer_id)
    return layer_id


def test_a_list_is_placed_and_shown_for_review(window, session, placed):
    assert window.user_data.placing.isVisible()
    panel = window.user_data.placing.made_panel
    assert isinstance(panel, PlacingPanel) and panel.model.rowCount() == 6
    session.user_layers.rename(placed, "新名单")
    assert panel.list_box.currentText() == "新名单"


def test_which_columns_say_where_a_row_is_is_asked_if_nobody_knows(window, session, monkeypatch, qtbot):
    table = FeatureTable(firms().attributes.select(["行业"]))
    plain = add(session, qtbot, table)
    asked: list[str] = []

    def ask(title: str, _columns: object, _parent: object) -> tuple[tuple[str, ColumnRole], ...]:
        asked.append(title)
        return ()

    monkeypatch.setattr(PlacingColumnsDialog, "ask", ask)
    window.user_data.show_placing(plain)
    assert asked == ["厂"] and not session.tasks.running


def test_escape_and_a_second_click_take_the_wish_for_a_point_back(window, session, placed, fake_map):
    panel = window.user_data.placing.made_panel
    assert isinstance(panel, PlacingPanel)
    clear = window.actions_table["clear"]
    session.selection.clear()
    session.user_layers.clear_selection()
    assert not clear.isEnabled()
    panel.point_action.trigger()
    assert session.placing.is_waiting and clear.isEnabled()
    assert "按 Esc 取消" in window.status.currentMessage()
    clear.trigger()
    assert not session.placing.is_waiting and not clear.isEnabled()
    panel.point_action.trigger()
    fake_map.say(SelectionCleared(1))
    assert not session.placing.is_waiting
    panel.point_action.trigger()
    panel.point_action.trigger()
    assert not session.placing.is_waiting
    # Two Escapes in one window would be one that does nothing.
    assert not [each for each in panel.actions() if each.shortcut().toString() == "Esc"]


def test_a_click_that_was_asked_for_is_the_place_of_a_row_and_chooses_nothing(
    window, session, placed, fake_map
):
    panel = window.user_data.placing.made_panel
    assert isinstance(panel, PlacingPanel)
    panel.point_action.trigger()
    session.selection.clear()
    click_firm(fake_map, "jia-park")
    assert "已记下" in window.status.currentMessage()
    assert session.selection.chosen_id == ""
    assert session.placing.can_undo(placed)


def test_a_click_after_the_list_was_removed_is_an_ordinary_click(window, session, placed, fake_map):
    session.placing.ask_point(placed, 0)
    window.user_data.remove(placed)
    click_firm(fake_map, "jia-park")
    assert session.selection.chosen_id == "jia-park"


# Clicks, marks and tips.


def test_a_click_offers_the_users_points_then_ours_then_areas(window, session, layer_id, fake_map):
    hits = (Hit("platforms", "jia-park"), Hit("counties", "990001"))
    fake_map.say(MapClicked(1, 116.0, 39.0, hits, zoom=9.0))
    assert session.selection.candidates == (feature_id(layer_id, 0), "jia-park", "990001")
    assert window.details_panel.name_label.text() == "丙厂"
    assert window.details_panel.candidates_box.count() == 3
    assert session.user_layers.selected_rows(layer_id).tolist() == [0]


def test_hidden_layers_are_not_hit(window, session, layer_id, fake_map):
    session.layers.set_visible(layer_id, False)
    click_firm(fake_map, "jia-park")
    assert session.selection.candidates == ("jia-park",)


def test_the_mark_goes_with_the_feature_it_was_for_and_many_marks_stay(window, session, layer_id, fake_map):
    marked = session.user_layers.selected_rows
    click_firm(fake_map)
    assert marked(layer_id).tolist() == [0]
    click_firm(fake_map, lon=117.0)
    assert marked(layer_id).tolist() == [1]
    click_firm(fake_map, "jia-park", lon=116.5)
    assert marked(layer_id).tolist() == []
    click_firm(fake_map)
    click_firm(fake_map, lon=116.5)  # Nothing lies there.
    assert marked(layer_id).tolist() == []
    session.user_layers.select_rows(layer_id, [1, 2])
    click_firm(fake_map, "jia-park", lon=116.5)
    assert marked(layer_id).tolist() == [1, 2]


def test_escape_is_there_as_long_as_something_is_chosen_or_marked(window, session, layer_id, fake_map):
    clear = window.actions_table["clear"]
    assert not clear.isEnabled()
    click_firm(fake_map)
    assert clear.isEnabled()
    clear.trigger()
    assert session.selection.chosen_id == "" and session.user_layers.marked_count == 0
    assert not clear.isEnabled()
    session.user_layers.select_rows(layer_id, [1, 2])
    assert clear.isEnabled()
    clear.trigger()
    assert session.user_layers.marked_count == 0 and not clear.isEnabled()


def test_what_lies_under_the_pointer_is_named_and_then_no_more(window, layer_id, fake_map):
    fake_map.say(PointerMoved(1, 116.0, 39.0, 9.0))
    fake_map.say(PointerMoved(2, 116.5, 39.0, 9.0))
    fake_map.say(PointerMoved(3, 116.6, 39.0, 9.0))
    assert fake_map.of(ShowTip) == [ShowTip(116.0, 39.0, "丙厂"), ShowTip(116.5, 39.0, "")]


def test_a_page_that_is_loaded_anew_has_layers_marks_and_the_chosen_feature(
    window, session, layer_id, fake_map
):
    click_firm(fake_map)
    fake_map.calls.clear()
    fake_map.say(PageReady(1))
    assert fake_map.of(SelectFeature) == [
        SelectFeature(feature_id(layer_id, 0), (), 116.0, 39.0, "丙厂", False)
    ]
    assert layer_id in [view.layer.id for view in session.snapshot().layers]


def test_the_map_is_told_how_many_others_lie_under_a_click_so_that_tab_goes_round_them(
    window, session, layer_id, fake_map, monkeypatch
):
    users_feature = feature_id(layer_id, 0)
    monkeypatch.setattr(session.drawn_layers, "hits", lambda *_where: [(Geometry.POINT, users_feature)])
    fake_map.say(MapClicked(1, 116.0, 39.0, (Hit("platforms", "jia-park"),), zoom=9.0))
    chosen = fake_map.of(SelectFeature)[-1]
    assert (chosen.feature_id, chosen.others_here) == (users_feature, 1)
    fake_map.say(CandidateStepped(2, 1))
    chosen = fake_map.of(SelectFeature)[-1]
    assert (chosen.feature_id, chosen.others_here) == ("jia-park", 1)
    session.selection.choose("jia-park", fly=False)
    assert fake_map.of(SelectFeature)[-1].others_here == 0


def test_a_layer_that_fails_when_it_is_gone_is_no_finding(window, session, layer_id, fake_map):
    before = len(session.workspace.findings)
    window.user_data.remove(layer_id)
    fake_map.say(LayerFailed(1, layer_id, "404"))
    assert len(session.workspace.findings) == before
    fake_map.say(LayerFailed(2, "counties", "404"))
    assert len(session.workspace.findings) == before + 1


def test_rows_without_position_are_described_and_the_map_stays(window, session, layer_id, fake_map):
    window.user_data.feature_requested.emit(feature_id(layer_id, 5))
    assert window.details_panel.name_label.text() == "乙县轴承"
    assert fake_map.of(SelectFeature)[-1] == SelectFeature("")
    assert "没有位置" in window.status.currentMessage()


def test_a_line_of_a_users_layer_stands_before_areas_and_an_area_of_it_before_ours(
    window, session, fake_map, monkeypatch
):
    hits = [(Geometry.POLYGON, "user-00000001#1"), (Geometry.LINE, "user-00000002#2")]
    monkeypatch.setattr(session.drawn_layers, "hits", lambda *_where: hits)
    event = MapClicked(1, 116.0, 39.0, (Hit("platforms", "jia-park"), Hit("counties", "990001")), zoom=9.0)
    under = MapListener(session, window).ids_under(event)
    assert under == ["user-00000002#2", "jia-park", "user-00000001#1", "990001"]


def test_a_style_dialog_follows_what_is_undone_while_it_is_open(window, session, layer_id, qtbot):
    first = session.user_layers.stored(layer_id).style
    window.user_data.show_style(layer_id)
    (dialog,) = window.findChildren(StyleDialog)
    dialog._set(UserStyle(color="#112233"))
    qtbot.waitUntil(lambda: session.user_layers.stored(layer_id).style.color == "#112233")
    dialog._set(UserStyle(color="#445566"))
    qtbot.waitUntil(lambda: session.user_layers.stored(layer_id).style.color == "#445566")
    session.history.undo()
    assert session.user_layers.stored(layer_id).style == first
    assert dialog.user_style == first
    dialog.reject()
    assert session.user_layers.stored(layer_id).style == first
    assert session.history.redo_title == "设置样式：厂"


def test_the_file_of_a_layer_is_read_again_from_its_menu(window, session, layer_id, tmp_path, monkeypatch):
    menu = QMenu(window)
    window.user_data.add_to_menu(menu, layer_id)
    assert "重新读取文件" not in [each.text() for each in menu.actions()]
    session.user_layers.set_source(layer_id, tmp_path / "甲.csv", {})
    menu = QMenu(window)
    window.user_data.add_to_menu(menu, layer_id)
    (action,) = [each for each in menu.actions() if each.text() == "重新读取文件"]
    wished = []
    monkeypatch.setattr(session.user_layers, "reload", wished.append)
    action.trigger()
    assert wished == [layer_id]


def test_what_a_file_gives_when_it_is_read_again_is_told(window, session, layer_id, qtbot):
    facts = session.user_layers.stored(layer_id).facts
    same = Finding(Severity.INFO, "reload-same", "甲.csv", "文件“甲.csv”没有变化，图层保持原样。")
    for findings, said in (
        ((same,), "文件“甲.csv”没有变化，图层保持原样。"),
        ((), f"已重新读取“甲.csv”：{facts.rows} 行。"),
    ):
        answer = ReadAnswer((ReadPart("", facts),), findings, facts.rows, 0, 0)
        with qtbot.waitSignal(window.user_data.told) as told:
            session.user_layers.reloaded.emit(Opened((layer_id,), answer, "甲.csv"))
        assert told.args == [said]
    other = Finding(Severity.WARNING, "reload-filter", "甲.csv", "有 1 个筛选条件用不上了，已去掉：名称。")
    answer = ReadAnswer((ReadPart("", facts),), (other,), facts.rows, 0, 0)
    with qtbot.waitSignal(window.user_data.findings_offered):
        session.user_layers.reloaded.emit(Opened((layer_id,), answer, "甲.csv"))
