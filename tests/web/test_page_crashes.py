"""The page's process ends or hangs, and is there again with everything that was on the map."""

import os
import signal
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from map_driver import WAIT_MS, MapDriver
from qtpy.QtCore import QTimer
from qtpy.QtWebEngineCore import QWebEnginePage

from jjjmap import app as jjjmap_app
from jjjmap.binding import delete
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.opening.records import FileFormat, LayerFacts
from jjjmap.layers.style import Geometry
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.user_layer import first_look, first_style
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.ui.map_lost_notice import MapLostNotice
from jjjmap.web import heartbeat, view
from jjjmap.web.page_calls import ask_page
from jjjmap.web.view import CALM_S, MAX_CRASHES

STATE = """(() => { const p = jjjmap.page, c = p.map.getCenter();
  return { zoom: p.map.getZoom().toFixed(4), at: [c.lng, c.lat],
    visible: p._visible().map((layer) => layer.id), opacity: p.layers.get('zones').opacity,
    selected: p.selection.feature_id, marked: p.highlight.places.map((place) => place.feature_id),
    dimmed: [...p.dimmed].sort(), tally: p.tallied && p.tallied.title, rows: ROWS }; })()"""

RESTORED_MS = 60_000
"""On a machine that is busy with ten other things."""
FILTER = Filter((Condition(FilterOp.EQUALS, "名称", ("甲厂",)),))


def add_layer(store: UserLayerStore) -> str:
    """Keep three firms as a layer and return its id."""
    names = pa.table({"名称": ["甲厂", "乙厂", "甲厂"]})
    table = FeatureTable(names, Geometry.POINT, np.array([116.0, 117.0, 117.3]), np.array([39.0, 39.2, 39.4]))
    folder = store.new_folder()
    (folder / "part").mkdir()
    write_table(folder / "part", table)
    facts = LayerFacts(
        "企业", "企业.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, table.geometry, table.columns,
        len(table), 1, 0, 0, (116.0, 39.0, 117.3, 39.4), "ab" * 32, "2026-01-02",
    )  # fmt: skip
    style = first_style(facts, 0)
    stored = store.adopt(folder / "part", facts, style, first_look(facts, style))
    folder.rmdir()
    return stored.id


@pytest.fixture
def whole(qtbot, qapp, tmp_path) -> Iterator[SimpleNamespace]:
    """The program as `app.run` builds it, with a user's layer, its map loaded."""
    layer_id = add_layer(UserLayerStore(tmp_path / "layers"))
    session = jjjmap_app.open_session(
        tmp_path / "settings.json", layers_path=tmp_path / "layers", library_path=tmp_path / "l.sqlite"
    )
    window = jjjmap_app.open_window(qapp, session, layout_path=tmp_path / "window.ini")
    window.resize(1280, 800)
    view = window.map_view
    profile = view.page().profile()
    driver = MapDriver(qtbot, view, profile, session.snapshot())
    qtbot.waitUntil(lambda: view.channel.is_ready, timeout=WAIT_MS)
    restored: list[float] = []
    view.page_restored.connect(restored.append)
    yield SimpleNamespace(
        window=window, session=session, map=driver, view=view, layer_id=layer_id, restored=restored
    )
    window.close()
    delete(window)
    delete(profile)


