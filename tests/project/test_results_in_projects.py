"""Results of analyses in a project: how they were made comes back, and whether they are out of date."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from made_projects import Home, firms, opened, save

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.provenance import NO_GENERATION, ColumnNote, InputNote, Missing, Provenance
from jjjmap.layers.stored_layer import StoredLayer
from jjjmap.layers.style import Geometry
from jjjmap.project.file_format import ATTRIBUTES
from jjjmap.text.store.library import Library

pytestmark = pytest.mark.usefixtures("one_worker")

FIRMS, RESULT = "user-0000000a", "user-0000000e"


def made(generation: int) -> Provenance:
    inputs = (
        InputNote("企业", 30, 29, FIRMS, "ab" * 32, generation, note="筛选", filter_key="f1"),
        InputNote("县界", 200, 200, source_ids=("src",)),
    )
    return Provenance(
        "summarize",
        {"layer_id": FIRMS, "by": ["行业"], "km": 2.5},
        "各县企业",
        inputs,
        (ColumnNote("区位商", "location_quotient", "a ÷ b", "", "某某. 1990.", ("src",)),),
        (Missing("区位商", "zero-denominator", "分母为零。", ("甲县",), 1),),
        ("一句说明。",),
        {"kind": "bars", "title": "图", "labels": ["甲"], "series": [["数", [None]]], "reference": 1.0},
        "2026-01-02",
        "1.0",
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    home.add(FIRMS, "企业", firms())
    rows = pa.table({"名称": ["甲县", "乙县"], "区位商": [None, 1.5]})
    home.add(
        RESULT,
        "各县企业",
        FeatureTable(rows, Geometry.POINT, np.array([115.0, 116.0]), np.array([38.0, 39.0])),
    )
    with Library.open(home.library):
        pass
    return home


def give(home: Home, provenance: Provenance) -> None:
    [stored] = [each for each in home.layers if each.id == RESULT]
    home.store.save(replace(stored, provenance=provenance))


def result_in(path: Path, work: Path) -> StoredLayer:
    """Return the result as a project gives it back."""
    _project, there = opened(path, work)
    [stored] = [each for each in there.layers if each.id == RESULT]
    return stored


def test_how_a_result_was_made_comes_back_word_for_word(home: Home, tmp_path: Path) -> None:
    give(home, made(1))
    save(home, tmp_path / "a.jjj.gpkg")
    first = result_in(tmp_path / "a.jjj.gpkg", tmp_path / "w")
    assert first.provenance == made(1)


def test_a_fresh_result_stays_fresh_though_layers_are_numbered_anew(home: Home, tmp_path: Path) -> None:
    [stored] = [each for each in home.layers if each.id == FIRMS]
    later = home.store.save_rows(stored, firms(), stored.facts)
    assert later.generation == 2
    give(home, made(2))
    save(home, tmp_path / "a.jjj.gpkg")
    result = result_in(tmp_path / "a.jjj.gpkg", tmp_path / "w")
    assert [note.generation for note in result.provenance.inputs] == [1, NO_GENERATION]
    assert result.provenance.inputs[0].filter_key == "f1"


def test_a_stale_result_stays_stale(home: Home, tmp_path: Path) -> None:
    [stored] = [each for each in home.layers if each.id == FIRMS]
    home.store.save_rows(stored, firms(), stored.facts)
    give(home, made(1))
    save(home, tmp_path / "a.jjj.gpkg")
    result = result_in(tmp_path / "a.jjj.gpkg", tmp_path / "w")
    assert result.provenance.inputs[0].generation == NO_GENERATION


def test_a_result_is_stale_if_its_input_was_edited_or_broken_elsewhere(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "a.jjj.gpkg"
    give(home, made(1))
    save(home, path)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE jjjmap_chunks SET data = x'00' WHERE layer = ? AND file = ?", (FIRMS, ATTRIBUTES)
        )
    connection.close()
    result = result_in(path, tmp_path / "w")
    assert result.provenance.inputs[0].generation == NO_GENERATION
    assert result.provenance.notes == made(1).notes, "its own rows are as they were"


def test_rows_of_a_result_that_were_changed_elsewhere_are_told_as_such(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "a.jjj.gpkg"
    give(home, made(1))
    save(home, path)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE jjjmap_chunks SET data = x'00' WHERE layer = ? AND file = ?", (RESULT, ATTRIBUTES)
        )
    connection.close()
    result = result_in(path, tmp_path / "w")
    assert result.provenance.inputs[0].generation == 1
    assert "不再全是这次分析算出的" in result.provenance.notes[-1]
