"""The dock of saved views, and views in the export dialog."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_exporters import FakeExporters
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtGui import QColor, QPixmap
from qtpy.QtWidgets import QDockWidget, QLineEdit, QMainWindow, QWidget
from user_layer_fixtures import add_layer, firms

from jjjmap.binding import delete
from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language, use_language
from jjjmap.layers.layer import LayerView
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.project.state import SavedView
from jjjmap.session.exporters import ExportKind, MapWish
from jjjmap.session.session import Session
from jjjmap.settings import ExportSettings
from jjjmap.ui.dialogs import replacing
from jjjmap.ui.dialogs.export_map_dialog import ExportMapDialog
from jjjmap.ui.exports import Exports
from jjjmap.ui.panels.views_panel import ViewsPanel
from jjjmap.ui.saved_view_item import ABOUT
from jjjmap.ui.saved_views import SETTLING_MS, SavedViewsDock


class ColoredMap(QWidget):
    """A map of one colour."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(600, 400)
        self.color = QColor("#cc3300")

    def paint(self, color: str) -> None:
        self.color = QColor(color)

    def grab(self) -> QPixmap:  # type: ignore[override]
        made = QPixmap(self.size())
        made.fill(self.color)
        return made


@pytest.fixture
def frame(qtbot: QtBot) -> Iterator[QMainWindow]:
    made = QMainWindow()
    made.resize(900, 600)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    delete(made)


@pytest.fixture
def reading(frame: QMainWindow) -> QDockWidget:
    made = QDockWidget(frame)
    made.hide()
    return made


@pytest.fixture
def dock(frame: QMainWindow, session: Session, reading: QDockWidget) -> SavedViewsDock:
    beside, shown = QDockWidget(frame), ColoredMap()
    frame.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, beside)
    frame.setCentralWidget(shown)
    return SavedViewsDock(frame, session, beside=beside, reading=reading, map_widget=shown)


@pytest.fixture
def map_widget(frame: QMainWindow, dock: SavedViewsDock) -> ColoredMap:
    shown = frame.centralWidget()
    assert isinstance(shown, ColoredMap)
    return shown


@pytest.fixture
def panel(dock: SavedViewsDock, qtbot: QtBot) -> ViewsPanel:
    made = dock.panel()
    qtbot.waitUntil(made.isVisible)
    return made


@pytest.fixture
def told(dock: SavedViewsDock) -> list[str]:
    sentences: list[str] = []
    dock.told.connect(sentences.append)
    return sentences


def titles(panel: ViewsPanel) -> list[str]:
    items = (panel.list.item(row) for row in range(panel.list.count()))
    return [item.text() for item in items if item is not None]


def color_of(panel: ViewsPanel, row: int) -> str:
    item = panel.list.item(row)
    assert item is not None
    image = item.icon().pixmap(panel.list.iconSize()).toImage()
    return image.pixelColor(image.width() // 2, image.height() // 2).name() if not image.isNull() else ""


def test_without_views_the_panel_says_what_they_are_for(panel: ViewsPanel) -> None:
    assert panel.invitation.isVisible() and "保存当前视图" in panel.invitation.text()
    assert not panel.export_button.isEnabled() and not panel.more_button.isEnabled()
    assert panel.add_button.isEnabled()


def test_a_saved_view_has_a_picture_and_its_title_is_open_for_typing(
    panel: ViewsPanel, dock: SavedViewsDock, qtbot: QtBot, told: list[str]
) -> None:
    qtbot.mouseClick(panel.add_button, Qt.MouseButton.LeftButton)
    assert titles(panel) == ["视图 1"] and color_of(panel, 0) == "#cc3300"
    editor = panel.list.findChild(QLineEdit)
    assert editor is not None and editor.selectedText() == "视图 1"
    editor.clear()
    editor.insert("一核两翼")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [view.title for view in dock.keeper.views] == ["一核两翼"])
    assert titles(panel) == ["一核两翼"]
    assert told == ["已保存视图“视图 1”。"]


def test_an_empty_title_is_not_taken(panel: ViewsPanel, dock: SavedViewsDock, qtbot: QtBot) -> None:
    dock.keeper.add("甲")
    panel.rename()
    editor = panel.list.findChild(QLineEdit)
    assert editor is not None
    editor.clear()
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: titles(panel) == ["甲"])


