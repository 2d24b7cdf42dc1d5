"""Tests of ``export``: the snapshot it asks for, the file it writes, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jjjmap.cli import commands
from jjjmap.i18n import Language
from jjjmap.layers.layer import Layer
from jjjmap.layers.shipped import BASEMAP_LAYERS, UNIT_LAYERS
from jjjmap.layers.shipped_files import ShippedLayer, read_shipped_layer
from jjjmap.maps.snapshot import REGION_BOUNDS, Bounds, MapSnapshot

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


@pytest.mark.parametrize("name", ["map.pdf", "map.png", "map"])
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

    monkeypatch.setattr(commands, "read_shipped_layer", counted)
    answer("export", "-o", str(tmp_path / "map.html"))
    assert len(read) == len(set(read)) > 10


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
