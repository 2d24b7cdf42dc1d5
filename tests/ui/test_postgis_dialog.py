"""The dialog that opens a table of a PostGIS database, against a real one."""

from pathlib import Path

import keyring
import keyring.backends.fail
import postgis_server
import pytest
from postgis_server import DATABASE, PASSWORD, READER, PostgisServer
from pytestqt.qtbot import QtBot

from jjjmap.i18n import Language, use_language
from jjjmap.layers.opening.database_address import DatabaseAddress
from jjjmap.layers.opening.passwords import Passwords
from jjjmap.maps.snapshot import REGION_BOUNDS, Bounds
from jjjmap.session.tasks import TaskRunner
from jjjmap.ui.dialogs.postgis_dialog import PostgisDialog
from jjjmap.ui.table_rows import choose_row

postgis, schema = postgis_server.postgis, postgis_server.schema

VIEW = Bounds(116.0, 39.0, 116.1, 39.1)
WAIT_MS = 30_000


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)


def open_dialog(qtbot: QtBot, passwords: Passwords | None = None) -> PostgisDialog:
    tasks = TaskRunner()
    recent = (DatabaseAddress("db.example.org", 6543, "规划", "reader", "require"),)
    dialog = PostgisDialog(tasks, passwords or Passwords(), VIEW, recent)
    # The tasks must outlast the dialog, and be over before the test is.
    dialog.finished.connect(lambda _result: tasks.cancel_all(wait_ms=WAIT_MS))
    qtbot.addWidget(dialog, before_close_func=lambda _dialog: tasks.cancel_all(wait_ms=WAIT_MS))
    return dialog


def connect(dialog: PostgisDialog, server: PostgisServer, qtbot: QtBot, password: str = PASSWORD) -> None:
    dialog.form.host_box.setEditText(f"postgresql://{READER}:{password}@127.0.0.1:{server.port}/{DATABASE}")
    dialog.form.connect_button.click()


def test_a_pasted_url_fills_the_form_and_hides_its_password(qtbot: QtBot) -> None:
    dialog = open_dialog(qtbot)
    dialog.form.host_box.setEditText(
        f"postgresql://reader:{PASSWORD}@db.example.org:6543/规划?sslmode=require"
    )
    assert dialog.form.address() == DatabaseAddress("db.example.org", 6543, "规划", "reader", "require")
    assert dialog.form.password() == PASSWORD
    assert dialog.form.host_box.currentText() == "db.example.org"
    assert PASSWORD not in dialog.form.password_line.displayText()


def test_a_recent_address_is_offered_without_password(qtbot: QtBot) -> None:
    dialog = open_dialog(qtbot)
    assert (
        dialog.form.host_box.itemText(0)
        == "postgresql://reader@db.example.org:6543/%E8%A7%84%E5%88%92?sslmode=require"
    )
    dialog.form.host_box.textActivated.emit(dialog.form.host_box.itemText(0))
    assert dialog.form.address().database == "规划"


def test_a_bad_url_is_told_at_once(qtbot: QtBot) -> None:
    dialog = open_dialog(qtbot)
    qtbot.waitUntil(lambda: dialog.status.text() == "", timeout=WAIT_MS)
    dialog.form.host_box.setEditText("postgresql://h/db?options=-c")
    assert "options" in dialog.status.text()


def test_a_table_is_chosen_and_read(
    postgis: PostgisServer, schema: str, qtbot: QtBot, tmp_path: Path
) -> None:
    postgis.execute(
        f"create table {schema}.firms (id int, geom geometry(Point, 4326))",
        f"insert into {schema}.firms values (1, st_point(116.05, 39.05, 4326)), (2, st_point(118, 40, 4326))",
        f"create table {schema}.zones (id int, geom geometry(Polygon, 4546))",
    )
    passwords = Passwords()
    dialog = open_dialog(qtbot, passwords)
    assert dialog.choice() is None
    connect(dialog, postgis, qtbot)
    qtbot.waitUntil(dialog.read_button.isEnabled, timeout=WAIT_MS)
    assert dialog.model.rowCount() == 2
    assert not dialog.form.keep_box.isEnabled()
    dialog.filter_line.setText("zon")
    choose_row(dialog.table, 0)
    qtbot.waitUntil(dialog.read_button.isEnabled, timeout=WAIT_MS)
    chosen = dialog.choice()
    assert chosen is not None
    assert (chosen.table, chosen.bounds) == ("zones", REGION_BOUNDS)
    dialog.filter_line.clear()
    dialog.part_buttons["view"].setChecked(True)
    choose_row(dialog.table, 0)
    qtbot.waitUntil(dialog.read_button.isEnabled, timeout=WAIT_MS)
    assert "约" in dialog.estimate_label.text()
    chosen = dialog.choice()
    assert chosen is not None
    assert chosen.bounds == VIEW
    assert PASSWORD not in repr(chosen)
    answer = chosen.read(tmp_path, lambda _share: None, lambda: False)
    assert answer.accepted == 1
    assert passwords.find(chosen.address) == PASSWORD


def test_a_wrong_password_is_a_sentence_and_may_be_mended(
    postgis: PostgisServer, schema: str, qtbot: QtBot
) -> None:
    postgis.execute(f"create table {schema}.firms (id int, geom geometry(Point, 4326))")
    dialog = open_dialog(qtbot)
    connect(dialog, postgis, qtbot, password="falsch")
    qtbot.waitUntil(lambda: "密码不对" in dialog.status.text(), timeout=WAIT_MS)
    assert not dialog.read_button.isEnabled()
    dialog.form.password_line.setText(PASSWORD)
    dialog.form.connect_button.click()
    qtbot.waitUntil(dialog.read_button.isEnabled, timeout=WAIT_MS)
    dialog.form.user_line.textEdited.emit("somebody else")
    assert dialog.model.rowCount() == 0
    assert dialog.choice() is None


@pytest.mark.parametrize("language", list(Language))
def test_it_opens_in_both_languages(language: Language, qtbot: QtBot) -> None:
    use_language(language)
    dialog = open_dialog(qtbot)
    dialog.show()
    assert dialog.windowTitle()
