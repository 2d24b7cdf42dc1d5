"""Layers as files: every format comes back as it went, all or nothing, the same twice."""

import errno
import json
import os
import sqlite3
from pathlib import Path

import geopandas
import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pyogrio import list_layers, read_dataframe, read_info

from jjjmap.errors import ExportFailed
from jjjmap.export.datasets import arrow
from jjjmap.export.datasets.feature_files import FEATURE_SUFFIXES, save_features
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry

SHAPES = [
    shapely.box(116, 39, 116.1, 39.1),
    shapely.MultiPolygon([shapely.box(116.2, 39, 116.3, 39.1), shapely.box(117, 39, 117.1, 39.1)]),
    None,
]
WITH_SHAPES = (".geojson", ".json", ".gpkg", ".fgb", ".parquet")


def polygons() -> FeatureTable:
    attributes = pa.table(
        {
            "名称": pa.array(["甲", "乙\x00丙", "=1+1"]).dictionary_encode(),
            "fid": [5, 5, None],
            "Geom": ["a", "b", "c"],
            "码": ["911101081234567890", "000000000000000001", None],
            "大数": [2**53 + 1, 1, 2],
            "时": pa.array([1_700_000_000_000_000, None, 0], pa.timestamp("us", "UTC")),
        }
    )
    wkb = pa.array([None if shape is None else shape.wkb for shape in SHAPES], pa.binary())
    return FeatureTable(attributes, Geometry.POLYGON, wkb=pa.chunked_array([wkb]))


def points(count: int = 3) -> FeatureTable:
    lon, lat = 116 + np.arange(count) / 1000, np.full(count, 39.0)
    lon[-1] = lat[-1] = np.nan
    return FeatureTable(pa.table({"n": np.arange(count)}), Geometry.POINT, lon, lat)


def read_back(path: Path) -> geopandas.GeoDataFrame:
    return geopandas.read_parquet(path) if path.suffix == ".parquet" else geopandas.read_file(path)


