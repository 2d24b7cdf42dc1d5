"""Tests of analyses in the window: asked for, run, shown, reckoned anew, refused, and taken back."""

import threading
from pathlib import Path
from typing import ClassVar

import pytest
from accessible import nameless
from analysis_fixtures import add_firms, made, register
from fake_analysis import CountBy
from fakes import FakeMap
from pytestqt.qtbot import QtBot
from qtpy.QtGui import QImage
from qtpy.QtWidgets import QApplication, QFileDialog, QMenu
from user_layer_fixtures import firms

from jjjmap.i18n import Language
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.maps.bridge import FitBounds
from jjjmap.session.session import Session
from jjjmap.ui.dialogs.analysis_dialog import AnalysisDialog, LayerChoice
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.messages import Message
from jjjmap.ui.panels.analyses_panel import AnalysesPanel

BATTERIES = Filter((Condition(FilterOp.EQUALS, "行业", ("电池",)),))


class FakeDialog(AnalysisDialog):
    """Asks nothing and wants a count by industry."""

    asked: ClassVar[list[tuple[list[LayerChoice], str, dict[str, object]]]] = []
    answers = True

    def __init__(self, layers, chosen_id, *others, **more) -> None:
        super().__init__("统计", layers, chosen_id, others[-1])
        self.asked.append((list(layers), chosen_id, more))

    def take_layer(self) -> None:
        self.renew()

    def analysis(self) -> CountBy:
        return CountBy(self.layer.id)

    def explain(self) -> str:
        return "数一数。"

    def ask(self) -> CountBy | None:
        self.deleteLater()
        return self.analysis() if self.answers else None


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)
    places = dict.fromkeys(("summarize", "near", "hotspots", "gaps", "flows"), (__name__, "FakeDialog"))
    monkeypatch.setattr("jjjmap.ui.analyses.DIALOGS", places)
    monkeypatch.setattr(FakeDialog, "asked", [])
    monkeypatch.setattr(FakeDialog, "answers", True)


def panel(window: MainWindow) -> AnalysesPanel:
    return window.analyses.results.panel()  # type: ignore[return-value]


def test_without_data_it_says_so_and_offers_to_open_some(
    window: MainWindow, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.actions_table["analyse_summarize"].trigger()
    assert "还没有可以这样分析的图层" in window.status.currentMessage() and not session.tasks.running
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *args: (asked.append(args[1]), ([], ""))[1])
    window.status.offer_button.click()
    assert asked == ["打开数据"] and FakeDialog.asked == []


def test_an_analysis_is_asked_for_run_and_shown(
    window: MainWindow, session: Session, fake_map: FakeMap, qtbot: QtBot
) -> None:
    first, second = add_firms(session, "甲"), add_firms(session, "乙")
    session.user_layers.set_filter(second, BATTERIES)
    with qtbot.waitSignal(session.analyses.finished) as finished:
        window.actions_table["analyse_summarize"].trigger()
    [layer_id] = finished.args
    [(layers, chosen_id, _more)] = FakeDialog.asked
    assert [(each.title, each.rows, each.shown_rows) for each in layers] == [("乙", 6, 3), ("甲", 6, 6)]
    assert chosen_id == "" and first
    assert window.analyses.results.isVisible() and panel(window).layer_id == layer_id
    assert panel(window).rows.count == 1
    assert fake_map.of(FitBounds)[-1].fly
    assert window.status.currentMessage() == "已算出“各行业的企业”，结果是一个新图层。"
    window.actions_table["undo"].trigger()
    assert session.analyses.layer_ids() == ()


