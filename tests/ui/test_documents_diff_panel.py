"""Two documents of the library compared in the window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from compared_fixtures import EARLIER, LATER, fill
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QModelIndex, Qt

from jjjmap.i18n import Language, use_language
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.session import Session
from jjjmap.text.comparison.comparison_records import ChangeKind
from jjjmap.ui.dialogs.save_table_dialog import SaveTableDialog
from jjjmap.ui.models.documents_diff_model import DiffColumn
from jjjmap.ui.panels import documents_diff_panel
from jjjmap.ui.panels.documents_diff_panel import DocumentsDiffPanel

Ids = tuple[str, str]


@pytest.fixture
def library(session: Session) -> Iterator[LibrarySession]:
    yield session.library
    session.tasks.cancel_all(wait_ms=10_000)
    session.library.close()


@pytest.fixture
def panel(session: Session, library: LibrarySession, qtbot: QtBot) -> DocumentsDiffPanel:
    made = DocumentsDiffPanel(session.workspace, library, session.highlight)
    qtbot.addWidget(made)
    made.resize(1000, 260)
    made.show()
    return made


@pytest.fixture
def ids(panel: DocumentsDiffPanel, library: LibrarySession, tmp_path: Path, qtbot: QtBot) -> Ids:
    return fill(library, tmp_path / "papers", qtbot)


def rows(panel: DocumentsDiffPanel) -> list[tuple[str, ...]]:
    """Return all changes as they are read, from above."""
    model = panel.model
    groups = [model.index(row, 0) for row in range(model.rowCount())]
    return [
        tuple(model.index(row, column, group).data() for column in DiffColumn)
        for group in groups
        for row in range(model.rowCount(group))
    ]


def index_of(panel: DocumentsDiffPanel, kind: ChangeKind, column: DiffColumn) -> QModelIndex:
    model = panel.model
    for number in range(model.rowCount()):
        group = model.index(number, 0)
        for row in range(model.rowCount(group)):
            change = model.change_at(model.index(row, 0, group))
            if change is not None and change.kind is kind:
                return model.index(row, column, group)
    raise AssertionError(f"nothing {kind}")


def test_without_two_documents_the_panel_says_what_to_do(panel: DocumentsDiffPanel) -> None:
    assert "至少要有两篇" in panel.note.text() and panel.note.isVisible()
    assert not panel.save_button.isEnabled()


def test_what_moved_and_what_took_its_place_stand_first(panel: DocumentsDiffPanel, ids: Ids) -> None:
    panel.compare(*ids)
    assert panel.tree.isVisible()
    assert rows(panel)[:4] == [
        ("⇒ 移动", "集群：密码", "产业链：密码和密钥"),
        ("⇄ 取代", "密码", "操作系统"),
        ("≈ 更名", "密钥", "密码和密钥"),
        ("≈ 更名", "纺纱机", "高端纺纱机"),
    ]
    assert ("≠ 数值变化", "300家（甲园、企业）", "500家（甲园、企业）") in rows(panel)


def test_the_summary_tells_the_notable_in_a_sentence(panel: DocumentsDiffPanel, ids: Ids) -> None:
    panel.compare(*ids)
    summary = panel.summary.text()
    assert "密码从集群名单移到产业链名单（密码和密钥）" in summary and "操作系统取代密码" in summary
    assert "所提地点 2" in summary


def test_both_sentences_stand_side_by_side_with_the_words_in_bold(
    panel: DocumentsDiffPanel, ids: Ids
) -> None:
    panel.compare(*ids)
    panel.tree.setCurrentIndex(index_of(panel, ChangeKind.MOVED, DiffColumn.KIND))
    before, after = (view.toPlainText() for view in panel.views)
    assert "聚焦芯片、密码、医药" in before and "六链即织机、密码和密钥" in after
    markup = panel.views[0].toHtml()
    assert "font-weight" in markup[markup.index("聚焦芯片") : markup.index("、医药")]


def test_enter_and_a_double_click_go_to_the_words_of_the_side(
    panel: DocumentsDiffPanel, ids: Ids, qtbot: QtBot
) -> None:
    panel.compare(*ids)
    start = EARLIER.index("密码")
    with qtbot.waitSignal(panel.document_requested) as asked:
        panel.tree.index_chosen.emit(index_of(panel, ChangeKind.MOVED, DiffColumn.BEFORE))
    assert asked.args == [ids[0], start, start + 2]
    panel.tree.setCurrentIndex(index_of(panel, ChangeKind.MOVED, DiffColumn.KIND))
    start = LATER.index("密码和密钥")
    with qtbot.waitSignal(panel.document_requested) as asked:
        qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    assert asked.args == [ids[1], start, start + 5]


def test_links_lead_to_the_text_and_to_the_map(panel: DocumentsDiffPanel, ids: Ids, qtbot: QtBot) -> None:
    panel.compare(*ids)
    panel.tree.setCurrentIndex(index_of(panel, ChangeKind.VANISHED, DiffColumn.KIND))
    assert "place:990002" in panel.views[0].toHtml()
    assert panel.views[1].toPlainText() == "B 没有提到。"
    with qtbot.waitSignal(panel.place_requested) as asked:
        panel.views[0].link_followed.emit("place", "990002")
    assert asked.args == ["990002"]
    with qtbot.waitSignal(panel.document_requested) as read:
        panel.views[0].link_followed.emit("quote", "0-0")
    assert read.args[0] == ids[0] and read.args[1] == EARLIER.index("乙县")


def test_places_that_differ_are_marked_on_the_map_and_unmarked(
    panel: DocumentsDiffPanel, session: Session, ids: Ids
) -> None:
    panel.compare(*ids)
    panel.mark_button.click()
    assert set(session.highlight.place_ids) == {"jia-zone", "990002"}
    assert panel.mark_button.text() == "取消标记"
    panel.mark_button.click()
    assert session.highlight.place_ids == ()


def test_swapping_swaps_the_sides(panel: DocumentsDiffPanel, ids: Ids) -> None:
    panel.compare(*ids)
    panel.swap_button.click()
    assert panel.first_box.currentData() == ids[1]
    assert ("⇒ 移动", "产业链：密码和密钥", "集群：密码") in rows(panel)


def test_a_document_is_not_compared_with_itself(panel: DocumentsDiffPanel, ids: Ids) -> None:
    panel.compare(ids[0], ids[0])
    assert "同一篇" in panel.note.text() and rows(panel) == []


def test_titles_that_look_like_markup_stay_text(panel: DocumentsDiffPanel, ids: Ids) -> None:
    panel.compare(*ids)
    orientation = Qt.Orientation.Horizontal
    assert panel.model.headerData(DiffColumn.BEFORE, orientation) == "A  <b>earlier.txt</b>"
    tip = panel.model.headerData(DiffColumn.BEFORE, orientation, Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;" in tip


def test_long_texts_are_compared_aside(
    panel: DocumentsDiffPanel, ids: Ids, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents_diff_panel, "HERE_AT_MOST_CHARS", 10)
    panel.compare(*ids)
    assert rows(panel) == [] and "正在对比" in panel.note.text()
    qtbot.waitUntil(lambda: bool(rows(panel)))
    assert rows(panel)[0][0] == "⇒ 移动"


def test_another_choice_while_one_is_compared_shows_the_last(
    panel: DocumentsDiffPanel, ids: Ids, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents_diff_panel, "HERE_AT_MOST_CHARS", 10)
    panel.compare(*ids)
    panel.compare(ids[1], ids[0])
    qtbot.waitUntil(lambda: not session.tasks.running)
    assert rows(panel)[0] == ("⇒ 移动", "产业链：密码和密钥", "集群：密码")


def test_the_table_is_saved_with_both_sentences_and_references(
    panel: DocumentsDiffPanel, ids: Ids, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(SaveTableDialog, "ask", lambda *_args: tmp_path / "diff.csv")
    panel.compare(*ids)
    with qtbot.waitSignal(panel.told):
        panel.save()
    text = (tmp_path / "diff.csv").read_text(encoding="utf-8-sig")
    assert text.count("\n") == 1 + len(rows(panel))
    assert "聚焦芯片、密码、医药、电力装备等重点领域" in text and "某日报, 2021-05-06" in text


def test_a_removed_document_leaves_the_comparison(
    panel: DocumentsDiffPanel, library: LibrarySession, ids: Ids
) -> None:
    panel.compare(*ids)
    library.remove([ids[0]])
    assert panel.first_box.currentIndex() == -1 and rows(panel) == []


def test_a_decision_on_a_mention_is_seen_at_once(
    panel: DocumentsDiffPanel, library: LibrarySession, ids: Ids
) -> None:
    from jjjmap.text.records import MentionStatus

    panel.compare(*ids)
    document = library.document(ids[0])
    assert document is not None
    (mention,) = [each for each in document.mentions if each.subject_id == "990002"]
    library.decide_mention(ids[0], mention, MentionStatus.REJECTED)
    assert not any(before == "乙县" for _kind, before, _after in rows(panel))


def test_another_language_is_spoken_at_once(panel: DocumentsDiffPanel, session: Session, ids: Ids) -> None:
    panel.compare(*ids)
    number = len(rows(panel))
    session.workspace.set_language(Language.EN)
    use_language(Language.EN)
    panel.retranslate()
    assert panel.save_button.text() == "Save…" and len(rows(panel)) == number
