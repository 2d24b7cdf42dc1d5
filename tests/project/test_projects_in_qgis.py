"""A project in a real QGIS: it opens with its styles, and what is edited there is read anew here."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_projects import AREAS, FIRMS, LIST, ROADS, Home, codes, firms, made_home, opened, save

from jjjmap.project.stamps import stamp_of

HERE = Path(__file__).parent
Qgis = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def qgis(tmp_path_factory: pytest.TempPathFactory) -> Qgis:
    """Run `project_in_qgis.py` with a Python that has QGIS; that of the system, where Debian puts it."""
    home = tmp_path_factory.mktemp("qgis")
    for python in filter(None, (os.environ.get("QGIS_PYTHON"), "/usr/bin/python3", shutil.which("python3"))):
        if not Path(python).exists():
            continue
        asked = subprocess.run([python, "-c", "import qgis.core"], capture_output=True, check=False)
        if asked.returncode == 0:
            break
    else:
        pytest.skip("no QGIS: neither $QGIS_PYTHON nor the system's Python has qgis.core (python3-qgis)")

    def run(*words: object) -> dict[str, Any]:
        environment = {"QT_QPA_PLATFORM": "offscreen", "PATH": os.environ["PATH"], "HOME": str(home)}
        done = subprocess.run(
            [python, HERE / "project_in_qgis.py", *map(str, words)],
            capture_output=True,
            env=environment,
            timeout=100,
            check=False,
        )
        assert done.stdout, done.stderr.decode()
        said: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
        return said

    return run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "规划.jjj.gpkg"
    save(made_home(tmp_path / "home"), path)
    return path


def test_qgis_opens_layers_with_their_styles_and_documents_as_tables(qgis, path):
    stamp = stamp_of(path)
    said = qgis("look", path)
    assert said["is_read"]
    assert said["name"] == "规划"
    layers = said["layers"]
    assert all(layer["is_valid"] for layer in layers.values())
    assert layers["企业"]["rows"] == 30
    assert {"氢能", "医药"} <= set(layers["企业"]["symbols"]) & set(said["alone"])
    assert layers["文库：文档"]["rows"] == 2
    assert layers["文库：提及"]["rows"] > 0
    assert layers["文库：数据"]["rows"] > 0
    assert not [name for name in said["offered"] if name.startswith("jjjmap_library")]
    assert "documents" in said["offered"]
    assert stamp.is_of(path)


def test_what_is_edited_in_qgis_is_told_and_read_anew(qgis, path, tmp_path):
    stamp = stamp_of(path)
    said = qgis("edit", path, "企业")
    assert said["done"], said
    assert not stamp.is_of(path)
    project, there = opened(path, tmp_path / "work")
    # One of its rows is nowhere, which is told of any file.
    assert codes(project) == ["project-layer-edited", "no-geometry"]
    (before,) = (layer for layer in Home(tmp_path / "home").layers if layer.id == FIRMS)
    (layer,) = (layer for layer in there.layers if layer.id == FIRMS)
    assert (layer.title, layer.style, layer.filter) == (before.title, before.style, before.filter)
    assert layer.facts.rows == 29
    table = there.table(FIRMS)
    assert table.attributes.column_names == [*firms().attributes.column_names, "备注"]
    assert table.attributes["名称"].to_pylist()[:2] == ["改名厂", "厂2"]
    assert table.attributes["fid"].to_pylist()[:2] == [0, 20]
    assert {each.id for each in there.layers} == {FIRMS, ROADS, AREAS, LIST}
    save(there, tmp_path / "再存.jjj.gpkg")
    again, _there = opened(tmp_path / "再存.jjj.gpkg", tmp_path / "again")
    assert codes(again) == []


def test_the_tables_of_documents_cannot_be_edited_there(qgis, path):
    said = qgis("edit", path, "documents")
    assert not said["done"]
    assert any("jjjmap" in each for each in said["errors"]), said
