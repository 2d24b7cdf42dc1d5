"""Counts per place on the canvas."""

from map_driver import color_at, is_near
from qtpy.QtGui import QColor

from jjjmap.maps.bridge import SetLayerVisible, ShowTally, TalliedPoint, TalliedUnit, TallyClass

CLASSES = (TallyClass("1–4 次", "#d4d7ea", "#1a1a1a", 8.0), TallyClass("5–9 次", "#3f007d", "#ffffff", 14.0))
LEGEND = "document.querySelector('.legend').textContent"


def counted_map(map_view):
    for layer_id in list(map_view.ask("[...jjjmap.page.layers.keys()]")):
        map_view.send(SetLayerVisible(layer_id, False))
    return map_view


def test_units_are_filled_and_places_get_circles_until_the_tally_is_cleared(map_view):
    counted_map(map_view)
    units = (TalliedUnit("130200", 0, "（3 次）"),)
    points = (TalliedPoint("port-x", 1, "（7 次）", "7", 117.0, 38.5),)
    map_view.send(ShowTally("文库提及", CLASSES, units, points))
    map_view.wait_for(f"{LEGEND}.includes('文库提及')")
    map_view.wait_for("jjjmap.page.tally.group.getLayers().length", 2)
    near_the_rim = (117.0, 38.56)
    map_view.qtbot.waitUntil(
        lambda: is_near(color_at(map_view, *near_the_rim), QColor("#3f007d"), by=60), timeout=10_000
    )
    map_view.send(ShowTally())
    map_view.wait_for("jjjmap.page.tally.group.getLayers().length", 0)
    map_view.wait_for(f"{LEGEND}.includes('文库提及')", False)


def test_the_tip_says_how_often_a_place_is_counted(map_view):
    map_view.send(ShowTally("文库提及", CLASSES, (TalliedUnit("130200", 0, "（3 次）"),)))
    map_view.wait_for("jjjmap.page.tally.wordsOf('130200')", "（3 次）")
    assert map_view.ask("jjjmap.page.tally.wordsOf('130300')") == ""


def test_titles_and_numbers_are_text_whatever_they_hold(map_view):
    hostile = '<img src=x onerror="window.ran=1">'
    classes = (TallyClass(hostile, "#d4d7ea", "#1a1a1a", 9.0),)
    points = (TalliedPoint("p", 0, hostile, hostile, 116.5, 39.0),)
    map_view.send(ShowTally(hostile, classes, (), points))
    map_view.wait_for(f"{LEGEND}.includes('onerror')")
    assert map_view.ask("document.querySelectorAll('.legend img').length") == 0
    assert map_view.ask("window.ran") is None
