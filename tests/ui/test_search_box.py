"""Tests of the search box: what it lists, how the keyboard walks, and what it asks for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from analysis_fixtures import add_firms, made, register
from documents import TEXT, document
from fake_analysis import CountBy
from fakes import FakeMap
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import QMainWindow, QPushButton, QToolBar
from user_layer_fixtures import firms

from jjjmap.binding import delete
from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language, use_language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.maps.bridge import FitBounds
from jjjmap.session.session import Session
from jjjmap.session.workspace import Workspace
from jjjmap.text.store.library import Library
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.models.search_model import Role, RowType
from jjjmap.ui.search_box import SearchBox
from jjjmap.ui.search_rows import fitted

PINYIN = "name,pinyin\n甲县功能区,jia xian gong neng qu\n甲园,jia yuan\n"


@pytest.fixture
def box(qtbot: QtBot, catalogue: Catalogue, tmp_path: Path) -> Iterator[SearchBox]:
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue/pinyin.csv").write_text(PINYIN, "utf-8")
    window = QMainWindow()
    made = SearchBox(Workspace(catalogue), lambda: [("export", "导出 HTML…")], resources=tmp_path)
    bar = QToolBar(window)
    bar.addWidget(made)
    window.addToolBar(bar)
    window.setCentralWidget(QPushButton("地图", window))
    window.resize(900, 700)
    window.show()
    qtbot.waitExposed(window)
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    yield made
    delete(window)


def rows(box: SearchBox) -> list[tuple[RowType, str]]:
    indexes = [box.model.index(row, 0) for row in range(box.model.rowCount())]
    return [(index.data(Role.TYPE), index.data()) for index in indexes]


def current(box: SearchBox) -> str:
    return str(box.popup.list.currentIndex().data())


def test_typing_lists_grouped_hits_and_marks_the_first(box: SearchBox, qtbot: QtBot) -> None:
    qtbot.keyClicks(box, "jy")
    assert box.is_open
    assert rows(box)[:2] == [(RowType.HEADING, "地点"), (RowType.HIT, "甲园")]
    assert current(box) == "甲园"
    assert box.hasFocus()


def test_enter_asks_for_the_place_and_closes_the_list(box: SearchBox, qtbot: QtBot) -> None:
    qtbot.keyClicks(box, "jy")
    with qtbot.waitSignal(box.place_requested) as asked:
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert asked.args == ["jia-park"]
    assert not box.is_open
    assert box.selectedText() == "jy"


@pytest.mark.parametrize(
    ("text", "signal", "target"),
    [
        ("轴承集群", "place_requested", "yi-cluster"),
        ("分工", "passage_requested", "p-zone"),
        ("某日报", "source_requested", "daily"),
        ("导出", "command_requested", "export"),
    ],
)
def test_every_kind_has_its_wish(box: SearchBox, qtbot: QtBot, text: str, signal: str, target: str) -> None:
    box.setText(text)
    with qtbot.waitSignal(getattr(box, signal)) as asked:
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert asked.args == [target]


def test_a_figure_asks_for_its_row_at_its_place(box: SearchBox, qtbot: QtBot) -> None:
    box.setText("企业数")
    with qtbot.waitSignal(box.figure_requested) as asked:
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert asked.args == ["jia-park", "f-12"]


def test_arrows_walk_over_headings_and_go_round(box: SearchBox, qtbot: QtBot) -> None:
    box.setText("甲县")
    names = [text for kind, text in rows(box) if kind in (RowType.HIT, RowType.MORE)]
    walked = [current(box)]
    for _step in names:
        qtbot.keyClick(box, Qt.Key.Key_Down)
        walked.append(current(box))
    assert walked == [*names, names[0]]
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert current(box) == names[-1]


def test_page_keys_go_from_group_to_group(box: SearchBox, qtbot: QtBot) -> None:
    box.setText("甲县")
    texts = [text for _kind, text in rows(box)]
    headings = [row for row, (kind, _text) in enumerate(rows(box)) if kind is RowType.HEADING]
    qtbot.keyClick(box, Qt.Key.Key_PageDown)
    assert current(box) == texts[headings[1] + 1]
    qtbot.keyClick(box, Qt.Key.Key_PageUp)
    assert current(box) == texts[headings[0] + 1]


def test_escape_closes_then_empties_and_then_belongs_to_the_window(box: SearchBox, qtbot: QtBot) -> None:
    box.setText("甲")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert (box.is_open, box.text()) == (False, "甲")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == ""


def test_the_last_row_of_a_capped_group_shows_all_of_it(box: SearchBox, qtbot: QtBot) -> None:
    box.setText("产值")
    assert rows(box)[0] == (RowType.HEADING, "数据")
    assert box.model.index(0, 0).data(Role.COUNT) == "5 / 11"
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert current(box) == "显示全部 11 条“数据”"
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.is_open
    assert [kind for kind, _text in rows(box)].count(RowType.HIT) == 11
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.model.index(0, 0).data(Role.COUNT) == "5 / 11"


def test_nothing_found_says_what_can_be_searched(box: SearchBox, qtbot: QtBot) -> None:
    box.setText("没有这个")
    ((kind, text),) = rows(box)
    assert kind is RowType.NOTE
    assert "“没有这个”" in text and "拼音" in text
    assert box.accessibleDescription() == text
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.is_open


def test_a_click_on_a_row_chooses_and_one_elsewhere_closes(box: SearchBox, qtbot: QtBot) -> None:
    box.setText("甲园")
    view = box.popup.list
    where = view.visualRect(box.model.index(1, 0)).center()
    with qtbot.waitSignal(box.place_requested):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    box.setText("甲")
    assert box.is_open
    # As a hand does: the press comes to the window first. What lies there takes no keyboard from the box.
    window = box.window()
    bar = window.findChild(QToolBar)
    beside = bar.mapTo(window, bar.rect().bottomRight() - QPoint(9, 9))
    qtbot.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=beside)
    assert not box.is_open and box.hasFocus()


def test_the_list_closes_when_the_keyboard_goes_elsewhere(box: SearchBox, qtbot: QtBot) -> None:
    box.setText("甲")
    box.window().centralWidget().setFocus()
    qtbot.waitUntil(lambda: not box.is_open)


def test_the_list_stays_within_the_window(box: SearchBox, qtbot: QtBot) -> None:
    box.setText("甲")
    window = box.window()
    window.resize(400, 300)
    qtbot.waitUntil(lambda: window.rect().contains(box.popup.geometry()))


def test_focus_search_shows_what_was_found_last(box: SearchBox) -> None:
    box.setText("甲")
    box.close_list()
    box.focus_search()
    assert box.is_open
    assert box.selectedText() == "甲"


def test_a_screen_reader_hears_the_current_row(box: SearchBox, qtbot: QtBot) -> None:
    box.setText("jy")
    assert box.accessibleDescription().startswith("地点 · 甲园")
    assert box.accessibleName() and box.popup.list.accessibleName()


def test_hits_are_data_and_no_markup(box: SearchBox) -> None:
    box.setText("<b>甲</b>")
    ((_kind, text),) = rows(box)
    assert "<b>甲</b>" in text
    box.setText("甲园")
    tip = box.model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("<qt>") and "甲园" in tip


def test_the_box_speaks_both_languages(box: SearchBox, qtbot: QtBot) -> None:
    box.setText("甲园")
    workspace = box._workspace
    workspace.set_language(Language.EN)
    box.retranslate()
    assert current(box) == "Jia Park"
    use_language(Language.ZH)


def test_a_missing_file_of_readings_is_a_finding_and_no_failure(
    qtbot: QtBot, catalogue: Catalogue, tmp_path: Path
) -> None:
    workspace = Workspace(catalogue)
    window = QMainWindow()
    qtbot.addWidget(window)
    box = SearchBox(workspace, tuple, window, resources=tmp_path)
    box.setText("甲园")
    assert [finding.code for finding in workspace.findings] == ["no-pinyin"]
    assert current(box) == "甲园"


def test_a_long_text_is_cut_so_that_the_match_stays_in_sight(box: SearchBox) -> None:
    text = "一" * 80 + "雄安" + "二" * 80
    shown, spans, width = fitted(text, [(80, 82)], box.font(), 300)
    assert [shown[start:end] for start, end in spans] == ["雄安"]
    assert shown.startswith("…") and shown.endswith("…")
    assert width <= 300
    assert fitted("短", [], box.font(), 300)[0] == "短"
    assert fitted("很长很长很长很长", [], box.font(), 1)[0] == "…"


def test_rows_can_be_painted(box: SearchBox, qtbot: QtBot) -> None:
    box.setText("甲")
    assert not box.popup.grab().isNull()
    box.setText("没有")
    assert not box.popup.grab().isNull()


def test_the_rows_are_a_sound_model(box: SearchBox, qtmodeltester: ModelTester) -> None:
    box.setText("甲")
    qtmodeltester.check(box.model)


def test_documents_of_the_library_are_found_beside_the_catalogue(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    with Library.open(session.library.path) as made:
        made.store(document(), TEXT.encode())
    box = SearchBox(session.workspace, tuple, resources=tmp_path, library=session.library)
    qtbot.addWidget(box)
    box.show()
    box.setText("收尾")
    rows = [box.model.index(row, 0).data() for row in range(box.model.rowCount())]
    assert rows == ["文库", "合作通报"]
    with qtbot.waitSignal(box.document_requested) as asked:
        qtbot.keyClick(box, Qt.Key.Key_Return)
    document_id, start, end = asked.args
    assert document_id == document().id
    assert TEXT[start:end] == "收尾"


def test_half_typed_operators_are_no_error(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    with Library.open(session.library.path) as made:
        made.store(document(), TEXT.encode())
    box = SearchBox(session.workspace, tuple, resources=tmp_path, library=session.library)
    qtbot.addWidget(box)
    box.show()
    for text in ("-", "NOT", "（", "日期:", '"'):
        box.setText(text)
        assert box.model.rowCount() > 0


@pytest.fixture
def layers_box(qtbot: QtBot, session: Session, tmp_path: Path) -> SearchBox:
    """A box that finds the user's layers as well."""
    made_box = SearchBox(session.workspace, tuple, resources=tmp_path, layers=session.user_layers)
    qtbot.addWidget(made_box)
    made_box.show()
    return made_box


