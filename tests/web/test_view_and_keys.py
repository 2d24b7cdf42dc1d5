"""Where the map looks, and what pointer and keys do on it and beside it."""

import pytest
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest

from jjjmap.i18n import Language
from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.maps.bridge import CandidateStepped, Configure, FitBounds, MapClicked, SelectFeature
from jjjmap.maps.config import page_config
from jjjmap.maps.snapshot import REGION_BOUNDS, MapSnapshot

REGION = FitBounds(REGION_BOUNDS.west, REGION_BOUNDS.south, REGION_BOUNDS.east, REGION_BOUNDS.north)
TIP_IS_HIDDEN = "document.querySelector('.feature-tip').hidden"
ZOOM = "jjjmap.page.map.getZoom()"
CENTER = "(c => [c.lng, c.lat])(jjjmap.page.map.getCenter())"


def resize(page, width, height):
    page.view.resize(width, height)
    page.wait_for("(s => [s.x, s.y])(jjjmap.page.map.getSize())", [width, height])


@pytest.mark.parametrize("size", [(500, 400), (900, 700), (1500, 1100)])
def test_the_whole_sheet_can_be_seen_and_the_region_fits_in_a_window_of_any_size(map_view, size):
    resize(map_view, *size)
    min_zoom, sheet_zoom = map_view.ask(
        "[jjjmap.page.map.getMinZoom(), jjjmap.page.map.getBoundsZoom(jjjmap.page.sheet)]"
    )
    assert min_zoom < sheet_zoom
    map_view.send(REGION)
    box = f"[[{REGION.south}, {REGION.west}], [{REGION.north}, {REGION.east}]]"
    map_view.wait_for(f"jjjmap.page.map.getBounds().contains({box})")


def test_the_least_zoom_lies_below_the_sheet_again_after_the_window_has_shrunk(map_view):
    for size in ((1500, 1100), (400, 300)):
        resize(map_view, *size)
        map_view.wait_for("jjjmap.page.map.getMinZoom() < jjjmap.page.map.getBoundsZoom(jjjmap.page.sheet)")


def test_a_box_that_is_asked_for_during_a_pan_is_shown_as_if_there_had_been_none(map_view):
    map_view.send(FitBounds(116, 39, 117, 40))
    map_view.wait_for(f"{ZOOM} > 8")
    map_view.send(REGION)
    map_view.wait_for(f"{ZOOM} < 8")
    wanted = map_view.ask(CENTER)
    # A pan that goes on at the limit, so that its end would start another one, back inside.
    map_view.ask(f"(jjjmap.page.map.setView([39.3, 140], {ZOOM}, {{animate: false}}), 1)")
    map_view.qtbot.wait(600)
    map_view.ask("(jjjmap.page.map.panBy([300, 0], {animate: true, duration: 1}), 1)")
    map_view.qtbot.wait(200)
    map_view.send(REGION)
    map_view.qtbot.wait(700)  # Longer than that other pan would take.
    assert map_view.ask(CENTER) == pytest.approx(wanted, abs=0.01)


def test_flying_to_a_point_never_zooms_out(map_view):
    map_view.ask("(jjjmap.page.map.setView([39.9, 119.6], 12, {animate: false}), 1)")
    map_view.send(SelectFeature("port-huanghua", (), 117.87, 38.32, "黄骅港", fly=True))
    map_view.wait_for("jjjmap.page.map.getBounds().contains([38.32, 117.87])")
    assert map_view.ask(ZOOM) == 12
    map_view.send(REGION)
    map_view.wait_for(f"{ZOOM} < 8")
    map_view.send(SelectFeature("port-qinhuangdao", (), 119.61, 39.92, "秦皇岛港", fly=True))
    map_view.wait_for(ZOOM, 10)


