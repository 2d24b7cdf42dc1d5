"""What all documents of the library say together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from compared_fixtures import EARLIER, fill
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.session import Session
from jjjmap.text.records import SubjectKind
from jjjmap.ui.dialogs.save_library_dialog import SaveLibraryDialog
from jjjmap.ui.models.corpus_model import FIRST_YEAR, NAME, TOTAL, Role
from jjjmap.ui.panels import corpus_panel
from jjjmap.ui.panels.corpus_panel import CorpusPanel

Ids = tuple[str, str]


@pytest.fixture
def library(session: Session) -> Iterator[LibrarySession]:
    yield session.library
    session.tasks.cancel_all(wait_ms=10_000)
    session.library.close()


@pytest.fixture
def panel(session: Session, library: LibrarySession, qtbot: QtBot) -> CorpusPanel:
    made = CorpusPanel(session.workspace, library, session.selection, session.tally)
    qtbot.addWidget(made)
    made.resize(1000, 260)
    made.show()
    return made


@pytest.fixture
def ids(panel: CorpusPanel, library: LibrarySession, tmp_path: Path, qtbot: QtBot) -> Ids:
    return fill(library, tmp_path / "papers", qtbot)


def cells(panel: CorpusPanel) -> list[tuple[str, ...]]:
    proxy = panel.table.proxy
    return [
        tuple(proxy.index(row, column).data() for column in range(proxy.columnCount()))
        for row in range(proxy.rowCount())
    ]


def choose(panel: CorpusPanel, box: str, value: str) -> None:
    widget = getattr(panel, box)
    widget.setCurrentIndex(widget.findData(value))


def test_an_empty_library_says_so(panel: CorpusPanel) -> None:
    assert "还没有文档" in panel.note.text() and not panel.map_button.isEnabled()


def test_places_are_counted_by_year_the_most_frequent_first(panel: CorpusPanel, ids: Ids) -> None:
    assert cells(panel) == [("甲园", "4", "2", "2"), ("乙县", "1", "1", ""), ("甲县功能区", "1", "", "1")]
    headers = [
        panel.model.headerData(column, Qt.Orientation.Horizontal)
        for column in range(panel.model.columnCount())
    ]
    assert headers == ["名称", "次数", "2021", "2023"]


def test_bars_are_as_long_as_the_counts(panel: CorpusPanel, ids: Ids) -> None:
    proxy = panel.table.proxy
    assert proxy.index(0, TOTAL).data(Role.SHARE) == 1 and proxy.index(1, TOTAL).data(Role.SHARE) == 0.25
    assert proxy.index(1, FIRST_YEAR + 1).data(Role.SHARE) is None


def test_years_narrow_the_table_and_the_quotations(panel: CorpusPanel, ids: Ids) -> None:
    panel.show_place("jia-park")
    choose(panel, "from_box", "2023")
    assert cells(panel) == [("甲园", "2", "2"), ("甲县功能区", "1", "1")]
    assert "500家" in panel.view.toPlainText() and "300家" not in panel.view.toPlainText()


def test_a_level_adds_up_to_its_units(panel: CorpusPanel, ids: Ids) -> None:
    choose(panel, "level_box", "county")
    assert cells(panel) == [("甲县", "5", "2", "3"), ("乙县", "1", "1", "")]


def test_a_row_of_a_level_shows_what_is_said_inside_of_it(panel: CorpusPanel, ids: Ids) -> None:
    choose(panel, "level_box", "county")
    panel.table.setCurrentIndex(panel.table.proxy.index(0, NAME))
    assert panel.inside_button.isChecked()
    text = panel.view.toPlainText()
    assert "甲县功能区更好" in text and "甲园现有300家" in text


def test_chains_are_not_drawn_and_have_no_level(panel: CorpusPanel, ids: Ids) -> None:
    choose(panel, "kind_box", SubjectKind.CHAIN.value)
    assert not panel.level_box.isEnabled() and not panel.map_button.isEnabled()


def test_a_query_counts_its_paragraphs_only(panel: CorpusPanel, ids: Ids, qtbot: QtBot) -> None:
    panel.line.setText("500家")
    qtbot.keyClick(panel.line, Qt.Key.Key_Return)
    assert cells(panel) == [("甲园", "1", "1"), ("甲县功能区", "1", "1")]
    panel.line.clear()
    assert len(cells(panel)) == 3


def test_a_query_that_cannot_be_understood_is_explained(panel: CorpusPanel, ids: Ids, qtbot: QtBot) -> None:
    panel.line.setText("(")
    qtbot.keyClick(panel.line, Qt.Key.Key_Return)
    assert panel.note.isVisible() and panel.note.text()


def test_the_map_draws_the_table_and_follows_it(panel: CorpusPanel, session: Session, ids: Ids) -> None:
    panel.map_button.click()
    assert session.tally.counts == {"jia-park": 4, "990002": 1, "jia-zone": 1}
    choose(panel, "level_box", "county")
    assert session.tally.counts == {"990001": 5, "990002": 1}
    assert "按县" in session.tally.title
    panel.map_button.click()
    assert session.tally.counts == {}


def test_something_else_on_the_map_releases_the_button(
    panel: CorpusPanel, session: Session, ids: Ids
) -> None:
    panel.map_button.click()
    session.tally.show({"990001": 2}, "别的")
    assert not panel.map_button.isChecked() and session.tally.title == "别的"


def test_what_is_said_about_a_place_stands_by_year_and_document(panel: CorpusPanel, ids: Ids) -> None:
    panel.show_place("jia-park")
    text = panel.view.toPlainText()
    assert text.index("2023") < text.index("甲园现有500家") < text.index("2021") < text.index("甲园现有300家")
    assert "<b>later.txt</b>" in text  # A title is text, whatever it looks like.
    assert "甲园" in panel.heading.text()


def test_a_cell_of_a_year_shows_that_year_only(panel: CorpusPanel, ids: Ids) -> None:
    panel.table.setCurrentIndex(panel.table.proxy.index(0, FIRST_YEAR))
    assert "甲园现有300家" in panel.view.toPlainText() and "500家" not in panel.view.toPlainText()


def test_links_lead_to_the_sentence_and_to_the_document(panel: CorpusPanel, ids: Ids, qtbot: QtBot) -> None:
    panel.show_place("990002")
    with qtbot.waitSignal(panel.document_requested) as asked:
        panel.view.link_followed.emit("said", "0")
    start = EARLIER.index("乙县")
    assert asked.args == [ids[0], start, start + 2]
    with qtbot.waitSignal(panel.document_requested) as asked:
        panel.view.link_followed.emit("document", ids[0])
    assert asked.args == [ids[0], -1, -1]


def test_enter_on_a_row_asks_for_the_place(panel: CorpusPanel, ids: Ids, qtbot: QtBot) -> None:
    panel.table.setCurrentIndex(panel.table.proxy.index(0, NAME))
    with qtbot.waitSignal(panel.place_requested) as asked:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert asked.args == ["jia-park"]


def test_the_panel_follows_the_chosen_place(panel: CorpusPanel, session: Session, ids: Ids) -> None:
    session.selection.place_chosen.connect(panel.follow_place)
    session.selection.choose("jia-zone", fly=False)
    assert "甲县功能区更好" in panel.view.toPlainText()
    assert panel.table.subject_at(panel.table.currentIndex()) == "jia-zone"


def test_a_place_that_nobody_mentions_is_told_so(panel: CorpusPanel, ids: Ids) -> None:
    panel.show_place("yi-cluster")
    assert "没有提到" in panel.view.toPlainText()


def test_a_large_library_is_counted_aside(
    panel: CorpusPanel, ids: Ids, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus_panel, "HERE_AT_MOST_CHARS", 10)
    panel.refresh()
    assert "正在数" in panel.note.text()
    qtbot.waitUntil(lambda: len(cells(panel)) == 3)
    panel.line.setText("(")
    qtbot.keyClick(panel.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "正在数" not in panel.note.text())
    assert panel.note.isVisible()


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".gpkg"])
def test_what_is_said_about_a_place_is_exported_with_citations(
    panel: CorpusPanel,
    ids: Ids,
    suffix: str,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / f"said{suffix}"
    monkeypatch.setattr(SaveLibraryDialog, "ask", lambda *_args: path)
    panel.show_place("jia-zone")
    with qtbot.waitSignal(panel.told, timeout=20_000) as told:
        panel.save()
    assert str(path) in told.args[0] and path.stat().st_size > 0
    if suffix == ".csv":
        text = path.read_text(encoding="utf-8-sig")
        assert "甲县功能区更好" in text and "某日报, 2023-02" in text and "乙县" not in text


def test_the_whole_library_is_exported_and_can_be_cancelled(
    panel: CorpusPanel,
    session: Session,
    ids: Ids,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "all.csv"
    monkeypatch.setattr(SaveLibraryDialog, "ask", lambda *_args: path)
    told: list[str] = []
    session.tasks.task_started.connect(lambda task: task.cancel())
    SaveLibraryDialog.save(panel, session.workspace, session.library, told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert "已取消" in told[0] and not path.exists()
    session.tasks.task_started.disconnect()
    SaveLibraryDialog.save(panel, session.workspace, session.library, told.append)
    qtbot.waitUntil(lambda: len(told) == 2)
    text = path.read_text(encoding="utf-8-sig")
    assert "300家" in text and "500家" in text


def test_a_file_that_cannot_be_written_is_explained(
    panel: CorpusPanel,
    session: Session,
    ids: Ids,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    messages: list[object],
) -> None:
    monkeypatch.setattr(SaveLibraryDialog, "ask", lambda *_args: tmp_path / "none" / "all.csv")
    SaveLibraryDialog.save(panel, session.workspace, session.library, lambda _sentence: None)
    qtbot.waitUntil(lambda: bool(messages))
