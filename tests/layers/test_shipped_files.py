"""Reading the GeoJSON that we ship: good bytes pass unchanged, bad features are dropped and named."""

import json
from pathlib import Path
from typing import Any

import pytest

from jjjmap import paths
from jjjmap.findings import Finding, Severity
from jjjmap.layers import shipped_files
from jjjmap.layers.layer import Layer, LayerGroup
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.shipped_files import ShippedLayer, read_shipped_layer
from jjjmap.layers.style import Geometry, LayerStyle, SymbolClass

SQUARE = [[[116.0, 39.0], [117.0, 39.0], [117.0, 40.0], [116.0, 39.0]]]


def layer(geometry: Geometry = Geometry.POINT, file: str = "squares.geojson") -> Layer:
    style = LayerStyle((SymbolClass("*", "方", "Square"),))
    return Layer("squares", "方", "Squares", LayerGroup.STRUCTURE, file, geometry, style)


def feature(feature_id: Any = "jia", kind: str = "Point", coordinates: Any = (116.0, 39.0)) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": feature_id,
        "properties": {"name_zh": "甲"},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def read(tmp_path: Path, content: bytes | list[Any], geometry: Geometry = Geometry.POINT) -> ShippedLayer:
    if not isinstance(content, bytes):
        content = json.dumps({"type": "FeatureCollection", "features": content}).encode()
    (tmp_path / "squares.geojson").write_bytes(content)
    return read_shipped_layer(layer(geometry), tmp_path)


@pytest.mark.parametrize("shipped", SHIPPED_LAYERS, ids=lambda shipped: shipped.id)
def test_every_shipped_layer_is_served_as_it_lies_on_the_disk(shipped: Layer) -> None:
    answer = read_shipped_layer(shipped, paths.GEODATA)
    assert answer.findings == ()
    assert answer.feature_count > 0
    assert answer.data == (paths.GEODATA / shipped.file).read_bytes()


def test_a_missing_file_gives_an_empty_layer_and_names_the_file(tmp_path: Path) -> None:
    answer = read_shipped_layer(layer(file="base/gone.geojson"), tmp_path)
    assert json.loads(answer.data) == {"type": "FeatureCollection", "features": []}
    assert [(f.code, f.where) for f in answer.findings] == [("layer-missing", "geodata/base/gone.geojson")]


def test_a_folder_in_place_of_the_file_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "squares.geojson").mkdir()
    assert [f.code for f in read_shipped_layer(layer(), tmp_path).findings] == ["layer-unreadable"]


def test_a_file_outside_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.geojson").write_text('{"type":"FeatureCollection","features":[]}')
    (tmp_path / "inside").mkdir()
    answer = read_shipped_layer(layer(file="../outside.geojson"), tmp_path / "inside")
    assert [f.code for f in answer.findings] == ["layer-unreadable"]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b'{"type":"FeatureCollection","features":[\n{"type":\n', "geodata/squares.geojson:3"),
        (b"", "geodata/squares.geojson:1"),
        (b'{"type":"FeatureCollection",\n"name":"\xff\xfe"}', "geodata/squares.geojson:2"),
        (b'{"type":"FeatureCollection","features":{}}', "geodata/squares.geojson"),
        (b"[]", "geodata/squares.geojson"),
        (b'{"type":"Feature"}', "geodata/squares.geojson"),
        (b"[" * 200_000, "geodata/squares.geojson"),
        (b"1" * 5_000, "geodata/squares.geojson"),
    ],
    ids=["cut off", "empty", "not utf-8", "features no list", "list", "feature", "nested", "huge number"],
)
def test_a_broken_file_gives_an_empty_layer_and_the_line(tmp_path: Path, content: bytes, where: str) -> None:
    answer = read(tmp_path, content)
    assert json.loads(answer.data)["features"] == []
    assert [(f.code, f.where, f.severity) for f in answer.findings] == [
        ("layer-broken", where, Severity.ERROR)
    ]
    assert answer.findings[0].message
    assert answer.findings[0].hint


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("no feature", "feature-invalid"),
        ({"type": "Point", "coordinates": [116, 39]}, "feature-invalid"),
        ({**feature(), "id": None}, "feature-id-missing"),
        (feature(""), "feature-id-missing"),
        (feature(7), "feature-id-missing"),
        (feature("jia"), "feature-id-duplicate"),
        ({**feature("yi"), "properties": None}, "feature-properties-missing"),
        ({**feature("yi"), "geometry": None}, "geometry-type-wrong"),
        (feature("yi", "Polygon", SQUARE), "geometry-type-wrong"),
        (feature("yi", ["Point"]), "geometry-type-wrong"),
        (feature("yi", coordinates=[]), "coordinates-invalid"),
        (feature("yi", coordinates=[116]), "coordinates-invalid"),
        (feature("yi", coordinates=[None, 39]), "coordinates-invalid"),
        (feature("yi", coordinates=["116", "39"]), "coordinates-invalid"),
        (feature("yi", coordinates=[float("nan"), 39]), "coordinates-invalid"),
        (feature("yi", coordinates=[float("inf"), 39]), "coordinates-invalid"),
        (feature("yi", coordinates=[39, 116]), "coordinates-invalid"),
        (feature("yi", coordinates=[[116, 39]]), "coordinates-invalid"),
        ({**feature("yi"), "geometry": {"type": "Point"}}, "coordinates-invalid"),
        (feature("yi", "MultiPoint", []), "geometry-incomplete"),
    ],
)
def test_a_bad_feature_is_dropped_and_the_rest_is_kept(tmp_path: Path, bad: Any, code: str) -> None:
    answer = read(tmp_path, [feature("jia"), bad, feature("bing")])
    assert [f.code for f in answer.findings] == [code]
    assert answer.feature_count == 2
    kept = json.loads(answer.data.decode(), parse_constant=pytest.fail)
    assert [f["id"] for f in kept["features"]] == ["jia", "bing"]