@pytest.mark.parametrize("is_reduced", [False, True])
def test_a_person_who_wants_less_motion_is_not_flown(map_view, is_reduced):
    config = page_config(MapSnapshot(first_view(SHIPPED_LAYERS), Language.ZH))
    map_view.send(Configure(config))
    map_view.wait_for("jjjmap.page.config.still ?? null", None)
    map_view.ask(
        "(window.matchMedia = asked => ({matches: asked.includes('reduced-motion') && "
        f"{str(is_reduced).lower()}}}), window.flown = [],"
        " jjjmap.page.map.flyToBounds = (box, options) => flown.push(options.animate), 1)"
    )
    map_view.send(SelectFeature("port-huanghua", (), 117.87, 38.32, "黄骅港", fly=True))
    map_view.wait_for("flown", [not is_reduced])


def test_the_tip_is_hidden_while_the_map_is_dragged(map_view):
    widget = map_view.view.focusProxy()
    map_view.qtbot.mouseMove(widget, QPoint(400, 300))
    map_view.wait_for(TIP_IS_HIDDEN, False)
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(400, 300))
    for step in range(1, 6):
        QTest.mouseMove(widget, QPoint(400 + 8 * step, 300))
        map_view.qtbot.wait(30)
        assert map_view.ask(TIP_IS_HIDDEN)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(440, 300))


def test_the_tip_is_hidden_when_a_key_moves_the_map(map_view):
    map_view.click(QPoint(400, 300))  # Which gives it the keys.
    map_view.hover(QPoint(404, 302))
    map_view.wait_for(TIP_IS_HIDDEN, False)
    map_view.press(Qt.Key.Key_Right)
    map_view.wait_for(TIP_IS_HIDDEN, True)


def test_the_tip_is_hidden_over_the_legend(map_view):
    map_view.send(FitBounds(115.5, 38.0, 117.0, 39.2))  # So that land lies under the legend.
    map_view.wait_for(f"{ZOOM} > 8")
    map_view.hover(QPoint(300, 300))
    map_view.wait_for(TIP_IS_HIDDEN, False)
    x, y = map_view.ask(
        "(b => [(b.left + b.right) / 2, (b.top + b.bottom) / 2])"
        "(document.querySelector('.legend').getBoundingClientRect())"
    )
    map_view.hover(QPoint(round(x), round(y)))
    map_view.wait_for(TIP_IS_HIDDEN, True)
    assert map_view.ask("jjjmap.page.map.getContainer().style.cursor") == ""


def test_tab_leaves_the_legend_even_while_there_are_candidates(map_view):
    map_view.click(map_view.pixel_at(115.99, 38.90))
    map_view.qtbot.waitUntil(lambda: bool(map_view.of(MapClicked)), timeout=5000)
    map_view.send(SelectFeature("xiongan", (), 115.99, 38.90, "雄安新区", others_here=2))
    map_view.wait_for("jjjmap.page.selection.others_here", 2)
    map_view.ask("(document.querySelector('.legend-title').focus(), 1)")
    map_view.press(Qt.Key.Key_Tab)
    map_view.wait_for("document.activeElement !== document.querySelector('.legend-title')")
    assert map_view.of(CandidateStepped) == []


def test_the_map_has_a_role_and_a_name_in_the_language_in_use(map_view):
    named = "(b => [b.getAttribute('role'), b.getAttribute('aria-label')])(jjjmap.page.map.getContainer())"
    assert map_view.ask(named) == ["application", "地图"]
    map_view.send(Configure(page_config(MapSnapshot(first_view(SHIPPED_LAYERS), Language.EN))))
    map_view.wait_for("document.documentElement.lang", "en")
    role, name = map_view.ask(named)
    assert role == "application" and name.isascii() and name
    assert map_view.ask("document.querySelector('.legend').getAttribute('role')") == "document"


def test_the_names_on_the_map_have_the_typeface_of_the_page(map_view):
    family = map_view.ask("getComputedStyle(document.body).fontFamily")
    assert "Noto Sans CJK SC" in family
    map_view.ask("(jjjmap.page.overlay.redraw(), 1)")
    used = map_view.ask("jjjmap.page.overlay._container.getContext('2d').font")
    assert used.split("px ", 1)[1].replace('"', "") == family.replace('"', "")
