"""Clicks on lines, and on features that stand for a place without being one."""

import pytest
from qtpy.QtCore import QPoint

from jjjmap.maps.bridge import FitBounds, MapClicked, SelectFeature, SetLayerVisible
from jjjmap.session.selection import Selection

RAILWAY = "rail-shihengcanggang"


@pytest.fixture
def corridors(map_view):
    """The map at a railway of which the stops are known."""
    map_view.send(SetLayerVisible("corridors", True))
    map_view.send(SetLayerVisible("corridor_stops", True))
    map_view.send(FitBounds(114.4, 37.3, 116.9, 38.5))
    map_view.wait_for("Boolean(jjjmap.page.layers.get('corridor_stops').features)")
    map_view.wait_for("Boolean(jjjmap.page.layers.get('corridors').features)")
    map_view.wait_for("jjjmap.page.map.getZoom() > 8")
    return map_view


def hits_of(map_view, point):
    before = len(map_view.of(MapClicked))
    map_view.click(point)
    map_view.qtbot.waitUntil(lambda: len(map_view.of(MapClicked)) > before, timeout=5000)
    return [(hit.layer_id, hit.feature_id) for hit in map_view.of(MapClicked)[-1].hits]


def middle_between(map_view, first, second):
    """Return the pixel halfway between two positions given as (lon, lat)."""
    a, b = map_view.pixel_at(*first), map_view.pixel_at(*second)
    return QPoint(round((a.x() + b.x()) / 2), round((a.y() + b.y()) / 2))


def test_a_click_beside_a_line_hits_it_before_the_units_below(corridors):
    middle = middle_between(corridors, (115.22, 37.86), (115.69, 37.78))
    for off in (0, 4):
        hits = hits_of(corridors, middle + QPoint(0, off))
        assert hits[0] == ("corridors", RAILWAY)
        assert "counties" in [layer for layer, _place in hits]


def test_a_click_farther_from_a_line_does_not_hit_it(corridors):
    middle = middle_between(corridors, (115.22, 37.86), (115.69, 37.78))
    assert RAILWAY not in [place for _layer, place in hits_of(corridors, middle + QPoint(0, 14))]


def test_a_line_of_a_hidden_layer_is_not_hit(corridors):
    corridors.send(SetLayerVisible("corridors", False))
    corridors.wait_for("!jjjmap.page.layers.get('corridors').visible")
    middle = middle_between(corridors, (115.22, 37.86), (115.69, 37.78))
    assert RAILWAY not in [place for _layer, place in hits_of(corridors, middle)]


def test_a_stop_counts_as_its_corridor_and_only_once_among_the_candidates(corridors):
    stop = corridors.pixel_of_symbol(f"{RAILWAY}.4")
    hits = hits_of(corridors, stop)
    assert hits[:2] == [("corridor_stops", RAILWAY), ("corridors", RAILWAY)]
    selection = Selection()
    selection.offer([place_id for _layer_id, place_id in hits])
    assert selection.candidates.count(RAILWAY) == 1


def test_the_place_behind_a_link_of_a_chain_is_hit(map_view):
    map_view.send(SetLayerVisible("chain_nodes", True))
    map_view.wait_for("Boolean(jjjmap.page.layers.get('chain_nodes').features)")
    hits = hits_of(map_view, map_view.pixel_of_symbol("robot-3.130200"))
    assert ("chain_nodes", "130200") in hits


def test_a_chosen_line_is_marked_itself_while_it_is_drawn_and_by_its_units_while_it_is_not(corridors):
    chosen = SelectFeature(RAILWAY, ("130100", "131100", "130900"), 116.3, 38.05, "石衡沧港", fly=False)
    marks = "jjjmap.page.marked.getLayers().map(m => [m instanceof L.Polygon, m.options.fill])"
    corridors.send(chosen)
    corridors.wait_for(marks, [[False, False], [False, False]])
    corridors.send(SetLayerVisible("corridors", False))
    corridors.send(SelectFeature(""))
    corridors.wait_for("jjjmap.page.marked.getLayers().length", 0)
    corridors.send(chosen)
    corridors.wait_for("jjjmap.page.marked.getLayers().length", 6)


def test_a_line_from_a_cluster_to_its_member_counts_as_the_cluster(map_view):
    map_view.send(SetLayerVisible("cluster_links", True))
    map_view.wait_for("Boolean(jjjmap.page.layers.get('cluster_links').features)")
    map_view.send(FitBounds(115.2, 36.8, 116.0, 37.5))
    map_view.wait_for("jjjmap.page.map.getZoom() > 8")
    ends = map_view.ask(
        "jjjmap.page.layers.get('cluster_links').features"
        ".find(f => f.id === 'xt-nangong-qinghe.130581').geometry.coordinates"
    )
    assert ("cluster_links", "xt-nangong-qinghe") in hits_of(map_view, middle_between(map_view, *ends))
