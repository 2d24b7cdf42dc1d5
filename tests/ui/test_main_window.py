"""Tests of the window: who hears whom."""

from pathlib import Path

import pytest
from fake_exporters import FakeExporters
from fakes import FakeMap
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QSettings, Qt
from qtpy.QtGui import QDesktopServices, QGuiApplication
from qtpy.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSlider, QTabWidget, QWidget

from jjjmap.binding import delete
from jjjmap.errors import ExportFailed
from jjjmap.export.options import ContentOptions
from jjjmap.export.renderer import Sheet
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language
from jjjmap.maps.bridge import (
    CandidateStepped,
    Configure,
    FitBounds,
    FitLayer,
    Hit,
    LayerFailed,
    MapClicked,
    PageFailed,
    PageReady,
    PointerMoved,
    SelectFeature,
    SelectionCleared,
    SetLayerOpacity,
    SetLayerOrder,
    SetLayerVisible,
    ViewMoved,
)
from jjjmap.session.exporters import ExportKind, MapWish
from jjjmap.session.session import Session
from jjjmap.settings import load_settings
from jjjmap.ui.action_table import ACTIONS, MENUS, TOOLBAR
from jjjmap.ui.dialogs.export_map_dialog import ExportMapDialog
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.messages import Message


def click(*place_ids: str) -> MapClicked:
    return MapClicked(1, 116.0, 39.0, tuple(Hit("counties", place_id) for place_id in place_ids))


def test_a_click_on_the_map_fills_the_details(window: MainWindow, fake_map: FakeMap) -> None:
    fake_map.say(click("jia-park"))
    assert window.details_panel.name_label.text() == "甲园"
    assert "甲县" in window.details_panel.overview.toPlainText()
    assert fake_map.of(SelectFeature) == [SelectFeature("jia-park", (), 116.123456, 39.054321, "甲园", False)]


def test_clicking_twice_answers_twice(window: MainWindow, fake_map: FakeMap) -> None:
    fake_map.say(click("jia-park"))
    fake_map.say(click("jia-park"))
    assert len(fake_map.of(SelectFeature)) == 2


def test_a_click_offers_only_places_that_the_catalogue_has(
    window: MainWindow, session: Session, fake_map: FakeMap
) -> None:
    fake_map.say(click("no-such-place", "jia-zone", "990001"))
    assert session.selection.candidates == ("jia-zone", "990001")


def test_overlapping_features_are_all_offered_and_tab_goes_round(
    window: MainWindow, fake_map: FakeMap
) -> None:
    fake_map.say(click("jia-park", "jia-zone", "990001"))
    box = window.details_panel.candidates_box
    assert box.isVisible() and box.count() == 3
    names = []
    for _turn in range(4):
        names.append(window.details_panel.name_label.text())
        assert box.currentText().startswith(names[-1])
        fake_map.say(CandidateStepped(2, 1))
    assert names == ["甲园", "甲县功能区", "甲县", "甲园"]


def test_escape_clears_what_is_chosen(
    window: MainWindow, session: Session, fake_map: FakeMap, qtbot: QtBot
) -> None:
    fake_map.say(click("jia-park"))
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert session.selection.place_id == ""
    assert window.details_panel.guide.isVisible()
    assert fake_map.calls[-1] == SelectFeature("")


def test_escape_on_the_map_and_a_click_on_nothing_clear_too(
    window: MainWindow, session: Session, fake_map: FakeMap
) -> None:
    for clearing in (SelectionCleared(2), click()):
        fake_map.say(click("jia-park"))
        fake_map.say(clearing)
        assert session.selection.place_id == ""


def test_escape_in_the_filter_line_empties_it_first(
    window: MainWindow, session: Session, fake_map: FakeMap, qtbot: QtBot
) -> None:
    fake_map.say(click("jia-park"))
    line = window.layers_panel.filter_line
    line.setFocus()
    line.setText("甲")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert line.text() == "" and session.selection.place_id == "jia-park"
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert session.selection.place_id == ""


