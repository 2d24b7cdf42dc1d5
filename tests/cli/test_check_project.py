"""``jjjmap check P.jjj.gpkg``."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from jjjmap.cli import cli
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.opening.records import FileFormat, LayerFacts
from jjjmap.layers.user_layer import first_look, first_style
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.project.saving import save_project
from jjjmap.project.state import ProjectState


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one list in it."""
    store = UserLayerStore(tmp_path / "layers")
    folder = store.new_folder()
    (folder / "part").mkdir()
    table = FeatureTable(pa.table({"名称": ["甲", "乙"]}))
    write_table(folder / "part", table)
    facts = LayerFacts(
        "名单", "名单.csv", "", FileFormat.CSV, "utf-8", "", "", 0.0, None, table.columns, 2, 0, 0, 0, None
    )
    style = first_style(facts, 0)
    layer = store.adopt(folder / "part", facts, style, first_look(facts, style))
    path = tmp_path / "规划.jjj.gpkg"
    save_project(
        path,
        state=ProjectState(),
        layers=(layer,),
        store=store,
        library_path=tmp_path / "library.sqlite",
        expected=None,
    )
    return path


@pytest.fixture
def run() -> Callable[..., tuple[int, str]]:
    def ask(*words: object) -> tuple[int, str]:
        done = CliRunner().invoke(cli, [str(word) for word in words])
        return done.exit_code, done.stdout

    return ask


def test_a_whole_project_passes(project, run):
    code, said = run("check", project)
    assert code == 0
    assert "名单：2 行" in said
    assert said.rstrip().endswith("项目完整。")
    code, said = run("check", "--lang", "en", "--json", project)
    result = json.loads(said)["result"]
    assert code == 0
    assert (result["title"], result["documents"], result["layers"][0]["rows"]) == ("规划", 0, 2)


def test_a_broken_layer_is_an_error(project, run):
    connection = sqlite3.connect(project)
    connection.execute("UPDATE jjjmap_layers SET record = '{}'")
    connection.commit()
    connection.close()
    code, said = run("check", "--json", project)
    assert code == 1
    assert [finding["code"] for finding in json.loads(said)["findings"]] == ["project-layer-broken"]


def test_a_newer_project_is_named_and_refused(project, run):
    connection = sqlite3.connect(project)
    connection.execute("UPDATE jjjmap_project SET value = '7' WHERE key = 'version'")
    connection.commit()
    connection.close()
    code, said = run("check", "--json", project)
    (finding,) = json.loads(said)["findings"]
    assert code == 1
    assert (finding["code"], finding["where"]) == ("project-newer", "规划.jjj.gpkg")
    assert "7" in finding["message"]


def test_a_project_that_is_not_there_is_wrong_usage(tmp_path, run):
    assert run("check", tmp_path / "没有.jjj.gpkg")[0] == 2
