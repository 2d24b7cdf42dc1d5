from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pytestqt.qtbot import QtBot

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import Column, ColumnRole, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.project.state import PlacingState
from jjjmap.session.layers.placing import Placing
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.workspace import Workspace

COLUMNS = (Column("名称", role=ColumnRole.NAME), Column("地址", role=ColumnRole.ADDRESS))
ROWS = pa.table(
    {"名称": ["甲厂", "乙厂", "丙厂"], "地址": ["桥西区中华大街", "天津市武清区", "桥西区中华大街"]}
)
FACTS = LayerFacts(
    "名单", "名单.csv", "", FileFormat.CSV, "utf-8", "", "", 0.0, None, COLUMNS, 3, 3, 0, 0, None
)


@pytest.fixture
def layers(qtbot: QtBot, tmp_path: Path) -> UserLayers:
    return UserLayers(UserLayerStore(tmp_path / "layers"), TaskRunner())


@pytest.fixture
def layer_id(layers: UserLayers, qtbot: QtBot) -> str:
    with qtbot.waitSignal(layers.opened):
        layers.add_reckoned("打开", "名单.csv", lambda: (FACTS, FeatureTable(ROWS)))
    return layers.layers[0].id


@pytest.fixture
def placing(layers: UserLayers, layer_id: str, qtbot: QtBot) -> Placing:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    placing = Placing(Workspace(catalogue), layers)
    with qtbot.waitSignal(placing.placed, timeout=20_000) as placed:
        placing.place(layer_id)
    assert placed.args == [layer_id]
    return placing