def test_back_and_forward_are_open_only_when_they_lead_somewhere(
    window: MainWindow, session: Session
) -> None:
    back, forward = window.actions_table["back"], window.actions_table["forward"]
    assert not back.isEnabled() and not forward.isEnabled()
    session.selection.choose("jia-park", fly=True)
    session.selection.choose("jia-zone", fly=True)
    assert back.isEnabled() and window.details_panel.back_button.isEnabled()
    back.trigger()
    assert window.details_panel.name_label.text() == "甲园" and forward.isEnabled()
    window.details_panel.forward_button.click()
    assert session.selection.place_id == "jia-zone"


def test_layers_are_shown_on_the_map_as_the_user_sets_them(
    window: MainWindow, session: Session, fake_map: FakeMap
) -> None:
    session.layers.set_visible("ports", False)
    session.layers.set_opacity("zones", 0.5)
    session.layers.move_to("wings", 0)
    assert fake_map.of(SetLayerVisible) == [SetLayerVisible("ports", False)]
    assert fake_map.of(SetLayerOpacity) == [SetLayerOpacity("zones", 0.5)]
    order = fake_map.of(SetLayerOrder)[0]
    assert isinstance(order, SetLayerOrder) and order.layer_ids[0] == "wings"


def test_zooming_to_a_hidden_layer_shows_it(window: MainWindow, session: Session, fake_map: FakeMap) -> None:
    session.layers.set_visible("ports", False)
    window.layers_panel.layer_zoom_requested.emit("ports")
    assert session.layers.view("ports").visible
    assert fake_map.calls[-1] == FitLayer("ports")


def test_the_whole_region_is_one_action_away(window: MainWindow, fake_map: FakeMap) -> None:
    window.actions_table["fit_region"].trigger()
    assert isinstance(fake_map.calls[-1], FitBounds)


def test_pointer_and_zoom_stand_in_the_status_bar(window: MainWindow, fake_map: FakeMap) -> None:
    fake_map.say(PointerMoved(1, 116.40741, 39.90423))
    fake_map.say(ViewMoved(2, 115.0, 38.0, 118.0, 41.0, 7.25))
    assert window.status.pointer_label.text() == "116.4074°E  39.9042°N"
    assert "7.2" in window.status.zoom_label.text()


def test_the_view_is_remembered_and_goes_into_the_snapshot(
    window: MainWindow, session: Session, fake_map: FakeMap
) -> None:
    fake_map.say(ViewMoved(2, 115.0, 38.0, 118.0, 41.0, 8.0))
    assert session.snapshot().bounds.west == 115.0
    window.close()
    assert session.preferences.settings.view_bounds_lonlat == (115.0, 38.0, 118.0, 41.0)


def test_a_view_beyond_the_world_is_cut_to_it(
    window: MainWindow, session: Session, fake_map: FakeMap
) -> None:
    fake_map.say(ViewMoved(2, -400.0, -95.0, 400.0, 95.0, 0.0))
    assert session.preferences.settings.view_bounds_lonlat == (-180.0, -90.0, 180.0, 90.0)


def test_a_layer_that_fails_becomes_a_finding(
    window: MainWindow, session: Session, fake_map: FakeMap
) -> None:
    fake_map.say(LayerFailed(3, "ports", "not JSON"))
    found = session.workspace.findings[-1]
    assert (found.severity, found.where) == (Severity.ERROR, "geodata/ports.geojson")
    assert "港口" in found.message and "not JSON" in found.message
    assert window.status.findings_button.isVisible()


def test_a_new_page_is_told_again_what_is_chosen(
    window: MainWindow, session: Session, fake_map: FakeMap
) -> None:
    session.selection.choose("jia-park", fly=False)
    fake_map.calls.clear()
    fake_map.say(PageReady(1))
    assert [call.feature_id for call in fake_map.calls if isinstance(call, SelectFeature)] == ["jia-park"]


