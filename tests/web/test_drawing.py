"""What is on the canvas: paths, pixels, marks and names."""

import json

import pytest
from map_driver import color_at, is_near
from qtpy.QtGui import QColor

from jjjmap.i18n import Language
from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.style import Geometry
from jjjmap.maps.bridge import (
    FitBounds,
    LayerFailed,
    SelectFeature,
    SetLayerOpacity,
    SetLayerOrder,
    SetLayerVisible,
)
from jjjmap.maps.snapshot import REGION_BOUNDS, MapSnapshot

DRAWN = """(() => {
let n = 0;
for (let o = jjjmap.page.canvas._drawFirst; o; o = o.next) n += o.layer !== jjjmap.page.neatLine;
return n; })()"""
KNOWN = "jjjmap.page._drawn().reduce((n, layer) => n + layer.paths.length, 0)"
PINS = "document.querySelectorAll('.selection-pin').length"
LABELS = "jjjmap.page.overlay.arrangement().labels"
FORCED = "jjjmap.page.overlay.forcedLabel()?.text ?? null"
REGION = FitBounds(REGION_BOUNDS.west, REGION_BOUNDS.south, REGION_BOUNDS.east, REGION_BOUNDS.north)

SQUARE = [[[116.0, 38.4], [117.0, 38.4], [117.0, 39.4], [116.0, 39.4], [116.0, 38.4]]]
INSIDE = (116.3, 38.7)


