"""The user's own data as an enemy would make them: records, Arrow files, links, styles, names, addresses."""

import json
import os
import struct
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from click.testing import CliRunner
from openpyxl import load_workbook
from pytestqt.qtbot import QtBot

from jjjmap import worker_process
from jjjmap.cli import cli as cli_main
from jjjmap.errors import BridgeMessageInvalid, PageMissing, RowsUnreadable
from jjjmap.export.datasets.feature_files import FEATURE_SUFFIXES, save_features
from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.layer import LayerView
from jjjmap.layers.opening.reading_worker import LayerReader
from jjjmap.layers.opening.records import FileFormat, LayerFacts, OpenOptions, ReadAnswer, ReadPart
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.classify import apply_style
from jjjmap.layers.styling.qml_reader import MOST_BYTES, MOST_TAGS, read_qml
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.user_layer import as_layer, first_look, first_style
from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore
from jjjmap.maps.bridge import LayerDrawn, MapClicked, ShowTip, call_to_json, parse_event
from jjjmap.maps.config import page_config
from jjjmap.maps.drawing.drawn_layer import DrawnLayer
from jjjmap.maps.pages import PageTable
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import TaskRunner

MARKUP = "<img src=x onerror=x>${1}`</script>\u2028\u202e%s{n}{0.__class__}"


def firms(count: int = 6) -> FeatureTable:
    attributes = pa.table(
        {"名称": [f"{n}厂" for n in range(count)], "资本": [float(n) for n in range(count)]}
    )
    return FeatureTable(attributes, Geometry.POINT, np.linspace(115, 118, count), np.linspace(38, 40, count))


def keep(store: UserLayerStore, table: FeatureTable, title: str = "甲") -> StoredLayer:
    folder = store.new_folder()
    (folder / "part").mkdir()
    write_table(folder / "part", table)
    facts = LayerFacts(
        title, "甲.csv", "", FileFormat.CSV, "", "", "WGS-84", 0.0, table.geometry, table.columns,
        len(table), 0, 0, 0, (115.0, 38.0, 118.0, 40.0),
    )  # fmt: skip
    style = first_style(facts, 0)
    return store.adopt(folder / "part", facts, style, first_look(facts, style))


@pytest.fixture
def store(tmp_path: Path) -> UserLayerStore:
    return UserLayerStore(tmp_path / "layers")


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.cancel_all(wait_ms=10_000)


@pytest.fixture
def layer(store: UserLayerStore) -> StoredLayer:
    return keep(store, firms())


def tamper(store: UserLayerStore, stored: StoredLayer, at: str, value: object) -> None:
    """Write a value into the record of a layer; `at` names it from the root."""
    path = store.table_folder(stored).parent / "layer.json"
    said: Any = json.loads(path.read_text())
    *ways, last = at.split(".")
    inner = said
    for way in ways:
        inner = inner[int(way) if way.isdigit() else way]
    inner[last] = value
    path.write_text(json.dumps(said))


# ---- records that were tampered with ----


@pytest.mark.parametrize(
    ("at", "value"),
    [
        *(
            ("generation", value)
            for value in ("../..", float("inf"), [], {}, None, -1, 0, 10**400, 2.5, True)
        ),
        *(("facts.rows", value) for value in (-1, 10**30, float("nan"), "x", None)),
        *(("facts.geometry", value) for value in ("zzz", 1, [])),
        *(("facts.bounds", value) for value in ([float("nan")] * 4, [1, 2], ["a"] * 4, {})),
        *(
            ("look.classes.0.fill", value)
            for value in ("url(http://127.0.0.1:9/x)", "red;background:url(x)", "x" * 1_000_000, "\ud800")
        ),
        ("look.classes.0.label_zh", "x" * 1_000_000),
        ("look.classes.0.size_px", float("nan")),
        ("look.classes.0.dash", [1e308]),
        ("look.classes.0.shape", "../x"),
        ("look.classes", []),
        ("look.min_zoom", float("nan")),
        ("look.min_zoom", float("inf")),
        ("look.label", {"min_zoom": float("nan")}),
        ("look.label", {"color": "url(x)"}),
        ("look.label", {"priority": 10**300}),
        ("version", "1"),
    ],
)
def test_a_record_that_nobody_would_have_written_is_a_finding(
    store: UserLayerStore, layer: StoredLayer, at: str, value: object
) -> None:
    tamper(store, layer, at, value)
    layers, findings = store.load()
    assert layers == () and [finding.code for finding in findings] == ["user-layer-broken"]
    assert len(findings[0].message) < 300


