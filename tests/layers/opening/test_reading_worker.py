import hashlib
import io
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from jjjmap import worker_process
from jjjmap.errors import LayerUnreadable
from jjjmap.i18n import Language, use_language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening import reading_worker
from jjjmap.layers.opening.reading_worker import LayerReader
from jjjmap.layers.opening.records import FileFormat, OpenOptions, ReadAnswer
from jjjmap.layers.style import Geometry
from tests.layers.opening.vector_samples import (
    JIA,
    PARTS,
    YI,
    feature,
    geojson,
    shapefile,
    two_counties,
    zipped,
)

WGS84 = OpenOptions(datum="WGS-84", swap_axes=False)
NEEDS_RLIMIT = pytest.mark.skipif(sys.platform == "win32", reason="needs the caps of the resource module")


@pytest.fixture(scope="module")
def reader() -> Iterator[LayerReader]:
    """One worker for all tests that do not end it."""
    with LayerReader() as shared:
        yield shared


def opened(
    reader: LayerReader, path: Path, options: OpenOptions | None = WGS84
) -> tuple[ReadAnswer, dict[Geometry | None, FeatureTable], Path]:
    folder = path.parent / f"{path.name}-read"
    folder.mkdir()
    answer = reader.read(path, options, folder)
    tables = {
        part.facts.geometry: FeatureTable.open(folder / part.folder, part.facts.geometry)
        for part in answer.parts
    }
    return answer, tables, folder


def refusal(reader: LayerReader, path: Path) -> str:
    """Return why a file is refused, and see that inspecting says the same and nothing is left."""
    folder = path.parent / "refused"
    folder.mkdir(exist_ok=True)
    with pytest.raises(LayerUnreadable) as caught:
        reader.read(path, WGS84, folder)
    assert caught.value.path == path
    assert not list(folder.iterdir())
    return caught.value.reason


def codes(answer: ReadAnswer) -> set[str]:
    return {finding.code for finding in answer.findings}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.geojson", FileFormat.GEOJSON),
        ("a.gpkg", FileFormat.GPKG),
        ("a.shp", FileFormat.SHAPEFILE),
        ("a.fgb", FileFormat.FLATGEOBUF),
        ("a.parquet", FileFormat.PARQUET),
        ("a!b?c.geojson", FileFormat.GEOJSON),
    ],
)
def test_every_format_gives_the_same_rows(
    reader: LayerReader, tmp_path: Path, name: str, kind: FileFormat
) -> None:
    path = tmp_path / name
    frame = two_counties()
    if kind is FileFormat.PARQUET:
        frame.to_parquet(path)
    else:
        frame.to_file(tmp_path / "made" if "!" in name else path, driver="GeoJSON" if "!" in name else None)
        if "!" in name:
            (tmp_path / "made").rename(path)
    inspection = reader.inspect(path)
    assert (inspection.format, inspection.rows) == (kind, 2)
    assert [column.name for column in inspection.columns] == ["名称", "v"]
    answer, tables, _folder = opened(reader, path, inspection.options)
    (facts,) = (part.facts for part in answer.parts)
    table = tables[Geometry.POLYGON]
    rows = sorted(zip(table.attributes["名称"].to_pylist(), table.shapes, strict=True))
    assert [name for name, _shape in rows] == ["乙县", "甲县"]
    assert shapely.equals([shape for _name, shape in rows], [YI, JIA]).all()
    assert facts.bounds == pytest.approx((116.0, 39.0, 116.3, 39.1))
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (answer.accepted, answer.mended, answer.rejected, answer.rejected_file) == (2, 0, 0, "")


