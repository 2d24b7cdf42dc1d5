"""Tests of taking back what was done to layers of the user's and to the layer stack."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pytestqt.qtbot import QtBot

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import Column, FileFormat, LayerFacts, OpenOptions
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.session.layers import user_layers
from jjjmap.session.layers.layer_stack import LayerStack
from jjjmap.session.layers.user_layers import UserLayers, style_key
from jjjmap.session.tasks import TaskRunner

STEEL = Filter((Condition(FilterOp.EQUALS, "行业", ("钢铁",)),))
RED, BLUE = UserStyle(color="#ff0000"), UserStyle(color="#0000ff")
CSV = "名称,行业,经度,纬度\n甲厂,钢铁,116,39\n乙厂,氢能,117,40\n"


def facts(rows: int = 2) -> LayerFacts:
    return LayerFacts(
        "厂", "厂.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, Geometry.POINT,
        (Column("名称"), Column("行业")), rows, 0, 0, 0, (116.0, 39.0, 119.0, 42.0),
    )  # fmt: skip


def table(*names: str) -> FeatureTable:
    numbers = np.arange(len(names), dtype=float)
    sectors = [("钢铁", "氢能")[number % 2] for number in range(len(names))]
    return FeatureTable(
        pa.table({"名称": list(names), "行业": sectors}), Geometry.POINT, 116 + numbers, 39 + numbers
    )


@pytest.fixture
def layers(qtbot: QtBot, tmp_path: Path) -> UserLayers:
    return UserLayers(UserLayerStore(tmp_path / "layers"), TaskRunner())


@pytest.fixture
def layer_id(layers: UserLayers, qtbot: QtBot) -> str:
    with qtbot.waitSignal(layers.opened) as opened:
        layers.add_reckoned("连接“厂”", "厂", lambda: (facts(), table("甲厂", "乙厂")))
    return opened.args[0].layer_ids[0]


def names_of(layers: UserLayers, layer_id: str) -> list[str]:
    names: list[str] = layers.table(layer_id).attributes["名称"].to_pylist()
    return names


def test_a_layer_that_was_added_goes_and_comes_again(layers: UserLayers, layer_id: str) -> None:
    assert layers.history.undo_title == "连接“厂”"
    layers.history.undo()
    assert layers.layers == ()
    layers.history.redo()
    assert names_of(layers, layer_id) == ["甲厂", "乙厂"]


def test_name_style_and_filter_go_back_and_forth(layers: UserLayers, layer_id: str, tmp_path: Path) -> None:
    first = layers.stored(layer_id).style
    layers.rename(layer_id, "我的厂")
    layers.set_style(layer_id, RED)
    layers.set_filter(layer_id, STEEL)
    for _each in range(3):
        layers.history.undo()
    stored = layers.stored(layer_id)
    assert (stored.title, stored.style, stored.filter) == ("厂", first, None)
    assert layers.shown_rows(layer_id) is None
    for _each in range(3):
        layers.history.redo()
    assert layers.shown_rows(layer_id).tolist() == [True, False]
    again = UserLayers(UserLayerStore(tmp_path / "layers"), TaskRunner())
    assert again.stored(layer_id).title == "我的厂" and again.stored(layer_id).style == RED


def test_all_that_is_tried_in_a_style_dialog_is_one_step(layers: UserLayers, layer_id: str) -> None:
    first = layers.stored(layer_id).style
    layers.history.hold(style_key(layer_id))
    layers.set_style(layer_id, RED)
    layers.set_style(layer_id, BLUE)
    layers.history.release(style_key(layer_id))
    layers.history.undo()
    assert layers.stored(layer_id).style == first


def test_a_filter_that_is_reckoned_in_the_background_is_taken_back_before_it_is_there(
    layers: UserLayers, layer_id: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_layers, "AT_ONCE_ROWS", 0)
    layers.set_filter(layer_id, STEEL)
    layers.history.undo()
    qtbot.waitUntil(lambda: not layers.tasks.running)
    assert layers.shown_rows(layer_id) is None and layers.stored(layer_id).filter is None
    layers.history.redo()
    qtbot.waitUntil(lambda: layers.stored(layer_id).filter is not None)
    assert layers.shown_rows(layer_id).tolist() == [True, False]


def test_a_style_that_comes_to_nothing_is_no_step(
    layers: UserLayers, layer_id: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_layers, "AT_ONCE_ROWS", 0)

    def fail(*_args: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr("jjjmap.layers.styling.classify.apply_style", fail)
    with qtbot.waitSignal(layers.work_failed):
        layers.set_style(layer_id, RED)
    assert layers.history.undo_title == "连接“厂”"
    assert layers.style_wished(layer_id) == layers.stored(layer_id).style


def test_a_removal_is_taken_back_by_its_button_and_by_the_history_alike(
    layers: UserLayers, layer_id: str
) -> None:
    layers.remove(layer_id)
    layers.undo_remove()
    assert layers.holds(layer_id) and layers.history.redo_title == "移除图层：厂"
    layers.history.redo()
    assert not layers.holds(layer_id)
    layers.history.undo()
    assert layers.holds(layer_id)
    layers.undo_remove()
    assert layers.holds(layer_id) and len(layers.layers) == 1


def test_the_button_beside_a_removal_takes_back_that_removal_only(
    layers: UserLayers, layer_id: str, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(layers.opened) as opened:
        layers.add_reckoned("连接", "别的", lambda: (replace(facts(), title="别的"), table("丙", "丁")))
    (other,) = opened.args[0].layer_ids
    layers.remove(layer_id)
    layers.rename(other, "改过")
    layers.undo_remove()
    assert layers.holds(layer_id) and layers.stored(other).title == "改过"
    layers.history.undo()
    assert layers.stored(other).title == "别的"


def test_what_the_history_forgets_leaves_the_disk(layers: UserLayers, layer_id: str, tmp_path: Path) -> None:
    layers.remove(layer_id)
    assert len(list((tmp_path / "layers").iterdir())) == 1
    layers.history.clear()
    assert list((tmp_path / "layers").iterdir()) == []
    layers.undo_remove()
    assert layers.layers == ()


def test_a_step_about_a_layer_that_is_gone_says_so(layers: UserLayers, layer_id: str, qtbot: QtBot) -> None:
    layers.set_style(layer_id, RED)
    with layers.history.quietly():
        layers.remove(layer_id)
    with qtbot.waitSignal(layers.history.told) as told:
        layers.history.undo()
    assert told.args == ["撤销不了“设置样式：厂”：图层已经不在。"]


def test_other_rows_go_back_and_forth_and_only_rows_that_a_step_knows_are_kept(
    layers: UserLayers, layer_id: str, tmp_path: Path
) -> None:
    folder = tmp_path / "layers" / layer_id
    layers.replace_rows(layer_id, facts(3), table("甲", "乙", "丙"))
    layers.replace_rows(layer_id, facts(1), table("丁"))
    assert names_of(layers, layer_id) == ["丁"]
    layers.history.undo()
    assert names_of(layers, layer_id) == ["甲", "乙", "丙"]
    layers.history.undo()
    assert names_of(layers, layer_id) == ["甲厂", "乙厂"]
    layers.history.redo()
    layers.replace_rows(layer_id, facts(2), table("戊", "己"))
    assert layers.stored(layer_id).generation == 4, "a page may have been told the third"
    assert sorted(each.name for each in folder.iterdir() if each.is_dir()) == ["1", "2", "4"]
    layers.history.clear()
    assert [each.name for each in folder.iterdir() if each.is_dir()] == ["4"]
    assert names_of(layers, layer_id) == ["戊", "己"]


# ---- reading a file again ----


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "厂.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


@pytest.fixture
def opened_id(layers: UserLayers, csv: Path, qtbot: QtBot) -> str:
    with qtbot.waitSignal(layers.opened, timeout=60_000) as opened:
        layers.open(csv, OpenOptions(encoding="utf-8", datum="WGS-84"))
    layer_id: str = opened.args[0].layer_ids[0]
    return layer_id


def test_a_file_that_has_changed_is_read_again_with_what_was_set(
    layers: UserLayers, opened_id: str, csv: Path, qtbot: QtBot
) -> None:
    layers.rename(opened_id, "我的厂")
    layers.set_style(opened_id, UserStyle(mode=StyleMode.CATEGORISED, column="行业"))
    layers.set_filter(opened_id, STEEL)
    csv.write_text(CSV + "丙厂,钢铁,118,41\n", encoding="utf-8")
    with qtbot.waitSignal(layers.reloaded, timeout=60_000) as reloaded:
        layers.reload(opened_id)
    stored = layers.stored(opened_id)
    assert names_of(layers, opened_id) == ["甲厂", "乙厂", "丙厂"]
    assert stored.title == "我的厂" and stored.style.column == "行业"
    assert layers.shown_rows(opened_id).tolist() == [True, False, True]
    assert [each.message for each in reloaded.args[0].answer.findings] == [
        "图层“我的厂”原来有 2 行，现在有 3 行。"
    ]
    layers.history.undo()
    assert names_of(layers, opened_id) == ["甲厂", "乙厂"]
    assert layers.shown_rows(opened_id).tolist() == [True, False]


def test_what_no_longer_fits_a_file_is_told_and_left_out(
    layers: UserLayers, opened_id: str, csv: Path, qtbot: QtBot
) -> None:
    layers.set_style(opened_id, UserStyle(mode=StyleMode.CATEGORISED, column="行业", label_column="行业"))
    layers.set_filter(opened_id, STEEL)
    csv.write_text(CSV.replace("行业", "门类"), encoding="utf-8")
    with qtbot.waitSignal(layers.reloaded, timeout=60_000) as reloaded:
        layers.reload(opened_id)
    stored = layers.stored(opened_id)
    assert (stored.style.mode, stored.style.label_column, stored.filter) == (StyleMode.SINGLE, "", None)
    codes = [each.code for each in reloaded.args[0].answer.findings]
    assert codes == [
        "reload-columns-gone",
        "reload-columns-new",
        "reload-style",
        "reload-labels",
        "reload-filter",
    ]
    layers.history.undo()
    assert layers.stored(opened_id).style.column == "行业" and layers.stored(opened_id).filter is not None


def test_a_file_that_is_the_same_changes_nothing(
    layers: UserLayers, opened_id: str, csv: Path, qtbot: QtBot
) -> None:
    before = layers.stored(opened_id)
    with qtbot.waitSignal(layers.reloaded, timeout=60_000) as reloaded:
        layers.reload(opened_id)
    assert [each.code for each in reloaded.args[0].answer.findings] == ["reload-same"]
    assert layers.stored(opened_id) == before


def test_a_file_that_is_gone_leaves_the_layer_and_can_be_named_anew(
    layers: UserLayers, opened_id: str, csv: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    moved = csv.rename(tmp_path / "搬走.csv")
    with qtbot.waitSignal(layers.work_failed, timeout=60_000) as failed:
        layers.reload(opened_id)
    assert failed.args[0].reason == "missing" and names_of(layers, opened_id) == ["甲厂", "乙厂"]
    moved.write_text(CSV + "丙厂,钢铁,118,41\n", encoding="utf-8")
    with qtbot.waitSignal(layers.reloaded, timeout=60_000):
        layers.reload(opened_id, moved)
    (source,) = layers.sources()
    assert (source.path, source.layer_id) == (str(moved), opened_id)
    assert names_of(layers, opened_id)[-1] == "丙厂"


def test_a_layer_that_was_reckoned_has_no_file_to_be_read_again(layers: UserLayers, layer_id: str) -> None:
    assert layers.sources() == () and layers.reload(layer_id) is None


def test_a_source_that_was_put_is_known_at_the_next_start(
    layers: UserLayers, layer_id: str, csv: Path, tmp_path: Path
) -> None:
    layers.set_source(layer_id, csv, {"encoding": "utf-8"})
    again = UserLayers(UserLayerStore(tmp_path / "layers"), TaskRunner())
    (source,) = again.sources()
    assert source.path == str(csv) and source.options["encoding"] == "utf-8"
    with pytest.raises(ValueError):
        layers.set_source(layer_id, csv, {"header_rows": ["no"]})


def test_a_layer_that_is_removed_while_its_file_is_read_stays_away(
    layers: UserLayers, opened_id: str, csv: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    csv.write_text(CSV + "丙厂,钢铁,118,41\n", encoding="utf-8")
    layers.reload(opened_id)
    layers.remove(opened_id)
    qtbot.waitUntil(lambda: not layers.tasks.running, timeout=60_000)
    assert layers.layers == ()
    layers.history.undo()
    assert names_of(layers, opened_id) == ["甲厂", "乙厂"]


# ---- the layer stack ----


def test_order_opacity_and_visibility_go_back_and_forth(stack: LayerStack) -> None:
    first = stack.views
    stack.set_visible("ports", False)
    stack.move_to("ports", 0)
    for share in (0.9, 0.7, 0.4):
        stack.set_opacity("zones", share)
    after = stack.views
    assert stack.history.undo_title.startswith("不透明度：")
    stack.history.undo()
    assert stack.view("zones").opacity == 1.0 or stack.view("zones") == next(
        view for view in first if view.layer.id == "zones"
    )
    stack.history.undo()
    stack.history.undo()
    assert stack.views == first
    for _each in range(3):
        stack.history.redo()
    assert stack.views == after


def test_layers_of_a_group_are_hidden_by_one_step(stack: LayerStack) -> None:
    first = stack.views
    shown = [view.layer.id for view in first if view.visible]
    stack.set_all_visible(shown[:4], False)
    assert stack.history.undo_title.startswith("隐藏：") and "4" in stack.history.undo_title
    stack.history.undo()
    assert stack.views == first and stack.history.undo_title == ""


def test_an_order_is_taken_back_around_a_layer_that_came_since(stack: LayerStack) -> None:
    first = [view.layer.id for view in stack.views]
    stack.move_to(first[-1], 0)
    with stack.history.quietly():
        stack.remove(first[3])
    stack.history.undo()
    assert [view.layer.id for view in stack.views] == [each for each in first if each != first[3]]
