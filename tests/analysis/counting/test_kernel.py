"""Tests of the kernel: which rows count in which area."""

import math
from fractions import Fraction
from typing import Any

import geopandas
import numpy as np
import pyarrow as pa
import pytest
import shapely

from jjjmap.analysis.counting import kernel
from jjjmap.analysis.counting.areas import Areas, hex_areas, unit_areas
from jjjmap.analysis.counting.cross_table import CrossTable, float_of
from jjjmap.analysis.counting.kernel import CountPlan, PreparedAreas, check_plan, count_in_areas, text_of
from jjjmap.analysis.counting.rows import AREA_ID, LAT, LON
from jjjmap.analysis.running import AnalysisCancelled, AnalysisImpossible
from jjjmap.catalogue.models import Catalogue
from jjjmap.layers.boundaries import shipped_units
from jjjmap.layers.opening.records import Column, ColumnKind

from .conftest import areas_of

NAN = math.nan


def _batch(lon: Any, lat: Any, **columns: Any) -> pa.RecordBatch:
    arrays = {name: pa.array(values) for name, values in columns.items()}
    places = {LON: pa.array(lon, pa.float64()), LAT: pa.array(lat, pa.float64())}
    return pa.record_batch(arrays | places)


def _counted(batch: pa.RecordBatch, areas: Areas, plan: CountPlan | None = None) -> CrossTable:
    return count_in_areas(batch, PreparedAreas(areas, batch.num_rows), plan or CountPlan())


def _rows(table: CrossTable, areas: Areas) -> dict[str, int]:
    return {each["area_id"]: each["rows"] for each in table.to_arrow(areas).to_pylist()}


def test_a_point_inside_counts_in_its_area(squares: Areas) -> None:
    table = _counted(_batch([116.5, 117.5, 117.6], [38.5, 39.5, 39.5]), squares)
    assert _rows(table, squares) == {"a": 1, "d": 2}
    assert table.read_rows == 3


@pytest.mark.parametrize(
    ("lon", "lat", "area"),
    [
        (117.0, 38.5, "b"),  # on the edge of a and b
        (116.5, 39.0, "c"),
        (117.0, 39.0, "d"),  # the corner of all four
        (116.0, 38.0, "a"),  # the outermost corners
        (118.0, 40.0, "d"),
        (118.0, 39.0, "d"),
    ],
)
def test_a_point_on_a_shared_border_counts_once_in_the_greatest_id(
    squares: Areas, lon: float, lat: float, area: str
) -> None:
    table = _counted(_batch([lon], [lat]), squares)
    assert _rows(table, squares) == {area: 1}
    assert (table.outside_rows, table.several_rows) == (0, 0)


def test_the_greatest_id_wins_in_whatever_order_the_areas_stand() -> None:
    shapes = np.array([shapely.box(117, 38, 118, 39), shapely.box(116, 38, 117, 39)], dtype=object)
    areas = Areas(("b", "a"), ("乙", "甲"), ("b", "a"), shapes, True)
    table = _counted(_batch([117.0, 116.2], [38.5, 38.5]), areas)
    assert _rows(table, areas) == {"b": 1, "a": 1}


def test_rows_without_position_and_rows_outside_are_told_apart(squares: Areas) -> None:
    lon = [NAN, 116.5, math.inf, 10.0, 118.0000001, None, -math.inf]
    lat = [38.5, NAN, 38.5, 10.0, 38.5, None, 38.5]
    table = _counted(_batch(lon, lat), squares)
    assert (table.nowhere_rows, table.outside_rows) == (5, 2)
    assert table.cells == {}


def test_a_point_in_overlapping_areas_counts_in_each() -> None:
    areas = areas_of([shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)], is_partition=False)
    table = _counted(_batch([0.5, 1.5, 1.0, 2.5], [1.0, 1.0, 1.0, 1.0]), areas)
    # The third is on the border of b and inside of a.
    assert _rows(table, areas) == {"a": 3, "b": 3}
    assert (table.several_rows, table.outside_rows) == (2, 0)


