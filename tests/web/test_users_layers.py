"""Layers that users bring, on a real page: painted, chosen, filtered, restyled, removed."""

import threading

import numpy as np
import pyarrow as pa
import pytest
import shapely
from map_driver import color_at, is_near
from qtpy.QtGui import QColor

from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import Layer, LayerGroup, LayerView
from jjjmap.layers.style import Geometry, LabelStyle, LayerStyle, SymbolClass
from jjjmap.layers.styling.user_style import Density
from jjjmap.maps.bridge import (
    Configure,
    FitLayer,
    LayerDrawn,
    LayerFailed,
    MapClicked,
    RefreshRows,
    RemoveLayer,
    SelectFeature,
    SetLayerOpacity,
    SetLayerVisible,
    ShowTip,
)
from jjjmap.maps.config import style_config
from jjjmap.maps.drawing.drawn_layer import DrawnLayer
from jjjmap.maps.snapshot import Bounds, MapSnapshot

ID = "user-0000000a"
RED, BLUE = "#d00000", "#0000d0"
STYLE = LayerStyle(
    tuple(
        SymbolClass(str(i), label, label, color, "", 0.0, 1.0, size_px=20.0)
        for i, (label, color) in enumerate((("红", RED), ("蓝", BLUE)))
    ),
    label=LabelStyle(),
)
DRAWING = f"jjjmap.page.layers.get('{ID}').drawing"
LEGEND = "document.querySelector('.legend').textContent"
LON, LAT = np.array([116.0, 117.0, 117.5]), np.array([39.0, 39.0, 38.5])


def points(lon=LON, lat=LAT):
    return FeatureTable(pa.table({"name": [f"企业{i}" for i in range(len(lon))]}), Geometry.POINT, lon, lat)


def areas():
    shapes = [shapely.box(115.5, 38.5, 116.5, 39.5), shapely.box(116.8, 38.8, 117.2, 39.2)]
    wkb = pa.chunked_array([pa.array(shapely.to_wkb(shapes), pa.binary())])
    return FeatureTable(pa.table({"name": ["甲县", "乙县"]}), Geometry.POLYGON, wkb=wkb)


class Users:
    """A user's layer alone on the map."""

    def __init__(self, page) -> None:
        self.page = page
        self.views = ()

    def show(self, table, **look):
        self.begin(table, **look)
        self.wait_painted()

    def begin(self, table, *, style=STYLE, revision=0, **rows):
        self.layer = DrawnLayer(table)
        self.classes = (np.arange(len(table)) % 2).astype(np.uint8)
        self.layer.set_rows(self.classes, style=style, **rows)
        self.page.drawn[f"{ID}/{revision}"] = self.layer
        layer = Layer(
            ID, "我的企业", "My firms", LayerGroup.USER, "", table.geometry, style, revision=revision
        )
        self.page.snapshot = MapSnapshot(
            (LayerView(layer, True, 1.0),), Language.ZH, Bounds(115, 38, 118, 40)
        )
        if self.page.view.channel.is_ready:
            self.page.send(Configure(self.page.config()))
        else:
            self.page.open()

    def wait_painted(self):
        self.page.wait_for(f"{DRAWING} && {DRAWING}.isPainted()")

    def refresh(self, revision=0, style=None):
        self.page.send(RefreshRows(ID, revision, style))

    def wait_color(self, lon, lat, color, by=12):
        self.page.qtbot.waitUntil(
            lambda: is_near(color_at(self.page, lon, lat), QColor(color), by), timeout=10_000
        )


@pytest.fixture
def users(map_page):
    yield (made := Users(map_page))
    assert [text for level, text in map_page.console if level >= 40] == []
    del made


def test_points_are_painted_where_they_are_in_the_colour_of_their_class(users):
    users.show(points())
    for lon, lat, color in zip(LON, LAT, (RED, BLUE, RED), strict=True):
        users.wait_color(lon, lat, color)
    assert not is_near(color_at(users.page, 116.5, 39.0), QColor(RED), 60)