def test_enter_and_double_click_go_to_a_view(
    panel: ViewsPanel, dock: SavedViewsDock, session: Session, qtbot: QtBot
) -> None:
    dock.keeper.add("甲")
    session.layers.set_visible("ports", False)
    with qtbot.waitSignal(dock.bounds_requested):
        qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert session.layers.view("ports").visible
    session.layers.set_visible("ports", False)
    at = panel.list.visualItemRect(panel.list.item(0)).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    with qtbot.waitSignal(dock.bounds_requested):
        qtbot.mouseDClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert session.layers.view("ports").visible


def test_keys_move_and_remove_and_history_brings_back(
    panel: ViewsPanel, dock: SavedViewsDock, session: Session, qtbot: QtBot, told: list[str]
) -> None:
    for title in "甲乙丙":
        dock.keeper.add(title)
    panel.list.setCurrentRow(0)
    qtbot.keyClick(panel.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert titles(panel) == ["乙", "甲", "丙"] and panel.list.currentRow() == 1
    qtbot.mouseClick(panel.down_button, Qt.MouseButton.LeftButton)
    assert titles(panel) == ["乙", "丙", "甲"] and not panel.down_button.isEnabled()
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert titles(panel) == ["乙", "丙"] and panel.list.currentRow() == 1
    assert told == ["已删除视图“甲”，可以撤销。"]
    session.history.undo()
    assert titles(panel) == ["乙", "丙", "甲"]


def test_a_view_that_was_dragged_takes_its_new_place(
    panel: ViewsPanel, dock: SavedViewsDock, qtbot: QtBot
) -> None:
    for title in "甲乙丙":
        dock.keeper.add(title)
    with qtbot.waitSignal(panel.list.dropped) as dropped:
        root = panel.list.rootIndex()
        assert panel.list.model().moveRow(root, 0, root, 3)
    assert dropped.args == [0, 2]
    assert [view.title for view in dock.keeper.views] == ["乙", "丙", "甲"]
    assert titles(panel) == ["乙", "丙", "甲"]


def test_an_updated_view_has_another_picture(
    panel: ViewsPanel, dock: SavedViewsDock, map_widget: ColoredMap, told: list[str]
) -> None:
    dock.save_view()
    map_widget.paint("#0033cc")
    dock.update_view(dock.keeper.views[0].id)
    assert color_of(panel, 0) == "#0033cc"
    assert told[-1] == "视图“视图 1”已更新为当前地图。"


def test_a_view_without_a_picture_gets_one_when_it_has_been_shown(
    panel: ViewsPanel, dock: SavedViewsDock, qtbot: QtBot
) -> None:
    made = dock.keeper.add("甲")
    assert made is not None and color_of(panel, 0) == ""
    dock.keeper.go_to(made.id)
    qtbot.waitUntil(lambda: color_of(panel, 0) == "#cc3300", timeout=SETTLING_MS + 5000)


def test_a_row_tells_moment_place_and_filters(
    panel: ViewsPanel, dock: SavedViewsDock, session: Session
) -> None:
    box = (115.0, 38.0, 116.0, 39.0)
    session.views.put([SavedView("view-00000001", "甲", box, (), moment="2016-04", chosen_id="jia-park")])
    item = panel.list.item(0)
    assert item is not None and item.data(ABOUT) == "2016年4月 · 甲园"
    use_language(Language.EN)
    session.workspace.set_language(Language.EN)
    panel.retranslate()
    item = panel.list.item(0)
    assert item is not None and "Jia Park" in item.data(ABOUT)


def test_steps_walk_round_the_views(dock: SavedViewsDock, told: list[str]) -> None:
    dock.step(+1)
    assert told == ["还没有保存的视图。"]
    for title in "甲乙":
        dock.keeper.add(title)
    for step in (+1, +1, +1, -1):
        dock.step(step)
    assert told[1:] == ["视图 1 / 2：甲", "视图 2 / 2：乙", "视图 1 / 2：甲", "视图 2 / 2：乙"]


def test_the_menu_offers_all_that_can_be_done(panel: ViewsPanel, dock: SavedViewsDock) -> None:
    dock.keeper.add("甲")
    menu = panel.menu()
    offered = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert offered == ["转到", "更新为当前地图", "改名", "上移", "下移", "删除"]
    menu.deleteLater()
    panel._show_menu(QPoint(5000, 5000))  # Beside all rows there is nothing to offer.


def test_a_document_beside_the_map_is_part_of_the_view(
    dock: SavedViewsDock, session: Session, reading: QDockWidget
) -> None:
    session.library.open_document("doc-1")
    assert dock.keeper.now().document_id == ""
    reading.show()
    assert dock.keeper.now().document_id == "doc-1"


# ---- views that leave ----


@pytest.fixture
def layer_id(session: Session, tmp_path: Path) -> str:
    made = add_layer(UserLayerStore(tmp_path / "layers"), "企业", firms())
    session.user_layers.switch(UserLayerStore(tmp_path / "layers"))
    session.layers.add(session.user_layers.layer(made))
    return made


@pytest.fixture
def views(session: Session, dock: SavedViewsDock, layer_id: str) -> tuple[SavedView, ...]:
    """With the firms and without the ports; without the firms."""
    session.layers.set_visible("ports", False)
    dock.keeper.add("有企业")
    session.layers.set_visible("ports", True)
    session.layers.set_visible(layer_id, False)
    dock.keeper.add("没有企业")
    return dock.keeper.views


@pytest.fixture
def dialog(
    qtbot: QtBot, session: Session, catalogue: Catalogue, views: tuple[SavedView, ...], tmp_path: Path
) -> Iterator[ExportMapDialog]:
    made = ExportMapDialog(
        session.snapshot(), {}, ExportSettings(), str(tmp_path), views=views, catalogue=catalogue
    )
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    delete(made)


def shown(view: LayerView | None) -> bool:
    return view is not None and view.visible


def layer_in(wish_map: object, layer_id: str) -> LayerView | None:
    layers = wish_map.layers  # type: ignore[attr-defined]
    return next((view for view in layers if view.layer.id == layer_id), None)


def test_the_map_of_now_is_proposed_and_data_know_no_views(dialog: ExportMapDialog) -> None:
    assert dialog.views_box.isVisible() and not dialog.is_of_views
    assert dialog.wish().views == () and dialog.wish().options.views == ()
    dialog.tabs.setCurrentIndex(2)
    assert not dialog.views_box.isVisible()
    dialog.choose_views()
    assert dialog.kind is ExportKind.PICTURE and dialog.is_of_views


def test_pictures_of_views_are_pages_with_their_own_layers_and_titles(
    dialog: ExportMapDialog, layer_id: str
) -> None:
    dialog.tabs.setCurrentIndex(1)
    dialog.title_edit.setText("总图")
    dialog.choose_views()
    assert layer_id in dialog.tree.chosen_ids  # One of the views shows it.
    wish = dialog.wish()
    assert [named.title for named in wish.views] == ["有企业", "没有企业"]
    first, second = (named.snapshot for named in wish.views)
    assert shown(layer_in(first, layer_id)) and not shown(layer_in(second, layer_id))
    assert not shown(layer_in(first, "ports")) and shown(layer_in(second, "ports"))
    assert (wish.sheet.title, wish.sheet.subtitle) == ("总图", "总图")
    assert "共 2 页" in dialog.notice.text()
    assert not dialog.picture_page.area_box.isEnabled()


def test_a_layer_that_stays_at_home_is_in_no_view(dialog: ExportMapDialog, layer_id: str) -> None:
    dialog.tabs.setCurrentIndex(1)
    dialog.choose_views()
    dialog.tree.check(layer_id, is_on=False)
    dialog.tree.check("ports", is_on=False)
    maps = [named.snapshot for named in dialog.wish().views]
    assert all(layer_in(each, layer_id) is None for each in maps)
    assert not any(shown(layer_in(each, "ports")) for each in maps)


def test_the_map_has_its_own_layers_back_when_views_are_wanted_no_more(
    dialog: ExportMapDialog, layer_id: str
) -> None:
    before = dialog.tree.chosen_ids
    dialog.choose_views()
    assert dialog.tree.chosen_ids != before
    dialog.views_box.choose_views(False)
    assert dialog.tree.chosen_ids == before and layer_id not in before


def test_a_page_opens_with_the_first_view_and_steps_through_all(
    dialog: ExportMapDialog, layer_id: str
) -> None:
    dialog.choose_views()
    wish = dialog.wish()
    assert wish.kind is ExportKind.PAGE and len(wish.options.views) == 2 and wish.views == ()
    assert shown(layer_in(wish.snapshot, layer_id)) and not shown(layer_in(wish.snapshot, "ports"))
    assert "第一个视图" in dialog.notice.text()
    dialog.views_box.check(0, False)
    assert dialog.wish().options.views == ()
    assert shown(layer_in(dialog.wish().snapshot, "ports"))


def test_without_any_view_nothing_can_be_exported(dialog: ExportMapDialog) -> None:
    dialog.choose_views()
    for row in range(2):
        dialog.views_box.check(row, False)
    assert not dialog.ok_button.isEnabled() and "至少选一个视图" in dialog.notice.text()
    dialog.views_box.check(1, True)
    assert dialog.ok_button.isEnabled() and dialog.views_box.button.text() == "1 / 2 个"


def test_files_that_would_be_replaced_are_asked_about(
    dialog: ExportMapDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog.tabs.setCurrentIndex(1)
    dialog.picture_page.kind_box.setCurrentIndex(2)
    dialog.choose_views()
    dialog.target.set_path(str(tmp_path / "图.svg"))
    assert "会写成 2 个文件：图-01-有企业.svg" in dialog.notice.text()
    (tmp_path / "图-02-没有企业.svg").write_text("old", "utf-8")
    asked: list[int] = []

    def refuse(_parent: object, count: int) -> bool:
        asked.append(count)
        return False

    monkeypatch.setattr(replacing, "may_replace_many", refuse)
    dialog.accept()
    assert asked == [1] and dialog.isVisible()
    monkeypatch.setattr(replacing, "may_replace_many", lambda _parent, _count: True)
    dialog.accept()
    assert not dialog.isVisible()


def test_a_map_without_saved_views_does_not_ask_for_them(qtbot: QtBot, session: Session) -> None:
    made = ExportMapDialog(session.snapshot(), {}, ExportSettings())
    qtbot.addWidget(made)
    made.show()
    assert not made.views_box.isVisible()


@pytest.mark.parametrize(
    ("suffix", "said", "count"), [(".svg", "已导出 2 个视图", 2), (".pdf", "已导出：", 1)]
)
def test_exported_views_are_told(
    qtbot: QtBot,
    session: Session,
    views: tuple[SavedView, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
    said: str,
    count: int,
) -> None:
    window, fake = QWidget(), FakeExporters()
    qtbot.addWidget(window)
    exports = Exports(window, session, fake, window)

    def wish(dialog: ExportMapDialog) -> MapWish:
        dialog.tabs.setCurrentIndex(1)
        dialog.picture_page.kind_box.setCurrentIndex(dialog.picture_page.kind_box.findData(suffix))
        dialog.target.set_path(str(tmp_path / f"图{suffix}"))
        assert dialog.is_of_views
        return dialog.wish()

    monkeypatch.setattr(ExportMapDialog, "ask", wish)
    with qtbot.waitSignal(exports.saved) as saved:
        exports.ask_map(of_views=True)
    assert said in saved.args[1]
    assert len([each for each in tmp_path.iterdir() if each.suffix == suffix]) == count


def test_a_cancelled_export_of_views_says_what_stands(
    qtbot: QtBot,
    session: Session,
    views: tuple[SavedView, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window, fake = QWidget(), FakeExporters()
    fake.waits = True
    qtbot.addWidget(window)
    exports = Exports(window, session, fake, window)

    def wish(dialog: ExportMapDialog) -> MapWish:
        dialog.tabs.setCurrentIndex(1)
        dialog.target.set_path(str(tmp_path / "图.pdf"))
        return dialog.wish()

    monkeypatch.setattr(ExportMapDialog, "ask", wish)
    exports.ask_map(of_views=True)
    with qtbot.waitSignal(exports.told) as told:
        session.tasks.running[0].cancel()
    assert told.args == ["导出已取消，原有文件没有改动。"]


def test_all_controls_have_names(panel: ViewsPanel, dialog: ExportMapDialog) -> None:
    assert panel.list.accessibleName() and panel.add_button.text()
    for button in (panel.up_button, panel.down_button, panel.export_button, panel.more_button):
        assert button.accessibleName()
    dialog.choose_views()
    for control in (dialog.views_box.kind_box, dialog.views_box.button, dialog.views_box.list):
        assert control.accessibleName()


def test_the_line_for_a_title_covers_the_old_title_and_not_the_second_line(
    panel: ViewsPanel, session: Session, qtbot: QtBot
) -> None:
    session.selection.choose("990001", fly=False)
    qtbot.mouseClick(panel.add_button, Qt.MouseButton.LeftButton)
    editor = panel.list.findChild(QLineEdit)
    row = panel.list.visualItemRect(panel.list.item(0))
    metrics = panel.list.fontMetrics()
    assert editor is not None and panel.list.item(0).data(ABOUT)
    # Title and second line stand around the middle of the row.
    assert editor.geometry().top() <= row.center().y() - metrics.height()
    assert editor.geometry().bottom() <= row.center().y() + metrics.height() // 2
