"""Online basemaps in the window: chip, menu, dialog, and what the map is told."""

import keyring
import keyring.backends.fail
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QLineEdit

from jjjmap.i18n import Language
from jjjmap.maps.basemaps import SHIPPED_BASEMAPS
from jjjmap.maps.bridge import PageReady, ShowBasemap
from jjjmap.maps.tile_addresses import parse_tile_address
from jjjmap.settings import OwnBasemap
from jjjmap.ui.dialogs.basemap_dialog import BasemapDialog
from jjjmap.ui.dialogs.export_map_dialog import ExportMapDialog

CANARY = "S3CRET-canary"


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the keyring of whoever runs the tests out of them."""
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)


def chosen(window) -> list[str]:
    menu = window.online_maps.menu
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions() if action.isChecked() and not action.isSeparator()]


def choose(window, text: str) -> None:
    menu = window.online_maps.menu
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == text).trigger()


def wait_for_tasks(session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not session.tasks.running, timeout=10_000)


@pytest.fixture
def dialog(window, session, qtbot: QtBot):
    made = BasemapDialog(session.online, session.tasks, Language.ZH, window)
    wait_for_tasks(session, qtbot)
    yield made
    wait_for_tasks(session, qtbot)


def test_the_window_begins_offline_and_says_so(window, fake_map, session):
    chip = window.status.online_chip
    assert chip.text() == "离线"
    assert "不访问网络" in chip.toolTip()
    assert chip.accessibleName() == "网络：离线"
    fake_map.say(PageReady(0))
    assert fake_map.of(ShowBasemap) == []
    assert "自带的底图（离线）" in chosen(window)
    assert not session.online.is_online


def test_the_chip_opens_the_same_menu_as_the_menu_bar(window):
    assert window.status.online_chip.menu() is window.online_maps.menu
    window.online_maps.menu.aboutToShow.emit()
    texts = [action.text() for action in window.online_maps.menu.actions()]
    assert [basemap.title_zh for basemap in SHIPPED_BASEMAPS] == [each for each in texts if each in {
        basemap.title_zh for basemap in SHIPPED_BASEMAPS
    }]  # fmt: skip
    assert not any("高德" in text or "百度" in text for text in texts)


def test_choosing_a_basemap_tells_the_map_and_the_chip(window, fake_map, session):
    choose(window, "OpenStreetMap")
    (call,) = fake_map.of(ShowBasemap)
    assert [each["url"] for each in call.tile_sets] == ["/tiles/osm/{z}/{x}/{y}"]
    assert "OpenStreetMap" in call.attribution
    assert window.status.online_chip.text() == "● 在线：OpenStreetMap"
    session.online.note_counts(12, 3)
    assert "12" in window.status.online_chip.toolTip()
    assert "tile.openstreetmap.org" in window.status.online_chip.toolTip()
    assert "OpenStreetMap" in chosen(window)
    choose(window, "自带的底图（离线）")
    assert fake_map.of(ShowBasemap)[-1] == ShowBasemap()
    assert window.status.online_chip.text() == "离线"


def test_a_page_that_was_loaded_anew_is_told_again(window, fake_map, session):
    session.online.go_online("osm")
    fake_map.say(PageReady(0))
    fake_map.say(PageReady(0))
    calls = fake_map.of(ShowBasemap)
    assert len(calls) == 3
    assert calls[0] == calls[1] == calls[2]


def test_whoever_ticked_so_begins_online_once_the_map_is_there(window, fake_map, session):
    session.online.go_online("osm")
    session.online.go_offline()
    session.online.set_at_start(True)
    assert not session.online.is_online
    fake_map.say(PageReady(0))
    assert session.online.is_online
    session.online.go_offline()
    fake_map.say(PageReady(0))
    assert not session.online.is_online


def test_a_failure_is_told_once_and_the_map_falls_back(window, fake_map, session):
    session.online.go_online("osm")
    session.online.note_failure("unreachable", "tile.openstreetmap.org")
    assert fake_map.of(ShowBasemap)[-1] == ShowBasemap()
    chip = window.status.online_chip
    assert chip.text() == "⚠ 在线底图不可用"
    assert "连不上 tile.openstreetmap.org" in chip.toolTip()
    assert "连不上 tile.openstreetmap.org" in window.status.currentMessage()
    window.status.clearMessage()
    session.online.changed.emit()
    assert window.status.currentMessage() == ""
    choose(window, "重试")
    assert len(fake_map.of(ShowBasemap)[-1].tile_sets) == 1
    assert chip.text().startswith("● 在线")


def test_in_english_the_map_names_its_source_in_english(window, fake_map, session):
    session.online.go_online("osm")
    session.workspace.set_language(Language.EN)
    assert "contributors" in fake_map.of(ShowBasemap)[-1].attribution


def test_where_the_browser_is_too_old_nothing_is_offered(window, session, monkeypatch):
    monkeypatch.setattr(session.online, "may_go_online", False)
    window.online_maps.menu.aboutToShow.emit()
    (only,) = window.online_maps.menu.actions()
    assert not only.isEnabled()
    window.online_maps.toggle()
    window.online_maps.ask_settings()
    assert not session.online.is_online
    assert "太旧" in window.status.currentMessage()


def test_a_missing_token_is_asked_for_and_used(window, session, qtbot, monkeypatch):
    seen = []

    def answer(dialog: BasemapDialog) -> bool:
        seen.append(dialog.status.text())
        dialog.token_line.setText(f" {CANARY} ")
        dialog.accept()
        return True

    monkeypatch.setattr(BasemapDialog, "exec", answer)
    session.online.go_online("tianditu-img")
    qtbot.waitUntil(lambda: session.online.is_online, timeout=10_000)
    wait_for_tasks(session, qtbot)
    assert "天地图 影像" in seen[0]
    assert session.online.served.token == CANARY
    assert CANARY not in window.status.online_chip.toolTip()


def test_another_token_is_used_at_once_by_the_basemap_that_is_online(window, session, qtbot, monkeypatch):
    session.online.secrets.keep("tianditu", "0ld-t0ken")
    session.online.go_online("tianditu-img")
    qtbot.waitUntil(lambda: session.online.is_online, timeout=10_000)
    session.online.note_failure("refused", "t*.tianditu.gov.cn")
    typed = [""]

    def answer(dialog: BasemapDialog) -> bool:
        dialog.token_line.setText(typed[0])
        dialog.accept()
        return True

    monkeypatch.setattr(BasemapDialog, "exec", answer)
    window.online_maps.ask_settings()
    wait_for_tasks(session, qtbot)
    assert session.online.trouble[0] == "refused"  # Nothing new was typed.
    typed[0] = CANARY
    window.online_maps.ask_settings()
    qtbot.waitUntil(lambda: session.online.served.token == CANARY, timeout=10_000)
    wait_for_tasks(session, qtbot)
    assert session.online.is_shown


def test_the_token_is_never_shown(dialog):
    for line in (dialog.token_line, dialog.own_form.token_line):
        assert line.echoMode() == QLineEdit.EchoMode.Password


def test_without_a_keyring_the_dialog_says_where_tokens_stay(dialog):
    assert not dialog.keep_box.isEnabled()
    assert "没有可用的" in dialog.keep_box.text()
    assert "程序运行期间" in dialog.keep_box.toolTip()


def test_an_address_of_the_users_own_is_taken_over_with_its_token(dialog, session, qtbot):
    form = dialog.own_form
    form.address_line.setText(f"https://t.example.cn/{{z}}/{{x}}/{{y}}.png?key={CANARY}")
    assert CANARY not in form.address_line.text()
    form.title_line.setText("甲图")
    assert session.online.settings.own == ()
    dialog.accept()
    wait_for_tasks(session, qtbot)
    (own,) = session.online.settings.own
    assert own.title == "甲图"
    assert own.attribution == "底图：t.example.cn"
    assert CANARY not in repr(own)
    session.online.go_online(own.id)
    qtbot.waitUntil(lambda: session.online.is_online, timeout=10_000)
    assert session.online.served.token == CANARY


def test_a_wrong_address_is_told_and_the_dialog_stays(dialog, session):
    form = dialog.own_form
    form.address_line.setText("https://webrd01.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}")
    dialog.accept()
    assert "偏移" in form.status.text()
    assert session.online.settings.own == ()
    assert dialog.result() == 0


def test_plain_http_wants_a_word_of_the_user(dialog, session, qtbot):
    form = dialog.own_form
    assert not form.http_box.isVisibleTo(dialog)
    form.address_line.setText("http://t.example.cn/{z}/{x}/{y}.png")
    assert form.http_box.isVisibleTo(dialog)
    assert not form.add()
    assert "没有加密" in form.status.text()
    form.http_box.setChecked(True)
    assert form.add()
    dialog.accept()
    wait_for_tasks(session, qtbot)
    assert session.online.settings.own[0].plain_http
    assert len([each for each in session.online.basemaps() if each.is_own]) == 1


def test_a_cancelled_dialog_changes_nothing(dialog, session):
    dialog.token_line.setText(CANARY)
    dialog.own_form.address_line.setText("https://t.example.cn/{z}/{x}/{y}.png")
    dialog.own_form.add()
    dialog.start_box.setChecked(True)
    dialog.reject()
    assert session.online.settings.own == ()
    assert not session.online.settings.at_start
    assert session.online.secrets.find("tianditu") is None


def test_a_basemap_that_is_removed_goes_with_its_token(window, session, qtbot):
    address = parse_tile_address("https://t.example.cn/{z}/{x}/{y}.png?key={token}")
    session.online.add_own(OwnBasemap(address.id, "甲图", address.text))
    session.online.secrets.keep(address.id, CANARY)
    dialog = BasemapDialog(session.online, session.tasks, Language.ZH, window)
    dialog.own_form.list.setCurrentRow(0)
    dialog.own_form.remove_button.click()
    dialog.accept()
    wait_for_tasks(session, qtbot)
    assert session.online.settings.own == ()
    assert session.online.secrets.find(address.id) is None


def test_a_stored_token_can_be_deleted(window, session, qtbot):
    session.online.secrets.keep("tianditu", CANARY)
    session.online.go_online("tianditu-vec")
    qtbot.waitUntil(lambda: session.online.is_online, timeout=10_000)
    dialog = BasemapDialog(session.online, session.tasks, Language.ZH, window)
    wait_for_tasks(session, qtbot)
    dialog.forget_button.click()
    dialog.accept()
    wait_for_tasks(session, qtbot)
    assert session.online.secrets.find("tianditu") is None
    assert not session.online.is_online


def test_the_export_dialog_says_that_no_file_holds_the_online_basemap(window, session, monkeypatch):
    notes = []

    def look(dialog: ExportMapDialog) -> None:
        notes.append(dialog.online_note.isVisibleTo(dialog))

    monkeypatch.setattr(ExportMapDialog, "ask", look)
    window.exports.ask_map()
    session.online.go_online("osm")
    window.exports.ask_map()
    assert notes == [False, True]
    assert "osm" not in repr(session.snapshot())
