"""What the session serves the page of the user's layers, and what lies under a click."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pytestqt.qtbot import QtBot

from jjjmap.errors import PageMissing
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.opening.records import Column, FileFormat, LayerFacts, ReadAnswer, ReadPart
from jjjmap.layers.style import Geometry
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.maps.drawing.drawn_layer import FANNED, HIDDEN, SELECTED
from jjjmap.maps.drawing.payload import unpack
from jjjmap.session.layers.drawn_layers import DrawnLayers
from jjjmap.session.layers.layer_stack import LayerStack
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import TaskRunner

LON, LAT = np.array([116.0, 116.0, 118.0]), np.array([39.0, 39.0, 41.0])
FACTS = LayerFacts(
    "厂", "厂.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, Geometry.POINT,
    (Column("名称"),), 3, 0, 0, 0, (116.0, 39.0, 118.0, 41.0),
)  # fmt: skip


@pytest.fixture
def users(qtbot: QtBot, tmp_path: Path) -> UserLayers:
    return UserLayers(UserLayerStore(tmp_path / "layers"), TaskRunner())


@pytest.fixture
def layer_id(users: UserLayers, qtbot: QtBot) -> str:
    def read(folder: Path, _progress: object, _cancelled: object) -> ReadAnswer:
        (folder / "points").mkdir()
        table = FeatureTable(pa.table({"名称": ["甲厂", "乙厂", "丙厂"]}), Geometry.POINT, LON, LAT)
        write_table(folder / "points", table)
        return ReadAnswer((ReadPart("points", FACTS),), (), 3, 0, 0)

    with qtbot.waitSignal(users.opened) as opened:
        users.add("打开 厂.csv", "厂.csv", read)
    return opened.args[0].layer_ids[0]


@pytest.fixture
def drawn(users: UserLayers, stack: LayerStack) -> DrawnLayers:
    return DrawnLayers(users, stack)


def rows(drawn, users, layer_id):
    generation = users.stored(layer_id).generation
    return unpack(drawn.answer(f"{layer_id}/{generation}/rows.bin"))[1]


def test_only_the_generation_that_stands_is_answered(drawn, users, layer_id):
    generation = users.stored(layer_id).generation
    assert len(rows(drawn, users, layer_id)["cls"]) == 3
    for path in (f"{layer_id}/{generation + 1}/rows.bin", f"user-ffffffff/{generation}/rows.bin"):
        with pytest.raises(PageMissing):
            drawn.answer(path)


def test_what_is_selected_is_marked_and_the_page_is_told_to_ask_again(drawn, users, layer_id, qtbot):
    assert not (rows(drawn, users, layer_id)["flags"] & SELECTED).any()
    with qtbot.waitSignal(drawn.rows_refreshed) as told:
        users.select_rows(layer_id, [2])
    assert told.args == [layer_id]
    flags = rows(drawn, users, layer_id)["flags"]
    assert sorted(flags & SELECTED) == [0, 0, SELECTED] and not (flags & HIDDEN).any()
    assert np.count_nonzero(flags & FANNED) == 2


def test_what_was_just_filtered_out_is_not_hit_though_the_page_has_not_asked_again(
    drawn, users, stack, layer_id
):
    stack.add(users.layer(layer_id))
    rows(drawn, users, layer_id)
    assert [each for _, each in drawn.hits(118.0, 41.0, 8.0)] == [feature_id(layer_id, 2)]
    users.set_filter(layer_id, Filter((Condition(FilterOp.EQUALS, "名称", ("甲厂",)),)))
    assert drawn.hits(118.0, 41.0, 8.0) == []


def test_a_removed_layer_is_no_longer_answered_or_hit(drawn, users, layer_id):
    rows(drawn, users, layer_id)
    generation = users.stored(layer_id).generation
    users.remove(layer_id)
    with pytest.raises(PageMissing):
        drawn.answer(f"{layer_id}/{generation}/rows.bin")
    assert drawn.hits(118.0, 41.0, 8.0) == []


def test_a_layer_that_goes_while_it_is_answered_is_missing(drawn, users, layer_id, monkeypatch):
    generation, table = users.stored(layer_id).generation, users.table

    def table_of_what_goes(wanted):
        users.remove(wanted)
        return table(wanted)

    monkeypatch.setattr(users, "table", table_of_what_goes)
    with pytest.raises(PageMissing):
        drawn.answer(f"{layer_id}/{generation}/rows.bin")