def test_layers_of_a_geopackage_are_listed_and_chosen(reader: LayerReader, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    two_counties().to_file(path, layer="县")
    geopandas.GeoDataFrame({"a": [7]}, geometry=[shapely.Point(116, 39)], crs=4326).to_file(
        path, layer="点", mode="a"
    )
    inspection = reader.inspect(path, OpenOptions(sublayer="点"))
    assert [(layer.name, layer.rows) for layer in inspection.sublayers] == [("县", 2), ("点", 1)]
    answer, tables, _folder = opened(reader, path, inspection.options)
    assert tables[Geometry.POINT].row(0) == {"a": 7}
    assert answer.parts[0].facts.title == "a · 点"
    with pytest.raises(LayerUnreadable) as caught:
        reader.inspect(path, OpenOptions(sublayer="无"))
    assert (caught.value.reason, caught.value.detail) == ("no-sublayer", "无")


def test_a_geopackage_with_a_journal_is_left_as_it_is(reader: LayerReader, tmp_path: Path) -> None:
    made = tmp_path / "made.gpkg"
    two_counties().to_file(made)
    connection = sqlite3.connect(made)
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma wal_autocheckpoint=0")
    connection.execute("create table further (a)")
    connection.commit()
    folder = tmp_path / "open"
    folder.mkdir()
    for end in ("", "-wal"):
        shutil.copy(f"{made}{end}", folder / f"a.gpkg{end}")
    connection.close()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    target = tmp_path / "target"
    target.mkdir()
    answer = reader.read(folder / "a.gpkg", WGS84, target)
    assert answer.accepted == 2
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("without", "code"), [(".shx", "missing-shx"), (".dbf", "missing-dbf"), (".prj", "missing-prj")]
)
def test_a_shapefile_without_a_part_is_read_and_its_folder_left_alone(
    reader: LayerReader, tmp_path: Path, without: str, code: str
) -> None:
    path = shapefile(tmp_path / "in", "甲", without=(without,))
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    inspection = reader.inspect(path)
    assert code in {finding.code for finding in inspection.findings}
    target = tmp_path / "target"
    target.mkdir()
    answer = reader.read(path, inspection.options, target)
    assert answer.accepted == 2
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before
    assert inspection.must_ask == (without == ".prj")


def test_the_bytes_of_a_dbf_say_more_than_its_cpg(reader: LayerReader, tmp_path: Path) -> None:
    path = shapefile(tmp_path / "in", "a")
    path.with_suffix(".cpg").write_text("UTF-8")
    answer, tables, _folder = opened(reader, path)
    assert tables[Geometry.POLYGON].attributes["名称"].to_pylist() == ["甲县", "乙县"]
    assert "encoding-mistaken" in codes(answer)
    assert answer.parts[0].facts.encoding == "gb18030"


def test_a_zipped_shapefile_with_gbk_names_in_folders_is_read(reader: LayerReader, tmp_path: Path) -> None:
    path = shapefile(tmp_path / "in", "a")
    outer = zipped(
        tmp_path / "a.zip",
        {
            "../../planted.txt": b"x",
            **{f"folder/one{suffix.upper()}": path.with_suffix(suffix) for suffix in PARTS},
            **{f"folder/two{suffix}": path.with_suffix(suffix) for suffix in PARTS},
        },
    )
    inspection = reader.inspect(outer, OpenOptions(sublayer="two"))
    assert [layer.name for layer in inspection.sublayers] == ["one", "two"]
    answer, _tables, _folder = opened(reader, outer, inspection.options)
    assert answer.parts[0].facts.title == "a · two"
    assert not list(tmp_path.parent.glob("**/planted.txt"))


def test_geojson_and_kml_in_gbk_are_read(reader: LayerReader, tmp_path: Path) -> None:
    features = [feature(shapely.Point(116, 39), 名称="甲县产业园区的名称")] * 3
    _answer, tables, _folder = opened(reader, geojson(tmp_path / "a.geojson", features, "gb18030"))
    assert tables[Geometry.POINT].row(0) == {"名称": "甲县产业园区的名称"}
    kml = tmp_path / "a.kml"
    kml.write_bytes(
        '<?xml version="1.0" encoding="GBK"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark>'
        "<name>甲县</name><Point><coordinates>116,39,0</coordinates></Point></Placemark></kml>".encode("gbk")
    )
    answer, tables, _folder = opened(reader, kml)
    assert tables[Geometry.POINT].row(0)["Name"] == "甲县"
    assert "height-dropped" not in codes(answer)