def test_a_record_without_end_is_a_finding(store: UserLayerStore, layer: StoredLayer) -> None:
    record = store.table_folder(layer).parent / "layer.json"
    for text in ("[" * 100_000, "", "null", '{"version": 1}', "\udcff"):
        record.write_bytes(text.encode("utf-8", "surrogateescape"))
        assert [finding.code for finding in store.load()[1]] == ["user-layer-broken"]


def test_half_characters_in_a_record_do_not_reach_the_page(store: UserLayerStore, layer: StoredLayer) -> None:
    tamper(store, layer, "title", f"\ud800{MARKUP}")
    tamper(store, layer, "look.classes.0.label_zh", f"\udcff{MARKUP}")
    (kept,), _findings = store.load()
    snapshot = MapSnapshot((LayerView(as_layer(kept), True, 1.0),), Language.ZH)
    pages = PageTable((), lambda _layer: b"", lambda: page_config(snapshot), b"", Path())
    served = json.loads(pages.page_for("/config.json").data.decode("utf-8"))
    assert served["layers"][0]["title"].endswith(MARKUP)
    assert served["layers"][0]["style"]["classes"][0]["label"].encode("utf-8")


def test_what_is_kept_can_be_read_again(store: UserLayerStore, tasks: TaskRunner) -> None:
    """A column of long values must not make a record beyond what the next start takes."""
    table = FeatureTable(
        pa.table({"v": [f"{n:04}" + "字" * 20_000 for n in range(300)]}),
        Geometry.POINT, np.full(300, 116.0), np.full(300, 39.0),
    )  # fmt: skip
    stored = keep(store, table)
    styled = apply_style(table, UserStyle(StyleMode.CATEGORISED, "v", class_count=200))
    assert max(len(symbol.value) for symbol in styled.style.classes) <= 1_000
    users = UserLayers(store, tasks)
    users.set_style(stored.id, UserStyle(StyleMode.CATEGORISED, "v", class_count=200))
    layers, findings = store.load()
    assert len(layers) == 1 and findings == ()


# ---- folders and files that are not what they seem ----

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


@needs_links
def test_a_link_out_of_the_store_is_no_layer(
    store: UserLayerStore, layer: StoredLayer, tmp_path: Path
) -> None:
    folder, elsewhere = store.table_folder(layer).parent, tmp_path / "elsewhere"
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)
    before = sorted(path.name for path in elsewhere.rglob("*"))
    layers, findings = store.load()
    assert layers == () and len(findings) == 1
    assert sorted(path.name for path in elsewhere.rglob("*")) == before


