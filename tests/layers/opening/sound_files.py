"""Sound files of every format that is opened, for tests that break them."""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas
import openpyxl
import shapely

from tests.layers.opening.vector_samples import zipped

ROWS = 12
_NAMES = [f"甲县{number}号" for number in range(ROWS)]
_LON = [116.0 + number / 100 for number in range(ROWS)]
_ODS_HEAD = (
    '<?xml version="1.0"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="s">'
)


def _frame() -> geopandas.GeoDataFrame:
    shapes = [shapely.box(lon, 39.0, lon + 0.005, 39.1) for lon in _LON]
    return geopandas.GeoDataFrame({"名称": _NAMES, "v": range(ROWS)}, geometry=shapes, crs=4326)


def _table(rows: int = ROWS) -> list[tuple[object, ...]]:
    return [("名称", "经度", "纬度"), *zip(_NAMES[:rows], _LON[:rows], [39.0] * rows, strict=True)]


def _geojson(path: Path, rows: int) -> None:
    _frame().iloc[:rows].to_file(path, driver="GeoJSON")


def _lines(path: Path, rows: int) -> None:
    features = json.loads(_frame().iloc[:rows].to_json())["features"]
    path.write_text("".join(json.dumps(feature) + "\n" for feature in features), "utf-8")


def _gpkg(path: Path, rows: int) -> None:
    _frame().iloc[:rows].to_file(path, driver="GPKG")


def _shp(path: Path, rows: int) -> None:
    _frame().iloc[:rows].to_file(path, driver="ESRI Shapefile", encoding="gb18030")


def _zipped_shp(path: Path, rows: int) -> None:
    folder = path.with_name(f"{path.name}-parts")
    folder.mkdir()
    _shp(folder / "a.shp", rows)
    zipped(path, {part.name: part for part in sorted(folder.iterdir())})
    for part in folder.iterdir():
        part.unlink()
    folder.rmdir()


def _kml_text(rows: int) -> str:
    placemarks = "".join(
        f"<Placemark><name>{name}</name><Point><coordinates>{lon},39.0</coordinates></Point></Placemark>"
        for name, lon in zip(_NAMES[:rows], _LON[:rows], strict=True)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    return f"{head}{placemarks}</Document></kml>"


def _kml(path: Path, rows: int) -> None:
    path.write_text(_kml_text(rows), "utf-8")


def _kmz(path: Path, rows: int) -> None:
    zipped(path, {"doc.kml": _kml_text(rows).encode()})


def _fgb(path: Path, rows: int) -> None:
    _frame().iloc[:rows].to_file(path, driver="FlatGeobuf")


def _parquet(path: Path, rows: int) -> None:
    _frame().iloc[:rows].to_parquet(path)


def _gpx(path: Path, rows: int) -> None:
    points = "".join(
        f'<wpt lat="39" lon="{lon}"><name>{name}</name></wpt>'
        for name, lon in zip(_NAMES[:rows], _LON[:rows], strict=True)
    )
    head = '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
    path.write_text(f"{head}{points}</gpx>", "utf-8")


def _delimited(path: Path, rows: int) -> None:
    mark = "\t" if path.suffix == ".tsv" else ","
    path.write_text("".join(mark.join(map(str, row)) + "\r\n" for row in _table(rows)), "gb18030", newline="")


def _xlsx(path: Path, rows: int) -> None:
    book = openpyxl.Workbook()
    for row in _table(rows):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(path)


def _ods(path: Path, rows: int) -> None:
    def cell(value: object) -> str:
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in _table(rows))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        tail = "</table:table></office:spreadsheet></office:body></office:document-content>"
        parts.writestr("content.xml", f"{_ODS_HEAD}{lines}{tail}")
        parts.writestr("META-INF/manifest.xml", "<x/>")


MAKERS: Mapping[str, Callable[[Path, int], None]] = {
    ".geojson": _geojson,
    ".geojsonl": _lines,
    ".gpkg": _gpkg,
    ".shp": _shp,
    ".zip": _zipped_shp,
    ".kml": _kml,
    ".kmz": _kmz,
    ".fgb": _fgb,
    ".parquet": _parquet,
    ".gpx": _gpx,
    ".csv": _delimited,
    ".tsv": _delimited,
    ".xlsx": _xlsx,
    ".ods": _ods,
}
"""Suffix → what writes `ROWS` or fewer rows to a path; .xls has no writer that a test could use."""


def sound(folder: Path, suffix: str, rows: int = ROWS, stem: str = "a") -> Path:
    """Write a sound file of a format; return its path."""
    path = folder / f"{stem}{suffix}"
    MAKERS[suffix](path, rows)
    return path
