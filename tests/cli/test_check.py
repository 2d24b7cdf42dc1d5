"""Tests of ``check``: what it finds, how it tells it, and its exit codes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jjjmap import paths

from .commands import answer, lose_file, run, spoil_json, spoil_row, spoil_source


def test_check_passes_on_what_we_ship() -> None:
    document = answer("check")
    assert document["findings"] == []
    assert document["result"]["errors"] == 0
    assert document["result"]["places"] > 100
    result = run("check")
    assert result.stdout.endswith("没有发现问题。\n")


def spoil_geometry(data: Path) -> None:
    file = data / "geodata/ports.geojson"
    file.write_text(file.read_text("utf-8").replace("117.74", "107.74"), "utf-8")


def spoil_adcode(data: Path) -> None:
    spoil_row(data / "resources/catalogue/places.csv", "port-tianjin", "120116", "120199")


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (spoil_json, "geodata/ports.geojson:2"),
        (spoil_geometry, "geodata/ports.geojson#port-tianjin"),
        (spoil_source, "catalogue/places.csv"),
        (spoil_adcode, "catalogue/places.csv"),
        (lose_file, "catalogue/figures.csv"),
    ],
)
def test_check_fails_on_broken_data_and_says_where(
    data: Path, spoil: Callable[[Path], None], where: str
) -> None:
    spoil(data)
    document = answer("check", str(data), code=1)
    assert document["result"]["errors"] > 0
    assert [f for f in document["findings"] if f["severity"] == "error" and f["where"].startswith(where)]
    result = run("check", str(data))
    assert result.exit_code == 1
    assert where in result.stdout


def test_check_looks_at_the_folder_and_not_at_what_we_ship(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(paths.RESOURCES, tmp_path / "resources")
    shutil.copytree(paths.GEODATA, tmp_path / "geodata")
    monkeypatch.setattr(paths, "RESOURCES", tmp_path / "not here")
    monkeypatch.setattr(paths, "GEODATA", tmp_path / "not here")
    assert answer("check", str(tmp_path))["result"]["path"] == str(tmp_path)


def test_check_never_names_a_folder_of_this_machine(data: Path) -> None:
    spoil_json(data)
    lose_file(data)
    assert not [f for f in answer("check", str(data), code=1)["findings"] if str(data) in json.dumps(f)]


def test_a_folder_without_data_is_wrong_usage(tmp_path: Path) -> None:
    assert answer("check", str(tmp_path), code=2)["findings"][0]["code"] == "usage"
    assert run("check", str(tmp_path / "gone")).exit_code == 2


def test_a_folder_without_layers_is_told_in_a_few_lines(data: Path) -> None:
    shutil.rmtree(data / "geodata")
    everything = answer("check", str(data), code=1)["findings"]
    result = run("check", str(data))
    assert result.exit_code == 1
    assert len(everything) > 20
    assert len(result.stdout.splitlines()) < 20
    assert result.stdout.splitlines()[-1] == f"错误 {len(everything)} 个，可疑 0 个。"
