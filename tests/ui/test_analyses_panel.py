"""Tests of the dock of analyses: list, rows, chart, method, commands, and what may become of a result."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from analysis_fixtures import add_firms, made, register
from fake_analysis import CountBy
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QItemSelectionModel, Qt
from qtpy.QtGui import QGuiApplication
from user_layer_fixtures import firms

from jjjmap.i18n import Language, use_language
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.opening.records import LayerSource, OpenOptions
from jjjmap.layers.provenance import ColumnNote, InputNote, Missing, Provenance
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.session.session import Session
from jjjmap.ui.panels.analyses_panel import AnalysesPanel, AnalysisTab

MARKUP = '<b onmouseover="x">&lt;${1}`{n}{0.__class__}</b></script>\u202e'


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> Iterator[AnalysesPanel]:
    made_panel = AnalysesPanel(session)
    qtbot.addWidget(made_panel)
    made_panel.resize(900, 320)
    made_panel.show()
    qtbot.waitExposed(made_panel)
    yield made_panel


@pytest.fixture
def firms_id(session: Session) -> str:
    return add_firms(session)


@pytest.fixture
def result(session: Session, qtbot: QtBot, firms_id: str, panel: AnalysesPanel) -> str:
    layer_id = made(session, qtbot, CountBy(firms_id))
    panel.show_analysis(layer_id)
    return layer_id


def cell(panel: AnalysesPanel, row: int, column: str, role: int = Qt.ItemDataRole.DisplayRole) -> str:
    model = panel.rows.model
    names = [each.name for each in model.columns]
    return model.data(model.index(row, names.index(column)), role)


def settle(panel: AnalysesPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not panel._later.isActive())


def test_without_any_analysis_it_says_what_can_be_done(panel: AnalysesPanel, qtbot: QtBot) -> None:
    assert panel.empty.isVisible() and not panel.list.isVisible()
    text = panel.empty.toPlainText()
    assert "还没有分析结果" in text and all(word in text for word in ("汇总统计", "流向", "产业链缺口"))
    with qtbot.waitSignal(panel.analysis_requested) as asked:
        panel.empty.link_followed.emit("analyse", "near")
    assert asked.args == ["near"]


def test_a_result_is_listed_and_shown(panel: AnalysesPanel, result: str) -> None:
    [entry] = panel.model.entries
    assert (entry.layer_id, entry.title, entry.kind, entry.stale) == (result, "各行业的企业", "汇总统计", "")
    assert panel.title_label.title == "各行业的企业" and panel.stale_label.isHidden()
    assert panel.rows.count == 2
    assert [cell(panel, row, "企业数") for row in range(2)] == ["3", "3"]


def test_what_could_not_be_reckoned_is_a_dash_with_its_reason_and_zero_is_zero(
    panel: AnalysesPanel, result: str
) -> None:
    assert cell(panel, 0, "区位商") == "—"
    assert "分母为零。" in cell(panel, 0, "区位商", Qt.ItemDataRole.ToolTipRole)
    assert cell(panel, 0, "空") == "0"
    assert cell(panel, 1, "区位商") == "0.4286"
    assert cell(panel, 0, "区位商", Qt.ItemDataRole.AccessibleTextRole) == "没有值"
    header = panel.rows.model.headerData(3, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "占比 ÷ 全部占比" in header and "某某. 区位[M]. 1990." in header


def test_each_empty_cell_gives_the_reason_of_its_own_row(panel: AnalysesPanel, result: str) -> None:
    told = (
        Missing("区位商", "a", "甲的原因。", ("电池",), 1),
        Missing("区位商", "b", "乙的原因。", ("轴承",), 1),
    )
    provenance = Provenance("summarize", {}, "名", missing=told)
    panel.rows.model.show_result(panel.rows.model.table, provenance)
    assert "甲的原因。" in cell(panel, 0, "区位商", Qt.ItemDataRole.ToolTipRole)
    assert "乙的原因。" not in cell(panel, 0, "区位商", Qt.ItemDataRole.ToolTipRole)
    panel.rows.model.show_result(panel.rows.model.table, replace(provenance, missing=()))
    assert "这不是 0" in cell(panel, 0, "区位商", Qt.ItemDataRole.ToolTipRole)


def test_a_row_chooses_its_feature_and_the_map_marks_the_row(
    panel: AnalysesPanel, result: str, session: Session, qtbot: QtBot
) -> None:
    panel.rows.table.selectRow(1)
    qtbot.waitUntil(lambda: session.selection.feature_id == feature_id(result, 1))
    assert session.user_layers.selected_rows(result).tolist() == [1]
    session.user_layers.select_rows(result, [0])
    assert panel.rows.table.chosen.rows.tolist() == [0]


def test_enter_on_a_row_goes_to_its_place_or_else_to_its_feature(
    panel: AnalysesPanel, result: str, session: Session, qtbot: QtBot
) -> None:
    assert session.workspace.knows("990001") and session.workspace.knows("990002")
    with qtbot.waitSignal(panel.place_requested) as asked:
        panel.rows.table.row_opened.emit(1)
    assert asked.args == ["990002"]
    panel.rows._place_column = -1
    with qtbot.waitSignal(panel.feature_requested) as asked:
        panel.rows.table.row_opened.emit(1)
    assert asked.args == [feature_id(result, 1)]


def test_rows_that_are_nowhere_choose_their_place_and_a_chosen_place_its_row(
    panel: AnalysesPanel, session: Session, firms_id: str, qtbot: QtBot
) -> None:
    plain = made(session, qtbot, CountBy(firms_id, geometry="none"))
    panel.show_analysis(plain)
    assert panel.rows.count == 2 and not panel.style_button.isEnabled()
    panel.rows.table.selectRow(0)
    qtbot.waitUntil(lambda: session.selection.place_id == "990001")
    session.selection.choose("990002", fly=False)
    assert panel.rows.table.chosen.rows.tolist() == [1]


def test_rows_are_sorted_by_a_column(panel: AnalysesPanel, result: str) -> None:
    panel.rows.table.sort_wished.emit(0, Qt.SortOrder.DescendingOrder)
    assert [cell(panel, row, "名称") for row in range(2)] == ["轴承", "电池"]
    panel.rows.table.sort_wished.emit(-1, Qt.SortOrder.AscendingOrder)
    assert [cell(panel, row, "名称") for row in range(2)] == ["电池", "轴承"]


def test_ids_of_the_catalogue_are_hidden_and_codes_of_units_are_not(
    panel: AnalysesPanel, result: str, session: Session
) -> None:
    shown = panel.rows.table.shown_columns()
    told = Provenance(
        "gaps", {}, "名", columns=(ColumnNote("名称", "node_id"), ColumnNote("空", "source_ids"))
    )

    panel.rows.show_result(result, told)
    assert panel.rows.table.shown_columns() == [each for each in shown if each not in ("名称", "空")]
    assert "代码" in panel.rows.table.shown_columns()
    panel.rows.show_result(result, None)
    assert panel.rows.table.shown_columns() == shown


def test_thousands_of_rows_are_shown_by_a_model(panel: AnalysesPanel, session: Session, qtbot: QtBot) -> None:
    table = firms(6)
    many = replace(
        table,
        attributes=pa.table({"行业": [f"行业{n}" for n in range(20_000)]}),
        lon=np.full(20_000, 116.0),
        lat=np.full(20_000, 39.0),
    )
    source = add_firms(session, "多", many)
    panel.show_analysis(made(session, qtbot, CountBy(source, geometry="none")))
    panel.rows.show_result(source, None)
    assert panel.rows.count == 20_000 and panel.rows._place_column == -1


def test_method_tells_formulas_inputs_and_what_is_missing(panel: AnalysesPanel, result: str) -> None:
    text = panel.method.toPlainText()
    for part in (
        "区位商 = 占比 ÷ 全部占比", "某某. 区位[M]. 1990.", "分母为零。", "1 行：电池", "厂",
        "6 行，全部用上", "来自 厂.csv", "SHA-256 abababababab…", "边界上的点只算一次。", "程序版本",
    ):  # fmt: skip
        assert part in text, part


def test_sources_are_marked_listed_and_open_their_card(
    panel: AnalysesPanel, result: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    source_id = next(iter(session.workspace.catalogue.sources))
    stored = session.user_layers.stored(result)
    note = ColumnNote("企业数", "count", "行数", source_ids=(source_id, "no-such-source"))
    told = replace(stored.provenance, columns=(note,))
    session.user_layers._layers[result] = replace(stored, provenance=told)
    panel.refresh()
    assert "[1]" in panel.method.toPlainText()
    assert session.workspace.catalogue.sources[source_id].title in panel.method.toPlainText()
    shown = []
    monkeypatch.setattr(
        "jjjmap.ui.source_marks.SourceCard.show_source", lambda source, *_args: shown.append(source.id)
    )
    panel.method.link_followed.emit("source", source_id)
    panel.method.link_followed.emit("source", "no-such-source")
    assert shown == [source_id]


def test_commands_name_files_and_are_copied(
    panel: AnalysesPanel, result: str, firms_id: str, session: Session, qtbot: QtBot
) -> None:
    assert panel.commands.shell.toPlainText() == "jjjmap summarize 厂.gpkg --by 行业" or (
        panel.commands.shell.toPlainText() == "jjjmap summarize '厂.gpkg' --by '行业'"
    )
    assert "另存为" in panel.commands.remarks.text(), "it came from no file"
    stored = session.user_layers.stored(firms_id)
    source = LayerSource("/somewhere/my firms.csv", OpenOptions())
    session.user_layers._layers[firms_id] = replace(stored, source=source)
    panel.refresh()
    assert panel.commands.shell.toPlainText().startswith("jjjmap summarize 'my firms.csv'")
    assert panel.commands.remarks.text() == ""
    panel.commands.copy_shell.click()
    assert QGuiApplication.clipboard().text() == panel.commands.shell.toPlainText()
    panel.commands.copy_python.click()
    assert QGuiApplication.clipboard().text() == 'import jjjmap\n\nresult = jjjmap.summarize("my firms.csv")'


def test_other_rows_of_an_input_are_told_and_the_result_is_reckoned_anew(
    panel: AnalysesPanel, result: str, firms_id: str, session: Session, qtbot: QtBot
) -> None:
    session.user_layers.set_filter(firms_id, Filter((Condition(FilterOp.EQUALS, "行业", ("电池",)),)))
    settle(panel, qtbot)
    assert "“厂”已改变" in panel.stale_label.text() and panel.stale_label.isVisible()
    assert "输入已改变" in panel.model.data(panel.model.index(0))
    assert "（已改变）" in panel.method.toPlainText()
    with qtbot.waitSignal(panel.again_requested) as asked:
        panel.again_button.click()
    assert asked.args == [result]
    with qtbot.waitSignal(session.analyses.finished):
        session.analyses.run_again(result)
    settle(panel, qtbot)
    assert panel.stale_label.isHidden() and panel.rows.count == 1
    assert "只算筛选后的行：“行业”等于 “电池”" in panel.method.toPlainText()
    assert "筛选不在命令里" in panel.commands.remarks.text()


def test_a_result_whose_input_was_removed_stays_but_cannot_be_reckoned(
    panel: AnalysesPanel, result: str, firms_id: str, session: Session, qtbot: QtBot
) -> None:
    session.user_layers.remove(firms_id)
    settle(panel, qtbot)
    assert "已移除，不能重新计算" in panel.stale_label.text() and not panel.again_button.isEnabled()
    assert "（图层已移除）" in panel.method.toPlainText()
    assert "厂.gpkg" in panel.commands.shell.toPlainText()
    session.user_layers.undo_remove()
    settle(panel, qtbot)
    assert panel.stale_label.isHidden() and panel.again_button.isEnabled()


def test_a_removed_result_goes_and_comes_again_by_the_history(
    panel: AnalysesPanel, result: str, session: Session, qtbot: QtBot
) -> None:
    session.history.undo()
    settle(panel, qtbot)
    assert panel.empty.isVisible() and panel.layer_id == ""
    assert panel.rows.count == 0 and panel.chart.chart is None
    session.history.redo()
    settle(panel, qtbot)
    assert panel.layer_id == result and panel.rows.count == 2


def test_another_result_is_shown_when_it_is_chosen_and_when_the_first_goes(
    panel: AnalysesPanel, result: str, firms_id: str, session: Session, qtbot: QtBot
) -> None:
    second = made(session, qtbot, CountBy(firms_id, column="年份", geometry="point"))
    settle(panel, qtbot)
    assert [entry.layer_id for entry in panel.model.entries] == [second, result]
    assert panel.layer_id == result, "what the user reads is not taken away"
    flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
    panel.list.selectionModel().setCurrentIndex(panel.model.index(0), flag)
    assert panel.layer_id == second and panel.rows.count == 6
    session.user_layers.rename(second, "新的名字")
    settle(panel, qtbot)
    assert panel.title_label.title == "新的名字"
    session.user_layers.remove(second)
    settle(panel, qtbot)
    assert panel.layer_id == result


def test_another_store_shows_its_own_analyses(
    panel: AnalysesPanel, result: str, session: Session, qtbot: QtBot, tmp_path
) -> None:
    from jjjmap.layers.user_layer_store import UserLayerStore

    home = session.user_layers.store
    session.user_layers.switch(UserLayerStore(tmp_path / "other"))
    settle(panel, qtbot)
    assert panel.empty.isVisible()
    session.user_layers.switch(home)
    settle(panel, qtbot)
    assert panel.layer_id == result and panel.rows.count == 2


def test_it_speaks_another_language(panel: AnalysesPanel, result: str, session: Session) -> None:
    panel.tabs.setCurrentIndex(AnalysisTab.METHOD)
    session.workspace.set_language(Language.EN)
    use_language(Language.EN)
    try:
        panel.retranslate()
        assert panel.tabs.currentIndex() == AnalysisTab.METHOD
        assert panel.rows.count == 2 and panel.layer_id == result
    finally:
        use_language(Language.ZH)
        session.workspace.set_language(Language.ZH)


def test_nothing_is_reckoned_while_it_is_not_seen(
    panel: AnalysesPanel, result: str, session: Session, qtbot: QtBot
) -> None:
    panel.hide()
    session.user_layers.rename(result, "改名")
    settle(panel, qtbot)
    assert panel.title_label.title == "各行业的企业"
    panel.show()
    assert panel.title_label.title == "改名"


def test_names_that_look_like_markup_are_shown_as_they_are(
    panel: AnalysesPanel, result: str, session: Session
) -> None:
    stored = session.user_layers.stored(result)
    told = Provenance(
        "summarize",
        stored.provenance.options,
        MARKUP,
        (InputNote(MARKUP, 2, 1, sha256=MARKUP, note=MARKUP, source_ids=(MARKUP,)),),
        (ColumnNote("企业数", MARKUP, MARKUP, MARKUP, MARKUP, (MARKUP,)),),
        (Missing("区位商", MARKUP, MARKUP, (MARKUP,), 3),),
        (MARKUP,),
        {"kind": "bars", "title": MARKUP, "labels": [MARKUP], "series": [[MARKUP, [1.0]]], "note": MARKUP},
        MARKUP,
        MARKUP,
    )
    session.user_layers._layers[result] = replace(stored, title=MARKUP, provenance=told)
    panel.show_analysis(result)
    text = panel.method.toPlainText()
    assert text.count('<b onmouseover="x">') >= 7, "shown as a text"
    assert panel.title_label.textFormat() == Qt.TextFormat.PlainText
    assert panel.title_label.toolTip().startswith("<qt>&lt;b")
    tip = panel.model.data(panel.model.index(0), Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b onmouseover" in tip and "<b" not in tip
    assert "&lt;b" in cell(panel, 0, "区位商", Qt.ItemDataRole.ToolTipRole)
    header = panel.rows.model.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b" in header and "<b" not in header


@pytest.mark.parametrize(
    "options", [{}, {"layer_id": []}, {"layer_id": "user-00000000", "column": {"a": 1}}, {"x": 1}]
)
def test_options_that_nobody_knows_leave_the_result_readable(
    panel: AnalysesPanel, result: str, session: Session, options: dict[str, object]
) -> None:
    stored = session.user_layers.stored(result)
    for kind in ("summarize", "no-such-analysis"):
        told = replace(stored.provenance, analysis=kind, options=options)
        session.user_layers._layers[result] = replace(stored, provenance=told)
        panel.show_analysis(result)
        assert panel.rows.count == 2
    assert not panel.again_button.isEnabled() and "不认识" in panel.commands.remarks.text()


BARS = {"kind": "bars", "title": "", "labels": ["a"]}


@pytest.mark.parametrize(
    "chart",
    [
        None,
        {},
        {"kind": "pie"},
        {**BARS, "series": []},
        {**BARS, "series": [["s", [1, 2]]]},
        {**BARS, "kind": "scatter", "series": [["s", [1]]]},
    ],
)
def test_a_chart_that_is_none_leaves_a_sentence(
    panel: AnalysesPanel, result: str, session: Session, chart: dict[str, object] | None
) -> None:
    stored = session.user_layers.stored(result)
    session.user_layers._layers[result] = replace(stored, provenance=replace(stored.provenance, chart=chart))
    panel.tabs.setCurrentIndex(AnalysisTab.CHART)
    panel.show_analysis(result)
    assert panel.no_chart.isVisible() and panel.chart.chart is None
    assert [action.isEnabled() for action in panel.export_menu.actions()] == [True, True, False, False]


def test_the_chart_is_drawn_and_given_away_as_a_picture(
    panel: AnalysesPanel, result: str, session: Session, qtbot: QtBot
) -> None:
    panel.tabs.setCurrentIndex(AnalysisTab.CHART)
    with qtbot.waitSignal(panel.chart.drawn, timeout=20_000):
        panel.chart.update()
    assert [(spot.row, spot.series) for spot in panel.chart.spots] == [(1, 0)], "no bar for what is missing"
    assert "区位商" in panel.chart.accessibleName()
    with qtbot.waitSignal(panel.picture_requested) as wanted:
        panel.export_menu.actions()[2].trigger()
    title, image = wanted.args
    assert title == "各行业的企业" and image.width() == 2 * panel.chart.width()
    assert image.pixelColor(1, 1).name() == "#ffffff"


def test_rows_are_exported_with_method_and_sources(
    panel: AnalysesPanel, result: str, session: Session, qtbot: QtBot, tmp_path, monkeypatch
) -> None:
    import openpyxl

    path = tmp_path / "结果.xlsx"
    monkeypatch.setattr("jjjmap.ui.row_copies.SaveTableDialog.ask", lambda *_args: path)
    panel.export_menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: not session.tasks.running)
    book = openpyxl.load_workbook(path)
    cells = [str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row]
    for part in ("区位商 = 占比 ÷ 全部占比；某某. 区位[M]. 1990.", "边界上的点只算一次。"):
        assert part in cells, part
    assert any("分母为零。" in each for each in cells)


def test_buttons_ask_for_what_they_say(panel: AnalysesPanel, result: str, qtbot: QtBot) -> None:
    for button, wish in (
        (panel.table_button, panel.table_requested),
        (panel.style_button, panel.style_requested),
        (panel.again_button, panel.again_requested),
    ):
        with qtbot.waitSignal(wish) as asked:
            button.click()
        assert asked.args == [result]
    with qtbot.waitSignal(panel.copy_requested) as asked:
        panel.export_menu.actions()[1].trigger()
    assert asked.args == [result]
    panel.list.setFocus()
    with qtbot.waitSignal(panel.remove_requested) as asked:
        qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert asked.args == [result]
    panel.show_running((result,))
    assert not panel.again_button.isEnabled()
    panel.show_running(())
    assert panel.again_button.isEnabled()