def test_layers_of_the_user_are_found_by_all_words_of_their_title(
    layers_box: SearchBox, session: Session, qtbot: QtBot
) -> None:
    layers_box.setText("厂表")
    assert [kind for kind, _text in rows(layers_box)] == [RowType.NOTE]
    wanted = add_firms(session, "某园 BYDfirms 厂表")
    add_firms(session, "别的厂表")
    layers_box.setText("厂表 FIRMS d")  # Anywhere in it, in any order and case.
    assert rows(layers_box) == [(RowType.HEADING, "图层"), (RowType.HIT, "某园 BYDfirms 厂表")]
    hit = layers_box.model.index(1, 0).data(Role.HIT)
    assert [hit.title[start:end] for start, end in hit.title_spans] == ["Dfirms", "厂表"]
    assert hit.text == "6 行" and hit.where == "某园 BYDfirms 厂表.csv"
    with qtbot.waitSignal(layers_box.layer_requested) as asked:
        qtbot.keyClick(layers_box, Qt.Key.Key_Return)
    assert asked.args == [wanted]
    layers_box.setText("资本")  # A column, but of no result.
    assert [kind for kind, _text in rows(layers_box)] == [RowType.NOTE]


def test_results_are_found_by_their_columns_and_inputs_too(
    layers_box: SearchBox, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch)
    firms_id = add_firms(session, "某某名单")
    result_id = made(session, qtbot, CountBy(firms_id))
    layers_box.setText("区位 企业")
    assert [text for _kind, text in rows(layers_box)] == ["图层", "各行业的企业"]
    hit = layers_box.model.index(1, 0).data(Role.HIT)
    assert (hit.id, hit.text, hit.where) == (result_id, "列：区位商 · 汇总统计 · 2 行", "分析结果")
    layers_box.setText("某某名单")  # A title before what was made from it.
    assert [text for _kind, text in rows(layers_box)] == ["图层", "某某名单", "各行业的企业"]
    assert layers_box.model.index(2, 0).data(Role.HIT).text == "来自 某某名单 · 汇总统计 · 2 行"


