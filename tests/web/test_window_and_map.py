"""The window with a real page on the real data: what a user does all day."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from map_driver import MapDriver
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication

from jjjmap import app as jjjmap_app
from jjjmap.binding import delete
from jjjmap.i18n import Language
from jjjmap.layers.shipped_files import read_shipped_layer
from jjjmap.maps.bridge import Hit, MapClicked
from jjjmap.paths import GEODATA, RESOURCES

HERE = Path(__file__).parent


@pytest.fixture
def whole(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The program as `app.run` builds it, with its map loaded."""
    session = jjjmap_app.open_session(tmp_path / "settings.json")
    window = jjjmap_app.open_window(qapp, session, layout_path=tmp_path / "window.ini")
    window.resize(1280, 800)
    view = window.map_view
    profile = view.page().profile()
    driver = MapDriver(qtbot, view, profile, session.snapshot())
    qtbot.waitUntil(lambda: view.channel.is_ready, timeout=20_000)
    yield SimpleNamespace(window=window, session=session, map=driver, details=window.details_panel)
    window.close()
    delete(window)
    delete(profile)


def test_a_click_on_the_map_fills_the_details(whole, qtbot):
    whole.map.click(whole.map.pixel_of_symbol("port-qinhuangdao"))
    qtbot.waitUntil(lambda: whole.session.selection.place_id == "port-qinhuangdao", timeout=5000)
    assert whole.details.name_label.text() == "秦皇岛港"
    assert whole.details.other_name_label.text() == "Port of Qinhuangdao"
    assert "海港区" in whole.details.overview.toPlainText()


def test_choosing_in_the_list_flies_there_and_highlights(whole, qtbot):
    whole.session.selection.choose("xiongan", fly=True)
    whole.map.wait_for("jjjmap.page.marked.getLayers().length > 0")
    whole.map.wait_for("jjjmap.page.map.getZoom() > 8.5")
    assert whole.map.ask("jjjmap.page.map.getBounds().contains([39.0, 115.98])")


def test_clicking_the_same_place_twice_answers_twice(whole, qtbot):
    answers = []
    whole.session.selection.place_chosen.connect(lambda place_id, fly: answers.append(place_id))
    point = whole.map.pixel_of_symbol("port-qinhuangdao")
    for n in (1, 2):
        whole.map.click(point)
        qtbot.waitUntil(lambda n=n: len(answers) == n, timeout=5000)
    assert answers == ["port-qinhuangdao"] * 2


def test_escape_and_tab_on_the_map_reach_the_selection(whole, qtbot):
    whole.map.click(whole.map.pixel_at(115.99, 38.90))
    qtbot.waitUntil(lambda: len(whole.session.selection.candidates) > 2, timeout=5000)
    first = whole.session.selection.place_id
    whole.map.wait_for("jjjmap.page.selection.others_here > 0")  # Before, Tab leaves the map.
    whole.map.press(Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: whole.session.selection.place_id != first, timeout=5000)
    whole.map.press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: whole.session.selection.place_id == "", timeout=5000)


def test_layers_panel_and_language_act_on_the_page(whole):
    whole.session.layers.set_visible("ftz", True)
    whole.map.wait_for("jjjmap.page._visible().some(layer => layer.id === 'ftz')")
    whole.session.layers.set_opacity("zones", 0.4)
    whole.map.wait_for("jjjmap.page.layers.get('zones').opacity", 0.4)
    whole.session.workspace.set_language(Language.EN)
    whole.map.wait_for("document.querySelector('.legend-title').textContent", "Legend")
    # What the user had set outlives the change of language.
    assert whole.map.ask("jjjmap.page.layers.get('zones').opacity") == 0.4
    assert whole.map.ask("jjjmap.page.layers.get('ftz').visible") is True


def test_every_shipped_place_can_be_chosen_and_nothing_asks_for_the_network(whole, qtbot):
    for number, place_id in enumerate(whole.session.workspace.catalogue.places):
        whole.session.selection.choose(place_id, fly=False)
        if number % 50 == 0:  # Nobody is faster: a page that draws hundreds in one go seems to hang.
            whole.map.wait_for("jjjmap.page.selection.feature_id", place_id)
        name = whole.session.workspace.place(place_id).name_zh
        assert whole.details.name_label.text().replace("\u200b", "") == name
        assert whole.details.overview.toPlainText(), place_id
    whole.map.wait_for("jjjmap.page.selection.feature_id", place_id)
    assert whole.map.profile.guard.blocked == []
    assert [text for level, text in whole.map.console if level >= 40] == []


