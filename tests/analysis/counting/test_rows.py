"""Tests of where rows come from."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.counting.cross_table import CrossTable
from jjjmap.analysis.counting.kernel import CountPlan
from jjjmap.analysis.counting.parquet_inspection import inspect_parquet
from jjjmap.analysis.counting.pieces import count_pieces
from jjjmap.analysis.counting.rows import AREA_ID, LAT, LON, RowsBroken, RowSource, TableRows
from jjjmap.analysis.running import AnalysisImpossible
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.style import Geometry

from .conftest import layer_of, points_of

NAN = float("nan")


def _counted(source: RowSource, areas: Areas, plan: CountPlan | None = None) -> CrossTable:
    return count_pieces(source.pieces(), areas, plan or CountPlan(), lambda share: None, lambda: False)


def _refused(path: Path, columns: tuple[str, str] | None = None) -> Any:
    with pytest.raises(AnalysisImpossible) as refused:
        inspect_parquet(path, columns)
    return refused.value.finding


def _write(
    path: Path, rows: int = 6, *, group: int = 3, geo: dict[str, Any] | None = None, **columns: Any
) -> Path:
    """Write points along 38.5, from a to b, with what else is asked for."""
    told = {"lon": 116.25 + np.arange(rows) * 0.25, "lat": np.full(rows, 38.5)} | columns
    table = pa.table({name: values for name, values in told.items() if values is not None})
    if geo is not None:
        table = table.replace_schema_metadata({b"geo": json.dumps(geo).encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, row_group_size=group, compression="none")
    return path


def _geo(**about: Any) -> dict[str, Any]:
    column = {"encoding": "WKB", "geometry_types": ["Point"]} | about
    return {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": column}}


# -- Open layers -----------------------------------------------------------------------------------


def test_a_filter_hides_rows_from_the_count(squares: Areas) -> None:
    table = points_of([116.5, 116.6, 117.5, NAN], [38.5] * 4, 行业=["甲", "乙", "乙", "丙"])
    rows = TableRows(layer_of(table, [True, False, True, True]))
    counted = _counted(rows, squares, CountPlan("行业"))
    assert rows.count == 3
    assert counted.cells == {(0, "甲", ""): (1, 0, 0), (1, "乙", ""): (1, 0, 0)}
    assert (counted.read_rows, counted.nowhere_rows) == (3, 1)


def test_rows_may_name_their_area(squares: Areas) -> None:
    table = FeatureTable(pa.table({"额": [1.0, 2.0, 4.0]}))
    rows = TableRows(layer_of(table, [True, True, False]), ["b", "", "b"])
    counted = _counted(rows, squares, CountPlan(weight="额"))
    assert counted.to_arrow(squares).to_pylist()[0]["total"] == 1.0
    assert (counted.read_rows, counted.nowhere_rows) == (2, 1)


def test_a_plain_table_without_areas_is_refused() -> None:
    with pytest.raises(AnalysisImpossible) as refused:
        TableRows(layer_of(FeatureTable(pa.table({"额": [1.0]}))))
    assert refused.value.finding.code == "no-position"


def test_polygons_count_by_a_point_inside_them_and_say_so(squares: Areas) -> None:
    shapes = np.array(
        [shapely.box(116.1, 38.1, 116.2, 38.2), None, shapely.box(117, 39, 119, 40)], dtype=object
    )
    table = FeatureTable(
        pa.table({"n": [1, 2, 3]}),
        Geometry.POLYGON,
        wkb=pa.chunked_array([pa.array(shapely.to_wkb(shapes), pa.binary())]),
    )
    rows = TableRows(layer_of(table))
    counted = _counted(rows, squares)
    assert [finding.code for finding in rows.findings] == ["counted-by-inner-point"]
    assert {key[0] for key in counted.cells} == {0, 3}
    assert counted.nowhere_rows == 1


@pytest.mark.parametrize("columns", [("行业",), ()])
def test_a_piece_of_a_layer_travels_with_what_it_shows(columns: tuple[str, ...], squares: Areas) -> None:
    table = points_of([116.5, 117.5, 116.5], [38.5] * 3, 行业=["甲", "乙", "丙"], 额=[1, 2, 3])
    (piece,) = TableRows(layer_of(table, [True, False, True])).pieces()
    again = pickle.loads(pickle.dumps(piece.only(columns)))
    assert again.rows == piece.rows == 2
    assert list(again.batches(columns)) == list(piece.batches(columns))


# -- Parquet ---------------------------------------------------------------------------------------


def test_a_parquet_file_is_read_row_group_by_row_group(tmp_path: Path, squares: Areas) -> None:
    source = inspect_parquet(_write(tmp_path / "企业.parquet", 7, 行业=["甲"] * 6 + [None], 额=np.arange(7)))
    assert (source.title, source.count, len(source.pieces())) == ("企业.parquet", 7, 3)
    assert {column.name: column.kind for column in source.columns} == {
        "lon": ColumnKind.NUMBER, "lat": ColumnKind.NUMBER, "行业": ColumnKind.TEXT, "额": ColumnKind.INTEGER,
    }  # fmt: skip
    assert [finding.code for finding in source.findings] == ["datum-assumed"]
    counted = _counted(source, squares, CountPlan("行业", "", "额"))
    told = counted.to_arrow(squares).select(["area_id", "category", "rows", "total"]).to_pylist()
    expected = [("a", "甲", 3, 3.0), ("b", "", 1, 6.0), ("b", "甲", 3, 12.0)]
    assert [tuple(row.values()) for row in told] == expected


@pytest.mark.parametrize("names", [("x", "y"), ("经度", "纬度"), ("LONGITUDE", "Latitude")])
def test_columns_of_positions_are_known_by_their_names(tmp_path: Path, names: tuple[str, str]) -> None:
    places = dict(zip(names, ([116.5, 116.6], [38.5, 38.6]), strict=True))
    source = inspect_parquet(_write(tmp_path / "a.parquet", 2, lon=None, lat=None, 额=[1.0, 2.0], **places))
    assert (source.positions.lon, source.positions.lat) == names


def test_columns_of_positions_may_be_named(tmp_path: Path, squares: Areas) -> None:
    path = _write(tmp_path / "a.parquet", 2, 甲=[117.5, 0.0], 乙=[39.5, 0.0])
    counted = _counted(inspect_parquet(path, ("甲", "乙")), squares)
    # 0, 0 stands for a position that is not known.
    assert (list(counted.cells), counted.nowhere_rows) == ([(3, "", "")], 1)
    assert _refused(path, ("甲", "丙")).code == "no-position"


def test_metres_are_not_taken_for_degrees(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.parquet", 2, lon=[4_400_000.0, 4_400_001.0], lat=[500_000.0, 500_001.0])
    assert _refused(path).code == "not-degrees"


def test_a_file_without_positions_is_refused(tmp_path: Path) -> None:
    assert _refused(_write(tmp_path / "a.parquet", 2, lon=None, lat=None, 额=[1, 2])).code == "no-position"


@pytest.mark.parametrize("big", [False, True])
def test_points_of_geoparquet_count_where_they_are(tmp_path: Path, squares: Areas, big: bool) -> None:
    shapes = shapely.points([116.5, 117.5, 117.6], [38.5, 38.5, 39.5])
    wkb = pa.array(
        [*shapely.to_wkb(shapes, byte_order=0 if big else 1), *([None] if big else [])], pa.binary()
    )
    path = _write(tmp_path / "a.parquet", 1, lon=None, lat=None, geometry=wkb, geo=_geo())
    counted = _counted(inspect_parquet(path), squares)
    assert {key[0] for key in counted.cells} == {0, 1, 3}
    assert counted.nowhere_rows == (1 if big else 0)


def test_polygons_and_native_points_of_geoparquet_are_read(tmp_path: Path, squares: Areas) -> None:
    shapes = [shapely.box(116.1, 38.1, 116.2, 38.2).wkb, b"broken", None]
    path = _write(
        tmp_path / "a.parquet", 3, lon=None, lat=None, geometry=pa.array(shapes, pa.binary()),
        geo=_geo(geometry_types=["Polygon"]),
    )  # fmt: skip
    source = inspect_parquet(path)
    counted = _counted(source, squares)
    assert [finding.code for finding in source.findings] == ["counted-by-inner-point"]
    assert (list(counted.cells), counted.nowhere_rows) == ([(0, "", "")], 2)
    points = pa.array([{"x": 117.5, "y": 39.5}, None], pa.struct([("x", pa.float64()), ("y", pa.float64())]))
    path = _write(tmp_path / "b.parquet", 2, lon=None, lat=None, geometry=points, geo=_geo(encoding="point"))
    counted = _counted(inspect_parquet(path), squares)
    assert (list(counted.cells), counted.nowhere_rows) == ([(3, "", "")], 1)


@pytest.mark.parametrize("epsg", [4326, 4490])
def test_degrees_of_wgs84_and_cgcs2000_are_taken_as_they_are(tmp_path: Path, epsg: int) -> None:
    import pyproj

    wkb = pa.array([shapely.Point(116.5, 38.5).wkb], pa.binary())
    geo = _geo(crs=pyproj.CRS.from_epsg(epsg).to_json_dict())
    path = _write(tmp_path / "a.parquet", 1, lon=None, lat=None, geometry=wkb, geo=geo)
    assert inspect_parquet(path).positions.geometry == "geometry"


@pytest.mark.parametrize("epsg", [4527, None])
def test_another_crs_or_none_is_refused_with_the_way_out(tmp_path: Path, epsg: int | None) -> None:
    import pyproj

    wkb = pa.array([shapely.Point(116.5, 38.5).wkb], pa.binary())
    geo = _geo(crs=epsg and pyproj.CRS.from_epsg(epsg).to_json_dict())
    finding = _refused(_write(tmp_path / "a.parquet", 1, lon=None, lat=None, geometry=wkb, geo=geo))
    assert finding.code == "other-crs"
    assert "jjjmap layer" in finding.hint


def test_a_folder_is_one_source_and_its_names_are_columns(tmp_path: Path, squares: Areas) -> None:
    folder = tmp_path / "企业"
    for year in ("2021", "2022", "__HIVE_DEFAULT_PARTITION__"):
        _write(folder / f"year={year}" / "part-0.parquet", 2)
    _write(folder / "_temporary" / "part-9.parquet", 2)
    (folder / "_SUCCESS").touch()
    (folder / "说明.txt").write_text("…")
    source = inspect_parquet(folder)
    assert source.count == 6
    assert source.files[0].name == "企业/year=2021/part-0.parquet"
    assert [finding.code for finding in source.findings] == ["files-not-read", "datum-assumed"]
    counted = _counted(source, squares, CountPlan(period="year"))
    assert counted.cells == {(0, "", year): (2, 0, 0) for year in ("2021", "2022", "")}


def test_columns_that_differ_between_files_are_told(tmp_path: Path, squares: Areas) -> None:
    _write(tmp_path / "all" / "a.parquet", 2, 年=[2021, 2022], 额=[1.0, 2.0], 注=["甲", "乙"])
    _write(tmp_path / "all" / "b.parquet", 2, 年=[2021.0, NAN], 额=[1, 2])
    source = inspect_parquet(tmp_path / "all")
    kinds = {column.name: column.kind for column in source.columns}
    assert "注" not in kinds and kinds["额"] is ColumnKind.NUMBER
    codes = {finding.code: finding.message for finding in source.findings}
    assert "注" in codes["schema-differs"] and "b.parquet" in codes["schema-differs"]
    assert "年" in codes["types-differ"]
    counted = _counted(source, squares, CountPlan(period="年", weight="额"))
    assert {key[2]: cell[0] for key, cell in counted.cells.items()} == {"2021": 2, "2022": 1, "": 1}


def test_a_file_of_another_make_in_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    _write(tmp_path / "all" / "a.parquet", 2)
    _write(tmp_path / "all" / "b.parquet", 2, lon=None, lat=None, 额=[1, 2])
    finding = _refused(tmp_path / "all")
    assert (finding.code, finding.where) == ("foreign-schema", "all/b.parquet")


def test_files_without_rows_are_told_and_nothing_but_such_is_refused(tmp_path: Path) -> None:
    empty = _write(tmp_path / "all" / "a.parquet", 0)
    assert _refused(empty).code == "no-rows"
    _write(tmp_path / "all" / "b.parquet", 2)
    assert inspect_parquet(tmp_path / "all").findings[0].code == "files-without-rows"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.parquet", b"", "parquet-damaged"),
        ("a.parquet", b"PAR1 and then nothing of that kind PAR1", "parquet-damaged"),
        ("a.csv", b"lon,lat\n1,2\n", "no-parquet"),
    ],
)
def test_what_is_no_parquet_is_refused_by_name(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / name).write_bytes(data)
    assert _refused(tmp_path / "all").code == code
    assert _refused(tmp_path / "gone.parquet").code == "missing"


def test_a_broken_row_group_is_named_and_nothing_is_counted(tmp_path: Path, squares: Areas) -> None:
    weights = np.random.default_rng(1).random(3_000)
    path = _write(tmp_path / "企业.parquet", 3_000, group=1_000, lon=116 + weights, 额=weights)
    source = inspect_parquet(path)
    data = bytearray(path.read_bytes())
    chunk = pq.read_metadata(path).row_group(1).column(0)
    at = chunk.dictionary_page_offset or chunk.data_page_offset
    data[at : at + 200] = b"\xff" * 200
    path.write_bytes(data)
    with pytest.raises(AnalysisImpossible) as refused:
        _counted(source, squares, CountPlan(weight="额"))
    finding = refused.value.finding
    assert (finding.code, finding.where) == ("parquet-row-group-broken", "企业.parquet，第 2 个行组")


def test_a_file_that_was_written_anew_meanwhile_is_not_counted(tmp_path: Path, squares: Areas) -> None:
    source = inspect_parquet(_write(tmp_path / "a.parquet", 6))
    _write(tmp_path / "a.parquet", 60)
    with pytest.raises(RowsBroken):
        _counted(source, squares)


def test_what_is_told_of_a_broken_row_group_travels(tmp_path: Path) -> None:
    source = inspect_parquet(_write(tmp_path / "a.parquet", 6))
    (tmp_path / "a.parquet").unlink()
    piece = pickle.loads(pickle.dumps(source.pieces()[0]))
    with pytest.raises(RowsBroken) as broken:
        list(piece.batches(()))
    assert pickle.loads(pickle.dumps(broken.value)).finding == broken.value.finding


def test_a_column_of_one_of_our_names_is_a_column_like_any_other(tmp_path: Path, squares: Areas) -> None:
    path = _write(tmp_path / "a.parquet", 2, **{AREA_ID.strip("@"): ["z", "z"]})
    batch = next(inspect_parquet(path).pieces()[0].batches(("area_id", "lon")))
    assert batch.schema.names == ["area_id", "lon", LON, LAT]
    assert _counted(inspect_parquet(path), squares, CountPlan("area_id")).cells == {(0, "z", ""): (2, 0, 0)}
