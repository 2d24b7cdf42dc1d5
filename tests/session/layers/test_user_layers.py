import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pytestqt.qtbot import QtBot

from jjjmap.errors import RowsUnreadable
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.opening.records import (
    Column,
    FileFormat,
    LayerFacts,
    ReadAnswer,
    ReadPart,
)
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.user_layer import as_layer
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.session.layers import user_layers
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import Task, TaskRunner, TaskState

NAMES = ["甲厂", "乙厂", "丙厂", "丁厂"]
SECTORS = ["钢铁", "氢能", "钢铁", "氢能"]


def facts(geometry: Geometry | None = Geometry.POINT, rows: int = 4) -> LayerFacts:
    return LayerFacts(
        "厂", "厂.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, geometry,
        (Column("名称"), Column("行业")), rows, 0, 0, 0, (116.0, 39.0, 119.0, 42.0),
    )  # fmt: skip


def table() -> FeatureTable:
    return FeatureTable(
        pa.table({"名称": NAMES, "行业": SECTORS}),
        Geometry.POINT,
        np.array([116.0, 117.0, 118.0, 119.0]),
        np.array([39.0, 40.0, 41.0, 42.0]),
    )


def read_four(folder: Path, _progress: object, _cancelled: object) -> ReadAnswer:
    (folder / "points").mkdir()
    write_table(folder / "points", table())
    return ReadAnswer((ReadPart("points", facts()),), (), 4, 0, 0)


@pytest.fixture
def tasks(qtbot: QtBot) -> TaskRunner:
    return TaskRunner()


@pytest.fixture
def layers(tasks: TaskRunner, tmp_path: Path) -> UserLayers:
    return UserLayers(UserLayerStore(tmp_path / "layers"), tasks)


@pytest.fixture
def layer_id(layers: UserLayers, qtbot: QtBot) -> str:
    with qtbot.waitSignal(layers.opened) as opened:
        layers.add("打开 厂.csv", "厂.csv", read_four)
    return opened.args[0].layer_ids[0]


def wait_for(task: Task, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: task.state is not TaskState.RUNNING, timeout=10_000)


def test_what_is_read_becomes_a_layer_with_rows(layers, layer_id):
    assert layers.holds(layer_id)
    assert layers.table(layer_id).attributes["名称"].to_pylist() == NAMES
    layer = layers.layer(layer_id)
    assert (layer.title_zh, layer.rows, layer.geometry) == ("厂", 4, Geometry.POINT)
    assert layer.is_users and layer.visible


def test_a_layer_and_what_was_set_on_it_is_there_at_the_next_start(layers, layer_id, tasks, tmp_path):
    layers.set_style(layer_id, UserStyle(mode=StyleMode.CATEGORISED, column="行业"))
    layers.set_filter(layer_id, Filter((Condition(FilterOp.EQUALS, "行业", ("氢能",)),)))
    layers.rename(layer_id, " 我的厂 ")
    again = UserLayers(UserLayerStore(tmp_path / "layers"), tasks)
    assert again.layer(layer_id).title_zh == "我的厂"
    assert {each.value for each in again.layer(layer_id).style.classes} == {"钢铁", "氢能"}
    assert again.shown_rows(layer_id).tolist() == [False, True, False, True]


def test_reading_that_fails_leaves_nothing_and_is_told(layers, qtbot, tmp_path):
    def fail(folder: Path, _progress: object, _cancelled: object) -> ReadAnswer:
        (folder / "half").mkdir()
        raise OSError("gone")

    with qtbot.waitSignal(layers.work_failed) as failed:
        layers.add("打开 厂.csv", "厂.csv", fail)
    assert str(failed.args[0]) == "gone"
    assert layers.layers == ()
    assert list((tmp_path / "layers").iterdir()) == []


def test_reading_that_is_cancelled_leaves_nothing(layers, qtbot, tmp_path):
    begun = threading.Event()

    def read(folder: Path, progress: object, cancelled) -> ReadAnswer:
        begun.set()
        while not cancelled():
            pass
        return read_four(folder, progress, cancelled)

    task = layers.add("打开 厂.csv", "厂.csv", read)
    assert begun.wait(5)
    task.cancel()
    wait_for(task, qtbot)
    assert task.state is TaskState.CANCELLED
    assert layers.layers == ()
    assert list((tmp_path / "layers").iterdir()) == []


def test_a_second_part_that_cannot_be_kept_takes_the_first_with_it(layers, qtbot, tmp_path):
    def read(folder: Path, progress: object, cancelled: object) -> ReadAnswer:
        answer = read_four(folder, progress, cancelled)
        return replace(answer, parts=(*answer.parts, ReadPart("absent", facts())))

    with qtbot.waitSignal(layers.work_failed):
        layers.add("打开 厂.csv", "厂.csv", read)
    assert layers.layers == ()
    assert list((tmp_path / "layers").iterdir()) == []


def test_rows_are_marked_once_each_and_only_those_that_exist(layers, layer_id, qtbot):
    with qtbot.waitSignal(layers.selection_changed) as changed:
        layers.select_rows(layer_id, [3, 1, 3, -1, 99])
    assert changed.args == [layer_id]
    assert layers.selected_rows(layer_id).tolist() == [1, 3]
    with qtbot.assertNotEmitted(layers.selection_changed):
        layers.select_rows(layer_id, [1, 3])
    layers.clear_selection()
    assert layers.selected_rows(layer_id).tolist() == []


def test_a_style_changes_the_legend_and_the_class_of_each_row(layers, layer_id, qtbot):
    with qtbot.waitSignal(layers.style_changed):
        layers.set_style(layer_id, UserStyle(mode=StyleMode.CATEGORISED, column="行业"))
    classes = layers.layer(layer_id).style.classes
    assert [classes[number].value for number in layers.styled(layer_id).class_of_row] == SECTORS


