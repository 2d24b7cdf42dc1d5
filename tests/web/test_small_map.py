"""A map that the window leaves hardly any room for: the view stays a view."""

import pytest
from map_driver import MapDriver
from qtpy.QtWidgets import QApplication

from jjjmap.maps.bridge import FitBounds, SelectFeature

CENTER = (
    "(c => Number.isFinite(c.lat) && Number.isFinite(c.lng) && Number.isFinite(jjjmap.page.map.getZoom()))"
)
IS_THERE = f"{CENTER}(jjjmap.page.map.getCenter())"


@pytest.mark.parametrize("size", [(110, 500), (500, 30), (20, 20), (200, 400)])
def test_flying_and_fitting_end_somewhere_on_a_map_of_any_size(
    map_view: MapDriver, qapp: QApplication, size: tuple[int, int]
) -> None:
    map_view.view.setMinimumSize(1, 1)
    map_view.view.resize(*size)
    map_view.wait_for("jjjmap.page.map.getSize().x", size[0])
    for call in (
        FitBounds(116.0, 39.0, 117.0, 40.0),
        FitBounds(116.0, 39.0, 117.0, 40.0, fly=True),
        FitBounds(116.0, 39.0, 116.0, 39.0, fly=True),
        FitBounds(116.0, 39.0, 117.0, 40.0, exact=True),
        SelectFeature("xiongan", fly=True),
    ):
        map_view.send(call)
        assert map_view.ask(IS_THERE) is True, call
    assert [text for level, text in map_view.console if level >= 40] == []
