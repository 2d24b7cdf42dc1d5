"""Tests of the library dock."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from library_fixtures import PARK, entry_of, fill
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt, QUrl
from qtpy.QtGui import QDragEnterEvent, QDropEvent

from jjjmap.i18n import Language
from jjjmap.session.documents.library import TOP, LibrarySession
from jjjmap.session.session import Session
from jjjmap.text.store.versions import Likeness
from jjjmap.ui.dialogs.cleaning_dialog import CleaningDialog
from jjjmap.ui.dialogs.document_details_dialog import DocumentDetailsDialog
from jjjmap.ui.dialogs.import_report_dialog import ImportReportDialog
from jjjmap.ui.dialogs.open_documents_dialog import OpenDocumentsDialog
from jjjmap.ui.models.library_hits_model import HitRow, LibraryHitsModel, Role
from jjjmap.ui.models.library_model import DocumentColumn, LibraryFilter, LibraryModel
from jjjmap.ui.panels.library_panel import LibraryPanel
from jjjmap.ui.table_rows import choose_row

NO_KEYS = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def library(session: Session) -> Iterator[LibrarySession]:
    yield session.library
    session.tasks.cancel_all(wait_ms=10_000)
    session.library.close()


@pytest.fixture
def panel(session: Session, library: LibrarySession, qtbot: QtBot) -> LibraryPanel:
    made = LibraryPanel(session.workspace, library, session.selection, session.highlight)
    qtbot.addWidget(made)
    made.resize(1000, 280)
    made.show()
    return made


@pytest.fixture
def filled(panel: LibraryPanel, library: LibrarySession, tmp_path: Path, qtbot: QtBot) -> LibraryPanel:
    """The panel with three documents."""
    fill(library, tmp_path / "papers", qtbot)
    return panel


def titles(panel: LibraryPanel) -> list[str]:
    return [panel.proxy.index(row, 0).data() for row in range(panel.proxy.rowCount())]


def choose(panel: LibraryPanel, *rows: int) -> None:
    panel.table.clearSelection()
    for row in rows:
        index = panel.proxy.index(row, 0)
        panel.table.selectionModel().select(
            index,
            panel.table.selectionModel().SelectionFlag.Select
            | panel.table.selectionModel().SelectionFlag.Rows,
        )


def rows_of(panel: LibraryPanel) -> list[tuple[str, list[str]]]:
    model = panel.hits.model
    answer = []
    for row in range(model.rowCount()):
        group = model.index(row, 0)
        answer.append((group.data(), [model.index(n, 0, group).data() for n in range(model.rowCount(group))]))
    return answer


def drag(paths: list[Path], text: str = "") -> QMimeData:
    mime = QMimeData()
    if paths:
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    else:
        mime.setText(text)
    return mime


# Nothing there yet.


def test_an_empty_library_invites_and_promises_to_stay_here(panel: LibraryPanel) -> None:
    assert "拖到这里" in panel._invitation.text() and panel._invitation.isVisible()
    assert "只在这台电脑上" in panel._promise.text()
    assert not panel.query_row.isVisible() and not panel.toolbar.isVisible()


def test_the_invitation_leads_to_the_question_for_files(
    panel: LibraryPanel, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "park.txt"
    path.write_text(PARK, encoding="utf-8")
    monkeypatch.setattr(OpenDocumentsDialog, "ask_files", lambda *_args: [path])
    with qtbot.waitSignals([panel._library.import_ended, panel.told], timeout=30_000):
        qtbot.mouseClick(panel._buttons[0], Qt.MouseButton.LeftButton)
    assert panel.table.isVisible() and panel.proxy.rowCount() == 1
    assert panel.query_row.isVisible() and panel.toolbar.isVisible()


def test_a_folder_is_asked_for_and_no_answer_changes_nothing(
    panel: LibraryPanel, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(OpenDocumentsDialog, "ask_folder", lambda *_args: None)
    with qtbot.assertNotEmitted(panel._library.importing_changed):
        qtbot.mouseClick(panel._buttons[1], Qt.MouseButton.LeftButton)


def test_files_are_dropped_and_texts_are_not(panel: LibraryPanel, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "park.txt"
    path.write_text(PARK, encoding="utf-8")
    where = panel.rect().center()
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    text = drag([], "/etc/passwd")
    refused = QDragEnterEvent(where, copy, text, left, NO_KEYS)
    refused.ignore()
    panel.dragEnterEvent(refused)
    assert not refused.isAccepted()
    files = drag([path])
    entered = QDragEnterEvent(where, copy, files, left, NO_KEYS)
    panel.dragEnterEvent(entered)
    assert entered.isAccepted()
    with qtbot.waitSignal(panel._library.import_ended, timeout=30_000):
        panel.dropEvent(QDropEvent(QPointF(where), copy, files, left, NO_KEYS))
    assert panel.proxy.rowCount() == 1


def test_after_an_import_only_what_came_is_chosen(filled: LibraryPanel, tmp_path: Path, qtbot: QtBot) -> None:
    choose(filled, 0)
    path = tmp_path / "new.txt"
    path.write_text("甲园来信\n\n甲园有3家企业。\n", encoding="utf-8")
    with qtbot.waitSignals([filled._library.import_ended, filled.told], timeout=30_000):
        filled.import_paths([path])
    assert [entry.file_name for entry in filled._chosen()] == ["new.txt"]


def test_a_library_that_cannot_be_read_says_why_and_can_be_tried_again(
    session: Session, panel: LibraryPanel, qtbot: QtBot
) -> None:
    path = session.library.path
    path.write_bytes(b"no library")
    session.library.refresh()
    assert str(path) in panel._trouble_label.text() and panel._retry_button.isVisible()
    path.unlink()
    qtbot.mouseClick(panel._retry_button, Qt.MouseButton.LeftButton)
    assert panel._invitation.isVisible()


# The documents.


def test_documents_stand_with_what_is_known_about_them(filled: LibraryPanel) -> None:
    assert titles(filled) == ["乙县轴承", "甲园建成", "<b>招商</b>"], "the newest first, no date last"
    row = [filled.proxy.index(1, column).data() for column in DocumentColumn]
    assert row[:4] == ["甲园建成", "某日报", "2021年5月6日", "—"]
    assert int(row[DocumentColumn.MENTIONS]) >= 3 and row[DocumentColumn.FIGURES] == "2"


def test_a_title_that_looks_like_markup_is_a_text(filled: LibraryPanel) -> None:
    tip = filled.proxy.index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;" in tip and "<b>" not in tip


def test_the_filter_looks_into_title_issuer_number_and_file(filled: LibraryPanel, qtbot: QtBot) -> None:
    for words, found in (("某日报", 1), ("甲政", 1), ("SPACED", 1), ("甲 2021", 1), ("无此词", 0), ("", 3)):
        filled.filter_line.setText(words)
        assert filled.proxy.rowCount() == found, words
    filled.filter_line.setText("轴承")
    assert filled.count_label.text() == "1/3 篇"


def test_a_column_sorts_by_what_it_means(filled: LibraryPanel) -> None:
    filled.table.sortByColumn(DocumentColumn.MENTIONS, Qt.SortOrder.DescendingOrder)
    mentions = [
        int(filled.proxy.index(row, DocumentColumn.MENTIONS).data()) for row in range(filled.proxy.rowCount())
    ]
    assert mentions == sorted(mentions, reverse=True)


def test_enter_and_a_double_click_wish_to_read(filled: LibraryPanel, qtbot: QtBot) -> None:
    choose_row(filled.table, 0)
    document_id = entry_of(filled._library, "bearings.txt").id
    with qtbot.waitSignal(filled.document_requested) as requested:
        qtbot.keyClick(filled.table, Qt.Key.Key_Return)
    assert requested.args == [document_id, TOP, TOP]
    with qtbot.waitSignal(filled.document_requested):
        filled.table.doubleClicked.emit(filled.proxy.index(0, 0))


def test_removed_documents_are_offered_back(filled: LibraryPanel, qtbot: QtBot) -> None:
    choose_row(filled.table, 1)
    filled.table.setFocus()
    with qtbot.waitSignal(filled.undo_offered) as offered:
        filled.remove_action.trigger()
    assert "甲园建成" in offered.args[0]
    assert titles(filled) == ["乙县轴承", "<b>招商</b>"]
    assert [entry.file_name for entry in filled._chosen()] == ["spaced.txt"], "the next one is chosen"
    assert filled.undo_action.isEnabled()
    with qtbot.waitSignal(filled.told):
        filled.undo_action.trigger()
    assert len(titles(filled)) == 3


def test_delete_and_f2_are_keys_of_the_table_alone(filled: LibraryPanel) -> None:
    for action, key in ((filled.remove_action, "Del"), (filled.details_action, "F2")):
        assert action.shortcut().toString() == key
        assert action.shortcutContext() == Qt.ShortcutContext.WidgetShortcut
        assert action in filled.table.actions()


def test_details_that_the_user_set_are_kept(filled: LibraryPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DocumentDetailsDialog, "ask", lambda *_args: {"title": "新题目"})
    told: list[str] = []
    filled.told.connect(told.append)
    choose_row(filled.table, 1)
    filled.details_action.trigger()
    assert "新题目" in titles(filled) and told
    assert [entry.details.title for entry in filled._chosen()] == ["新题目"], "it stays chosen"


def test_a_step_of_the_cleaning_is_taken_back(
    filled: LibraryPanel, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    library = filled._library
    document = library.document(entry_of(library, "spaced.txt").id)
    assert document is not None and document.steps
    monkeypatch.setattr(
        CleaningDialog, "ask", lambda _parent, shown: {step.id: False for step in shown.steps}
    )
    with qtbot.waitSignal(library.document_changed, timeout=30_000):
        filled.show_cleaning(document.id)
    again = library.document(document.id)
    assert again is not None and len(again.text) > len(document.text)


def test_two_documents_are_compared_the_older_first(filled: LibraryPanel, qtbot: QtBot) -> None:
    older, newer = (entry_of(filled._library, name).id for name in ("park.txt", "bearings.txt"))
    choose(filled, 0)
    assert not filled.compare_action.isEnabled()
    choose(filled, 0, 1)
    with qtbot.waitSignal(filled.comparison_requested) as requested:
        filled.compare_action.trigger()
    assert requested.args == [older, newer]


def test_a_version_stands_by_its_text_and_is_compared_with_it(
    filled: LibraryPanel, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    show = ImportReportDialog.show_report.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(
        ImportReportDialog,
        "show_report",
        classmethod(lambda cls, report, parent: shown.append(show(cls, report, parent)) or shown[-1]),
    )
    original = "\n\n".join(f"第{n}段说甲园第{n}年的第{n * 7}件事情，与乙县无关。" for n in range(2, 60))
    for name, text in (("one.txt", original), ("two.txt", original + "\n\n末尾另加一句。")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with qtbot.waitSignal(filled._library.import_ended, timeout=30_000):
            filled.import_paths([tmp_path / name])
        qtbot.waitUntil(lambda: not filled._library.is_importing)
    version = entry_of(filled._library, "two.txt")
    assert version.likeness is not None and version.likeness.resemblance > 0.9
    row = filled.proxy.mapFromSource(filled.model.index(filled.model.row_of(version.id), 0)).row()
    assert "%" in filled.proxy.index(row, DocumentColumn.VERSIONS).data()
    choose(filled, row)
    with qtbot.waitSignal(filled.comparison_requested) as requested:
        filled.compare_action.trigger()
    assert requested.args == [entry_of(filled._library, "one.txt").id, version.id]
    (dialog,) = shown
    assert dialog.model.rows[0].result == "版本"
    assert filled.report_action.isVisible()
    dialog.close()


def test_export_is_wished_for(filled: LibraryPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(filled.export_requested):
        filled.export_action.trigger()


def test_columns_give_way_to_the_title(filled: LibraryPanel) -> None:
    filled.resize(1000, 280)
    assert not filled.table.isColumnHidden(DocumentColumn.ISSUER)
    filled.resize(560, 240)
    assert filled.table.isColumnHidden(DocumentColumn.NUMBER)
    assert filled.table.isColumnHidden(DocumentColumn.ISSUER)
    assert not filled.table.isColumnHidden(DocumentColumn.TITLE)


def test_a_hidden_dock_is_filled_when_it_is_seen(
    session: Session, library: LibrarySession, tmp_path: Path, qtbot: QtBot
) -> None:
    panel = LibraryPanel(session.workspace, library, session.selection, session.highlight)
    qtbot.addWidget(panel)
    fill(library, tmp_path / "papers", qtbot)
    assert panel.model.rowCount() == 0
    panel.show()
    assert panel.model.rowCount() == 3


# The search.


def test_what_was_found_stands_by_document_with_what_was_looked_for(filled: LibraryPanel) -> None:
    filled.look_for("甲园")
    found = dict(rows_of(filled))
    assert list(found) == ["甲园建成", "乙县轴承", "<b>招商</b>"] or set(found) == {
        "甲园建成",
        "乙县轴承",
        "<b>招商</b>",
    }
    assert any("与甲园相邻" in snippet for snippet in found["乙县轴承"])
    index = filled.hits.model.index(0, 0, filled.hits.model.index(0, 0))
    row: HitRow = index.data(Role.ROW)
    assert [row.text[start:end] for start, end in row.spans][:1] == ["甲园"]
    assert "篇" in filled.hits.summary.text()


def test_a_hit_leads_to_its_words(filled: LibraryPanel, qtbot: QtBot) -> None:
    filled.look_for("轴承厂")
    filled.hits.enter()
    with qtbot.waitSignal(filled.document_requested) as requested:
        qtbot.keyClick(filled.hits.tree, Qt.Key.Key_Return)
    document_id, start, end = requested.args
    document = filled._library.document(document_id)
    assert document is not None and document.text[start:end] == "轴承厂"


def test_the_rest_of_a_document_is_listed_when_asked_for(filled: LibraryPanel) -> None:
    filled.look_for("乙县")
    model = filled.hits.model
    (group,) = [
        model.index(row, 0) for row in range(model.rowCount()) if model.index(row, 0).data() == "乙县轴承"
    ]
    count = model.rowCount(group)
    assert count == 4 and model.index(3, 0, group).data(Role.ROW).more_of
    filled.hits.tree.row_chosen.emit(model.index(3, 0, group))
    assert model.rowCount(group) > count and not any(
        model.index(row, 0, group).data(Role.ROW).more_of for row in range(model.rowCount(group))
    )


def test_hits_stand_by_place_and_are_looked_up_when_unfolded(filled: LibraryPanel, qtbot: QtBot) -> None:
    filled.look_for("企业 或 轴承")
    filled.hits.by_place_button.click()
    model = filled.hits.model
    (park,) = [model.index(row, 0) for row in range(model.rowCount()) if model.index(row, 0).data() == "甲园"]
    assert model.hasChildren(park) and model.rowCount(park) == 0
    filled.hits.tree.expand(park)
    qtbot.waitUntil(lambda: model.rowCount(park) >= 2)
    with qtbot.waitSignal(filled.place_requested) as requested:
        filled.hits.tree.row_chosen.emit(park)
    assert requested.args == ["jia-park"]


def test_what_was_found_is_marked_and_counted_on_the_map(
    filled: LibraryPanel, session: Session, qtbot: QtBot
) -> None:
    filled.look_for("轴承厂")
    with qtbot.waitSignal(filled.tally_requested) as requested:
        filled.hits.mark_button.click()
    assert set(session.highlight.place_ids) == {"990002", "jia-park"}
    assert requested.args[0] == {"990002": 1, "jia-park": 1} and "轴承厂" in requested.args[1]
    assert filled.hits.mark_button.text() == "取消标记"
    with qtbot.waitSignal(filled.tally_requested) as requested:
        filled.hits.mark_button.click()
    assert session.highlight.place_ids == () and requested.args[0] == {}


def test_the_chosen_place_narrows_the_search_when_wanted(filled: LibraryPanel, session: Session) -> None:
    assert not filled.query_row.place_chip.isVisible()
    session.selection.choose("jia-zone", fly=False)
    filled.catch_up()
    assert filled.query_row.place_chip.isVisible() and "甲县功能区" in filled.query_row.place_chip.toolTip()
    filled.look_for("企业")
    everything = sum(len(hits) for _title, hits in rows_of(filled))
    filled.query_row.place_chip.click()
    assert 0 < sum(len(hits) for _title, hits in rows_of(filled)) < everything


def test_years_and_kinds_narrow_the_search(filled: LibraryPanel) -> None:
    filled.look_for("甲园")
    box = filled.query_row.from_box
    assert [box.itemText(n) for n in range(box.count())] == ["起始年", "2021", "2022"]
    box.setCurrentIndex(2)
    assert [title for title, _hits in rows_of(filled)] == ["乙县轴承"]
    filled.query_row.kind_box.setCurrentIndex(filled.query_row.kind_box.findData("chain"))
    assert filled.hits.note.isVisible() and "筛选" in filled.hits.note.text()
    filled.query_row.clear_filters()
    assert len(rows_of(filled)) == 3


def test_a_query_that_cannot_be_understood_says_why(filled: LibraryPanel) -> None:
    filled.look_for("日期:何时")
    assert filled.hits.note.isVisible() and "日期" in filled.hits.note.text()
    assert not filled.hits.mark_button.isEnabled()


def test_escape_brings_the_documents_back(filled: LibraryPanel, qtbot: QtBot) -> None:
    filled.resize(640, 240)
    filled.look_for("甲园")
    assert filled.hits.isVisible() and not filled.table.isVisible(), "one beside the other finds no room"
    qtbot.keyClick(filled.query_row.line, Qt.Key.Key_Escape)
    assert filled.table.isVisible() and not filled.hits.isVisible()


def test_typing_asks_once_when_it_rests(filled: LibraryPanel, qtbot: QtBot) -> None:
    asked: list[str] = []
    filled._library.search_ended.connect(lambda answer: asked.append(answer.query))
    with qtbot.waitSignal(filled._library.search_ended):
        qtbot.keyClicks(filled.query_row.line, "xyz")
        filled.query_row.line.setText("甲园")
    assert asked == ["甲园"]


def test_a_removed_document_leaves_the_answer_too(filled: LibraryPanel) -> None:
    filled.look_for("轴承厂")
    assert [title for title, _hits in rows_of(filled)] == ["乙县轴承"]
    filled._library.remove([entry_of(filled._library, "bearings.txt").id])
    assert filled.hits.note.isVisible()


# Models and languages.


def test_the_models_are_sound(filled: LibraryPanel, session: Session, qtmodeltester: Any) -> None:
    entries = filled._library.entries()
    alike = Likeness(entries[0].id, 0.3, 0.9, 0.4)
    model = LibraryModel(session.workspace)
    model.show_entries((*entries, replace(entries[1], id="x", version_of=entries[0].id, likeness=alike)))
    proxy = LibraryFilter()
    proxy.setSourceModel(model)
    qtmodeltester.check(model)
    qtmodeltester.check(proxy)
    version = model.index(3, DocumentColumn.VERSIONS)
    assert version.data() == "90% 出自 乙县轴承" and "30%" in version.data(Qt.ItemDataRole.ToolTipRole)


def test_the_tree_of_hits_is_sound(qtmodeltester: Any, qapp: object) -> None:
    model = LibraryHitsModel()
    model.show_groups(
        [(HitRow("甲"), [HitRow("一"), HitRow("二")]), (HitRow("乙"), None)], lambda _row: [HitRow("三")]
    )
    qtmodeltester.check(model)
    model.fetchMore(model.index(1, 0))
    assert model.rowCount(model.index(1, 0)) == 1 and not model.canFetchMore(model.index(1, 0))
    assert not model.canFetchMore(QModelIndex())


@pytest.mark.parametrize("language", list(Language))
def test_the_dock_speaks_both_languages(filled: LibraryPanel, session: Session, language: Language) -> None:
    filled.look_for("乙县")
    session.workspace.set_language(language)
    filled.retranslate()
    header = filled.model.headerData(0, Qt.Orientation.Horizontal)
    assert (header == "标题") is (language is Language.ZH) or header
    assert filled.hits.model.rowCount() and filled.import_action.text()


def test_a_menu_offers_what_can_be_done_with_a_document(filled: LibraryPanel, qapp: Any) -> None:
    choose_row(filled.table, 0)
    filled._show_menu(QPoint(5, 5))
    menu = qapp.activePopupWidget()
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts[:4] == ["阅读", "信息…", "清理记录…", "比较两篇"]
    menu.close()


def test_the_cleaning_of_a_document_that_is_gone_is_told_not_raised(
    filled: LibraryPanel, library: LibrarySession, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(filled.told) as told:
        filled.show_cleaning("doc-000000000000")
    assert told.args == ["这篇文档已不在文库里。"]
