"""One promise for whatever a file may be: rows that add up, or a sentence with what to try."""

import csv
import hashlib
import json
import os
import socket
import struct
import sys
import threading
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from jjjmap.errors import LayerUnreadable
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.reading_worker import LayerReader
from jjjmap.layers.opening.reasons import REASONS, reason_parts
from jjjmap.layers.opening.records import Inspection, OpenOptions, ReadAnswer
from tests.layers.opening.sound_files import MAKERS, ROWS, sound
from tests.layers.opening.vector_samples import JIA, PARTS, feature, geojson, shapefile, two_counties, zipped

LONGEST_SENTENCE = 300
WGS84 = OpenOptions(datum="WGS-84", swap_axes=False)
POINT = shapely.Point(116, 39)


@dataclass
class Promise:
    """Opens files and sees that what is promised holds, whatever the file is."""

    reader: LayerReader
    listener: socket.socket

    @property
    def address(self) -> str:
        """Of a server that nobody may ask."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def holds(
        self, path: Path, rows: int | None = None, options: OpenOptions | None = None
    ) -> ReadAnswer | str:
        """Return what came of reading a file, or the reason why nothing did.

        Parameters
        ----------
        rows
            In the file, if all of them must be accepted or rejected.
        options
            None to take what an inspection guesses.
        """
        before = _hashes(path)
        inspection = self._guarded(lambda: self.reader.inspect(path, options))
        guessed = inspection.options if isinstance(inspection, Inspection) else options
        with _target(path) as folder:
            answer = self._guarded(lambda: self.reader.read(path, guessed, folder))
            if isinstance(answer, str):
                assert not list(folder.iterdir())
            else:
                assert isinstance(answer, ReadAnswer)
                _adds_up(answer, folder, rows)
        assert _hashes(path) == before
        with pytest.raises(BlockingIOError):
            self.listener.accept()
        return answer

    @staticmethod
    def _guarded(act: Callable[[], object]) -> object:
        try:
            return act()
        except LayerUnreadable as exc:
            assert exc.reason in REASONS and exc.reason != "crashed", (exc.reason, exc.detail)
            why, hint = reason_parts(exc.reason, exc.detail)
            for sentence in (why, hint):
                assert 0 < len(sentence) <= LONGEST_SENTENCE
                assert "Traceback" not in sentence and "scratch" not in sentence
            return exc.reason


class _target:
    """A folder for what is read, away from the file; gone afterwards, so that millions of files fit."""

    def __init__(self, path: Path) -> None:
        import tempfile

        self._made = tempfile.TemporaryDirectory()

    def __enter__(self) -> Path:
        return Path(self._made.__enter__())

    def __exit__(self, *error: object) -> None:
        self._made.cleanup()


def _hashes(path: Path) -> dict[str, str]:
    try:
        files = [file for file in path.parent.iterdir() if file.is_file() and not file.is_symlink()]
    except OSError:
        return {}
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _adds_up(answer: ReadAnswer, folder: Path, rows: int | None) -> None:
    if rows is not None:
        assert answer.accepted + answer.rejected == rows
    assert {file.name for file in folder.iterdir()} == {
        *(part.folder for part in answer.parts),
        *([answer.rejected_file] if answer.rejected else []),
    }
    written = 0
    for part in answer.parts:
        facts = part.facts
        with_table = FeatureTable.open(folder / part.folder, facts.geometry)
        assert len(with_table) == facts.rows
        assert len(set(with_table.attributes.column_names)) == with_table.attributes.num_columns
        written += facts.rows
        for finding in facts.findings:
            assert finding.message and len(finding.message) <= 1_000
    assert written >= answer.accepted
    if answer.rejected:
        with (folder / answer.rejected_file).open(encoding="utf-8-sig", newline="") as file:
            csv.field_size_limit(1 << 24)
            lines = list(csv.reader(file))
        assert len(lines) == answer.rejected + 1
        assert all(line[1] for line in lines)


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(scope="module")
def promise(listener: socket.socket) -> Iterator[Promise]:
    with LayerReader() as reader:
        yield Promise(reader, listener)


# -- The file as a whole ---------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", MAKERS)
def test_a_sound_file_gives_all_its_rows(promise: Promise, tmp_path: Path, suffix: str) -> None:
    answer = promise.holds(sound(tmp_path, suffix), ROWS)
    assert isinstance(answer, ReadAnswer)
    assert (answer.accepted, answer.rejected) == (ROWS, 0)


@pytest.mark.parametrize("suffix", MAKERS)
def test_a_file_cut_off_anywhere_is_refused_or_told(promise: Promise, tmp_path: Path, suffix: str) -> None:
    path = sound(tmp_path, suffix)
    data = path.read_bytes()
    lengths = {1, 7, 20, 99, 150, *(len(data) * share // 16 for share in range(1, 16)), len(data) - 1}
    for length in sorted(lengths):
        path.write_bytes(data[:length])
        answer = promise.holds(path)
        if isinstance(answer, ReadAnswer) and suffix not in (".csv", ".tsv", ".geojsonl"):
            told = {finding.code for finding in answer.findings}
            assert answer.accepted == ROWS or told or answer.rejected, length


@pytest.mark.parametrize("suffix", MAKERS)
def test_bytes_turned_in_the_middle_never_do_harm(promise: Promise, tmp_path: Path, suffix: str) -> None:
    path = sound(tmp_path, suffix)
    data = path.read_bytes()
    random = np.random.default_rng(len(suffix))
    for turn in range(25):
        broken = bytearray(data)
        for at in random.integers(0, len(data), 1 + turn):
            broken[at] = random.integers(0, 256)
        path.write_bytes(broken)
        promise.holds(path)


@pytest.mark.parametrize("suffix", [*MAKERS, ".xls", ".json", ".txt", ".shx", ".dbf", ".png", ""])
def test_an_empty_file_and_one_of_zeros_are_refused(promise: Promise, tmp_path: Path, suffix: str) -> None:
    for data in (b"", b"\xef\xbb\xbf", bytes(500), b" \r\n" * 20):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(data)
        assert promise.holds(path) in ("empty", "companion")


@pytest.mark.parametrize("content", MAKERS)
def test_a_wrong_suffix_is_told_or_does_not_matter(promise: Promise, tmp_path: Path, content: str) -> None:
    data = sound(tmp_path, content, stem="made").read_bytes()
    folder = tmp_path / "renamed"
    folder.mkdir()
    for suffix in [*MAKERS, ".xls", ".json", ".txt", ".png", ".shx", ""]:
        path = folder / f"a{suffix}"
        path.write_bytes(data)
        answer = promise.holds(path)
        if isinstance(answer, ReadAnswer):
            assert answer.accepted == ROWS, suffix
        path.unlink()


@pytest.mark.parametrize("suffix", MAKERS)
def test_a_table_without_rows_is_told_as_one(promise: Promise, tmp_path: Path, suffix: str) -> None:
    answer = promise.holds(sound(tmp_path, suffix, 0))
    assert answer in ("no-rows", "empty") or (isinstance(answer, ReadAnswer) and answer.accepted == 0)


def test_a_file_that_is_none_is_refused(promise: Promise, tmp_path: Path) -> None:
    folder = tmp_path / "folder.geojson"
    folder.mkdir()
    assert promise.holds(folder) == "not-a-file"
    assert promise.holds(tmp_path / "none.geojson") == "missing"
    (tmp_path / "loop.geojson").symlink_to(tmp_path / "loop.geojson")
    assert promise.holds(tmp_path / "loop.geojson") in ("no-access", "missing")
    assert promise.holds(tmp_path / ("a" * 300 + ".geojson")) in ("no-access", "missing")
    assert promise.holds(Path("a\x00b.geojson")) in ("no-access", "missing")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
def test_pipes_and_devices_are_not_waited_for(promise: Promise, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.geojson"
    os.mkfifo(pipe)
    assert promise.holds(pipe) == "not-a-file"
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    assert promise.holds(tmp_path / "zero.csv") == "not-a-file"


@pytest.mark.skipif(sys.platform == "win32", reason="its names of files cannot hold these")
@pytest.mark.parametrize("suffix", MAKERS)
@pytest.mark.parametrize(
    "stem",
    [
        "a!b#c?d",
        'it\'s "quoted"',
        "line\nbreak",
        "{brace} %s {n}",
        "http:x",
        "&lt;b>",
        " a ",
        "-o",
        b"\xff\xfe\xe4",
    ],
    ids=range(9),
)
def test_the_name_of_a_file_means_nothing(
    promise: Promise, tmp_path: Path, suffix: str, stem: str | bytes
) -> None:
    made = sound(tmp_path, suffix, stem="made")
    folder = tmp_path / "we!rd #1?"
    folder.mkdir()
    name = os.fsdecode(stem)
    for part in tmp_path.glob("made.*"):
        part.rename(folder / f"{name}{part.suffix}")
    answer = promise.holds(folder / f"{name}{made.suffix}", ROWS)
    assert isinstance(answer, ReadAnswer)
    assert answer.accepted == ROWS


# -- What points elsewhere -------------------------------------------------------------------------


def _pointers(address: str, target: Path) -> dict[str, str]:
    vrt = (
        '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer>'
        "</OGRVRTDataSource>"
    )
    return {
        "vrt": vrt.format(target),
        "vrt-behind-a-comment": f"<!-- {'x' * 70_000} -->" + vrt.format(target),
        "vrt-of-the-network": vrt.format(f"/vsicurl/{address}/a.geojson"),
        "gdalg": f'{{"type":"gdal_streamed_alg","command_line":"gdal vector read {target}"}}',
        "gdalg-spread": f'{{"command_line":"gdal vector read {target}",\n "type" :\n "gdal_streamed_alg"}}',
        "gdalg-behind-a-feature": f'{{"x":{{"type":"Feature"}},"command_line":"gdal vector read {target}",'
        f'"y":"{"y" * 70_000}","type":"gdal_streamed_alg"}}',
        "wfs": f'<OGRWFSDataSource><URL>{address}/wfs</URL></OGRWFSDataSource>',
        "wfs-capabilities": f'<w:WFS_Capabilities xmlns:w="x"><a href="{address}"/></w:WFS_Capabilities>',
        "kml-network-link": f"<kml><Document><NetworkLink><Link><href>{address}/a.kml</href></Link>"
        f"</NetworkLink><Style><IconStyle><Icon><href>{address}/i.png</href></Icon></IconStyle></Style></Document></kml>",
        "entity": f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{address}/x">]><kml><Placemark><name>&x;</name>'
        "</Placemark></kml>",
        "entity-bomb": "<!DOCTYPE kml ["
        + "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
        + "]><kml><Placemark><name>&e12;</name></Placemark></kml>",
        "crs-by-address": '{"type":"FeatureCollection","crs":{"type":"link","properties":{"href":"'
        + f'{address}/crs","type":"proj4"}}}},"features":[{{"type":"Feature","properties":{{}},"geometry":'
        '{"type":"Point","coordinates":[116,39]}}]}',
        "esri-json": f'{{"geometryType":"esriGeometryPoint","features":[],"href":"{address}"}}',
        "connection": f"PG:host=127.0.0.1 port={address.rpartition(':')[2]}",
        "url-file": f"[InternetShortcut]\nURL={address}",
    }  # fmt: skip


@pytest.mark.parametrize("kind", _pointers("", Path()))
def test_nothing_is_read_but_the_file_itself(promise: Promise, tmp_path: Path, kind: str) -> None:
    target = geojson(tmp_path / "target.geojson", [feature(JIA, secret="乙的秘密")])
    text = _pointers(promise.address, target)[kind]
    for suffix in [*MAKERS, ".json", ".vrt", ".xml", ".txt", ".wfs", ""]:
        path = tmp_path / f"a{suffix}"
        path.write_text(text, "utf-8")
        answer = promise.holds(path)
        assert isinstance(answer, str) or "secret" not in {
            column.name for part in answer.parts for column in part.facts.columns
        }
        path.unlink()


@pytest.mark.parametrize(
    "text",
    [
        "{address}/a.geojson", "/vsicurl/{address}/a.geojson", "/vsizip//{folder}/a.zip/a.shp", "/vsimem/a",
        "/vsistdin/", "/vsi7z/a", "/vsisubfile/0_10,/etc/passwd", "GeoJSON:{address}", "WFS:{address}", "-",
        "",
        "PG:dbname=a", "MySQL:a", "ES:{address}", "vrt:///a", "GPKG:/a:b", "<OGRVRTDataSource/>",
        '{{"type":"Point","coordinates":[1,2]}}',
    ],
)  # fmt: skip
def test_only_paths_are_opened(promise: Promise, tmp_path: Path, text: str) -> None:
    path = Path(text.format(address=promise.address, folder=tmp_path))
    assert promise.holds(path) in ("not-a-path", "missing", "not-a-file")


# -- Archives --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../../planted",
        "/tmp/planted-absolute",
        "..\\..\\planted",
        "C:\\planted",
        "\\\\server\\planted",
        "a/../../planted",
        "a\n",
    ],
)
def test_names_in_an_archive_never_become_paths(promise: Promise, tmp_path: Path, name: str) -> None:
    made = shapefile(tmp_path / "in", "a")
    folder = tmp_path / "x" / "y" / "z"
    folder.mkdir(parents=True)
    path = zipped(folder / "a.zip", {f"{name}{suffix}": made.with_suffix(suffix) for suffix in PARTS})
    answer = promise.holds(path, 2)
    assert isinstance(answer, ReadAnswer)
    assert not [file for file in tmp_path.rglob("*planted*")]
    assert not list(Path("/tmp").glob("planted*"))


def _archive(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


def test_archives_that_are_no_layers_are_refused(promise: Promise, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.shp")
    link.external_attr = 0o120777 << 16
    sound_zip = sound(tmp_path, ".zip", stem="inner").read_bytes()
    cases = {
        "link": _archive(tmp_path / "link.zip", (link, b"/etc/passwd")),
        "nested": _archive(tmp_path / "nested.zip", ("inner.zip", sound_zip)),
        "nested-as-shape": _archive(tmp_path / "nested2.zip", ("a.shp", sound_zip)),
        "nested-as-kml": _archive(tmp_path / "nested.kmz", ("doc.kml", sound_zip)),
        "bomb": _archive(tmp_path / "bomb.kmz", ("doc.kml", b"<kml>" + b" " * (80 << 20))),
        "bomb-table": _archive(
            tmp_path / "bomb.xlsx",
            ("xl/workbook.xml", b"<workbook/>"),
            ("xl/worksheets/sheet1.xml", bytes(100 << 20)),
        ),
        "none": _archive(tmp_path / "none.zip"),
        "folders": _archive(tmp_path / "folders.zip", ("a.shp/", b""), ("b/", b"")),
        "csv": _archive(tmp_path / "csv.zip", ("a.csv", b"a,b\n1,2\n")),
        "vrt": _archive(
            tmp_path / "vrt.kmz", ("doc.kml", _pointers(promise.address, tmp_path)["vrt"].encode())
        ),
        "wrong": _archive(tmp_path / "wrong.zip", ("a.gpkg", b"{}")),
        "gdalg": _archive(
            tmp_path / "gdalg.zip", ("a.geojson", _pointers(promise.address, tmp_path)["gdalg"].encode())
        ),
    }
    found = {case: promise.holds(path) for case, path in cases.items()}
    assert all(isinstance(reason, str) for reason in found.values()), found
    assert found["bomb"] == found["bomb-table"] == "bomb"


def test_an_archive_that_lies_about_sizes_is_found_out(promise: Promise, tmp_path: Path) -> None:
    book = sound(tmp_path, ".xlsx", stem="sound")
    with zipfile.ZipFile(book) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist() if "sheet1" not in name]
    blown = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    for path in (
        _archive(tmp_path / "a.kmz", ("doc.kml", b"<kml>" + b" " * (300 << 20))),
        _archive(tmp_path / "a.xlsx", ("xl/worksheets/sheet1.xml", blown + b" " * (300 << 20)), *parts),
    ):
        data = bytearray(path.read_bytes())
        for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
            place = data.find(mark) + at
            data[place : place + 4] = (1_000).to_bytes(4, "little")
        path.write_bytes(data)
        assert promise.holds(path) in ("bomb", "damaged", "empty")


# -- Shapefiles without their parts ----------------------------------------------------------------


@pytest.mark.parametrize(
    "without", [(), (".shx",), (".dbf",), (".prj",), (".cpg",), (".shx", ".dbf"), PARTS[1:]]
)
def test_a_shapefile_misses_parts(promise: Promise, tmp_path: Path, without: tuple[str, ...]) -> None:
    path = shapefile(tmp_path / "in", "a", without=without)
    answer = promise.holds(path, 2)
    assert isinstance(answer, ReadAnswer)
    assert answer.accepted == 2
    told = {finding.code for finding in answer.findings}
    assert {f"missing-{suffix[1:]}" for suffix in without if suffix != ".cpg"} <= told


@pytest.mark.parametrize("suffix", PARTS)
def test_a_part_of_a_shapefile_is_garbage(promise: Promise, tmp_path: Path, suffix: str) -> None:
    for turn, data in enumerate(
        (b"", b"\x00" * 100, b"garbage" * 50, b"GDAL_DATA=/etc", bytes(range(256)) * 4)
    ):
        path = shapefile(tmp_path / f"in{turn}", "a")
        path.with_suffix(suffix).write_bytes(data)
        promise.holds(path, None if suffix in (".shp", ".shx") else 2)


@pytest.mark.parametrize(
    "said",
    [
        "UTF-8",
        "GBK",
        "936",
        "no such thing",
        "ISO-8859-1",
        "utf-7",
        "\x00",
        "../x",
        "hex",
        "rot13",
        "A" * 70,
    ],
)
def test_the_cpg_is_not_believed(promise: Promise, tmp_path: Path, said: str) -> None:
    path = shapefile(tmp_path / "in", "a")
    path.with_suffix(".cpg").write_text(said)
    answer = promise.holds(path, 2)
    assert isinstance(answer, ReadAnswer)
    assert answer.parts[0].facts.encoding == "gb18030"


# -- Numbers and shapes ----------------------------------------------------------------------------

_BAD_NUMBERS = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "-1e400",
    "1e9",
    "null",
    '"116"',
    '"x"',
    "true",
    "[]",
    "{}",
    "1" * 400,
]


@pytest.mark.parametrize("number", _BAD_NUMBERS)
@pytest.mark.parametrize(
    ("kind", "places"),
    [
        ("Point", "[{},39]"),
        ("LineString", "[[116,39],[{},40],[117,41]]"),
        ("Polygon", "[[[116,39],[{},39],[117,40],[116,39]]]"),
        ("MultiPoint", "[[116,39],[{},40]]"),
    ],
)
def test_coordinates_that_are_no_places(
    promise: Promise, tmp_path: Path, number: str, kind: str, places: str
) -> None:
    bad = f'{{"type":"{kind}","coordinates":{places.format(number)}}}'
    sound_one = '{"type":"Point","coordinates":[116.5,39.5]}'
    features = ",".join(
        f'{{"type":"Feature","properties":{{"n":{turn}}},"geometry":{geometry}}}'
        for turn, geometry in enumerate((sound_one, bad, sound_one))
    )
    for name, text in (
        ("a.geojson", f'{{"type":"FeatureCollection","features":[{features}]}}'),
        ("a.geojsonl", features.replace(',{"type":"Feature"', '\n{"type":"Feature"')),
    ):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        answer = promise.holds(path, 3, WGS84)
        if isinstance(answer, ReadAnswer):
            assert answer.rejected or answer.findings, name


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".fgb", ".parquet"])
def test_shapes_whose_coordinates_are_no_places(promise: Promise, tmp_path: Path, suffix: str) -> None:
    bad = [np.nan, np.inf, -np.inf, 1e9, 1e300]
    # Writers of Shapefiles refuse such numbers: they are put where others stood.
    stand_ins = {1e301: np.nan, 1e302: np.inf, 1e303: -np.inf} if suffix == ".shp" else {}
    bad[: len(stand_ins)] = stand_ins
    line = shapely.LineString([(116, 39), (117, 40)])
    with warnings.catch_warnings(action="ignore"):
        kinds = (
            [POINT, *(shapely.Point(x, 39) for x in bad)],
            [JIA, *(shapely.Polygon([(116, 39), (x, 39), (117, 40)]) for x in bad)],
            [line, *(shapely.LineString([(116, 39), (x, 40)]) for x in bad)],
        )
    for turn, shapes in enumerate(kinds):
        path = tmp_path / f"a{turn}{suffix}"
        frame = geopandas.GeoDataFrame({"n": range(6)}, geometry=list(shapes), crs=4326)
        if suffix == ".parquet":
            frame.to_parquet(path)
        else:
            frame.to_file(path, **({"SPATIAL_INDEX": "NO"} if suffix == ".fgb" else {}))
        for stand_in, number in stand_ins.items():
            path.write_bytes(
                path.read_bytes().replace(struct.pack("<d", stand_in), struct.pack("<d", number))
            )
        answer = promise.holds(path, 6, WGS84)
        assert isinstance(answer, ReadAnswer)
        # GDAL calls a point without an x empty where the format says so.
        without = sum(part.facts.without_geometry for part in answer.parts)
        assert (answer.accepted - without, answer.rejected + without) == (1, 5), turn
        assert not without or "no-geometry" in {finding.code for finding in answer.findings}


def test_rings_that_are_none_and_collections_without_end(promise: Promise, tmp_path: Path) -> None:
    def nested(depth: int) -> dict[str, object]:
        value: dict[str, object] = {"type": "Point", "coordinates": [116, 39]}
        for _turn in range(depth):
            value = {"type": "GeometryCollection", "geometries": [value]}
        return value

    shapes: list[object] = [
        {"type": "Polygon", "coordinates": [[[116, 39], [117, 39], [117, 40]]]},
        {"type": "Polygon", "coordinates": [[[116, 39]]]},
        {"type": "Polygon", "coordinates": [[[116, 39], [116, 39]]]},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[116, 39], [117, 39], [117, 40], [116, 39]], [[0, 0], [1, 1]]]},
        {"type": "LineString", "coordinates": [[116, 39]]},
        {"type": "LineString", "coordinates": [[116, 39], [116, 39]]},
        {"type": "MultiPolygon", "coordinates": [[[[116, 39], [117, 39], [117, 40]]], []]},
        {"type": "GeometryCollection", "geometries": []},
        {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Point", "coordinates": [116, 39]},
                {"type": "Point", "coordinates": [1e9, 39]},
                {"type": "LineString", "coordinates": [[1e9, 39], [1e9, 40]]},
            ],
        },
        {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "LineString", "coordinates": [[1e9, 39], [1e9, 40]]},
                {"type": "Point", "coordinates": [1e9, 39]},
            ],
        },
        {"type": "MultiPoint", "coordinates": [[116, 39], [1e9, 39], [117, 40]]},
        {"type": "MultiPoint", "coordinates": [[1e9, 39], [1e9, 39]]},
        nested(5),
        nested(20),
        {"type": "Curve", "coordinates": [[116, 39]]},
        {"type": "Point", "coordinates": [116]},
        {"type": "Point"},
        {"type": "Point", "coordinates": None},
        [],
        "x",
    ]
    path = geojson(tmp_path / "a.geojson", [feature(shape, n=turn) for turn, shape in enumerate(shapes)])
    answer = promise.holds(path, len(shapes), WGS84)
    assert isinstance(answer, ReadAnswer)
    for turn, shape in enumerate(shapes):
        path = geojson(tmp_path / f"a{turn}.geojson", [feature(POINT, n=0), feature(shape, n=1)])
        answer = promise.holds(path, 2, WGS84)
        assert isinstance(answer, ReadAnswer), shape
        # Nothing is lost without a word.
        assert answer.rejected or answer.mended or answer.findings or turn in (14, 15), shape
    for depth in (40, 200, 5_000):
        text = '{"type":"GeometryCollection","geometries":[' * depth + "]}" * depth
        path.write_text(
            f'{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{text}}}]}}'
        )
        promise.holds(path, None, WGS84)


@pytest.mark.parametrize("depth", [100, 900, 3_000, 200_000])
@pytest.mark.parametrize("where", ["properties", "coordinates", "top", "list"])
def test_deep_json_is_refused_or_kept_as_text(
    promise: Promise, tmp_path: Path, depth: int, where: str
) -> None:
    deep = "[" * depth + "]" * depth
    path = tmp_path / "a.geojson"
    begin = '{"type":"FeatureCollection","features":[{"type":"Feature",'
    path.write_text(
        {
            "properties": begin + f'"geometry":null,"properties":{{"a":{deep}}}}}]}}',
            "coordinates": begin
            + f'"geometry":{{"type":"Polygon","coordinates":{deep}}},"properties":{{}}}}]}}',
            "top": f'{{"type":"FeatureCollection","x":{deep},"features":[]}}',
            "list": deep,
        }[where]
    )
    promise.holds(path)


# -- Columns ---------------------------------------------------------------------------------------

_MARKUP = [
    "a\"b'c;--",
    "<script>alert(1)</script>",
    "=1+1",
    "{n} {0} %s",
    "\u202eevil",
    "a\nb",
    " ",
    "\x01",
    "长" * 170_000,
    "A",
    "a",
    "b" * 500_000,
]


@pytest.mark.parametrize("suffix", [".geojson", ".geojsonl", ".parquet", ".csv", ".fgb"])
def test_names_of_columns_and_values_are_only_text(promise: Promise, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    names = [*_MARKUP[:-1], "c" * 500]
    if suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerows([[*names, "x"], *[[*_MARKUP, turn] for turn in range(3)]])
    else:
        columns = {name: [_MARKUP[turn]] * 3 for turn, name in enumerate(names)}
        if suffix == ".fgb":
            columns = {name[:30]: value for name, value in columns.items() if name.isprintable()}
        frame = geopandas.GeoDataFrame(columns, geometry=[POINT] * 3, crs=4326)
        if suffix == ".parquet":
            frame.to_parquet(path)
        elif suffix == ".fgb":
            frame.to_file(path)
        else:
            features = json.loads(frame.to_json())["features"]
            if suffix == ".geojson":
                geojson(path, features)
            else:
                path.write_text("\n".join(map(json.dumps, features)), "utf-8")
    answer = promise.holds(path, 3)
    assert isinstance(answer, ReadAnswer)
    assert all(len(column.name) <= 250 for part in answer.parts for column in part.facts.columns)


@pytest.mark.parametrize("name", ["b{n}%s", "a\"'b", "a b/c\\d", "表；--", "a:b|c", "a?b#c!", "x" * 500])
def test_names_of_layers_are_only_text(promise: Promise, tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.gpkg"
    two_counties().to_file(path, layer=name)
    two_counties().to_file(path, layer="other", mode="a")
    answer = promise.holds(path, 2)
    assert isinstance(answer, ReadAnswer)
    answer = promise.holds(path, 2, OpenOptions(sublayer="other"))
    assert isinstance(answer, ReadAnswer)
    assert promise.holds(path, None, OpenOptions(sublayer=f"{name}x")) == "no-sublayer"
    kml = tmp_path / "a.kml"
    placemark = "<Placemark><Point><coordinates>116,39</coordinates></Point></Placemark>"
    text = name.replace("<", "&lt;")
    kml.write_text(
        f"<kml><Document><Folder><name>{text}</name>{placemark}</Folder></Document></kml>", "utf-8"
    )
    assert isinstance(promise.holds(kml, 1), ReadAnswer)


@pytest.mark.parametrize("suffix", [".geojson", ".parquet", ".csv", ".xlsx", ".fgb", ".gpkg"])
def test_a_table_has_thousands_of_columns(promise: Promise, tmp_path: Path, suffix: str) -> None:
    count = 1_500 if suffix == ".gpkg" else 5_000
    path = tmp_path / f"a{suffix}"
    frame = pd.DataFrame({f"c{number}": [1, 2] for number in range(count)})
    if suffix == ".csv":
        frame.to_csv(path, index=False)
    elif suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        shapes = geopandas.GeoDataFrame(frame, geometry=[POINT, POINT], crs=4326)
        if suffix == ".parquet":
            shapes.to_parquet(path)
        else:
            shapes.to_file(path)
    promise.holds(path, 2)


def test_one_line_has_fifty_megabytes(promise: Promise, tmp_path: Path) -> None:
    megabytes = 50 << 20
    csv_file = tmp_path / "a.csv"
    csv_file.write_text(
        "名称,经度,纬度\n甲,116,39\n" + "长" * (megabytes // 3) + ",116,39\n乙,116,39\n", "utf-8"
    )
    promise.holds(csv_file, 3)
    csv_file.write_bytes(b"x" * megabytes)
    promise.holds(csv_file)
    csv_file.write_bytes(b"a,b\n" + b'"' + b"x,y\n" * 500_000)
    promise.holds(csv_file)
    lines = tmp_path / "a.geojsonl"
    long = json.dumps(feature(POINT, t="x" * megabytes))
    short = json.dumps(feature(POINT, t="x"))
    lines.write_text(f"{short}\n{long}\n{short}\n")
    promise.holds(lines, 3)


# -- While it is read ------------------------------------------------------------------------------


def _many(path: Path, rows: int = 60_000) -> Path:
    lines = "".join(f"甲{number},{116 + number / 1e6},39.5\n" for number in range(rows))
    if path.suffix == ".csv":
        path.write_text("名称,经度,纬度\n" + lines, "utf-8")
        return path
    frame = geopandas.GeoDataFrame(
        {"n": range(rows)}, geometry=shapely.points(116 + np.arange(rows) / 1e6, 39.5), crs=4326
    )
    frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_file(path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".gpkg", ".parquet", ".fgb", ".shp"])
@pytest.mark.parametrize("what", ["removed", "emptied", "cut", "replaced"])
def test_a_file_changes_while_it_is_read(
    listener: socket.socket, tmp_path: Path, suffix: str, what: str
) -> None:
    path = _many(tmp_path / f"a{suffix}")
    folder = tmp_path / "target"
    folder.mkdir()
    changed = threading.Event()

    def change(_share: float) -> None:
        if changed.is_set():
            return
        changed.set()
        match what:
            case "removed":
                path.unlink()
            case "emptied":
                os.truncate(path, 0)
            case "cut":
                os.truncate(path, path.stat().st_size // 2)
            case "replaced":
                size = path.stat().st_size
                with path.open("r+b") as file:
                    file.seek(size // 3)
                    file.write(b"\xff\x00" * (size // 4))

    with LayerReader() as reader:
        try:
            answer = reader.read(path, WGS84, folder, progress=change)
        except LayerUnreadable as exc:
            # A file that shrinks below what was mapped of it ends a process: that is what the worker is for.
            assert exc.reason in REASONS
            assert not list(folder.iterdir())
        else:
            _adds_up(answer, folder, None)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no device that is always full")
@pytest.mark.parametrize("suffix", MAKERS)
def test_a_full_disk_is_told_for_every_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    from jjjmap.layers.opening import reading_worker

    # No file may grow beyond this: what a disk says that has so little left.
    monkeypatch.setattr(reading_worker, "FILE_BYTES", 700)
    path = sound(tmp_path, suffix)
    folder = tmp_path / "target"
    folder.mkdir()
    with LayerReader() as reader, pytest.raises(LayerUnreadable) as caught:
        reader.read(path, WGS84, folder)
    assert caught.value.reason == "no-space"
    assert not list(folder.iterdir())


def test_no_process_is_left(tmp_path: Path) -> None:
    path = sound(tmp_path, ".geojson")
    with LayerReader() as reader:
        reader.inspect(path)
        assert reader._worker is not None
        pid = reader._worker._process.pid
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