def layer_of(geometry):
    """Return a layer file with one feature."""
    feature = {"type": "Feature", "id": "jia", "properties": {"name_zh": "甲"}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def fill_of(layer_id):
    layer = next(layer for layer in SHIPPED_LAYERS if layer.id == layer_id)
    assert layer.style.classes[0].fill_opacity == 1
    return QColor(layer.style.classes[0].fill)


@pytest.fixture
def two_squares(map_page):
    """Two opaque layers that hold the same square, above all others."""
    for layer_id in ("sea", "neighbours"):
        map_page.replaced_layers[layer_id] = layer_of({"type": "Polygon", "coordinates": SQUARE})
    map_page.open()
    map_page.others = [layer.id for layer in SHIPPED_LAYERS if layer.id not in ("sea", "neighbours")]
    for layer_id in map_page.others:
        map_page.send(SetLayerVisible(layer_id, False))
    map_page.wait_for(KNOWN, 2)
    return map_page


def test_the_layer_that_comes_last_in_the_order_is_seen(two_squares):
    qtbot = two_squares.qtbot
    for top, bottom in (("neighbours", "sea"), ("sea", "neighbours")):
        two_squares.send(SetLayerOrder((*two_squares.others, bottom, top)))
        qtbot.waitUntil(lambda top=top: is_near(color_at(two_squares, *INSIDE), fill_of(top)), timeout=10_000)


def test_opacity_lets_what_lies_below_be_seen_by_its_share(two_squares):
    two_squares.send(SetLayerOrder((*two_squares.others, "neighbours", "sea")))
    over, under = fill_of("sea"), fill_of("neighbours")
    for opacity in (1.0, 0.5, 0.0):
        two_squares.send(SetLayerOpacity("sea", opacity))
        mixed = QColor(
            *(
                round(opacity * a + (1 - opacity) * b)
                for a, b in zip(over.getRgb()[:3], under.getRgb()[:3], strict=True)
            )
        )
        two_squares.qtbot.waitUntil(
            lambda mixed=mixed: is_near(color_at(two_squares, *INSIDE), mixed), timeout=10_000
        )


def test_a_layer_that_is_toggled_while_it_is_fetched_leaves_no_paths_behind(map_view):
    layer = next(
        layer for layer in SHIPPED_LAYERS if not layer.visible and layer.geometry is Geometry.POLYGON
    )
    for visible in (True, False, True):
        map_view.send(SetLayerVisible(layer.id, visible))
    map_view.wait_for(f"Boolean(jjjmap.page.layers.get('{layer.id}').features)")
    map_view.wait_for(f"jjjmap.page._visible().some(({{id}}) => id === '{layer.id}')")
    assert map_view.ask(DRAWN) == map_view.ask(KNOWN)
    map_view.send(SetLayerVisible(layer.id, False))
    map_view.wait_for(f"jjjmap.page._visible().some(({{id}}) => id === '{layer.id}')", False)
    map_view.wait_for(f"{DRAWN} === {KNOWN}")


@pytest.mark.parametrize("geometry", [None, {"type": "Point", "coordinates": [116, 39]}])
def test_a_geometry_that_does_not_fit_its_layer_is_told_and_the_rest_is_shown(map_page, geometry):
    map_page.replaced_layers["zones"] = layer_of(geometry)
    map_page.open()
    assert [event.layer_id for event in map_page.of(LayerFailed)] == ["zones"]
    expected = [layer.id for layer in SHIPPED_LAYERS if layer.visible]
    assert map_page.ask("jjjmap.page._visible().map(layer => layer.id)") == expected
    assert map_page.ask("jjjmap.page.layers.get('wings').paths.length") == 2
    assert map_page.console == []


def test_a_pin_stands_where_the_chosen_place_is_while_its_layer_is_hidden(map_view):
    map_view.send(SelectFeature("port-qinhuangdao", (), 119.61, 39.92, "秦皇岛港"))
    map_view.wait_for("jjjmap.page.overlay.selectedId", "port-qinhuangdao")
    assert map_view.ask(PINS) == 0
    for visible in (False, True, False):
        map_view.send(SetLayerVisible("ports", visible))
        map_view.wait_for(PINS, 0 if visible else 1)
    map_view.send(SelectFeature(""))
    map_view.wait_for(PINS, 0)


@pytest.mark.parametrize("language", list(Language))
def test_wings_zones_and_provinces_are_labelled_at_the_first_view(map_page, language):
    map_page.snapshot = MapSnapshot(first_view(SHIPPED_LAYERS), language)
    map_page.open()
    labels = map_page.ask(f"{LABELS}.map(l => l.layer.id)")
    assert labels.count("wings") == 2
    assert labels.count("zones") == 4
    assert labels.count("provinces") == 3


@pytest.mark.parametrize("zoom", [None, 7, 8, 9])
def test_no_name_covers_another_or_a_symbol_or_leaves_the_sheet(map_view, zoom):
    if zoom:
        map_view.ask(f"(jjjmap.page.map.setZoom({zoom}, {{animate: false}}), 1)")
        map_view.wait_for(f"jjjmap.page.map.getZoom() === {zoom}")
    covered, outside = map_view.ask(
        "(() => { const {labels, symbols} = jjjmap.page.overlay.arrangement(), {map, sheet} = jjjmap.page;"
        " const half = s => s.look.size_px / 2;"
        " const boxes = labels.map(l => l.box).concat("
        "symbols.map(s => [s.x - half(s), s.y - half(s), s.x + half(s), s.y + half(s)]));"
        " const bad = []; for (let i = 0; i < labels.length; i++)"
        "  for (let j = 0; j < boxes.length; j++)"
        "  if (i !== j && boxes[i][0] < boxes[j][2] && boxes[i][2] > boxes[j][0]"
        "   && boxes[i][1] < boxes[j][3] && boxes[i][3] > boxes[j][1]) bad.push(labels[i].text);"
        " const a = map.project(sheet.getNorthWest()), b = map.project(sheet.getSouthEast());"
        " const off = labels.filter(({box}) => box[0] < a.x || box[1] < a.y || box[2] > b.x || box[3] > b.y);"
        " return [bad, off.map(l => l.text)]; })()"
    )
    assert covered == []
    assert outside == []


def test_the_name_of_the_chosen_place_is_written_though_there_is_no_room_for_it(map_view):
    [unnamed] = map_view.ask(
        f"(() => {{ const {{symbols}} = jjjmap.page.overlay.arrangement(), named = new Set({LABELS}"
        ".map(l => l.feature.id)); return symbols.filter(s => s.layer.selectable && !named.has(s.feature.id))"
        ".slice(0, 1).map(s => [s.feature.id, ...s.feature.geometry.coordinates]); })()"
    )
    place_id, lon, lat = unnamed
    beside = map_view.pixel_of_symbol(place_id)

    def dark_pixels_beside():
        picture = map_view.view.grab().toImage()
        row = [
            picture.pixelColor(beside.x() + dx, beside.y() + dy) for dx in range(16, 60) for dy in (-3, 0, 3)
        ]
        return sum(color.lightness() < 70 for color in row)

    before = dark_pixels_beside()
    assert map_view.ask(FORCED) is None
    map_view.send(SelectFeature(place_id, (), lon, lat, "甲乙丙丁"))
    map_view.wait_for(FORCED, "甲乙丙丁")
    map_view.qtbot.waitUntil(lambda: dark_pixels_beside() > before + 15, timeout=10_000)
    map_view.send(SelectFeature(""))
    map_view.wait_for(FORCED, None)
    map_view.qtbot.waitUntil(lambda: dark_pixels_beside() <= before, timeout=10_000)


def test_the_name_of_a_chosen_place_without_a_symbol_is_written_and_none_is_written_twice(map_view):
    map_view.send(SelectFeature("ftz-tianjin-dongjiang", (), 117.79, 39.0, "东疆"))
    map_view.wait_for(FORCED, "东疆")
    [named] = map_view.ask(f"{LABELS}.filter(l => l.layer.id === 'zones').slice(0, 1).map(l => l.feature.id)")
    map_view.send(SelectFeature(named, (), 117.7, 39.0, "甲"))
    map_view.wait_for("jjjmap.page.overlay.selectedId", named)
    assert map_view.ask(FORCED) is None


def test_the_name_of_a_chosen_place_at_the_edge_of_the_sheet_stands_on_its_inner_side(map_view):
    side = (
        "Math.sign(jjjmap.page.overlay.forcedLabel().textX"
        " - jjjmap.page.map.project([38.0, jjjmap.page.selection.lon], jjjmap.page.map.getZoom()).x)"
    )
    for lon, expected in ((116.0, 1), (120.1, -1)):
        map_view.send(SelectFeature("somewhere", (), lon, 38.0, "甲乙丙丁"))
        map_view.wait_for("jjjmap.page.selection.lon", lon)
        map_view.wait_for(side, expected)