def test_a_gpx_gives_its_tracks(reader: LayerReader, tmp_path: Path) -> None:
    path = tmp_path / "a.gpx"
    path.write_text(
        '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
        '<trkpt lat="39" lon="116"/><trkpt lat="39.1" lon="116.1"/></trkseg></trk></gpx>'
    )
    inspection = reader.inspect(path)
    assert [layer.name for layer in inspection.sublayers] == ["tracks", "track_points"]
    assert set(opened(reader, path, inspection.options)[1]) == {Geometry.LINE}


def test_mixed_kinds_become_parts_and_every_row_is_somewhere(reader: LayerReader, tmp_path: Path) -> None:
    collection = shapely.GeometryCollection(
        [shapely.Point(116, 39), shapely.LineString([(116, 39), (117, 40)])]
    )
    path = geojson(
        tmp_path / "a.geojson",
        [
            feature(None, n=1),
            feature(JIA, n=2),
            feature(shapely.Point(116, 39), n=3),
            feature(collection, n=4),
            feature(shapely.MultiPoint([(116, 39), (117, 40)]), n=5),
            feature(YI, n=6),
            feature({"type": "Point", "coordinates": []}, n=7),
        ],
    )
    answer, tables, _folder = opened(reader, path)
    found = {kind: table.attributes["n"].to_pylist() for kind, table in tables.items()}
    assert found == {Geometry.POINT: [1, 3, 4, 5, 5, 7], Geometry.POLYGON: [2, 6], Geometry.LINE: [4]}
    assert {"kinds-split", "points-split", "no-geometry"} <= codes(answer)
    assert (answer.accepted, answer.rejected) == (7, 0)
    without = {part.facts.geometry: part.facts.without_geometry for part in answer.parts}
    assert without == {Geometry.POINT: 2, Geometry.POLYGON: 0, Geometry.LINE: 0}
    assert {part.facts.title for part in answer.parts} == {"a（点）", "a（线）", "a（面）"}


def test_broken_shapes_are_mended_or_rejected_with_a_reason(reader: LayerReader, tmp_path: Path) -> None:
    bowtie = [[[116, 39], [116.1, 39.1], [116.1, 39], [116, 39.1], [116, 39]]]
    flat = [[[116, 39], [116.1, 39.1], [116, 39]]]
    unclosed = [[[116, 39], [117, 39], [117, 40]]]
    wide = [[[-179, 39], [179, 39], [179, 40], [-179, 39]]]
    far = [[[1e9, 39], [1e9, 40], [2e9, 40], [1e9, 39]]]
    path = geojson(
        tmp_path / "a.geojson",
        [
            feature({"type": "Polygon", "coordinates": rings}, n=number)
            for number, rings in enumerate((bowtie, flat, unclosed, wide, far))
        ],
    )
    answer, tables, folder = opened(reader, path)
    table = tables[Geometry.POLYGON]
    assert table.attributes["n"].to_pylist() == [0, 2, 3]
    assert shapely.is_valid(table.shapes).all()
    assert {"shape-repaired", "ring-closed", "antimeridian"} <= codes(answer)
    assert (answer.mended, answer.rejected) == (2, 2)
    lines = (folder / answer.rejected_file).read_text("utf-8-sig").splitlines()
    assert lines[0] == "行号,没有读入的原因,n,WKT"
    assert {line.split("。")[0] for line in lines[1:]} == {"2,面没有面积，无法修补", "5,坐标不是地球上的位置"}


def test_points_beyond_the_earth_are_rejected_and_far_ones_told(reader: LayerReader, tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "a.geojson",
        [
            feature({"type": "Point", "coordinates": place}, t="=1+1")
            for place in ([116, 39], [1e9, 2], [10, 20])
        ],
    )
    answer, tables, folder = opened(reader, path)
    assert tables[Geometry.POINT].lon.tolist() == [116.0, 10.0]  # type: ignore[union-attr]
    assert "outside-region" in codes(answer)
    assert "2,坐标不是地球上的位置。,'=1+1,POINT (1000000000 2)" in (folder / answer.rejected_file).read_text(
        "utf-8-sig"
    )