def test_a_place_without_position_says_that_the_map_stays(window: MainWindow, session: Session) -> None:
    session.workspace.catalogue.places["jia-park"] = session.workspace.place("jia-park").__class__(
        "jia-park", session.workspace.place("jia-park").kind, "甲园", "Jia Park"
    )
    session.selection.choose("jia-park", fly=True)
    assert "甲园" in window.status.currentMessage()


def test_the_language_changes_without_a_restart(
    window: MainWindow, session: Session, fake_map: FakeMap
) -> None:
    session.selection.choose("jia-park", fly=False)
    window.actions_table["other_language"].trigger()
    assert session.workspace.language is Language.EN
    assert window.details_panel.name_label.text() == "Jia Park"
    assert window.details_panel.other_name_label.text() == "甲园"
    configure = fake_map.of(Configure)[-1]
    assert isinstance(configure, Configure) and configure.config["language"] == "en"
    assert session.preferences.settings.language == "en"
    window.actions_table["language_zh"].trigger()
    assert window.details_panel.name_label.text() == "甲园"


@pytest.mark.parametrize("language", list(Language))
def test_every_window_and_dialog_opens_in_every_language(
    window: MainWindow, session: Session, language: Language, qtbot: QtBot
) -> None:
    session.workspace.set_language(language)
    session.workspace.add_finding(Finding(Severity.WARNING, "odd", "places.csv:3", "可疑"))
    session.selection.offer(["jia-park", "jia-zone"])
    for tab in range(window.details_panel.tabs.count()):
        window.details_panel.tabs.setCurrentIndex(tab)
    about, findings = window.show_about_dialog(), window.show_findings_dialog()
    assert about.isVisible() and findings.isVisible()
    assert "jjjmap" in about.text.toPlainText()
    about.close()
    findings.close()
    assert all(window.actions_table[name].text() for name in window.actions_table.names())


def test_everything_that_can_be_used_has_a_name(window: MainWindow, session: Session) -> None:
    session.selection.offer(["jia-park", "jia-zone"])
    kinds = (QAbstractButton, QSlider, QComboBox, QLineEdit, QTabWidget)
    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in window.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget is not window.status.offer_button  # it gets its text with its offer
        and not widget.objectName().startswith("qt_")
        and not (widget.accessibleName() or getattr(widget, "text", str)() or widget.toolTip())
        and not _is_inside_qt(widget)
    ]
    assert nameless == []


def _is_inside_qt(widget: QWidget) -> bool:
    """Whether Qt itself made it as a part of another control, such as the arrows of a tab bar."""
    parent = widget.parent()
    makers = {
        "QTabBar",
        "QComboBox",
        "FilterLine",
        "SearchBox",
        "FiguresTable",
        "QDockWidget",
        "QToolBar",
        "QMenuBar",
    }
    return type(parent).__name__ in makers


def test_every_action_stands_in_a_menu_or_the_toolbar_and_no_key_twice(window: MainWindow) -> None:
    placed = {entry for menu in MENUS for entry in menu.entries} | set(TOOLBAR)
    assert {spec.name for spec in ACTIONS} <= placed
    keys = [key for spec in ACTIONS for key in spec.keys]
    assert len(keys) == len(set(keys))
    assert [action.text() for action in window.menuBar().actions()] == [menu.text() for menu in MENUS]