def test_a_choice_reaches_rows_with_the_same_address_and_is_undone(
    placing: Placing, layer_id: str, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(placing.rows_corrected) as corrected:
        placing.choose(layer_id, [0], "130104", to_alike=True)
    assert corrected.args == [layer_id, [0, 2]]
    assert placing.placements(layer_id).unit_id.tolist() == ["130104", "120114", "130104"]
    assert placing.can_undo(layer_id)
    placing.undo(layer_id)
    assert placing.placements(layer_id).unit_id.tolist() == ["130000", "120114", "130000"]
    assert not placing.can_undo(layer_id)


def test_a_click_is_taken_only_when_it_was_asked_for(placing: Placing, layer_id: str) -> None:
    assert not placing.take_point(116.3, 39.97)
    placing.ask_point(layer_id, 0)
    assert placing.take_point(116.3, 39.97)
    assert placing.placements(layer_id).unit_id[0] == "110108"
    assert not placing.take_point(116.3, 39.97)


def test_a_click_outside_of_the_region_has_no_county(placing: Placing, layer_id: str) -> None:
    placing.ask_point(layer_id, 0)
    placing.take_point(100.0, 30.0)
    placements = placing.placements(layer_id)
    assert (placements.unit_id[0], placements.lon[0]) == ("", 100.0)


def test_waiting_can_be_given_up(placing: Placing, layer_id: str, qtbot: QtBot) -> None:
    placing.ask_point(layer_id, 0)
    with qtbot.waitSignal(placing.point_no_longer_wanted):
        placing.stop_waiting()
    assert not placing.is_waiting


def test_what_was_placed_is_kept_as_a_layer_of_points(
    placing: Placing, layers: UserLayers, layer_id: str, qtbot: QtBot
) -> None:
    placing.choose(layer_id, [0], "130104")
    with qtbot.waitSignal(layers.opened):
        placing.keep(layer_id)
    kept = layers.layers[-1]
    assert kept.facts.geometry is Geometry.POINT
    assert (kept.facts.rows, kept.facts.without_geometry) == (3, 1)
    assert layers.table(kept.id).attributes["落位区划代码"].to_pylist() == ["130104", "120114", "130000"]


def test_a_list_that_is_removed_takes_its_answer_along(
    placing: Placing, layers: UserLayers, layer_id: str, qtbot: QtBot
) -> None:
    placing.ask_point(layer_id, 0)
    with qtbot.waitSignals([placing.removed, placing.point_no_longer_wanted]):
        layers.remove(layer_id)
    assert placing.layer_ids == ()
    assert not placing.take_point(116.3, 39.9)


def test_a_list_that_is_placed_again_at_once_answers_once(
    placing: Placing, layers: UserLayers, layer_id: str, qtbot: QtBot
) -> None:
    answers: list[str] = []
    placing.placed.connect(answers.append)
    first, second = placing.place(layer_id), placing.place(layer_id)
    assert placing.is_placing(layer_id)
    qtbot.waitUntil(lambda: not layers.tasks.running, timeout=20_000)
    assert first.cancel_requested and not second.cancel_requested
    assert answers == [layer_id]
    assert not placing.is_placing(layer_id)


def test_an_answer_that_comes_when_its_list_is_gone_is_dropped(
    placing: Placing, layers: UserLayers, layer_id: str, qtbot: QtBot
) -> None:
    placing.place(layer_id)
    layers.remove(layer_id)
    qtbot.waitUntil(lambda: not layers.tasks.running, timeout=20_000)
    assert placing.layer_ids == ()


def test_a_new_name_of_a_list_is_told(
    placing: Placing, layers: UserLayers, layer_id: str, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(placing.renamed) as renamed:
        layers.rename(layer_id, "另一份名单")
    assert renamed.args == [layer_id]
    assert placing.title(layer_id) == "另一份名单"


def test_corrections_go_back_and_forth_with_the_history(placing: Placing, layer_id: str) -> None:
    before = placing.placements(layer_id).unit_id.tolist()
    placing.choose(layer_id, [0], "130104", to_alike=True)
    placing.ask_point(layer_id, 1)
    placing.take_point(116.3, 39.97)
    after = placing.placements(layer_id).unit_id.tolist()
    assert placing.history.undo_title == "改正落位：乙厂"
    placing.history.undo()
    assert placing.history.undo_title == "改正落位：甲厂等 2 行"
    placing.history.undo()
    assert placing.placements(layer_id).unit_id.tolist() == before and not placing.can_undo(layer_id)
    placing.history.redo()
    placing.history.redo()
    assert placing.placements(layer_id).unit_id.tolist() == after
    placing.undo(layer_id)
    assert placing.history.redo_title == "改正落位：乙厂"


def test_an_earlier_correction_is_taken_back_beneath_a_later_one_of_the_same_rows(
    placing: Placing, layer_id: str
) -> None:
    placing.choose(layer_id, [0], "130104")
    step = placing._lists[layer_id].made[0].step
    placing.choose(layer_id, [0, 1], "130105")
    assert placing.history.take_back(step)
    assert placing.placements(layer_id).unit_id.tolist() == ["130105", "130105", "130000"]
    placing.history.undo()
    assert placing.placements(layer_id).unit_id.tolist() == ["130000", "120114", "130000"]


def test_an_answer_comes_back_with_a_layer_whose_removal_is_taken_back(
    placing: Placing, layers: UserLayers, layer_id: str, qtbot: QtBot
) -> None:
    layers.history = placing.history
    placing.choose(layer_id, [0], "130104")
    layers.remove(layer_id)
    assert placing.layer_ids == ()
    with qtbot.waitSignal(placing.restored) as restored:
        layers.undo_remove()
    assert restored.args == [layer_id, 0]
    assert placing.placements(layer_id).unit_id[0] == "130104"
    placing.history.undo()
    assert placing.placements(layer_id).unit_id[0] == "130000"


def test_a_correction_of_a_list_that_was_placed_anew_is_gone(
    placing: Placing, layer_id: str, qtbot: QtBot
) -> None:
    placing.choose(layer_id, [0], "130104")
    with qtbot.waitSignal(placing.placed, timeout=20_000):
        placing.place(layer_id)
    with qtbot.waitSignal(placing.history.told) as told:
        placing.history.undo()
    assert told.args == ["撤销不了“改正落位：甲厂”：这份名单已经重新落位或移除。"]


def test_a_list_is_placed_again_with_the_corrections_that_still_fit(
    placing: Placing, layers: UserLayers, layer_id: str, qtbot: QtBot
) -> None:
    placing.choose(layer_id, [0], "130104", to_alike=True)
    placing.ask_point(layer_id, 1)
    placing.take_point(116.3, 39.97)
    (state,) = placing.state()
    assert state == PlacingState(
        layer_id,
        (("名称", "name"), ("地址", "address")),
        (
            {"rows": [0], "alike": True, "place": "130104"},
            {"rows": [1], "alike": False, "lon": 116.3, "lat": 39.97},
        ),
    )
    broken: tuple[dict[str, Any], ...] = (
        {"rows": [7], "place": "130104"},
        {"rows": [0], "place": "no-such-place"},
        {"rows": ["0"], "place": "130104"},
        {"rows": [True], "place": "130104"},
        {"rows": [0], "lon": "nan", "lat": 1},
        {"rows": [0]},
        {},
    )
    again = Placing(placing._workspace, layers)
    with qtbot.waitSignal(again.restored, timeout=20_000) as restored, qtbot.assertNotEmitted(again.placed):
        again.restore([replace(state, corrections=(*broken[:3], *state.corrections, *broken[3:]))])
    assert restored.args == [layer_id, len(broken)]
    assert again.placements(layer_id).unit_id.tolist() == ["130104", "110108", "130104"]
    assert again.state() == (state,) and again.history.undo_title == ""
    again.undo(layer_id)
    assert again.placements(layer_id).unit_id.tolist() == ["130104", "120114", "130104"]


def test_a_list_whose_layer_or_columns_are_gone_is_passed_over(
    placing: Placing, layers: UserLayers, layer_id: str, qtbot: QtBot
) -> None:
    again = Placing(placing._workspace, layers)
    with qtbot.waitSignal(again.restored) as restored:
        again.restore(
            [
                PlacingState("user-00000000", (("名称", "name"),), ()),
                PlacingState(layer_id, (("没有", "name"), ("名称", "no-role")), ({"rows": [0]},)),
            ]
        )
    assert restored.args == [layer_id, 1] and again.layer_ids == ()