def test_a_file_whose_rows_are_all_rejected_says_so(reader: LayerReader, tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [feature({"type": "Point", "coordinates": [1e9, 2]}, n=1)])
    assert refusal(reader, path) == "nothing-left"


def test_numbers_keep_their_digits_and_nested_values_their_structure(
    reader: LayerReader, tmp_path: Path
) -> None:
    point = shapely.Point(116, 39)
    path = geojson(
        tmp_path / "a.geojson",
        [
            feature(
                point,
                code=110108199001011234,
                mixed=9007199254740993,
                longest=1234567890123456789012345,
                text='{"x": 9007199254740993}',
                nested={"a": [1]},
                items=["甲", "乙"],
            ),
            feature(point, code=None, mixed=0.5, longest=7),
        ],
    )
    answer, tables, _folder = opened(reader, path)
    row = tables[Geometry.POINT].row(0)
    assert (row["code"], row["mixed"]) == ("110108199001011234", "9007199254740993")
    assert row["longest"] == "1234567890123456789012345"
    assert row["text"] == '{"x": 9007199254740993}'
    assert tables[Geometry.POINT].row(1)["mixed"] == "0.5"
    assert (row["nested"], row["items"]) == ('{ "a": [ 1 ] }', '["甲", "乙"]')
    assert "long-numbers-as-text" in codes(answer) and "number-too-long" not in codes(answer)


def test_gcj02_positions_are_moved_and_the_shift_is_kept(reader: LayerReader, tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [feature(JIA), feature(shapely.Point(116.4, 39.9))])
    answer, tables, _folder = opened(reader, path, OpenOptions(datum="GCJ-02", swap_axes=False))
    facts = answer.parts[0].facts
    assert (facts.datum, 400 < facts.shift_m < 700) == ("GCJ-02", True)
    assert tables[Geometry.POINT].lon[0] == pytest.approx(116.3938, abs=1e-3)  # type: ignore[index]
    assert not shapely.equals(tables[Geometry.POLYGON].shapes[0], JIA)


