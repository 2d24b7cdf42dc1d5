"""Tests of tables that got shapes by a join."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely

from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.layers.boundaries import Unit, UnitIndex
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.style import Geometry
from jjjmap.layers.tables import joined_table
from jjjmap.layers.tables.joined_table import Repeats, join_to_places, join_to_units
from jjjmap.layers.tables.joining import JoinAnswer, JoinTarget

JIA, YI = shapely.box(116, 39, 117, 40), shapely.box(117, 39, 118, 40)


@pytest.fixture
def units() -> UnitIndex:
    return UnitIndex((Unit("990101", "甲县", ""), Unit("990102", "乙县", "")), (JIA, YI))


@pytest.fixture
def table() -> FeatureTable:
    return FeatureTable(pa.table({"县": ["甲县", "某县", "甲县"], "产值": [1, 2, 3]}))


def _answer(
    ids: tuple[str, ...] = ("990101",),
    rows: tuple[int, ...] = (0, -1, 0),
    target: JoinTarget = JoinTarget.COUNTIES,
) -> JoinAnswer:
    return JoinAnswer(target, ids, np.array(rows, dtype=np.int32), (), (), 0)


def test_rows_get_the_shapes_of_their_units_once(table: FeatureTable, units: UnitIndex) -> None:
    joined = join_to_units(table, _answer(), units)
    assert joined.table.geometry is Geometry.POLYGON
    assert shapely.equals(joined.table.shapes[0], JIA)
    assert joined.table.has_position().tolist() == [True, False, False]
    assert (joined.unmatched_rows, joined.repeated_rows, joined.added_rows) == (1, 1, 0)
    assert joined.table.row(2) == {"县": "甲县", "产值": 3, "地点编号": "990101", "地点名称": "甲县"}
    assert joined.table.row(1)["地点编号"] is None


def test_every_row_may_have_its_shape(table: FeatureTable, units: UnitIndex) -> None:
    joined = join_to_units(table, _answer(), units, repeats=Repeats.EVERY)
    assert joined.table.has_position().tolist() == [True, False, True]
    assert joined.repeated_rows == 0


def test_units_without_rows_are_added_with_empty_attributes(table: FeatureTable, units: UnitIndex) -> None:
    joined = join_to_units(table, _answer(), units, with_missing=True)
    assert joined.added_rows == 1
    assert len(joined.table) == 4
    assert joined.table.row(3) == {"县": None, "产值": None, "地点编号": "990102", "地点名称": "乙县"}
    assert shapely.equals(joined.table.shapes[3], YI)


def test_shapes_beyond_the_limit_are_left_out_and_told(
    table: FeatureTable, units: UnitIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joined_table, "MAX_SHAPE_BYTES", len(shapely.to_wkb(JIA)))
    joined = join_to_units(table, _answer(), units, repeats=Repeats.EVERY)
    assert joined.table.has_position().tolist() == [True, False, False]
    assert joined.repeated_rows == 1


def test_columns_that_are_there_keep_their_names(units: UnitIndex) -> None:
    table = FeatureTable(pa.table({"地点编号": ["x"]}))
    joined = join_to_units(table, _answer(rows=(0,)), units)
    assert joined.table.attributes.column_names == ["地点编号", "地点编号_2", "地点名称"]


def test_a_join_without_any_match_is_a_table_without_positions(table: FeatureTable, units: UnitIndex) -> None:
    joined = join_to_units(table, _answer((), (-1, -1, -1)), units)
    assert not joined.table.has_position().any()
    assert joined.unmatched_rows == 3


def test_a_joined_table_is_kept_like_any_layer(table: FeatureTable, units: UnitIndex, tmp_path: Path) -> None:
    joined = join_to_units(table, _answer(), units)
    write_table(tmp_path, joined.table)
    again = FeatureTable.open(tmp_path, Geometry.POLYGON)
    assert again.has_position().tolist() == [True, False, False]
    assert again.row(0) == joined.table.row(0)


def test_places_give_points() -> None:
    places = (
        Place("jia-park", PlaceKind.INDUSTRIAL_PARK, "甲园", "Jia Park", lon=116.5, lat=39.5),
        Place("yi-park", PlaceKind.INDUSTRIAL_PARK, "乙园", "Yi Park"),
    )
    catalogue = Catalogue(places={place.id: place for place in places})
    table = FeatureTable(pa.table({"园": ["甲园", "乙园", "丙园"]}))
    joined = join_to_places(table, _answer(("jia-park", "yi-park"), (0, 1, -1), JoinTarget.PLACES), catalogue)
    assert joined.table.lon[0] == 116.5
    assert joined.table.has_position().tolist() == [True, False, False]
    assert joined.unmatched_rows == 2
    assert joined.table.row(1)["地点名称"] == "乙园"