def test_between_whole_zooms_symbols_keep_their_size(users):
    users.show(points())
    for zoom in (8.0, 8.4, 7.6):
        users.page.ask(f"(jjjmap.page.map.setView([39, 116], {zoom}, {{animate: false}}), 1)")
        users.wait_painted()
        users.wait_color(116.0, 39.0, RED)
        middle = users.page.pixel_at(116.0, 39.0)
        image = users.page.view.grab().toImage()
        wide = sum(
            is_near(image.pixelColor(middle.x() + dx, middle.y()), QColor(RED), 40) for dx in range(-30, 31)
        )
        assert 18 <= wide <= 22, zoom


def test_areas_are_painted_and_cut_nowhere(users):
    users.show(areas())
    for lon in np.linspace(115.55, 116.45, 12):
        users.wait_color(float(lon), 39.0, RED)
    users.wait_color(117.0, 39.0, BLUE)


def test_a_filter_takes_features_away_and_back_without_fetching_positions_again(users):
    users.show(points())
    users.wait_color(117.0, 39.0, BLUE)
    positions = users.page.ask(f"(window.before = {DRAWING}.points, 1)")
    users.layer.set_hidden(np.array([False, True, False]))
    users.refresh()
    users.page.qtbot.waitUntil(
        lambda: not is_near(color_at(users.page, 117.0, 39.0), QColor(BLUE), 60), timeout=10_000
    )
    users.wait_color(116.0, 39.0, RED)
    assert positions and users.page.ask(f"window.before === {DRAWING}.points")
    users.page.qtbot.waitUntil(
        lambda: [told.total for told in users.page.of(LayerDrawn)][-1:] == [2], timeout=5000
    )


def test_a_chosen_feature_is_ringed_without_painting_the_others_anew(users):
    users.show(points())
    users.wait_color(117.0, 39.0, BLUE)
    users.page.ask(f"(window.painted = 0, {DRAWING}.grid.on('painted', () => window.painted++), 1)")
    users.layer.set_selected(np.array([False, True, False]))
    users.refresh()
    users.page.wait_for(f"{DRAWING}.map.hasLayer({DRAWING}.marks) && {DRAWING}.isPainted()")
    middle = users.page.pixel_at(117.0, 39.0)

    def ringed():
        image = users.page.view.grab().toImage()
        return min(image.pixelColor(middle.x() + d, middle.y()).value() for d in range(12, 20)) < 100

    users.page.qtbot.waitUntil(ringed, timeout=10_000)
    assert users.page.ask("window.painted") == 0
    users.layer.set_selected(np.zeros(3, bool))
    users.refresh()
    users.page.wait_for(f"{DRAWING}.map.hasLayer({DRAWING}.marks)", False)


def test_a_new_style_colours_map_and_legend(users):
    users.show(points())
    users.page.wait_for(f"{LEGEND}.includes('红') && {LEGEND}.includes('我的企业')")
    style = LayerStyle((SymbolClass("*", "全部", "All", "#00a000", "", 0.0, 1.0, size_px=20.0),))
    users.layer.set_rows(np.zeros(3, np.uint8), style=style)
    users.refresh(style=style_config(style, Language.ZH))
    users.wait_color(117.0, 39.0, "#00a000")
    users.page.wait_for(f"{LEGEND}.includes('全部') && !{LEGEND}.includes('红')")


def test_the_legend_shows_the_classes_in_use_only(users):
    users.show(points())
    users.page.wait_for(f"{LEGEND}.includes('蓝')")
    users.layer.set_hidden(np.array([False, True, False]))
    users.refresh()
    users.page.wait_for(f"{LEGEND}.includes('红') && !{LEGEND}.includes('蓝')")


def test_hexagons_say_what_their_colours_mean(users):
    drawn = np.random.default_rng(2)
    users.show(points(drawn.normal(116.5, 0.2, 3000), drawn.normal(39, 0.2, 3000)), density=Density.HEX)
    users.page.wait_for(f"{LEGEND}.includes('每个六边形') || {LEGEND}.includes('hexagon')")
    users.page.wait_for(f"{LEGEND}.includes('≥')")
    middle = users.page.pixel_at(116.5, 39.0)
    seen = lambda: users.page.view.grab().toImage().pixelColor(middle)  # noqa: E731
    users.page.qtbot.waitUntil(lambda: seen().red() < 120, timeout=10_000)