def test_areas_of_earlier_results_are_not_drawn_over_by_new_ones(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    firms_id = add_firms(session)
    first, points = (
        made(session, qtbot, CountBy(firms_id)),
        made(session, qtbot, CountBy(firms_id, geometry="point")),
    )
    session.layers.set_visible(firms_id, True)
    second = made(session, qtbot, CountBy(firms_id))
    shown = {view.layer.id: view.visible for view in session.layers.views}
    assert [shown[each] for each in (first, points, second, firms_id)] == [False, True, True, True]
    window.actions_table["undo"].trigger()  # The new result, and nothing else.
    assert session.analyses.layer_ids() == (first, points)
    session.layers.set_visible(first, True)
    column = session.user_layers.stored(first).facts.columns[0].name
    on_top = made(session, qtbot, CountBy(first, column))
    assert session.layers.view(first).visible and session.layers.view(on_top).visible  # It was read.


def test_a_changed_mind_starts_nothing(window: MainWindow, session: Session) -> None:
    add_firms(session)
    FakeDialog.answers = False
    window.actions_table["analyse_flows"].trigger()
    assert len(FakeDialog.asked) == 1 and not session.tasks.running


def test_each_kind_is_offered_the_layers_that_suit_it_and_results_last(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    points = add_firms(session, "点")
    plain = add_firms(session, "表", FeatureTable(firms().attributes))
    areas = made(session, qtbot, CountBy(points))
    FakeDialog.answers = False
    for kind in ("summarize", "near", "hotspots", "gaps", "flows"):
        window.actions_table[f"analyse_{kind}"].trigger()
    offered = [[each.id for each in layers] for layers, _chosen, _more in FakeDialog.asked]
    everything = [plain, points, areas]
    assert offered == [everything, everything, [points, areas], everything, everything]
    assert FakeDialog.asked[2][2]["values_of"](points, "行业") == ("电池", "轴承")
    assert FakeDialog.asked[2][2]["values_of"](points, "没有") == ()


def test_the_chosen_place_is_what_is_asked_about(window: MainWindow, session: Session) -> None:
    FakeDialog.answers = False
    session.selection.choose("jia-park", fly=False)
    window.actions_table["analyse_near"].trigger()
    window.details_panel.near_requested.emit("buffer", "116.5,39.5", "甲厂")
    said = [(more["question"], more["place"], more["name"]) for _layers, _chosen, more in FakeDialog.asked]
    assert said == [("", "jia-park", ""), ("buffer", "116.5,39.5", "甲厂")]


def test_a_question_without_an_answer_is_told_with_a_hint(
    window: MainWindow, session: Session, messages: list[Message], qtbot: QtBot
) -> None:
    layer_id = add_firms(session)
    with qtbot.waitSignal(session.analyses.failed):
        window.analyses.run(CountBy(layer_id, column="没有"))
    assert messages == [Message("这次分析没有算出结果。", "没有这一列。", "换一列再试。")]


def test_doubts_of_a_result_can_be_looked_at(
    window: MainWindow, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer_id = add_firms(session)
    result = made(session, qtbot, CountBy(layer_id, geometry=""))
    assert "有 1 点需要留意" in window.status.currentMessage()
    shown = []
    monkeypatch.setattr(window.user_data, "show_facts", shown.append)
    window.status.offer_button.click()
    assert shown == [result]


def test_a_stale_result_is_reckoned_anew_from_the_menu(
    window: MainWindow, session: Session, fake_map: FakeMap, qtbot: QtBot
) -> None:
    layer_id = add_firms(session)
    results = [made(session, qtbot, CountBy(layer_id)), made(session, qtbot, CountBy(layer_id))]
    action = window.actions_table["analyse_again"]
    assert not action.isEnabled()
    session.user_layers.set_filter(layer_id, BATTERIES)
    assert action.isEnabled()
    flights = len(fake_map.of(FitBounds))
    action.trigger()
    qtbot.waitUntil(lambda: session.analyses.stale() == () and not session.tasks.running)
    assert all(len(session.user_layers.table(each)) == 1 for each in results)
    assert len(fake_map.of(FitBounds)) == flights, "the map stays where the user is"
    assert "已重新计算" in window.status.currentMessage() and not action.isEnabled()
    session.history.undo()
    session.history.undo()
    assert action.isEnabled() and set(session.analyses.stale()) == set(results)


def test_the_window_can_be_used_and_a_run_cancelled_meanwhile(
    window: MainWindow, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer_id = add_firms(session)
    result = made(session, qtbot, CountBy(layer_id))
    entered, may_go = threading.Event(), threading.Event()
    real = CountBy.run

    def slow(self, material, progress, cancelled):
        entered.set()
        assert may_go.wait(10)
        return real(self, material, progress, cancelled)

    monkeypatch.setattr(CountBy, "run", slow)
    panel(window).again_button.click()
    assert entered.wait(10) and not panel(window).again_button.isEnabled()
    window.analyses.run_again(result)
    assert len(session.tasks.running) == 1, "once is enough"
    session.selection.choose("jia-park", fly=False)
    assert window.details_panel.name_label.text() == "甲园"
    window.status.cancel_requested.emit()
    may_go.set()
    qtbot.waitUntil(lambda: not session.tasks.running)
    assert panel(window).again_button.isEnabled() and session.history.undo_title == "分析：各行业的企业"


def test_menus_of_a_layer_offer_to_analyse_it_and_to_show_its_result(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    layer_id = add_firms(session)
    result = made(session, qtbot, CountBy(layer_id))
    window.analyses.results.hide()
    menu = QMenu(window)
    window.layers_panel.menu_opening.emit(menu, layer_id)
    texts = {action.text(): action for action in menu.actions() if action.text()}
    assert {"汇总统计…", "识别集聚…", "属性表"} <= set(texts) and "分析结果" not in texts
    FakeDialog.answers = False
    texts["识别集聚…"].trigger()
    assert FakeDialog.asked[-1][1] == layer_id
    menu = QMenu(window)
    window.layers_panel.menu_opening.emit(menu, result)
    next(action for action in menu.actions() if action.text() == "分析结果").trigger()
    assert window.analyses.results.isVisible() and panel(window).layer_id == result


def test_what_the_dock_asks_for_is_done(
    window: MainWindow, session: Session, fake_map: FakeMap, qtbot: QtBot
) -> None:
    layer_id = add_firms(session)
    result = made(session, qtbot, CountBy(layer_id))
    shown = panel(window)
    shown.table_button.click()
    assert window.user_data.table.panel().layer_id == result
    shown.feature_requested.emit(feature_id(result, 0))
    assert session.selection.feature_id == feature_id(result, 0)
    shown.place_requested.emit("990001")
    assert session.selection.place_id == "990001"
    menu = QMenu(window)
    shown.menu_opening.emit(menu, result)
    assert any(action.text() == "重命名…" for action in menu.actions())
    shown.remove_requested.emit(result)
    assert not session.user_layers.holds(result) and "已移除图层" in window.status.currentMessage()


def test_a_click_on_a_result_on_the_map_marks_its_row(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    result = made(session, qtbot, CountBy(add_firms(session)))
    session.selection.choose(feature_id(result, 1), fly=False)
    assert panel(window).rows.table.chosen.rows.tolist() == [1]


def test_a_chart_is_written_as_a_picture(
    window: MainWindow,
    session: Session,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    messages: list[Message],
) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGBA8888)
    image.fill(0xFF00FF00)
    path = tmp_path / "图.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    with qtbot.waitSignal(window.analyses.saved):
        window.analyses._save_picture("图", image)
    assert QImage(str(path)).size() == image.size()
    path = tmp_path / "没有这个文件夹" / "图.png"
    window.analyses._save_picture("图", image)
    qtbot.waitUntil(lambda: bool(messages))
    assert "没有导出成功" in messages[0].what


def test_the_dock_has_names_for_a_screen_reader_in_both_languages_and_follows_the_language(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    result = made(session, qtbot, CountBy(add_firms(session)))
    assert nameless(panel(window)) == []
    session.workspace.set_language(Language.EN)
    try:
        QApplication.processEvents()
        assert nameless(panel(window)) == [] and panel(window).layer_id == result
    finally:
        session.workspace.set_language(Language.ZH)