def test_every_county_has_the_rows_that_county_of_gives_it(catalogue: Catalogue) -> None:
    units = shipped_units()
    areas = unit_areas("counties", units, catalogue)
    west, south, east, north = units.bounds
    drawn = np.random.default_rng(3)
    lon, lat = drawn.uniform(west, east, 10_000), drawn.uniform(south, north, 10_000)
    # Vertices of the borders as well: they belong to several counties.
    corners = shapely.get_coordinates(areas.shapes)[::20]
    lon, lat = np.concatenate([lon, corners[:, 0]]), np.concatenate([lat, corners[:, 1]])
    rows, at = PreparedAreas(areas, len(lon)).of_positions(lon, lat)
    found = np.zeros(len(lon), dtype="<U6")
    found[rows] = np.array(areas.ids)[at]
    assert found.tolist() == units.county_of(lon, lat).tolist()


@pytest.mark.parametrize("rows", [1, 100_000, None])
@pytest.mark.parametrize("seed", [1, 2])
def test_any_polygons_count_as_geopandas_joins_them(seed: int, rows: int | None) -> None:
    drawn = np.random.default_rng(seed)
    middles = drawn.uniform(0, 10, (12, 1, 2))
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    stars = drawn.uniform(0.3, 2.5, (12, 16, 1)) * np.stack([np.cos(angles), np.sin(angles)], -1)
    areas = areas_of(list(shapely.polygons(middles + stars)), is_partition=False)
    # On a lattice, so that some points coincide with vertices of a box that is added.
    areas = areas_of([*areas.shapes, shapely.box(2, 2, 5, 5)], is_partition=False)
    x, y = np.round(drawn.uniform(-1, 11, (2, 4_000)), 1)
    at, area = PreparedAreas(areas, rows).of_positions(x, y)
    frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(x, y))
    joined = geopandas.sjoin(frame, geopandas.GeoDataFrame(geometry=areas.shapes), predicate="intersects")
    expected = sorted(zip(joined.index, joined["index_right"], strict=True))
    assert sorted(zip(at.tolist(), area.tolist(), strict=True)) == expected


def test_how_close_the_borders_are_looked_at_changes_no_answer(squares: Areas) -> None:
    x, y = np.random.default_rng(5).uniform((115.9, 37.9), (118.1, 40.1), (5_000, 2)).T
    answers = [PreparedAreas(squares, rows).of_positions(x, y) for rows in (1, 500_000, None)]
    assert all(np.array_equal(answers[0], answer) for answer in answers)


def test_many_small_areas_are_asked_without_looking_at_cells_first(monkeypatch: pytest.MonkeyPatch) -> None:
    hexes = hex_areas((116.0, 39.0, 117.0, 40.0), 10.0)
    x, y = np.random.default_rng(6).uniform((115.9, 38.9), (117.1, 40.1), (3_000, 2)).T
    looked = PreparedAreas(hexes).of_positions(x, y)
    monkeypatch.setattr(kernel, "_MANY", 10)
    asked = PreparedAreas(hexes).of_positions(x, y)
    assert np.array_equal(looked, asked)
    at, area = shapely.STRtree(hexes.shapes).query(shapely.points(x, y), predicate="intersects")
    assert sorted(zip(*map(np.ndarray.tolist, looked), strict=True)) == sorted(zip(at, area, strict=True))


def test_areas_in_a_heap_are_counted_in_slices_with_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = np.random.default_rng(7)
    corners = drawn.uniform(0, 5, (20, 2)).tolist()
    areas = areas_of([shapely.box(x, y, x + 4, y + 5) for x, y in corners], is_partition=False)
    x, y = drawn.uniform(0, 10, (2, 2_000))
    batch = _batch(x, y, 额=drawn.lognormal(3, 2, 2_000))
    whole = _counted(batch, areas, CountPlan(weight="额"))
    monkeypatch.setattr(kernel, "_MOST_PAIRS", 1_000)
    prepared = PreparedAreas(areas, 1_000_000)
    # Some 130 000 pairs of a cell and an area else.
    assert len(prepared._candidates) < 2_000 and prepared.most_pairs > 10
    seen: list[int] = []
    of_positions = prepared.of_positions

    def watched(lon: Any, lat: Any) -> Any:
        seen.append(len(of_positions(lon, lat)[0]))
        return of_positions(lon, lat)

    monkeypatch.setattr(prepared, "of_positions", watched)
    assert count_in_areas(batch, prepared, CountPlan(weight="额")) == whole
    assert len(seen) > 10 and max(seen) <= 1_000