def test_heat_is_hottest_where_most_points_are(users):
    drawn = np.random.default_rng(2)
    users.show(points(drawn.normal(116.5, 0.05, 3000), drawn.normal(39, 0.05, 3000)), density=Density.HEAT)
    users.page.qtbot.waitUntil(lambda: color_at(users.page, 116.5, 39.0).green() < 140, timeout=10_000)
    assert color_at(users.page, 115.5, 38.5).green() > 200


def test_names_are_written_beside_features_as_text(users):
    evil = "<img src=x onerror='window.ran=1'>"
    table = FeatureTable(pa.table({"name": ["甲厂", evil, None]}), Geometry.POINT, LON, LAT)
    users.show(table, label_column="name")
    users.page.wait_for(f"{DRAWING}.names.written.map(({{text}}) => text).sort()", sorted([evil, "甲厂"]))
    assert users.page.ask("typeof window.ran") == "undefined"


def test_the_name_of_the_chosen_feature_is_written_once(users):
    users.show(points(), label_column="name")
    written = f"{DRAWING}.names.written.map(({{row}}) => row).sort()"
    users.page.wait_for(written, [0, 1, 2])
    users.page.send(SelectFeature(f"{ID}#1", (), 117.0, 39.0, "企业1", False))
    users.page.wait_for(written, [0, 2])
    users.page.send(SelectFeature(""))
    users.page.wait_for(written, [0, 1, 2])


def test_a_click_and_the_pointer_tell_the_zoom(users):
    users.show(points())
    users.page.click(users.page.pixel_at(117.0, 39.0))
    users.page.qtbot.waitUntil(lambda: bool(users.page.of(MapClicked)), timeout=5000)
    clicked = users.page.of(MapClicked)[-1]
    assert clicked.zoom == pytest.approx(users.page.ask("jjjmap.page.map.getZoom()"))
    assert users.layer.hits(clicked.lon, clicked.lat, clicked.zoom, 4) == [1]
    assert users.page.hover_until_heard(users.page.pixel_at(117.0, 39.0)).zoom == clicked.zoom


def test_the_programs_tip_is_shown_at_the_pointer_as_text_and_goes_with_it(users):
    users.show(points())
    tip = "document.querySelector('.feature-tip')"
    evil = "<b>甲厂</b>"
    moved = users.page.hover_until_heard(users.page.pixel_at(117.0, 39.0))
    # An answer to where the pointer was before comes too late.
    users.page.send(ShowTip(moved.lon + 0.1, moved.lat, "旧"))
    users.page.send(ShowTip(moved.lon, moved.lat, evil))
    users.page.wait_for(f"{tip}.hidden ? '' : {tip}.textContent", evil)
    assert users.page.ask(f"{tip}.children.length") == 0
    users.page.hover(users.page.pixel_at(115.3, 38.2))
    users.page.wait_for(f"{tip}.hidden")


def test_a_style_that_comes_while_the_layer_is_still_fetched_is_not_lost(users, monkeypatch):
    users.show(points())
    begun, may_end = threading.Event(), threading.Event()
    answer = users.page.answer

    def slow(path):
        found = answer(path)
        if path.endswith("1/rows.bin") and not begun.is_set():
            begun.set()
            assert may_end.wait(20)
        return found

    monkeypatch.setattr(users.page, "answer", slow)
    users.begin(points(), revision=1)
    users.page.qtbot.waitUntil(begun.is_set, timeout=5000)
    users.layer.set_rows(np.zeros(3, np.uint8), style=STYLE)
    users.refresh(revision=1)
    users.page.ask("1")
    may_end.set()
    users.wait_color(117.0, 39.0, RED)


def test_hiding_opacity_and_removal_are_seen(users):
    users.show(points())
    users.wait_color(117.0, 39.0, BLUE)
    users.page.send(SetLayerOpacity(ID, 0.3))
    users.page.qtbot.waitUntil(
        lambda: not is_near(color_at(users.page, 117.0, 39.0), QColor(BLUE), 60), timeout=10_000
    )
    users.page.send(SetLayerOpacity(ID, 1.0))
    users.wait_color(117.0, 39.0, BLUE)
    users.page.send(SetLayerVisible(ID, False))
    users.page.qtbot.waitUntil(
        lambda: not is_near(color_at(users.page, 117.0, 39.0), QColor(BLUE), 60), timeout=10_000
    )
    users.page.send(SetLayerVisible(ID, True))
    users.wait_color(117.0, 39.0, BLUE)
    users.page.send(RemoveLayer(ID))
    users.page.wait_for(f"jjjmap.page.layers.has('{ID}')", False)
    assert users.page.ask("document.querySelectorAll('.leaflet-users-pane canvas').length") == 0


