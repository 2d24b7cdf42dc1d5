"""Tests of the areas that rows are counted in."""

import pickle
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from jjjmap.analysis.counting import areas as areas_module
from jjjmap.analysis.counting.areas import coverage, hex_areas, layer_areas, place_areas, unit_areas
from jjjmap.analysis.nearby.geodesy import area_km2
from jjjmap.analysis.running import AnalysisImpossible
from jjjmap.catalogue.models import Catalogue, PlaceKind
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language
from jjjmap.layers.boundaries import shipped_units
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry
from jjjmap.paths import RESOURCES

from .conftest import layer_of, points_of

BOX = (116.0, 39.0, 117.0, 40.0)


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(RESOURCES)[0]


def _polygons(shapes: list[Any], names: list[str | None]) -> FeatureTable:
    return FeatureTable(
        pa.table({"名称": pa.array(names, pa.string())}),
        Geometry.POLYGON,
        wkb=pa.chunked_array([pa.array(shapely.to_wkb(np.array(shapes, dtype=object)), pa.binary())]),
    )


def test_units_have_names_sources_and_a_word_about_their_borders(shipped: Catalogue) -> None:
    areas = unit_areas("provinces", shipped_units(), shipped)
    assert areas.ids == ("110000", "120000", "130000")
    assert (areas.name(0, Language.ZH), areas.name(0, Language.EN)) == ("北京市", "Beijing")
    assert areas.is_partition and areas.source_ids and "500" in areas.note
    # Beijing has 16 410 km², Tianjin 11 966 km²; the borders are generalised.
    assert areas.km2()[:2] == pytest.approx([16_410, 11_966], rel=0.02)


def test_areas_travel_between_processes(shipped: Catalogue) -> None:
    areas = unit_areas("cities", shipped_units(), shipped)
    again = pickle.loads(pickle.dumps(areas))
    assert again.ids == areas.ids
    assert shapely.equals(again.shapes, areas.shapes).all()


def test_places_told_by_units_are_areas_and_points_are_named_as_left_out(shipped: Catalogue) -> None:
    wings = place_areas((PlaceKind.WING,), shipped, shipped_units())
    assert len(wings) == 2 and wings.is_partition
    circles = place_areas((PlaceKind.METRO_CIRCLE,), shipped, shipped_units())
    assert not circles.is_partition  # One ring lies in another.
    airports = place_areas((PlaceKind.AIRPORT,), shipped, shipped_units())
    airport = next(place for place in shipped.places.values() if place.kind is PlaceKind.AIRPORT)
    assert len(airports) == 0 and airport.name_zh in airports.note


def test_hexagons_cover_the_box_without_gap_or_overlap() -> None:
    hexes = hex_areas(BOX, 20.0)
    whole = shapely.union_all(hexes.shapes)
    assert whole.covers(shapely.box(*BOX))
    assert shapely.get_num_interior_rings(whole) == 0
    assert shapely.area(hexes.shapes).sum() == pytest.approx(whole.area, rel=1e-12)
    assert len(set(hexes.ids)) == len(hexes)


@pytest.mark.parametrize(("km", "decimals"), [(20.0, 2), (2.0, 2), (1.0, 3)])
def test_hexagons_are_called_by_their_centres(km: float, decimals: int) -> None:
    hexes = hex_areas((116.0, 39.0, 116.2, 39.1), km)
    assert len(set(hexes.names_zh)) == len(hexes) and hexes.names_en == hexes.names_zh
    origin = hexes.ids.index(f"h{km:g}:0:0")
    assert hexes.names_zh[origin] == f"{116:.{decimals}f}°E {39:.{decimals}f}°N"
    for name, shape in zip(hexes.names_zh, hexes.shapes, strict=True):
        lon, lat = (float(part[:-2]) for part in name.split())
        assert shape.contains(shapely.Point(lon, lat))


def test_a_hexagon_west_and_south_says_so() -> None:
    assert hex_areas((-70.6, -33.5, -70.5, -33.4), 5.0).names_en[0].endswith("°S")
    assert "°W " in hex_areas((-70.6, -33.5, -70.5, -33.4), 5.0).names_en[0]


def test_hexagons_have_the_same_area_everywhere() -> None:
    km2 = hex_areas((113.5, 36.0, 119.9, 42.6), 50.0).km2()
    assert km2 == pytest.approx(np.full(len(km2), np.sqrt(3) / 2 * 50**2), rel=2e-3)


def test_a_hexagon_has_the_same_id_and_shape_wherever_the_box_is() -> None:
    one, other = hex_areas(BOX, 30.0), hex_areas((116.4, 38.2, 118.0, 39.6), 30.0)
    common = set(one.ids) & set(other.ids)
    assert common
    for each in common:
        assert one.shapes[one.ids.index(each)].equals_exact(other.shapes[other.ids.index(each)], 0.0)


@pytest.mark.parametrize(
    ("bounds", "km", "code"),
    [
        (BOX, 0.0, "hexes-impossible"),
        (BOX, float("nan"), "hexes-impossible"),
        ((117.0, 39.0, 116.0, 40.0), 5.0, "hexes-impossible"),
        (BOX, 1e5, "hexes-impossible"),  # wider than the globe
        (BOX, 0.01, "hexes-too-many"),
        ((-180.0, -90.0, 180.0, 90.0), 1.0, "hexes-too-many"),
    ],
)
def test_impossible_hexagons_are_refused(
    bounds: tuple[float, float, float, float], km: float, code: str
) -> None:
    with pytest.raises(AnalysisImpossible) as refused:
        hex_areas(bounds, km)
    assert refused.value.finding.code == code


