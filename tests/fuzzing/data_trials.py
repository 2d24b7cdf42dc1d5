"""Data files: read in the worker, and what was read is drawn, styled and listed in the program."""

import json
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import shapely

from jjjmap.errors import LayerUnreadable
from jjjmap.i18n import Language
from jjjmap.layers.layer import LayerView
from jjjmap.layers.opening import reading_worker
from jjjmap.layers.opening.reading_worker import LayerReader
from jjjmap.layers.opening.records import Inspection, OpenOptions, ReadAnswer
from jjjmap.layers.styling.classify import apply_style
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.user_layer import adopt_parts, as_layer, stored_rows
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.maps.config import page_config
from jjjmap.maps.snapshot import MapSnapshot
from tests.fuzzing.mutations import Family
from tests.fuzzing.promises import Fault, WatchedWorker, check_error, check_findings, untouched, watched
from tests.fuzzing.trial import Trial
from tests.layers.opening.sound_files import sound
from tests.layers.opening.vector_samples import JIA, YI, feature

MEMORY_BYTES = 6 << 30
"""Of addresses, most of which nobody uses."""
SECONDS = 20.0
WGS84 = OpenOptions(datum="WGS-84")


def odd_features(folder: Path) -> bytes:
    """Return GeoJSON with all that it has: kinds of geometry, nothing, nested values, large numbers."""
    shapes = [
        shapely.Point(116, 39), shapely.MultiPoint([(116, 39), (117, 40)]),
        shapely.LineString([(116, 39), (117, 40)]), JIA, shapely.MultiPolygon([JIA, YI]),
        shapely.GeometryCollection([JIA, shapely.Point(116, 39)]), None,
    ]  # fmt: skip
    features = [
        feature(
            shape, 名称=f"甲{number}", n=2**53 + number, 日=f"2024-01-0{number + 1}", x={"a": [1, None, "b"]}
        )
        for number, shape in enumerate(shapes)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    return json.dumps({"type": "FeatureCollection", "name": "甲", "crs": crs, "features": features}).encode()


def plain_parquet(folder: Path) -> bytes:
    """Return a table without a geometry column, of many types."""
    rows = 9
    table = pa.table(
        {
            "名称": [f"甲{number}" for number in range(rows)],
            "行业": pa.array(["氢能", "医药", None] * 3).dictionary_encode(),
            "lon": [116.0 + number / 10 for number in range(rows)],
            "lat": [39.0] * rows,
            "日": [date(2024, 1, 1 + number) for number in range(rows)],
            "表": [[number, None] for number in range(rows)],
            "小": pa.array(range(rows), pa.int8()),
        }
    )
    path = folder / "plain.parquet"
    pa.parquet.write_table(table, path)
    return path.read_bytes()


def utf8_table(folder: Path) -> bytes:
    """Return a table with quotes, line breaks in cells, degrees and minutes, and a byte order mark."""
    lines = [
        "名称;经度;纬度;备注",
        '"甲;厂";116°12′30″E;39°30′N;"两\n行"',
        "乙厂;116,5;39,5;='x'",
        ";;;",
        "丙;117;40;",
    ]
    return ("\ufeff" + "\r\n".join(lines)).encode()


class DataTrial(Trial):
    """A data file of one suffix."""

    suffix: str

    def __init__(self, folder: Path) -> None:
        self._given = folder / "given"
        self._store = UserLayerStore(folder / "layers")
        self._open = ExitStack()
        self._open.enter_context(watched(reading_worker, by=WatchedWorker))
        self._reader = self._open.enter_context(
            LayerReader(read_seconds=SECONDS, inspect_seconds=SECONDS, memory_bytes=MEMORY_BYTES)
        )
        super().__init__(folder)

    def made_seeds(self) -> Sequence[bytes]:
        made = self.folder / "made"
        made.mkdir()
        seeds = [sound(made, self.suffix, rows, f"a{rows}").read_bytes() for rows in (12, 5)]
        further = {".geojson": odd_features, ".parquet": plain_parquet, ".csv": utf8_table}.get(self.suffix)
        return [*seeds, further(made)] if further is not None else seeds

    def run(self, data: bytes) -> str:
        self._given.mkdir()
        path = self._given / f"甲{self.suffix}"
        path.write_bytes(data)
        try:
            with untouched(self._given):
                return self._tried(path)
        finally:
            shutil.rmtree(self._given)
            shutil.rmtree(self.folder / "layers", ignore_errors=True)

    def close(self) -> None:
        self._open.close()

    def _tried(self, path: Path) -> str:
        inspection = self._inspected(path)
        if isinstance(inspection, str):
            return inspection
        options = inspection.options
        folder = self._store.new_folder()
        try:
            answer = self._reader.read(path, options, folder)
        except LayerUnreadable as exc:
            self._told(exc)
            if list(folder.iterdir()):
                raise Fault("something of a file that was refused is left") from exc
            return exc.reason
        check_findings((*inspection.findings, *answer.findings))
        self._used(answer, folder)
        return "read"

    def _inspected(self, path: Path) -> Inspection | str:
        try:
            return self._reader.inspect(path)
        except LayerUnreadable as exc:
            self._told(exc)
            return exc.reason

    @staticmethod
    def _told(error: LayerUnreadable) -> None:
        check_error(error, error.detail)
        if error.reason == "crashed" and error.detail:
            raise Fault(f"unforeseen: {error.detail}")

    def _used(self, answer: ReadAnswer, folder: Path) -> None:
        """Do with what was read what the window does with it."""
        for stored in adopt_parts(self._store, folder, answer, 0):
            check_findings(stored.facts.findings)
            rows = stored_rows(self._store, stored)
            table = rows.table
            for number in {0, len(table) // 2, len(table) - 1} & set(range(len(table))):
                table.row(number)
            for column in table.columns[:4]:
                for mode in (StyleMode.CATEGORISED, StyleMode.GRADUATED):
                    apply_style(table, UserStyle(mode, column.name))
            if stored.facts.geometry is not None:
                snapshot = MapSnapshot((LayerView(as_layer(stored), True, 1.0),), Language.ZH)
                json.dumps(page_config(snapshot), allow_nan=False).encode("ascii")
        (_layers, findings) = self._store.load()
        if findings:
            raise Fault(f"what was kept cannot be read again: {findings[0].message}")


class GeoJson(DataTrial):
    suffix, family = ".geojson", Family.JSON
    suite_mutants = 20


class GeoJsonLines(DataTrial):
    suffix, family = ".geojsonl", Family.JSON_LINES
    suite_mutants = 20


class GeoPackage(DataTrial):
    suffix, family = ".gpkg", Family.SQLITE
    suite_mutants = 20


class ZippedShapefile(DataTrial):
    suffix, family = ".zip", Family.ZIP_OF_BYTES
    suite_mutants = 20


class Kml(DataTrial):
    suffix, family = ".kml", Family.XML
    suite_mutants = 40


class Kmz(DataTrial):
    suffix, family = ".kmz", Family.ZIP
    suite_mutants = 80


class FlatGeobuf(DataTrial):
    suffix, family = ".fgb", Family.BYTES
    suite_mutants = 60


class Gpx(DataTrial):
    suffix, family = ".gpx", Family.XML
    suite_mutants = 25


class Parquet(DataTrial):
    suffix, family = ".parquet", Family.BYTES
    suite_mutants = 35


class Csv(DataTrial):
    suffix, family = ".csv", Family.TEXT
    suite_mutants = 15


class Workbook(DataTrial):
    suffix, family = ".xlsx", Family.ZIP
    suite_mutants = 20


class OpenWorkbook(DataTrial):
    suffix, family = ".ods", Family.ZIP
    suite_mutants = 50