def test_another_revision_is_fetched_anew(users):
    users.show(points())
    users.wait_color(117.0, 39.0, BLUE)
    users.show(points(LON - 0.5, LAT), revision=1)
    users.wait_color(116.5, 39.0, BLUE)
    users.page.qtbot.waitUntil(
        lambda: not is_near(color_at(users.page, 117.0, 39.0), QColor(BLUE), 60), timeout=10_000
    )


def test_the_map_can_go_to_a_users_layer(users):
    users.show(points(LON + 1.5, LAT + 1.0))
    users.page.send(FitLayer(ID))
    users.page.wait_for(f"jjjmap.page.map.getBounds().contains([{LAT[2] + 1.0}, {LON[2] + 1.5}])")


def test_the_user_is_told_when_not_everything_is_drawn(users):
    specks = [shapely.box(116 + i * 1e-6, 39, 116 + i * 1e-6 + 1e-7, 39 + 1e-7) for i in range(50)]
    wkb = pa.chunked_array([pa.array(shapely.to_wkb(specks), pa.binary())])
    users.show(FeatureTable(pa.table({"a": range(50)}), Geometry.POLYGON, wkb=wkb))
    users.page.qtbot.waitUntil(lambda: bool(users.page.of(LayerDrawn)), timeout=5000)
    told = users.page.of(LayerDrawn)[-1]
    assert (told.layer_id, told.drawn, told.total) == (ID, 1, 50)


def test_what_a_filter_hides_is_not_told_as_missing_and_another_stands_for_its_pixel(users):
    specks = [shapely.box(117 + i * 1e-6, 39, 117 + i * 1e-6 + 1e-7, 39 + 1e-7) for i in range(50)]
    wkb = pa.chunked_array([pa.array(shapely.to_wkb(specks), pa.binary())])
    users.show(FeatureTable(pa.table({"a": range(50)}), Geometry.POLYGON, wkb=wkb))
    users.page.qtbot.waitUntil(lambda: bool(users.page.of(LayerDrawn)), timeout=5000)
    hidden = np.arange(50) < 49
    users.layer.set_hidden(hidden)
    users.refresh()
    users.page.qtbot.waitUntil(lambda: users.page.of(LayerDrawn)[-1].total == 1, timeout=5000)
    assert users.page.of(LayerDrawn)[-1].drawn == 1


SPREAD = f"{LEGEND}.includes('位置相同的点散开显示') || {LEGEND}.includes('share a position')"


def spread(users, lon, lat):
    """Wait until all points of a position are seen, and return where: x, y beside it in pixels, class."""
    fan = f"{DRAWING}.fan"
    where = users.page.ask(
        f"[...{fan}.places].map((place, i) => [{fan}.dx[i] / 8, {fan}.dy[i] / 8, {fan}.rows.cls[i]])"
    )

    def all_seen():
        middle, image = users.page.pixel_at(lon, lat), users.page.view.grab().toImage()
        return all(
            is_near(
                image.pixelColor(round(middle.x() + dx), round(middle.y() + dy)), QColor((RED, BLUE)[cls]), 12
            )
            for dx, dy, cls in where
        )

    users.page.qtbot.waitUntil(all_seen, timeout=10_000)
    return where


