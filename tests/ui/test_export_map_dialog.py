"""The dialog for maps: what is taken along, what stays at home, and what speaks against a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtGui import QAccessible, QPixmap
from qtpy.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTabBar,
    QTreeWidget,
)
from user_layer_fixtures import add_layer, firms

from jjjmap.binding import delete
from jjjmap.export.marks import Audience
from jjjmap.export.pictures.papers import MOST_PIXELS, pixels
from jjjmap.i18n import Language
from jjjmap.layers.layer import LayerView, first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.user_layer import as_layer
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.maps.snapshot import REGION_BOUNDS, Bounds, MapSnapshot
from jjjmap.session.exporters import ExportKind, MapWish
from jjjmap.settings import ExportSettings
from jjjmap.ui.audience_box import AudienceBox
from jjjmap.ui.dialogs import replacing
from jjjmap.ui.dialogs.export_map_dialog import ExportMapDialog, size_text

COLUMNS = ("名称", "行业", "资本", "年份", "成立", "高新")


@pytest.fixture
def layer_id(tmp_path: Path) -> str:
    return add_layer(UserLayerStore(tmp_path / "layers"), "企业", firms())


@pytest.fixture
def snapshot(tmp_path: Path, layer_id: str) -> MapSnapshot:
    """A map with a list of firms above the layers that we ship."""
    [stored] = UserLayerStore(tmp_path / "layers").load()[0]
    views = (*first_view(SHIPPED_LAYERS), LayerView(as_layer(stored), True, 1.0))
    return MapSnapshot(views, Language.ZH, Bounds(115, 38, 118, 40), selected_id=f"{layer_id}#2")


@pytest.fixture
def dialog(qtbot: QtBot, snapshot: MapSnapshot, layer_id: str, tmp_path: Path) -> Iterator[ExportMapDialog]:
    made = ExportMapDialog(
        snapshot, {layer_id: COLUMNS}, ExportSettings(), str(tmp_path), map_picture=QPixmap(8, 6)
    )
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    delete(made)


def test_at_first_what_the_window_shows_is_taken_along(
    dialog: ExportMapDialog, snapshot: MapSnapshot
) -> None:
    wish = dialog.wish()
    assert wish.kind is ExportKind.PAGE and wish.path.suffix == ".html"
    assert wish.snapshot == snapshot
    assert wish.options.audience is Audience.INTERNAL and wish.options.columns == {}
    assert wish.options.languages == (Language.EN,)


def test_an_unchecked_layer_of_the_users_is_gone_with_its_rows(
    dialog: ExportMapDialog, layer_id: str
) -> None:
    dialog.tree.check(layer_id, is_on=False)
    taken = dialog.wish().snapshot
    assert layer_id not in {view.layer.id for view in taken.layers}
    assert taken.selected_id == ""
    assert "没有带走" in dialog.tree_note.text()


def test_what_is_checked_is_drawn_and_our_other_layers_stay_hidden(dialog: ExportMapDialog) -> None:
    dialog.tree.check("ports", is_on=False)
    dialog.tree.check("demo_bases")
    visible = {view.layer.id: view.visible for view in dialog.wish().snapshot.layers}
    assert visible["demo_bases"] and not visible["ports"]


def test_unchecked_columns_stay_at_home_and_are_remembered(dialog: ExportMapDialog, layer_id: str) -> None:
    dialog.tree.check(layer_id, column="资本", is_on=False)
    assert dialog.wish().options.columns == {layer_id: tuple(name for name in COLUMNS if name != "资本")}
    assert dialog.settings().columns_kept_home == ((layer_id, ("资本",)),)


def test_columns_that_stayed_at_home_last_time_are_unchecked(
    qtbot: QtBot, snapshot: MapSnapshot, layer_id: str
) -> None:
    settings = ExportSettings(columns_kept_home=((layer_id, ("资本",)), ("user-00000000", ("甲",))))
    made = ExportMapDialog(snapshot, {layer_id: COLUMNS}, settings)
    qtbot.addWidget(made)
    assert "资本" not in made.wish().options.columns[layer_id]
    made.tree.check(layer_id, column="资本")
    assert made.settings().columns_kept_home == (("user-00000000", ("甲",)),)


def test_a_picture_asks_for_no_columns_and_says_what_stands_on_it(
    dialog: ExportMapDialog, layer_id: str
) -> None:
    def shown_columns() -> list[str]:
        items = dialog.tree.findItems("*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive)
        return [item.text(0) for item in items if item.text(0) in COLUMNS and not item.isHidden()]

    dialog.tree.check(layer_id, column="资本", is_on=False)
    assert shown_columns() == list(COLUMNS) and "打勾的列" in dialog.tree_note.text()
    dialog.tabs.setCurrentIndex(1)
    assert shown_columns() == []
    assert "打勾的列" not in dialog.tree_note.text() and "标注和筛选条件" in dialog.tree_note.text()
    dialog.tabs.setCurrentIndex(2)
    assert shown_columns() == list(COLUMNS) and "打勾的列" in dialog.tree_note.text()
    assert "资本" not in dialog.wish().options.columns[layer_id]


@pytest.fixture
def reader(qtbot: QtBot, snapshot: MapSnapshot, tmp_path: Path) -> Iterator[ExportMapDialog]:
    """The dialog of somebody whose library has documents."""
    made = ExportMapDialog(snapshot, {}, ExportSettings(), str(tmp_path), has_library=True)
    yield made
    delete(made)


def test_the_library_goes_along_unless_the_user_says_otherwise_on_either_page(
    reader: ExportMapDialog, snapshot: MapSnapshot, qtbot: QtBot
) -> None:
    boxes = reader.web_page.library_box, reader.data_page.library_box
    assert all(box.isEnabled() and box.isChecked() for box in boxes)
    assert reader.wish().options.with_library
    with qtbot.waitSignal(reader.size_wanted) as asked:
        boxes[1].setChecked(False)
    assert not asked.args[0].options.with_library and not boxes[0].isChecked()
    again = ExportMapDialog(snapshot, {}, reader.settings(), has_library=True)
    qtbot.addWidget(again)
    assert not again.wish().options.with_library


def test_the_library_stays_at_home_in_public_unless_it_is_asked_for(
    reader: ExportMapDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AudienceBox, "may_publish", lambda _box: True)
    reader.audience_box.public_button.setChecked(True)
    assert not reader.wish().options.with_library
    reader.web_page.library_box.setChecked(True)
    assert reader.wish().options.with_library
    reader.web_page.library_box.setChecked(False)
    assert reader.settings().with_library
    reader.audience_box.internal_button.setChecked(True)
    assert reader.wish().options.with_library


def test_an_empty_library_cannot_go_along_and_the_last_choice_is_kept(dialog: ExportMapDialog) -> None:
    for box in (dialog.web_page.library_box, dialog.data_page.library_box):
        assert not box.isEnabled() and not box.isChecked() and box.toolTip()
    assert not dialog.wish().options.with_library and dialog.settings().with_library


def test_without_any_layer_nothing_is_exported(dialog: ExportMapDialog) -> None:
    for each in dialog.tree.chosen_ids:
        dialog.tree.check(each, is_on=False)
    assert not dialog.ok_button.isEnabled() and dialog.notice.text() == "请至少带走一个图层。"


def test_the_suffix_follows_the_kind_and_the_name_stays(dialog: ExportMapDialog, tmp_path: Path) -> None:
    dialog.target.set_path(str(tmp_path / "我的图.html"))
    dialog.tabs.setCurrentIndex(1)
    assert dialog.wish().path == tmp_path / "我的图.pdf"
    dialog.picture_page.kind_box.setCurrentIndex(1)
    assert dialog.wish().path == tmp_path / "我的图.png"
    dialog.tabs.setCurrentIndex(2)
    assert dialog.wish().path == tmp_path / "我的图.gpkg"
    dialog.data_page.buttons[""].setChecked(True)
    assert dialog.wish().path == tmp_path / "我的图" and dialog.target.is_folder
    dialog.tabs.setCurrentIndex(0)
    assert dialog.wish().path == tmp_path / "我的图.html"


def test_a_name_that_no_file_can_have_is_told_at_once(dialog: ExportMapDialog, tmp_path: Path) -> None:
    dialog.target.set_path(str(tmp_path / "a:b.html"))
    assert "“:”" in dialog.target.notice.text() and not dialog.ok_button.isEnabled()
    dialog.target.set_path(str(tmp_path / "没有" / "图.html"))
    assert "不存在" in dialog.target.notice.text() and not dialog.ok_button.isEnabled()
    dialog.target.set_path(str(tmp_path / "图.html"))
    assert dialog.target.notice.text() == "" and dialog.ok_button.isEnabled()


def test_a_file_that_is_there_is_replaced_only_after_a_question(
    dialog: ExportMapDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "图.html"
    path.write_text("old")
    asked: list[Path] = []
    monkeypatch.setattr(replacing, "may_replace", lambda _parent, each: bool(asked.append(each)))
    dialog.target.set_path(str(path))
    assert "会被替换" in dialog.target.notice.text()
    dialog.accept()
    assert asked == [path] and dialog.isVisible()
    monkeypatch.setattr(replacing, "may_replace", lambda _parent, _path: True)
    dialog.accept()
    assert not dialog.isVisible()


def test_a_folder_with_files_is_filled_only_after_a_question(
    dialog: ExportMapDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "数据").mkdir()
    (tmp_path / "数据" / "别的.txt").write_text("x")
    monkeypatch.setattr(replacing, "may_fill", lambda _parent, _path: False)
    dialog.tabs.setCurrentIndex(2)
    dialog.data_page.buttons[""].setChecked(True)
    dialog.target.set_path(str(tmp_path / "数据"))
    dialog.accept()
    assert dialog.isVisible()
    dialog.target.set_path(str(tmp_path / "新文件夹"))
    assert "新建" in dialog.target.notice.text()
    dialog.accept()
    assert not dialog.isVisible()


def test_the_mark_goes_only_when_the_user_has_read_what_that_asks_for(
    dialog: ExportMapDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AudienceBox, "may_publish", lambda _box: False)
    dialog.audience_box.public_button.setChecked(True)
    assert dialog.wish().options.audience is Audience.INTERNAL
    assert dialog.audience_box.internal_button.isChecked()
    monkeypatch.setattr(AudienceBox, "may_publish", lambda _box: True)
    dialog.audience_box.public_button.setChecked(True)
    wish = dialog.wish()
    assert wish.options.audience is wish.sheet.audience is Audience.PUBLIC


def test_whom_it_is_for_is_asked_anew_every_time(
    dialog: ExportMapDialog, snapshot: MapSnapshot, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(AudienceBox, "may_publish", lambda _box: True)
    dialog.audience_box.public_button.setChecked(True)
    again = ExportMapDialog(snapshot, {}, dialog.settings())
    qtbot.addWidget(again)
    assert again.wish().options.audience is Audience.INTERNAL


def test_a_sheet_has_the_size_of_its_paper_and_what_is_checked(dialog: ExportMapDialog) -> None:
    dialog.tabs.setCurrentIndex(1)
    page = dialog.picture_page
    page.paper_box.setCurrentIndex(page.paper_box.findData("16:9"))
    page.legend_box.setChecked(False)
    dialog.title_edit.setText("甲县企业")
    sheet = dialog.wish().sheet
    assert (sheet.width_mm, sheet.height_mm) == (338.67, 190.5)
    assert sheet.title == "甲县企业" and not sheet.has_legend and sheet.has_scale_bar
    page.paper_box.setCurrentIndex(page.paper_box.findData("A4"))
    page.portrait_button.setChecked(True)
    page.title_box.setChecked(False)
    sheet = dialog.wish().sheet
    assert (sheet.width_mm, sheet.height_mm, sheet.title) == (210.0, 297.0, "")


def test_the_preview_has_the_proportions_of_the_paper(dialog: ExportMapDialog) -> None:
    dialog.tabs.setCurrentIndex(1)
    dialog.picture_page.portrait_button.setChecked(True)
    paper = dialog.picture_page.preview.paper_rect()
    assert paper.width() / paper.height() == pytest.approx(210 / 297)
    assert dialog.picture_page.preview.rect().contains(paper.toRect())


def test_a_size_of_ones_own_can_be_given(dialog: ExportMapDialog) -> None:
    dialog.tabs.setCurrentIndex(1)
    page = dialog.picture_page
    assert not page.width_spin.isEnabled()
    page.paper_box.setCurrentIndex(page.paper_box.findData(""))
    page.width_spin.setValue(500)
    page.height_spin.setValue(333)
    sheet = dialog.wish().sheet
    assert (sheet.width_mm, sheet.height_mm) == (500.0, 333.0)
    assert dialog.settings().paper == "" and dialog.settings().width_mm == 500.0


def test_too_many_pixels_are_told_before_the_work(dialog: ExportMapDialog) -> None:
    dialog.tabs.setCurrentIndex(1)
    page = dialog.picture_page
    page.kind_box.setCurrentIndex(1)
    page.paper_box.setCurrentIndex(page.paper_box.findData("A0"))
    page.dpi_spin.setValue(600)
    wide, high = pixels(1189, 841, 600)
    assert wide * high > MOST_PIXELS
    assert str(wide) in dialog.notice.text() and not dialog.ok_button.isEnabled()
    page.dpi_spin.setValue(150)
    assert dialog.notice.text() == "" and dialog.ok_button.isEnabled()


def test_a_picture_shows_the_window_or_the_whole_region(dialog: ExportMapDialog) -> None:
    dialog.tabs.setCurrentIndex(1)
    assert dialog.wish().snapshot.bounds == Bounds(115, 38, 118, 40)
    dialog.picture_page.area_box.setCurrentIndex(1)
    assert dialog.wish().snapshot.bounds == REGION_BOUNDS
    dialog.tabs.setCurrentIndex(0)
    assert dialog.wish().snapshot.bounds == Bounds(115, 38, 118, 40)


def test_the_size_is_asked_for_again_when_something_changes(
    dialog: ExportMapDialog, qtbot: QtBot, layer_id: str
) -> None:
    with qtbot.waitSignal(dialog.size_wanted):
        pass
    dialog.show_size(3_240_000)
    assert dialog.web_page.size_label.text() == "约 3.2 MB"
    with qtbot.waitSignal(dialog.size_wanted) as asked:
        dialog.tree.check(layer_id, column="资本", is_on=False)
        assert dialog.web_page.size_label.text() == "正在估算……"
    wish = asked.args[0]
    assert isinstance(wish, MapWish) and "资本" not in wish.options.columns[layer_id]


def test_points_cannot_be_simplified(dialog: ExportMapDialog) -> None:
    assert not dialog.web_page.tolerance_spin.isVisibleTo(dialog.web_page)
    dialog.web_page.tolerance_spin.setValue(50)
    assert dialog.wish().options.tolerance_m == 0.0


def test_the_last_choice_is_proposed_again(
    dialog: ExportMapDialog, snapshot: MapSnapshot, qtbot: QtBot
) -> None:
    dialog.tabs.setCurrentIndex(2)
    dialog.data_page.buttons[".xlsx"].setChecked(True)
    dialog.picture_page.kind_box.setCurrentIndex(2)
    dialog.picture_page.portrait_button.setChecked(True)
    dialog.web_page.languages_box.setChecked(False)
    again = ExportMapDialog(snapshot, {}, dialog.settings())
    qtbot.addWidget(again)
    assert again.kind is ExportKind.DATA and again.wish().path.suffix == ".xlsx"
    assert again.picture_page.suffix == ".svg" and again.picture_page.size_mm == (210.0, 297.0)
    assert not again.web_page.languages_box.isChecked()


def test_every_control_has_a_name_for_a_screen_reader(dialog: ExportMapDialog) -> None:
    kinds = (QLineEdit, QComboBox, QAbstractSpinBox, QTreeWidget, QAbstractButton)
    nameless = []
    for widget in (each for kind in kinds for each in dialog.findChildren(kind)):
        is_part = isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QTabBar | QLineEdit)
        if is_part or widget.objectName().startswith("qt_"):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is None or not interface.text(QAccessible.Text.Name):
            nameless.append(widget)
    assert nameless == []


def test_everything_is_reached_by_the_keyboard(dialog: ExportMapDialog, qtbot: QtBot) -> None:
    dialog.tabs.setCurrentIndex(1)
    dialog.title_edit.setFocus()
    reached = []
    widget = dialog.title_edit.nextInFocusChain()
    while widget is not dialog.title_edit:
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled():
            reached.append(widget)
        widget = widget.nextInFocusChain()
    page = dialog.picture_page
    for wanted in (dialog.tree, page.kind_box, page.paper_box, dialog.target.edit, dialog.ok_button):
        assert wanted in reached
    assert reached.index(dialog.tree) < reached.index(page.kind_box) < reached.index(dialog.target.edit)


@pytest.mark.parametrize(
    ("size", "text"), [(812, "812 B"), (3_240, "3.2 KB"), (41_600_000, "42 MB"), (2_000_000_000, "2 GB")]
)
def test_sizes_are_told_as_people_read_them(size: int, text: str) -> None:
    assert size_text(size) == text
