"""Joining a table of the user's to units and places in the background."""

from pathlib import Path

import pyarrow as pa
import pytest
from pytestqt.qtbot import QtBot

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import Column, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry
from jjjmap.layers.tables.joined_table import Repeats
from jjjmap.layers.tables.joining import JoinAnswer, JoinTarget
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.session.layers.joins import Joins
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.workspace import Workspace

ROWS = pa.table({"市": ["唐山", "天津市", "唐山市", "甲市", ""], "产值": [1, 2, 3, 4, 5]})
FACTS = LayerFacts(
    "产值", "产值.xlsx", "", FileFormat.XLSX, "", "", "", 0.0, None,
    (Column("市"), Column("产值")), 5, 5, 2, 3, None,
)  # fmt: skip


@pytest.fixture
def layers(qtbot: QtBot, tmp_path: Path) -> UserLayers:
    return UserLayers(UserLayerStore(tmp_path / "layers"), TaskRunner())


@pytest.fixture
def layer_id(layers: UserLayers, qtbot: QtBot) -> str:
    with qtbot.waitSignal(layers.opened) as opened:
        layers.add_reckoned("打开", "产值.xlsx", lambda: (FACTS, FeatureTable(ROWS)))
    return opened.args[0].layer_ids[0]


@pytest.fixture
def joins(layers: UserLayers) -> Joins:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    return Joins(Workspace(catalogue), layers)


@pytest.fixture
def answer(joins: Joins, layers: UserLayers, layer_id: str, qtbot: QtBot) -> JoinAnswer:
    answers: list[JoinAnswer] = []
    joins.reckon(layer_id, ["市"], JoinTarget.CITIES, {}, answers.append, pytest.fail)
    qtbot.waitUntil(lambda: bool(answers))
    return answers[0]


def test_the_target_is_guessed_from_the_rows(joins, layer_id):
    assert joins.guess_target(layer_id, ["市"]) is JoinTarget.CITIES


def test_rows_are_told_which_city_they_mean(answer):
    assert [answer.place_id(row) for row in range(5)] == ["130200", "120000", "130200", "", ""]
    assert [each.text for each in answer.unmatched] == ["甲市"]
    assert answer.empty_rows == 1


def test_of_several_wishes_only_the_last_is_answered(joins, layers, layer_id, qtbot):
    answers: list[JoinAnswer] = []
    for target in (JoinTarget.COUNTIES, JoinTarget.PROVINCES, JoinTarget.CITIES):
        joins.reckon(layer_id, ["市"], target, {}, answers.append, pytest.fail)
    qtbot.waitUntil(lambda: not layers.tasks.running)
    assert [each.target for each in answers] == [JoinTarget.CITIES]


def test_a_wish_that_is_taken_back_is_not_answered(joins, layers, layer_id, qtbot):
    answers: list[JoinAnswer] = []
    joins.reckon(layer_id, ["市"], JoinTarget.CITIES, {}, answers.append, pytest.fail)
    joins.stop()
    qtbot.waitUntil(lambda: not layers.tasks.running)
    assert answers == []


def test_what_goes_wrong_is_told_to_who_asked(joins, layers, layer_id, qtbot):
    errors: list[Exception] = []
    joins.reckon(layer_id, ["没有这一列"], JoinTarget.CITIES, {}, lambda _answer: None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], KeyError)


def test_a_join_makes_a_layer_of_areas_and_says_what_is_not_on_the_map(
    joins, layers, layer_id, answer, qtbot
):
    with qtbot.waitSignal(layers.opened, timeout=20_000) as opened:
        joins.make_layer(layer_id, answer, repeats=Repeats.FIRST, with_missing=False)
    (made,) = opened.args[0].layer_ids
    facts = layers.stored(made).facts
    assert facts.title == "产值（按设区市）"
    assert (facts.geometry, facts.rows, facts.without_geometry) == (Geometry.POLYGON, 5, 3)
    # What was mended and rejected when the file was read is told of the table, not of what was made of it.
    assert (facts.mended, facts.rejected) == (0, 0)
    assert {each.code for each in facts.findings} == {"rows-unmatched", "rows-repeated"}
    assert layers.table(made).attributes["产值"].to_pylist() == [1, 2, 3, 4, 5]
    west, south, east, north = facts.bounds
    assert 116 < west < 117.5 < east < 120 and 38 < south < 39 < north < 41


def test_units_that_no_row_means_are_added_without_values(joins, layers, layer_id, answer, qtbot):
    with qtbot.waitSignal(layers.opened, timeout=20_000) as opened:
        joins.make_layer(layer_id, answer, repeats=Repeats.FIRST, with_missing=True)
    (made,) = opened.args[0].layer_ids
    table = layers.table(made)
    assert len(table) > 5
    assert table.attributes["产值"].to_pylist()[5:] == [None] * (len(table) - 5)