def test_points_of_one_position_are_spread_out_chosen_named_and_explained(users):
    lon, lat = np.append(np.full(40, 116.5), 115.5), np.append(np.full(40, 39.0), 38.3)
    users.show(points(lon, lat))
    # Both colours are seen, though all but one of the rows share a position.
    users.page.wait_for(SPREAD)
    where = spread(users, 116.5, 39.0)
    assert len(where) == 40
    middle = users.page.pixel_at(116.5, 39.0)
    # The ring of a chosen one and its name are where it is drawn.
    selected = np.zeros(41, bool)
    selected[7] = True
    users.layer.set_selected(selected)
    users.refresh()
    users.page.send(SelectFeature(f"{ID}#7", (), 116.5, 39.0, "企业7", False))
    users.page.wait_for(f"{DRAWING}.ringOf(7) !== null && {DRAWING}.isPainted()")
    dx, dy = users.page.ask(f"{DRAWING}.ringOf(7)")
    assert (dx, dy) in [(x, y) for x, y, _cls in where]
    users.page.wait_for("document.querySelectorAll('.selection-pin').length", 0)
    label = users.page.ask(
        "((text, corner) => [text.textX - corner.x, text.textY - corner.y])"
        "(jjjmap.page.overlay.forcedLabel(), jjjmap.page.map.getPixelBounds().min)"
    )
    assert label[1] == pytest.approx(middle.y() + dy, abs=1) and label[0] > middle.x() + dx
    # Where only the other one is in view, there is nothing to explain.
    users.page.ask("(jjjmap.page.map.setView([38.3, 115.5], 13, {animate: false}), 1)")
    users.page.wait_for(f"!({SPREAD})")


def test_a_symbol_that_was_spread_out_is_cut_at_no_edge_of_a_tile(users):
    # The position lies beside the edge of a tile, so that half of its points are drawn in other ones.
    users.show(points(np.full(80, 116.0), np.full(80, 39.0)))
    lon, lat = users.page.ask(
        "((map, { x, y }) => { const { lng, lat } = map.unproject([Math.ceil(x / 256) * 256 - 2, y], 9);"
        " return [lng, lat]; })(jjjmap.page.map, jjjmap.page.map.project([39, 116], 9))"
    )
    users.show(points(np.full(80, lon), np.full(80, lat)), revision=1)
    users.page.ask(f"(jjjmap.page.map.setView([{lat}, {lon}], 9, {{animate: false}}), 1)")
    users.wait_painted()
    assert len(spread(users, lon, lat)) == 80


def test_a_layer_that_is_gone_is_told_and_the_map_lives_on(map_page):
    layer = Layer(ID, "没了", "Gone", LayerGroup.USER, "", Geometry.POINT, STYLE)
    map_page.snapshot = MapSnapshot((LayerView(layer, True, 1.0), *map_page.snapshot.layers), Language.ZH)
    map_page.open()
    assert [event.layer_id for event in map_page.of(LayerFailed)] == [ID]
    map_page.wait_for("jjjmap.page.overlay.arrangement().symbols.length > 10")


def test_the_window_is_not_kept_waiting_while_an_answer_is_reckoned(users, monkeypatch):
    users.show(points())
    begun, may_end = threading.Event(), threading.Event()
    answer = users.page.answer

    def slow(path):
        begun.set()
        assert may_end.wait(20)
        return answer(path)

    monkeypatch.setattr(users.page, "answer", slow)
    users.layer.set_hidden(np.array([True, False, False]))
    users.refresh()
    users.page.qtbot.waitUntil(begun.is_set, timeout=5000)
    # The page and the program still talk, and the old picture stands.
    assert users.page.ask("1 + 1") == 2
    users.wait_color(116.0, 39.0, RED)
    may_end.set()
    users.page.qtbot.waitUntil(
        lambda: not is_near(color_at(users.page, 116.0, 39.0), QColor(RED), 60), timeout=10_000
    )


def test_a_page_that_goes_while_answers_are_reckoned_harms_nothing(users, monkeypatch):
    users.show(points())
    # The page has had its say: what it hears of an answer after it was loaded anew is nobody's.
    users.page.qtbot.waitUntil(lambda: bool(users.page.of(LayerDrawn)), timeout=5000)
    users.page.ask("1")
    begun, may_end = threading.Event(), threading.Event()
    answer = users.page.answer

    def slow(path):
        begun.set()
        assert may_end.wait(20)
        return answer(path)

    monkeypatch.setattr(users.page, "answer", slow)
    users.refresh()
    users.page.qtbot.waitUntil(begun.is_set, timeout=5000)
    users.page.view.open_map()
    users.page.qtbot.waitUntil(lambda: not users.page.view.channel.is_ready, timeout=5000)
    may_end.set()
    users.page.qtbot.waitUntil(lambda: users.page.view.channel.is_ready, timeout=20_000)
    users.wait_painted()
    users.wait_color(117.0, 39.0, BLUE)