def test_polygons_of_a_layer_are_areas_with_its_names() -> None:
    table = _polygons([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], ["甲园", None])
    areas, findings = layer_areas(layer_of(table), "名称")
    assert areas.names_zh == ("甲园", "第 2 行")
    assert areas.ids == ("1", "2") and areas.is_partition and not findings


def test_hidden_polygons_are_no_areas() -> None:
    table = _polygons([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 2, 1)], ["甲园", "乙园"])
    areas, findings = layer_areas(layer_of(table, [False, True]), "名称")
    assert areas.names_zh == ("乙园",) and not findings


def test_overlaps_are_told_with_names_and_place() -> None:
    table = _polygons([shapely.box(116, 39, 117, 40), shapely.box(116.9, 39, 118, 40)], ["甲园", "乙园"])
    areas, (finding,) = layer_areas(layer_of(table), "名称")
    assert not areas.is_partition
    assert finding.code == "areas-overlap"
    assert "“甲园”与“乙园”（116.95" in finding.message


def test_of_areas_in_a_heap_not_every_pair_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(areas_module, "_MOST_OVERLAPS", 20)
    monkeypatch.setattr(areas_module, "_AT_ONCE", 8)
    measured = []
    monkeypatch.setattr(areas_module, "_km2", lambda shape: measured.append(shape) or 1.0)
    heap = [shapely.box(116 + at / 100, 39, 118, 40) for at in range(60)]
    areas, (finding,) = layer_areas(layer_of(_polygons(heap, [None] * 60)), "")
    assert not areas.is_partition and finding.message.startswith("至少有 ")
    # All would be 1 770 pairs.
    assert 20 <= len(measured) < 200


def test_however_few_areas_are_looked_at_at_once_all_overlaps_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = np.random.default_rng(4)
    corners = drawn.uniform((116, 38), (119, 41), (80, 2))
    boxes = [shapely.box(x, y, x + 0.3, y + 0.3) for x, y in corners.tolist()]
    table = _polygons(boxes, [None] * 80)
    (whole,) = (each for each in layer_areas(layer_of(table), "")[1] if each.code == "areas-overlap")
    pairs = sum(one.intersection(other).area > 0 for at, one in enumerate(boxes) for other in boxes[at + 1 :])
    assert whole.message.startswith(f"有 {pairs} 对")
    monkeypatch.setattr(areas_module, "_AT_ONCE", 7)
    assert whole in layer_areas(layer_of(table), "")[1]


def test_coverage_tells_how_many_areas_lie_on_each_other() -> None:
    box = shapely.box(0, 0, 1, 1)
    assert coverage(np.array([box] * 5)) == pytest.approx(5)
    assert coverage(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])) == pytest.approx(1)
    assert coverage(np.array([None, shapely.Polygon()])) == 1


def test_an_area_has_the_same_size_for_density_as_for_an_overlap() -> None:
    # Edges run straight in degrees: 93 km² less if they are taken for geodesics.
    wide = shapely.box(113, 36, 120, 42)
    areas, _findings = layer_areas(layer_of(_polygons([wide], ["甲园"])), "")
    assert areas.km2()[0] == pytest.approx(area_km2(wide), abs=1e-6)
    radius_km, sines = 6371.007, np.sin(np.radians([36, 42]))
    assert areas.km2()[0] == pytest.approx(np.radians(7) * radius_km**2 * (sines[1] - sines[0]), rel=3e-3)


def test_gaps_are_told_with_their_place_and_islands_are_none() -> None:
    ring = shapely.box(116, 39, 117, 40).difference(shapely.box(116.4, 39.4, 116.6, 39.6))
    island = shapely.box(116.4, 39.4, 116.5, 39.6)
    _areas, (finding,) = layer_areas(layer_of(_polygons([ring, island], ["甲园", "乙园"])), "")
    assert finding.code == "areas-gap"
    assert "116.55" in finding.message
    _areas, findings = layer_areas(
        layer_of(_polygons([ring, shapely.box(116.4, 39.4, 116.6, 39.6)], ["甲园", "乙园"])), ""
    )
    assert findings == ()


def test_broken_polygons_are_mended_and_empty_rows_left_out_with_a_word() -> None:
    bow = shapely.from_wkt("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))")
    table = _polygons([bow, None, shapely.box(5, 5, 6, 6)], ["甲园", "乙园", "丙园"])
    areas, findings = layer_areas(layer_of(table), "名称")
    assert areas.names_zh == ("甲园", "丙园")
    assert [finding.code for finding in findings] == ["areas-mended", "areas-empty"]
    assert shapely.is_valid(areas.shapes).all()


def test_a_layer_without_polygons_is_refused() -> None:
    for table in (points_of([1.0], [1.0]), _polygons([None], ["甲园"])):
        with pytest.raises(AnalysisImpossible) as refused:
            layer_areas(layer_of(table), "")
        assert refused.value.finding.code == "areas-none"
