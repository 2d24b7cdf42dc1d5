import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.attributes import attributes_of, blurred_rows, plan_attributes, unique_names
from jjjmap.layers.opening.reading_worker import LayerReader


def test_names_become_unique_and_are_never_empty() -> None:
    assert unique_names(["a", "a", "", "a_2", " a\n"]) == ["a", "a_2", "列 3", "a_2_2", "a_3"]


def test_values_of_any_type_become_what_a_table_shows() -> None:
    source = pa.record_batch(
        {
            "whole": pa.array([2**60]),
            "decimal": pa.array([decimal.Decimal("1.5")]),
            "nested": pa.array([{"a": [1, None]}]),
            "bytes": pa.array([b"\x01\xff"]),
            "time": pa.array([datetime.time(3, 4)]),
            "day": pa.array([datetime.date(2024, 1, 2)], pa.date64()),
            "coded": pa.array(["甲"]).dictionary_encode(),
            "nothing": pa.nulls(1),
            "shape": pa.array([b""]),
        }
    )
    plan = plan_attributes(source.schema, {"shape"})
    (row,) = attributes_of(source, plan).to_pylist()
    assert row == {
        "whole": 2**60,
        "decimal": 1.5,
        "nested": '{"a": [1, null]}',
        "bytes": "01ff",
        "time": row["time"],
        "day": datetime.date(2024, 1, 2),
        "coded": "甲",
        "nothing": None,
    }
    assert str(row["time"]).startswith("03:04:00")


def test_bytes_that_are_no_utf8_are_marked() -> None:
    broken = pa.StringArray.from_buffers(
        2, pa.array([0, 2, 3], pa.int32()).buffers()[1], pa.py_buffer(b"\xb2\xe2x")
    )
    source = pa.record_batch([broken], names=["a"])
    found = attributes_of(source, plan_attributes(source.schema, set()))
    assert found.column(0).to_pylist() == ["\ufffd\ufffd", "x"]


def test_whole_numbers_that_a_float_cannot_hold_are_found() -> None:
    source = pa.record_batch({"a": pa.array([1.5, 2.0**53, None, -1e17])})
    assert blurred_rows(source).tolist() == [False, True, False, True]


def test_rows_without_columns_keep_their_numbers() -> None:
    source = pa.record_batch({"shape": pa.array([b"", b""])})
    plan = plan_attributes(source.schema, {"shape"})
    assert attributes_of(source, plan, 8).to_pylist() == [{"行号": 8}, {"行号": 9}]


def test_dates_that_nobody_can_show_are_left_empty_and_told(tmp_path):
    path, folder = tmp_path / "a.parquet", tmp_path / "layer"
    folder.mkdir()
    beyond = pa.array([10**18, 0, None], pa.int64())
    table = pa.table(
        {
            "lon": [116.0, 117.0, 118.0],
            "lat": [39.0, 40.0, 39.5],
            "登记": beyond.cast(pa.timestamp("us")),
            "停用": pa.array([1, 5_000_000, 2], pa.int32()).cast(pa.date32()),
            "某处": pa.array([0, 1, 2], pa.timestamp("ms", "Mars/Phobos")),
        }
    )
    pq.write_table(table, path)
    with LayerReader() as reader:
        answer = reader.read(path, reader.inspect(path).options, folder)
    (part,) = answer.parts
    attributes = FeatureTable.open(folder / part.folder, part.facts.geometry).attributes
    assert [value is None for value in attributes["登记"].to_pylist()] == [True, False, True]
    assert [value is None for value in attributes["停用"].to_pylist()] == [False, True, False]
    assert attributes["某处"].null_count == 0
    (told,) = [each for each in answer.findings if each.code == "date-impossible"]
    assert "2" in told.message
