"""A saved view in the page: the map is again where it was, to the last digit of its zoom."""

import pytest
from map_driver import MapDriver

from jjjmap.maps.bridge import FitBounds

ZOOM = "jjjmap.page.map.getZoom()"
BOX = "(b => [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()])(jjjmap.page.map.getBounds())"


@pytest.mark.parametrize("fly", [True, False])
@pytest.mark.parametrize(
    ("lat", "lon", "zoom"), [(39.1, 116.2, 9.0), (38.9, 117.6, 13.5), (39.3, 116.7, 6.75)]
)
def test_a_box_that_was_seen_is_seen_again_at_its_zoom(
    map_view: MapDriver, lat: float, lon: float, zoom: float, fly: bool
) -> None:
    map_view.ask(f"(jjjmap.page.map.setView([{lat}, {lon}], {zoom}, {{animate: false}}), 1)")
    seen, at = map_view.ask(BOX), map_view.ask(ZOOM)
    map_view.ask("(jjjmap.page.map.setView([40.5, 115.0], 8, {animate: false}), 1)")
    map_view.send(FitBounds(*seen, fly=fly, exact=True))
    map_view.wait_for(f"Math.abs({ZOOM} - {at}) < 0.02")
    map_view.wait_for(f"Math.max(...{BOX}.map((side, n) => Math.abs(side - {seen}[n]))) < 0.02")
