"""Tests of ``export``: the snapshot it asks for, the file it writes, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jjjmap import paths
from jjjmap.cli import exporting
from jjjmap.export.pictures import saving as pictures
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import Language
from jjjmap.layers.layer import Layer
from jjjmap.layers.shipped import BASEMAP_LAYERS, UNIT_LAYERS
from jjjmap.layers.shipped_files import ShippedLayer, read_shipped_layer
from jjjmap.maps.snapshot import REGION_BOUNDS, Bounds, MapSnapshot
from jjjmap.text.store.library import Library
from jjjmap.web import headless

from .commands import answer, run, spoil_json
from .conftest import FakeExport

SHOWN_AT_FIRST_START = {"platforms", "wings", "zones", "clusters", "ports", "airports"}


def visible(snapshot: MapSnapshot) -> set[str]:
    return {view.layer.id for view in snapshot.layers if view.visible}


def test_export_writes_the_view_of_the_first_start(tmp_path: Path, exporter: FakeExport) -> None:
    file = tmp_path / "map.html"
    document = answer("export", "-o", str(file))
    (snapshot,) = exporter.snapshots
    assert snapshot.bounds == REGION_BOUNDS
    assert snapshot.language is Language.ZH
    assert visible(snapshot) >= SHOWN_AT_FIRST_START
    assert "ftz" not in visible(snapshot)
    assert document["result"] == {
        "file": str(file),
        "bytes": 15,
        "layers": [view.layer.id for view in snapshot.layers if view.visible],
        "selected": None,
        "highlighted": [],
        "moment": None,
        "audience": "internal",
        "bounds": [REGION_BOUNDS.west, REGION_BOUNDS.south, REGION_BOUNDS.east, REGION_BOUNDS.north],
    }


def test_export_shows_the_layers_that_are_named_on_the_basemap(tmp_path: Path, exporter: FakeExport) -> None:
    answer("export", "--layers", "ports, ftz", "-o", str(tmp_path / "map.html"))
    shown = visible(exporter.snapshots[0])
    assert {"ports", "ftz", "sea", "counties"} <= shown
    assert not {"platforms", "wings", "towns"} & shown
    assert {layer.id for layer in BASEMAP_LAYERS + UNIT_LAYERS} <= shown


def test_export_takes_a_place_bounds_and_a_language(tmp_path: Path, exporter: FakeExport) -> None:
    words = ("--select", "天津港", "--bounds", "117,38.5,118.5,39.5", "--lang", "en")
    answer("export", *words, "-o", str(tmp_path / "map.htm"))
    (snapshot,) = exporter.snapshots
    assert snapshot.selected_id == "port-tianjin"
    assert snapshot.bounds == Bounds(117, 38.5, 118.5, 39.5)
    assert snapshot.language is Language.EN


def test_the_layer_of_the_chosen_place_is_switched_on(tmp_path: Path, exporter: FakeExport) -> None:
    answer("export", "--select", "ftz-hebei-xiongan", "-o", str(tmp_path / "map.html"))
    assert "ftz" in visible(exporter.snapshots[0])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--layers", "ports,castles"), "layer-unknown"),
        (("--select", "曹肥甸"), "place-unknown"),
        (("--bounds", "117,38,116,39"), "bounds-invalid"),
    ],
)
def test_wrong_usage_writes_nothing(
    tmp_path: Path, exporter: FakeExport, words: tuple[str, ...], code: str
) -> None:
    document = answer("export", *words, "-o", str(tmp_path / "map.html"), code=2)
    assert [finding["code"] for finding in document["findings"]] == [code]
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_layer_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    result = run("export", "--layers", "castles", "-o", str(tmp_path / "map.html"))
    assert result.exit_code == 2
    assert "platforms" in result.stderr


@pytest.mark.parametrize("name", ["map.docx", "map.zip", "map.html.exe"])
def test_other_formats_are_wrong_usage_and_the_answer_names_what_works(tmp_path: Path, name: str) -> None:
    result = run("export", "-o", str(tmp_path / name))
    assert result.exit_code == 2
    assert ".html" in result.stderr


def test_a_failed_export_exits_with_1_and_a_sentence(tmp_path: Path, exporter: FakeExport) -> None:
    exporter.reason = "磁盘已满"
    result = run("export", "-o", str(tmp_path / "map.html"))
    assert result.exit_code == 1
    assert "磁盘已满" in result.stderr
    assert "Traceback" not in result.stderr
    document = answer("export", "-o", str(tmp_path / "map.html"), code=1)
    assert document["findings"][0]["code"] == "export-failed"


def test_export_goes_on_without_a_broken_layer_and_says_so(
    tmp_path: Path, data: Path, exporter: FakeExport
) -> None:
    spoil_json(data)
    document = answer("export", "-o", str(tmp_path / "map.html"), code=3)
    assert [finding["where"] for finding in document["findings"]] == ["geodata/ports.geojson:2"]


def test_a_broken_layer_is_told_once_and_in_our_words(tmp_path: Path, data: Path) -> None:
    spoil_json(data)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from jjjmap import paths\n"
        "paths.RESOURCES, paths.GEODATA = Path(sys.argv[1], 'resources'), Path(sys.argv[1], 'geodata')\n"
        "from jjjmap.cli import cli\n"
        "cli.main(args=['export', '--layers', 'ports', '-o', sys.argv[2]])\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script, str(data), str(tmp_path / "map.html")],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 3, finished.stderr
    assert finished.stderr.count("geodata/ports.geojson") == 1
    assert "错误 geodata/ports.geojson:2 [layer-broken]" in finished.stderr


def test_each_layer_is_read_once(
    tmp_path: Path, exporter: FakeExport, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(layer: Layer, root: Path) -> ShippedLayer:
        read.append(layer.id)
        return read_shipped_layer(layer, root)

    monkeypatch.setattr(exporting, "read_shipped_layer", counted)
    answer("export", "-o", str(tmp_path / "map.html"))
    assert len(read) == len(set(read)) > 10


FIRMS = "名称,类型,lon,lat\n甲厂,氢能,117.1,39.1\n乙厂,钢铁,118.2,39.6\n"


@pytest.fixture
def firms(tmp_path: Path) -> Path:
    file = tmp_path / "企业 名单.csv"
    file.write_text(FIRMS, "utf-8")
    return file


def test_a_data_file_lies_on_top_under_the_same_id_every_time(
    tmp_path: Path, firms: Path, exporter: FakeExport
) -> None:
    for _turn in range(2):
        answer("export", "--layers", "ports", "--data", str(firms), "-o", str(tmp_path / "map.html"))
    first, second = ([view.layer for view in each.layers][-1] for each in exporter.snapshots)
    assert first.id == second.id and first.id.startswith("user-")
    assert (first.title_zh, first.is_users) == ("企业 名单", True)
    assert len(exporter.rows[first.id].table) == 2
    assert "企业 名单" not in {path.name for path in Path(paths.user_layers_folder()).glob("*")}


def test_the_command_that_is_passed_on_names_no_folder(
    tmp_path: Path, firms: Path, exporter: FakeExport
) -> None:
    words = ("--data", str(firms), "--at", "2017", "--columns", "企业 名单=名称")
    answer("export", *words, "-o", str(tmp_path / "map.html"))
    command = exporter.options[0].command
    assert command == (
        "jjjmap export --output map.html --data '企业 名单.csv' --at 2017 --columns '企业 名单=名称'"
    )


def test_only_chosen_columns_leave(tmp_path: Path, firms: Path, exporter: FakeExport) -> None:
    answer("export", "--data", str(firms), "--columns", "企业 名单=名称", "-o", str(tmp_path / "map.html"))
    (columns,) = exporter.options[0].columns.values()
    assert columns == ("名称",)
    known = tuple(column.name for column in next(iter(exporter.rows.values())).table.columns)
    assert exporter.options[0].columns_of(next(iter(exporter.rows)), known) == ("名称",)


@pytest.mark.parametrize("choice", ["企业 名单=电话", "ports=名称", "企业 名单"])
def test_columns_that_are_not_there_are_wrong_usage(
    tmp_path: Path, firms: Path, exporter: FakeExport, choice: str
) -> None:
    words = ("--data", str(firms), "--columns", choice)
    answer("export", *words, "-o", str(tmp_path / "map.html"), code=2)
    assert not (tmp_path / "map.html").exists()


def test_rows_that_could_not_be_read_are_told_and_the_rest_is_exported(
    tmp_path: Path, exporter: FakeExport
) -> None:
    file = tmp_path / "乱.csv"
    file.write_text(FIRMS + "丙厂,化工,abc,39.0\n", "utf-8")
    document = answer("export", "--data", str(file), "-o", str(tmp_path / "map.html"), code=3)
    assert document["findings"]
    assert (tmp_path / "map.html").exists()


def test_a_moment_dims_what_did_not_exist_yet(tmp_path: Path, exporter: FakeExport) -> None:
    document = answer("export", "--at", "2016-03", "-o", str(tmp_path / "map.html"))
    assert document["result"]["moment"] == "2016-03"
    assert "xiongan" in exporter.snapshots[0].dimmed_ids
    answer("export", "--at", "2020", "-o", str(tmp_path / "map.html"))
    assert "xiongan" not in exporter.snapshots[1].dimmed_ids


@pytest.mark.parametrize("at", ["soon", "2017-13", "0", "2017-"])
def test_what_is_no_moment_is_wrong_usage(tmp_path: Path, exporter: FakeExport, at: str) -> None:
    if at == "2017-":
        answer("export", "--at", at, "-o", str(tmp_path / "map.html"))
        assert exporter.snapshots[0].moment == "2017"
    else:
        answer("export", "--at", at, "-o", str(tmp_path / "map.html"), code=2)
        assert exporter.snapshots == []


def test_marked_places_are_told_by_id(tmp_path: Path, exporter: FakeExport) -> None:
    words = ("--highlight", "天津港", "--highlight", "曹妃甸")
    document = answer("export", *words, "-o", str(tmp_path / "map.html"))
    assert document["result"]["highlighted"] == list(exporter.snapshots[0].highlighted_ids)
    assert document["result"]["highlighted"][0] == "port-tianjin"
    assert exporter.snapshots[0].highlight_title.startswith("天津港、")


def test_a_public_map_is_warned_of(tmp_path: Path, exporter: FakeExport) -> None:
    document = answer("export", "--public", "-o", str(tmp_path / "map.html"))
    assert [finding["code"] for finding in document["findings"]] == ["publication"]
    assert document["result"]["audience"] == "public"


@pytest.mark.parametrize(
    ("words", "goes_along"),
    [
        ((), True),
        (("--no-library",), False),
        (("--public",), False),
        (("--public", "--no-library"), False),
        (("--public", "--library", "文库"), True),
        (("--library", "文库"), True),
    ],
)
def test_the_library_goes_along_inside_and_in_public_only_when_it_is_named(
    tmp_path: Path, exporter: FakeExport, words: tuple[str, ...], goes_along: bool
) -> None:
    other = tmp_path / "library.sqlite"
    for path in (paths.library_file(), other):
        path.parent.mkdir(parents=True, exist_ok=True)
        Library.open(path).close()
    words = tuple(str(other) if word == "文库" else word for word in words)
    answer("export", *words, "-o", str(tmp_path / "map.html"))
    assert (exporter.libraries[0] is not None) == goes_along
    assert exporter.options[0].with_library == goes_along
    assert ("--no-library" in exporter.options[0].command) == ("--no-library" in words)


def test_a_library_is_not_both_named_and_left_at_home(tmp_path: Path, exporter: FakeExport) -> None:
    words = ("--library", str(tmp_path / "library.sqlite"), "--no-library")
    answer("export", *words, "-o", str(tmp_path / "map.html"), code=2)
    assert exporter.libraries == []


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ((), "京津冀产业协同地图"),
        (("--select", "天津港"), "天津港 · 京津冀产业协同地图"),
        (("--select", "天津港", "--title", "甲"), "甲"),
        (("--select", "天津港", "--no-title"), ""),
    ],
)
def test_a_picture_has_a_title_unless_none_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], title: str
) -> None:
    drawn: list[Sheet] = []

    def save(path: Path, _snapshot: MapSnapshot, sheet: Sheet, *_renderer: object, **_told: object) -> bool:
        drawn.append(sheet)
        return bool(path.write_bytes(b"x"))

    monkeypatch.setattr(headless, "run_with_renderer", lambda work, **_settings: work(object()))
    monkeypatch.setattr(pictures, "save_picture", save)
    answer("export", *words, "-o", str(tmp_path / "map.png"))
    assert [sheet.title for sheet in drawn] == [title]


def test_a_picture_is_told_which_columns_stay_at_home(
    tmp_path: Path, firms: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, object]] = []

    def save(path: Path, *_asked: object, **wanted: object) -> bool:
        told.append(wanted)
        return bool(path.write_bytes(b"x"))

    monkeypatch.setattr(headless, "run_with_renderer", lambda work, **_settings: work(object()))
    monkeypatch.setattr(pictures, "save_picture", save)
    answer("export", "--data", str(firms), "--columns", "企业 名单=名称", "-o", str(tmp_path / "map.png"))
    assert [list(each["columns"].values()) for each in told] == [[("名称",)]]  # type: ignore[attr-defined]


def test_a_title_is_not_both_given_and_refused(tmp_path: Path) -> None:
    answer("export", "--title", "甲", "--no-title", "-o", str(tmp_path / "map.png"), code=2)
    assert list(tmp_path.glob("map*")) == []


def test_a_library_that_cannot_be_used_is_told_and_done_without_unless_it_was_asked_for(
    tmp_path: Path, exporter: FakeExport
) -> None:
    library = paths.library_file()
    library.parent.mkdir(parents=True, exist_ok=True)
    library.write_bytes(b"not a library at all" * 100)
    document = answer("export", "-o", str(tmp_path / "map.html"))
    assert [finding["code"] for finding in document["findings"]] == ["library-unusable"]
    assert exporter.libraries == [None]
    document = answer("export", "--library", str(library), "-o", str(tmp_path / "other.html"), code=1)
    assert not (tmp_path / "other.html").exists()


def test_a_shared_name_is_told_beside_the_export(tmp_path: Path, exporter: FakeExport) -> None:
    document = answer("export", "--select", "桥西区", "-o", str(tmp_path / "map.html"))
    assert document["result"]["selected"] == "130104"
    assert [finding["code"] for finding in document["findings"]] == ["name-shared"]


def test_progress_is_told_on_the_error_stream(tmp_path: Path, exporter: FakeExport) -> None:
    result = run("export", "-o", str(tmp_path / "map.html"), "--json")
    assert "导出地图" in result.stderr
    json.loads(result.stdout_bytes)


def test_the_real_export_is_one_page(tmp_path: Path) -> None:
    file = tmp_path / "map.html"
    document = answer("export", "--layers", "ports", "--select", "port-tianjin", "-o", str(file))
    assert document["result"]["bytes"] == file.stat().st_size > 100_000
    assert file.read_bytes()[:15].lower() == b"<!doctype html>"