def test_no_areas_leave_every_row_outside() -> None:
    table = _counted(_batch([1.0, NAN], [1.0, 1.0]), areas_of([]))
    assert (table.outside_rows, table.nowhere_rows) == (1, 1)


def test_an_area_of_no_extent_is_still_an_area() -> None:
    areas = areas_of([shapely.Point(1, 1)])
    assert _rows(_counted(_batch([1.0, 1.0001], [1.0, 1.0]), areas), areas) == {"a": 1}


def test_rows_count_by_category_and_period_with_their_weights(squares: Areas) -> None:
    batch = _batch(
        [116.5] * 5,
        [38.5] * 5,
        行业=["氢能", "氢能", None, "机器人", ""],
        年=[2021, 2021, 2022, None, 2022],
        额=[1.5, 2.25, 4.0, 8.0, 16.0],
    )
    table = _counted(batch, squares, CountPlan("行业", "年", "额"))
    assert table.to_arrow(squares).to_pylist() == [
        {"area_id": "a", "category": "", "period": "2022", "rows": 2, "total": 20.0, "weighed": 2},
        {"area_id": "a", "category": "机器人", "period": "", "rows": 1, "total": 8.0, "weighed": 1},
        {"area_id": "a", "category": "氢能", "period": "2021", "rows": 2, "total": 3.75, "weighed": 2},
    ]


def test_a_weight_that_is_no_number_is_told_and_adds_nothing(squares: Areas) -> None:
    weights = [1.0, None, NAN, math.inf, -math.inf, -3.0]
    batch = _batch([116.5] * 6 + [0.0], [38.5] * 6 + [0.0], 额=[*weights, NAN])
    table = _counted(batch, squares, CountPlan(weight="额"))
    assert table.unusable_weights == 4  # The row outside adds to nothing anyway.
    assert table.to_arrow(squares).column("total").to_pylist() == [-2.0]


def test_an_area_whose_rows_have_no_weight_has_no_total(squares: Areas) -> None:
    batch = _batch([116.5, 117.5], [38.5, 38.5], 额=[None, 0.0])
    table = _counted(batch, squares, CountPlan(weight="额"))
    assert table.to_arrow(squares).column("total").to_pylist() == [None, 0.0]


def test_totals_are_exact_for_weights_of_every_size(squares: Areas) -> None:
    drawn = np.random.default_rng(8)
    weights = np.ldexp(drawn.uniform(-1, 1, 3_000), drawn.integers(-1074, 960, 3_000))
    weights[:3] = 5e-324, -2.2250738585072014e-308, 1.7976931348623157e300
    table = _counted(_batch([116.5] * 3_000, [38.5] * 3_000, 额=weights), squares, CountPlan(weight="额"))
    exact = sum(map(Fraction, weights.tolist()), Fraction(0))
    cell = table.cells[(0, "", "")]
    assert Fraction(cell[2], 1 << 1074) == exact
    assert float_of(cell[2]) == float(exact)


def test_rows_that_name_their_area_count_there(squares: Areas) -> None:
    ids = pa.array(["a", "b", "a", "", None, "z"])
    batch = pa.record_batch({AREA_ID: ids, "额": pa.array([1, 2, 3, 4, 5, 6])})
    table = _counted(batch, squares, CountPlan(weight="额"))
    assert _rows(table, squares) == {"a": 2, "b": 1}
    assert (table.nowhere_rows, table.outside_rows) == (2, 1)
    assert table.to_arrow(squares).column("total").to_pylist() == [4.0, 2.0]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (NAN, ""), (2021.0, "2021"), (-0.0, "0"), (0.1, "0.1"), (True, "true"), (7, "7")],
)
def test_values_become_texts_the_same_in_every_language(value: object, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("plan", "code"),
    [(CountPlan(category="额度"), "no-such-column"), (CountPlan(weight="行业"), "weight-not-a-number")],
)
def test_a_plan_that_does_not_fit_is_refused(plan: CountPlan, code: str) -> None:
    columns = (Column("行业"), Column("额", ColumnKind.NUMBER))
    with pytest.raises(AnalysisImpossible) as refused:
        check_plan(plan, columns, "企业")
    assert refused.value.finding.code == code


def test_making_areas_ready_can_be_cancelled(squares: Areas) -> None:
    with pytest.raises(AnalysisCancelled):
        PreparedAreas(squares, None, lambda: True)
