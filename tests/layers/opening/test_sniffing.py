from pathlib import Path

import pytest

from jjjmap.errors import LayerUnreadable
from jjjmap.layers.opening.records import FileFormat
from jjjmap.layers.opening.sniffing import sniff
from tests.layers.opening.vector_samples import zipped

COLLECTION = b'{"type":"FeatureCollection","features":[]}'


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.json", COLLECTION, FileFormat.GEOJSON),
        ("a.geojson", b"\xef\xbb\xbf \n" + COLLECTION, FileFormat.GEOJSON),
        ("a.geojson", b'{"features":[], "type":"FeatureCollection"}', FileFormat.GEOJSON),
        ("a.ndjson", b'{"type":"Feature","geometry":null}\n{"type":"Feature"}\n', FileFormat.GEOJSONSEQ),
        ("a.kml", b'<?xml version="1.0"?>\n<!-- x -->\n<kml xmlns="x"/>', FileFormat.KML),
        ("a.gpx", b'<gpx version="1.1"/>', FileFormat.GPX),
        ("a.fgb", b"fgb\x03fgb\x00", FileFormat.FLATGEOBUF),
        ("a.parquet", b"PAR1", FileFormat.PARQUET),
        ("a.csv", "名称,经度\n甲,116\n".encode("gb18030"), FileFormat.CSV),
        ("a.txt", b"a\tb\n1\t2\n", FileFormat.CSV),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileFormat.XLS),
        ("a.xls", b"a,b\n1,2\n", FileFormat.CSV),
        ("A.CSV", "\ufeffa,b\n".encode("utf-16-le"), FileFormat.CSV),
    ],
)
def test_content_says_what_a_file_is(tmp_path: Path, name: str, data: bytes, kind: FileFormat) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert sniff(path) is kind


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"xl/workbook.xml": b"", "x": b""}, FileFormat.XLSX),
        ({"mimetype": b"", "content.xml": b""}, FileFormat.ODS),
        ({"doc.kml": b""}, FileFormat.KML),
        ({"in/A.SHP": b"", "in/A.DBF": b""}, FileFormat.SHAPEFILE),
    ],
)
def test_an_archive_is_what_is_in_it(tmp_path: Path, members: dict[str, bytes], kind: FileFormat) -> None:
    assert sniff(zipped(tmp_path / "a.zip", members)) is kind


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.geojson", b"<OGRVRTDataSource/>", "virtual"),
        ("a.json", b'{"type":"gdal_streamed_alg"}', "virtual"),
        ("a.json", b'{"type":"Topology","arcs":[]}', "unknown-format"),
        ("a.json", b'{"a":1}', "unknown-format"),
        ("a.csv", COLLECTION, "other-format"),
        ("a.shp", b"a,b\n", "other-format"),
        ("a.xls", b"<html><table></table></html>", "other-format"),
        ("a.pdf", b"%PDF-1.7", "unknown-format"),
        ("a.sqlite", b"SQLite format 3\x00" + bytes(100), "unknown-format"),
        ("a.csv", bytes(range(256)) + bytes(400), "unknown-format"),
        ("a.dbf", b"\x03abc", "companion"),
        ("a.csv", b" \r\n\r\n", "empty"),
    ],
)
def test_what_cannot_be_opened_is_refused_by_name(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(LayerUnreadable) as caught:
        sniff(path)
    assert caught.value.reason == reason


def test_folders_and_what_is_not_there_are_refused(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, "not-a-file"), (tmp_path / "none.csv", "missing")):
        with pytest.raises(LayerUnreadable) as caught:
            sniff(path)
        assert caught.value.reason == reason