def test_a_page_that_hangs_is_noticed_and_comes_back_as_it_was(whole, qtbot, capsys):
    session, layer = whole.session, whole.layer_id
    rows = "(d => d && d.rows && d.isPainted() && [d.rows.counts, d.rows.selected])"
    state = STATE.replace("ROWS", f"{rows}(p.layers.get('{layer}').drawing)")
    session.layers.set_visible("ftz", True)
    session.layers.set_opacity("zones", 0.4)
    session.layers.set_visible(layer, True)
    session.user_layers.set_filter(layer, FILTER)
    session.user_layers.select_rows(layer, [0, 2])
    session.highlight.show(["xiongan", "port-tianjin"], "两处")
    session.tally.show({"xiongan": 3, "130100": 5}, "提及")
    session.timeline.go_to(session.timeline.position_count // 2)
    session.selection.choose("port-qinhuangdao", fly=False)
    whole.map.ask("(jjjmap.page.map.setView([39.2, 117.1], 8.5, { animate: false }), 1)")
    whole.map.wait_for("jjjmap.page.selection.feature_id", "port-qinhuangdao")
    whole.map.wait_for("jjjmap.page.tallied && jjjmap.page.tallied.title", "提及")
    whole.map.wait_for(f"Boolean({state}.rows) && {state}.dimmed.length > 0")
    before = whole.map.ask(state)
    silences: list[float] = []
    whole.view.heartbeat.hung.connect(silences.append)
    whole.view.page().runJavaScript("window.old = true; while (true) {}")
    qtbot.waitUntil(lambda: bool(whole.restored), timeout=RESTORED_MS)
    whole.map.wait_for(f"Boolean({state}.rows && {state}.selected && {state}.tally)")
    assert whole.map.ask("typeof old") == "undefined"
    after = whole.map.ask(state)
    assert after.pop("at") == pytest.approx(before.pop("at"), abs=0.004)  # A pixel.
    assert after == before
    assert before["rows"] == [[2], 2] and before["visible"][-1] == layer and before["tally"] == "提及"
    with capsys.disabled():
        sys.stdout.write(f"\nhang noticed after {silences[0]:.1f} s, map back in {whole.restored[0]:.2f} s\n")


def test_a_page_killed_while_it_loads_and_pans_comes_back_each_time(whole, qtbot):
    for after_ms in (0, 15, 60):  # While it loads.
        whole.restored.clear()
        whole.view.open_map()
        QTimer.singleShot(after_ms, lambda: kill(whole.view))
        qtbot.waitUntil(lambda: whole.view.channel.is_ready and not whole.view._lost_at, timeout=RESTORED_MS)
    whole.view._crashes = 0
    for _time in range(2):  # While it pans.
        whole.restored.clear()
        whole.map.ask("(setInterval(() => jjjmap.page.map.panBy([3, 2], { animate: false }), 1), 1)")
        kill(whole.view)
        qtbot.waitUntil(lambda: bool(whole.restored), timeout=RESTORED_MS)
    assert whole.map.ask("jjjmap.page._visible().length") > 3


def test_a_page_that_ends_again_and_again_is_given_up_with_a_way_back(whole, qtbot):
    notice = whole.view.findChild(MapLostNotice)
    for _time in range(MAX_CRASHES):
        whole.restored.clear()
        kill(whole.view)
        qtbot.waitUntil(lambda: bool(whole.restored), timeout=RESTORED_MS)
        assert not notice.isVisible()
    with qtbot.waitSignal(whole.view.page_lost, timeout=WAIT_MS):
        kill(whole.view)
    assert notice.isVisible() and notice.size() == whole.view.size()
    assert "page-lost" in [found.code for found in whole.session.workspace.findings]
    # The lists go on; what they say reaches the map when it is there again.
    whole.session.selection.choose("xiongan", fly=False)
    assert "雄安" in whole.window.details_panel.name_label.text()
    notice.button.click()
    qtbot.waitUntil(lambda: whole.view.channel.is_ready, timeout=WAIT_MS)
    assert not notice.isVisible()
    whole.map.wait_for("jjjmap.page.selection.feature_id", "xiongan")


def test_a_page_is_given_up_however_slowly_it_hangs_each_time(map_page, qtbot, monkeypatch):
    loaded, lost, clock = [], [], [1_000.0]
    monkeypatch.setattr(map_page.view, "open_map", lambda: loaded.append(clock[0]))
    monkeypatch.setattr(view.time, "monotonic", lambda: clock[0])
    map_page.view.page_lost.connect(lambda: lost.append(clock[0]))
    ended = QWebEnginePage.RenderProcessTerminationStatus.CrashedTerminationStatus
    for after_s in (0.0, CALM_S - 30, CALM_S + 1, *[CALM_S - 1] * MAX_CRASHES):
        assert lost == []
        clock[0] += after_s
        map_page.view._notice_crash(ended, 1)
    assert lost == [clock[0]]
    qtbot.waitUntil(lambda: len(loaded) == 2 + MAX_CRASHES)


def test_a_page_that_hung_before_it_was_there_is_tried_once_more_for_nothing(map_page, qtbot, monkeypatch):
    loaded, lost, ended = [], [], []
    monkeypatch.setattr(map_page.view, "open_map", lambda: loaded.append(len(loaded)))
    monkeypatch.setattr(view, "end_process", ended.append)
    map_page.view.page_lost.connect(lambda: lost.append(len(loaded)))
    crashed = QWebEnginePage.RenderProcessTerminationStatus.CrashedTerminationStatus
    for _time in range(MAX_CRASHES):
        map_page.view._notice_crash(crashed, 9)
    for _time in range(2):  # Both hang while they load: the first is not counted, the second is.
        assert lost == []
        map_page.view.heartbeat.hung.emit(8.0)
        map_page.view._notice_crash(crashed, 9)
    assert lost and len(ended) == 2
    qtbot.waitUntil(lambda: len(loaded) == MAX_CRASHES + 1)


def test_a_page_that_says_too_much_is_ended_and_the_window_stays_usable(whole, qtbot, caplog):
    beats: list[int] = []
    ticks = QTimer()
    ticks.timeout.connect(lambda: beats.append(1))
    ticks.start(20)
    whole.view.page().runJavaScript(
        "new QWebChannel(qt.webChannelTransport, (c) => { const go = () => { for (let i = 0; i < 3000; i++)"
        " c.objects.bridge.say('{}'); setTimeout(go, 0); }; go(); })"
    )
    qtbot.waitUntil(lambda: bool(whole.restored), timeout=RESTORED_MS)
    assert len(beats) > 5  # The window had its turns meanwhile.
    lines = [record for record in caplog.records if record.name == "jjjmap.web.channel"]
    assert len(lines) < 200
    assert whole.map.ask("jjjmap.page._visible().length") > 3


def test_a_call_into_a_page_that_does_not_answer_is_given_up_once(map_view):
    said: list[object] = []
    page = map_view.view.page()
    with map_view.qtbot.waitCallback(timeout=WAIT_MS) as late:
        page.runJavaScript("const ends = Date.now() + 1500; while (Date.now() < ends) {}")
        ask_page(page, "1", said.append, late=late, limit_s=0.2)
    assert said == []
    with map_view.qtbot.waitCallback(timeout=WAIT_MS) as answered:
        ask_page(page, "1 + 1", answered, late=lambda: said.append("late"))
    assert answered.args == [2]
    assert said == []


def test_only_one_function_runs_scripts_in_pages():
    root = jjjmap_app.RESOURCES.parent / "jjjmap"
    users = [path for path in root.rglob("*.py") if ".runJavaScript(" in path.read_text(encoding="utf-8")]
    assert [path.name for path in users] == ["page_calls.py"]


def test_a_stopped_page_is_not_ended_and_answers_when_it_goes_on(map_page, qtbot, monkeypatch):
    monkeypatch.setattr(heartbeat, "STILL_S", 3.0)
    map_page.view._is_watched = True
    map_page.open()
    process = map_page.view.page().renderProcessPid()
    os.kill(process, signal.SIGSTOP)
    try:
        qtbot.wait(5500)
    finally:
        os.kill(process, signal.SIGCONT)
    assert map_page.ask("1 + 1") == 2
    assert map_page.view.page().renderProcessPid() == process


def kill(view) -> None:
    process = view.page().renderProcessPid()
    if process > 0:
        os.kill(process, signal.SIGKILL)
