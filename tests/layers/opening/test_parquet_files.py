from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from jjjmap.errors import LayerUnreadable
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.layer_writer import LayerWriter
from jjjmap.layers.opening.parquet_files import inspect_parquet, read_parquet
from jjjmap.layers.opening.records import ColumnRole, OpenOptions, ReadAnswer
from jjjmap.layers.style import Geometry


def read(path: Path, options: OpenOptions, folder: Path) -> ReadAnswer:
    folder.mkdir()
    with LayerWriter(path, folder) as writer:
        read_parquet(path, options, writer)
        return writer.finish()


def test_columns_of_coordinates_make_points_where_there_is_no_geometry(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    places = {"lng": [116.1, 0.0, None, None], "lat": [39.0, 0.0, None, 39.1]}
    table = pa.table({"名称": list("甲乙丙丁"), **places})
    pq.write_table(table, path)
    inspection = inspect_parquet(path, OpenOptions())
    roles = {column.name: column.role for column in inspection.columns}
    assert (roles["lng"], roles["lat"]) == (ColumnRole.LON, ColumnRole.LAT)
    assert (inspection.geometry, inspection.must_ask) == ("Point", True)
    answer = read(path, inspection.options, tmp_path / "out")
    found = FeatureTable.open(tmp_path / "out" / "point", Geometry.POINT)
    assert found.has_position().tolist() == [True, False, False]
    assert answer.parts[0].facts.without_geometry == 2
    # Half a position is rejected: it was meant to be one.
    assert (answer.accepted, answer.rejected) == (3, 1)


def test_a_parquet_that_is_nowhere_is_a_plain_table(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": [1, 2], "b": pa.array([[1], None])}), path)
    inspection = inspect_parquet(path, OpenOptions())
    answer = read(path, inspection.options, tmp_path / "out")
    assert answer.parts[0].facts.geometry is None
    assert FeatureTable.open(tmp_path / "out" / "rows", None).row(0) == {"a": 1, "b": "[1]"}


def test_geometry_as_points_of_arrow_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    points = geopandas.GeoDataFrame({"n": [1, 2]}, geometry=shapely.points([116, 117], [39, 40]), crs=4326)
    points.to_parquet(path, geometry_encoding="geoarrow")
    answer = read(path, inspect_parquet(path, OpenOptions()).options, tmp_path / "out")
    assert answer.parts[0].facts.bounds == (116.0, 39.0, 117.0, 40.0)
    other = tmp_path / "b.parquet"
    points.set_geometry([shapely.box(116, 39, 117, 40)] * 2, crs=4326).to_parquet(
        other, geometry_encoding="geoarrow"
    )
    with pytest.raises(LayerUnreadable) as caught:
        inspect_parquet(other, OpenOptions())
    assert caught.value.reason == "unknown-format"


def test_metadata_that_are_no_json_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"geometry": pa.array([b"\x00"])}).replace_schema_metadata({"geo": "{"})
    pq.write_table(table, path)
    with pytest.raises(LayerUnreadable) as caught:
        inspect_parquet(path, OpenOptions())
    assert caught.value.reason == "damaged"


def test_bytes_that_are_no_shape_are_rejected(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame = geopandas.GeoDataFrame({"n": [1, 2]}, geometry=shapely.points([116, 117], [39, 40]), crs=4326)
    frame.to_parquet(path)
    table = pq.read_table(path)
    broken = table.set_column(
        1, table.schema.field(1), pa.array([b"\x01\x09", *table["geometry"].to_pylist()[1:]])
    )
    pq.write_table(broken, path)
    answer = read(path, OpenOptions(datum="WGS-84", swap_axes=False, roles=()), tmp_path / "out")
    assert (answer.accepted, answer.rejected) == (1, 1)
    assert np.isfinite(FeatureTable.open(tmp_path / "out" / "point", Geometry.POINT).lon).all()  # type: ignore[arg-type]