def test_the_finding_names_the_feature(tmp_path: Path) -> None:
    answer = read(tmp_path, [feature("yi", coordinates=[500, 39])])
    assert answer.findings[0].where == "geodata/squares.geojson#yi"


@pytest.mark.parametrize(
    ("kind", "coordinates", "codes"),
    [
        ("Polygon", SQUARE, []),
        ("MultiPolygon", [SQUARE, SQUARE], []),
        ("Polygon", [], ["geometry-incomplete"]),
        ("Polygon", [[[116, 39], [117, 39], [116, 39]]], ["geometry-incomplete"]),
        ("Polygon", [[[116, 39], [117, 39], [117, 40], [116, 40]]], ["ring-open"]),
        ("MultiPolygon", [SQUARE, [[[116, 39], [117, 39], [200, 40], [116, 39]]]], ["coordinates-invalid"]),
        ("MultiPolygon", [[[116, 39]]], ["geometry-incomplete"]),
        ("LineString", [[116, 39], [117, 39]], ["geometry-type-wrong"]),
    ],
)
def test_every_ring_of_a_polygon_is_looked_at(
    tmp_path: Path, kind: str, coordinates: Any, codes: list[str]
) -> None:
    answer = read(tmp_path, [feature("jia", kind, coordinates)], Geometry.POLYGON)
    assert [f.code for f in answer.findings] == codes


@pytest.mark.parametrize(
    ("kind", "coordinates", "codes"),
    [
        ("LineString", [[116, 39], [117, 39]], []),
        ("MultiLineString", [[[116, 39], [117, 39]]], []),
        ("LineString", [[116, 39]], ["geometry-incomplete"]),
        ("MultiLineString", [[[116, 39], [117, 99]]], ["coordinates-invalid"]),
    ],
)
def test_every_part_of_a_line_is_looked_at(
    tmp_path: Path, kind: str, coordinates: Any, codes: list[str]
) -> None:
    answer = read(tmp_path, [feature("jia", kind, coordinates)], Geometry.LINE)
    assert [f.code for f in answer.findings] == codes


def test_reading_needs_no_library_of_geometry() -> None:
    import subprocess
    import sys

    script = (
        "import sys, jjjmap.layers.shipped_files;"
        "sys.exit(bool({'shapely', 'geopandas', 'numpy', 'pandas', 'folium'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_what_is_broken_in_our_data_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    finding = Finding(Severity.WARNING, "feature", "parks.geojson", "一个地点没有位置。")
    read = ShippedLayer(b"{}", 0, (finding,))
    monkeypatch.setattr(shipped_files, "read_shipped_layer", lambda _layer, _folder: read)
    with caplog.at_level("WARNING"):
        assert shipped_files.read_shipped(SHIPPED_LAYERS[0]) == b"{}"
    assert "一个地点没有位置。" in caplog.text
