"""The review of figures: what is shown, decisions by key for one row and for many, and the way back."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from jjjmap.catalogue.models import Qualifier
from jjjmap.errors import LibraryUnusable
from jjjmap.i18n import Language
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.session import Session
from jjjmap.text.records import (
    Document,
    DocumentDetails,
    DocumentFormat,
    FigureRole,
    FigureStatus,
    RawText,
    TextFigure,
)
from jjjmap.text.store.library import Library
from jjjmap.ui.dialogs.figure_dialog import FigureDialog
from jjjmap.ui.figures_review_table import SentenceDelegate
from jjjmap.ui.models.figures_review_model import FigureColumn, Role, StatusFilter
from jjjmap.ui.panels.figures_review_panel import EVERY, FiguresReviewPanel
from jjjmap.ui.panels.library_tabs import LibraryTabs, Tab

TEXT = "甲园产值达到1200亿元。\n甲园企业超过30家，<b>增长</b>5%。\n乙县有9个项目。\n"
FIRST, SECOND = "doc-0123456789ab", "doc-ba9876543210"


def figure(words: str, value: str, unit: str, **changes: object) -> TextFigure:
    start = TEXT.index(words)
    line = TEXT.rindex("\n", 0, start) + 1 if "\n" in TEXT[:start] else 0
    values: dict[str, Any] = {"scope_id": "jia-park", "period": "2031", "confidence": 0.95, **changes}
    return TextFigure(
        Decimal(value),
        values.pop("qualifier", Qualifier.EXACT),
        unit,
        start,
        start + len(words),
        words,
        values.pop("printed_value", Decimal(value)),
        values.pop("printed_unit", unit),
        line,
        TEXT.index("\n", start),
        **values,
    )


def document(document_id: str = FIRST, text: str = TEXT) -> Document:
    figures = (
        figure(
            "1200亿元",
            "120000000000",
            "元",
            indicator="产值",
            printed_value=Decimal(1200),
            printed_unit="亿元",
        ),
        figure("超过30家", "30", "家", indicator="企业", qualifier=Qualifier.MORE),
        figure("5%", "5", "%", indicator="企业", role=FigureRole.CHANGE, confidence=0.8),
        figure("9个", "9", "个", scope_id="", period=""),
    )
    sha = document_id.removeprefix("doc-")
    return Document(
        id=document_id,
        details=DocumentDetails(f"通报{sha[:2]}", "某报", "2031-05-06"),
        file_name="a.txt",
        sha256=sha + sha[0] * 52,
        size_bytes=len(text.encode()),
        raw=RawText(text, DocumentFormat.TXT, "utf-8"),
        steps=(),
        text=text,
        passages=(),
        mentions=(),
        figures=figures,
    )


@pytest.fixture
def library(session: Session) -> LibrarySession:
    with Library.open(session.library.path) as made:
        made.store(document(), TEXT.encode())
    return session.library


@pytest.fixture
def panel(qtbot: QtBot, session: Session, library: LibrarySession) -> FiguresReviewPanel:
    library.open_document(FIRST)
    made = FiguresReviewPanel(session.workspace, library)
    qtbot.addWidget(made)
    made.resize(1000, 260)
    made.show()
    return made


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any] | None]:
    """What the user says in the dialog, the next one last; empty if the dialog must not come up."""
    given: list[dict[str, Any] | None] = []
    monkeypatch.setattr(FigureDialog, "ask", lambda *_arguments: given.pop())
    return given


def statuses(library: LibrarySession, document_id: str = FIRST) -> list[FigureStatus]:
    found = library.document(document_id)
    assert found is not None
    return [each.status for each in found.figures]


def words(panel: FiguresReviewPanel) -> list[str]:
    return [panel.model.row_at(row).figure.text for row in range(panel.model.rowCount())]


FOUND, ACCEPTED = FigureStatus.FOUND, FigureStatus.ACCEPTED
CORRECTED, REJECTED = FigureStatus.CORRECTED, FigureStatus.REJECTED


def test_the_figures_of_the_open_document_stand_in_the_order_of_its_text(panel: FiguresReviewPanel) -> None:
    assert words(panel) == ["1200亿元", "超过30家", "5%", "9个"]
    cells = [panel.model.index(0, column).data() for column in FigureColumn]
    assert cells[FigureColumn.VALUE] == "120,000,000,000"
    assert cells[FigureColumn.UNIT] == "元"
    assert cells[FigureColumn.INDICATOR] == "产值"
    assert (cells[FigureColumn.PERIOD], cells[FigureColumn.SCOPE]) == ("2031年", "甲园")
    assert cells[FigureColumn.LINKED] == "产值？"
    assert panel.model.index(1, FigureColumn.QUALIFIER).data() == "超过"
    assert panel.model.index(2, FigureColumn.INDICATOR).data() == "企业（增减的幅度）"


def test_the_sentence_is_plain_text_and_says_where_its_figure_stands(panel: FiguresReviewPanel) -> None:
    index = panel.model.index(2, FigureColumn.SENTENCE)
    start, end = index.data(Role.MARKED)
    assert index.data() == "甲园企业超过30家，<b>增长</b>5%。"
    assert index.data()[start:end] == "5%"
    assert isinstance(panel.table.itemDelegateForColumn(FigureColumn.SENTENCE), SentenceDelegate)
    assert "&lt;b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_the_model_is_sound(panel: FiguresReviewPanel, qtmodeltester: Any) -> None:
    qtmodeltester.check(panel.model)


def test_one_key_accepts_and_goes_on_to_the_next_row(
    panel: FiguresReviewPanel, library: LibrarySession, qtbot: QtBot
) -> None:
    panel.table.choose([0])
    qtbot.keyClick(panel.table, Qt.Key.Key_C)
    assert statuses(library) == [ACCEPTED, FOUND, FOUND, FOUND]
    assert panel.table.chosen_rows() == [1]
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert statuses(library)[1] is ACCEPTED
    qtbot.keyClick(panel.table, Qt.Key.Key_X)
    assert statuses(library) == [ACCEPTED, ACCEPTED, REJECTED, FOUND]
    assert panel.model.index(0, FigureColumn.STATUS).data() == "✓"
    assert panel.model.index(2, FigureColumn.STATUS).data() == "✗"


def test_several_rows_are_accepted_at_once_and_what_lacks_something_stays_chosen(
    panel: FiguresReviewPanel, library: LibrarySession, qtbot: QtBot
) -> None:
    said: list[str] = []
    panel.told.connect(said.append)
    panel.table.choose([0, 1, 3])
    assert panel.accept_action.text() == "全部采纳（3）"
    panel.accept_action.trigger()
    assert statuses(library) == [ACCEPTED, ACCEPTED, FOUND, FOUND]
    assert panel.table.chosen_rows() == [3]
    assert said[0] == "已采纳 2 个数字。" and "1 个数字缺指标或地点" in said[1]


def test_nothing_is_accepted_that_is_not_chosen(panel: FiguresReviewPanel) -> None:
    panel.table.choose([])
    assert not panel.accept_action.isEnabled()
    assert not panel.reject_action.isEnabled()


def test_a_figure_without_place_or_indicator_asks_for_them(
    panel: FiguresReviewPanel, library: LibrarySession, answers: list[dict[str, Any] | None]
) -> None:
    answers[:] = [{"indicator": "项目", "scope_id": "990002"}, None]
    panel.table.choose([3])
    panel.accept_action.trigger()
    assert statuses(library)[3] is FOUND
    panel.accept_action.trigger()
    assert statuses(library)[3] is CORRECTED
    (accepted,) = library.accepted_figures("990002")
    assert (accepted.figure.text, accepted.figure.indicator) == ("9个", "项目")


def test_undo_brings_back_what_the_user_had_said_before(
    panel: FiguresReviewPanel, library: LibrarySession, answers: list[dict[str, Any] | None], qtbot: QtBot
) -> None:
    answers[:] = [{"value": Decimal(31)}]
    panel.table.choose([1])
    panel.edit_action.trigger()
    corrected = library.document(FIRST).figures[1]
    assert (corrected.status, corrected.value) == (CORRECTED, Decimal(31))
    panel.table.choose([0, 1, 2])
    panel.reject_action.trigger()
    assert statuses(library) == [REJECTED, REJECTED, REJECTED, FOUND]
    library.history.undo()
    assert library.document(FIRST).figures[1] == corrected
    assert statuses(library) == [FOUND, CORRECTED, FOUND, FOUND]
    panel.undo()
    assert statuses(library) == [FOUND] * 4
    assert library.document(FIRST).figures[1].value == Decimal(30)
    assert not panel.undo_action.isEnabled()


def test_an_undo_that_fails_can_be_tried_again(
    panel: FiguresReviewPanel, library: LibrarySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_changes: object) -> None:
        raise LibraryUnusable(library.path, "busy")

    panel.table.choose([0])
    panel.accept_action.trigger()
    with monkeypatch.context() as busy:
        busy.setattr(Library, "decide_figures", fail)
        panel.undo()
    assert statuses(library)[0] is ACCEPTED and panel.undo_action.isEnabled()
    panel.undo()
    assert statuses(library)[0] is FOUND
    assert not panel.undo_action.isEnabled()


def test_decisions_can_be_taken_back_for_chosen_rows(
    panel: FiguresReviewPanel, library: LibrarySession
) -> None:
    panel.table.choose([0, 1])
    panel.accept_action.trigger()
    panel.reset_action.trigger()
    assert statuses(library) == [FOUND] * 4


def test_a_decision_made_while_reading_is_seen_at_once(
    panel: FiguresReviewPanel, library: LibrarySession
) -> None:
    library.decide_figure(FIRST, library.document(FIRST).figures[1], REJECTED)
    assert panel.model.row_at(1).figure.status is REJECTED


def test_listeners_hear_of_many_decisions_once(
    panel: FiguresReviewPanel, library: LibrarySession, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("jjjmap.ui.panels.figures_review_panel.AT_ONCE", 1)
    heard: list[str] = []
    library.decisions_changed.connect(heard.append)
    panel.table.choose([0, 1, 2])
    panel.accept_action.trigger()
    assert "0/3" in panel.count_label.text()
    assert panel.stop_action.isVisible() and not panel.accept_action.isEnabled()
    qtbot.waitUntil(lambda: heard == [FIRST])
    assert statuses(library) == [ACCEPTED, ACCEPTED, ACCEPTED, FOUND]
    assert not panel.stop_action.isVisible()


def test_what_was_decided_before_a_stop_stays_and_can_be_undone(
    panel: FiguresReviewPanel, library: LibrarySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjjmap.ui.panels.figures_review_panel.AT_ONCE", 1)
    monkeypatch.setattr("jjjmap.ui.panels.figures_review_panel.SLICE_MS", -1)
    panel.table.choose([0, 1, 2])
    panel.accept_action.trigger()
    panel.stop_action.trigger()
    assert statuses(library) == [FOUND] * 4
    panel.accept_action.trigger()
    monkeypatch.setattr("jjjmap.ui.panels.figures_review_panel.SLICE_MS", 10_000)
    panel._decide_some()
    assert statuses(library)[:3] == [ACCEPTED] * 3
    panel._decide_some()
    panel.undo()
    panel._decide_some(whole=True)
    assert statuses(library) == [FOUND] * 4


def test_the_table_is_narrowed_by_status_words_and_doubt(panel: FiguresReviewPanel) -> None:
    panel.filter_line.setText("企业")
    assert words(panel) == ["超过30家", "5%"]
    assert panel.count_label.text() == "2/4 个数字"
    panel.doubtful_box.setChecked(True)
    assert words(panel) == ["5%"]
    panel.filter_line.clear()
    assert words(panel) == ["5%", "9个"]
    panel.doubtful_box.setChecked(False)
    panel.table.choose([0])
    panel.accept_action.trigger()
    panel.status_box.setCurrentIndex(panel.status_box.findData(StatusFilter.OPEN))
    assert words(panel) == ["超过30家", "5%", "9个"]
    panel.status_box.setCurrentIndex(panel.status_box.findData(StatusFilter.ACCEPTED))
    assert words(panel) == ["1200亿元"]
    panel.status_box.setCurrentIndex(panel.status_box.findData(StatusFilter.REJECTED))
    assert not panel.table.isVisible()
    assert panel._nothing.text() == "没有符合筛选条件的数字。"


def test_only_figures_of_the_same_indicator_are_left_when_asked(panel: FiguresReviewPanel) -> None:
    panel.table.choose([2])
    panel.alike_action.trigger()
    assert words(panel) == ["超过30家", "5%"]


def test_a_decided_row_stays_until_the_filter_changes(panel: FiguresReviewPanel) -> None:
    panel.status_box.setCurrentIndex(panel.status_box.findData(StatusFilter.OPEN))
    panel.table.choose([0])
    panel.accept_action.trigger()
    assert words(panel)[0] == "1200亿元"


def test_columns_sort_by_what_they_mean_and_the_chosen_row_stays_chosen(panel: FiguresReviewPanel) -> None:
    panel.table.choose([0])
    panel.table.sortByColumn(FigureColumn.VALUE, Qt.SortOrder.AscendingOrder)
    assert words(panel) == ["5%", "9个", "超过30家", "1200亿元"]
    assert panel.table.chosen_rows() == [3]
    for column in FigureColumn:
        panel.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
        assert panel.model.rowCount() == 4


def test_a_double_click_leads_to_the_sentence(panel: FiguresReviewPanel, qtbot: QtBot) -> None:
    where = panel.table.visualRect(panel.model.index(1, FigureColumn.WORDS)).center()
    with qtbot.waitSignal(panel.document_requested) as asked:
        qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
        qtbot.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    start = TEXT.index("超过30家")
    assert asked.args == [FIRST, start, start + 5]


def test_the_place_of_a_figure_is_asked_for(panel: FiguresReviewPanel, qtbot: QtBot) -> None:
    panel.table.choose([0])
    with qtbot.waitSignal(panel.place_requested) as asked:
        panel.place_action.trigger()
    assert asked.args == ["jia-park"]
    panel.table.choose([3])
    assert not panel.place_action.isEnabled()


def test_all_documents_can_be_shown_together(
    panel: FiguresReviewPanel, library: LibrarySession, qtbot: QtBot
) -> None:
    other = TEXT + "丙" * 400
    with Library.open(library.path) as made:
        made.store(document(SECOND, other), other.encode())
    library.refresh()
    assert panel.model.rowCount() == 4
    panel.document_box.setCurrentIndex(panel.document_box.findData(EVERY))
    panel.document_box.activated.emit(panel.document_box.currentIndex())
    qtbot.waitUntil(lambda: panel.model.rowCount() == 8)
    panel.resize(1700, 260)
    assert not panel.table.isColumnHidden(FigureColumn.DOCUMENT)
    panel.table.choose(list(range(8)))
    panel.accept_action.trigger()
    assert statuses(library) == statuses(library, SECOND) == [ACCEPTED] * 3 + [FOUND]


def test_edit_shows_the_figure_of_another_document_and_takes_the_answer(
    panel: FiguresReviewPanel, library: LibrarySession, answers: list[dict[str, Any] | None]
) -> None:
    other = TEXT + "丙" * 400
    with Library.open(library.path) as made:
        made.store(document(SECOND, other), other.encode())
    library.refresh()
    answers[:] = [{"period": "2030"}]
    panel.edit(SECOND, library.document(SECOND).figures[1])
    assert {panel.model.row_at(row).document_id for row in range(4)} == {SECOND}
    assert statuses(library, SECOND)[1] is CORRECTED
    assert library.document(SECOND).figures[1].period == "2030"
    assert statuses(library) == [FOUND] * 4


def test_a_figure_to_correct_brings_the_review_to_the_front(
    session: Session, library: LibrarySession, answers: list[dict[str, Any] | None], qtbot: QtBot
) -> None:
    tabs = LibraryTabs(session)
    qtbot.addWidget(tabs)
    tabs.show()
    answers[:] = [{"unit": "户"}]
    tabs.edit_figure(FIRST, library.document(FIRST).figures[1])
    assert tabs.tabs.currentIndex() == Tab.FIGURES
    assert library.document(FIRST).figures[1].unit == "户"


def test_a_document_that_is_gone_leaves_a_sentence(
    panel: FiguresReviewPanel, library: LibrarySession
) -> None:
    library.remove([FIRST])
    assert panel.model.rowCount() == 0
    assert "导入" in panel._nothing.text()


def test_an_empty_library_opens_no_file(session: Session, qtbot: QtBot) -> None:
    made = FiguresReviewPanel(session.workspace, session.library)
    qtbot.addWidget(made)
    made.show()
    assert made.model.rowCount() == 0 and not session.library.path.exists()
    assert "文库里还没有文档" in made._nothing.text()


def test_in_a_narrow_dock_columns_give_way_to_the_sentence(panel: FiguresReviewPanel) -> None:
    panel.resize(620, 240)
    panel.table.fit_columns()
    assert panel.table.isColumnHidden(FigureColumn.UNIT)
    assert not panel.table.isColumnHidden(FigureColumn.WORDS)
    assert not panel.table.isColumnHidden(FigureColumn.SENTENCE)


@pytest.mark.parametrize("language", list(Language))
def test_it_speaks_both_languages(panel: FiguresReviewPanel, session: Session, language: Language) -> None:
    session.workspace.set_language(language)
    panel.retranslate()
    assert panel.reject_action.text()
    for column in FigureColumn:
        assert panel.model.headerData(column, Qt.Orientation.Horizontal)
    assert panel.model.index(0, FigureColumn.SCOPE).data() == {"zh": "甲园", "en": "Jia Park"}[language.value]


def test_a_library_file_that_broke_leaves_the_table_empty(
    panel: FiguresReviewPanel, library: LibrarySession, tmp_path: Path
) -> None:
    library.close()
    for path in tmp_path.glob("library.sqlite*"):
        path.unlink()
    (tmp_path / "library.sqlite").write_bytes(b"no library at all" * 100)
    library.refresh()
    panel.table.choose([])
    assert panel.model.rowCount() == 0


def test_many_decisions_are_written_document_by_document_and_not_one_by_one(
    panel: FiguresReviewPanel, library: LibrarySession, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    with Library.open(library.path) as made:
        made.store(document(SECOND, TEXT + "丙" * 400), (TEXT + "丙" * 400).encode())
    library.refresh()
    panel.document_box.setCurrentIndex(panel.document_box.findData(EVERY))
    panel.refresh()
    qtbot.waitUntil(lambda: panel.model.total == 8)
    written: list[tuple[str, int]] = []
    decide = LibrarySession.decide_figures

    def counted(self: LibrarySession, document_id: str, decisions: Any) -> Any:
        written.append((document_id, len(decisions)))
        return decide(self, document_id, decisions)

    monkeypatch.setattr(LibrarySession, "decide_figures", counted)
    monkeypatch.setattr("jjjmap.ui.panels.figures_review_panel.TOGETHER", 3)
    panel.table.choose(list(range(8)))
    panel.reject_action.trigger()
    assert sorted(written) == [(FIRST, 1), (FIRST, 3), (SECOND, 1), (SECOND, 3)]
    assert statuses(library) == statuses(library, SECOND) == [REJECTED] * 4
    panel.undo()
    assert statuses(library) == statuses(library, SECOND) == [FOUND] * 4


def test_what_was_decided_here_is_one_step_for_panel_and_history_alike(
    panel: FiguresReviewPanel, library: LibrarySession
) -> None:
    panel.table.choose([0, 1])
    panel.reject_action.trigger()
    panel.table.choose([2])
    panel.reject_action.trigger()
    assert library.history.undo_title.startswith("否定：")
    library.history.undo()
    assert library.history.undo_title == "否定 2 个数字"
    assert statuses(library) == [REJECTED, REJECTED, FOUND, FOUND]
    panel.undo()
    assert statuses(library) == [FOUND] * 4
    assert library.history.undo_title == "" and not panel.undo_action.isEnabled()
    library.history.redo()
    assert statuses(library) == [FOUND, FOUND, REJECTED, FOUND] and panel.undo_action.isEnabled()