@needs_links
def test_a_linked_file_is_not_handed_on_as_rejected_rows(
    store: UserLayerStore, layer: StoredLayer, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("S3CRET-canary")
    rejected = store.table_folder(layer).parent / "rejected.csv"
    rejected.symlink_to(secret)
    assert store.rejected_file(layer.id) is None
    part = store.new_folder()
    with pytest.raises(OSError):
        store.adopt(part, layer.facts, layer.style, layer.look, rejected=rejected)


@pytest.mark.parametrize("name", ["../stolen", "/etc", ".", "..", "a/b", ""])
def test_a_worker_cannot_name_a_folder_that_is_not_its_own(
    store: UserLayerStore, layer: StoredLayer, tasks: TaskRunner, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    stolen = tmp_path / "layers" / "stolen"
    stolen.mkdir()
    (stolen / "mine.txt").write_text("keep me")
    users = UserLayers(store, tasks)
    parts = (ReadPart(name, layer.facts),) if name else ()
    answer = ReadAnswer(parts, (), 1, 0, 1, "../stolen/mine.txt" if not name else "")
    with qtbot.waitSignal(users.work_failed, timeout=10_000):
        users.add("打开", "x", lambda _folder, _progress, _cancelled: answer)
    assert (stolen / "mine.txt").read_text() == "keep me"
    assert len(users.layers) == 1


def write_arrow(path: Path, table: pa.Table) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _astray(path: Path, wanted: bytes, instead: bytes) -> None:
    data = bytearray(path.read_bytes())
    at = data.find(wanted)
    assert at > 0
    data[at : at + len(instead)] = instead
    path.write_bytes(data)


def _offset_astray(folder: Path) -> None:
    write_arrow(folder / "attributes.arrow", pa.table({"n": ["aaaa"] * 6}))
    wanted = struct.pack("<4i", 4, 8, 12, 16)
    _astray(folder / "attributes.arrow", wanted, struct.pack("<4i", 4, 2_000_000_000, 12, 16))


def _index_astray(folder: Path) -> None:
    write_arrow(folder / "attributes.arrow", pa.table({"n": pa.array(["a", "b"] * 3).dictionary_encode()}))
    _astray(folder / "attributes.arrow", struct.pack("<3i", 0, 1, 0), struct.pack("<i", 0x7FFFFFFF))


def _no_utf8(folder: Path) -> None:
    write_arrow(folder / "attributes.arrow", pa.table({"n": ["zzzz"] * 6}))
    _astray(folder / "attributes.arrow", b"zzzzzzzz", b"\xff\xfe\xff\xfe")


def _attributes(**columns: Any) -> Callable[[Path], None]:
    return lambda folder: write_arrow(folder / "attributes.arrow", pa.table(columns))


def _positions(**columns: Any) -> Callable[[Path], None]:
    return lambda folder: write_arrow(folder / "geometry.arrow", pa.table(columns))


def _two_of_a_name(folder: Path) -> None:
    twice = pa.Table.from_arrays([pa.array([1] * 6)] * 2, names=["a", "a"])
    write_arrow(folder / "attributes.arrow", twice)


def _cut(folder: Path) -> None:
    path = folder / "attributes.arrow"
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    "spoil",
    [
        _offset_astray,
        _index_astray,
        _no_utf8,
        _two_of_a_name,
        _cut,
        lambda folder: (folder / "attributes.arrow").write_bytes(b""),
        lambda folder: (folder / "attributes.arrow").write_bytes(b"ARROW1\0\0" + b"\xff" * 2000 + b"ARROW1"),
        lambda folder: (folder / "attributes.arrow").unlink(),
        _attributes(n=["a"] * 7),
        _attributes(n=pa.array([b"a"] * 6)),
        _attributes(n=[[1]] * 6),
        _attributes(n=[{"a": 1}] * 6),
        _attributes(n=pa.array([2**62] * 6, pa.timestamp("s"))),
        _attributes(n=pa.array([0] * 6, pa.timestamp("s", tz="Mars/Phobos"))),
        _attributes(n=pa.array([2**31 - 1] * 6, pa.date32())),
        _attributes(n=pa.array([2**62] * 6, pa.duration("s"))),
        _positions(x=[1.0] * 6, y=[1.0] * 6),
        _positions(lon=["a"] * 6, lat=["b"] * 6),
        _positions(wkb=pa.array([b"x"] * 6, pa.binary())),
        _positions(lon=[1.0] * 5, lat=[1.0] * 5),
    ],
)
def test_arrow_files_that_were_tampered_with_are_refused_whole(
    store: UserLayerStore, layer: StoredLayer, tasks: TaskRunner, spoil: Callable[[Path], object]
) -> None:
    spoil(store.table_folder(layer))
    users = UserLayers(store, tasks)
    with pytest.raises(RowsUnreadable):
        users.table(layer.id)


def test_a_shape_that_cannot_be_read_is_a_row_without_one() -> None:
    wkb = pa.chunked_array(
        [pa.array([b"\x01\x03\0\0\0\xff\xff\xff\xff", b"", shapely.box(116, 39, 117, 40).wkb])]
    )
    table = FeatureTable(pa.table({"v": ["a", "b", "c"]}), Geometry.POLYGON, wkb=wkb)
    assert [shape is None for shape in table.shapes] == [True, True, False]
    drawn = DrawnLayer(table)
    drawn.set_rows(np.zeros(3, np.uint8))
    assert drawn.hits(116.5, 39.5, 8, 5) == [2]


# ---- the worker ----


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_the_worker_inherits_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "SSH_AUTH_SOCK", "MY_TOKEN", "http_proxy"):
        monkeypatch.setenv(name, "S3CRET-canary")
    path = tmp_path / "甲.csv"
    path.write_text("名称,经度,纬度\n甲厂,116,39\n", "utf-8")
    with LayerReader() as reader:
        assert reader.inspect(path).columns
        worker = reader._worker
        assert worker is not None
        environment = Path(f"/proc/{worker._process.pid}/environ").read_bytes()
    assert b"PATH=" in environment and b"S3CRET" not in environment