def test_a_few_layers_are_listed_where_they_fit_and_all_on_demand(
    layers_box: SearchBox, session: Session, qtbot: QtBot
) -> None:
    for number in range(7):
        add_firms(session, f"甲园 {number}")
    layers_box.setText("甲园")
    texts = [text for _kind, text in rows(layers_box)]
    # Behind the place of that very name, before what is merely said about it; the newest first.
    at = texts.index("图层")
    assert texts[:2] == ["地点", "甲园"] and at > 1
    assert texts[at + 1 : at + 7] == [*(f"甲园 {n}" for n in (6, 5, 4, 3, 2)), "显示全部 7 条“图层”"]
    layers_box._choose(layers_box.model.index(at + 6, 0))
    assert [text for kind, text in rows(layers_box) if kind is RowType.HIT] == [
        f"甲园 {n}" for n in (6, 5, 4, 3, 2, 1, 0)
    ]
    qtbot.keyClick(layers_box, Qt.Key.Key_Escape)
    assert rows(layers_box)[0] == (RowType.HEADING, "地点")


def test_a_title_that_looks_like_markup_is_shown_as_it_is_on_one_line(
    layers_box: SearchBox, session: Session
) -> None:
    add_firms(session, "表")
    (stored,) = session.user_layers.layers
    session.user_layers.rename(stored.id, "<b>{0.__class__}</b>\n怪 %s\u2028表")
    layers_box.setText("怪")
    assert rows(layers_box) == [(RowType.HEADING, "图层"), (RowType.HIT, "<b>{0.__class__}</b> 怪 %s 表")]
    tip = layers_box.model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("<qt>") and "<b>" not in tip and "&lt;b&gt;" in tip
    assert not layers_box.popup.grab().isNull()