def test_of_two_filters_that_are_reckoned_in_the_background_the_later_counts(
    layers, layer_id, qtbot, monkeypatch
):
    monkeypatch.setattr(user_layers, "AT_ONCE_ROWS", 0)
    layers.set_filter(layer_id, Filter((Condition(FilterOp.EQUALS, "名称", ("甲厂",)),)))
    with qtbot.waitSignal(layers.filter_changed):
        layers.set_filter(layer_id, Filter((Condition(FilterOp.EQUALS, "名称", ("丁厂",)),)))
    qtbot.waitUntil(lambda: not layers.tasks.running)
    assert layers.shown_rows(layer_id).tolist() == [False, False, False, True]
    assert layers.filter(layer_id).conditions[0].values == ("丁厂",)


def test_what_is_being_reckoned_of_rows_that_are_replaced_is_dropped(layers, layer_id, qtbot, monkeypatch):
    monkeypatch.setattr(user_layers, "AT_ONCE_ROWS", 0)
    layers.set_filter(layer_id, Filter((Condition(FilterOp.EQUALS, "名称", ("甲厂",)),)))
    two = table().take([0, 1])
    layers.replace_rows(layer_id, facts(rows=2), two)
    qtbot.waitUntil(lambda: not layers.tasks.running)
    assert layers.shown_rows(layer_id) is None
    assert len(layers.styled(layer_id).class_of_row) == 2


def test_a_look_that_another_thread_reckons_meanwhile_does_not_undo_a_newer_one(
    layers, layer_id, tasks, tmp_path, monkeypatch
):
    layers = UserLayers(UserLayerStore(tmp_path / "layers"), tasks)
    from jjjmap.layers.styling import classify

    apply_style, newer = classify.apply_style, UserStyle(color="#112233")

    def apply_slowly(rows, style):
        styled = apply_style(rows, style)
        if style != newer:
            layers.set_style(layer_id, newer)
        return styled

    monkeypatch.setattr(classify, "apply_style", apply_slowly)
    layers.styled(layer_id)
    assert layers.styled(layer_id).style.classes[0].fill == "#112233"


def test_fewer_rows_than_were_kept_are_no_layer(layers, layer_id, tasks, tmp_path):
    folder = tmp_path / "layers" / layer_id / "1"
    write_table(folder, table().take([0, 1]))
    with pytest.raises(RowsUnreadable):
        UserLayers(UserLayerStore(tmp_path / "layers"), tasks).table(layer_id)


def test_a_removed_layer_comes_back_with_all_that_was_set(layers, layer_id, qtbot):
    layers.rename(layer_id, "我的厂")
    with qtbot.waitSignal(layers.layer_removed):
        layers.remove(layer_id)
    assert not layers.holds(layer_id)
    with qtbot.waitSignal(layers.layer_added):
        layers.undo_remove()
    assert layers.layer(layer_id).title_zh == "我的厂"
    assert len(layers.table(layer_id)) == 4


def test_a_removed_layer_is_gone_when_the_program_ends(layers, layer_id, tmp_path):
    layers.remove(layer_id)
    layers.close()
    assert list((tmp_path / "layers").iterdir()) == []


def test_a_plain_table_that_gets_positions_is_drawn(layers, qtbot):
    def read(folder: Path, _progress: object, _cancelled: object) -> ReadAnswer:
        (folder / "rows").mkdir()
        write_table(folder / "rows", FeatureTable(table().attributes))
        return ReadAnswer((ReadPart("rows", facts(None)),), (), 4, 0, 0)

    with qtbot.waitSignal(layers.opened) as opened:
        layers.add("打开 厂.csv", "厂.csv", read)
    (layer_id,) = opened.args[0].layer_ids
    assert as_layer(layers.stored(layer_id)).geometry is None
    revision = layers.layer(layer_id).revision
    with qtbot.waitSignal(layers.rows_changed):
        layers.replace_rows(layer_id, facts(), table())
    assert layers.layer(layer_id).geometry is Geometry.POINT
    assert layers.layer(layer_id).revision == revision + 1
    assert layers.table(layer_id).has_position().all()


def test_layers_opened_one_after_another_have_colours_of_their_own(layers, layer_id, qtbot):
    with qtbot.waitSignal(layers.opened):
        layers.add("打开 厂.csv", "厂.csv", read_four)
    assert len({stored.style.color for stored in layers.layers}) == 2


def test_a_filter_that_nobody_can_read_is_dropped_and_told(layers, layer_id, tasks, tmp_path):
    store = UserLayerStore(tmp_path / "layers")
    store.save(replace(layers.stored(layer_id), filter={"conditions": [{"op": "no such"}]}))
    again = UserLayers(store, tasks)
    assert again.filter(layer_id) is None
    assert again.shown_rows(layer_id) is None
    assert [each.code for each in again.findings] == ["user-layer-filter-broken"]


def test_rows_for_an_export_stay_as_they_were_when_it_began(layers, layer_id):
    before = layers.rows_now()
    layers.set_style(layer_id, UserStyle(color="#ff0000"))
    layers.set_filter(layer_id, Filter((Condition(FilterOp.EQUALS, "名称", ("丁厂",)),)))
    layers.select_rows(layer_id, [0])
    assert before(layer_id).shown_count == 4
    assert before(layer_id).styled.style.classes[0].fill != "#ff0000"
    assert before(layer_id).marked.tolist() == []
    now = layers.rows_now()(layer_id)
    assert now.shown_count == 1
    assert now.styled.style.classes[0].fill == "#ff0000"
    assert now.marked.tolist() == [0]