@pytest.mark.parametrize("share", [float("nan"), 2, -1, "x", None, [], {}])
def test_a_worker_that_talks_nonsense_is_given_up(share: object, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = worker_process.WorkerProcess.__new__(worker_process.WorkerProcess)
    answers = iter([{"progress": share}])

    class Said:
        def get(self, timeout: float) -> dict[str, object]:
            return next(answers)

    worker._answers = Said()  # type: ignore[assignment]
    worker._process = type("Process", (), {"stdin": object()})()
    monkeypatch.setattr(worker_process, "write_frame", lambda _file, _value: None)
    with pytest.raises(worker_process.WorkerStopped, match="crashed"):
        worker.ask({}, 5.0, progress=lambda _share: None)


def test_nothing_in_the_metadata_of_a_parquet_file_runs(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    marks = tmp_path / "PWNED"
    code = f"__import__('pathlib').Path({str(marks)!r}).touch()"
    table = pa.table({"a": ["x"], "lon": [116.0], "lat": [39.0]})
    pickled = b"cos\nsystem\n(S'touch " + os.fsencode(marks) + b"'\ntR."
    field = pa.field("a", pa.string(), metadata={
        b"ARROW:extension:name": b"arrow.py_extension_type", b"ARROW:extension:metadata": pickled,
    })  # fmt: skip
    schema = pa.schema([field, *list(table.schema)[1:]]).with_metadata(
        {
            b"pandas": json.dumps(
                {"index_columns": [code], "columns": [{"name": code, "metadata": code}]}
            ).encode()
        }
    )
    path = tmp_path / "a.parquet"
    pq.write_table(table.cast(schema), path)
    folder = tmp_path / "out"
    folder.mkdir()
    with LayerReader() as reader:
        answer = reader.read(path, reader.inspect(path).options, folder)
    part = answer.parts[0]
    assert FeatureTable.open(folder / part.folder, part.facts.geometry).row(0)["a"] == "x"
    assert not marks.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only there names may hold any bytes")
def test_a_file_whose_name_is_no_text_makes_a_layer_like_any_other(
    store: UserLayerStore, tasks: TaskRunner, tmp_path: Path, qtbot: QtBot
) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe\x1b[31m<img>.csv"))
    path.write_text("名称,经度,纬度\n甲厂,116,39\n", "utf-8")
    users = UserLayers(store, tasks)
    with qtbot.waitSignal(users.opened, timeout=30_000):
        users.inspect(path, OpenOptions(), lambda found: users.open(path, found.options) and None)
    (stored,) = users.layers
    for text in (stored.title, stored.facts.source_name, as_layer(stored).title_zh):
        assert text.encode("utf-8")
    for suffix in FEATURE_SUFFIXES:
        assert save_features(tmp_path / f"out{suffix}", users.table(stored.id), title=stored.title)


# ---- styles ----


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE qgis [<!ENTITY x SYSTEM "file:///etc/passwd">]><qgis><renderer-v2 type="&x;"/></qgis>',
        b'<!DOCTYPE qgis [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><qgis>&b;</qgis>',
        b'<!DOCTYPE qgis [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]><qgis/>',
        b"<qgis>" + b" " * MOST_BYTES + b"</qgis>",
        b"<qgis>" + b"<a/>" * (MOST_TAGS + 1) + b"</qgis>",
        b"<qgis>" + b"<a>" * 100_000,
        b'<?xml version="1.0" encoding="rot13"?><qgis/>',
        b"\0" * 1000,
    ],
)
def test_a_hostile_style_file_is_refused_at_once(data: bytes) -> None:
    began = time.process_time()
    answer = read_qml(data)
    assert answer.style is None and answer.findings
    assert time.process_time() - began < 5  # A bomb would take minutes.


# ---- what is written ----


@pytest.mark.parametrize(
    "title", ["(1)", "gpkg", "sqlite_x", "\ud800", "a\0b", "x" * 5_000, MARKUP, "'; drop--"]
)
def test_no_title_keeps_a_layer_from_being_saved(tmp_path: Path, title: str) -> None:
    for suffix in FEATURE_SUFFIXES:
        assert save_features(tmp_path / f"out{suffix}", firms(), title=title), suffix


def test_no_cell_of_a_written_sheet_is_a_formula(tmp_path: Path) -> None:
    cells = ["=1+1", "+1+cmd|x", "-2+3", "@SUM(1)", "\t=1", "\r=1", " =1"]
    table = FeatureTable(pa.table({"=名": cells, "@列": cells}))
    save_features(tmp_path / "a.xlsx", table)
    for sheet in load_workbook(tmp_path / "a.xlsx"):
        assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    save_features(tmp_path / "a.csv", table)
    text = (tmp_path / "a.csv").read_text("utf-8-sig")
    assert not [start for start in ('"=', '"+', '"-', '"@') if start in text]


# ---- the command line ----


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be there")
def test_names_do_not_steer_the_terminal(tmp_path: Path) -> None:
    steering = "\x1b]0;PWNED\x07\x1b[31m\x9b31m\u202e"
    path = tmp_path / f"{steering}.csv"
    path.write_text(f'"{steering}",lng,lat\n"{steering}",116,39\nx,{steering},39\n', "utf-8")
    for words in (["layer", str(path)], ["layer", str(path), "--lon", "nix", "--lat", "lat"],
                  ["layer", str(path), "--json"],
                  ["locate", str(path), "-o", str(tmp_path / "o.csv")]):  # fmt: skip
        told = CliRunner().invoke(cli_main, words)
        assert not set(told.output) & set(steering[0] + "\x07\x9b\u202e"), words


# ---- what the page may say and ask for ----


@pytest.mark.parametrize(
    "said",
    [
        '{"type":"LayerDrawn","seq":1,"layer_id":"user-0000000a","drawn":NaN,"total":1}',
        '{"type":"LayerDrawn","seq":1,"layer_id":"user-0000000a","drawn":1e999,"total":1}',
        '{"type":"LayerDrawn","seq":1,"layer_id":["x"],"drawn":1,"total":1}',
        '{"type":"LayerDrawn","seq":1,"layer_id":"user-0000000a","drawn":true,"total":1}',
        '{"type":"LayerDrawn","seq":1,"layer_id":"user-0000000a","drawn":"1","total":1}',
        '{"type":"LayerDrawn","seq":1,"drawn":1,"total":1}',
        '{"type":"LayerDrawn","layer_id":"user-0000000a","drawn":1,"total":1}',
        '{"type":"LayerDrawn","seq":1,"layer_id":"%s","drawn":1,"total":1}' % ("x" * 200_000),
        '{"type":"MapClicked","seq":1,"lon":1,"lat":1,"hits":[],"zoom":-Infinity}',
        '{"type":"MapClicked","seq":1,"lon":1,"lat":1,"hits":[],"zoom":1e300}',
        '{"type":"MapClicked","seq":1,"lon":1,"lat":1,"hits":[],"zoom":1e9}',
        '{"type":"PointerMoved","seq":1,"lon":1,"lat":1,"zoom":31}',
        '{"type":"MapClicked","seq":1,"lon":1,"lat":1,"hits":[],"zoom":%s}' % ("9" * 4_000),
        '{"type":"MapClicked","seq":1,"lon":1,"lat":1,"hits":[],"zoom":{}}',
        '{"type":"MapClicked","seq":1,"lon":1,"lat":1,"hits":[]}',
        '{"type":"PointerMoved","seq":1,"lon":null,"lat":1,"zoom":1}',
        '{"type":"RemoveLayer","seq":1,"layer_id":"user-0000000a"}',
        "[" * 100_000,
    ],
)
def test_events_of_a_page_that_was_taken_over_are_dropped(said: str) -> None:
    with pytest.raises(BridgeMessageInvalid):
        parse_event(said)


def test_sound_events_pass_and_absurd_zooms_are_answered() -> None:
    assert parse_event(
        '{"type":"LayerDrawn","seq":1,"layer_id":"user-0000000a","drawn":1,"total":2}'
    ) == LayerDrawn(1, "user-0000000a", 1, 2)
    event = parse_event('{"type":"MapClicked","seq":1,"lon":1e9,"lat":-1e9,"hits":[],"zoom":30}')
    assert isinstance(event, MapClicked)
    drawn = DrawnLayer(firms())
    drawn.set_rows(np.zeros(6, np.uint8))
    with np.errstate(all="ignore"):
        for zoom in (event.zoom, -30.0, 0.5, 22.0):
            assert isinstance(drawn.hits(event.lon, event.lat, zoom, 6.0), list)


def test_calls_to_the_page_are_plain_json_whatever_they_hold() -> None:
    call = call_to_json(ShowTip(1.0, 2.0, f"\ud800{MARKUP}"))
    assert call.isascii() and json.loads(call)["text"].endswith(MARKUP)
    with pytest.raises(ValueError):
        call_to_json(ShowTip(float("nan"), 2.0, ""))


@pytest.mark.parametrize(
    "path",
    [
        "/features/../config.json",
        "/features/user-0000000a/0/../../../etc/passwd",
        "/features/user-0000000a/0/..%2f..%2fpoints.bin",
        "/features/user-0000000a/0/points.bin\n",
        "/features/user-0000000a/0/points.bin\0",
        "/features/user-0000000a//points.bin",
        "/features//user-0000000a/0/points.bin",
        "/features/user-0000000a/-1/points.bin",
        "/features/user-0000000a/٠/points.bin",
        "/features/user-0000000a/99999999999/points.bin",
        "/features/user-0000000A/0/points.bin",
        "/features/user-0000000b/0/points.bin",
        "/features/user-0000000a/1/points.bin",
        "/features/counties/0/points.bin",
        "/features/user-0000000a/0/tiles/99999/0/0.bin",
        "/features/user-0000000a/0/tiles/6000/9999999/9999999.bin",
        "/features/user-0000000a/0/hex/99.bin",
        "/features/user-0000000a/0/hex/٥.bin",
        "/features/user-0000000a/0/labels/22/4194304/0.json",
        "/features/user-0000000a/0/labels/5/-1/0.json",
        "/features/user-0000000a/0/attributes.arrow",
        "/features/user-0000000a/0/points.bin/",
        "/features/user-0000000a/0/..\\..\\points.bin",
        "/features/",
        "/features/" + "a/" * 50_000,
    ],
)
def test_below_features_only_what_is_drawn_is_served(path: str) -> None:
    drawn = DrawnLayer(firms())
    drawn.set_rows(np.zeros(6, np.uint8))

    def features(asked: str) -> bytes:
        layer_id, revision, *what = asked.split("/")
        if (layer_id, revision) != ("user-0000000a", "0"):
            raise PageMissing(asked)
        return drawn.answer(tuple(what))

    pages = PageTable((), lambda _layer: b"", dict, b"", Path(), features)
    assert pages.page_for("/features/user-0000000a/0/points.bin").data
    with pytest.raises(PageMissing):
        pages.page_for(path)