def test_a_chosen_layer_is_marked_shown_and_flown_to_or_its_rows_or_result_are_shown(
    window: MainWindow, session: Session, fake_map: FakeMap, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch)
    firms_id = add_firms(session, "某厂名单")
    plain_id = add_firms(session, "某税表", FeatureTable(firms().attributes))
    result_id = made(session, qtbot, CountBy(firms_id))
    session.layers.set_all_visible([firms_id, result_id], False)
    window.analyses.results.hide()
    box = window.search_box

    def choose(text: str) -> int:
        flown = len(fake_map.of(FitBounds))
        box.setText(text)
        heading = next(n for n, row in enumerate(rows(box)) if row == (RowType.HEADING, "图层"))
        box._choose(box.model.index(heading + 1, 0))
        return len(fake_map.of(FitBounds)) - flown

    assert choose("某厂名单") == 1
    assert session.layers.view(firms_id).visible and not session.layers.view(result_id).visible
    assert window.layers_panel.layer_label.text() == "某厂名单"
    assert not window.user_data.table.isVisible() and not window.analyses.results.isVisible()

    assert choose("某税表") == 0
    assert window.user_data.table.isVisible()
    assert window.user_data.table.panel().layer_id == plain_id

    assert choose("各行业的企业") == 1
    assert session.layers.view(result_id).visible
    assert window.analyses.results.isVisible() and window.analyses.results.panel().layer_id == result_id

    box.layer_requested.emit("gone")  # Removed while the list was open.
    assert window.layers_panel.layer_label.text() == "各行业的企业"