def test_projected_coordinates_come_to_degrees(reader: LayerReader, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    two_counties().to_crs(32650).to_file(path)
    inspection = reader.inspect(path)
    assert (inspection.crs, inspection.options.datum, inspection.must_ask) == (
        "EPSG:32650",
        "EPSG:32650",
        False,
    )
    _answer, tables, _folder = opened(reader, path, inspection.options)
    assert shapely.equals_exact(tables[Geometry.POLYGON].shapes, [JIA, YI], 1e-6, normalize=True).all()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.geojson", b"", "empty"),
        ("rows.geojson", b'{"type":"FeatureCollection","features":[]}', "no-rows"),
        ("cut.geojson", b'{"type":"FeatureCollection","features":[{"type":"Feature","prop', "damaged"),
        (
            "deep.geojson",
            b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"a":'
            + b"[" * 5_000
            + b"]" * 5_000
            + b"}}]}",
            "too-deep",
        ),
        ("png.geojson", b"\x89PNG\r\n\x1a\n" + bytes(200), "other-format"),
        ("text.gpkg", b'{"type":"FeatureCollection","features":[]}', "other-format"),
        ("cut.gpkg", b"SQLite format 3\x00" + bytes(200), "damaged"),
        ("cut.fgb", b"fgb\x03fgb\x00" + bytes(8), "damaged"),
        ("cut.parquet", b"PAR1" + bytes(50), "damaged"),
        ("cut.zip", b"PK\x03\x04" + bytes(50), "damaged"),
        ("bomb.kml", b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "aa">]><kml>&a;', "damaged"),
        ("a.shx", b"\x00\x00\x27\x0a" + bytes(100), "companion"),
    ],
)
def test_broken_files_are_refused_with_a_reason(
    reader: LayerReader, tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert refusal(reader, path) == reason


def test_what_only_points_elsewhere_is_refused_under_any_name(reader: LayerReader, tmp_path: Path) -> None:
    target = geojson(tmp_path / "target.geojson", [feature(JIA)])
    vrt = (
        f'<OGRVRTDataSource><OGRVRTLayer name="target"><SrcDataSource>{target}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    gdalg = '{"type":"gdal_streamed_alg","command_line":"gdal vector read ' + str(target) + '"}'
    for name, text in (("a.geojson", vrt), ("a.kml", vrt), ("a.vrt", vrt), ("b.geojson", gdalg)):
        path = tmp_path / name
        path.write_text(text)
        assert refusal(reader, path) == "virtual", name
    for address in ("http://127.0.0.1/a.geojson", "/vsicurl/http://127.0.0.1/a", '{"type":"Point"}'):
        with pytest.raises(LayerUnreadable) as caught:
            reader.inspect(Path(address))
        assert caught.value.reason in ("not-a-path", "missing")


def test_a_vrt_that_slips_past_the_first_look_finds_no_driver(reader: LayerReader, tmp_path: Path) -> None:
    target = geojson(tmp_path / "target.geojson", [feature(JIA)])
    path = tmp_path / "a.kml"
    path.write_text(
        f"<kml><!-- {' ' * 100} --><OGRVRTDataSource><OGRVRTLayer name='target'>{target}</OGRVRTLayer>"
    )
    assert refusal(reader, path) in ("damaged", "virtual", "no-rows")


def test_the_address_of_a_crs_is_not_asked(reader: LayerReader, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        href = f"http://127.0.0.1:{server.getsockname()[1]}/crs"
        path = geojson(
            tmp_path / "a.geojson",
            [feature(JIA)],
            crs={"type": "link", "properties": {"href": href, "type": "proj4"}},
        )
        assert reader.inspect(path).crs == ""
        assert opened(reader, path)[0].accepted == 1
        with pytest.raises(BlockingIOError):
            server.accept()


def test_only_the_closed_list_of_drivers_is_left() -> None:
    program = (
        "from jjjmap.layers.opening.gdal import DRIVERS, closed_gdal; "
        "found = set(closed_gdal().list_drivers()); print(found <= DRIVERS, len(found))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["True", "9"]


def test_archives_that_are_bombs_or_hold_links_are_refused(reader: LayerReader, tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "bomb.zip", {"a.shp": bytes(80 << 20)})
    assert refusal(reader, bomb) == "bomb"
    many = zipped(tmp_path / "many.zip", {f"{number}.kml": b"" for number in range(2_001)})
    assert refusal(reader, many) == "bomb"
    link = tmp_path / "link.zip"
    with zipfile.ZipFile(link, "w") as archive:
        entry = zipfile.ZipInfo("a.shp")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, str(bomb))
    assert refusal(reader, link) == "zip-without-layer"
    assert refusal(reader, zipped(tmp_path / "none.zip", {"a.txt": b"x"})) == "zip-without-layer"


def test_a_cut_shapefile_is_told(reader: LayerReader, tmp_path: Path) -> None:
    path = shapefile(tmp_path / "in", "a")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - 100])
    answer, _tables, _folder = opened(reader, path)
    assert "cut-off" in codes(answer)


def test_progress_grows_and_ends_at_one(reader: LayerReader, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    count = 300_000
    points = shapely.points(np.linspace(114, 119, count), np.linspace(37, 42, count))
    geopandas.GeoDataFrame({"n": np.arange(count)}, geometry=points, crs=4326).to_parquet(path)
    target = tmp_path / "target"
    target.mkdir()
    told: list[float] = []
    answer = reader.read(path, WGS84, target, progress=told.append)
    assert told == sorted(told) and told[-1] == 1.0
    table = FeatureTable.open(target / "point", Geometry.POINT)
    assert (answer.accepted, len(table)) == (count, count)
    assert table.attributes["n"][count - 1].as_py() == count - 1


def test_a_cancel_ends_the_worker_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    count = 200_000
    points = shapely.points(np.linspace(114, 119, count), np.linspace(37, 42, count))
    geopandas.GeoDataFrame({"n": np.arange(count)}, geometry=points, crs=4326).to_file(path)
    target = tmp_path / "target"
    target.mkdir()
    (target / "of-others").write_text("stays")
    told: list[float] = []
    asked: list[float] = []

    def cancelled() -> bool:
        if told:
            asked.append(time.monotonic())
        return bool(told)

    with LayerReader() as reader:
        with pytest.raises(LayerUnreadable) as caught:
            reader.read(path, WGS84, target, progress=told.append, cancelled=cancelled)
        assert caught.value.reason == "cancelled"
        assert reader._worker is None
        assert [file.name for file in target.iterdir()] == ["of-others"]
        assert reader.inspect(path).format is FileFormat.GEOJSON
    assert len(asked) == 1


def test_a_worker_that_dies_or_hangs_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = geojson(tmp_path / "a.geojson", [feature(JIA)])
    start = subprocess.Popen
    for program, reason in (
        ("import sys, os\nsys.stdin.buffer.read(1)\nos._exit(9)\n", "crashed"),
        ("import sys, time\nsys.stdin.buffer.read(1)\ntime.sleep(600)\n", "timeout"),
    ):
        with LayerReader(inspect_seconds=0.5) as reader:
            with monkeypatch.context() as patched:
                patched.setattr(
                    worker_process.subprocess,
                    "Popen",
                    lambda arguments, code=program, **options: start([arguments[0], "-c", code], **options),
                )
                with pytest.raises(LayerUnreadable) as caught:
                    reader.inspect(path)
            assert caught.value.reason == reason
            reader._inspect_seconds = 60
            assert reader.inspect(path).rows == 1


@NEEDS_RLIMIT
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_worker, "FILE_BYTES", 1 << 20)
    path = tmp_path / "a.parquet"
    count = 200_000
    points = shapely.points(np.linspace(114, 119, count), np.linspace(37, 42, count))
    geopandas.GeoDataFrame({"n": np.arange(count)}, geometry=points, crs=4326).to_parquet(path)
    target = tmp_path / "target"
    target.mkdir()
    with LayerReader() as reader, pytest.raises(LayerUnreadable) as caught:
        reader.read(path, WGS84, target)
    assert caught.value.reason == "no-space"
    assert not list(target.iterdir())


@NEEDS_RLIMIT
def test_memory_beyond_the_cap_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    begin = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
    vertices = "[116.0,39.0]," * 4_000_000
    path.write_text(f'{begin}{{"type":"LineString","coordinates":[{vertices}[117,40]]}}}}]}}')
    with LayerReader(memory_bytes=700 << 20) as reader, pytest.raises(LayerUnreadable) as caught:
        reader.inspect(path)
    assert caught.value.reason in ("out-of-memory", "crashed", "damaged", "too-complex")


def test_findings_come_in_the_language_of_the_program(reader: LayerReader, tmp_path: Path) -> None:
    path = shapefile(tmp_path / "in", "a", without=(".prj",))
    assert ".prj" in reader.inspect(path).findings[0].message
    use_language(Language.EN)
    assert reader.inspect(path).findings[0].code == "missing-prj"


def test_the_other_end_answers_what_it_is_asked(tmp_path: Path) -> None:
    frames = io.BytesIO()
    worker_process.write_frame(frames, {"seconds": 5, "n": 1})
    worker_process.write_frame(frames, {"seconds": 5, "n": 2})
    frames.seek(0)
    answers = io.BytesIO()

    def double(request: dict[str, object], progress: worker_process.Progress) -> dict[str, object]:
        progress(0.5)
        if request["n"] == 2:
            raise MemoryError
        return {"n": 2}

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(worker_process, "cap_time", lambda seconds: None)
        worker_process.serve(frames, answers, double)
    answers.seek(0)
    said = [worker_process.read_frame(answers) for _turn in range(5)]
    assert said == [
        {"progress": 0.5},
        {"n": 2},
        {"progress": 0.5},
        {"unreadable": "out-of-memory", "detail": ""},
        None,
    ]


def test_no_scratch_is_left_in_the_folder_for_temporary_files(
    reader: LayerReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    reader.inspect(geojson(tmp_path / "a.geojson", [feature(JIA)]))
    assert not os.listdir(temporary)  # noqa: PTH208