@pytest.mark.parametrize("suffix", WITH_SHAPES)
def test_polygons_come_back_as_they_went(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"甲县{suffix}"
    assert save_features(path, polygons(), title="甲县 图层")
    frame = read_back(path)
    assert frame.crs.equals("EPSG:4326", ignore_axis_order=True)
    told = (multi(shape) if suffix in (".gpkg", ".fgb") else shape for shape in SHAPES)
    for found, shape in zip(frame.geometry, told, strict=True):
        assert found is shape or found.normalize() == shape.normalize()
    assert frame["名称"].tolist() == ["甲", "乙丙", "=1+1"]
    assert frame["Geom"].tolist() == ["a", "b", "c"]
    assert frame["码"].tolist()[:2] == ["911101081234567890", "000000000000000001"]
    assert int(frame["大数"].iloc[0]) == 2**53 + 1
    assert list(tmp_path.iterdir()) == [path]


def multi(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    is_lone = shape is not None and shape.geom_type == "Polygon"
    return shapely.MultiPolygon([shape]) if is_lone else shape


@pytest.mark.parametrize("suffix", WITH_SHAPES)
def test_points_come_back_and_those_that_are_nowhere_stay(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"p{suffix}"
    assert save_features(path, points())
    frame = read_back(path).sort_values("n")
    assert [(shape.x, shape.y) for shape in frame.geometry[:2]] == [(116.0, 39.0), (116.001, 39.0)]
    assert frame.geometry.iloc[2] is None


def test_tables_hold_the_degrees_of_points(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    assert save_features(path, points())
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[1].endswith("116,39")
    assert lines[3] == "2,,"


def test_a_plain_table_has_no_positions(tmp_path: Path) -> None:
    table = FeatureTable(pa.table({"a": [1, 2]}))
    for suffix in (".csv", ".gpkg", ".parquet", ".xlsx"):
        assert save_features(tmp_path / f"t{suffix}", table)
    with pytest.raises(ExportFailed) as caught:
        save_features(tmp_path / "t.fgb", table)
    assert "FlatGeobuf" in caught.value.reason


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".parquet", ".csv", ".xlsx"])
def test_the_same_rows_make_the_same_file(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    files = [tmp_path / f"{name}{suffix}" for name in ("a", "b")]
    for file in files:
        assert save_features(file, polygons(), title="t")
    assert files[0].read_bytes() == files[1].read_bytes()


def test_files_written_at_the_same_time_all_bear_the_stated_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setattr(arrow, "BATCH_ROWS", 10)
    inner, outer = tmp_path / "inner.gpkg", tmp_path / "outer.gpkg"

    def meanwhile(_share: float) -> None:
        if not inner.exists():
            save_features(inner, points())

    save_features(outer, points(100), progress=meanwhile)
    for path in (inner, outer):
        with sqlite3.connect(path) as connection:
            said = connection.execute("SELECT last_change FROM gpkg_contents").fetchall()
        assert said == [("2023-11-14T22:13:20.000Z",)]


def test_without_a_stated_moment_a_file_bears_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for epoch in ("1700000000", ""):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        save_features(tmp_path / "p.gpkg", points())
    with sqlite3.connect(tmp_path / "p.gpkg") as connection:
        ((said,),) = connection.execute("SELECT last_change FROM gpkg_contents").fetchall()
    assert not said.startswith("2023-11-14")


@pytest.mark.parametrize("suffix", WITH_SHAPES)
def test_a_cancel_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow, "BATCH_ROWS", 10)
    path = tmp_path / f"p{suffix}"
    path.write_text("old")
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 3

    assert not save_features(path, points(100), cancelled=cancelled)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", WITH_SHAPES)
def test_a_full_disk_leaves_the_old_file_and_is_told(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    path = tmp_path / f"p{suffix}"
    path.write_text("old")
    with pytest.raises(ExportFailed) as caught:
        save_features(path, points())
    assert caught.value.reason == "磁盘已满。"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", FEATURE_SUFFIXES)
def test_a_folder_that_is_not_there_is_told(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ExportFailed) as caught:
        save_features(tmp_path / "none" / f"p{suffix}", points())
    assert caught.value.reason == "文件夹不存在。"


def test_progress_grows_to_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow, "BATCH_ROWS", 10)
    told: list[float] = []
    save_features(tmp_path / "p.geojson", points(100), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 5


@pytest.mark.parametrize("suffix", WITH_SHAPES)
def test_columns_that_differ_in_case_alone_keep_their_values(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    attributes = pa.table({"a": ["1", "2"], "A": [3, 4], "fid": [5, 6], "FID": [7, 8]})
    save_features(path, FeatureTable(attributes, Geometry.POINT, np.full(2, 116.0), np.full(2, 39.0)))
    back = read_back(path)
    again = {"a": "a", "A": "A", "fid": "fid", "FID": "FID"}
    if suffix != ".parquet":
        again |= {"A": "A_2", "FID": "FID_2"}
    assert {name: back[wanted].tolist() for name, wanted in again.items()} == attributes.to_pydict()


METHOD = (("算法", "区位商 = (e/E)/(n/N)"), ("没有算出", "区位商：“全区”没有这一行业"))


def method_of(path: Path) -> list[tuple[str, ...]]:
    """Return what a file says of how its rows were reckoned."""
    match path.suffix:
        case ".geojson" | ".json":
            said = json.loads(path.read_text("utf-8"))["method"]
        case ".gpkg":
            said = read_dataframe(path, layer="method")[["name", "text"]].to_numpy().tolist()
        case ".fgb":
            lines = read_info(path)["layer_metadata"]["DESCRIPTION"].split("\n")
            said = [line.split(": ", 1) for line in lines]
        case ".parquet":
            said = json.loads(pq.read_schema(path).metadata[b"method"])
        case ".csv":
            beside = path.with_name(f"{path.name}-metadata.json")
            said = [(note["name"], note["text"]) for note in json.loads(beside.read_text("utf-8"))["notes"]]
        case _:
            book = openpyxl.load_workbook(path)
            said = [[str(cell.value) for cell in row[:2]] for row in book.worksheets[-1].iter_rows()]
    return [tuple(pair) for pair in said]


@pytest.mark.parametrize("suffix", FEATURE_SUFFIXES)
def test_how_rows_were_reckoned_goes_with_them(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"甲县{suffix}"
    table = points()
    table = table.take(np.arange(2))  # All are somewhere: FlatGeobuf wants it.
    assert save_features(path, table, title="甲", method=METHOD)
    assert set(METHOD) <= set(method_of(path))
    if suffix in WITH_SHAPES:
        found = pq.read_table(path).num_rows if suffix == ".parquet" else read_info(path, layer=0)["features"]
        assert found == 2
    plain = tmp_path / f"乙县{suffix}"
    assert save_features(plain, table, title="乙")
    assert "全区" not in plain.read_bytes().decode("utf-8", "replace")
    assert not plain.with_name(f"{plain.name}-metadata.json").exists()


def test_a_layer_called_method_keeps_its_name(tmp_path: Path) -> None:
    path = tmp_path / "甲.gpkg"
    assert save_features(path, polygons(), title="Method", method=METHOD)
    assert {name for name, _kind in list_layers(path)} == {"Method", "method_2"}