def ask_for(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    def answered(dialog: ExportMapDialog) -> MapWish | None:
        if path is None:
            return None
        snapshot = dialog.wish().snapshot
        return MapWish(ExportKind.PAGE, path, snapshot, ContentOptions(), Sheet())

    monkeypatch.setattr(ExportMapDialog, "ask", answered)


def test_an_export_is_written_in_the_background_and_told(
    window: MainWindow, session: Session, fake_exporters: FakeExporters, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot,
) -> None:  # fmt: skip
    session.selection.choose("jia-park", fly=False)
    path = tmp_path / "图.html"
    ask_for(monkeypatch, path)
    with qtbot.waitSignal(session.tasks.task_ended):
        window.actions_table["export_map"].trigger()
        assert window.status.task_box.isVisible()
    assert path.read_text(encoding="utf-8") == "map"
    assert fake_exporters.snapshots[0].selected_id == "jia-park"
    assert "图.html" in window.status.currentMessage() and window.status.offer_button.isVisible()
    assert not window.status.task_box.isVisible()
    assert session.preferences.settings.export_folder == str(tmp_path)


def test_after_an_export_a_click_opens_the_folder_it_lies_in(
    window: MainWindow, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    ask_for(monkeypatch, tmp_path / "图.html")
    with qtbot.waitSignal(session.tasks.task_ended):
        window.exports.ask_map()
    assert window.status.offer_button.text() == "打开所在文件夹" and opened == []
    qtbot.mouseClick(window.status.offer_button, Qt.MouseButton.LeftButton)
    assert opened == [str(tmp_path)]


def test_a_failed_export_says_what_happened_why_and_what_to_try(
    window: MainWindow, session: Session, fake_exporters: FakeExporters, messages: list[Message],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot,
) -> None:  # fmt: skip
    path = tmp_path / "图.html"
    fake_exporters.error = ExportFailed(path, "磁盘已满")
    ask_for(monkeypatch, path)
    with qtbot.waitSignal(session.tasks.task_ended):
        window.exports.ask_map()
    assert len(messages) == 1
    assert "图.html" in messages[0].what and "磁盘已满" in messages[0].why and messages[0].hint


def test_a_running_export_shows_progress_and_can_be_cancelled(
    window: MainWindow, session: Session, fake_exporters: FakeExporters, messages: list[Message],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot,
) -> None:  # fmt: skip
    fake_exporters.waits = True
    ask_for(monkeypatch, tmp_path / "图.html")
    window.exports.ask_map()
    qtbot.waitUntil(lambda: window.status.progress.value() == 50)
    assert not window.actions_table["export_map"].isEnabled()
    with qtbot.waitSignal(session.tasks.task_ended):
        qtbot.mouseClick(window.status.cancel_button, Qt.MouseButton.LeftButton)
    assert messages == [] and not (tmp_path / "图.html").exists()
    assert window.actions_table["export_map"].isEnabled()


def test_no_answer_to_the_question_exports_nothing(
    window: MainWindow, fake_exporters: FakeExporters, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for(monkeypatch, None)
    window.exports.ask_map()
    assert fake_exporters.snapshots == []


def test_closing_remembers_settings_and_layout(window: MainWindow, session: Session, tmp_path: Path) -> None:
    session.layers.set_visible("ports", False)
    window.actions_table["language_en"].trigger()
    window.close()
    settings, trouble = load_settings(tmp_path / "settings.json")
    assert trouble is None and settings.language == "en"
    assert not {layer.id: layer.visible for layer in settings.layers}["ports"]
    assert QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat).contains("geometry")


def test_closing_stops_what_still_runs(
    window: MainWindow, session: Session, fake_exporters: FakeExporters, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot,
) -> None:  # fmt: skip
    fake_exporters.waits = True
    ask_for(monkeypatch, tmp_path / "图.html")
    window.exports.ask_map()
    [task] = session.tasks.running
    qtbot.waitUntil(lambda: window.status.progress.value() == 50)
    try:
        with qtbot.waitSignal(task.cancelled, timeout=5000):
            window.close()
    finally:
        fake_exporters.waits = False  # Otherwise a test that fails would leave a thread behind.
    assert session.tasks.running == () and not (tmp_path / "图.html").exists()


def test_the_next_window_has_its_docks_where_they_were_left(
    window: MainWindow, session: Session, fake_exporters: FakeExporters, tmp_path: Path, qtbot: QtBot
) -> None:
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, window.layers_dock)
    window.details_dock.hide()
    window.close()
    store = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    next_window = MainWindow(FakeMap(), session, fake_exporters, store)
    next_window.show()
    qtbot.waitExposed(next_window)
    area, is_hidden = next_window.dockWidgetArea(next_window.layers_dock), next_window.details_dock.isHidden()
    next_window.close()
    delete(next_window)
    assert area == Qt.DockWidgetArea.RightDockWidgetArea
    assert is_hidden


def test_the_opacity_that_the_slider_was_moved_to_is_remembered(window: MainWindow, session: Session) -> None:
    session.selection.offer(["jia-zone"])
    window.layers_panel.opacity_slider.setValue(40)
    remembered = {layer.id: layer.opacity for layer in session.preferences.settings.layers}
    assert remembered["zones"] == 0.4


def test_settings_that_cannot_be_written_become_a_finding(
    window: MainWindow, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "settings.json").mkdir()
    session.preferences.change(language="en")
    session.preferences.write()
    assert session.workspace.findings[-1].code == "settings-unsaved"


def test_findings_are_copied_as_text(window: MainWindow, session: Session) -> None:
    session.workspace.add_finding(Finding(Severity.INFO, "note", "b.csv:1", "提示", "无"))
    session.workspace.add_finding(Finding(Severity.ERROR, "bad", "a.csv:9", "坏", "改"))
    dialog = window.show_findings_dialog()
    dialog.copy_button.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines == ["error\tbad\ta.csv:9\t坏\t改", "info\tnote\tb.csv:1\t提示\t无"]


def test_the_status_bar_counts_what_deserves_a_look_and_not_mere_notes(
    window: MainWindow, session: Session
) -> None:
    button = window.status.findings_button
    session.workspace.add_finding(Finding(Severity.INFO, "note", "b.csv:1", "提示"))
    assert not button.isVisible()
    session.workspace.add_finding(Finding(Severity.ERROR, "bad", "a.csv:9", "坏"))
    session.workspace.add_finding(Finding(Severity.WARNING, "odd", "a.csv:8", "疑"))
    assert button.isVisible() and button.text() == "⚠ 数据问题 2 项"


def test_docks_leave_room_for_the_map_at_1280_by_800(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: window.width() == 1280)
    assert window.centralWidget().width() >= 560
    assert window.details_dock.width() >= 370
    assert window.minimumSizeHint().width() <= 1024


def test_a_page_that_could_not_begin_is_told(window: MainWindow, fake_map: FakeMap, session: Session) -> None:
    fake_map.say(PageFailed(1, "config.json: 500"))
    [finding] = session.workspace.findings
    assert finding.code == "page-failed" and "config.json: 500" in finding.message


def test_what_is_marked_waits_until_a_message_is_gone(window: MainWindow) -> None:
    window.show()
    window.tell("一句话")
    window.status.show_marked("氢能", 3)
    assert not window.status.marked_label.isVisible()
    window.status.clearMessage()
    assert window.status.marked_label.isVisible()


def test_menus_outlive_whatever_had_the_keyboard(
    window: MainWindow, session: Session, fake_map: FakeMap
) -> None:
    line = QLineEdit(window)
    line.show()
    fake_map.say(PageReady(1))  # The order of tabs is laid down, and this line is the last.
    delete(line)
    session.workspace.set_language(Language.EN)
    assert next(title for title, _actions in window.actions_table.menus()) == "File"


def test_a_task_does_not_make_a_narrow_window_wider(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    window.resize(1000, 700)
    window.status.show_project("京津冀招商 · 未保存", "")
    qtbot.wait(10)
    task = session.tasks.start(
        "为“企业名单（虚构）”落位",
        lambda _progress, _cancelled: None,
        on_success=lambda _none: None,
        on_failure=lambda _error: None,
    )
    window.status.show_task(task)
    assert not window.status.pointer_label.isVisible()
    window.status.show_task(None)
    assert window.status.pointer_label.isVisible()
