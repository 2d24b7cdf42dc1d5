"""How large and how long features are said to be."""

import pytest
import shapely

from jjjmap.layers.feature_words import extent_of, extent_text
from jjjmap.layers.style import Geometry

FIELD = [(116.0, 39.0), (116.1, 39.0), (116.1, 39.1), (116.0, 39.1)]
POND = [(116.02, 39.02), (116.08, 39.02), (116.08, 39.08), (116.02, 39.08)]


@pytest.mark.parametrize("field", [FIELD, FIELD[::-1]])
@pytest.mark.parametrize("pond", [POND, POND[::-1]])
def test_a_hole_is_taken_away_whichever_way_its_ring_turns(
    field: list[tuple[float, float]], pond: list[tuple[float, float]]
) -> None:
    whole = extent_of(Geometry.POLYGON, shapely.Polygon(FIELD))
    hole = extent_of(Geometry.POLYGON, shapely.Polygon(POND))
    assert 90 < whole < 100
    assert extent_of(Geometry.POLYGON, shapely.Polygon(field, [pond])) == pytest.approx(whole - hole)


def test_the_parts_of_an_area_are_added_up_whichever_way_their_rings_turn() -> None:
    one, other = shapely.Polygon(FIELD), shapely.Polygon([(lon + 1, lat) for lon, lat in FIELD][::-1])
    both = shapely.MultiPolygon([one, other])
    assert extent_of(Geometry.POLYGON, both) == pytest.approx(2 * extent_of(Geometry.POLYGON, one))


def test_a_line_is_as_long_as_on_the_ellipsoid() -> None:
    meridian = shapely.LineString([(116.0, 39.0), (116.0, 40.0)])
    assert extent_of(Geometry.LINE, meridian) == pytest.approx(111.024, abs=0.01)
    assert extent_text(Geometry.LINE, meridian) == "长 111 公里"
