import numpy as np
import pyarrow as pa
import pytest
import shapely

from jjjmap.layers.feature_table import FeatureTable, kind_of, write_table
from jjjmap.layers.opening.records import Column, ColumnKind
from jjjmap.layers.style import Geometry


def points() -> FeatureTable:
    return FeatureTable(
        pa.table({"名称": ["甲厂", "乙厂", None], "产值": [1.5, None, 3.0]}),
        Geometry.POINT,
        np.array([116.0, np.nan, 117.5]),
        np.array([39.0, np.nan, 40.5]),
    )


def areas() -> FeatureTable:
    square = shapely.box(116, 39, 117, 40)
    return FeatureTable(
        pa.table({"名称": ["甲县", "无界"]}),
        Geometry.POLYGON,
        wkb=pa.chunked_array([pa.array([shapely.to_wkb(square), None], pa.binary())]),
    )


@pytest.mark.parametrize("table", [points(), areas()], ids=["points", "areas"])
def test_a_layer_is_the_same_after_it_was_on_disk(tmp_path, table):
    write_table(tmp_path, table)
    again = FeatureTable.open(tmp_path, table.geometry)
    assert again.attributes.equals(table.attributes)
    assert again.has_position().tolist() == table.has_position().tolist()
    assert [None if shape is None else shape.wkt for shape in again.shapes] == [
        None if shape is None else shape.wkt for shape in table.shapes
    ]


def test_a_row_without_position_has_no_shape_and_stays_in_the_table():
    table = points()
    assert len(table) == 3
    assert table.has_position().tolist() == [True, False, True]
    assert table.shapes[1] is None
    assert table.row(1) == {"名称": "乙厂", "产值": None}


def test_rows_are_taken_with_their_positions_in_the_order_wanted():
    taken = points().take([2, 0])
    assert taken.attributes.column("产值").to_pylist() == [3.0, 1.5]
    assert taken.lon is not None and taken.lon.tolist() == [117.5, 116.0]
    taken = areas().take([1])
    assert taken.has_position().tolist() == [False]


def test_positions_that_are_fewer_than_rows_are_refused(tmp_path):
    write_table(tmp_path, points())
    with pa.OSFile(str(tmp_path / "geometry.arrow"), "wb") as sink:
        short = pa.table({"lon": [1.0], "lat": [2.0]})
        with pa.ipc.new_file(sink, short.schema) as writer:
            writer.write_table(short)
    with pytest.raises(pa.ArrowInvalid, match="1 positions for 3 rows"):
        FeatureTable.open(tmp_path, Geometry.POINT)


def test_a_plain_table_is_nowhere(tmp_path):
    write_table(tmp_path, FeatureTable(pa.table({"a": [1, 2]})))
    table = FeatureTable.open(tmp_path, None)
    assert not table.has_position().any()
    assert table.shapes.tolist() == [None, None]


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        (pa.string(), ColumnKind.TEXT),
        (pa.dictionary(pa.int32(), pa.string()), ColumnKind.TEXT),
        (pa.int64(), ColumnKind.INTEGER),
        (pa.float32(), ColumnKind.NUMBER),
        (pa.bool_(), ColumnKind.BOOLEAN),
        (pa.date32(), ColumnKind.DATE),
        (pa.timestamp("ms"), ColumnKind.TIME),
    ],
)
def test_kinds_of_columns(type_, kind):
    assert kind_of(type_) is kind


def test_columns_are_told_in_order():
    assert points().columns == (Column("名称", ColumnKind.TEXT), Column("产值", ColumnKind.NUMBER))
