import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from qtpy.QtCore import Qt
from qtpy.QtWebEngineCore import QWebEnginePage
from qtpy.QtWebEngineWidgets import QWebEngineView

from jjjmap.binding import delete, is_alive
from jjjmap.i18n import Language
from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.maps.bridge import (
    CandidateStepped,
    Configure,
    DimFeatures,
    FitBounds,
    HighlightedPlace,
    HighlightPlaces,
    LayerFailed,
    MapClicked,
    SelectFeature,
    SelectionCleared,
    SetLayerOrder,
    SetLayerVisible,
    ViewMoved,
)
from jjjmap.maps.config import page_config
from jjjmap.maps.snapshot import MapSnapshot

VISIBLE = "jjjmap.page._visible().map(layer => layer.id)"


def test_the_page_asks_for_nothing_outside_the_program(map_view):
    assert map_view.profile.guard.blocked == []
    assert map_view.profile.guard.allowed_count > len(SHIPPED_LAYERS) / 2


@pytest.fixture
def listener():
    """A server on this machine that notes who calls."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_words):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield SimpleNamespace(heard=heard, address=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


class Bare(QWebEngineView):
    """A view of the same profile whose page has no policy, so that only the guard stands in the way."""

    def __init__(self, profile, html):
        super().__init__()
        self.setPage(QWebEnginePage(profile, self))
        self.setHtml(html)


def test_a_request_to_the_network_is_blocked_counted_and_not_heard(map_view, listener):
    bare = Bare(map_view.profile, f"<img src='{listener.address}/guarded.png'>")
    map_view.qtbot.waitUntil(lambda: len(map_view.profile.guard.blocked) == 1, timeout=20_000)
    assert map_view.profile.guard.blocked == [f"{listener.address}/guarded.png"]
    # Behind the guard stands another wall: Chromium itself finds no host (test_network_attacks.py).
    assert listener.heard == []
    delete(bare)


@pytest.mark.parametrize(
    "lead_away",
    [
        "location.href = TARGET",
        "location.replace('data:text/html,elsewhere')",
        "(a => { a.href = TARGET; document.body.append(a); a.click(); })(document.createElement('a'))",
        "(f => { f.action = TARGET; document.body.append(f); f.submit(); })(document.createElement('form'))",
        "window.open(TARGET)",
        "location.href = 'jjjmap://app/config.json'",
    ],
)
def test_the_page_cannot_be_led_elsewhere(map_view, listener, lead_away):
    here = map_view.view.url()
    map_view.ask("(window.sameDocument = true, 1)")
    code = lead_away.replace("TARGET", json.dumps(listener.address + "/away"))
    map_view.view.page().runJavaScript(f"{code}; 0")
    # The page answers still, and it is the same one: whatever was to happen has been refused by then.
    map_view.click(map_view.pixel_at(119.3, 38.6))
    map_view.qtbot.waitUntil(lambda: bool(map_view.of(MapClicked)), timeout=5000)
    map_view.qtbot.wait(150)
    assert map_view.ask("window.sameDocument") is True
    assert map_view.view.url() == here
    assert listener.heard == []
    map_view.console.clear()


def test_the_page_policy_stops_inline_script_and_fetches_elsewhere(map_view):
    map_view.ask("(document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran=1\">'), 1)")
    map_view.ask("(fetch('file:///etc/hostname').then(() => window.got = 1, () => window.refused = 1), 1)")
    map_view.wait_for("window.refused === 1")
    assert map_view.ask("[typeof ran, typeof got]") == ["undefined", "undefined"]
    map_view.console.clear()


def test_visible_layers_are_drawn_and_hidden_ones_are_not_fetched(map_view):
    expected = [layer.id for layer in SHIPPED_LAYERS if layer.visible]
    assert map_view.ask(VISIBLE) == expected
    assert map_view.ask("Boolean(jjjmap.page.layers.get('ftz').features)") is False
    colours = map_view.view.grab().toImage()
    seen = {colours.pixel(x, y) for x in range(0, colours.width(), 9) for y in range(0, colours.height(), 9)}
    assert len(seen) > 20


def test_showing_a_hidden_layer_fetches_it_and_hiding_removes_it(map_view):
    map_view.send(SetLayerVisible("ftz", True))
    map_view.wait_for("jjjmap.page._visible().some(layer => layer.id === 'ftz')")
    assert map_view.ask("jjjmap.page.layers.get('ftz').features.length") > 5
    map_view.send(SetLayerVisible("ftz", False))
    map_view.wait_for("!jjjmap.page._visible().some(layer => layer.id === 'ftz')")


def test_order_is_the_order_given(map_view):
    ids = map_view.ask(VISIBLE)
    turned = [*ids[:-2], ids[-1], ids[-2]]
    map_view.send(SetLayerOrder(tuple(turned)))
    map_view.wait_for(VISIBLE, turned)


def test_a_real_click_on_a_symbol_names_it_first(map_view):
    map_view.click(map_view.pixel_of_symbol("port-qinhuangdao"))
    map_view.qtbot.waitUntil(lambda: bool(map_view.of(MapClicked)), timeout=5000)
    clicked = map_view.of(MapClicked)[0]
    assert clicked.hits[0].feature_id == "port-qinhuangdao"
    assert clicked.hits[0].layer_id == "ports"


def test_clicking_twice_is_said_twice_with_rising_numbers(map_view):
    point = map_view.pixel_of_symbol("port-qinhuangdao")
    for n in (1, 2):
        map_view.click(point)
        map_view.qtbot.waitUntil(lambda n=n: len(map_view.of(MapClicked)) == n, timeout=5000)
    first, second = map_view.of(MapClicked)
    assert first.hits == second.hits
    assert second.seq > first.seq


def test_a_click_lists_all_that_overlaps_policy_areas_before_units(map_view):
    # In the sea of Xiong'an's land: the wing, then county, city, province.
    map_view.send(FitBounds(115.8, 38.8, 116.2, 39.2))
    map_view.wait_for("jjjmap.page.map.getZoom() > 9")
    map_view.click(map_view.pixel_at(115.99, 38.90))
    map_view.qtbot.waitUntil(lambda: bool(map_view.of(MapClicked)), timeout=5000)
    layers = [hit.layer_id for hit in map_view.of(MapClicked)[0].hits]
    assert layers[-4:] == ["wings", "counties", "cities", "provinces"]


def test_a_click_outside_the_region_hits_nothing(map_view):
    map_view.click(map_view.pixel_at(119.3, 38.6))
    map_view.qtbot.waitUntil(lambda: bool(map_view.of(MapClicked)), timeout=5000)
    assert map_view.of(MapClicked)[0].hits == ()


def test_tab_steps_through_overlapping_features_and_escape_clears(map_view):
    map_view.click(map_view.pixel_at(115.99, 38.90))
    map_view.qtbot.waitUntil(lambda: bool(map_view.of(MapClicked)), timeout=5000)
    # As the program answers a click on a user's feature with others below it, which the page may not know.
    map_view.send(SelectFeature("user-0a1b2c3d#7", (), 115.99, 38.90, "丙厂", others_here=1))
    map_view.wait_for("jjjmap.page.selection.others_here", 1)
    map_view.press(Qt.Key.Key_Tab)
    map_view.qtbot.waitUntil(lambda: bool(map_view.of(CandidateStepped)), timeout=5000)
    assert map_view.of(CandidateStepped)[0].step == 1
    map_view.press(Qt.Key.Key_Escape)
    map_view.qtbot.waitUntil(lambda: bool(map_view.of(SelectionCleared)), timeout=5000)


def test_pointer_and_view_are_reported(map_view):
    assert map_view.of(ViewMoved)
    point = map_view.pixel_at(116.4, 39.9)
    moved = map_view.hover_until_heard(point)
    assert moved.lon == pytest.approx(116.4, abs=0.02)
    assert moved.lat == pytest.approx(39.9, abs=0.02)


def test_selecting_an_area_highlights_its_units_and_flies_there(map_view):
    map_view.send(
        SelectFeature("xiongan", ("130629", "130632", "130638"), 115.98, 39.04, "雄安新区", fly=True)
    )
    map_view.wait_for("jjjmap.page.marked.getLayers().length > 0")
    map_view.wait_for("jjjmap.page.map.getZoom() > 8.5")
    assert map_view.ask("jjjmap.page.map.getBounds().contains([39.04, 115.98])")
    map_view.send(SelectFeature(""))
    map_view.wait_for("jjjmap.page.marked.getLayers().length === 0")


def test_selecting_a_place_of_a_hidden_layer_marks_where_it_is(map_view):
    map_view.send(SelectFeature("ftz-tianjin-dongjiang", (), 117.79, 39.0, "东疆", fly=True))
    map_view.wait_for("document.querySelectorAll('.selection-pin').length === 1")


def test_highlighted_places_are_marked_beside_the_selection(map_view):
    map_view.send(SelectFeature("xiongan", (), 115.98, 39.04))
    places = (
        HighlightedPlace("port-qinhuangdao", 119.61, 39.92),
        HighlightedPlace("binhai", 117.7, 39.03),
        HighlightedPlace("ftz-tianjin-dongjiang", 117.79, 39.0),
    )
    map_view.send(HighlightPlaces(places, ("130209",)))
    # Two areas and a mark for the place whose layer is hidden; the port has a ring on its symbol.
    map_view.wait_for("jjjmap.page.highlighted.getLayers().length", 3)
    assert map_view.ask("jjjmap.page.overlay.highlightedIds.has('port-qinhuangdao')")
    assert map_view.ask("jjjmap.page.overlay.selectedId") == "xiongan"
    map_view.send(HighlightPlaces(()))
    map_view.wait_for("jjjmap.page.highlighted.getLayers().length", 0)


def test_dimmed_features_are_faint_and_come_back(map_view):
    opacity = "jjjmap.page.layers.get('zones').paths.map(p => p.options.layerOpacity)"
    map_view.send(DimFeatures(("caofeidian", "port-qinhuangdao")))
    map_view.wait_for(f"{opacity}.filter(o => o < 0.5).length", 1)
    assert map_view.ask(
        "jjjmap.page.overlay.arrangement().symbols.filter(s => jjjmap.page.overlay.opacityOf(s) < 0.5)"
        ".map(s => s.feature.id)"
    ) == ["port-qinhuangdao"]
    map_view.send(DimFeatures(()))
    map_view.wait_for(f"{opacity}.every(o => o === 1)")


def test_no_symbol_covers_another_at_the_first_view(map_view):
    overlapping = map_view.ask(
        "(() => { const s = jjjmap.page.overlay.arrangement().symbols; let n = 0;"
        " for (let i = 0; i < s.length; i++) for (let j = 0; j < i; j++) {"
        "  const r = (s[i].look.size_px + s[j].look.size_px) / 2;"
        "  if (Math.abs(s[i].x - s[j].x) < r && Math.abs(s[i].y - s[j].y) < r) n++; } return n; })()"
    )
    assert overlapping == 0


def test_the_legend_has_a_row_for_each_class_in_use(map_view):
    rows = map_view.ask("[...document.querySelectorAll('.legend-row')].map(row => row.textContent)")
    platforms = next(layer for layer in SHIPPED_LAYERS if layer.id == "platforms")
    for symbol in platforms.style.classes:
        assert rows.count(symbol.label_zh) == 1
    map_view.send(SetLayerVisible("platforms", False))
    map_view.wait_for(
        "![...document.querySelectorAll('.legend-row')].some(row => row.textContent === '服务业')"
    )


def test_switching_the_language_changes_words_and_keeps_the_page(map_view):
    map_view.ask("(window.sameDocument = true, 1)")
    snapshot = MapSnapshot(first_view(SHIPPED_LAYERS), Language.EN)
    map_view.send(Configure(page_config(snapshot)))
    map_view.wait_for("document.documentElement.lang === 'en'")
    map_view.wait_for("document.querySelector('.legend-title').textContent === 'Legend'")
    map_view.wait_for("jjjmap.page.overlay.arrangement().labels.some(l => l.text === 'Hebei')")
    assert map_view.ask("window.sameDocument") is True


def test_a_broken_layer_is_named_and_the_rest_is_shown(map_page):
    map_page.replaced_layers["platforms"] = b'{"type": "FeatureCollection", "features": ['
    map_page.open()
    failed = map_page.of(LayerFailed)
    assert [event.layer_id for event in failed] == ["platforms"]
    assert "wings" in map_page.ask(VISIBLE)


def test_hostile_values_are_text_on_the_map(map_page):
    evil = "<img src=x onerror='window.ran=1'>${window.ran=1}</script><script>window.ran=1</script>"
    feature = {
        "type": "Feature",
        "id": "evil",
        "properties": {"name_zh": evil, "short_zh": evil, "precision": "site", "category": evil},
        "geometry": {"type": "Point", "coordinates": [119.0, 38.4]},
    }
    map_page.replaced_layers["ports"] = json.dumps(
        {"type": "FeatureCollection", "features": [feature]}
    ).encode()
    map_page.open()
    point = map_page.pixel_of_symbol("evil")
    map_page.hover(point)
    map_page.wait_for("!document.querySelector('.feature-tip').hidden")
    assert map_page.ask("document.querySelector('.feature-tip').textContent") == evil
    map_page.click(point)
    map_page.qtbot.waitUntil(lambda: bool(map_page.of(MapClicked)), timeout=5000)
    assert map_page.ask("typeof window.ran") == "undefined"


def test_words_outside_the_protocol_are_dropped_and_the_channel_lives_on(map_view):
    map_view.ask("(jjjmap.page.say('Nonsense', {}), 1)")
    map_view.ask("(jjjmap.page.say('MapClicked', {lon: 'x', lat: 0, hits: []}), 1)")
    map_view.ask("(jjjmap.page.say('LayerFailed', {layer_id: 'a', reason: 'x'.repeat(9000)}), 1)")
    map_view.click(map_view.pixel_at(119.3, 38.6))
    map_view.qtbot.waitUntil(lambda: bool(map_view.of(MapClicked)), timeout=5000)
    assert len(map_view.of(MapClicked)) == 1
    assert map_view.of(LayerFailed) == []


def test_a_page_cannot_delete_nor_name_its_bridge(map_view):
    map_view.ask(
        "(new QWebChannel(qt.webChannelTransport, c => { const { bridge } = c.objects;"
        " bridge.destroyed.connect(() => window.gone = true); bridge.objectName = 'x'.repeat(1e6);"
        " bridge.deleteLater(); bridge.deleteLater(); bridge.say('{}'); window.done = true; }), 1)"
    )
    map_view.wait_for("window.done === true")
    bridge = map_view.view.channel._bridge
    map_view.qtbot.waitUntil(lambda: bridge.objectName() == "", timeout=5000)
    map_view.click(map_view.pixel_at(119.3, 38.6))
    map_view.qtbot.waitUntil(lambda: bool(map_view.of(MapClicked)), timeout=5000)
    assert is_alive(bridge)
    assert map_view.ask("typeof gone") == "undefined"
    # The second channel has taken the page's ear, which harms the page alone; loaded anew it hears again.
    map_view.view.open_map()
    map_view.qtbot.waitUntil(lambda: map_view.view.channel.is_ready, timeout=20_000)
    map_view.send(SetLayerVisible("ftz", True))
    map_view.wait_for("jjjmap.page.layers.get('ftz').visible")
    assert map_view.view.channel._bridge is bridge
