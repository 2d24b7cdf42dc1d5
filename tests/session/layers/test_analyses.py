"""Tests of analyses in a session: kept as layers, run again, known to be out of date."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from fake_analysis import PLACE, UNFIT, CountBy
from pytestqt.qtbot import QtBot

from jjjmap.analysis import registry
from jjjmap.analysis.running import AnalysisImpossible
from jjjmap.analysis.summaries.summarize import Summarize
from jjjmap.catalogue.models import Catalogue
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import Column, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.session.layers.analyses import Analyses
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import Task, TaskRunner
from jjjmap.session.workspace import Workspace


def firms(*sectors: str) -> FeatureTable:
    at = 116 + np.arange(len(sectors), dtype=float)
    return FeatureTable(pa.table({"行业": list(sectors)}), Geometry.POINT, at, at - 77)


def facts(rows: int) -> LayerFacts:
    return LayerFacts(
        "厂", "厂.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, Geometry.POINT,
        (Column("行业"),), rows, 0, 0, 0, (116.0, 39.0, 119.0, 42.0), "ab" * 32,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_PLACES", {"summarize": PLACE})


@pytest.fixture
def layers(qtbot: QtBot, tmp_path: Path) -> UserLayers:
    return UserLayers(UserLayerStore(tmp_path / "layers"), TaskRunner())


@pytest.fixture
def analyses(layers: UserLayers, catalogue: Catalogue) -> Analyses:
    return Analyses(Workspace(catalogue), layers)


@pytest.fixture
def layer_id(layers: UserLayers, qtbot: QtBot) -> str:
    with qtbot.waitSignal(layers.opened) as opened:
        layers.add_reckoned("打开", "厂", lambda: (facts(3), firms("钢铁", "钢铁", "氢能")))
    return opened.args[0].layer_ids[0]


@pytest.fixture
def run(analyses: Analyses, qtbot: QtBot) -> Callable[[CountBy], str]:
    def run_one(analysis: CountBy) -> str:
        with qtbot.waitSignal(analyses.finished) as finished:
            analyses.run(analysis)
        return finished.args[0]

    return run_one


def again(analyses: Analyses, qtbot: QtBot, made: str) -> None:
    with qtbot.waitSignal(analyses.finished):
        analyses.run_again(made)


def test_a_result_is_a_layer_that_knows_how_it_was_made(layers, analyses, layer_id, run) -> None:
    made = run(CountBy(layer_id))
    stored = layers.stored(made)
    assert stored.title == "各行业的企业" and stored.facts.format is FileFormat.RECKONED
    assert layers.table(made).attributes["企业数"].to_pylist() == [1, 2]
    assert layers.table(made).attributes["区位商"][0].as_py() is None, "not computable is empty"
    provenance = analyses.provenance(made)
    [note] = provenance.inputs
    assert (note.title, note.rows, note.rows_used, note.sha256) == ("厂", 3, 3, "ab" * 32)
    assert analyses.analysis(made) == CountBy(layer_id)
    assert layers.history.undo_title == "分析：各行业的企业"
    with pytest.raises(KeyError):
        analyses.provenance(layer_id)


def test_how_it_was_made_outlives_undoing_renaming_styling_and_a_new_start(
    layers, analyses, layer_id, run, tmp_path
) -> None:
    made = run(CountBy(layer_id))
    provenance = analyses.provenance(made)
    layers.history.undo()
    assert analyses.layer_ids() == ()
    layers.history.redo()
    layers.rename(made, "另一个名字")
    layers.set_style(made, UserStyle(color="#ff0000"))
    assert analyses.provenance(made) == provenance
    [stored] = [each for each in UserLayers(UserLayerStore(tmp_path / "layers"), TaskRunner()).layers
                if each.id == made]  # fmt: skip
    assert stored.provenance == provenance and stored.title == "另一个名字"


def test_other_rows_or_another_filter_make_a_result_stale_until_it_is_reckoned_anew(
    layers, analyses, layer_id, run, qtbot
) -> None:
    made = run(CountBy(layer_id))
    assert analyses.changed_inputs(made) == () == analyses.stale()
    layers.rename(layer_id, "新名")
    assert analyses.changed_inputs(made) == ()
    layers.set_filter(layer_id, Filter((Condition(FilterOp.EQUALS, "行业", ("钢铁",)),)))
    assert analyses.changed_inputs(made) == ("新名",) and analyses.stale() == (made,)
    again(analyses, qtbot, made)
    assert analyses.changed_inputs(made) == ()
    assert layers.table(made).attributes["企业数"].to_pylist() == [2]
    [note] = analyses.provenance(made).inputs
    assert note.rows_used == 2 and "“行业”等于 “钢铁”" in note.note
    layers.set_filter(layer_id, None)
    layers.replace_rows(layer_id, facts(1), firms("医药"))
    assert analyses.changed_inputs(made) == ("新名",)
    layers.history.undo()  # The rows.
    layers.history.undo()  # The filter.
    assert analyses.changed_inputs(made) == (), "it is again what it was made of"


def test_another_run_keeps_id_title_style_and_is_one_step(layers, analyses, layer_id, run, qtbot) -> None:
    made = run(CountBy(layer_id))
    mine = UserStyle(mode=StyleMode.GRADUATED, column="企业数", ramp="", class_count=2, color="#123456")
    layers.rename(made, "我的结果")
    layers.set_style(made, mine)
    layers.replace_rows(layer_id, facts(4), firms("医药", "医药", "氢能", "钢铁"))
    again(analyses, qtbot, made)
    assert layers.stored(made).title == "我的结果" and layers.stored(made).style == mine
    assert len(layers.table(made)) == 3
    assert layers.history.undo_title == "重新计算：我的结果"
    layers.history.undo()
    assert len(layers.table(made)) == 2 and analyses.changed_inputs(made) == ("厂",)
    layers.history.redo()
    assert len(layers.table(made)) == 3 and analyses.changed_inputs(made) == ()


@pytest.mark.parametrize("geometry", ["point", "none", "polygon"])
def test_another_run_may_give_another_geometry_and_other_columns(
    layers, analyses, layer_id, run, qtbot, geometry, monkeypatch
) -> None:
    made = run(CountBy(layer_id))
    layers.set_filter(made, Filter((Condition(FilterOp.MORE, "企业数", ("0",)),)))
    changed = CountBy(layer_id, geometry=geometry, name="firms")
    monkeypatch.setattr(analyses, "analysis", lambda _layer_id: changed)
    again(analyses, qtbot, made)
    stored = layers.stored(made)
    assert stored.facts.geometry == {"point": Geometry.POINT, "polygon": Geometry.POLYGON}.get(geometry)
    assert stored.filter is None and layers.shown_rows(made) is None, "the filter fitted no column"
    if stored.facts.geometry is not None:
        assert stored.style.column == "firms" and len(stored.look.classes) > 1
        assert layers.styled(made).style == stored.look
    layers.history.undo()
    assert layers.stored(made).facts.geometry is Geometry.POLYGON
    assert layers.stored(made).style.column == "企业数" and layers.stored(made).filter is not None


def test_an_input_that_is_gone_is_told_and_comes_back(layers, analyses, layer_id, run, qtbot) -> None:
    made = run(CountBy(layer_id))
    layers.remove(layer_id)
    assert analyses.changed_inputs(made) == ("厂",) == analyses.gone_inputs(made)
    assert analyses.stale() == (), "nothing can be reckoned"
    with qtbot.waitSignal(analyses.failed) as failed:
        analyses.run_again(made)
    assert isinstance(failed.args[0], AnalysisImpossible)
    assert failed.args[0].finding.code == "input-gone"
    layers.undo_remove()
    assert analyses.changed_inputs(made) == () == analyses.gone_inputs(made)


def test_a_question_without_an_answer_fails_and_leaves_nothing(layers, analyses, layer_id, qtbot, tmp_path):
    with qtbot.waitSignal(analyses.failed) as failed:
        analyses.run(CountBy(layer_id, column="没有"))
    assert failed.args[0].finding == UNFIT
    assert [each.id for each in layers.layers] == [layer_id]
    assert [each.name for each in (tmp_path / "layers").iterdir()] == [layer_id]


def test_a_run_that_is_cancelled_leaves_nothing(layers, analyses, layer_id, qtbot, monkeypatch, tmp_path):
    entered, may_go = threading.Event(), threading.Event()
    real = CountBy.run

    def slow(self, material, progress, cancelled):
        entered.set()
        assert may_go.wait(10)
        return real(self, material, progress, cancelled)

    monkeypatch.setattr(CountBy, "run", slow)
    task: Task = analyses.run(CountBy(layer_id))
    assert entered.wait(10)
    task.cancel()
    with qtbot.waitSignal(task.cancelled):
        may_go.set()
    assert [each.name for each in (tmp_path / "layers").iterdir()] == [layer_id]


def test_a_result_that_was_removed_meanwhile_stays_removed(layers, analyses, layer_id, run, qtbot) -> None:
    made = run(CountBy(layer_id))
    task = analyses.run_again(made)
    layers.remove(made)
    qtbot.waitUntil(lambda: not layers.tasks.running)
    assert task is not None and not layers.holds(made)


def test_what_a_project_says_sends_no_rows_to_an_address(
    layers, analyses, layer_id, qtbot, monkeypatch
) -> None:
    from jjjmap.analysis.counting import scheduler

    monkeypatch.setattr(scheduler, "scheduler_at", lambda *_said, **_files: pytest.fail("connected"))
    monkeypatch.setattr(
        registry, "_PLACES", {"summarize": ("jjjmap.analysis.summaries.summarize", "Summarize")}
    )
    with qtbot.waitSignal(analyses.finished) as finished:
        analyses.run(Summarize(layer_id, by="provinces"))
    [made] = finished.args
    stored = layers.stored(made)
    options = {**stored.provenance.options, "scheduler": "tcp://203.0.113.5:8786"}
    layers._layers[made] = replace(stored, provenance=replace(stored.provenance, options=options))
    again(analyses, qtbot, made)
    assert analyses.provenance(made).options["scheduler"] == ""


def test_the_last_analysis_stands_first(layers, analyses, layer_id, run, monkeypatch) -> None:
    first, second = run(CountBy(layer_id)), run(CountBy(layer_id))
    when = {first: 2, second: 1}
    monkeypatch.setattr(analyses, "_written", when.__getitem__)
    assert analyses.history() == (first, second), "by the moment on that day"
    stored = layers.stored(second)
    later = replace(stored.provenance, made="2999-01-01")
    layers._layers[second] = replace(stored, provenance=later)
    assert analyses.history() == (second, first), "but first by the day"