def test_a_broken_layer_file_is_named_with_line_and_reason(qtbot, tmp_path, qapp):
    broken = tmp_path / "geodata"
    shutil.copytree(GEODATA, broken)
    (broken / "platforms.geojson").write_text(
        '{"type":"FeatureCollection","features":[\n{"type":', encoding="utf-8"
    )
    (broken / "airports.geojson").unlink()
    (broken / "ftz.geojson").write_text("[]", encoding="utf-8")  # Of a layer that is hidden at first.
    session = jjjmap_app.open_session(tmp_path / "settings.json")
    window = jjjmap_app.open_window(qapp, session, layout_path=tmp_path / "window.ini", geodata=broken)
    view = window.map_view
    profile = view.page().profile()
    qtbot.waitUntil(lambda: view.channel.is_ready, timeout=20_000)
    qtbot.waitUntil(
        lambda: any("ftz" in finding.where for finding in session.workspace.findings), timeout=20_000
    )
    found = {finding.where: finding for finding in session.workspace.findings}
    driver = MapDriver(qtbot, view, profile, session.snapshot())
    shown = driver.ask("jjjmap.page._visible().filter(layer => layer.features.length).map(layer => layer.id)")
    window.close()
    delete(window)
    delete(profile)
    [where] = [where for where in found if "platforms.geojson" in where]
    assert where == "geodata/platforms.geojson:2"
    assert any("airports.geojson" in where for where in found)
    assert {"wings", "zones", "ports", "counties"} <= set(shown)
    assert not {"platforms", "airports"} & set(shown)


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
@pytest.mark.web
def test_in_a_real_window_a_real_click_fills_the_details(tmp_path):
    picture = tmp_path / "screen.png"
    reading, writing = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x900x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        display = os.read(reading, 16).decode().strip()
        environment = os.environ | {"DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb"}
        done = subprocess.run(
            [sys.executable, str(HERE / "on_screen.py"), str(picture), "port-qinhuangdao"],
            env=environment | {"PYTHONPATH": str(HERE.parent.parent)},
            capture_output=True,
            text=True,
            timeout=90,
        )
    finally:
        os.close(reading)
        screen.terminate()
        screen.wait()
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["platform"] == "xcb"
    assert seen["chosen"] == "port-qinhuangdao"
    assert "海港区" in seen["details"]
    assert seen["blocked"] == []
    assert picture.stat().st_size > 50_000


def test_shipped_layers_are_all_read_without_findings():
    from jjjmap.layers.shipped import SHIPPED_LAYERS

    for layer in SHIPPED_LAYERS:
        shipped = read_shipped_layer(layer, GEODATA)
        assert shipped.findings == (), layer.id
        assert shipped.feature_count > 0, layer.id
    assert RESOURCES.is_dir()


def test_the_map_click_of_an_unknown_feature_is_not_chosen(whole):
    whole.map.view.event_received.emit(MapClicked(1, 116.0, 39.0, (Hit("ports", "no-such-port"),)))
    assert whole.session.selection.place_id == ""
    hits = (Hit("ports", "no-such-port"), Hit("ports", "port-huanghua"))
    whole.map.view.event_received.emit(MapClicked(2, 116.0, 39.0, hits))
    assert whole.session.selection.place_id == "port-huanghua"


@pytest.mark.skipif(not hasattr(os, "kill"), reason="no process signals on this system")
def test_a_killed_page_process_comes_back_with_the_same_layers_and_selection(whole, qtbot):
    whole.session.layers.set_visible("ftz", True)
    whole.session.selection.choose("xiongan", fly=False)
    whole.map.wait_for("jjjmap.page.selection.feature_id", "xiongan")
    before = whole.map.view.page().renderProcessPid()
    os.kill(before, signal.SIGKILL)
    qtbot.waitUntil(lambda: not whole.map.view.channel.is_ready, timeout=10_000)
    qtbot.waitUntil(lambda: whole.map.view.channel.is_ready, timeout=20_000)
    assert whole.map.view.page().renderProcessPid() != before
    whole.map.wait_for("jjjmap.page.selection.feature_id", "xiongan")
    assert whole.map.ask("jjjmap.page.layers.get('ftz').visible") is True
